//! What a search reads: messages that the index names, newest first, and chats by their titles.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chat::{ChatId, MessageId, Role};
use crate::error::Result;
use crate::store::from_word;

use super::{lossy, month_token, shard_mark, shard_of};

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

/// Looks at every message, newest first.
pub(crate) fn walk(connection: &Connection, visit: Visit<'_>) -> Result<()> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {CANDIDATE} FROM message WHERE deleted_by IS NULL ORDER BY seq DESC"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !visit(&Candidate(row))? {
            break;
        }
    }
    Ok(())
}

/// What the index is asked for.
pub(crate) struct Asked {
    /// An expression of FTS5's whose every token is quoted.
    pub expression: Option<String>,
    /// The months, by their numbers, that a message must be of.
    pub months: Option<RangeInclusive<i64>>,
}

impl Asked {
    /// Whether it lets every message through.
    pub(crate) fn is_empty(&self) -> bool {
        self.expression.is_none() && self.months.is_none()
    }

    /// As it is asked of one shard; `None` where that has nothing of it.
    fn in_shard(&self, connection: &Connection, shard: i64) -> Result<Option<String>> {
        let mut all = Vec::new();
        if let Some(months) = &self.months {
            let tokens = months_of(connection, shard, months)?;
            if tokens.is_empty() {
                return Ok(None);
            }
            // Of what came from elsewhere, one shard may have many years.
            if tokens.len() <= MOST_MONTHS || self.expression.is_none() {
                all.push(tokens.join(" OR "));
            }
        }
        all.extend(self.expression.clone());
        // The quotes are around the tokens, and nowhere else.
        let mark = shard_mark(shard);
        let mut asked = String::new();
        for (at, part) in format!("({})", all.join(") AND (")).split('"').enumerate() {
            match at % 2 {
                0 => asked.push_str(part),
                _ => asked.extend(["\"", mark.encode_utf8(&mut [0; 4]), part, "\""]),
            }
        }
        Ok(Some(asked))
    }
}

/// So many months are asked for beside something else.
const MOST_MONTHS: usize = 24;

/// The tokens of the months that a shard has, of those that are asked for.
fn months_of(connection: &Connection, shard: i64, months: &RangeInclusive<i64>) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT month FROM search_month WHERE shard = ?1 AND month BETWEEN ?2 AND ?3")?;
    let rows = statement.query_map([shard, *months.start(), *months.end()], |row| row.get(0))?;
    Ok(rows.map(|month| Ok(format!("\"{}\"", month_token(month?)))).collect::<rusqlite::Result<_>>()?)
}

/// The chats in which something is looked for, by their `seq`.
pub(crate) type Members = HashSet<i64>;

/// Looks at the messages of some chats, newest first. All must have their places.
pub(crate) fn walk_members(connection: &Connection, members: &Members, visit: Visit<'_>) -> Result<()> {
    let mut statement = connection.prepare_cached("SELECT message, chat FROM search_place ORDER BY place DESC")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if members.contains(&row.get(1)?) && !one(connection, row.get(0)?, visit)? {
            break;
        }
    }
    Ok(())
}

/// The place of a message; where it has none, nothing older has.
fn place_of(connection: &Connection, message: Option<i64>) -> Result<i64> {
    let Some(seq) = message else { return Ok(i64::MAX) };
    let mut statement = connection.prepare_cached("SELECT place FROM search_place WHERE message = ?1")?;
    Ok(statement.query_row([seq], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Looks at the messages that the index finds, newest first, those from `before` on left out; where only some chats are
/// meant, at theirs.
pub(crate) fn indexed(
    connection: &Connection,
    asked: &Asked,
    members: Option<&Members>,
    before: Option<i64>,
    visit: Visit<'_>,
) -> Result<()> {
    let place = place_of(connection, before)?.min(1 + last_place(connection)?);
    // In this order: the index streams, and whoever has seen enough stops it.
    let mut with_rows = connection.prepare_cached(&format!(
        "SELECT {CANDIDATE} FROM search CROSS JOIN search_place ON search_place.place = search.rowid
         CROSS JOIN message ON message.seq = search_place.message
         WHERE search MATCH ?1 AND search.rowid < ?2 AND message.deleted_by IS NULL ORDER BY search.rowid DESC"
    ))?;
    // Most are of other chats: their rows are not read.
    let mut bare = connection.prepare_cached(
        "SELECT search_place.message, search_place.chat FROM search
         CROSS JOIN search_place ON search_place.place = search.rowid
         WHERE search MATCH ?1 AND search.rowid < ?2 ORDER BY search.rowid DESC",
    )?;
    for shard in (0..=shard_of(place - 1)).rev() {
        let Some(asked) = asked.in_shard(connection, shard)? else { continue };
        let mut rows = if members.is_some() { &mut bare } else { &mut with_rows }.query((asked, place))?;
        while let Some(row) = rows.next()? {
            let goes_on = match members {
                None => visit(&Candidate(row))?,
                Some(members) => !members.contains(&row.get(1)?) || one(connection, row.get(0)?, visit)?,
            };
            if !goes_on {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The places of the messages of some chats, newest first.
pub(crate) fn places(connection: &Connection, members: &Members) -> Result<Vec<i64>> {
    seqs(connection, "SELECT place FROM search_place WHERE chat = ?1", members)
}

/// The `seq` of the messages of some chats, newest first, deleted ones too: they are all in one index that way.
pub(crate) fn of_chats(connection: &Connection, members: &Members) -> Result<Vec<i64>> {
    const OF: &str = "SELECT message.seq FROM chat JOIN message ON message.chat_id = chat.id WHERE chat.seq = ?1";
    seqs(connection, OF, members)
}

fn seqs(connection: &Connection, sql: &str, members: &Members) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = Vec::new();
    for chat in members {
        let rows = statement.query_map([chat], |row| row.get::<_, i64>(0))?;
        found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    Ok(found)
}

/// Looks at the message in a place, where it is not deleted.
pub(crate) fn at_place(connection: &Connection, place: i64, visit: Visit<'_>) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT message FROM search_place WHERE place = ?1")?;
    let message: Option<i64> = statement.query_row([place], |row| row.get(0)).optional()?;
    message.map_or(Ok(true), |seq| one(connection, seq, visit))
}

/// Looks at the messages in some places, given newest first, that the index finds.
pub(crate) fn indexed_among(connection: &Connection, asked: &Asked, places: &[i64], visit: Visit<'_>) -> Result<()> {
    // The index alone: that is ten times as fast as asking which chat each place is of.
    let mut found = connection.prepare_cached(
        "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
    )?;
    for some in places.chunk_by(|one, other| shard_of(*one) == shard_of(*other)) {
        let (Some(last), Some(first)) = (some.first(), some.last()) else { continue };
        let Some(asked) = asked.in_shard(connection, shard_of(*last))? else { continue };
        let mut rows = found.query((asked, first, last))?;
        let mut rest = some;
        while let Some(row) = rows.next()? {
            let place = row.get(0)?;
            rest = &rest[rest.partition_point(|one| *one > place)..];
            if rest.first() == Some(&place) && !at_place(connection, place, visit)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

const CHAT: &str = "SELECT chat.seq, chat.id, chat.title, chat.updated_at FROM chat";

fn titled(row: &Row<'_>) -> rusqlite::Result<TitledChat> {
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

/// The place of the newest message: about how many there are.
pub(crate) fn last_place(connection: &Connection) -> Result<i64> {
    let last: Option<i64> =
        connection.prepare_cached("SELECT max(place) FROM search_place")?.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or_default())
}
