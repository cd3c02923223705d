//! The queue: what is said while a reply runs goes out afterwards, in order; a failure holds it.

use model_server::{Reply, Step};
use parlour_core::chat::{MessageState, Role};
use parlour_core::error::ErrorKind;

use crate::house::{House, finish, gate, messages, new_chat, say, settled, soon, text, thread, turns};
use crate::window::Window;

fn gated(name: &str, words: &str) -> Reply {
    Reply::stream(vec![text(words), gate(name), finish()])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_while_a_reply_streams_goes_out_afterwards_in_order() {
    let (house, parlour) = House::connected().await;
    house.server.reply(gated("one", "first"));
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&one.reply_id, "first").await;
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let three = parlour.send_message(&chat, "three".into()).await.unwrap();
    window.until("the queue", |window| window.path.len() == 6).await;
    for queued in [&two, &three] {
        assert_eq!(window.message(&queued.reply_id).state, MessageState::Queued);
    }
    assert_eq!(house.asked(), 1);
    house.server.open("one");
    window.until_settled().await;
    let texts = ["one", "first", "two", "You said: two", "three", "You said: three"];
    assert_eq!(thread(&parlour, &chat).await, turns(&texts));
    assert_eq!(house.server.request(1).await.messages(), messages(&texts[..3]));
    assert_eq!(house.server.request(2).await.messages(), messages(&texts[..5]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_reply_holds_the_queue_until_it_is_told_to_go() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply { steps: vec![gate("one")], ..Reply::empty(400) });
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let three = parlour.send_message(&chat, "three".into()).await.unwrap();
    house.server.open("one");
    assert_eq!(settled(&parlour, &chat, &one.reply_id).await.state, MessageState::Failed);
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(window.message(&two.reply_id).state, MessageState::Queued);
    parlour.send_now(&two.reply_id).await.unwrap();
    // Behind one that went well the queue goes on by itself.
    assert_eq!(settled(&parlour, &chat, &three.reply_id).await.state, MessageState::Complete);
    let states: Vec<_> = thread(&parlour, &chat).await.into_iter().map(|(_, state, _)| state).collect();
    let complete = MessageState::Complete;
    assert_eq!(states, [complete, MessageState::Failed, complete, complete, complete, complete]);
    assert_eq!(house.server.request(1).await.messages(), messages(&["one\n\ntwo"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_retry_of_a_failed_reply_lets_the_queue_go_on() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply { steps: vec![gate("one")], ..Reply::empty(400) });
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    house.server.open("one");
    settled(&parlour, &chat, &one.reply_id).await;
    parlour.retry_reply(&one.reply_id).await.unwrap();
    settled(&parlour, &chat, &two.reply_id).await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "You said: two"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_reply_does_not_hold_the_queue() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("first"), Step::Hang]));
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&one.reply_id, "first").await;
    parlour.stop_reply(&one.reply_id).await.unwrap();
    window.until_state(&two.reply_id, MessageState::Complete).await;
    assert_eq!(house.server.request(1).await.messages(), messages(&["one", "first", "two"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_message_that_is_cancelled_leaves_the_chat_with_its_question() {
    let (house, parlour) = House::connected().await;
    house.server.reply(gated("one", "first"));
    let chat = new_chat(&parlour).await;
    parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    parlour.send_message(&chat, "three".into()).await.unwrap();
    parlour.cancel_reply(&two.reply_id).await.unwrap();
    house.server.open("one");
    let mut window = Window::open(&parlour, &chat).await;
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "first", "three", "You said: three"]));
    assert_eq!(house.asked(), 2);
    assert_eq!(house.server.request(1).await.messages(), messages(&["one", "first", "three"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_question_that_is_deleted_takes_its_reply_with_it_and_undo_sends_it() {
    let (house, parlour) = House::connected().await;
    house.server.reply(gated("one", "first"));
    let chat = new_chat(&parlour).await;
    let one = parlour.send_message(&chat, "one".into()).await.unwrap();
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let done = parlour.delete_message(&two.message_id).await.unwrap();
    house.server.open("one");
    settled(&parlour, &chat, &one.reply_id).await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "first"]));
    parlour.undo(&done.operation_id).await.unwrap();
    settled(&parlour, &chat, &two.reply_id).await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "first", "two", "You said: two"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_chats_stream_at_once() {
    let (house, parlour) = House::connected().await;
    house.server.reply(gated("a", "to a").when("from a"));
    house.server.reply(gated("b", "to b").when("from b"));
    let a = new_chat(&parlour).await;
    let sent_a = parlour.send_message(&a, "from a".into()).await.unwrap();
    let b = new_chat(&parlour).await;
    let sent_b = parlour.send_message(&b, "from b".into()).await.unwrap();
    assert_ne!(a, b);
    let (mut window_a, mut window_b) = (Window::open(&parlour, &a).await, Window::open(&parlour, &b).await);
    window_a.until_shown(&sent_a.reply_id, "to a").await;
    window_b.until_shown(&sent_b.reply_id, "to b").await;
    house.server.open("b");
    window_b.until_settled().await;
    assert_eq!(window_a.message(&sent_a.reply_id).state, MessageState::Streaming);
    house.server.open("a");
    window_a.until_settled().await;
    assert_eq!(thread(&parlour, &a).await, turns(&["from a", "to a"]));
    assert_eq!(thread(&parlour, &b).await, turns(&["from b", "to b"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_that_waits_is_cancelled_back_to_the_old_one() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (one, _) = say(&parlour, &chat, "one").await;
    house.server.reply(gated("two", "second"));
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&two.reply_id, "second").await;
    parlour.regenerate_reply(&one.reply_id).await.unwrap();
    window.until("the new version", |window| window.path.len() == 2).await;
    let new = window.path[1].clone();
    assert_eq!(window.message(&new).state, MessageState::Queued);
    parlour.cancel_reply(&new).await.unwrap();
    window.until("the old version", |window| window.path.len() == 4).await;
    house.server.open("two");
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["one", "You said: one", "two", "second"]));
    assert_eq!(house.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_continuation_waits_keeps_its_text_when_that_is_cancelled() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("half")]));
    let chat = new_chat(&parlour).await;
    let (one, answer) = say(&parlour, &chat, "one").await;
    assert_eq!(answer.error.unwrap().kind, ErrorKind::ReplyCutShort);
    house.server.reply(gated("two", "second"));
    let two = parlour.send_message(&chat, "two".into()).await.unwrap();
    soon("the second request", house.server.request(1)).await;
    parlour.continue_reply(&one.reply_id).await.unwrap();
    parlour.cancel_reply(&one.reply_id).await.unwrap();
    house.server.open("two");
    settled(&parlour, &chat, &two.reply_id).await;
    let (user, assistant) = ((Role::User, MessageState::Complete), (Role::Assistant, MessageState::Complete));
    let line = |(role, state), text: &str| (role, state, text.to_owned());
    let stopped = (Role::Assistant, MessageState::Stopped);
    assert_eq!(
        thread(&parlour, &chat).await,
        [line(user, "one"), line(stopped, "half"), line(user, "two"), line(assistant, "second")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_sent_at_once_form_one_path_and_each_is_answered() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let sending = (0..8).map(|n| {
        let (parlour, chat) = (std::sync::Arc::clone(&parlour), chat.clone());
        tokio::spawn(async move { parlour.send_message(&chat, format!("message {n}")).await.unwrap() })
    });
    for sent in sending.collect::<Vec<_>>() {
        settled(&parlour, &chat, &sent.await.unwrap().reply_id).await;
    }
    let lines = thread(&parlour, &chat).await;
    assert_eq!(lines.len(), 16);
    for turn in lines.chunks(2) {
        assert_eq!(turn[1].2, format!("You said: {}", turn[0].2));
    }
    assert_eq!(house.server.request(7).await.messages().len(), 16, "the system prompt and all but the last answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_opens_a_long_queue_has_the_reply_that_runs() {
    let (house, parlour) = House::connected().await;
    house.server.reply(gated("first", "one"));
    let chat = new_chat(&parlour).await;
    let first = parlour.send_message(&chat, "first".into()).await.unwrap();
    soon("the first request", house.server.request(0)).await;
    for n in 0..parlour_core::parlour::MESSAGES_SHOWN {
        parlour.send_message(&chat, format!("queued {n}")).await.unwrap();
    }
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(window.messages()[1].id, first.reply_id);
    house.server.open("first");
}
