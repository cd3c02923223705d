//! Finding chats by their titles and messages. A plain scan: exact and index-free, good for tens of thousands of messages.

use rusqlite::{Connection, params};

use crate::chat::{ChatId, MessageId, SearchHit};
use crate::error::Result;
use crate::patch::SearchResult;

const MOST: usize = 100;

/// SQLITE_MAX_LIKE_PATTERN_LENGTH, in bytes.
const LONGEST_PATTERN: usize = 50_000;

/// Characters of context on either side of a match.
const CONTEXT: usize = 40;

/// Chats whose title, or a message of which, contains the text, newest first; one hit for each chat.
pub(crate) fn find(connection: &Connection, query: &str) -> Result<SearchResult> {
    let query = query.trim();
    let pattern = format!("%{}%", query.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    // LIKE takes no longer pattern, and reads one only up to a NUL.
    if query.is_empty() || pattern.len() > LONGEST_PATTERN || query.contains('\0') {
        return Ok(SearchResult { hits: Vec::new(), more: false });
    }
    let mut statement = connection.prepare_cached(
        "SELECT chat.id, chat.title, chat.title LIKE ?1 ESCAPE '\\',
             (SELECT message.id FROM message JOIN part ON part.message_id = message.id
              WHERE message.chat_id = chat.id AND message.deleted_by IS NULL AND part.kind = 'text'
                AND part.text LIKE ?1 ESCAPE '\\' ORDER BY message.seq DESC LIMIT 1) AS found
         FROM chat
         WHERE chat.deleted_by IS NULL AND (chat.title LIKE ?1 ESCAPE '\\' OR found IS NOT NULL)
         ORDER BY chat.updated_at DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![pattern, i64::try_from(MOST + 1).unwrap_or(i64::MAX)], |row| {
        Ok((
            row.get::<_, ChatId>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, bool>(2)?,
            row.get::<_, Option<MessageId>>(3)?,
        ))
    })?;
    let mut found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let mut hits = Vec::with_capacity(found.len());
    for (chat_id, title, in_title, message) in found {
        let (message_id, context) = match message {
            Some(id) if !in_title => {
                let context = context(&super::message::text(connection, &id)?, query);
                (Some(id), context)
            }
            _ => (None, context(&title, query)),
        };
        hits.push(SearchHit { chat_id, title, message_id, context });
    }
    Ok(SearchResult { hits, more })
}

/// The first match with some text around it. ASCII letters match in either case, as in SQLite's LIKE.
fn context(text: &str, query: &str) -> [String; 3] {
    let Some(at) = text.to_ascii_lowercase().find(&query.to_ascii_lowercase()) else {
        return [text.chars().take(2 * CONTEXT).collect(), String::new(), String::new()];
    };
    let (before, rest) = text.split_at(at);
    let (matched, after) = rest.split_at(query.len());
    let skip = before.chars().count().saturating_sub(CONTEXT);
    [before.chars().skip(skip).collect(), matched.to_owned(), after.chars().take(CONTEXT).collect()]
}
