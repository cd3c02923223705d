//! What windows see around the chats: the list of chats with its folders and tags, settings, connection, notices.

use std::cmp::Reverse;

use crate::chat::{ChatId, ChatRow};
use crate::error::{Error, Result};
use crate::parlour::Parlour;
use crate::patch::{OverviewPatch, Revision};
use crate::store::chat::list;
use crate::store::{folder, tag};

/// How many rows of the list a window gets at once; the others come when it asks for them.
const ROWS_SHOWN: usize = 300;

/// The most rows that are given in one answer.
const ROWS_AT_ONCE: usize = 10_000;

/// Of more rows that changed a window gets a snapshot.
const MOST_CHANGED: usize = 10_000;

impl Parlour {
    /// Everything around the chats, with the first rows of the list.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn overview(&self) -> Result<OverviewPatch> {
        // Read first: what changes while the rows are read comes again with the next patch.
        let revision = self.live.revision();
        let ((mut chats, rest), folders, tags) = self
            .store
            .read(|connection| {
                Ok((list::first(connection, ROWS_SHOWN)?, folder::list(connection)?, tag::list(connection)?))
            })
            .await?;
        let temporary = self.temporary_rows(None).await?;
        if !temporary.is_empty() {
            chats.extend(temporary);
            chats.sort_by_key(|row| Reverse((row.pinned, row.updated_at)));
        }
        Ok(OverviewPatch {
            revision,
            snapshot: true,
            chats,
            removed: Vec::new(),
            settings: Some(self.settings()),
            connection: Some(self.connection().await?),
            notices: Some(self.live.notices()),
            folders: Some(folders),
            tags: Some(tags),
            rest: u32::try_from(rest).unwrap_or(u32::MAX),
        })
    }

    /// What is new around the chats since the revision; waits until something is.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn next_overview(&self, since: Revision) -> Result<OverviewPatch> {
        if since == 0 {
            return self.overview().await;
        }
        let mut changed = self.live.follow();
        let (revision, changes) = loop {
            changed.borrow_and_update();
            if let Some(found) = self.live.around_changes(since) {
                break found;
            }
            if changed.changed().await.is_err() {
                return Err(Error::internal("life ended"));
            }
        };
        if changes.chats.len() > MOST_CHANGED {
            return self.overview().await;
        }
        let (ids, with_folders, with_tags) = (changes.chats, changes.folders, changes.tags);
        let ((mut chats, mut removed), folders, tags) = self
            .store
            .read(move |connection| {
                let folders = with_folders.then(|| folder::list(connection)).transpose()?;
                let tags = with_tags.then(|| tag::list(connection)).transpose()?;
                Ok((list::of(connection, ids)?, folders, tags))
            })
            .await?;
        let temporary = self.temporary_rows(Some(removed.clone())).await?;
        removed.retain(|id| temporary.iter().all(|row| row.id != *id));
        chats.extend(temporary);
        Ok(OverviewPatch {
            revision,
            snapshot: false,
            chats,
            removed,
            settings: changes.settings.then(|| self.settings()),
            connection: if changes.connection { Some(self.connection().await?) } else { None },
            notices: changes.notices.then(|| self.live.notices()),
            folders,
            tags,
            rest: 0,
        })
    }

    /// The rows after one that a window has, at most so many: those that are not pinned, newest first.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn chat_rows(&self, before: i64, before_id: &ChatId, limit: usize) -> Result<Vec<ChatRow>> {
        let (id, most) = (before_id.clone(), limit.min(ROWS_AT_ONCE));
        self.store.read(move |connection| list::next(connection, (before, &id), most)).await
    }
}
