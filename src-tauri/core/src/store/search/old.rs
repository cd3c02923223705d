//! What was there before the index: how far it has come into it (table `search_progress`), and the next step of it.

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;
use crate::search::tokens::VERSION;

use super::{lossy, write, write_title};

/// The most rows of one step of filling: a message without text is work too.
const ROWS: i64 = 400;

/// The most places that are given in one step.
const PLACES: i64 = 2_000;

/// The index itself, as the last migration of it made it.
const TABLES: &str = "
    CREATE VIRTUAL TABLE search USING fts5(tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
    CREATE VIRTUAL TABLE search_title USING fts5(tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
    INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
    INSERT INTO search_title (search_title, rank) VALUES ('secure-delete', 1)";

/// Nothing is still to come.
const NONE: i64 = i64::MIN;

/// How far the old archive has come into the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Whether the index is of today's splitting.
    pub current: bool,
    /// Messages with a smaller `seq` are still to come.
    pub messages: i64,
    /// Of these, those up to this `seq` have their places.
    placed: i64,
    /// Titles of chats with a smaller `seq` are still to come.
    pub chats: i64,
    /// How many messages there were to come, and how many came.
    pub total: i64,
    pub done: i64,
}

impl Progress {
    pub(crate) fn is_done(&self) -> bool {
        self.current && self.messages == NONE && self.chats == NONE
    }

    /// How much of the old messages has come, 0 to 1.
    pub(crate) fn share(&self) -> f32 {
        if self.current && self.total > 0 { (self.done as f32 / self.total as f32).min(1.0) } else { 0.0 }
    }
}

/// `None` where the index was never begun.
pub(crate) fn progress(connection: &Connection) -> Result<Option<Progress>> {
    Ok(connection
        .prepare_cached("SELECT version, messages, placed, chats, total, done FROM search_progress WHERE id = 1")?
        .query_row([], |row| {
            Ok(Progress {
                current: row.get::<_, i64>(0)? == VERSION,
                messages: row.get(1)?,
                placed: row.get(2)?,
                chats: row.get(3)?,
                total: row.get(4)?,
                done: row.get(5)?,
            })
        })
        .optional()?)
}

/// The progress; the index is begun here where it was not: all that there is now is still to come.
pub(crate) fn begun(connection: &Connection) -> Result<Progress> {
    if let Some(progress) = progress(connection)? {
        return Ok(progress);
    }
    connection.execute(
        "INSERT INTO search_progress (id, version, messages, placed, chats, total, done)
         SELECT 1, ?1, coalesce((SELECT 1 + max(seq) FROM message), ?2), ?2, coalesce((SELECT 1 + max(seq) FROM chat), ?2),
             (SELECT count(*) FROM message), 0",
        [VERSION, NONE],
    )?;
    begun(connection)
}

/// Gives some more of the messages that were there before the index their places. Oldest first, since rows that are added at
/// the end of a table take half the room.
fn place_some(connection: &Connection, progress: &Progress) -> Result<()> {
    let placed = connection
        .prepare_cached(
            "INSERT INTO search_place (place, message, chat, indexed)
             SELECT (SELECT coalesce(max(place), 0) FROM search_place WHERE place <= ?3) + row_number() OVER (ORDER BY seq),
                 seq, coalesce((SELECT seq FROM chat WHERE id = chat_id), 0), 0
             FROM (SELECT seq, chat_id FROM message WHERE seq > ?1 AND seq < ?2 ORDER BY seq LIMIT ?4)",
        )?
        .execute([progress.placed, progress.messages, progress.total, PLACES])?;
    connection
        .prepare_cached(
            "UPDATE search_progress SET placed = CASE ?1 WHEN 0 THEN messages
                 ELSE (SELECT message FROM search_place WHERE place <= total ORDER BY place DESC LIMIT 1) END",
        )?
        .execute([placed > 0])?;
    Ok(())
}

/// Indexes some more of what was there before the index, newest first: about so many bytes of text. Gives how far it is.
pub(crate) fn fill(connection: &Connection, bytes: i64) -> Result<Progress> {
    let progress = begun(connection)?;
    if !progress.current {
        return anew(connection);
    }
    if progress.chats != NONE {
        let mut titles =
            connection.prepare_cached("SELECT seq, title FROM chat WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2")?;
        let mut found = titles
            .query_map([progress.chats, ROWS], |row| Ok((row.get(0)?, lossy(row, 1)?.unwrap_or_default())))?
            .collect::<rusqlite::Result<Vec<(i64, String)>>>()?;
        let next = found.last().map_or(NONE, |(seq, _)| *seq);
        // The index takes a run of rows in one go as long as they ascend.
        found.reverse();
        for (seq, title) in found {
            write_title(connection, seq, &title)?;
        }
        connection.prepare_cached("UPDATE search_progress SET chats = ?1")?.execute([next])?;
        return begun(connection);
    }
    if progress.messages != NONE && progress.placed < progress.messages {
        place_some(connection, &progress)?;
        return begun(connection);
    }
    let (batch, next) = next_messages(connection, progress.messages, bytes)?;
    for seq in batch.iter().rev() {
        write(connection, *seq)?;
    }
    connection
        .prepare_cached("UPDATE search_progress SET messages = ?1, done = done + ?2")?
        .execute([next, i64::try_from(batch.len()).unwrap_or(i64::MAX)])?;
    begun(connection)
}

/// Messages before one, newest first, of about so many bytes of text; and where the next ones are.
fn next_messages(connection: &Connection, before: i64, bytes: i64) -> Result<(Vec<i64>, i64)> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, (SELECT coalesce(sum(octet_length(text)), 0) FROM part WHERE message_id = message.id AND kind = 'text')
         FROM message WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
    )?;
    let (mut found, mut size) = (Vec::new(), 0);
    let mut rows = statement.query([before, ROWS])?;
    while let Some(row) = rows.next()? {
        found.push(row.get(0)?);
        size += row.get::<_, i64>(1)?;
        if size >= bytes {
            break;
        }
    }
    // Without any, nothing is left.
    let next = found.last().copied().unwrap_or(NONE);
    Ok((found, next))
}

/// Throws the index away; all is to be indexed again.
pub(crate) fn anew(connection: &Connection) -> Result<Progress> {
    connection.execute_batch(
        "DROP TABLE search; DROP TABLE search_title;
         DELETE FROM search_place; DELETE FROM search_model; DELETE FROM search_month; DELETE FROM search_progress",
    )?;
    connection.execute_batch(TABLES)?;
    begun(connection)
}
