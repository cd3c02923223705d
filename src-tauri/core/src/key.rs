//! The API key: what counts as one, where it lies, and the rule that it goes to its own origin only.
//!
//! In the keychain: service `Parlour`, one item per connection, account = connection id, secret = `{origin, key}`, so that
//! editing a file redirects nothing. Read once per run and held in memory as a secret type. Where no keychain answers the
//! key is in memory only, for this run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::chat::ConnectionId;
use crate::error::{Error, ErrorKind, Result};
use crate::store::lock;

const SERVICE: &str = "Parlour";

/// A place for secrets. Blocks: every call is made off the async threads.
pub trait Keychain: Send + Sync {
    /// The secret of an account; `None` where there is none.
    ///
    /// # Errors
    /// `keychainUnavailable`.
    fn read(&self, account: &str) -> Result<Option<SecretString>>;
    /// Stores or replaces the secret, in place.
    ///
    /// # Errors
    /// `keychainUnavailable`.
    fn write(&self, account: &str, secret: &SecretString) -> Result<()>;
    /// Removes the secret; no error where there is none.
    ///
    /// # Errors
    /// `keychainUnavailable`.
    fn delete(&self, account: &str) -> Result<()>;
}

/// The operating system's keychain: Keychain, Credential Manager, Secret Service.
#[derive(Debug, Default)]
pub struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn read(&self, account: &str) -> Result<Option<SecretString>> {
        match entry(account)?.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn write(&self, account: &str, secret: &SecretString) -> Result<()> {
        entry(account)?.set_password(secret.expose_secret()).map_err(|error| unavailable(&error))
    }

    fn delete(&self, account: &str) -> Result<()> {
        match entry(account)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }
}

fn entry(account: &str) -> Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, account).map_err(|error| unavailable(&error))
}

/// Names the variant only: some of the library's errors hold the secret's bytes.
fn unavailable(error: &keyring::Error) -> Error {
    let variant = match error {
        keyring::Error::PlatformFailure(_) => "platform failure",
        keyring::Error::NoStorageAccess(_) => "no access",
        keyring::Error::NoDefaultStore => "no store",
        _ => "other",
    };
    log::warn!("keychain: {variant}");
    ErrorKind::KeychainUnavailable.into()
}

/// A key as it was typed, without the white space around it.
///
/// # Errors
/// `malformedApiKey`: empty, white space inside, or anything that is not printable ASCII (no header could carry it).
pub fn parse_key(text: &str) -> Result<SecretString> {
    let key = text.trim();
    if key.is_empty() || key.len() > 2048 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ErrorKind::MalformedApiKey.into());
    }
    Ok(key.to_owned().into())
}

/// The last four characters of a key, all that is ever shown; nothing of a key so short that four would tell too much.
#[must_use]
pub fn last_four(key: &SecretString) -> String {
    let key = key.expose_secret();
    if key.len() < 12 { String::new() } else { key[key.len() - 4..].to_owned() }
}

/// What the keychain item holds.
#[derive(Serialize, Deserialize)]
struct Item {
    origin: String,
    key: String,
}

/// Where a held key came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Keychain,
    Memory,
}

/// A key that is in memory.
#[derive(Clone)]
pub(crate) struct HeldKey {
    pub origin: String,
    pub key: SecretString,
    pub place: Place,
}

/// What is known of a connection's key.
#[derive(Clone)]
pub(crate) enum Known {
    /// The keychain was not asked, or has not answered.
    Unread,
    /// There is none, or none of ours.
    Nothing,
    /// This one.
    Held(HeldKey),
    /// It did not answer in time, refused, or says that it has none although one was saved.
    Unavailable,
}

/// The keys of this run.
#[derive(Clone)]
pub(crate) struct Keys {
    keychain: Arc<dyn Keychain>,
    known: Arc<Mutex<HashMap<ConnectionId, Known>>>,
    /// One call at a time: Windows is unreliable across threads.
    turn: Arc<Mutex<()>>,
    /// How long the keychain may take before the person is told. An unlock prompt can wait for ever; the answer is still
    /// taken when it comes.
    patience: Duration,
    /// Told when a key came after that.
    late: Arc<dyn Fn() + Send + Sync>,
}

impl Keys {
    pub(crate) fn new(
        keychain: Arc<dyn Keychain>,
        patience: Duration,
        late: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self { keychain, known: Arc::default(), turn: Arc::default(), patience, late: Arc::new(late) }
    }

    /// What is known without asking.
    pub(crate) fn known(&self, id: &ConnectionId) -> Known {
        lock(&self.known).get(id).cloned().unwrap_or(Known::Unread)
    }

    fn set(&self, id: &ConnectionId, known: Known) {
        lock(&self.known).insert(id.clone(), known);
    }

    /// Asks the keychain for a key that was saved, once per run; again after it did not give it.
    pub(crate) async fn read(&self, id: &ConnectionId) -> Known {
        if let known @ (Known::Nothing | Known::Held(_)) = self.known(id) {
            return known;
        }
        let (keys, account) = (self.clone(), id.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let _turn = lock(&keys.turn);
            let known = match keys.keychain.read(account.as_str()) {
                Ok(Some(secret)) => held(&secret).map_or(Known::Nothing, Known::Held),
                // Asked only where a key was saved: a locked keychain answers every question with "no entry".
                Ok(None) | Err(_) => Known::Unavailable,
            };
            // A key that was entered meanwhile is newer.
            let mut all = lock(&keys.known);
            if matches!(all.get(&account), Some(Known::Held(_))) {
                return;
            }
            let held = matches!(known, Known::Held(_));
            let before = all.insert(account, known);
            drop(all);
            if held && matches!(before, Some(Known::Unavailable)) {
                (keys.late)();
            }
        });
        if tokio::time::timeout(self.patience, reading).await.is_err() && matches!(self.known(id), Known::Unread) {
            self.set(id, Known::Unavailable);
        }
        self.known(id)
    }

    /// Saves a key for an origin: in the keychain, or where that does not take it in memory for this run.
    pub(crate) async fn save(&self, id: &ConnectionId, origin: &str, key: SecretString) -> Place {
        let item = Item { origin: origin.to_owned(), key: key.expose_secret().to_owned() };
        let held = |place| Known::Held(HeldKey { origin: origin.to_owned(), key: key.clone(), place });
        self.set(id, held(Place::Memory));
        let Ok(secret) = serde_json::to_string(&item).map(SecretString::from) else { return Place::Memory };
        let (keys, account) = (self.clone(), id.clone());
        let writing = tokio::task::spawn_blocking(move || {
            let _turn = lock(&keys.turn);
            keys.keychain.write(account.as_str(), &secret)
        });
        // Only a write proves that the keychain works: a locked one answers every question with "no entry".
        match tokio::time::timeout(self.patience, writing).await {
            Ok(Ok(Ok(()))) => {
                self.set(id, held(Place::Keychain));
                Place::Keychain
            }
            _ => Place::Memory,
        }
    }

    /// Forgets a key, in memory and in the keychain.
    ///
    /// # Errors
    /// `keychainUnavailable`: it is forgotten for this run, but the keychain may still hold it.
    pub(crate) async fn remove(&self, id: &ConnectionId) -> Result<()> {
        let in_memory_only = matches!(self.known(id), Known::Held(HeldKey { place: Place::Memory, .. }));
        self.set(id, Known::Nothing);
        let (keys, account) = (self.clone(), id.clone());
        let deleting = tokio::task::spawn_blocking(move || {
            let _turn = lock(&keys.turn);
            keys.keychain.delete(account.as_str())
        });
        match tokio::time::timeout(self.patience, deleting).await {
            Ok(Ok(Ok(()))) => Ok(()),
            _ if in_memory_only => Ok(()),
            _ => Err(ErrorKind::KeychainUnavailable.into()),
        }
    }
}

/// The key of an item; `None` where the item is none of ours.
fn held(secret: &SecretString) -> Option<HeldKey> {
    let item: Item = serde_json::from_str(secret.expose_secret()).ok()?;
    Some(HeldKey { origin: item.origin, key: item.key.into(), place: Place::Keychain })
}

/// `OPENAI_API_KEY` and `OPENAI_BASE_URL`.
#[derive(Clone, Default)]
pub struct Environment {
    /// The key, for the origin of `base_url` (else OpenAI's) and no other.
    pub api_key: Option<SecretString>,
    /// The endpoint of the environment's connection.
    pub base_url: Option<String>,
}

impl Environment {
    /// That of this process. Empty variables count as unset.
    #[must_use]
    pub fn of_process() -> Self {
        let variable =
            |name| std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        Self {
            api_key: variable("OPENAI_API_KEY").and_then(|key| parse_key(&key).ok()),
            base_url: variable("OPENAI_BASE_URL"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_without_the_space_around_it_and_never_with_space_inside() {
        assert_eq!(parse_key("  sk-abc\n").map(|key| key.expose_secret().to_owned()), Ok("sk-abc".into()));
        for bad in ["", "   ", "sk abc", "sk-a\nb", "sk-ä", "sk-\u{0}", "sk-\u{200b}x"] {
            assert_eq!(parse_key(bad).map(|_| ()), Err(ErrorKind::MalformedApiKey.into()), "{bad:?}");
        }
    }

    #[test]
    fn the_secret_does_not_show_itself() {
        let key = SecretString::from("sk-canary-1234567890".to_owned());
        assert!(!format!("{key:?}").contains("canary"));
        assert_eq!(last_four(&key), "7890");
        assert_eq!(last_four(&SecretString::from("short".to_owned())), "");
    }
}
