//! Keychains that are absent, locked or hang: the key works for this run, and the person is told.

use std::time::Duration;

use parlour_core::connection::KeyState;
use parlour_core::error::ErrorKind;
use parlour_core::parlour::Timing;
use parlour_core::patch::{NoticeContent, OverviewPatch};

use crate::house::{Answer, House, KEY, new_chat, quick, say};
use crate::keychain::Mood;
use crate::window::Overview;

fn impatient() -> Timing {
    Timing { keychain: Duration::from_millis(200), ..quick() }
}

fn memory() -> KeyState {
    KeyState::Memory { last_four: "2b1c".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_keychain_takes_the_key_it_works_for_this_run_and_that_is_told() {
    for mood in [Mood::Absent, Mood::Locked, Mood::Hanging] {
        let mut house = House::bare().await;
        house.timing = impatient();
        let parlour = house.open();
        house.keychain.set(mood);
        let connection = parlour.save_server(&house.server.url(), KEY).await.unwrap();
        assert_eq!(connection.key, memory(), "{mood:?}");
        let notices = parlour.overview().await.unwrap().notices.unwrap();
        assert_eq!(notices.iter().map(|notice| &notice.content).collect::<Vec<_>>(), [&NoticeContent::KeyInMemory]);
        let chat = new_chat(&parlour).await;
        assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"), "{mood:?}");
        // At the next start it is not there, and nothing claims that it is.
        drop(parlour);
        let parlour = house.open();
        assert_eq!(parlour.connection().await.unwrap().key, KeyState::None, "{mood:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_keychain_works_a_key_goes_into_it_and_the_notice_goes() {
    let house = House::bare().await;
    let parlour = house.open();
    house.keychain.set(Mood::Locked);
    parlour.save_server(&house.server.url(), KEY).await.unwrap();
    house.keychain.set(Mood::Open);
    let connection = parlour.save_key(KEY).await.unwrap();
    assert_eq!(connection.key, KeyState::Keychain { last_four: "2b1c".into() });
    assert_eq!(parlour.overview().await.unwrap().notices, Some(Vec::new()));
    assert_eq!(house.keychain.secrets().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_key_that_the_keychain_does_not_give_is_told_and_asked_for_again() {
    for mood in [Mood::Absent, Mood::Locked, Mood::Hanging] {
        let (mut house, parlour) = House::connected().await;
        drop(parlour);
        house.timing = impatient();
        house.keychain.set(mood);
        let parlour = house.open();
        assert_eq!(parlour.connection().await.unwrap().key, KeyState::Checking, "{mood:?}");
        let mut overview = Overview::open(&parlour).await;
        parlour.warm_up().await;
        overview
            .until("the state of the key", |overview| {
                overview.connection.as_ref().is_some_and(|connection| connection.key == KeyState::Unavailable)
            })
            .await;
        let chat = new_chat(&parlour).await;
        let refused = parlour.send_message(&chat, "Hi".into()).await;
        assert_eq!(refused, Err(house.error(ErrorKind::KeychainUnavailable, None)), "{mood:?}");
        assert_eq!(house.sql::<i64>("SELECT count(*) FROM message"), 0);
        // Unlocked, it is asked again.
        house.keychain.set(Mood::Open);
        assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"), "{mood:?}");
        let connection = parlour.connection().await.unwrap();
        assert_eq!(connection.key, KeyState::Keychain { last_four: "2b1c".into() }, "{mood:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_keychain_gives_after_all_is_shown_at_once() {
    let (mut house, parlour) = House::connected().await;
    drop(parlour);
    house.timing = impatient();
    house.keychain.set(Mood::Hanging);
    let parlour = house.open();
    let mut overview = Overview::open(&parlour).await;
    parlour.warm_up().await;
    let is = |wanted: KeyState| {
        move |overview: &OverviewPatch| overview.connection.as_ref().is_some_and(|connection| connection.key == wanted)
    };
    overview.until("no answer in time", is(KeyState::Unavailable)).await;
    house.keychain.set(Mood::Open);
    overview.until("the late answer", is(KeyState::Keychain { last_four: "2b1c".into() })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keychain_is_read_once_for_each_run() {
    let (house, parlour) = House::connected().await;
    drop(parlour);
    let parlour = house.open();
    parlour.warm_up().await;
    house.keychain.set(Mood::Absent);
    let chat = new_chat(&parlour).await;
    assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_memory_is_forgotten_when_it_is_removed() {
    let house = House::bare().await;
    let parlour = house.open();
    house.keychain.set(Mood::Absent);
    parlour.save_server(&house.server.url(), KEY).await.unwrap();
    assert_eq!(parlour.remove_key().await.unwrap().key, KeyState::None);
    assert_eq!(parlour.overview().await.unwrap().notices, Some(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_keychain_keeps_is_forgotten_for_this_run_and_that_is_told() {
    let (house, parlour) = House::connected().await;
    house.keychain.set(Mood::Absent);
    assert_eq!(parlour.remove_key().await, Err(ErrorKind::KeychainUnavailable.into()));
    assert_eq!(parlour.connection().await.unwrap().key, KeyState::None);
    let chat = new_chat(&parlour).await;
    assert_eq!(parlour.send_message(&chat, "Hi".into()).await.unwrap_err().kind, ErrorKind::MissingApiKey);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_wants_no_key_works_without_a_keychain() {
    let mut house = House::bare().await;
    house.timing = impatient();
    house.keychain.set(Mood::Hanging);
    let parlour = house.open();
    parlour.warm_up().await;
    parlour.save_server(&house.server.url(), "").await.unwrap();
    let chat = new_chat(&parlour).await;
    assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"));
    assert_eq!(parlour.overview().await.unwrap().notices, Some(Vec::new()));
}
