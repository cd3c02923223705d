//! Failures of a server: each has its kind, and only what passes by itself is tried again.

use model_server::{Reply, Step};
use parlour_core::chat::MessageState;
use parlour_core::error::{Error, ErrorDetail, ErrorKind};
use serde_json::json;

use crate::house::{Answer, House, KEY, new_chat, say, settled, thread, turns};

fn refused(status: u16, code: &str, message: &str) -> Reply {
    Reply::error(status, code, message)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_its_kind_and_is_never_sent_again() {
    use ErrorKind::{
        ContextTooLong, InvalidApiKey, ModelNotFound, PermissionDenied, QuotaExceeded, RequestRejected,
        UnexpectedResponse,
    };
    let (house, parlour) = House::connected().await;
    let param =
        json!({ "error": { "message": "Unsupported value", "param": "temperature", "code": "unsupported_value" } });
    let unknown = json!({ "error": "model 'x' not found, try pulling it" });
    let table = [
        (refused(401, "invalid_api_key", "Incorrect API key provided"), InvalidApiKey),
        (Reply::empty(401), InvalidApiKey),
        (refused(402, "x", "Insufficient credits"), QuotaExceeded),
        (refused(403, "x", "Country not supported"), PermissionDenied),
        (refused(404, "model_not_found", "The model `x` does not exist"), ModelNotFound),
        (Reply::json(404, unknown), ModelNotFound),
        (refused(404, "unknown_url", "Unknown request URL"), RequestRejected),
        (refused(400, "context_length_exceeded", "too long"), ContextTooLong),
        (Reply::json(400, param.clone()), RequestRejected),
        (refused(413, "x", "too large"), RequestRejected),
        (refused(422, "x", "no"), RequestRejected),
        (refused(429, "insufficient_quota", "You exceeded your current quota"), QuotaExceeded),
        (Reply::empty(302).header("location", "https://elsewhere.example/"), UnexpectedResponse),
    ];
    for (n, (reply, kind)) in table.into_iter().enumerate() {
        let facts = |d: &mut ErrorDetail| {
            d.model = (kind == ModelNotFound).then(|| "gpt-4o-mini".into());
            d.parameter = (reply == Reply::json(400, param.clone())).then(|| "temperature".into());
        };
        let expected = Answer::failed(house.error(kind, Some(reply.status)).with(facts), "");
        assert_eq!(house.answer(&parlour, reply.clone()).await, expected, "{reply:?}");
        assert_eq!(house.asked(), n + 1, "sent once: {reply:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_by_itself_is_tried_four_times_and_then_told() {
    for (status, kind) in [
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::ServerBusy),
        (502, ErrorKind::ServerBusy),
        (503, ErrorKind::ServerBusy),
    ] {
        let (house, parlour) = House::connected().await;
        house.server.default_reply(Some(refused(status, "x", "later")));
        let chat = new_chat(&parlour).await;
        let (_, answer) = say(&parlour, &chat, "Hi").await;
        assert_eq!(answer, Answer::failed(house.error(kind, Some(status)), ""));
        assert_eq!(house.asked(), 4);
        assert_eq!(house.sql::<i64>("SELECT attempts FROM request"), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_succeeds_leaves_no_trace_of_the_failures_before() {
    let (house, parlour) = House::connected().await;
    for status in [503, 429, 500] {
        house.server.reply(refused(status, "x", "later"));
    }
    assert_eq!(house.answer(&parlour, Reply::text("At last")).await, Answer::whole("At last"));
    assert_eq!(house.asked(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_object_before_any_text_is_tried_again() {
    let (house, parlour) = House::connected().await;
    let error = json!({ "error": { "message": "Rate limit exceeded", "code": 429 } });
    house.server.reply(Reply::stream(vec![Step::Role, Step::Event { value: error }]));
    assert_eq!(house.answer(&parlour, Reply::text("At last")).await, Answer::whole("At last"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_reply_without_text_is_tried_again_in_its_place() {
    let (house, parlour) = House::connected().await;
    house.server.reply(refused(401, "invalid_api_key", "no"));
    let chat = new_chat(&parlour).await;
    let (sent, answer) = say(&parlour, &chat, "Hi").await;
    assert_eq!(answer.state, MessageState::Failed);
    parlour.retry_reply(&sent.reply_id).await.unwrap();
    assert_eq!(settled(&parlour, &chat, &sent.reply_id).await, Answer::whole("You said: Hi"));
    assert_eq!(thread(&parlour, &chat).await, turns(&["Hi", "You said: Hi"]));
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM message"), 2);
    assert_eq!(house.server.request(0).await.body, house.server.request(1).await.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_after_a_failed_one_goes_out_with_it() {
    let (house, parlour) = House::connected().await;
    house.server.reply(refused(400, "x", "no"));
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    let (_, answer) = say(&parlour, &chat, "two").await;
    assert_eq!(answer.state, MessageState::Complete);
    // Servers insist on turns.
    let (role, text) = house.server.request(1).await.messages()[1].clone();
    assert_eq!((role.as_str(), text.as_str()), ("user", "one\n\ntwo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_words_and_the_key_are_in_no_error() {
    let (house, parlour) = House::connected().await;
    let message = format!("Incorrect API key provided: {KEY}. Visit https://evil.example");
    let answer = house.answer(&parlour, refused(400, "x", &message)).await;
    assert_eq!(answer.error, Some(house.error(ErrorKind::RequestRejected, Some(400))));
    let error: Error =
        serde_json::from_str(&house.sql::<String>("SELECT error FROM message WHERE error IS NOT NULL")).unwrap();
    assert_eq!(Some(error), answer.error);
}
