//! Which messages damage has not touched: those of whose pages every one is, in the newest image that the files hold of it,
//! byte by byte what it was. Read here by itself, so that what core makes of the same files can be held against it.
//!
//! The formats are those of SQLite's page "Database File Format". What is walked is the sound folder, so nothing is doubted.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use parlour_core::FILE_NAME;

const PAGE: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const FRAME: usize = FRAME_HEADER + PAGE;

/// The ids of the messages whose row and parts lie on pages that are the same in both folders. `sound` is a folder whose
/// database is whole, closed or copied while it was open; `damaged` is a copy of it that was hurt.
#[must_use]
pub fn intact(sound: &Path, damaged: &Path) -> BTreeSet<String> {
    let log = read(sound, "-wal");
    let (sound, damaged) = (images(sound, &log), images(damaged, &log));
    let same = |page: &usize| sound.get(page) == damaged.get(page);
    pages_of_messages(&sound).into_iter().filter(|(_, pages)| pages.iter().all(same)).map(|(id, _)| id).collect()
}

fn read(folder: &Path, end: &str) -> Vec<u8> {
    std::fs::read(folder.join(format!("{FILE_NAME}{end}"))).unwrap_or_default()
}

/// The newest committed image of every page, by its number from 1. A frame ends a transaction only where it and what is
/// before it are as in the sound log, and the last transaction counts only where all of it is: one that is hurt cannot be
/// told from one that was never written whole.
fn images(folder: &Path, sound_log: &[u8]) -> BTreeMap<usize, Vec<u8>> {
    let database = read(folder, "");
    let mut images: BTreeMap<usize, Vec<u8>> =
        database.chunks(PAGE).enumerate().map(|(at, page)| (at + 1, page.to_vec())).collect();
    let log = read(folder, "-wal");
    let Some(salts) = log.get(16..24) else { return images };
    let is_sound = |range: Range<usize>| log.get(range.clone()) == sound_log.get(range);
    // Frames of no transaction yet, and those up to the end of the last one, with where it begins if it is not whole.
    let (mut open, mut last, mut torn_from) = (Vec::new(), Vec::new(), None);
    let (mut before, mut begin) = (0, LOG_HEADER);
    for at in (LOG_HEADER..log.len()).step_by(FRAME) {
        let Some(frame) = log.get(at..at + FRAME) else { break };
        if frame[8..16] == *salts {
            open.push((at, number(frame, 0), frame[FRAME_HEADER..].to_vec()));
            if number(frame, 4) != 0 {
                if is_sound(before..at + FRAME) {
                    last.append(&mut open);
                    torn_from = (!is_sound(begin..at + FRAME)).then_some(begin);
                }
                begin = at + FRAME;
            }
        }
        before = at;
    }
    let committed = last.into_iter().filter(|(at, ..)| torn_from.is_none_or(|from| *at < from));
    images.extend(committed.map(|(_, page, image)| (page, image)));
    images
}

/// The pages that each message is on: its row, its parts, and what of either does not fit on one page.
fn pages_of_messages(images: &BTreeMap<usize, Vec<u8>>) -> BTreeMap<String, BTreeSet<usize>> {
    // Where the trees begin is in the schema, the first of all trees.
    let mut roots = BTreeMap::new();
    for row in rows(images, 1) {
        if let [Value::Text(kind), Value::Text(name), _, Value::Number(root), ..] = &row.values[..]
            && kind == "table"
        {
            roots.insert(name.clone(), *root);
        }
    }
    let mut pages: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for row in rows(images, roots["message"]) {
        pages.entry(text(&row.values[1])).or_default().extend(row.pages);
    }
    for row in rows(images, roots["part"]) {
        let of_message = pages.get_mut(&text(&row.values[1])).expect("a part of no message");
        of_message.extend(row.pages);
    }
    pages
}

/// A value, as far as it is needed here.
enum Value {
    Number(usize),
    Text(String),
    Other,
}

fn text(value: &Value) -> String {
    let Value::Text(text) = value else { panic!("an id that is no text") };
    text.clone()
}

struct Row {
    values: Vec<Value>,
    pages: Vec<usize>,
}

/// All rows of the table whose tree begins at a page.
fn rows(images: &BTreeMap<usize, Vec<u8>>, root: usize) -> Vec<Row> {
    let page = &images[&root];
    let start = if root == 1 { 100 } else { 0 };
    let is_leaf = match page[start] {
        0x0d => true,
        0x05 => false,
        other => panic!("page {root} is of kind {other}"),
    };
    let pointers = start + if is_leaf { 8 } else { 12 };
    let cells = (0..short(page, start + 3)).map(|cell| short(page, pointers + 2 * cell));
    if is_leaf {
        return cells.map(|at| row(images, root, at)).collect();
    }
    let last = number(page, start + 8);
    cells.map(|at| number(page, at)).chain([last]).flat_map(|child| rows(images, child)).collect()
}

/// The row of a cell of a leaf.
fn row(images: &BTreeMap<usize, Vec<u8>>, leaf: usize, at: usize) -> Row {
    let page = &images[&leaf];
    let (size, at) = varint(page, at);
    let (_, at) = varint(page, at);
    let most = PAGE - 35;
    let least = (PAGE - 12) * 32 / 255 - 23;
    let here = match least + size.saturating_sub(least) % (PAGE - 4) {
        _ if size <= most => size,
        fitting if fitting <= most => fitting,
        _ => least,
    };
    let mut payload = page[at..at + here].to_vec();
    let mut pages = vec![leaf];
    let mut next = if here < size { number(page, at + here) } else { 0 };
    while payload.len() < size {
        pages.push(next);
        let overflow = &images[&next];
        payload.extend_from_slice(&overflow[4..PAGE.min(4 + size - payload.len())]);
        next = number(overflow, 0);
    }
    Row { values: values(&payload), pages }
}

fn values(payload: &[u8]) -> Vec<Value> {
    let (header, mut at) = varint(payload, 0);
    let mut body = header;
    let mut values = Vec::new();
    while at < header {
        let (kind, after) = varint(payload, at);
        let size = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0].get(kind).copied().unwrap_or_else(|| (kind - 12) / 2);
        let bytes = &payload[body..body + size];
        values.push(match kind {
            1..=6 => Value::Number(bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))),
            8 | 9 => Value::Number(kind - 8),
            13.. if kind % 2 == 1 => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
            _ => Value::Other,
        });
        (at, body) = (after, body + size);
    }
    values
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> (usize, usize) {
    let mut number = 0;
    for (used, byte) in bytes[at..].iter().take(8).enumerate() {
        number = number << 7 | usize::from(byte & 0x7f);
        if *byte < 0x80 {
            return (number, at + used + 1);
        }
    }
    (number << 8 | usize::from(bytes[at + 8]), at + 9)
}

fn short(bytes: &[u8], at: usize) -> usize {
    usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1])
}

fn number(bytes: &[u8], at: usize) -> usize {
    short(bytes, at) << 16 | short(bytes, at + 2)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rusqlite::Connection;
    use tempfile::TempDir;

    use super::*;
    use crate::house::{copy, folder};

    const MESSAGES: usize = 60;

    /// A folder with messages of one part each, every fifth of which needs pages of its own; and the open database, whose log
    /// holds all of it, or none.
    fn sound(closed: bool) -> (TempDir, Connection) {
        let folder = folder();
        let database = Connection::open(path(&folder)).unwrap();
        database
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 CREATE TABLE message (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, chat_id TEXT);
                 CREATE TABLE part (seq INTEGER PRIMARY KEY, message_id TEXT NOT NULL, n INTEGER, kind TEXT, text TEXT);",
            )
            .unwrap();
        for at in 0..MESSAGES {
            let text = format!("{at:03}.").repeat(if at % 5 == 0 { 4000 } else { 20 });
            database.execute("INSERT INTO message VALUES (?1, ?2, ?3)", (at as i64, id(at), "c".repeat(200))).unwrap();
            database.execute("INSERT INTO part VALUES (?1, ?2, 0, 'text', ?3)", (at as i64, id(at), text)).unwrap();
        }
        if closed {
            database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        }
        (folder, database)
    }

    fn path(folder: &TempDir) -> PathBuf {
        folder.path().join(FILE_NAME)
    }

    fn id(at: usize) -> String {
        format!("message-{at:03}")
    }

    fn all() -> BTreeSet<String> {
        (0..MESSAGES).map(id).collect()
    }

    /// The messages some of whose bytes are on a page, by what is written there.
    fn named_on(page: &[u8]) -> BTreeSet<String> {
        let holds = |needle: &str| page.windows(needle.len()).any(|window| window == needle.as_bytes());
        // A table's leaf, or what continues one: an index names messages too, and they do not need it.
        let is_leaf = page[0] == 0x0d;
        let is_overflow = page[0] == 0;
        let of = |at: &usize| is_leaf && holds(&id(*at)) || is_overflow && holds(&format!("{at:03}.").repeat(5));
        (0..MESSAGES).filter(of).map(id).collect()
    }

    #[test]
    fn without_damage_all_messages_are_intact_also_those_that_are_only_in_the_log() {
        for closed in [true, false] {
            let (sound, _open) = sound(closed);
            let other = folder();
            copy(sound.path(), other.path());
            assert_eq!(intact(sound.path(), other.path()), all());
        }
    }

    #[test]
    fn a_page_of_zeros_takes_the_messages_that_are_on_it_and_no_other() {
        let (sound, _open) = sound(true);
        let whole = std::fs::read(path(&sound)).unwrap();
        let mut hurt = BTreeSet::new();
        for (at, page) in whole.chunks(PAGE).enumerate() {
            let damaged = folder();
            let mut bytes = whole.clone();
            bytes[at * PAGE..(at + 1) * PAGE].fill(0);
            std::fs::write(path(&damaged), bytes).unwrap();
            let lost: BTreeSet<String> = all().difference(&intact(sound.path(), damaged.path())).cloned().collect();
            assert_eq!(lost, named_on(page), "page {}", at + 1);
            hurt.extend(lost);
        }
        assert_eq!(hurt, all());
    }

    #[test]
    fn a_frame_of_zeros_takes_the_messages_whose_page_is_another_without_it() {
        let (sound, open) = sound(true);
        open.execute("UPDATE part SET text = 'new' WHERE seq = 1", []).unwrap();
        let damaged = folder();
        copy(sound.path(), damaged.path());
        let log = damaged.path().join(format!("{FILE_NAME}-wal"));
        let mut bytes = std::fs::read(&log).unwrap();
        assert_eq!(bytes.len(), LOG_HEADER + FRAME);
        bytes[LOG_HEADER..].fill(0);
        std::fs::write(&log, bytes).unwrap();
        let intact = intact(sound.path(), damaged.path());
        assert!(!intact.contains(&id(1)) && intact.contains(&id(MESSAGES - 1)) && intact.len() > MESSAGES / 2);
    }

    #[test]
    fn a_transaction_whose_last_frame_is_hurt_was_perhaps_never_finished_unless_another_one_follows() {
        let (sound, open) = sound(true);
        let change = |at: i64| open.execute("UPDATE part SET text = text || '!' WHERE seq = ?1", [at]).unwrap();
        change(1);
        let hurt = |frame: usize| {
            let damaged = folder();
            copy(sound.path(), damaged.path());
            let log = damaged.path().join(format!("{FILE_NAME}-wal"));
            let mut bytes = std::fs::read(&log).unwrap();
            bytes[LOG_HEADER + frame * FRAME + FRAME_HEADER + 100] ^= 1;
            std::fs::write(&log, bytes).unwrap();
            intact(sound.path(), damaged.path())
        };
        assert!(!hurt(0).contains(&id(1)));
        change(1);
        change(MESSAGES as i64 - 1);
        // The second frame is the newest image of the page of the first.
        assert_eq!(hurt(0), all());
        assert!(!hurt(2).contains(&id(MESSAGES - 1)) && hurt(2).contains(&id(1)));
    }

    #[test]
    fn a_log_that_is_gone_takes_what_only_it_held() {
        let (sound, open) = sound(true);
        open.execute("INSERT INTO message VALUES (1000, 'newest', NULL)", []).unwrap();
        let damaged = folder();
        std::fs::copy(path(&sound), path(&damaged)).unwrap();
        let intact = intact(sound.path(), damaged.path());
        assert!(!intact.contains("newest") && intact.contains(&id(0)));
    }
}
