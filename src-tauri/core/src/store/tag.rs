//! Tables `tag` and `chat_tag`. A tag that no chat has is in no list; its row stays for whoever takes something back.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::chat::{ChatId, TagId};
use crate::error::{ErrorKind, Result};
use crate::order::{Tag, same_name};

const IS_USED: &str = "EXISTS (SELECT 1 FROM chat_tag JOIN chat ON chat.id = chat_id
    WHERE tag_id = tag.id AND chat.deleted_by IS NULL)";

fn row(row: &Row<'_>) -> rusqlite::Result<Tag> {
    Ok(Tag { id: row.get(0)?, name: row.get(1)? })
}

fn those(connection: &Connection, condition: &str) -> Result<Vec<Tag>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT id, name FROM tag WHERE {condition} ORDER BY seq"))?;
    let tags = statement.query_map([], row)?;
    Ok(tags.collect::<rusqlite::Result<_>>()?)
}

/// The tags that chats have, in the order in which they were made.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Tag>> {
    those(connection, IS_USED)
}

/// Those of a name that chats have, written in whatever case.
pub(crate) fn by_name(connection: &Connection, name: &str) -> Result<Vec<TagId>> {
    let used = list(connection)?;
    Ok(used.into_iter().filter(|tag| same_name(&tag.name, name)).map(|tag| tag.id).collect())
}

/// The tag of a name: one that chats have, else one that they had.
pub(crate) fn named(connection: &Connection, name: &str) -> Result<Option<TagId>> {
    if let Some(used) = by_name(connection, name)?.into_iter().next() {
        return Ok(Some(used));
    }
    let all = those(connection, "TRUE")?;
    Ok(all.into_iter().find(|tag| same_name(&tag.name, name)).map(|tag| tag.id))
}

/// A tag, also one that no chat has.
///
/// # Errors
/// `tagNotFound`.
pub(crate) fn find(connection: &Connection, id: &TagId) -> Result<Tag> {
    connection
        .prepare_cached("SELECT id, name FROM tag WHERE id = ?1")?
        .query_row([id], row)
        .optional()?
        .ok_or_else(|| ErrorKind::TagNotFound.into())
}

/// The names of a chat's tags.
pub(crate) fn names(connection: &Connection, chat: &ChatId) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT name FROM tag JOIN chat_tag ON tag_id = tag.id WHERE chat_id = ?1")?;
    let names = statement.query_map([chat], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// The tag of a name, which is made where there is none.
pub(crate) fn named_or_new(connection: &Connection, name: &str) -> Result<TagId> {
    if let Some(id) = named(connection, name)? {
        return Ok(id);
    }
    let id = TagId::new();
    insert(connection, &id, name)?;
    Ok(id)
}

/// Makes a tag that no chat has.
pub(crate) fn insert(connection: &Connection, id: &TagId, name: &str) -> Result<()> {
    connection.prepare_cached("INSERT INTO tag (id, name) VALUES (?1, ?2)")?.execute((id, name))?;
    Ok(())
}

/// Gives a tag a name.
pub(crate) fn set_name(connection: &Connection, id: &TagId, name: &str) -> Result<()> {
    connection.prepare_cached("UPDATE tag SET name = ?2 WHERE id = ?1")?.execute((id, name))?;
    Ok(())
}

/// Removes a tag, and takes it off all chats.
pub(crate) fn remove(connection: &Connection, id: &TagId) -> Result<()> {
    connection.prepare_cached("DELETE FROM chat_tag WHERE tag_id = ?1")?.execute([id])?;
    connection.prepare_cached("DELETE FROM tag WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// The chats that have a tag, also those in the trash.
pub(crate) fn chats(connection: &Connection, id: &TagId) -> Result<Vec<ChatId>> {
    let mut statement = connection.prepare_cached("SELECT chat_id FROM chat_tag WHERE tag_id = ?1")?;
    let chats = statement.query_map([id], |row| row.get(0))?;
    Ok(chats.collect::<rusqlite::Result<_>>()?)
}

/// Gives a chat a tag, or takes it off. Whether that changed anything.
pub(crate) fn set(connection: &Connection, chat: &ChatId, tag: &TagId, on: bool) -> Result<bool> {
    let sql = if on {
        "INSERT INTO chat_tag (chat_id, tag_id) SELECT ?1, ?2
         WHERE EXISTS (SELECT 1 FROM chat WHERE id = ?1 AND purged_at IS NULL) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM chat_tag WHERE chat_id = ?1 AND tag_id = ?2"
    };
    Ok(connection.prepare_cached(sql)?.execute((chat, tag))? > 0)
}

/// Takes all tags off a chat, and gives those that no chat has any more, also none in the trash.
pub(crate) fn strip(t: &Transaction<'_>, chat: &ChatId) -> Result<Vec<TagId>> {
    let mut statement = t.prepare_cached("DELETE FROM chat_tag WHERE chat_id = ?1 RETURNING tag_id")?;
    let taken: Vec<TagId> = statement.query_map([chat], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut orphans = Vec::new();
    for tag in taken {
        if !t.prepare_cached("SELECT 1 FROM chat_tag WHERE tag_id = ?1")?.exists([&tag])? {
            orphans.push(tag);
        }
    }
    Ok(orphans)
}
