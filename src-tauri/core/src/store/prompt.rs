//! Table `prompt`.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chat::{OperationId, PromptId};
use crate::error::{ErrorKind, Result};
use crate::library::Prompt;

const PROMPTS: &str = "SELECT id, name, text, updated_at FROM prompt WHERE deleted_by IS NULL";

fn row(row: &Row<'_>) -> rusqlite::Result<Prompt> {
    Ok(Prompt { id: row.get(0)?, name: row.get(1)?, text: row.get(2)?, updated_at: row.get(3)? })
}

/// All prompts, by name.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Prompt>> {
    let mut statement = connection.prepare_cached(PROMPTS)?;
    let mut found: Vec<Prompt> = statement.query_map([], row)?.collect::<rusqlite::Result<_>>()?;
    found.sort_by_cached_key(|prompt| (prompt.name.to_lowercase(), prompt.id.clone()));
    Ok(found)
}

/// A prompt.
///
/// # Errors
/// `notInLibrary`.
pub(crate) fn find(connection: &Connection, id: &PromptId) -> Result<Prompt> {
    connection
        .prepare_cached(&format!("{PROMPTS} AND id = ?1"))?
        .query_row([id], row)
        .optional()?
        .ok_or_else(|| ErrorKind::NotInLibrary.into())
}

/// Makes a prompt.
pub(crate) fn insert(connection: &Connection, name: &str, text: &str, now: i64) -> Result<PromptId> {
    let id = PromptId::new();
    connection
        .prepare_cached("INSERT INTO prompt (id, name, text, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)")?
        .execute((&id, name, text, now))?;
    Ok(id)
}

/// Changes a prompt.
pub(crate) fn update(connection: &Connection, id: &PromptId, name: &str, text: &str, now: i64) -> Result<()> {
    connection
        .prepare_cached("UPDATE prompt SET name = ?2, text = ?3, updated_at = ?4 WHERE id = ?1")?
        .execute((id, name, text, now))?;
    Ok(())
}

/// Marks a prompt as deleted by an operation, or takes the mark away.
pub(crate) fn set_deleted(connection: &Connection, id: &PromptId, by: Option<&OperationId>) -> Result<()> {
    connection.prepare_cached("UPDATE prompt SET deleted_by = ?2 WHERE id = ?1")?.execute((id, by))?;
    Ok(())
}
