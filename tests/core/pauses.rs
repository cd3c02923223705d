//! Pauses before the next try: on screen with their end, capped, and in the person's hand.

use std::sync::Arc;

use model_server::Reply;
use parlour_core::Parlour;
use parlour_core::chat::{ChatId, Message, MessageState, Wait};
use parlour_core::error::ErrorKind;
use parlour_core::parlour::system_clock;
use parlour_core::patch::Sent;

use crate::house::{Answer, House, finish, gate, new_chat, quick, settled, text};
use crate::window::{Overview, Window};

fn rate_limited(retry_after: &str) -> Reply {
    Reply::error(429, "rate_limit_exceeded", "slow down").header("retry-after", retry_after)
}

/// A reply that pauses, with the chat it is in.
async fn paused(house: &House, parlour: &Arc<Parlour>, retry_after: &str) -> (ChatId, Sent, Message) {
    house.server.reply(rate_limited(retry_after));
    let chat = new_chat(parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let mut window = Window::open(parlour, &chat).await;
    let message = window.until_message(&sent.reply_id, "a pause", |message| message.wait.is_some()).await;
    (chat, sent, message)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_on_screen_and_on_disk_with_its_end_and_its_reason() {
    let (house, parlour) = House::connected().await;
    let before = system_clock();
    let (_, sent, message) = paused(&house, &parlour, "30").await;
    let wait = message.wait.clone().unwrap();
    let error = house.error(ErrorKind::RateLimited, Some(429)).with(|d| d.retry_after = Some(30_000));
    assert!((before + 30_000..=system_clock() + 30_000).contains(&wait.until), "{wait:?}");
    assert_eq!(wait, Wait { until: wait.until, error, attempt: 1 });
    assert_eq!((message.state, &message.error), (MessageState::Waiting, &None));
    let stored: String = house.sql(&format!("SELECT wait FROM message WHERE id = '{}'", sent.reply_id));
    assert_eq!(serde_json::from_str::<Wait>(&stored).unwrap(), wait);
    parlour.stop_reply(&sent.reply_id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn send_now_ends_the_pause() {
    let (house, parlour) = House::connected().await;
    let (chat, sent, _) = paused(&house, &parlour, "30").await;
    assert_eq!(house.asked(), 1);
    parlour.send_now(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, Answer::whole("You said: Hi"));
    assert_eq!(house.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_ends_the_pause_and_nothing_more_is_sent() {
    let (house, parlour) = House::connected().await;
    let (chat, sent, _) = paused(&house, &parlour, "30").await;
    parlour.stop_reply(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, Answer::ended(MessageState::Stopped, ""));
    let window = Window::open(&parlour, &chat).await;
    assert_eq!(window.message(&sent.reply_id).wait, None);
    assert_eq!(house.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_a_server_asks_for_is_capped() {
    let (house, parlour) = House::connected().await;
    for (asked, told) in
        [("86400", Some(86_400_000)), ("1e30", Some(u64::MAX)), ("Fri, 31 Dec 2100 23:59:59 GMT", None)]
    {
        let (_, sent, message) = paused(&house, &parlour, asked).await;
        let wait = message.wait.unwrap();
        assert!(wait.until <= system_clock() + 60_000, "{asked}: {wait:?}");
        assert!(wait.until > system_clock() + 30_000, "{asked}: {wait:?}");
        // What was asked for is told as it is.
        let retry_after = wait.error.detail.retry_after;
        assert!(told.is_none_or(|told| retry_after == Some(told)) && retry_after > Some(60_000), "{asked}: {wait:?}");
        parlour.stop_reply(&sent.reply_id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_pause_or_a_senseless_one_follows_the_own_back_off() {
    let (house, parlour) = House::connected().await;
    for asked in ["0", "-30", "soon", "NaN", "Wed, 21 Oct 2015 07:28:00 GMT"] {
        house.server.reply(rate_limited(asked));
        assert_eq!(house.answer(&parlour, Reply::text("ok")).await, Answer::whole("ok"), "{asked}");
    }
    assert_eq!(house.asked(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_now_of_before_a_pause_does_not_skip_it() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply { steps: vec![gate("answer")], ..rate_limited("30") });
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    house.server.request(0).await;
    parlour.send_now(&sent.reply_id).await.unwrap();
    house.server.open("answer");
    let mut window = Window::open(&parlour, &chat).await;
    window.until_message(&sent.reply_id, "a pause", |message| message.wait.is_some()).await;
    assert_eq!(house.asked(), 1);
    parlour.stop_reply(&sent.reply_id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_pauses_grow_up_to_the_longest() {
    let mut timing = quick();
    timing.first_pause = std::time::Duration::from_secs(20);
    timing.longest_pause = std::time::Duration::from_secs(50);
    let (house, parlour) = House::connected_with(timing).await;
    house.server.default_reply(Some(Reply::empty(503)));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    for (attempt, seconds) in [(1, 20), (2, 40), (3, 50)] {
        let paused = |message: &Message| message.wait.as_ref().is_some_and(|wait| wait.attempt == attempt);
        let wait = window.until_message(&sent.reply_id, "a pause", paused).await.wait.unwrap();
        let left = wait.until - system_clock();
        assert!(left <= seconds * 1000 && left > (seconds - 15) * 1000, "{attempt}: {left} ms");
        parlour.send_now(&sent.reply_id).await.unwrap();
    }
    let failed = Answer::failed(house.error(ErrorKind::ServerBusy, Some(503)), "");
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_shows_what_the_reply_of_a_chat_does() {
    let (house, parlour) = House::connected().await;
    let mut overview = Overview::open(&parlour).await;
    let (_, sent, _) = paused(&house, &parlour, "30").await;
    house.server.reply(Reply::stream(vec![gate("text"), text("Hello"), gate("end"), finish()]));
    let is = |state| {
        move |overview: &parlour_core::patch::OverviewPatch| overview.chats.iter().any(|row| row.reply == state)
    };
    overview.until("a waiting chat", is(Some(MessageState::Waiting))).await;
    parlour.send_now(&sent.reply_id).await.unwrap();
    house.server.open("text");
    overview.until("a streaming chat", is(Some(MessageState::Streaming))).await;
    house.server.open("end");
    overview.until("a quiet chat", is(None)).await;
    assert_eq!(overview.state.chats[0].title, "Hi");
}
