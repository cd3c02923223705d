//! Table `chat`, and the drafts.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chat::{ChatId, ChatOptions, ChatRow, MessageId, MessageState, OperationId, Usage};
use crate::error::{ErrorKind, Result};
use crate::store::{from_word, json, search};

/// A row of the table, as far as it is read.
pub(crate) struct StoredChat {
    pub id: ChatId,
    pub head: Option<MessageId>,
    pub title: String,
    pub title_by_person: bool,
    pub options: ChatOptions,
    pub usage: Usage,
    /// How many messages that have settled it should hold.
    pub settled: u32,
}

/// A chat that is not deleted.
///
/// # Errors
/// `chatNotFound`.
pub(crate) fn find(connection: &Connection, id: &ChatId) -> Result<StoredChat> {
    connection
        .prepare_cached(
            "SELECT id, head_id, title, title_by_person, options, input_tokens, output_tokens, message_count
             FROM chat WHERE id = ?1 AND deleted_by IS NULL",
        )?
        .query_row([id], |row| {
            Ok(StoredChat {
                id: row.get(0)?,
                head: row.get(1)?,
                title: row.get(2)?,
                title_by_person: row.get(3)?,
                // Options that cannot be read are the defaults: the chat itself must open.
                options: serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default(),
                usage: Usage { input: row.get(5)?, output: row.get(6)? },
                settled: row.get(7)?,
            })
        })
        .optional()?
        .ok_or_else(|| ErrorKind::ChatNotFound.into())
}

/// Makes an empty chat.
pub(crate) fn insert(connection: &Connection, id: &ChatId, now: i64) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO chat (id, created_at, updated_at) VALUES (?1, ?2, ?2)")?
        .execute((id, now))?;
    Ok(())
}

/// An empty chat without a draft, if there is one: "New chat" twice is one chat.
fn find_empty(connection: &Connection) -> Result<Option<ChatId>> {
    Ok(connection
        .prepare_cached(
            "SELECT id FROM chat WHERE deleted_by IS NULL AND head_id IS NULL AND title = '' AND options = '{}'
               AND NOT EXISTS (SELECT 1 FROM message WHERE chat_id = chat.id)
               AND NOT EXISTS (SELECT 1 FROM draft WHERE chat_id = chat.id)
             ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?)
}

/// The empty chat there is, else a new one.
pub(crate) fn find_or_insert_empty(connection: &Connection, now: i64) -> Result<ChatId> {
    if let Some(id) = find_empty(connection)? {
        return Ok(id);
    }
    let id = ChatId::new();
    insert(connection, &id, now)?;
    Ok(id)
}

/// Whether there is such a row, deleted or not.
pub(crate) fn exists(connection: &Connection, id: &ChatId) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM chat WHERE id = ?1")?.exists([id])?)
}

/// What the list shows: chats that hold something (a message, a draft, a title), newest first.
const LIST: &str = "SELECT chat.id, chat.title, chat.updated_at,
        (SELECT state FROM message WHERE chat_id = chat.id AND state IN ('queued', 'waiting', 'streaming')
            AND deleted_by IS NULL ORDER BY state = 'queued', seq LIMIT 1)
     FROM chat
     WHERE chat.deleted_by IS NULL AND (chat.head_id IS NOT NULL OR chat.title <> ''
        OR EXISTS (SELECT 1 FROM draft WHERE chat_id = chat.id))";

fn row(row: &Row<'_>) -> rusqlite::Result<ChatRow> {
    Ok(ChatRow {
        id: row.get(0)?,
        title: row.get(1)?,
        updated_at: row.get(2)?,
        reply: row.get::<_, Option<String>>(3)?.and_then(|word| from_word::<MessageState>(&word)),
        temporary: false,
    })
}

/// All rows of the list.
pub(crate) fn list(connection: &Connection) -> Result<Vec<ChatRow>> {
    let mut statement = connection.prepare_cached(&format!("{LIST} ORDER BY chat.updated_at DESC, chat.seq DESC"))?;
    let rows = statement.query_map([], row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One row of the list; `None` where the chat is not (or no longer) in it.
pub(crate) fn list_row(connection: &Connection, id: &ChatId) -> Result<Option<ChatRow>> {
    Ok(connection.prepare_cached(&format!("{LIST} AND chat.id = ?1"))?.query_row([id], row).optional()?)
}

/// Moves the end of the path.
pub(crate) fn set_head(connection: &Connection, id: &ChatId, head: Option<&MessageId>) -> Result<()> {
    connection.prepare_cached("UPDATE chat SET head_id = ?2 WHERE id = ?1")?.execute((id, head))?;
    Ok(())
}

/// Something was said: the chat goes to the top.
pub(crate) fn touch(connection: &Connection, id: &ChatId, now: i64) -> Result<()> {
    // Never backwards, whatever the clock does.
    connection
        .prepare_cached("UPDATE chat SET updated_at = max(updated_at + 1, ?2) WHERE id = ?1")?
        .execute((id, now))?;
    Ok(())
}

/// When something was said last, also in a deleted chat.
pub(crate) fn updated_at(connection: &Connection, id: &ChatId) -> Result<i64> {
    Ok(connection.prepare_cached("SELECT updated_at FROM chat WHERE id = ?1")?.query_row([id], |row| row.get(0))?)
}

/// Sets the title.
pub(crate) fn set_title(connection: &Connection, id: &ChatId, title: &str, by_person: bool) -> Result<()> {
    search::retitle(connection, id, title)?;
    connection
        .prepare_cached("UPDATE chat SET title = ?2, title_by_person = ?3 WHERE id = ?1")?
        .execute((id, title, by_person))?;
    Ok(())
}

/// Sets what differs from the defaults.
pub(crate) fn set_options(connection: &Connection, id: &ChatId, options: &ChatOptions) -> Result<()> {
    let options = if *options == ChatOptions::default() { "{}".to_owned() } else { json(options)? };
    connection.prepare_cached("UPDATE chat SET options = ?2 WHERE id = ?1")?.execute((id, options))?;
    Ok(())
}

/// Adds to the tokens of the chat.
pub(crate) fn add_usage(connection: &Connection, id: &ChatId, usage: Usage) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE chat SET input_tokens = input_tokens + ?2, output_tokens = output_tokens + ?3 WHERE id = ?1",
        )?
        .execute((id, usage.input, usage.output))?;
    Ok(())
}

/// Marks a chat as deleted by an operation, or takes the mark away.
pub(crate) fn set_deleted(connection: &Connection, id: &ChatId, by: Option<&OperationId>) -> Result<()> {
    connection.prepare_cached("UPDATE chat SET deleted_by = ?2 WHERE id = ?1")?.execute((id, by))?;
    Ok(())
}

/// What the person had typed.
pub(crate) fn draft(connection: &Connection, id: &ChatId) -> Result<String> {
    Ok(connection
        .prepare_cached("SELECT text FROM draft WHERE chat_id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .unwrap_or_default())
}

/// Keeps what the person is typing; an empty text removes the row.
pub(crate) fn set_draft(connection: &Connection, id: &ChatId, text: &str) -> Result<()> {
    if text.is_empty() {
        connection.prepare_cached("DELETE FROM draft WHERE chat_id = ?1")?.execute([id])?;
    } else {
        connection
            .prepare_cached(
                "INSERT INTO draft (chat_id, text) VALUES (?1, ?2)
                             ON CONFLICT (chat_id) DO UPDATE SET text = excluded.text",
            )?
            .execute((id, text))?;
    }
    Ok(())
}

/// The ids of all chats that are not deleted.
pub(crate) fn ids(connection: &Connection) -> Result<Vec<ChatId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM chat WHERE deleted_by IS NULL")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// How many chats hold messages, and how many messages they hold; without what is deleted.
pub(crate) fn counts(connection: &Connection) -> Result<(u32, u32)> {
    Ok(connection
        .prepare_cached(
            "SELECT count(DISTINCT chat_id), count(*) FROM message JOIN chat ON chat.id = chat_id
             WHERE message.deleted_by IS NULL AND chat.deleted_by IS NULL",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
