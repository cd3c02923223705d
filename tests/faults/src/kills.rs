//! Deaths: another process lives on the folder and is killed with SIGKILL at a random moment; the next goes on with what it
//! left. What it told before is what must be there, and every backup it made must bring back what was so then.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use model_server::ModelServer;
use parlour_core::parlour::system_clock;

use crate::backups::{left_behind, restore_all};
use crate::chance::Chance;
use crate::check::{check, sent_too_often};
use crate::event::{ALIVE_EVERY, Event, tell};
use crate::expect::{Expected, Work};
use crate::house::{House, PATIENCE, answer, copy, folder};
use crate::life::Wish;
use crate::report::Report;
use crate::scenario::Player;

/// How long received text may be only in memory, in milliseconds.
pub const MOST_BEHIND: i64 = 250;

/// So many deaths share a folder before another begins.
const DEATHS: usize = 25;

/// The longest life, in milliseconds.
const LONGEST_LIFE: usize = 700;

/// When a life ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// So long after it began.
    After(Duration),
    /// So long after this work began for the first time.
    Within(Work, Duration),
}

/// How long a backup and the return of one took when they were last seen from begin to end: where to look for a death in one.
struct Usual {
    backup: Duration,
    restore: Duration,
}

impl Usual {
    /// An end for the next life, a third of them in the middle of a backup or a return.
    fn end(&self, chance: &mut Chance) -> (Wish, End) {
        let which = chance.below(6);
        let within = |work, usual: Duration, chance: &mut Chance| {
            let micros = chance.below(usize::try_from(usual.as_micros()).unwrap_or(0));
            End::Within(work, Duration::from_micros(micros as u64))
        };
        match which {
            0 => (Wish::Backup, within(Work::Backup, self.backup, chance)),
            1 => (Wish::Restore, within(Work::Restore, self.restore, chance)),
            _ => (Wish::Anything, End::After(Duration::from_millis(chance.below(LONGEST_LIFE) as u64))),
        }
    }

    /// Learns from a life.
    fn learn(&mut self, told: &[(Instant, Event)]) {
        let mut begun = None;
        for (at, event) in told {
            match event {
                Event::BackingUp | Event::Restoring(_) => begun = Some(*at),
                Event::BackedUp(_) => self.backup = begun.map_or(self.backup, |begun| *at - begun),
                Event::Restored => self.restore = begun.map_or(self.restore, |begun| *at - begun),
                _ => {}
            }
        }
    }
}

/// Kills so many times. `program` is this crate's.
#[must_use]
pub fn kills(program: &Path, rounds: usize, seed: u64) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut report = Report::default();
    let mut chance = Chance::new(seed);
    let mut usual = Usual { backup: Duration::from_millis(40), restore: Duration::from_millis(80) };
    let (mut acknowledged, mut behind, mut late, mut early) = (0, 0, 0, 0);
    let (mut in_backup, mut in_restore, mut came, mut made, mut verified, mut restored) = (0, 0, 0, 0, 0, 0);
    let mut round = 0;
    while round < rounds {
        let server = runtime.block_on(ModelServer::start()).unwrap();
        server.default_reply(Some(answer(Duration::from_millis(12))));
        let folder = folder();
        let mut expected = Expected::default();
        for _ in 0..DEATHS.min(rounds - round) {
            let (wish, end) = usual.end(&mut chance);
            let (events, died_at) = live(program, folder.path(), &server.url(), (round, wish, end), &mut usual);
            events.iter().for_each(|event| expected.take(event));
            expected.die();
            in_backup += usize::from(expected.work == Some(Work::Backup));
            in_restore += usize::from(expected.work == Some(Work::Restore));
            let at = |round| format!("death {round}, {end:?}, seed {seed}");
            for (id, reason) in left_behind(folder.path()) {
                if !expected.backups.contains_key(&id) && !expected.found(&id, reason) {
                    report.fail(format!("{}: nobody took the backup {id}", at(round)));
                }
            }
            let left = crate::house::folder();
            copy(folder.path(), left.path());
            // Where it died before there was a database, nothing can have been acknowledged.
            let born = left.path().join(parlour_core::FILE_NAME).exists();
            early += usize::from(!born);
            if born {
                let mut verdict = check(left.path(), &expected, &[], Some(died_at));
                verdict.wrong.extend(sent_too_often(&expected, &server.requests()));
                report.take(&verdict, || at(round));
                behind = behind.max(verdict.behind);
                late += usize::from(verdict.behind > MOST_BEHIND);
                came += usize::from(verdict.came);
                verified += verdict.verified;
                expected.learn(&verdict);
            }
            round += 1;
        }
        acknowledged += expected.acknowledged();
        made += expected.backups.len();
        let left = crate::house::folder();
        copy(folder.path(), left.path());
        for verdict in restore_all(left.path(), &expected) {
            report.take(&verdict, || format!("after death {round}, seed {seed}"));
            restored += usize::from(verdict.is_good());
        }
    }
    report.late = late;
    report.line = format!(
        "kill -9: {rounds} deaths, {in_backup} of them in a backup, {in_restore} in the return of one ({came} found the new \
         state, the others the old), {early} before there was a database; {acknowledged} things acknowledged, acknowledged \
         lost {}, integrity ok {}, otherwise wrong {}; streamed text behind at most {behind} ms, {late} times more than \
         {MOST_BEHIND} ms; {made} backups made, proven whole {verified} times, each after each death, brought back with all \
         they held {restored}",
        report.lost,
        rounds - early - report.wrong_folders,
        report.wrong
    );
    report
}

/// One life: what it told, and when it was ended.
fn live(
    program: &Path,
    folder: &Path,
    server: &str,
    (round, wish, end): (usize, Wish, End),
    usual: &mut Usual,
) -> (Vec<Event>, i64) {
    let mut child = Command::new(program)
        .arg("live")
        .args([folder.as_os_str(), server.as_ref(), round.to_string().as_ref(), wish.word().as_ref()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (begun, begins) = mpsc::channel();
    let listening = std::thread::spawn(move || {
        // The last line may be cut off: then its acknowledgement did not arrive.
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        let mut told = Vec::new();
        for event in lines.filter_map(|line| serde_json::from_str::<Event>(&line).ok()) {
            let work = match event {
                Event::BackingUp => Some(Work::Backup),
                Event::Restoring(_) => Some(Work::Restore),
                _ => None,
            };
            // Nobody listens any more where the first one was enough.
            let _ = work.map(|work| begun.send(work));
            told.push((Instant::now(), event));
        }
        told
    });
    match end {
        End::After(life) => std::thread::sleep(life),
        End::Within(work, moment) => {
            let deadline = Instant::now() + PATIENCE;
            while begins.recv_timeout(deadline.saturating_duration_since(Instant::now())).unwrap() != work {}
            std::thread::sleep(moment);
        }
    }
    let died_at = system_clock();
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(status.code().is_none() || cfg!(windows), "it was killed, and did not end by itself: {status}");
    let told = listening.join().unwrap();
    usual.learn(&told);
    (told.into_iter().map(|(_, event)| event).collect(), died_at)
}

/// The life itself, in the other process.
pub fn live_here(folder: &Path, server: String, round: &str, wish: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    std::thread::spawn(|| {
        loop {
            tell(Event::Alive(system_clock()));
            std::thread::sleep(Duration::from_millis(ALIVE_EVERY.unsigned_abs()));
        }
    });
    runtime.block_on(async {
        let parlour = House::new(folder, Some(server)).open().unwrap();
        let mut player =
            Player { parlour, tell: Arc::new(tell), disk: None, name: format!("of life {round}"), asked: 0 };
        player.forever(Wish::named(wish).unwrap(), &mut Chance::new(round.parse().unwrap())).await;
    });
}
