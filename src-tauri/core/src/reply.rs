//! THE use case: store the question with its reply row, stream the answer, journal it, settle it.
//!
//! `send_message` resolves when both rows are on disk: that is the acknowledgement. From there the reply belongs to core,
//! not to a call or a window: one worker per chat runs its replies one after the other, whatever happens to the windows.

mod outbox;
mod queue;
mod run;

use std::sync::Arc;

use rusqlite::{Connection, Transaction};

pub use outbox::Move;
pub(crate) use outbox::{requeue, rewrite};
pub(crate) use queue::{Replies, quieten, recover};

use crate::chat::{ChatId, MESSAGE_LIMIT, MessageId, MessageState, OperationId, Role};
use crate::error::{Error, ErrorKind, Result};
use crate::order::in_force::InForce;
use crate::parlour::Parlour;
use crate::patch::{OperationKind, Sent};
use crate::store::message::{NewMessage, StoredMessage};
use crate::store::operation::{Inverse, Made};
use crate::store::{chat, fork, message, operation};
use crate::title;
use crate::tree;

/// Text that is not too large to be taken.
///
/// # Errors
/// `messageTooLarge` with the limit in bytes.
pub(crate) fn check_size(text: &str) -> Result<()> {
    if text.len() > MESSAGE_LIMIT {
        return Err(Error::new(ErrorKind::MessageTooLarge).with(|d| d.limit = Some(MESSAGE_LIMIT as u64)));
    }
    Ok(())
}

pub(crate) fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(ErrorKind::EmptyMessage.into());
    }
    check_size(text)
}

impl Parlour {
    /// Stores a message and its reply row; resolves when both are on disk. The draft of the chat is gone in the same step.
    ///
    /// # Errors
    /// What goes wrong before that point: `emptyMessage`, `messageTooLarge`, `missingApiKey`, `keychainUnavailable`,
    /// `invalidBaseUrl`, `chatNotFound`, `storageFailed`, `storageFull`. All that goes wrong later is told in the reply's row.
    pub async fn send_message(self: &Arc<Self>, chat_id: &ChatId, text: String) -> Result<Sent> {
        check_text(&text)?;
        self.endpoint().await?;
        let (chat_of_it, now, settings) = (chat_id.clone(), self.now(), self.settings());
        let (sent, free) = self
            .store_of(chat_id)
            .await?
            .write(move |t| {
                let found = chat::find(t, &chat_of_it)?;
                let model = InForce::of(&found, &settings).model;
                if found.title.is_empty() && !found.title_by_person {
                    chat::set_title(t, &chat_of_it, &title::from_question(&text), false)?;
                }
                chat::set_draft(t, &chat_of_it, "")?;
                let free = is_free(t, found.head.as_ref())?;
                Ok((ask(t, &chat_of_it, found.head.as_ref(), &text, &model, now)?, free))
            })
            .await?;
        self.said(chat_id, &sent, free);
        Ok(sent)
    }

    /// A new version of a user message, with a reply to it; an undo shows the one before again.
    ///
    /// # Errors
    /// As `send_message`, and `messageNotFound`.
    pub async fn edit_message(self: &Arc<Self>, id: &MessageId, text: String) -> Result<Sent> {
        check_text(&text)?;
        self.endpoint().await?;
        let (id, now, settings) = (id.clone(), self.now(), self.settings());
        let (chat_id, sent, free) = self
            .store_of_message(&id)
            .await?
            .write(move |t| {
                let original = message::find(t, &id)?;
                if original.role != Some(Role::User) {
                    return Err(ErrorKind::MessageNotFound.into());
                }
                let before = chat::find(t, &original.chat)?;
                let model = InForce::of(&before, &settings).model;
                let free = is_free(t, original.parent.as_ref())?;
                let sent = ask(t, &original.chat, original.parent.as_ref(), &text, &model, now)?;
                fork::remember(t, &original.chat, before.head.as_ref())?;
                let inverse = Inverse::ShowEnd { chat: original.chat.clone(), head: before.head, made: None };
                operation::insert(t, &OperationId::new(), OperationKind::EditMessage, &inverse, now)?;
                Ok((original.chat, sent, free))
            })
            .await?;
        self.live.all_changed(&chat_id);
        self.said(&chat_id, &sent, free);
        Ok(sent)
    }

    fn said(self: &Arc<Self>, chat_id: &ChatId, sent: &Sent, free: bool) {
        if free {
            self.replies.force(&sent.reply_id);
        }
        self.live.path_changed(chat_id, &[sent.message_id.clone(), sent.reply_id.clone()]);
        self.live.row_changed(chat_id);
        self.pump(chat_id);
    }

    /// A new version of an answer. What is queued behind the old one waits for the new one. An undo shows the old one again,
    /// and ends the new one where it still runs.
    ///
    /// # Errors
    /// `messageNotFound`, also while the answer runs; the kinds of `send_message`.
    pub async fn regenerate_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        self.endpoint().await?;
        let (id, now, settings) = (id.clone(), self.now(), self.settings());
        let (chat_id, new) = self
            .store_of_message(&id)
            .await?
            .write(move |t| {
                let old = settled_answer(t, &id)?;
                let model = InForce::of(&chat::find(t, &old.chat)?, &settings).model;
                let new = MessageId::new();
                insert_reply(t, &old.chat, old.parent.as_ref(), &new, &model, now)?;
                show_instead(t, &old, &new, OperationKind::ShowVersion, &OperationId::new(), now)?;
                chat::touch(t, &old.chat, now)?;
                Ok((old.chat, new))
            })
            .await?;
        // Asked for: a failure further up does not hold it.
        self.replies.force(&new);
        self.live.all_changed(&chat_id);
        self.live.row_changed(&chat_id);
        self.pump(&chat_id);
        Ok(())
    }

    /// Runs a reply that ended without text once more, in its place; one with text gets a new version.
    ///
    /// # Errors
    /// As `regenerate_reply`.
    pub async fn retry_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        let wanted = id.clone();
        let store = self.store_of_message(id).await?;
        let has_text = store.read(move |connection| Ok(!message::text(connection, &wanted)?.is_empty())).await?;
        if has_text { self.regenerate_reply(id).await } else { self.run_again(id).await }
    }

    /// Asks for the rest of an answer: a new request, a further part of the same message.
    ///
    /// # Errors
    /// As `regenerate_reply`.
    pub async fn continue_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        self.run_again(id).await
    }

    async fn run_again(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        self.endpoint().await?;
        let (wanted, now) = (id.clone(), self.now());
        let chat_id = self
            .store_of_message(id)
            .await?
            .write(move |t| {
                let reply = settled_answer(t, &wanted)?;
                message::reopen(t, &reply)?;
                chat::touch(t, &reply.chat, now)?;
                Ok(reply.chat)
            })
            .await?;
        self.replies.force(id);
        self.live.messages_changed(&chat_id, [id.clone()]);
        self.live.row_changed(&chat_id);
        self.pump(&chat_id);
        Ok(())
    }
}

/// Stores a question under a parent, with its reply row, as the new end of the path.
fn ask(
    t: &Connection,
    chat_id: &ChatId,
    parent: Option<&MessageId>,
    text: &str,
    model: &str,
    now: i64,
) -> Result<Sent> {
    let sent = Sent { message_id: MessageId::new(), reply_id: MessageId::new() };
    message::insert(
        t,
        &NewMessage {
            id: &sent.message_id,
            chat: chat_id,
            parent,
            role: Role::User,
            state: MessageState::Complete,
            model: None,
            text: Some(text),
            now,
        },
    )?;
    insert_reply(t, chat_id, Some(&sent.message_id), &sent.reply_id, model, now)?;
    chat::set_head(t, chat_id, Some(&sent.reply_id))?;
    chat::touch(t, chat_id, now)?;
    Ok(sent)
}

fn insert_reply(
    t: &Connection,
    chat_id: &ChatId,
    parent: Option<&MessageId>,
    id: &MessageId,
    model: &str,
    now: i64,
) -> Result<()> {
    let (role, state) = (Role::Assistant, MessageState::Queued);
    message::insert(t, &NewMessage { id, chat: chat_id, parent, role, state, model: Some(model), text: None, now })
}

pub(crate) fn settled_answer(t: &Connection, id: &MessageId) -> Result<StoredMessage> {
    let found = message::find(t, id)?;
    if found.role == Some(Role::Assistant) && found.state.is_some_and(MessageState::is_settled) {
        Ok(found)
    } else {
        Err(ErrorKind::MessageNotFound.into())
    }
}

/// Shows a new version of an answer in its place, with what is queued behind that one, as an operation.
pub(crate) fn show_instead(
    t: &Transaction<'_>,
    old: &StoredMessage,
    new: &MessageId,
    kind: OperationKind,
    by: &OperationId,
    now: i64,
) -> Result<()> {
    let before = chat::find(t, &old.chat)?.head;
    let queued = queued_behind(t, old)?;
    if let Some(next) = &queued {
        message::set_parent(t, next, Some(new))?;
    }
    // Where that is shown, its end is the end still.
    tree::show(t, &old.chat, new)?;
    let head = if queued.is_some() { Some(old.id.clone()) } else { before };
    let made = Made { version: new.clone(), instead_of: old.id.clone(), queued: queued.map(|question| question.id) };
    let inverse = Inverse::ShowEnd { chat: old.chat.clone(), head, made: Some(made) };
    operation::insert(t, by, kind, &inverse, now)
}

/// The question behind an answer whose own reply is still queued.
fn queued_behind(t: &Connection, answer: &StoredMessage) -> Result<Option<StoredMessage>> {
    let Some(question) = message::newest_child(t, &answer.chat, &answer.id)? else { return Ok(None) };
    let Some(reply) = message::newest_child(t, &answer.chat, &question)? else { return Ok(None) };
    if message::find(t, &reply)?.state == Some(MessageState::Queued) {
        return message::find(t, &question).map(Some);
    }
    Ok(None)
}

/// Whether nothing is still to come before a message that hangs here: then it is no queue that a failure could hold.
fn is_free(t: &Connection, parent: Option<&MessageId>) -> Result<bool> {
    for id in message::path(t, parent)? {
        let before = message::find(t, &id)?;
        if before.role == Some(Role::Assistant) && before.state.is_some_and(|state| !state.is_settled()) {
            return Ok(false);
        }
    }
    Ok(true)
}
