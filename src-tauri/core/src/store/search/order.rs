//! What a search reads of folders and tags: they change all the time, so nothing of them is in the index.

use rusqlite::Connection;

use crate::chat::ChatId;
use crate::error::Result;

use super::lossy;

/// Folders or tags: every one has an id and a name.
pub(crate) type Named = Vec<(String, String)>;

/// All folders.
pub(crate) fn folders(connection: &Connection) -> Result<Named> {
    named(connection, "SELECT id, name FROM folder WHERE deleted_by IS NULL ORDER BY seq")
}

/// All tags.
pub(crate) fn tags(connection: &Connection) -> Result<Named> {
    named(connection, "SELECT id, name FROM tag ORDER BY seq")
}

fn named(connection: &Connection, sql: &str) -> Result<Named> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, lossy(row, 1)?.unwrap_or_default())))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a chat lies in a folder.
pub(crate) fn is_in(connection: &Connection, chat: &ChatId, folder: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM chat WHERE id = ?1 AND folder_id = ?2")?;
    Ok(statement.exists((chat, folder))?)
}

/// Whether a chat has a tag.
pub(crate) fn has(connection: &Connection, chat: &ChatId, tag: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM chat_tag WHERE chat_id = ?1 AND tag_id = ?2")?;
    Ok(statement.exists((chat, tag))?)
}

/// The `seq` of the chats of a folder: all of it is in the index.
pub(crate) fn in_folder(connection: &Connection, folder: &str) -> Result<Vec<i64>> {
    seqs(connection, "SELECT seq FROM chat WHERE folder_id = ?1", folder)
}

/// The `seq` of the chats that have a tag.
pub(crate) fn with_tag(connection: &Connection, tag: &str) -> Result<Vec<i64>> {
    seqs(connection, "SELECT chat.seq FROM chat_tag JOIN chat ON chat.id = chat_id WHERE tag_id = ?1", tag)
}

fn seqs(connection: &Connection, sql: &str, of: &str) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([of], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{FolderId, TagId};
    use crate::store::{chat, folder, make_schema, tag};

    #[test]
    fn a_chat_is_of_its_folder_and_its_tags_whichever_way_it_is_asked() {
        let mut connection = Connection::open_in_memory().unwrap();
        make_schema(&mut connection, std::path::Path::new("memory")).unwrap();
        let (one, other, work) = (ChatId::new(), ChatId::new(), FolderId::new());
        chat::insert(&connection, &one, 1).unwrap();
        chat::insert(&connection, &other, 2).unwrap();
        folder::insert(&connection, &work, "Work", 3).unwrap();
        chat::set_folder(&connection, &one, Some(&work)).unwrap();
        let TagId(blue) = {
            let id = tag::named_or_new(&connection, "blue").unwrap();
            tag::set(&connection, &one, &id, true).unwrap();
            id
        };
        let work = work.0.as_str();
        let seq: i64 = connection.query_row("SELECT seq FROM chat WHERE id = ?1", [&one], |row| row.get(0)).unwrap();
        assert_eq!(in_folder(&connection, work).unwrap(), [seq]);
        assert_eq!(with_tag(&connection, &blue).unwrap(), [seq]);
        assert!(is_in(&connection, &one, work).unwrap() && has(&connection, &one, &blue).unwrap());
        assert!(!is_in(&connection, &other, work).unwrap() && !has(&connection, &other, &blue).unwrap());
    }
}
