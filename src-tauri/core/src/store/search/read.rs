//! What a search reads: messages that the index names, newest first, and chats by their titles.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chat::{ChatId, MessageId, Role};
use crate::error::Result;
use crate::store::from_word;

use super::lossy;

/// A message that may be what is looked for, as its row has it: what is not asked for is not read. It is not deleted.
pub(crate) struct Candidate<'r, 's>(&'r Row<'s>);

/// In this order.
const CANDIDATE: &str = "message.seq, message.id, message.chat_id, message.role, message.model, message.created_at";

impl Candidate<'_, '_> {
    pub(crate) fn seq(&self) -> Result<i64> {
        Ok(self.0.get(0)?)
    }

    pub(crate) fn id(&self) -> Result<MessageId> {
        Ok(self.0.get(1)?)
    }

    pub(crate) fn chat(&self) -> Result<&str> {
        Ok(self.0.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)
    }

    pub(crate) fn role(&self) -> Result<Option<Role>> {
        Ok(lossy(self.0, 3)?.and_then(|word| from_word(&word)))
    }

    pub(crate) fn model(&self) -> Result<Option<String>> {
        Ok(lossy(self.0, 4)?)
    }

    pub(crate) fn created_at(&self) -> Result<i64> {
        Ok(self.0.get(5)?)
    }
}

/// A chat by its title. It is not deleted.
pub(crate) struct TitledChat {
    pub seq: i64,
    pub id: ChatId,
    pub title: String,
    pub updated_at: i64,
}

/// What looks at messages one by one: whether it wants more of them.
pub(crate) type Visit<'v> = &'v mut dyn FnMut(&Candidate<'_, '_>) -> Result<bool>;

/// Looks at the message of a `seq`, where it is not deleted.
pub(crate) fn one(connection: &Connection, seq: i64, visit: Visit<'_>) -> Result<bool> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {CANDIDATE} FROM message WHERE seq = ?1 AND deleted_by IS NULL"))?;
    let mut rows = statement.query([seq])?;
    rows.next()?.map_or(Ok(true), |row| visit(&Candidate(row)))
}

/// Looks at every message, newest first, those from `before` on left out.
pub(crate) fn walk(connection: &Connection, before: Option<i64>, visit: Visit<'_>) -> Result<()> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {CANDIDATE} FROM message WHERE seq < ?1 AND deleted_by IS NULL ORDER BY seq DESC"
    ))?;
    let mut rows = statement.query([before.unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        if !visit(&Candidate(row))? {
            break;
        }
    }
    Ok(())
}

/// Looks at the messages that the index finds, newest first, those from `before` on left out.
pub(crate) fn indexed(connection: &Connection, expression: &str, before: Option<i64>, visit: Visit<'_>) -> Result<()> {
    let place = match before {
        // Where it has no place, nothing older has.
        Some(seq) => connection
            .prepare_cached("SELECT place FROM search_place WHERE message = ?1")?
            .query_row([seq], |row| row.get(0))
            .optional()?
            .unwrap_or(i64::MIN),
        None => i64::MAX,
    };
    let mut statement = connection.prepare_cached(&format!(
        // In this order: the index streams, and whoever has seen enough stops it.
        "SELECT {CANDIDATE} FROM search CROSS JOIN search_place ON search_place.place = search.rowid
         CROSS JOIN message ON message.seq = search_place.message
         WHERE search MATCH ?1 AND search.rowid < ?2 AND message.deleted_by IS NULL ORDER BY search.rowid DESC"
    ))?;
    let mut rows = statement.query((expression, place))?;
    while let Some(row) = rows.next()? {
        if !visit(&Candidate(row))? {
            break;
        }
    }
    Ok(())
}

/// So many places are looked up at once: often the newest have enough.
const PLACES: usize = 2_000;

/// Looks at those of some messages that the index finds, in the order in which they are given: newest first.
pub(crate) fn indexed_among(
    connection: &Connection,
    expression: &str,
    messages: &[i64],
    visit: Visit<'_>,
) -> Result<()> {
    let mut place = connection.prepare_cached("SELECT place FROM search_place WHERE message = ?1")?;
    // The index alone: that is ten times as fast as asking which message each place is that of.
    let mut found = connection.prepare_cached(
        "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
    )?;
    for some in messages.chunks(PLACES) {
        let mut places: HashMap<i64, i64> = HashMap::with_capacity(some.len());
        for seq in some {
            if let Some(place) = place.query_row([seq], |row| row.get(0)).optional()? {
                places.insert(place, *seq);
            }
        }
        let (Some(first), Some(last)) = (places.keys().min(), places.keys().max()) else { continue };
        let mut rows = found.query((expression, first, last))?;
        while let Some(row) = rows.next()? {
            if let Some(seq) = places.get(&row.get(0)?)
                && !one(connection, *seq, visit)?
            {
                return Ok(());
            }
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

pub(super) fn titled(row: &Row<'_>) -> rusqlite::Result<TitledChat> {
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

/// Looks at every chat, the one in which something was said last first.
pub(crate) fn walk_chats(connection: &Connection, visit: &mut dyn FnMut(TitledChat) -> Result<bool>) -> Result<()> {
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

/// Names every chat by its `seq`, in the same order. No row is read for that.
pub(crate) fn walk_chat_places(connection: &Connection, visit: &mut dyn FnMut(i64) -> Result<bool>) -> Result<()> {
    let mut statement = connection
        .prepare_cached("SELECT seq FROM chat WHERE deleted_by IS NULL ORDER BY updated_at DESC, seq DESC")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !visit(row.get(0)?)? {
            break;
        }
    }
    Ok(())
}

/// The `seq` of the chats whose titles the index finds.
pub(crate) fn indexed_chats(connection: &Connection, expression: &str) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT rowid FROM search_title WHERE search_title MATCH ?1")?;
    let rows = statement.query_map([expression], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A chat by its `seq`; `None` where it is deleted.
pub(crate) fn chat_at(connection: &Connection, seq: i64) -> Result<Option<TitledChat>> {
    let mut statement = connection.prepare_cached(&format!("{CHAT} WHERE seq = ?1 AND deleted_by IS NULL"))?;
    Ok(statement.query_row([seq], titled).optional()?)
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
