//! What comes back from a backup, whole or by the chat, and that it can be taken back; changes of the schema.

use std::sync::Arc;

use model_server::Reply;
use parlour_core::backup::{BackupReason, go_back};
use parlour_core::chat::{ChatId, MessageState};
use parlour_core::error::ErrorKind;
use parlour_core::parlour::system_clock;
use parlour_core::settings::Settings;
use parlour_core::{FILE_NAME, FolderLock};

use crate::backups::{absent, failed_at, folder, titles, with_a_chat, with_path};
use crate::house::{gate, new_chat, say, settled, soon, text, thread, turns};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_backup_comes_back_and_that_can_be_taken_back() {
    let (house, parlour, chat) = with_a_chat().await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    say(&parlour, &chat, "two").await;
    let later = new_chat(&parlour).await;
    say(&parlour, &later, "three").await;
    let mut window = Window::open(&parlour, &chat).await;
    let mut gone = Window::open(&parlour, &later).await;
    let now = thread(&parlour, &chat).await;

    parlour.restore_backup(&backup.id).await.unwrap();
    let log = std::fs::metadata(house.folder.path().join(format!("{FILE_NAME}-wal"))).unwrap();
    assert_eq!(log.len(), 0, "the whole database went through it");
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one"]));
    assert_eq!(titles(&parlour).await, ["one"]);
    window.until("the older state", |window| window.path.len() == 2).await;
    assert_eq!(gone.pull_error().await, ErrorKind::ChatNotFound);

    let backups = parlour.backups().await.unwrap();
    let undo = backups.iter().find(|backup| backup.reason == BackupReason::Restore).unwrap();
    assert_eq!((undo.chats, undo.messages), (2, 6));
    parlour.restore_backup(&undo.id).await.unwrap();
    assert_eq!(thread(&parlour, &chat).await, now);
    assert_eq!(titles(&parlour).await, ["three", "one"]);
    window.until("the newer state", |window| window.path.len() == 4).await;
    // It is a database like any other afterwards, also for the next start.
    say(&parlour, &later, "four").await;
    drop((parlour, window, gone));
    let parlour = house.open();
    assert_eq!(thread(&parlour, &later).await, turns(&["three", "You said: three", "four", "You said: four"]));
    assert_eq!(house.sql::<String>("PRAGMA journal_mode"), "wal");
    assert_eq!(house.sql::<String>("PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_chat_comes_back_beside_the_others_and_that_can_be_undone() {
    let (house, parlour, chat) = with_a_chat().await;
    let (two, _) = say(&parlour, &chat, "two").await;
    parlour.regenerate_reply(&two.reply_id).await.unwrap();
    Window::open(&parlour, &chat).await.until_settled().await;
    parlour.rename_chat(&chat, "Numbers").await.unwrap();
    let other = new_chat(&parlour).await;
    say(&parlour, &other, "other").await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let then = thread(&parlour, &chat).await;
    parlour.rename_chat(&chat, "Renamed").await.unwrap();
    parlour.delete_message(&two.message_id).await.unwrap();

    let rows = parlour.backup_chats(&backup.id).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["other", "Numbers"]);
    assert_eq!(rows[1].id, chat);
    let done = parlour.restore_chat(&backup.id, &chat).await.unwrap();
    assert_eq!(titles(&parlour).await, ["Numbers", "other", "Renamed"]);
    let back = parlour.overview().await.unwrap().chats[0].id.clone();
    assert_eq!(thread(&parlour, &back).await, then);
    let window = Window::open(&parlour, &back).await;
    assert_eq!(window.messages()[3].version.count, 2);
    // It is as sound as what was said here.
    assert!(parlour.take_backup(BackupReason::Manual).await.is_ok());
    say(&parlour, &back, "three").await;

    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(titles(&parlour).await, ["other", "Renamed"]);
    let missing = ChatId("no chat".into());
    assert_eq!(parlour.restore_chat(&backup.id, &missing).await, Err(ErrorKind::ChatNotFound.into()));
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM chat WHERE deleted_by IS NULL AND head_id IS NOT NULL"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_runs_ends_before_another_state_comes_and_none_of_a_backup_goes_out() {
    let (house, parlour, chat) = with_a_chat().await;
    house.server.reply(Reply::stream(vec![text("half"), gate("never")]));
    let running = parlour.send_message(&chat, "two".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&running.reply_id, "half").await;
    soon("the journal", async {
        while house.sql::<i64>("SELECT count(*) FROM journal") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let queued = parlour.send_message(&chat, "three".into()).await.unwrap();
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let asked = house.asked();

    parlour.restore_backup(&backup.id).await.unwrap();
    let states: Vec<_> = thread(&parlour, &chat).await.into_iter().map(|(_, state, _)| state).collect();
    let complete = MessageState::Complete;
    assert_eq!(states, [complete, complete, complete, MessageState::Interrupted, complete, MessageState::Stopped]);
    assert_eq!(house.asked(), asked);
    // Replies run again.
    house.server.open("never");
    parlour.retry_reply(&queued.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &queued.reply_id).await.text, "You said: three");
    // What ran before is in the backup that takes it back.
    let backups = parlour.backups().await.unwrap();
    let undo = backups.iter().find(|backup| backup.reason == BackupReason::Restore).unwrap();
    parlour.restore_backup(&undo.id).await.unwrap();
    let (_, state, text) = thread(&parlour, &chat).await[3].clone();
    assert_eq!((state, text.as_str()), (MessageState::Stopped, "half"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_while_another_state_comes_is_in_the_backup_that_takes_it_back() {
    let (_house, parlour, _) = with_a_chat().await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let later = new_chat(&parlour).await;
    let restoring = {
        let (parlour, id) = (Arc::clone(&parlour), backup.id.clone());
        tokio::spawn(async move { parlour.restore_backup(&id).await })
    };
    let mut acknowledged = 0;
    let refused = loop {
        match parlour.send_message(&later, "still here".into()).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    restoring.await.unwrap().unwrap();
    assert_eq!(refused, ErrorKind::ChatNotFound.into());
    let backups = parlour.backups().await.unwrap();
    let undo: Vec<_> = backups.iter().filter(|backup| backup.reason == BackupReason::Restore).collect();
    let found: Vec<_> = undo.iter().map(|backup| (backup.messages, backup.verified_at.is_some())).collect();
    assert_eq!(found, [(2 + 2 * acknowledged, true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_comes_before_a_change_of_the_schema_and_a_change_that_fails_leaves_all_as_it_was() {
    let (house, parlour, _) = with_a_chat().await;
    drop(parlour);
    // Waits for the lock that a worker may still hold.
    drop(house.open());
    let newest = house.sql::<i64>("PRAGMA user_version");
    // An older schema by its number, with the tables of today: the step that makes them fails.
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.pragma_update(None, "user_version", 0).unwrap();
    drop(database);
    let failed = house.open_at(house.folder.path()).map(|_| ());
    assert_eq!(failed, Err(failed_at(&house.database())));
    assert_eq!(house.sql::<i64>("PRAGMA user_version"), 0);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM message"), 2);
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.pragma_update(None, "user_version", newest).unwrap();
    drop(database);
    let parlour = house.open();
    let backups = parlour.backups().await.unwrap();
    let found: Vec<_> = backups.iter().map(|backup| (backup.reason, backup.messages)).collect();
    assert_eq!(found, [(BackupReason::Update, 2)]);
    assert!(backups[0].verified_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_schema_does_not_wait_for_a_disk_that_is_not_there() {
    let (house, parlour, _) = with_a_chat().await;
    let settings = Settings { backup_folder: Some(absent(&house).display().to_string()), ..parlour.settings() };
    parlour.save_settings(settings).await.unwrap();
    drop(parlour);
    drop(house.open());
    let set_version = |version: i64| {
        let database = rusqlite::Connection::open(house.database()).unwrap();
        database.pragma_update(None, "user_version", version).unwrap();
    };
    let newest = house.sql::<i64>("PRAGMA user_version");
    set_version(0);
    assert_eq!(house.open_at(house.folder.path()).map(|_| ()), Err(failed_at(&house.database())));
    set_version(newest);
    let parlour = house.open();
    parlour.save_settings(Settings { backup_folder: None, ..parlour.settings() }).await.unwrap();
    let backups = parlour.backups().await.unwrap();
    assert_eq!(backups.iter().map(|backup| backup.reason).collect::<Vec<_>>(), [BackupReason::Update]);
    assert!(!absent(&house).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_newer_version_is_not_brought_back() {
    let (house, parlour, _) = with_a_chat().await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    let path = folder(&house).join(format!("{}.json", backup.id));
    let manifest = std::fs::read_to_string(&path).unwrap();
    let schema = format!("\"schema\": {}", house.sql::<i64>("PRAGMA user_version"));
    assert!(manifest.contains(&schema));
    std::fs::write(&path, manifest.replace(&schema, "\"schema\": 99")).unwrap();
    let too_new = with_path(ErrorKind::StorageTooNew, &path);
    assert_eq!(parlour.restore_backup(&backup.id).await, Err(too_new.clone()));
    assert_eq!(parlour.verify_backup(&backup.id).await, Err(too_new));
    assert!(parlour.backups().await.unwrap()[0].verified_at.is_some());
    let none = folder(&house).join("../parlour.json");
    assert_eq!(parlour.restore_backup("../parlour").await, Err(failed_at(&none)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_goes_back_to_before_the_update_and_the_newer_chats_are_in_a_backup() {
    let (house, parlour, chat) = with_a_chat().await;
    parlour.take_backup(BackupReason::Update).await.unwrap();
    say(&parlour, &chat, "two").await;
    drop(parlour);
    drop(house.open());
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute_batch("ALTER TABLE chat ADD COLUMN colour TEXT; PRAGMA user_version = 99").unwrap();
    drop(database);
    let open = || house.open_at(house.folder.path());
    assert_eq!(open().map(|_| ()), Err(with_path(ErrorKind::StorageTooNew, &house.database())));

    let settings = house.settings_file.saved();
    let backup = {
        let lock = FolderLock::take(house.folder.path()).unwrap();
        go_back(&lock, &settings, system_clock()).unwrap()
    };
    assert_eq!((backup.reason, backup.messages), (BackupReason::Update, 2));
    let parlour = open().unwrap();
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one"]));
    let newest = parlour.backups().await.unwrap().remove(0);
    assert_eq!((newest.reason, newest.messages), (BackupReason::Restore, 4));
    assert!(newest.verified_at.is_some());
    let path = folder(&house).join(format!("{}.json", newest.id));
    assert_eq!(parlour.restore_backup(&newest.id).await, Err(with_path(ErrorKind::StorageTooNew, &path)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_backup_that_it_can_read_an_older_version_leaves_the_newer_database_alone() {
    let (house, parlour, _) = with_a_chat().await;
    drop(parlour);
    drop(house.open());
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(database);
    let before = std::fs::read(house.database()).unwrap();
    let lock = FolderLock::take(house.folder.path()).unwrap();
    let settings = house.settings_file.saved();
    let none = with_path(ErrorKind::StorageTooNew, &house.database());
    assert_eq!(go_back(&lock, &settings, system_clock()), Err(none));
    assert_eq!(std::fs::read(house.database()).unwrap(), before);
}
