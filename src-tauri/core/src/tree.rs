//! A chat as a tree: which path of it is shown, and what a person does to its branches.

mod compare;
mod fork;
mod map;
mod rest;
mod walk;

pub use compare::{Comparison, Hunk, Piece, PieceKind};
pub use fork::Forked;
pub use map::{ChatMap, Stretch};

use std::sync::Arc;

use rusqlite::Transaction;

use crate::chat::{ChatId, MessageId, OperationId};
use crate::error::{ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::store::operation::Inverse;
use crate::store::{branch, chat, fork as forks, message, operation};

/// The longest name of a branch, in characters.
const LONGEST_NAME: usize = 80;

impl Parlour {
    /// Shows the sibling `number` (from 1) of a message, with what was shown after it last; an undo shows the one before.
    ///
    /// # Errors
    /// `messageNotFound`, `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn choose_version(&self, id: &MessageId, number: usize) -> Result<Done> {
        let (id, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        let chat_id = self
            .store
            .write(move |t| {
                let found = message::find(t, &id)?;
                let siblings = message::siblings(t, &found)?;
                let chosen = number.checked_sub(1).and_then(|at| siblings.get(at)).ok_or(ErrorKind::MessageNotFound)?;
                show(t, &found.chat, chosen, &operation_of_it, now)?;
                Ok(found.chat)
            })
            .await?;
        self.live.all_changed(&chat_id);
        Ok(Done { operation_id })
    }

    /// Shows a message of any branch, with what was shown after it last; an undo shows what was there before. `None` where
    /// the path holds the message: then it stays as it is.
    ///
    /// # Errors
    /// `messageNotFound`, `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn show_message(&self, id: &MessageId) -> Result<Option<Done>> {
        let (id, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        let elsewhere = self
            .store
            .write(move |t| {
                let found = message::find(t, &id)?;
                let head = chat::find(t, &found.chat)?.head;
                if message::path(t, head.as_ref())?.contains(&id) {
                    return Ok(None);
                }
                show(t, &found.chat, &id, &operation_of_it, now)?;
                Ok(Some(found.chat))
            })
            .await?;
        let Some(chat_id) = elsewhere else { return Ok(None) };
        self.live.all_changed(&chat_id);
        Ok(Some(Done { operation_id }))
    }

    /// Names the branch that begins with a message; an empty name takes it away. An undo gives the former one back.
    ///
    /// # Errors
    /// `messageNotFound`, `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn name_branch(self: &Arc<Self>, id: &MessageId, name: &str) -> Result<Done> {
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
        let (wanted, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        let chat_id = self
            .store
            .write(move |t| {
                let found = message::find(t, &wanted)?;
                chat::find(t, &found.chat)?;
                let inverse = rename(t, &found.chat, &wanted, name.trim_end())?;
                operation::insert(t, &operation_of_it, OperationKind::NameBranch, &inverse, now)?;
                Ok(found.chat)
            })
            .await?;
        self.live.messages_changed(&chat_id, [id.clone()]);
        Ok(Done { operation_id })
    }
}

/// Gives a branch a name, and says what gives it the former one.
///
/// # Errors
/// `storageFailed`.
pub(crate) fn rename(t: &Transaction<'_>, chat_id: &ChatId, id: &MessageId, name: &str) -> Result<Inverse> {
    let before = branch::name(t, id)?.unwrap_or_default();
    branch::set_name(t, chat_id, id, name)?;
    Ok(Inverse::NameBranch { chat: chat_id.clone(), message: id.clone(), name: before })
}

/// Shows a message with what was shown after it last, as an operation.
fn show(t: &Transaction<'_>, chat_id: &ChatId, id: &MessageId, by: &OperationId, now: i64) -> Result<()> {
    let before = chat::find(t, chat_id)?.head;
    // What is on the path keeps what follows it there.
    if !message::path(t, before.as_ref())?.contains(id) {
        let end = end_below(t, chat_id, id)?;
        move_to(t, chat_id, before.as_ref(), end.as_ref())?;
    }
    let inverse = Inverse::ShowEnd { chat: chat_id.clone(), head: before };
    operation::insert(t, by, OperationKind::ShowVersion, &inverse, now)
}

/// Moves the end of the path from one branch to another. For each fork of the old one it is remembered which way it went.
///
/// # Errors
/// `storageFailed`.
pub(crate) fn move_to(
    t: &Transaction<'_>,
    chat_id: &ChatId,
    from: Option<&MessageId>,
    to: Option<&MessageId>,
) -> Result<()> {
    if from != to {
        forks::remember(t, chat_id, from)?;
        chat::set_head(t, chat_id, to)?;
    }
    Ok(())
}

/// Where the path ends that leads through a message: at each fork the way that was taken last, else to what was said last.
/// Also where something between is deleted.
///
/// # Errors
/// `storageFailed`.
pub(crate) fn end_below(t: &Transaction<'_>, chat_id: &ChatId, id: &MessageId) -> Result<Option<MessageId>> {
    Ok(walk::Tree::read(t, chat_id)?.end_below(id, &forks::all(t, chat_id)?))
}
