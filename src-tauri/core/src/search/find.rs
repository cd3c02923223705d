//! The two roads to what a query asks for, newest first: a look at the newest texts themselves, which soon has enough of what
//! is frequent, and the index, which has little to stream of what is rare. Each text is checked by the same eyes (`marks`).

use std::collections::HashSet;
use std::ops::Range;

use rusqlite::Connection;

use crate::chat::SearchHit;
use crate::error::Result;
use crate::patch::SearchResult;
use crate::store::search::read::{self, Candidate, TitledChat};
use crate::store::search::{self, model_token, role_token, time_tokens};
use crate::store::word;

use super::expression::expression;
use super::found::{Found, MOST, Messages, RANKED, together};
use super::groups::Groups;
use super::marks::{all_in, context};
use super::query::{Query, Term};
use super::score::score_of_title;
use super::tokens::{Words, fold};

/// Texts that are looked at before it is known whether more of them are worth it: as many as there are hits at most if one in
/// so many matches.
const FIRST_LOOK: usize = 64;
const ONE_IN: usize = 4;

/// The newest texts that are looked at as long as not all of the archive is in the index.
const UNINDEXED_LOOK: usize = 1_000;

/// The newest messages of some chats that are looked at one by one, whatever they have.
const WALKED: usize = 200;

/// The most chats that a `title:`, a folder or a tag means in particular.
const MOST_NAMED: usize = 512;

/// What a query finds.
pub(crate) fn find(connection: &Connection, query: &Query, best: bool) -> Result<SearchResult> {
    let progress = search::progress(connection)?;
    let indexed = progress.filter(|progress| !progress.is_done()).map(|progress| progress.share());
    let nothing = SearchResult { hits: Vec::new(), more: false, ranked: None, terms: query.terms.clone(), indexed };
    if query.is_empty() {
        return Ok(nothing);
    }
    let groups = Groups::of(connection, query)?;
    if groups.are_nowhere() {
        return Ok(nothing);
    }
    // Without words one is as good as the other.
    let best = best && !query.terms.is_empty();
    let all_indexed = progress.is_some() && indexed.is_none();
    let in_titles = if query.is_of_messages() { Titles::default() } else { titles(connection, query, &groups, MOST)? };
    let in_messages = messages(connection, Messages::new(query, &groups, best), all_indexed)?;
    let ranked = (best && in_messages.more).then_some(RANKED as u32);
    let more = in_titles.more || in_messages.more;
    let newest = in_messages.hits.first().map_or(i64::MIN, |first| first.at);
    let newest = in_titles.found.first().map_or(newest, |(chat, _)| newest.max(chat.updated_at));
    let of_titles = in_titles.found.into_iter().map(|(chat, mark)| {
        // What was said last in a chat is the time of its title.
        let (at, score) = (chat.updated_at, score_of_title(query, &chat.title, newest - chat.updated_at));
        let context = context(&chat.title, mark);
        Found { at, score, hit: SearchHit { chat_id: chat.id, title: chat.title, message_id: None, context } }
    });
    let (hits, cut) = together(of_titles.collect(), in_messages.hits, best);
    Ok(SearchResult { hits, more: more || cut, ranked, terms: query.terms.clone(), indexed })
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

fn titles(connection: &Connection, query: &Query, groups: &Groups, most: usize) -> Result<Titles> {
    let terms = [&query.title[..], &query.terms[..]].concat();
    let mut titles = Titles::default();
    let Some(expression) = expression(&terms, &query.without, &[]) else { return Ok(titles) };
    let wanted = Query { terms, without: query.without.clone(), ..Query::default() };
    let (mut seen, mut at_end) = (HashSet::new(), true);
    read::walk_chats(connection, &mut |chat| {
        if seen.len() >= FIRST_LOOK && titles.found.len() * ONE_IN < seen.len() {
            at_end = false;
            return Ok(false);
        }
        seen.insert(chat.seq);
        match wanted.mark(&chat.title) {
            Some(mark) if groups.have(connection, &chat.id)? => Ok(titles.add(chat, mark, most)),
            _ => Ok(true),
        }
    })?;
    if at_end {
        return Ok(titles);
    }
    let mut rest = read::indexed_chats(connection, &expression)?;
    rest.retain(|chat| !seen.contains(&chat.seq));
    rest.sort_by_key(|chat| std::cmp::Reverse((chat.updated_at, chat.seq)));
    for chat in rest {
        if let Some(mark) = wanted.mark(&chat.title)
            && groups.have(connection, &chat.id)?
            && !titles.add(chat, mark, most)
        {
            break;
        }
    }
    Ok(titles)
}

impl Query {
    /// Whether the filters let a message through.
    pub(super) fn allows(&self, found: &Candidate) -> bool {
        let model = || fold(found.model.as_deref().unwrap_or_default());
        self.role.is_none_or(|role| found.role == Some(role))
            && self.after.is_none_or(|after| found.created_at >= after)
            && self.before.is_none_or(|before| found.created_at < before)
            && (self.models.is_empty() || self.models.iter().all(|wanted| model().contains(wanted)))
    }

    /// Whether a chat may be one of those, by its title.
    pub(super) fn allows_title(&self, title: &str) -> bool {
        self.title.is_empty() || all_in(&self.title, &Words::of(title)).is_some()
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

/// The messages of the chats that a `title:`, a folder or a tag means, newest first; `None` where that is no few in particular.
fn of_named(connection: &Connection, query: &Query, groups: &Groups) -> Result<Option<Vec<i64>>> {
    let few = groups.few(connection, MOST_NAMED)?;
    let chats = match few {
        Some(chats) => chats,
        None if query.title.is_empty() => return Ok(None),
        None => {
            let wanted = Query { terms: query.title.clone(), ..Query::default() };
            let titled = titles(connection, &wanted, groups, MOST_NAMED)?;
            if titled.more {
                return Ok(None);
            }
            titled.found.into_iter().map(|(chat, _)| chat).collect()
        }
    };
    Ok(Some(read::of_chats(connection, &chats)?))
}

fn messages<'q>(connection: &Connection, mut found: Messages<'q>, all_indexed: bool) -> Result<Messages<'q>> {
    let query = found.query;
    if query.terms.is_empty() && !query.title.is_empty() && !query.is_of_messages() {
        return Ok(found);
    }
    let expression = query.filters(connection)?.map(|filters| expression(&query.terms, &query.without, &filters));
    let one_in = one_in(read::count(connection)?);
    if query.is_of_groups() {
        let newest = read::of_chats(connection, &found.groups.newest(connection, MOST_NAMED)?)?;
        let mut first = Messages::new(query, found.groups, found.best);
        for seq in newest {
            if !first.look(connection, seq)? {
                return Ok(first);
            }
        }
    }
    if let Some(named) = of_named(connection, query, found.groups)? {
        let ask = match &expression {
            Some(Some(expression)) if all_indexed => Some(expression),
            _ => None,
        };
        for seq in &named {
            if let Some(expression) = ask
                && found.seen >= WALKED
                && found.matched * one_in < found.seen
            {
                let before = found.last;
                read::indexed(connection, expression, before, &mut |seq| {
                    let is_named = named.binary_search_by(|named| seq.cmp(named)).is_ok();
                    if is_named { found.look(connection, seq) } else { Ok(true) }
                })?;
                break;
            }
            if !found.look(connection, *seq)? {
                break;
            }
        }
        return Ok(found);
    }
    // A short beginning is that of thousands of words, whose lists the index would have to join before the first is known.
    let begins = query.terms.iter().any(Term::is_wide);
    let look = if all_indexed { FIRST_LOOK.max(4 * one_in) } else { UNINDEXED_LOOK };
    let only_look = expression == Some(None);
    if begins || only_look || !all_indexed {
        let (mut room, mut at_end) = (true, true);
        read::walk(connection, &mut |seq| {
            if !only_look && found.seen >= look && found.matched * one_in < found.seen {
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

/// Texts are looked at one by one as long as one in so many matches: the work until there are enough grows with it, that of
/// the index falls with it and grows with the archive, so that they are the same at its square root.
fn one_in(messages: usize) -> usize {
    ONE_IN.max(messages.isqrt() / 56)
}
