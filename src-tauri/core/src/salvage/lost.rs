//! Messages in the place of lost ones, so that every text that is left is on a path that the app walks, and what is missing
//! is shown as unreadable rather than passed over. They have no hash: the chat's own count still says that rows are lost.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Bound;

use rusqlite::{OptionalExtension, Transaction, params};

use crate::chat::{ChatId, MessageId};
use crate::error::Result;
use crate::store::operation::Inverse;
use crate::store::{chat, journal, message};

use super::build::{free_down_from, free_from};
use super::gaps::{ids, latest};

/// The title of the chat for texts that no other chat claims.
const RECOVERED: &str = "Recovered";

/// The messages that are not there, while parts, messages or chats name them.
pub(super) struct Lost {
    /// Those of which there is text, in the order in which it was written.
    with_text: Vec<MessageId>,
    /// Where each belongs, and its role.
    places: BTreeMap<MessageId, (ChatId, &'static str)>,
}

/// A message that was made.
struct Made<'a> {
    id: &'a MessageId,
    chat: &'a ChatId,
    seq: i64,
    /// The key of the oldest message that names it.
    named_by: Option<i64>,
}

impl Lost {
    pub(super) fn find(t: &Transaction<'_>) -> Result<Self> {
        const ORPHANS: &str = "SELECT message_id FROM (
                SELECT message_id, seq FROM part UNION ALL SELECT message_id, 9e18 FROM journal)
            WHERE message_id NOT IN (SELECT id FROM message) GROUP BY message_id ORDER BY min(seq), message_id";
        const NAMED: &str = "SELECT id, chat FROM (
                SELECT parent_id AS id, chat_id AS chat FROM message UNION ALL SELECT head_id, id FROM chat)
            WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM message) GROUP BY id";
        let with_text: Vec<MessageId> = ids(t, ORPHANS)?.into_iter().map(MessageId).collect();
        let mut statement = t.prepare(NAMED)?;
        let named = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, message::LOST))))?;
        let mut places = named.collect::<rusqlite::Result<BTreeMap<MessageId, (ChatId, &'static str)>>>()?;
        let by_requests = if with_text.is_empty() { BTreeMap::new() } else { chats_by_requests(t)? };
        for id in &with_text {
            let mut chat = places.get(id).map(|(chat, _)| chat.clone());
            if chat.is_none() {
                chat = chat_by_operations(t, id)?.or_else(|| by_requests.get(id).cloned());
            }
            if let Some(chat) = chat {
                places.insert(id.clone(), (chat, role(t, id)?));
            }
        }
        Ok(Self { with_text, places })
    }

    /// Makes them, those that belong to a chat in their places.
    pub(super) fn make(&self, t: &Transaction<'_>) -> Result<()> {
        let room = i64::try_from(self.places.len()).unwrap_or(i64::MAX);
        let mut keys = BTreeMap::new();
        // The newest first: each has its place below the next.
        let made = self.places.iter().rev().map(|(id, (chat, role))| make(t, id, chat, role, room, &mut keys));
        hang(t, made.collect::<Result<_>>()?)?;
        for id in self.with_text.iter().filter(|id| self.places.contains_key(id)) {
            journal::fold(t, id, None)?;
        }
        Ok(())
    }

    /// Collects those with text that are in no chat, or where nobody would see them, in one of their own.
    pub(super) fn show(&self, t: &Transaction<'_>) -> Result<()> {
        let mut paths: BTreeMap<&ChatId, HashSet<MessageId>> = BTreeMap::new();
        let mut recovered: Option<ChatId> = None;
        let mut last: Option<(MessageId, i64)> = None;
        for id in &self.with_text {
            let made = self.places.get(id);
            if let Some((chat, _)) = made {
                if !paths.contains_key(chat) {
                    paths.insert(chat, path_of(t, chat)?);
                }
                if paths.get(chat).map(|path| is_in_sight(t, id, chat, path)).transpose()? == Some(true) {
                    continue;
                }
            }
            let chat = match recovered.take() {
                Some(chat) => chat,
                None => make_recovered(t)?,
            };
            let after = last.as_ref().map_or(0, |(_, seq)| seq + 1);
            let seq = free_from(t, made_at(id).unwrap_or(0).max(after))?;
            let parent = last.as_ref().map(|(id, _)| id);
            if made.is_some() {
                let moved = "UPDATE message SET seq = ?2, chat_id = ?3, parent_id = ?4 WHERE id = ?1";
                t.prepare_cached(moved)?.execute(params![id, seq, chat, parent])?;
            } else {
                insert(t, seq, id, &chat, parent, role(t, id)?)?;
                journal::fold(t, id, None)?;
            }
            chat::set_head(t, &chat, Some(id))?;
            last = Some((id.clone(), seq));
            recovered = Some(chat);
        }
        Ok(())
    }
}

/// Who said what is left of a message.
fn role(t: &Transaction<'_>, id: &MessageId) -> Result<&'static str> {
    const ANSWERS: &str = "SELECT EXISTS (SELECT 1 FROM part WHERE message_id = ?1 AND request_id IS NOT NULL)
        OR EXISTS (SELECT 1 FROM request WHERE message_id = ?1)
        OR EXISTS (SELECT 1 FROM journal WHERE message_id = ?1)";
    let answers: bool = t.prepare_cached(ANSWERS)?.query_row([id], |row| row.get(0))?;
    Ok(if answers { "assistant" } else { "user" })
}

/// Whether a made message is on the path of its chat, which is given, one of the versions there, or above another message.
fn is_in_sight(t: &Transaction<'_>, id: &MessageId, chat: &ChatId, path: &HashSet<MessageId>) -> Result<bool> {
    let is_above =
        t.prepare_cached("SELECT 1 FROM message WHERE chat_id = ?1 AND parent_id = ?2")?.exists((chat, id))?;
    if is_above || path.contains(id) {
        return Ok(true);
    }
    let mut versions = t.prepare_cached(
        "SELECT other.id FROM message AS this JOIN message AS other ON other.chat_id = this.chat_id
             AND other.parent_id IS this.parent_id AND other.role = this.role WHERE this.id = ?1",
    )?;
    let versions = versions.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<Vec<MessageId>>>()?;
    Ok(versions.iter().any(|version| path.contains(version)))
}

/// The path that a chat shows.
fn path_of(t: &Transaction<'_>, chat: &ChatId) -> Result<HashSet<MessageId>> {
    let head: Option<MessageId> = t
        .prepare_cached("SELECT head_id FROM chat WHERE id = ?1")?
        .query_row([chat], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(message::path(t, head.as_ref())?.into_iter().collect())
}

fn make_recovered(t: &Transaction<'_>) -> Result<ChatId> {
    let id = ChatId::new();
    chat::insert(t, &id, latest(t)?)?;
    chat::set_title(t, &id, RECOVERED, false)?;
    Ok(id)
}

/// The chat that a lost message was in, by the last operation that names it.
fn chat_by_operations(t: &Transaction<'_>, id: &MessageId) -> Result<Option<ChatId>> {
    let inverse: Option<String> = t
        .prepare_cached(
            "SELECT CAST(inverse AS TEXT) FROM operation WHERE instr(inverse, ?1) ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([id], |row| row.get_ref(0)?.as_str().map(str::to_owned).map_err(Into::into))
        .optional()
        .unwrap_or_default();
    let inverse = inverse.and_then(|inverse| serde_json::from_str::<Inverse>(&inverse).ok());
    // The chat may be lost too, and an operation alone does not bring it back.
    let exists = |chat: &ChatId| t.prepare_cached("SELECT 1 FROM chat WHERE id = ?1")?.exists([chat]);
    Ok(match inverse.as_ref().and_then(Inverse::chat) {
        Some(chat) if exists(chat)? => Some(chat.clone()),
        _ => None,
    })
}

/// The chats of lost messages by the ledger: a reply and all that was sent for it are of one chat.
fn chats_by_requests(t: &Transaction<'_>) -> Result<BTreeMap<MessageId, ChatId>> {
    let mut owner = t.prepare_cached(
        "SELECT message_id, (SELECT chat_id FROM message WHERE id = message_id) FROM part WHERE seq = ?1",
    )?;
    let mut requests = t.prepare(
        "SELECT part_ids, message_id, (SELECT chat_id FROM message WHERE id = message_id) FROM request ORDER BY seq",
    )?;
    let mut chats = BTreeMap::new();
    let mut rows = requests.query([])?;
    while let Some(row) = rows.next()? {
        let parts: Vec<i64> =
            row.get_ref(0)?.as_bytes().ok().and_then(|text| serde_json::from_slice(text).ok()).unwrap_or_default();
        let mut chat: Option<ChatId> = row.get(2)?;
        let mut lost: BTreeSet<MessageId> = BTreeSet::new();
        if let (None, Some(reply)) = (&chat, row.get(1)?) {
            lost.insert(reply);
        }
        for part in parts {
            let found = owner.query_row([part], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            match found {
                Some((_, Some(of_it))) => chat = chat.or(Some(of_it)),
                Some((id, None)) => {
                    lost.insert(id);
                }
                None => {}
            }
        }
        if let Some(chat) = chat {
            lost.into_iter().for_each(|id| {
                chats.entry(id).or_insert_with(|| chat.clone());
            });
        }
    }
    Ok(chats)
}

/// The keys of a chat's messages by their ids, which sort by time as they do.
type Keys = BTreeMap<MessageId, i64>;

fn keys_of(t: &Transaction<'_>, chat: &ChatId) -> Result<Keys> {
    let mut statement = t.prepare_cached("SELECT id, seq FROM message WHERE chat_id = ?1")?;
    let keys = statement.query_map([chat], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Makes a message at its place in time, not yet in the tree. There may be so many after it that are not made yet.
fn make<'a>(
    t: &Transaction<'_>,
    id: &'a MessageId,
    chat: &'a ChatId,
    role: &str,
    room: i64,
    keys: &mut BTreeMap<&'a ChatId, Keys>,
) -> Result<Made<'a>> {
    let named_by: Option<i64> = t
        .prepare_cached("SELECT min(seq) FROM message WHERE parent_id = ?1 AND chat_id = ?2")?
        .query_row((id, chat), |row| row.get(0))?;
    let ends: bool = t.prepare_cached("SELECT 1 FROM chat WHERE id = ?1 AND head_id = ?2")?.exists((chat, id))?;
    let mut of_chat = match keys.remove(chat) {
        Some(keys) => keys,
        None => keys_of(t, chat)?,
    };
    let after = of_chat.range((Bound::Excluded(id), Bound::Unbounded)).next().map(|(_, seq)| *seq);
    let seq = match named_by.or(after.filter(|_| !ends)) {
        Some(next) => free_down_from(t, next - 1)?,
        None => {
            let beyond = of_chat.values().max().map_or(0, |newest| newest + room);
            free_from(t, made_at(id).unwrap_or(0).max(beyond))?
        }
    };
    of_chat.insert(id.clone(), seq);
    keys.insert(chat, of_chat);
    insert(t, seq, id, chat, None, role)?;
    Ok(Made { id, chat, seq, named_by })
}

fn insert(
    t: &Transaction<'_>,
    seq: i64,
    id: &MessageId,
    chat: &ChatId,
    parent: Option<&MessageId>,
    role: &str,
) -> Result<()> {
    let at = made_at(id).unwrap_or(seq);
    t.prepare_cached(
        "INSERT INTO message (seq, id, chat_id, parent_id, role, state, created_at, settled_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'complete', ?6, ?6)",
    )?
    .execute(params![seq, id, chat, parent, role, at])?;
    Ok(())
}

/// When an id was made, in unix milliseconds.
fn made_at(id: &MessageId) -> Option<i64> {
    let (seconds, nanoseconds) = uuid::Uuid::parse_str(id.as_str()).ok()?.get_timestamp()?.to_unix();
    i64::try_from(seconds * 1000 + u64::from(nanoseconds) / 1_000_000).ok()
}

/// Hangs the made messages under what was said before them, the oldest first.
fn hang(t: &Transaction<'_>, mut made: Vec<Made<'_>>) -> Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    made.sort_by_key(|made| made.seq);
    let mut parents = HashMap::new();
    {
        let mut statement = t.prepare("SELECT id, parent_id FROM message WHERE parent_id IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        parents.extend(rows.collect::<rusqlite::Result<Vec<(MessageId, MessageId)>>>()?);
    }
    // By the key alone: the index of the chat would be sorted each time, and the wanted row is one of the first.
    let mut older = t.prepare(
        "SELECT id FROM message NOT INDEXED WHERE chat_id = ?1 AND deleted_by IS NULL AND seq < ?2 AND id <> ?3
         ORDER BY seq DESC",
    )?;
    for Made { id, chat, seq, named_by } in made {
        let mut parent = None;
        {
            let mut rows = older.query((chat, named_by.unwrap_or(seq), id))?;
            while let Some(row) = rows.next()? {
                let candidate: MessageId = row.get(0)?;
                if leads_up_without(&parents, &candidate, id) {
                    parent = Some(candidate);
                    break;
                }
            }
        }
        if let Some(parent) = parent {
            t.prepare_cached("UPDATE message SET parent_id = ?2 WHERE id = ?1")?.execute((id, &parent))?;
            parents.insert(id.clone(), parent);
        }
    }
    Ok(())
}

/// Whether a message has an end above it, and another one is not on the way: under its own descendant it would close a circle.
fn leads_up_without(parents: &HashMap<MessageId, MessageId>, from: &MessageId, other: &MessageId) -> bool {
    let mut seen = HashSet::new();
    let mut at = Some(from);
    while let Some(here) = at {
        if here == other || !seen.insert(here) {
            return false;
        }
        at = parents.get(here);
    }
    true
}
