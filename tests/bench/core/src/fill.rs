//! A data folder full of chats, written by core itself against a model server that answers at once.

use std::path::Path;

use model_server::{ModelServer, Reply};

use crate::{Outcome, open};

const ANSWER: &str = "Keep **offsets** instead of references: a token that says *where* it is does not borrow.\n\n\
    ```rust\nstruct Token { start: u32, end: u32 }\n```\n\n- it costs 8 bytes\n- the buffer may grow\n\nThat is all there is to it.";

pub(crate) fn fill(folder: &Path, chats: usize, messages: usize) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = ModelServer::start().await?;
        server.default_reply(Some(Reply::text(ANSWER)));
        let core = open(folder, &server.url())?;
        let mut last = None;
        for number in 0..chats {
            let chat = core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?;
            last = Some(chat.clone());
            let rounds = if number + 1 == chats { messages.div_ceil(2) } else { 1 };
            for round in 0..rounds {
                core.send_message(
                    &chat,
                    format!("Chat {number}, question {round}: how do I keep a parser from copying?"),
                )
                .await?;
                let mut since = 0;
                while core.overview().await?.chats.iter().take(1).any(|row| row.reply.is_some()) {
                    since = core.next_patch(&chat, since).await?.revision;
                }
            }
        }
        core.close();
        let settings = parlour_core::settings::Settings { last_chat: last, ..Default::default() };
        std::fs::write(folder.join("settings.json"), serde_json::to_vec(&settings)?)?;
        Ok(())
    })
}
