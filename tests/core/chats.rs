//! Chats: their titles, drafts, order, deletion and undo, and what a window gets of a long one.

use std::sync::atomic::{AtomicI64, Ordering};

use model_server::{Reply, Step};
use parlour_core::chat::{ChatId, ChatOptions, MessageState, Version};
use parlour_core::error::{Error, ErrorKind};

use crate::house::{House, finish, gate, new_chat, say, soon, text, thread, turns};
use crate::window::{Overview, Window};

async fn titles(parlour: &parlour_core::Parlour) -> Vec<String> {
    parlour.overview().await.unwrap().chats.into_iter().map(|row| row.title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn new_chat_twice_is_one_chat_until_something_is_in_it() {
    let (_house, parlour) = House::connected().await;
    let first = new_chat(&parlour).await;
    assert_eq!(new_chat(&parlour).await, first);
    assert_eq!(titles(&parlour).await, Vec::<String>::new(), "an empty chat is in no list");
    parlour.save_draft(&first, "later".into()).await.unwrap();
    let second = new_chat(&parlour).await;
    assert_ne!(second, first);
    say(&parlour, &second, "Hi").await;
    assert!(![first, second].contains(&new_chat(&parlour).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_made_of_the_question_and_a_rename_wins() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let mut window = Window::open(&parlour, &chat).await;
    let mut overview = Overview::open(&parlour).await;
    say(&parlour, &chat, "Name three colours. Please be brief.").await;
    window.until("the title", |window| window.head.title == "Name three colours").await;
    say(&parlour, &chat, "And animals?").await;
    assert_eq!(titles(&parlour).await, ["Name three colours"]);
    let done = parlour.rename_chat(&chat, "  My \n colours ").await.unwrap();
    window.until("the name", |window| window.head.title == "My colours").await;
    overview.until("the name", |overview| overview.chats.iter().any(|row| row.title == "My colours")).await;
    say(&parlour, &chat, "More").await;
    assert_eq!(titles(&parlour).await, ["My colours"]);
    parlour.undo(&done.operation_id).await.unwrap();
    assert_eq!(titles(&parlour).await, ["Name three colours"]);
    // Named before the first word is said.
    let named = new_chat(&parlour).await;
    parlour.rename_chat(&named, "Before").await.unwrap();
    say(&parlour, &named, "Hello there").await;
    assert_eq!(titles(&parlour).await, ["Before", "Name three colours"]);
    // Without a name the automatic one comes again.
    parlour.rename_chat(&named, " ").await.unwrap();
    say(&parlour, &named, "Good morning").await;
    assert_eq!(titles(&parlour).await[0], "Good morning");
    let long = "x".repeat(500);
    parlour.rename_chat(&named, &long).await.unwrap();
    assert_eq!(titles(&parlour).await[0], long[..200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_chat_is_gone_for_every_window_and_undo_brings_it_back_whole() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    parlour.save_draft(&chat, "typing".into()).await.unwrap();
    let whole = thread(&parlour, &chat).await;
    let mut window = Window::open(&parlour, &chat).await;
    let mut overview = Overview::open(&parlour).await;
    let (gone, done) = tokio::join!(window.pull_error(), parlour.delete_chat(&chat));
    assert_eq!(gone, ErrorKind::ChatNotFound);
    overview.until("an empty list", |overview| overview.chats.is_empty()).await;
    let not_found = || Error::new(ErrorKind::ChatNotFound);
    assert_eq!(parlour.next_patch(&chat, 0).await, Err(not_found()));
    assert_eq!(parlour.open_chat(&chat).await, Err(not_found()));
    assert_eq!(parlour.send_message(&chat, "Hi".into()).await, Err(not_found()));
    assert_eq!(parlour.save_draft(&chat, "x".into()).await, Err(not_found()));
    assert_eq!(parlour.rename_chat(&chat, "x").await, Err(not_found()));
    assert_eq!(parlour.delete_chat(&chat).await, Err(not_found()));
    assert_eq!(parlour.search_chats("one".into()).await.unwrap().hits, []);
    parlour.undo(&done.unwrap().operation_id).await.unwrap();
    overview.until("the chat", |overview| overview.chats.len() == 1).await;
    assert_eq!(thread(&parlour, &chat).await, whole);
    assert_eq!(parlour.open_chat(&chat).await.unwrap().draft, "typing");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_chat_stops_its_reply_keeps_the_text_and_leaves_the_queue_for_an_undo() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("Hello"), Step::Hang]));
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&one.reply_id, "Hello").await;
    let done = parlour.delete_chat(&chat).await.unwrap();
    soon("the end of the connection", house.server.closed(0)).await;
    assert_eq!(house.asked(), 1);
    parlour.undo(&done.operation_id).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_settled().await;
    assert_eq!(window.message(&one.reply_id).state, MessageState::Stopped);
    assert_eq!(window.message(&two.reply_id).state, MessageState::Complete);
    let texts: Vec<_> = thread(&parlour, &chat).await.into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(texts, ["one", "Hello", "two", "You said: two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_kept_for_each_chat_over_a_restart() {
    let (house, parlour) = House::connected().await;
    let one = new_chat(&parlour).await;
    parlour.save_draft(&one, "draft 漢字 of one".into()).await.unwrap();
    let two = new_chat(&parlour).await;
    parlour.save_draft(&two, "first".into()).await.unwrap();
    parlour.save_draft(&two, "second".into()).await.unwrap();
    drop(parlour);
    let parlour = house.open();
    assert_eq!(parlour.open_chat(&one).await.unwrap().draft, "draft 漢字 of one");
    assert_eq!(parlour.open_chat(&two).await.unwrap().draft, "second");
    assert_eq!(titles(&parlour).await.len(), 2);
    parlour.save_draft(&two, String::new()).await.unwrap();
    assert_eq!(parlour.open_chat(&two).await.unwrap().draft, "");
    assert_eq!(titles(&parlour).await.len(), 1, "an empty chat leaves the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_newest_first_by_what_was_said() {
    let (_house, parlour) = House::connected().await;
    let mut chats = Vec::new();
    for name in ["a", "b", "c"] {
        let chat = new_chat(&parlour).await;
        say(&parlour, &chat, name).await;
        chats.push(chat);
    }
    assert_eq!(titles(&parlour).await, ["c", "b", "a"]);
    let mut overview = Overview::open(&parlour).await;
    say(&parlour, &chats[0], "again").await;
    assert_eq!(titles(&parlour).await, ["a", "c", "b"]);
    overview.until("the order", |overview| overview.chats[0].title == "a" && overview.chats[0].reply.is_none()).await;
    assert_eq!(overview.state.chats, parlour.overview().await.unwrap().chats);
    // Looking is not saying.
    parlour.open_chat(&chats[1]).await.unwrap();
    parlour.rename_chat(&chats[1], "B").await.unwrap();
    assert_eq!(titles(&parlour).await, ["a", "c", "B"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_starts_with_the_last_chat_and_its_draft() {
    let (house, parlour) = House::connected().await;
    let one = new_chat(&parlour).await;
    say(&parlour, &one, "one").await;
    let two = new_chat(&parlour).await;
    say(&parlour, &two, "two").await;
    parlour.open_chat(&one).await.unwrap();
    parlour.save_draft(&one, "typing".into()).await.unwrap();
    drop(parlour);
    let parlour = house.open();
    let start = parlour.start(None).await.unwrap();
    assert_eq!((start.chat.head.unwrap().id, start.draft.as_str()), (one.clone(), "typing"));
    assert_eq!(start.overview.chats.len(), 2);
    let second_window = parlour.start(Some(two.clone())).await.unwrap();
    assert_eq!(second_window.chat.head.unwrap().id, two);
    parlour.delete_chat(&one).await.unwrap();
    let elsewhere = parlour.start(None).await.unwrap().chat.head.unwrap();
    assert_eq!((elsewhere.message_count, elsewhere.title.as_str()), (0, ""));
    assert_ne!(elsewhere.id, one);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chats_options_are_checked_kept_and_shown() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let mut window = Window::open(&parlour, &chat).await;
    let invalid = |name: &str| Err(Error::new(ErrorKind::InvalidSettings).with(|d| d.parameter = Some(name.into())));
    for temperature in [-0.1, 2.1, f64::NAN, f64::INFINITY] {
        let options = ChatOptions { temperature: Some(temperature), ..ChatOptions::default() };
        assert_eq!(parlour.set_chat_options(&chat, options).await, invalid("temperature"));
    }
    let options = ChatOptions { max_tokens: Some(0), ..ChatOptions::default() };
    assert_eq!(parlour.set_chat_options(&chat, options).await, invalid("maxTokens"));
    let options = ChatOptions { model: Some("m".into()), temperature: Some(2.0), ..ChatOptions::default() };
    parlour.set_chat_options(&chat, options.clone()).await.unwrap();
    window.until("the options", |window| window.head.options == options).await;
    assert_ne!(new_chat(&parlour).await, chat, "a chat with options is no empty one");
    drop((window, parlour));
    let parlour = house.open();
    assert_eq!(Window::open(&parlour, &chat).await.head.options, options);
    let nowhere = ChatId("nowhere".into());
    assert_eq!(parlour.set_chat_options(&nowhere, options).await, Err(ErrorKind::ChatNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_at_any_moment_leaves_nothing_running() {
    let (house, parlour) = House::connected().await;
    house.server.default_reply(Some(Reply::stream(vec![text("Hello"), gate("end"), finish()])));
    let chat = new_chat(&parlour).await;
    for n in 0..40 {
        let sent = parlour.send_message(&chat, format!("{n}")).await.unwrap();
        for _ in 0..n * 20 {
            tokio::task::yield_now().await;
        }
        parlour.stop_reply(&sent.reply_id).await.unwrap();
        let mut window = Window::open(&parlour, &chat).await;
        window.until_settled().await;
    }
    house.server.open("end");
    let (_, answer) = say(&parlour, &chat, "last").await;
    assert_eq!((answer.state, answer.text.as_str()), (MessageState::Complete, "Hello"));
    let lines = thread(&parlour, &chat).await;
    assert_eq!(lines[lines.len() - 2..], turns(&["last", "Hello"]));
    // Stopped a moment after it was sent, a question is still there.
    assert_eq!(Window::open(&parlour, &chat).await.path.len(), 82);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM journal"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_back_changes_no_order() {
    static NOW: AtomicI64 = AtomicI64::new(2_000_000_000_000);
    let mut house = House::bare().await;
    house.clock = || NOW.load(Ordering::Relaxed);
    let parlour = house.open();
    parlour.save_server(&house.server.url(), "").await.unwrap();
    let (old, young) = (new_chat(&parlour).await, "young");
    say(&parlour, &old, "old").await;
    NOW.store(1_000_000_000_000, Ordering::Relaxed);
    let (second, _) = say(&parlour, &old, "second").await;
    assert_eq!(thread(&parlour, &old).await, turns(&["old", "You said: old", "second", "You said: second"]));
    parlour.regenerate_reply(&second.reply_id).await.unwrap();
    let mut window = Window::open(&parlour, &old).await;
    window.until_settled().await;
    assert_eq!(window.messages()[3].version, Version { number: 2, count: 2 });
    assert!(window.messages().iter().all(|message| message.duration.is_none_or(|duration| duration >= 0)));
    NOW.store(3_000_000_000_000, Ordering::Relaxed);
    say(&parlour, &new_chat(&parlour).await, young).await;
    assert_eq!(titles(&parlour).await, [young, "old"]);
}
