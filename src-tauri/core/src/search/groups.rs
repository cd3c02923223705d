//! Which chats the folders and tags of a query mean.

use rusqlite::Connection;

use crate::chat::ChatId;
use crate::error::Result;
use crate::store::search::order::{self, Named};
use crate::store::search::read::TitledChat;

use super::marks::all_in;
use super::query::{Group, Query};
use super::tokens::{Words, fold};

/// One `in:` or `tag:`, with the folders or tags that it means.
struct Wanted {
    ids: Vec<String>,
    is_folder: bool,
    without: bool,
}

/// All of them, looked up once for a query.
#[derive(Default)]
pub(super) struct Groups(Vec<Wanted>);

/// The one of that name, else those in whose name it is.
fn meant(group: &Group, named: &Named) -> Vec<String> {
    let ids = |is: &dyn Fn(&str) -> bool| {
        named.iter().filter(|(_, name)| is(name)).map(|(id, _)| id.clone()).collect::<Vec<_>>()
    };
    let same = ids(&|name| fold(name) == group.name);
    match &group.term {
        Some(term) if same.is_empty() => ids(&|name| all_in(std::slice::from_ref(term), &Words::of(name)).is_some()),
        _ => same,
    }
}

impl Groups {
    pub(super) fn of(connection: &Connection, query: &Query) -> Result<Self> {
        let mut all = Vec::new();
        for (groups, is_folder) in [(&query.folders, true), (&query.tags, false)] {
            if groups.is_empty() {
                continue;
            }
            let named = if is_folder { order::folders(connection)? } else { order::tags(connection)? };
            all.extend(groups.iter().map(|group| Wanted {
                ids: meant(group, &named),
                is_folder,
                without: group.without,
            }));
        }
        Ok(Self(all))
    }

    /// Whether there can be no such chat.
    pub(super) fn are_nowhere(&self) -> bool {
        self.0.iter().any(|wanted| !wanted.without && wanted.ids.is_empty())
    }

    /// Whether a chat is one of those.
    pub(super) fn have(&self, connection: &Connection, chat: &ChatId) -> Result<bool> {
        for wanted in &self.0 {
            let mut any = false;
            for id in &wanted.ids {
                any = any
                    || match wanted.is_folder {
                        true => order::is_in(connection, chat, id)?,
                        false => order::has(connection, chat, id)?,
                    };
            }
            if any == wanted.without {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The chats of one of the groups, if there are not more than so many; others of the groups may not have them.
    pub(super) fn few(&self, connection: &Connection, most: usize) -> Result<Option<Vec<TitledChat>>> {
        for wanted in self.0.iter().filter(|wanted| !wanted.without) {
            let mut chats: Vec<TitledChat> = Vec::new();
            for id in &wanted.ids {
                let room = most + 1 - chats.len().min(most);
                chats.extend(match wanted.is_folder {
                    true => order::of_folder(connection, id, room)?,
                    false => order::of_tag(connection, id, room)?,
                });
            }
            if chats.len() <= most {
                // One may have two of the tags.
                chats.sort_unstable_by_key(|chat| chat.seq);
                chats.dedup_by_key(|chat| chat.seq);
                return Ok(Some(chats));
            }
        }
        Ok(None)
    }

    /// The chats of the first of the groups in which something was said last, at most so many.
    pub(super) fn newest(&self, connection: &Connection, most: usize) -> Result<Vec<TitledChat>> {
        let mut chats: Vec<TitledChat> = Vec::new();
        if let Some(wanted) = self.0.iter().find(|wanted| !wanted.without) {
            for id in &wanted.ids {
                chats.extend(match wanted.is_folder {
                    true => order::of_folder(connection, id, most)?,
                    false => order::of_tag(connection, id, most)?,
                });
            }
        }
        chats.sort_unstable_by_key(|chat| std::cmp::Reverse((chat.updated_at, chat.seq)));
        chats.dedup_by_key(|chat| chat.seq);
        chats.truncate(most);
        Ok(chats)
    }
}
