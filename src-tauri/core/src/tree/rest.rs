//! Deleting from a message on.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use crate::chat::{ChatId, MessageId, OperationId};
use crate::chats::take_out;
use crate::error::{ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::store::{Store, chat, message, operation};

/// How long replies may take to be stored after a stop.
const LONGEST_STOP: Duration = Duration::from_secs(10);

impl Parlour {
    /// Takes a message and all that follows it on the path out of the chat; replies that run among them are stopped first.
    /// An undo brings all of it back.
    ///
    /// # Errors
    /// `messageNotFound`, also where the path does not hold it; `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn delete_rest(self: &Arc<Self>, id: &MessageId) -> Result<Done> {
        let wanted = id.clone();
        let store = self.store_of_message(id).await?;
        let chat_id = store.read(move |connection| Ok(message::find(connection, &wanted)?.chat)).await?;
        let done = async {
            loop {
                self.stop_rest(store, &chat_id, id).await?;
                // None where something began to run meanwhile.
                if let Some(done) = self.take_out_rest(store, &chat_id, id).await? {
                    return Ok::<_, crate::error::Error>(done);
                }
            }
        };
        let done = tokio::time::timeout(LONGEST_STOP, done).await.map_err(|_| ErrorKind::StorageFailed)??;
        self.live.all_changed(&chat_id);
        self.live.row_changed(&chat_id);
        self.pump(&chat_id);
        Ok(done)
    }

    /// Stops what runs from a message on, and waits for its end.
    async fn stop_rest(self: &Arc<Self>, store: &Arc<Store>, chat_id: &ChatId, id: &MessageId) -> Result<()> {
        // Before the look: no change after it is missed.
        let mut changes = self.live.follow();
        loop {
            changes.borrow_and_update();
            let (wanted, of) = (id.clone(), chat_id.clone());
            let open = store.read(move |connection| Ok(open(connection, &rest(connection, &of, &wanted)?)));
            let open = open.await??;
            if open.is_empty() {
                return Ok(());
            }
            // The last one first: else the end of one lets the next go out.
            for reply in open.iter().rev() {
                self.stop_reply(reply).await?;
            }
            if changes.changed().await.is_err() {
                return Err(ErrorKind::StorageFailed.into());
            }
        }
    }

    async fn take_out_rest(&self, store: &Arc<Store>, chat_id: &ChatId, id: &MessageId) -> Result<Option<Done>> {
        let (chat_id, id, now, operation_id) = (chat_id.clone(), id.clone(), self.now(), OperationId::new());
        store
            .write(move |t| {
                let rest = rest(t, &chat_id, &id)?;
                if !open(t, &rest)?.is_empty() {
                    return Ok(None);
                }
                let (top, after) = (message::find(t, &id)?, rest.into_iter().skip(1));
                let inverse = take_out(t, &top, after, &operation_id)?;
                operation::insert(t, &operation_id, OperationKind::DeleteRest, &inverse, now)?;
                Ok(Some(Done { operation_id }))
            })
            .await
    }
}

/// The path from a message on.
fn rest(connection: &Connection, chat_id: &ChatId, id: &MessageId) -> Result<Vec<MessageId>> {
    let path = message::path(connection, chat::find(connection, chat_id)?.head.as_ref())?;
    let from = path.iter().position(|on| on == id).ok_or(ErrorKind::MessageNotFound)?;
    Ok(path.into_iter().skip(from).collect())
}

/// Those of some messages that have not settled.
fn open(connection: &Connection, ids: &[MessageId]) -> Result<Vec<MessageId>> {
    let mut open = Vec::new();
    for id in ids {
        if message::find(connection, id)?.state.is_some_and(|state| !state.is_settled()) {
            open.push(id.clone());
        }
    }
    Ok(open)
}
