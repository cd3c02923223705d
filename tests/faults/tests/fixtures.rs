//! The kept databases of released schemas: one for each, none of them out of reach of today's Parlour.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use fault_tests::chance::Chance;
use fault_tests::fixture::{content, fixtures, new_database, newest_schema, tables, version};
use fault_tests::house::{House, folder};
use parlour_core::FILE_NAME;
use rusqlite::Connection;

/// How a missing one is made, once, before its schema is released.
const HOW: &str = "cargo run -p fault-tests -- fixture > tests/faults/fixtures/schema-<number>.sql";

/// What each table and index was made with.
fn made(database: &Connection) -> Vec<(String, String)> {
    let mut rows = database.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).filter(|(name, _): &(String, String)| !name.starts_with("sqlite_")).collect()
}

#[test]
fn every_schema_up_to_todays_has_a_fixture() {
    let schemas: Vec<_> = fixtures().iter().map(|fixture| fixture.schema).collect();
    let wanted: Vec<_> = (1..=newest_schema()).collect();
    assert_eq!(schemas, wanted, "{HOW}");
}

#[test]
fn every_fixture_becomes_what_a_new_database_is_and_keeps_its_rows() {
    let new = new_database();
    let wanted = made(&Connection::open(new.path().join(FILE_NAME)).unwrap());
    for fixture in fixtures() {
        let place = folder();
        let path = place.path().join(FILE_NAME);
        fixture.make(&path, 0, &mut Chance::new(1)).unwrap();
        let database = Connection::open(&path).unwrap();
        assert_eq!(version(&database).unwrap(), fixture.schema);
        let tables = tables(&database);
        let before = content(&database, &tables).unwrap();
        drop(database);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { House::new(place.path(), None).open().unwrap().close() });
        let database = Connection::open(&path).unwrap();
        assert_eq!(made(&database), wanted, "from schema {}", fixture.schema);
        assert_eq!(content(&database, &tables).unwrap(), before, "from schema {}", fixture.schema);
    }
}
