//! What a person does to chats besides talking: open, rename, delete, keep a draft.

use std::collections::HashSet;
use std::sync::Arc;

use crate::chat::{ChatId, ChatOptions, MessageId, MessageState, OperationId, Role};
use crate::error::{ErrorKind, Result};
use crate::markdown::export::{Clipboard, clipboard};
use crate::markdown::parse;
use crate::parlour::Parlour;
use crate::patch::{Done, OpenedChat, OperationKind, Start};
use crate::store::operation::Inverse;
use crate::store::{chat, message, operation};
use crate::tree;

/// The longest title a person may give, in characters.
const LONGEST_TITLE: usize = 200;

impl Parlour {
    /// Everything for the first picture of a window: on the chat it was made for, else on the last one, else on an empty one.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn start(self: &Arc<Self>, wanted: Option<ChatId>) -> Result<Start> {
        match self.try_to_start(wanted.clone()).await {
            Err(error) if error.kind == ErrorKind::StorageDamaged => {
                // Nothing can be shown before it is repaired.
                self.check().await?;
                self.try_to_start(wanted).await
            }
            other => other,
        }
    }

    async fn try_to_start(&self, wanted: Option<ChatId>) -> Result<Start> {
        let overview = self.overview().await?;
        let wanted = wanted.or_else(|| self.settings().last_chat);
        let opened = match wanted {
            Some(id) => match self.read_chat(&id).await {
                Err(error) if error.kind == ErrorKind::ChatNotFound => self.new_chat().await?,
                other => other?,
            },
            None => self.new_chat().await?,
        };
        Ok(Start { overview, chat: opened.chat, draft: opened.draft, version: env!("CARGO_PKG_VERSION").into() })
    }

    async fn read_chat(&self, id: &ChatId) -> Result<OpenedChat> {
        let patch = self.next_patch(id, 0).await?;
        let (id, store) = (id.clone(), self.store_of(id).await?);
        let draft = store.read(move |connection| chat::draft(connection, &id)).await?;
        Ok(OpenedChat { chat: patch, draft })
    }

    /// A chat with its draft; it is remembered as the last one, unless it is temporary.
    ///
    /// # Errors
    /// `chatNotFound`, `storageFailed`.
    pub async fn open_chat(&self, id: &ChatId) -> Result<OpenedChat> {
        let opened = self.read_chat(id).await?;
        if !self.is_temporary(id).await? {
            self.remember(id).await;
        }
        Ok(opened)
    }

    /// An empty chat: the one there is, else a new one.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`.
    pub async fn new_chat(&self) -> Result<OpenedChat> {
        let now = self.now();
        let id = self.store.write(move |t| chat::find_or_insert_empty(t, now)).await?;
        self.open_chat(&id).await
    }

    /// The last chat is a convenience: failing to keep it is not worth an error.
    async fn remember(&self, id: &ChatId) {
        let mut settings = self.settings();
        if settings.last_chat.as_ref() != Some(id) {
            settings.last_chat = Some(id.clone());
            if let Err(error) = self.keep_settings(settings).await {
                log::warn!("the last chat was not kept: {error}");
            }
        }
    }

    /// The whole text of a message, an answer's as Markdown.
    ///
    /// # Errors
    /// `messageNotFound`, `storageFailed`.
    pub async fn message_text(&self, id: &MessageId) -> Result<String> {
        let wanted = id.clone();
        let store = self.store_of_message(id).await?;
        let chat = store.read(move |connection| Ok(message::find(connection, &wanted)?.chat)).await?;
        // In this order: a reply that ends between the two is in the store before it leaves life.
        if let Some(text) = self.live.text(&chat, id) {
            return Ok(text);
        }
        let wanted = id.clone();
        store.read(move |connection| message::text(connection, &wanted)).await
    }

    /// A whole message for the clipboard: an answer as it was written and as HTML, any other as its text.
    ///
    /// # Errors
    /// `messageNotFound`, `storageFailed`.
    pub async fn copied_message(&self, id: &MessageId) -> Result<Clipboard> {
        let wanted = id.clone();
        let store = self.store_of_message(id).await?;
        let role = store.read(move |connection| Ok(message::find(connection, &wanted)?.role)).await?;
        let text = self.message_text(id).await?;
        let html = (role == Some(Role::Assistant)).then(|| clipboard(&parse(&text)).html).flatten();
        Ok(Clipboard { html, text })
    }

    /// Gives a chat a title of the person's; an automatic one never replaces it. An empty one asks for the automatic again.
    ///
    /// # Errors
    /// `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn rename_chat(&self, id: &ChatId, title: &str) -> Result<Done> {
        let title: String =
            title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_TITLE).collect();
        let (wanted, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        self.store_of(id)
            .await?
            .write(move |t| {
                let before = chat::find(t, &wanted)?;
                let inverse = Inverse::RetitleChat {
                    chat: wanted.clone(),
                    title: before.title,
                    by_person: before.title_by_person,
                };
                chat::set_title(t, &wanted, &title, !title.is_empty())?;
                operation::insert(t, &operation_of_it, OperationKind::RenameChat, &inverse, now)
            })
            .await?;
        self.live.head_changed(id);
        self.live.row_changed(id);
        Ok(Done { operation_id })
    }

    /// Deletes a chat; `undo` brings it back. A reply that runs in it is stopped.
    ///
    /// # Errors
    /// `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn delete_chat(&self, id: &ChatId) -> Result<Done> {
        let (wanted, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        self.store_of(id)
            .await?
            .write(move |t| {
                chat::find(t, &wanted)?;
                chat::set_deleted(t, &wanted, Some(&operation_of_it))?;
                operation::insert(
                    t,
                    &operation_of_it,
                    OperationKind::DeleteChat,
                    &Inverse::RestoreChat { chat: wanted },
                    now,
                )
            })
            .await?;
        self.replies.stop_chat(id);
        self.live.set_deleted(id, true);
        Ok(Done { operation_id })
    }

    /// Takes one message out of the path, with its reply where that is still to come; `undo` brings it back.
    ///
    /// # Errors
    /// `messageNotFound`, also for a reply that is running; `storageFailed`, `storageFull`.
    pub async fn delete_message(&self, id: &MessageId) -> Result<Done> {
        let (wanted, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        let chat_id = self
            .store_of_message(id)
            .await?
            .write(move |t| {
                let found = message::find(t, &wanted)?;
                if !found.state.is_some_and(|state| state.is_settled()) {
                    return Err(ErrorKind::MessageNotFound.into());
                }
                let mut queued = message::newest_child(t, &found.chat, &found.id)?;
                if let Some(next) = &queued {
                    // Without its question it would answer another one.
                    if message::find(t, next)?.state != Some(MessageState::Queued) {
                        queued = None;
                    }
                }
                let inverse = take_out(t, &found, queued, &operation_of_it)?;
                operation::insert(t, &operation_of_it, OperationKind::DeleteMessage, &inverse, now)?;
                Ok(found.chat)
            })
            .await?;
        self.live.all_changed(&chat_id);
        self.live.row_changed(&chat_id);
        Ok(Done { operation_id })
    }

    /// Sets what differs from the defaults in one chat; `undo` gives it back what it had.
    ///
    /// # Errors
    /// `invalidSettings`, `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn set_chat_options(&self, id: &ChatId, options: ChatOptions) -> Result<Done> {
        let options = options.checked()?;
        let (wanted, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        self.store_of(id)
            .await?
            .write(move |t| {
                let before = chat::find(t, &wanted)?.options;
                chat::set_options(t, &wanted, &options)?;
                let inverse = Inverse::SetOptions { chat: wanted, options: before };
                operation::insert(t, &operation_of_it, OperationKind::ChangeOptions, &inverse, now)
            })
            .await?;
        self.live.head_changed(id);
        Ok(Done { operation_id })
    }

    /// Keeps what the person is typing.
    ///
    /// # Errors
    /// `chatNotFound`, `messageTooLarge`, `storageFailed`, `storageFull`.
    pub async fn save_draft(&self, id: &ChatId, text: String) -> Result<()> {
        crate::reply::check_size(&text)?;
        let wanted = id.clone();
        let empty = self
            .store_of(id)
            .await?
            .write(move |t| {
                let found = chat::find(t, &wanted)?;
                chat::set_draft(t, &wanted, &text)?;
                Ok(found.head.is_none() && found.title.is_empty())
            })
            .await?;
        // A chat that holds nothing but a draft enters or leaves the list; of any other, windows have nothing to show.
        if empty {
            self.live.row_changed(id);
        }
        Ok(())
    }
}

/// Marks a message, and what goes with it, as deleted. Where that was the end of the path, another version takes its place.
///
/// # Errors
/// `chatNotFound`.
pub(crate) fn take_out(
    t: &rusqlite::Transaction<'_>,
    top: &message::StoredMessage,
    with: impl IntoIterator<Item = MessageId>,
    by: &OperationId,
) -> Result<Inverse> {
    let head = chat::find(t, &top.chat)?.head;
    let messages: Vec<MessageId> = std::iter::once(top.id.clone()).chain(with).collect();
    let was_end = message::path(t, head.as_ref())?.ends_with(&messages);
    for id in &messages {
        message::set_deleted(t, id, Some(by))?;
    }
    if was_end && let Some(other) = other_version(t, top)? {
        tree::show(t, &top.chat, &other)?;
    }
    Ok(Inverse::RestoreMessages { chat: top.chat.clone(), messages, head })
}

/// The newest other version of a deleted message; where it has none, of the deleted message that it answers, and so on.
fn other_version(t: &rusqlite::Transaction<'_>, deleted: &message::StoredMessage) -> Result<Option<MessageId>> {
    let (mut at, mut seen) = (deleted.clone(), HashSet::new());
    // Where damage made a circle of parents, it ends.
    while seen.insert(at.id.clone()) {
        if let Some(other) = message::siblings(t, &at)?.pop() {
            return Ok(Some(other));
        }
        match at.parent.as_ref().map(|parent| message::find_deleted(t, parent)).transpose()?.flatten() {
            Some(parent) => at = parent,
            None => break,
        }
    }
    Ok(None)
}
