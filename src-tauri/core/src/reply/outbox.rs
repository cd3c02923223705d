//! What waits in the queue can be written anew and put before or behind its neighbour, as long as it has not gone out.

use std::sync::Arc;

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use crate::chat::{MessageId, MessageState, OperationId, Role};
use crate::error::{ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::store::message::StoredMessage;
use crate::store::operation::{Inverse, Made};
use crate::store::{chat, message, operation};

/// Which way a message moves in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Move {
    /// Before the message in front of it.
    Earlier,
    /// Behind the message after it.
    Later,
}

impl Parlour {
    /// Gives a message that waits in the queue another text, in its place; an undo gives the former one back.
    ///
    /// # Errors
    /// `messageNotFound` where it does not wait any more; `emptyMessage`, `messageTooLarge`, `storageFailed`,
    /// `storageFull`.
    pub async fn rewrite_queued(self: &Arc<Self>, id: &MessageId, text: String) -> Result<Done> {
        super::check_text(&text)?;
        let (id, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let operation_of_it = operation_id.clone();
        let chat_id = self
            .store_of_message(&id)
            .await?
            .write(move |t| {
                let inverse = rewrite(t, &id, &text)?;
                operation::insert(t, &operation_of_it, OperationKind::EditMessage, &inverse, now)?;
                Ok(inverse.chat().cloned().ok_or(ErrorKind::MessageNotFound)?)
            })
            .await?;
        self.left_the_queue(&chat_id);
        Ok(Done { operation_id })
    }

    /// Changes the places of a message that waits in the queue and its neighbour; at the end of the queue nothing happens.
    ///
    /// # Errors
    /// `messageNotFound` where it does not wait any more; `storageFailed`, `storageFull`.
    pub async fn move_queued(self: &Arc<Self>, id: &MessageId, to: Move) -> Result<()> {
        let id = id.clone();
        let chat_id = self
            .store_of_message(&id)
            .await?
            .write(move |t| {
                let moved = Waiting::find(t, &id)?;
                let chat_id = moved.question.chat.clone();
                let pair = match to {
                    Move::Earlier => moved.before(t)?.map(|before| (before, moved)),
                    Move::Later => moved.after(t)?.map(|after| (moved, after)),
                };
                if let Some((first, second)) = pair {
                    swap(t, &first, &second)?;
                }
                Ok(chat_id)
            })
            .await?;
        self.left_the_queue(&chat_id);
        Ok(())
    }
}

/// A question in the queue with its reply.
struct Waiting {
    question: StoredMessage,
    reply: StoredMessage,
}

impl Waiting {
    /// The question, if its reply waits in the queue and never ran.
    fn find(t: &Transaction<'_>, id: &MessageId) -> Result<Self> {
        let question = message::find(t, id)?;
        let reply = message::newest_child(t, &question.chat, id)?.map(|reply| message::find(t, &reply)).transpose()?;
        match reply {
            Some(reply)
                if question.role == Some(Role::User)
                    && reply.state == Some(MessageState::Queued)
                    && reply.started_at.is_none() =>
            {
                Ok(Self { question, reply })
            }
            _ => Err(ErrorKind::MessageNotFound.into()),
        }
    }

    /// The same where there may be none.
    fn there(t: &Transaction<'_>, id: Option<MessageId>) -> Result<Option<Self>> {
        match id.map(|id| Self::find(t, &id)).transpose() {
            Err(error) if error.kind == ErrorKind::MessageNotFound => Ok(None),
            found => found,
        }
    }

    /// The one in front of it in the queue.
    fn before(&self, t: &Transaction<'_>) -> Result<Option<Self>> {
        let Some(answer) = &self.question.parent else { return Ok(None) };
        Self::there(t, message::find(t, answer)?.parent)
    }

    /// The one behind it.
    fn after(&self, t: &Transaction<'_>) -> Result<Option<Self>> {
        Self::there(t, message::newest_child(t, &self.reply.chat, &self.reply.id)?)
    }
}

/// Changes the places of two neighbours; what follows the second goes on following.
fn swap(t: &Transaction<'_>, first: &Waiting, second: &Waiting) -> Result<()> {
    let following = second.after(t)?;
    message::set_parent(t, &second.question, first.question.parent.as_ref())?;
    message::set_parent(t, &first.question, Some(&second.reply.id))?;
    if let Some(following) = following {
        message::set_parent(t, &following.question, Some(&first.reply.id))?;
    }
    let chat_id = &first.question.chat;
    if chat::find(t, chat_id)?.head.as_ref() == Some(&second.reply.id) {
        chat::set_head(t, chat_id, Some(&first.reply.id))?;
    }
    Ok(())
}

/// Gives a message that waits another text, and says what gives it back.
///
/// # Errors
/// `messageNotFound` where it does not wait any more.
pub(crate) fn rewrite(t: &Transaction<'_>, id: &MessageId, text: &str) -> Result<Inverse> {
    let Waiting { question, .. } = Waiting::find(t, id)?;
    let inverse = Inverse::RewriteQueued {
        chat: question.chat.clone(),
        message: question.id.clone(),
        text: message::text(t, &question.id)?,
    };
    message::set_text(t, &question, text)?;
    Ok(inverse)
}

/// Puts what still waits behind a version that was made back behind the one that it was made for.
pub(crate) fn requeue(t: &Transaction<'_>, made: &Made) -> Result<()> {
    let waiting = Waiting::there(t, made.queued.clone())?;
    if let Some(Waiting { question, .. }) =
        waiting.filter(|waiting| waiting.question.parent.as_ref() == Some(&made.version))
    {
        message::set_parent(t, &question, Some(&made.instead_of))?;
    }
    Ok(())
}
