//! Table `operation`: what was done, with the inverse that undoes it.

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, MessageId, OperationId};
use crate::error::{ErrorKind, Result};
use crate::store::json;

/// What takes an operation back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Inverse {
    RestoreChat { chat: ChatId },
    RestoreMessages { chat: ChatId, messages: Vec<MessageId>, head: Option<MessageId> },
    RetitleChat { chat: ChatId, title: String, by_person: bool },
}

/// Records an operation.
pub(crate) fn insert(connection: &Connection, id: &OperationId, kind: &str, inverse: &Inverse, now: i64) -> Result<()> {
    connection.prepare_cached("INSERT INTO operation (id, at, kind, inverse) VALUES (?1, ?2, ?3, ?4)")?.execute((
        id,
        now,
        kind,
        json(inverse)?,
    ))?;
    Ok(())
}

/// The inverse of an operation that still stands, which is marked as undone. `None` where it was undone before.
///
/// # Errors
/// `messageNotFound` where there is no such operation.
pub(crate) fn take_inverse(
    connection: &Connection,
    id: &OperationId,
    undone_by: &OperationId,
) -> Result<Option<Inverse>> {
    let (inverse, undone): (String, Option<String>) = connection
        .prepare_cached("SELECT inverse, undone_by FROM operation WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or(ErrorKind::MessageNotFound)?;
    if undone.is_some() {
        return Ok(None);
    }
    connection.prepare_cached("UPDATE operation SET undone_by = ?2 WHERE id = ?1")?.execute((id, undone_by))?;
    Ok(serde_json::from_str(&inverse).ok())
}
