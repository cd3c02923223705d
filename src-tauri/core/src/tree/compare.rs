//! Two versions word by word, and a paragraph of one in the other.

use std::sync::Arc;

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, MessageId, MessageState, OperationId, Role};
use crate::error::{ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::reply::{check_text, settled_answer, show_instead};
use crate::store::message::{NewMessage, Settled, StoredMessage};
use crate::store::{chat, message};

use super::align::{Alignment, compare};

/// Where a version got a part of another: what `finish_reason` says then.
const EDITED: &str = "edited";

/// What two versions have in common, and what not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// In order.
    pub hunks: Vec<Hunk>,
}

/// A run of paragraphs, Markdown as it was written, without the empty lines around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Hunk {
    /// The same in both.
    Same {
        /// The text.
        text: String,
    },
    /// Not the same.
    Changed {
        /// For `take_over`; from 0 among those that changed, and the same whichever of the two is the first.
        number: u32,
        /// Word by word.
        pieces: Vec<Piece>,
    },
}

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// Where it stands.
    #[cfg_attr(test, ts(inline))]
    pub kind: PieceKind,
    /// The text.
    pub text: String,
}

/// In which of two versions something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PieceKind {
    /// In both.
    Same,
    /// In the first only.
    Removed,
    /// In the second only.
    Added,
}

impl Parlour {
    /// What two messages of a chat have in common, and what not.
    ///
    /// # Errors
    /// `messageNotFound`, also where they are not of one chat; `storageFailed`.
    pub async fn compare_versions(&self, from: &MessageId, to: &MessageId) -> Result<Comparison> {
        let (one, other) = (from.clone(), to.clone());
        self.store_of_message(from)
            .await?
            .read(move |connection| of_one_chat(message::find(connection, &one)?, message::find(connection, &other)?))
            .await?;
        let (old, new) = (self.message_text(from).await?, self.message_text(to).await?);
        let compared = tokio::task::spawn_blocking(move || compare(&old, &new)).await;
        compared.map_err(|_| crate::error::Error::internal("a comparison failed"))
    }

    /// A new version of an answer, with one hunk (of their comparison) as it is in another version; it is shown, and an undo
    /// shows the one before. Nothing is asked for. What is queued behind the old version waits behind the new one.
    ///
    /// # Errors
    /// `messageNotFound`, also for what is no answer, for one that runs, and where there is no such hunk; `emptyMessage` where
    /// nothing would be left; `messageTooLarge`, `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn take_over(self: &Arc<Self>, into: &MessageId, from: &MessageId, hunk: usize) -> Result<Done> {
        let (into, from, now, operation_id) = (into.clone(), from.clone(), self.now(), OperationId::new());
        let by = operation_id.clone();
        let store = self.store_of_message(&into).await?;
        let chat_id = store.write(move |t| take_over(t, &into, &from, hunk, &by, now)).await?;
        self.live.all_changed(&chat_id);
        self.live.row_changed(&chat_id);
        self.pump(&chat_id);
        Ok(Done { operation_id })
    }
}

fn of_one_chat(one: StoredMessage, other: StoredMessage) -> Result<(StoredMessage, StoredMessage)> {
    if one.chat == other.chat { Ok((one, other)) } else { Err(ErrorKind::MessageNotFound.into()) }
}

fn take_over(
    t: &Transaction<'_>,
    into: &MessageId,
    from: &MessageId,
    hunk: usize,
    by: &OperationId,
    now: i64,
) -> Result<ChatId> {
    let (into, from) = of_one_chat(settled_answer(t, into)?, settled_answer(t, from)?)?;
    let (text, other) = (message::text(t, &into.id)?, message::text(t, &from.id)?);
    let text = Alignment::of(&text, &other).with(hunk).ok_or(ErrorKind::MessageNotFound)?;
    check_text(&text)?;
    let id = MessageId::new();
    message::insert(
        t,
        &NewMessage {
            id: &id,
            chat: &into.chat,
            parent: into.parent.as_ref(),
            role: Role::Assistant,
            // Until it has its text.
            state: MessageState::Queued,
            model: into.model.as_deref(),
            text: Some(&text),
            now,
        },
    )?;
    let end = Settled { finish_reason: Some(EDITED), ..Settled::without_text(MessageState::Complete, now) };
    message::settle(t, &into.chat, &id, &end)?;
    show_instead(t, &into, &id, OperationKind::TakeOver, by, now)?;
    chat::touch(t, &into.chat, now)?;
    Ok(into.chat)
}
