//! Sending: what is stored before anything goes out, what goes out, and what is refused.

use model_server::{Reply, Step};
use parlour_core::chat::{MESSAGE_LIMIT, MessageState, Role};
use parlour_core::error::{Error, ErrorKind};
use parlour_core::settings::Settings;

use crate::house::{Answer, House, KEY, finish, gate, messages, new_chat, say, soon, text, thread, turns};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn the_question_and_its_reply_row_are_on_disk_when_send_resolves() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![gate("go"), text("yes"), finish()]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Is it stored?".into()).await.unwrap();
    let question = format!("SELECT text FROM part WHERE message_id = '{}'", sent.message_id);
    assert_eq!(house.sql::<String>(&question), "Is it stored?");
    let reply = format!("SELECT state IN ('queued', 'waiting') FROM message WHERE id = '{}'", sent.reply_id);
    assert!(house.sql::<bool>(&reply));
    // The request is in the ledger before it goes out.
    let request = soon("the request", house.server.request(0)).await;
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM request WHERE ended_at IS NULL"), 1);
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&request.raw);
    assert_eq!(house.sql::<Vec<u8>>("SELECT body_hash FROM request"), digest.to_vec());
    house.server.open("go");
    let mut window = Window::open(&parlour, &chat).await;
    window.until_settled().await;
    assert_eq!(thread(&parlour, &chat).await, turns(&["Is it stored?", "yes"]));
    assert_eq!(house.sql::<String>("SELECT result FROM request"), "complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_sends_the_history_in_order() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    say(&parlour, &chat, "two").await;
    say(&parlour, &chat, "three").await;
    let request = house.server.request(2).await;
    assert_eq!(request.messages(), messages(&["one", "You said: one", "two", "You said: two", "three"]));
    assert_eq!(request.body["model"], "gpt-4o-mini");
    assert_eq!(request.body["stream"], true);
    assert_eq!(request.body["stream_options"], serde_json::json!({ "include_usage": true }));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let mut keys: Vec<_> = request.body.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    assert_eq!(keys, ["messages", "model", "stream", "stream_options"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_goes_out_and_a_chats_own_options_win() {
    let (house, parlour) = House::connected().await;
    let settings = Settings {
        model: "parlour-test".into(),
        system_prompt: "  ".into(),
        temperature: Some(0.5),
        max_tokens: Some(100),
        ..parlour.settings()
    };
    parlour.save_settings(settings).await.unwrap();
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "one").await;
    let body = house.server.request(0).await.body;
    let expected = serde_json::json!({
        "model": "parlour-test", "temperature": 0.5, "max_tokens": 100, "stream": true,
        "stream_options": { "include_usage": true },
        "messages": [{ "role": "user", "content": "one" }],
    });
    assert_eq!(body, expected);
    let own = parlour_core::chat::ChatOptions {
        model: Some(" own ".into()),
        system_prompt: Some("Be brief.".into()),
        temperature: Some(0.0),
        max_tokens: Some(7),
        ..Default::default()
    };
    parlour.set_chat_options(&chat, own).await.unwrap();
    say(&parlour, &chat, "two").await;
    let body = house.server.request(1).await.body;
    assert_eq!((&body["model"], &body["temperature"], &body["max_tokens"]), (&"own".into(), &0.0.into(), &7.into()));
    assert_eq!(body["messages"][0], serde_json::json!({ "role": "system", "content": "Be brief." }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_message_and_one_over_the_limit_are_refused_and_nothing_is_stored() {
    let (house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    for empty in ["", "  \n\t "] {
        assert_eq!(parlour.send_message(&chat, empty.into()).await, Err(ErrorKind::EmptyMessage.into()));
    }
    let too_large = Error::new(ErrorKind::MessageTooLarge).with(|d| d.limit = Some(MESSAGE_LIMIT as u64));
    let text = "x".repeat(MESSAGE_LIMIT + 1);
    assert_eq!(parlour.send_message(&chat, text.clone()).await, Err(too_large.clone()));
    assert_eq!(parlour.save_draft(&chat, text).await, Err(too_large));
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM message"), 0);
    assert_eq!(house.asked(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_five_megabytes_goes_through_whole() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::text("read"));
    let chat = new_chat(&parlour).await;
    let large = "Größe 漢字 🦀 ".repeat(5 * 1024 * 1024 / 24);
    let (sent, answer) = say(&parlour, &chat, &large).await;
    assert_eq!(answer, Answer::whole("read"));
    assert!(house.server.request(0).await.messages()[1].1 == large, "the request holds all of it");
    assert!(parlour.message_text(&sent.message_id).await.unwrap() == large, "the store holds all of it");
    let window = Window::open(&parlour, &chat).await;
    let question = window.message(&sent.message_id);
    assert_eq!(question.text.chars().count(), parlour_core::chat::TEXT_SHOWN);
    assert_eq!(question.text_length as usize, large.encode_utf16().count());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_sending_is_refused_nothing_is_stored_and_the_draft_stays() {
    let house = House::bare().await;
    let parlour = house.open();
    let chat = new_chat(&parlour).await;
    parlour.save_draft(&chat, "my words".into()).await.unwrap();
    let missing = Error::new(ErrorKind::MissingApiKey).with(|d| d.host = Some("api.openai.com".into()));
    assert_eq!(parlour.send_message(&chat, "my words".into()).await, Err(missing));
    assert_eq!(house.sql::<i64>("SELECT count(*) FROM message"), 0);
    assert_eq!(parlour.open_chat(&chat).await.unwrap().draft, "my words");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_not_there_takes_no_message() {
    let (house, parlour) = House::connected().await;
    let nowhere = parlour_core::chat::ChatId("nowhere".into());
    assert_eq!(parlour.send_message(&nowhere, "Hi".into()).await, Err(ErrorKind::ChatNotFound.into()));
    assert_eq!(parlour.next_patch(&nowhere, 0).await, Err(ErrorKind::ChatNotFound.into()));
    assert_eq!(house.asked(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_clears_the_draft_in_the_same_step() {
    let (_house, parlour) = House::connected().await;
    let chat = new_chat(&parlour).await;
    parlour.save_draft(&chat, "Hi".into()).await.unwrap();
    say(&parlour, &chat, "Hi").await;
    assert_eq!(parlour.open_chat(&chat).await.unwrap().draft, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_waiting_then_streaming_then_complete() {
    let (house, parlour) = House::connected().await;
    house.server.reply(Reply::stream(vec![
        Step::Head,
        gate("text"),
        text("Hello"),
        gate("end"),
        finish(),
        Step::Usage { input: 3, output: 1 },
        Step::Done,
    ]));
    let chat = new_chat(&parlour).await;
    let sent = parlour.send_message(&chat, "Hi".into()).await.unwrap();
    let mut window = Window::open(&parlour, &chat).await;
    let waiting = window.until_state(&sent.reply_id, MessageState::Waiting).await;
    assert_eq!((waiting.role, waiting.parent_id, waiting.wait), (Role::Assistant, Some(sent.message_id), None));
    house.server.open("text");
    window.until_shown(&sent.reply_id, "Hello").await;
    assert_eq!(window.message(&sent.reply_id).state, MessageState::Streaming);
    house.server.open("end");
    let done = window.until_state(&sent.reply_id, MessageState::Complete).await;
    assert_eq!(done.finish_reason.as_deref(), Some("stop"));
    assert_eq!(done.usage, Some(parlour_core::chat::Usage { input: 3, output: 1 }));
    assert_eq!(done.model.as_deref(), Some("gpt-4o-mini"));
    assert!(done.duration.is_some_and(|duration| duration >= 0));
    assert_eq!(window.head.usage, parlour_core::chat::Usage { input: 3, output: 1 });
}
