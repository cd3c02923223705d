//! When the database is damaged: its files are set aside, and all that can be read of them is brought into a new one.
//!
//! The damaged files are never written to: they are copied into a folder of `damaged/` first, and read there, page by page
//! (`rows.rs`), whatever their trees say. Where the database cannot be opened, the new file takes the place of the old one by
//! its name, in steps that the next start can finish; where it is open, all pages are replaced in one transaction, as when a
//! backup comes back.

mod build;
mod cut_off;
mod gaps;
mod lost;
mod pages;
mod record;
mod rivals;
mod rows;
mod wal;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use crate::backup::{self, Place, at, name_of_time};
use crate::chat::ChatId;
use crate::error::{Error, ErrorKind, Result};
use crate::folder::{FolderLock, Mark, create_private, make_private_folder, sync_folder};
use crate::health::KeptFiles;
use crate::parlour::Parlour;
use crate::store::{self, FILE_NAME, blocking, lock};

use build::rebuild;
use gaps::refold;

/// Where damaged files are kept, in the data folder.
const KEPT: &str = "damaged";

/// A new database that is whole, but not yet in the place of the damaged one.
const NEW: &str = "parlour.db.new";

/// The same while it is being made.
const HALF: &str = "parlour.db.half";

/// A repair.
#[derive(Debug)]
pub(crate) struct Repair {
    /// The damaged files.
    pub kept: KeptFiles,
    /// Messages that could not be read, and came back from the newest backup.
    pub from_backup: u32,
}

/// What was found before the database was opened.
#[derive(Debug, Default)]
pub(crate) struct Before {
    /// Where the database was damaged: all that could be read is in the new one.
    pub repair: Option<Repair>,
    /// What the last run wrote may have been in a log, or a database, that is not there.
    pub missing: bool,
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn log_of(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

/// The length of a file; 0 where there is none.
fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// Bytes of a database with its log.
pub(crate) fn size(database: &Path) -> u64 {
    length(database) + length(&log_of(database))
}

/// Ends what the last run left undone, and repairs what SQLite would not notice, or what was noticed in the last run. The
/// database is not open.
///
/// # Errors
/// `storageFailed`, `storageFull`: then all is as it was.
pub(crate) fn before_opening(lock: &FolderLock, backups: &Place, now: i64) -> Result<Before> {
    let database = lock.folder().join(FILE_NAME);
    if lock.folder().join(NEW).exists() {
        put_in_place(lock.folder())?;
    }
    let mark = lock.mark();
    let (there, log) = (length(&database), log_of(&database));
    // SQLite stops at the first frame of the log that it cannot prove, and forgets what was committed after it.
    if there > 0 && !is_newer(&database) && (mark == Mark::Damaged || wal::log_is_damaged(&log)?) {
        return Ok(Before { repair: Some(salvage_closed(lock, backups, now)?), missing: false });
    }
    let lost = matches!(mark, Mark::Written | Mark::Closed | Mark::Damaged) && there == 0;
    Ok(Before { repair: None, missing: lost || (mark == Mark::Written && length(&log) == 0) })
}

/// Whether a newer Parlour wrote the database: what its rows hold, this one cannot know.
fn is_newer(database: &Path) -> bool {
    /// Where the header of a database has its `user_version`, a big-endian number of 4 bytes.
    const VERSION: u64 = 60;
    let mut bytes = [0; 4];
    let read = File::open(database).and_then(|mut file| {
        io::Seek::seek(&mut file, io::SeekFrom::Start(VERSION))?;
        io::Read::read_exact(&mut file, &mut bytes)
    });
    read.is_ok() && i64::from(u32::from_be_bytes(bytes)) > store::newest_schema()
}

/// Brings all that can be read of a database that nobody has open into a new one, in its place.
///
/// # Errors
/// `storageFailed`, `storageFull`: then all is as it was.
pub(crate) fn salvage_closed(lock: &FolderLock, backups: &Place, now: i64) -> Result<Repair> {
    let folder = lock.folder();
    let aside = new_aside(folder, now)?;
    match salvage_into(folder, &aside, backups, now) {
        Ok(from_backup) => {
            lock.keep_mark(Mark::Open);
            Ok(Repair { kept: kept_files(&aside)?, from_backup })
        }
        Err(error) => {
            clear(&[&aside, &folder.join(HALF)]);
            Err(error)
        }
    }
}

/// Takes away what a repair that failed has left: it may be the room that it lacked.
fn clear(left: &[&Path]) {
    for path in left {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => log::warn!("a leftover: {:?}", error.kind()),
            _ => {}
        }
    }
}

fn salvage_into(folder: &Path, aside: &Path, backups: &Place, now: i64) -> Result<u32> {
    let database = folder.join(FILE_NAME);
    let copy = aside.join(FILE_NAME);
    for ending in ["", "-wal"] {
        let (from, to) = (beside(&database, ending), beside(&copy, ending));
        if from.exists() {
            at(&to, copied(&from, &to))?;
        }
    }
    at(aside, sync_folder(aside))?;
    let half = folder.join(HALF);
    let (made, from_backup) = made_of(&copy, &half, backups, now)?;
    drop(made);
    at(&half, File::options().write(true).open(&half).and_then(|file| file.sync_all()))?;
    let new = folder.join(NEW);
    at(&new, fs::rename(&half, &new).and_then(|()| sync_folder(folder)))?;
    put_in_place(folder)?;
    Ok(from_backup)
}

/// The last steps: they can be taken again after a death between them.
fn put_in_place(folder: &Path) -> Result<()> {
    let (new, database) = (folder.join(NEW), folder.join(FILE_NAME));
    // First: a log beside a database that it does not belong to would be played into it.
    for ending in ["-wal", "-shm", "-journal"] {
        let path = beside(&database, ending);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return at(&path, Err(error)),
            _ => {}
        }
    }
    at(folder, sync_folder(folder))?;
    at(&database, fs::rename(&new, &database).and_then(|()| sync_folder(folder)))
}

/// A new database of all that can be read of a copy, and of what the newest backup has of the rest: how many messages.
fn made_of(copy: &Path, new: &Path, backups: &Place, now: i64) -> Result<(Connection, u32)> {
    at(new, create_private(new).map(drop))?;
    let mut connection = Connection::open(new)?;
    // It is thrown away after a death, until it has its name.
    connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")?;
    store::make_schema(&mut connection, new)?;
    rebuild(copy, &mut connection)?;
    // What was read is worth keeping also without it.
    let from_backup = backup::fill(backups, &mut connection, now).unwrap_or_else(|error| {
        log::warn!("nothing came back from the backups: {error}");
        0
    });
    if from_backup > 0 {
        refold(&mut connection)?;
    }
    Ok((connection, from_backup))
}

fn copied(from: &Path, to: &Path) -> io::Result<()> {
    let (mut from, mut to) = (File::open(from)?, create_private(to)?);
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}

/// An empty folder for damaged files, named after the time.
fn new_aside(folder: &Path, now: i64) -> Result<PathBuf> {
    let all = folder.join(KEPT);
    let free = (0..).map(|n| all.join(name_of_time(now + n))).find(|path| !path.exists());
    let aside = free.ok_or_else(|| Error::internal("no name is free"))?;
    at(&aside, make_private_folder(&aside).and_then(|()| sync_folder(&all)))?;
    Ok(aside)
}

fn kept_files(aside: &Path) -> Result<KeptFiles> {
    let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let copy = aside.join(FILE_NAME);
    let written = at(aside, fs::metadata(aside).and_then(|found| found.modified()))?;
    let since = written.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(KeptFiles {
        name,
        path: aside.display().to_string(),
        at: i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        size: size(&copy),
    })
}

/// The damaged files that are kept, newest first.
///
/// # Errors
/// `storageFailed`.
pub(crate) fn kept(folder: &Path) -> Result<Vec<KeptFiles>> {
    let all = folder.join(KEPT);
    if !all.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in at(&all, fs::read_dir(&all))? {
        let path = at(&all, entry)?.path();
        if path.is_dir() {
            found.push(kept_files(&path)?);
        }
    }
    // Their names are their times.
    found.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(found)
}

/// Removes damaged files for good.
///
/// # Errors
/// `storageFailed`, also where there are none of that name.
pub(crate) fn remove_kept(folder: &Path, name: &str) -> Result<()> {
    // Looked for in the list: a name from outside never becomes a path.
    let found = kept(folder)?.into_iter().find(|files| files.name == name);
    let path = PathBuf::from(found.ok_or(ErrorKind::StorageFailed)?.path);
    at(&path, fs::remove_dir_all(&path))
}

/// Writes the pages of a database that is open, as they are now, to a file. Gives its chats, as far as they can be read.
fn copy_of_open(database: &Path, to: &Path) -> Result<Vec<ChatId>> {
    // Asked of SQLite: a descriptor of ours on the file itself would take its locks along when it is closed.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    let mut pages = connection.prepare("SELECT data FROM sqlite_dbpage ORDER BY pgno")?;
    let mut out = io::BufWriter::new(at(to, create_private(to))?);
    let mut rows = pages.query([])?;
    while let Some(row) = rows.next()? {
        let page = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        at(to, io::Write::write_all(&mut out, page))?;
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error);
    at(to, file.and_then(|file| file.sync_all()))?;
    Ok(store::chat::ids(&connection).unwrap_or_default())
}

impl Parlour {
    /// Brings all that can be read into a new database, in the place of the one that is open. Replies that run are stopped.
    /// The caller has the turn of the backups.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`, `storageDamaged`: then all is as it was, but replies that ran may have been stopped.
    pub(crate) async fn repair(self: &Arc<Self>) -> Result<Repair> {
        let repaired = {
            let paused = self.replies.pause();
            paused.workers_gone().await?;
            let (store, folder, now) = (Arc::clone(&self.store), self.folder_lock.folder().to_owned(), self.now());
            let backups = self.backup_place();
            let (repair, before, after) = blocking(move || {
                let (aside, half) = (new_aside(&folder, now)?, folder.join(HALF));
                let (mut before, mut after, mut from_backup) = (Vec::new(), Vec::new(), 0);
                let done = store.rebuild_now(|database| {
                    let copy = aside.join(FILE_NAME);
                    before = copy_of_open(database, &copy)?;
                    let (new, found) = made_of(&copy, &half, &backups, now)?;
                    (after, from_backup) = (store::chat::ids(&new)?, found);
                    Ok(new)
                });
                clear(&[&half]);
                if let Err(error) = done {
                    clear(&[&aside]);
                    return Err(error);
                }
                Ok((Repair { kept: kept_files(&aside)?, from_backup }, before, after))
            })
            .await?;
            *lock(&self.connection_row) = None;
            self.replaced(&before, &after).await;
            repair
        };
        self.pump_all().await?;
        Ok(repaired)
    }
}

#[cfg(test)]
mod tests;
