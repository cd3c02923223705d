//! Going somewhere by a few letters: chats by their titles, and whatever else a window names, ranked by one rule.
//! The titles are kept in memory once they were asked for; what changed since then is read anew, nothing else.

pub(crate) mod fuzzy;

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::chat::ChatId;
use crate::error::Result;
use crate::live::Live;
use crate::parlour::Parlour;
use crate::patch::Revision;
use crate::store::chat::titles::{self, ChatTitle};
use crate::store::{blocking, lock};
use fuzzy::{Name, Query};

/// More cannot be looked through; another letter narrows it.
const MOST: usize = 50;

/// Of so many of the best it is looked at where the letters stand.
const LOOKED_AT: usize = 200;

/// Where more chats than these have changed, all titles are read anew.
const CHANGED: usize = 500;

/// Titles are looked through by so many threads at most,
const THREADS: usize = 4;

/// each of which has so many of them at least.
const SHARE: usize = 5_000;

/// A chat whose title has the letters of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct QuickHit {
    /// The chat.
    pub chat_id: ChatId,
    /// Its title; empty where it has none.
    pub title: String,
    /// When something was last said in it, unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub updated_at: i64,
    /// How well it fits; comparable with that of `Ranked` for the same query.
    pub score: u32,
    /// Where the letters stand in the title, in UTF-16 units, in order.
    pub positions: Vec<u32>,
}

/// A name that has the letters of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Ranked {
    /// Its place among the names that were given.
    pub index: u32,
    /// How well it fits.
    pub score: u32,
    /// Where the letters stand in it, in UTF-16 units, in order.
    pub positions: Vec<u32>,
}

/// The names that have the letters of the query, best first, at most 50; the first ones where it is empty.
#[must_use]
pub fn rank(query: &str, names: &[String]) -> Vec<Ranked> {
    let Some(mut query) = Query::new(query) else { return Vec::new() };
    let names: Vec<Name> = names.iter().map(|name| Name::new(name.clone())).collect();
    let mut found: Vec<(u32, usize)> =
        names.iter().enumerate().filter_map(|(at, name)| Some((query.score(name)?, at))).collect();
    found.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
    let ranked = |(score, at): (u32, usize)| {
        let positions = query.positions(&names[at])?;
        Some(Ranked { index: u32::try_from(at).unwrap_or(u32::MAX), score, positions })
    };
    found.into_iter().filter_map(ranked).take(MOST).collect()
}

/// The titles of all chats, as far as anyone has asked.
#[derive(Default)]
pub(crate) struct Titles {
    /// What they are as of; 0 before they were read.
    since: Revision,
    chats: Vec<Titled>,
}

struct Titled {
    id: ChatId,
    name: Name,
    updated_at: i64,
    archived: bool,
}

impl From<ChatTitle> for Titled {
    fn from(chat: ChatTitle) -> Self {
        Self { id: chat.id, name: Name::new(chat.title), updated_at: chat.updated_at, archived: chat.archived }
    }
}

impl Titles {
    /// The chats that changed since the titles were read; `None` where all are to be read.
    fn changed(&self, live: &Live) -> Option<Vec<ChatId>> {
        if self.since == 0 {
            return None;
        }
        let changed = live.around_changes(self.since).map(|(_, changes)| changes.chats).unwrap_or_default();
        (changed.len() <= CHANGED).then_some(changed)
    }

    fn follow(&mut self, connection: &rusqlite::Connection, live: &Live) -> Result<()> {
        // Read first: what changes while the titles are read comes again the next time.
        let now = live.revision();
        match self.changed(live) {
            None => self.chats = titles::all(connection)?.into_iter().map(Titled::from).collect(),
            Some(changed) => {
                let gone: HashSet<&ChatId> = changed.iter().collect();
                self.chats.retain(|chat| !gone.contains(&chat.id));
                for id in &changed {
                    self.chats.extend(titles::of(connection, id)?.map(Titled::from));
                }
            }
        }
        self.since = now;
        Ok(())
    }

    /// The best, newest first among equals. Where nothing is asked for, those that the list of chats shows.
    fn best(&self, query: &mut Query) -> Vec<QuickHit> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(THREADS);
        let share = self.chats.len().div_ceil(threads).max(SHARE);
        let mut found: Vec<(u32, &Titled)> = std::thread::scope(|scope| {
            let parts = self.chats.chunks(share).map(|part| {
                let query = query.again();
                scope.spawn(move || matching(query, part))
            });
            let parts: Vec<_> = parts.collect();
            // A part that ended badly has no matches.
            parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
        });
        let order = |(score, chat): &(u32, &Titled)| std::cmp::Reverse((*score, chat.updated_at));
        if found.len() > LOOKED_AT {
            found.select_nth_unstable_by_key(LOOKED_AT, order);
            found.truncate(LOOKED_AT);
        }
        found.sort_unstable_by_key(order);
        let hit = |(score, chat): (u32, &Titled)| {
            let (chat_id, title) = (chat.id.clone(), chat.name.text().to_owned());
            Some(QuickHit {
                chat_id,
                title,
                updated_at: chat.updated_at,
                score,
                positions: query.positions(&chat.name)?,
            })
        };
        found.into_iter().filter_map(hit).take(MOST).collect()
    }
}

/// Those that fit; of nothing all but what is archived.
fn matching(mut query: Query, chats: &[Titled]) -> Vec<(u32, &Titled)> {
    let all = !query.is_empty();
    let chats = chats.iter().filter(|chat| all || !chat.archived);
    chats.filter_map(|chat| Some((query.score(&chat.name)?, chat))).collect()
}

impl Parlour {
    /// The chats whose titles have the letters of the query, best first, at most 50; the last ones where it is empty.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn quick_find(&self, query: String) -> Result<Vec<QuickHit>> {
        let Some(mut query) = Query::new(&query) else { return Ok(Vec::new()) };
        let is_current = lock(&self.titles).changed(&self.live).is_some_and(|changed| changed.is_empty());
        if !is_current {
            let (titles, live) = (Arc::clone(&self.titles), Arc::clone(&self.live));
            self.store.read(move |connection| lock(&titles).follow(connection, &live)).await?;
        }
        let titles = Arc::clone(&self.titles);
        blocking(move || Ok(lock(&titles).best(&mut query))).await
    }
}
