//! Searches of random archives, beside a plain reading of the rules: every text is made of words whose folded pieces are
//! known, so that nothing here splits or folds. `PARLOUR_CASES` sets how many random queries are tried.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use parlour_core::Parlour;
use parlour_core::chat::SearchHit;
use parlour_core::parlour::system_clock;

use crate::house::{DAY, House, soon};
use crate::random::Random;

const CASES: usize = 2_000;

/// How many are tried in one archive.
const CASES_OF_ARCHIVE: usize = 500;

/// Archives: how many chats and messages, and how many places of the index there are for each message. In the large ones a
/// folder has more chats than are gone through one by one; where the places are far apart, they are in several shards.
const ARCHIVES: &[(usize, usize, usize)] = &[(130, 360, 1), (2_200, 2_600, 1), (130, 360, 140), (2_200, 2_600, 19)];

/// Folders, and tags; those of the next number are nowhere.
const GROUPS: usize = 3;

/// The most hits in all, and of one chat.
const MOST: usize = 100;
const MOST_OF_CHAT: usize = 3;

/// How a word is written in some places, and how it is compared.
const WORDS: &[(&[&str], &str)] = &[
    (&["the", "The", "THE"], "the"),
    (&["of", "Of"], "of"),
    (&["index", "Index"], "index"),
    (&["indexes"], "indexes"),
    (&["in"], "in"),
    (&["user"], "user"),
    (&["username", "USERNAME"], "username"),
    (&["utf8", "UTF8"], "utf8"),
    (&["42"], "42"),
    (&["Straße", "STRASSE", "strasse", "STRAẞE"], "strasse"),
    (&["Maß", "mass"], "mass"),
    (&["café", "CAFÉ", "cafe\u{301}", "cafe"], "cafe"),
    (&["naïve", "naive"], "naive"),
    (&["İzmir", "izmir"], "izmir"),
    (&["ﬁne", "fine"], "fine"),
    (&["ὁδός", "οδοσ", "ΟΔΟΣ"], "οδοσ"),
    (&["λόγος", "ΛΟΓΟΣ"], "λογοσ"),
    (&["ещё", "Еще", "ЕЩЁ"], "еще"),
    (&["Москва", "москва"], "москва"),
    (&["שלום"], "שלום"),
    (&["नमस्ते"], "नमस्ते"),
];

/// What identifiers are made of.
const PARTS: &[&str] = &["get", "set", "user", "name", "http", "parser", "index"];

/// Characters that are found one by one.
const SINGLES: &[&str] = &["数", "据", "库", "迁", "移", "の", "データ", "데", "이", "터", "ข", "อ", "มู", "ล", "🦀"];

/// What is written between two words.
const BETWEEN: &[&str] = &[" ", " ", " ", ", ", "\n", "-", "/", " (", "). ", " **", "` "];

#[derive(Debug, Clone, PartialEq)]
struct Unit {
    source: String,
    pieces: Vec<String>,
    /// Of an identifier of several pieces.
    whole: Option<String>,
    /// Written without spaces.
    single: bool,
}

fn unit(random: &mut Random) -> Unit {
    match random.below(10) {
        0..5 => {
            // The first ones are common, the last ones rare.
            let at = random.below(WORDS.len()).min(random.below(WORDS.len()));
            let (written, folded) = WORDS[at];
            let source = (*random.one_of(written)).to_owned();
            Unit { source, pieces: vec![folded.to_owned()], whole: None, single: false }
        }
        5..7 => identifier(random),
        _ => {
            let source: String = (0..1 + random.below(4)).map(|_| *random.one_of(SINGLES)).collect();
            Unit { pieces: source.chars().map(String::from).collect(), source, whole: None, single: true }
        }
    }
}

fn identifier(random: &mut Random) -> Unit {
    let parts: Vec<String> = (0..2 + random.below(2)).map(|_| (*random.one_of(PARTS)).to_owned()).collect();
    written_together(parts, random.below(3))
}

fn written_together(pieces: Vec<String>, style: usize) -> Unit {
    let capital = |part: &String| part[..1].to_uppercase() + &part[1..];
    let source = match style {
        0 => pieces.join("_"),
        1 => pieces[..1].iter().cloned().chain(pieces[1..].iter().map(capital)).collect(),
        _ => pieces.iter().map(capital).collect(),
    };
    Unit { source, whole: Some(pieces.concat()), pieces, single: false }
}

fn units(random: &mut Random, most: usize) -> Vec<Unit> {
    (0..1 + random.below(most)).map(|_| unit(random)).collect()
}

fn written(random: &mut Random, units: &[Unit]) -> String {
    let mut text = String::new();
    for (at, unit) in units.iter().enumerate() {
        if at > 0 && !(unit.single && random.below(2) == 0) {
            text.push_str(BETWEEN[random.below(BETWEEN.len())]);
        }
        text.push_str(&unit.source);
    }
    text
}

#[derive(Debug)]
struct Term {
    pieces: Vec<String>,
    whole: Option<String>,
    prefix: bool,
}

impl Term {
    fn is(&self, token: &str, word: &str) -> bool {
        if self.prefix { word.starts_with(token) } else { word == token }
    }

    fn is_in(&self, units: &[Unit]) -> bool {
        let all: Vec<&str> = units.iter().flat_map(|unit| &unit.pieces).map(String::as_str).collect();
        let wholes: Vec<&str> = units.iter().filter_map(|unit| unit.whole.as_deref()).collect();
        let last = self.pieces.len() - 1;
        let follow = (0..all.len().saturating_sub(last)).any(|from| {
            (0..last).all(|n| all[from + n] == self.pieces[n]) && self.is(&self.pieces[last], all[from + last])
        });
        let in_one_word = self.whole.iter().any(|whole| all.iter().chain(&wholes).any(|word| self.is(whole, word)));
        let begins = last == 0 && wholes.iter().any(|word| self.is(&self.pieces[0], word));
        follow || in_one_word || begins
    }
}

#[derive(Debug, Default)]
struct Query {
    text: String,
    terms: Vec<Term>,
    without: Vec<Term>,
    title: Vec<Term>,
    user: Option<bool>,
    /// Created at this time or later, and before this one.
    after: Option<i64>,
    before: Option<i64>,
    /// Number of a folder or tag, whether it is a folder, and whether it must not be that.
    groups: Vec<(usize, bool, bool)>,
}

/// A term, and how it is typed.
fn term(random: &mut Random, archive: &Archive, last: bool) -> (Term, String) {
    match random.below(4) {
        0 => {
            let units = &archive.messages[random.below(archive.messages.len())].units;
            let from = random.below(units.len());
            let phrase = &units[from..(from + 1 + random.below(3)).min(units.len())];
            let source = phrase.iter().map(|unit| unit.source.as_str()).collect::<Vec<_>>().join(" ");
            let whole = if let [unit] = phrase { unit.whole.clone() } else { None };
            let pieces = phrase.iter().flat_map(|unit| unit.pieces.clone()).collect();
            (Term { pieces, whole, prefix: false }, format!("\"{source}\""))
        }
        1 if last => {
            let mut unit = if random.below(2) == 0 { identifier(random) } else { unit(random) };
            let end = unit.pieces.len() - 1;
            let cut = 1 + random.below(unit.pieces[end].chars().count());
            unit.pieces[end] = unit.pieces[end].chars().take(cut).collect();
            if let (Some(_), true) = (&unit.whole, random.below(3) == 0) {
                // As one word.
                let source = unit.pieces.concat();
                unit = Unit { pieces: vec![source.clone()], source, whole: None, single: false };
            } else if unit.whole.is_some() {
                unit = written_together(unit.pieces, random.below(3));
            } else if !unit.single {
                unit.source = unit.pieces[0].clone();
            }
            (Term { prefix: !unit.single, pieces: unit.pieces, whole: unit.whole }, unit.source)
        }
        _ => {
            let unit = unit(random);
            (Term { prefix: last && !unit.single, pieces: unit.pieces, whole: unit.whole }, unit.source)
        }
    }
}

fn query(random: &mut Random, archive: &Archive) -> Query {
    let mut query = Query::default();
    if random.below(8) == 0 {
        let (term, typed) = term(random, archive, false);
        query.title.push(term);
        write!(query.text, "title:{typed} ").unwrap();
    }
    if random.below(8) == 0 {
        let user = random.below(2) == 0;
        query.user = Some(user);
        query.text.push_str(if user { "role:you " } else { "role:assistant " });
    }
    for _ in 0..random.below(8) / 6 {
        let (year, month, day) = (2023 + random.below(9), 1 + random.below(12), 1 + random.below(28));
        let date = format!("{year}-{month:02}-{day:02}");
        let is_before = random.below(2) == 0;
        write!(query.text, "{}:{date} ", if is_before { "before" } else { "after" }).unwrap();
        *(if is_before { &mut query.before } else { &mut query.after }) = Some(archive.times.of(&date));
    }
    while random.below(6) == 0 {
        let (group, is_folder, without) = (random.below(GROUPS + 1), random.below(2) == 0, random.below(3) == 0);
        query.groups.push((group, is_folder, without));
        let name = if is_folder { format!("in:\"MY Fólder {group}\"") } else { format!("tag:TÄG{group}") };
        write!(query.text, "{}{name} ", if without { "-" } else { "" }).unwrap();
    }
    for _ in 0..random.below(5) / 4 {
        let (term, typed) = term(random, archive, false);
        query.without.push(term);
        write!(query.text, "-{typed} ").unwrap();
    }
    for left in (0..random.below(3)).rev() {
        let last = left == 0 && random.below(2) == 0;
        let (term, typed) = term(random, archive, last);
        query.terms.push(term);
        write!(query.text, "{typed}{}", if last { "" } else { " " }).unwrap();
    }
    query
}

struct Chat {
    id: String,
    units: Vec<Unit>,
    updated_at: i64,
    deleted: bool,
    folder: Option<usize>,
    tags: Vec<usize>,
}

impl Chat {
    fn is_of(&self, groups: &[(usize, bool, bool)]) -> bool {
        groups.iter().all(|(group, is_folder, without)| {
            let is = if *is_folder { self.folder == Some(*group) } else { self.tags.contains(group) };
            is != *without
        })
    }
}

struct Message {
    id: String,
    chat: usize,
    units: Vec<Unit>,
    user: bool,
    deleted: bool,
}

/// Asks SQLite when a day begins, in unix milliseconds.
struct Times(rusqlite::Connection);

impl Times {
    fn of(&self, date: &str) -> i64 {
        self.0.query_row("SELECT 1000 * unixepoch(?1)", [date], |row| row.get(0)).unwrap()
    }
}

struct Archive {
    times: Times,
    chats: Vec<Chat>,
    /// Newest last.
    messages: Vec<Message>,
}

/// The archive begins in November 2023, with a message a day.
const START: i64 = 1_700_000_000_000;

fn archive(random: &mut Random, chats: usize, messages: usize) -> Archive {
    let count = chats;
    let mut chats: Vec<Chat> = (0..count)
        .map(|n| Chat {
            id: format!("chat {n}"),
            units: if random.below(9) == 0 { Vec::new() } else { units(random, 5) },
            updated_at: 0,
            deleted: random.below(9) == 0,
            folder: Some(random.below(2 * GROUPS).min(random.below(2 * GROUPS))).filter(|folder| *folder < GROUPS),
            tags: (0..GROUPS).filter(|_| random.below(4) == 0).collect(),
        })
        .collect();
    let messages: Vec<Message> = (0..messages)
        .map(|n| Message {
            id: format!("message {n}"),
            chat: (n * count / messages + random.below(20)).min(count - 1),
            units: units(random, 16),
            user: random.below(2) == 0,
            deleted: random.below(9) == 0,
        })
        .collect();
    for (n, message) in messages.iter().enumerate() {
        chats[message.chat].updated_at = seq(n) + 1;
    }
    Archive { times: Times(rusqlite::Connection::open_in_memory().unwrap()), chats, messages }
}

fn seq(n: usize) -> i64 {
    START + DAY * i64::try_from(n).unwrap()
}

fn store(random: &mut Random, archive: &Archive, apart: usize, house: &House) {
    let mut database = rusqlite::Connection::open(house.database()).unwrap();
    let t = database.transaction().unwrap();
    for group in 0..GROUPS {
        let folder = "INSERT INTO folder (id, name, created_at) VALUES (?1, 'My folder ' || ?1, 0)";
        t.execute(folder, [group.to_string()]).unwrap();
        t.execute("INSERT INTO tag (id, name) VALUES (?1, 'tag' || ?1)", [group.to_string()]).unwrap();
    }
    for chat in &archive.chats {
        let deleted = chat.deleted.then_some("an operation");
        let folder = chat.folder.map(|folder| folder.to_string());
        t.execute(
            "INSERT INTO chat (id, title, created_at, updated_at, deleted_by, folder_id) VALUES (?1, ?2, 0, ?3, ?4, ?5)",
            (&chat.id, written(random, &chat.units), chat.updated_at, deleted, folder),
        )
        .unwrap();
        for tag in &chat.tags {
            t.execute("INSERT INTO chat_tag (chat_id, tag_id) VALUES (?1, ?2)", (&chat.id, tag.to_string())).unwrap();
        }
    }
    for (n, message) in archive.messages.iter().enumerate() {
        let (deleted, role) =
            (message.deleted.then_some("an operation"), if message.user { "user" } else { "assistant" });
        t.execute(
            "INSERT INTO message (seq, id, chat_id, role, state, created_at, deleted_by)
             VALUES (?1, ?2, ?3, ?4, 'complete', ?1, ?5)",
            (seq(n), &message.id, &archive.chats[message.chat].id, role, deleted),
        )
        .unwrap();
        t.execute(
            "INSERT INTO part (message_id, n, kind, text) VALUES (?1, 0, 'text', ?2)",
            (&message.id, written(random, &message.units)),
        )
        .unwrap();
    }
    // As an archive that has its places already, but is not indexed yet.
    t.execute(
        "INSERT INTO search_place (place, message, chat, indexed)
         SELECT ?1 * row_number() OVER (ORDER BY message.seq), message.seq, chat.seq, 0
         FROM message JOIN chat ON chat.id = chat_id",
        [i64::try_from(apart).unwrap()],
    )
    .unwrap();
    t.execute(
        "UPDATE search_progress SET messages = 1 + (SELECT max(seq) FROM message),
             chats = 1 + (SELECT max(seq) FROM chat), total = (SELECT max(place) FROM search_place), done = 0",
        [],
    )
    .unwrap();
    t.execute("UPDATE search_progress SET placed = messages", []).unwrap();
    t.commit().unwrap();
}

/// Chat and message of each hit, and whether there are more.
type Expected = (Vec<(String, Option<String>)>, bool);

fn expected(archive: &Archive, query: &Query) -> Expected {
    if query.text.is_empty() {
        return (Vec::new(), false);
    }
    let fits = |units: &[Unit]| {
        query.terms.iter().all(|term| term.is_in(units)) && !query.without.iter().any(|term| term.is_in(units))
    };
    let titled = |chat: &Chat| {
        !chat.deleted && chat.is_of(&query.groups) && query.title.iter().all(|term| term.is_in(&chat.units))
    };
    let mut groups: Vec<(i64, usize, Vec<Option<String>>)> = Vec::new();
    let mut more = false;
    let is_of_messages = query.user.is_some() || query.after.is_some() || query.before.is_some();
    if !(is_of_messages || query.terms.is_empty() && query.title.is_empty()) {
        let found = archive.chats.iter().enumerate().filter(|(_, chat)| titled(chat) && fits(&chat.units));
        groups.extend(found.map(|(n, chat)| (chat.updated_at, n, vec![None])));
        groups.sort_by_key(|(at, n, _)| std::cmp::Reverse((*at, *n)));
        more |= groups.len() > MOST;
        groups.truncate(MOST);
    }
    let only_titles = query.terms.is_empty() && !is_of_messages && !query.title.is_empty();
    let (mut count, mut of_chat) = (0, vec![0; archive.chats.len()]);
    for (n, message) in archive.messages.iter().enumerate().rev().filter(|_| !only_titles) {
        if message.deleted
            || query.user.is_some_and(|user| user != message.user)
            || query.after.is_some_and(|after| seq(n) < after)
            || query.before.is_some_and(|before| seq(n) >= before)
            || !titled(&archive.chats[message.chat])
            || of_chat[message.chat] > MOST_OF_CHAT
            || !fits(&message.units)
        {
            continue;
        }
        if count == MOST {
            more = true;
            break;
        }
        of_chat[message.chat] += 1;
        if of_chat[message.chat] > MOST_OF_CHAT {
            more = true;
            continue;
        }
        count += 1;
        match groups.iter_mut().find(|(_, chat, _)| *chat == message.chat) {
            Some((_, _, hits)) => hits.push(Some(message.id.clone())),
            None => groups.push((seq(n), message.chat, vec![Some(message.id.clone())])),
        }
    }
    groups.sort_by_key(|(at, _, _)| std::cmp::Reverse(*at));
    let mut hits: Vec<_> = groups
        .into_iter()
        .flat_map(|(_, chat, hits)| hits.into_iter().map(move |hit| (archive.chats[chat].id.clone(), hit)))
        .collect();
    more |= hits.len() > MOST;
    hits.truncate(MOST);
    (hits, more)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_a_plain_reading_of_every_text_finds() {
    let cases = std::env::var("PARLOUR_CASES").ok().map(|cases| cases.parse().expect("a number of cases"));
    let mut left: usize = cases.unwrap_or(CASES);
    // Other ones each time where somebody asks for a number of them.
    let seed = cases.map_or(4, |_| system_clock().unsigned_abs());
    let mut random = Random(seed);
    let mut empty = 0;
    let all = left;
    for (chats, messages, apart) in ARCHIVES.iter().cycle() {
        if left == 0 {
            break;
        }
        let mut house = House::bare().await;
        drop(house.open());
        let archive = archive(&mut random, *chats, *messages);
        store(&mut random, &archive, *apart, &house);
        house.timing.first_fill = Duration::ZERO;
        let parlour = house.open();
        soon("the index", async {
            while parlour.search_chats("x".into()).await.unwrap().indexed.is_some() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        for _ in 0..left.min(CASES_OF_ARCHIVE) {
            left -= 1;
            let query = query(&mut random, &archive);
            let result = parlour.search_chats(query.text.clone()).await.unwrap();
            let found: Vec<_> = result
                .hits
                .into_iter()
                .map(|SearchHit { chat_id, message_id, .. }| (chat_id.0, message_id.map(|id| id.0)))
                .collect();
            empty += usize::from(found.is_empty());
            let newest = expected(&archive, &query);
            assert_eq!((&found, result.more), (&newest.0, newest.1), "{query:?}, seed {seed}");
            best_first(&parlour, &archive, &query, found, result.more).await;
        }
    }
    assert!(empty * 2 < all, "most queries find something: {empty} do not");
}

/// Best first finds what newest first does, in another order; of what is too much for one answer, the best of each chat.
async fn best_first(
    parlour: &Parlour,
    archive: &Archive,
    query: &Query,
    newest: Vec<(String, Option<String>)>,
    more: bool,
) {
    let best = parlour.search_best(query.text.clone()).await.unwrap();
    let of_chats = |chats: Vec<String>| {
        let mut counts = BTreeMap::<String, usize>::new();
        chats.into_iter().for_each(|chat| *counts.entry(chat).or_default() += 1);
        counts
    };
    let chats: Vec<String> = best.hits.iter().map(|hit| hit.chat_id.0.clone()).collect();
    assert_eq!((best.more, best.ranked), (more, None), "{query:?}");
    for id in best.hits.iter().filter_map(|hit| hit.message_id.as_ref()) {
        let message = archive.messages.iter().find(|message| message.id == id.0).unwrap();
        let chat = &archive.chats[message.chat];
        let is_in = |term: &Term| term.is_in(&message.units);
        assert!(!message.deleted && !chat.deleted && chat.is_of(&query.groups), "{query:?}: {id:?}");
        assert!(query.terms.iter().all(is_in) && !query.without.iter().any(is_in), "{query:?}: {id:?}");
    }
    if !more || newest.len() < MOST {
        let newest = newest.into_iter().map(|(chat, _)| chat).collect();
        assert_eq!(of_chats(chats), of_chats(newest), "{query:?}");
    }
}
