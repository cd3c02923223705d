//! The two roads to what a query asks for, newest first: a look at the newest texts themselves, which soon has enough of what
//! is frequent, and the index, which has little to stream of what is rare. Each text is checked by the same eyes (`marks`).

use std::collections::HashSet;
use std::ops::Range;

use rusqlite::Connection;

use crate::chat::SearchHit;
use crate::error::{Error, Result};
use crate::patch::SearchResult;
use crate::store::search::read::{self, Candidate, TitledChat};
use crate::store::search::{self, model_token, role_token, time_tokens};
use crate::store::word;

use super::expression::expression;
use super::found::{Found, MOST, Messages, RANKED, together};
use super::groups::Groups;
use super::marks::{all_in, context};
use super::query::Query;
use super::score::score_of_title;
use super::tokens::{Words, fold};

/// Texts, and titles, that are looked at before it is known whether more of them are worth it.
const FIRST_LOOK: usize = 256;
const FIRST_TITLES: usize = 64;

/// More are worth it as long as one in so many matches.
const ONE_IN: usize = 4;

/// So many titles that the index names are read and sorted; of more the newest are looked for in the list of all chats.
const FEW_TITLES: usize = 400;

/// The newest texts that are looked at as long as not all of the archive is in the index.
const UNINDEXED_LOOK: usize = 1_000;

/// Of the chats that a query is about, the messages of so many are looked at first, as long as one in so many matches: the
/// index has those of all other chats too.
const FIRST_CHATS: usize = 128;
const ONE_IN_CHATS: usize = 7;

/// A message may be so much newer than its chat says, where thousands came at once; milliseconds.
const LATE: i64 = 60_000;

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
    let look = |titles: &mut Titles, chat: TitledChat| match wanted.mark(&chat.title) {
        Some(mark) if groups.have(connection, &chat.id)? => Ok(titles.add(chat, mark, most)),
        _ => Ok::<_, Error>(true),
    };
    let (mut seen, mut at_end) = (HashSet::new(), true);
    read::walk_chats(connection, &mut |chat| {
        if seen.len() >= FIRST_TITLES && titles.found.len() * ONE_IN < seen.len() {
            at_end = false;
            return Ok(false);
        }
        seen.insert(chat.seq);
        look(&mut titles, chat)
    })?;
    if at_end {
        return Ok(titles);
    }
    let mut named: HashSet<i64> = read::indexed_chats(connection, &expression)?.into_iter().collect();
    named.retain(|seq| !seen.contains(seq));
    if named.len() > FEW_TITLES
        && let Some(members) = groups.members(connection)?
    {
        named.retain(|seq| members.contains(seq));
    }
    if named.len() <= FEW_TITLES {
        let mut few = Vec::with_capacity(named.len());
        for seq in named {
            few.extend(read::chat_at(connection, seq)?);
        }
        few.sort_by_key(|chat| std::cmp::Reverse((chat.updated_at, chat.seq)));
        for chat in few {
            if !look(&mut titles, chat)? {
                break;
            }
        }
        return Ok(titles);
    }
    read::walk_chat_places(connection, &mut |seq| {
        let chat = if named.contains(&seq) { read::chat_at(connection, seq)? } else { None };
        chat.map_or(Ok(true), |chat| look(&mut titles, chat))
    })?;
    Ok(titles)
}

impl Query {
    /// Whether the filters let a message through.
    pub(super) fn allows(&self, found: &Candidate<'_, '_>) -> Result<bool> {
        if let Some(role) = self.role
            && found.role()? != Some(role)
        {
            return Ok(false);
        }
        let at = found.created_at()?;
        if self.after.is_some_and(|after| at < after) || self.before.is_some_and(|before| at >= before) {
            return Ok(false);
        }
        if self.models.is_empty() {
            return Ok(true);
        }
        let model = fold(&found.model()?.unwrap_or_default());
        Ok(self.models.iter().all(|wanted| model.contains(wanted)))
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

/// The chats that a `title:`, a folder or a tag means, newest first; `None` where that is no few in particular.
fn named(connection: &Connection, query: &Query, groups: &Groups) -> Result<Option<Vec<TitledChat>>> {
    let few = groups.few(connection, MOST_NAMED)?;
    if few.is_some() || query.title.is_empty() {
        return Ok(few);
    }
    let wanted = Query { terms: query.title.clone(), ..Query::default() };
    let titled = titles(connection, &wanted, groups, MOST_NAMED)?;
    Ok((!titled.more).then(|| titled.found.into_iter().map(|(chat, _)| chat).collect()))
}

/// Looks at the messages of the newest of some chats, newest first, as far as no other chat has a newer one: where these are
/// `all`, to the last. Whether there is room for more.
fn newest_of(connection: &Connection, found: &mut Messages<'_>, chats: &[TitledChat], all: bool) -> Result<bool> {
    let first = chats.get(..FIRST_CHATS).unwrap_or(chats);
    let is_rest = first.len() < chats.len() || !all;
    let end = first.last().filter(|_| is_rest).map_or(i64::MIN, |last| last.updated_at + LATE);
    for seq in read::of_chats(connection, first)? {
        if seq <= end || (found.seen >= WALKED && found.matched * ONE_IN_CHATS < found.seen) {
            break;
        }
        if !read::one(connection, seq, &mut |candidate| found.look(connection, candidate))? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn messages<'q>(connection: &Connection, mut found: Messages<'q>, all_indexed: bool) -> Result<Messages<'q>> {
    let query = found.query;
    if query.terms.is_empty() && !query.title.is_empty() && !query.is_of_messages() {
        return Ok(found);
    }
    let expression = query.filters(connection)?.map(|filters| expression(&query.terms, &query.without, &filters));
    let one_in = one_in(read::count(connection)?);
    let named = named(connection, query, found.groups)?;
    let some = match &named {
        None if found.groups.are_somewhere() => found.groups.newest(connection, FIRST_CHATS)?,
        _ => Vec::new(),
    };
    if !newest_of(connection, &mut found, named.as_deref().unwrap_or(&some), named.is_some())? {
        return Ok(found);
    }
    if let Some(named) = named {
        let last = found.last.unwrap_or(i64::MAX);
        let mut named = read::of_chats(connection, &named)?;
        named.retain(|seq| *seq < last);
        let ask = match &expression {
            Some(Some(expression)) if all_indexed => Some(expression),
            _ => None,
        };
        for (at, seq) in named.iter().enumerate() {
            if let Some(expression) = ask
                && found.seen >= WALKED
                && found.matched * one_in < found.seen
            {
                let rest = named.get(at..).unwrap_or_default();
                read::indexed_among(connection, expression, rest, &mut |candidate| found.look(connection, candidate))?;
                break;
            }
            if !read::one(connection, *seq, &mut |candidate| found.look(connection, candidate))? {
                break;
            }
        }
        return Ok(found);
    }
    // Of a beginning the index would have to join the lists of all words before the first message is known.
    let begins = query.terms.iter().any(|term| term.prefix);
    let one_in = if begins { one_in.max(read::count(connection)?.isqrt() / 32) } else { one_in };
    let look = if all_indexed { FIRST_LOOK.max(4 * one_in) } else { UNINDEXED_LOOK };
    let only_look = expression == Some(None);
    if begins || only_look || !all_indexed {
        let (mut room, mut at_end) = (true, true);
        read::walk(connection, found.last, &mut |candidate| {
            if !only_look && found.seen >= look && found.matched * one_in < found.seen {
                at_end = false;
                return Ok(false);
            }
            room = found.look(connection, candidate)?;
            Ok(room)
        })?;
        if !room || at_end {
            return Ok(found);
        }
    }
    if let Some(Some(expression)) = expression {
        let before = found.last;
        read::indexed(connection, &expression, before, &mut |candidate| found.look(connection, candidate))?;
    }
    Ok(found)
}

/// Texts are looked at one by one as long as one in so many matches: the work until there are enough grows with it, that of
/// the index falls with it and grows with the archive, so that they are the same at its square root.
fn one_in(messages: usize) -> usize {
    ONE_IN.max(messages.isqrt() / 56)
}
