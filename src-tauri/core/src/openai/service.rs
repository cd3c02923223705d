//! What stands between the library and the network: sends without hidden retries, keeps status and headers of errors,
//! makes one event stream of whatever body a server answers with, and watches that stream for its end.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use reqwest::header::CONTENT_TYPE;

use crate::error::{Error, ErrorKind};

use super::fault;

/// The largest body, and the longest line of a stream, that is taken.
const LARGEST: usize = 64 * 1024 * 1024;

/// The most of an error's body that is read.
const LARGEST_ERROR: usize = 64 * 1024;

/// What was seen of a stream while it went by.
#[derive(Debug, Default)]
pub(super) struct Seen {
    done: AtomicBool,
    whole_body: AtomicBool,
    arrived: AtomicU64,
}

impl Seen {
    /// `data: [DONE]` went by.
    pub(super) fn done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// The answer was one whole JSON body.
    pub(super) fn whole_body(&self) -> bool {
        self.whole_body.load(Ordering::Acquire)
    }

    /// How many bytes went by.
    pub(super) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Acquire)
    }

    fn add(&self, bytes: &[u8]) {
        self.arrived.fetch_add(bytes.len() as u64, Ordering::AcqRel);
    }
}

/// Which body is wanted.
#[derive(Clone)]
enum Wanted {
    Json,
    Events { model: String, seen: Arc<Seen> },
}

/// The service that the library sends through.
#[derive(Clone)]
pub(super) struct Service {
    http: reqwest::Client,
    host: String,
    wanted: Wanted,
}

impl Service {
    /// For a reply: every body that holds one becomes an event stream.
    pub(super) fn for_reply(http: reqwest::Client, host: String, model: String, seen: Arc<Seen>) -> Self {
        Self { http, host, wanted: Wanted::Events { model, seen } }
    }

    /// For everything else: a JSON body.
    pub(super) fn for_json(http: reqwest::Client, host: String) -> Self {
        Self { http, host, wanted: Wanted::Json }
    }

    async fn exchange(self, factory: HttpRequestFactory) -> Result<reqwest::Response, OpenAIError> {
        let request = factory.build().await?;
        let response =
            self.http.execute(request).await.map_err(|error| boxed(fault::of_transport(&error, &self.host)))?;
        if !response.status().is_success() {
            return Err(boxed(self.refused(response).await));
        }
        match self.wanted {
            Wanted::Json => reject_html(response, &self.host),
            Wanted::Events { ref seen, .. } => self.events(response, Arc::clone(seen)).await,
        }
    }

    async fn refused(&self, response: reqwest::Response) -> Error {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_up_to(response, LARGEST_ERROR).await;
        let model = match &self.wanted {
            Wanted::Events { model, .. } => model,
            Wanted::Json => "",
        };
        fault::of_status(status, &headers, &body, &self.host, model)
    }

    async fn events(&self, response: reqwest::Response, seen: Arc<Seen>) -> Result<reqwest::Response, OpenAIError> {
        let mut response = reject_html(response, &self.host)?;
        let content_type = content_type(&response);
        let mut first = Bytes::new();
        if !content_type.contains("event-stream") {
            // Servers name all kinds of types: the first bytes tell.
            while first.trim_ascii_start().is_empty() {
                match response.chunk().await {
                    Ok(Some(chunk)) => first = without_mark(chunk),
                    Ok(None) => break,
                    Err(_) => return Err(boxed(cut_short(&self.host))),
                }
            }
            match first.trim_ascii_start().first() {
                Some(b'<') => return Err(boxed(unexpected(&self.host, &content_type))),
                Some(b'{' | b'[') => return self.whole(response, first, &seen).await,
                _ => {}
            }
        }
        let (parts, rest) = split(response);
        let body = stream::iter((!first.is_empty()).then_some(Ok(first))).chain(rest).boxed();
        let watched = watch(body, seen);
        Ok(join(parts, reqwest::Body::wrap_stream(watched)))
    }

    /// One JSON body as a stream of one event, so that there is one road for both.
    async fn whole(
        &self,
        mut response: reqwest::Response,
        first: Bytes,
        seen: &Seen,
    ) -> Result<reqwest::Response, OpenAIError> {
        let mut body = BytesMut::from(first.as_ref());
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Ok(Some(_)) => return Err(boxed(unexpected(&self.host, "application/json"))),
                Err(_) => return Err(boxed(cut_short(&self.host))),
            }
        }
        let value: serde_json::Value =
            serde_json::from_slice(&body).map_err(|_| boxed(unexpected(&self.host, "application/json")))?;
        let reply = value.pointer("/choices/0/message").is_some() || value.get("error").is_some();
        if !reply {
            return Err(boxed(unexpected(&self.host, "application/json")));
        }
        seen.add(&body);
        seen.whole_body.store(true, Ordering::Release);
        let (parts, _) = split(response);
        Ok(join(parts, format!("data: {value}\n\n")))
    }
}

impl tower::Service<HttpRequestFactory> for Service {
    type Response = reqwest::Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<reqwest::Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        Box::pin(self.clone().exchange(factory))
    }
}

/// Our error, through the library.
fn boxed(error: Error) -> OpenAIError {
    OpenAIError::Boxed(Box::new(error))
}

fn unexpected(host: &str, content_type: &str) -> Error {
    Error::new(ErrorKind::UnexpectedResponse).with(|d| {
        d.host = Some(host.to_owned());
        d.content_type = Some(content_type.chars().take(64).collect::<String>()).filter(|name| !name.is_empty());
    })
}

fn cut_short(host: &str) -> Error {
    Error::new(ErrorKind::ReplyCutShort).with(|d| d.host = Some(host.to_owned()))
}

/// The media type, without its parameters.
fn content_type(response: &reqwest::Response) -> String {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn reject_html(response: reqwest::Response, host: &str) -> Result<reqwest::Response, OpenAIError> {
    let content_type = content_type(&response);
    if content_type.contains("html") { Err(boxed(unexpected(host, &content_type))) } else { Ok(response) }
}

async fn read_up_to(mut response: reqwest::Response, most: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk[..chunk.len().min(most - body.len())]);
        if body.len() == most {
            break;
        }
    }
    body
}

type ByteStream = stream::BoxStream<'static, Result<Bytes, std::io::Error>>;

/// The head of a response and its body as a stream.
fn split(response: reqwest::Response) -> (http::response::Parts, ByteStream) {
    let (parts, ()) = {
        let mut head = http::Response::new(());
        *head.status_mut() = response.status();
        *head.version_mut() = response.version();
        head.into_parts()
    };
    (parts, response.bytes_stream().map(|item| item.map_err(std::io::Error::other)).boxed())
}

fn join(parts: http::response::Parts, body: impl Into<reqwest::Body>) -> reqwest::Response {
    http::Response::from_parts(parts, body.into()).into()
}

/// Looks at a stream as it goes by: whether `[DONE]` came, and that no line is without end. It passes whole lines on, since
/// the library looks at an unfinished one from its start again with every chunk.
fn watch(body: ByteStream, seen: Arc<Seen>) -> ByteStream {
    let start = (body, BytesMut::new(), LineStart::default(), seen);
    stream::unfold(start, |(mut body, mut held, mut line, seen)| async move {
        loop {
            let bytes = match body.next().await {
                Some(Ok(bytes)) => bytes,
                None if held.is_empty() => return None,
                None => return Some((Ok(readable(held.split())), (body, held, line, seen))),
                Some(Err(error)) => return Some((Err(error), (body, held, line, seen))),
            };
            seen.add(&bytes);
            if line.take(&bytes) {
                seen.done.store(true, Ordering::Release);
            }
            if line.length > LARGEST {
                return Some((Err(std::io::Error::other("a line without end")), (body, held, line, seen)));
            }
            let whole = bytes.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
            if whole > 0 {
                held.extend_from_slice(&bytes[..whole]);
                let lines = readable(held.split());
                held.extend_from_slice(&bytes[whole..]);
                return Some((Ok(lines), (body, held, line, seen)));
            }
            held.extend_from_slice(&bytes);
        }
    })
    .boxed()
}

/// Whole lines as the library can read them: it panics at a mark of byte order, and ends at bytes that are no UTF-8.
fn readable(lines: BytesMut) -> Bytes {
    let lines = without_mark(lines.freeze());
    match String::from_utf8_lossy(&lines) {
        Cow::Borrowed(_) => lines,
        Cow::Owned(text) => Bytes::from(text),
    }
}

/// A body may begin with U+FEFF.
fn without_mark(bytes: Bytes) -> Bytes {
    if bytes.starts_with("\u{feff}".as_bytes()) { bytes.slice(3..) } else { bytes }
}

/// The first bytes of the current line, kept across chunks.
#[derive(Default)]
struct LineStart {
    start: Vec<u8>,
    length: usize,
}

impl LineStart {
    /// Whether the bytes complete (or, at the very end of a stream, form) a line `data: [DONE]`.
    fn take(&mut self, bytes: &[u8]) -> bool {
        let mut done = false;
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let kept = 32usize.saturating_sub(self.start.len()).min(piece.len());
            self.start.extend_from_slice(&piece[..kept]);
            self.length += piece.len();
            done |= self.start.strip_prefix(b"data:").is_some_and(|data| data.trim_ascii() == b"[DONE]");
            if piece.ends_with(b"\n") || piece.ends_with(b"\r") {
                self.start.clear();
                self.length = 0;
            }
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_mark_is_seen_however_the_stream_is_cut() {
        for text in ["data: {}\n\ndata: [DONE]\n\n", "data:[DONE]", "data: x\r\rdata: [DONE] \r\r"] {
            for cut in 0..=text.len() {
                let mut line = LineStart::default();
                let (a, b) = text.as_bytes().split_at(cut);
                assert!(line.take(a) | line.take(b), "{text:?} cut at {cut}");
            }
        }
        assert!(!LineStart::default().take(b"data: {\"text\": \"data: [DONE]\"}\n\n"));
    }
}
