//! What damage took from a database comes back from the newest backup that was proven, message by message.
//!
//! Settled messages never change: one that is in a backup with the same id and hash is the one that was lost. What was said
//! since the backup is not touched. A chat of which nothing at all is left is not brought back by itself: it may have been
//! deleted for good.

use rusqlite::{Connection, Transaction};

use crate::chat::MessageId;
use crate::error::{ErrorKind, Result};
use crate::store::{message, newest_schema, update_copy};

use super::folder::{Folder, Place, with_path};
use super::manifest::Manifest;
use super::prove;

/// Brings messages that a salvaged database lacks, or has damaged, back from the newest proven backup. Gives how many.
///
/// # Errors
/// `storageFailed`, `storageFull`: then nothing was changed.
pub(crate) fn fill(place: &Place, salvaged: &mut Connection, now: i64) -> Result<u32> {
    if !place.path.is_dir() {
        return Ok(0);
    }
    let folder = Folder::open(place)?;
    let readable = |manifest: &Manifest| manifest.verified.is_some() && manifest.facts.schema <= newest_schema();
    let Some((id, mut manifest)) = folder.manifests()?.into_iter().find(|(_, manifest)| readable(manifest)) else {
        return Ok(0);
    };
    let mut scratch = prove(&folder, &id, &mut manifest, now)?;
    update_copy(&mut scratch.connection, &folder.manifest_path(&id))?;
    let Some(path) = scratch.connection.path().map(str::to_owned) else {
        return Err(with_path(&folder.manifest_path(&id), ErrorKind::StorageFailed.into()));
    };
    salvaged.execute("ATTACH ?1 AS backup", [path])?;
    let filled = filled(salvaged);
    salvaged.execute("DETACH backup", [])?;
    filled
}

fn filled(salvaged: &mut Connection) -> Result<u32> {
    let t = salvaged.transaction()?;
    let mut wanted = missing(&t)?;
    wanted.extend(damaged(&t)?);
    for id in &wanted {
        bring(&t, id)?;
    }
    // Of a chat whose row was lost, nothing was left but its messages.
    t.execute(
        "UPDATE chat SET (title, title_by_person, options) =
             (SELECT title, title_by_person, options FROM backup.chat b WHERE b.id = chat.id)
         WHERE title = '' AND purged_at IS NULL
           AND EXISTS (SELECT 1 FROM backup.chat b WHERE b.id = chat.id AND b.title <> '')",
        [],
    )?;
    t.commit()?;
    Ok(u32::try_from(wanted.len()).unwrap_or(u32::MAX))
}

/// What the backup has of the chats that are left, and the database has not.
fn missing(t: &Transaction<'_>) -> Result<Vec<MessageId>> {
    let mut statement = t.prepare(
        "SELECT b.id FROM backup.message b JOIN main.chat c ON c.id = b.chat_id AND c.purged_at IS NULL
         WHERE b.hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main.message m WHERE m.id = b.id) ORDER BY b.seq",
    )?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// What both have, and the database has damaged.
fn damaged(t: &Transaction<'_>) -> Result<Vec<MessageId>> {
    let mut statement = t.prepare(
        "SELECT m.id FROM main.message m JOIN backup.message b ON b.id = m.id
         WHERE b.hash IS NOT NULL AND (m.hash IS NULL OR m.hash = b.hash)
           AND m.state NOT IN ('queued', 'waiting', 'streaming') ORDER BY m.seq",
    )?;
    let ids = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<MessageId>>>()?;
    let mut found = Vec::new();
    for id in ids {
        if message::damage(t, &id)?.is_some() {
            found.push(id);
        }
    }
    Ok(found)
}

/// Takes a message with its parts and its requests from the backup, in the place of what there is of it.
fn bring(t: &Transaction<'_>, id: &MessageId) -> Result<()> {
    t.prepare_cached("DELETE FROM main.part WHERE message_id = ?1")?.execute([id])?;
    t.prepare_cached("DELETE FROM main.message WHERE id = ?1")?.execute([id])?;
    // A placeholder may have taken its number.
    t.prepare_cached(
        "INSERT INTO main.message (seq, id, chat_id, parent_id, role, state, error, model, finish_reason, input_tokens,
             output_tokens, created_at, started_at, settled_at, hash, deleted_by)
         SELECT CASE WHEN EXISTS (SELECT 1 FROM main.message m WHERE m.seq = b.seq)
                     THEN 1 + (SELECT max(seq) FROM main.message) ELSE b.seq END,
             id, chat_id, parent_id, role, state, error, model, finish_reason, input_tokens, output_tokens, created_at,
             started_at, settled_at, hash, deleted_by
         FROM backup.message b WHERE id = ?1",
    )?
    .execute([id])?;
    t.prepare_cached(
        "INSERT OR IGNORE INTO main.blob (hash, bytes) SELECT hash, bytes FROM backup.blob
         WHERE hash IN (SELECT blob_hash FROM backup.part WHERE message_id = ?1)",
    )?
    .execute([id])?;
    t.prepare_cached(
        "INSERT INTO main.part (seq, message_id, n, kind, text, blob_hash, request_id)
         SELECT CASE WHEN EXISTS (SELECT 1 FROM main.part p WHERE p.seq = b.seq) THEN NULL ELSE b.seq END,
             message_id, n, kind, text, blob_hash, request_id
         FROM backup.part b WHERE message_id = ?1",
    )?
    .execute([id])?;
    Ok(())
}
