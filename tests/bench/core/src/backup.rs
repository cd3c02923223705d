//! Backups of a database full of chats: the first, one after some more messages, one after none; what bringing one back
//! takes, and what small writes cost beside one.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use model_server::{ModelServer, Reply};
use parlour_core::Parlour;
use parlour_core::backup::{Backup, BackupReason};
use serde_json::{Value, json};

use crate::{Outcome, open, quantile};

/// Messages of a chat, and bytes of a message.
const MESSAGES: usize = 40;
const BYTES: usize = 8 * 1024;

/// What is said between two backups.
const MORE: usize = 20;

/// Writes that are measured with nothing beside them.
const WRITES: usize = 200;

type Failure = Box<dyn std::error::Error>;

pub(crate) fn measure(megabytes: usize) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = runtime.block_on(figures(megabytes))?;
    println!("{figures}");
    Ok(())
}

async fn figures(megabytes: usize) -> Result<Value, Failure> {
    let folder = tempfile::tempdir()?;
    let server = ModelServer::start().await?;
    server.default_reply(Some(Reply::error(400, "bench", "no")));
    let core = open(folder.path(), &server.url())?;
    let messages = megabytes * 1024 * 1024 / BYTES;
    for chat in 0..messages.div_ceil(MESSAGES) {
        say(&core, chat, MESSAGES, BYTES).await?;
    }
    let chunks = folder.path().join("backups/chunks");
    let (first, backup) = take(&core, &chunks).await?;
    say(&core, messages, MORE, 400).await?;
    let (second, _) = take(&core, &chunks).await?;
    let (unchanged, _) = take(&core, &chunks).await?;
    let before = Instant::now();
    core.restore_backup(&backup.id).await?;
    let restored = before.elapsed().as_secs_f64() * 1e3;
    let (mut alone, mut beside) = writes(&core, &folder.path().join("backups")).await?;
    Ok(json!({
        "databaseBytes": backup.size, "messages": backup.messages,
        "first": first, "second": second, "unchanged": unchanged, "restoreMs": restored,
        "draftP50": quantile(&mut alone, 0.5), "draftP95": quantile(&mut alone, 0.95),
        "draftBesideP50": quantile(&mut beside, 0.5), "draftBesideP95": quantile(&mut beside, 0.95),
    }))
}

/// One chat with so many questions, none of which is answered.
async fn say(core: &Arc<Parlour>, number: usize, messages: usize, bytes: usize) -> Result<(), Failure> {
    let chat = core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?;
    for message in 0..messages {
        let text: String = (0..).map(|word| format!("{number}.{message}.{word} ")).take(bytes / 10).collect();
        core.send_message(&chat, text).await?;
    }
    Ok(())
}

/// How long a small write takes alone, and beside a daily backup that stores everything anew.
async fn writes(core: &Arc<Parlour>, backups: &Path) -> Result<(Vec<f64>, Vec<f64>), Failure> {
    let chat = core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?;
    let write = async |number: usize| -> Result<f64, Failure> {
        let before = Instant::now();
        core.save_draft(&chat, format!("draft {number}")).await?;
        Ok(before.elapsed().as_secs_f64() * 1e3)
    };
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for number in 0..WRITES {
        alone.push(write(number).await?);
    }
    std::fs::remove_dir_all(backups)?;
    let taking = {
        let core = Arc::clone(core);
        tokio::spawn(async move { core.take_backup(BackupReason::Daily).await })
    };
    while !taking.is_finished() {
        beside.push(write(beside.len()).await?);
    }
    taking.await??;
    Ok((alone, beside))
}

/// A backup: how long it took, and what it added to the folder.
async fn take(core: &Parlour, chunks: &Path) -> Result<(Value, Backup), Failure> {
    let (files, bytes) = size(chunks)?;
    let before = Instant::now();
    let backup = core.take_backup(BackupReason::Manual).await?;
    let took = before.elapsed().as_secs_f64() * 1e3;
    let (files_after, bytes_after) = size(chunks)?;
    Ok((json!({ "ms": took, "chunks": files_after - files, "bytes": bytes_after - bytes }), backup))
}

/// Files and bytes below the folder of chunks.
fn size(chunks: &Path) -> Result<(u64, u64), Failure> {
    let (mut files, mut bytes) = (0, 0);
    if chunks.is_dir() {
        for folder in std::fs::read_dir(chunks)? {
            for chunk in std::fs::read_dir(folder?.path())? {
                files += 1;
                bytes += chunk?.metadata()?.len();
            }
        }
    }
    Ok((files, bytes))
}
