//! What a test moves into: a data folder, a model server, a keychain, a settings file, and Parlour open on them.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use model_server::{ModelServer, Reply, Step};
use parlour_core::chat::{ChatId, Message, MessageId, MessageState, Role, Usage};
use parlour_core::error::{Error, ErrorKind, Result};
use parlour_core::key::Environment;
use parlour_core::parlour::{SettingsFile, Timing, system_clock};
use parlour_core::patch::Sent;
use parlour_core::settings::Settings;
use parlour_core::{FILE_NAME, FolderLock, Parlour, Setup};
use tempfile::TempDir;

use crate::keychain::{Mood, TestKeychain};
use crate::window::Window;

/// The key of the tests: looked for where it must not be.
pub const KEY: &str = "sk-canary-4f9a8b7c6d5e4f3a2b1c";

/// The system prompt that goes first.
pub const SYSTEM: &str = "You are a helpful assistant.";

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Milliseconds.
pub const DAY: i64 = 24 * 60 * 60 * 1000;

/// Waits for what must happen, and fails where it does not.
pub async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, happens).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// Pauses so short that no test waits, and patience so long that no slow machine fails.
pub fn quick() -> Timing {
    Timing {
        silence: Duration::from_secs(15),
        first_pause: Duration::from_millis(2),
        longest_pause: Duration::from_secs(60),
        journal_every: Duration::from_millis(5),
        keychain: Duration::from_secs(15),
        // No test waits for this, and none is disturbed by it.
        first_backup: Duration::from_secs(3600),
        next_backup: Duration::from_secs(3600),
        first_check: Duration::from_secs(3600),
        first_fill: Duration::from_secs(3600),
    }
}

/// The settings file, in memory. It can be made to fail.
#[derive(Default)]
pub struct TestSettings {
    saved: Mutex<Settings>,
    fault: Mutex<Option<ErrorKind>>,
}

impl TestSettings {
    pub fn saved(&self) -> Settings {
        self.saved.lock().unwrap().clone()
    }

    pub fn fail(&self, kind: ErrorKind) {
        *self.fault.lock().unwrap() = Some(kind);
    }
}

impl SettingsFile for TestSettings {
    fn save(&self, settings: &Settings) -> Result<()> {
        if let Some(kind) = *self.fault.lock().unwrap() {
            return Err(kind.into());
        }
        *self.saved.lock().unwrap() = settings.clone();
        Ok(())
    }
}

/// All that is outside of Parlour.
pub struct House {
    pub folder: TempDir,
    pub server: ModelServer,
    pub keychain: Arc<TestKeychain>,
    pub settings_file: Arc<TestSettings>,
    pub timing: Timing,
    pub environment: Environment,
    pub clock: fn() -> i64,
    pub free_space: fn(&Path) -> Option<u64>,
}

impl Drop for House {
    fn drop(&mut self) {
        // A runtime waits at its end for calls that hang.
        self.keychain.set(Mood::Open);
    }
}

impl House {
    /// Nothing is set up yet: no key, OpenAI's address.
    pub async fn bare() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            server: ModelServer::start().await.unwrap(),
            keychain: Arc::default(),
            settings_file: Arc::default(),
            timing: quick(),
            environment: Environment::default(),
            clock: system_clock,
            free_space: |_| None,
        }
    }

    /// Parlour on the data folder. Of one that was dropped just before, a worker may still hold the folder's lock.
    pub fn open(&self) -> Arc<Parlour> {
        let begin = Instant::now();
        loop {
            match self.open_at(self.folder.path()) {
                Err(error) if error.kind == ErrorKind::StorageInUse && begin.elapsed() < PATIENCE => {
                    std::thread::yield_now()
                }
                opened => return opened.unwrap(),
            }
        }
    }

    pub fn open_at(&self, folder: &Path) -> Result<Arc<Parlour>> {
        let setup = Setup {
            folder: folder.to_owned(),
            settings: self.settings_file.saved(),
            settings_file: self.settings_file.clone(),
            keychain: self.keychain.clone(),
            environment: self.environment.clone(),
            clock: self.clock,
            timing: self.timing,
            free_space: self.free_space,
        };
        Parlour::open(FolderLock::take(folder)?, setup)
    }

    /// Parlour connected to the model server, with a key.
    pub async fn connected() -> (Self, Arc<Parlour>) {
        Self::connected_with(quick()).await
    }

    pub async fn connected_with(timing: Timing) -> (Self, Arc<Parlour>) {
        let mut house = Self::bare().await;
        house.timing = timing;
        let parlour = house.connect().await;
        (house, parlour)
    }

    /// Opens Parlour and connects it to the model server, with a key.
    pub async fn connect(&self) -> Arc<Parlour> {
        let parlour = self.open();
        parlour.save_server(&self.server.url(), KEY).await.unwrap();
        parlour
    }

    /// Host and port of the model server, as errors name them.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.server.port())
    }

    /// How many chat completions were asked for.
    pub fn asked(&self) -> usize {
        self.server.requests().iter().filter(|request| request.path.ends_with("/chat/completions")).count()
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    /// One value out of the database file, past Parlour.
    pub fn sql<T: rusqlite::types::FromSql>(&self, query: &str) -> T {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        connection.query_row(query, [], |row| row.get(0)).unwrap()
    }

    /// An error of a kind, with the host of the server and a status.
    pub fn error(&self, kind: ErrorKind, status: Option<u16>) -> Error {
        Error::new(kind).with(|d| {
            d.host = Some(self.host());
            d.status = status;
        })
    }

    /// Asks "Hi" in a new chat and waits for the end of the reply.
    pub async fn answer(&self, parlour: &Arc<Parlour>, reply: Reply) -> Answer {
        self.server.reply(reply);
        let chat = new_chat(parlour).await;
        let (_, answer) = say(parlour, &chat, "Hi").await;
        answer
    }
}

/// A settled reply, as far as tests compare it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub state: MessageState,
    pub error: Option<Error>,
    pub text: String,
    pub finish_reason: Option<String>,
    pub usage: Option<Usage>,
}

impl Answer {
    /// A whole answer as `Reply::text` gives it.
    pub fn whole(text: &str) -> Self {
        let output = u32::try_from(text.split_inclusive(char::is_whitespace).count()).unwrap();
        Self {
            state: MessageState::Complete,
            error: None,
            text: text.to_owned(),
            finish_reason: Some("stop".to_owned()),
            usage: Some(Usage { input: 10, output }),
        }
    }

    /// One that failed with some text, or none.
    pub fn failed(error: Error, text: &str) -> Self {
        let (state, text) = (MessageState::Failed, text.to_owned());
        Self { state, error: Some(error), text, finish_reason: None, usage: None }
    }

    /// One that ended in a state, with some text.
    pub fn ended(state: MessageState, text: &str) -> Self {
        Self { state, error: None, text: text.to_owned(), finish_reason: None, usage: None }
    }

    pub async fn of(parlour: &Parlour, message: &Message) -> Self {
        Self {
            state: message.state,
            error: message.error.clone(),
            text: parlour.message_text(&message.id).await.unwrap(),
            finish_reason: message.finish_reason.clone(),
            usage: message.usage,
        }
    }
}

/// A chat that holds nothing yet.
pub async fn new_chat(parlour: &Parlour) -> ChatId {
    parlour.new_chat().await.unwrap().chat.head.unwrap().id
}

/// Sends a message and waits for the end of its reply.
pub async fn say(parlour: &Arc<Parlour>, chat: &ChatId, text: &str) -> (Sent, Answer) {
    let sent = parlour.send_message(chat, text.to_owned()).await.unwrap();
    let answer = settled(parlour, chat, &sent.reply_id).await;
    (sent, answer)
}

/// Waits for the end of a reply.
pub async fn settled(parlour: &Arc<Parlour>, chat: &ChatId, reply: &MessageId) -> Answer {
    let mut window = Window::open(parlour, chat).await;
    let message = window.until_message(reply, "the end of a reply", |message| message.state.is_settled()).await;
    Answer::of(parlour, &message).await
}

/// The path of a chat: who speaks, in which state, and the text.
pub async fn thread(parlour: &Arc<Parlour>, chat: &ChatId) -> Vec<(Role, MessageState, String)> {
    let window = Window::open(parlour, chat).await;
    let mut lines = Vec::new();
    for message in window.messages() {
        lines.push((message.role, message.state, parlour.message_text(&message.id).await.unwrap()));
    }
    lines
}

/// A settled thread of turns.
pub fn turns(texts: &[&str]) -> Vec<(Role, MessageState, String)> {
    let roles = [Role::User, Role::Assistant].into_iter().cycle();
    roles.zip(texts).map(|(role, text)| (role, MessageState::Complete, (*text).to_owned())).collect()
}

/// What a request carries, from the system prompt on.
pub fn messages(texts: &[&str]) -> Vec<(String, String)> {
    let roles = ["user", "assistant"].into_iter().cycle();
    let said = roles.zip(texts).map(|(role, text)| (role.to_owned(), (*text).to_owned()));
    std::iter::once(("system".to_owned(), SYSTEM.to_owned())).chain(said).collect()
}

/// One event with text.
pub fn text(text: &str) -> Step {
    Step::Text { text: text.to_owned() }
}

pub fn gate(name: &str) -> Step {
    Step::Gate { name: name.to_owned() }
}

pub fn finish() -> Step {
    Step::Finish { reason: "stop".to_owned() }
}

pub fn raw(text: &str) -> Step {
    Step::Raw { text: text.to_owned() }
}

/// The files below a folder that hold these bytes, in either case.
pub fn holding(folder: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(std::result::Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, words));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        if bytes.windows(words.len()).any(|window| window == words.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}
