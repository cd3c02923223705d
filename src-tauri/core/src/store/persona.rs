//! Tables `persona` and `persona_version`, and what chats note of them.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chat::{ChatId, ChatOptions, OperationId, PersonaId};
use crate::error::{ErrorKind, Result};
use crate::library::{ChatPersona, Persona, Taken};
use crate::store::json;

const VERSIONS: &str = "SELECT persona_id, name, number, options,
        (SELECT count(*) FROM persona_version AS each WHERE each.persona_id = version.persona_id)
     FROM persona_version AS version JOIN persona ON persona.id = persona_id
     WHERE persona.deleted_by IS NULL";

const IS_NEWEST: &str =
    "number = (SELECT max(number) FROM persona_version AS each WHERE each.persona_id = version.persona_id)";

fn row(row: &Row<'_>) -> rusqlite::Result<Persona> {
    Ok(Persona {
        id: row.get(0)?,
        name: row.get(1)?,
        number: row.get(2)?,
        options: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
        versions: row.get(4)?,
    })
}

/// The newest version of each persona, by name.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Persona>> {
    let mut statement = connection.prepare_cached(&format!("{VERSIONS} AND {IS_NEWEST}"))?;
    let mut found: Vec<Persona> = statement.query_map([], row)?.collect::<rusqlite::Result<_>>()?;
    found.sort_by_cached_key(|persona| (persona.name.to_lowercase(), persona.id.clone()));
    Ok(found)
}

/// The newest version of a persona.
///
/// # Errors
/// `notInLibrary`.
pub(crate) fn find(connection: &Connection, id: &PersonaId) -> Result<Persona> {
    version(connection, id, None)
}

/// A version of a persona; the newest where none is named.
///
/// # Errors
/// `notInLibrary`.
pub(crate) fn version(connection: &Connection, id: &PersonaId, number: Option<u32>) -> Result<Persona> {
    connection
        .prepare_cached(&format!(
            "{VERSIONS} AND persona_id = ?1 AND number = coalesce(?2, number) ORDER BY number DESC LIMIT 1"
        ))?
        .query_row((id, number), row)
        .optional()?
        .ok_or_else(|| ErrorKind::NotInLibrary.into())
}

/// All versions of a persona, the newest first.
///
/// # Errors
/// `notInLibrary`.
pub(crate) fn versions(connection: &Connection, id: &PersonaId) -> Result<Vec<Persona>> {
    let mut statement = connection.prepare_cached(&format!("{VERSIONS} AND persona_id = ?1 ORDER BY number DESC"))?;
    let found: Vec<Persona> = statement.query_map([id], row)?.collect::<rusqlite::Result<_>>()?;
    if found.is_empty() { Err(ErrorKind::NotInLibrary.into()) } else { Ok(found) }
}

/// Makes a persona without any version.
pub(crate) fn insert(connection: &Connection, now: i64) -> Result<PersonaId> {
    let id = PersonaId::new();
    connection.prepare_cached("INSERT INTO persona (id, created_at) VALUES (?1, ?2)")?.execute((&id, now))?;
    Ok(id)
}

/// Adds a version to a persona.
pub(crate) fn add_version(
    connection: &Connection,
    id: &PersonaId,
    name: &str,
    options: &ChatOptions,
    now: i64,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO persona_version (persona_id, number, name, options, created_at)
             SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM persona_version WHERE persona_id = ?1",
        )?
        .execute((id, name, json(options)?, now))?;
    Ok(())
}

/// Marks a persona as deleted by an operation, or takes the mark away.
pub(crate) fn set_deleted(connection: &Connection, id: &PersonaId, by: Option<&OperationId>) -> Result<()> {
    connection.prepare_cached("UPDATE persona SET deleted_by = ?2 WHERE id = ?1")?.execute((id, by))?;
    Ok(())
}

/// The chats that took something from a persona.
pub(crate) fn users(connection: &Connection, id: &PersonaId) -> Result<Vec<ChatId>> {
    const USERS: &str =
        "SELECT id FROM chat WHERE persona IS NOT NULL AND persona ->> '$.id' = ?1 AND deleted_by IS NULL";
    let mut statement = connection.prepare_cached(USERS)?;
    let found = statement.query_map([id], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// What a chat notes of its persona. A note that cannot be read is none.
pub(crate) fn taken(connection: &Connection, chat: &ChatId) -> Result<Option<Taken>> {
    let note: Option<String> =
        connection.prepare_cached("SELECT persona FROM chat WHERE id = ?1")?.query_row([chat], |row| row.get(0))?;
    Ok(note.and_then(|note| serde_json::from_str(&note).ok()))
}

/// Notes the persona of a chat.
pub(crate) fn set_taken(connection: &Connection, chat: &ChatId, taken: Option<&Taken>) -> Result<()> {
    let note = taken.map(json).transpose()?;
    connection.prepare_cached("UPDATE chat SET persona = ?2 WHERE id = ?1")?.execute((chat, note))?;
    Ok(())
}

/// The persona of a chat that has these options; `None` where it has none, or it was deleted.
pub(crate) fn of_chat(connection: &Connection, chat: &ChatId, options: &ChatOptions) -> Result<Option<ChatPersona>> {
    named(connection, taken(connection, chat)?, options)
}

/// The persona that a chat with these options has noted.
pub(crate) fn named(
    connection: &Connection,
    taken: Option<Taken>,
    options: &ChatOptions,
) -> Result<Option<ChatPersona>> {
    let Some(Taken { id, number }) = taken else { return Ok(None) };
    let newest = match find(connection, &id) {
        Err(error) if error.kind == ErrorKind::NotInLibrary => return Ok(None),
        newest => newest?,
    };
    let altered = match version(connection, &id, Some(number)) {
        Err(error) if error.kind == ErrorKind::NotInLibrary => true,
        version => version?.options != *options,
    };
    Ok(Some(ChatPersona { id, name: newest.name, number, newest: newest.number, altered }))
}
