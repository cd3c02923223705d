//! A message as windows see it, with what damage has made of it.

use rusqlite::Connection;

use crate::chat::{Damage, Message, MessageId, MessageState, Role, TEXT_SHOWN, Version};
use crate::error::{ErrorKind, Result};
use crate::markdown;
use crate::store::{branch, digest};

use super::{StoredMessage, find, find_stored, siblings, text};

/// The role of a row that stands where a message was lost (`salvage`).
pub(crate) const LOST: &str = "lost";

/// What became of a stored message, where it is not what was stored. Nothing is known of one that runs.
///
/// # Errors
/// `messageNotFound`, `storageFailed`.
pub(crate) fn damage(connection: &Connection, id: &MessageId) -> Result<Option<Damage>> {
    match find_stored(connection, id).and_then(|row| {
        let readable = text(connection, id)?;
        drop(readable);
        damage_of(connection, &row)
    }) {
        // Bytes that are no text, or a column of another kind.
        Err(error) if error.kind == ErrorKind::StorageDamaged => Ok(Some(Damage::Unreadable)),
        other => other,
    }
}

fn damage_of(connection: &Connection, row: &StoredMessage) -> Result<Option<Damage>> {
    let (Some(_), Some(state)) = (row.role, row.state) else {
        let role: String = connection
            .prepare_cached("SELECT role FROM message WHERE id = ?1")?
            .query_row([&row.id], |row| row.get(0))?;
        return Ok(Some(if role == LOST { Damage::Missing } else { Damage::Unreadable }));
    };
    if !state.is_settled() || digest::proves_right(connection, &row.id)? == Some(true) {
        Ok(None)
    } else {
        Ok(Some(Damage::Altered))
    }
}

/// The message as windows see it. What cannot be read is shown as unreadable, never left out.
pub(crate) fn view(connection: &Connection, id: &MessageId) -> Result<Message> {
    let (mut message, text) = frame(connection, id)?;
    if message.role == Role::Assistant {
        message.document = markdown::parse(&text);
    }
    Ok(message)
}

/// The same without its document, and its whole text.
pub(crate) fn frame(connection: &Connection, id: &MessageId) -> Result<(Message, String)> {
    match read_frame(connection, id) {
        Err(error) if matches!(error.kind, ErrorKind::StorageFailed | ErrorKind::StorageDamaged) => {
            Ok((without_text(id, Damage::Unreadable), String::new()))
        }
        other => other,
    }
}

fn read_frame(connection: &Connection, id: &MessageId) -> Result<(Message, String)> {
    let row = find(connection, id)?;
    let siblings = siblings(connection, &row)?;
    let number = siblings.iter().position(|sibling| sibling == id).map_or(1, |at| at + 1);
    let text = text(connection, id)?;
    let damage = damage_of(connection, &row)?;
    let (Some(role), Some(state)) = (row.role, row.state) else {
        return Ok((without_text(id, damage.unwrap_or(Damage::Unreadable)), String::new()));
    };
    let shown = match role {
        Role::Assistant => String::new(),
        Role::System | Role::User => text.chars().take(TEXT_SHOWN).collect(),
    };
    let text_length =
        if shown.len() == text.len() { shown.encode_utf16().count() } else { text.encode_utf16().count() };
    let message = Message {
        id: row.id,
        parent_id: row.parent,
        role,
        state,
        error: row.error,
        wait: row.wait,
        model: row.model,
        created_at: row.created_at,
        duration: row.settled_at.zip(row.started_at).map(|(end, start)| (end - start).max(0)),
        usage: row.usage,
        finish_reason: row.finish_reason,
        version: Version { number: to_u32(number), count: to_u32(siblings.len().max(1)) },
        text: shown,
        text_length: to_u32(text_length),
        document: Vec::new(),
        damage,
        branch: branch::name(connection, id)?,
    };
    Ok((message, text))
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn without_text(id: &MessageId, damage: Damage) -> Message {
    Message {
        id: id.clone(),
        parent_id: None,
        role: Role::Assistant,
        state: MessageState::Complete,
        error: None,
        wait: None,
        model: None,
        created_at: 0,
        duration: None,
        usage: None,
        finish_reason: None,
        version: Version { number: 1, count: 1 },
        text: String::new(),
        text_length: 0,
        document: Vec::new(),
        damage: Some(damage),
        branch: None,
    }
}
