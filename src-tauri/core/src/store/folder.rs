//! Table `folder`. Chats name their folder; one that is deleted stays, with the chats that name it, until it comes back.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chat::{ChatOptions, FolderId, OperationId};
use crate::error::{ErrorKind, Result};
use crate::order::Folder;
use crate::store::chat::{options_to_store, stored_options};

const FOLDERS: &str = "SELECT id, name, options FROM folder WHERE deleted_by IS NULL";

fn row(row: &Row<'_>) -> rusqlite::Result<Folder> {
    Ok(Folder { id: row.get(0)?, name: row.get(1)?, options: stored_options(&row.get::<_, String>(2)?) })
}

/// All folders, in the order in which they were made.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Folder>> {
    let mut statement = connection.prepare_cached(&format!("{FOLDERS} ORDER BY seq"))?;
    let folders = statement.query_map([], row)?;
    Ok(folders.collect::<rusqlite::Result<_>>()?)
}

/// A folder that is not deleted.
///
/// # Errors
/// `folderNotFound`.
pub(crate) fn find(connection: &Connection, id: &FolderId) -> Result<Folder> {
    connection
        .prepare_cached(&format!("{FOLDERS} AND id = ?1"))?
        .query_row([id], row)
        .optional()?
        .ok_or_else(|| ErrorKind::FolderNotFound.into())
}

/// Makes a folder.
pub(crate) fn insert(connection: &Connection, id: &FolderId, name: &str, now: i64) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO folder (id, name, created_at) VALUES (?1, ?2, ?3)")?
        .execute((id, name, now))?;
    Ok(())
}

/// A folder, deleted or not, and whether it is there; `None` where it never was.
pub(crate) fn stored(connection: &Connection, id: &FolderId) -> Result<Option<(Folder, bool)>> {
    Ok(connection
        .prepare_cached("SELECT id, name, options, deleted_by IS NULL FROM folder WHERE id = ?1")?
        .query_row([id], |found| Ok((row(found)?, found.get(3)?)))
        .optional()?)
}

/// Gives a folder a name.
pub(crate) fn set_name(connection: &Connection, id: &FolderId, name: &str) -> Result<()> {
    connection.prepare_cached("UPDATE folder SET name = ?2 WHERE id = ?1")?.execute((id, name))?;
    Ok(())
}

/// Sets what its chats have that have nothing of their own.
pub(crate) fn set_options(connection: &Connection, id: &FolderId, options: &ChatOptions) -> Result<()> {
    let options = options_to_store(options)?;
    connection.prepare_cached("UPDATE folder SET options = ?2 WHERE id = ?1")?.execute((id, options))?;
    Ok(())
}

/// Marks a folder as deleted by an operation, or takes the mark away.
pub(crate) fn set_deleted(connection: &Connection, id: &FolderId, by: Option<&OperationId>) -> Result<()> {
    connection.prepare_cached("UPDATE folder SET deleted_by = ?2 WHERE id = ?1")?.execute((id, by))?;
    Ok(())
}
