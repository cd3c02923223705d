//! Putting a backup together in a scratch database, and proving that it holds what its manifest says.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags};

use crate::chat::ChatId;
use crate::error::{Error, ErrorKind, Result};
use crate::folder::create_private;
use crate::health::check;
use crate::store::digest;

use super::folder::{Folder, at, hash, with_path};
use super::manifest::Manifest;
use super::take::facts;

/// Where a database says how it is journalled: rollback (1) or write-ahead (2), for writers and for readers.
const JOURNAL_BYTES: std::ops::Range<usize> = 18..20;

/// Why a backup could not be verified.
pub(super) enum Fault {
    /// A chunk is missing, or is not what its name says. The path is its.
    Chunk(Error),
    /// All chunks are right, but what they make up is no sound database. The path is the manifest's.
    Database(Error),
    /// It could not be tried.
    Other(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Chunk(error) | Fault::Database(error) | Fault::Other(error) => error,
        }
    }
}

/// A file that is gone with its owner.
struct ScratchFile(PathBuf);

impl Drop for ScratchFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            log::warn!("a scratch database was not removed: {:?}", error.kind());
        }
    }
}

/// A database put together from a backup.
pub(super) struct Scratch {
    // In this order: some systems remove no file that is open.
    pub connection: Connection,
    _file: ScratchFile,
}

impl Scratch {
    /// Puts the chunks together, each of which is what its name says.
    pub fn assemble(folder: &Folder, id: &str, manifest: &Manifest) -> std::result::Result<Self, Fault> {
        // Another one may be there: a backup is taken (and read) while one waits to be brought back.
        let path = folder.scratch_path(id);
        let mut out = at(&path, create_private(&path))?;
        let file = ScratchFile(path);
        for (place, name) in manifest.chunks.iter().enumerate() {
            let mut bytes = folder.chunk(name).map_err(Fault::Chunk)?;
            if hash(&bytes) != *name {
                let error = with_path(&folder.chunk_path(name), ErrorKind::StorageFailed.into());
                return Err(Fault::Chunk(error));
            }
            // The snapshot holds all that the log held: a copy needs none. The restored database keeps its own way.
            if let (0, Some(journal)) = (place, bytes.get_mut(JOURNAL_BYTES)) {
                journal.fill(1);
            }
            at(&file.0, out.write_all(&bytes))?;
        }
        drop(out);
        let sqlite = |error: rusqlite::Error| with_path(&file.0, error.into());
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&file.0, flags).map_err(sqlite)?;
        // It is made for one use, and thrown away after a death.
        let quick = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA trusted_schema = OFF";
        connection.execute_batch(quick).map_err(sqlite)?;
        Ok(Self { connection, _file: file })
    }
}

/// Puts a backup together and reads all of it: every chunk, SQLite's own check, and each chat's digest from its messages.
pub(super) fn verified(folder: &Folder, id: &str, manifest: &Manifest) -> std::result::Result<Scratch, Fault> {
    let scratch = Scratch::assemble(folder, id, manifest)?;
    let sound = is_sound(&scratch.connection);
    // What cannot even be asked is not sound.
    if sound.and_then(|sound| Ok(sound && facts(&scratch.connection)? == manifest.facts)).unwrap_or(false) {
        Ok(scratch)
    } else {
        Err(Fault::Database(with_path(&folder.manifest_path(id), ErrorKind::StorageFailed.into())))
    }
}

fn is_sound(connection: &Connection) -> Result<bool> {
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    // A damaged index is made anew where it is found to be.
    if verdict != "ok" && !check::is_of_the_index(&verdict) {
        return Ok(false);
    }
    let wrong = digest::wrong(connection)?;
    // What a check of the database itself has found is in its backups too.
    let known = if wrong.is_empty() { None } else { check::last(connection)? };
    let is_known =
        |chat: &ChatId| known.as_ref().is_some_and(|check| check.chats.iter().any(|damaged| damaged.id == *chat));
    Ok(wrong.iter().all(is_known))
}
