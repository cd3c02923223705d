//! The messages of a chat in memory, read in one go: that costs less than asking for 10,000 children one by one.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::chat::{ChatId, MessageId};
use crate::error::Result;

struct Node {
    id: String,
    deleted: bool,
    /// Its place in the order of the chat: that of `nodes`.
    children: Vec<usize>,
    /// The newest message below it (itself included) that is not deleted.
    newest: Option<usize>,
}

/// Parents and children of a chat, the deleted ones included.
pub(super) struct Tree {
    nodes: Vec<Node>,
    parents: Vec<Option<usize>>,
    by_id: HashMap<String, usize>,
}

impl Tree {
    pub(super) fn read(connection: &Connection, chat: &ChatId) -> Result<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT id, parent_id, deleted_by IS NOT NULL FROM message WHERE chat_id = ?1 ORDER BY seq",
        )?;
        let (mut nodes, mut parents, mut by_id) = (Vec::new(), Vec::new(), HashMap::new());
        let mut rows = statement.query([chat])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            by_id.insert(id.clone(), nodes.len());
            parents.push(row.get::<_, Option<String>>(1)?);
            nodes.push(Node { id, deleted: row.get(2)?, children: Vec::new(), newest: None });
        }
        let parents: Vec<Option<usize>> =
            parents.into_iter().map(|parent| by_id.get(parent.as_deref()?).copied()).collect();
        for (at, parent) in parents.iter().enumerate() {
            if let Some(node) = parent.and_then(|parent| nodes.get_mut(parent)) {
                node.children.push(at);
            }
        }
        // The newest first: whoever meets one that knows a newer one can stop, so that each is visited once.
        for at in (0..nodes.len()).rev().filter(|at| !nodes[*at].deleted).collect::<Vec<_>>() {
            let mut next = Some(at);
            while let Some(up) = next
                && nodes[up].newest.is_none()
            {
                nodes[up].newest = Some(at);
                next = parents[up];
            }
        }
        Ok(Self { nodes, parents, by_id })
    }

    /// Whether the chat has this message, deleted or not.
    pub(super) fn has(&self, id: &MessageId) -> bool {
        self.by_id.contains_key(id.as_str())
    }

    /// Whether the way to one message leads through another.
    pub(super) fn leads_through(&self, end: &MessageId, id: &MessageId) -> bool {
        let through = self.by_id.get(id.as_str()).copied();
        let mut at = self.by_id.get(end.as_str()).copied();
        for _ in 0..self.nodes.len() {
            match at {
                None => return false,
                Some(_) if at == through => return true,
                Some(here) => at = self.parents[here],
            }
        }
        false
    }

    /// Where the path through a message ends.
    pub(super) fn end_below(&self, id: &MessageId, taken: &HashMap<String, String>) -> Option<MessageId> {
        let mut at = *self.by_id.get(id.as_str())?;
        let mut end = None;
        // No longer than the chat: where damage made a circle of parents, it ends.
        for _ in 0..self.nodes.len() {
            let node = &self.nodes[at];
            if !node.deleted {
                end = Some(at);
            }
            let live = || node.children.iter().copied().filter(|child| self.nodes[*child].newest.is_some());
            let remembered = taken.get(&node.id);
            let next = live()
                .find(|child| remembered == Some(&self.nodes[*child].id))
                .or_else(|| live().max_by_key(|child| self.nodes[*child].newest));
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        end.map(|at| MessageId(self.nodes[at].id.clone()))
    }
}
