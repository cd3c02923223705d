//! What a search reads of folders and tags: they change all the time, so nothing of them is in the index.

use rusqlite::Connection;

use crate::chat::ChatId;
use crate::error::Result;

use super::lossy;
use super::read::{CHAT, TitledChat, titled};

/// Folders or tags: every one has an id and a name.
pub(crate) type Named = Vec<(String, String)>;

/// All folders.
pub(crate) fn folders(connection: &Connection) -> Result<Named> {
    named(connection, "SELECT id, name FROM folder WHERE deleted_by IS NULL ORDER BY seq")
}

/// All tags.
pub(crate) fn tags(connection: &Connection) -> Result<Named> {
    named(connection, "SELECT id, name FROM tag ORDER BY seq")
}

fn named(connection: &Connection, sql: &str) -> Result<Named> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, lossy(row, 1)?.unwrap_or_default())))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a chat lies in a folder.
pub(crate) fn is_in(connection: &Connection, chat: &ChatId, folder: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM chat WHERE id = ?1 AND folder_id = ?2")?;
    Ok(statement.exists((chat, folder))?)
}

/// Whether a chat has a tag.
pub(crate) fn has(connection: &Connection, chat: &ChatId, tag: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM chat_tag WHERE chat_id = ?1 AND tag_id = ?2")?;
    Ok(statement.exists((chat, tag))?)
}

/// The chats of a folder, the newest first, at most so many.
pub(crate) fn of_folder(connection: &Connection, folder: &str, most: usize) -> Result<Vec<TitledChat>> {
    newest(connection, "WHERE folder_id = ?1", folder, most)
}

/// The chats that have a tag, the newest first, at most so many.
pub(crate) fn of_tag(connection: &Connection, tag: &str, most: usize) -> Result<Vec<TitledChat>> {
    newest(connection, "JOIN chat_tag ON chat_tag.chat_id = chat.id WHERE tag_id = ?1", tag, most)
}

fn newest(connection: &Connection, of: &str, id: &str, most: usize) -> Result<Vec<TitledChat>> {
    let mut statement = connection.prepare_cached(&format!(
        "{CHAT} {of} AND deleted_by IS NULL ORDER BY updated_at DESC, chat.seq DESC LIMIT ?2"
    ))?;
    let rows = statement.query_map((id, i64::try_from(most).unwrap_or(i64::MAX)), titled)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
