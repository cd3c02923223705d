//! The program: `fault-tests [ROUNDS [KIND]]` runs every kind of fault, or one, and prints its figures, a line each. `ROUNDS`
//! is the number of deaths, 500 unless told; the others are as thorough in proportion, and above 500 a disk fails in all ways
//! at every act. `fault-tests fixture` prints a database of today's schema, to be kept. What else it can be called with is for itself.

use std::path::Path;
use std::process::ExitCode;

use fault_tests::damage::{damages, inspect_here};
use fault_tests::failing::failing_disk;
use fault_tests::fixture::todays;
use fault_tests::kills::{kills, live_here};
use fault_tests::migrate::{migrations, open_here};
use fault_tests::places::{bad_places, fill_here};
use fault_tests::power::{Depth, power_loss};
use fault_tests::refused::refusals;

/// Rounds of a full run: 500 deaths, 50 more for each released schema, 1,000 damages, every write, every act.
const FULL: usize = 500;

/// Bytes of the long message of a full run: its log is more than SQLite lets grow before it writes the database.
const LONG: usize = 4_500_000;

/// Deaths for each released schema of a full run.
const MIGRATIONS: usize = 50;

/// Messages of the databases that a new version opens.
const MESSAGES: usize = 100_000;

/// The kinds of faults.
const KINDS: [&str; 6] = ["kill", "migrate", "power", "places", "damage", "disk"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["live", folder, server, round, wish] => live_here(Path::new(folder), server.to_owned(), round, wish),
        ["fill", folder, server] => fill_here(Path::new(folder), server.to_owned()),
        ["open", folder] => open_here(Path::new(folder), None),
        ["open", folder, last_write] => open_here(Path::new(folder), last_write.parse().ok()),
        ["fixture"] => print!("{}", todays()),
        ["inspect", folder] => inspect_here(Path::new(folder)),
        [] => return run(FULL, None),
        [rounds] if number(rounds).is_some() => return run(number(rounds).unwrap_or(FULL), None),
        [rounds, kind] if number(rounds).is_some() && KINDS.contains(&kind) => {
            return run(number(rounds).unwrap_or(FULL), Some(kind));
        }
        _ => {
            eprintln!("Usage: fault-tests [ROUNDS [{}]]", KINDS.join("|"));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn number(word: &str) -> Option<usize> {
    word.parse().ok().filter(|rounds| *rounds > 0)
}

fn run(rounds: usize, only: Option<&str>) -> ExitCode {
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let every = (FULL / rounds).max(1);
    let long = if every == 1 { LONG } else { 0 };
    let mut good = true;
    for kind in KINDS.into_iter().filter(|kind| only.is_none_or(|only| only == *kind)) {
        // Some take a quarter of an hour before their line comes.
        eprintln!("{kind} …");
        let reports = match kind {
            "kill" => vec![kills(&program, rounds, seed)],
            "migrate" => vec![migrations(&program, (rounds * MIGRATIONS / FULL).max(1), MESSAGES, seed)],
            "power" => vec![power_loss(Depth { every, mixed: 2, long, syncs: true }, seed)],
            "places" => bad_places(&program),
            "damage" => vec![damages(&program, 2 * rounds, 100, seed)],
            _ => vec![refusals(), failing_disk(every as u64, rounds > FULL)],
        };
        for report in reports {
            report.print();
            good &= report.is_good() && report.late == 0;
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
