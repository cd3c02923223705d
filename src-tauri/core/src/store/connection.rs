//! Table `connection`: endpoints. The key is not here, only the origin it was saved for.

use rusqlite::{Connection, OptionalExtension, params};

use crate::chat::ConnectionId;
use crate::error::{Error, Result};
use crate::store::json;

/// A row of the table.
#[derive(Debug, Clone)]
pub(crate) struct StoredConnection {
    pub id: ConnectionId,
    pub base_url: Option<String>,
    pub streaming: bool,
    pub key_origin: Option<String>,
    pub key_needed: bool,
    pub checked_at: Option<i64>,
    pub check_error: Option<Error>,
}

/// The connection, made where there is none yet.
pub(crate) fn find_or_insert(connection: &Connection) -> Result<StoredConnection> {
    let found = connection
        .query_row(
            "SELECT id, base_url, streaming, key_origin, key_needed, checked_at, check_error
             FROM connection ORDER BY seq LIMIT 1",
            [],
            |row| {
                Ok(StoredConnection {
                    id: row.get(0)?,
                    base_url: row.get(1)?,
                    streaming: row.get(2)?,
                    key_origin: row.get(3)?,
                    key_needed: row.get(4)?,
                    checked_at: row.get(5)?,
                    check_error: row.get::<_, Option<String>>(6)?.and_then(|text| serde_json::from_str(&text).ok()),
                })
            },
        )
        .optional()?;
    if let Some(found) = found {
        return Ok(found);
    }
    let new = StoredConnection {
        id: ConnectionId::new(),
        base_url: None,
        streaming: true,
        key_origin: None,
        key_needed: true,
        checked_at: None,
        check_error: None,
    };
    connection.execute("INSERT INTO connection (id) VALUES (?1)", [&new.id])?;
    Ok(new)
}

/// Stores the row as it is given.
pub(crate) fn update(connection: &Connection, row: &StoredConnection) -> Result<()> {
    connection.execute(
        "UPDATE connection SET base_url = ?2, streaming = ?3, key_origin = ?4, key_needed = ?5, checked_at = ?6,
             check_error = ?7 WHERE id = ?1",
        params![
            row.id,
            row.base_url,
            row.streaming,
            row.key_origin,
            row.key_needed,
            row.checked_at,
            row.check_error.as_ref().map(json).transpose()?,
        ],
    )?;
    Ok(())
}
