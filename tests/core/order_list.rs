//! The list of very many chats: its first rows, the next ones, and changes of thousands at once.

use std::collections::HashSet;
use std::sync::Arc;

use parlour_core::Parlour;
use parlour_core::chat::{ChatId, ChatOptions, ChatRow};

use crate::house::{House, new_chat, say};
use crate::window::{Overview, Window};

/// So many chats with titles, `every` of which is pinned, and some that are in no list.
fn fill(house: &House, chats: u32, every: u32) {
    let database = rusqlite::Connection::open(house.database()).unwrap();
    // Two each have the same time.
    database
        .execute(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
             INSERT INTO chat (id, title, created_at, updated_at, pinned_at)
             SELECT printf('%06d', n), 'Chat ' || n, n, n / 2, CASE WHEN n % ?2 = 0 THEN n END FROM n",
            (chats, every),
        )
        .unwrap();
    database
        .execute_batch(
            "INSERT INTO chat (id, created_at, updated_at) VALUES ('empty', 9, 9), ('typing', 7, 7);
             INSERT INTO chat (id, title, created_at, updated_at, deleted_by) VALUES ('trash', 'T', 8, 8, 'someone');
             INSERT INTO draft (chat_id, text) VALUES ('typing', 'x')",
        )
        .unwrap();
}

/// All rows, as a window asks for them.
async fn all(parlour: &Parlour, page: usize) -> Vec<ChatRow> {
    let overview = parlour.overview().await.unwrap();
    let (mut rows, mut rest) = (overview.chats, overview.rest);
    let mut last = rows.iter().rfind(|row| !row.pinned).map(|row| (row.updated_at, row.id.clone()));
    while rest > 0 {
        let (before, id) = last.unwrap_or((i64::MAX, ChatId(String::new())));
        let next = parlour.chat_rows(before, &id, page).await.unwrap();
        assert!(!next.is_empty() && next.len() <= page, "{rest} more were promised");
        rest -= u32::try_from(next.len()).unwrap();
        last = next.last().map(|row| (row.updated_at, row.id.clone()));
        rows.extend(next);
    }
    let (before, id) = last.unwrap_or((i64::MAX, ChatId(String::new())));
    assert_eq!(parlour.chat_rows(before, &id, page).await.unwrap(), [], "there are no more than were promised");
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_rows_are_the_pinned_and_the_newest_and_the_others_follow_each_once() {
    for (chats, every) in [(1000, 100), (299, 7), (300, 1_000_000), (1000, 2), (900, 1)] {
        let (house, parlour) = House::connected().await;
        fill(&house, chats, every);
        let first = parlour.overview().await.unwrap();
        let pinned = chats / every;
        assert_eq!(first.chats.len() as u32, (chats + 1).min(300).max(pinned), "{chats} {every}");
        assert!(first.chats[..pinned as usize].iter().all(|row| row.pinned), "the pinned first");
        for page in [7, 100, 5000] {
            let rows = all(&parlour, page).await;
            assert_eq!(rows.len() as u32, chats + 1, "those that hold something");
            assert_eq!(rows.iter().map(|row| &row.id).collect::<HashSet<_>>().len(), rows.len(), "each once");
            let key = |row: &ChatRow| (row.pinned, row.updated_at, row.id.clone());
            assert!(rows.is_sorted_by(|a, b| key(a) > key(b)), "the newest first, in {chats} {every}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_thousands_is_one_step_for_windows_and_for_the_undo() {
    let (house, parlour) = House::connected().await;
    fill(&house, 12_000, 1_000_000);
    let ids = |range: std::ops::Range<u32>| range.map(|n| ChatId(format!("{n:06}"))).collect::<Vec<_>>();
    let sql = |condition: &str| house.sql::<i64>(&format!("SELECT count(*) FROM chat WHERE {condition}"));
    let folder = parlour.create_folder("Work").await.unwrap().id;
    for (many, snapshot) in [(10_000, false), (11_000, true)] {
        let mut overview = Overview::open(&parlour).await;
        let before = overview.state.revision;
        let done = parlour.move_chats(ids(1..many + 1), Some(folder.clone())).await.unwrap();
        overview.until("the move", |overview| overview.revision > before).await;
        assert_eq!(overview.pulled, 1);
        // A window keeps what it has where it gets what changed, and begins anew where that would be nearly all.
        assert_eq!(overview.state.chats.len() == 300, snapshot);
        assert_eq!(sql("folder_id IS NOT NULL"), i64::from(many));
        parlour.undo(&done.operation_id).await.unwrap();
        assert_eq!(sql("folder_id IS NOT NULL"), 0);
    }
    let done = parlour.delete_chats(ids(1..10_001)).await.unwrap();
    assert_eq!(sql("deleted_by IS NULL AND title <> ''"), 2000);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM operation WHERE kind = 'deleteChats'"), 1);
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(sql("deleted_by IS NULL AND title <> ''"), 12_000);
    for done in [
        parlour.pin_chats(ids(1..10_001), true).await,
        parlour.archive_chats(ids(1..10_001), true).await,
        parlour.tag_chats(ids(1..10_001), "blue", true).await,
    ] {
        done.unwrap();
    }
    assert_eq!(sql("pinned_at IS NOT NULL AND archived_at IS NOT NULL"), 10_000);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM chat_tag"), 10_000);
    for _ in 0..3 {
        parlour.undo_last().await.unwrap().expect("something to take back");
    }
    assert_eq!(sql("pinned_at IS NOT NULL OR archived_at IS NOT NULL"), 0);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM chat_tag"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_on_a_chat_in_which_nothing_happened_sees_what_its_folder_gets() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "Hi").await;
    drop(parlour);
    let parlour: Arc<Parlour> = house.open();
    let folder = parlour.create_folder("Work").await.unwrap().id;
    parlour.move_chats(vec![chat.clone()], Some(folder.clone())).await.unwrap();
    drop(parlour);
    let parlour = house.open();
    let mut window = Window::open(&parlour, &chat).await;
    let options = ChatOptions { model: Some("folder-model".into()), ..ChatOptions::default() };
    let done = parlour.set_folder_options(&folder, options.clone()).await.unwrap();
    window.until("the folder's model", |window| window.head.inherited == options).await;
    parlour.undo(&done.operation_id).await.unwrap();
    window.until("none", |window| window.head.inherited == ChatOptions::default()).await;
    assert_eq!(window.path.len(), 2);
}
