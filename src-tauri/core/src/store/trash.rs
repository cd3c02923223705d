//! What is in the trash, and how it leaves it for good.

use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::backup::DAY;
use crate::chat::ChatId;
use crate::error::{ErrorKind, Result};
use crate::order::forget;
use crate::patch::TrashedChat;
use crate::store::{search, tag};

/// How long a deleted chat stays, in milliseconds.
pub(crate) const STAYS: i64 = 30 * DAY;

/// The chats in the trash, the one that was deleted last first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<TrashedChat>> {
    // A clock that was behind when the chat was deleted must not take it early: it was there when something was said in it.
    let mut statement = connection.prepare_cached(
        "SELECT chat.id, title, message_count, operation.id, max(operation.at, chat.updated_at) AS deleted_at
         FROM chat JOIN operation ON operation.id = chat.deleted_by
         WHERE purged_at IS NULL ORDER BY deleted_at DESC, chat.seq DESC",
    )?;
    let rows = statement.query_map([], |row| {
        let deleted_at = row.get(4)?;
        Ok(TrashedChat {
            id: row.get(0)?,
            title: row.get(1)?,
            message_count: row.get(2)?,
            operation_id: row.get(3)?,
            deleted_at,
            goes_at: deleted_at + STAYS,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// When a chat in the trash began, unix milliseconds.
///
/// # Errors
/// `chatNotFound` where it is not in the trash.
pub(crate) fn began_at(connection: &Connection, chat: &ChatId) -> Result<i64> {
    connection
        .prepare_cached("SELECT created_at FROM chat WHERE id = ?1 AND deleted_by IS NOT NULL AND purged_at IS NULL")?
        .query_row([chat], |row| row.get(0))
        .optional()?
        .ok_or_else(|| ErrorKind::ChatNotFound.into())
}

/// How late it surely is: a clock is followed by a day at each look at most, from the last look or from the last time that
/// something was said or done, and back at once.
pub(crate) fn believed_now(t: &Transaction<'_>, now: i64) -> Result<i64> {
    const LAST: &str = "SELECT max(coalesce((SELECT at FROM believed_clock), 0),
        coalesce((SELECT max(updated_at) FROM chat), 0), coalesce((SELECT max(at) FROM operation), 0))";
    let last: i64 = t.query_row(LAST, [], |row| row.get(0))?;
    let believed = now.min(last + DAY);
    t.execute("INSERT OR REPLACE INTO believed_clock (id, at) VALUES (1, ?1)", [believed])?;
    Ok(believed)
}

/// Takes everything of deleted chats out of the database but blank rows.
///
/// # Errors
/// `chatNotFound` where one is not in the trash.
pub(crate) fn purge(t: &Transaction<'_>, chats: &[ChatId], now: i64) -> Result<()> {
    let mut orphans = Vec::new();
    for chat in chats {
        purge_one(t, chat, now)?;
        orphans.extend(tag::strip(t, chat)?);
    }
    forget(t, &chats.iter().cloned().collect(), orphans)
}

fn purge_one(t: &Transaction<'_>, chat: &ChatId, now: i64) -> Result<()> {
    const OF_CHAT: &str = "message_id IN (SELECT id FROM message WHERE chat_id = ?1)";
    began_at(t, chat)?;
    // First: what is taken out of the index must be what went in.
    search::purge(t, chat)?;
    let blank = t.execute(
        "UPDATE chat SET title = '', title_by_person = 0, options = '{}', persona = NULL, head_id = NULL, connection_id = NULL,
            folder_id = NULL, pinned_at = NULL, archived_at = NULL,
            message_count = 0, digest = zeroblob(32), input_tokens = 0, output_tokens = 0, purged_at = ?2
         WHERE id = ?1 AND deleted_by IS NOT NULL AND purged_at IS NULL",
        (chat, now),
    )?;
    if blank == 0 {
        return Err(ErrorKind::ChatNotFound.into());
    }
    let mut blobs: Vec<Vec<u8>> = Vec::new();
    {
        let mut statement =
            t.prepare(&format!("SELECT DISTINCT blob_hash FROM part WHERE blob_hash IS NOT NULL AND {OF_CHAT}"))?;
        for hash in statement.query_map([chat], |row| row.get(0))? {
            blobs.push(hash?);
        }
    }
    for table in ["journal", "part", "request"] {
        t.execute(&format!("DELETE FROM {table} WHERE {OF_CHAT}"), [chat])?;
    }
    t.execute("DELETE FROM message WHERE chat_id = ?1", [chat])?;
    for table in ["fork", "branch"] {
        t.execute(&format!("DELETE FROM {table} WHERE chat_id = ?1"), [chat])?;
    }
    t.execute("DELETE FROM draft WHERE chat_id = ?1", [chat])?;
    for hash in blobs {
        t.execute("DELETE FROM blob WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM part WHERE blob_hash = ?1)", [hash])?;
    }
    Ok(())
}
