//! Order among many chats: folders of one level with defaults for the chats inside, pins, tags, the archive, and what is done
//! to many chats at once. Each call is one transaction and one operation that can be undone.

pub(crate) mod change;
mod copy;
mod forget;
pub(crate) mod in_force;

use std::collections::HashSet;
use std::sync::Arc;

use icu_normalizer::ComposingNormalizerBorrowed;
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, ChatOptions, FolderId, OperationId, TagId};
use crate::error::{Error, ErrorKind, Result};
use crate::library;
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::store::chat::Mark;
use crate::store::operation::Inverse;
use crate::store::{chat, folder, operation, tag, trash};

use change::{Change, Group, Seen};
pub(crate) use copy::copy;
pub(crate) use forget::forget;

/// A folder of chats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// Its id.
    pub id: FolderId,
    /// Its name.
    pub name: String,
    /// What its chats have that have nothing of their own.
    pub options: ChatOptions,
}

/// A tag of chats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Its name, as it was written first.
    pub name: String,
}

/// A part of the list of chats, as a place that chats are put into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Place {
    /// Above all others.
    Pinned,
    /// The archive.
    Archive,
    /// By date: in no folder.
    Dated,
    /// A folder.
    Folder {
        /// Which.
        id: FolderId,
    },
}

/// Whether two names are one, but for their case.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    let composed = ComposingNormalizerBorrowed::new_nfc();
    let folded = |name: &str| composed.normalize(&name.to_lowercase()).into_owned();
    folded(one) == folded(other)
}

/// Those of the chats that are not deleted, each once.
///
/// # Errors
/// `chatNotFound` where there is none.
fn standing(t: &Transaction<'_>, chats: Vec<ChatId>) -> Result<Vec<ChatId>> {
    let mut seen = HashSet::new();
    let mut there = Vec::with_capacity(chats.len());
    for chat in chats {
        if t.prepare_cached("SELECT 1 FROM chat WHERE id = ?1 AND deleted_by IS NULL")?.exists([&chat])?
            && seen.insert(chat.clone())
        {
            there.push(chat);
        }
    }
    if there.is_empty() { Err(ErrorKind::ChatNotFound.into()) } else { Ok(there) }
}

impl Parlour {
    /// Makes a folder.
    ///
    /// # Errors
    /// `invalidSettings` for a name of nothing; `storageFailed`, `storageFull`.
    pub async fn create_folder(&self, name: &str) -> Result<Folder> {
        let made = Folder { id: FolderId::new(), name: library::name(name)?, options: ChatOptions::default() };
        let (new, now) = (made.clone(), self.now());
        self.store
            .write(move |t| {
                folder::insert(t, &new.id, &new.name, now)?;
                let change = Change::Folder { folder: new.id, there: false };
                operation::insert(t, &OperationId::new(), OperationKind::CreateFolder, &Inverse::Order { change }, now)
            })
            .await?;
        self.live.arranged(&Seen { folders: true, ..Seen::default() });
        Ok(made)
    }

    /// Gives a folder another name.
    ///
    /// # Errors
    /// `invalidSettings` for a name of nothing; `folderNotFound`, `storageFailed`, `storageFull`.
    pub async fn rename_folder(self: &Arc<Self>, folder: &FolderId, name: &str) -> Result<Done> {
        let (folder, name) = (folder.clone(), library::name(name)?);
        self.arrange(OperationKind::RenameFolder, move |t| {
            folder::find(t, &folder)?;
            Ok(Change::RenameFolder { folder, name })
        })
        .await
    }

    /// Deletes a folder. Its chats stay, without a folder; `undo` brings both back together.
    ///
    /// # Errors
    /// `folderNotFound`, `storageFailed`, `storageFull`.
    pub async fn delete_folder(self: &Arc<Self>, folder: &FolderId) -> Result<Done> {
        let folder = folder.clone();
        self.arrange(OperationKind::DeleteFolder, move |t| {
            folder::find(t, &folder)?;
            Ok(Change::Folder { folder, there: false })
        })
        .await
    }

    /// Sets what the chats of a folder have that have nothing of their own.
    ///
    /// # Errors
    /// `invalidSettings`, `messageTooLarge`, `folderNotFound`, `storageFailed`, `storageFull`.
    pub async fn set_folder_options(self: &Arc<Self>, folder: &FolderId, options: ChatOptions) -> Result<Done> {
        let (folder, options) = (folder.clone(), library::options(options)?);
        self.arrange(OperationKind::SetFolderOptions, move |t| {
            folder::find(t, &folder)?;
            Ok(Change::FolderOptions { folder, options })
        })
        .await
    }

    /// Puts chats into a folder, or out of any.
    ///
    /// # Errors
    /// `folderNotFound`; `chatNotFound` where none of the chats is there; `storageFailed`, `storageFull`.
    pub async fn move_chats(self: &Arc<Self>, chats: Vec<ChatId>, to: Option<FolderId>) -> Result<Done> {
        self.arrange(OperationKind::MoveChats, move |t| {
            if let Some(folder) = &to {
                folder::find(t, folder)?;
            }
            Ok(Change::Move { groups: vec![Group { to, chats: standing(t, chats)? }] })
        })
        .await
    }

    /// Pins chats above all others, or lets them go down again.
    ///
    /// # Errors
    /// `chatNotFound` where none of the chats is there; `storageFailed`, `storageFull`.
    pub async fn pin_chats(self: &Arc<Self>, chats: Vec<ChatId>, pinned: bool) -> Result<Done> {
        let now = self.now();
        self.arrange(OperationKind::PinChats, move |t| {
            Ok(Change::Pin { groups: marked(t, chats, Mark::Pinned, pinned.then_some(now))? })
        })
        .await
    }

    /// Puts chats into the archive, or takes them out. They are found as before.
    ///
    /// # Errors
    /// `chatNotFound` where none of the chats is there; `storageFailed`, `storageFull`.
    pub async fn archive_chats(self: &Arc<Self>, chats: Vec<ChatId>, archived: bool) -> Result<Done> {
        let now = self.now();
        self.arrange(OperationKind::ArchiveChats, move |t| {
            Ok(Change::Archive { groups: marked(t, chats, Mark::Archived, archived.then_some(now))? })
        })
        .await
    }

    /// Puts chats into a part of the list, and out of those that would keep them elsewhere: the archive, the pinned ones.
    ///
    /// # Errors
    /// `folderNotFound`; `chatNotFound` where none of the chats is there; `storageFailed`, `storageFull`.
    pub async fn place_chats(self: &Arc<Self>, chats: Vec<ChatId>, place: Place) -> Result<Done> {
        let now = self.now();
        let kind = match &place {
            Place::Pinned => OperationKind::PinChats,
            Place::Archive => OperationKind::ArchiveChats,
            Place::Dated | Place::Folder { .. } => OperationKind::MoveChats,
        };
        self.arrange(kind, move |t| {
            let pin = |to| Ok::<_, Error>(Change::Pin { groups: marked(t, chats.clone(), Mark::Pinned, to)? });
            let archive =
                |to| Ok::<_, Error>(Change::Archive { groups: marked(t, chats.clone(), Mark::Archived, to)? });
            let changes = match place {
                Place::Pinned => vec![archive(None)?, pin(Some(now))?],
                Place::Archive => vec![archive(Some(now))?],
                Place::Dated | Place::Folder { .. } => {
                    let to = if let Place::Folder { id } = place { Some(folder::find(t, &id)?.id) } else { None };
                    let groups = vec![Group { to, chats: standing(t, chats.clone())? }];
                    vec![archive(None)?, pin(None)?, Change::Move { groups }]
                }
            };
            Ok(Change::All { changes })
        })
        .await
    }

    /// Puts chats into the trash. Replies that run in them are stopped.
    ///
    /// # Errors
    /// `chatNotFound` where none of the chats is there; `storageFailed`, `storageFull`.
    pub async fn delete_chats(self: &Arc<Self>, chats: Vec<ChatId>) -> Result<Done> {
        self.arrange(OperationKind::DeleteChats, move |t| Ok(Change::Trash { chats: standing(t, chats)? })).await
    }

    /// Takes one chat out of the trash, whatever was deleted together with it.
    ///
    /// # Errors
    /// `chatNotFound` where it is not in the trash; `storageFailed`, `storageFull`.
    pub async fn take_from_trash(self: &Arc<Self>, chat: &ChatId) -> Result<Done> {
        let chat = chat.clone();
        self.arrange(OperationKind::TakeFromTrash, move |t| {
            trash::began_at(t, &chat)?;
            Ok(Change::Untrash { chat })
        })
        .await
    }

    /// Gives chats the tag of a name, which is made where there is none; or takes it off them.
    ///
    /// # Errors
    /// `invalidSettings` for a name of nothing; `tagNotFound` where there is nothing to take off; `chatNotFound` where none of
    /// the chats is there; `storageFailed`, `storageFull`.
    pub async fn tag_chats(self: &Arc<Self>, chats: Vec<ChatId>, name: &str, on: bool) -> Result<Done> {
        let name = library::name(name)?;
        self.arrange(OperationKind::TagChats, move |t| {
            let chats = standing(t, chats)?;
            let tag = if on { Some(tag::named_or_new(t, &name)?) } else { tag::named(t, &name)? };
            let tag = tag.ok_or(ErrorKind::TagNotFound)?;
            Ok(Change::Tag { tag, chats, on })
        })
        .await
    }

    /// Gives a tag another name. Where another tag has that name, the two become one.
    ///
    /// # Errors
    /// `invalidSettings` for a name of nothing; `tagNotFound`, `storageFailed`, `storageFull`.
    pub async fn rename_tag(self: &Arc<Self>, id: &TagId, name: &str) -> Result<Done> {
        let (id, name) = (id.clone(), library::name(name)?);
        self.arrange(OperationKind::RenameTag, move |t| {
            tag::find(t, &id)?;
            let other = tag::by_name(t, &name)?.into_iter().find(|other| *other != id);
            Ok(match other {
                Some(other) => {
                    let joins = Change::Tag { tag: other, chats: tag::chats(t, &id)?, on: true };
                    Change::All { changes: vec![joins, Change::RemoveTag { tag: id }] }
                }
                None => Change::RenameTag { tag: id, name },
            })
        })
        .await
    }

    /// Takes a tag off all chats.
    ///
    /// # Errors
    /// `tagNotFound`, `storageFailed`, `storageFull`.
    pub async fn delete_tag(self: &Arc<Self>, id: &TagId) -> Result<Done> {
        let id = id.clone();
        self.arrange(OperationKind::DeleteTag, move |t| {
            tag::find(t, &id)?;
            Ok(Change::RemoveTag { tag: id })
        })
        .await
    }

    /// Makes a change, records what takes it back, and tells windows.
    async fn arrange(
        self: &Arc<Self>,
        kind: OperationKind,
        prepare: impl FnOnce(&Transaction<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Done> {
        let (now, operation_id) = (self.now(), OperationId::new());
        let by = operation_id.clone();
        let seen = self
            .store
            .write(move |t| {
                let (change, mut seen) = (prepare(t)?, Seen::default());
                match change.apply(t, &by, &mut seen)? {
                    Some(change) => operation::insert(t, &by, kind, &Inverse::Order { change }, now)?,
                    None => operation::insert_void(t, &by, kind, now)?,
                }
                Ok(seen)
            })
            .await?;
        self.arranged(&seen).await?;
        Ok(Done { operation_id })
    }

    /// Stops what runs in chats that are gone, tells windows, and lets go on what was queued in chats that are back.
    pub(crate) async fn arranged(self: &Arc<Self>, seen: &Seen) -> Result<()> {
        for chat in &seen.gone {
            self.replies.stop_chat(chat);
        }
        self.live.arranged(seen);
        if seen.back.is_empty() { Ok(()) } else { self.pump_all().await }
    }
}

/// Those of the chats that are not marked so already, with when they are from now on.
fn marked(t: &Transaction<'_>, chats: Vec<ChatId>, mark: Mark, to: Option<i64>) -> Result<Vec<Group<Option<i64>>>> {
    let mut others = Vec::new();
    for id in standing(t, chats)? {
        if chat::marked_at(t, &id, mark)?.is_some_and(|at| at.is_some() != to.is_some()) {
            others.push(id);
        }
    }
    Ok(vec![Group { to, chats: others }])
}
