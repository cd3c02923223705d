//! Table `fork`: which of the messages that hang from one parent was shown last.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::chat::{ChatId, MessageId};
use crate::error::Result;

/// Keeps for each fork of the path to `head` which way it goes. Deleted messages are on the way too.
pub(crate) fn remember(connection: &Connection, chat: &ChatId, head: Option<&MessageId>) -> Result<()> {
    let Some(head) = head else { return Ok(()) };
    connection
        .prepare_cached(
            // The first messages have no parent: what they hang from is the chat.
            "WITH RECURSIVE up (id, parent_id, depth) AS (
                 SELECT id, parent_id, 0 FROM message WHERE id = ?2 AND chat_id = ?1
                 UNION ALL
                 SELECT m.id, m.parent_id, up.depth + 1 FROM message m JOIN up ON m.id = up.parent_id
                 WHERE up.depth < (SELECT count(*) FROM message WHERE chat_id = ?1))
             INSERT OR REPLACE INTO fork (chat_id, parent_id, child_id)
             SELECT ?1, coalesce(parent_id, ?1), id FROM up
             WHERE EXISTS (SELECT 1 FROM message m
                           WHERE m.chat_id = ?1 AND m.parent_id IS up.parent_id AND m.id <> up.id)",
        )?
        .execute((chat, head))?;
    Ok(())
}

/// The ways taken last: the child of each parent at which there was a choice.
pub(crate) fn all(connection: &Connection, chat: &ChatId) -> Result<HashMap<String, String>> {
    let mut statement = connection.prepare_cached("SELECT parent_id, child_id FROM fork WHERE chat_id = ?1")?;
    let rows = statement.query_map([chat], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Gives the copy of a chat its ways. `ids` says what the messages are called there.
pub(crate) fn copy(
    from: &Connection,
    to: &Connection,
    chat: &ChatId,
    new: &ChatId,
    ids: &HashMap<MessageId, MessageId>,
) -> Result<()> {
    let of = |id: String| ids.get(&MessageId(id)).map(|id| id.0.clone());
    for (parent, child) in all(from, chat)? {
        let parent = if parent == chat.as_str() { Some(new.0.clone()) } else { of(parent) };
        if let (Some(parent), Some(child)) = (parent, of(child)) {
            to.prepare_cached("INSERT INTO fork (chat_id, parent_id, child_id) VALUES (?1, ?2, ?3)")?
                .execute((new, parent, child))?;
        }
    }
    Ok(())
}
