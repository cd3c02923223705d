//! What a search reads: messages that the index names, newest first, and chats by their titles.

use rusqlite::{Connection, OptionalExtension};

use crate::chat::{ChatId, MessageId, Role};
use crate::error::Result;
use crate::store::from_word;

use super::lossy;

/// A message that may be what is looked for, without its text. It is not deleted.
pub(crate) struct Candidate {
    pub id: MessageId,
    pub chat: ChatId,
    pub role: Option<Role>,
    pub model: Option<String>,
    pub created_at: i64,
}

/// A chat by its title. It is not deleted.
pub(crate) struct TitledChat {
    pub seq: i64,
    pub id: ChatId,
    pub title: String,
    pub updated_at: i64,
}

/// What a visit of many rows goes on with, or ends at.
pub(crate) type Visit<'v, T> = &'v mut dyn FnMut(T) -> Result<bool>;

/// The message of a `seq`; `None` where it is deleted.
pub(crate) fn candidate(connection: &Connection, seq: i64) -> Result<Option<Candidate>> {
    Ok(connection
        .prepare_cached(
            "SELECT id, chat_id, role, model, created_at FROM message WHERE seq = ?1 AND deleted_by IS NULL",
        )?
        .query_row([seq], |row| {
            Ok(Candidate {
                id: row.get(0)?,
                chat: row.get(1)?,
                role: lossy(row, 2)?.and_then(|word| from_word(&word)),
                model: lossy(row, 3)?,
                created_at: row.get(4)?,
            })
        })
        .optional()?)
}

/// The `seq` of every message, newest first, until `visit` has seen enough.
pub(crate) fn walk(connection: &Connection, visit: Visit<'_, i64>) -> Result<()> {
    let mut statement = connection.prepare_cached("SELECT seq FROM message ORDER BY seq DESC")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !visit(row.get(0)?)? {
            break;
        }
    }
    Ok(())
}

/// The `seq` of the messages that the index finds, newest first, those from `before` on left out.
pub(crate) fn indexed(
    connection: &Connection,
    expression: &str,
    before: Option<i64>,
    visit: Visit<'_, i64>,
) -> Result<()> {
    let place = match before {
        // Where it has no place, nothing older has.
        Some(seq) => connection
            .prepare_cached("SELECT place FROM search_place WHERE message = ?1")?
            .query_row([seq], |row| row.get(0))
            .optional()?
            .unwrap_or(i64::MIN),
        None => i64::MAX,
    };
    let mut statement = connection.prepare_cached(
        // In this order: the index streams, and whoever has seen enough stops it.
        "SELECT search_place.message FROM search CROSS JOIN search_place ON search_place.place = search.rowid
         WHERE search MATCH ?1 AND search.rowid < ?2 ORDER BY search.rowid DESC",
    )?;
    let mut rows = statement.query((expression, place))?;
    while let Some(row) = rows.next()? {
        if !visit(row.get(0)?)? {
            break;
        }
    }
    Ok(())
}

/// The `seq` of the messages of some chats, newest first, deleted ones too: they are all in one index that way.
pub(crate) fn of_chats(connection: &Connection, chats: &[TitledChat]) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT seq FROM message WHERE chat_id = ?1")?;
    let mut found = Vec::new();
    for chat in chats {
        let rows = statement.query_map([&chat.id], |row| row.get::<_, i64>(0))?;
        found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    Ok(found)
}

pub(super) const CHAT: &str = "SELECT chat.seq, chat.id, chat.title, chat.updated_at FROM chat";

pub(super) fn titled(row: &rusqlite::Row<'_>) -> rusqlite::Result<TitledChat> {
    Ok(TitledChat {
        seq: row.get(0)?,
        id: row.get(1)?,
        title: lossy(row, 2)?.unwrap_or_default(),
        updated_at: row.get(3)?,
    })
}

/// A chat; `None` where it is deleted.
pub(crate) fn chat(connection: &Connection, id: &ChatId) -> Result<Option<TitledChat>> {
    let mut statement = connection.prepare_cached(&format!("{CHAT} WHERE id = ?1 AND deleted_by IS NULL"))?;
    Ok(statement.query_row([id], titled).optional()?)
}

/// Every chat, the one in which something was said last first.
pub(crate) fn walk_chats(connection: &Connection, visit: Visit<'_, TitledChat>) -> Result<()> {
    let mut statement =
        connection.prepare_cached(&format!("{CHAT} WHERE deleted_by IS NULL ORDER BY updated_at DESC, seq DESC"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !visit(titled(row)?)? {
            break;
        }
    }
    Ok(())
}

/// The chats whose titles the index finds.
pub(crate) fn indexed_chats(connection: &Connection, expression: &str) -> Result<Vec<TitledChat>> {
    let mut statement = connection.prepare_cached(&format!(
        "{CHAT} WHERE seq IN (SELECT rowid FROM search_title WHERE search_title MATCH ?1) AND deleted_by IS NULL"
    ))?;
    let rows = statement.query_map([expression], titled)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// When the newest message was created, or later; unix milliseconds.
pub(crate) fn newest(connection: &Connection) -> Result<i64> {
    let newest: Option<i64> =
        connection.prepare_cached("SELECT max(seq) FROM message")?.query_row([], |row| row.get(0))?;
    Ok(newest.unwrap_or_default())
}

/// About how many messages there are in the index.
pub(crate) fn count(connection: &Connection) -> Result<usize> {
    let last: Option<i64> =
        connection.prepare_cached("SELECT max(place) FROM search_place")?.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(last.unwrap_or_default()).unwrap_or_default())
}
