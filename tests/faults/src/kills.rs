//! Deaths: another process lives on the folder and is killed with SIGKILL at a random moment; the next goes on with what it
//! left. What it told before is what must be there, and every backup it made must bring back what was so then.

use std::collections::BTreeMap;
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
use crate::expect::Expected;
use crate::house::{House, PATIENCE, answer, copy, folder};
use crate::life::Wish;
use crate::report::Report;
use crate::scenario::Player;

/// How long received text may be only in memory, in milliseconds.
pub const MOST_BEHIND: i64 = 250;

/// So many deaths share a folder before another begins.
const DEATHS: usize = 25;

/// The longest life that ends anywhere.
const LONGEST_LIFE: Duration = Duration::from_millis(900);

/// The longest that a call is given that is aimed at by its number, and the highest number.
const SHORT_CALL: Duration = Duration::from_millis(3);
const CALLS: usize = 10;

/// The calls that are aimed at by their name.
const BACKUP: &str = "take_backup";
const RESTORE: &str = "restore_backup";

/// When a life ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// So long after it began.
    After(Duration),
    /// So long after the first call of this name began.
    In(&'static str, Duration),
    /// So long after the call of this number began, counted from 1.
    InCall(usize, Duration),
}

/// How long a backup and the return of one took when they were last seen from begin to end: where to look for a death in one.
struct Usual {
    backup: Duration,
    restore: Duration,
}

impl Usual {
    /// An end for the next life: half of them in the middle of a call, which would otherwise be met less often than an answer.
    fn end(&self, chance: &mut Chance) -> (Wish, End) {
        let which = chance.below(6);
        let mut moment = |longest: Duration| {
            let micros = chance.below(usize::try_from(longest.as_micros()).unwrap_or(0));
            Duration::from_micros(micros as u64)
        };
        match which {
            0 => (Wish::Backup, End::In(BACKUP, moment(self.backup))),
            1 => (Wish::Restore, End::In(RESTORE, moment(self.restore))),
            2 => {
                let moment = moment(SHORT_CALL);
                (Wish::Anything, End::InCall(1 + chance.below(CALLS), moment))
            }
            _ => (Wish::Anything, End::After(moment(LONGEST_LIFE))),
        }
    }

    /// Learns from a life.
    fn learn(&mut self, told: &[(Instant, Event)]) {
        let mut begun = None;
        for (at, event) in told {
            match (event, begun) {
                (Event::Calling(what), _) => begun = Some((what, *at)),
                (Event::Called, Some((what, since))) if what == BACKUP => self.backup = *at - since,
                (Event::Called, Some((what, since))) if what == RESTORE => self.restore = *at - since,
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
    let (mut came, mut made, mut verified, mut restored) = (0, 0, 0, 0);
    let mut under_way: BTreeMap<String, usize> = BTreeMap::new();
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
            *under_way.entry(expected.under_way().to_owned()).or_default() += 1;
            expected.die();
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
    let under_way: Vec<_> = under_way.iter().map(|(what, count)| format!("{what} {count}")).collect();
    report.line = format!(
        "kill -9: {rounds} deaths, under way was: {}; of the returns of a backup {came} had happened, the others not at all; {early} before there was a database; {acknowledged} things acknowledged, acknowledged \
         lost {}, integrity ok {}, otherwise wrong {}; streamed text behind at most {behind} ms, {late} times more than \
         {MOST_BEHIND} ms; {made} backups made, proven whole {verified} times, each after each death, brought back with all \
         they held {restored}",
        under_way.join(", "),
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
            if let Event::Calling(what) = &event {
                // Nobody listens any more where the one that was waited for has come.
                let _ = begun.send(what.clone());
            }
            told.push((Instant::now(), event));
        }
        told
    });
    match end {
        End::After(life) => std::thread::sleep(life),
        End::In(call, moment) => {
            while begins.recv_timeout(PATIENCE).unwrap() != call {}
            std::thread::sleep(moment);
        }
        End::InCall(number, moment) => {
            for _ in 0..number {
                begins.recv_timeout(PATIENCE).unwrap();
            }
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
