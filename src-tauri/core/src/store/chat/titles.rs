//! What the quick switcher reads of the table `chat`.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chat::ChatId;
use crate::error::Result;

/// A chat that one can go to.
pub(crate) struct ChatTitle {
    pub id: ChatId,
    pub title: String,
    pub updated_at: i64,
    pub archived: bool,
}

/// Chats that hold something, as in the list.
const TITLES: &str = "SELECT id, title, updated_at, archived_at IS NOT NULL FROM chat
     WHERE deleted_by IS NULL AND (head_id IS NOT NULL OR title <> ''
        OR EXISTS (SELECT 1 FROM draft WHERE chat_id = chat.id))";

fn title(row: &Row<'_>) -> rusqlite::Result<ChatTitle> {
    Ok(ChatTitle { id: row.get(0)?, title: row.get(1)?, updated_at: row.get(2)?, archived: row.get(3)? })
}

/// Those of all chats, in no order.
pub(crate) fn all(connection: &Connection) -> Result<Vec<ChatTitle>> {
    let mut statement = connection.prepare_cached(TITLES)?;
    let titles = statement.query_map([], title)?;
    Ok(titles.collect::<rusqlite::Result<_>>()?)
}

/// That of one chat; `None` where one cannot go to it.
pub(crate) fn of(connection: &Connection, id: &ChatId) -> Result<Option<ChatTitle>> {
    Ok(connection.prepare_cached(&format!("{TITLES} AND id = ?1"))?.query_row([id], title).optional()?)
}
