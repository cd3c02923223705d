//! Stop: the connection is closed, what had arrived is kept, and it is no error.

use model_server::{Reply, Step};
use parlour_core::chat::MessageState;
use parlour_core::error::ErrorKind;

use crate::house::{Answer, House, messages, new_chat, say, settled, soon, text};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn stop_while_waiting_for_the_server_closes_the_connection() {
    let (house, parlour) = House::connected().await;
    for steps in [vec![Step::Hang], vec![Step::Head, Step::Hang], vec![Step::Role, Step::Hang]] {
        house.server.reply(Reply::stream(steps));
        let chat = new_chat(&parlour).await;
        let n = house.asked();
        let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
        soon("the request", house.server.request(n)).await;
        parlour.stop_reply(&sent.reply_id).await.unwrap();
        soon("the end of the connection", house.server.closed(n)).await;
        assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, Answer::ended(MessageState::Stopped, ""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_while_streaming_keeps_the_text_and_closes_the_connection() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![text("Hello "), text("the"), Step::Hang]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    window.until_shown(&sent.reply_id, "Hello the").await;
    parlour.stop_reply(&sent.reply_id).await.unwrap();
    soon("the end of the connection", house.server.closed(0)).await;
    let stopped = window.until_state(&sent.reply_id, MessageState::Stopped).await;
    assert_eq!(Answer::of(&parlour, &stopped).await, Answer::ended(MessageState::Stopped, "Hello the"));
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM journal"), 0);
    // The history goes on with what was kept.
    say(&parlour, &chat, "Go on").await;
    assert_eq!(house.server.request(1).await.messages(), messages(&["Hi", "Hello the", "Go on"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_with_streaming_off_closes_the_connection() {
    let (house, parlour) = House::connected().await;
    parlour.set_streaming(false).await.unwrap();
    house.server.reply(Reply::stream(vec![Step::Hang]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    soon("the request", house.server.request(0)).await;
    parlour.stop_reply(&sent.reply_id).await.unwrap();
    soon("the end of the connection", house.server.closed(0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_after_the_end_changes_nothing_and_of_no_message_is_told() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let (sent, answer) = say(&parlour, &chat, "Hi").await;
    parlour.stop_reply(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, answer);
    let nowhere = parlour_core::chat::MessageId("nowhere".into());
    assert_eq!(parlour.stop_reply(&nowhere).await, Err(ErrorKind::MessageNotFound.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn reasoning_alone_when_stopped_is_kept_apart_and_is_no_answer() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![Step::Reasoning { text: "Hmm".into() }, Step::Hang]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let journal = "SELECT coalesce((SELECT text FROM journal), '')";
    soon("the journal", async {
        while house.sql::<String>(journal) != "Hmm" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    parlour.stop_reply(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, Answer::ended(MessageState::Stopped, ""));
    assert_eq!(house.sql::<String>("SELECT kind || ': ' || text FROM part WHERE kind <> 'text'"), "reasoning: Hmm");
}
