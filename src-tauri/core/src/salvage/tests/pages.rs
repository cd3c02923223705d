//! Damage to the file of a database: pages that are gone, of elsewhere, or anything.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::salvage::build;
use crate::salvage::rows::{MESSAGE, PART, Row};

/// The rows of the tables with integer keys that each page holds or continues, by table and position.
///
/// Told by SQLite's own statistics: a path of `dbstat` names the cell that an overflow page belongs to.
fn touched(bytes: &[u8]) -> Vec<BTreeSet<(&'static str, usize)>> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(FILE_NAME);
    std::fs::write(&path, bytes).unwrap();
    let connection = Connection::open(path).unwrap();
    let mut of_page = vec![BTreeSet::new(); bytes.len() / PAGE + 1];
    for table in TABLES.iter().filter(|table| table.has_key()) {
        let mut first = BTreeMap::new();
        let mut count = 0;
        let sql = "SELECT pageno, path, pagetype, ncell FROM dbstat WHERE name = ?1 ORDER BY pagetype, path";
        let mut statement = connection.prepare(sql).unwrap();
        let mut pages = statement.query([table.name]).unwrap();
        while let Some(page) = pages.next().unwrap() {
            let (number, path, kind, cells): (u32, String, String, u32) =
                (page.get(0).unwrap(), page.get(1).unwrap(), page.get(2).unwrap(), page.get(3).unwrap());
            let (number, cells) = (number as usize, cells as usize);
            match kind.as_str() {
                "leaf" => {
                    of_page[number].extend((count..count + cells).map(|row| (table.name, row)));
                    first.insert(path, count);
                    count += cells;
                }
                "overflow" => {
                    let (cell, _) = path.split_once('+').unwrap();
                    let (leaf, cell) = cell.split_at(cell.len() - 3);
                    let row = first[leaf] + usize::from_str_radix(cell, 16).unwrap();
                    of_page[number].insert((table.name, row));
                }
                _ => {}
            }
        }
    }
    of_page
}

/// The numbers, from 1, of the pages of these trees.
fn pages_named(bytes: &[u8], names: &[&str]) -> BTreeSet<usize> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(FILE_NAME);
    std::fs::write(&path, bytes).unwrap();
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT name, pageno FROM dbstat").unwrap();
    let pages = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))).unwrap();
    let pages = pages.map(Result::unwrap).filter(|(name, _)| names.contains(&name.as_str()));
    pages.map(|(_, page)| page as usize).collect()
}

/// The numbers, from 1, of the pages whose first byte is this.
fn pages_of(bytes: &[u8], kind: u8) -> Vec<usize> {
    (1..=bytes.len() / PAGE).filter(|number| bytes[(number - 1) * PAGE] == kind).collect()
}

fn zero(bytes: &mut [u8], page: usize) {
    bytes[(page - 1) * PAGE..page * PAGE].fill(0);
}

#[test]
fn the_shapes_are_those_of_the_schema() {
    // What the last check found is not worth bringing along, and the index of the search is made anew.
    let new = empty();
    for table in TABLES {
        let mut statement = new.prepare(&format!("SELECT name FROM pragma_table_info('{}')", table.name)).unwrap();
        let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(names, table.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
        AND name <> 'last_check' AND name NOT LIKE 'search%'";
    let count: u32 = new.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(count as usize, TABLES.len());
}

#[test]
fn a_sound_database_is_rebuilt_row_for_row_also_without_any_tree_or_its_first_page() {
    let (bytes, sound) = Sound::closed();
    assert!(sound.values().all(|rows| !rows.is_empty()));
    assert_eq!(rows(&rebuilt_from(&bytes)), sound);
    let mut without_trees = bytes.clone();
    let interior = pages_of(&bytes, 0x05);
    assert!(interior.len() > 2);
    interior.iter().for_each(|page| zero(&mut without_trees, *page));
    zero(&mut without_trees, 1);
    assert_eq!(rows(&rebuilt_from(&without_trees)), sound);
}

#[test]
fn rows_of_old_schemas_deep_trees_and_long_texts_are_among_them() {
    let (bytes, sound) = Sound::closed();
    let lengths = sound["part"].iter().map(|row| if let Value::Text(text) = &row[4] { text.len() } else { 0 });
    assert!(lengths.max() > Some(4 * PAGE));
    assert!(!pages_of(&bytes, 0x02).is_empty());
}

#[test]
fn whichever_page_is_gone_every_row_that_was_not_on_it_is_there_as_it_was() {
    let (bytes, sound) = Sound::closed();
    let touched = touched(&bytes);
    let without_keys = pages_named(&bytes, &["journal", "draft"]);
    assert_eq!(
        touched.iter().flatten().filter(|(table, _)| *table == PART.name).collect::<BTreeSet<_>>().len(),
        sound["part"].len()
    );
    for (page, here) in touched.iter().enumerate().skip(1) {
        let mut damaged = bytes.clone();
        zero(&mut damaged, page);
        let found = rows(&rebuilt_from(&damaged));
        let connection_lost = here.iter().any(|(table, _)| *table == "connection");
        for table in TABLES.iter().filter(|table| table.has_key()) {
            let name = table.name;
            let is_lost = |at: &usize| here.contains(&(name, *at));
            let (lost, kept): (Vec<usize>, Vec<usize>) = (0..sound[name].len()).partition(is_lost);
            for row in kept.iter().map(|at| &sound[name][*at]) {
                let mut expected = row.clone();
                if name == "chat" && connection_lost {
                    expected[2] = Value::Null;
                }
                assert!(found[name].contains(&expected), "page {page}: {name} {:?}", &row[..2]);
            }
            // Beside them only what stands for what is lost, the chat for what belongs nowhere, and what was in the journal of
            // a lost reply.
            let lost: Vec<&Value> = lost.iter().map(|at| &sound[name][*at][1]).collect();
            for row in found[name].iter().filter(|row| !sound[name].contains(row) && !connection_lost) {
                let recovered = name == "chat" && row[4] == Value::Text(b"Recovered".to_vec());
                let folded = name == PART.name && sound["journal"].iter().any(|of_journal| of_journal[0] == row[1]);
                assert!(recovered || folded || lost.contains(&&row[1]), "page {page}: {name} {:?}", &row[..2]);
            }
        }
        // Pages of the trees without integer keys are not told apart here, and a lost reply takes its journal.
        let is_of_them = without_keys.contains(&page) || here.iter().any(|(table, _)| *table == MESSAGE.name);
        if !is_of_them {
            assert!(["journal", "draft"].iter().all(|name| found[name] == sound[name]), "page {page}");
        }
    }
}

#[test]
fn a_page_over_another_one_brings_no_row_twice_and_takes_none_but_those_it_covers() {
    let (bytes, sound) = Sound::closed();
    let touched = touched(&bytes);
    let leaves = pages_of(&bytes, 0x0d);
    let mut chance = Chance(3);
    for _ in 0..20 {
        let (from, to) = (leaves[chance.below(leaves.len())], leaves[chance.below(leaves.len())]);
        let mut damaged = bytes.clone();
        damaged.copy_within((from - 1) * PAGE..from * PAGE, (to - 1) * PAGE);
        let found = rows(&rebuilt_from(&damaged));
        let lost = |table, at| from != to && touched[to].contains(&(table, at));
        for name in [MESSAGE.name, PART.name] {
            for (at, row) in sound[name].iter().enumerate().filter(|(at, _)| !lost(name, *at)) {
                assert!(found[name].contains(row), "{from} over {to}: {name} {at}");
            }
        }
    }
}

#[test]
fn of_two_versions_of_a_message_the_one_that_its_hash_proves_is_kept() {
    let mut sound = Sound::new();
    let chat = sound.chats[5].clone();
    let read = |sound: &Sound| {
        sound.store.checkpoint().unwrap();
        std::fs::read(sound.path()).unwrap()
    };
    let asked = sound.ask(&sound.chats[0].clone(), "The former text.").0;
    let former = read(&sound);
    sound.write(|t| message::set_text(t, &message::find(t, &asked)?, "The text of today."));
    let today = read(&sound);
    let needle = b"The former text.";
    let page = former.windows(needle.len()).position(|window| window == needle).unwrap() / PAGE;
    for covered in [pages_of(&today, 0x0a)[0] - 1, today.len() / PAGE] {
        // The page of before lies over an index, or behind the end.
        let mut damaged = today.clone();
        damaged.resize((covered + 1).max(today.len() / PAGE) * PAGE, 0);
        damaged[covered * PAGE..(covered + 1) * PAGE].copy_from_slice(&former[page * PAGE..(page + 1) * PAGE]);
        let new = rebuilt_from(&damaged);
        assert_eq!(message::text(&new, &asked).unwrap(), "The text of today.");
        assert_eq!(crate::store::digest::wrong(&new).unwrap(), []);
    }
    assert!(chat::find(&rebuilt_from(&today), &chat).is_err(), "what was purged stays away");
}

#[test]
fn a_text_whose_pages_are_partly_gone_is_kept_up_to_there() {
    let (bytes, sound) = Sound::closed();
    let touched = touched(&bytes);
    let mut cut = 0;
    for page in 1..=bytes.len() / PAGE {
        let is_overflow = bytes[(page - 1) * PAGE] == 0;
        let part = touched[page].iter().find(|(table, _)| *table == PART.name);
        let (true, Some((_, part))) = (is_overflow, part) else { continue };
        let mut damaged = bytes.clone();
        zero(&mut damaged, page);
        let found = rows(&rebuilt_from(&damaged));
        let whole = &sound["part"][*part];
        let row = found["part"].iter().find(|row| row[0] == whole[0]).unwrap();
        assert_eq!(row[..4], whole[..4]);
        let (Value::Text(whole), Value::Text(text)) = (&whole[4], &row[4]) else { panic!("no text") };
        assert!(whole.starts_with(text) && text.len() < whole.len() && !text.is_empty());
        cut += 1;
    }
    assert!(cut > 10);
}

#[test]
fn text_that_is_no_text_any_more_is_carried_over_unread() {
    let (bytes, _) = Sound::closed();
    let needle = b"Another answer.";
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    let mut damaged = bytes.clone();
    damaged[at] = 0xff;
    let found = rows(&rebuilt_from(&damaged));
    let expected = Value::Text([&[0xff], &needle[1..]].concat());
    assert!(found["part"].iter().any(|row| row[4] == expected));
}

#[test]
fn a_file_that_is_missing_empty_cut_off_or_anything_at_all_makes_a_sound_database() {
    let folder = TempDir::new().unwrap();
    let nothing = rows(&empty());
    assert_eq!(rows(&rebuilt(&folder.path().join("missing"))), nothing);
    assert_eq!(rows(&rebuilt_from(&[])), nothing);
    assert_eq!(rows(&rebuilt_from(&[0; 10 * PAGE])), nothing);
    let mut chance = Chance(5);
    let garbage: Vec<u8> = (0..10 * PAGE).map(|_| u8::try_from(chance.below(256)).unwrap()).collect();
    assert_eq!(rows(&rebuilt_from(&garbage)), nothing);
    let (bytes, _) = Sound::closed();
    for _ in 0..20 {
        rebuilt_from(&bytes[..chance.below(bytes.len())]);
    }
}

#[test]
fn a_row_that_is_nothing_without_its_key_is_left_out_where_that_is_lost() {
    let mut new = empty();
    let table = TABLES.into_iter().find(|table| table.name == "believed_clock").unwrap();
    let t = new.transaction().unwrap();
    for key in [0, -1, 2] {
        let row = Row { table, values: vec![Value::Integer(key), Value::Integer(1_700_000_000_000)], cut: false };
        build::put(&t, row).unwrap();
    }
    assert_eq!(t.query_row("SELECT count(*) FROM believed_clock", [], |row| row.get(0)), Ok(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bits_never_bring_it_down(flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u32), 1..64)) {
        thread_local! { static SOUND: Vec<u8> = Sound::closed().0; }
        let mut damaged = SOUND.with(Clone::clone);
        for (at, bit) in flips {
            let at = at.index(damaged.len());
            damaged[at] ^= 1 << bit;
        }
        rebuilt_from(&damaged);
    }
}
