//! Messages to which no way leads from the first one of their chat: damage made a circle of them, or hung them under one of
//! another chat. They are hung anew, by the time, so that what was said is shown.

use std::collections::{BTreeMap, HashSet};

use rusqlite::Transaction;

use crate::chat::{ChatId, MessageId};
use crate::error::Result;
use crate::store::{digest, message};

/// Hangs every message that is cut off under what was said before it.
pub(super) fn join_cut_off(t: &Transaction<'_>) -> Result<()> {
    loop {
        let cut_off = message::cut_off(t)?;
        if cut_off.is_empty() {
            return Ok(());
        }
        let mut by_chat: BTreeMap<&str, Vec<(&MessageId, i64)>> = BTreeMap::new();
        for (id, chat, seq) in &cut_off {
            by_chat.entry(chat.as_str()).or_default().push((id, *seq));
        }
        for (chat, messages) in by_chat {
            let ids: HashSet<&MessageId> = messages.iter().map(|(id, _)| *id).collect();
            for (id, seq) in ends(t, &messages, &ids)? {
                join(t, &ChatId(chat.to_owned()), id, seq, &ids)?;
            }
        }
    }
}

/// Where what is cut off is to be joined: each message whose parent is not among them; where all hang under each other, the
/// one that is not what it was, by its hash, else the oldest.
fn ends<'a>(
    t: &Transaction<'_>,
    messages: &[(&'a MessageId, i64)],
    ids: &HashSet<&MessageId>,
) -> Result<Vec<(&'a MessageId, i64)>> {
    let mut parent_of = t.prepare_cached("SELECT parent_id FROM message WHERE id = ?1")?;
    let (mut ends, mut altered) = (Vec::new(), None);
    for (id, seq) in messages {
        let parent: Option<MessageId> = parent_of.query_row([id], |row| row.get(0))?;
        if parent.is_none_or(|parent| !ids.contains(&parent)) {
            ends.push((*id, *seq));
        } else if altered.is_none() && digest::proves_right(t, id)? != Some(true) {
            altered = Some((*id, *seq));
        }
    }
    if ends.is_empty() {
        ends.extend(altered.or_else(|| messages.first().copied()));
    }
    Ok(ends)
}

/// Hangs a message under the newest one before it that is not cut off itself; without one it is a first message.
fn join(t: &Transaction<'_>, chat: &ChatId, id: &MessageId, seq: i64, cut_off: &HashSet<&MessageId>) -> Result<()> {
    let mut older = t.prepare_cached(
        "SELECT id FROM message WHERE chat_id = ?1 AND deleted_by IS NULL AND seq < ?2 ORDER BY seq DESC",
    )?;
    let mut rows = older.query((chat, seq))?;
    let mut parent = None;
    while let Some(row) = rows.next()? {
        let candidate: MessageId = row.get(0)?;
        if !cut_off.contains(&candidate) {
            parent = Some(candidate);
            break;
        }
    }
    t.prepare_cached("UPDATE message SET parent_id = ?2 WHERE id = ?1")?.execute((id, parent))?;
    Ok(())
}
