//! A new chat of the path of another.

use std::sync::Arc;

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, MessageId, MessageState, OperationId};
use crate::error::Result;
use crate::parlour::Parlour;
use crate::patch::OperationKind;
use crate::store::message::Settled;
use crate::store::operation::Inverse;
use crate::store::{chat, digest, journal, message, operation, search};

/// A chat that was made of the path of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Forked {
    /// The new chat.
    pub chat: ChatId,
    /// For `undo`.
    pub operation_id: OperationId,
}

impl Parlour {
    /// A new chat with copies of all that was said up to a message, itself included; an undo puts it into the trash. The copy
    /// of a reply that runs is one that was stopped.
    ///
    /// # Errors
    /// `messageNotFound`, `chatNotFound`, `storageFailed`, `storageFull`.
    pub async fn fork_chat(self: &Arc<Self>, id: &MessageId) -> Result<Forked> {
        let (id, now) = (id.clone(), self.now());
        let forked = Forked { chat: ChatId::new(), operation_id: OperationId::new() };
        let made = forked.clone();
        self.store_of_message(&id)
            .await?
            .write(move |t| {
                let found = message::find(t, &id)?;
                copy_chat(t, &found.chat, &made.chat, now)?;
                let mut parent = None;
                for from in message::path(t, Some(&id))? {
                    let copy = MessageId::new();
                    copy_message(t, &from, &copy, &made.chat, parent.as_ref())?;
                    if message::find(t, &from)?.state.is_some_and(|state| !state.is_settled()) {
                        // What runs goes on where it runs; the copy has what it had said so far.
                        journal::copy(t, &from, &copy)?;
                        journal::fold(t, &copy, None)?;
                        let stopped = Settled::without_text(MessageState::Stopped, now);
                        message::settle(t, &made.chat, &copy, &stopped)?;
                    }
                    parent = Some(copy);
                }
                chat::set_head(t, &made.chat, parent.as_ref())?;
                let inverse = Inverse::RemoveChat { chat: made.chat };
                operation::insert(t, &made.operation_id, OperationKind::ForkChat, &inverse, now)
            })
            .await?;
        self.live.row_changed(&forked.chat);
        Ok(forked)
    }
}

/// The row of a chat once more, without what it has cost: what was paid is counted where it was paid.
fn copy_chat(t: &Transaction<'_>, from: &ChatId, new: &ChatId, now: i64) -> Result<()> {
    let before = chat::find(t, from)?;
    t.prepare_cached(
        "INSERT INTO chat (id, connection_id, options, folder_id, persona, created_at, updated_at)
         SELECT ?2, connection_id, options, folder_id, persona, ?3, max(?3, 1 + (SELECT max(updated_at) FROM chat))
         FROM chat WHERE id = ?1",
    )?
    .execute((from, new, now))?;
    t.prepare_cached("INSERT INTO chat_tag (chat_id, tag_id) SELECT ?2, tag_id FROM chat_tag WHERE chat_id = ?1")?
        .execute((from, new))?;
    chat::set_title(t, new, &before.title, before.title_by_person)
}

fn copy_message(
    t: &Transaction<'_>,
    from: &MessageId,
    new: &MessageId,
    chat_id: &ChatId,
    parent: Option<&MessageId>,
) -> Result<()> {
    t.prepare_cached(
        "INSERT INTO message (seq, id, chat_id, parent_id, role, state, error, model, finish_reason, input_tokens,
             output_tokens, created_at, started_at, settled_at)
         SELECT max(created_at, 1 + (SELECT max(seq) FROM message)), ?2, ?3, ?4, role, state, error, model, finish_reason,
             input_tokens, output_tokens, created_at, started_at, settled_at FROM message WHERE id = ?1",
    )?
    .execute(params![from, new, chat_id, parent])?;
    // Without the request: the ledger says what went out from here, and for these rows nothing did.
    t.prepare_cached(
        "INSERT INTO part (message_id, n, kind, text, blob_hash)
         SELECT ?2, n, kind, text, blob_hash FROM part WHERE message_id = ?1 ORDER BY n",
    )?
    .execute((from, new))?;
    t.prepare_cached(
        "INSERT INTO branch (message_id, chat_id, name) SELECT ?2, ?3, name FROM branch WHERE message_id = ?1",
    )?
    .execute((from, new, chat_id))?;
    digest::settle(t, chat_id, new)?;
    search::put(t, new)
}
