//! The database: one file, one writer, a reader beside it, and one for searches. One file per table with its queries below.
//! Every change is one transaction with `synchronous=FULL`: when a write resolves, it is on disk. A second one is in memory
//! only (`memory.rs`).

pub(crate) mod branch;
pub(crate) mod chat;
pub(crate) mod connection;
pub(crate) mod digest;
pub(crate) mod folder;
pub(crate) mod fork;
pub(crate) mod journal;
mod memory;
pub(crate) mod message;
pub(crate) mod operation;
pub(crate) mod persona;
pub(crate) mod prompt;
pub(crate) mod request;
pub(crate) mod search;
mod searcher;
pub(crate) mod tag;
pub(crate) mod trash;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, ffi};
use rusqlite_migration::{M, Migrations};
use tokio::sync::Notify;

use crate::error::{Error, ErrorKind, Result};
use crate::folder::{FolderLock, Mark};

/// The database's name in the data folder.
pub const FILE_NAME: &str = "parlour.db";

/// Append-only: a released step is never edited.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../migrations/0001_start.sql")),
    M::up(include_str!("../migrations/0002_trash.sql")),
    M::up(include_str!("../migrations/0003_check.sql")),
    M::up(include_str!("../migrations/0004_search.sql")),
    M::up(include_str!("../migrations/0005_order.sql")),
    M::up(include_str!("../migrations/0006_shards.sql")),
];

/// `PARL`, so that `file` and we ourselves can tell the database from any other.
const APPLICATION_ID: i32 = 0x5041_524C;

/// The open database.
pub(crate) struct Store {
    // Closed in this order: the last to close brings the WAL into the database, which a reader could not.
    /// `None` in memory.
    disk: Option<Disk>,
    writer: Mutex<Connection>,
    /// Whether something was written since the log was empty.
    written: AtomicBool,
    /// Told when SQLite came upon damage.
    damage: Arc<Notify>,
    /// Told when there may be messages that are not in the index.
    unindexed: Arc<Notify>,
}

/// What belongs to a database in a file.
struct Disk {
    reader: Mutex<Connection>,
    /// Another reader, so that nobody who opens a chat waits for a search; opened by the first one.
    searcher: Mutex<Option<Connection>>,
    path: PathBuf,
    /// Which file that was when it was opened.
    file: FileId,
    lock: Arc<FolderLock>,
}

fn open_reader(path: &Path) -> Result<Connection> {
    let reader = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
    )?;
    configure(&reader)?;
    Ok(reader)
}

impl Store {
    /// Opens or creates the database in the folder of the lock. Where the schema is about to change, `before_update` runs
    /// first, with the path of the database; what it fails with, this fails with.
    ///
    /// # Errors
    /// `storageTooNew` (the file is untouched), `storageDamaged`, `storageFailed`, `storageFull`.
    pub(crate) fn open(lock: &Arc<FolderLock>, before_update: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        let store = Self::open_with(lock, MIGRATIONS, before_update)?;
        // A start that writes nothing leaves the log as it is, and the mark that says so.
        if store.read_now(search::progress)?.is_none() {
            store.write_now(|t| search::begun(t))?;
        }
        Ok(store)
    }

    fn open_with(
        lock: &Arc<FolderLock>,
        migrations: &[M<'_>],
        before_update: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<Self> {
        let path = lock.folder().join(FILE_NAME);
        refuse_newer(&path, migrations)?;
        let mut writer = Connection::open(&path)?;
        private(&path)?;
        writer.busy_timeout(Duration::from_secs(5))?;
        // The order matters: WAL before the first write, and foreign keys cannot change inside a migration.
        writer.pragma_update(None, "journal_mode", "WAL")?;
        configure(&writer)?;
        // What is deleted for good, and what streamed or was typed on the way to a message, is not to be found in the file.
        writer.pragma_update(None, "secure_delete", true)?;
        writer.set_transaction_behavior(TransactionBehavior::Immediate);
        if is_to_change(&writer, migrations)? {
            before_update(&path)?;
        }
        migrate(&mut writer, migrations, &path)?;
        writer.pragma_update(None, "application_id", APPLICATION_ID)?;
        lock.set_mark(Mark::Open);
        let (reader, searcher, file) = (Mutex::new(open_reader(&path)?), Mutex::default(), file_id(&path)?);
        Ok(Self {
            disk: Some(Disk { reader, searcher, path, file, lock: Arc::clone(lock) }),
            writer: Mutex::new(writer),
            written: AtomicBool::new(false),
            damage: Arc::default(),
            unindexed: Arc::default(),
        })
    }

    /// Runs `change` in one transaction, off the async threads. Resolves when it is on disk; an error rolls back.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(self);
        blocking(move || store.write_now(change)).await
    }

    /// The same, for callers that may block.
    pub(crate) fn write_now<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let done = self.written(change);
        match &done {
            // Once: what is in the log from here on is more than nothing.
            Ok(_) if !self.written.swap(true, Ordering::Relaxed) => {
                if let Some(disk) = &self.disk {
                    disk.lock.set_mark(Mark::Written);
                }
            }
            _ => {}
        }
        self.noting_damage(done)
    }

    fn written<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = lock(&self.writer);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = change(&transaction)?;
        // A file that was moved or deleted takes every write, and nobody ever sees it again.
        if let Some(disk) = &self.disk
            && file_id(&disk.path).ok() != Some(disk.file)
        {
            return Err(Error::new(ErrorKind::StorageFailed).with(|d| d.path = Some(disk.path.display().to_string())));
        }
        let committed = transaction.commit();
        if committed.is_err() {
            go_over(&connection);
        }
        committed?;
        Ok(value)
    }

    /// Runs `query` on one consistent state, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(self);
        blocking(move || store.read_now(query)).await
    }

    /// The same, for callers that may block.
    pub(crate) fn read_now<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut connection = lock(self.disk.as_ref().map_or(&self.writer, |disk| &disk.reader));
        self.noting_damage(snapshot(&mut connection, query))
    }

    /// Where SQLite came upon damage, the next start knows too, and whoever waits for it repairs.
    fn noting_damage<T>(&self, done: Result<T>) -> Result<T> {
        if done.as_ref().is_err_and(|error| error.kind == ErrorKind::StorageDamaged) {
            self.tell_damage();
        }
        done
    }

    /// Says that the database is damaged, to whoever repairs it.
    pub(crate) fn tell_damage(&self) {
        self.mark_damaged();
        self.damage.notify_one();
    }

    /// Lets the next start know that the database is damaged.
    pub(crate) fn mark_damaged(&self) {
        if let Some(disk) = &self.disk {
            disk.lock.keep_mark(Mark::Damaged);
        }
    }

    /// The database was found to be whole, or has been repaired.
    pub(crate) fn mark_whole(&self) {
        if let Some(disk) = &self.disk
            && disk.lock.mark() == Mark::Damaged
        {
            disk.lock.keep_mark(Mark::Open);
            self.written.store(false, Ordering::Relaxed);
        }
    }

    /// Told when SQLite came upon damage.
    pub(crate) fn damage(&self) -> Arc<Notify> {
        Arc::clone(&self.damage)
    }

    /// Told when there may be messages that are not in the index: another database took the place of this one.
    pub(crate) fn unindexed(&self) -> Arc<Notify> {
        Arc::clone(&self.unindexed)
    }

    /// Writes the log back into the database and empties it: what a transaction has purged is then in neither. Blocks.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        let Some(disk) = &self.disk else { return Ok(()) };
        let writer = lock(&self.writer);
        // Readers would keep the part of the log that they look at.
        let _readers = (lock(&disk.reader), lock(&disk.searcher));
        self.empties_log();
        truncate_log(&writer)
    }

    /// Before the log is emptied: a start that finds it so must not take it for lost.
    fn empties_log(&self) {
        if let Some(disk) = &self.disk
            && disk.lock.mark() != Mark::Damaged
        {
            disk.lock.keep_mark(Mark::Open);
        }
        self.written.store(false, Ordering::Relaxed);
    }

    /// The database's file; in memory there is none.
    pub(crate) fn path(&self) -> &Path {
        self.disk.as_ref().map_or(Path::new(""), |disk| &disk.path)
    }

    /// Grows with every row that is written.
    pub(crate) fn changes(&self) -> u64 {
        lock(&self.writer).total_changes()
    }

    /// Puts another database in the place of this one, in one step: after a death it is all of the one or all of the other.
    /// Nothing is written from the call of `before` on; it is given whether something was since `changes` gave `seen`.
    pub(crate) fn replace_now(
        &self,
        other: &Connection,
        seen: u64,
        before: impl FnOnce(bool) -> Result<()>,
    ) -> Result<()> {
        let mut writer = lock(&self.writer);
        before(writer.total_changes() != seen)?;
        self.overwrite_open(&mut writer, other)
    }

    /// Puts what `make` gives in the place of a database that is damaged, in one step. Nothing is written meanwhile.
    pub(crate) fn rebuild_now(&self, make: impl FnOnce(&Path) -> Result<Connection>) -> Result<()> {
        let mut writer = lock(&self.writer);
        let new = make(self.path())?;
        self.overwrite_open(&mut writer, &new)
    }

    fn overwrite_open(&self, writer: &mut Connection, other: &Connection) -> Result<()> {
        self.empties_log();
        let replaced = overwrite(writer, other);
        if replaced.is_err() {
            go_over(writer);
        }
        self.unindexed.notify_one();
        replaced
    }

    /// Leaves the statistics of the planner in order, and all in the database itself. For the end of the run.
    pub(crate) fn close(&self) {
        let Some(disk) = &self.disk else { return };
        if let Err(error) = lock(&self.writer).execute_batch("PRAGMA optimize") {
            log::warn!("optimize: {:?}", error.sqlite_error_code());
        }
        match self.checkpoint() {
            Ok(()) if disk.lock.mark() == Mark::Open => disk.lock.set_mark(Mark::Closed),
            Ok(()) => {}
            Err(error) => log::warn!("the log was not written back: {error}"),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

fn snapshot<T>(connection: &mut Connection, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    query(&*connection.transaction_with_behavior(TransactionBehavior::Deferred)?)
}

/// Runs what blocks off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal("a blocking task ended early"))?
}

/// The guard of a mutex, also after a panic elsewhere: what the mutexes of core guard is never left half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn configure(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Writes something that changes nothing, over what a refused commit left.
///
/// SQLite has taken the change back. But where all of it was written and only the sync failed, it lies in the log as if it were
/// committed, and the start after a death would find it: refused, and done all the same. Whatever is written next goes over
/// it; this comes at once. Where the disk refuses this too, it stays open until something can be written.
fn go_over(writer: &Connection) {
    if let Err(error) = writer.pragma_update(None, "application_id", APPLICATION_ID) {
        log::warn!("what was refused may be found after a death: {:?}", error.sqlite_error_code());
    }
}

/// The `user_version` of today's schema.
pub(crate) fn newest_schema() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Puts another database in the place of one that nobody has open, in one step.
pub(crate) fn replace_closed(path: &Path, other: &Connection) -> Result<()> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    overwrite(&mut connection, other)
}

fn overwrite(connection: &mut Connection, other: &Connection) -> Result<()> {
    // All pages in one transaction of SQLite's.
    if Backup::new(other, connection)?.step(-1)? != StepResult::Done {
        return Err(ErrorKind::StorageFailed.into());
    }
    // The whole database went through the log: it need not stay that large.
    if let Err(error) = truncate_log(connection) {
        log::warn!("the log of a whole database stays: {error}");
    }
    Ok(())
}

/// Gives a new database the present schema.
///
/// # Errors
/// `storageFailed`, `storageFull`.
pub(crate) fn make_schema(connection: &mut Connection, path: &Path) -> Result<()> {
    migrate(connection, MIGRATIONS, path)?;
    Ok(connection.pragma_update(None, "application_id", APPLICATION_ID)?)
}

/// Writes the log back into the database and empties it.
///
/// # Errors
/// `storageFailed`, also where a reader keeps it.
fn truncate_log(connection: &Connection) -> Result<()> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(ErrorKind::StorageFailed.into()) }
}

/// Brings a copy of a database to the present schema.
///
/// # Errors
/// `storageTooNew`, `storageFailed`, `storageFull`.
pub(crate) fn update_copy(connection: &mut Connection, path: &Path) -> Result<()> {
    migrate(connection, MIGRATIONS, path)
}

/// All steps that are missing, in one transaction: a failed one leaves the old schema.
fn migrate(connection: &mut Connection, migrations: &[M<'_>], path: &Path) -> Result<()> {
    Migrations::from_slice(migrations).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::MigrationDefinition(
            rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
        ) => too_new(path),
        rusqlite_migration::Error::RusqliteError { err, .. } => {
            Error::from(err).with(|d| d.path = Some(path.display().to_string()))
        }
        _ => Error::new(ErrorKind::StorageFailed).with(|d| d.path = Some(path.display().to_string())),
    })
}

/// Whether there is something in the database, and its schema is older than that of the last step.
fn is_to_change(connection: &Connection, migrations: &[M<'_>]) -> Result<bool> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    const CHATS: &str = "SELECT count(*) FROM sqlite_schema WHERE name = 'chat'";
    let chats: i64 = connection.query_row(CHATS, [], |row| row.get(0))?;
    Ok(chats > 0 && usize::try_from(version).unwrap_or(usize::MAX) < migrations.len())
}

/// Looks at the version without writing a byte: a newer database is left as it is.
fn refuse_newer(path: &Path, migrations: &[M<'_>]) -> Result<()> {
    if !path.try_exists()? {
        return Ok(());
    }
    let version = |flags| -> rusqlite::Result<i64> {
        Connection::open_with_flags(path, flags)?.pragma_query_value(None, "user_version", |row| row.get(0))
    };
    let version = match version(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        // A death in the very first transaction, before there is a WAL, left its journal: nothing can be read before it is
        // rolled back, which restores the bytes of before.
        Err(error) if error.sqlite_error().is_some_and(|e| e.extended_code == ffi::SQLITE_READONLY_ROLLBACK) => {
            version(OpenFlags::SQLITE_OPEN_READ_WRITE)?
        }
        version => version?,
    };
    if usize::try_from(version).unwrap_or(usize::MAX) > migrations.len() { Err(too_new(path)) } else { Ok(()) }
}

fn too_new(path: &Path) -> Error {
    Error::new(ErrorKind::StorageTooNew).with(|d| d.path = Some(path.display().to_string()))
}

/// Tells one file from another that takes its place: device and inode.
type FileId = (u64, u64);

#[cfg(unix)]
fn file_id(path: &Path) -> std::io::Result<FileId> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn file_id(path: &Path) -> std::io::Result<FileId> {
    // An open file cannot be replaced here.
    std::fs::metadata(path).map(|_| (0, 0))
}

#[cfg(unix)]
fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?)
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the same signature on every system")]
fn private(_path: &Path) -> Result<()> {
    // The profile folder is private to the person already.
    Ok(())
}

/// The wire word of an enum, as it is stored.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(Error::internal("an enum that is no word")),
    }
}

/// An enum from its wire word; `None` where the word is unknown.
pub(crate) fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// A value as JSON text.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::internal("a value that is no JSON"))
}

#[cfg(test)]
mod tests;
