//! Taking a backup: the pages of one snapshot into chunks, the manifest, the proof that it can be read, and the old ones out.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, ErrorKind, Result};
use crate::store::{chat, digest};

use super::folder::{Folder, Place, at_least_path, hash, hex};
use super::keep::kept;
use super::manifest::{FORMAT, Facts, Manifest, Verified, name};
use super::verify::{Fault, verified};
use super::{Backup, BackupReason};

/// Bytes of a chunk. Smaller ones share more between two backups and cost more files: of 59 MB with 20 new messages the next
/// backup adds 1.2 MB with chunks of 64 KiB, 2.1 with 128, 3.6 with 256, and the first takes as long with any of them.
const CHUNK: u32 = 64 * 1024;

/// What all chunks of a folder may take, in bytes.
const LIMIT: u64 = 5 * 1024 * 1024 * 1024;

/// A backup that was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    pub backup: Backup,
    /// Why it could not be verified although it is what the database holds: the database itself is damaged.
    pub doubt: Option<Error>,
}

/// Takes and verifies a backup, then lets go of those that are no longer kept. Blocks for as long as the database is large.
///
/// # Errors
/// `storageInUse`, `storageFailed`, `storageFull`, with the path.
pub(crate) fn take(database: &Path, place: &Place, reason: BackupReason, now: i64) -> Result<Taken> {
    take_into(&Folder::open(place)?, database, reason, now)
}

/// The same, into a folder that is open.
pub(super) fn take_into(folder: &Folder, database: &Path, reason: BackupReason, now: i64) -> Result<Taken> {
    let before = folder.manifests()?;
    let number = before.first().map_or(1, |(_, manifest)| manifest.number + 1);
    let mut named_at = now;
    while before.iter().any(|(id, _)| *id == name(named_at, reason)) {
        named_at += 1;
    }
    let id = name(named_at, reason);
    let copied = |doubt| -> std::result::Result<Manifest, Fault> {
        let copy = copy(database, folder, number, reason, now, doubt);
        let mut manifest = copy.map_err(|error| at_least_path(database, error))?;
        folder.write_manifest(&id, &manifest)?;
        verified(folder, &id, &manifest)?;
        let Facts { chats, messages, .. } = manifest.facts;
        manifest.verified = Some(Verified { at: now, chats, messages });
        folder.write_manifest(&id, &manifest)?;
        Ok(manifest)
    };
    // A chunk that was there already may have rotted: once more, with all of them read before they are believed.
    let done = match copied(false) {
        Err(Fault::Chunk(_)) => copied(true),
        other => other,
    };
    let taken = match done {
        Ok(manifest) => Taken { backup: manifest.backup(&id), doubt: None },
        Err(Fault::Database(error)) => Taken { backup: folder.manifest(&id)?.backup(&id), doubt: Some(error) },
        Err(Fault::Chunk(error) | Fault::Other(error)) => {
            if folder.manifest(&id).is_ok() {
                folder.remove_manifest(&id)?;
            }
            return Err(error);
        }
    };
    // The backup stands, whatever becomes of the old ones.
    if let Err(error) = let_go(folder, now) {
        log::warn!("old backups were not removed: {error}");
    }
    Ok(taken)
}

/// Removes the manifests that are no longer kept, then the chunks that nobody names any more. After a death in between the
/// next time does the rest.
fn let_go(folder: &Folder, now: i64) -> Result<()> {
    let manifests = folder.manifests()?;
    let backups: Vec<&Manifest> = manifests.iter().map(|(_, manifest)| manifest).collect();
    for ((id, _), kept) in manifests.iter().zip(kept(&backups, now, LIMIT)) {
        if !kept {
            folder.remove_manifest(id)?;
        }
    }
    folder.sweep()
}

/// What a database says that it holds.
pub(super) fn facts(connection: &Connection) -> Result<Facts> {
    let (chats, messages) = chat::counts(connection)?;
    Ok(Facts {
        schema: connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        chats,
        messages,
        digest: hex(&digest::of_all(connection)?),
    })
}

fn copy(
    database: &Path,
    folder: &Folder,
    number: u64,
    reason: BackupReason,
    now: i64,
    doubt: bool,
) -> Result<Manifest> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // One transaction: all pages are those of one moment, and a writer does not wait for a reader.
    let snapshot = connection.transaction()?;
    let facts = facts(&snapshot)?;
    let size = |name| -> Result<u32> { Ok(snapshot.pragma_query_value(None, name, |row| row.get(0))?) };
    let (page_size, page_count) = (size("page_size")?, size("page_count")?);
    let pages_per_chunk = (CHUNK / page_size.max(1)).max(1);
    let (mut chunks, mut written, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    let mut keep = |bytes: &mut Vec<u8>| -> Result<()> {
        let (begin, hash) = (Instant::now(), hash(bytes));
        if folder.keep_chunk(&hash, bytes, doubt)? {
            written.push(hash.clone());
            if reason == BackupReason::Daily {
                // Nobody waits for it, and the disk belongs to the chats: it rests for as long as it worked for this.
                std::thread::sleep(begin.elapsed());
            }
        }
        chunks.push(hash);
        bytes.clear();
        Ok(())
    };
    let mut pages = snapshot.prepare("SELECT data FROM sqlite_dbpage ORDER BY pgno")?;
    let mut rows = pages.query([])?;
    let mut found = 0_u32;
    while let Some(row) = rows.next()? {
        let page = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        bytes.extend_from_slice(page);
        found += 1;
        if found.is_multiple_of(pages_per_chunk) {
            keep(&mut bytes)?;
        }
    }
    if !bytes.is_empty() {
        keep(&mut bytes)?;
    }
    if found != page_count {
        return Err(ErrorKind::StorageFailed.into());
    }
    folder.sync_chunks(written.iter().map(String::as_str))?;
    Ok(Manifest {
        format: FORMAT,
        number,
        reason,
        taken_at: now,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        facts,
        page_size,
        page_count,
        pages_per_chunk,
        chunks,
        verified: None,
    })
}
