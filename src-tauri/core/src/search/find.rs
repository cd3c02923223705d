//! The two roads to what a query asks for, newest first: a look at the newest texts themselves, which soon has enough of what
//! is frequent, and the index, which has little to stream of what is rare. Each text is checked by the same eyes (`marks`).

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rusqlite::Connection;

use crate::chat::{ChatId, SearchHit};
use crate::error::Result;
use crate::patch::SearchResult;
use crate::store::search::read::{self, Candidate, TitledChat};
use crate::store::search::{self, model_token, role_token, time_tokens};
use crate::store::word;

use super::marks::{all_in, context};
use super::query::{Query, Term};
use super::tokens::{Words, fold};

/// The most hits of one answer, and of one chat in it.
const MOST: usize = 100;
const MOST_OF_CHAT: usize = 3;

/// Texts that are looked at before it is known whether more of them are worth it: as many as there are hits at most if one in
/// so many matches.
const FIRST_LOOK: usize = 64;
const ONE_IN: usize = 4;

/// The newest texts that are looked at as long as not all of the archive is in the index.
const UNINDEXED_LOOK: usize = 1_000;

/// The most chats that a `title:` means in particular, and the most messages in them that are looked at one by one.
const MOST_TITLED: usize = 1_024;
const WALKED: usize = 200;

/// What a query finds.
pub(crate) fn find(connection: &Connection, query: &Query) -> Result<SearchResult> {
    let progress = search::progress(connection)?;
    let indexed = progress.filter(|progress| !progress.is_done()).map(|progress| progress.share());
    if query.is_empty() {
        return Ok(SearchResult { hits: Vec::new(), more: false, indexed });
    }
    let all_indexed = progress.is_some() && indexed.is_none();
    let in_titles = if query.is_of_messages() { Titles::default() } else { titles(connection, query, MOST)? };
    let in_messages = messages(connection, query, all_indexed)?;
    let more = in_titles.more || in_messages.more;
    let (hits, cut) = together(in_titles, in_messages.hits);
    Ok(SearchResult { hits, more: more || cut, indexed })
}

/// Groups of one chat, the one with the newest hit first. What was said last in a chat is the time of its title.
fn together(titles: Titles, messages: Vec<(i64, SearchHit)>) -> (Vec<SearchHit>, bool) {
    let mut groups: Vec<(i64, Vec<SearchHit>)> = Vec::new();
    let mut places: HashMap<ChatId, usize> = HashMap::new();
    let titles = titles.found.into_iter().map(|(chat, mark)| {
        let context = context(&chat.title, mark);
        (chat.updated_at, SearchHit { chat_id: chat.id, title: chat.title, message_id: None, context })
    });
    for (at, hit) in titles.chain(messages) {
        match places.get(&hit.chat_id) {
            Some(place) => groups[*place].1.push(hit),
            None => {
                places.insert(hit.chat_id.clone(), groups.len());
                groups.push((at, vec![hit]));
            }
        }
    }
    groups.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut hits: Vec<SearchHit> = groups.into_iter().flat_map(|(_, hits)| hits).collect();
    let cut = hits.len() > MOST;
    hits.truncate(MOST);
    (hits, cut)
}

/// What the index is asked for: all that the terms say, or a little more. `None` where they say nothing.
fn expression(terms: &[Term], without: &[Term], filters: Vec<Vec<String>>) -> Option<String> {
    let any_of = |tokens: &[String]| tokens.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>().join(" OR ");
    let filters = filters.iter().map(|tokens| format!("({})", any_of(tokens)));
    let all = terms.iter().map(|term| format!("({})", term.expression())).chain(filters).collect::<Vec<_>>();
    if all.is_empty() {
        return None;
    }
    // Only of single words is the index sure.
    let not = without.iter().filter(|term| term.pieces.len() == 1).map(|term| format!(" NOT {}", term.expression()));
    Some(format!("({}){}", all.join(" AND "), not.collect::<String>()))
}

impl Term {
    fn expression(&self) -> String {
        let star = if self.prefix { " *" } else { "" };
        let pieces = format!("\"{}\"{star}", self.pieces.join(" "));
        match &self.whole {
            Some(whole) => format!("{pieces} OR \"{whole}\"{star}"),
            None => pieces,
        }
    }
}

/// Chats by their titles, with where the match is, newest first.
#[derive(Default)]
struct Titles {
    found: Vec<(TitledChat, Range<usize>)>,
    more: bool,
}

impl Titles {
    /// Whether there is room for more.
    fn add(&mut self, chat: TitledChat, mark: Range<usize>, most: usize) -> bool {
        if self.found.len() == most {
            self.more = true;
        } else {
            self.found.push((chat, mark));
        }
        !self.more
    }
}

fn titles(connection: &Connection, query: &Query, most: usize) -> Result<Titles> {
    let terms = [&query.title[..], &query.terms[..]].concat();
    let mut titles = Titles::default();
    let Some(expression) = expression(&terms, &query.without, Vec::new()) else { return Ok(titles) };
    let wanted = Query { terms, without: query.without.clone(), ..Query::default() };
    let (mut seen, mut at_end) = (HashSet::new(), true);
    read::walk_chats(connection, &mut |chat| {
        if seen.len() >= FIRST_LOOK && titles.found.len() * ONE_IN < seen.len() {
            at_end = false;
            return Ok(false);
        }
        seen.insert(chat.seq);
        Ok(match wanted.mark(&chat.title) {
            Some(mark) => titles.add(chat, mark, most),
            None => true,
        })
    })?;
    if at_end {
        return Ok(titles);
    }
    let mut rest = read::indexed_chats(connection, &expression)?;
    rest.retain(|chat| !seen.contains(&chat.seq));
    rest.sort_by_key(|chat| std::cmp::Reverse((chat.updated_at, chat.seq)));
    for chat in rest {
        if let Some(mark) = wanted.mark(&chat.title)
            && !titles.add(chat, mark, most)
        {
            break;
        }
    }
    Ok(titles)
}

/// The messages that were found so far.
struct Messages<'q> {
    query: &'q Query,
    hits: Vec<(i64, SearchHit)>,
    /// How many of a chat matched, up to one more than are shown.
    of_chat: HashMap<ChatId, usize>,
    more: bool,
    /// The last one that was looked at, and how many were.
    last: Option<i64>,
    seen: usize,
    matched: usize,
}

impl Messages<'_> {
    /// Looks at a message. Whether there is room for more.
    fn look(&mut self, connection: &Connection, seq: i64) -> Result<bool> {
        self.last = Some(seq);
        self.seen += 1;
        let Some(found) = read::candidate(connection, seq)? else { return Ok(true) };
        let of_chat = self.of_chat.get(&found.chat).copied().unwrap_or_default();
        if of_chat > MOST_OF_CHAT {
            // It may match or not; of what is frequent in one chat, the next chat may have it too.
            self.matched += 1;
            return Ok(true);
        }
        if !self.query.allows(&found) {
            return Ok(true);
        }
        let text = search::text(connection, &found.id)?;
        let Some(mark) = self.query.mark(&text) else { return Ok(true) };
        self.matched += 1;
        if self.hits.len() == MOST {
            self.more = true;
            return Ok(false);
        }
        self.of_chat.insert(found.chat.clone(), of_chat + 1);
        if of_chat == MOST_OF_CHAT {
            self.more = true;
        } else {
            let context = context(&text, mark);
            let hit = SearchHit { chat_id: found.chat, title: found.title, message_id: Some(found.id), context };
            self.hits.push((seq, hit));
        }
        Ok(true)
    }
}

impl Query {
    /// Whether the filters let a message through.
    fn allows(&self, found: &Candidate) -> bool {
        let model = || fold(found.model.as_deref().unwrap_or_default());
        self.role.is_none_or(|role| found.role == Some(role))
            && self.after.is_none_or(|after| found.created_at >= after)
            && self.before.is_none_or(|before| found.created_at < before)
            && (self.models.is_empty() || self.models.iter().all(|wanted| model().contains(wanted)))
            && (self.title.is_empty() || all_in(&self.title, &Words::of(&found.title)).is_some())
    }

    /// The tokens of the filters, one of each list for every message; `None` where no message has them.
    fn filters(&self, connection: &Connection) -> Result<Option<Vec<Vec<String>>>> {
        let mut filters = Vec::new();
        if let Some(role) = self.role {
            filters.push(vec![role_token(&word(&role)?)]);
        }
        if !self.models.is_empty() {
            filters.push(search::models(connection, &self.models)?.into_iter().map(model_token).collect());
        }
        if self.after.is_some() || self.before.is_some() {
            let newest = read::newest(connection)?;
            let last = self.before.map_or(newest, |before| newest.min(before - 1));
            filters.push(time_tokens(self.after.unwrap_or_default(), last));
        }
        Ok(filters.iter().all(|tokens| !tokens.is_empty()).then_some(filters))
    }
}

/// The messages of the chats that a `title:` means, newest first; `None` where it means none in particular.
fn of_titled(connection: &Connection, query: &Query) -> Result<Option<Vec<i64>>> {
    if query.title.is_empty() {
        return Ok(None);
    }
    let wanted = Query { terms: query.title.clone(), ..Query::default() };
    let titled = titles(connection, &wanted, MOST_TITLED)?;
    if titled.more {
        return Ok(None);
    }
    let chats: Vec<TitledChat> = titled.found.into_iter().map(|(chat, _)| chat).collect();
    Ok(Some(read::of_chats(connection, &chats)?))
}

fn messages<'q>(connection: &Connection, query: &'q Query, all_indexed: bool) -> Result<Messages<'q>> {
    let mut found =
        Messages { query, hits: Vec::new(), of_chat: HashMap::new(), more: false, last: None, seen: 0, matched: 0 };
    if query.terms.is_empty() && !query.title.is_empty() && !query.is_of_messages() {
        return Ok(found);
    }
    let expression = query.filters(connection)?.map(|filters| expression(&query.terms, &query.without, filters));
    if let Some(titled) = of_titled(connection, query)? {
        match expression {
            Some(Some(expression)) if all_indexed && titled.len() > WALKED => {
                read::indexed(connection, &expression, None, &mut |seq| {
                    let is_titled = titled.binary_search_by(|titled| seq.cmp(titled)).is_ok();
                    if is_titled { found.look(connection, seq) } else { Ok(true) }
                })?;
            }
            _ => {
                for seq in titled {
                    if !found.look(connection, seq)? {
                        break;
                    }
                }
            }
        }
        return Ok(found);
    }
    // A beginning may be that of thousands of words, whose lists the index would have to join before the first is known.
    let begins = query.terms.iter().any(|term| term.prefix);
    let look = if !all_indexed { UNINDEXED_LOOK } else { FIRST_LOOK };
    let only_look = expression == Some(None);
    if begins || only_look || !all_indexed {
        let (mut room, mut at_end) = (true, true);
        read::walk(connection, &mut |seq| {
            if !only_look && found.seen >= look && found.matched * ONE_IN < found.seen {
                at_end = false;
                return Ok(false);
            }
            room = found.look(connection, seq)?;
            Ok(room)
        })?;
        if !room || at_end {
            return Ok(found);
        }
    }
    if let Some(Some(expression)) = expression {
        let before = found.last;
        read::indexed(connection, &expression, before, &mut |seq| found.look(connection, seq))?;
    }
    Ok(found)
}
