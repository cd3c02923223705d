//! Going to a chat by a few letters of its title.

use std::path::Path;

use parlour_core::backup::BackupReason;
use parlour_core::chat::ChatId;
use parlour_core::switcher::{QuickHit, Ranked, rank};
use parlour_core::{FILE_NAME, Parlour};

use crate::house::{House, new_chat, say};

/// A chat with one question; its title is that.
async fn chat(parlour: &std::sync::Arc<Parlour>, title: &str) -> ChatId {
    let chat = new_chat(parlour).await;
    say(parlour, &chat, title).await;
    chat
}

async fn found(parlour: &Parlour, query: &str) -> Vec<String> {
    let hits = parlour.quick_find(query.into()).await.unwrap();
    hits.into_iter().map(|hit| hit.title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_found_by_letters_of_its_title_best_first_with_their_places() {
    let (_house, parlour) = House::connected().await;
    for title in ["Crème brûlée for two", "Migrating the database", "A cream for burns", "数据库迁移"] {
        chat(&parlour, title).await;
    }
    assert_eq!(found(&parlour, "CREME").await, ["Crème brûlée for two"]);
    assert_eq!(found(&parlour, "for crm").await, ["Crème brûlée for two", "A cream for burns"]);
    let hits = parlour.quick_find("迁移".into()).await.unwrap();
    let [QuickHit { title, positions, .. }] = &hits[..] else { panic!("{hits:?}") };
    assert_eq!((title.as_str(), &positions[..]), ("数据库迁移", &[3, 4][..]));
    assert_eq!(found(&parlour, "nothing of the sort").await, [""; 0]);
    assert_eq!(found(&parlour, &"x".repeat(10_000)).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn equals_are_newest_first_and_nothing_asked_for_gives_the_last_chats() {
    let (house, parlour) = House::connected().await;
    let first = chat(&parlour, "Notes on owls").await;
    chat(&parlour, "Notes on larks").await;
    assert_eq!(found(&parlour, "notes").await, ["Notes on larks", "Notes on owls"]);
    say(&parlour, &first, "again").await;
    assert_eq!(found(&parlour, "notes").await, ["Notes on owls", "Notes on larks"]);
    assert_eq!(found(&parlour, " ").await, ["Notes on owls", "Notes on larks"]);
    // What is archived is found by its letters, and is none of the last ones.
    drop(parlour);
    rusqlite::Connection::open(house.database())
        .unwrap()
        .execute("UPDATE chat SET archived_at = 1 WHERE id = ?1", [&first.0])
        .unwrap();
    let parlour = house.open();
    assert_eq!(found(&parlour, "").await, ["Notes on larks"]);
    assert_eq!(found(&parlour, "owl").await, ["Notes on owls"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_chat_is_seen_by_the_next_letter() {
    let (_house, parlour) = House::connected().await;
    assert_eq!(found(&parlour, "").await, [""; 0]);
    let draft = new_chat(&parlour).await;
    assert_eq!(found(&parlour, "").await, [""; 0], "an empty chat is none to go to");
    parlour.save_draft(&draft, "half a thought".into()).await.unwrap();
    assert_eq!(found(&parlour, "").await, [""]);
    say(&parlour, &draft, "Notes on owls").await;
    assert_eq!(found(&parlour, "owl").await, ["Notes on owls"]);
    parlour.rename_chat(&draft, "Birds").await.unwrap();
    assert_eq!((found(&parlour, "owl").await, found(&parlour, "bird").await), (vec![], vec!["Birds".into()]));
    let done = parlour.delete_chat(&draft).await.unwrap();
    assert_eq!(found(&parlour, "bird").await, [""; 0]);
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(found(&parlour, "bird").await, ["Birds"]);
    parlour.delete_chat(&draft).await.unwrap();
    parlour.purge_chat(&draft).await.unwrap();
    assert_eq!(found(&parlour, "").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_of_a_backup_are_found_once_it_is_restored() {
    let (_house, parlour) = House::connected().await;
    let chat = chat(&parlour, "Notes on owls").await;
    let backup = parlour.take_backup(BackupReason::Manual).await.unwrap();
    parlour.rename_chat(&chat, "Birds").await.unwrap();
    assert_eq!(found(&parlour, "").await, ["Birds"]);
    parlour.restore_backup(&backup.id).await.unwrap();
    assert_eq!(found(&parlour, "").await, ["Notes on owls"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_fifty_are_given_of_however_many() {
    let (house, parlour) = House::connected().await;
    drop(parlour);
    fill(&house.database(), 2_000);
    let parlour = house.open();
    let hits = parlour.quick_find("note 7".into()).await.unwrap();
    assert_eq!(hits.len(), 50);
    assert_eq!(hits[0].title, "Note 7");
    assert_eq!(parlour.quick_find(String::new()).await.unwrap()[0].title, "Note 1999");
}

fn fill(database: &Path, chats: i64) {
    assert_eq!(database.file_name().unwrap(), FILE_NAME);
    let mut connection = rusqlite::Connection::open(database).unwrap();
    let t = connection.transaction().unwrap();
    for n in 0..chats {
        t.execute(
            "INSERT INTO chat (id, title, created_at, updated_at) VALUES ('c' || ?1, 'Note ' || ?1, ?1, ?1)",
            [n],
        )
        .unwrap();
    }
    t.commit().unwrap();
}

#[test]
fn names_are_ranked_by_the_same_rule() {
    let names = ["Settings: Appearance", "New chat", "Theme: Dark", "Delete chat"].map(str::to_owned);
    let found: Vec<(u32, Vec<u32>)> =
        rank("nc", &names).into_iter().map(|Ranked { index, positions, .. }| (index, positions)).collect();
    assert_eq!(found, [(1, vec![0, 4]), (0, vec![17, 18])]);
    let order = |query: &str| rank(query, &names).into_iter().map(|ranked| ranked.index).collect::<Vec<_>>();
    assert_eq!(order("chat"), [1, 3]);
    assert_eq!(order("DÁRK"), [2]);
    assert_eq!(order(""), [0, 1, 2, 3]);
    assert_eq!(order("xyz"), [0; 0]);
}
