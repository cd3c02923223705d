//! What the tests of the salvage share: a database with rows of every table, and ways to look at all of one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use tempfile::TempDir;

use super::rebuild;
use super::record::Value;
use super::rows::TABLES;
use super::wal::log_is_damaged;
use crate::chat::{
    ChatId, ChatOptions, ConnectionId, FolderId, MessageId, MessageState, OperationId, RequestId, Role, Usage,
};
use crate::folder::FolderLock;
use crate::order::change::Change;
use crate::patch::OperationKind;
use crate::store::chat::Mark;
use crate::store::message::{NewMessage, Settled};
use crate::store::operation::Inverse;
use crate::store::{
    FILE_NAME, Store, chat, connection, folder, journal, message, operation, persona, prompt, request, tag, trash,
    update_copy,
};

mod gaps;
mod log;
mod pages;

const PAGE: usize = 4096;

/// Whole rows of every table by its name.
type Rows = BTreeMap<&'static str, Vec<Vec<Value>>>;

/// A database with rows of every table, and what is in it.
struct Sound {
    folder: TempDir,
    store: Arc<Store>,
    chats: Vec<ChatId>,
    connection: ConnectionId,
    now: i64,
}

impl Sound {
    /// Chats of the first schema and of today's, one of them in the trash and one purged; long and short messages, versions,
    /// and a reply that runs.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        {
            let old = Connection::open(folder.path().join(FILE_NAME)).unwrap();
            old.execute_batch(include_str!("../../migrations/0001_start.sql")).unwrap();
            old.pragma_update(None, "user_version", 1).unwrap();
            chat::insert(&old, &ChatId::new(), 5).unwrap();
            old.execute("UPDATE chat SET title = 'Of the first schema'", []).unwrap();
        }
        let store = Arc::new(Store::open(&Arc::new(FolderLock::take(folder.path()).unwrap()), |_| Ok(())).unwrap());
        let connection = store.write_now(|t| Ok(connection::find_or_insert(t)?.id)).unwrap();
        let mut sound = Self { folder, store, chats: Vec::new(), connection, now: 1_700_000_000_000 };
        sound.library();
        for chat in 0..4 {
            let id = sound.chat(&format!("Chat {chat}"));
            for turn in 0..8 {
                let long = [0, 30, 700, 5000, 17_000][(turn + chat) % 5];
                sound.turn(&id, &format!("{chat}.{turn} {}", "question ".repeat(long / 18)), long);
            }
        }
        sound.order();
        sound.version_and_draft();
        sound.trash();
        sound.running_reply();
        sound
    }

    /// A persona in two versions, and two prompts.
    fn library(&mut self) {
        let now = self.tick();
        self.write(|t| {
            let id = persona::insert(t, now)?;
            persona::add_version(t, &id, "Editor", &ChatOptions::default(), now)?;
            let brief = ChatOptions { system_prompt: Some("Be brief. ".repeat(700)), ..ChatOptions::default() };
            persona::add_version(t, &id, "Strict editor", &brief, now)?;
            prompt::insert(t, "Greeting", "Hello {{name}}", now)?;
            prompt::insert(t, "Long", &"word ".repeat(3000), now).map(|_| ())
        });
    }

    /// A folder with defaults and one that is deleted, tags, a pin and the archive.
    fn order(&mut self) {
        let (now, chats) = (self.tick(), self.chats.clone());
        self.write(|t| {
            let [kept, gone] = [FolderId::new(), FolderId::new()];
            folder::insert(t, &kept, "Work", now)?;
            let long = ChatOptions { system_prompt: Some("Be exact. ".repeat(900)), ..ChatOptions::default() };
            folder::set_options(t, &kept, &long)?;
            folder::insert(t, &gone, "Former", now)?;
            let by = OperationId::new();
            folder::set_deleted(t, &gone, Some(&by))?;
            let change = Change::Folder { folder: gone.clone(), there: true };
            operation::insert(t, &by, OperationKind::DeleteFolder, &Inverse::Order { change }, now)?;
            chat::set_folder(t, &chats[0], Some(&kept))?;
            chat::set_folder(t, &chats[1], Some(&gone))?;
            chat::set_marked(t, &chats[1], Mark::Pinned, Some(now))?;
            chat::set_marked(t, &chats[2], Mark::Archived, Some(now))?;
            let [blue, red] = [tag::named_or_new(t, "blue")?, tag::named_or_new(t, "red")?];
            for (chat, tag) in [(&chats[0], &blue), (&chats[0], &red), (&chats[2], &blue)] {
                assert!(tag::set(t, chat, tag, true)?);
            }
            Ok(())
        });
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    fn write<T: 'static>(&self, change: impl FnOnce(&Transaction<'_>) -> crate::error::Result<T>) -> T {
        self.store.write_now(change).unwrap()
    }

    fn tick(&mut self) -> i64 {
        self.now += 1000;
        self.now
    }

    fn chat(&mut self, title: &str) -> ChatId {
        let (id, now) = (ChatId::new(), self.tick());
        self.write(|t| {
            chat::insert(t, &id, now)?;
            t.execute("UPDATE chat SET connection_id = ?2 WHERE id = ?1", (&id, &self.connection))?;
            chat::set_title(t, &id, title, true)
        });
        self.chats.push(id.clone());
        id
    }

    /// A question and its whole answer, of about so many bytes.
    fn turn(&mut self, chat: &ChatId, question: &str, long: usize) -> (MessageId, MessageId) {
        let ids = self.ask(chat, question);
        let now = self.tick();
        let request = self.request(&ids.1);
        self.write(|t| {
            let answer: String = (0..=long / 8).map(|n| format!("word{n:03} ")).collect();
            message::add_part(t, &ids.1, "reasoning", "Let me think.", Some(&request))?;
            message::add_part(t, &ids.1, "text", &answer, Some(&request))?;
            let usage = Some(Usage { input: 10, output: 20 });
            let end = request::Ended { usage, first_at: Some(now), attempts: 1, result: "complete", now };
            request::end(t, &request, &end)?;
            let end = Settled {
                usage,
                model: Some("m"),
                finish_reason: Some("stop"),
                ..Settled::without_text(MessageState::Complete, now)
            };
            message::settle(t, chat, &ids.1, &end)
        });
        ids
    }

    fn ask(&mut self, chat: &ChatId, question: &str) -> (MessageId, MessageId) {
        let (ids, now) = ((MessageId::new(), MessageId::new()), self.tick());
        self.write(|t| {
            let head = chat::find(t, chat)?.head;
            let new = NewMessage {
                id: &ids.0,
                chat,
                parent: head.as_ref(),
                role: Role::User,
                state: MessageState::Complete,
                model: None,
                text: Some(question),
                now,
            };
            message::insert(t, &new)?;
            let new = NewMessage {
                id: &ids.1,
                parent: Some(&ids.0),
                role: Role::Assistant,
                state: MessageState::Queued,
                text: None,
                ..new
            };
            message::insert(t, &new)?;
            chat::set_head(t, chat, Some(&ids.1))?;
            chat::touch(t, chat, now)
        });
        ids
    }

    fn request(&self, reply: &MessageId) -> RequestId {
        let id = RequestId::new();
        self.write(|t| {
            let mut part_ids = Vec::new();
            for message in message::path(t, Some(reply))? {
                part_ids.extend(message::part_ids(t, &message)?);
            }
            let new = request::NewRequest {
                id: &id,
                message: reply,
                connection: &self.connection,
                purpose: "reply",
                parameters: &serde_json::json!({"model": "m"}),
                part_ids: &part_ids,
                body_hash: &[7; 32],
                now: self.now,
            };
            request::insert(t, &new)
        });
        id
    }

    fn version_and_draft(&mut self) {
        let (chat, now) = (self.chats[0].clone(), self.tick());
        self.write(|t| {
            let head = chat::find(t, &chat)?.head.unwrap();
            let parent = message::find(t, &head)?.parent;
            let id = MessageId::new();
            let new = NewMessage {
                id: &id,
                chat: &chat,
                parent: parent.as_ref(),
                role: Role::Assistant,
                state: MessageState::Stopped,
                model: Some("other"),
                text: Some("Another answer."),
                now,
            };
            message::insert(t, &new)?;
            chat::set_head(t, &chat, Some(&id))?;
            t.execute("INSERT INTO blob (hash, bytes) VALUES (?1, ?2)", ([3_u8; 32], vec![9_u8; 10_000]))?;
            t.execute(
                "INSERT INTO part (message_id, n, kind, text, blob_hash) VALUES (?1, 1, 'image', '', ?2)",
                (&id, [3_u8; 32]),
            )?;
            crate::store::digest::settle(t, &chat, &id)
        });
        for chat in self.chats.clone() {
            self.write(|t| chat::set_draft(t, &chat, &format!("Draft of {chat}. {}", "typed ".repeat(250))));
        }
    }

    fn trash(&mut self) {
        for (purged, title) in [(false, "In the trash"), (true, "Purged")] {
            let id = self.chat(title);
            self.turn(&id, "Delete me.", 100);
            let (now, by) = (self.tick(), OperationId::new());
            self.write(|t| {
                chat::set_deleted(t, &id, Some(&by))?;
                operation::insert(t, &by, OperationKind::DeleteChat, &Inverse::RestoreChat { chat: id.clone() }, now)?;
                if purged {
                    trash::purge(t, std::slice::from_ref(&id), now)?;
                }
                trash::believed_now(t, now).map(|_| ())
            });
        }
    }

    fn running_reply(&mut self) {
        let id = self.chat("Running");
        let (_, reply) = self.ask(&id, "Go on!");
        self.request(&reply);
        self.write(|t| {
            message::set_running(t, &reply, MessageState::Streaming, None, Some(1))?;
            (0..40).try_for_each(|n| journal::append(t, &reply, "text", &format!("{n}: {}", "streamed ".repeat(30))))
        });
    }

    /// Copies the files as they lie there while the database is open.
    fn copy(&self, folder: &Path) -> PathBuf {
        for end in ["", "-wal"] {
            let name = format!("{FILE_NAME}{end}");
            std::fs::copy(self.folder.path().join(&name), folder.join(&name)).unwrap();
        }
        folder.join(FILE_NAME)
    }

    /// The database in one file, and its rows.
    fn closed() -> (Vec<u8>, Rows) {
        let sound = Self::new();
        sound.store.checkpoint().unwrap();
        let bytes = std::fs::read(sound.path()).unwrap();
        let rows = sound.store.read_now(|connection| Ok(rows(connection))).unwrap();
        (bytes, rows)
    }
}

/// Every row there is.
fn rows(connection: &Connection) -> Rows {
    let of_table = |name: &str| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {name} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let rows =
            statement.query_map([], |row| (0..columns).map(|at| Ok(Value::from(row.get_ref(at)?))).collect()).unwrap();
        rows.map(Result::unwrap).collect()
    };
    TABLES.iter().map(|table| (table.name, of_table(table.name))).collect()
}

/// An empty database of today's schema.
fn empty() -> Connection {
    let mut new = Connection::open_in_memory().unwrap();
    update_copy(&mut new, Path::new("memory")).unwrap();
    new.pragma_update(None, "foreign_keys", true).unwrap();
    new
}

/// What becomes of a database: sound in any case.
fn rebuilt(path: &Path) -> Connection {
    let mut new = empty();
    rebuild(path, &mut new).unwrap();
    assert_sound(&new);
    new
}

fn assert_sound(new: &Connection) {
    let verdict: String = new.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    assert!(!new.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
    // What the app reads for its first picture.
    chat::list::all(new).unwrap();
    for id in chat::ids(new).unwrap() {
        let head = chat::find(new, &id).unwrap().head;
        message::places(new, &id, head.as_ref()).unwrap();
        chat::draft(new, &id).unwrap();
    }
    trash::list(new).unwrap();
}

/// The same from bytes of a file without a log.
fn rebuilt_from(bytes: &[u8]) -> Connection {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(FILE_NAME);
    std::fs::write(&path, bytes).unwrap();
    rebuilt(&path)
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}
