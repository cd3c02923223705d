//! Which chats the folders and tags of a query mean.

use rusqlite::Connection;

use crate::chat::ChatId;
use crate::error::Result;
use crate::store::search::order::{self, Named};
use crate::store::search::read::Members;

use super::marks::all_in;
use super::query::{Group, Query};
use super::tokens::{Words, fold};

/// One `in:` or `tag:`, with the folders or tags that it means.
struct Wanted {
    ids: Vec<String>,
    is_folder: bool,
    without: bool,
}

impl Wanted {
    fn has(&self, connection: &Connection, chat: &ChatId) -> Result<bool> {
        for id in &self.ids {
            let has = if self.is_folder { order::is_in } else { order::has };
            if has(connection, chat, id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
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
            if wanted.has(connection, chat)? == wanted.without {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The `seq` of the chats of the first of the groups; `None` where a chat may be anywhere.
    pub(super) fn members(&self, connection: &Connection) -> Result<Option<Members>> {
        let Some(wanted) = self.0.iter().find(|wanted| !wanted.without) else { return Ok(None) };
        let all = if wanted.is_folder { order::in_folder } else { order::with_tag };
        let mut members = Members::new();
        for id in &wanted.ids {
            members.extend(all(connection, id)?);
        }
        Ok(Some(members))
    }
}
