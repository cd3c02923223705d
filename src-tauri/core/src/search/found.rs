//! What a search has found so far, and how it is put together: the chats newest first, or best first.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::chat::{ChatId, SearchHit};
use crate::error::{Error, Result};
use crate::store::search;
use crate::store::search::read::{self, Candidate};

use super::groups::Groups;
use super::marks::context;
use super::query::Query;
use super::score::{in_title, score};

/// The most hits of one answer, and of one chat in it.
pub(super) const MOST: usize = 100;
pub(super) const MOST_OF_CHAT: usize = 3;

/// How many of the newest matches are ranked for "best first".
pub(super) const RANKED: usize = 2_000;

/// A hit, the time that it counts with, and how good it is where that was asked.
pub(super) struct Found {
    pub at: i64,
    pub score: f32,
    pub hit: SearchHit,
}

/// A chat of messages that were looked at.
struct Seen {
    /// `None` where nothing of it is to be found.
    title: Option<String>,
    /// Which share of the words its title has, where that is asked.
    in_title: f32,
    /// How many matched; where the newest are wanted, up to one more than are shown.
    matched: usize,
}

/// The messages that were found so far.
pub(super) struct Messages<'q> {
    pub query: &'q Query,
    pub groups: &'q Groups,
    pub best: bool,
    pub hits: Vec<Found>,
    chats: HashMap<String, Seen>,
    pub more: bool,
    /// The last one that was looked at.
    pub last: Option<i64>,
    /// How many were of chats that are asked for.
    pub seen: usize,
    pub matched: usize,
}

impl<'q> Messages<'q> {
    pub(super) fn new(query: &'q Query, groups: &'q Groups, best: bool) -> Self {
        let (hits, chats) = (Vec::new(), HashMap::new());
        Self { query, groups, best, hits, chats, more: false, last: None, seen: 0, matched: 0 }
    }

    /// What there is to know of a chat, each once.
    fn chat(&mut self, connection: &Connection, id: &str) -> Result<&mut Seen> {
        if !self.chats.contains_key(id) {
            let chat_id = ChatId(id.to_owned());
            let chat = if self.groups.have(connection, &chat_id)? { read::chat(connection, &chat_id)? } else { None };
            let title = chat.map(|chat| chat.title).filter(|title| self.query.allows_title(title));
            let in_title = title.as_ref().filter(|_| self.best).map_or(0.0, |title| in_title(self.query, title));
            self.chats.insert(chat_id.0, Seen { title, in_title, matched: 0 });
        }
        self.chats.get_mut(id).ok_or_else(|| Error::internal("a chat that was just looked up"))
    }

    /// Looks at a message. Whether there is room for more.
    pub(super) fn look(&mut self, connection: &Connection, found: &Candidate<'_, '_>) -> Result<bool> {
        let seq = found.seq()?;
        self.last = Some(seq);
        let best = self.best;
        let chat = self.chat(connection, found.chat()?)?;
        let (is_there, in_title, of_chat) = (chat.title.is_some(), chat.in_title, chat.matched);
        if !is_there {
            return Ok(true);
        }
        self.seen += 1;
        if !best && of_chat > MOST_OF_CHAT {
            // It may match or not; of what is frequent in one chat, the next chat may have it too.
            self.matched += 1;
            return Ok(true);
        }
        if !self.query.allows(found)? {
            return Ok(true);
        }
        let id = found.id()?;
        let text = search::text(connection, &id)?;
        let Some(mark) = self.query.mark(&text) else { return Ok(true) };
        self.matched += 1;
        if self.hits.len() == if best { RANKED } else { MOST } {
            self.more = true;
            return Ok(false);
        }
        let chat = self.chat(connection, found.chat()?)?;
        chat.matched += 1;
        let title = chat.title.clone().unwrap_or_default();
        if !best && of_chat == MOST_OF_CHAT {
            self.more = true;
            return Ok(true);
        }
        let newest = self.hits.first().map_or(seq, |first| first.at);
        let score = if best { score(self.query, &text, in_title, newest - seq) } else { 0.0 };
        let context = context(&text, mark);
        let hit = SearchHit { chat_id: ChatId(found.chat()?.to_owned()), title, message_id: Some(id), context };
        self.hits.push(Found { at: seq, score, hit });
        Ok(true)
    }
}

/// Groups of one chat, the one with the newest or the best hit first; whether some were left out.
pub(super) fn together(titles: Vec<Found>, messages: Vec<Found>, best: bool) -> (Vec<SearchHit>, bool) {
    let mut all = messages;
    if best {
        all.sort_by(|one, other| other.score.total_cmp(&one.score).then(other.at.cmp(&one.at)));
    }
    let mut groups: Vec<(i64, f32, Vec<SearchHit>)> = Vec::new();
    let mut places: HashMap<ChatId, usize> = HashMap::new();
    let mut cut = false;
    for Found { at, score, hit } in titles.into_iter().chain(all) {
        match places.get(&hit.chat_id) {
            Some(place) => {
                let group = &mut groups[*place];
                group.1 = group.1.max(score);
                if !best || group.2.iter().filter(|hit| hit.message_id.is_some()).count() < MOST_OF_CHAT {
                    group.2.push(hit);
                } else {
                    cut = true;
                }
            }
            None => {
                places.insert(hit.chat_id.clone(), groups.len());
                groups.push((at, score, vec![hit]));
            }
        }
    }
    if best {
        groups.sort_by(|one, other| other.1.total_cmp(&one.1).then(other.0.cmp(&one.0)));
    } else {
        groups.sort_by_key(|(at, _, _)| std::cmp::Reverse(*at));
    }
    let mut hits: Vec<SearchHit> = groups.into_iter().flat_map(|(_, _, hits)| hits).collect();
    cut |= hits.len() > MOST;
    hits.truncate(MOST);
    (hits, cut)
}
