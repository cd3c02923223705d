//! Backups: what they hold, what they cost, when they are taken, and what damage does to them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use model_server::{Reply, Step};
use parlour_core::Parlour;
use parlour_core::backup::{Backup, BackupReason};
use parlour_core::chat::ChatId;
use parlour_core::error::{Error, ErrorKind};
use parlour_core::patch::NoticeContent;
use parlour_core::settings::Settings;

use crate::house::{DAY, House, KEY, gate, new_chat, say, soon};
use crate::window::Window;

/// Parlour with one chat, in which one thing was said.
pub async fn with_a_chat() -> (House, Arc<Parlour>, ChatId) {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    (house, parlour, chat)
}

pub fn folder(house: &House) -> PathBuf {
    house.folder.path().join("backups")
}

/// A folder on a disk that is not there.
pub fn absent(house: &House) -> PathBuf {
    house.folder.path().join("absent/mine")
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn chunks(house: &House) -> BTreeMap<PathBuf, Vec<u8>> {
    files(&folder(house).join("chunks"))
}

pub fn with_path(kind: ErrorKind, path: &Path) -> Error {
    Error::new(kind).with(|d| d.path = Some(path.display().to_string()))
}

pub fn failed_at(path: &Path) -> Error {
    with_path(ErrorKind::StorageFailed, path)
}

pub async fn titles(parlour: &Parlour) -> Vec<String> {
    parlour.overview().await.unwrap().chats.into_iter().map(|chat| chat.title).collect()
}

async fn notices(parlour: &Parlour) -> Vec<NoticeContent> {
    parlour.overview().await.unwrap().notices.unwrap().into_iter().map(|notice| notice.content).collect()
}

/// Waits for a notice, and gives all that stand.
async fn told(parlour: &Parlour) -> Vec<NoticeContent> {
    soon("a notice", async {
        let mut since = parlour.overview().await.unwrap().revision;
        loop {
            let standing = notices(parlour).await;
            if !standing.is_empty() {
                return standing;
            }
            since = parlour.next_overview(since).await.unwrap().revision;
        }
    })
    .await
}

/// Waits until so many backups are in the folder.
async fn until_backups(parlour: &Parlour, count: usize) -> Vec<Backup> {
    soon("a backup", async {
        loop {
            let backups = parlour.backups().await.unwrap();
            if backups.len() == count && backups.iter().all(|backup| backup.verified_at.is_some()) {
                return backups;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_verified_and_says_what_it_holds() {
    let (mut house, parlour, _) = with_a_chat().await;
    drop(parlour);
    house.clock = || 1_700_000_000_000;
    let parlour = house.open();
    assert_eq!(parlour.backups().await.unwrap(), []);
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let expected = Backup {
        id: "2023-11-14T22-13-20-000Z-manual".into(),
        reason: BackupReason::Manual,
        taken_at: 1_700_000_000_000,
        app_version: env!("CARGO_PKG_VERSION").into(),
        chats: 1,
        messages: 2,
        size: house
            .sql::<i64>("SELECT page_size * page_count FROM pragma_page_size, pragma_page_count")
            .try_into()
            .unwrap(),
        verified_at: Some(1_700_000_000_000),
    };
    assert_eq!(backup, expected);
    assert_eq!(parlour.backups().await.unwrap(), std::slice::from_ref(&expected));
    assert_eq!(parlour.verify_backup(&backup.id).await.unwrap(), expected);
    // In the same millisecond, and yet another one.
    let other = parlour.take_backup(BackupReason::Manual).await.unwrap();
    assert_eq!(parlour.backups().await.unwrap(), [other, expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_a_backup_is_taken_is_in_the_next_one() {
    let (house, parlour, chat) = with_a_chat().await;
    house.server.default_reply(Some(Reply::text("ok")));
    let long = "word ".repeat(100_000);
    for _ in 0..4 {
        parlour.send_message(&chat, long.clone()).await.unwrap();
    }
    Window::open(&parlour, &chat).await.until_settled().await;
    let taking = {
        let parlour = Arc::clone(&parlour);
        tokio::spawn(async move { parlour.take_backup(BackupReason::Manual).await })
    };
    let mut said = 0;
    while !taking.is_finished() {
        say(&parlour, &chat, "more").await;
        said += 1;
    }
    let backup = taking.await.unwrap().unwrap();
    assert!((10..=10 + 2 * said).contains(&backup.messages), "{} of {said}", backup.messages);
    let next = parlour.take_backup(BackupReason::Manual).await.unwrap();
    assert_eq!(next.messages, 10 + 2 * said);
    parlour.verify_backup(&backup.id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_backup_stores_only_what_changed() {
    let (house, parlour, chat) = with_a_chat().await;
    for n in 0..8 {
        house.server.reply(Reply::text("ok"));
        say(&parlour, &chat, &format!("{n} {}", "x".repeat(1_000_000))).await;
    }
    parlour.take_backup(BackupReason::Manual).await.unwrap();
    let first = chunks(&house);
    say(&parlour, &chat, "small").await;
    parlour.take_backup(BackupReason::Manual).await.unwrap();
    let second = chunks(&house);
    assert!(first.iter().all(|(path, bytes)| second.get(path) == Some(bytes)));
    assert!(first.len() > 60, "{}", first.len());
    assert!(second.len() - first.len() <= 6, "{} of {}", second.len() - first.len(), first.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_or_missing_chunk_is_found_and_named_and_the_next_backup_repairs_it() {
    let (house, parlour, _) = with_a_chat().await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let (path, bytes) = chunks(&house).into_iter().next().unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for damage in [Some(&flipped[..]), Some(&bytes[..100]), None] {
        match damage {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        assert_eq!(parlour.verify_backup(&backup.id).await, Err(failed_at(&path)));
        let backups = parlour.backups().await.unwrap();
        assert_eq!(backups.iter().find(|other| other.id == backup.id).unwrap().verified_at, None);
        assert_eq!(parlour.restore_backup(&backup.id).await, Err(failed_at(&path)));
        assert_eq!(parlour.backup_chats(&backup.id).await, Err(failed_at(&path)));
        assert_eq!(titles(&parlour).await, ["one"]);
        // The chunk is the same in the next one, which reads what it does not write.
        parlour.take_backup(BackupReason::Manual).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_damaged_itself_is_kept_as_it_is_and_told() {
    let (house, parlour, _) = with_a_chat().await;
    drop(parlour);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute("UPDATE part SET text = 'other words'", []).unwrap();
    drop(database);
    let parlour = house.open();
    let error = parlour.take_backup(BackupReason::Manual).await.unwrap_err();
    let backups = parlour.backups().await.unwrap();
    assert_eq!((backups.len(), backups[0].verified_at), (1, None));
    assert_eq!(error, failed_at(&folder(&house).join(format!("{}.json", backups[0].id))));
    // It can be brought back all the same: nothing better is known of it.
    parlour.restore_backup(&backups[0].id).await.unwrap();
    assert_eq!(titles(&parlour).await, ["one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_death_left_in_the_folder_is_cleared_away_and_does_no_harm() {
    let (house, parlour, _) = with_a_chat().await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let before = chunks(&house);
    // Dead between chunks; with a scratch database; between manifest and proof; between manifests and chunks that went.
    let orphan = folder(&house).join("chunks/ab").join("ab".repeat(32));
    std::fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    std::fs::write(&orphan, "orphan").unwrap();
    std::fs::write(folder(&house).join("scratch/new"), "half a chu").unwrap();
    std::fs::write(folder(&house).join("scratch/database"), "half a database").unwrap();
    let of_others = folder(&house).join("notes.json");
    std::fs::write(&of_others, "{}").unwrap();
    let manifest = std::fs::read_to_string(folder(&house).join(format!("{}.json", backup.id))).unwrap();
    let mut unproven: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    unproven["verified"] = serde_json::Value::Null;
    let unproven_path = folder(&house).join("2020-01-01T00-00-00-000Z-daily.json");
    unproven["reason"] = "daily".into();
    std::fs::write(&unproven_path, unproven.to_string()).unwrap();

    let next = parlour.take_backup(BackupReason::Manual).await.unwrap();
    assert_eq!(parlour.backups().await.unwrap(), [next, backup]);
    assert!(!orphan.exists() && !unproven_path.exists() && of_others.exists());
    assert_eq!(std::fs::read_dir(folder(&house).join("scratch")).unwrap().count(), 0);
    assert!(before.keys().all(|path| path.exists()));
}

static CLOCK: AtomicI64 = AtomicI64::new(0);

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_taken_each_day_whatever_the_clock_does_and_none_of_nothing() {
    let mut house = House::bare().await;
    CLOCK.store(20_000 * DAY, Ordering::SeqCst);
    house.clock = || CLOCK.load(Ordering::SeqCst);
    house.timing.first_backup = Duration::from_millis(1);
    house.timing.next_backup = Duration::from_millis(1);
    let parlour = house.open();
    parlour.save_server(&house.server.url(), KEY).await.unwrap();
    let chat = new_chat(&parlour).await;
    assert_eq!(parlour.backups().await.unwrap(), []);
    say(&parlour, &chat, "one").await;
    let first = until_backups(&parlour, 1).await;
    CLOCK.store(20_001 * DAY - 1, Ordering::SeqCst);
    say(&parlour, &chat, "two").await;
    assert_eq!(parlour.backups().await.unwrap(), first);
    CLOCK.store(20_001 * DAY, Ordering::SeqCst);
    until_backups(&parlour, 2).await;
    CLOCK.store(17_000 * DAY, Ordering::SeqCst);
    let backups = until_backups(&parlour, 3).await;
    let days: Vec<_> = backups.iter().map(|backup| (backup.reason, backup.taken_at / DAY)).collect();
    assert_eq!(days, [17_000, 20_001, 20_000].map(|day| (BackupReason::Daily, day)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_gone_is_told_once_and_the_notice_goes_with_the_next_backup() {
    let (mut house, parlour, _) = with_a_chat().await;
    let disk = tempfile::TempDir::new().unwrap();
    let chosen = disk.path().join("of mine");
    let settings = Settings { backup_folder: Some(chosen.display().to_string()), ..parlour.settings() };
    parlour.save_settings(settings).await.unwrap();
    assert_eq!(parlour.backups().await, Err(failed_at(&chosen)));
    assert_eq!(parlour.take_backup(BackupReason::Manual).await, Err(failed_at(&chosen)));
    // Or it cannot be written.
    std::fs::write(&chosen, "a file of this name").unwrap();
    assert_eq!(parlour.take_backup(BackupReason::Manual).await, Err(failed_at(&chosen)));
    std::fs::remove_file(&chosen).unwrap();
    drop(parlour);
    house.timing.first_backup = Duration::from_millis(1);
    house.timing.next_backup = Duration::from_millis(1);
    let parlour = house.open();
    assert_eq!(told(&parlour).await, [NoticeContent::BackupFailed { error: failed_at(&chosen) }]);
    assert!(!chosen.exists() && !folder(&house).exists());
    std::fs::create_dir(&chosen).unwrap();
    until_backups(&parlour, 1).await;
    soon("the end of the notice", async {
        while !notices(&parlour).await.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_backups_are_the_persons_alone_and_hold_no_key() {
    use std::os::unix::fs::PermissionsExt;
    let (house, parlour, chat) = with_a_chat().await;
    house.server.reply(Reply::stream(vec![Step::Text { text: "ok".into() }, gate("end")]));
    let sent = parlour.send_message(&chat, "two".into()).await.unwrap();
    Window::open(&parlour, &chat).await.until_shown(&sent.reply_id, "ok").await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    parlour.restore_backup(&backup.id).await.unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let found = files(&folder(&house));
    assert!(found.len() > 3);
    for (path, bytes) in found {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        assert_eq!(mode(path.parent().unwrap()), 0o700, "{}", path.display());
        assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_for_backups_is_absolute_and_neither_among_chunks_nor_beside_the_database() {
    let house = House::bare().await;
    let parlour = house.open();
    let save = |folder: &Path| {
        let settings = Settings { backup_folder: Some(folder.display().to_string()), ..parlour.settings() };
        let parlour = Arc::clone(&parlour);
        async move { parlour.save_settings(settings).await }
    };
    let invalid = Err(Error::new(ErrorKind::InvalidSettings).with(|d| d.parameter = Some("backupFolder".into())));
    let beside = house.folder.path().to_owned();
    for folder in [Path::new("backups"), &beside, &folder(&house).join("chunks"), &folder(&house).join("chunks/ab")] {
        assert_eq!(save(folder).await, invalid, "{}", folder.display());
    }
    let chosen = beside.join("mine");
    assert_eq!(save(&chosen).await, Ok(()));
    assert_eq!(save(&chosen.join("chunks")).await, invalid);
    assert_eq!(save(Path::new("")).await, Ok(()));
    assert_eq!(parlour.settings().backup_folder, None);
}
