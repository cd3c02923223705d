//! The check itself: what SQLite says of the structure, what each chat should hold and holds, and the note of the last one.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction};

use crate::chat::{ChatId, Damage};
use crate::error::{ErrorKind, Result};
use crate::store::message;
use crate::store::{chat, digest, json};

use super::{ChatDamage, ChatSize, IntegrityCheck};

/// What was found; by default a structure that is damaged.
#[derive(Debug, Default)]
pub(crate) struct Inspection {
    /// Whether the structure is whole: SQLite finds no fault, and no message hangs under one that is not there.
    pub sound: bool,
    /// Whether the index of the search is whole. It is no part of what was said, and can be made anew.
    pub indexed: bool,
    /// What is missing or damaged, by chat; known only where all was read.
    pub chats: Vec<ChatDamage>,
    /// Chats with a wrong count or digest, whose messages are all right.
    pub miscounted: Vec<ChatId>,
}

/// Reads the database in one snapshot, beside whatever else goes on. Blocks for as long as it is large.
///
/// # Errors
/// `storageFailed`, `storageFull`. Damage is no error.
pub(crate) fn inspect(database: &Path, thorough: bool) -> Result<Inspection> {
    match inspected(database, thorough) {
        Err(error) if error.kind == ErrorKind::StorageDamaged => Ok(Inspection::default()),
        other => other,
    }
}

fn inspected(database: &Path, thorough: bool) -> Result<Inspection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "trusted_schema", false)?;
    let snapshot = connection.transaction()?;
    let pragma = if thorough { "PRAGMA integrity_check(1)" } else { "PRAGMA quick_check(1)" };
    let verdict: String = snapshot.query_row(pragma, [], |row| row.get(0))?;
    let indexed = !is_of_the_index(&verdict);
    let sound = (verdict == "ok" || !indexed) && !has_gaps(&snapshot)?;
    // What a start reads: a title that is no text any more would keep all chats from being shown.
    chat::list::all(&snapshot)?;
    message::running(&snapshot, None)?;
    let mut found = Inspection { sound, indexed, ..Inspection::default() };
    if sound && thorough {
        read_all(&snapshot, &mut found)?;
    }
    Ok(found)
}

/// Whether what SQLite found first is a fault of the index of the search: it looks at all tables and trees before that.
pub(crate) fn is_of_the_index(verdict: &str) -> bool {
    verdict.to_ascii_lowercase().contains("fts5")
}

/// Whether no way leads to a message from the first one of its chat, or a chat ends with a message that is not there: then
/// what was said is not shown.
fn has_gaps(connection: &Connection) -> Result<bool> {
    const ENDS: &str = "SELECT EXISTS (SELECT 1 FROM chat WHERE head_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = head_id AND message.chat_id = chat.id))";
    let ends_nowhere: bool = connection.query_row(ENDS, [], |row| row.get(0))?;
    Ok(ends_nowhere || !message::cut_off(connection)?.is_empty())
}

/// Reads every message of every chat, in the order of the list.
fn read_all(connection: &Connection, found: &mut Inspection) -> Result<()> {
    let mut chats = connection.prepare(
        "SELECT id, title, message_count, deleted_by IS NOT NULL, digest FROM chat WHERE purged_at IS NULL
         ORDER BY updated_at DESC, seq DESC",
    )?;
    // A running reply is not counted, and has no hash yet.
    let mut messages = connection
        .prepare("SELECT id FROM message WHERE chat_id = ?1 AND state NOT IN ('queued', 'waiting', 'streaming')")?;
    let mut rows = chats.query([])?;
    while let Some(row) = rows.next()? {
        let title = String::from_utf8_lossy(row.get_ref(1)?.as_bytes().unwrap_or_default()).into_owned();
        let mut chat =
            ChatDamage { id: row.get(0)?, title, deleted: row.get(3)?, missing: 0, altered: 0, unreadable: 0 };
        let (expected, mut there, mut placeholders) = (row.get::<_, u32>(2)?, 0_u32, 0_u32);
        let mut ids = messages.query([&chat.id])?;
        while let Some(id) = ids.next()? {
            let damage = message::damage(connection, &id.get(0)?)?;
            match damage {
                Some(Damage::Missing) => placeholders += 1,
                Some(Damage::Unreadable) => chat.unreadable += 1,
                Some(Damage::Altered) => chat.altered += 1,
                None => {}
            }
            there += u32::from(damage != Some(Damage::Missing));
        }
        // Where the row of the chat itself was lost, its count is of what was found: then the gaps say more.
        chat.missing = expected.saturating_sub(there).max(placeholders);
        if chat.missing + chat.altered + chat.unreadable > 0 {
            found.chats.push(chat);
        } else {
            let (count, digest) = digest::of_stored(connection, &chat.id)?;
            if count != i64::from(expected) || row.get_ref(4)?.as_bytes() != Ok(&digest[..]) {
                found.miscounted.push(chat.id);
            }
        }
    }
    Ok(())
}

/// Notes the outcome of a check, without any text: what is deleted for good is nowhere.
pub(crate) fn keep(t: &Transaction<'_>, check: &IntegrityCheck) -> Result<()> {
    let bare = IntegrityCheck {
        chats: check.chats.iter().map(|chat| ChatDamage { title: String::new(), ..chat.clone() }).collect(),
        ..check.clone()
    };
    t.execute("INSERT OR REPLACE INTO last_check (id, at, report) VALUES (1, ?1, ?2)", (check.at, json(&bare)?))?;
    Ok(())
}

/// The last check, with the chats as they are now; without those that were deleted for good since.
pub(crate) fn last(connection: &Connection) -> Result<Option<IntegrityCheck>> {
    let report: Option<String> =
        connection.query_row("SELECT report FROM last_check WHERE id = 1", [], |row| row.get(0)).optional()?;
    let Some(mut check) = report.and_then(|report| serde_json::from_str::<IntegrityCheck>(&report).ok()) else {
        return Ok(None);
    };
    let mut now =
        connection.prepare("SELECT title, deleted_by IS NOT NULL FROM chat WHERE id = ?1 AND purged_at IS NULL")?;
    let mut chats = Vec::new();
    for chat in check.chats {
        if let Some((title, deleted)) = now.query_row([&chat.id], |row| Ok((row.get(0)?, row.get(1)?))).optional()? {
            chats.push(ChatDamage { title, deleted, ..chat });
        }
    }
    check.chats = chats;
    Ok(Some(check))
}

/// The largest chats by the bytes of their texts, largest first, and no more than `most`.
pub(crate) fn sizes(connection: &Connection, most: usize) -> Result<Vec<ChatSize>> {
    let mut statement = connection.prepare(
        // octet_length looks at the head of a row only, not at the pages of its text.
        "SELECT chat.id, chat.title, chat.deleted_by IS NOT NULL, count(DISTINCT message.id),
             coalesce(sum(octet_length(part.text)), 0) AS size
         FROM chat JOIN message ON message.chat_id = chat.id LEFT JOIN part ON part.message_id = message.id
         WHERE purged_at IS NULL GROUP BY chat.id ORDER BY size DESC, chat.seq DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| {
        Ok(ChatSize {
            id: row.get::<_, ChatId>(0)?,
            title: row.get(1)?,
            deleted: row.get(2)?,
            messages: row.get(3)?,
            size: row.get::<_, i64>(4)?.unsigned_abs(),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
