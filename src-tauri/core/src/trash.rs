//! The trash: deleted chats stay for 30 days, and leave it by being restored (`undo`) or for good.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::chat::ChatId;
use crate::error::Result;
use crate::health::KeptFiles;
use crate::parlour::Parlour;
use crate::patch::TrashedChat;
use crate::salvage;
use crate::store::{self, operation, trash};

/// The trash is looked through so long after the start, when there is time for it, and so often from then on.
const FIRST: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(60 * 60);

/// A backup that holds a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HoldingBackup {
    /// When it was taken, unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub taken_at: i64,
    /// When it is let go of, unix milliseconds; later where Parlour is not used every day, earlier where room is short.
    #[cfg_attr(test, ts(type = "number"))]
    pub goes_at: i64,
}

/// What still holds a chat after it was deleted for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Remains {
    /// Backups, newest first.
    pub backups: Vec<HoldingBackup>,
    /// Damaged files that are kept, newest first. They stay until they are removed.
    pub kept: Vec<KeptFiles>,
}

impl Parlour {
    /// What would still hold a chat of the trash once it is deleted for good.
    ///
    /// # Errors
    /// `chatNotFound` where it is not in the trash; `storageFailed`.
    pub async fn remains_of(&self, id: &ChatId) -> Result<Remains> {
        let wanted = id.clone();
        let since = self.store.read(move |connection| trash::began_at(connection, &wanted)).await?;
        let backups = self.backups_since(since).await?;
        let folder = self.folder_lock.folder().to_owned();
        let kept = store::blocking(move || salvage::kept(&folder)).await?;
        Ok(Remains { backups, kept: kept.into_iter().filter(|files| files.at >= since).collect() })
    }

    /// The chats in the trash, the one that was deleted last first.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn trash(&self) -> Result<Vec<TrashedChat>> {
        self.store.read(trash::list).await
    }

    /// Deletes a chat that is in the trash for good: its texts are in no file of the database any more. The one thing that
    /// cannot be undone.
    ///
    /// # Errors
    /// `chatNotFound` where it is not in the trash; `storageFailed`, `storageFull`.
    pub async fn purge_chat(&self, id: &ChatId) -> Result<()> {
        self.purge(vec![id.clone()]).await
    }

    async fn purge(&self, chats: Vec<ChatId>) -> Result<()> {
        let now = self.now();
        self.store.write(move |t| trash::purge(t, &chats, now)).await?;
        // A backup that reads would keep the log.
        let _turn = self.backups.turn().await?;
        let store = Arc::clone(&self.store);
        store::blocking(move || store.checkpoint()).await
    }

    /// Lets go of what has been in the trash for its time, and of the personas and prompts that were deleted as long ago.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`.
    pub async fn empty_trash(&self) -> Result<()> {
        let now = self.now();
        let (due, cleared) = self
            .store
            .write(move |t| {
                let believed = trash::believed_now(t, now)?;
                let all = trash::list(t)?;
                let due = all.into_iter().filter(|chat| chat.goes_at <= believed).map(|chat| chat.id);
                let due: Vec<ChatId> = due.collect();
                Ok((due, operation::clear_library(t, believed - trash::STAYS)?))
            })
            .await?;
        if due.is_empty() && !cleared { Ok(()) } else { self.purge(due).await }
    }

    /// Looks through the trash now and then, as long as Parlour is open.
    pub(crate) fn keep_trash(self: &Arc<Self>) {
        let parlour = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut pause = FIRST;
            loop {
                tokio::time::sleep(pause).await;
                pause = EVERY;
                let Some(parlour) = parlour.upgrade() else { return };
                if let Err(error) = parlour.empty_trash().await {
                    log::warn!("the trash was not looked through: {error}");
                }
            }
        });
    }
}
