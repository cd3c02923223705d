//! Storing a message, beside one bare SQLite transaction of the same bytes with `synchronous=FULL`.

use std::time::Instant;

use model_server::{ModelServer, Reply};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{open, quantile};

const ROUNDS: usize = 400;

/// About as long as a question is.
const TEXT: &str = "How do I keep a parser from copying every token when the buffer it borrows from has to grow, and what \
    does it cost to count from the start of the stream instead? Please show it for the common case first.";

pub(crate) async fn measure() -> Result<Value, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let server = ModelServer::start().await?;
    // Nothing is answered: only the storing is measured.
    server.default_reply(Some(Reply::error(400, "bench", "no")));
    let core = open(&folder.path().join("data"), &server.url())?;
    let bare = Connection::open(folder.path().join("bare.db"))?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch("CREATE TABLE message (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)")?;

    let (mut stored, mut floor) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let chat = core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?;
        let before = Instant::now();
        core.send_message(&chat, TEXT.to_owned()).await?;
        let took = before.elapsed().as_secs_f64() * 1e3;
        // Else the answer's row is written beside what is measured next.
        let mut since = 0;
        loop {
            let patch = core.next_patch(&chat, since).await?;
            since = patch.revision;
            if core.overview().await?.chats.iter().all(|row| row.reply.is_none()) {
                break;
            }
        }
        let before = Instant::now();
        bare.execute("INSERT INTO message (text) VALUES (?1)", [TEXT])?;
        let bare_took = before.elapsed().as_secs_f64() * 1e3;
        if round >= ROUNDS / 10 {
            stored.push(took);
            floor.push(bare_took);
        }
    }
    core.close();
    Ok(json!({
        "messageP50": quantile(&mut stored, 0.5), "messageP95": quantile(&mut stored, 0.95),
        "bareP50": quantile(&mut floor, 0.5), "bareP95": quantile(&mut floor, 0.95),
    }))
}
