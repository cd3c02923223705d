//! The one object behind a window: opens the data folder, holds what all of core shares, answers the pulls.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::backup::Backups;
use crate::chat::{ChatHead, ChatId, Message, MessageId, Role};
use crate::error::{Error, ErrorKind, Result};
use crate::folder::{FolderLock, Mark};
use crate::key::{Environment, Keychain, Keys};
use crate::live::{ChatChange, ChatChanges, Live, Running, Settled};
use crate::openai::Http;
use crate::patch::{ChatPatch, MessagePatch, NoticeContent, PathPatch, Revision};
use crate::reply::Replies;
use crate::salvage;
use crate::settings::Settings;
use crate::store::{self, Store, lock};
use crate::switcher::Titles;
use crate::temporary::Temporary;

/// How many messages a window gets at once when it opens a chat; the others come as it scrolls.
pub const MESSAGES_SHOWN: usize = 20;

/// The most messages that are given in one answer.
const MESSAGES_AT_ONCE: usize = 200;

/// Where settings are kept. The shell has it; core only says when.
pub trait SettingsFile: Send + Sync {
    /// Writes the settings, all or nothing. Blocks.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`.
    fn save(&self, settings: &Settings) -> Result<()>;
}

/// The pauses of core, shortened by tests.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// The longest silence of a server, before and between its words. Reasoning models pause.
    pub silence: Duration,
    /// The pause before the first repetition; doubles with each.
    pub first_pause: Duration,
    /// The longest pause, whatever a server asks for.
    pub longest_pause: Duration,
    /// How long received text may be only in memory.
    pub journal_every: Duration,
    /// How long the keychain may take.
    pub keychain: Duration,
    /// From the start to the first look whether a backup is due: a start is busy enough.
    pub first_backup: Duration,
    /// From one such look to the next.
    pub next_backup: Duration,
    /// From the start to the check of the database, where the last run ended badly.
    pub first_check: Duration,
    /// From the start to the indexing of what an older version has left without an index.
    pub first_fill: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(150),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            journal_every: Duration::from_millis(150),
            keychain: Duration::from_secs(8),
            first_backup: Duration::from_secs(60),
            next_backup: Duration::from_secs(3600),
            first_check: Duration::from_secs(3),
            first_fill: Duration::from_secs(5),
        }
    }
}

/// What core is given by the shell, or by a test.
pub struct Setup {
    /// The data folder.
    pub folder: PathBuf,
    /// The settings as they were read.
    pub settings: Settings,
    /// Where they are kept.
    pub settings_file: Arc<dyn SettingsFile>,
    /// The keychain.
    pub keychain: Arc<dyn Keychain>,
    /// Variables of the environment.
    pub environment: Environment,
    /// Unix milliseconds.
    pub clock: fn() -> i64,
    /// Pauses.
    pub timing: Timing,
    /// Bytes that are free on the disk of a folder; `None` where the system does not say (`health::free_space`).
    pub free_space: fn(&std::path::Path) -> Option<u64>,
}

/// Unix milliseconds, now.
#[must_use]
pub fn system_clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Parlour without a window.
pub struct Parlour {
    pub(crate) store: Arc<Store>,
    pub(crate) temporary: Temporary,
    pub(crate) live: Arc<Live>,
    pub(crate) keys: Keys,
    pub(crate) http: Http,
    pub(crate) environment: Environment,
    pub(crate) replies: Replies,
    pub(crate) backups: Backups,
    pub(crate) clock: fn() -> i64,
    pub(crate) timing: Timing,
    /// The row of the connection, read once: every message needs it.
    pub(crate) connection_row: Mutex<Option<store::connection::StoredConnection>>,
    settings: Mutex<Settings>,
    settings_file: Arc<dyn SettingsFile>,
    pub(crate) folder_lock: Arc<FolderLock>,
    pub(crate) free_space: fn(&std::path::Path) -> Option<u64>,
    /// Whether a full disk was told, and is still nearly full.
    pub(crate) low_disk_told: Mutex<bool>,
    /// A repair before the database was opened, until a check has told what it came to.
    pub(crate) untold_repair: Mutex<Option<salvage::Repair>>,
    /// What the quick switcher looks through.
    pub(crate) titles: Arc<Mutex<Titles>>,
}

impl Parlour {
    /// Opens the data folder and lets go on what was under way when the app ended last. A database that is damaged is
    /// repaired first.
    /// Call it within a tokio runtime; it blocks for some milliseconds.
    ///
    /// # Errors
    /// `storageTooNew`, `storageDamaged`, `storageFailed`, `storageFull`.
    pub fn open(folder_lock: FolderLock, setup: Setup) -> Result<Arc<Self>> {
        let (folder_lock, now) = (Arc::new(folder_lock), (setup.clock)());
        let ended_badly = matches!(folder_lock.mark(), Mark::Open | Mark::Written | Mark::Damaged);
        let backups = Backups::new(folder_lock.folder()).place(&setup.settings);
        let mut before = salvage::before_opening(&folder_lock, &backups, now)?;
        let parlour = match Self::open_once(&folder_lock, &setup) {
            Err(error) if error.kind == ErrorKind::StorageDamaged && before.repair.is_none() => {
                before.repair = Some(salvage::salvage_closed(&folder_lock, &backups, now)?);
                Self::open_once(&folder_lock, &setup)?
            }
            other => other?,
        };
        if before.missing {
            parlour.notify(NoticeContent::LogMissing);
        }
        parlour.keep_trash();
        crate::health::keep_watch(&parlour, ended_badly || before.repair.is_some());
        *lock(&parlour.untold_repair) = before.repair;
        crate::backup::look_from_time_to_time(&parlour);
        crate::search::fill::keep_filling(&parlour);
        Ok(parlour)
    }

    fn open_once(folder_lock: &Arc<FolderLock>, setup: &Setup) -> Result<Arc<Self>> {
        let backups = Backups::new(folder_lock.folder());
        let mut untold = None;
        let store = Store::open(folder_lock, |database| {
            untold = backups.before_update(database, &setup.settings, (setup.clock)())?;
            Ok(())
        })?;
        let live = Arc::new(Live::new());
        let to_tell = Arc::clone(&live);
        let parlour = Arc::new(Self {
            store: Arc::new(store),
            temporary: Temporary::default(),
            live,
            keys: Keys::new(Arc::clone(&setup.keychain), setup.timing.keychain, move || to_tell.connection_changed()),
            http: Http::default(),
            environment: setup.environment.clone(),
            replies: Replies::default(),
            backups,
            clock: setup.clock,
            timing: setup.timing,
            connection_row: Mutex::new(None),
            settings: Mutex::new(setup.settings.clone()),
            settings_file: Arc::clone(&setup.settings_file),
            folder_lock: Arc::clone(folder_lock),
            free_space: setup.free_space,
            low_disk_told: Mutex::new(false),
            untold_repair: Mutex::new(None),
            titles: Arc::default(),
        });
        crate::reply::recover(&parlour)?;
        if let Some(error) = untold {
            parlour.notify(NoticeContent::BackupFailed { error });
        }
        Ok(parlour)
    }

    /// Unix milliseconds.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// The settings as they are.
    #[must_use]
    pub fn settings(&self) -> Settings {
        lock(&self.settings).clone()
    }

    /// Checks, keeps and applies settings. The last chat is not set here: several windows would take it from each other.
    ///
    /// # Errors
    /// `invalidSettings`, `storageFailed`, `storageFull`: then they are as they were.
    pub async fn save_settings(&self, settings: Settings) -> Result<()> {
        let last_chat = self.settings().last_chat;
        self.keep_settings(Settings { last_chat, ..settings }).await
    }

    /// Checks, keeps and applies settings as they are given.
    pub(crate) async fn keep_settings(&self, settings: Settings) -> Result<()> {
        let settings = settings.checked()?;
        self.backups.check_folder(&settings, &self.settings())?;
        let (file, to_save) = (Arc::clone(&self.settings_file), settings.clone());
        store::blocking(move || file.save(&to_save)).await?;
        *lock(&self.settings) = settings;
        self.live.settings_changed();
        Ok(())
    }

    /// Tells the person something until it is dismissed.
    pub fn notify(&self, content: NoticeContent) {
        self.live.notify(content);
    }

    /// Takes a notice away.
    pub fn dismiss_notice(&self, id: u32) {
        self.live.withdraw(|notice| notice.id == id);
    }

    /// For the end of the run.
    pub fn close(&self) {
        self.write_what_was_used();
        self.store.close();
    }

    /// What is new in a chat since the revision; waits until something is. 0 answers at once with a snapshot.
    ///
    /// # Errors
    /// `chatNotFound`, also when the chat is deleted while this waits; `storageFailed`.
    pub async fn next_patch(&self, chat: &ChatId, since: Revision) -> Result<ChatPatch> {
        let mut changed = self.live.follow();
        loop {
            changed.borrow_and_update();
            let (revision, changes) = self.live.chat_changes(chat, since);
            match changes {
                ChatChanges::None => {}
                ChatChanges::Deleted => return Err(ErrorKind::ChatNotFound.into()),
                ChatChanges::All { running } => {
                    return self.with_persona(self.snapshot(chat, revision, running).await?).await;
                }
                ChatChanges::Some(changes) => {
                    return self.with_persona(self.changed_rows(chat, revision, changes).await?).await;
                }
            }
            if changed.changed().await.is_err() {
                return Err(Error::internal("life ended"));
            }
        }
    }

    async fn snapshot(
        &self,
        chat: &ChatId,
        revision: Revision,
        mut running: HashMap<MessageId, Running>,
    ) -> Result<ChatPatch> {
        let store = self.store_of(chat).await?;
        let (chat, temporary) = (chat.clone(), store.is_in_memory());
        store
            .read(move |connection| {
                let stored = store::chat::find(connection, &chat)?;
                let found = store::message::places(connection, &chat, stored.head.as_ref())?;
                let head = chat_head(connection, stored, &found, temporary)?;
                let path = found.places;
                // The last ones, and whatever a running reply is followed by: a window can stop only what it has.
                let running_at = path.iter().position(|place| running.contains_key(&place.id)).unwrap_or(path.len());
                let from = path.len().saturating_sub(MESSAGES_SHOWN).min(running_at.saturating_sub(1));
                let messages = path[from..]
                    .iter()
                    .map(|place| Ok(put(store::message::view(connection, &place.id)?, &mut running)))
                    .collect::<Result<_>>()?;
                let path = Some(path_patch(path, 0));
                Ok(ChatPatch { revision, snapshot: true, head: Some(head), path, messages })
            })
            .await
    }

    async fn changed_rows(&self, chat: &ChatId, revision: Revision, changes: ChatChange) -> Result<ChatPatch> {
        let ChatChange { head, path_from, messages, streams, mut running, mut ended } = changes;
        let streams =
            streams.into_iter().map(|(id, state, blocks)| MessagePatch::Stream { id, state, blocks }).collect();
        let mut patch = ChatPatch { revision, snapshot: false, head: None, path: None, messages: streams };
        if !head && path_from.is_empty() && messages.is_empty() {
            return Ok(patch);
        }
        let store = self.store_of(chat).await?;
        let (chat, temporary) = (chat.clone(), store.is_in_memory());
        store
            .read(move |connection| {
                let stored = store::chat::find(connection, &chat)?;
                if head || !path_from.is_empty() {
                    let found = store::message::places(connection, &chat, stored.head.as_ref())?;
                    patch.head = Some(chat_head(connection, stored, &found, temporary)?);
                    let path = found.places;
                    // An id that is no longer on the path says that it changed somewhere before.
                    let place = |id: &MessageId| path.iter().rposition(|place| place.id == *id).unwrap_or(0);
                    let from = path_from.iter().map(place).min();
                    patch.path = from.map(|from| path_patch(path, from));
                }
                for id in messages {
                    let settled = ended.take_if(|reply| reply.id == id);
                    match changed(connection, &id, settled, &mut running) {
                        Ok(message) => patch.messages.push(message),
                        // Deleted meanwhile: the path says so.
                        Err(error) if error.kind == ErrorKind::MessageNotFound => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(patch)
            })
            .await
    }

    /// These messages of a chat, in the order asked for; without those that are not there any more, and of very many only
    /// the first ones. A window asks for what it is about to show.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn messages(&self, chat: &ChatId, mut ids: Vec<MessageId>) -> Result<Vec<Message>> {
        ids.truncate(MESSAGES_AT_ONCE);
        // Read first: a reply that ends meanwhile is in the store before it leaves life.
        let mut running = self.live.running(chat, &ids);
        self.store_of(chat)
            .await?
            .read(move |connection| {
                let mut messages = Vec::with_capacity(ids.len());
                for id in ids {
                    match store::message::view(connection, &id) {
                        Ok(message) => messages.push(with_running(message, &mut running)),
                        Err(error) if error.kind == ErrorKind::MessageNotFound => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(messages)
            })
            .await
    }
}

fn chat_head(
    connection: &rusqlite::Connection,
    stored: store::chat::StoredChat,
    path: &store::message::Path,
    temporary: bool,
) -> Result<ChatHead> {
    Ok(ChatHead {
        persona: store::persona::of_chat(connection, &stored.id, &stored.options)?,
        id: stored.id,
        title: stored.title,
        options: stored.options,
        inherited: stored.inherited,
        usage: stored.usage,
        message_count: u32::try_from(path.places.len()).unwrap_or(u32::MAX),
        // Of a chat without a path no row was read: there is nothing to say what is gone.
        missing: if path.places.is_empty() { 0 } else { stored.settled.saturating_sub(path.settled) },
        temporary,
    })
}

/// The path from a place on, as windows get it.
fn path_patch(mut path: Vec<store::message::Place>, from: usize) -> PathPatch {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let rest = path.split_off(from);
    let questions =
        rest.iter().enumerate().filter(|(_, place)| place.role == Some(Role::User)).map(|(at, _)| number(from + at));
    PathPatch {
        keep: number(from),
        questions: questions.collect(),
        sizes: rest.iter().map(|place| place.size).collect(),
        ids: rest.into_iter().map(|place| place.id).collect(),
    }
}

/// A message that changed: only what is new in it where the window saw it grow to the text that is stored.
fn changed(
    connection: &rusqlite::Connection,
    id: &MessageId,
    settled: Option<Settled>,
    running: &mut HashMap<MessageId, Running>,
) -> Result<MessagePatch> {
    if let Some(Settled { text, blocks, .. }) = settled {
        let (message, stored) = store::message::frame(connection, id)?;
        if stored == text && message.damage.is_none() {
            return Ok(MessagePatch::Settle { message: Box::new(message), blocks });
        }
    }
    Ok(put(store::message::view(connection, id)?, running))
}

fn put(message: Message, running: &mut HashMap<MessageId, Running>) -> MessagePatch {
    MessagePatch::Put { message: Box::new(with_running(message, running)) }
}

/// The stored message, with what a running reply has in memory.
fn with_running(mut message: Message, running: &mut HashMap<MessageId, Running>) -> Message {
    if let Some(reply) = running.remove(&message.id) {
        message.state = reply.state;
        message.wait = reply.wait;
        message.document = reply.document;
        message.error = None;
    }
    message
}
