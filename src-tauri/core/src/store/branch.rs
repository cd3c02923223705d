//! Table `branch`: what a person calls the branch that begins with a message.

use rusqlite::{Connection, OptionalExtension};

use crate::chat::{ChatId, MessageId};
use crate::error::Result;

/// The name of the branch that begins with a message.
pub(crate) fn name(connection: &Connection, message: &MessageId) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached("SELECT name FROM branch WHERE message_id = ?1")?
        .query_row([message], |row| row.get(0))
        .optional()?)
}

/// Sets the name; an empty one takes it away.
pub(crate) fn set_name(connection: &Connection, chat: &ChatId, message: &MessageId, name: &str) -> Result<()> {
    if name.is_empty() {
        connection.prepare_cached("DELETE FROM branch WHERE message_id = ?1")?.execute([message])?;
    } else {
        connection
            .prepare_cached(
                "INSERT INTO branch (message_id, chat_id, name) VALUES (?1, ?2, ?3)
                 ON CONFLICT (message_id) DO UPDATE SET name = excluded.name",
            )?
            .execute((message, chat, name))?;
    }
    Ok(())
}
