//! Damaged files: bits that flipped, pages of zeros or of elsewhere, a cut, a log that is gone. Another process opens each and
//! reads all of it; whatever it finds, it must end by itself, in time, and say what it cannot read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use model_server::ModelServer;
use parlour_core::error::{Error, ErrorKind};
use parlour_core::patch::NoticeContent;
use parlour_core::{FILE_NAME, Parlour};
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::house::{House, answer, copy, folder};
use crate::intact::intact;
use crate::report::Report;
use crate::scenario::Player;

const PAGE: usize = 4096;

/// What one process found in a damaged folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Why it did not open.
    pub refused: Option<ErrorKind>,
    /// The text of every message that was read, by id.
    pub texts: BTreeMap<String, String>,
    /// How many messages were shown as missing, unreadable or altered.
    pub damaged: usize,
    /// How many messages the check lists by their chats.
    pub listed: u32,
    /// What was told by itself.
    pub notices: Vec<NoticeContent>,
    /// How other calls were refused.
    pub errors: BTreeSet<String>,
}

impl Found {
    fn note(&mut self, error: &Error) {
        self.errors.insert(error.to_string());
    }
}

/// Damages a folder of so many questions and answers so many times. `program` is this crate's.
#[must_use]
pub fn damages(program: &Path, rounds: usize, turns: usize, seed: u64) -> Report {
    let (closed, open) = (folder(), folder());
    talk(closed.path(), open.path(), turns);
    let mut report = Report::default();
    let sound = folder();
    copy_with_mark(closed.path(), sound.path());
    let whole = match inspect(program, sound.path()) {
        Ok(whole) => whole,
        Err(how) => {
            report.fail(format!("undamaged: {how}"));
            Found::default()
        }
    };
    let mut chance = Chance::new(seed);
    let (mut unhurt, mut listed, mut told, mut silent, mut intact_ones) =
        (0, 0, 0, BTreeMap::<String, usize>::new(), 0);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for round in 0..rounds {
        let (victim, source) = (folder(), if round % 4 == 0 { &open } else { &closed });
        copy_with_mark(source.path(), victim.path());
        let what = damage(victim.path(), &mut chance);
        let at = format!("damage {round} ({what}), seed {seed}");
        let intact = intact(source.path(), victim.path());
        let found = match inspect(program, victim.path()) {
            Ok(found) => found,
            Err(how) => {
                report.fail(format!("{at}: {how}"));
                continue;
            }
        };
        let differ = |id: &&String| found.texts.get(*id) != whole.texts.get(*id);
        let same = whole.texts.keys().filter(differ).count() == 0 && found.texts.len() == whole.texts.len();
        match &found.refused {
            Some(ErrorKind::StorageTooNew) => *refused.entry(ErrorKind::StorageTooNew.to_string()).or_default() += 1,
            Some(kind) => report.fail(format!("{at}: it did not open: {kind}")),
            None => {
                intact_ones += intact.len();
                let lost = intact.iter().filter(differ).count();
                if lost > 0 {
                    report.lose(lost, format!("{at}: {lost} of {} intact messages", intact.len()));
                }
                match &found {
                    _ if same && found.listed == 0 => unhurt += 1,
                    found if found.listed > 0 => listed += 1,
                    found if !found.notices.is_empty() => told += 1,
                    _ => *silent.entry(what).or_default() += 1,
                }
            }
        }
        if found.errors.contains(&ErrorKind::Internal.to_string()) {
            report.fail(format!("{at}: {}", ErrorKind::Internal));
        }
    }
    let words = |counts: &BTreeMap<String, usize>| {
        let words: Vec<_> = counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    };
    report.line = format!(
        "damage: {rounds} damages to {} messages, crashed, hung or did not open {}; of {intact_ones} messages on intact pages lost \
         {}; all there {unhurt}, loss listed by chat {listed}, loss told {told}, nothing told {} ({}), refused: {}",
        whole.texts.len(),
        report.wrong,
        report.lost,
        silent.values().sum::<usize>(),
        words(&silent),
        words(&refused)
    );
    report
}

/// Fills a folder, leaves it closed, and a copy of it as it was while it was open.
fn talk(closed: &Path, open: &Path, turns: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = ModelServer::start().await.unwrap();
        server.default_reply(Some(answer(Duration::ZERO)));
        let parlour = House::new(closed, Some(server.url())).quick().open().unwrap();
        let mut player = Player { parlour, tell: Arc::new(|_| ()), disk: None, name: "damage".into(), asked: 0 };
        let mut chat = player.new_chat().await;
        for turn in 0..turns {
            if turn % 20 == 19 {
                chat = player.new_chat().await;
            }
            // Some are longer than a page, so that there are overflow pages to be hurt.
            let long = if turn % 5 == 0 { 3 * PAGE } else { 0 };
            let text = format!("{}Question {turn}.", "damage ".repeat(long / 7));
            let sent = player.ask_this(&chat, text.clone()).await;
            player.answered(&chat, &sent.reply_id, &text).await;
        }
        copy_with_mark(closed, open);
        player.parlour.close();
    });
    runtime.shutdown_timeout(crate::house::PATIENCE);
}

/// Copies a folder, with what it says of how the last run ended.
fn copy_with_mark(from: &Path, to: &Path) {
    copy(from, to);
    std::fs::copy(from.join("lock"), to.join("lock")).unwrap();
}

/// Hurts a folder. What was done, in words.
fn damage(folder: &Path, chance: &mut Chance) -> String {
    if chance.below(10) == 0 {
        return circle(folder, chance);
    }
    let log = folder.join(format!("{FILE_NAME}-wal"));
    let has_log = log.exists();
    let victim = if has_log && chance.below(2) == 0 { log.clone() } else { folder.join(FILE_NAME) };
    let mut bytes = std::fs::read(&victim).unwrap();
    let name = victim.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let pages = bytes.len() / PAGE;
    let what = match chance.below(if has_log { 7 } else { 5 }) {
        0 => {
            let flips = 1 + chance.below(16);
            for _ in 0..flips {
                let at = chance.below(bytes.len());
                bytes[at] ^= 1 << chance.below(8);
            }
            format!("{flips} bits of {name}")
        }
        1 => {
            let at = chance.below(bytes.len());
            bytes.truncate(at);
            format!("{name} cut off at {at}")
        }
        2 => {
            let page = chance.below(pages);
            bytes[page * PAGE..(page + 1) * PAGE].fill(0);
            format!("page {page} of {name} zeroed")
        }
        3 => {
            let from = chance.below(pages);
            let to = (from + 1 + chance.below(pages.saturating_sub(1))) % pages;
            bytes.copy_within(from * PAGE..(from + 1) * PAGE, to * PAGE);
            format!("page {from} of {name} over page {to}")
        }
        4 => {
            let page = chance.below(pages);
            bytes[page * PAGE..(page + 1) * PAGE].fill_with(|| chance.number() as u8);
            format!("page {page} of {name} random")
        }
        5 => {
            std::fs::remove_file(&log).unwrap();
            return format!("{name}: log missing");
        }
        _ => {
            std::fs::write(&log, []).unwrap();
            return format!("{name}: log empty");
        }
    };
    std::fs::write(&victim, bytes).unwrap();
    what
}

/// Hangs a message under one that comes after it, as an old page in the place of a newer one can.
fn circle(folder: &Path, chance: &mut Chance) -> String {
    let database = rusqlite::Connection::open(folder.join(FILE_NAME)).unwrap();
    let mut rows = database.prepare("SELECT id, chat_id FROM message ORDER BY chat_id, seq").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let messages: Vec<(String, String)> = rows.map(Result::unwrap).collect();
    let first = chance.below(messages.len());
    let (id, chat) = &messages[first];
    let later: Vec<_> = messages[first..].iter().filter(|(_, of_it)| of_it == chat).collect();
    let length = 1 + chance.below(later.len());
    database.execute("UPDATE message SET parent_id = ?2 WHERE id = ?1", (id, &later[length - 1].0)).unwrap();
    format!("a circle of {length} messages")
}

/// Lets another process look. An error where it crashed, hung, or said nothing.
fn inspect(program: &Path, folder: &Path) -> Result<Found, String> {
    let mut child = Command::new(program).arg("inspect").arg(folder).stdout(Stdio::piped()).spawn().unwrap();
    let output = child.stdout.take().unwrap();
    let reading = std::thread::spawn(move || std::io::read_to_string(output).unwrap_or_default());
    let begin = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if begin.elapsed() > crate::house::PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                return Err("it did not end".to_owned());
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let text = reading.join().unwrap_or_default();
    if !status.success() {
        return Err(format!("{status}"));
    }
    serde_json::from_str(&text).map_err(|_| "it said nothing".to_owned())
}

/// Opens a folder, reads and changes what there is, and prints what was found. A panic of any task ends the process.
pub fn inspect_here(folder: &Path) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        std::process::exit(101);
    }));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let found = runtime.block_on(async {
        // With a key, so that a message can be stored; nobody listens there.
        let house = House::new(folder, Some("http://127.0.0.1:9/v1".to_owned())).quick();
        match house.open_now() {
            Ok(parlour) => read_everything(&parlour).await,
            Err(error) => Found { refused: Some(error.kind), ..Found::default() },
        }
    });
    println!("{}", serde_json::to_string(&found).unwrap());
    // A reply that cannot be stored is tried for ever; this process has seen enough.
    std::process::exit(0);
}

async fn read_everything(parlour: &Arc<Parlour>) -> Found {
    let mut found = Found::default();
    match parlour.check().await {
        Ok(check) => {
            found.listed = check.chats.iter().map(|chat| chat.missing + chat.altered + chat.unreadable).sum();
        }
        Err(error) => found.note(&error),
    }
    let chats = match parlour.overview().await {
        Ok(overview) => {
            let notices = overview.notices.unwrap_or_default();
            found.notices = notices.into_iter().map(|notice| notice.content).collect();
            overview.chats
        }
        Err(error) => {
            found.note(&error);
            Vec::new()
        }
    };
    for row in &chats {
        let ids = match parlour.open_chat(&row.id).await {
            Ok(opened) => opened.chat.path.map(|path| path.ids).unwrap_or_default(),
            Err(error) => {
                found.note(&error);
                continue;
            }
        };
        for ids in ids.chunks(100) {
            match parlour.messages(&row.id, ids.to_vec()).await {
                Ok(messages) => found.damaged += messages.iter().filter(|message| message.damage.is_some()).count(),
                Err(error) => found.note(&error),
            }
        }
        for id in ids {
            match parlour.message_text(&id).await {
                Ok(text) => {
                    found.texts.insert(id.0, text);
                }
                Err(error) => found.note(&error),
            }
        }
    }
    for row in &chats {
        let changes = async {
            parlour.rename_chat(&row.id, "damaged").await?;
            let sent = parlour.send_message(&row.id, format!("Are you there, {}?", row.id)).await?;
            parlour.delete_message(&sent.message_id).await
        };
        if let Err(error) = changes.await {
            found.note(&error);
        }
    }
    let others = async {
        parlour.search_chats("Question 7".to_owned()).await?;
        if let Some(row) = chats.first() {
            parlour.delete_chat(&row.id).await?;
        }
        if let Some(chat) = parlour.new_chat().await?.chat.head {
            parlour.send_message(&chat.id, "And you?".to_owned()).await?;
        }
        Ok(())
    };
    if let Err(error) = others.await {
        found.note(&error);
    }
    found
}
