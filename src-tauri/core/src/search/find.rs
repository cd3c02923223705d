//! The two roads to what a query asks for, newest first: a look at the newest texts themselves, which soon has enough of what
//! is frequent, and the index, which has little to stream of what is rare. Each text is checked by the same eyes (`marks`).

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use rusqlite::Connection;

use crate::chat::SearchHit;
use crate::error::{Error, Result};
use crate::patch::SearchResult;
use crate::store::search::read::{self, Asked, Candidate, Members, TitledChat};
use crate::store::search::{self, model_token, month, role_token};
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
const FIRST_LOOK_AMONG: usize = 64;

/// More are worth it as long as one in so many matches.
const ONE_IN: usize = 4;

/// So many titles that the index names are read and sorted; of more the newest are looked for in the list of all chats.
const FEW_TITLES: usize = 400;

/// The newest texts that are looked at as long as not all of the archive is in the index.
const UNINDEXED_LOOK: usize = 1_000;

/// Of so many chats all messages are looked up.
const FEW_CHATS: usize = 512;

/// Of a beginning, texts are looked at one by one as long as one in so many matches: the index joins the lists of all its
/// words in a shard first.
const ONE_IN_BEGINNING: usize = 8;

/// The newest texts that tell whether a beginning is frequent.
const PROBE: usize = 128;

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
    let mut members = groups.members(connection)?;
    let in_titles =
        if query.is_of_messages() { Titles::default() } else { titles(connection, query, &groups, members.as_ref())? };
    if all_indexed && let Some(expression) = expression(&query.title, &[], &[]) {
        let titled = read::indexed_chats(connection, &expression)?;
        let is_member = |seq: &i64| members.as_ref().is_none_or(|members| members.contains(seq));
        members = Some(titled.into_iter().filter(is_member).collect());
    }
    let in_messages = messages(connection, Messages::new(query, &groups, best), members.as_ref(), all_indexed)?;
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
    fn add(&mut self, chat: TitledChat, mark: Range<usize>) -> bool {
        if self.found.len() == MOST {
            self.more = true;
        } else {
            self.found.push((chat, mark));
        }
        !self.more
    }
}

fn titles(connection: &Connection, query: &Query, groups: &Groups, members: Option<&Members>) -> Result<Titles> {
    let terms = [&query.title[..], &query.terms[..]].concat();
    let mut titles = Titles::default();
    let Some(expression) = expression(&terms, &query.without, &[]) else { return Ok(titles) };
    let wanted = Query { terms, without: query.without.clone(), ..Query::default() };
    let look = |titles: &mut Titles, chat: TitledChat| match wanted.mark(&chat.title) {
        Some(mark) if groups.have(connection, &chat.id)? => Ok(titles.add(chat, mark)),
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
    if let Some(members) = members {
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

    /// The months between the two times.
    fn months(&self) -> Option<RangeInclusive<i64>> {
        let is_any = self.after.is_none() && self.before.is_none();
        let first = self.after.map_or(i64::MIN, month);
        let last = self.before.map_or(i64::MAX, |before| month(before - 1));
        (!is_any).then_some(first..=last)
    }

    /// The tokens of the other filters, one of each list for every message; `None` where no message has them.
    fn filters(&self, connection: &Connection) -> Result<Option<Vec<Vec<String>>>> {
        let mut filters = Vec::new();
        if let Some(role) = self.role {
            filters.push(vec![role_token(&word(&role)?)]);
        }
        if !self.models.is_empty() {
            filters.push(search::models(connection, &self.models)?.into_iter().map(model_token).collect());
        }
        Ok(filters.iter().all(|tokens| !tokens.is_empty()).then_some(filters))
    }
}

/// Looks for messages, in some chats only where `members` says so.
fn messages<'q>(
    connection: &Connection,
    mut found: Messages<'q>,
    members: Option<&Members>,
    all_indexed: bool,
) -> Result<Messages<'q>> {
    let query = found.query;
    if query.terms.is_empty() && !query.title.is_empty() && !query.is_of_messages() {
        return Ok(found);
    }
    let asked = query.filters(connection)?.map(|filters| Asked {
        expression: expression(&query.terms, &query.without, &filters),
        months: query.months(),
    });
    let begins = query.terms.iter().any(|term| term.prefix);
    let one_in = if begins { ONE_IN_BEGINNING } else { one_in(read::last_place(connection)?) };
    // Where the index would have to join long lists for the little that is in these chats, all of their texts are looked at.
    let is_wide = begins && members.is_some() && is_frequent(connection, query)?;
    let only_look = asked.as_ref().is_some_and(Asked::is_empty) || is_wide;
    if let Some(few) = members.filter(|members| members.len() <= FEW_CHATS) {
        let asked = asked.filter(|_| all_indexed && !only_look);
        return among(connection, found, few, asked.as_ref(), one_in);
    }
    let look = if all_indexed { FIRST_LOOK.max(4 * one_in) } else { UNINDEXED_LOOK };
    if begins || only_look || !all_indexed {
        let (mut room, mut at_end) = (true, true);
        let mut visit = |candidate: &Candidate<'_, '_>| {
            if !only_look && found.seen >= look && found.matched * one_in < found.seen {
                at_end = false;
                return Ok(false);
            }
            room = found.look(connection, candidate)?;
            Ok(room)
        };
        match members.filter(|_| all_indexed) {
            Some(members) => read::walk_members(connection, members, &mut visit)?,
            None => read::walk(connection, &mut visit)?,
        }
        if !room || at_end {
            return Ok(found);
        }
    }
    if let Some(asked) = asked {
        let before = found.last;
        let mut visit = |candidate: &Candidate<'_, '_>| found.look(connection, candidate);
        read::indexed(connection, &asked, members, before, &mut visit)?;
    }
    Ok(found)
}

/// Looks at the messages of a few chats: at the newest themselves as long as enough of them match, then at those that the index
/// finds. `asked` is `None` where it is not asked.
fn among<'q>(
    connection: &Connection,
    mut found: Messages<'q>,
    chats: &Members,
    asked: Option<&Asked>,
    one_in: usize,
) -> Result<Messages<'q>> {
    let Some(asked) = asked else {
        for seq in read::of_chats(connection, chats)? {
            if !read::one(connection, seq, &mut |candidate| found.look(connection, candidate))? {
                break;
            }
        }
        return Ok(found);
    };
    let places = read::places(connection, chats)?;
    for (at, place) in places.iter().enumerate() {
        if found.seen >= FIRST_LOOK_AMONG && found.matched * one_in < found.seen {
            let rest = places.get(at..).unwrap_or_default();
            read::indexed_among(connection, asked, rest, &mut |candidate| found.look(connection, candidate))?;
            break;
        }
        if !read::at_place(connection, *place, &mut |candidate| found.look(connection, candidate))? {
            break;
        }
    }
    Ok(found)
}

/// Whether one in a few of the newest texts has what is looked for.
fn is_frequent(connection: &Connection, query: &Query) -> Result<bool> {
    let (mut seen, mut matched) = (0, 0);
    read::walk(connection, &mut |candidate| {
        seen += 1;
        let text = search::text(connection, &candidate.id()?)?;
        matched += usize::from(query.mark(&text).is_some());
        Ok(seen < PROBE)
    })?;
    Ok(matched * ONE_IN_BEGINNING >= seen)
}

/// Texts are looked at one by one as long as one in so many matches: the work until there are enough grows with it, that of
/// the index falls with it and grows with the archive, so that they are the same at its square root.
fn one_in(messages: i64) -> usize {
    ONE_IN.max(usize::try_from(messages).unwrap_or_default().isqrt() / 56)
}
