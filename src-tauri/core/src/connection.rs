//! Endpoints: the base URL and its origin, which key belongs to it, whether it was seen to work.

mod keep;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::chat::ConnectionId;
use crate::error::{Error, ErrorKind, Result};

pub(crate) use keep::ResolvedEndpoint;

/// OpenAI's own endpoint.
pub const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";

/// Where the key of a connection is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeyState {
    /// The keychain has not answered yet.
    Checking,
    /// There is none.
    None,
    /// The person said that this server wants none.
    NotNeeded,
    /// In the keychain.
    Keychain {
        /// The last four characters; all that is ever shown.
        last_four: String,
    },
    /// In memory until Parlour is closed, since the keychain did not take it.
    Memory {
        /// The last four characters.
        last_four: String,
    },
    /// `OPENAI_API_KEY` of the environment.
    Environment {
        /// The last four characters.
        last_four: String,
    },
    /// A key is saved, but for another origin: it is not sent here.
    Detached {
        /// The origin it was saved for.
        origin: String,
    },
    /// A key is saved, but the keychain does not give it.
    Unavailable,
}

/// What the last look at the endpoint showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Check {
    /// Never looked.
    Unchecked,
    /// It answered `/models` with this key.
    Verified {
        /// Unix milliseconds.
        #[cfg_attr(test, ts(type = "number"))]
        at: i64,
    },
    /// It could not be verified; the key and the address are saved all the same.
    NotVerified {
        /// Unix milliseconds.
        #[cfg_attr(test, ts(type = "number"))]
        at: i64,
        /// Why.
        error: Error,
    },
}

/// One endpoint as windows see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Its id, and its account in the keychain.
    pub id: ConnectionId,
    /// `OpenAI`, or the host.
    pub name: String,
    /// Where requests go: `{base_url}/chat/completions`.
    pub base_url: String,
    /// Scheme, host and port: what a key is bound to.
    pub origin: String,
    /// Whether the address comes from `OPENAI_BASE_URL`, not from the person.
    pub from_environment: bool,
    /// Whether replies are streamed.
    pub streaming: bool,
    /// Where its key is.
    pub key: KeyState,
    /// Whether it works.
    pub check: Check,
    /// The key and the chats travel readable: plain `http` to a host that is not this computer.
    pub plain_text: bool,
}

/// A base URL as the person typed it, made usable, with what was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BaseUrlProposal {
    /// The address as it was typed, trimmed.
    pub typed: String,
    /// The address that answered, where it is another than the typed one.
    pub proposed: Option<String>,
    /// Whether the address that would be used answered at all.
    pub answered: bool,
    /// Plain `http` to a host that is not this computer.
    pub plain_text: bool,
}

/// A base URL that requests can be built on: absolute, `http` or `https`, no query, no trailing slash.
///
/// # Errors
/// `invalidBaseUrl`: no scheme, another scheme, no host, a user or password in it, a query or a fragment.
pub fn parse_base_url(text: &str) -> Result<Url> {
    let bad = || Error::new(ErrorKind::InvalidBaseUrl);
    let mut url = Url::parse(text.trim()).map_err(|_| bad())?;
    let usable = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !usable {
        return Err(bad());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The base URL as text, without a trailing slash.
#[must_use]
pub fn base_url_text(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Scheme, host and port of a URL, as text.
#[must_use]
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether the host is this computer.
#[must_use]
pub fn is_local(url: &Url) -> bool {
    // `host_str` puts IPv6 in brackets.
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether what is sent can be read on its way: `http` to another computer.
#[must_use]
pub fn is_plain_text(url: &Url) -> bool {
    url.scheme() == "http" && !is_local(url)
}

/// Host and port as they are shown.
#[must_use]
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
