//! Search in an archive of a given size: what the index takes to make and to keep, and how long each kind of query takes.
//! The texts are made up but look real: several languages whose words are as frequent as words are, answers with code.

mod corpus;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model_server::{ModelServer, Reply};
use parlour_core::chat::ChatId;
use parlour_core::{FILE_NAME, Parlour};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use parlour_core::parlour::Timing;

use crate::{Outcome, open_with, quantile};
use corpus::Corpus;

type Failure = Box<dyn std::error::Error>;

/// Queries of each kind.
const QUERIES: usize = 1_000;

/// Messages that are sent to the full archive.
const SENT: usize = 300;

/// Fills `folder`, and leaves it; where it is full already, only what is asked of it is measured. `kinds` are the kinds of
/// queries; where none is named, all.
pub(crate) fn measure(folder: Option<&Path>, kinds: &[&str], chats: usize, messages: usize) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let scratch = tempfile::tempdir()?;
    let figures = runtime.block_on(figures(folder.unwrap_or(scratch.path()), kinds, chats, messages))?;
    println!("{figures}");
    Ok(())
}

/// Fills a folder with such an archive and its index, for the benches of the window.
pub(crate) fn archive(folder: &Path, chats: usize, messages: usize) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let open = |first_fill| open_with(folder, "http://127.0.0.1:9", quiet(first_fill));
        drop(open(Duration::from_secs(3600))?);
        Corpus::new(1).store(&folder.join(FILE_NAME), chats, messages)?;
        let core = open(Duration::ZERO)?;
        build(&core).await?;
        core.close();
        Ok(())
    })
}

/// Without what else would read the whole database beside what is measured: a backup, and a check after a run that ended badly.
fn quiet(first_fill: Duration) -> Timing {
    let never = Duration::from_secs(24 * 3_600);
    Timing { first_fill, first_backup: never, first_check: never, ..Timing::default() }
}

async fn figures(folder: &Path, kinds: &[&str], chats: usize, messages: usize) -> Result<Value, Failure> {
    let server = ModelServer::start().await?;
    // Nothing is answered: only the storing is measured.
    server.default_reply(Some(Reply::error(400, "bench", "no")));
    let open = |first_fill| open_with(folder, &server.url(), quiet(first_fill));
    let database = folder.join(FILE_NAME);
    let mut corpus = Corpus::new(1);
    let mut figures = Map::new();
    let core = if database.exists() {
        corpus.read_samples(&database)?;
        let core = open(Duration::ZERO)?;
        build(&core).await?;
        core
    } else {
        drop(open(Duration::from_secs(3600))?);
        corpus.store(&database, chats, messages)?;
        let text_bytes = corpus.read_samples(&database)?;
        let before = bytes(&database)?;
        let begin = Instant::now();
        let core = open(Duration::ZERO)?;
        let mut beside = build(&core).await?;
        let took = begin.elapsed().as_secs_f64();
        let index_bytes = bytes(&database)? - before;
        figures.extend(object(json!({
            "chats": chats, "messages": messages, "textBytes": text_bytes,
            "buildSeconds": took, "indexBytes": index_bytes, "indexShare": index_bytes as f64 / text_bytes as f64,
            "draftBesideBuild": {
                "p50": quantile(&mut beside, 0.5), "p95": quantile(&mut beside, 0.95), "slowest": quantile(&mut beside, 1.0),
            },
        })));
        core
    };
    let mut queries = Map::new();
    for kind in corpus::KINDS.iter().filter(|kind| kinds.is_empty() || kinds.contains(kind)) {
        let times = times(&core, &mut corpus, kind).await?;
        eprintln!("{kind}: {times}");
        queries.insert((*kind).to_owned(), times);
    }
    let switcher = switcher(&core).await?;
    let (message, draft) = writes(&core, &mut corpus).await?;
    core.close();
    figures.extend(object(json!({
        "storeMessage": message, "storeDraft": draft, "queries": queries, "switcher": switcher,
    })));
    Ok(figures.into())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Waits for the index, and meanwhile stores drafts; gives how long each took, in milliseconds.
async fn build(core: &Parlour) -> Result<Vec<f64>, Failure> {
    let (mut beside, chat) = (Vec::new(), ChatId("chat 0".into()));
    while core.search_chats("nothing".into()).await?.indexed.is_some() {
        let before = Instant::now();
        core.save_draft(&chat, format!("draft {}", beside.len())).await?;
        beside.push(before.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(beside)
}

/// Bytes of the pages in use.
fn bytes(database: &Path) -> Result<i64, Failure> {
    let connection = Connection::open(database)?;
    let value = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok((value("page_count")? - value("freelist_count")?) * value("page_size")?)
}

/// How long the queries of a kind take, in milliseconds, and how many hits they have.
async fn times(core: &Parlour, corpus: &mut Corpus, kind: &str) -> Result<Value, Failure> {
    let (mut times, mut hits, mut slowest) = (Vec::new(), 0, (0.0, String::new()));
    for _ in 0..QUERIES {
        let (best, kind) = kind.strip_prefix("best ").map_or((false, kind), |kind| (true, kind));
        let query = corpus.query(kind);
        let begin = Instant::now();
        let result =
            if best { core.search_best(query.clone()).await? } else { core.search_chats(query.clone()).await? };
        let took = begin.elapsed().as_secs_f64() * 1e3;
        if took > slowest.0 {
            slowest = (took, query);
        }
        times.push(took);
        hits += result.hits.len();
    }
    Ok(json!({
        "p50": quantile(&mut times, 0.5), "p95": quantile(&mut times, 0.95), "slowest": slowest.0, "slowestQuery": slowest.1,
        "hits": hits as f64 / QUERIES as f64,
    }))
}

/// Going to a chat by letters of its title, one more with each key press; and the first question, which reads all titles.
async fn switcher(core: &Parlour) -> Result<Value, Failure> {
    let begin = Instant::now();
    let titles = core.quick_find(String::new()).await?;
    let first = begin.elapsed().as_secs_f64() * 1e3;
    let (mut times, mut slowest) = (Vec::new(), (0.0, String::new()));
    for title in titles.into_iter().map(|hit| hit.title) {
        for letters in 1..=title.chars().count().min(12) {
            let query: String = title.chars().take(letters).collect();
            let begin = Instant::now();
            core.quick_find(query.clone()).await?;
            let took = begin.elapsed().as_secs_f64() * 1e3;
            if took > slowest.0 {
                slowest = (took, query);
            }
            times.push(took);
        }
    }
    Ok(json!({
        "first": first, "p50": quantile(&mut times, 0.5), "p95": quantile(&mut times, 0.95), "slowest": slowest.0,
        "slowestQuery": slowest.1,
    }))
}

/// Storing a question, which is indexed, beside storing a draft, which is not.
async fn writes(core: &Arc<Parlour>, corpus: &mut Corpus) -> Result<(Value, Value), Failure> {
    let (mut messages, mut drafts) = (Vec::new(), Vec::new());
    for _ in 0..SENT {
        let chat = core.new_chat().await?.chat.head.map(|head| head.id).ok_or("no chat")?;
        let text = corpus.text(1_000);
        let begin = Instant::now();
        core.save_draft(&chat, text.clone()).await?;
        drafts.push(begin.elapsed().as_secs_f64() * 1e3);
        let begin = Instant::now();
        core.send_message(&chat, text).await?;
        messages.push(begin.elapsed().as_secs_f64() * 1e3);
        // Else the answer's row is written beside what is measured next.
        let mut since = 0;
        while core.overview().await?.chats.iter().take(1).any(|row| row.reply.is_some()) {
            since = core.next_patch(&chat, since).await?.revision;
        }
    }
    let figures = |times: &mut Vec<f64>| json!({ "p50": quantile(times, 0.5), "p95": quantile(times, 0.95) });
    Ok((figures(&mut messages), figures(&mut drafts)))
}
