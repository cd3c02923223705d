//! A change of the order of chats. What takes one back is another; so is what takes that back.

use std::collections::{BTreeMap, HashSet};

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, ChatOptions, FolderId, OperationId, TagId};
use crate::error::{ErrorKind, Result};
use crate::order::Tag;
use crate::store::chat::Mark;
use crate::store::{chat, folder, tag};

/// Chats that get the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Group<T> {
    pub to: T,
    pub chats: Vec<ChatId>,
}

/// What is done. Of chats it holds nothing but their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Change {
    /// Brings a folder back, or takes it away. Chats that name it are in it as long as it is there.
    Folder {
        folder: FolderId,
        there: bool,
    },
    RenameFolder {
        folder: FolderId,
        name: String,
    },
    FolderOptions {
        folder: FolderId,
        options: ChatOptions,
    },
    Move {
        groups: Vec<Group<Option<FolderId>>>,
    },
    Pin {
        groups: Vec<Group<Option<i64>>>,
    },
    Archive {
        groups: Vec<Group<Option<i64>>>,
    },
    Trash {
        chats: Vec<ChatId>,
    },
    /// Takes out of the trash what an operation put there, but for what left it by another way.
    Restore {
        by: OperationId,
    },
    Untrash {
        chat: ChatId,
    },
    Tag {
        tag: TagId,
        chats: Vec<ChatId>,
        on: bool,
    },
    RenameTag {
        tag: TagId,
        name: String,
    },
    RemoveTag {
        tag: TagId,
    },
    MakeTag {
        tag: TagId,
        name: String,
        chats: Vec<ChatId>,
    },
    /// One after the other.
    All {
        changes: Vec<Change>,
    },
}

/// What windows see of a change.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Chats whose rows are others.
    pub rows: Vec<ChatId>,
    /// Chats that went into the trash.
    pub gone: Vec<ChatId>,
    /// Chats that came out of it.
    pub back: Vec<ChatId>,
    /// What chats inherit.
    pub heads: bool,
    pub folders: bool,
    pub tags: bool,
}

impl Change {
    /// Makes the change, for an operation, and gives what takes it back; `None` where all is so already, or it is too late.
    pub(crate) fn apply(&self, t: &Transaction<'_>, by: &OperationId, seen: &mut Seen) -> Result<Option<Self>> {
        match self {
            Self::Folder { .. } | Self::RenameFolder { .. } | Self::FolderOptions { .. } => {
                self.apply_to_folder(t, by, seen)
            }
            Self::Tag { .. } | Self::RenameTag { .. } | Self::RemoveTag { .. } | Self::MakeTag { .. } => {
                self.apply_to_tag(t, seen)
            }
            Self::Move { groups } => {
                let read = |id: &ChatId| chat::folder(t, id);
                let set = |id: &ChatId, to: &Option<FolderId>| chat::set_folder(t, id, to.as_ref());
                let groups = regroup(groups, read, set, seen)?;
                seen.heads |= groups.is_some();
                Ok(groups.map(|groups| Self::Move { groups }))
            }
            Self::Pin { groups } => Ok(mark(t, groups, Mark::Pinned, seen)?.map(|groups| Self::Pin { groups })),
            Self::Archive { groups } => {
                Ok(mark(t, groups, Mark::Archived, seen)?.map(|groups| Self::Archive { groups }))
            }
            Self::Trash { chats } => {
                for id in chats {
                    if chat::trash(t, id, by)? {
                        seen.gone.push(id.clone());
                    }
                }
                Ok((!seen.gone.is_empty()).then(|| Self::Restore { by: by.clone() }))
            }
            Self::Restore { by: deletion } => {
                let chats = chat::restore_deleted(t, deletion)?;
                seen.back.extend_from_slice(&chats);
                Ok((!chats.is_empty()).then_some(Self::Trash { chats }))
            }
            Self::Untrash { chat: id } => {
                chat::set_deleted(t, id, None)?;
                seen.back.push(id.clone());
                Ok(Some(Self::Trash { chats: vec![id.clone()] }))
            }
            Self::All { changes } => {
                let mut back = Vec::new();
                for change in changes {
                    back.extend(change.apply(t, by, seen)?);
                }
                back.reverse();
                Ok((!back.is_empty()).then_some(Self::All { changes: back }))
            }
        }
    }

    fn apply_to_folder(&self, t: &Transaction<'_>, by: &OperationId, seen: &mut Seen) -> Result<Option<Self>> {
        let (Self::Folder { folder: id, .. }
        | Self::RenameFolder { folder: id, .. }
        | Self::FolderOptions { folder: id, .. }) = self
        else {
            return Ok(None);
        };
        let Some((before, is_there)) = folder::stored(t, id)? else { return Ok(None) };
        let folder = id.clone();
        let back = match self {
            Self::Folder { there, .. } if *there != is_there => {
                folder::set_deleted(t, id, (!there).then_some(by))?;
                Self::Folder { folder, there: is_there }
            }
            Self::RenameFolder { name, .. } if *name != before.name => {
                folder::set_name(t, id, name)?;
                Self::RenameFolder { folder, name: before.name }
            }
            Self::FolderOptions { options, .. } if *options != before.options => {
                folder::set_options(t, id, options)?;
                Self::FolderOptions { folder, options: before.options }
            }
            _ => return Ok(None),
        };
        seen.folders = true;
        seen.heads |= !matches!(self, Self::RenameFolder { .. });
        Ok(Some(back))
    }

    fn apply_to_tag(&self, t: &Transaction<'_>, seen: &mut Seen) -> Result<Option<Self>> {
        let back = match self {
            Self::Tag { tag: id, chats, on } => {
                // Its name may be another's by now: two of one name are one.
                let Some(id) = standing_tag(t, id, *on)? else { return Ok(None) };
                let chats = give(t, &id, chats, *on, seen)?;
                (!chats.is_empty()).then_some(Self::Tag { tag: id, chats, on: !on })
            }
            Self::RenameTag { tag: id, name } => {
                let before = present(tag::find(t, id))?.filter(|before| before.name != *name);
                before.as_ref().map(|_| tag::set_name(t, id, name)).transpose()?;
                before.map(|before| Self::RenameTag { tag: before.id, name: before.name })
            }
            Self::RemoveTag { tag: id } => {
                let Some(before) = present(tag::find(t, id))? else { return Ok(None) };
                let chats = tag::chats(t, id)?;
                tag::remove(t, id)?;
                seen.rows.extend_from_slice(&chats);
                Some(Self::MakeTag { tag: before.id, name: before.name, chats })
            }
            Self::MakeTag { tag: id, name, chats } => match tag::by_name(t, name)?.into_iter().next() {
                // One of that name has been made since.
                Some(other) => {
                    let chats = give(t, &other, chats, true, seen)?;
                    (!chats.is_empty()).then_some(Self::Tag { tag: other, chats, on: false })
                }
                None => {
                    tag::insert(t, id, name)?;
                    give(t, id, chats, true, seen)?;
                    Some(Self::RemoveTag { tag: id.clone() })
                }
            },
            _ => None,
        };
        seen.tags |= back.is_some();
        Ok(back)
    }

    /// The same without chats that are gone for good; `None` where it was about no others. `trashed` are the operations whose
    /// chats are still in the trash.
    pub(crate) fn without(self, gone: &HashSet<ChatId>, trashed: &HashSet<OperationId>) -> Option<Self> {
        let left = |mut chats: Vec<ChatId>| {
            chats.retain(|chat| !gone.contains(chat));
            (!chats.is_empty()).then_some(chats)
        };
        match self {
            Self::Move { groups } => of_others(groups, left).map(|groups| Self::Move { groups }),
            Self::Pin { groups } => of_others(groups, left).map(|groups| Self::Pin { groups }),
            Self::Archive { groups } => of_others(groups, left).map(|groups| Self::Archive { groups }),
            Self::Trash { chats } => left(chats).map(|chats| Self::Trash { chats }),
            Self::Restore { by } => trashed.contains(&by).then_some(Self::Restore { by }),
            Self::Untrash { chat } => (!gone.contains(&chat)).then_some(Self::Untrash { chat }),
            Self::Tag { tag, chats, on } => left(chats).map(|chats| Self::Tag { tag, chats, on }),
            Self::MakeTag { tag, name, chats } => left(chats).map(|chats| Self::MakeTag { tag, name, chats }),
            Self::All { changes } => {
                let changes: Vec<Self> = changes.into_iter().filter_map(|each| each.without(gone, trashed)).collect();
                (!changes.is_empty()).then_some(Self::All { changes })
            }
            Self::Folder { .. }
            | Self::RenameFolder { .. }
            | Self::FolderOptions { .. }
            | Self::RenameTag { .. }
            | Self::RemoveTag { .. } => Some(self),
        }
    }

    /// The tags that it gives to chats or takes off them.
    pub(crate) fn tags(&self) -> Vec<TagId> {
        match self {
            Self::Tag { tag, .. } | Self::MakeTag { tag, .. } => vec![tag.clone()],
            Self::All { changes } => changes.iter().flat_map(Self::tags).collect(),
            _ => Vec::new(),
        }
    }
}

fn of_others<T>(groups: Vec<Group<T>>, left: impl Fn(Vec<ChatId>) -> Option<Vec<ChatId>>) -> Option<Vec<Group<T>>> {
    let groups = groups.into_iter().filter_map(|Group { to, chats }| left(chats).map(|chats| Group { to, chats }));
    let groups: Vec<Group<T>> = groups.collect();
    (!groups.is_empty()).then_some(groups)
}

/// Gives each group what it is to get, and gives what its chats had; `None` where all had it.
fn regroup<T: Clone + Ord>(
    groups: &[Group<T>],
    read: impl Fn(&ChatId) -> Result<Option<T>>,
    set: impl Fn(&ChatId, &T) -> Result<()>,
    seen: &mut Seen,
) -> Result<Option<Vec<Group<T>>>> {
    let mut before: BTreeMap<T, Vec<ChatId>> = BTreeMap::new();
    for group in groups {
        for id in &group.chats {
            let Some(was) = read(id)?.filter(|was| *was != group.to) else { continue };
            set(id, &group.to)?;
            before.entry(was).or_default().push(id.clone());
            seen.rows.push(id.clone());
        }
    }
    let before: Vec<Group<T>> = before.into_iter().map(|(to, chats)| Group { to, chats }).collect();
    Ok((!before.is_empty()).then_some(before))
}

fn mark(
    t: &Transaction<'_>,
    groups: &[Group<Option<i64>>],
    mark: Mark,
    seen: &mut Seen,
) -> Result<Option<Vec<Group<Option<i64>>>>> {
    let read = |id: &ChatId| chat::marked_at(t, id, mark);
    let set = |id: &ChatId, to: &Option<i64>| chat::set_marked(t, id, mark, *to);
    regroup(groups, read, set, seen)
}

/// Gives a tag to chats or takes it off, and gives those for which that is new.
fn give(t: &Transaction<'_>, tag: &TagId, chats: &[ChatId], on: bool, seen: &mut Seen) -> Result<Vec<ChatId>> {
    let mut new = Vec::new();
    for chat in chats {
        if tag::set(t, chat, tag, on)? {
            new.push(chat.clone());
        }
    }
    seen.rows.extend_from_slice(&new);
    Ok(new)
}

/// A tag to give to chats or to take off them: where no chat has it any more, and another has its name, that one is given.
/// `None` where it is gone.
fn standing_tag(t: &Transaction<'_>, id: &TagId, on: bool) -> Result<Option<TagId>> {
    let Some(found) = present(tag::find(t, id))? else { return Ok(None) };
    if !on {
        return Ok(Some(found.id));
    }
    let same = tag::by_name(t, &found.name)?;
    Ok(Some(if same.contains(id) { found.id } else { same.into_iter().next().unwrap_or(found.id) }))
}

fn present(found: Result<Tag>) -> Result<Option<Tag>> {
    match found {
        Err(error) if error.kind == ErrorKind::TagNotFound => Ok(None),
        found => found.map(Some),
    }
}
