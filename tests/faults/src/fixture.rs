//! Databases of released schemas, kept as SQL in `fixtures/schema-N.sql`. They are not made from the steps of today's core:
//! they prove that no released step was edited. `fault-tests fixture` prints the one of today's schema, once, when there is a
//! new one.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use model_server::ModelServer;
use parlour_core::FILE_NAME;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Transaction, params};
use sha2::{Digest, Sha256};

use crate::chance::Chance;
use crate::house::{House, PATIENCE, answer, folder};
use crate::scenario::Player;

/// Messages of a chat that is filled.
const CHAT: usize = 500;

/// A database of a released schema.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// `user_version`.
    pub schema: i64,
    /// What makes it.
    pub sql: String,
}

/// All that are kept, oldest first.
#[must_use]
pub fn fixtures() -> Vec<Fixture> {
    let kept = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")).unwrap();
    let mut found: Vec<_> = kept
        .map(|entry| {
            let path = entry.unwrap().path();
            let number = path.file_stem().and_then(|name| name.to_str()?.strip_prefix("schema-")?.parse().ok());
            Fixture { schema: number.unwrap(), sql: std::fs::read_to_string(&path).unwrap() }
        })
        .collect();
    found.sort_by_key(|fixture| fixture.schema);
    found
}

/// `user_version` of a new database.
#[must_use]
pub fn newest_schema() -> i64 {
    let folder = new_database();
    let database = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    version(&database).unwrap()
}

/// A folder with a database as a new one is.
#[must_use]
pub fn new_database() -> tempfile::TempDir {
    let folder = folder();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { House::new(folder.path(), None).open().unwrap().close() });
    folder
}

/// `user_version` of a database.
///
/// # Errors
/// Those of SQLite.
pub fn version(database: &Connection) -> rusqlite::Result<i64> {
    database.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// A table with those of its columns that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    name: String,
    columns: String,
    key: String,
}

/// The tables that hold what was said: without the index of the search, which is made of them.
const KEPT: &str = "type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%'";

/// The tables of a database as they are now.
#[must_use]
pub fn tables(database: &Connection) -> Vec<Table> {
    let names = format!("SELECT name FROM pragma_table_list WHERE {KEPT} ORDER BY name");
    let mut names = database.prepare(&names).unwrap();
    let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    names
        .map(|name| {
            let list = |which: &str| -> String {
                let sql = format!("SELECT group_concat(name, ', ') FROM pragma_table_info(?1) WHERE {which}");
                database.query_row(&sql, [&name], |row| row.get(0)).unwrap()
            };
            Table { columns: list("1"), key: list("pk > 0"), name }
        })
        .collect()
}

/// SHA-256 over every row of these tables, in the order of their keys.
///
/// # Errors
/// Those of SQLite.
pub fn content(database: &Connection, tables: &[Table]) -> rusqlite::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    for Table { name, columns, key } in tables {
        hasher.update(name);
        let mut statement = database.prepare(&format!("SELECT {columns} FROM {name} ORDER BY {key}"))?;
        let count = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for n in 0..count {
                let (kind, bytes) = match row.get_ref(n)? {
                    ValueRef::Null => (0_u8, Vec::new()),
                    ValueRef::Integer(number) => (1, number.to_le_bytes().to_vec()),
                    ValueRef::Real(number) => (2, number.to_le_bytes().to_vec()),
                    ValueRef::Text(text) => (3, text.to_vec()),
                    ValueRef::Blob(blob) => (4, blob.to_vec()),
                };
                hasher.update([kind]);
                hasher.update((bytes.len() as u64).to_le_bytes());
                hasher.update(bytes);
            }
        }
    }
    Ok(hasher.finalize().into())
}

impl Fixture {
    /// Makes the database, with so many messages beside its own, as Parlour leaves it when it ends.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn make(&self, path: &Path, messages: usize, chance: &mut Chance) -> rusqlite::Result<()> {
        let mut database = Connection::open(path)?;
        database.execute_batch("PRAGMA synchronous = OFF")?;
        database.execute_batch(&self.sql)?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        let transaction = database.transaction()?;
        for chat in 0..messages.div_ceil(CHAT) {
            fill(&transaction, chat, CHAT.min(messages - chat * CHAT), chance)?;
        }
        transaction.commit()
    }
}

/// A chat of so many messages, each under the one before.
fn fill(t: &Transaction<'_>, number: usize, messages: usize, chance: &mut Chance) -> rusqlite::Result<()> {
    let chat = format!("filled-chat-{number}");
    let count = |n: usize| i64::try_from(n).unwrap();
    t.execute(
        "INSERT INTO chat (id, title, created_at, updated_at, message_count) VALUES (?1, ?1, ?2, ?2, ?3)",
        params![chat, count(number), count(messages)],
    )?;
    let mut message = t.prepare_cached(
        "INSERT INTO message (id, chat_id, parent_id, role, state, created_at, settled_at, hash)
         VALUES (?1, ?2, ?3, ?4, 'complete', ?5, ?5, ?6)",
    )?;
    let mut part = t.prepare_cached("INSERT INTO part (message_id, n, kind, text) VALUES (?1, 0, 'text', ?2)")?;
    let (mut parent, mut digest): (Option<String>, [u8; 32]) = (None, [0; 32]);
    for n in 0..messages {
        let (id, role) = (format!("{chat}-message-{n}"), if n % 2 == 0 { "user" } else { "assistant" });
        let text = format!("Message {n} says {:x}. ", chance.number()).repeat(1 + chance.below(8));
        let hash = hash(&[&id, parent.as_deref().unwrap_or_default(), role, "text", &text, ""]);
        message.execute(params![id, chat, parent, role, count(n), &hash[..]])?;
        part.execute(params![id, text])?;
        digest.iter_mut().zip(hash).for_each(|(byte, other)| *byte ^= other);
        parent = Some(id);
    }
    t.execute("UPDATE chat SET head_id = ?2, digest = ?3 WHERE id = ?1", params![chat, parent, &digest[..]])?;
    Ok(())
}

/// The hash of a message: SHA-256 over these fields, each with its length before it.
#[must_use]
pub fn hash(fields: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    hasher.finalize().into()
}

/// What makes today's database with a handful of rows: a chat with an answer, a version, a deletion and a title; a draft.
#[must_use]
pub fn todays() -> String {
    let folder = folder();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = ModelServer::start().await.unwrap();
        server.default_reply(Some(answer(Duration::ZERO)));
        let parlour = House::new(folder.path(), Some(server.url())).open().unwrap();
        let mut player = Player { parlour, tell: Arc::new(|_| ()), disk: None, name: "kept".into(), asked: 0 };
        let chat = player.new_chat().await;
        let (sent, text) = player.talk(&chat).await;
        let again = player.regenerate(&chat, &sent.reply_id, &text).await;
        player.answered(&chat, &again, &text).await;
        player.rename(&chat, "A kept chat").await;
        let (other, _) = player.talk(&chat).await;
        player.delete(&other.message_id, false).await;
        let chat = player.new_chat().await;
        player.draft(&chat, "half a thought").await;
        player.parlour.close();
    });
    runtime.shutdown_timeout(PATIENCE);
    dump(&Connection::open(folder.path().join(FILE_NAME)).unwrap()).unwrap()
}

/// The SQL that makes a database anew.
fn dump(database: &Connection) -> rusqlite::Result<String> {
    let number = |name| database.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text};").unwrap();
    line(format!("PRAGMA application_id = {}", number("application_id")?));
    // A virtual table makes the tables behind it by itself.
    let mut made = database.prepare(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
           AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid",
    )?;
    for sql in made.query_map([], |row| row.get::<_, String>(0))? {
        line(sql?);
    }
    let mut indexes = database.prepare("SELECT name FROM pragma_table_list WHERE type = 'virtual' ORDER BY name")?;
    for name in indexes.query_map([], |row| row.get::<_, String>(0))? {
        let name = name?;
        let mut options = database.prepare(&format!("SELECT k, v FROM {name}_config WHERE k <> 'version'"))?;
        for option in options.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (key, value): (String, i64) = option?;
            line(format!("INSERT INTO {name} ({name}, rank) VALUES ('{key}', {value})"));
        }
    }
    for Table { name, columns, key } in tables(database) {
        let quoted = columns.split(", ").map(|column| format!("quote({column})")).collect::<Vec<_>>();
        let sql = format!("SELECT {} FROM {name} ORDER BY {key}", quoted.join(" || ', ' || "));
        let mut rows = database.prepare(&sql)?;
        for values in rows.query_map([], |row| row.get::<_, String>(0))? {
            line(format!("INSERT INTO {name} ({columns}) VALUES ({})", values?));
        }
    }
    line(format!("PRAGMA user_version = {}", number("user_version")?));
    Ok(out)
}
