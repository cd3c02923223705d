//! Bad places: a full disk, a folder that may not be written to, one that goes away, one that is in use, a clock that jumps.
//! A case that cannot run on this machine says so, and counts for nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model_server::ModelServer;
use parlour_core::error::ErrorKind;
use parlour_core::parlour::system_clock;
use rusqlite::Connection;

use crate::check::check;
use crate::event::Event;
use crate::expect::Expected;
use crate::house::{House, answer, copy, folder};
use crate::report::Report;
use crate::scenario::Player;

/// Ten years, in milliseconds.
const TEN_YEARS: i64 = 10 * 365 * 24 * 60 * 60 * 1000;

/// Bytes of a message that fills a disk.
const LARGE: usize = 20_000;

/// More messages than the small disk has room for.
const TOO_MANY: usize = 200;

/// All of them. `program` is this crate's.
#[must_use]
pub fn bad_places(program: &Path) -> Vec<Report> {
    vec![
        disk_full(),
        file_limit(program),
        read_only(),
        folder_goes("renamed away", |folder, away| std::fs::rename(folder, away).unwrap()),
        folder_goes("copied away and deleted", |folder, away| {
            std::fs::create_dir(away).unwrap();
            copy(folder, away);
            std::fs::remove_dir_all(folder).unwrap();
        }),
        two_instances(program),
        clocks(),
    ]
}

/// What a case lives in: a server, a runtime, and all that was told.
struct Ground {
    runtime: tokio::runtime::Runtime,
    server: ModelServer,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Ground {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = runtime.block_on(ModelServer::start()).unwrap();
        server.default_reply(Some(answer(Duration::ZERO)));
        Self { runtime, server, events: Arc::default() }
    }

    fn house(&self, folder: &Path) -> House {
        House::new(folder, Some(self.server.url())).quick()
    }

    fn player(&self, house: &House, name: &str) -> Player {
        let (events, _inside) = (Arc::clone(&self.events), self.runtime.enter());
        Player {
            parlour: house.open().unwrap(),
            tell: Arc::new(move |event| events.lock().unwrap().push(event)),
            disk: None,
            name: name.into(),
            asked: 0,
        }
    }

    fn expected(&self) -> Expected {
        Expected::after(self.events.lock().unwrap().iter())
    }

    /// Checks a copy of the folder, after all of Parlour is gone.
    fn report(self, case: &str, folder: &Path, mut report: Report) -> Report {
        let expected = self.expected();
        self.runtime.shutdown_timeout(crate::house::PATIENCE);
        let left = crate::house::folder();
        copy(folder, left.path());
        report.take(&check(left.path(), &expected, &[], None), || case.to_owned());
        report.line = format!(
            "{case}: {}{} things acknowledged, acknowledged lost {}, otherwise wrong {}",
            report.line,
            expected.acknowledged(),
            report.lost,
            report.wrong
        );
        report
    }
}

fn not_run(case: &str, why: &str) -> Report {
    Report { line: format!("{case}: NOT RUN, {why}"), not_run: true, ..Report::default() }
}

/// A small disk of its own. It is gone when it is dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where this process may not mount.
    fn mount(size: &str) -> Option<Self> {
        let at = tempfile::TempDir::new().unwrap();
        let mounted = mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "none"], at.path());
        mounted.then_some(Self(at))
    }

    fn remount(&self, options: &str) -> bool {
        mount(&["-o", &format!("remount,{options}")], self.0.path())
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("data")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let ended = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
        if !ended.is_ok_and(|status| status.success()) {
            eprintln!("{} is still mounted", self.0.path().display());
        }
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    let status = Command::new("mount").args(options).arg(at).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Asks until it is refused: how it was.
async fn fill(player: &mut Player) -> Option<ErrorKind> {
    let chat = player.new_chat().await;
    for n in 0..TOO_MANY {
        let text = format!("{} Question {}-large-{n}.", "large ".repeat(LARGE / 6), player.name);
        (player.tell)(Event::Asking(text.clone()));
        match player.parlour.send_message(&chat, text.clone()).await {
            Ok(sent) => {
                let (message, reply) = (sent.message_id, sent.reply_id);
                (player.tell)(Event::Sent { chat: chat.clone(), message, reply, text });
            }
            Err(error) => return Some(error.kind),
        }
    }
    None
}

fn disk_full() -> Report {
    const CASE: &str = "disk full (tmpfs of 1 MB)";
    let Some(disk) = SmallDisk::mount("1m") else { return not_run(CASE, "a file system cannot be mounted here") };
    let (ground, mut report) = (Ground::new(), Report::default());
    let mut player = ground.player(&ground.house(&disk.folder()), "full");
    ground.runtime.block_on(async {
        match fill(&mut player).await {
            Some(ErrorKind::StorageFull) => {}
            other => report.fail(format!("{CASE}: {other:?}")),
        }
        if player.parlour.overview().await.is_err() {
            report.fail(format!("{CASE}: what is stored cannot be read"));
        }
        if !disk.remount("size=64m") {
            report.fail(format!("{CASE}: no room could be made"));
        }
        // With room, the answers that waited for it are stored, and the next one comes.
        let waiting: Vec<_> = ground.expected().now.replies.into_iter().collect();
        let chats = ground.expected().chats;
        let chat = chats.values().next().unwrap();
        for (reply, about) in waiting {
            player.answered(chat, &reply, &about.question).await;
        }
        player.talk(chat).await;
        player.parlour.close();
    });
    drop(player);
    ground.report(CASE, &disk.folder(), report)
}

fn file_limit(program: &Path) -> Report {
    const CASE: &str = "disk full (RLIMIT_FSIZE of 1 MB)";
    if !cfg!(unix) {
        return not_run(CASE, "there is no such limit here");
    }
    let (ground, mut report, place) = (Ground::new(), Report::default(), folder());
    // Ignored, the signal of the limit becomes the error EFBIG of the write.
    let limited = "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", limited])
        .arg(program)
        .arg("fill")
        .args([place.path().as_os_str(), ground.server.url().as_ref()])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    ground.events.lock().unwrap().extend(told.lines().map(|line| serde_json::from_str::<Event>(line).unwrap()));
    let refused = Event::Refused(ErrorKind::StorageFailed.to_string());
    if !output.status.success() || ground.events.lock().unwrap().last() != Some(&refused) {
        report.fail(format!("{CASE}: {:?}, {:?}", output.status, ground.events.lock().unwrap().last()));
    }
    // Without the limit it goes on.
    let mut player = ground.player(&ground.house(place.path()), "after the limit");
    ground.runtime.block_on(async {
        let chat = player.new_chat().await;
        player.talk(&chat).await;
    });
    drop(player);
    ground.report(CASE, place.path(), report)
}

/// Fills a limited disk, in another process.
pub fn fill_here(folder: &Path, server: String) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let parlour = House::new(folder, Some(server)).quick().open().unwrap();
        let tell = Arc::new(crate::event::tell);
        let mut player = Player { parlour, tell, disk: None, name: "limit".into(), asked: 0 };
        if let Some(kind) = fill(&mut player).await {
            crate::event::tell(Event::Refused(kind.to_string()));
        }
        std::process::exit(0)
    });
}

fn read_only() -> Report {
    const CASE: &str = "read-only folder";
    let Some(disk) = SmallDisk::mount("64m") else { return not_run(CASE, "a file system cannot be mounted here") };
    let (ground, mut report, place) = (Ground::new(), Report::default(), disk.folder());
    let house = ground.house(&place);
    let mut player = ground.player(&house, "read-only");
    ground.runtime.block_on(player.everything());
    drop(player);
    // Its workers hold Parlour for a moment.
    drop(ground.player(&house, "nobody"));
    let inside = ground.runtime.enter();
    if !disk.remount("ro") {
        return not_run(CASE, "a file system cannot be made read-only here");
    }
    match house.open_now() {
        Err(error) if error.kind == ErrorKind::StorageFailed && error.detail.path.is_some() => {}
        other => report.fail(format!("{CASE}: {:?}", other.map(|_| ()))),
    }
    assert!(disk.remount("rw"));
    drop(inside);
    ground.report(CASE, &place, report)
}

/// The folder is taken away while Parlour runs, and comes back.
fn folder_goes(how: &str, take_away: fn(&Path, &Path)) -> Report {
    let case = format!("folder {how} while running");
    if cfg!(windows) {
        return not_run(&case, "a folder with open files stays where it is");
    }
    let (ground, mut report, around) = (Ground::new(), Report::default(), folder());
    let (place, away) = (around.path().join("data"), around.path().join("away"));
    let house = ground.house(&place);
    let mut player = ground.player(&house, "vanishing");
    ground.runtime.block_on(async {
        let chat = player.new_chat().await;
        player.talk(&chat).await;
        take_away(&place, &away);
        let refused = player.parlour.send_message(&chat, "Into the void?".into()).await;
        if refused.as_ref().map_err(|error| error.kind) != Err(ErrorKind::StorageFailed) {
            report.fail(format!("{case}: {refused:?}"));
        }
    });
    drop(player);
    std::fs::rename(&away, &place).unwrap();
    let mut player = ground.player(&house, "back again");
    ground.runtime.block_on(async {
        let chat = player.new_chat().await;
        player.talk(&chat).await;
    });
    drop(player);
    ground.report(&case, &place, report)
}

fn two_instances(program: &Path) -> Report {
    const CASE: &str = "two instances on one folder";
    let (ground, mut report, place) = (Ground::new(), Report::default(), folder());
    let mut first = Command::new(program)
        .arg("live")
        .args([place.path().as_os_str(), ground.server.url().as_ref(), "1".as_ref(), "anything".as_ref()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(first.stdout.take().unwrap()));
    let mut tell = |until: fn(&Event) -> bool| {
        for line in lines.by_ref().map_while(Result::ok) {
            let Ok(event) = serde_json::from_str::<Event>(&line) else { break };
            let found = until(&event);
            ground.events.lock().unwrap().push(event);
            if found {
                break;
            }
        }
    };
    tell(|event| matches!(event, Event::Sent { .. }));
    let inside = ground.runtime.enter();
    let house = ground.house(place.path());
    match house.open_now() {
        Err(error) if error.kind == ErrorKind::StorageInUse => {}
        other => report.fail(format!("{CASE}: the second one got {:?}", other.map(|_| ()))),
    }
    tell(|event| matches!(event, Event::Answered { .. }));
    first.kill().unwrap();
    first.wait().unwrap();
    tell(|_| false);
    if let Err(error) = house.open_now() {
        report.fail(format!("{CASE}: after the death of the first: {error}"));
    }
    drop(inside);
    ground.report(CASE, place.path(), report)
}

fn clocks() -> Report {
    const CASE: &str = "clock ten years back and forth";
    let (ground, mut report, place) = (Ground::new(), Report::default(), folder());
    let clocks: [fn() -> i64; 5] =
        [system_clock, || system_clock() + TEN_YEARS, || system_clock() - TEN_YEARS, || 0, system_clock];
    let mut asked = Vec::new();
    let mut chat = None;
    for (n, clock) in clocks.into_iter().enumerate() {
        let mut house = ground.house(place.path());
        house.clock = clock;
        let mut player = ground.player(&house, &format!("clock {n}"));
        ground.runtime.block_on(async {
            let here = match &chat {
                Some(chat) => chat,
                None => chat.insert(player.new_chat().await),
            };
            for _ in 0..2 {
                let (sent, _) = player.talk(here).await;
                asked.extend([sent.message_id, sent.reply_id]);
            }
            let path = player.parlour.open_chat(here).await.unwrap().chat.path.unwrap().ids;
            if path != asked {
                report.fail(format!("{CASE}: the path is {path:?} instead of {asked:?}"));
            }
        });
    }
    let stored = stored_order(place.path());
    if !stored.iter().eq(asked.iter().map(|id| &id.0)) {
        report.fail(format!("{CASE}: stored in the order {stored:?} instead of {asked:?}"));
    }
    ground.report(CASE, place.path(), report)
}

fn stored_order(folder: &Path) -> Vec<String> {
    let database = Connection::open(folder.join(parlour_core::FILE_NAME)).unwrap();
    let mut rows = database.prepare("SELECT id FROM message ORDER BY seq").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
