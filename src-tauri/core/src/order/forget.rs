//! What could be taken back forgets chats that are gone for good.

use std::collections::HashSet;

use rusqlite::Transaction;
use serde_json::Value;

use crate::chat::{ChatId, OperationId, TagId};
use crate::error::Result;
use crate::store::json;
use crate::store::operation::Inverse;

/// Takes chats that have just gone for good out of all operations, and removes those that were about nothing else. So go the
/// tags that only they had, unless they are wanted to take back what was done to others.
pub(crate) fn forget(t: &Transaction<'_>, gone: &HashSet<ChatId>, orphans: Vec<TagId>) -> Result<()> {
    let trashed: HashSet<OperationId> = t
        .prepare("SELECT DISTINCT deleted_by FROM chat WHERE deleted_by IS NOT NULL AND purged_at IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut wanted: HashSet<TagId> = HashSet::new();
    let (mut to_remove, mut to_rewrite) = (Vec::new(), Vec::new());
    let mut statement = t.prepare("SELECT seq, inverse FROM operation")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        // One that damage made unreadable cannot be taken back, whatever is done here.
        let Ok(stored) = row.get_ref(1)?.as_str() else { continue };
        match serde_json::from_str(stored) {
            Ok(Inverse::Order { change }) => match change.clone().without(gone, &trashed) {
                None => to_remove.push(seq),
                Some(left) => {
                    wanted.extend(left.tags());
                    if left != change {
                        to_rewrite.push((seq, json(&Inverse::Order { change: left })?));
                    }
                }
            },
            Ok(inverse) if inverse.chat().is_some_and(|chat| gone.contains(chat)) => to_remove.push(seq),
            Ok(_) => {}
            // Of a kind that is unknown here.
            Err(_) => {
                let inverse: Value = serde_json::from_str(stored).unwrap_or_default();
                let chat = inverse.get("chat").and_then(Value::as_str);
                if chat.is_some_and(|chat| gone.contains(&ChatId(chat.to_owned()))) {
                    to_remove.push(seq);
                }
            }
        }
    }
    for seq in to_remove {
        t.prepare_cached("DELETE FROM operation WHERE seq = ?1")?.execute([seq])?;
    }
    for (seq, inverse) in to_rewrite {
        t.prepare_cached("UPDATE operation SET inverse = ?2 WHERE seq = ?1")?.execute((seq, inverse))?;
    }
    for tag in orphans.into_iter().filter(|tag| !wanted.contains(tag)) {
        t.prepare_cached("DELETE FROM tag WHERE id = ?1")?.execute([&tag])?;
        // What still names it is its names.
        t.prepare_cached("DELETE FROM operation WHERE instr(inverse, ?1)")?.execute([&tag])?;
    }
    Ok(())
}
