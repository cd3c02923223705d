//! After a death: every acknowledged message is there, a half-written answer too, and what waited goes on.
//! A death is a copy of the folder's files as they lie on the disk while a reply runs, opened by another Parlour.

use std::sync::Arc;

use model_server::{Reply, Step};
use parlour_core::Parlour;
use parlour_core::chat::MessageState;
use parlour_core::patch::Sent;
use tempfile::TempDir;

use crate::house::{Answer, House, finish, gate, messages, new_chat, say, settled, soon, text, thread, turns};
use crate::window::Window;

/// The files as they are now, in a folder of their own.
pub fn dead(house: &House) -> TempDir {
    let copy = TempDir::new().unwrap();
    for entry in std::fs::read_dir(house.folder.path()).unwrap() {
        let entry = entry.unwrap();
        // The index of the WAL is memory shared by processes: it does not outlive the machine.
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    copy
}

/// Waits until the journal of a reply holds this text.
async fn journaled(house: &House, sent: &Sent, text: &str) {
    let journal = format!(
        "SELECT coalesce((SELECT group_concat(text, '') FROM (SELECT text FROM journal WHERE message_id = '{}' ORDER BY n)), '')",
        sent.reply_id
    );
    soon("the journal", async {
        while house.sql::<String>(&journal) != text {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// A reply that has come as far as "Hello the", and what is left of it after a death.
async fn died_streaming(house: &House, parlour: &Arc<Parlour>) -> (parlour_core::chat::ChatId, Sent) {
    house.server.reply(Reply::stream(vec![Step::Role, text("Hello "), text("the"), gate("never"), Step::Hang]));
    let chat = new_chat(parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    journaled(house, &sent, "Hello the").await;
    (chat, sent)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_written_answer_is_interrupted_and_can_be_continued() {
    let (house, parlour) = House::connected().await;
    let (chat, sent) = died_streaming(&house, &parlour).await;
    let folder = dead(&house);
    let reborn = house.open_at(folder.path()).unwrap();
    let answer = Answer::ended(MessageState::Interrupted, "Hello the");
    assert_eq!(settled(&reborn, &chat, &sent.reply_id).await, answer);
    let row = reborn.overview().await.unwrap().chats.remove(0);
    assert_eq!((row.title.as_str(), row.reply), ("Hi", None));
    house.server.reply(Reply::stream(vec![text("re you are"), finish()]));
    reborn.continue_reply(&sent.reply_id).await.unwrap();
    let whole = settled(&reborn, &chat, &sent.reply_id).await;
    assert_eq!((whole.state, whole.text.as_str()), (MessageState::Complete, "Hello there you are"));
    assert_eq!(thread(&reborn, &chat).await, turns(&["Hi", "Hello there you are"]));
    let request = house.server.request(1).await;
    assert_eq!(request.messages()[..3], messages(&["Hi", "Hello the"])[..]);
    // The ledger knows of both.
    let database = rusqlite::Connection::open(folder.path().join(parlour_core::FILE_NAME)).unwrap();
    let ledger: String = database.query_row("SELECT group_concat(result) FROM request", [], |row| row.get(0)).unwrap();
    assert_eq!(ledger, "interrupted,complete");
    let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_in_a_continuation_keeps_both_halves() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("The first half")]));
    house.server.reply(Reply::stream(vec![text(" and the second"), Step::Hang]));
    let chat = new_chat(&parlour).await;
    let (sent, _) = say(&parlour, &chat, "Hi").await;
    parlour.continue_reply(&sent.reply_id).await.unwrap();
    journaled(&house, &sent, " and the second").await;
    let folder = dead(&house);
    let reborn = house.open_at(folder.path()).unwrap();
    let answer = Answer::ended(MessageState::Interrupted, "The first half and the second");
    assert_eq!(settled(&reborn, &chat, &sent.reply_id).await, answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_queued_goes_on_in_order() {
    let (house, parlour) = House::connected().await;
    let (chat, first) = died_streaming(&house, &parlour).await;
    parlour.send_message(&chat, "two".into()).await.unwrap();
    let last = parlour.send_message(&chat, "three".into()).await.unwrap();
    let folder = dead(&house);
    let reborn = house.open_at(folder.path()).unwrap();
    assert_eq!(settled(&reborn, &chat, &last.reply_id).await, Answer::whole("You said: three"));
    let texts: Vec<_> = thread(&reborn, &chat).await.into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(texts, ["Hi", "Hello the", "two", "You said: two", "three", "You said: three"]);
    assert_eq!(settled(&reborn, &chat, &first.reply_id).await.state, MessageState::Interrupted);
    assert_eq!(
        house.server.request(2).await.messages()[1..].iter().map(|(_, text)| text).collect::<Vec<_>>(),
        texts[..5].iter().collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_the_server_or_in_a_pause_goes_on() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![Step::Hang]).when("headers"));
    house.server.reply(Reply::error(429, "x", "slow").header("retry-after", "30").when("pause"));
    let waiting = new_chat(&parlour).await;
    let one = parlour.send_message(&waiting, "headers".into()).await.unwrap();
    let paused = new_chat(&parlour).await;
    let two = parlour.send_message(&paused, "pause".into()).await.unwrap();
    soon("both requests", house.server.request(1)).await;
    let mut window = Window::open(&parlour, &paused).await;
    window.until_message(&two.reply_id, "a pause", |message| message.wait.is_some()).await;
    let folder = dead(&house);
    let reborn = house.open_at(folder.path()).unwrap();
    assert_eq!(settled(&reborn, &waiting, &one.reply_id).await, Answer::whole("You said: headers"));
    assert_eq!(settled(&reborn, &paused, &two.reply_id).await, Answer::whole("You said: pause"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_a_failure_held_is_still_held_and_can_be_sent() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply { steps: vec![gate("one")], ..Reply::empty(400) });
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    house.server.open("one");
    settled(&parlour, &chat, &one.reply_id).await;
    let folder = dead(&house);
    let reborn = house.open_at(folder.path()).unwrap();
    assert_eq!(Window::open(&reborn, &chat).await.message(&two.reply_id).state, MessageState::Queued);
    reborn.send_now(&two.reply_id).await.unwrap();
    assert_eq!(settled(&reborn, &chat, &two.reply_id).await.state, MessageState::Complete);
    assert_eq!(house.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_after_the_restart_the_reply_says_so_and_works_once_there_is_one() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![Step::Hang]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    soon("the request", house.server.request(0)).await;
    let folder = dead(&house);
    house.keychain.set(crate::keychain::Mood::Absent);
    let reborn = house.open_at(folder.path()).unwrap();
    let unavailable = house.error(parlour_core::error::ErrorKind::KeychainUnavailable, None);
    assert_eq!(settled(&reborn, &chat, &sent.reply_id).await, Answer::failed(unavailable, ""));
    house.keychain.set(crate::keychain::Mood::Open);
    reborn.retry_reply(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&reborn, &chat, &sent.reply_id).await, Answer::whole("You said: Hi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_deleted_just_before_the_death_comes_back_with_its_half_answer() {
    let (house, parlour) = House::connected().await;
    let (chat, sent) = died_streaming(&house, &parlour).await;
    let folder = dead(&house);
    // As if the death came between the deletion and the end of its reply.
    let database = rusqlite::Connection::open(folder.path().join(parlour_core::FILE_NAME)).unwrap();
    database.execute("UPDATE chat SET deleted_by = 'x'", []).unwrap();
    let inverse = format!("{{\"type\":\"restoreChat\",\"chat\":\"{chat}\"}}");
    let row = "INSERT INTO operation (id, at, kind, inverse) VALUES ('x', 1, 'deleteChat', ?1)";
    database.execute(row, [inverse]).unwrap();
    drop(database);
    let reborn = house.open_at(folder.path()).unwrap();
    reborn.undo(&parlour_core::chat::OperationId("x".into())).await.unwrap();
    let answer = Answer::ended(MessageState::Interrupted, "Hello the");
    assert_eq!(settled(&reborn, &chat, &sent.reply_id).await, answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orderly_restart_keeps_everything() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    for text in ["one", "two", "three"] {
        say(&parlour, &chat, text).await;
    }
    let before = (Window::open(&parlour, &chat).await.messages(), parlour.overview().await.unwrap().chats);
    parlour.close();
    drop(parlour);
    let parlour = house.open();
    let after = (Window::open(&parlour, &chat).await.messages(), parlour.overview().await.unwrap().chats);
    assert_eq!(before, after);
}
