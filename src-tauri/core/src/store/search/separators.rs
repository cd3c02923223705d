//! What is left of deleted words in the index: FTS5 takes a word out of its pages (`secure-delete`), but the first letters
//! of a page, by which it is found, may be those of a word that is gone. They are replaced by a word that is there.

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;

/// Before each word of FTS5's, since there could be further indexes of beginnings.
const MAIN: u8 = b'0';

/// Takes out of both indexes what only these words have left there, which are in no message any more.
pub(super) fn erase(connection: &Connection, mut words: Vec<String>) -> Result<()> {
    words.sort_unstable();
    words.dedup();
    for table in ["search", "search_title"] {
        // A table of this connection only, which reads the words of the other: not before what is pending is written.
        let name = format!("temp.{table}_words");
        connection.execute_batch(&format!(
            "DROP TABLE IF EXISTS {name}; CREATE VIRTUAL TABLE {name} USING fts5vocab(main, {table}, instance);
             SELECT term FROM {name} LIMIT 1"
        ))?;
        let erased = erase_from(connection, table, &words);
        connection.execute_batch(&format!("DROP TABLE {name}"))?;
        erased?;
    }
    Ok(())
}

fn erase_from(connection: &Connection, table: &str, words: &[String]) -> Result<()> {
    let mut next =
        connection.prepare(&format!("SELECT term FROM temp.{table}_words WHERE term >= CAST(?1 AS TEXT) LIMIT 1"))?;
    for (segment, separator) in suspects(connection, table, words)? {
        let left: Option<String> = next.query_row([&separator[1..]], |row| row.get(0)).optional()?;
        // It must be no later than the first word of its page, and later than the last one of the page before: the first
        // word that there is from it on, in any page, is both.
        if let Some(left) = left
            && !left.as_bytes().starts_with(&separator[1..])
        {
            let new = [&[MAIN], left.as_bytes()].concat();
            connection
                .prepare_cached(&format!("UPDATE {table}_idx SET term = ?1 WHERE segid = ?2 AND term = ?3"))?
                .execute((new, segment, separator))?;
        }
    }
    Ok(())
}

/// The separators that one of the words begins with, each with its segment.
fn suspects(connection: &Connection, table: &str, words: &[String]) -> Result<Vec<(i64, Vec<u8>)>> {
    let mut statement = connection.prepare(&format!("SELECT segid, term FROM {table}_idx"))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let separator = row.get_ref(1)?.as_bytes().unwrap_or_default();
        let Some((&MAIN, letters)) = separator.split_first() else { continue };
        let at = words.partition_point(|word| word.as_bytes() < letters);
        if !letters.is_empty() && words.get(at).is_some_and(|word| word.as_bytes().starts_with(letters)) {
            found.push((row.get(0)?, separator.to_vec()));
        }
    }
    Ok(found)
}
