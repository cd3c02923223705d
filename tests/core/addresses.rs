//! Base URLs: what is refused, what is proposed after a look, what is warned of.

use model_server::Reply;
use parlour_core::connection::{BaseUrlProposal, Check};
use parlour_core::error::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::house::{House, KEY};

/// A server that answers one path only and 404 to all others; gives its port.
async fn strict_server(path: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let asked = String::from_utf8_lossy(&request[..read]).starts_with(&format!("GET {path} "));
            let (status, body) = if asked { ("200 OK", r#"{"data":[]}"#) } else { ("404 Not Found", "404") };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(head.as_bytes()).await;
        }
    });
    port
}

fn proposal(typed: &str, proposed: Option<&str>, answered: bool) -> BaseUrlProposal {
    BaseUrlProposal { typed: typed.into(), proposed: proposed.map(Into::into), answered, plain_text: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scheme_or_v1_is_proposed_after_a_look() {
    let house = House::bare().await;
    let parlour = house.open();
    let port = strict_server("/v1/models").await;
    let right = format!("http://127.0.0.1:{port}/v1");
    for typed in [
        format!("127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}"),
        format!("127.0.0.1:{port}/v1"),
        format!("http://127.0.0.1:{port}/"),
    ] {
        let expected = proposal(&typed, Some(&right), true);
        assert_eq!(parlour.propose_base_url(&format!("  {typed} ")).await.unwrap(), expected, "{typed}");
    }
    for typed in [right.clone(), format!("{right}/")] {
        assert_eq!(parlour.propose_base_url(&typed).await.unwrap(), proposal(&typed, None, true), "{typed}");
    }
    // A server without `/v1` is not given one.
    let bare = format!("http://127.0.0.1:{}", strict_server("/models").await);
    assert_eq!(parlour.propose_base_url(&bare).await.unwrap(), proposal(&bare, None, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_answers_nothing_is_assumed() {
    let house = House::bare().await;
    let parlour = house.open();
    house.server.stop().await;
    let typed = house.host();
    assert_eq!(parlour.propose_base_url(&typed).await.unwrap(), proposal(&typed, None, false));
    let page = House::bare().await;
    page.server.models(Reply::html(200, "<html>"));
    let typed = page.server.url();
    assert_eq!(parlour.propose_base_url(&typed).await.unwrap(), proposal(&typed, None, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_a_key_has_answered_and_got_none() {
    let (house, parlour) = House::connected().await;
    house.server.models(Reply::error(401, "x", "no key"));
    house.server.reset();
    house.server.models(Reply::error(401, "x", "no key"));
    let typed = house.server.url();
    assert_eq!(parlour.propose_base_url(&typed).await.unwrap(), proposal(&typed, None, true));
    assert!(house.server.requests().iter().all(|request| request.header("authorization").is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_refused() {
    let house = House::bare().await;
    let parlour = house.open();
    let before = parlour.connection().await.unwrap();
    for bad in [
        "",
        "   ",
        "not a url",
        "ftp://x/v1",
        "http://",
        "https://user:secret@x/v1",
        "http://x/v1?key=1",
        "http://x/#a",
    ] {
        let refused = Err(ErrorKind::InvalidBaseUrl.into());
        assert_eq!(parlour.save_base_url(bad).await, refused, "{bad:?}");
        assert_eq!(parlour.save_server(bad, KEY).await, refused, "{bad:?}");
    }
    for bad in ["", "ftp://x", "http://", "https://user:secret@x/v1"] {
        assert_eq!(parlour.propose_base_url(bad).await, Err(ErrorKind::InvalidBaseUrl.into()), "{bad:?}");
    }
    assert_eq!(parlour.connection().await.unwrap(), before);
    assert!(house.keychain.secrets().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_to_a_host_that_is_not_local_is_flagged() {
    let house = House::bare().await;
    let parlour = house.open();
    for (url, plain_text) in [("http://parlour.invalid/v1", true), ("https://parlour.invalid/v1", false)] {
        assert_eq!(parlour.save_server(url, "").await.unwrap().plain_text, plain_text, "{url}");
        assert_eq!(parlour.propose_base_url(url).await.unwrap().plain_text, plain_text, "{url}");
    }
    assert!(!parlour.save_server(&house.server.url(), "").await.unwrap().plain_text);
    let table = [("http://192.168.0.1/v1", true), ("http://[::1]:8080", false), ("http://localhost.evil.com", true)];
    for (url, plain_text) in table {
        let url = parlour_core::connection::parse_base_url(url).unwrap();
        assert_eq!(parlour_core::connection::is_plain_text(&url), plain_text, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_saved_trimmed_and_survives_a_restart() {
    let (house, parlour) = House::connected().await;
    let url = house.server.url();
    let connection = parlour.save_base_url(&format!(" {url}/ \n")).await.unwrap();
    assert_eq!((&connection.base_url, connection.name.as_str()), (&url, house.host().as_str()));
    assert!(matches!(connection.check, Check::Verified { .. }));
    parlour.set_streaming(false).await.unwrap();
    drop(parlour);
    let parlour = house.open();
    parlour.warm_up().await;
    let again = parlour.connection().await.unwrap();
    assert_eq!(again, parlour_core::connection::Connection { streaming: false, ..connection });
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_model_list_is_read() {
    let (house, parlour) = House::connected().await;
    let openai = serde_json::json!({ "object": "list", "data": [{ "id": "b" }, { "id": "a" }, { "id": "b" }] });
    let bare = serde_json::json!([{ "id": "b" }, { "id": "a" }]);
    let named = serde_json::json!({ "models": [{ "name": "a" }, "b"] });
    for list in [openai, bare, named] {
        house.server.models(Reply::json(200, list.clone()));
        assert_eq!(parlour.list_models().await.unwrap(), ["a", "b"], "{list}");
    }
    house.server.models(Reply::json(200, serde_json::json!({ "status": "ok" })));
    assert_eq!(parlour.list_models().await, Err(house.error(ErrorKind::UnexpectedResponse, None)));
}
