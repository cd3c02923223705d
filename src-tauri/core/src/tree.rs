//! A chat as a tree: which path of it is shown, and what a person does to its branches.

mod align;
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
            .store_of_message(&id)
            .await?
            .write(move |t| {
                let found = message::find(t, &id)?;
                let siblings = message::siblings(t, &found)?;
                let chosen = number.checked_sub(1).and_then(|at| siblings.get(at)).ok_or(ErrorKind::MessageNotFound)?;
                if !choose(t, &found.chat, chosen, &operation_of_it, now)? {
                    operation::insert_void(t, &operation_of_it, OperationKind::ShowVersion, now)?;
                }
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
            .store_of_message(&id)
            .await?
            .write(move |t| {
                let found = message::find(t, &id)?;
                Ok(choose(t, &found.chat, &id, &operation_of_it, now)?.then_some(found.chat))
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
            .store_of_message(id)
            .await?
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

/// Shows a message as an operation. Whether anything changed.
fn choose(t: &Transaction<'_>, chat_id: &ChatId, id: &MessageId, by: &OperationId, now: i64) -> Result<bool> {
    let before = chat::find(t, chat_id)?.head;
    let moved = show(t, chat_id, id)?;
    if moved {
        let inverse = Inverse::ShowEnd { chat: chat_id.clone(), head: before, made: None };
        operation::insert(t, by, OperationKind::ShowVersion, &inverse, now)?;
    }
    Ok(moved)
}

/// Leads the path through a message, and from there at each fork the way that was taken last, else to what was said last;
/// deleted ones are passed over. It stays as it is where it leads there already. For each fork of the path that is left it
/// is remembered which way it went. Whether anything changed.
///
/// # Errors
/// `chatNotFound`, `storageFailed`.
pub(crate) fn show(t: &Transaction<'_>, chat_id: &ChatId, through: &MessageId) -> Result<bool> {
    let head = chat::find(t, chat_id)?.head;
    let shape = walk::Tree::read(t, chat_id)?;
    if !shape.has(through) || head.as_ref().is_some_and(|head| shape.leads_through(head, through)) {
        return Ok(false);
    }
    // Where all from there on is deleted, it ended there.
    let end = shape.end_below(through, &forks::all(t, chat_id)?);
    forks::remember(t, chat_id, head.as_ref())?;
    chat::set_head(t, chat_id, Some(end.as_ref().unwrap_or(through)))?;
    Ok(true)
}
