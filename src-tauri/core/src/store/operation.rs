//! Table `operation`: what was done, with the inverse that undoes it.

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, ChatOptions, MessageId, OperationId, PersonaId, PromptId};
use crate::error::{ErrorKind, Result};
use crate::library;
use crate::order::change::Change;
use crate::patch::OperationKind;
use crate::store::{from_word, json, word};

/// What takes an operation back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Inverse {
    RestoreChat {
        chat: ChatId,
    },
    /// Puts a chat into the trash.
    RemoveChat {
        chat: ChatId,
    },
    RestoreMessages {
        chat: ChatId,
        messages: Vec<MessageId>,
        head: Option<MessageId>,
    },
    RetitleChat {
        chat: ChatId,
        title: String,
        by_person: bool,
    },
    /// Gives a message its text again, as long as it waits.
    RewriteQueued {
        chat: ChatId,
        message: MessageId,
        text: String,
    },
    /// Shows the path to another end again.
    ShowEnd {
        chat: ChatId,
        head: Option<MessageId>,
        /// Of a version that was made in the place of another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<Made>,
    },
    /// Gives a chat the persona and the options that it had.
    SetPersona {
        chat: ChatId,
        persona: Option<library::Taken>,
        options: ChatOptions,
    },
    /// Puts personas and prompts into the library, or takes them out.
    Shelve {
        personas: Vec<PersonaId>,
        prompts: Vec<PromptId>,
        there: bool,
    },
    /// Gives the branch that begins with a message its name again; empty where it had none.
    NameBranch {
        chat: ChatId,
        message: MessageId,
        name: String,
    },
    /// Puts the order of chats as it was.
    Order {
        change: Change,
    },
    /// Gives a chat the options that it had.
    SetOptions {
        chat: ChatId,
        options: ChatOptions,
    },
}

impl Inverse {
    /// The chat that it is about, where it is about one.
    pub(crate) fn chat(&self) -> Option<&ChatId> {
        match self {
            Self::RestoreChat { chat }
            | Self::RemoveChat { chat }
            | Self::RestoreMessages { chat, .. }
            | Self::RetitleChat { chat, .. }
            | Self::RewriteQueued { chat, .. }
            | Self::ShowEnd { chat, .. }
            | Self::SetOptions { chat, .. }
            | Self::NameBranch { chat, .. }
            | Self::SetPersona { chat, .. } => Some(chat),
            Self::Shelve { .. } | Self::Order { .. } => None,
        }
    }
}

/// A version that was made in the place of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    pub version: MessageId,
    pub instead_of: MessageId,
    /// The question that waited behind the other one and now waits behind this one.
    pub queued: Option<MessageId>,
}

/// An operation that is taken back.
pub(crate) struct Taken {
    pub kind: OperationKind,
    pub inverse: Inverse,
}

/// Records an operation.
pub(crate) fn insert(
    connection: &Connection,
    id: &OperationId,
    kind: OperationKind,
    inverse: &Inverse,
    now: i64,
) -> Result<()> {
    connection.prepare_cached("INSERT INTO operation (id, at, kind, inverse) VALUES (?1, ?2, ?3, ?4)")?.execute((
        id,
        now,
        word(&kind)?,
        json(inverse)?,
    ))?;
    Ok(())
}

/// Records an operation that changed nothing: there is nothing to take back.
pub(crate) fn insert_void(connection: &Connection, id: &OperationId, kind: OperationKind, now: i64) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO operation (id, at, kind, inverse, undone_by) VALUES (?1, ?2, ?3, '{}', ?1)")?
        .execute((id, now, word(&kind)?))?;
    Ok(())
}

/// Lets go of the personas and prompts that were deleted at this time or before; what deleted them cannot be taken back any
/// more. Whether there were any.
pub(crate) fn clear_library(connection: &Connection, deleted: i64) -> Result<bool> {
    const OLD: &str = "deleted_by IN (SELECT id FROM operation WHERE at <= ?1)";
    connection.execute(
        "UPDATE operation SET undone_by = id WHERE at <= ?1 AND undone_by IS NULL
           AND id IN (SELECT deleted_by FROM persona UNION SELECT deleted_by FROM prompt)",
        [deleted],
    )?;
    let versions = format!("DELETE FROM persona_version WHERE persona_id IN (SELECT id FROM persona WHERE {OLD})");
    connection.execute(&versions, [deleted])?;
    let personas = connection.execute(&format!("DELETE FROM persona WHERE {OLD}"), [deleted])?;
    let prompts = connection.execute(&format!("DELETE FROM prompt WHERE {OLD}"), [deleted])?;
    Ok(personas + prompts > 0)
}

/// Whether there is such an operation.
pub(crate) fn exists(connection: &Connection, id: &OperationId) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM operation WHERE id = ?1")?.exists([id])?)
}

/// The last operation that still stands. What was done in a chat before that went into the trash is not taken back there.
pub(crate) fn last(connection: &Connection) -> Result<Option<OperationId>> {
    Ok(connection
        .prepare_cached(
            "SELECT id FROM operation WHERE undone_by IS NULL AND kind <> 'undo' AND NOT EXISTS
                 (SELECT 1 FROM chat WHERE chat.id = inverse ->> '$.chat' AND chat.deleted_by <> operation.id)
             ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?)
}

/// Marks an operation that still stands as undone. `None` where it was undone before, or is of a kind unknown here.
///
/// # Errors
/// `messageNotFound` where there is no such operation.
pub(crate) fn take(connection: &Connection, id: &OperationId, undone_by: &OperationId) -> Result<Option<Taken>> {
    let (kind, inverse, undone): (String, String, Option<String>) = connection
        .prepare_cached("SELECT kind, inverse, undone_by FROM operation WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?
        .ok_or(ErrorKind::MessageNotFound)?;
    if undone.is_some() {
        return Ok(None);
    }
    connection.prepare_cached("UPDATE operation SET undone_by = ?2 WHERE id = ?1")?.execute((id, undone_by))?;
    Ok(from_word(&kind).zip(serde_json::from_str(&inverse).ok()).map(|(kind, inverse)| Taken { kind, inverse }))
}
