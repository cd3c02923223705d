//! Short rounds of every kind of fault, with fixed seeds. `npm run test:faults` runs the long ones.

use std::path::Path;

use fault_tests::damage::damages;
use fault_tests::failing::failing_disk;
use fault_tests::kills::kills;
use fault_tests::migrate::migrations;
use fault_tests::places::bad_places;
use fault_tests::power::{Depth, power_loss};
use fault_tests::refused::refusals;
use fault_tests::report::Report;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_fault-tests"))
}

fn assert_good(report: &Report) {
    report.print();
    assert!(report.is_good(), "{report:#?}");
}

#[test]
fn a_killed_process_has_lost_nothing_that_it_acknowledged_and_no_backup() {
    assert_good(&kills(program(), 12, 1));
}

#[test]
fn a_killed_change_of_the_schema_leaves_the_old_or_the_new_one() {
    assert_good(&migrations(program(), 12, 1_000, 1));
}

#[test]
fn a_power_loss_takes_nothing_that_was_acknowledged() {
    assert_good(&power_loss(Depth { every: 29, mixed: 1, long: 0, syncs: true }, 1));
}

#[test]
fn a_disk_that_only_says_that_it_synced_is_found_out() {
    let report = power_loss(Depth { every: 97, mixed: 0, long: 0, syncs: false }, 1);
    assert!(report.lost > 0, "{report:#?}");
}

#[test]
fn a_disk_that_fails_anywhere_loses_nothing_and_is_told() {
    assert_good(&failing_disk(83, false));
}

#[test]
fn a_change_that_was_refused_has_not_happened_when_the_process_dies_then() {
    assert_good(&refusals());
}

#[test]
fn a_full_a_forbidden_a_vanishing_and_a_busy_folder_lose_nothing() {
    bad_places(program()).iter().for_each(assert_good);
}

#[test]
fn a_damaged_file_never_brings_parlour_down() {
    assert_good(&damages(program(), 40, 30, 1));
}
