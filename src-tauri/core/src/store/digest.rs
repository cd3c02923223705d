//! The hash of a message and the digest of a chat: they find damage, not malice.

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::chat::{ChatId, MessageId};
use crate::error::Result;

/// SHA-256 over id, parent, role and the parts in order, each with its length before it.
fn hash(connection: &Connection, id: &MessageId) -> Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    let (parent, role): (Option<String>, String) = connection
        .prepare_cached("SELECT parent_id, role FROM message WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    add(id.as_str().as_bytes());
    add(parent.unwrap_or_default().as_bytes());
    add(role.as_bytes());
    let mut parts =
        connection.prepare_cached("SELECT kind, text, blob_hash FROM part WHERE message_id = ?1 ORDER BY n")?;
    let mut rows = parts.query([id])?;
    while let Some(row) = rows.next()? {
        add(row.get_ref(0)?.as_bytes().unwrap_or_default());
        add(row.get_ref(1)?.as_bytes().unwrap_or_default());
        add(row.get_ref(2)?.as_bytes_or_null().ok().flatten().unwrap_or_default());
    }
    Ok(hasher.finalize().into())
}

/// Gives a message that has settled its hash, and its chat the new digest. Also after its parts changed (Continue).
pub(crate) fn settle(connection: &Connection, chat: &ChatId, id: &MessageId) -> Result<()> {
    let new = hash(connection, id)?;
    unsettle(connection, chat, id)?;
    connection.prepare_cached("UPDATE message SET hash = ?2 WHERE id = ?1")?.execute((id, &new[..]))?;
    fold(connection, chat, &new, 1)
}

/// Takes a message out of the digest again, before it runs once more.
pub(crate) fn unsettle(connection: &Connection, chat: &ChatId, id: &MessageId) -> Result<()> {
    let old: Option<Vec<u8>> = connection
        .prepare_cached("SELECT hash FROM message WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .flatten();
    let Some(old) = old else { return Ok(()) };
    connection.prepare_cached("UPDATE message SET hash = NULL WHERE id = ?1")?.execute([id])?;
    fold(connection, chat, &old, -1)
}

/// XORs a hash into (or out of) the digest and counts.
fn fold(connection: &Connection, chat: &ChatId, hash: &[u8], count: i64) -> Result<()> {
    let mut digest: Vec<u8> =
        connection.prepare_cached("SELECT digest FROM chat WHERE id = ?1")?.query_row([chat], |row| row.get(0))?;
    for (byte, other) in digest.iter_mut().zip(hash) {
        *byte ^= other;
    }
    connection
        .prepare_cached("UPDATE chat SET digest = ?2, message_count = message_count + ?3 WHERE id = ?1")?
        .execute((chat, digest, count))?;
    Ok(())
}

/// SHA-256 over every chat in the order of their ids: id, count and digest as they are stored.
pub(crate) fn of_all(connection: &Connection) -> Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut statement = connection.prepare_cached("SELECT id, message_count, digest FROM chat ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for bytes in [
            row.get_ref(0)?.as_bytes().unwrap_or_default(),
            &row.get::<_, i64>(1)?.to_le_bytes(),
            row.get_ref(2)?.as_bytes().unwrap_or_default(),
        ] {
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
    }
    Ok(hasher.finalize().into())
}

/// Whether the count and the digest of every chat are those of its messages, hashed anew.
pub(crate) fn are_those_of_the_messages(connection: &Connection) -> Result<bool> {
    let mut chats = connection.prepare_cached("SELECT id, message_count, digest FROM chat")?;
    let mut messages = connection.prepare_cached("SELECT id FROM message WHERE chat_id = ?1 AND hash IS NOT NULL")?;
    let mut rows = chats.query([])?;
    while let Some(row) = rows.next()? {
        let (chat, stored): (ChatId, (i64, Vec<u8>)) = (row.get(0)?, (row.get(1)?, row.get(2)?));
        let (mut count, mut digest) = (0, [0; 32]);
        let mut ids = messages.query([&chat])?;
        while let Some(id) = ids.next()? {
            count += 1;
            for (byte, other) in digest.iter_mut().zip(hash(connection, &id.get(0)?)?) {
                *byte ^= other;
            }
        }
        if stored != (count, digest.to_vec()) {
            return Ok(false);
        }
    }
    Ok(true)
}
