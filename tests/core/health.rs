//! Whether damage is found, told by chat, and repaired; what is told of the disk, and of a log that is gone.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parlour_core::backup::BackupReason;
use parlour_core::chat::{ChatId, Damage};
use parlour_core::error::ErrorKind;
use parlour_core::health::{ChatDamage, IntegrityCheck};
use parlour_core::patch::NoticeContent;
use parlour_core::{FILE_NAME, Parlour};

use crate::house::{House, new_chat, say, thread};
use crate::window::{Overview, Window};

const PAGE: usize = 4096;

/// What a copy of the folder looks like to whoever opens it: as after a death.
fn left_behind(house: &House) -> tempfile::TempDir {
    let copy = tempfile::TempDir::new().unwrap();
    for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal"), "lock".to_owned()] {
        let from = house.folder.path().join(&name);
        if from.exists() {
            std::fs::copy(from, copy.path().join(&name)).unwrap();
        }
    }
    copy
}

/// A chat of so many turns, with long texts among them, and another of one turn.
async fn fill(parlour: &Arc<Parlour>, turns: usize) -> ChatId {
    let chat = new_chat(parlour).await;
    for turn in 0..turns {
        let long = if turn % 3 == 0 { 2 * PAGE } else { 100 };
        say(parlour, &chat, &format!("{turn} {}", "word ".repeat(long / 5))).await;
    }
    let other = new_chat(parlour).await;
    say(parlour, &other, "one").await;
    chat
}

/// Bytes of the database in which each table has its leaves behind a root that is about to be lost.
fn lose_page(database: &Path, page: usize) {
    let mut bytes = std::fs::read(database).unwrap();
    bytes[(page - 1) * PAGE..page * PAGE].fill(0);
    std::fs::write(database, bytes).unwrap();
}

fn root_of(house: &House, table: &str) -> usize {
    usize::try_from(house.sql::<i64>(&format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"))).unwrap()
}

fn is_repaired(notice: &NoticeContent) -> bool {
    matches!(notice, NoticeContent::Repaired { .. })
}

async fn until_told(parlour: &Arc<Parlour>, of: impl Fn(&NoticeContent) -> bool) -> NoticeContent {
    let mut overview = Overview::open(parlour).await;
    let told = |now: &parlour_core::patch::OverviewPatch| {
        now.notices.iter().flatten().map(|notice| &notice.content).find(|content| of(content)).cloned()
    };
    overview.until("a notice", |now| told(now).is_some()).await;
    told(&overview.state).unwrap()
}

async fn notices(parlour: &Parlour) -> Vec<NoticeContent> {
    parlour.overview().await.unwrap().notices.unwrap().into_iter().map(|notice| notice.content).collect()
}

fn whole(at: i64) -> IntegrityCheck {
    IntegrityCheck { at, thorough: true, chats: Vec::new(), kept: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_database_is_found_to_be_sound_and_the_check_is_remembered() {
    let (house, parlour) = House::connected().await;
    assert_eq!(parlour.health().await.unwrap().check, None);
    fill(&parlour, 2).await;
    let check = parlour.check().await.unwrap();
    assert_eq!(check, whole(check.at));
    drop(parlour);
    let health = house.open().health().await.unwrap();
    assert_eq!(health.check, Some(check));
    let sizes: Vec<_> = health.chats.iter().map(|chat| (chat.messages, chat.size > 1000, chat.deleted)).collect();
    assert_eq!(sizes, [(4, true, false), (2, false, false)]);
    assert_eq!(health.kept, []);
    assert!(health.size > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_altered_or_unreadable_is_listed_by_chat_and_shown_in_its_place() {
    let (house, parlour) = House::connected().await;
    let chat = fill(&parlour, 3).await;
    let path = Window::open(&parlour, &chat).await.path;
    drop(parlour);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    let run = |sql: &str, at: usize| database.execute(sql, [&path[at].0]).unwrap();
    run("UPDATE part SET text = 'something else' WHERE message_id = ?1", 0);
    run("UPDATE part SET text = CAST(x'fffe' AS TEXT) WHERE message_id = ?1", 1);
    run("DELETE FROM part WHERE message_id = ?1", 2);
    // Of the message that is gone, a placeholder says so.
    run("DELETE FROM part WHERE message_id = ?1", 3);
    run("UPDATE message SET role = 'lost', hash = NULL WHERE id = ?1", 3);
    drop(database);
    let parlour = house.open();
    let check = parlour.check().await.unwrap();
    let title = parlour.overview().await.unwrap().chats.into_iter().find(|row| row.id == chat).unwrap().title;
    let damage = ChatDamage { id: chat.clone(), title, deleted: false, missing: 1, altered: 2, unreadable: 1 };
    assert_eq!(check, IntegrityCheck { chats: vec![damage], ..whole(check.at) });
    assert_eq!(parlour.health().await.unwrap().check, Some(check));
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(
        window.messages().iter().map(|message| message.damage).collect::<Vec<_>>(),
        [Some(Damage::Altered), Some(Damage::Unreadable), Some(Damage::Altered), Some(Damage::Missing), None, None]
    );
    assert_eq!(window.head.missing, 1);
    // The chat lives on, and what is known to be damaged keeps no backup from being proven.
    say(&parlour, &chat, "and now?").await;
    parlour.take_backup(BackupReason::Manual).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_digest_of_messages_that_are_all_right_is_set_right() {
    let (house, parlour) = House::connected().await;
    fill(&parlour, 2).await;
    drop(parlour);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute("UPDATE chat SET digest = zeroblob(32), message_count = message_count - 1", []).unwrap();
    let parlour = house.open();
    parlour.take_backup(BackupReason::Manual).await.unwrap_err();
    let check = parlour.check().await.unwrap();
    assert_eq!(check, whole(check.at));
    parlour.take_backup(BackupReason::Manual).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_opened_is_read_page_by_page_and_the_damaged_file_is_kept() {
    let (house, parlour) = House::connected().await;
    let chat = fill(&parlour, 8).await;
    let said = thread(&parlour, &chat).await;
    drop(parlour);
    lose_page(&house.database(), 1);
    let damaged = std::fs::read(house.database()).unwrap();
    let parlour = house.connect().await;
    assert_eq!(thread(&parlour, &chat).await, said);
    let kept = parlour.health().await.unwrap().kept;
    assert_eq!(std::fs::read(Path::new(&kept[0].path).join(FILE_NAME)).unwrap(), damaged);
    assert_eq!(parlour.check().await.unwrap().chats, []);
    say(&parlour, &chat, "and now?").await;
    parlour.remove_kept_files(&kept[0].name).await.unwrap();
    assert_eq!(parlour.health().await.unwrap().kept, []);
    assert_eq!(
        parlour.remove_kept_files("../backups").await.map_err(|error| error.kind),
        Err(ErrorKind::StorageFailed)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_of_a_run_that_ended_badly_is_found_by_itself_and_repaired_while_parlour_is_open() {
    let (mut house, parlour) = House::connected().await;
    let chat = fill(&parlour, 8).await;
    let said = thread(&parlour, &chat).await;
    drop(parlour);
    lose_page(&house.database(), root_of(&house, "request"));
    std::fs::write(house.folder.path().join("lock"), "open").unwrap();
    house.timing.first_check = Duration::from_millis(1);
    let parlour = house.open();
    let NoticeContent::Repaired { kept, found, from_backup: 0, chats: 0, messages: 0 } =
        until_told(&parlour, is_repaired).await
    else {
        panic!("something is missing");
    };
    assert_eq!(found, 18);
    assert!(Path::new(&kept).join(FILE_NAME).exists());
    assert_eq!(thread(&parlour, &chat).await, said);
    assert_eq!(house.sql::<String>("PRAGMA integrity_check"), "ok");
    drop(parlour);
    // And once.
    assert_eq!(notices(&house.open()).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_is_come_upon_is_repaired_and_windows_see_what_is_left() {
    let (house, parlour) = House::connected().await;
    let chat = fill(&parlour, 40).await;
    drop(parlour);
    let leaf: i64 =
        house.sql("SELECT pageno FROM dbstat WHERE name = 'message' AND pagetype = 'leaf' LIMIT 1 OFFSET 1");
    lose_page(&house.database(), usize::try_from(leaf).unwrap());
    let parlour = house.open();
    let check = parlour.check().await.unwrap();
    let lost = match &check.chats[..] {
        [damage] if damage.id == chat => damage.clone(),
        other => panic!("{other:?}"),
    };
    assert!(lost.missing + lost.altered > 0, "{lost:?}");
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(window.path.len(), 80, "nothing is left out in silence");
    let told = NoticeContent::Repaired {
        kept: check.kept.unwrap(),
        found: 82,
        from_backup: 0,
        chats: 1,
        messages: lost.missing + lost.altered + lost.unreadable,
    };
    assert_eq!(notices(&parlour).await, [told]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_comes_back_from_the_newest_backup() {
    let (house, parlour) = House::connected().await;
    let chat = fill(&parlour, 40).await;
    parlour.take_backup(BackupReason::Manual).await.unwrap();
    say(&parlour, &chat, "since then").await;
    let said = thread(&parlour, &chat).await;
    drop(parlour);
    for table in ["message", "part"] {
        let leaf = format!("SELECT pageno FROM dbstat WHERE name = '{table}' AND pagetype = 'leaf' LIMIT 1 OFFSET 1");
        lose_page(&house.database(), usize::try_from(house.sql::<i64>(&leaf)).unwrap());
    }
    let parlour = house.open();
    let check = parlour.check().await.unwrap();
    assert_eq!(check.chats, []);
    let [NoticeContent::Repaired { from_backup, found: 84, chats: 0, messages: 0, .. }] = notices(&parlour).await[..]
    else {
        panic!("{:?}", notices(&parlour).await);
    };
    assert!(from_backup > 1);
    assert_eq!(thread(&parlour, &chat).await, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_that_died_half_way_is_finished_by_the_next_start() {
    let (house, parlour) = House::connected().await;
    let chat = fill(&parlour, 2).await;
    let said = thread(&parlour, &chat).await;
    let left = left_behind(&house);
    // All was salvaged, and the log of the damaged database is still there.
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute("VACUUM INTO ?1", [left.path().join("parlour.db.new").to_str()]).unwrap();
    drop((database, parlour));
    lose_page(&left.path().join(FILE_NAME), 1);
    let parlour = house.open_at(left.path()).unwrap();
    assert_eq!(thread(&parlour, &chat).await, said);
    assert_eq!(parlour.health().await.unwrap().kept, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_gone_is_told_after_a_death_and_not_after_an_end_in_order() {
    let (house, parlour) = House::connected().await;
    let chat = fill(&parlour, 2).await;
    let log = |folder: &Path| -> PathBuf { folder.join(format!("{FILE_NAME}-wal")) };
    let (whole, without) = (left_behind(&house), left_behind(&house));
    std::fs::remove_file(log(without.path())).unwrap();
    let (deleted, purged) = (parlour.delete_chat(&chat).await, parlour.purge_chat(&chat).await);
    deleted.unwrap();
    purged.unwrap();
    let emptied = left_behind(&house);
    assert_eq!(std::fs::metadata(log(emptied.path())).unwrap().len(), 0);
    drop(parlour);
    let gone = tempfile::TempDir::new().unwrap();
    std::fs::copy(house.folder.path().join("lock"), gone.path().join("lock")).unwrap();
    for (folder, told) in [
        (whole.path(), vec![]),
        (without.path(), vec![NoticeContent::LogMissing]),
        (emptied.path(), vec![]),
        (house.folder.path(), vec![]),
        (gone.path(), vec![NoticeContent::LogMissing]),
    ] {
        assert_eq!(notices(&house.open_at(folder).unwrap()).await, told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_with_little_room_is_told() {
    let mut house = House::bare().await;
    house.free_space = |_| Some(100);
    let parlour = house.open();
    until_told(&parlour, |notice| *notice == NoticeContent::LowDisk { free: 100 }).await;
    let health = parlour.health().await.unwrap();
    assert_eq!((health.free, health.low), (Some(100), true));
}
