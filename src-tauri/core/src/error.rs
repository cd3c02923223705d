//! The one error type: what went wrong named after the person's situation, and the few facts a sentence needs.
//! The wire form is `{kind, detail}`; the sentences and the buttons live in the UI's table.

use serde::{Deserialize, Serialize};

/// What went wrong, as the person would see it. One kind per different thing to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ErrorKind {
    /// No key is saved for this origin, and the environment has none.
    #[error("no key for this endpoint")]
    MissingApiKey,
    /// The endpoint refused the key (HTTP 401).
    #[error("the endpoint refused the key")]
    InvalidApiKey,
    /// The text entered is no usable key: empty, or with characters no header can carry.
    #[error("not a usable key")]
    MalformedApiKey,
    /// The key is known but may not do this (HTTP 403).
    #[error("the key may not do this")]
    PermissionDenied,
    /// The operating system's keychain does not answer, or is locked.
    #[error("the keychain is not available")]
    KeychainUnavailable,
    /// Too many requests (HTTP 429).
    #[error("rate limited")]
    RateLimited,
    /// The account has no credit left (HTTP 402, or 429 with `insufficient_quota`).
    #[error("quota exceeded")]
    QuotaExceeded,
    /// The endpoint does not know the model.
    #[error("model not found")]
    ModelNotFound,
    /// The conversation is longer than the model can read.
    #[error("the context is too long")]
    ContextTooLong,
    /// The endpoint rejected the request (another HTTP 4xx).
    #[error("request rejected")]
    RequestRejected,
    /// The endpoint failed or is overloaded (HTTP 5xx).
    #[error("the server is busy")]
    ServerBusy,
    /// No connection to the endpoint could be made.
    #[error("offline")]
    Offline,
    /// The endpoint was silent for too long.
    #[error("timed out")]
    TimedOut,
    /// The endpoint's certificate is not trusted.
    #[error("certificate not trusted")]
    TlsUntrusted,
    /// The stream ended without a proof of its end.
    #[error("the reply was cut short")]
    ReplyCutShort,
    /// The answer is not what the API promises, HTML for example.
    #[error("unexpected response")]
    UnexpectedResponse,
    /// The chat does not exist, or no longer.
    #[error("chat not found")]
    ChatNotFound,
    /// The message does not exist, or the action does not apply to it now.
    #[error("message not found")]
    MessageNotFound,
    /// The message waited for so long that it was not sent by itself after a start.
    #[error("held back")]
    HeldBack,
    /// There is nothing to send.
    #[error("empty message")]
    EmptyMessage,
    /// The message is larger than Parlour takes.
    #[error("message too large")]
    MessageTooLarge,
    /// The persona or the prompt does not exist, or no longer.
    #[error("not in the library")]
    NotInLibrary,
    /// A prompt without any text.
    #[error("empty prompt")]
    EmptyPrompt,
    /// The file is no library of Parlour's.
    #[error("not a library")]
    NotALibrary,
    /// The folder does not exist, or no longer.
    #[error("folder not found")]
    FolderNotFound,
    /// The tag does not exist, or no longer.
    #[error("tag not found")]
    TagNotFound,
    /// A setting has a value that makes no sense.
    #[error("invalid settings")]
    InvalidSettings,
    /// The address is no usable base URL.
    #[error("invalid base URL")]
    InvalidBaseUrl,
    /// The chats could not be read or written.
    #[error("storage failed")]
    StorageFailed,
    /// The database is damaged: what can be read of it is to be brought into a new one.
    #[error("storage damaged")]
    StorageDamaged,
    /// The disk is full.
    #[error("storage full")]
    StorageFull,
    /// The database was written by a newer Parlour.
    #[error("the database is from a newer version")]
    StorageTooNew,
    /// Another Parlour uses this folder.
    #[error("the folder is in use")]
    StorageInUse,
    /// A fault of Parlour itself.
    #[error("internal error")]
    Internal,
}

/// The facts beside a kind. Never a provider's body, never a library's text, never a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorDetail {
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Host (and port) of the endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Name of the model asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The request parameter that was rejected, or the setting that is invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What the server asked to wait, in milliseconds, uncapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub retry_after: Option<u64>,
    /// A file or folder on this computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Media type of an answer that was not expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// A bound that was passed, in the unit of the kind (bytes for `messageTooLarge`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub limit: Option<u64>,
}

/// The error that crosses every border of core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[error("{kind}")]
pub struct Error {
    /// The situation.
    pub kind: ErrorKind,
    /// The facts; empty for most kinds.
    #[serde(default)]
    pub detail: Box<ErrorDetail>,
}

/// Core's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of this kind with nothing more to say.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind, detail: Box::default() }
    }

    /// The same error with facts added by `add`.
    #[must_use]
    pub fn with(mut self, add: impl FnOnce(&mut ErrorDetail)) -> Self {
        add(&mut self.detail);
        self
    }

    /// A fault of Parlour itself. `what` goes to the log (it must hold no text of the person's), not to the screen.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        log::error!("internal: {what}");
        Self::new(ErrorKind::Internal)
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{Error as E, ErrorCode, ffi};
        let kind = match (&error, error.sqlite_error_code()) {
            (_, Some(ErrorCode::DiskFull)) => ErrorKind::StorageFull,
            (_, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)) => ErrorKind::StorageDamaged,
            // Our statements are right for our tables: where they are not, or a column holds something else, it is the tables.
            (E::FromSqlConversionFailure(..) | E::InvalidColumnType(..) | E::Utf8Error(..), _) => {
                ErrorKind::StorageDamaged
            }
            _ if error.sqlite_error().is_some_and(|e| e.extended_code == ffi::SQLITE_ERROR) => {
                ErrorKind::StorageDamaged
            }
            _ => ErrorKind::StorageFailed,
        };
        // The code only: the text of an SQLite error can quote SQL, never values, but the code says as much.
        log::error!("sqlite: {:?}", error.sqlite_error().map(|e| e.extended_code));
        Self::new(kind)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        log::error!("file: {:?}", error.kind());
        Self::new(match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ErrorKind::StorageFull,
            _ => ErrorKind::StorageFailed,
        })
    }
}
