//! Table `chat`, and the drafts.

pub(crate) mod list;
pub(crate) mod titles;

use rusqlite::{Connection, OptionalExtension};

use crate::chat::{ChatId, ChatOptions, FolderId, MessageId, OperationId, Usage};
use crate::error::{ErrorKind, Result};
use crate::store::{json, search};

/// A row of the table, as far as it is read.
pub(crate) struct StoredChat {
    pub id: ChatId,
    pub head: Option<MessageId>,
    pub title: String,
    pub title_by_person: bool,
    pub options: ChatOptions,
    /// What its folder has for all its chats.
    pub inherited: ChatOptions,
    pub usage: Usage,
    /// How many messages that have settled it should hold.
    pub settled: u32,
}

/// Options as they were stored. What cannot be read is the defaults: the chat itself must open.
pub(crate) fn stored_options(text: &str) -> ChatOptions {
    serde_json::from_str(text).unwrap_or_default()
}

/// Options as they are stored.
pub(crate) fn options_to_store(options: &ChatOptions) -> Result<String> {
    if *options == ChatOptions::default() { Ok("{}".to_owned()) } else { json(options) }
}

/// A chat that is not deleted.
///
/// # Errors
/// `chatNotFound`.
pub(crate) fn find(connection: &Connection, id: &ChatId) -> Result<StoredChat> {
    connection
        .prepare_cached(
            "SELECT id, head_id, title, title_by_person, options, input_tokens, output_tokens, message_count,
                (SELECT options FROM folder WHERE folder.id = folder_id AND folder.deleted_by IS NULL)
             FROM chat WHERE id = ?1 AND deleted_by IS NULL",
        )?
        .query_row([id], |row| {
            Ok(StoredChat {
                id: row.get(0)?,
                head: row.get(1)?,
                title: row.get(2)?,
                title_by_person: row.get(3)?,
                options: stored_options(&row.get::<_, String>(4)?),
                usage: Usage { input: row.get(5)?, output: row.get(6)? },
                settled: row.get(7)?,
                inherited: row.get::<_, Option<String>>(8)?.map_or_else(ChatOptions::default, |it| stored_options(&it)),
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

/// Chats that hold nothing, the newest first.
const EMPTY: &str = "SELECT id FROM chat WHERE deleted_by IS NULL AND head_id IS NULL AND title = '' AND options = '{}'
       AND coalesce(persona, folder_id, pinned_at, archived_at) IS NULL
       AND NOT EXISTS (SELECT 1 FROM chat_tag WHERE chat_id = chat.id)
       AND NOT EXISTS (SELECT 1 FROM message WHERE chat_id = chat.id)
       AND NOT EXISTS (SELECT 1 FROM draft WHERE chat_id = chat.id)
     ORDER BY +seq DESC LIMIT 1";

/// An empty chat without a draft, if there is one: "New chat" twice is one chat.
fn find_empty(connection: &Connection) -> Result<Option<ChatId>> {
    Ok(connection.prepare_cached(EMPTY)?.query_row([], |row| row.get(0)).optional()?)
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
    let options = options_to_store(options)?;
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

/// The folder of a chat that was not deleted for good, which may be deleted itself.
pub(crate) fn folder(connection: &Connection, id: &ChatId) -> Result<Option<Option<FolderId>>> {
    column(connection, "folder_id", id)
}

/// Puts a chat into a folder, or into none.
pub(crate) fn set_folder(connection: &Connection, id: &ChatId, folder: Option<&FolderId>) -> Result<()> {
    connection.prepare_cached("UPDATE chat SET folder_id = ?2 WHERE id = ?1")?.execute((id, folder))?;
    Ok(())
}

/// Where a chat is put beside the ordinary list, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Pinned,
    Archived,
}

impl Mark {
    fn column(self) -> &'static str {
        match self {
            Self::Pinned => "pinned_at",
            Self::Archived => "archived_at",
        }
    }
}

/// Since when a chat that was not deleted for good has the mark; inside `None` where it has not.
pub(crate) fn marked_at(connection: &Connection, id: &ChatId, mark: Mark) -> Result<Option<Option<i64>>> {
    column(connection, mark.column(), id)
}

/// Gives a chat the mark, or takes it away.
pub(crate) fn set_marked(connection: &Connection, id: &ChatId, mark: Mark, at: Option<i64>) -> Result<()> {
    connection.prepare_cached(&format!("UPDATE chat SET {} = ?2 WHERE id = ?1", mark.column()))?.execute((id, at))?;
    Ok(())
}

fn column<T: rusqlite::types::FromSql>(connection: &Connection, column: &str, id: &ChatId) -> Result<Option<T>> {
    Ok(connection
        .prepare_cached(&format!("SELECT {column} FROM chat WHERE id = ?1 AND purged_at IS NULL"))?
        .query_row([id], |row| row.get(0))
        .optional()?)
}

/// Puts a chat into the trash, for an operation; `false` where it was there already.
pub(crate) fn trash(connection: &Connection, id: &ChatId, by: &OperationId) -> Result<bool> {
    Ok(connection
        .prepare_cached("UPDATE chat SET deleted_by = ?2 WHERE id = ?1 AND deleted_by IS NULL")?
        .execute((id, by))?
        > 0)
}

/// Takes all chats out of the trash that an operation put there, and gives them.
pub(crate) fn restore_deleted(connection: &Connection, by: &OperationId) -> Result<Vec<ChatId>> {
    let mut statement = connection
        .prepare_cached("UPDATE chat SET deleted_by = NULL WHERE deleted_by = ?1 AND purged_at IS NULL RETURNING id")?;
    let restored = statement.query_map([by], |row| row.get(0))?;
    Ok(restored.collect::<rusqlite::Result<_>>()?)
}
