//! Table `message` with its parts: the tree of a chat and the states of its replies.

mod shown;

pub(crate) use shown::{LOST, damage, frame, view};

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::chat::{ChatId, MessageId, MessageState, OperationId, RequestId, Role, Usage, Wait};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{digest, from_word, json, search, word};

/// A row of the table, without its text.
#[derive(Debug, Clone)]
pub(crate) struct StoredMessage {
    pub id: MessageId,
    pub chat: ChatId,
    pub parent: Option<MessageId>,
    pub role: Option<Role>,
    pub state: Option<MessageState>,
    pub error: Option<Error>,
    pub wait: Option<Wait>,
    pub model: Option<String>,
    pub finish_reason: Option<String>,
    pub usage: Option<Usage>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub settled_at: Option<i64>,
}

const COLUMNS: &str = "id, chat_id, parent_id, role, state, error, wait, model, finish_reason, input_tokens,
    output_tokens, created_at, started_at, settled_at";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    // What is no text any more must not keep the rest of the row, or the start, from being read.
    let text = |n| -> rusqlite::Result<Option<String>> {
        let bytes = row.get_ref(n)?.as_bytes_or_null().map_err(rusqlite::Error::from)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
    };
    let word = |n| -> rusqlite::Result<String> { Ok(text(n)?.unwrap_or_default()) };
    let input: Option<u32> = row.get(9)?;
    let output: Option<u32> = row.get(10)?;
    Ok(StoredMessage {
        id: row.get(0)?,
        chat: row.get(1)?,
        parent: row.get(2)?,
        role: from_word(&word(3)?),
        state: from_word(&word(4)?),
        error: text(5)?.and_then(|text| serde_json::from_str(&text).ok()),
        wait: text(6)?.and_then(|text| serde_json::from_str(&text).ok()),
        model: text(7)?,
        finish_reason: text(8)?,
        usage: input.zip(output).map(|(input, output)| Usage { input, output }),
        created_at: row.get(11)?,
        started_at: row.get(12)?,
        settled_at: row.get(13)?,
    })
}

/// A message that is not deleted.
///
/// # Errors
/// `messageNotFound`.
pub(crate) fn find(connection: &Connection, id: &MessageId) -> Result<StoredMessage> {
    find_where(connection, id, "AND deleted_by IS NULL")?.ok_or_else(|| ErrorKind::MessageNotFound.into())
}

/// A message, deleted or not.
fn find_stored(connection: &Connection, id: &MessageId) -> Result<StoredMessage> {
    find_where(connection, id, "")?.ok_or_else(|| ErrorKind::MessageNotFound.into())
}

/// A message that is deleted; `None` where it is not.
pub(crate) fn find_deleted(connection: &Connection, id: &MessageId) -> Result<Option<StoredMessage>> {
    find_where(connection, id, "AND deleted_by IS NOT NULL")
}

fn find_where(connection: &Connection, id: &MessageId, and: &str) -> Result<Option<StoredMessage>> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM message WHERE id = ?1 {and}"))?
        .query_row([id], stored)
        .optional()?)
}

/// Whether there is such a row, deleted or not: a chat that goes for good takes its messages along.
pub(crate) fn exists(connection: &Connection, id: &MessageId) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM message WHERE id = ?1")?.exists([id])?)
}

/// The ids from the root to `head`, without the deleted ones. No longer than the chat, also where damage made a circle.
pub(crate) fn path(connection: &Connection, head: Option<&MessageId>) -> Result<Vec<MessageId>> {
    let Some(head) = head else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE up (id, parent_id, deleted_by, depth) AS (
             SELECT id, parent_id, deleted_by, 0 FROM message WHERE id = ?1
             UNION ALL
             SELECT m.id, m.parent_id, m.deleted_by, up.depth + 1 FROM message m JOIN up ON m.id = up.parent_id
             WHERE up.depth < (SELECT count(*) FROM message
                               WHERE chat_id = (SELECT chat_id FROM message WHERE id = ?1)))
         SELECT id FROM up WHERE deleted_by IS NULL ORDER BY depth DESC",
    )?;
    let ids = statement.query_map([head], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// A message of the path, as far as it is known without its text.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub id: MessageId,
    pub role: Option<Role>,
    /// Bytes of its text.
    pub size: u32,
}

/// The path of a chat.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    /// From the root to the head, without the deleted ones.
    pub places: Vec<Place>,
    /// How many messages that have settled were found, on any path.
    pub settled: u32,
}

/// The path from the root to `head`. The chat's rows are read in one go and walked in memory: with the sizes that costs no
/// more than asking for 10,000 parents one by one.
pub(crate) fn places(connection: &Connection, chat: &ChatId, head: Option<&MessageId>) -> Result<Path> {
    struct Node {
        parent: Option<String>,
        deleted: bool,
        role: Option<Role>,
        size: u32,
    }
    let Some(head) = head else { return Ok(Path::default()) };
    let mut statement = connection.prepare_cached(
        "SELECT id, parent_id, deleted_by IS NOT NULL, role,
             (SELECT sum(octet_length(text)) FROM part WHERE message_id = message.id AND kind = 'text'),
             role <> 'lost' AND state NOT IN ('queued', 'waiting', 'streaming')
         FROM message WHERE chat_id = ?1",
    )?;
    let (mut nodes, mut settled) = (HashMap::new(), 0);
    let mut rows = statement.query([chat])?;
    while let Some(row) = rows.next()? {
        let role = match row.get_ref(3)?.as_str().unwrap_or_default() {
            "user" => Some(Role::User),
            "assistant" => Some(Role::Assistant),
            other => from_word(other),
        };
        let size = row.get::<_, Option<u32>>(4)?.unwrap_or_default();
        settled += u32::from(row.get::<_, bool>(5)?);
        let node = Node { parent: row.get(1)?, deleted: row.get(2)?, role, size };
        nodes.insert(row.get::<_, String>(0)?, node);
    }
    let mut path = Vec::new();
    let mut next = Some(head.as_str().to_owned());
    while let Some(id) = next
        && let Some(node) = nodes.remove(&id)
    {
        if !node.deleted {
            path.push(Place { id: MessageId(id), role: node.role, size: node.size });
        }
        next = node.parent;
    }
    path.reverse();
    Ok(Path { places: path, settled })
}

/// The messages to which no way leads from the first one of their chat, oldest first, with their chats and keys.
pub(crate) fn cut_off(connection: &Connection) -> Result<Vec<(MessageId, ChatId, i64)>> {
    let mut statement = connection.prepare(
        "WITH RECURSIVE down (seq, id, chat_id) AS (
             SELECT seq, id, chat_id FROM message WHERE parent_id IS NULL
             UNION ALL -- no message has two parents, so none is reached twice
             SELECT m.seq, m.id, m.chat_id FROM message m JOIN down ON m.chat_id = down.chat_id AND m.parent_id = down.id)
         SELECT id, chat_id, seq FROM message WHERE seq NOT IN (SELECT seq FROM down) ORDER BY seq",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The ids of the siblings of a message, itself included, oldest first.
pub(crate) fn siblings(connection: &Connection, message: &StoredMessage) -> Result<Vec<MessageId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM message WHERE chat_id = ?1 AND parent_id IS ?2 AND role = ?3 AND deleted_by IS NULL ORDER BY seq",
    )?;
    let role = message.role.map(|role| word(&role)).transpose()?;
    let ids = statement.query_map((&message.chat, &message.parent, role), |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The newest child of a message that is not deleted.
pub(crate) fn newest_child(connection: &Connection, chat: &ChatId, id: &MessageId) -> Result<Option<MessageId>> {
    Ok(connection
        .prepare_cached(
            "SELECT id FROM message WHERE chat_id = ?1 AND parent_id = ?2 AND deleted_by IS NULL ORDER BY seq DESC LIMIT 1",
        )?
        .query_row((chat, id), |row| row.get(0))
        .optional()?)
}

/// What was said last from a message on, itself included, also where something between is deleted.
pub(crate) fn newest_below(connection: &Connection, id: &MessageId) -> Result<Option<MessageId>> {
    Ok(connection
        .prepare_cached(
            "WITH RECURSIVE down (id, chat_id, seq, deleted_by) AS (
                 SELECT id, chat_id, seq, deleted_by FROM message WHERE id = ?1
                 UNION -- not ALL: where damage made a circle, it ends
                 SELECT m.id, m.chat_id, m.seq, m.deleted_by
                 FROM message m JOIN down ON m.parent_id = down.id AND m.chat_id = down.chat_id)
             SELECT id FROM down WHERE deleted_by IS NULL ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?)
}

/// The text of a message: its text parts, then what its journal holds.
pub(crate) fn text(connection: &Connection, id: &MessageId) -> Result<String> {
    let mut whole = String::new();
    let mut add = |sql: &str| -> Result<()> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            whole.push_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
        }
        Ok(())
    };
    add("SELECT text FROM part WHERE message_id = ?1 AND kind = 'text' ORDER BY n")?;
    add("SELECT text FROM journal WHERE message_id = ?1 AND kind = 'text' ORDER BY n")?;
    Ok(whole)
}

/// What a new row holds.
pub(crate) struct NewMessage<'a> {
    pub id: &'a MessageId,
    pub chat: &'a ChatId,
    pub parent: Option<&'a MessageId>,
    pub role: Role,
    pub state: MessageState,
    pub model: Option<&'a str>,
    pub text: Option<&'a str>,
    pub now: i64,
}

/// Stores a message; one that is settled gets its hash.
pub(crate) fn insert(connection: &Connection, new: &NewMessage<'_>) -> Result<()> {
    connection
        .prepare_cached(
            // The creation time, or the next free number: an import of old chats sorts in between.
            "INSERT INTO message (seq, id, chat_id, parent_id, role, state, model, created_at, settled_at)
             VALUES (max(?1, 1 + (SELECT coalesce(max(seq), 0) FROM message)), ?2, ?3, ?4, ?5, ?6, ?7, ?1, ?8)",
        )?
        .execute(params![
            new.now,
            new.id,
            new.chat,
            new.parent,
            word(&new.role)?,
            word(&new.state)?,
            new.model,
            new.state.is_settled().then_some(new.now),
        ])?;
    search::place(connection, connection.last_insert_rowid())?;
    if let Some(text) = new.text {
        add_part(connection, new.id, "text", text, None)?;
    }
    if new.state.is_settled() {
        digest::settle(connection, new.chat, new.id)?;
    }
    Ok(())
}

/// Appends a part.
pub(crate) fn add_part(
    connection: &Connection,
    id: &MessageId,
    kind: &str,
    text: &str,
    request: Option<&RequestId>,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO part (message_id, n, kind, text, request_id)
             VALUES (?1, (SELECT coalesce(max(n) + 1, 0) FROM part WHERE message_id = ?1), ?2, ?3, ?4)",
        )?
        .execute((id, kind, text, request))?;
    Ok(())
}

/// The ids of the text parts of a message, in order.
pub(crate) fn part_ids(connection: &Connection, id: &MessageId) -> Result<Vec<i64>> {
    let mut statement =
        connection.prepare_cached("SELECT seq FROM part WHERE message_id = ?1 AND kind = 'text' ORDER BY n")?;
    let ids = statement.query_map([id], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Moves a reply that has not settled to another state, with its pause where it has one.
pub(crate) fn set_running(
    connection: &Connection,
    id: &MessageId,
    state: MessageState,
    wait: Option<&Wait>,
    started_at: Option<i64>,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE message SET state = ?2, wait = ?3, started_at = coalesce(?4, started_at), error = NULL,
                 settled_at = NULL WHERE id = ?1",
        )?
        .execute((id, word(&state)?, wait.map(json).transpose()?, started_at))?;
    Ok(())
}

/// The model that a reply asks for.
pub(crate) fn set_model(connection: &Connection, id: &MessageId, model: &str) -> Result<()> {
    connection.prepare_cached("UPDATE message SET model = ?2 WHERE id = ?1")?.execute((id, model))?;
    Ok(())
}

/// Takes a settled reply out of the digest and the index, so that it can run once more (Retry, Continue).
pub(crate) fn reopen(connection: &Connection, message: &StoredMessage) -> Result<()> {
    search::forget(connection, &message.id)?;
    digest::unsettle(connection, &message.chat, &message.id)?;
    set_running(connection, &message.id, MessageState::Queued, None, None)
}

/// How a reply ended.
pub(crate) struct Settled<'a> {
    pub state: MessageState,
    pub error: Option<&'a Error>,
    pub model: Option<&'a str>,
    pub finish_reason: Option<&'a str>,
    pub usage: Option<Usage>,
    pub now: i64,
}

impl Settled<'_> {
    /// An end that brings nothing but the state.
    pub(crate) fn without_text(state: MessageState, now: i64) -> Self {
        Self { state, error: None, model: None, finish_reason: None, usage: None, now }
    }
}

/// Ends a reply: its state and facts, its hash, the tokens of the chat, its words in the index. Its parts are stored before.
pub(crate) fn settle(connection: &Connection, chat: &ChatId, id: &MessageId, end: &Settled<'_>) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE message SET state = ?2, error = ?3, wait = NULL, model = coalesce(?4, model), finish_reason = ?5,
                 input_tokens = CASE WHEN ?6 IS NULL THEN input_tokens ELSE coalesce(input_tokens, 0) + ?6 END,
                 output_tokens = CASE WHEN ?7 IS NULL THEN output_tokens ELSE coalesce(output_tokens, 0) + ?7 END,
                 settled_at = ?8 WHERE id = ?1",
        )?
        .execute(params![
            id,
            word(&end.state)?,
            end.error.map(json).transpose()?,
            end.model,
            end.finish_reason,
            end.usage.map(|usage| usage.input),
            end.usage.map(|usage| usage.output),
            end.now,
        ])?;
    if let Some(usage) = end.usage {
        super::chat::add_usage(connection, chat, usage)?;
    }
    digest::settle(connection, chat, id)?;
    search::put(connection, id)?;
    // Its question too: what is acknowledged when it is on disk has not waited for the index.
    match find_stored(connection, id)?.parent {
        Some(question) => search::put(connection, &question),
        None => Ok(()),
    }
}

/// Hangs a message that waits under another parent: the new version of the answer it follows, or another place in the queue.
pub(crate) fn set_parent(connection: &Connection, message: &StoredMessage, parent: Option<&MessageId>) -> Result<()> {
    connection.prepare_cached("UPDATE message SET parent_id = ?2 WHERE id = ?1")?.execute((&message.id, parent))?;
    digest::settle(connection, &message.chat, &message.id)
}

/// Gives a message that waits another text.
pub(crate) fn set_text(connection: &Connection, message: &StoredMessage, text: &str) -> Result<()> {
    search::forget(connection, &message.id)?;
    connection
        .prepare_cached("UPDATE part SET text = ?2 WHERE message_id = ?1 AND kind = 'text'")?
        .execute((&message.id, text))?;
    digest::settle(connection, &message.chat, &message.id)
}

/// The hash of a settled message: another one says that its place or its text changed.
pub(crate) fn hash(connection: &Connection, id: &MessageId) -> Result<Option<Vec<u8>>> {
    Ok(connection
        .prepare_cached("SELECT hash FROM message WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .flatten())
}

/// Marks a message as deleted by an operation, or takes the mark away.
pub(crate) fn set_deleted(connection: &Connection, id: &MessageId, by: Option<&OperationId>) -> Result<()> {
    connection.prepare_cached("UPDATE message SET deleted_by = ?2 WHERE id = ?1")?.execute((id, by))?;
    Ok(())
}

/// The replies that have not settled, oldest first: of one chat, or of all, the deleted ones included.
pub(crate) fn running(connection: &Connection, chat: Option<&ChatId>) -> Result<Vec<StoredMessage>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message INDEXED BY message_running
         WHERE state IN ('queued', 'waiting', 'streaming') AND (?1 IS NULL OR (chat_id = ?1 AND deleted_by IS NULL
           AND EXISTS (SELECT 1 FROM chat WHERE chat.id = chat_id AND chat.deleted_by IS NULL)))
         ORDER BY seq"
    ))?;
    let rows = statement.query_map([chat], stored)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
