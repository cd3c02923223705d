//! Deaths: another process lives on the folder and is killed with SIGKILL at a random moment; the next goes on with what it
//! left. What it told before is what must be there.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use model_server::ModelServer;
use parlour_core::parlour::system_clock;

use crate::chance::Chance;
use crate::check::{check, sent_too_often};
use crate::event::{ALIVE_EVERY, Event, tell};
use crate::expect::Expected;
use crate::house::{House, answer, copy, folder};
use crate::report::Report;
use crate::scenario::Player;

/// How long received text may be only in memory, in milliseconds.
pub const MOST_BEHIND: i64 = 250;

/// So many deaths share a folder before another begins.
const DEATHS: usize = 25;

/// The longest life, in milliseconds.
const LONGEST_LIFE: usize = 700;

/// Kills so many times. `program` is this crate's.
#[must_use]
pub fn kills(program: &Path, rounds: usize, seed: u64) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut report = Report::default();
    let mut chance = Chance::new(seed);
    let (mut acknowledged, mut behind, mut late, mut early) = (0, 0, 0, 0);
    let mut round = 0;
    while round < rounds {
        let server = runtime.block_on(ModelServer::start()).unwrap();
        server.default_reply(Some(answer(Duration::from_millis(12))));
        let folder = folder();
        let mut expected = Expected::default();
        for _ in 0..DEATHS.min(rounds - round) {
            let life = Duration::from_millis(chance.below(LONGEST_LIFE) as u64);
            let (events, died_at) = live(program, folder.path(), &server.url(), round, life);
            events.iter().for_each(|event| expected.take(event));
            expected.die();
            let left = crate::house::folder();
            copy(folder.path(), left.path());
            // Where it died before there was a database, nothing can have been acknowledged.
            let born = left.path().join(parlour_core::FILE_NAME).exists();
            early += usize::from(!born);
            if born {
                let mut verdict = check(left.path(), &expected, &[], Some(died_at));
                verdict.wrong.extend(sent_too_often(&expected, &server.requests()));
                report.take(&verdict, || format!("death {round} after {life:?}, seed {seed}"));
                behind = behind.max(verdict.behind);
                late += usize::from(verdict.behind > MOST_BEHIND);
                expected.learn(&verdict);
            }
            round += 1;
        }
        acknowledged += expected.acknowledged();
    }
    report.late = late;
    report.line = format!(
        "kill -9: {rounds} deaths, {early} of them before there was a database, {acknowledged} things acknowledged, acknowledged lost {}, integrity ok {}, otherwise \
         wrong {}; streamed text behind at most {behind} ms, {late} times more than {MOST_BEHIND} ms",
        report.lost,
        rounds - early - report.wrong_folders,
        report.wrong
    );
    report
}

/// One life: what it told, and when it was ended.
fn live(program: &Path, folder: &Path, server: &str, round: usize, life: Duration) -> (Vec<Event>, i64) {
    let mut child = Command::new(program)
        .arg("live")
        .args([folder.as_os_str(), server.as_ref(), round.to_string().as_ref()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let listening = std::thread::spawn(move || {
        // The last line may be cut off: then its acknowledgement did not arrive.
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_str(&line).ok()).collect::<Vec<Event>>()
    });
    std::thread::sleep(life);
    let died_at = system_clock();
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(status.code().is_none() || cfg!(windows), "it was killed, and did not end by itself: {status}");
    (listening.join().unwrap(), died_at)
}

/// The life itself, in the other process.
pub fn live_here(folder: &Path, server: String, round: &str) {
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
        player.forever(&mut Chance::new(round.parse().unwrap())).await;
    });
}
