//! An HTTP client that shows every chunk, and short names for steps.

use std::io;

use model_server::{ModelServer, Step};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A connection to the server.
pub struct Client {
    pub stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub async fn new(server: &ModelServer) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
        Self { stream, buffer: Vec::new() }
    }

    pub async fn send(&mut self, method: &str, path: &str, body: &str) {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
        self.stream.write_all((head + body).as_bytes()).await.unwrap();
    }

    pub async fn ask(&mut self, text: &str, stream: bool) {
        let body = json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": text }] });
        self.send("POST", "/v1/chat/completions", &body.to_string()).await;
    }

    /// Up to and with `end`.
    pub async fn until(&mut self, end: &str) -> io::Result<String> {
        loop {
            let found = self.buffer.windows(end.len()).position(|window| window == end.as_bytes());
            if let Some(place) = found {
                let taken = self.buffer.drain(..place + end.len()).collect();
                return Ok(String::from_utf8(taken).unwrap());
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    pub async fn head(&mut self) -> String {
        self.until("\r\n\r\n").await.unwrap()
    }

    pub async fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let size = usize::from_str_radix(self.until("\r\n").await?.trim(), 16).unwrap();
        while self.buffer.len() < size + 2 {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let mut chunk: Vec<u8> = self.buffer.drain(..size + 2).collect();
        chunk.truncate(size);
        Ok(chunk)
    }

    /// The chunks of a body up to its clean end.
    pub async fn chunks(&mut self) -> Vec<Vec<u8>> {
        let mut chunks = Vec::new();
        loop {
            match self.chunk().await.unwrap() {
                chunk if chunk.is_empty() => return chunks,
                chunk => chunks.push(chunk),
            }
        }
    }

    pub async fn answer(&mut self) -> (String, String) {
        let head = self.head().await;
        (head, String::from_utf8(self.chunks().await.concat()).unwrap())
    }
}

pub fn text(text: &str) -> Step {
    Step::Text { text: text.to_owned() }
}

pub fn gate(name: &str) -> Step {
    Step::Gate { name: name.to_owned() }
}

/// What the `delta.content`s of a stream come to.
pub fn content(body: &str) -> String {
    let events = body.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
    let values = events.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    values.filter_map(|value| value["choices"][0]["delta"]["content"].as_str().map(str::to_owned)).collect()
}
