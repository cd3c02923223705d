//! The gaps between the rows that were found: chats and operations in the place of lost ones, and chats that are older than
//! their messages brought up to date.

use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::chat::{ChatId, MessageId, OperationId};
use crate::error::Result;
use crate::order::change::Change;
use crate::patch::OperationKind;
use crate::store::operation::Inverse;
use crate::store::{chat, digest, journal, json, message, word};

use super::cut_off::join_cut_off;
use super::lost::Lost;

/// Fills the gaps between the rows that were found.
pub(super) fn fill(t: &Transaction<'_>) -> Result<()> {
    t.execute_batch(LEFTOVERS)?;
    drop_folded(t)?;
    rejoin(t)?;
    let chats = make_chats(t)?;
    let lost = Lost::find(t)?;
    lost.make(t)?;
    for id in &chats {
        complete_chat(t, id)?;
    }
    fold_anew(t, &chats)?;
    lost.show(t)?;
    join_cut_off(t)?;
    t.execute("UPDATE chat SET connection_id = NULL WHERE connection_id NOT IN (SELECT id FROM connection)", [])?;
    t.execute_batch(LIBRARY)?;
    t.execute_batch(ORDER)?;
    make_operations(t)
}

/// A persona for every one of which there are only versions. And what was deleted by nobody knows what is there.
const LIBRARY: &str = "
    INSERT INTO persona (id, created_at) SELECT persona_id, min(created_at) FROM persona_version
        WHERE persona_id NOT IN (SELECT id FROM persona) GROUP BY persona_id;
    UPDATE persona SET deleted_by = NULL WHERE deleted_by NOT IN (SELECT id FROM operation);
    UPDATE prompt SET deleted_by = NULL WHERE deleted_by NOT IN (SELECT id FROM operation);";

/// Which chat has which tag is told from entries of indexes by what they name: those of its own have the two the other way
/// round. A chat whose folder is lost is in none.
const ORDER: &str = "
    INSERT OR IGNORE INTO chat_tag (chat_id, tag_id) SELECT tag_id, chat_id FROM chat_tag
        WHERE chat_id IN (SELECT id FROM tag) AND tag_id IN (SELECT id FROM chat WHERE purged_at IS NULL);
    DELETE FROM chat_tag WHERE tag_id NOT IN (SELECT id FROM tag)
        OR chat_id NOT IN (SELECT id FROM chat WHERE purged_at IS NULL);
    UPDATE folder SET deleted_by = NULL WHERE deleted_by NOT IN (SELECT id FROM operation);
    UPDATE chat SET folder_id = NULL WHERE folder_id NOT IN (SELECT id FROM folder);";

/// Sets the counts and digests of chats anew to which messages came back.
pub(super) fn refold(connection: &mut Connection) -> Result<()> {
    let t = connection.transaction()?;
    fold_anew(&t, &[])?;
    Ok(t.commit()?)
}

/// What an older page still has of a chat that was deleted for good. And text of a kind that nobody would read is text.
const LEFTOVERS: &str = "
    CREATE TEMP VIEW purged AS SELECT id FROM chat
        WHERE purged_at IS NOT NULL AND deleted_by IS NOT NULL AND title = '' AND message_count = 0 AND head_id IS NULL;
    CREATE TEMP VIEW purged_message AS SELECT id FROM message WHERE chat_id IN (SELECT id FROM purged);
    DELETE FROM part WHERE message_id IN (SELECT id FROM purged_message);
    DELETE FROM journal WHERE message_id IN (SELECT id FROM purged_message);
    DELETE FROM request WHERE message_id IN (SELECT id FROM purged_message);
    DELETE FROM message WHERE chat_id IN (SELECT id FROM purged);
    DELETE FROM draft WHERE chat_id IN (SELECT id FROM purged);
    DROP VIEW purged_message;
    DROP VIEW purged;
    UPDATE journal SET kind = 'text' WHERE kind NOT IN ('text', 'reasoning');";

/// Drops what an older page still has in the journal of a reply that is whole.
fn drop_folded(t: &Transaction<'_>) -> Result<()> {
    const SETTLED: &str = "SELECT DISTINCT message_id FROM journal JOIN message ON message.id = message_id
        WHERE hash IS NOT NULL";
    for id in ids(t, SETTLED)? {
        let id = MessageId(id);
        if digest::proves_right(t, &id)? == Some(true) {
            journal::clear(t, &id)?;
        }
    }
    Ok(())
}

/// Brings messages whose chat is none, since its id in them is damaged, back to the chat of those around them.
fn rejoin(t: &Transaction<'_>) -> Result<()> {
    for neighbour in [
        "SELECT n.chat_id FROM message n JOIN chat ON chat.id = n.chat_id WHERE n.id = message.parent_id",
        "SELECT n.chat_id FROM message n JOIN chat ON chat.id = n.chat_id WHERE n.parent_id = message.id",
        "SELECT chat.id FROM chat WHERE chat.head_id = message.id",
    ] {
        t.execute(
            &format!(
                "UPDATE message SET chat_id = coalesce(({neighbour} LIMIT 1), chat_id)
                 WHERE chat_id NOT IN (SELECT id FROM chat)"
            ),
            [],
        )?;
    }
    Ok(())
}

/// A blank chat for every one that messages or a draft name and that is nowhere.
fn make_chats(t: &Transaction<'_>) -> Result<Vec<ChatId>> {
    const NAMED: &str = "SELECT chat_id FROM (SELECT chat_id FROM message UNION SELECT chat_id FROM draft)
        WHERE chat_id NOT IN (SELECT id FROM chat) ORDER BY chat_id";
    let chats: Vec<ChatId> = ids(t, NAMED)?.into_iter().map(ChatId).collect();
    for id in &chats {
        chat::insert(t, id, 0)?;
    }
    Ok(chats)
}

/// Gives a made chat its end, its times and its digest.
fn complete_chat(t: &Transaction<'_>, id: &ChatId) -> Result<()> {
    let head: Option<MessageId> = t
        .prepare_cached("SELECT id FROM message WHERE chat_id = ?1 AND deleted_by IS NULL ORDER BY seq DESC LIMIT 1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    chat::set_head(t, id, head.as_ref())?;
    t.execute(
        "UPDATE chat SET
             created_at = coalesce((SELECT min(created_at) FROM message WHERE chat_id = ?1), ?2),
             updated_at = coalesce((SELECT max(max(created_at, coalesce(settled_at, 0))) FROM message WHERE chat_id = ?1), ?2),
             input_tokens = coalesce((SELECT min(sum(input_tokens), 4294967295) FROM message WHERE chat_id = ?1), 0),
             output_tokens = coalesce((SELECT min(sum(output_tokens), 4294967295) FROM message WHERE chat_id = ?1), 0)
         WHERE id = ?1",
        (id, latest(t)?),
    )?;
    let (count, digest) = digest::of_stored(t, id)?;
    digest::set(t, id, count, &digest)
}

/// Where all messages of a chat are there and right, it is the chat's row that is old or damaged.
fn fold_anew(t: &Transaction<'_>, made: &[ChatId]) -> Result<()> {
    let mut statement = t.prepare("SELECT id, message_count, digest FROM chat")?;
    let chats = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let chats: Vec<(ChatId, i64, Vec<u8>)> = chats.collect::<rusqlite::Result<_>>()?;
    for (id, said, said_digest) in chats.into_iter().filter(|(id, ..)| !made.contains(id)) {
        let (count, digest) = digest::of_stored(t, &id)?;
        if count < said || (count == said && digest[..] == said_digest[..]) {
            continue;
        }
        let mut messages = t.prepare_cached("SELECT id FROM message WHERE chat_id = ?1 AND hash IS NOT NULL")?;
        let messages = messages.query_map([&id], |row| row.get(0))?.collect::<rusqlite::Result<Vec<MessageId>>>()?;
        let mut right = true;
        for message in &messages {
            right = right && digest::proves_right(t, message)? == Some(true);
        }
        if right {
            digest::set(t, &id, count, &digest)?;
        }
        if count > said {
            show_the_newest(t, &id)?;
        }
    }
    Ok(())
}

/// Moves the end of a chat whose row is older than its messages to what was said last.
fn show_the_newest(t: &Transaction<'_>, id: &ChatId) -> Result<()> {
    let head: Option<MessageId> = t.query_row("SELECT head_id FROM chat WHERE id = ?1", [id], |row| row.get(0))?;
    let newest = match head {
        Some(head) => message::newest_below(t, &head)?,
        None => t
            .query_row(
                "SELECT id FROM message WHERE chat_id = ?1 AND deleted_by IS NULL ORDER BY seq DESC LIMIT 1",
                [id],
                |row| row.get(0),
            )
            .optional()?,
    };
    if let Some(newest) = newest {
        chat::set_head(t, id, Some(&newest))?;
        t.execute(
            "UPDATE chat SET updated_at = max(updated_at, (SELECT max(created_at) FROM message WHERE chat_id = ?1))
             WHERE id = ?1",
            [id],
        )?;
    }
    Ok(())
}

/// The operation of every chat in the trash whose own is lost: without one the chat is neither listed nor in the trash. It
/// was done as late as anything that is known, so that the chat does not leave the trash early.
fn make_operations(t: &Transaction<'_>) -> Result<()> {
    const LOST_OPERATION: &str = "SELECT deleted_by, id, count(*) FROM chat
        WHERE deleted_by IS NOT NULL AND purged_at IS NULL AND deleted_by NOT IN (SELECT id FROM operation)
        GROUP BY deleted_by";
    let mut statement = t.prepare(LOST_OPERATION)?;
    let lost = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let lost: Vec<(OperationId, ChatId, u32)> = lost.collect::<rusqlite::Result<_>>()?;
    for (id, chat, chats) in lost {
        let (kind, inverse) = if chats == 1 {
            (OperationKind::DeleteChat, Inverse::RestoreChat { chat })
        } else {
            (OperationKind::DeleteChats, Inverse::Order { change: Change::Restore { by: id.clone() } })
        };
        t.execute(
            "INSERT INTO operation (id, at, kind, inverse) VALUES (?1, ?2, ?3, ?4)",
            (&id, latest(t)?, word(&kind)?, json(&inverse)?),
        )?;
    }
    Ok(())
}

/// The latest time that anything is known of, in unix milliseconds.
pub(super) fn latest(t: &Transaction<'_>) -> Result<i64> {
    const LATEST: &str = "SELECT max(coalesce((SELECT max(at) FROM operation), 0),
        coalesce((SELECT max(updated_at) FROM chat), 0), coalesce((SELECT max(created_at) FROM message), 0))";
    Ok(t.query_row(LATEST, [], |row| row.get(0))?)
}

pub(super) fn ids(t: &Transaction<'_>, sql: &str) -> Result<Vec<String>> {
    let mut statement = t.prepare(sql)?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}
