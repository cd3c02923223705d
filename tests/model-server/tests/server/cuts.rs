//! Replies that wait, break or are no replies, and connections that end.

use std::io;

use model_server::{ModelServer, Reply, Sent, Step};
use tokio::io::AsyncReadExt as _;

use crate::client::{Client, content, gate, text};

#[tokio::test]
async fn a_gate_holds_the_reply_until_it_is_opened_and_stays_open() {
    let server = ModelServer::start().await.unwrap();
    let steps = vec![text("before"), gate("middle"), text("after")];
    server.reply(Reply::stream(steps.clone()));
    server.reply(Reply::stream(steps));
    let mut client = Client::new(&server).await;
    client.ask("x", true).await;
    client.head().await;
    let before = String::from_utf8(client.chunk().await.unwrap()).unwrap();
    assert_eq!(content(&before), "before");
    assert_eq!(server.sent().len(), 1);
    server.open("middle");
    assert_eq!(content(&String::from_utf8(client.chunks().await.concat()).unwrap()), "after");
    client.ask("y", true).await;
    assert_eq!(content(&client.answer().await.1), "beforeafter");
    let sent = server.sent();
    assert!(matches!(sent[..], [Sent(0, first), Sent(1, second)] if first <= second), "{sent:?}");
}

#[tokio::test]
async fn a_split_reply_comes_in_chunks_of_that_size() {
    let server = ModelServer::start().await.unwrap();
    server.reply(Reply::stream(vec![Step::Raw { text: "漢字".to_owned() }]).split(4));
    let mut client = Client::new(&server).await;
    client.ask("x", true).await;
    client.head().await;
    assert_eq!(client.chunks().await, ["漢字".as_bytes()[..4].to_vec(), "漢字".as_bytes()[4..].to_vec()]);
}

#[tokio::test]
async fn close_and_reset_cut_the_body_each_in_its_way() {
    let server = ModelServer::start().await.unwrap();
    for (last, kind) in [(Step::Close, io::ErrorKind::UnexpectedEof), (Step::Reset, io::ErrorKind::ConnectionReset)] {
        server.reply(Reply::stream(vec![text("part"), gate("read"), last]));
        let mut client = Client::new(&server).await;
        client.ask("x", true).await;
        client.head().await;
        client.chunk().await.unwrap();
        server.open("read");
        assert_eq!(client.chunk().await.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn garbage_and_lengths_that_lie_go_out_as_written() {
    let server = ModelServer::start().await.unwrap();
    server.reply(Reply::html(200, "<p>").header("content-length", "9"));
    server.reply(Reply::garbage(b"\xff\x00 not HTTP"));
    server.reply(Reply::empty(307).header("location", "http://elsewhere.test/"));
    let mut client = Client::new(&server).await;
    client.ask("x", true).await;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: 9\r\n\r\n";
    assert_eq!(client.head().await, head);
    assert_eq!(client.until("<p>").await.unwrap(), "<p>");
    client.ask("y", true).await;
    let mut rest = Vec::new();
    client.stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"\xff\x00 not HTTP");
    let mut client = Client::new(&server).await;
    client.ask("z", true).await;
    let head = client.head().await;
    assert_eq!(
        head,
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://elsewhere.test/\r\ncontent-length: 0\r\n\r\n"
    );
}

#[tokio::test]
async fn a_client_that_leaves_a_hanging_reply_is_noticed() {
    let server = ModelServer::start().await.unwrap();
    server.reply(Reply::stream(vec![Step::Head, Step::Hang]));
    let mut client = Client::new(&server).await;
    client.ask("x", true).await;
    client.head().await;
    drop(client);
    server.closed(0).await;
}

#[tokio::test]
async fn a_stopped_server_cuts_its_connections_and_frees_its_port() {
    let server = ModelServer::start().await.unwrap();
    server.reply(Reply::stream(vec![text("part"), Step::Hang]));
    let mut client = Client::new(&server).await;
    client.ask("x", true).await;
    client.head().await;
    client.chunk().await.unwrap();
    server.stop().await;
    client.chunk().await.unwrap_err();
    let again = ModelServer::start_on(server.port()).await.unwrap();
    assert_eq!(again.url(), server.url());
}
