//! The map of a chat: its messages in stretches between the forks.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, MessageId, Role};
use crate::error::Result;
use crate::parlour::Parlour;
use crate::store::{chat, from_word, json};

/// The most characters of an excerpt.
const EXCERPT: usize = 120;

/// A run of messages without a fork in it. One also begins where a branch has a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Stretch {
    /// Its first message.
    pub first: MessageId,
    /// Its last message.
    pub last: MessageId,
    /// The last message of the stretch it hangs from.
    pub parent: Option<MessageId>,
    /// How many stretches lead to it.
    pub depth: u32,
    /// How many messages it holds.
    pub messages: u32,
    /// Who says the first.
    pub role: Role,
    /// The beginning of the first, in one line.
    pub excerpt: String,
    /// The name of the branch that begins with it.
    pub name: Option<String>,
    /// The model of the first answer in it.
    pub model: Option<String>,
    /// Which of its siblings the first is, from 1.
    pub number: u32,
    /// How many siblings there are, itself included.
    pub count: u32,
    /// Whether it lies on the path that is shown.
    pub shown: bool,
    /// When something was last said in it, unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub last_at: i64,
}

/// A chat as a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatMap {
    /// Depth first, the oldest branch first.
    pub stretches: Vec<Stretch>,
}

impl Parlour {
    /// All branches of a chat.
    ///
    /// # Errors
    /// `chatNotFound`, `storageFailed`.
    pub async fn chat_map(&self, id: &ChatId) -> Result<ChatMap> {
        let (id, store) = (id.clone(), self.store_of(id).await?);
        store.read(move |connection| read(connection, &id)).await
    }
}

struct Node {
    id: String,
    parent: Option<String>,
    deleted: bool,
    role: Option<Role>,
    model: Option<String>,
    at: i64,
    name: Option<String>,
    /// The messages after it on any path; the deleted ones are passed by.
    children: Vec<usize>,
    /// The message before it, the same way.
    before: Option<usize>,
}

/// Text that may be none any more: the rest of the map must not suffer.
fn text(row: &Row<'_>, n: usize) -> rusqlite::Result<Option<String>> {
    let bytes = row.get_ref(n)?.as_bytes_or_null().map_err(rusqlite::Error::from)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

fn nodes(connection: &Connection, chat: &ChatId) -> Result<Vec<Node>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, parent_id, message.deleted_by IS NOT NULL, role, model, coalesce(settled_at, created_at), name
         FROM message LEFT JOIN branch ON message_id = id WHERE message.chat_id = ?1 ORDER BY message.seq",
    )?;
    let rows = statement.query_map([chat], |row| {
        Ok(Node {
            id: row.get(0)?,
            parent: row.get(1)?,
            deleted: row.get(2)?,
            role: from_word(&text(row, 3)?.unwrap_or_default()),
            model: text(row, 4)?,
            at: row.get(5)?,
            name: text(row, 6)?,
            children: Vec::new(),
            before: None,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(connection: &Connection, id: &ChatId) -> Result<ChatMap> {
    let head = chat::find(connection, id)?.head;
    let mut nodes = nodes(connection, id)?;
    let roots = link(&mut nodes);
    let shown = shown(&nodes, head.as_ref());
    let versions = versions(&nodes);
    let mut stretches: Vec<Stretch> = Vec::new();
    // Not by calls of itself: a chat may be deeper than the stack.
    let mut open: Vec<(usize, u32)> = roots.into_iter().rev().map(|root| (root, 0)).collect();
    while let Some((first, depth)) = open.pop() {
        let (mut last, mut messages) = (first, 1);
        let (mut model, mut last_at) = (None, nodes[first].at);
        loop {
            let node = &nodes[last];
            last_at = last_at.max(node.at);
            if model.is_none() && node.role == Some(Role::Assistant) {
                model.clone_from(&node.model);
            }
            match node.children[..] {
                [only] if nodes[only].name.is_none() => last = only,
                _ => break,
            }
            messages += 1;
        }
        let node = &nodes[first];
        let (number, count) = versions.get(&first).copied().unwrap_or((1, 1));
        stretches.push(Stretch {
            first: MessageId(node.id.clone()),
            last: MessageId(nodes[last].id.clone()),
            parent: node.before.map(|before| MessageId(nodes[before].id.clone())),
            depth,
            messages,
            role: node.role.unwrap_or(Role::Assistant),
            excerpt: String::new(),
            name: node.name.clone(),
            model,
            number,
            count,
            shown: shown.contains(&first),
            last_at,
        });
        open.extend(nodes[last].children.iter().rev().map(|child| (*child, depth + 1)));
    }
    excerpts(connection, &mut stretches)?;
    Ok(ChatMap { stretches })
}

/// Tells each message what comes before and after it, and gives those with which the chat can begin. Each message is met
/// once: where damage made a circle of parents, it ends, and begins with its oldest message.
fn link(nodes: &mut [Node]) -> Vec<usize> {
    let by_id: HashMap<&str, usize> = nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let parents: Vec<Option<usize>> = nodes.iter().map(|node| by_id.get(node.parent.as_deref()?).copied()).collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (at, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            below[*parent].push(at);
        }
    }
    let (mut roots, mut met) = (Vec::new(), vec![false; nodes.len()]);
    let begins = (0..nodes.len()).filter(|at| parents[*at].is_none());
    for begin in begins.chain(0..nodes.len()).collect::<Vec<_>>() {
        let mut open = vec![(begin, None)];
        while let Some((at, before)) = open.pop() {
            if std::mem::replace(&mut met[at], true) {
                continue;
            }
            let mut before = before;
            if !nodes[at].deleted {
                nodes[at].before = before;
                match before {
                    Some(before) => nodes[before].children.push(at),
                    None => roots.push(at),
                }
                before = Some(at);
            }
            open.extend(below[at].iter().map(|child| (*child, before)));
        }
    }
    roots.sort_unstable();
    for node in nodes.iter_mut() {
        node.children.sort_unstable();
    }
    roots
}

/// The messages on the path to `head`.
fn shown(nodes: &[Node], head: Option<&MessageId>) -> HashSet<usize> {
    let by_id: HashMap<&str, usize> = nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let mut shown = HashSet::new();
    let mut next = head.map(MessageId::as_str);
    while let Some(at) = next.and_then(|id| by_id.get(id))
        && shown.insert(*at)
    {
        next = nodes[*at].parent.as_deref();
    }
    shown
}

/// Number and count of each message among its siblings, as messages have them.
fn versions(nodes: &[Node]) -> HashMap<usize, (u32, u32)> {
    let mut families: HashMap<(Option<&str>, Option<Role>), Vec<usize>> = HashMap::new();
    for (at, node) in nodes.iter().enumerate().filter(|(_, node)| !node.deleted) {
        families.entry((node.parent.as_deref(), node.role)).or_default().push(at);
    }
    let numbered = |family: Vec<usize>| {
        let count = u32::try_from(family.len()).unwrap_or(u32::MAX);
        family.into_iter().zip(1..).map(move |(at, number)| (at, (number, count)))
    };
    families.into_values().flat_map(numbered).collect()
}

/// Gives each stretch the beginning of its first message in one line; of a running one what the journal has.
fn excerpts(connection: &Connection, stretches: &mut [Stretch]) -> Result<()> {
    let places: HashMap<String, usize> =
        stretches.iter().enumerate().map(|(at, stretch)| (stretch.first.0.clone(), at)).collect();
    let firsts = json(&places.keys().collect::<Vec<_>>())?;
    // The parts last: a reply that goes on after it was cut has both.
    for texts in [
        "SELECT message_id, text FROM json_each(?1) JOIN journal ON message_id = value
         WHERE kind = 'text' ORDER BY message_id, n",
        "SELECT message_id, CAST(substr(CAST(text AS BLOB), 1, 2000) AS TEXT) FROM json_each(?1) JOIN part ON seq =
             (SELECT seq FROM part WHERE message_id = value AND kind = 'text' ORDER BY n LIMIT 1)",
    ] {
        let mut begun: HashMap<usize, String> = HashMap::new();
        let mut statement = connection.prepare_cached(texts)?;
        let mut rows = statement.query([&firsts])?;
        while let Some(row) = rows.next()? {
            let Some(at) = places.get(&row.get::<_, String>(0)?) else { continue };
            begun.entry(*at).or_default().push_str(&text(row, 1)?.unwrap_or_default());
        }
        for (at, text) in begun {
            stretches[at].excerpt = excerpt(&text);
        }
    }
    Ok(())
}

fn excerpt(text: &str) -> String {
    let begin: String = text.chars().take(8 * EXCERPT).collect();
    begin.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(EXCERPT).collect()
}
