//! Opens a folder afresh, with Parlour and with plain SQLite, and says what of the acknowledged is not there.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use parlour_core::chat::{ChatId, MessageId, MessageState};
use parlour_core::error::{ErrorKind, Result};
use parlour_core::patch::OpenedChat;
use parlour_core::{FILE_NAME, Parlour};
use rusqlite::Connection;

use crate::backups::prove_backups;
use crate::event::{Fact, Value};
use crate::expect::{Expected, State, whole_answer};
use crate::fixture::hash;
use crate::house::House;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// How many acknowledged things were looked for.
    pub acknowledged: usize,
    /// Those that are not there as they were acknowledged.
    pub lost: Vec<String>,
    /// Whatever else is wrong: damage, a digest, something sent that is not stored.
    pub wrong: Vec<String>,
    /// How long before the death the first text that is missing had come, in milliseconds, without the time in which the
    /// machine did not let the process run.
    pub behind: i64,
    /// The facts as they are.
    pub facts: HashMap<Fact, Value>,
    /// Replies that have settled for good, with their text.
    pub settled: HashMap<MessageId, String>,
    /// Whether the return of a backup that was under way has happened.
    pub came: bool,
    /// How many backups were proven to be whole.
    pub verified: usize,
}

impl Verdict {
    /// Whether nothing is lost and nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.lost.is_empty() && self.wrong.is_empty()
    }

    /// What is looked for and not found yet.
    #[must_use]
    pub fn of(expected: &Expected) -> Self {
        Self { acknowledged: expected.acknowledged(), ..Self::default() }
    }
}

/// Checks a folder, which changes by that. `requested` are the bodies that had gone out, by hash; `died_at` is in unix
/// milliseconds.
#[must_use]
pub fn check(folder: &Path, expected: &Expected, requested: &[Vec<u8>], died_at: Option<i64>) -> Verdict {
    let mut verdict = with_parlour(folder, expected, async |parlour| {
        let mut verdict = look(parlour, expected, &expected.now, died_at).await;
        if let (false, Some(coming)) = (verdict.is_good(), &expected.coming) {
            let other = look(parlour, expected, coming, None).await;
            if other.is_good() {
                verdict = Verdict { came: true, ..other };
            } else {
                verdict.wrong.push(format!("between two states: of the one that came differs {:?}", other.lost));
            }
        }
        prove_backups(parlour, expected, &mut verdict).await;
        verdict
    });
    check_plainly(folder, requested, &mut verdict.wrong);
    verdict
}

/// What plain SQLite finds wrong in a folder that nobody has open.
pub fn check_plainly(folder: &Path, requested: &[Vec<u8>], wrong: &mut Vec<String>) {
    let database = Connection::open(folder.join(FILE_NAME)).unwrap();
    if let Err(error) = look_plainly(&database, requested, wrong) {
        wrong.push(format!("plain SQLite: {error}"));
    }
}

/// Opens a folder, looks at it, and closes it.
pub fn with_parlour(folder: &Path, expected: &Expected, look: impl AsyncFnOnce(&Arc<Parlour>) -> Verdict) -> Verdict {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        match House::new(folder, None).quick().open() {
            Ok(parlour) => look(&parlour).await,
            Err(error) => {
                let mut verdict = Verdict::of(expected);
                verdict.wrong.push(format!("Parlour does not open: {error}"));
                verdict
            }
        }
    })
}

/// Compares what is there with one state.
pub async fn look(parlour: &Arc<Parlour>, expected: &Expected, state: &State, died_at: Option<i64>) -> Verdict {
    let mut verdict = Verdict::of(expected);
    let mut chats: HashMap<ChatId, Result<OpenedChat>> = HashMap::new();
    for (fact, allowed) in &state.facts {
        let found = match fact {
            Fact::Message(id) => presence(parlour.message_text(id).await),
            Fact::Chat(id) | Fact::Title(id) | Fact::Draft(id) => {
                if !chats.contains_key(id) {
                    chats.insert(id.clone(), parlour.open_chat(id).await);
                }
                match (&chats[id], fact) {
                    (Ok(opened), Fact::Title(_)) => {
                        Ok(Value::Text(opened.chat.head.clone().map(|head| head.title).unwrap_or_default()))
                    }
                    (Ok(opened), Fact::Draft(_)) => Ok(Value::Text(opened.draft.clone())),
                    // What a deleted chat is called shows when it is back.
                    (Err(error), Fact::Title(_) | Fact::Draft(_)) if error.kind == ErrorKind::ChatNotFound => continue,
                    (opened, _) => presence(opened.clone()),
                }
            }
        };
        match found {
            Ok(value) if allowed.contains(&value) => {
                verdict.facts.insert(fact.clone(), value);
            }
            found => verdict.lost.push(format!("{fact:?} is {found:?} instead of {allowed:?}")),
        }
    }
    for (id, text) in &expected.texts {
        match parlour.message_text(id).await {
            Ok(found) if found == *text => {}
            // Whether it may be gone, the facts have said.
            Err(error) if error.kind == ErrorKind::MessageNotFound => {}
            found => verdict.lost.push(format!("the text of {id} is {found:?} instead of {text:?}")),
        }
    }
    look_at_replies(parlour, expected, state, died_at, &mut verdict).await;
    verdict
}

async fn look_at_replies(
    parlour: &Arc<Parlour>,
    expected: &Expected,
    state: &State,
    died_at: Option<i64>,
    verdict: &mut Verdict,
) {
    let whole = whole_answer();
    for (id, reply) in &state.replies {
        let found = match parlour.message_text(id).await {
            Ok(text) => text,
            Err(error) if error.kind == ErrorKind::MessageNotFound => continue,
            Err(error) => {
                verdict.lost.push(format!("the reply {id}: {error}"));
                continue;
            }
        };
        if let Some(text) = &reply.settled {
            if found != *text {
                verdict.lost.push(format!("the reply {id} reads {found:?} instead of {text:?}"));
            }
            continue;
        }
        if !whole.starts_with(&found) {
            verdict.wrong.push(format!("the reply {id} reads {found:?}, which was never said"));
        }
        if let Some(died_at) = died_at {
            let missing = reply.received.iter().find(|(bytes, _)| *bytes > found.len());
            let behind = |at: i64| died_at - at - expected.stalled(at, died_at);
            verdict.behind = verdict.behind.max(missing.map_or(0, |(_, at)| behind(*at)));
        }
        let Some(chat) = expected.chats.get(id) else { continue };
        // A deleted chat tells nothing of its messages.
        let Ok(messages) = parlour.messages(chat, vec![id.clone()]).await else { continue };
        let ended = [MessageState::Interrupted, MessageState::Stopped, MessageState::Complete];
        if messages.first().is_some_and(|message| ended.contains(&message.state)) {
            verdict.settled.insert(id.clone(), found);
        }
    }
}

fn presence<T>(found: Result<T>) -> Result<Value> {
    match found {
        Ok(_) => Ok(Value::There),
        Err(error) if matches!(error.kind, ErrorKind::MessageNotFound | ErrorKind::ChatNotFound) => Ok(Value::Gone),
        Err(error) => Err(error),
    }
}

fn look_plainly(database: &Connection, requested: &[Vec<u8>], wrong: &mut Vec<String>) -> rusqlite::Result<()> {
    let integrity: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if integrity != "ok" {
        wrong.push(format!("integrity_check: {integrity}"));
    }
    let mut count = |what: &str, sql: &str| -> rusqlite::Result<()> {
        let found: i64 = database.query_row(sql, [], |row| row.get(0))?;
        if found != 0 {
            wrong.push(format!("{found} {what}"));
        }
        Ok(())
    };
    count("broken references", "SELECT count(*) FROM pragma_foreign_key_check")?;
    count(
        "rows in the journal of a reply that has ended",
        "SELECT count(*) FROM journal LEFT JOIN message ON message.id = message_id
         WHERE message.state IS NULL OR message.state NOT IN ('queued', 'waiting', 'streaming')",
    )?;
    count(
        // A chat that came back from a backup has those of the one beside it.
        "questions that are stored twice",
        "SELECT count(*) FROM (SELECT 1 FROM part JOIN message ON message.id = message_id WHERE role = 'user'
         GROUP BY chat_id, text HAVING count(*) > 1)",
    )?;
    count(
        "requests without an end of replies that have one",
        "SELECT count(*) FROM request JOIN message ON message.id = message_id
         WHERE ended_at IS NULL AND message.state NOT IN ('queued', 'waiting', 'streaming')",
    )?;
    for hash in requested {
        let known: bool =
            database
                .query_row("SELECT EXISTS (SELECT 1 FROM request WHERE body_hash = ?1)", [hash], |row| row.get(0))?;
        if !known {
            wrong.push("a request that is not in the ledger".to_owned());
        }
    }
    look_at_digests(database, wrong)
}

/// Counts and hashes once more, by the description of the tables alone.
fn look_at_digests(database: &Connection, wrong: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut chats: HashMap<String, (i64, [u8; 32])> = HashMap::new();
    let mut messages = database.prepare("SELECT id, chat_id, parent_id, role, hash FROM message")?;
    let mut parts = database.prepare("SELECT kind, text FROM part WHERE message_id = ?1 ORDER BY n")?;
    let mut rows = messages.query([])?;
    while let Some(row) = rows.next()? {
        let (id, parent, stored): (String, Option<String>, Option<Vec<u8>>) = (row.get(0)?, row.get(2)?, row.get(4)?);
        let Some(stored) = stored else { continue };
        let mut fields = vec![id.clone(), parent.unwrap_or_default(), row.get(3)?];
        let mut of_it = parts.query([&id])?;
        while let Some(part) = of_it.next()? {
            fields.extend([part.get(0)?, part.get(1)?, String::new()]);
        }
        let hash = hash(&fields.iter().map(String::as_str).collect::<Vec<_>>());
        if stored != hash {
            wrong.push(format!("the hash of {id}"));
        }
        let (count, digest) = chats.entry(row.get(1)?).or_default();
        *count += 1;
        digest.iter_mut().zip(hash).for_each(|(byte, other)| *byte ^= other);
    }
    let mut stored = database.prepare("SELECT id, message_count, digest FROM chat")?;
    let mut rows = stored.query([])?;
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let (count, digest) = chats.remove(&id).unwrap_or_default();
        if (count, digest.to_vec()) != (row.get(1)?, row.get(2)?) {
            wrong.push(format!("the count or the digest of the chat {id}"));
        }
    }
    Ok(())
}

/// The questions that went out more often than they were asked.
#[must_use]
pub fn sent_too_often(expected: &Expected, requests: &[model_server::Request]) -> Vec<String> {
    let mut sent: HashMap<&str, usize> = HashMap::new();
    for request in requests {
        let last = request.messages().into_iter().rfind(|(role, _)| role == "user").map(|(_, text)| text);
        let Some(last) = last else { continue };
        // Two questions in a row go out as one message; the last of them is the one that is asked.
        if let Some((text, _)) = expected.asked.iter().find(|(text, _)| last.ends_with(text.as_str())) {
            *sent.entry(text).or_default() += 1;
        }
    }
    let too_often = sent.into_iter().filter(|(text, times)| *times > expected.asked[*text]);
    too_often.map(|(text, times)| format!("{text} went out {times} times")).collect()
}
