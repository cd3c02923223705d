//! The disk of a watched folder: counts what SQLite does with its files, fails what it is told to, and records every change.

use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::ffi;

use crate::event::Event;
use crate::vfs;

/// What a process prints that waits for its death at a write.
pub const HELD: &str = "held";

/// Something SQLite asks of the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Opening or making a file.
    Open,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Cutting a file off.
    Truncate,
    /// `fsync`.
    Sync,
    /// The size of a file.
    Size,
    /// The lock of the database.
    Lock,
    /// Deleting a file.
    Delete,
    /// Whether a file is there.
    Access,
    /// A piece of shared memory: the index of the WAL.
    Share,
}

/// Why the file system refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// EIO.
    Broken,
    /// ENOSPC.
    Full,
    /// EACCES.
    Forbidden,
}

impl Why {
    /// What the platform's VFS makes of this errno for this act.
    fn code(self, act: Act) -> c_int {
        match (act, self) {
            (Act::Write, Self::Full) => ffi::SQLITE_FULL,
            (Act::Share, Self::Full) => ffi::SQLITE_IOERR_SHMSIZE,
            (Act::Share, Self::Forbidden) | (Act::Open, _) => ffi::SQLITE_CANTOPEN,
            (Act::Lock, Self::Forbidden) => ffi::SQLITE_PERM,
            (Act::Read, _) => ffi::SQLITE_IOERR_READ,
            (Act::Write, _) => ffi::SQLITE_IOERR_WRITE,
            (Act::Truncate, _) => ffi::SQLITE_IOERR_TRUNCATE,
            (Act::Sync, _) => ffi::SQLITE_IOERR_FSYNC,
            (Act::Size, _) => ffi::SQLITE_IOERR_FSTAT,
            (Act::Lock, _) => ffi::SQLITE_IOERR_LOCK,
            (Act::Delete, _) => ffi::SQLITE_IOERR_DELETE,
            (Act::Access, _) => ffi::SQLITE_IOERR_ACCESS,
            (Act::Share, _) => ffi::SQLITE_IOERR_SHMMAP,
        }
    }
}

/// Which acts fail.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The first one, counted from 1.
    pub first: u64,
    /// Only that one; else all from it on, until the disk is healed.
    pub once: bool,
    /// In which way.
    pub why: Why,
}

/// A change of the folder, in the order of the changes, with what was acknowledged between them.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A file was made.
    Create {
        /// Its name.
        name: String,
    },
    /// Bytes were written.
    Write {
        /// The file.
        name: String,
        /// Where.
        at: usize,
        /// What.
        bytes: Vec<u8>,
    },
    /// A file was cut off.
    Truncate {
        /// The file.
        name: String,
        /// How much is left.
        size: usize,
    },
    /// `fsync` of a file returned.
    Sync {
        /// The file.
        name: String,
    },
    /// A file was deleted.
    Delete {
        /// Its name.
        name: String,
        /// Whether the folder was synced after it.
        synced: bool,
    },
    /// Something happened at the surface of core.
    Happened(Event),
    /// The model server received a request whose body has this SHA-256.
    Requested(Vec<u8>),
}

#[derive(Default)]
struct State {
    log: Option<Vec<Entry>>,
    fault: Option<Fault>,
    acts: u64,
    failed: u64,
    writes: u64,
    last_write: Option<u64>,
}

/// A watched folder.
pub struct Disk {
    folder: PathBuf,
    state: Mutex<State>,
}

impl Disk {
    /// Watches a folder, which must exist. Its changes are recorded where `recording`.
    #[must_use]
    pub fn watch(folder: &Path, recording: bool) -> Arc<Self> {
        // SQLite gives paths without links.
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let state = Mutex::new(State { log: recording.then(Vec::new), ..State::default() });
        let disk = Arc::new(Self { folder, state });
        vfs::watch(&disk);
        disk
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// From now on this fails; acts are counted from 0 again.
    pub fn fail(&self, fault: Fault) {
        *self.lock() = State { fault: Some(fault), ..State::default() };
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.lock().fault = None;
    }

    /// The write of this number, counted from 1, and whatever comes after it, waits for ever: for the death of the process.
    pub fn hold_at_write(&self, number: u64) {
        self.lock().last_write = Some(number);
    }

    /// How many writes there were.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.lock().writes
    }

    /// How many acts there were, and how many of them failed.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let state = self.lock();
        (state.acts, state.failed)
    }

    /// What was recorded. Recording ends.
    #[must_use]
    pub fn take_log(&self) -> Vec<Entry> {
        self.lock().log.take().unwrap_or_default()
    }

    /// Counts an act, and fails it where it is to fail.
    ///
    /// # Errors
    /// SQLite's code.
    pub fn act(&self, act: Act) -> Result<(), c_int> {
        let mut state = self.lock();
        state.writes += u64::from(act == Act::Write);
        if act == Act::Write && state.last_write == Some(state.writes) {
            println!("{HELD}");
            // With the lock: nobody else gets any further either.
            loop {
                std::thread::park();
            }
        }
        state.acts += 1;
        let acts = state.acts;
        let strikes = |fault: &Fault| if fault.once { acts == fault.first } else { acts >= fault.first };
        match state.fault.filter(strikes) {
            Some(fault) => {
                state.failed += 1;
                Err(fault.why.code(act))
            }
            None => Ok(()),
        }
    }

    /// Records a change, or what happened.
    pub fn record(&self, entry: Entry) {
        self.record_with(|| entry);
    }

    /// The same, for what is not made for nothing.
    pub fn record_with(&self, entry: impl FnOnce() -> Entry) {
        if let Some(log) = &mut self.lock().log {
            log.push(entry());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
