//! A database that does not take what is written: nothing is acknowledged that is not stored, nothing received is lost.
//! The fault is a trigger that another connection puts into the file.

use std::sync::Arc;

use model_server::Reply;
use parlour_core::Parlour;
use parlour_core::chat::MessageState;
use parlour_core::error::ErrorKind;
use parlour_core::patch::{NoticeContent, OverviewPatch};

use crate::house::{Answer, House, finish, gate, new_chat, say, text};
use crate::window::{Overview, Window};

impl House {
    fn refuse(&self, table: &str) {
        let trigger = format!("CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(FAIL, 'fault'); END");
        rusqlite::Connection::open(self.database()).unwrap().execute_batch(&trigger).unwrap();
    }

    fn take_again(&self) {
        rusqlite::Connection::open(self.database()).unwrap().execute_batch("DROP TRIGGER fault").unwrap();
    }
}

async fn until_told(overview: &mut Overview) {
    let failure = NoticeContent::Failure { error: ErrorKind::StorageFailed.into() };
    let told = |overview: &OverviewPatch| overview.notices.iter().flatten().any(|notice| notice.content == failure);
    overview.until("the notice", told).await;
}

/// A reply that has said "Hello" and goes on when the gate `more` is open.
async fn half(house: &House, parlour: &Arc<Parlour>) -> (Window, parlour_core::patch::Sent) {
    house.server.reply(Reply::stream(vec![text("Hello"), gate("more"), text(" there"), gate("end"), finish()]));
    let chat = new_chat(parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let mut window = Window::open(parlour, &chat).await;
    window.until_shown(&sent.reply_id, "Hello").await;
    (window, sent)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_could_not_be_stored_whole_is_not_stored_at_all() {
    for table in ["message", "part"] {
        let (house, parlour) = House::connected().await;
        let chat = new_chat(&parlour).await;
        parlour.save_draft(&chat, "Hi".into()).await.unwrap();
        house.refuse(table);
        assert_eq!(parlour.send_message(&chat, "Hi".into()).await, Err(ErrorKind::StorageFailed.into()));
        let opened = parlour.open_chat(&chat).await.unwrap();
        let head = opened.chat.head.unwrap();
        assert_eq!((opened.draft.as_str(), head.title.as_str(), head.message_count), ("Hi", "", 0));
        assert_eq!(house.asked(), 0);
        house.take_again();
        assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_could_not_be_recorded_is_not_sent() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    house.refuse("request");
    let (sent, answer) = say(&parlour, &chat, "Hi").await;
    assert_eq!(answer, Answer::failed(ErrorKind::StorageFailed.into(), ""));
    assert_eq!(house.asked(), 0);
    house.take_again();
    parlour.retry_reply(&sent.reply_id).await.unwrap();
    assert_eq!(crate::house::settled(&parlour, &chat, &sent.reply_id).await, Answer::whole("You said: Hi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_journal_cannot_be_written_the_text_goes_on_and_it_is_told() {
    let (house, parlour) = House::connected().await;
    let mut overview = Overview::open(&parlour).await;
    let (mut window, sent) = half(&house, &parlour).await;
    house.refuse("journal");
    house.server.open("more");
    window.until_shown(&sent.reply_id, "Hello there").await;
    until_told(&mut overview).await;
    house.take_again();
    house.server.open("end");
    let message = window.until_state(&sent.reply_id, MessageState::Complete).await;
    assert_eq!(Answer::of(&parlour, &message).await.text, "Hello there");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_could_not_be_stored_stays_on_screen_and_is_stored_once_there_is_room() {
    let (house, parlour) = House::connected().await;
    let mut overview = Overview::open(&parlour).await;
    let (mut window, sent) = half(&house, &parlour).await;
    house.server.open("more");
    window.until_shown(&sent.reply_id, "Hello there").await;
    house.refuse("part");
    house.server.open("end");
    until_told(&mut overview).await;
    assert_eq!(window.message(&sent.reply_id).state, MessageState::Streaming);
    assert_eq!(parlour.message_text(&sent.reply_id).await.unwrap(), "Hello there");
    house.take_again();
    let message = window.until_state(&sent.reply_id, MessageState::Complete).await;
    assert_eq!(Answer::of(&parlour, &message).await.text, "Hello there");
    assert_eq!(house.sql::<String>("SELECT text FROM part WHERE request_id IS NOT NULL"), "Hello there");
}
