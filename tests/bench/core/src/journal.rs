//! What the journal costs an answer: an answer that core writes to the journal once, against one a byte shorter that it does
//! not, beside one bare SQLite transaction of as many bytes with `synchronous=FULL`.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model_server::{ModelServer, Reply, Step};
use parlour_core::Parlour;
use parlour_core::chat::{ChatId, MessageState, Role};
use parlour_core::parlour::Timing;
use parlour_core::patch::{ChatPatch, MessagePatch};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{open_with, quantile};

const ROUNDS: usize = 150;

/// Bytes at which core writes to the journal, however short ago it did.
const FLUSH: usize = 4 * 1024;

type Failure = Box<dyn std::error::Error>;

pub(crate) async fn measure() -> Result<Value, Failure> {
    let folder = tempfile::tempdir()?;
    let server = ModelServer::start().await?;
    // Only the bytes decide when it is written.
    let timing = Timing { journal_every: Duration::from_secs(3600), ..Timing::default() };
    let core = open_with(&folder.path().join("data"), &server.url(), timing)?;
    let bare = bare(&folder.path().join("bare.db"))?;
    let (mut added, mut floor, mut without) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Each of the two comes first as often as the other.
        let first = FLUSH - round % 2;
        let second = 2 * FLUSH - 1 - first;
        let (first_took, second_took) =
            (answered(&core, &server, first).await?, answered(&core, &server, second).await?);
        let (short, long) = if first < second { (first_took, second_took) } else { (second_took, first_took) };
        let text = text(FLUSH);
        let before = Instant::now();
        bare.execute("INSERT INTO journal (text) VALUES (?1)", [text])?;
        let bare_took = before.elapsed().as_secs_f64() * 1e3;
        if round >= ROUNDS / 10 {
            added.push(long - short);
            without.push(short);
            floor.push(bare_took);
        }
    }
    core.close();
    Ok(json!({
        "bytes": FLUSH, "flushP50": quantile(&mut added, 0.5), "withoutP50": quantile(&mut without, 0.5),
        "bareP50": quantile(&mut floor, 0.5),
    }))
}

fn bare(path: &Path) -> Result<Connection, Failure> {
    let bare = Connection::open(path)?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch("CREATE TABLE journal (n INTEGER PRIMARY KEY, text TEXT NOT NULL)")?;
    Ok(bare)
}

fn text(bytes: usize) -> String {
    "The keeper counts the ships. ".chars().cycle().take(bytes).collect()
}

/// Milliseconds from the second piece of an answer of so many bytes, all but one of them in it, to the stored answer.
async fn answered(core: &Arc<Parlour>, server: &ModelServer, bytes: usize) -> Result<f64, Failure> {
    let gate = format!("answer {}", server.requests().len());
    server.reply(Reply::stream(vec![
        Step::Role,
        Step::Text { text: ".".to_owned() },
        Step::Gate { name: gate.clone() },
        Step::Text { text: text(bytes - 1) },
        Step::Finish { reason: "stop".to_owned() },
        Step::Done,
    ]));
    let chat = core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?;
    core.send_message(&chat, "How many ships pass?".to_owned()).await?;
    let mut since = 0;
    until(core, &chat, &mut since, |state| state == MessageState::Streaming).await?;
    let before = Instant::now();
    server.open(&gate);
    until(core, &chat, &mut since, MessageState::is_settled).await?;
    Ok(before.elapsed().as_secs_f64() * 1e3)
}

/// Follows a chat until its answer is in such a state.
async fn until(
    core: &Parlour,
    chat: &ChatId,
    since: &mut u64,
    wanted: impl Fn(MessageState) -> bool,
) -> Result<(), Failure> {
    loop {
        let patch = core.next_patch(chat, *since).await?;
        *since = patch.revision;
        if state(&patch).is_some_and(&wanted) {
            return Ok(());
        }
    }
}

fn state(patch: &ChatPatch) -> Option<MessageState> {
    patch.messages.iter().rev().find_map(|message| match message {
        MessagePatch::Stream { state, .. } => Some(*state),
        MessagePatch::Put { message } | MessagePatch::Settle { message, .. } => {
            (message.role == Role::Assistant).then_some(message.state)
        }
    })
}
