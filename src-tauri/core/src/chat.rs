//! What a conversation is: chats, messages, their ids and states, as they are stored and as windows see them.
//! A chat is a tree of messages; the path from its root to `head` is what is shown and sent.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::library::ChatPersona;
use crate::markdown::Block;
use crate::options::{ReasoningEffort, ResponseFormat};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub struct $name(pub String);

        impl $name {
            /// A new UUIDv7: sorts by time.
            #[must_use]
            #[allow(clippy::new_without_default, reason = "an id is made, it has no default")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7().to_string())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                String::column_result(value).map(Self)
            }
        }
    };
}

id!(
    /// A chat.
    ChatId
);
id!(
    /// A message.
    MessageId
);
id!(
    /// A connection: an endpoint and, in the keychain, its key.
    ConnectionId
);
id!(
    /// Something that was done and can be undone.
    OperationId
);
id!(
    /// One request to a model server.
    RequestId
);
id!(
    /// A persona.
    PersonaId
);
id!(
    /// A prompt of the library.
    PromptId
);
id!(
    /// A folder of chats.
    FolderId
);
id!(
    /// A tag of chats.
    TagId
);

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Instructions to the model.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// Where a message stands. A user message is always `complete`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum MessageState {
    /// In the outbox: goes out when the reply before it has ended.
    Queued,
    /// The request is out, or a pause before the next try runs (then `wait` says until when).
    Waiting,
    /// Text is arriving.
    Streaming,
    /// Ended, with proof.
    Complete,
    /// Ended by the person; the text is kept.
    Stopped,
    /// Ended by the death of the app; the text up to the last flush is kept.
    Interrupted,
    /// Ended by an error; text that had arrived is kept.
    Failed,
}

impl MessageState {
    /// Whether the reply has ended, for good or ill.
    #[must_use]
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Queued | Self::Waiting | Self::Streaming)
    }
}

/// Tokens as the server counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Tokens read.
    pub input: u32,
    /// Tokens written, reasoning included.
    pub output: u32,
}

impl std::ops::Add for Usage {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { input: self.input.saturating_add(other.input), output: self.output.saturating_add(other.output) }
    }
}

/// What differs from the defaults for one chat. `None` follows the default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct ChatOptions {
    /// The model's name on the server.
    pub model: Option<String>,
    /// Instructions that go first.
    pub system_prompt: Option<String>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// The most tokens an answer may have.
    pub max_tokens: Option<u32>,
    /// 0 to 1: the share of likely words that is chosen from.
    pub top_p: Option<f64>,
    /// How long a reasoning model may think.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// Texts before which an answer ends, four at most.
    pub stop: Vec<String>,
    /// The same seed asks for the same answer.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub seed: Option<i64>,
    /// What an answer is to be.
    pub response_format: Option<ResponseFormat>,
}

/// A pause before the next try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Wait {
    /// When the next try starts, unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub until: i64,
    /// Why there is a pause.
    pub error: Error,
    /// The try that failed, from 1.
    pub attempt: u32,
}

/// Which of the siblings a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// How many there are; 1 is the usual case.
    pub count: u32,
}

/// One message as a window sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The message it answers; `None` at the root.
    pub parent_id: Option<MessageId>,
    /// Who speaks.
    pub role: Role,
    /// Where it stands.
    pub state: MessageState,
    /// Why it failed, where it did.
    pub error: Option<Error>,
    /// The pause that runs, where one does.
    pub wait: Option<Wait>,
    /// The model that answered, as the server named it, else as it was asked for. `None` on user messages.
    pub model: Option<String>,
    /// Unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub created_at: i64,
    /// From sending to the end in milliseconds, once settled.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub duration: Option<i64>,
    /// What the server counted; the sum where the answer was continued.
    pub usage: Option<Usage>,
    /// `stop`, `length`, … as the server said.
    pub finish_reason: Option<String>,
    /// Its place among its siblings.
    pub version: Version,
    /// A user message's text, cut at `TEXT_SHOWN` characters; empty on others.
    pub text: String,
    /// Length of the whole text in UTF-16 units (what the screen counts in); longer than `text` where that is cut.
    pub text_length: u32,
    /// An assistant message's text as a document; empty on others.
    pub document: Vec<Block>,
    /// What became of it, where it is not what was stored.
    pub damage: Option<Damage>,
    /// The name of the branch that begins with it.
    pub branch: Option<String>,
}

/// What became of a message whose file was damaged. It is shown in its place, never left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Damage {
    /// It is gone. There is no text.
    Missing,
    /// Its row cannot be read. There is no text.
    Unreadable,
    /// It is not what was stored, by its hash: its text may be cut or changed, its place may be guessed.
    Altered,
}

/// The part of a user message that a window gets without asking, in characters.
pub const TEXT_SHOWN: usize = 20_000;

/// The largest message that is taken, in bytes of UTF-8.
pub const MESSAGE_LIMIT: usize = 16 * 1024 * 1024;

/// What a window shows of a chat around its messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatHead {
    /// Its id.
    pub id: ChatId,
    /// Its title; empty while it has none ("New chat").
    pub title: String,
    /// What differs from the defaults.
    pub options: ChatOptions,
    /// What its folder has for all its chats.
    pub inherited: ChatOptions,
    /// Tokens of every answer in the chat, other versions included.
    pub usage: Usage,
    /// Messages on the path.
    pub message_count: u32,
    /// Messages that the chat once had and that are gone, on any path: damage took them.
    pub missing: u32,
    /// The persona whose values it took over last.
    pub persona: Option<ChatPersona>,
    /// Whether it is gone when Parlour ends.
    pub temporary: bool,
}

/// One line of the list of chats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatRow {
    /// Its id.
    pub id: ChatId,
    /// Its title; empty while it has none ("New chat").
    pub title: String,
    /// When something was last said in it, unix milliseconds: the order of the list, newest first.
    #[cfg_attr(test, ts(type = "number"))]
    pub updated_at: i64,
    /// What its running reply does, where one runs.
    pub reply: Option<MessageState>,
    /// The folder that it is in. One that is not among the folders is none: it was deleted, and may come back.
    pub folder_id: Option<FolderId>,
    /// Its tags.
    pub tags: Vec<TagId>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether it is in the archive.
    pub archived: bool,
    /// Whether it is gone when Parlour ends.
    pub temporary: bool,
}

/// One place that a search found: a title or a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The chat.
    pub chat_id: ChatId,
    /// Its title.
    pub title: String,
    /// The message that matches; `None` where the title does.
    pub message_id: Option<MessageId>,
    /// Some text around the first match: before it, the match itself, after it. Without a match (the query has filters only)
    /// the beginning of the text.
    pub context: [String; 3],
}
