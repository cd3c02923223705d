//! What the list of very many chats takes, and changes of thousands of them: in milliseconds.

use std::path::Path;
use std::time::Instant;

use parlour_core::chat::{ChatId, ChatOptions};
use parlour_core::{FILE_NAME, Parlour};
use rusqlite::Connection;
use serde_json::json;

use crate::{Outcome, open, quantile};

/// How many chats are changed at once.
const MANY: usize = 10_000;

/// Chats with two messages each, as far as the list goes; a tenth in folders, tagged, archived; some pinned.
fn fill(database: &Path, chats: usize) -> rusqlite::Result<()> {
    let mut connection = Connection::open(database)?;
    let t = connection.transaction()?;
    t.execute_batch(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20)
             INSERT INTO folder (id, name, created_at) SELECT 'folder-' || n, 'Folder ' || n, n FROM n;
         INSERT INTO tag (id, name) SELECT replace(id, 'folder', 'tag'), 'Tag ' || seq FROM folder",
    )?;
    for n in 0..chats {
        let (id, at) = (uuid(n), 1_700_000_000_000 + n as i64 * 60_000);
        let every = |nth: usize| (n % nth == 0).then_some(at);
        t.prepare_cached(
            "INSERT INTO chat (id, title, head_id, created_at, updated_at, folder_id, pinned_at, archived_at, message_count)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, 2)",
        )?
        .execute((
            &id,
            format!("How do I keep parser {n} from copying every token"),
            format!("{id}-b"),
            at,
            every(10).map(|_| format!("folder-{}", n / 10 % 20 + 1)),
            every(2000),
            every(7),
        ))?;
        if n % 5 == 0 {
            t.prepare_cached("INSERT INTO chat_tag (chat_id, tag_id) VALUES (?1, ?2)")?
                .execute((&id, format!("tag-{}", n / 5 % 20 + 1)))?;
        }
        for (end, role, parent) in [("a", "user", None), ("b", "assistant", Some(format!("{id}-a")))] {
            t.prepare_cached(
                "INSERT INTO message (id, chat_id, parent_id, role, state, created_at, hash)
                 VALUES (?1, ?2, ?3, ?4, 'complete', ?5, zeroblob(32))",
            )?
            .execute((format!("{id}-{end}"), &id, parent, role, at))?;
        }
    }
    t.commit()
}

fn uuid(n: usize) -> String {
    format!("0190{n:04x}-0000-7000-8000-{n:012x}", n = n)
}

/// Measures a list of so many chats.
pub(crate) fn measure(chats: usize) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        open(&data, "http://127.0.0.1:9")?.close();
        fill(&data.join(FILE_NAME), chats)?;
        let core = open(&data, "http://127.0.0.1:9")?;
        let before = Instant::now();
        let first = core.start(None).await?;
        let start = before.elapsed().as_secs_f64() * 1e3;
        let mut overviews = Vec::new();
        for _ in 0..50 {
            let before = Instant::now();
            core.overview().await?;
            overviews.push(before.elapsed().as_secs_f64() * 1e3);
        }
        let before = Instant::now();
        let mut rows = first.overview.chats;
        while let Some(last) = rows.iter().rfind(|row| !row.pinned) {
            let next = core.chat_rows(last.updated_at, &last.id, 2000).await?;
            if next.is_empty() {
                break;
            }
            rows.extend(next);
        }
        let pages = before.elapsed().as_secs_f64() * 1e3;
        let many: Vec<ChatId> = rows.iter().map(|row| row.id.clone()).take(MANY).collect();
        let figures = json!({
            "chats": rows.len(), "start": start, "firstRows": quantile(&mut overviews, 0.5),
            "firstRowsP95": quantile(&mut overviews, 0.95), "allPages": pages, "many": changes(&core, &many).await?,
        });
        core.close();
        println!("{figures}");
        Ok(())
    })
}

/// What each change of many takes, what a window gets then, and the undo.
async fn changes(
    core: &std::sync::Arc<Parlour>,
    many: &[ChatId],
) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let to = core.create_folder("Work").await?;
    let options = ChatOptions { model: Some("m".into()), ..ChatOptions::default() };
    let mut figures = serde_json::Map::new();
    for name in ["move", "pin", "archive", "tag", "folderOptions", "delete"] {
        let since = core.overview().await?.revision;
        let before = Instant::now();
        let chats = many.to_vec();
        let done = match name {
            "move" => core.move_chats(chats, Some(to.id.clone())).await?,
            "pin" => core.pin_chats(chats, true).await?,
            "archive" => core.archive_chats(chats, true).await?,
            "tag" => core.tag_chats(chats, "many", true).await?,
            "folderOptions" => core.set_folder_options(&to.id, options.clone()).await?,
            _ => core.delete_chats(chats).await?,
        };
        let took = before.elapsed().as_secs_f64() * 1e3;
        let before = Instant::now();
        let patch = core.next_overview(since).await?;
        let pulled = before.elapsed().as_secs_f64() * 1e3;
        let bytes = serde_json::to_string(&patch)?.len();
        let before = Instant::now();
        core.undo(&done.operation_id).await?;
        let undone = before.elapsed().as_secs_f64() * 1e3;
        figures.insert(name.into(), json!({ "done": took, "pulled": pulled, "bytes": bytes, "undone": undone }));
    }
    core.delete_chats(many.to_vec()).await?;
    let before = Instant::now();
    core.purge_chat(many.first().ok_or("no chats")?).await?;
    figures.insert("purgeOne".into(), json!(before.elapsed().as_secs_f64() * 1e3));
    Ok(figures.into())
}
