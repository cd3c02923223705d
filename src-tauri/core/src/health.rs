//! Whether the chats are well: the check of the database, what it found by chat, its size, the last proven backup, the disk.
//!
//! A check that finds the structure damaged repairs it at once (`salvage.rs`): a damaged tree is no place to write to. It runs
//! by itself after a run that ended badly, where SQLite comes upon damage, and where a backup could not be verified.

pub(crate) mod check;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::backup::Backup;
use crate::chat::ChatId;
use crate::error::{ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::NoticeContent;
use crate::salvage::{self, Repair};
use crate::store::{blocking, chat, digest, lock};

/// A disk with less room than this, in bytes, is told: a day of chats and its backup still fit.
const LOW: u64 = 512 * 1024 * 1024;

/// How often the disk is looked at. It costs microseconds, and a download fills a disk in minutes.
const LOOK: Duration = Duration::from_secs(60);

/// The most chats that are listed by their size.
const SIZES: usize = 100;

/// What one check found. What was damaged has been repaired when this is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct IntegrityCheck {
    /// Unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    /// Whether every message was read and hashed anew; else the structure of the database was.
    pub thorough: bool,
    /// The chats in which something is missing or not what was stored, by the last check that read every message.
    pub chats: Vec<ChatDamage>,
    /// Where the damaged files are kept, where that check had to repair the database.
    pub kept: Option<String>,
}

/// What damage did to a chat, in messages. All of its versions count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatDamage {
    /// The chat.
    pub id: ChatId,
    /// Its title.
    pub title: String,
    /// Whether it is in the trash.
    pub deleted: bool,
    /// Messages that are gone.
    pub missing: u32,
    /// Messages that are not what was stored, by their hashes.
    pub altered: u32,
    /// Messages whose rows cannot be read.
    pub unreadable: u32,
}

/// How large a chat is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatSize {
    /// The chat.
    pub id: ChatId,
    /// Its title.
    pub title: String,
    /// Whether it is in the trash.
    pub deleted: bool,
    /// Messages, all versions counted.
    pub messages: u32,
    /// Bytes of its texts.
    #[cfg_attr(test, ts(type = "number"))]
    pub size: u64,
}

/// A damaged database that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeptFiles {
    /// The name of its folder, for `remove_kept_files`.
    pub name: String,
    /// Where that is.
    pub path: String,
    /// When it was set aside, unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    /// Bytes.
    #[cfg_attr(test, ts(type = "number"))]
    pub size: u64,
}

/// How the chats are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The last check; `None` where there was none.
    pub check: Option<IntegrityCheck>,
    /// The newest backup that was proven to be whole.
    pub backup: Option<Backup>,
    /// Bytes of the database with its log.
    #[cfg_attr(test, ts(type = "number"))]
    pub size: u64,
    /// Bytes that are free on its disk; `None` where the system does not say.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub free: Option<u64>,
    /// Whether that is little.
    pub low: bool,
    /// The largest chats, largest first, with those in the trash.
    pub chats: Vec<ChatSize>,
    /// The damaged files that are kept, newest first.
    pub kept: Vec<KeptFiles>,
}

/// Bytes that are free for this person on the disk of a folder; `None` where the system does not say.
#[must_use]
pub fn free_space(folder: &Path) -> Option<u64> {
    fs4::available_space(folder).ok()
}

impl Parlour {
    /// How the chats are.
    ///
    /// # Errors
    /// `storageFailed`, `storageDamaged`.
    pub async fn health(&self) -> Result<Health> {
        // A folder of backups that is not there is told where the backups are.
        let backup = self.backups().await.unwrap_or_default().into_iter().find(|backup| backup.verified_at.is_some());
        let (check, chats) =
            self.store.read(|connection| Ok((check::last(connection)?, check::sizes(connection, SIZES)?))).await?;
        let (folder, database) = (self.folder_lock.folder().to_owned(), self.store.path().to_owned());
        let (size, kept) = blocking(move || Ok((salvage::size(&database), salvage::kept(&folder)?))).await?;
        let free = (self.free_space)(self.folder_lock.folder());
        Ok(Health { check, backup, size, free, low: is_low(free), chats, kept })
    }

    /// Reads all of the database: its structure, and each message, whose hash is made anew. Where the structure is damaged,
    /// all that can be read is brought into a new database first, in the place of the damaged one, which is kept: then
    /// replies that run are stopped.
    ///
    /// # Errors
    /// `storageDamaged` where it could not be repaired (the next start tries once more), `storageFailed`, `storageFull`.
    pub async fn check(self: &Arc<Self>) -> Result<IntegrityCheck> {
        self.check_to(true).await
    }

    async fn check_to(self: &Arc<Self>, thorough: bool) -> Result<IntegrityCheck> {
        let turn = self.backups.turn().await?;
        // What a repair before this check came to, only reading every message says.
        let mut repair = lock(&self.untold_repair).take();
        let thorough = thorough || repair.is_some();
        let mut found = self.inspect(thorough).await?;
        if !found.sound {
            self.store.mark_damaged();
            repair = Some(self.repair().await?);
            found = self.inspect(true).await?;
            if !found.sound {
                return Err(ErrorKind::StorageDamaged.into());
            }
        }
        if !found.indexed {
            self.index_anew().await?;
        }
        drop(turn);
        self.store.mark_whole();
        self.keep_check(found, thorough || repair.is_some(), repair).await
    }

    /// Notes and tells what a check found.
    async fn keep_check(
        &self,
        found: check::Inspection,
        thorough: bool,
        repair: Option<Repair>,
    ) -> Result<IntegrityCheck> {
        let kept = repair.as_ref().map(|repair| repair.kept.path.clone());
        let mut check = IntegrityCheck { at: self.now(), thorough, chats: found.chats, kept };
        let (check, (_, messages)) = self
            .store
            .write(move |t| {
                if !thorough && let Some(before) = check::last(t)? {
                    // It read no message: what is known of them is still so.
                    (check.chats, check.kept) = (before.chats, before.kept);
                }
                check::keep(t, &check)?;
                for chat in &found.miscounted {
                    // Since the look at it something may have been said in it: of what is there now.
                    let (count, digest) = digest::of_stored(t, chat)?;
                    digest::set(t, chat, count, &digest)?;
                }
                Ok((check, chat::counts(t)?))
            })
            .await?;
        if let Some(Repair { kept, from_backup }) = repair {
            let chats = u32::try_from(check.chats.len()).unwrap_or(u32::MAX);
            let damaged = check.chats.iter().map(|chat| chat.missing + chat.altered + chat.unreadable).sum();
            self.live.withdraw(|notice| matches!(notice.content, NoticeContent::Repaired { .. }));
            self.notify(NoticeContent::Repaired {
                kept: kept.path,
                found: messages,
                from_backup,
                chats,
                messages: damaged,
            });
        }
        Ok(check)
    }

    async fn inspect(&self, thorough: bool) -> Result<check::Inspection> {
        let database = self.store.path().to_owned();
        blocking(move || check::inspect(&database, thorough)).await
    }

    /// Removes damaged files that were kept. They cannot be had back.
    ///
    /// # Errors
    /// `storageFailed`, also where there are none of that name.
    pub async fn remove_kept_files(&self, name: &str) -> Result<()> {
        let (folder, name) = (self.folder_lock.folder().to_owned(), name.to_owned());
        blocking(move || salvage::remove_kept(&folder, &name)).await
    }

    /// Whether it is worth going on.
    async fn check_by_itself(self: &Arc<Self>, thorough: bool) -> bool {
        let begin = Instant::now();
        let done = self.check_to(thorough).await;
        log::info!("the database was checked in {} ms", begin.elapsed().as_millis());
        let Err(error) = done else { return true };
        self.notify(NoticeContent::Failure { error });
        // It would find the same again. The next start repairs what this run could not.
        false
    }

    fn look_at_disk(&self) {
        let free = (self.free_space)(self.folder_lock.folder());
        let mut told = lock(&self.low_disk_told);
        match free {
            Some(free) if is_low(Some(free)) => {
                // Once for each time that it becomes low: a notice that was dismissed is not told again every minute.
                if !std::mem::replace(&mut *told, true) {
                    self.notify(NoticeContent::LowDisk { free });
                }
            }
            _ => {
                if std::mem::take(&mut *told) {
                    self.live.withdraw(|notice| matches!(notice.content, NoticeContent::LowDisk { .. }));
                }
            }
        }
    }
}

fn is_low(free: Option<u64>) -> bool {
    free.is_some_and(|free| free < LOW)
}

/// Looks after the disk, and after the database where something was wrong with it, as long as Parlour is open.
pub(crate) fn keep_watch(parlour: &Arc<Parlour>, ended_badly: bool) {
    let weak = Arc::downgrade(parlour);
    tokio::spawn(async move {
        while let Some(parlour) = weak.upgrade() {
            parlour.look_at_disk();
            drop(parlour);
            tokio::time::sleep(LOOK).await;
        }
    });
    let (weak, first, damage) = (Arc::downgrade(parlour), parlour.timing.first_check, parlour.store.damage());
    tokio::spawn(async move {
        if ended_badly {
            // The first picture is not to wait for it.
            tokio::time::sleep(first).await;
            let Some(parlour) = weak.upgrade() else { return };
            if !parlour.check_by_itself(false).await {
                return;
            }
        }
        loop {
            damage.notified().await;
            let Some(parlour) = weak.upgrade() else { return };
            if !parlour.check_by_itself(true).await {
                return;
            }
        }
    });
}
