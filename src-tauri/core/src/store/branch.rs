//! Table `branch`: what a person calls the branch that begins with a message.

use std::collections::HashMap;

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

/// Gives the copy of a chat its names. `ids` says what the messages are called there.
pub(crate) fn copy(
    from: &Connection,
    to: &Connection,
    chat: &ChatId,
    new: &ChatId,
    ids: &HashMap<MessageId, MessageId>,
) -> Result<()> {
    let mut statement = from.prepare_cached("SELECT message_id, name FROM branch WHERE chat_id = ?1")?;
    let mut rows = statement.query([chat])?;
    while let Some(row) = rows.next()? {
        if let Some(message) = ids.get(&row.get::<_, MessageId>(0)?) {
            set_name(to, new, message, &row.get::<_, String>(1)?)?;
        }
    }
    Ok(())
}
