//! Table `journal`: what a running reply has received, until it becomes a part.

use rusqlite::Connection;

use crate::chat::{MessageId, RequestId};
use crate::error::Result;

/// Appends what arrived since the last flush.
pub(crate) fn append(connection: &Connection, id: &MessageId, kind: &str, text: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO journal (message_id, n, kind, text)
             VALUES (?1, (SELECT coalesce(max(n) + 1, 0) FROM journal WHERE message_id = ?1), ?2, ?3)",
        )?
        .execute((id, kind, text))?;
    Ok(())
}

/// Drops the rows of a reply whose text is stored as parts.
pub(crate) fn clear(connection: &Connection, id: &MessageId) -> Result<()> {
    connection.prepare_cached("DELETE FROM journal WHERE message_id = ?1")?.execute([id])?;
    Ok(())
}

/// Makes parts of what the journal holds, after a death. Whether there was any text.
pub(crate) fn fold(connection: &Connection, id: &MessageId, request: Option<&RequestId>) -> Result<bool> {
    let mut found = false;
    for kind in ["reasoning", "text"] {
        let mut text = String::new();
        {
            let mut statement =
                connection.prepare_cached("SELECT text FROM journal WHERE message_id = ?1 AND kind = ?2 ORDER BY n")?;
            let mut rows = statement.query((id, kind))?;
            while let Some(row) = rows.next()? {
                text.push_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
            }
        }
        if !text.is_empty() {
            super::message::add_part(connection, id, kind, &text, request)?;
            found = true;
        }
    }
    clear(connection, id)?;
    Ok(found)
}

/// Gives a copy of a running reply what has arrived of it.
pub(crate) fn copy(connection: &Connection, from: &MessageId, to: &MessageId) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO journal (message_id, n, kind, text) SELECT ?2, n, kind, text FROM journal WHERE message_id = ?1",
        )?
        .execute((from, to))?;
    Ok(())
}
