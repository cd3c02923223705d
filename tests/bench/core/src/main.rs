//! `bench-core`: prints one JSON object of figures, in milliseconds.
//! `bench-core fill FOLDER CHATS MESSAGES`: fills a data folder for the benches of the window; the newest chat has MESSAGES
//! messages, all others two.
//! `bench-core fill FOLDER MEGABYTES`: fills one until its database has that size, with large messages.
//! `bench-core archive FOLDER CHATS MESSAGES`: fills a data folder with such an archive, and its index.
//! `bench-core markdown`, `bench-core journal`: the figures of these alone.
//! `bench-core search CHATS MESSAGES`: what the index of such an archive takes, and how long each kind of query takes. With a
//! third argument the archive is made in that folder and left there, and the next call finds it; what follows are the kinds of
//! queries that are asked, where not all are.
//! `bench-core order CHATS`: what the list of so many chats takes, and changes of thousands of them.
//! `bench-core backup MEGABYTES`: what backups of a database of that size take, in milliseconds and bytes.

mod backup;
mod fill;
mod journal;
mod markdown;
mod order;
mod search;
mod store;
mod wire;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use parlour_core::error::Result;
use parlour_core::key::{Environment, Keychain};
use parlour_core::parlour::{SettingsFile, Timing, system_clock};
use parlour_core::settings::Settings;
use parlour_core::{FolderLock, Parlour, Setup};
use secrecy::SecretString;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["fill", folder, chats, messages] => match (chats.parse(), messages.parse()) {
            (Ok(chats), Ok(messages)) => fill::by_chats(Path::new(folder), chats, messages),
            _ => Err("CHATS and MESSAGES are numbers".into()),
        },
        ["fill", folder, megabytes] => match megabytes.parse() {
            Ok(megabytes) => fill::by_size(Path::new(folder), megabytes),
            Err(_) => Err("MEGABYTES is a number".into()),
        },
        ["backup", megabytes] => match megabytes.parse() {
            Ok(megabytes) => backup::measure(megabytes),
            Err(_) => Err("MEGABYTES is a number".into()),
        },
        ["journal"] => journal_alone(),
        ["search", chats, messages, rest @ ..] => match (chats.parse(), messages.parse()) {
            (Ok(chats), Ok(messages)) => {
                search::measure(rest.first().map(Path::new), rest.get(1..).unwrap_or_default(), chats, messages)
            }
            _ => Err("CHATS and MESSAGES are numbers".into()),
        },
        ["order", chats] => match chats.parse() {
            Ok(chats) => order::measure(chats),
            Err(_) => Err("CHATS is a number".into()),
        },
        ["archive", folder, chats, messages] => match (chats.parse(), messages.parse()) {
            (Ok(chats), Ok(messages)) => search::archive(Path::new(folder), chats, messages),
            _ => Err("CHATS and MESSAGES are numbers".into()),
        },
        ["markdown"] => {
            println!("{}", markdown::measure());
            Ok(())
        }
        [] => measure(),
        _ => Err("see the documentation of main.rs".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-core: {error}");
            ExitCode::FAILURE
        }
    }
}

type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

fn journal_alone() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{}", runtime.block_on(journal::measure())?);
    Ok(())
}

fn measure() -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = runtime.block_on(async {
        let store = store::measure().await?;
        let wire = wire::measure().await?;
        let journal = journal::measure().await?;
        let markdown = markdown::measure();
        let all = serde_json::json!({ "store": store, "wire": wire, "journal": journal, "markdown": markdown });
        Ok::<_, Box<dyn std::error::Error>>(all)
    })?;
    println!("{figures}");
    Ok(())
}

/// No keychain: the key comes from the environment.
struct NoKeychain;

impl Keychain for NoKeychain {
    fn read(&self, _: &str) -> Result<Option<SecretString>> {
        Ok(None)
    }
    fn write(&self, _: &str, _: &SecretString) -> Result<()> {
        Ok(())
    }
    fn delete(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

struct NoFile;

impl SettingsFile for NoFile {
    fn save(&self, _: &Settings) -> Result<()> {
        Ok(())
    }
}

/// Core on a folder, connected to an address.
fn open(folder: &Path, base_url: &str) -> Result<Arc<Parlour>> {
    open_with(folder, base_url, Timing::default())
}

/// The same, with pauses of its own.
fn open_with(folder: &Path, base_url: &str, timing: Timing) -> Result<Arc<Parlour>> {
    Parlour::open(
        FolderLock::take(folder)?,
        Setup {
            folder: folder.to_owned(),
            settings: Settings::default(),
            settings_file: Arc::new(NoFile),
            keychain: Arc::new(NoKeychain),
            environment: Environment {
                api_key: Some("bench-key-of-no-worth".to_owned().into()),
                base_url: Some(base_url.to_owned()),
            },
            clock: system_clock,
            timing,
            free_space: parlour_core::health::free_space,
        },
    )
}

/// The value below which the given share of them lies.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 - 1.0) * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}
