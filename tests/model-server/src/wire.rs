//! The bytes of one answer on its way out: status line and headers, chunks, the cuts, the end.

use std::{io, time::Duration};

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::reply::{Reply, Step};

pub(crate) struct Wire<'a, W> {
    out: &'a mut W,
    /// Taken when sent.
    head: Option<Vec<u8>>,
    framing: Framing,
    split: Option<usize>,
    pause: Duration,
    begun: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Chunked,
    /// The headers tell the length, or there is no body.
    Plain,
    /// The end of the connection is the end of the answer.
    Bare,
}

impl<'a, W: AsyncWrite + Unpin> Wire<'a, W> {
    pub fn new(out: &'a mut W, reply: &Reply, json: bool) -> Self {
        let has_body = reply.steps.iter().any(|step| !matches!(step, Step::Gate { .. } | Step::Wait { .. }));
        let framing = if reply.bare {
            Framing::Bare
        } else if !has_body || reply.has_header("content-length") {
            Framing::Plain
        } else {
            Framing::Chunked
        };
        let head = (!reply.bare).then(|| head(reply, framing, has_body, json));
        let pause = Duration::from_millis(reply.pause_ms);
        Self { out, head, framing, split: reply.split.filter(|bytes| *bytes > 0), pause, begun: false }
    }

    pub async fn head(&mut self) -> io::Result<()> {
        match self.head.take() {
            Some(head) => self.out.write_all(&head).await,
            None => Ok(()),
        }
    }

    pub async fn body(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.head().await?;
        for piece in bytes.chunks(self.split.unwrap_or(bytes.len()).max(1)) {
            if self.begun && !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
            self.begun = true;
            if self.framing == Framing::Chunked {
                let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
                chunk.extend_from_slice(piece);
                chunk.extend_from_slice(b"\r\n");
                self.out.write_all(&chunk).await?;
            } else {
                self.out.write_all(piece).await?;
            }
            self.out.flush().await?;
        }
        Ok(())
    }

    /// Ends the answer as it should end; whether the connection can serve another.
    pub async fn finish(mut self) -> io::Result<bool> {
        self.head().await?;
        if self.framing == Framing::Chunked {
            self.out.write_all(b"0\r\n\r\n").await?;
        }
        Ok(self.framing != Framing::Bare)
    }
}

fn head(reply: &Reply, framing: Framing, has_body: bool, json: bool) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
    let mut add = |name: &str, value: &str| {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    };
    for (name, value) in &reply.headers {
        add(name, value);
    }
    if has_body && !reply.has_header("content-type") {
        add("content-type", if json { "application/json" } else { "text/event-stream" });
    }
    if framing == Framing::Chunked {
        add("transfer-encoding", "chunked");
    } else if !has_body && !reply.has_header("content-length") && !matches!(reply.status, 204 | 304) {
        add("content-length", "0");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Scripted",
    }
}
