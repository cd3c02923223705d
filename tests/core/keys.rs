//! The key: what counts as one, where it lies, and that it goes to its own origin only.

use model_server::{ModelServer, Reply};
use parlour_core::connection::{Check, KeyState};
use parlour_core::error::{Error, ErrorKind};
use parlour_core::key::Environment;
use parlour_core::patch::NoticeContent;

use crate::house::{Answer, House, KEY, finish, new_chat, say, text};
use crate::window::Overview;

/// The keys that a server was shown.
fn shown(server: &ModelServer) -> Vec<Option<String>> {
    server.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect()
}

fn bearer(key: &str) -> Option<String> {
    Some(format!("Bearer {key}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_key_is_verified_kept_in_the_keychain_and_shown_by_its_last_four() {
    let house = House::bare().await;
    let parlour = house.open();
    parlour.save_base_url(&house.server.url()).await.unwrap();
    assert_eq!(parlour.connection().await.unwrap().key, KeyState::None);
    let connection = parlour.save_key(&format!("  {KEY}\n")).await.unwrap();
    assert_eq!(connection.key, KeyState::Keychain { last_four: "2b1c".into() });
    assert!(matches!(connection.check, Check::Verified { .. }));
    assert_eq!(connection.origin, format!("http://{}", house.host()));
    let secrets: Vec<serde_json::Value> =
        house.keychain.secrets().iter().map(|secret| serde_json::from_str(secret).unwrap()).collect();
    assert_eq!(secrets, [serde_json::json!({ "origin": connection.origin, "key": KEY })]);
    assert_eq!(shown(&house.server), [bearer(KEY)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_spaces_or_line_breaks_inside_is_refused_before_anything_is_sent() {
    let house = House::bare().await;
    let parlour = house.open();
    for bad in ["", " \n", "sk two words", "sk-one\nsk-two", "sk-one\r\nX-Evil: 1", "sk-größe", "sk-\u{200b}1"] {
        assert_eq!(parlour.save_key(bad).await, Err(ErrorKind::MalformedApiKey.into()), "{bad:?}");
    }
    let server = parlour.save_server(&house.server.url(), "sk two words").await;
    assert_eq!(server, Err(ErrorKind::MalformedApiKey.into()));
    assert!(house.server.requests().is_empty());
    assert!(house.keychain.secrets().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_server_refuses_is_not_saved() {
    let (house, parlour) = House::connected().await;
    house.server.models(Reply::error(401, "invalid_api_key", "Incorrect API key"));
    let refused = house.error(ErrorKind::InvalidApiKey, Some(401));
    let before = parlour.connection().await.unwrap();
    assert_eq!(parlour.save_key("sk-wrong-1234567890").await, Err(refused.clone()));
    assert_eq!(parlour.save_server(&house.server.url(), "sk-wrong-1234567890").await, Err(refused));
    assert_eq!(parlour.connection().await.unwrap(), before);
    assert!(house.keychain.secrets().iter().all(|secret| secret.contains(KEY)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_could_not_be_verified_is_saved_and_says_why() {
    let models = |status| if status == 200 { Reply::html(200, "<html>") } else { Reply::error(status, "x", "no") };
    for (status, kind) in [
        (403, ErrorKind::PermissionDenied),
        (404, ErrorKind::RequestRejected),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::ServerBusy),
        (200, ErrorKind::UnexpectedResponse),
    ] {
        let house = House::bare().await;
        let parlour = house.open();
        house.server.models(models(status));
        let connection = parlour.save_server(&house.server.url(), KEY).await.unwrap();
        assert_eq!(connection.key, KeyState::Keychain { last_four: "2b1c".into() });
        let Check::NotVerified { error, .. } = connection.check else { panic!("{:?}", connection.check) };
        assert_eq!(error.kind, kind);
        // "Check again".
        house.server.models(Reply::json(200, serde_json::json!({ "data": [{ "id": "a" }] })));
        assert!(matches!(parlour.check_connection().await.unwrap().check, Check::Verified { .. }));
        assert_eq!(parlour.list_models().await.unwrap(), ["a"]);
    }
    let house = House::bare().await;
    let parlour = house.open();
    house.server.stop().await;
    let Check::NotVerified { error, .. } = parlour.save_server(&house.server.url(), KEY).await.unwrap().check else {
        panic!("verified by nobody")
    };
    assert_eq!(error, house.error(ErrorKind::Offline, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_never_sent_to_another_origin() {
    let (house, parlour) = House::connected().await;
    let other = ModelServer::start().await.unwrap();
    let mut overview = Overview::open(&parlour).await;
    let origin = format!("http://{}", house.host());
    let connection = parlour.save_base_url(&other.url()).await.unwrap();
    assert_eq!(connection.key, KeyState::Detached { origin: origin.clone() });
    let detached = NoticeContent::KeyDetached { origin };
    overview
        .until("the notice", |overview| overview.notices.iter().flatten().any(|notice| notice.content == detached))
        .await;
    let chat = new_chat(&parlour).await;
    let missing = |host: String| Error::new(ErrorKind::MissingApiKey).with(|d| d.host = Some(host));
    let host = format!("127.0.0.1:{}", other.port());
    assert_eq!(parlour.send_message(&chat, "Hi".into()).await, Err(missing(host.clone())));
    assert_eq!(parlour.check_connection().await, Err(missing(host.clone())));
    assert_eq!(parlour.list_models().await, Err(missing(host)));
    parlour.propose_base_url(&other.url()).await.unwrap();
    assert!(shown(&other).iter().all(Option::is_none), "{:?}", shown(&other));
    // Back at its own origin it serves again, also under another path.
    let back = parlour.save_base_url(&house.server.url().replace("/v1", "/other/v1")).await.unwrap();
    assert_eq!(back.key, KeyState::Keychain { last_four: "2b1c".into() });
    assert_eq!(parlour.overview().await.unwrap().notices, Some(Vec::new()));
    assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_bound_to_its_origin_also_when_the_files_were_edited() {
    let (house, parlour) = House::connected().await;
    drop(parlour);
    let other = ModelServer::start().await.unwrap();
    let database = rusqlite::Connection::open(house.database()).unwrap();
    let origin = format!("http://127.0.0.1:{}", other.port());
    database.execute("UPDATE connection SET base_url = ?1, key_origin = ?2", [&other.url(), &origin]).unwrap();
    let parlour = house.open();
    let chat = new_chat(&parlour).await;
    assert_eq!(parlour.send_message(&chat, "Hi".into()).await.unwrap_err().kind, ErrorKind::MissingApiKey);
    assert!(other.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_not_follow_a_redirect_to_another_origin() {
    let (house, parlour) = House::connected().await;
    let other = ModelServer::start().await.unwrap();
    for status in [301, 302, 307, 308] {
        let reply = Reply::empty(status).header("location", &format!("{}/chat/completions", other.url()));
        let answer = house.answer(&parlour, reply).await;
        assert_eq!(answer, Answer::failed(house.error(ErrorKind::UnexpectedResponse, Some(status)), ""));
    }
    house.server.models(Reply::empty(307).header("location", &format!("{}/models", other.url())));
    parlour.list_models().await.unwrap_err();
    assert!(other.requests().is_empty(), "{:?}", other.requests());
    // Within its origin it does.
    let moved = Reply::empty(307).header("location", "/v2/chat/completions");
    house.server.reply(moved);
    let answer = house.answer(&parlour, Reply::stream(vec![text("moved"), finish()])).await;
    assert_eq!(answer.text, "moved");
    assert_eq!(house.server.requests().last().unwrap().header("authorization"), bearer(KEY).as_deref());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environments_key_goes_to_its_own_origin_only() {
    let mut house = House::bare().await;
    let other = ModelServer::start().await.unwrap();
    house.environment = Environment { api_key: Some(KEY.to_owned().into()), base_url: Some(house.server.url()) };
    let parlour = house.open();
    let connection = parlour.connection().await.unwrap();
    assert_eq!((connection.base_url, connection.from_environment), (house.server.url(), true));
    assert_eq!(connection.key, KeyState::Environment { last_four: "2b1c".into() });
    let chat = new_chat(&parlour).await;
    say(&parlour, &chat, "Hi").await;
    assert_eq!(shown(&house.server), [bearer(KEY)]);
    let connection = parlour.save_base_url(&other.url()).await.unwrap();
    assert_eq!((connection.key, connection.from_environment), (KeyState::None, false));
    assert_eq!(parlour.send_message(&chat, "Hi".into()).await.unwrap_err().kind, ErrorKind::MissingApiKey);
    assert!(shown(&other).iter().all(Option::is_none));
    // A saved key goes before that of the environment.
    parlour.save_server(&house.server.url(), "sk-saved-1234567890").await.unwrap();
    say(&parlour, &chat, "Hi").await;
    assert_eq!(shown(&house.server).last().unwrap(), &bearer("sk-saved-1234567890"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_base_url_the_environments_key_is_openais() {
    let mut house = House::bare().await;
    house.environment = Environment { api_key: Some(KEY.to_owned().into()), base_url: None };
    let parlour = house.open();
    let connection = parlour.connection().await.unwrap();
    assert_eq!((connection.name.as_str(), connection.base_url.as_str()), ("OpenAI", "https://api.openai.com/v1"));
    assert_eq!(connection.key, KeyState::Environment { last_four: "2b1c".into() });
    let connection = parlour.save_base_url(&house.server.url()).await.unwrap();
    assert_eq!(connection.key, KeyState::None);
    assert!(shown(&house.server).iter().all(Option::is_none));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_no_key_gets_none() {
    let house = House::bare().await;
    let parlour = house.open();
    let connection = parlour.save_server(&house.server.url(), "  ").await.unwrap();
    assert_eq!(connection.key, KeyState::NotNeeded);
    let chat = new_chat(&parlour).await;
    assert_eq!(say(&parlour, &chat, "Hi").await.1, Answer::whole("You said: Hi"));
    assert!(shown(&house.server).iter().all(Option::is_none));
    // One that does want one says so.
    house.server.models(Reply::error(401, "x", "no key"));
    let refused = parlour.save_server(&house.server.url(), "").await;
    assert_eq!(refused, Err(house.error(ErrorKind::InvalidApiKey, Some(401))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_key_is_gone_from_the_keychain_and_from_memory() {
    let (house, parlour) = House::connected().await;
    let connection = parlour.remove_key().await.unwrap();
    assert_eq!((connection.key, connection.check), (KeyState::None, Check::Unchecked));
    assert!(house.keychain.secrets().is_empty());
    let chat = new_chat(&parlour).await;
    assert_eq!(parlour.send_message(&chat, "Hi".into()).await.unwrap_err().kind, ErrorKind::MissingApiKey);
    drop(parlour);
    assert_eq!(house.open().connection().await.unwrap().key, KeyState::None);
}
