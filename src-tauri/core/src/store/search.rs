//! The tables of the search: the index, and the places of the messages in it.
//!
//! The index holds no text: what goes in must come out the same way, token for token, or its remains stay. So a message is
//! taken out (`forget`) before anything of it changes, and put in when it has settled.

mod old;
pub(crate) mod order;
pub(crate) mod read;
mod separators;

pub(crate) use old::{anew, begun, fill, progress};

use rusqlite::{Connection, OptionalExtension, Row};

use crate::backup::{DAY, civil};
use crate::chat::{ChatId, MessageId};
use crate::error::Result;
use crate::search::tokens::{Words, fold};

/// Tokens of filters begin with characters that no text has in its words.
const ROLE: char = '\u{e000}';
const MODEL: char = '\u{e001}';
const TIME: char = '\u{e002}';

/// Places of one shard. What is looked for in one shard costs nothing of the others: for a beginning FTS5 joins the lists of
/// all its words before it gives the first message, about a microsecond for each message in them.
const SHARD: i64 = 1 << 14;

/// The first of the characters that stand for shards, and how many there are: of private use, in three bytes.
const SHARDS: u32 = 0xe000;
const SHARD_COUNT: i64 = 0x1900;

const SETTLED: &str = "state NOT IN ('queued', 'waiting', 'streaming')";

/// What a message is indexed with.
struct Entry {
    seq: i64,
    place: Option<i64>,
    indexed: bool,
    settled: bool,
    role: String,
    model: Option<String>,
    created_at: i64,
}

fn entry(connection: &Connection, seq: i64) -> Result<Option<Entry>> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT place, coalesce(indexed, 0), {SETTLED}, role, model, created_at
             FROM message LEFT JOIN search_place ON search_place.message = message.seq WHERE message.seq = ?1"
        ))?
        .query_row([seq], |row| {
            Ok(Entry {
                seq,
                place: row.get(0)?,
                indexed: row.get(1)?,
                settled: row.get(2)?,
                role: lossy(row, 3)?.unwrap_or_default(),
                model: lossy(row, 4)?,
                created_at: row.get(5)?,
            })
        })
        .optional()?)
}

fn seq_of(connection: &Connection, id: &MessageId) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT seq FROM message WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?)
}

/// A text column. Bytes that are no text are passed by, the same in each reading: they must come out as they went in.
fn lossy(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(row.get_ref(column)?.as_bytes().ok().map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

/// The text of a message as it is searched.
pub(crate) fn text(connection: &Connection, id: &MessageId) -> Result<String> {
    read_text(connection, "SELECT text FROM part WHERE message_id = ?1 AND kind = 'text' ORDER BY n", id)
}

fn text_of(connection: &Connection, seq: i64) -> Result<String> {
    const OF: &str =
        "SELECT text FROM part WHERE message_id = (SELECT id FROM message WHERE seq = ?1) AND kind = 'text'
        ORDER BY n";
    read_text(connection, OF, seq)
}

fn read_text(connection: &Connection, sql: &str, of: impl rusqlite::ToSql) -> Result<String> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([of])?;
    let mut text = String::new();
    while let Some(row) = rows.next()? {
        text.push_str(&lossy(row, 0)?.unwrap_or_default());
    }
    Ok(text)
}

/// The shard that a place is in; the last has all that come after it too.
fn shard_of(place: i64) -> i64 {
    (place / SHARD).clamp(0, SHARD_COUNT - 1)
}

/// What every token of a shard begins with, before all that belongs to the token itself.
fn shard_mark(shard: i64) -> char {
    u32::try_from(shard).ok().and_then(|shard| char::from_u32(SHARDS + shard)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The tokens of a message: what its filters find, and its words.
fn tokens(connection: &Connection, entry: &Entry, place: i64) -> Result<String> {
    let words = Words::of(&text_of(connection, entry.seq)?);
    let shard = shard_of(place);
    let (filters, words, mark) = (filters(connection, entry, shard)?, words.indexed(), shard_mark(shard));
    let mut tokens = String::with_capacity(filters.len() + 2 * words.len());
    for token in filters.split(' ').chain(words.split(' ')).filter(|token| !token.is_empty()) {
        if !tokens.is_empty() {
            tokens.push(' ');
        }
        tokens.push(mark);
        tokens.push_str(token);
    }
    Ok(tokens)
}

fn filters(connection: &Connection, entry: &Entry, shard: i64) -> Result<String> {
    let month = month(entry.created_at);
    connection
        .prepare_cached("INSERT OR IGNORE INTO search_month (shard, month) VALUES (?1, ?2)")?
        .execute([shard, month])?;
    let mut tokens = format!("{ROLE}{} {}", entry.role, month_token(month));
    if let Some(model) = &entry.model {
        connection.prepare_cached("INSERT OR IGNORE INTO search_model (name) VALUES (?1)")?.execute([model])?;
        let number: i64 = connection
            .prepare_cached("SELECT number FROM search_model WHERE name = ?1")?
            .query_row([model], |row| row.get(0))?;
        tokens.push_str(&format!(" {}", model_token(number)));
    }
    Ok(tokens)
}

/// The number of the month, in UTC, that a time is in; unix milliseconds.
pub(crate) fn month(time: i64) -> i64 {
    let (year, month, _) = civil(time.div_euclid(DAY));
    12 * year + month - 1
}

fn month_token(month: i64) -> String {
    format!("{TIME}{month}")
}

/// The token of all messages of a role, by its wire word.
pub(crate) fn role_token(role: &str) -> String {
    format!("{ROLE}{role}")
}

/// The token of all answers of a model, by its number.
pub(crate) fn model_token(number: i64) -> String {
    format!("{MODEL}{number}")
}

/// The models whose folded names contain all of these.
pub(crate) fn models(connection: &Connection, names: &[String]) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT number, name FROM search_model")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let name = fold(row.get_ref(1)?.as_str().unwrap_or_default());
        if names.iter().all(|wanted| name.contains(wanted)) {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

/// Gives a new message its place, so that the order of the places is that of the messages, whichever settles first.
pub(crate) fn place(connection: &Connection, seq: i64) -> Result<()> {
    let progress = begun(connection)?;
    if seq >= progress.messages {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO search_place (place, message, chat, indexed)
                 SELECT 1 + max(?2, (SELECT coalesce(max(place), 0) FROM search_place)), message.seq, chat.seq, 0
                 FROM message JOIN chat ON chat.id = chat_id WHERE message.seq = ?1",
            )?
            .execute([seq, progress.total])?;
    }
    Ok(())
}

/// Indexes a message that has settled. One that is older than the index waits for its turn.
pub(crate) fn put(connection: &Connection, id: &MessageId) -> Result<()> {
    let Some(seq) = seq_of(connection, id)? else { return Ok(()) };
    place(connection, seq)?;
    write(connection, seq)
}

fn write(connection: &Connection, seq: i64) -> Result<()> {
    let Some(found) = entry(connection, seq)? else { return Ok(()) };
    let (Some(place), false, true) = (found.place, found.indexed, found.settled) else { return Ok(()) };
    let tokens = tokens(connection, &found, place)?;
    connection.prepare_cached("INSERT INTO search (rowid, tokens) VALUES (?1, ?2)")?.execute((place, tokens))?;
    connection.prepare_cached("UPDATE search_place SET indexed = 1 WHERE place = ?1")?.execute([place])?;
    Ok(())
}

/// Takes a message out of the index. Nothing of it may have changed since it was put in.
pub(crate) fn forget(connection: &Connection, id: &MessageId) -> Result<()> {
    match seq_of(connection, id)? {
        Some(seq) => take_out(connection, seq).map(|_| ()),
        None => Ok(()),
    }
}

/// Gives what it took out, where it was in.
fn take_out(connection: &Connection, seq: i64) -> Result<Option<String>> {
    let Some(found) = entry(connection, seq)? else { return Ok(None) };
    let (Some(place), true) = (found.place, found.indexed) else { return Ok(None) };
    let tokens = tokens(connection, &found, place)?;
    connection
        .prepare_cached("INSERT INTO search (search, rowid, tokens) VALUES ('delete', ?1, ?2)")?
        .execute((place, &tokens))?;
    connection.prepare_cached("UPDATE search_place SET indexed = 0 WHERE place = ?1")?.execute([place])?;
    Ok(Some(tokens))
}

/// Takes the messages and the title of a chat out of the index for good.
pub(crate) fn purge(connection: &Connection, chat: &ChatId) -> Result<()> {
    let title: Option<String> =
        connection.prepare("SELECT title FROM chat WHERE id = ?1")?.query_row([chat], |row| lossy(row, 0))?;
    let mut gone = vec![Words::of(&title.unwrap_or_default()).indexed()];
    let mut statement = connection.prepare("SELECT seq FROM message WHERE chat_id = ?1 ORDER BY seq")?;
    let messages = statement.query_map([chat], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    for seq in messages {
        gone.extend(take_out(connection, seq)?);
        connection.prepare_cached("DELETE FROM search_place WHERE message = ?1")?.execute([seq])?;
    }
    retitle(connection, chat, "")?;
    let words = gone.iter().flat_map(|tokens| tokens.split(' ')).map(ToOwned::to_owned).collect();
    separators::erase(connection, words)
}

/// Indexes a chat's new title, in the place of the one that is stored. It is stored after this.
pub(crate) fn retitle(connection: &Connection, chat: &ChatId, title: &str) -> Result<()> {
    let Some((seq, old)) = connection
        .prepare_cached("SELECT seq, title FROM chat WHERE id = ?1")?
        .query_row([chat], |row| Ok((row.get::<_, i64>(0)?, lossy(row, 1)?.unwrap_or_default())))
        .optional()?
    else {
        return Ok(());
    };
    if seq < begun(connection)?.chats {
        return Ok(());
    }
    if !old.is_empty() {
        connection
            .prepare_cached("INSERT INTO search_title (search_title, rowid, tokens) VALUES ('delete', ?1, ?2)")?
            .execute((seq, Words::of(&old).indexed()))?;
    }
    write_title(connection, seq, title)
}

fn write_title(connection: &Connection, seq: i64, title: &str) -> Result<()> {
    if !title.is_empty() {
        connection
            .prepare_cached("INSERT INTO search_title (rowid, tokens) VALUES (?1, ?2)")?
            .execute((seq, Words::of(title).indexed()))?;
    }
    Ok(())
}
