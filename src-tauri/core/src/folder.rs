//! The data folder: its lock, and the mark in it that says how the last run ended.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// What a run has come to. It stands in the file of the lock, so that the next run knows how the last one ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// No run so far, or one of a version that left none.
    None,
    /// Nothing was written, or all of it is in the database itself: the log is not needed.
    Open,
    /// What was written may be in the log only.
    Written,
    /// The run ended in order.
    Closed,
    /// The database was found to be damaged, and has not been repaired since.
    Damaged,
}

impl Mark {
    const ALL: [(Self, &str); 4] =
        [(Self::Open, "open"), (Self::Written, "written"), (Self::Closed, "closed"), (Self::Damaged, "damaged")];

    fn read(text: &str) -> Self {
        Self::ALL.into_iter().find(|(_, word)| *word == text.trim()).map_or(Self::None, |(mark, _)| mark)
    }

    fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(mark, _)| *mark == self).map_or("", |(_, word)| word)
    }
}

/// The lock of a data folder: one process at a time, until it is dropped or the process dies.
pub struct FolderLock {
    file: File,
    folder: PathBuf,
}

impl FolderLock {
    /// Makes the folder where it is missing (private to the person) and takes its lock.
    ///
    /// # Errors
    /// `storageInUse` where another process has it, `storageFailed`, `storageFull`.
    pub fn take(folder: &Path) -> Result<Self> {
        let here = |error: Error| error.with(|d| d.path = Some(folder.display().to_string()));
        make_private_folder(folder).map_err(|error| here(error.into()))?;
        let mut options = File::options();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(folder.join("lock")).map_err(|error| here(error.into()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, folder: folder.to_owned() }),
            Err(std::fs::TryLockError::WouldBlock) => Err(here(ErrorKind::StorageInUse.into())),
            Err(std::fs::TryLockError::Error(error)) => Err(here(error.into())),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the last run left, or this one has set.
    pub(crate) fn mark(&self) -> Mark {
        let mut text = String::new();
        let mut file = &self.file;
        match file.rewind().and_then(|()| file.read_to_string(&mut text)) {
            Ok(_) => Mark::read(&text),
            Err(_) => Mark::None,
        }
    }

    /// Sets the mark. A death of the process finds it; a loss of power only after `keep_mark`.
    pub(crate) fn set_mark(&self, mark: Mark) {
        // A mark that cannot be set costs a check at the next start, or spares one: nothing that is worth an error.
        if let Err(error) = self.write(mark) {
            log::warn!("the mark of the run was not set: {:?}", error.kind());
        }
    }

    /// Sets the mark for good: also a loss of power finds it.
    pub(crate) fn keep_mark(&self, mark: Mark) {
        self.set_mark(mark);
        if let Err(error) = self.file.sync_data() {
            log::warn!("the mark of the run was not kept: {:?}", error.kind());
        }
    }

    fn write(&self, mark: Mark) -> io::Result<()> {
        let mut file = &self.file;
        file.rewind()?;
        // Of one length, so that there is no moment at which the file is empty.
        file.write_all(format!("{:<8}", mark.word()).as_bytes())
    }
}

#[cfg(unix)]
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// A new file that is the person's alone.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the names in a folder last.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the same signature on every system")]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    // Folders cannot be synced there; the file system keeps names in its own journal.
    Ok(())
}
