//! Backups: taken by themselves once a day and before what changes much, verified each time, and brought back whole or by
//! the chat.
//!
//! A backup is the pages of one read snapshot of the database, in chunks that lie in the folder once, named by their hash,
//! and a manifest that names them. The pages are asked of SQLite (`sqlite_dbpage`) inside one read transaction: what the
//! log holds is in them, writers do not wait, and no file descriptor of ours on the database makes it lose its locks when
//! it is closed, as a copy of the file would. `.cargo/config.toml` builds that table in.
//!
//! Verified means: put together in a scratch database, each chunk hashed, SQLite's integrity check, the counts, and the
//! digest of each chat from its messages anew. What is brought back has been through the same.
//!
//! The order of backups is that of their numbers, never that of a clock.

mod fill;
mod folder;
mod keep;
mod manifest;
mod restore;
mod take;
mod verify;

pub(crate) use fill::fill;
pub(crate) use folder::{Place, at};
pub(crate) use manifest::{DAY, civil, name_of_time};
pub(crate) use restore::copy_chat;
pub use restore::go_back;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::chat::ChatRow;
use crate::error::{Error, ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::NoticeContent;
use crate::settings::{Settings, invalid};
use crate::store::{self, blocking, lock};
use crate::trash::HoldingBackup;

use folder::{CHUNKS, Folder, with_path};
use keep::goes_at;
use manifest::{Manifest, Verified};
use take::{Taken, take};
use verify::{Fault, Scratch, verified};

/// The name of the folder in the data folder, where the person chose no other.
const FOLDER: &str = "backups";

/// Why a backup was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum BackupReason {
    /// A day had gone by.
    Daily,
    /// A new version was about to change the database.
    Update,
    /// Another backup was about to be brought back: what takes that back.
    Restore,
    /// The person asked for it.
    Manual,
}

impl BackupReason {
    fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Update => "update",
            Self::Restore => "restore",
            Self::Manual => "manual",
        }
    }
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Backup {
    /// Its name in the folder.
    pub id: String,
    /// Why it was taken.
    pub reason: BackupReason,
    /// Unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub taken_at: i64,
    /// The version of Parlour that took it.
    pub app_version: String,
    /// Chats with messages in it, without deleted ones.
    pub chats: u32,
    /// Their messages, without deleted ones.
    pub messages: u32,
    /// Bytes of the database in it; what it shares with others lies in the folder once.
    #[cfg_attr(test, ts(type = "number"))]
    pub size: u64,
    /// When it was last proven to be whole, unix milliseconds; `None` where it never was, or failed to be.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub verified_at: Option<i64>,
}

/// What core keeps about backups while it runs.
pub(crate) struct Backups {
    default_folder: PathBuf,
    /// One backup, proof or return at a time.
    turn: Arc<Semaphore>,
    /// The failure that was told last: each hour's try fails the same way.
    told: Mutex<Option<Error>>,
}

impl Backups {
    pub(crate) fn new(data_folder: &Path) -> Self {
        let default_folder = data_folder.join(FOLDER);
        Self { default_folder, turn: Arc::new(Semaphore::new(1)), told: Mutex::default() }
    }

    pub(crate) fn place(&self, settings: &Settings) -> Place {
        match &settings.backup_folder {
            Some(folder) => Place { path: folder.into(), chosen: true },
            None => Place { path: self.default_folder.clone(), chosen: false },
        }
    }

    /// Waits until no other backup, proof or return is under way, and keeps the next one waiting.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.turn).acquire_owned().await.map_err(|_| Error::internal("the turn of backups ended"))
    }

    /// Backups among chunks, or beside the database and under its lock, would be in each other's way.
    ///
    /// # Errors
    /// `invalidSettings` with the name of the field.
    pub(crate) fn check_folder(&self, new: &Settings, current: &Settings) -> Result<()> {
        let Some(folder) = new.backup_folder.as_ref().map(Path::new) else { return Ok(()) };
        let chunks = [self.default_folder.join(CHUNKS), self.place(current).path.join(CHUNKS)];
        let beside = Some(folder) == self.default_folder.parent();
        if beside || chunks.iter().any(|chunks| folder.starts_with(chunks)) {
            return Err(invalid("backupFolder"));
        }
        Ok(())
    }

    /// A backup before a new version changes the database. What is to be told about it, where there is something.
    ///
    /// Where the person's folder is not there, the default one must do: an update cannot wait for a disk. And a database
    /// that is damaged already is backed up as it is, since it opens as it is.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`: then the update is not made.
    pub(crate) fn before_update(&self, database: &Path, settings: &Settings, now: i64) -> Result<Option<Error>> {
        let place = self.place(settings);
        match take(database, &place, BackupReason::Update, now) {
            Ok(taken) => Ok(taken.doubt),
            Err(error) if place.chosen => {
                let default = Place { path: self.default_folder.clone(), chosen: false };
                take(database, &default, BackupReason::Update, now)?;
                Ok(Some(error))
            }
            Err(error) => Err(error),
        }
    }
}

impl Parlour {
    pub(crate) fn backup_place(&self) -> Place {
        self.backups.place(&self.settings())
    }

    /// Takes a backup now and verifies it. Replies and writes go on meanwhile.
    ///
    /// # Errors
    /// `storageInUse` (another Parlour is at work in the folder), `storageFailed`, `storageFull`, with the path. A database
    /// that is damaged itself fails with the path of the manifest; that backup is kept, unverified.
    pub async fn take_backup(&self, reason: BackupReason) -> Result<Backup> {
        let turn = self.backups.turn().await?;
        let (place, database, now) = (self.backup_place(), self.store.path().to_owned(), self.now());
        let Taken { backup, doubt } = blocking(move || {
            let _turn = turn;
            take(&database, &place, reason, now)
        })
        .await?;
        if let Some(error) = doubt {
            // It is not the backup that is damaged.
            self.store.tell_damage();
            return Err(error);
        }
        *lock(&self.backups.told) = None;
        self.live.withdraw(|notice| matches!(notice.content, NoticeContent::BackupFailed { .. }));
        Ok(backup)
    }

    /// The backups in the folder, newest first.
    ///
    /// # Errors
    /// `storageFailed` with the path, where the person's folder is not there.
    pub async fn backups(&self) -> Result<Vec<Backup>> {
        let place = self.backup_place();
        blocking(move || Ok(place.manifests()?.iter().map(|(id, manifest)| manifest.backup(id)).collect())).await
    }

    /// Proves once more that a backup is whole. One that is not is no longer called verified.
    ///
    /// # Errors
    /// `storageFailed` with the path of the chunk that is missing or damaged, else of the manifest; `storageTooNew`,
    /// `storageInUse`, `storageFull`, with the path.
    pub async fn verify_backup(&self, id: &str) -> Result<Backup> {
        let turn = self.backups.turn().await?;
        let (place, id, now) = (self.backup_place(), id.to_owned(), self.now());
        blocking(move || {
            let _turn = turn;
            let folder = Folder::open(&place)?;
            let mut manifest = folder.manifest(&id)?;
            prove(&folder, &id, &mut manifest, now)?;
            Ok(manifest.backup(&id))
        })
        .await
    }

    /// The chats of a backup, as the list showed them then.
    ///
    /// # Errors
    /// As `verify_backup`.
    pub async fn backup_chats(&self, id: &str) -> Result<Vec<ChatRow>> {
        let turn = self.backups.turn().await?;
        let (place, id, now) = (self.backup_place(), id.to_owned(), self.now());
        blocking(move || {
            let _turn = turn;
            let folder = Folder::open(&place)?;
            store::chat::list::all(&restore::ready(&folder, &id, now)?.connection)
        })
        .await
    }

    /// The backups that hold what was said since a time, newest first, each with when it goes.
    ///
    /// # Errors
    /// As `backups`.
    pub(crate) async fn backups_since(&self, since: i64) -> Result<Vec<HoldingBackup>> {
        let (place, now) = (self.backup_place(), self.now());
        blocking(move || {
            let manifests = place.manifests()?;
            let all: Vec<&Manifest> = manifests.iter().map(|(_, manifest)| manifest).collect();
            let holding = all.iter().enumerate().filter(|(_, backup)| backup.taken_at >= since);
            Ok(holding
                .map(|(at, backup)| HoldingBackup { taken_at: backup.taken_at, goes_at: goes_at(&all, at, now) })
                .collect())
        })
        .await
    }

    async fn is_backup_due(&self) -> Result<bool> {
        let (place, now) = (self.backup_place(), self.now());
        let (_, messages) = self.store.read(store::chat::counts).await?;
        // Not while the database is being read: a folder in a network may take its time.
        if messages == 0 { Ok(false) } else { blocking(move || Ok(is_due(&place.manifests()?, now))).await }
    }

    /// Takes a backup where the last one is a day old, and there is something to lose.
    async fn back_up_if_due(&self) {
        let done = match self.is_backup_due().await {
            Ok(true) => self.take_backup(BackupReason::Daily).await.map(|_| ()),
            other => other.map(|_| ()),
        };
        if let Err(error) = done {
            let told = lock(&self.backups.told).replace(error.clone());
            if told.as_ref() != Some(&error) {
                self.notify(NoticeContent::BackupFailed { error });
            }
        }
    }
}

/// Looks now and then whether a backup is due, for as long as Parlour lives.
pub(crate) fn look_from_time_to_time(parlour: &Arc<Parlour>) {
    let (weak, timing) = (Arc::downgrade(parlour), parlour.timing);
    tokio::spawn(async move {
        let mut pause = timing.first_backup;
        loop {
            tokio::time::sleep(pause).await;
            pause = timing.next_backup;
            let Some(parlour) = weak.upgrade() else { return };
            parlour.back_up_if_due().await;
        }
    });
}

/// Whether the newest verified backup is a day old. One from far ahead is that of a clock that was wrong.
fn is_due(newest_first: &[(String, Manifest)], now: i64) -> bool {
    let newest = newest_first.iter().find(|(_, manifest)| manifest.verified.is_some());
    newest.is_none_or(|(_, manifest)| now.saturating_sub(manifest.taken_at).saturating_abs() >= DAY)
}

/// Verifies a backup and notes the outcome in its manifest.
fn prove(folder: &Folder, id: &str, manifest: &mut Manifest, now: i64) -> std::result::Result<Scratch, Fault> {
    if manifest.facts.schema > store::newest_schema() {
        // Where its tables lie now, this version cannot know.
        return Err(Fault::Other(with_path(&folder.manifest_path(id), ErrorKind::StorageTooNew.into())));
    }
    let proof = verified(folder, id, manifest);
    let outcome = match &proof {
        Ok(_) => Some(Verified { at: now, chats: manifest.facts.chats, messages: manifest.facts.messages }),
        // It could not be tried: nothing is known.
        Err(Fault::Other(_)) => manifest.verified.clone(),
        Err(Fault::Chunk(_) | Fault::Database(_)) => None,
    };
    if manifest.verified != outcome {
        manifest.verified = outcome;
        // Not worth an error: the outcome itself is what was asked for.
        if let Err(error) = folder.write_manifest(id, manifest) {
            log::warn!("the proof of a backup was not noted: {error}");
        }
    }
    proof
}
