//! Failing disks: the Nth thing that SQLite asks of the file system fails, for every N until the day passes untouched.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model_server::ModelServer;
use parlour_core::Parlour;
use parlour_core::error::ErrorKind;
use parlour_core::patch::NoticeContent;

use crate::check::{Verdict, check};
use crate::disk::{Disk, Fault, Why};
use crate::event::Event;
use crate::expect::Expected;
use crate::house::{House, answer, folder};
use crate::report::{Report, panics};
use crate::scenario::Player;

/// In which ways a disk fails.
const WHYS: [Why; 3] = [Why::Broken, Why::Full, Why::Forbidden];

/// What one day with one fault came to.
struct Day {
    verdict: Verdict,
    /// How often the disk failed.
    failed: u64,
    /// How each of them was told: kinds of errors of calls, replies and notices.
    told: Vec<String>,
}

/// Fails the Nth act, alone and with all that follow until somebody is told, for N = 1, 1 + `every`, … In each way where
/// `all_ways`, else in turn.
#[must_use]
pub fn failing_disk(every: u64, all_ways: bool) -> Report {
    let mut report = Report::default();
    let (mut days, mut quiet, mut kinds, mut last) = (0, 0, BTreeMap::<String, usize>::new(), 0);
    let before = panics();
    for once in [true, false] {
        let (mut first, mut untouched) = (1, false);
        while !untouched {
            let turn = usize::try_from(first).unwrap_or(0) % WHYS.len();
            let ways = if all_ways { &WHYS[..] } else { &WHYS[turn..=turn] };
            untouched = true;
            for why in ways {
                let day = day(Fault { first, once, why: *why });
                untouched &= day.failed == 0;
                days += 1;
                // SQLite gets over some of them by itself: then nobody was refused anything.
                quiet += usize::from(day.failed > 0 && day.told.is_empty());
                day.told.into_iter().for_each(|kind| *kinds.entry(kind).or_default() += 1);
                report.take(&day.verdict, || format!("{why:?} at act {first}, once: {once}"));
            }
            last = first;
            first += every;
        }
    }
    let panics = panics() - before;
    if panics > 0 {
        report.fail(format!("{panics} panics"));
    }
    let told: Vec<_> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    report.line = format!(
        "failing disk: {days} days, a fault at every {every}. of up to {last} acts, passed over by SQLite {quiet}, panics \
         {panics}, acknowledged lost {}, otherwise wrong {}; told: {}",
        report.lost,
        report.wrong,
        told.join(", ")
    );
    report
}

fn day(fault: Fault) -> Day {
    let folder = folder();
    let disk = Disk::watch(folder.path(), false);
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let asked = runtime.block_on(async {
        let server = ModelServer::start().await.unwrap();
        server.default_reply(Some(answer(Duration::ZERO)));
        let house = House::new(folder.path(), Some(server.url())).quick();
        disk.fail(fault);
        let parlour = open(&house, &disk, &told);
        let healing = tokio::spawn(heal_when_told(Arc::clone(&parlour), Arc::clone(&disk), Arc::clone(&told)));
        let (telling, refusing) = (Arc::clone(&events), Arc::clone(&told));
        let tell = Arc::new(move |event: Event| {
            if let Event::Refused(kind) = &event {
                refusing.lock().unwrap().push(kind.clone());
            }
            telling.lock().unwrap().push(event);
        });
        let mut player = Player { parlour, tell, disk: Some(Arc::clone(&disk)), name: "disk".into(), asked: 0 };
        player.everything().await;
        player.parlour.close();
        healing.abort();
        // It was told to end, and has.
        let _ = healing.await;
        server.requests()
    });
    runtime.shutdown_timeout(crate::house::PATIENCE);
    let (_, failed) = disk.counts();
    disk.heal();
    drop(disk);
    let expected = Expected::after(events.lock().unwrap().iter());
    let mut verdict = check(folder.path(), &expected, &[], None);
    verdict.wrong.extend(crate::check::sent_too_often(&expected, &asked));
    let told = std::mem::take(&mut *told.lock().unwrap());
    Day { verdict, failed, told }
}

/// Opens, as often as it takes: a start that is refused says why.
fn open(house: &House, disk: &Disk, told: &Mutex<Vec<String>>) -> Arc<Parlour> {
    match house.open() {
        Ok(parlour) => parlour,
        Err(error) => {
            assert!(matches!(error.kind, ErrorKind::StorageFailed | ErrorKind::StorageFull), "{error}");
            told.lock().unwrap().push(format!("at the start: {error}"));
            disk.heal();
            house.open().unwrap()
        }
    }
}

/// Heals the disk as soon as a notice tells of it: what core does again by itself then succeeds.
async fn heal_when_told(parlour: Arc<Parlour>, disk: Arc<Disk>, told: Arc<Mutex<Vec<String>>>) {
    let mut since = 0;
    loop {
        match parlour.next_overview(since).await {
            Ok(patch) => {
                since = patch.revision;
                for notice in patch.notices.unwrap_or_default() {
                    if let NoticeContent::Failure { error } = notice.content {
                        told.lock().unwrap().push(format!("a notice: {error}"));
                        parlour.dismiss_notice(notice.id);
                        disk.heal();
                    }
                }
            }
            Err(error) => {
                assert!(matches!(error.kind, ErrorKind::StorageFailed | ErrorKind::StorageFull), "{error}");
                told.lock().unwrap().push(error.to_string());
                disk.heal();
            }
        }
    }
}
