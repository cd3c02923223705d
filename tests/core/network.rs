//! Networks that fail: every fault ends in a typed error, with the text so far, and with a way on.

use std::time::Duration;

use model_server::{ModelServer, Reply, Step};
use parlour_core::chat::MessageState;
use parlour_core::error::ErrorKind;
use parlour_core::parlour::Timing;

use crate::house::{Answer, House, finish, new_chat, quick, raw, say, settled, text};

fn impatient() -> Timing {
    Timing { silence: Duration::from_secs(1), ..quick() }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_is_offline_and_the_reply_works_once_it_is_back() {
    let (house, parlour) = House::connected().await;
    house.server.stop().await;
    let chat = new_chat(&parlour).await;
    let (sent, answer) = say(&parlour, &chat, "Hi").await;
    assert_eq!(answer, Answer::failed(house.error(ErrorKind::Offline, None), ""));
    let back = ModelServer::start_on(house.server.port()).await.unwrap();
    parlour.retry_reply(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, Answer::whole("You said: Hi"));
    assert_eq!(back.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_does_not_exist_is_offline() {
    let house = House::bare().await;
    let parlour = house.open();
    parlour.save_server("http://parlour.invalid/v1", "").await.unwrap();
    let chat = new_chat(&parlour).await;
    let (_, answer) = say(&parlour, &chat, "Hi").await;
    let error = answer.error.unwrap();
    assert_eq!((error.kind, error.detail.host.as_deref()), (ErrorKind::Offline, Some("parlour.invalid")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_before_the_answer_is_offline_and_after_its_head_cut_short() {
    let (house, parlour) = House::connected().await;
    let offline = Answer::failed(house.error(ErrorKind::Offline, None), "");
    for end in [Step::Reset, Step::Close] {
        assert_eq!(house.answer(&parlour, Reply::stream(vec![end.clone()])).await, offline, "{end:?}");
    }
    let cut = Answer::failed(house.error(ErrorKind::ReplyCutShort, None), "");
    for end in [Step::Reset, Step::Close] {
        let reply = Reply::stream(vec![Step::Head, end.clone()]).header("content-type", "text/event-stream");
        assert_eq!(house.answer(&parlour, reply).await, cut, "{end:?}");
        let unnamed = Reply::stream(vec![Step::Head, end.clone()]).header("content-type", "text/plain");
        assert_eq!(house.answer(&parlour, unnamed).await, cut, "{end:?}");
        let whole =
            Reply::stream(vec![raw("{\"choices\": [{\"mess"), end.clone()]).header("content-type", "application/json");
        assert_eq!(house.answer(&parlour, whole).await, cut, "{end:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_http_are_unexpected() {
    let (house, parlour) = House::connected().await;
    let unexpected = Answer::failed(house.error(ErrorKind::UnexpectedResponse, None), "");
    assert_eq!(house.answer(&parlour, Reply::garbage(b"SSH-2.0-OpenSSH_9.2\r\n")).await, unexpected);
    assert_eq!(house.answer(&parlour, Reply::garbage(&[0, 255, 254, 0, 10, 13])).await, unexpected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_silent_too_long_has_timed_out_and_its_text_is_kept() {
    let (house, parlour) = House::connected_with(impatient()).await;
    let silent = house.error(ErrorKind::TimedOut, None);
    assert_eq!(house.answer(&parlour, Reply::stream(vec![Step::Hang])).await, Answer::failed(silent.clone(), ""));
    let half_open = Reply::stream(vec![text("Hello the"), Step::Hang]);
    assert_eq!(house.answer(&parlour, half_open).await, Answer::failed(silent, "Hello the"));
    assert_eq!(house.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_close_behind_its_finish_reason_has_ended() {
    let (house, parlour) = House::connected_with(impatient()).await;
    let reply = Reply::stream(vec![text("Hello"), finish(), Step::Hang]);
    assert_eq!(house.answer(&parlour, reply).await, Answer { usage: None, ..Answer::whole("Hello") });
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_keep_a_connection_alive_while_a_model_thinks() {
    let (house, parlour) = House::connected_with(Timing { silence: Duration::from_secs(2), ..quick() }).await;
    let mut steps = vec![Step::Head];
    for _ in 0..7 {
        steps.extend([Step::Comment { text: " processing".into() }, Step::Wait { ms: 400 }]);
    }
    steps.extend([text("Hello"), finish()]);
    let answer = house.answer(&parlour, Reply::stream(steps)).await;
    assert_eq!(answer, Answer { usage: None, ..Answer::whole("Hello") });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_without_end_is_given_up() {
    let (house, parlour) = House::connected().await;
    let endless = "x".repeat(1024 * 1024);
    let mut steps = vec![text("Hello"), raw("data: ")];
    steps.extend(std::iter::repeat_with(|| raw(&endless)).take(65));
    steps.push(Step::Hang);
    let answer = house.answer(&parlour, Reply::stream(steps)).await;
    assert_eq!((answer.state, answer.text.as_str()), (MessageState::Failed, "Hello"));
    assert_eq!(answer.error.unwrap().kind, ErrorKind::ReplyCutShort);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_ten_megabytes_is_taken() {
    let (house, parlour) = House::connected().await;
    let long = "0123456789".repeat(1024 * 1024);
    let answer = house.answer(&parlour, Reply::stream(vec![text(&long), finish()])).await;
    assert_eq!((answer.state, answer.text.len()), (MessageState::Complete, long.len()));
    assert!(answer.text == long);
}
