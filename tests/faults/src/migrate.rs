//! Deaths while a new version brings a database of a released schema to its own: it is of the old one or of the new one, with
//! every row, and the backup from before brings the old rows back.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use parlour_core::FILE_NAME;
use parlour_core::backup::BackupReason;
use rusqlite::Connection;

use crate::chance::Chance;
use crate::disk::{Disk, HELD};
use crate::fixture::{Fixture, Table, content, fixtures, newest_schema, tables, version};
use crate::house::{House, copy, folder};
use crate::report::Report;

/// A filled database of a released schema, and what must be found in it ever after.
struct Ground {
    folder: tempfile::TempDir,
    schema: i64,
    newest: i64,
    tables: Vec<Table>,
    content: [u8; 32],
}

/// What the deaths came to.
#[derive(Default)]
struct Count {
    old: usize,
    new: usize,
    half: usize,
    ended: usize,
    restored: usize,
}

/// Kills so many times for each schema that is older than today's. `program` is this crate's.
#[must_use]
pub fn migrations(program: &Path, rounds: usize, messages: usize, seed: u64) -> Report {
    let (mut report, mut chance, mut count) = (Report::default(), Chance::new(seed), Count::default());
    let newest = newest_schema();
    let older: Vec<_> = fixtures().into_iter().filter(|fixture| fixture.schema < newest).collect();
    let (mut longest, mut all_writes) = (Duration::ZERO, 0);
    for fixture in &older {
        let ground = Ground::make(fixture, newest, messages, &mut chance);
        let place = ground.copied();
        let begin = Instant::now();
        let mut undisturbed = opening(program, place.path(), None);
        let writes: u64 = line(&mut undisturbed).parse().unwrap_or_default();
        let took = begin.elapsed();
        longest = longest.max(took);
        if !undisturbed.wait().unwrap().success() || writes == 0 {
            report.fail(format!("schema {}, undisturbed: {writes} writes", fixture.schema));
            continue;
        }
        all_writes += writes;
        for round in 0..rounds {
            let place = ground.copied();
            let number = (round as u64 / 2) % writes + 1;
            let in_time = round % 2 == 0;
            let mut child = opening(program, place.path(), (!in_time).then_some(number));
            if in_time {
                let micros = chance.below(usize::try_from(took.as_micros()).unwrap_or(0));
                std::thread::sleep(Duration::from_micros(micros as u64));
            } else if line(&mut child) != HELD {
                report.fail(format!("schema {}: there is no write {number}", fixture.schema));
            }
            count.ended += usize::from(child.try_wait().unwrap().is_some());
            // Whether it had ended before is counted.
            let _ = child.kill();
            child.wait().unwrap();
            let at = format!("schema {}, round {round}, seed {seed}", fixture.schema);
            if let Err(what) = ground.look(place.path(), &mut count) {
                report.fail(format!("{at}: {what}"));
            }
        }
    }
    let schemas: Vec<_> = older.iter().map(|fixture| fixture.schema.to_string()).collect();
    report.line = format!(
        "migration: {} deaths, every other one right before a write, each of {all_writes} in turn, {} after the end, while a \
         database of schema {} with {messages} messages became one of schema {newest} (at most {} ms): found old {}, {} of \
         them with a part of the step in the log, new {}, otherwise wrong {}; opened again with every row, and the backup \
         from before proven whole and brought back with every row, {}",
        rounds * older.len(),
        count.ended,
        schemas.join(" or "),
        longest.as_millis(),
        count.old,
        count.half,
        count.new,
        report.wrong,
        count.restored
    );
    report
}

/// Another process that opens a folder and ends, or waits for its death at the write of this number. It prints how many writes
/// there were, or that it waits.
fn opening(program: &Path, folder: &Path, last_write: Option<u64>) -> Child {
    let mut command = Command::new(program);
    command.arg("open").arg(folder).args(last_write.map(|number| number.to_string()));
    command.stdout(Stdio::piped()).spawn().unwrap()
}

/// Opens a folder, in the other process.
pub fn open_here(folder: &Path, last_write: Option<u64>) {
    let disk = Disk::watch(folder, false);
    if let Some(number) = last_write {
        disk.hold_at_write(number);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { House::new(folder, None).open_now().unwrap().close() });
    drop(runtime);
    println!("{}", disk.writes());
}

/// The line that the other process prints.
fn line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

impl Ground {
    fn make(fixture: &Fixture, newest: i64, messages: usize, chance: &mut Chance) -> Self {
        let folder = folder();
        let path = folder.path().join(FILE_NAME);
        fixture.make(&path, messages, chance).unwrap();
        let database = Connection::open(&path).unwrap();
        let tables = tables(&database);
        let content = content(&database, &tables).unwrap();
        Self { folder, schema: fixture.schema, newest, tables, content }
    }

    fn copied(&self) -> tempfile::TempDir {
        let place = folder();
        copy(self.folder.path(), place.path());
        place
    }

    fn has_every_row(&self, folder: &Path) -> Result<bool, String> {
        let database = Connection::open(folder.join(FILE_NAME)).map_err(|error| error.to_string())?;
        Ok(content(&database, &self.tables).map_err(|error| error.to_string())? == self.content)
    }

    /// Looks at a folder after a death, and lets a version that is not disturbed go on with it.
    fn look(&self, place: &Path, count: &mut Count) -> Result<(), String> {
        // What a look at it from outside would change, a copy is for.
        let left = folder();
        copy(place, left.path());
        let written = std::fs::metadata(left.path().join(format!("{FILE_NAME}-wal"))).map_or(0, |log| log.len());
        let found = {
            let database = Connection::open(left.path().join(FILE_NAME)).map_err(|error| error.to_string())?;
            let integrity: String = database
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .map_err(|error| error.to_string())?;
            if integrity != "ok" {
                return Err(format!("integrity_check: {integrity}"));
            }
            version(&database).map_err(|error| error.to_string())?
        };
        match found {
            found if found == self.schema => {
                count.old += 1;
                count.half += usize::from(written > 0);
            }
            found if found == self.newest => count.new += 1,
            other => return Err(format!("it is of schema {other}")),
        }
        if !self.has_every_row(left.path())? {
            return Err(format!("of schema {found}, and rows differ"));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let parlour = House::new(place, None).open().map_err(|error| format!("the next opening: {error}"))?;
            if !self.has_every_row(place)? {
                return Err("after the next opening rows differ".to_owned());
            }
            let backups = parlour.backups().await.map_err(|error| error.to_string())?;
            let before = backups.iter().find(|backup| backup.reason == BackupReason::Update);
            let before = before.filter(|backup| backup.verified_at.is_some());
            let before = before.ok_or("there is no backup from before that was proven whole")?;
            // This proves it once more.
            parlour.restore_backup(&before.id).await.map_err(|error| format!("the way back: {error}"))?;
            if !self.has_every_row(place)? {
                return Err("what came back differs".to_owned());
            }
            count.restored += 1;
            Ok(())
        })?;
        let database = Connection::open(place.join(FILE_NAME)).map_err(|error| error.to_string())?;
        match version(&database) {
            Ok(found) if found == self.newest => Ok(()),
            other => Err(format!("in the end it is of schema {other:?}")),
        }
    }
}
