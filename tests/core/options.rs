//! The parameters of a chat: checked, sent where they are set and only there, in the ledger, undone.

use model_server::Reply;
use parlour_core::chat::ChatOptions;
use parlour_core::error::{Error, ErrorKind};
use parlour_core::options::{ReasoningEffort, ResponseFormat};
use parlour_core::patch::{OperationKind, Undone};
use serde_json::{Value, json};

use crate::house::{House, new_chat, say};
use crate::window::Window;

fn all() -> ChatOptions {
    ChatOptions {
        top_p: Some(0.25),
        reasoning_effort: Some(ReasoningEffort::Minimal),
        stop: vec!["END".into(), "\n\n".into()],
        seed: Some(-7),
        response_format: Some(ResponseFormat::JsonObject),
        ..ChatOptions::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_chat_has_of_its_own_is_sent_and_in_the_ledger() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    parlour.set_chat_options(&chat, all()).await.unwrap();
    say(&parlour, &chat, "one").await;
    let expected = json!({
        "model": "gpt-4o-mini", "stream": true, "stream_options": { "include_usage": true },
        "top_p": 0.25, "reasoning_effort": "minimal", "stop": ["END", "\n\n"], "seed": -7,
        "response_format": { "type": "json_object" },
    });
    let mut body = house.server.request(0).await.body;
    body.as_object_mut().unwrap().remove("messages");
    assert_eq!(body, expected);
    let recorded: Value = serde_json::from_str(&house.sql::<String>("SELECT parameters FROM request")).unwrap();
    assert_eq!(recorded, expected);

    let text = ChatOptions { response_format: Some(ResponseFormat::Text), ..ChatOptions::default() };
    parlour.set_chat_options(&chat, text).await.unwrap();
    say(&parlour, &chat, "two").await;
    let body = house.server.request(1).await.body;
    let mut keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    assert_eq!(keys, ["messages", "model", "response_format", "stream", "stream_options"]);
    assert_eq!(body["response_format"], json!({ "type": "text" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_chat_has_not_of_its_own_it_has_from_its_folder() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    let folder = parlour.create_folder("Work").await.unwrap();
    parlour.set_folder_options(&folder.id, all()).await.unwrap();
    parlour.move_chats(vec![chat.clone()], Some(folder.id)).await.unwrap();
    let own = ChatOptions { seed: Some(1), ..ChatOptions::default() };
    parlour.set_chat_options(&chat, own).await.unwrap();
    say(&parlour, &chat, "two").await;
    let body = house.server.request(1).await.body;
    let sent = ["top_p", "reasoning_effort", "stop", "seed", "response_format"].map(|name| body[name].clone());
    assert_eq!(json!(sent), json!([0.25, "minimal", ["END", "\n\n"], 1, { "type": "json_object" }]));
    assert_eq!(Window::open(&parlour, &chat).await.head.inherited, all());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_effort_goes_out_under_the_name_that_servers_know() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let efforts = [
        (ReasoningEffort::Minimal, "minimal"),
        (ReasoningEffort::Low, "low"),
        (ReasoningEffort::Medium, "medium"),
        (ReasoningEffort::High, "high"),
    ];
    for (n, (effort, word)) in efforts.into_iter().enumerate() {
        let options = ChatOptions { reasoning_effort: Some(effort), ..ChatOptions::default() };
        parlour.set_chat_options(&chat, options).await.unwrap();
        say(&parlour, &chat, word).await;
        assert_eq!(house.server.request(n).await.body["reasoning_effort"], word);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_makes_no_sense_is_refused_by_its_name() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let invalid = |name: &str| Err(Error::new(ErrorKind::InvalidSettings).with(|d| d.parameter = Some(name.into())));
    for top_p in [-0.1, 1.1, f64::NAN] {
        let options = ChatOptions { top_p: Some(top_p), ..ChatOptions::default() };
        assert_eq!(parlour.set_chat_options(&chat, options).await, invalid("topP"));
    }
    for seed in [1_i64 << 53, -(1_i64 << 53), i64::MIN] {
        let options = ChatOptions { seed: Some(seed), ..ChatOptions::default() };
        assert_eq!(parlour.set_chat_options(&chat, options).await, invalid("seed"));
    }
    let options = ChatOptions { stop: vec!["x".into(); 5], ..ChatOptions::default() };
    assert_eq!(parlour.set_chat_options(&chat, options).await, invalid("stop"));
    assert_eq!(Window::open(&parlour, &chat).await.head.options, ChatOptions::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_stop_sequences_are_none() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let stop = ["", "a", "", "b", "c", "d", ""].map(String::from).to_vec();
    parlour.set_chat_options(&chat, ChatOptions { stop, ..ChatOptions::default() }).await.unwrap();
    assert_eq!(Window::open(&parlour, &chat).await.head.options.stop, ["a", "b", "c", "d"]);
    parlour.set_chat_options(&chat, ChatOptions { stop: vec![String::new()], ..ChatOptions::default() }).await.unwrap();
    assert_eq!(new_chat(&parlour).await, chat, "a chat that has nothing of its own is still the empty one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_options_is_taken_back_also_after_a_restart() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    let first = ChatOptions { seed: Some(1), ..ChatOptions::default() };
    parlour.set_chat_options(&chat, first.clone()).await.unwrap();
    let done = parlour.set_chat_options(&chat, all()).await.unwrap();
    drop(parlour);
    let parlour = house.open();
    let mut window = Window::open(&parlour, &chat).await;
    assert_eq!(window.head.options, all());
    let undone = Some(Undone { kind: OperationKind::ChangeOptions, chat: Some(chat.clone()) });
    assert_eq!(parlour.undo(&done.operation_id).await.unwrap(), undone);
    window.until("the options of before", |window| window.head.options == first).await;
    assert_eq!(parlour.undo(&done.operation_id).await.unwrap(), None);
    assert_eq!(parlour.undo_last().await.unwrap(), undone);
    window.until("no options", |window| window.head.options == ChatOptions::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn options_of_an_older_version_are_read() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    house.server.reply(Reply::text("yes"));
    say(&parlour, &chat, "one").await;
    drop(parlour);
    let old = r#"{"model":null,"systemPrompt":"Be brief.","temperature":0.5,"maxTokens":null}"#;
    rusqlite::Connection::open(house.database()).unwrap().execute("UPDATE chat SET options = ?1", [old]).unwrap();
    let parlour = house.open();
    let expected =
        ChatOptions { system_prompt: Some("Be brief.".into()), temperature: Some(0.5), ..ChatOptions::default() };
    assert_eq!(Window::open(&parlour, &chat).await.head.options, expected);
}
