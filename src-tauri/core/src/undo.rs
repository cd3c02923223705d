//! Taking back what was done: each operation was recorded with its inverse, so that it can be undone also after a restart.

use std::sync::Arc;

use rusqlite::Transaction;

use crate::chat::{MessageId, OperationId};
use crate::error::{ErrorKind, Result};
use crate::library;
use crate::order::change::Seen;
use crate::parlour::Parlour;
use crate::patch::{OperationKind, Undone};
use crate::reply::{requeue, rewrite};
use crate::store::operation::{Inverse, Taken};
use crate::store::{Store, chat, message, operation};
use crate::tree;

impl Parlour {
    /// Takes an operation back. Twice is once: then there is nothing to tell.
    ///
    /// # Errors
    /// `messageNotFound` where there is no such operation; `storageFailed`, `storageFull`.
    pub async fn undo(self: &Arc<Self>, id: &OperationId) -> Result<Option<Undone>> {
        let (store, id) = (self.store_of_operation(id).await?, id.clone());
        self.take_back_operation(store, move |_| Ok(Some(id))).await
    }

    /// Takes back the last operation that still stands; `None` where there is none.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`.
    pub async fn undo_last(self: &Arc<Self>) -> Result<Option<Undone>> {
        let store = self.store_of_last_operation().await?;
        self.take_back_operation(store, |t: &Transaction<'_>| operation::last(t)).await
    }

    async fn take_back_operation(
        self: &Arc<Self>,
        store: &Arc<Store>,
        choose: impl FnOnce(&Transaction<'_>) -> Result<Option<OperationId>> + Send + 'static,
    ) -> Result<Option<Undone>> {
        let now = self.now();
        let taken = store
            .write(move |t| {
                let Some(id) = choose(t)? else { return Ok(None) };
                let by = OperationId::new();
                let Some(taken) = operation::take(t, &id, &by)? else { return Ok(None) };
                let mut seen = Seen::default();
                let Some(redo) = apply(t, &taken.inverse, &by, &mut seen)? else { return Ok(None) };
                operation::insert(t, &by, OperationKind::Undo, &redo, now)?;
                let left = match (taken.kind, &taken.inverse, &redo) {
                    (_, Inverse::ShowEnd { made: Some(made), .. }, _) => {
                        is_open(t, &made.version)?.into_iter().collect()
                    }
                    (
                        OperationKind::EditMessage,
                        Inverse::ShowEnd { head: to, .. },
                        Inverse::ShowEnd { head: from, .. },
                    ) => open_replies(t, from, to)?,
                    _ => Vec::new(),
                };
                Ok(Some((taken, left, seen)))
            })
            .await?;
        let Some((Taken { kind, inverse }, left, seen)) = taken else { return Ok(None) };
        if let Inverse::Order { .. } = &inverse {
            self.arranged(&seen).await?;
            // Of several there is none that could be shown.
            let chat = if let [chat] = &seen.back[..] { Some(chat.clone()) } else { None };
            return Ok(Some(Undone { kind, chat }));
        }
        if let Inverse::Shelve { personas, .. } = &inverse {
            self.personas_changed(personas.clone()).await?;
        }
        let Some(chat) = inverse.chat().cloned() else { return Ok(Some(Undone { kind, chat: None })) };
        match inverse {
            Inverse::RestoreChat { .. } => self.live.set_deleted(&chat, false),
            Inverse::RemoveChat { .. } => {
                self.replies.stop_chat(&chat);
                self.live.set_deleted(&chat, true);
            }
            Inverse::RestoreMessages { .. } | Inverse::ShowEnd { .. } | Inverse::RewriteQueued { .. } => {
                self.live.all_changed(&chat);
            }
            Inverse::RetitleChat { .. } | Inverse::SetOptions { .. } | Inverse::SetPersona { .. } => {
                self.live.head_changed(&chat);
            }
            Inverse::NameBranch { message, .. } => self.live.messages_changed(&chat, [message]),
            Inverse::Shelve { .. } | Inverse::Order { .. } => {}
        }
        // The answer to what is taken back is of no use any more; what it has said so far is kept.
        for reply in left {
            self.stop_reply(&reply).await?;
        }
        self.live.row_changed(&chat);
        // A queued message that is back goes out.
        self.pump(&chat);
        Ok(Some(Undone { kind, chat: Some(chat) }))
    }
}

/// The replies of a path that have not ended and are not on the other one.
fn open_replies(t: &Transaction<'_>, from: &Option<MessageId>, to: &Option<MessageId>) -> Result<Vec<MessageId>> {
    let stays = message::path(t, to.as_ref())?;
    let mut open = Vec::new();
    for id in message::path(t, from.as_ref())?.into_iter().filter(|id| !stays.contains(id)) {
        open.extend(is_open(t, &id)?);
    }
    Ok(open)
}

/// The message, if it is a reply that has not ended.
fn is_open(t: &Transaction<'_>, id: &MessageId) -> Result<Option<MessageId>> {
    match message::find(t, id) {
        Ok(found) => Ok(found.state.is_some_and(|state| !state.is_settled()).then_some(found.id)),
        Err(error) if error.kind == ErrorKind::MessageNotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does what an inverse says, and gives what would take that back; `None` where it is too late for it.
fn apply(t: &Transaction<'_>, inverse: &Inverse, by: &OperationId, seen: &mut Seen) -> Result<Option<Inverse>> {
    Ok(Some(match inverse {
        Inverse::RemoveChat { chat: id } => {
            chat::set_deleted(t, id, Some(by))?;
            Inverse::RestoreChat { chat: id.clone() }
        }
        Inverse::RestoreChat { chat: id } => {
            chat::set_deleted(t, id, None)?;
            inverse.clone()
        }
        Inverse::RestoreMessages { chat: id, messages, head } => {
            let before = chat::find(t, id)?.head;
            for message in messages {
                message::set_deleted(t, message, None)?;
            }
            // Where more was said since, the path goes on through the message that is back; where another version took its
            // place, it comes back as the one that is shown.
            if let Some(head) = head {
                tree::show(t, id, head)?;
            }
            Inverse::RestoreMessages { chat: id.clone(), messages: messages.clone(), head: before }
        }
        Inverse::RetitleChat { chat: id, title, by_person } => {
            let before = chat::find(t, id)?;
            chat::set_title(t, id, title, *by_person)?;
            Inverse::RetitleChat { chat: id.clone(), title: before.title, by_person: before.title_by_person }
        }
        Inverse::ShowEnd { chat: id, head, made } => {
            let before = chat::find(t, id)?.head;
            if let Some(made) = made {
                requeue(t, made)?;
            }
            // With what was said there since.
            match head {
                Some(head) => drop(tree::show(t, id, head)?),
                None => chat::set_head(t, id, None)?,
            }
            Inverse::ShowEnd { chat: id.clone(), head: before, made: None }
        }
        Inverse::SetPersona { chat: id, persona, options } => {
            library::undo::set_persona(t, id, persona.as_ref(), options)?
        }
        Inverse::Shelve { personas, prompts, there } => library::undo::shelve(t, personas, prompts, *there, by)?,
        Inverse::NameBranch { chat: id, message, name } => tree::rename(t, id, message, name)?,
        Inverse::Order { change } => {
            return Ok(change.apply(t, by, seen)?.map(|change| Inverse::Order { change }));
        }
        Inverse::SetOptions { chat: id, options } => {
            let before = chat::find(t, id)?.options;
            chat::set_options(t, id, options)?;
            Inverse::SetOptions { chat: id.clone(), options: before }
        }
        Inverse::RewriteQueued { message: id, text, .. } => match rewrite(t, id, text) {
            Err(error) if error.kind == ErrorKind::MessageNotFound => return Ok(None),
            inverse => inverse?,
        },
    }))
}
