//! What the fault programs open: Parlour on a data folder, with a key of the environment and no keychain.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use model_server::{Reply, Step};
use parlour_core::error::{ErrorKind, Result};
use parlour_core::key::{Environment, Keychain};
use parlour_core::parlour::{SettingsFile, Timing, system_clock};
use parlour_core::settings::Settings;
use parlour_core::{FolderLock, Parlour, Setup};
use secrecy::SecretString;
use tempfile::TempDir;

/// How long anything may take before the program says that it never ends.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The answer to every question: its pieces, in order, none like another.
#[must_use]
pub fn pieces() -> Vec<String> {
    (1..=24).map(|n| format!("piece {n} of the answer, ")).collect()
}

/// The reply of the model server, with this pause between its pieces.
#[must_use]
pub fn answer(pause: Duration) -> Reply {
    let ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    let said = pieces().into_iter().flat_map(|text| [Step::Text { text }, Step::Wait { ms }]);
    let end = [Step::Finish { reason: "stop".into() }, Step::Usage { input: 10, output: 60 }, Step::Done];
    Reply::stream([Step::Role].into_iter().chain(said).chain(end).collect())
}

/// A folder in memory where the system has one: what syncs cost is not what is tested.
#[must_use]
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { TempDir::with_prefix_in("parlour-faults", memory) } else { TempDir::new() };
    made.unwrap()
}

struct NoKeychain;

impl Keychain for NoKeychain {
    fn read(&self, _: &str) -> Result<Option<SecretString>> {
        Ok(None)
    }
    fn write(&self, _: &str, _: &SecretString) -> Result<()> {
        Err(ErrorKind::KeychainUnavailable.into())
    }
    fn delete(&self, _: &str) -> Result<()> {
        Err(ErrorKind::KeychainUnavailable.into())
    }
}

struct NoSettings;

impl SettingsFile for NoSettings {
    fn save(&self, _: &Settings) -> Result<()> {
        Ok(())
    }
}

/// A data folder and what is around it.
#[derive(Debug, Clone)]
pub struct House {
    /// The data folder.
    pub folder: PathBuf,
    /// The model server. Without one nothing can be sent.
    pub server: Option<String>,
    /// Unix milliseconds.
    pub clock: fn() -> i64,
    /// Pauses.
    pub timing: Timing,
}

impl House {
    /// As a person has it, with the usual pauses.
    #[must_use]
    pub fn new(folder: &Path, server: Option<String>) -> Self {
        Self { folder: folder.to_owned(), server, clock: system_clock, timing: Timing::default() }
    }

    /// With pauses so short that a scenario is over in moments.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.timing.first_pause = Duration::from_millis(2);
        self.timing.journal_every = Duration::from_millis(4);
        self
    }

    /// Opens Parlour. One that was dropped just before may still hold the folder for a moment.
    ///
    /// # Errors
    /// Those of `Parlour::open`.
    pub fn open(&self) -> Result<Arc<Parlour>> {
        let begin = Instant::now();
        loop {
            match self.open_now() {
                Err(error) if error.kind == ErrorKind::StorageInUse && begin.elapsed() < PATIENCE => {
                    std::thread::yield_now();
                }
                opened => return opened,
            }
        }
    }

    /// The same, at once or not at all.
    ///
    /// # Errors
    /// Those of `Parlour::open`, and `storageInUse`.
    pub fn open_now(&self) -> Result<Arc<Parlour>> {
        // Nobody listens on port 9: nothing leaves a house without a server, and it has no key either.
        let nowhere = || "http://127.0.0.1:9/v1".to_owned();
        let setup = Setup {
            folder: self.folder.clone(),
            settings: Settings::default(),
            settings_file: Arc::new(NoSettings),
            keychain: Arc::new(NoKeychain),
            environment: Environment {
                api_key: self.server.as_ref().map(|_| SecretString::from("sk-faults".to_owned())),
                base_url: Some(self.server.clone().unwrap_or_else(nowhere)),
            },
            clock: self.clock,
            timing: self.timing,
            free_space: parlour_core::health::free_space,
        };
        Parlour::open(FolderLock::take(&self.folder)?, setup)
    }
}

/// Copies a folder with all that is in it as it lies there, without the shared memory and the locks.
pub fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let text = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else if !text.ends_with("-shm") && text != "lock" {
            std::fs::copy(path, target).unwrap();
        }
    }
}
