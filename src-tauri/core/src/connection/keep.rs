//! Saving and checking the connection: its address, its key, whether it works; and what a request needs of it.

use reqwest::Url;
use secrecy::SecretString;

use super::{
    BaseUrlProposal, Check, Connection, KeyState, OPENAI_BASE_URL, base_url_text, host, is_plain_text, origin,
    parse_base_url,
};
use crate::chat::ConnectionId;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{HeldKey, Known, Place, last_four, parse_key};
use crate::openai::{self, Endpoint};
use crate::parlour::Parlour;
use crate::patch::NoticeContent;
use crate::store::connection::{StoredConnection, find_or_insert, update};
use crate::store::lock;

/// What a request needs.
#[derive(Clone)]
pub(crate) struct ResolvedEndpoint {
    pub connection: ConnectionId,
    pub endpoint: Endpoint,
    pub streaming: bool,
}

/// The key that serves an origin, and where it came from.
enum Serving {
    Saved(HeldKey),
    Environment(SecretString),
    Detached(String),
    Unavailable,
    Checking,
    None,
}

impl Parlour {
    async fn stored_connection(&self) -> Result<StoredConnection> {
        if let Some(row) = lock(&self.connection_row).clone() {
            return Ok(row);
        }
        let row = self.store.write(|t| find_or_insert(t)).await?;
        *lock(&self.connection_row) = Some(row.clone());
        Ok(row)
    }

    async fn store_connection(&self, row: StoredConnection) -> Result<Connection> {
        let to_store = row.clone();
        self.store.write(move |t| update(t, &to_store)).await?;
        *lock(&self.connection_row) = Some(row);
        self.live.connection_changed();
        self.connection().await
    }

    /// The address that requests go to: the person's, else the environment's, else OpenAI's.
    fn base_url(&self, row: &StoredConnection) -> String {
        let own = row.base_url.as_ref().or(self.environment.base_url.as_ref());
        own.cloned().unwrap_or_else(|| OPENAI_BASE_URL.to_owned())
    }

    /// The environment's key serves its own origin only.
    fn environment_key(&self, for_origin: &str) -> Option<SecretString> {
        let base_url = self.environment.base_url.as_deref().unwrap_or(OPENAI_BASE_URL);
        let own = parse_base_url(base_url).ok().map(|url| origin(&url))?;
        self.environment.api_key.clone().filter(|_| own == for_origin)
    }

    /// Which key serves an origin, from what is known.
    fn serving(&self, row: &StoredConnection, for_origin: &str, known: Known) -> Serving {
        let saved = match known {
            Known::Held(held) if held.origin == for_origin => return Serving::Saved(held),
            Known::Held(held) => Serving::Detached(held.origin),
            Known::Nothing => Serving::None,
            Known::Unavailable | Known::Unread => match &row.key_origin {
                Some(origin) if origin != for_origin => Serving::Detached(origin.clone()),
                Some(_) if matches!(known, Known::Unread) => Serving::Checking,
                Some(_) => Serving::Unavailable,
                None => Serving::None,
            },
        };
        self.environment_key(for_origin).map_or(saved, Serving::Environment)
    }

    /// The connection as windows see it. Never waits for the keychain.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn connection(&self) -> Result<Connection> {
        let row = self.stored_connection().await?;
        let base_url = self.base_url(&row);
        let url = parse_base_url(&base_url).ok();
        let own_origin = url.as_ref().map(origin).unwrap_or_default();
        let key = match self.serving(&row, &own_origin, self.keys.known(&row.id)) {
            Serving::Saved(HeldKey { key, place: Place::Keychain, .. }) => {
                KeyState::Keychain { last_four: last_four(&key) }
            }
            Serving::Saved(HeldKey { key, .. }) => KeyState::Memory { last_four: last_four(&key) },
            Serving::Environment(key) => KeyState::Environment { last_four: last_four(&key) },
            _ if !row.key_needed => KeyState::NotNeeded,
            Serving::Detached(origin) => KeyState::Detached { origin },
            Serving::Unavailable => KeyState::Unavailable,
            Serving::Checking => KeyState::Checking,
            Serving::None => KeyState::None,
        };
        let check = match (&url, row.checked_at, row.check_error) {
            (None, ..) => Check::NotVerified { at: 0, error: ErrorKind::InvalidBaseUrl.into() },
            (_, Some(at), Some(error)) => Check::NotVerified { at, error },
            (_, Some(at), None) => Check::Verified { at },
            (_, None, _) => Check::Unchecked,
        };
        Ok(Connection {
            id: row.id,
            name: url.as_ref().map_or_else(|| base_url.clone(), name),
            from_environment: row.base_url.is_none() && self.environment.base_url.is_some(),
            plain_text: url.as_ref().is_some_and(is_plain_text),
            origin: own_origin,
            base_url,
            streaming: row.streaming,
            key,
            check,
        })
    }

    /// Makes the HTTP client and asks the keychain, so that the first message need not wait for them. Once, after the
    /// first picture.
    pub async fn warm_up(&self) {
        if let Err(error) = self.http.client().await {
            log::warn!("no http client: {error}");
        }
        let Ok(row) = self.stored_connection().await else { return };
        if row.key_origin.is_some() {
            self.keys.read(&row.id).await;
            self.live.connection_changed();
        }
    }

    /// Where a request goes, with its key.
    ///
    /// # Errors
    /// `missingApiKey`, `keychainUnavailable`, `invalidBaseUrl`, `storageFailed`.
    pub(crate) async fn endpoint(&self) -> Result<ResolvedEndpoint> {
        let row = self.stored_connection().await?;
        let url = parse_base_url(&self.base_url(&row))?;
        let known = if row.key_origin.is_some() { self.read_key(&row).await } else { self.keys.known(&row.id) };
        let key = match self.serving(&row, &origin(&url), known) {
            Serving::Saved(held) => Some(held.key),
            Serving::Environment(key) => Some(key),
            _ if !row.key_needed => None,
            Serving::Unavailable | Serving::Checking => return Err(at(&url, ErrorKind::KeychainUnavailable)),
            Serving::Detached(_) | Serving::None => return Err(at(&url, ErrorKind::MissingApiKey)),
        };
        Ok(ResolvedEndpoint { connection: row.id, endpoint: endpoint(&url, key), streaming: row.streaming })
    }

    async fn read_key(&self, row: &StoredConnection) -> Known {
        let before = matches!(self.keys.known(&row.id), Known::Held(_));
        let known = self.keys.read(&row.id).await;
        if !before {
            self.live.connection_changed();
        }
        known
    }

    /// Checks a key against the endpoint, then saves it for its origin. A refused one is not saved; one that could not be
    /// checked is, and says so.
    ///
    /// # Errors
    /// `malformedApiKey`, `invalidApiKey`, `invalidBaseUrl`, `storageFailed`, `storageFull`.
    pub async fn save_key(&self, key: &str) -> Result<Connection> {
        let key = parse_key(key)?;
        let row = self.stored_connection().await?;
        let url = parse_base_url(&self.base_url(&row))?;
        self.keep_key(row, &url, key).await
    }

    async fn keep_key(&self, mut row: StoredConnection, url: &Url, key: SecretString) -> Result<Connection> {
        self.look(&mut row, url, Some(key.clone())).await?;
        let place = self.keys.save(&row.id, &origin(url), key).await;
        row.key_needed = true;
        // A key that is in memory only is not there at the next start.
        row.key_origin = (place == Place::Keychain).then(|| origin(url));
        self.live.withdraw(|notice| {
            matches!(notice.content, NoticeContent::KeyInMemory | NoticeContent::KeyDetached { .. })
        });
        if place == Place::Memory {
            self.notify(NoticeContent::KeyInMemory);
        }
        self.store_connection(row).await
    }

    /// Looks whether the endpoint answers, and notes it in the row.
    ///
    /// # Errors
    /// `invalidApiKey` only: everything else is noted.
    async fn look(&self, row: &mut StoredConnection, url: &Url, key: Option<SecretString>) -> Result<()> {
        let found = openai::models(&self.http, &endpoint(url, key)).await;
        row.checked_at = Some(self.now());
        row.check_error = match found {
            Ok(_) => None,
            Err(error) if error.kind == ErrorKind::InvalidApiKey => return Err(error),
            Err(error) => Some(error),
        };
        Ok(())
    }

    /// Removes the saved key.
    ///
    /// # Errors
    /// `keychainUnavailable`: the key is forgotten for this run, but still in the keychain; `storageFailed`, `storageFull`.
    pub async fn remove_key(&self) -> Result<Connection> {
        let mut row = self.stored_connection().await?;
        self.live.withdraw(|notice| matches!(notice.content, NoticeContent::KeyInMemory));
        let removed = self.keys.remove(&row.id).await;
        if removed.is_ok() {
            row.key_origin = None;
            row.checked_at = None;
            row.check_error = None;
        }
        let connection = self.store_connection(row).await?;
        removed.map(|()| connection)
    }

    /// Saves the address. The key stays with its origin: another one is asked for, or `detached` says where it belongs.
    ///
    /// # Errors
    /// `invalidBaseUrl`, `invalidApiKey` (the address is saved), `storageFailed`, `storageFull`.
    pub async fn save_base_url(&self, text: &str) -> Result<Connection> {
        let url = parse_base_url(text)?;
        let mut row = self.stored_connection().await?;
        let before = parse_base_url(&self.base_url(&row)).ok().map(|url| origin(&url));
        row.base_url = Some(base_url_text(&url));
        row.checked_at = None;
        row.check_error = None;
        let new_origin = origin(&url);
        if before.as_deref() != Some(new_origin.as_str()) {
            // Another server may well want a key.
            row.key_needed = true;
        }
        let known = if row.key_origin.is_some() { self.read_key(&row).await } else { self.keys.known(&row.id) };
        self.live.withdraw(|notice| matches!(notice.content, NoticeContent::KeyDetached { .. }));
        match &known {
            Known::Held(held) if held.origin != new_origin => {
                self.notify(NoticeContent::KeyDetached { origin: held.origin.clone() });
            }
            _ => {}
        }
        self.store_connection(row).await?;
        match self.check_connection().await {
            Err(error) if error.kind == ErrorKind::MissingApiKey => self.connection().await,
            other => other,
        }
    }

    /// Saves address and key together. An empty key says that the server wants none.
    ///
    /// # Errors
    /// As `save_key`.
    pub async fn save_server(&self, text: &str, key: &str) -> Result<Connection> {
        let url = parse_base_url(text)?;
        let mut row = self.stored_connection().await?;
        row.base_url = Some(base_url_text(&url));
        if !key.trim().is_empty() {
            return self.keep_key(row, &url, parse_key(key)?).await;
        }
        self.look(&mut row, &url, None).await?;
        row.key_needed = false;
        self.store_connection(row).await
    }

    /// Whether replies are streamed.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`.
    pub async fn set_streaming(&self, streaming: bool) -> Result<Connection> {
        let mut row = self.stored_connection().await?;
        row.streaming = streaming;
        self.store_connection(row).await
    }

    /// Asks the endpoint for its models and notes how that went.
    ///
    /// # Errors
    /// `missingApiKey`, `keychainUnavailable`, `invalidBaseUrl`, `storageFailed`; what the endpoint says is in `check`.
    pub async fn check_connection(&self) -> Result<Connection> {
        let resolved = self.endpoint().await?;
        let found = openai::models(&self.http, &resolved.endpoint).await;
        let mut row = self.stored_connection().await?;
        row.checked_at = Some(self.now());
        row.check_error = found.err();
        self.store_connection(row).await
    }

    /// The names of the models that the endpoint offers.
    ///
    /// # Errors
    /// As `check_connection`, and every kind that a server or the network can cause.
    pub async fn list_models(&self) -> Result<Vec<String>> {
        let resolved = self.endpoint().await?;
        openai::models(&self.http, &resolved.endpoint).await
    }

    /// Tries an address as it was typed, then with the scheme and the `/v1` it may lack. No key is sent.
    ///
    /// # Errors
    /// `invalidBaseUrl` where no address can be made of it.
    pub async fn propose_base_url(&self, text: &str) -> Result<BaseUrlProposal> {
        let typed = text.trim().to_owned();
        let candidates = candidates(&typed);
        if candidates.is_empty() {
            return Err(ErrorKind::InvalidBaseUrl.into());
        }
        for candidate in &candidates {
            if speaks(openai::models(&self.http, &endpoint(candidate, None)).await) {
                let used = base_url_text(candidate);
                let same = used == typed.trim_end_matches('/');
                return Ok(BaseUrlProposal {
                    proposed: (!same).then_some(used),
                    plain_text: is_plain_text(candidate),
                    answered: true,
                    typed,
                });
            }
        }
        let plain_text = parse_base_url(&typed).is_ok_and(|url| is_plain_text(&url));
        Ok(BaseUrlProposal { typed, proposed: None, answered: false, plain_text })
    }
}

/// Whether what answered is an API: a list of models, or a refusal for want of a key.
fn speaks(answer: Result<Vec<String>>) -> bool {
    match answer {
        Ok(_) => true,
        Err(error) => matches!(
            error.kind,
            ErrorKind::InvalidApiKey | ErrorKind::PermissionDenied | ErrorKind::RateLimited | ErrorKind::QuotaExceeded
        ),
    }
}

/// The address as it was typed, then with what it may lack.
fn candidates(typed: &str) -> Vec<Url> {
    let with_scheme: Vec<String> = if typed.contains("://") {
        vec![typed.to_owned()]
    } else {
        vec![format!("https://{typed}"), format!("http://{typed}")]
    };
    let mut urls: Vec<Url> = with_scheme.iter().filter_map(|text| parse_base_url(text).ok()).collect();
    // This computer rarely has a certificate.
    urls.sort_by_key(|url| super::is_local(url) && url.scheme() == "https");
    let mut all = Vec::new();
    for url in urls {
        if url.path() == "/" {
            let mut with_v1 = url.clone();
            with_v1.set_path("/v1");
            all.push(url);
            all.push(with_v1);
        } else {
            all.push(url);
        }
    }
    all
}

fn endpoint(url: &Url, key: Option<SecretString>) -> Endpoint {
    Endpoint { base_url: base_url_text(url), host: host(url), key }
}

fn at(url: &Url, kind: ErrorKind) -> Error {
    Error::new(kind).with(|d| d.host = Some(host(url)))
}

fn name(url: &Url) -> String {
    if url.host_str() == Some("api.openai.com") { "OpenAI".to_owned() } else { host(url) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_tried_as_typed_before_anything_is_added() {
        let tried = |typed| candidates(typed).iter().map(base_url_text).collect::<Vec<_>>();
        assert_eq!(tried("http://localhost:11434"), ["http://localhost:11434", "http://localhost:11434/v1"]);
        assert_eq!(tried("https://x.example/api/v1/"), ["https://x.example/api/v1"]);
        assert_eq!(
            tried("localhost:8080"),
            [
                "http://localhost:8080",
                "http://localhost:8080/v1",
                "https://localhost:8080",
                "https://localhost:8080/v1"
            ]
        );
        assert_eq!(tried("ftp://x"), Vec::<String>::new());
    }
}
