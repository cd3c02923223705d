//! What a server may answer: whole or streamed, strict or odd, it becomes the same thread.

use model_server::{Reply, Step};
use parlour_core::chat::{MessageState, Usage};
use parlour_core::error::ErrorKind;
use serde_json::json;

use crate::house::{Answer, House, finish, gate, new_chat, raw, say, soon, text};

fn whole_body(content: &str) -> serde_json::Value {
    json!({
        "id": "x", "object": "chat.completion", "model": "gpt-4o-mini",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 10, "completion_tokens": 2 },
    })
}

/// Bytes that hold all kinds of characters and marks.
const TRICKY: &str = "Größe — 漢字 🦀\u{200d} \"quoted\" \\ data: [DONE]";

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_and_a_whole_body_give_the_same_answer() {
    let (house, parlour) = House::connected().await;
    let expected = Answer::whole("Hello there");
    assert_eq!(house.answer(&parlour, Reply::text("Hello there")).await, expected);
    assert_eq!(house.answer(&parlour, Reply::json(200, whole_body("Hello there"))).await, expected);
    // Servers name all kinds of types.
    for content_type in ["text/plain", "application/octet-stream", "text/event-stream"] {
        let stream = Reply::text("Hello there").header("content-type", content_type);
        assert_eq!(house.answer(&parlour, stream).await, expected, "a stream as {content_type}");
    }
    for content_type in ["text/plain", "application/octet-stream", "application/problem+json"] {
        let body = Reply::json(200, whole_body("Hello there")).header("content-type", content_type);
        assert_eq!(house.answer(&parlour, body).await, expected, "a body as {content_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_streaming_off_the_thread_is_the_same() {
    let (house, parlour) = House::connected().await;
    parlour.set_streaming(false).await.unwrap();
    assert_eq!(house.answer(&parlour, Reply::text("Hello there")).await, Answer::whole("Hello there"));
    let body = house.server.request(0).await.body;
    assert_eq!((&body["stream"], body.get("stream_options")), (&json!(false), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_real_servers_put_into_a_stream_does_not_disturb_it() {
    let (house, parlour) = House::connected().await;
    let comment = || Step::Comment { text: " OPENROUTER PROCESSING".into() };
    let reply = Reply::stream(vec![
        comment(),
        Step::Role,
        comment(),
        Step::Event { value: json!({ "choices": [{ "delta": { "content": null } }] }) },
        Step::Event { value: json!({ "choices": [], "prompt_filter_results": [] }) },
        Step::Reasoning { text: "Let me think.".into() },
        raw("event: keepalive\ndata: {}\n\n"),
        raw("retry: 3000\nid: 7\n\n"),
        raw("data: this is no JSON\n\n"),
        raw(": \r\n\r\n"),
        text("Hello "),
        Step::Event { value: json!({ "choices": [{ "index": 1, "delta": { "content": "another choice" } }] }) },
        raw(
            "data:{\"choices\":[{\"delta\":{\"content\":\"there\"},\"finish_reason\":null,\"x\":[1]}],\"y\":{}}\r\n\r\n",
        ),
        finish(),
        Step::Usage { input: 10, output: 2 },
        Step::Done,
    ]);
    assert_eq!(house.answer(&parlour, reply).await, Answer::whole("Hello there"));
    // Reasoning is kept apart from the answer.
    assert_eq!(house.sql::<String>("SELECT text FROM part WHERE kind = 'reasoning'"), "Let me think.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finish_reason_proves_the_end_without_done() {
    let (house, parlour) = House::connected().await;
    let reply = Reply::stream(vec![text("Hello"), finish()]);
    let expected = Answer { usage: None, ..Answer::whole("Hello") };
    assert_eq!(house.answer(&parlour, reply).await, expected);
    let cut_after_it = Reply::stream(vec![text("Hello"), finish(), Step::Reset]);
    assert_eq!(house.answer(&parlour, cut_after_it).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn done_proves_the_end_without_a_finish_reason() {
    let (house, parlour) = House::connected().await;
    let expected = Answer { usage: None, finish_reason: None, ..Answer::whole("Hello") };
    assert_eq!(house.answer(&parlour, Reply::stream(vec![text("Hello"), Step::Done])).await, expected);
    for done in ["data: [DONE] \n\n", "data:[DONE]\n\n", "data: [DONE]\r\n\r\n", "data: [DONE]"] {
        let reply = Reply::stream(vec![text("Hello"), raw(done)]);
        assert_eq!(house.answer(&parlour, reply).await, expected, "{done:?}");
    }
    for done in ["data: [DONE] \n\n", "data: [DONE]\n\n"] {
        let left_open = Reply::stream(vec![text("Hello"), raw(done), Step::Hang]);
        assert_eq!(house.answer(&parlour, left_open).await, expected, "{done:?} of a server that does not close");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_without_any_proof_of_its_end_is_cut_short_and_its_text_is_kept() {
    let (house, parlour) = House::connected().await;
    let cut = Answer::failed(house.error(ErrorKind::ReplyCutShort, None), "Hello the");
    for end in [None, Some(Step::Close), Some(Step::Reset)] {
        let mut steps = vec![Step::Role, text("Hello the")];
        steps.extend(end.clone());
        assert_eq!(house.answer(&parlour, Reply::stream(steps)).await, cut, "{end:?}");
    }
    assert_eq!(house.asked(), 3, "none is sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_cut_at_every_byte_gives_the_same_text() {
    let (house, parlour) = House::connected().await;
    let expected = Answer { usage: None, ..Answer::whole(TRICKY) };
    let mut stream = format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": TRICKY } }] }));
    stream.push_str("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    let chat = new_chat(&parlour).await;
    for cut in 1..stream.len() {
        let (first, second) = stream.as_bytes().split_at(cut);
        let gate_name = format!("cut {cut}");
        house.server.reply(Reply::stream(vec![
            Step::Bytes { bytes: first.to_vec() },
            gate(&gate_name),
            Step::Bytes { bytes: second.to_vec() },
        ]));
        house.server.open(&gate_name);
        let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
        let answer = crate::house::settled(&parlour, &chat, &sent.reply_id).await;
        assert_eq!(answer, expected, "cut at {cut}");
        parlour.delete_message(&sent.message_id).await.unwrap();
        parlour.delete_message(&sent.reply_id).await.unwrap();
    }
    for bytes in [1, 2, 3, 5] {
        let reply = Reply::stream(vec![raw(&stream)]).split(bytes);
        assert_eq!(house.answer(&parlour, reply).await, expected, "in pieces of {bytes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_object_in_mid_stream_keeps_the_text_and_is_not_sent_again() {
    let (house, parlour) = House::connected().await;
    let error = json!({ "error": { "message": "Provider overloaded: secret prose", "code": 503 } });
    let reply = Reply::stream(vec![text("Hello"), Step::Event { value: error }]);
    let expected = Answer::failed(house.error(ErrorKind::ServerBusy, Some(503)), "Hello");
    assert_eq!(house.answer(&parlour, reply).await, expected);
    assert_eq!(house.asked(), 1);
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM message WHERE error LIKE '%prose%'"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn html_is_named_as_unexpected_with_any_status() {
    let (house, parlour) = House::connected().await;
    let page = "<!DOCTYPE html><html><body>Sign in</body></html>";
    let html = house.error(ErrorKind::UnexpectedResponse, None).with(|d| d.content_type = Some("text/html".into()));
    assert_eq!(house.answer(&parlour, Reply::html(200, page)).await, Answer::failed(html, ""));
    let unnamed = Reply::html(200, page);
    let unnamed = Reply { headers: vec![("content-type".into(), "text/plain".into())], ..unnamed };
    let plain = house.error(ErrorKind::UnexpectedResponse, None).with(|d| d.content_type = Some("text/plain".into()));
    assert_eq!(house.answer(&parlour, unnamed).await, Answer::failed(plain, ""));
    let missing = house.error(ErrorKind::UnexpectedResponse, Some(404));
    assert_eq!(house.answer(&parlour, Reply::html(404, page)).await, Answer::failed(missing, ""));
    assert_eq!(house.asked(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_nothing_is_no_answer() {
    let (house, parlour) = House::connected().await;
    let nothing = Answer::failed(house.error(ErrorKind::UnexpectedResponse, None), "");
    assert_eq!(house.answer(&parlour, Reply::empty(200)).await, nothing);
    let json =
        house.error(ErrorKind::UnexpectedResponse, None).with(|d| d.content_type = Some("application/json".into()));
    for body in [json!({}), json!({ "choices": [] }), json!([])] {
        assert_eq!(house.answer(&parlour, Reply::json(200, body)).await, Answer::failed(json.clone(), ""));
    }
    let empty = house.answer(&parlour, Reply::stream(vec![Step::Role, finish(), Step::Done])).await;
    assert_eq!(
        (empty.state, empty.error.map(|error| error.kind)),
        (MessageState::Failed, Some(ErrorKind::UnexpectedResponse))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_models_whole_answer_may_come_in_parts_and_with_an_error() {
    let (house, parlour) = House::connected().await;
    let parts = json!([{ "type": "text", "text": "Hello " }, { "type": "text", "text": "there" }]);
    let body = json!({ "choices": [{ "message": { "content": parts }, "finish_reason": "stop" }] });
    let expected = Answer { usage: None, ..Answer::whole("Hello there") };
    assert_eq!(house.answer(&parlour, Reply::json(200, body)).await, expected);
    let error = json!({ "error": { "message": "no such model: the model does not exist" } });
    let failed = house.answer(&parlour, Reply::json(200, error)).await;
    let not_found = house.error(ErrorKind::ModelNotFound, None).with(|d| d.model = Some("gpt-4o-mini".into()));
    assert_eq!(failed, Answer::failed(not_found, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_usage_is_that_of_the_server_and_the_chat_adds_it_up() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    house.server.reply(Reply::text("one two three"));
    house.server.reply(Reply::text("four"));
    assert_eq!(say(&parlour, &chat, "a").await.1.usage, Some(Usage { input: 10, output: 3 }));
    say(&parlour, &chat, "b").await;
    let window = crate::window::Window::open(&parlour, &chat).await;
    assert_eq!(window.head.usage, Usage { input: 20, output: 4 });
    soon("the requests", house.server.request(1)).await;
}

/// `data: {…"Hello there"…}` and its `finish_reason`, by gzip.
const GZIPPED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 125, 204, 193, 9, 192, 32, 12, 70, 225, 187, 83, 200, 127, 238, 4, 153, 160, 59,
    148, 82, 68, 83, 20, 196, 20, 147, 155, 184, 123, 165, 3, 244, 250, 224, 123, 41, 88, 32, 63, 16, 179, 148, 200,
    10, 58, 6, 18, 87, 11, 160, 21, 165, 25, 55, 3, 97, 231, 90, 197, 91, 230, 206, 152, 243, 156, 206, 165, 31, 56,
    55, 220, 165, 21, 205, 87, 231, 160, 210, 214, 64, 77, 30, 124, 240, 5, 92, 116, 113, 130, 114, 0, 0, 0,
];

#[tokio::test(flavor = "multi_thread")]
async fn every_line_end_a_mark_of_byte_order_and_compression_are_understood() {
    let (house, parlour) = House::connected().await;
    let expected = Answer { usage: None, ..Answer::whole("Hello there") };
    let events = [
        r#"data: {"choices":[{"delta":{"content":"Hello "}}]}"#,
        r#"data: {"choices":[{"delta":{"content":"there"},"finish_reason":"stop"}]}"#,
        "data: [DONE]",
        "",
    ];
    for line_end in ["\n", "\r\n", "\r"] {
        let stream = events.join(&line_end.repeat(2));
        for split in [1, 7, 1000] {
            let reply = Reply::stream(vec![raw(&stream)]).split(split);
            assert_eq!(house.answer(&parlour, reply).await, expected, "{line_end:?} in pieces of {split}");
        }
        let marked = Reply::stream(vec![raw(&format!("\u{feff}{stream}"))]);
        assert_eq!(house.answer(&parlour, marked).await, expected, "{line_end:?} behind a mark");
    }
    let body = format!("\u{feff}{}", whole_body("Hello there"));
    let marked = Reply::stream(vec![raw(&body)]).header("content-type", "application/json");
    assert_eq!(house.answer(&parlour, marked).await, Answer::whole("Hello there"));
    let gzipped = Reply::stream(vec![Step::Bytes { bytes: GZIPPED.to_vec() }]).header("content-encoding", "gzip");
    assert_eq!(house.answer(&parlour, gzipped).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_become_marks_and_the_stream_goes_on() {
    let (house, parlour) = House::connected().await;
    let mut bytes = br#"data: {"choices":[{"delta":{"content":"a"#.to_vec();
    bytes.extend([0xff, 0xfe]);
    bytes.extend(b"b\"}}]}\n\n");
    let reply = Reply::stream(vec![text("Hello "), Step::Bytes { bytes }, text("!"), finish()]);
    let expected = Answer { usage: None, ..Answer::whole("Hello a\u{fffd}\u{fffd}b!") };
    assert_eq!(house.answer(&parlour, reply).await, expected);
}
