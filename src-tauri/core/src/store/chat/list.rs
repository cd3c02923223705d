//! The list of chats: those that hold something (a message, a draft, a title). It is read in its order, some rows at a time.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::chat::{ChatId, ChatRow, MessageState, TagId};
use crate::error::Result;
use crate::store::from_word;

const ROW: &str = "SELECT id, title, updated_at, folder_id, pinned_at IS NOT NULL, archived_at IS NOT NULL,
        (SELECT group_concat(tag_id, ' ') FROM chat_tag WHERE chat_id = chat.id)
     FROM chat
     WHERE deleted_by IS NULL
        AND (head_id IS NOT NULL OR title <> '' OR EXISTS (SELECT 1 FROM draft WHERE chat_id = chat.id))";

/// Of two of the same time, the one that was made later comes first.
const NEWEST_FIRST: &str = "ORDER BY updated_at DESC, id DESC";

/// What the running replies of all chats do: few, so that no chat need be asked for its own.
type Replies = HashMap<ChatId, MessageState>;

fn replies(connection: &Connection) -> Result<Replies> {
    let mut statement = connection.prepare_cached(
        "SELECT chat_id, state FROM message WHERE state IN ('queued', 'waiting', 'streaming') AND deleted_by IS NULL
         ORDER BY state = 'queued', seq",
    )?;
    let mut rows = statement.query([])?;
    let mut replies = Replies::new();
    while let Some(row) = rows.next()? {
        if let Some(state) = from_word(&row.get::<_, String>(1)?) {
            replies.entry(row.get(0)?).or_insert(state);
        }
    }
    Ok(replies)
}

fn row(row: &Row<'_>, replies: &Replies) -> rusqlite::Result<ChatRow> {
    let id = row.get(0)?;
    let tags: Option<String> = row.get(6)?;
    Ok(ChatRow {
        reply: replies.get(&id).copied(),
        id,
        title: row.get(1)?,
        updated_at: row.get(2)?,
        folder_id: row.get(3)?,
        pinned: row.get(4)?,
        archived: row.get(5)?,
        tags: tags.iter().flat_map(|tags| tags.split(' ')).map(|id| TagId(id.to_owned())).collect(),
        temporary: false,
    })
}

fn rows(connection: &Connection, rest: &str, params: impl Params) -> Result<Vec<ChatRow>> {
    let replies = replies(connection)?;
    let mut statement = connection.prepare_cached(&format!("{ROW} {rest}"))?;
    let rows = statement.query_map(params, |found| row(found, &replies))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All rows of the list.
pub(crate) fn all(connection: &Connection) -> Result<Vec<ChatRow>> {
    rows(connection, NEWEST_FIRST, [])
}

/// All that are pinned, then the newest of the others, so many in all; and how many others there are.
pub(crate) fn first(connection: &Connection, most: usize) -> Result<(Vec<ChatRow>, usize)> {
    let mut found = rows(connection, &format!("AND pinned_at IS NOT NULL {NEWEST_FIRST}"), [])?;
    let room = i64::try_from(most.saturating_sub(found.len())).unwrap_or(i64::MAX);
    found.extend(rows(connection, &format!("AND pinned_at IS NULL {NEWEST_FIRST} LIMIT ?1"), [room])?);
    let rest = count(connection)?.saturating_sub(found.len());
    Ok((found, rest))
}

/// The next ones that are not pinned.
pub(crate) fn next(connection: &Connection, before: (i64, &ChatId), most: usize) -> Result<Vec<ChatRow>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let next = format!("AND pinned_at IS NULL AND (updated_at, id) < (?1, ?2) {NEWEST_FIRST} LIMIT ?3");
    rows(connection, &next, (before.0, before.1, most))
}

/// The rows of these chats, and those of them that are not (or no longer) in the list.
pub(crate) fn of(connection: &Connection, ids: Vec<ChatId>) -> Result<(Vec<ChatRow>, Vec<ChatId>)> {
    let replies = replies(connection)?;
    let mut statement = connection.prepare_cached(&format!("{ROW} AND id = ?1"))?;
    let (mut found, mut gone) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match statement.query_row([&id], |found| row(found, &replies)).optional()? {
            Some(row) => found.push(row),
            None => gone.push(id),
        }
    }
    Ok((found, gone))
}

/// How many chats are in the list.
fn count(connection: &Connection) -> Result<usize> {
    const ALL: &str = "SELECT count(*) FROM chat WHERE deleted_by IS NULL";
    const EMPTY: &str = "SELECT count(*) FROM chat WHERE head_id IS NULL AND deleted_by IS NULL AND title = ''
        AND NOT EXISTS (SELECT 1 FROM draft WHERE chat_id = chat.id)";
    let count = |sql| -> Result<u32> { Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?) };
    Ok(count(ALL)?.saturating_sub(count(EMPTY)?) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How SQLite finds the rows.
    fn plan(connection: &Connection, rest: &str) -> String {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {rest}")).unwrap();
        let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
        lines.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("; ")
    }

    #[test]
    fn an_empty_chat_is_looked_for_among_the_empty_ones() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::store::make_schema(&mut connection, std::path::Path::new("memory")).unwrap();
        let plan = plan(&connection, crate::store::chat::EMPTY);
        assert!(plan.contains("chat USING INDEX chat_empty"), "{plan}");
    }

    #[test]
    fn no_part_of_the_list_is_read_by_a_look_at_all_chats_or_sorted() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::store::make_schema(&mut connection, std::path::Path::new("memory")).unwrap();
        for (rest, by) in [
            (format!("AND pinned_at IS NOT NULL {NEWEST_FIRST}"), "chat_pinned"),
            (format!("AND pinned_at IS NULL {NEWEST_FIRST} LIMIT 300"), "chat_by_time"),
            (format!("AND pinned_at IS NULL AND (updated_at, id) < (5, 'a') {NEWEST_FIRST} LIMIT 300"), "chat_by_time"),
            ("AND id = 'a'".to_owned(), "sqlite_autoindex_chat_1"),
        ] {
            let plan = plan(&connection, &format!("{ROW} {rest}"));
            assert!(plan.contains(by) && !plan.contains("TEMP B-TREE"), "{rest}: {plan}");
            assert!(!plan.contains("SCAN chat;"), "{rest}: {plan}");
            assert!(plan.contains("SEARCH chat_tag USING COVERING INDEX"), "{rest}: {plan}");
        }
    }
}
