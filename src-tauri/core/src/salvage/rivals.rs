//! Rows that are found in several versions, as a page that lies over another one or a damaged log leaves them: a message's
//! hash says which is right; else the one that was read from the better place stays.

use std::collections::BTreeMap;

use rusqlite::{Transaction, params_from_iter};

use crate::error::Result;
use crate::store::digest::MessageHash;

use super::build::{found, put};
use super::record::Value;
use super::rows::{CHAT, MESSAGE, PART, PROMPT, REQUEST, Row, Table};

/// So many ways to put one message together are tried.
const MOST_WAYS: usize = 256;

/// What is found beside the rows of the new database.
#[derive(Default)]
pub(super) struct Rivals {
    /// Versions of messages and of their parts, by the message's id.
    messages: BTreeMap<Vec<u8>, Vec<Row>>,
    others: Vec<Row>,
}

impl Rivals {
    pub(super) fn add(&mut self, row: Row) {
        let id = match row.table.name {
            name if name == MESSAGE.name => row.bytes("id"),
            name if name == PART.name => row.bytes("message_id"),
            _ => return self.others.push(row),
        };
        self.messages.entry(id.to_owned()).or_default().push(row);
    }

    /// Puts every better version in the place of the one that is there.
    pub(super) fn decide(self, t: &Transaction<'_>) -> Result<()> {
        for (id, rows) in self.messages {
            decide_message(t, &id, rows)?;
        }
        for row in self.others {
            let Some(there) = found(t, &row)? else { continue };
            let is_better = match row.table.name {
                // The newer one: a chat's time only ever grows, and a request ends once.
                name if name == CHAT.name => is_newer_chat(&row, &there),
                name if name == REQUEST.name => {
                    *there.value("ended_at") == Value::Null && *row.value("ended_at") != Value::Null
                }
                name if name == PROMPT.name => is_newer_prompt(&row, &there),
                _ => false,
            };
            if is_better && !row.cut {
                replace(t, &there, row)?;
            }
        }
        Ok(())
    }
}

fn is_newer_chat(row: &Row, there: &Row) -> bool {
    let age = |row: &Row| match (row.value("updated_at"), row.value("message_count")) {
        (Value::Integer(at), Value::Integer(count)) => (*at, *count),
        _ => (0, 0),
    };
    age(row) > age(there)
}

fn is_newer_prompt(row: &Row, there: &Row) -> bool {
    matches!((row.value("updated_at"), there.value("updated_at")),
        (Value::Integer(at), Value::Integer(before)) if at > before)
}

fn decide_message(t: &Transaction<'_>, id: &[u8], rivals: Vec<Row>) -> Result<()> {
    let (mut messages, mut parts) = (Vec::new(), BTreeMap::<i64, Vec<Row>>::new());
    let there = rows_of(t, &MESSAGE, "id", id)?.into_iter().chain(rows_of(t, &PART, "message_id", id)?);
    for row in there.chain(rivals) {
        match row.value("n") {
            Value::Integer(n) => parts.entry(*n).or_default().push(row),
            _ => messages.push(row),
        }
    }
    let parts: Vec<Vec<Row>> = parts.into_values().collect();
    let ways = parts.iter().fold(1_usize, |ways, of_one| ways.saturating_mul(of_one.len()));
    for way in 0..ways.min(MOST_WAYS) {
        let chosen = choose(&parts, way);
        if let Some(message) = messages.iter().find(|message| proves_right(message, &chosen)) {
            for row in std::iter::once(message).chain(chosen) {
                if let Some(there) = found(t, row)?
                    && there.values != row.values
                {
                    replace(t, &there, row.clone())?;
                }
            }
            return Ok(());
        }
    }
    // None is right. A reply that ended is at least not asked for once more.
    let mut messages = messages.into_iter();
    if let Some(there) = messages.next()
        && *there.value("hash") == Value::Null
        && let Some(settled) = messages.find(|message| *message.value("hash") != Value::Null && !message.cut)
    {
        replace(t, &there, settled)?;
    }
    Ok(())
}

/// One version of each part: the way's digits, each to the base of how many there are.
fn choose(parts: &[Vec<Row>], mut way: usize) -> Vec<&Row> {
    let mut chosen = Vec::with_capacity(parts.len());
    for of_one in parts {
        chosen.extend(of_one.get(way % of_one.len()));
        way /= of_one.len();
    }
    chosen
}

fn proves_right(message: &Row, parts: &[&Row]) -> bool {
    let start = MessageHash::new(message.bytes("id"), message.bytes("parent_id"), message.bytes("role"));
    let add =
        |hash: MessageHash, part: &&Row| hash.part(part.bytes("kind"), part.bytes("text"), part.bytes("blob_hash"));
    parts.iter().fold(start, add).finish() == *message.bytes("hash")
}

fn rows_of(t: &Transaction<'_>, table: &'static Table, column: &str, id: &[u8]) -> Result<Vec<Row>> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let sql = format!("SELECT {} FROM {} WHERE {column} = ?1", names.join(", "), table.name);
    let mut statement = t.prepare_cached(&sql)?;
    let rows = statement.query_map([Value::Text(id.to_owned())], |row| {
        let values = (0..names.len()).map(|at| Ok(Value::from(row.get_ref(at)?)));
        Ok(Row { table, values: values.collect::<rusqlite::Result<_>>()?, cut: false })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn replace(t: &Transaction<'_>, there: &Row, row: Row) -> Result<()> {
    let table = row.table;
    let is: Vec<String> =
        table.identity.iter().filter_map(|at| Some(format!("{} = ?", table.columns.get(*at)?.0))).collect();
    let sql = format!("DELETE FROM {} WHERE {}", table.name, is.join(" AND "));
    t.prepare_cached(&sql)?.execute(params_from_iter(there.identity()))?;
    put(t, row)
}
