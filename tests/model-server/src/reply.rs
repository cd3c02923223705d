//! What the server is to answer: a reply is a status, headers and steps, the same in Rust and in JSON.
//! Constructors make the usual ones; a script carries several for the program.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One scripted answer. In JSON every field may be missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Reply {
    /// Serves only a request whose last user message contains this.
    pub when: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// Sent as they are. With a `content-length` among them the body is not chunked. The content type is otherwise
    /// `application/json` where the first step with a body is [`Step::Json`], else `text/event-stream`.
    pub headers: Vec<(String, String)>,
    /// What happens, in order. After the last the body ends cleanly.
    pub steps: Vec<Step>,
    /// Cuts the body into HTTP chunks of this many bytes, so that a client meets every cut whatever TCP joins;
    /// without chunking, into writes of so many bytes.
    pub split: Option<usize>,
    /// Milliseconds between two such pieces: with `split` 1, a line that trickles.
    pub pause_ms: u64,
    /// No status line, no headers, no chunks: the bytes of the steps alone, then the connection is closed.
    pub bare: bool,
}

/// One thing a reply does. Those with text are server-sent events; where the request did not ask for a stream and
/// the steps allow it, they are gathered into one JSON body, sent after the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Step {
    /// Sends status and headers at once. Otherwise they leave with the first byte of the body.
    Head,
    /// The first delta of a stream: role assistant, content null.
    Role,
    /// One event with `delta.content`.
    Text {
        /// Its content.
        text: String,
    },
    /// Events of about `bytes` bytes each, never inside a character.
    Paced {
        /// All of the text.
        text: String,
        /// Bytes of text in one event.
        bytes: usize,
        /// Events in a second, held over the whole text; 0 is as fast as the client reads.
        per_second: f64,
    },
    /// One event with `delta.reasoning_content`.
    Reasoning {
        /// Its content.
        text: String,
    },
    /// An event with an empty delta and a `finish_reason`.
    Finish {
        /// For example `stop`, `length`, `content_filter`.
        reason: String,
    },
    /// An event with `usage` and empty `choices`.
    Usage {
        /// `prompt_tokens`.
        input: u64,
        /// `completion_tokens`.
        output: u64,
    },
    /// `data: [DONE]`.
    Done,
    /// A comment line, as servers send to keep a connection alive.
    Comment {
        /// What stands behind the colon.
        text: String,
    },
    /// An event with any JSON, for example an error in mid-stream.
    Event {
        /// Its data.
        value: Value,
    },
    /// A body of JSON.
    Json {
        /// The body.
        value: Value,
    },
    /// Text as it is, in one piece.
    Raw {
        /// The text.
        text: String,
    },
    /// Bytes as they are, in one piece; in JSON an array of numbers.
    Bytes {
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Waits until the gate of this name is open.
    Gate {
        /// Its name.
        name: String,
    },
    /// Waits.
    Wait {
        /// Milliseconds.
        ms: u64,
    },
    /// Says no more until the client leaves.
    Hang,
    /// Resets the connection (RST).
    Reset,
    /// Closes the connection (FIN) in the middle of the body.
    Close,
}

/// What the program reads with `--script`. In JSON every field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Script {
    /// Queued in this order.
    pub replies: Vec<Reply>,
    /// Answers while no queued reply fits.
    #[serde(rename = "default")]
    pub default_reply: Option<Reply>,
    /// Answers `GET …/models`.
    pub models: Option<Reply>,
    /// Gates open from the start.
    pub open: Vec<String>,
}

impl Default for Reply {
    fn default() -> Self {
        Self { when: None, status: 200, headers: Vec::new(), steps: Vec::new(), split: None, pause_ms: 0, bare: false }
    }
}

impl Reply {
    /// A whole stream: role, the text word by word, finish `stop`, usage (10 in, one out for each word), `[DONE]`.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let words: Vec<_> = text.split_inclusive(char::is_whitespace).collect();
        let output = words.len() as u64;
        let mut steps = vec![Step::Role];
        steps.extend(words.into_iter().map(|word| Step::Text { text: word.to_owned() }));
        steps.extend([Step::Finish { reason: "stop".to_owned() }, Step::Usage { input: 10, output }, Step::Done]);
        Self::stream(steps)
    }

    /// These steps and nothing else.
    #[must_use]
    pub fn stream(steps: Vec<Step>) -> Self {
        Self { steps, ..Self::default() }
    }

    /// A body of JSON.
    #[must_use]
    pub fn json(status: u16, value: Value) -> Self {
        Self { status, steps: vec![Step::Json { value }], ..Self::default() }
    }

    /// An error in OpenAI's shape, its `type` the one that goes with status and code.
    #[must_use]
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let kind = match (status, code) {
            (_, "insufficient_quota") => "insufficient_quota",
            (429, _) => "requests",
            (500.., _) => "server_error",
            _ => "invalid_request_error",
        };
        let error = json!({ "message": message, "type": kind, "param": null, "code": code });
        Self::json(status, json!({ "error": error }))
    }

    /// A page, as a proxy or a wrong address answers.
    #[must_use]
    pub fn html(status: u16, body: &str) -> Self {
        let steps = vec![Step::Raw { text: body.to_owned() }];
        Self { status, steps, ..Self::default() }.header("content-type", "text/html; charset=utf-8")
    }

    /// A status without a body, for example a redirect with a `location` header.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// Bytes that are no HTTP, then the end of the connection.
    #[must_use]
    pub fn garbage(bytes: &[u8]) -> Self {
        Self { steps: vec![Step::Bytes { bytes: bytes.to_vec() }], bare: true, ..Self::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Serves only a request whose last user message contains `text`.
    #[must_use]
    pub fn when(mut self, text: &str) -> Self {
        self.when = Some(text.to_owned());
        self
    }

    /// Cuts the body into pieces of `bytes` bytes.
    #[must_use]
    pub fn split(mut self, bytes: usize) -> Self {
        self.split = Some(bytes);
        self
    }

    pub(crate) fn fits(&self, user_text: &str) -> bool {
        self.when.as_deref().is_none_or(|when| user_text.contains(when))
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}
