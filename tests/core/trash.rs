//! Undo and the trash: what was done can be taken back, also after a restart; what is deleted for good is nowhere any more.

use std::sync::atomic::{AtomicI64, Ordering};

use model_server::{Reply, Step};
use parlour_core::backup::BackupReason;
use parlour_core::chat::{MessageState, Role};
use parlour_core::error::ErrorKind;
use parlour_core::parlour::system_clock;
use parlour_core::patch::{OperationKind, Undone};

use crate::house::{DAY, House, finish, gate, holding, new_chat, say, settled, text, thread, turns};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn the_last_operation_can_be_undone_after_a_restart_and_the_one_before_it_too() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    parlour.rename_chat(&chat, "Mine").await.unwrap();
    parlour.delete_message(&one.message_id).await.unwrap();
    parlour.delete_chat(&chat).await.unwrap();
    drop(parlour);
    let parlour = house.open();
    assert!(parlour.overview().await.unwrap().chats.is_empty());
    for kind in [OperationKind::DeleteChat, OperationKind::DeleteMessage, OperationKind::RenameChat] {
        assert_eq!(parlour.undo_last().await.unwrap(), Some(Undone { kind, chat: Some(chat.clone()) }));
    }
    assert_eq!(parlour.undo_last().await.unwrap(), None);
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one"]));
    assert_eq!(parlour.overview().await.unwrap().chats[0].title, "one");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_undo_of_an_edit_shows_what_was_there_and_stops_the_new_answer() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    say(&parlour, &chat, "two").await;
    house.server.reply(Reply::stream(vec![text("Half"), gate("end"), finish()]));
    let edited = parlour.edit_message(&one.message_id, "uno".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&edited.reply_id, "Half").await;
    let undone = parlour.undo_last().await.unwrap();
    assert_eq!(undone, Some(Undone { kind: OperationKind::EditMessage, chat: Some(chat.clone()) }));
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "You said: two"]));
    // The version is still there.
    parlour.choose_version(&one.message_id, 2).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &edited.reply_id).await.state, MessageState::Stopped);
    let shown = thread(&parlour, &chat).await;
    assert_eq!(shown.last(), Some(&(Role::Assistant, MessageState::Stopped, "Half".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trash_says_what_is_in_it_and_gives_it_back() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "Keep me").await;
    let done = parlour.delete_chat(&chat).await.unwrap();
    let trash = parlour.trash().await.unwrap();
    let [trashed] = &trash[..] else { panic!("one chat is in the trash: {trash:?}") };
    assert_eq!((trashed.title.as_str(), trashed.message_count), ("Keep me", 2));
    assert_eq!((&trashed.id, &trashed.operation_id), (&chat, &done.operation_id));
    assert_eq!(trashed.goes_at - trashed.deleted_at, 30 * DAY);
    parlour.undo(&trashed.operation_id).await.unwrap();
    assert_eq!(parlour.trash().await.unwrap(), []);
    assert_eq!(thread(&parlour, &chat).await, turns(&["Keep me", "You said: Keep me"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_for_good_is_in_no_file_any_more() {
    // The index of the search holds its words one by one, and folded some stand nowhere else.
    const SECRET: &str = "xyzzy-canary";
    const WORDS: [&str; 4] = ["xyzzy", "canary", "jabberwocky", "plughsecret"];
    let (house, parlour) = House::connected().await;
    let other = new_chat(&parlour).await;
    say(&parlour, &other, "Something else").await;
    say(&parlour, &other, "A canal, and xylophones").await;
    let chat = new_chat(&parlour).await;
    let long = format!("{SECRET} {}", "and so on ".repeat(3000));
    // Words of many sizes, streamed, typed, edited, renamed, stopped, taken back.
    for n in 0..40 {
        let words = format!("{SECRET} {n} Jábberwocky plùghsecret{n} {}", "x".repeat(n * 97));
        let pieces = words.as_bytes().chunks(50).map(|piece| text(std::str::from_utf8(piece).unwrap()));
        house.server.reply(Reply::stream(pieces.chain([finish()]).collect::<Vec<Step>>()));
        parlour.save_draft(&chat, format!("{SECRET} draft {n}")).await.unwrap();
        say(&parlour, &chat, &words).await;
    }
    // So many that they fill pages of the index.
    say(&parlour, &chat, &(0..3000).map(|n| format!("plùghsecret{n} ")).collect::<String>()).await;
    parlour.rename_chat(&chat, &format!("{SECRET} title")).await.unwrap();
    parlour.rename_chat(&chat, &format!("{SECRET} second title")).await.unwrap();
    house.server.reply(Reply::stream(vec![text(&long), gate("end"), finish()]));
    let sent = parlour.send_message(&chat, long.clone()).await.unwrap();
    let queued = parlour.send_message(&chat, format!("{SECRET} queued")).await.unwrap();
    Window::open(&parlour, &chat).await.until_shown(&sent.reply_id, long.trim_end()).await;
    parlour.cancel_reply(&queued.reply_id).await.unwrap();
    house.server.open("end");
    settled(&parlour, &chat, &sent.reply_id).await;
    parlour.save_draft(&chat, format!("{SECRET} a last draft")).await.unwrap();
    for word in [SECRET, "jabberwocky", "plughsecret"] {
        assert_ne!(holding(house.folder.path(), word), Vec::<String>::new(), "{word} can be found");
    }
    assert_eq!(parlour.purge_chat(&chat).await, Err(ErrorKind::ChatNotFound.into()), "it is not in the trash");
    // As time does: its words lie among those of the other chat.
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute_batch("PRAGMA secure_delete = ON; INSERT INTO search (search) VALUES ('optimize')").unwrap();
    drop(database);
    let done = parlour.delete_chat(&chat).await.unwrap();
    parlour.purge_chat(&chat).await.unwrap();
    assert_eq!(holding(house.folder.path(), SECRET), Vec::<String>::new());
    for word in WORDS {
        assert_eq!(holding(house.folder.path(), word), Vec::<String>::new(), "{word}");
    }
    for (word, hits) in [("canal", 2), ("xylophones", 2), ("xyzzy", 0), ("something", 3)] {
        assert_eq!(parlour.search_chats(word.into()).await.unwrap().hits.len(), hits, "{word}");
    }
    assert_eq!(parlour.trash().await.unwrap(), []);
    assert_eq!(parlour.undo(&done.operation_id).await, Err(ErrorKind::MessageNotFound.into()));
    assert_eq!(parlour.purge_chat(&chat).await, Err(ErrorKind::ChatNotFound.into()));
    let rest =
        ["Something else", "You said: Something else", "A canal, and xylophones", "You said: A canal, and xylophones"];
    assert_eq!(thread(&parlour, &other).await, turns(&rest));
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM chat WHERE purged_at IS NOT NULL"), 1, "a blank row remains");
    assert_eq!(house.sql::<String>("PRAGMA integrity_check"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_still_holds_a_chat_that_goes_for_good_is_known_before() {
    let (_house, parlour) = House::connected().await;
    let before = new_chat(&parlour).await;
    say(&parlour, &before, "one").await;
    parlour.take_backup(BackupReason::Manual).await.unwrap();
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "two").await;
    let [first, second] = [BackupReason::Manual, BackupReason::Manual].map(|reason| parlour.take_backup(reason));
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!(parlour.remains_of(&chat).await, Err(ErrorKind::ChatNotFound.into()), "it is not in the trash");
    parlour.delete_chat(&chat).await.unwrap();
    let remains = parlour.remains_of(&chat).await.unwrap();
    assert_eq!(remains.kept, []);
    let held: Vec<i64> = remains.backups.iter().map(|backup| backup.taken_at).collect();
    assert_eq!(held, [second.taken_at, first.taken_at], "not the one that was taken before");
    // Both were asked for and stay for 30 days; of the two, the newer may be that of its week, or of its month.
    assert!(remains.backups[0].goes_at >= remains.backups[1].goes_at);
    assert_eq!((remains.backups[1].goes_at - first.taken_at).div_euclid(DAY), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_goes_for_good_in_the_middle_of_an_answer_takes_all_of_the_answer_along() {
    let (house, parlour) = House::connected().await;
    let kept = new_chat(&parlour).await;
    say(&parlour, &kept, "Stay").await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    // Whether the answer is stored before the chat goes, or finds it gone, is a matter of luck: both, in this many.
    for n in 0..30 {
        house.server.reply(Reply::stream(vec![text("Half"), gate("never"), finish()]));
        let chat = new_chat(&parlour).await;
        let sent = parlour.send_message(&chat, format!("Go {n}")).await.unwrap();
        Window::open(&parlour, &chat).await.until_shown(&sent.reply_id, "Half").await;
        parlour.delete_chat(&chat).await.unwrap();
        parlour.purge_chat(&chat).await.unwrap();
    }
    // This waits for every answer to have ended.
    parlour.restore_backup(&backup.id).await.unwrap();
    assert_eq!(parlour.overview().await.unwrap().notices, Some(Vec::new()));
    let before = parlour.backups().await.unwrap().into_iter().find(|backup| backup.reason == BackupReason::Restore);
    parlour.restore_backup(&before.unwrap().id).await.unwrap();
    for table in ["message WHERE chat_id NOT IN (SELECT id FROM chat WHERE purged_at IS NULL)", "journal"] {
        assert_eq!(house.sql::<i64>(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

static NOW: AtomicI64 = AtomicI64::new(0);

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_leaves_the_trash_after_thirty_days_but_not_because_a_clock_jumps() {
    let (mut house, parlour) = House::connected().await;
    drop(parlour);
    NOW.store(system_clock(), Ordering::Relaxed);
    house.clock = || NOW.load(Ordering::Relaxed);
    let parlour = house.open();
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "Hi").await;
    parlour.delete_chat(&chat).await.unwrap();
    let count = async || parlour.trash().await.unwrap().len();
    let start = NOW.load(Ordering::Relaxed);
    // Ten years ahead for some hours, ten years behind for some, and right again.
    for away in [3650, 3650, 3650, -3650, -3650, 0] {
        NOW.store(start + away * DAY, Ordering::Relaxed);
        parlour.empty_trash().await.unwrap();
        assert_eq!(count().await, 1, "{away} days away");
    }
    for day in 1..30 {
        NOW.store(start + day * DAY, Ordering::Relaxed);
        parlour.empty_trash().await.unwrap();
        assert_eq!(count().await, 1, "day {day}");
    }
    // Something was said a moment after the clock was read first.
    NOW.store(start + 30 * DAY + 10_000, Ordering::Relaxed);
    parlour.empty_trash().await.unwrap();
    assert_eq!(count().await, 1, "a clock is followed by a day at each look");
    parlour.empty_trash().await.unwrap();
    assert_eq!(count().await, 0);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM message"), 0);
}
