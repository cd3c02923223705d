//! The hash of a message and the digest of a chat: they find damage, not malice.

use rusqlite::{Connection, OptionalExtension, Row};
use sha2::{Digest, Sha256};

use crate::chat::{ChatId, MessageId};
use crate::error::Result;

/// SHA-256 over id, parent, role and the parts in order, each with its length before it.
pub(crate) struct MessageHash(Sha256);

impl MessageHash {
    pub(crate) fn new(id: &[u8], parent: &[u8], role: &[u8]) -> Self {
        Self(Sha256::new()).add(id).add(parent).add(role)
    }

    /// With the next part.
    pub(crate) fn part(self, kind: &[u8], text: &[u8], blob_hash: &[u8]) -> Self {
        self.add(kind).add(text).add(blob_hash)
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    fn add(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }
}

fn hash(connection: &Connection, id: &MessageId) -> Result<[u8; 32]> {
    let start = |row: &Row<'_>| {
        let parent = row.get_ref(0)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
        Ok(MessageHash::new(id.as_str().as_bytes(), parent, row.get_ref(1)?.as_bytes().unwrap_or_default()))
    };
    let mut hash =
        connection.prepare_cached("SELECT parent_id, role FROM message WHERE id = ?1")?.query_row([id], start)?;
    let mut parts =
        connection.prepare_cached("SELECT kind, text, blob_hash FROM part WHERE message_id = ?1 ORDER BY n")?;
    let mut rows = parts.query([id])?;
    while let Some(row) = rows.next()? {
        hash = hash.part(
            row.get_ref(0)?.as_bytes().unwrap_or_default(),
            row.get_ref(1)?.as_bytes().unwrap_or_default(),
            row.get_ref(2)?.as_bytes_or_null().ok().flatten().unwrap_or_default(),
        );
    }
    Ok(hash.finish())
}

/// Whether a message is what its stored hash says; `None` where it has none.
pub(crate) fn proves_right(connection: &Connection, id: &MessageId) -> Result<Option<bool>> {
    let stored = super::message::hash(connection, id)?;
    stored.map(|stored| Ok(hash(connection, id)?[..] == stored[..])).transpose()
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
    xor(&mut digest, hash);
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

/// The chats whose count and digest are not those of their messages, hashed anew.
pub(crate) fn wrong(connection: &Connection) -> Result<Vec<ChatId>> {
    let mut chats = connection.prepare_cached("SELECT id, message_count, digest FROM chat")?;
    let mut messages = connection.prepare_cached("SELECT id FROM message WHERE chat_id = ?1 AND hash IS NOT NULL")?;
    let mut wrong = Vec::new();
    let mut rows = chats.query([])?;
    while let Some(row) = rows.next()? {
        let (chat, said): (ChatId, (i64, Vec<u8>)) = (row.get(0)?, (row.get(1)?, row.get(2)?));
        let (mut count, mut digest) = (0, [0; 32]);
        let mut ids = messages.query([&chat])?;
        while let Some(id) = ids.next()? {
            count += 1;
            xor(&mut digest, &hash(connection, &id.get(0)?)?);
        }
        if said != (count, digest.to_vec()) {
            wrong.push(chat);
        }
    }
    Ok(wrong)
}

/// The count and the digest of the hashes that are stored with a chat's messages.
pub(crate) fn of_stored(connection: &Connection, chat: &ChatId) -> Result<(i64, [u8; 32])> {
    let mut statement =
        connection.prepare_cached("SELECT hash FROM message WHERE chat_id = ?1 AND hash IS NOT NULL")?;
    let mut rows = statement.query([chat])?;
    let (mut count, mut digest) = (0, [0; 32]);
    while let Some(row) = rows.next()? {
        count += 1;
        xor(&mut digest, row.get_ref(0)?.as_bytes().unwrap_or_default());
    }
    Ok((count, digest))
}

/// Sets the count and the digest of a chat.
pub(crate) fn set(connection: &Connection, chat: &ChatId, count: i64, digest: &[u8]) -> Result<()> {
    connection
        .prepare_cached("UPDATE chat SET message_count = ?2, digest = ?3 WHERE id = ?1")?
        .execute((chat, count, digest))?;
    Ok(())
}

fn xor(digest: &mut [u8], hash: &[u8]) {
    for (byte, other) in digest.iter_mut().zip(hash) {
        *byte ^= other;
    }
}
