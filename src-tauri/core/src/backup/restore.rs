//! Bringing a backup back: the whole of it in the place of the database, or one chat beside the others.
//! Both can be taken back: the one by the backup that is taken before it, the other as an operation.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Transaction, params};

use crate::chat::{ChatId, MessageId, OperationId};
use crate::error::{ErrorKind, Result};
use crate::folder::{FolderLock, Mark};
use crate::order::{self, change::Seen};
use crate::parlour::Parlour;
use crate::patch::{NoticeContent, OperationKind, RestoredChat};
use crate::reply::quieten;
use crate::settings::Settings;
use crate::store::operation::Inverse;
use crate::store::{
    FILE_NAME, Store, blocking, branch, chat, digest, fork, lock, newest_schema, operation, persona, replace_closed,
    search, update_copy,
};

use super::folder::{Folder, at_least_path, with_path};
use super::manifest::Manifest;
use super::take::take_into;
use super::verify::{Fault, Scratch};
use super::{Backup, BackupReason, Backups, prove};

/// A backup, verified, in today's schema, and with nothing in it that would go out by itself.
///
/// One that could never be verified, since the database it was taken of was damaged, is brought back as it was: it is what
/// takes the return of another one back.
///
/// # Errors
/// The kinds of `verify_backup`.
pub(super) fn ready(folder: &Folder, id: &str, now: i64) -> Result<Scratch> {
    let mut manifest = folder.manifest(id)?;
    let mut scratch = if manifest.verified.is_some() {
        prove(folder, id, &mut manifest, now)?
    } else {
        match prove(folder, id, &mut manifest, now) {
            Err(Fault::Database(_)) => Scratch::assemble(folder, id, &manifest)?,
            other => other?,
        }
    };
    // On the copy: where a step fails, the database is as it was.
    let path = folder.manifest_path(id);
    update_copy(&mut scratch.connection, &path)?;
    quieten(&scratch.connection, now).map_err(|error| at_least_path(&path, error))?;
    Ok(scratch)
}

impl Parlour {
    /// Puts a whole backup in the place of the chats there are. Before that a backup of these is taken (`restore`): bringing
    /// that one back takes this back. Replies that run are stopped; what was queued in the backup does not go out.
    ///
    /// # Errors
    /// The kinds of `verify_backup`: then all is as it was, but replies that ran may have been stopped.
    pub async fn restore_backup(self: &Arc<Self>, id: &str) -> Result<()> {
        let turn = self.backups.turn().await?;
        let (place, id, now) = (self.backup_place(), id.to_owned(), self.now());
        let (folder, scratch) = blocking(move || {
            let folder = Folder::open(&place)?;
            let scratch = ready(&folder, &id, now)?;
            Ok((folder, scratch))
        })
        .await?;
        let replaced = {
            let paused = self.replies.pause();
            let replaced = match paused.workers_gone().await {
                Ok(()) => {
                    let store = Arc::clone(&self.store);
                    blocking(move || {
                        // In this order: whoever has the next turn finds the folder free.
                        let (_turn, folder, scratch) = (turn, folder, scratch);
                        replace(&store, &folder, &scratch, now)
                    })
                    .await
                }
                Err(error) => Err(error),
            };
            if let Ok((before, after)) = &replaced {
                *lock(&self.connection_row) = None;
                self.replaced(before, after).await;
            }
            replaced
        };
        if let Err(error) = self.pump_all().await {
            self.notify(NoticeContent::Failure { error });
        }
        replaced.map(|_| ())
    }

    /// Brings one chat of a backup back as a new chat, beside whatever became of it. `undo` takes it out again.
    ///
    /// # Errors
    /// `chatNotFound`, and as `restore_backup`.
    pub async fn restore_chat(&self, id: &str, chat_id: &ChatId) -> Result<RestoredChat> {
        let turn = self.backups.turn().await?;
        let (place, id, wanted, now) = (self.backup_place(), id.to_owned(), chat_id.clone(), self.now());
        let (store, new, operation_id) = (Arc::clone(&self.store), ChatId::new(), OperationId::new());
        let (new_of_it, operation_of_it) = (new.clone(), operation_id.clone());
        blocking(move || {
            let _turn = turn;
            let folder = Folder::open(&place)?;
            let scratch = ready(&folder, &id, now)?;
            store.write_now(|t| {
                copy_chat(&scratch.connection, t, &wanted, &new_of_it, now)?;
                let inverse = Inverse::RemoveChat { chat: new_of_it };
                operation::insert(t, &operation_of_it, OperationKind::RestoreChat, &inverse, now)
            })
        })
        .await?;
        self.live.arranged(&Seen { back: vec![new.clone()], ..Seen::default() });
        Ok(RestoredChat { chat: new, operation_id })
    }
}

/// Goes back to before an update: where the database is refused as too new for this version, the newest backup that it can
/// read takes its place. What the newer version wrote is in a backup of its own (`restore`), which that one can bring back.
/// For a data folder whose lock is held and that is not open.
///
/// # Errors
/// `storageTooNew` with the path of the database where there is no such backup; the kinds of `Parlour::verify_backup`.
/// Then the database is as it was.
pub fn go_back(lock: &FolderLock, settings: &Settings, now: i64) -> Result<Backup> {
    let database = lock.folder().join(FILE_NAME);
    let folder = Folder::open(&Backups::new(lock.folder()).place(settings))?;
    let readable = |manifest: &Manifest| manifest.verified.is_some() && manifest.facts.schema <= newest_schema();
    let found = folder.manifests()?.into_iter().find(|(_, manifest)| readable(manifest));
    let (id, manifest) = found.ok_or_else(|| with_path(&database, ErrorKind::StorageTooNew.into()))?;
    let scratch = ready(&folder, &id, now)?;
    take_into(&folder, &database, BackupReason::Restore, now)?;
    // The log goes into the backup, and is not missed.
    lock.keep_mark(Mark::Open);
    replace_closed(&database, &scratch.connection).map_err(|error| at_least_path(&database, error))?;
    Ok(manifest.backup(&id))
}

/// Gives the chats there were and those there are now.
fn replace(store: &Store, folder: &Folder, scratch: &Scratch, now: i64) -> Result<(Vec<ChatId>, Vec<ChatId>)> {
    let back_up = |database: &Path| take_into(folder, database, BackupReason::Restore, now);
    let seen = store.changes();
    let first = back_up(store.path())?;
    let mut before = Vec::new();
    let replaced = store.replace_now(&scratch.connection, seen, |changed| {
        if changed {
            // Something was stored meanwhile. What was acknowledged is in the backup too; this one costs only what changed.
            back_up(store.path())?;
            folder.remove_manifest(&first.backup.id)?;
        }
        before = store.read_now(chat::ids)?;
        Ok(())
    });
    replaced.map_err(|error| at_least_path(store.path(), error))?;
    Ok((before, chat::ids(&scratch.connection)?))
}

/// Copies a chat with all its versions under new ids.
pub(crate) fn copy_chat(from: &Connection, t: &Transaction<'_>, wanted: &ChatId, new: &ChatId, now: i64) -> Result<()> {
    let head: Option<MessageId> = chat::find(from, wanted)?.head;
    copy_row(from, t, wanted, new, now)?;
    order::copy(from, t, wanted, new)?;
    let mut ids: HashMap<MessageId, MessageId> = HashMap::new();
    let mut messages = from.prepare("SELECT id FROM message WHERE chat_id = ?1 ORDER BY seq")?;
    let in_order = messages.query_map([wanted], |row| row.get(0))?.collect::<rusqlite::Result<Vec<MessageId>>>()?;
    for id in &in_order {
        ids.insert(id.clone(), MessageId::new());
    }
    for id in &in_order {
        copy_message(from, t, new, id, &ids)?;
    }
    persona::set_taken(t, new, persona::taken(from, wanted)?.as_ref())?;
    branch::copy(from, t, wanted, new, &ids)?;
    fork::copy(from, t, wanted, new, &ids)?;
    chat::set_head(t, new, head.as_ref().and_then(|head| ids.get(head)))
}

fn copy_row(from: &Connection, t: &Transaction<'_>, wanted: &ChatId, new: &ChatId, now: i64) -> Result<()> {
    let mut chats = from.prepare(
        "SELECT title, title_by_person, options, input_tokens, output_tokens, created_at FROM chat WHERE id = ?1",
    )?;
    let (title, by_person) = chats.query_row([wanted], |row| {
        t.execute(
            // At the top, where the person looks for it.
            "INSERT INTO chat (id, options, input_tokens, output_tokens, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, max(?6, 1 + (SELECT coalesce(max(updated_at), 0) FROM chat)))",
            params![
                new,
                row.get::<_, String>(2)?,
                row.get::<_, i64>(3)?,
                row.get::<_, i64>(4)?,
                row.get::<_, i64>(5)?,
                now
            ],
        )?;
        Ok((row.get::<_, String>(0)?, row.get(1)?))
    })?;
    chat::set_title(t, new, &title, by_person)
}

fn copy_message(
    from: &Connection,
    t: &Transaction<'_>,
    chat_id: &ChatId,
    id: &MessageId,
    ids: &HashMap<MessageId, MessageId>,
) -> Result<()> {
    let Some(new) = ids.get(id) else { return Ok(()) };
    let mut messages = from.prepare_cached(
        "SELECT parent_id, role, state, error, model, finish_reason, input_tokens, output_tokens, created_at, started_at,
             settled_at, deleted_by FROM message WHERE id = ?1",
    )?;
    messages.query_row([id], |row| {
        let parent = row.get::<_, Option<MessageId>>(0)?.and_then(|parent| ids.get(&parent));
        // As they are, also those that cannot be read: bytes that are no text are carried over unread.
        let column = |n| row.get_ref(n).map(ToSqlOutput::Borrowed);
        t.prepare_cached(
            "INSERT INTO message (seq, id, chat_id, parent_id, role, state, error, model, finish_reason, input_tokens,
                 output_tokens, created_at, started_at, settled_at, deleted_by)
             VALUES (max(?1, 1 + (SELECT coalesce(max(seq), 0) FROM message)), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
                 ?1, ?12, ?13, ?14)",
        )?
        .execute(params![
            column(8)?,
            new,
            chat_id,
            parent,
            column(1)?,
            column(2)?,
            column(3)?,
            column(4)?,
            column(5)?,
            column(6)?,
            column(7)?,
            column(9)?,
            column(10)?,
            column(11)?,
        ])
    })?;
    let mut parts = from.prepare_cached(
        "SELECT n, kind, text, blob_hash, (SELECT bytes FROM blob WHERE hash = blob_hash) FROM part WHERE message_id = ?1
         ORDER BY n",
    )?;
    let mut rows = parts.query([id])?;
    while let Some(row) = rows.next()? {
        let column = |n| row.get_ref(n).map(ToSqlOutput::Borrowed);
        // Without the request: the ledger says what went out from here, and for these rows nothing did.
        t.prepare_cached("INSERT INTO part (message_id, n, kind, text, blob_hash) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![new, column(0)?, column(1)?, column(2)?, column(3)?])?;
        if row.get_ref(4)? != ValueRef::Null {
            t.prepare_cached("INSERT INTO blob (hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING")?
                .execute(params![column(3)?, column(4)?])?;
        }
    }
    digest::settle(t, chat_id, new)?;
    search::put(t, new)
}
