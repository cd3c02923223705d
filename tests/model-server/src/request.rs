//! What a client asked: the captured request, and reading one from a connection.
//! Bodies come with a length or in chunks, and may ask for "100 Continue" first.

use std::{
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::{Buf as _, Bytes, BytesMut};
use serde::{Serialize, Serializer};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 64 * 1024 * 1024;

/// One request as it came over the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// With its query.
    pub path: String,
    /// In the order sent, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as JSON, `Null` where it is none.
    pub body: Value,
    /// The body as sent. In JSON: as text.
    #[serde(serialize_with = "as_text")]
    pub raw: Bytes,
    /// When its first byte had been read. In JSON: unix milliseconds, with microseconds behind the point.
    #[serde(serialize_with = "as_milliseconds")]
    pub at: SystemTime,
    /// Which TCP connection brought it, counted from 0: the same number twice means a connection used again.
    pub connection: u64,
}

impl Request {
    /// The first header of this name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `messages` of the body as (role, content). Of content in parts, the text parts one after another.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, String)> {
        let messages = self.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        messages
            .iter()
            .map(|message| (message["role"].as_str().unwrap_or_default().to_owned(), text_of(&message["content"])))
            .collect()
    }

    pub(crate) fn last_user_text(&self) -> String {
        let last = self.messages().into_iter().rfind(|(role, _)| role == "user");
        last.map(|(_, text)| text).unwrap_or_default()
    }

    /// The path without its query.
    pub(crate) fn route(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    pub(crate) fn is_chat(&self) -> bool {
        self.method == "POST" && self.route().ends_with("/chat/completions")
    }

    pub(crate) fn wants_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

/// Unix milliseconds with microseconds behind the point.
pub(crate) fn milliseconds(at: SystemTime) -> f64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    // A float holds today's microseconds exactly (2^53 of them last until the year 2255).
    since.as_micros() as f64 / 1000.0
}

fn as_milliseconds<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(milliseconds(*at))
}

fn as_text<S: Serializer>(raw: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(raw))
}

/// Reads the next request; what comes behind it stays in `buffer`. `None` when the client closed between two.
///
/// # Errors
/// `InvalidData` for what is not HTTP or too large, else the error of the socket.
pub(crate) async fn read<R, W>(
    from: &mut R,
    to: &mut W,
    buffer: &mut BytesMut,
    connection: u64,
) -> io::Result<Option<Request>>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    if buffer.is_empty() && from.read_buf(buffer).await? == 0 {
        return Ok(None);
    }
    let at = SystemTime::now();
    let mut request = loop {
        if let Some(request) = parse_head(buffer, at, connection)? {
            break request;
        }
        more(from, buffer).await?;
    };
    if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        to.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let chunked = request.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    request.raw = if chunked {
        read_chunks(from, buffer).await?
    } else {
        let length = match request.header("content-length") {
            Some(length) => length.parse().map_err(|_| bad("a content-length that is no number"))?,
            None => 0,
        };
        take(from, buffer, length).await?
    };
    request.body = serde_json::from_slice(&request.raw).unwrap_or(Value::Null);
    Ok(Some(request))
}

fn parse_head(buffer: &mut BytesMut, at: SystemTime, connection: u64) -> io::Result<Option<Request>> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut head = httparse::Request::new(&mut headers);
    let status = head.parse(buffer).map_err(|error| bad(&error.to_string()))?;
    let httparse::Status::Complete(length) = status else {
        return if buffer.len() > MAX_HEAD { Err(bad("a head beyond 64 KB")) } else { Ok(None) };
    };
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: head.path.unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|header| (header.name.to_lowercase(), String::from_utf8_lossy(header.value).into_owned()))
            .collect(),
        body: Value::Null,
        raw: Bytes::new(),
        at,
        connection,
    };
    buffer.advance(length);
    Ok(Some(request))
}

async fn read_chunks<R: AsyncRead + Unpin>(from: &mut R, buffer: &mut BytesMut) -> io::Result<Bytes> {
    let mut body = BytesMut::new();
    loop {
        let (head, size) = loop {
            match httparse::parse_chunk_size(buffer).map_err(|_| bad("a chunk without a size"))? {
                httparse::Status::Complete((head, size)) => break (head, size),
                httparse::Status::Partial => more(from, buffer).await?,
            }
        };
        buffer.advance(head);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size.saturating_add(body.len()) > MAX_BODY {
            return Err(bad("a body beyond 64 MB"));
        }
        // Each chunk ends in CR LF, and so does the empty one: trailers are not read.
        let chunk = take(from, buffer, size + 2).await?;
        body.extend_from_slice(&chunk[..size]);
        if size == 0 {
            return Ok(body.freeze());
        }
    }
}

async fn take<R: AsyncRead + Unpin>(from: &mut R, buffer: &mut BytesMut, length: usize) -> io::Result<Bytes> {
    if length > MAX_BODY + 2 {
        return Err(bad("a body beyond 64 MB"));
    }
    while buffer.len() < length {
        more(from, buffer).await?;
    }
    Ok(buffer.split_to(length).freeze())
}

async fn more<R: AsyncRead + Unpin>(from: &mut R, buffer: &mut BytesMut) -> io::Result<()> {
    if from.read_buf(buffer).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
