//! A warm connection: from the call that sends a message to the first byte of the request at the server.

use std::time::{SystemTime, UNIX_EPOCH};

use model_server::{ModelServer, Reply};
use serde_json::{Value, json};

use crate::{open, quantile};

const ROUNDS: usize = 200;

pub(crate) async fn measure() -> Result<Value, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let server = ModelServer::start().await?;
    server.default_reply(Some(Reply::text("Yes.")));
    let core = open(folder.path(), &server.url())?;
    let chat = core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?;
    let mut waits = Vec::new();
    for round in 0..ROUNDS {
        let before = SystemTime::now();
        core.send_message(&chat, format!("Question {round}?")).await?;
        let request = server.request(round).await;
        let wait =
            request.at.duration_since(UNIX_EPOCH)?.as_secs_f64() - before.duration_since(UNIX_EPOCH)?.as_secs_f64();
        let mut since = 0;
        while core.overview().await?.chats.iter().any(|row| row.reply.is_some()) {
            since = core.next_patch(&chat, since).await?.revision;
        }
        // The first ones open the connection and warm the caches.
        if round >= ROUNDS / 10 {
            waits.push(wait * 1e3);
        }
    }
    core.close();
    Ok(json!({ "firstByteP50": quantile(&mut waits, 0.5), "firstByteP95": quantile(&mut waits, 0.95) }))
}
