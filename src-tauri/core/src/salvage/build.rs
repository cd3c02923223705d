//! The new database: every row that is found once, with its ids, keys and hashes as they were; what is found in several
//! versions is decided at the end.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params_from_iter};

use crate::error::Result;

use super::gaps;
use super::pages::Pages;
use super::record::{Leaf, Value};
use super::rivals::Rivals;
use super::rows::{MESSAGE, Row, Table};

/// Puts all that can be read of a database, a copy that nobody has open, and of the log beside it into a new one that has
/// today's schema and nothing in it, in one transaction. Where rows are missing that others need, rows are made in their
/// place, so that what is left is shown. A file that is missing or holds nothing makes an empty database.
///
/// # Errors
/// `storageFailed` where a file cannot be opened; that, or `storageFull`, where the new database cannot be written.
pub(crate) fn rebuild(damaged: &Path, new: &mut Connection) -> Result<()> {
    let pages = Pages::open(damaged)?;
    let transaction = new.transaction()?;
    // Rows come in the order of the pages, not of what they refer to.
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    let mut build = Build { t: &transaction, later: Vec::new(), rivals: Rivals::default() };
    let mut bytes = Vec::new();
    for image in 0..pages.most_images() {
        for number in 1..=pages.count() {
            if pages.read(number, image, &mut bytes) {
                let leaf = Leaf { pages: &pages, number, image, bytes: &bytes };
                for row in leaf.records().iter().filter_map(Row::of) {
                    build.take(row, image == 0)?;
                }
            }
        }
    }
    build.finish()?;
    gaps::fill(&transaction)?;
    transaction.commit()?;
    Ok(())
}

struct Build<'a> {
    t: &'a Transaction<'a>,
    /// Rows that give way to others: beginnings, those of damaged images, and those whose key is another's.
    later: Vec<Row>,
    rivals: Rivals,
}

impl Build<'_> {
    fn take(&mut self, row: Row, at_once: bool) -> Result<()> {
        if !at_once || row.cut || !row.has_usable_key() {
            // What is there already need not wait.
            if found(self.t, &row)?.as_ref().is_none_or(|there| there.values != row.values) {
                self.later.push(row);
            }
        } else if !insert(self.t, &row)? {
            match found(self.t, &row)? {
                Some(there) if there.values == row.values => {}
                Some(_) => self.rivals.add(row),
                None => self.later.push(row),
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        let mut later = std::mem::take(&mut self.later);
        later.sort_by_key(|row| row.cut);
        for row in later {
            match found(self.t, &row)? {
                Some(there) if there.values == row.values => {}
                Some(_) => self.rivals.add(row),
                None => put(self.t, row)?,
            }
        }
        self.rivals.decide(self.t)
    }
}

/// Inserts a row; `false` where its key or its identity is another's.
fn insert(t: &Transaction<'_>, row: &Row) -> Result<bool> {
    let Table { name, columns, .. } = row.table;
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let places = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT INTO {name} ({}) VALUES ({places})", names.join(", "));
    match t.prepare_cached(&sql)?.execute(params_from_iter(&row.values)) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(false),
        inserted => Ok(inserted? == 1),
    }
}

/// Inserts a row whose identity is nobody's, with the next free key where its own is taken or unusable. A row that breaks
/// a rule of its table is none, and so is one that is nothing without its key.
pub(super) fn put(t: &Transaction<'_>, mut row: Row) -> Result<()> {
    let is_its_key = row.table.identity.contains(&0);
    if row.has_usable_key() && insert(t, &row)? || !row.table.has_key() || is_its_key {
        return Ok(());
    }
    let wanted = match (row.has_usable_key(), row.values.first()) {
        (true, Some(Value::Integer(seq))) => *seq,
        _ => 0,
    };
    let seq = if row.table.name == MESSAGE.name {
        let created_at = if let Value::Integer(at) = row.value("created_at") { *at } else { 0 };
        free_from(t, if wanted > 0 { wanted } else { created_at })?
    } else {
        t.query_row(&format!("SELECT coalesce(max(seq), 0) + 1 FROM {}", row.table.name), [], |row| row.get(0))?
    };
    if let Some(first) = row.values.first_mut() {
        *first = Value::Integer(seq);
    }
    insert(t, &row).map(|_| ())
}

/// The first free key of a message from this one on.
pub(super) fn free_from(t: &Transaction<'_>, wanted: i64) -> Result<i64> {
    const TAKEN: &str = "SELECT 1 + seq FROM message AS this WHERE seq >= ?1
        AND NOT EXISTS (SELECT 1 FROM message WHERE seq = this.seq + 1) ORDER BY seq LIMIT 1";
    free(t, TAKEN, wanted)
}

/// The last free key of a message down from this one.
pub(super) fn free_down_from(t: &Transaction<'_>, wanted: i64) -> Result<i64> {
    const TAKEN: &str = "SELECT seq - 1 FROM message AS this WHERE seq <= ?1
        AND NOT EXISTS (SELECT 1 FROM message WHERE seq = this.seq - 1) ORDER BY seq DESC LIMIT 1";
    free(t, TAKEN, wanted)
}

fn free(t: &Transaction<'_>, end_of_run: &str, wanted: i64) -> Result<i64> {
    let is_free = t.prepare_cached("SELECT 1 FROM message WHERE seq = ?1")?.exists([wanted]).map(|taken| !taken)?;
    if is_free {
        return Ok(wanted);
    }
    Ok(t.prepare_cached(end_of_run)?.query_row([wanted], |row| row.get(0))?)
}

/// The row of the new database that is the same one, if there is one.
pub(super) fn found(t: &Transaction<'_>, row: &Row) -> Result<Option<Row>> {
    let Table { name, columns, identity, .. } = row.table;
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let is: Vec<String> = identity.iter().filter_map(|at| Some(format!("{} = ?", names.get(*at)?))).collect();
    let sql = format!("SELECT {} FROM {name} WHERE {}", names.join(", "), is.join(" AND "));
    let table = row.table;
    Ok(t.prepare_cached(&sql)?
        .query_row(params_from_iter(row.identity()), |row| {
            let values = (0..columns.len()).map(|at| Ok(Value::from(row.get_ref(at)?)));
            Ok(Row { table, values: values.collect::<rusqlite::Result<_>>()?, cut: false })
        })
        .optional()?)
}
