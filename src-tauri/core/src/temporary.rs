//! Chats that leave no trace: a second database of the same schema, in memory only. Nothing of them is written anywhere else
//! but what their requests used, without a text and without anything that leads back to them. They are gone when Parlour ends.
//!
//! Which database holds a chat, a message or an operation is asked of the one in memory: whatever is put into it is temporary.

use std::sync::{Arc, Mutex, OnceLock};

use rusqlite::Connection;

use crate::backup::copy_chat;
use crate::chat::{ChatId, ChatRow, MessageId, MessageState, OperationId};
use crate::error::{Error, ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{ChatPatch, NoticeContent, OpenedChat, OperationKind, RestoredChat};
use crate::store::message::Settled;
use crate::store::operation::Inverse;
use crate::store::request::Use;
use crate::store::{self, Store, blocking, lock, message, operation, persona, request, trash};

/// The chats of this run that are in memory only.
#[derive(Default)]
pub(crate) struct Temporary {
    /// Made with the first of them.
    store: OnceLock<Arc<Store>>,
    /// What their requests used, as far as the disk has not taken it.
    unwritten: Mutex<Vec<Use>>,
}

impl Parlour {
    /// An empty temporary chat: the one there is, else a new one. It is not remembered as the last chat.
    ///
    /// # Errors
    /// `storageFailed` where there is no memory for it.
    pub async fn new_temporary_chat(&self) -> Result<OpenedChat> {
        let store = match self.temporary.store.get() {
            Some(store) => store,
            None => {
                let made = blocking(Store::in_memory).await?;
                self.temporary.store.get_or_init(|| Arc::new(made))
            }
        };
        let now = self.now();
        let id = store.write(move |t| store::chat::find_or_insert_empty(t, now)).await?;
        self.open_chat(&id).await
    }

    /// Makes an ordinary chat of a temporary one, under a new id; the one in memory is gone then. What runs or waits in it is
    /// stopped, with the text it has. `undo` puts the new one into the trash.
    ///
    /// # Errors
    /// `chatNotFound` where there is no such temporary chat; `storageFailed`, `storageFull`: then it is as temporary as before.
    pub async fn keep_chat(&self, id: &ChatId) -> Result<RestoredChat> {
        let memory = self.store_of(id).await?;
        if !memory.is_in_memory() {
            return Err(ErrorKind::ChatNotFound.into());
        }
        self.bring_to_rest(memory, id).await?;
        let (from, to, wanted, now) = (Arc::clone(memory), Arc::clone(&self.store), id.clone(), self.now());
        let (new, operation_id) = (ChatId::new(), OperationId::new());
        let kept = RestoredChat { chat: new.clone(), operation_id: operation_id.clone() };
        blocking(move || {
            from.read_now(|from| {
                to.write_now(|t| {
                    copy_chat(from, t, &wanted, &new, now)?;
                    store::chat::set_draft(t, &new, &store::chat::draft(from, &wanted)?)?;
                    let inverse = Inverse::RemoveChat { chat: new };
                    operation::insert(t, &operation_id, OperationKind::KeepChat, &inverse, now)
                })
            })?;
            from.write_now(|t| {
                store::chat::set_deleted(t, &wanted, Some(&OperationId::new()))?;
                trash::purge(t, std::slice::from_ref(&wanted), now)
            })
        })
        .await?;
        self.live.set_deleted(id, true);
        self.live.row_changed(&kept.chat);
        Ok(kept)
    }

    /// Stops what runs in a chat, and lets nothing go out that waits.
    async fn bring_to_rest(&self, store: &Arc<Store>, chat: &ChatId) -> Result<()> {
        let mut changed = self.live.follow();
        loop {
            changed.borrow_and_update();
            let (wanted, now) = (chat.clone(), self.now());
            let runs = store
                .write(move |t| {
                    let mut runs = false;
                    for reply in message::running(t, Some(&wanted))? {
                        if reply.state == Some(MessageState::Queued) {
                            let stopped = Settled::without_text(MessageState::Stopped, now);
                            message::settle(t, &wanted, &reply.id, &stopped)?;
                        } else {
                            runs = true;
                        }
                    }
                    Ok(runs)
                })
                .await?;
            if !runs {
                return Ok(());
            }
            self.replies.stop_chat(chat);
            if changed.changed().await.is_err() {
                return Err(Error::internal("life ended"));
            }
        }
    }

    /// Whether a chat is gone when Parlour ends.
    pub(crate) async fn is_temporary(&self, chat: &ChatId) -> Result<bool> {
        Ok(self.store_of(chat).await?.is_in_memory())
    }

    /// The database that holds a chat; the one on disk where neither does.
    pub(crate) async fn store_of(&self, chat: &ChatId) -> Result<&Arc<Store>> {
        let wanted = chat.clone();
        self.store_where(move |connection| store::chat::exists(connection, &wanted)).await
    }

    /// The database that holds a message.
    pub(crate) async fn store_of_message(&self, message: &MessageId) -> Result<&Arc<Store>> {
        let wanted = message.clone();
        self.store_where(move |connection| message::exists(connection, &wanted)).await
    }

    /// The database that holds an operation.
    pub(crate) async fn store_of_operation(&self, operation: &OperationId) -> Result<&Arc<Store>> {
        let wanted = operation.clone();
        self.store_where(move |connection| operation::exists(connection, &wanted)).await
    }

    /// The database that holds the last operation that still stands.
    pub(crate) async fn store_of_last_operation(&self) -> Result<&Arc<Store>> {
        let Some(memory) = self.temporary.store.get() else { return Ok(&self.store) };
        let (here, there) = (memory.read(operation::last).await?, self.store.read(operation::last).await?);
        // Ids of operations sort by time; of none there is nothing to take back.
        Ok(if here > there { memory } else { &self.store })
    }

    async fn store_where(
        &self,
        holds: impl FnOnce(&Connection) -> Result<bool> + Send + 'static,
    ) -> Result<&Arc<Store>> {
        match self.temporary.store.get() {
            Some(memory) if memory.read(holds).await? => Ok(memory),
            _ => Ok(&self.store),
        }
    }

    /// The database in memory, where there is one.
    pub(crate) fn memory(&self) -> Option<&Arc<Store>> {
        self.temporary.store.get()
    }

    /// Another database took the place of the one on disk. The chats in memory are still there.
    pub(crate) async fn replaced(&self, before: &[ChatId], after: &[ChatId]) {
        let mut there = after.to_vec();
        if let Some(memory) = self.memory() {
            there.extend(memory.read(store::chat::ids).await.unwrap_or_default());
        }
        self.live.replaced(before, &there);
    }

    /// Names the persona of a temporary chat: the library is on disk.
    pub(crate) async fn with_persona(&self, mut patch: ChatPatch) -> Result<ChatPatch> {
        if let Some(head) = patch.head.as_mut().filter(|head| head.temporary) {
            let (id, options) = (head.id.clone(), head.options.clone());
            let taken = self.store_of(&id).await?.read(move |memory| persona::taken(memory, &id)).await?;
            head.persona = self.store.read(move |disk| persona::named(disk, taken, &options)).await?;
        }
        Ok(patch)
    }

    /// Rows of the list for temporary chats: for these, or for all of them.
    pub(crate) async fn temporary_rows(&self, of: Option<Vec<ChatId>>) -> Result<Vec<ChatRow>> {
        let Some(memory) = self.memory() else { return Ok(Vec::new()) };
        let rows = memory
            .read(move |connection| match of {
                Some(ids) => Ok(store::chat::list::of(connection, ids)?.0),
                None => store::chat::list::all(connection),
            })
            .await?;
        Ok(rows.into_iter().map(|row| ChatRow { temporary: true, ..row }).collect())
    }

    /// Records what a request of a temporary chat used, before it goes out and when it has ended. A disk that does not take it
    /// keeps no one from talking: it is tried again with the next one, and at the end.
    pub(crate) async fn note_use(&self, used: Use) {
        let ended = used.result.is_some();
        {
            let mut unwritten = lock(&self.temporary.unwritten);
            unwritten.retain(|other| other.id != used.id);
            unwritten.push(used);
        }
        let written = {
            let unwritten = lock(&self.temporary.unwritten).clone();
            self.store.write(move |t| write_uses(t, &unwritten).map(|()| unwritten)).await
        };
        match written {
            Ok(written) => lock(&self.temporary.unwritten).retain(|used| !written.contains(used)),
            Err(error) => {
                log::warn!("what a temporary chat used is not recorded yet: {error}");
                if ended {
                    self.notify(NoticeContent::Failure { error });
                }
            }
        }
    }

    /// For the end of the run: a last try.
    pub(crate) fn write_what_was_used(&self) {
        let mut unwritten = lock(&self.temporary.unwritten);
        if unwritten.is_empty() {
            return;
        }
        match self.store.write_now(|t| write_uses(t, &unwritten)) {
            Ok(()) => unwritten.clear(),
            Err(error) => log::warn!("what a temporary chat used is not recorded: {error}"),
        }
    }
}

fn write_uses(connection: &Connection, uses: &[Use]) -> Result<()> {
    uses.iter().try_for_each(|used| request::note(connection, used))
}
