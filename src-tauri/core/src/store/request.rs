//! Table `request`: the ledger of what went out.

use rusqlite::{Connection, OptionalExtension, params};

use crate::chat::{ConnectionId, MessageId, RequestId, Usage};
use crate::error::Result;
use crate::store::json;

/// A request as it goes out.
pub(crate) struct NewRequest<'a> {
    pub id: &'a RequestId,
    pub message: &'a MessageId,
    pub connection: &'a ConnectionId,
    pub purpose: &'a str,
    pub parameters: &'a serde_json::Value,
    pub part_ids: &'a [i64],
    pub body_hash: &'a [u8],
    pub now: i64,
}

/// Records a request before it is sent.
pub(crate) fn insert(connection: &Connection, new: &NewRequest<'_>) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO request (id, message_id, connection_id, purpose, parameters, part_ids, body_hash, sent_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            new.id,
            new.message,
            new.connection,
            new.purpose,
            json(new.parameters)?,
            json(&new.part_ids)?,
            new.body_hash,
            new.now
        ])?;
    Ok(())
}

/// How a request ended.
pub(crate) struct Ended<'a> {
    pub usage: Option<Usage>,
    pub first_at: Option<i64>,
    pub attempts: u32,
    pub result: &'a str,
    pub now: i64,
}

/// Records the end.
pub(crate) fn end(connection: &Connection, id: &RequestId, ended: &Ended<'_>) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE request SET input_tokens = ?2, output_tokens = ?3, first_at = ?4, attempts = ?5, result = ?6,
                 ended_at = ?7 WHERE id = ?1",
        )?
        .execute(params![
            id,
            ended.usage.map(|usage| usage.input),
            ended.usage.map(|usage| usage.output),
            ended.first_at,
            ended.attempts,
            ended.result,
            ended.now
        ])?;
    Ok(())
}

/// The last request of a message that has no end: the one a death cut off.
pub(crate) fn open_of(connection: &Connection, message: &MessageId) -> Result<Option<RequestId>> {
    Ok(connection
        .prepare_cached("SELECT id FROM request WHERE message_id = ?1 AND ended_at IS NULL ORDER BY seq DESC LIMIT 1")?
        .query_row([message], |row| row.get(0))
        .optional()?)
}

/// What the ledger keeps of a request of a temporary chat: nothing that was said, and nothing that leads to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Use {
    pub id: RequestId,
    pub connection: ConnectionId,
    pub purpose: &'static str,
    pub model: String,
    pub usage: Option<Usage>,
    pub sent_at: i64,
    pub attempts: u32,
    /// How it ended, once it has.
    pub result: Option<String>,
}

/// Records it, or what has become of it since.
pub(crate) fn note(connection: &Connection, used: &Use) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO request (id, connection_id, purpose, parameters, part_ids, body_hash, input_tokens, output_tokens,
                 sent_at, attempts, result)
             VALUES (?1, ?2, ?3, ?4, '[]', x'', ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
                 attempts = excluded.attempts, result = excluded.result",
        )?
        .execute(params![
            used.id,
            used.connection,
            used.purpose,
            // Of the parameters only what has a price: a stop sequence is a text of the person's.
            json(&serde_json::json!({ "model": used.model }))?,
            used.usage.map(|usage| usage.input),
            used.usage.map(|usage| usage.output),
            used.sent_at,
            used.attempts,
            used.result
        ])?;
    Ok(())
}
