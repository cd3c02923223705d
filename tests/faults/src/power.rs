//! Power losses: one day is recorded, down to every write and sync; then the power goes at every change of it.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use model_server::ModelServer;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::chance::Chance;
use crate::check::check;
use crate::disk::{Disk, Entry};
use crate::expect::Expected;
use crate::house::{House, answer, folder};
use crate::image::{Kept, Platter};
use crate::report::Report;
use crate::scenario::Player;

/// How thorough to be.
#[derive(Debug, Clone, Copy)]
pub struct Depth {
    /// The power goes at every so-many-th change.
    pub every: usize,
    /// How many folders with some of what was not synced are tried for each, beside those with all and with nothing of it.
    pub mixed: usize,
    /// Bytes of the long message: more than 4 MB of log make SQLite write the database in the middle of the day.
    pub long: usize,
    /// Whether the disk keeps what was synced. One that does not shows whether a loss would be seen.
    pub syncs: bool,
}

/// How many folders are looked at side by side.
const LOOKING: usize = 2;

/// A folder as a power loss may have left it, and what must be found in it.
struct Image {
    folder: TempDir,
    kept: Kept,
    cut: Arc<Cut>,
}

/// A moment at which the power goes.
struct Cut {
    change: usize,
    expected: Expected,
    requested: Vec<Vec<u8>>,
}

/// Records a day and cuts it.
#[must_use]
pub fn power_loss(depth: Depth, seed: u64) -> Report {
    let log = record(depth.long);
    let changes = log.iter().filter(|entry| !matches!(entry, Entry::Happened(_) | Entry::Requested(_))).count();
    // No more of them than are looked at: each is a whole database.
    let (images, coming) = mpsc::sync_channel(LOOKING);
    let coming = Mutex::new(coming);
    let mut found: Vec<_> = std::thread::scope(|scope| {
        let look = || {
            let mut found = Vec::new();
            while let Some(Image { folder, kept, cut }) = next(&coming) {
                found.push((cut.change, kept, check(folder.path(), &cut.expected, &cut.requested, None)));
            }
            found
        };
        let looking: Vec<_> = (0..LOOKING).map(|_| scope.spawn(look)).collect();
        cut(&log, depth, seed, &images);
        drop(images);
        looking.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    found.sort_by_key(|(change, _, _)| *change);
    let (mut report, mut most) = (Report::default(), 0);
    for (change, kept, verdict) in &found {
        most = most.max(verdict.acknowledged);
        report.take(verdict, || format!("power loss at change {change}, {kept:?}, seed {seed}"));
    }
    report.line = format!(
        "power loss: {} cuts of {changes} changes, {} folders, up to {most} things acknowledged, acknowledged lost {}, \
         integrity ok {}, otherwise wrong {}",
        changes / depth.every,
        found.len(),
        report.lost,
        found.len() - report.wrong_folders,
        report.wrong
    );
    report
}

fn next(coming: &Mutex<mpsc::Receiver<Image>>) -> Option<Image> {
    coming.lock().unwrap().recv().ok()
}

/// Goes through a day, and gives the folders that are left at each cut.
fn cut(log: &[Entry], depth: Depth, seed: u64, images: &mpsc::SyncSender<Image>) {
    let (mut platter, mut expected, mut requested) = (Platter::default(), Expected::default(), Vec::new());
    let (mut chance, mut change) = (Chance::new(seed), 0);
    // Without what was not synced, the folder is the same from one sync to the next.
    let mut nothing_is_new = true;
    for entry in log {
        nothing_is_new |= !matches!(entry, Entry::Write { .. } | Entry::Truncate { .. } | Entry::Create { .. });
        match entry {
            Entry::Happened(event) => expected.take(event),
            Entry::Requested(hash) => requested.push(hash.clone()),
            _ => {
                change += 1;
                if depth.syncs || !matches!(entry, Entry::Sync { .. }) {
                    platter.take(entry);
                }
                if change % depth.every != 0 {
                    continue;
                }
                let cut = Arc::new(Cut { change, expected: expected.clone(), requested: requested.clone() });
                let mixed = std::iter::repeat_n(Kept::Some, depth.mixed);
                let nothing = std::mem::take(&mut nothing_is_new).then_some(Kept::Nothing);
                for kept in nothing.into_iter().chain([Kept::Everything]).chain(mixed) {
                    let folder = folder();
                    platter.image(folder.path(), kept, &mut chance);
                    let image = Image { folder, kept, cut: Arc::clone(&cut) };
                    // The threads that look live until the last one.
                    images.send(image).unwrap_or_else(|_| panic!("nobody looks any more"));
                }
            }
        }
    }
}

fn record(long: usize) -> Vec<Entry> {
    let folder = folder();
    let disk = Disk::watch(folder.path(), true);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = ModelServer::start().await.unwrap();
        server.default_reply(Some(answer(Duration::from_millis(1))));
        let (listening, noting) = (server.clone(), Arc::clone(&disk));
        tokio::spawn(async move {
            for n in 0.. {
                let body = listening.request(n).await.raw;
                noting.record(Entry::Requested(Sha256::digest(&body).to_vec()));
            }
        });
        let house = House::new(folder.path(), Some(server.url())).quick();
        let telling = Arc::clone(&disk);
        let mut player = Player {
            parlour: house.open().unwrap(),
            tell: Arc::new(move |event| telling.record(Entry::Happened(event))),
            disk: None,
            name: "power".into(),
            asked: 0,
        };
        player.everything().await;
        // The end of a run writes the log into the database and deletes it; the next one begins another.
        player.parlour.close();
        let Player { parlour, tell, asked, .. } = player;
        drop(parlour);
        let mut player = Player { parlour: house.open().unwrap(), tell, disk: None, name: "power".into(), asked };
        player.everything_else(long).await;
    });
    runtime.shutdown_timeout(crate::house::PATIENCE);
    disk.take_log()
}
