//! A keychain in memory, with the faults of real ones.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex};

use parlour_core::error::{ErrorKind, Result};
use parlour_core::key::Keychain;
use secrecy::{ExposeSecret, SecretString};

/// How the keychain behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Open,
    /// No service at all: every call fails.
    Absent,
    /// Says "no entry" to every question and takes nothing.
    Locked,
    /// Does not answer until it is in another mood.
    Hanging,
}

pub struct TestKeychain {
    mood: Mutex<Mood>,
    woken: Condvar,
    items: Mutex<HashMap<String, String>>,
}

impl Default for TestKeychain {
    fn default() -> Self {
        Self { mood: Mutex::new(Mood::Open), woken: Condvar::new(), items: Mutex::default() }
    }
}

impl TestKeychain {
    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.woken.notify_all();
    }

    /// The secrets it holds.
    pub fn secrets(&self) -> Vec<String> {
        self.items.lock().unwrap().values().cloned().collect()
    }

    /// The mood that the call meets, once it is answered at all.
    fn mood(&self) -> Mood {
        *self.woken.wait_while(self.mood.lock().unwrap(), |mood| *mood == Mood::Hanging).unwrap()
    }
}

impl Keychain for TestKeychain {
    fn read(&self, account: &str) -> Result<Option<SecretString>> {
        match self.mood() {
            Mood::Open => Ok(self.items.lock().unwrap().get(account).cloned().map(Into::into)),
            Mood::Locked => Ok(None),
            _ => Err(ErrorKind::KeychainUnavailable.into()),
        }
    }

    fn write(&self, account: &str, secret: &SecretString) -> Result<()> {
        if self.mood() != Mood::Open {
            return Err(ErrorKind::KeychainUnavailable.into());
        }
        self.items.lock().unwrap().insert(account.to_owned(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<()> {
        if self.mood() != Mood::Open {
            return Err(ErrorKind::KeychainUnavailable.into());
        }
        self.items.lock().unwrap().remove(account);
        Ok(())
    }
}
