//! The server as a client sees it that reads and writes the bare socket.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod client;
mod cuts;

use model_server::{ModelServer, Reply, Request};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use client::{Client, content};

#[tokio::test]
async fn without_a_script_the_question_comes_back_as_a_stream() {
    let server = ModelServer::start().await.unwrap();
    let mut client = Client::new(&server).await;
    client.ask("hello there", true).await;
    let (head, body) = client.answer().await;
    assert_eq!(head, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
    assert_eq!(content(&body), "You said: hello there");
    let events: Vec<_> = body.split_terminator("\n\n").map(|event| event.strip_prefix("data: ").unwrap()).collect();
    let base = json!({ "id": "chatcmpl-0", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "m" });
    let with = |more: Value| {
        let mut whole = base.clone();
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        whole
    };
    let choice = |delta: Value, finish: Value| {
        with(json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] }))
    };
    let parsed = |n: usize| serde_json::from_str::<Value>(events[n]).unwrap();
    assert_eq!(events.len(), 8);
    assert_eq!(parsed(0), choice(json!({ "role": "assistant", "content": null }), Value::Null));
    assert_eq!(parsed(1), choice(json!({ "content": "You " }), Value::Null));
    assert_eq!(parsed(5), choice(json!({}), json!("stop")));
    let usage = json!({ "prompt_tokens": 10, "completion_tokens": 4, "total_tokens": 14 });
    assert_eq!(parsed(6), with(json!({ "choices": [], "usage": usage })));
    assert_eq!(events[7], "[DONE]");
}

#[tokio::test]
async fn a_request_without_stream_gets_the_same_reply_as_one_json_body() {
    let server = ModelServer::start().await.unwrap();
    let mut client = Client::new(&server).await;
    server.reply(Reply::text("all of it"));
    client.ask("x", false).await;
    let (head, body) = client.answer().await;
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    let message = json!({ "role": "assistant", "content": "all of it" });
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({
            "id": "chatcmpl-0", "object": "chat.completion", "created": 1_700_000_000, "model": "m",
            "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13 },
        })
    );
}

#[tokio::test]
async fn requests_are_captured_with_the_connection_they_came_on() {
    let server = ModelServer::start().await.unwrap();
    let mut first = Client::new(&server).await;
    first.send("GET", "/v1/models?limit=1", "").await;
    let (_, body) = first.answer().await;
    let listed: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
    first.ask("one", true).await;
    first.answer().await;
    // Asked for a "100 Continue", and in chunks.
    let mut second = Client::new(&server).await;
    let head = "POST /v1/chat/completions HTTP/1.1\r\nX-Odd: Yes\r\nExpect: 100-continue\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    second.stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(second.head().await, "HTTP/1.1 100 Continue\r\n\r\n");
    let halves = [r#"{"messages":[{"role":"us"#, r#"er","content":[{"type":"text","text":"two"},{"text":"!"}]}]}"#];
    for half in halves {
        second.stream.write_all(format!("{:X}\r\n{half}\r\n", half.len()).as_bytes()).await.unwrap();
    }
    second.stream.write_all(b"0\r\n\r\n").await.unwrap();
    second.answer().await;

    let line = |request: &Request| (request.method.clone(), request.path.clone(), request.connection);
    let seen: Vec<_> = server.requests().iter().map(line).collect();
    let expected =
        [("GET", "/v1/models?limit=1", 0), ("POST", "/v1/chat/completions", 0), ("POST", "/v1/chat/completions", 1)];
    assert_eq!(seen, expected.map(|(method, path, number)| (method.to_owned(), path.to_owned(), number)));
    let request = server.request(1).await;
    assert_eq!(request.messages(), [("user".to_owned(), "two!".to_owned())]);
    assert_eq!(request.header("x-odd"), Some("Yes"));
    assert_eq!(request.raw, halves.concat());
    assert!(server.request(0).await.at <= request.at);
}

#[tokio::test]
async fn the_first_queued_reply_that_fits_is_served() {
    let server = ModelServer::start().await.unwrap();
    server.reply(Reply::text("title").when("name this"));
    server.reply(Reply::text("first"));
    server.reply(Reply::text("second"));
    server.default_reply(Some(Reply::error(429, "rate_limit_exceeded", "slow down").header("retry-after", "7")));
    let mut client = Client::new(&server).await;
    let mut said = Vec::new();
    for question in ["a", "please name this", "b"] {
        client.ask(question, true).await;
        said.push(content(&client.answer().await.1));
    }
    assert_eq!(said, ["first", "title", "second"]);
    client.ask("c", true).await;
    let (head, body) = client.answer().await;
    assert!(head.starts_with("HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\n"), "{head}");
    let error = json!({ "message": "slow down", "type": "requests", "param": null, "code": "rate_limit_exceeded" });
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), json!({ "error": error }));
}

#[tokio::test]
async fn everything_can_be_driven_over_http() {
    let server = ModelServer::start().await.unwrap();
    let mut control = Client::new(&server).await;
    let reply = json!({ "steps": [
        { "type": "role" },
        { "type": "gate", "name": "a gate" },
        { "type": "paced", "text": "漢字 paced", "bytes": 4, "perSecond": 0 },
        { "type": "event", "value": { "error": { "message": "no" } } },
        { "type": "bytes", "bytes": [58, 10, 10] },
    ] });
    for (path, body) in
        [("reply", reply.to_string()), ("models", r#"{"status":503}"#.to_owned()), ("open/a%20gate", String::new())]
    {
        control.send("POST", &format!("/control/{path}"), &body).await;
        let (head, body) = control.answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}{body}");
    }
    let mut client = Client::new(&server).await;
    client.ask("x", true).await;
    let body = client.answer().await.1;
    assert_eq!(content(&body), "漢字 paced");
    assert!(body.ends_with("data: {\"error\":{\"message\":\"no\"}}\n\n:\n\n"), "{body}");
    client.send("GET", "/v1/models", "").await;
    assert!(client.head().await.starts_with("HTTP/1.1 503 "));

    control.send("GET", "/control/request/0", "").await;
    let captured: Value = serde_json::from_str(&control.answer().await.1).unwrap();
    assert_eq!(captured["body"]["messages"], json!([{ "role": "user", "content": "x" }]));
    assert!(captured["at"].as_f64().unwrap() > 1.7e12);
    control.send("GET", "/control/sent", "").await;
    assert_eq!(serde_json::from_str::<Value>(&control.answer().await.1).unwrap(), json!(server.sent()));
    assert_eq!(server.sent().len(), 4);
    control.send("GET", "/control/closed/0", "").await;
    drop(client);
    assert_eq!(control.answer().await.1, r#"{"ok":true}"#);

    control.send("POST", "/control/reply", r#"{"stepz":[]}"#).await;
    let (head, body) = control.answer().await;
    assert!(head.starts_with("HTTP/1.1 400 ") && body.contains("stepz"), "{body}");
    control.send("POST", "/control/reset", "").await;
    control.answer().await;
    assert_eq!(server.requests().len(), 0);
    control.send("POST", "/v1/embeddings", "{}").await;
    assert!(control.answer().await.0.starts_with("HTTP/1.1 404 Not Found\r\n"));
}
