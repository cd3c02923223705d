//! Data folders full of chats, written by core itself against a model server that answers at once.

use std::path::Path;
use std::sync::Arc;

use model_server::{ModelServer, Reply};
use parlour_core::chat::ChatId;
use parlour_core::settings::Settings;
use parlour_core::{FILE_NAME, Parlour};

use crate::{Outcome, open};

const ANSWER: &str = "Keep **offsets** instead of references: a token that says *where* it is does not borrow.\n\n\
    ```rust\nstruct Token { start: u32, end: u32 }\n```\n\n- it costs 8 bytes\n- the buffer may grow\n\nThat is all there is to it.";

/// Bytes of a question where a database is filled by its size: few of them are many megabytes soon.
const LARGE: usize = 512 * 1024;

type Failure = Box<dyn std::error::Error>;

/// So many chats of two messages, the last of them of `messages`.
pub(crate) fn by_chats(folder: &Path, chats: usize, messages: usize) -> Outcome {
    filled(folder, async |core| {
        let mut last = None;
        for number in 0..chats {
            let chat = new_chat(core).await?;
            let rounds = if number + 1 == chats { messages.div_ceil(2) } else { 1 };
            for round in 0..rounds {
                let question = format!("Chat {number}, question {round}: how do I keep a parser from copying?");
                ask(core, &chat, question).await?;
            }
            last = Some(chat);
        }
        Ok(last)
    })
}

/// Chats of one large question each, until the database has so many megabytes; the last one is small.
pub(crate) fn by_size(folder: &Path, megabytes: u64) -> Outcome {
    let database = folder.join(FILE_NAME);
    filled(folder, async |core| {
        let mut number = 0;
        while std::fs::metadata(&database)?.len() < megabytes * 1_000_000 {
            let chat = new_chat(core).await?;
            ask(core, &chat, large(number)).await?;
            number += 1;
        }
        let chat = new_chat(core).await?;
        ask(core, &chat, "How do I keep a parser from copying?".to_owned()).await?;
        Ok(Some(chat))
    })
}

/// Opens core on the folder, fills it and closes it; the chat that `fill` gives is the one that opens first.
fn filled(folder: &Path, fill: impl AsyncFnOnce(&Arc<Parlour>) -> Result<Option<ChatId>, Failure>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = ModelServer::start().await?;
        server.default_reply(Some(Reply::text(ANSWER)));
        let core = open(folder, &server.url())?;
        let last_chat = fill(&core).await?;
        core.close();
        std::fs::write(
            folder.join("settings.json"),
            serde_json::to_vec(&Settings { last_chat, ..Default::default() })?,
        )?;
        Ok(())
    })
}

async fn new_chat(core: &Parlour) -> Result<ChatId, Failure> {
    Ok(core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?)
}

/// Sends a question and waits for the end of its answer.
async fn ask(core: &Arc<Parlour>, chat: &ChatId, question: String) -> Outcome {
    core.send_message(chat, question).await?;
    let mut since = 0;
    while core.overview().await?.chats.iter().take(1).any(|row| row.reply.is_some()) {
        since = core.next_patch(chat, since).await?.revision;
    }
    Ok(())
}

/// A text in which no line is there twice: else two pages could be the same.
fn large(number: usize) -> String {
    let mut text = String::with_capacity(LARGE);
    for line in 0.. {
        if text.len() >= LARGE {
            break;
        }
        text.push_str(&format!("{number}.{line}: the keeper counts the ships that pass before the light is lit.\n"));
    }
    text
}
