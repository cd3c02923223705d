//! The library as a file: one JSON format with everything, and prompts from plain texts. What comes in is a stranger's: each
//! entry is checked as if it were typed, and one that is no good leaves the others alone.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{name, options, prompt_text};
use crate::chat::{ChatOptions, MESSAGE_LIMIT, OperationId};
use crate::error::{Error, ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::OperationKind;
use crate::store::operation::Inverse;
use crate::store::{self, operation, persona, prompt};

const FORMAT: &str = "parlour-library";
const VERSION: u32 = 1;

/// The most versions that a persona of a file may have.
const MOST_VERSIONS: usize = 1000;

/// A file that the person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LibraryFile {
    /// Its name, with what it ends in.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Personas that were added.
    pub personas: u32,
    /// Prompts that were added.
    pub prompts: u32,
    /// Personas and prompts that were there already.
    pub present: u32,
    /// Entries that could not be used.
    pub unusable: u32,
    /// For `undo`; `None` where nothing was added.
    pub operation_id: Option<OperationId>,
}

#[derive(Serialize)]
struct Written {
    format: &'static str,
    version: u32,
    personas: Vec<PersonaEntry>,
    prompts: Vec<PromptEntry>,
}

#[derive(Serialize, Deserialize)]
struct PersonaEntry {
    name: String,
    #[serde(default)]
    options: ChatOptions,
    /// All versions, the oldest first; the last is the persona.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    versions: Vec<VersionEntry>,
}

#[derive(Serialize, Deserialize)]
struct VersionEntry {
    name: String,
    #[serde(default)]
    options: ChatOptions,
}

#[derive(Serialize, Deserialize)]
struct PromptEntry {
    name: String,
    text: String,
}

/// What a file holds, checked.
#[derive(Default)]
struct Contents {
    personas: Vec<Vec<(String, ChatOptions)>>,
    prompts: Vec<(String, String)>,
    unusable: u32,
}

impl Contents {
    fn add(&mut self, file: LibraryFile) -> Result<()> {
        if file.text.len() > MESSAGE_LIMIT {
            return Err(not_a_library(&file.name).with(|d| d.limit = Some(MESSAGE_LIMIT as u64)));
        }
        let end = file.name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        if matches!(end.as_deref(), Some("md" | "markdown" | "txt")) {
            let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
            let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text).replace("\r\n", "\n");
            match (name(stem), prompt_text(text)) {
                (Ok(name), Ok(text)) => self.prompts.push((name, text)),
                _ => self.unusable += 1,
            }
            return Ok(());
        }
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        let mut value: Value = serde_json::from_str(text).map_err(|_| not_a_library(&file.name))?;
        let version = value.get("version").and_then(Value::as_u64);
        if value.get("format").and_then(Value::as_str) != Some(FORMAT) || version != Some(u64::from(VERSION)) {
            return Err(not_a_library(&file.name));
        }
        for entry in entries(&mut value, "personas") {
            match persona_of(entry) {
                Some(persona) => self.personas.push(persona),
                None => self.unusable += 1,
            }
        }
        for entry in entries(&mut value, "prompts") {
            match prompt_of(entry) {
                Some(prompt) => self.prompts.push(prompt),
                None => self.unusable += 1,
            }
        }
        Ok(())
    }
}

fn not_a_library(file: &str) -> Error {
    let file = file.chars().take(200).collect();
    Error::new(ErrorKind::NotALibrary).with(|d| d.path = Some(file))
}

fn entries(value: &mut Value, of: &str) -> Vec<Value> {
    match value.get_mut(of).map(Value::take) {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    }
}

fn persona_of(entry: Value) -> Option<Vec<(String, ChatOptions)>> {
    let PersonaEntry { name: called, options: with, versions } = serde_json::from_value(entry).ok()?;
    if versions.len() > MOST_VERSIONS {
        return None;
    }
    let last = (name(&called).ok()?, options(with).ok()?);
    let checked = |version: VersionEntry| Some((name(&version.name).ok()?, options(version.options).ok()?));
    let mut versions: Vec<_> = versions.into_iter().map(checked).collect::<Option<_>>()?;
    if versions.last() != Some(&last) {
        versions.push(last);
    }
    Some(versions)
}

fn prompt_of(entry: Value) -> Option<(String, String)> {
    let PromptEntry { name: called, text } = serde_json::from_value(entry).ok()?;
    Some((name(&called).ok()?, prompt_text(text).ok()?))
}

impl Parlour {
    /// The whole library as a file's text, with every version of the personas.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn exported_library(&self) -> Result<String> {
        let written = self
            .store
            .read(|connection| {
                let mut personas = Vec::new();
                for newest in persona::list(connection)? {
                    let versions = persona::versions(connection, &newest.id)?.into_iter().rev();
                    let versions = versions.map(|each| VersionEntry { name: each.name, options: each.options });
                    let versions = versions.collect();
                    personas.push(PersonaEntry { name: newest.name, options: newest.options, versions });
                }
                let prompts = prompt::list(connection)?.into_iter();
                let prompts = prompts.map(|prompt| PromptEntry { name: prompt.name, text: prompt.text }).collect();
                Ok(Written { format: FORMAT, version: VERSION, personas, prompts })
            })
            .await?;
        serde_json::to_string_pretty(&written).map_err(|_| Error::internal("a library that is no JSON"))
    }

    /// Writes the library into a folder, as a file of a name that is new there, and says where it is.
    ///
    /// # Errors
    /// `storageFailed`, `storageFull`, with the folder.
    pub async fn export_library(&self, folder: &Path) -> Result<PathBuf> {
        let text = self.exported_library().await?;
        let folder = folder.to_owned();
        store::blocking(move || {
            let written = write_new(&folder, &text);
            written.map_err(|error| Error::from(error).with(|d| d.path = Some(folder.display().to_string())))
        })
        .await
    }

    /// Adds what files hold. What is there already, with the same contents, is not added again. All or nothing where the
    /// disk refuses; an entry that is no good is left out and counted.
    ///
    /// # Errors
    /// `notALibrary` with the file's name; `storageFailed`, `storageFull`.
    pub async fn import_library(&self, files: Vec<LibraryFile>) -> Result<Imported> {
        let now = self.now();
        self.store
            .write(move |t| {
                let mut contents = Contents::default();
                files.into_iter().try_for_each(|file| contents.add(file))?;
                let Contents { personas, prompts, unusable } = contents;
                let mut known: HashSet<(String, String)> = HashSet::new();
                for each in persona::list(t)? {
                    known.insert((each.name, store::json(&each.options)?));
                }
                let (mut present, mut new_personas, mut new_prompts) = (0, Vec::new(), Vec::new());
                for versions in personas {
                    let Some((called, with)) = versions.last() else { continue };
                    if !known.insert((called.clone(), store::json(with)?)) {
                        present += 1;
                        continue;
                    }
                    let id = persona::insert(t, now)?;
                    for (called, with) in &versions {
                        persona::add_version(t, &id, called, with, now)?;
                    }
                    new_personas.push(id);
                }
                let mut known: HashSet<(String, String)> =
                    prompt::list(t)?.into_iter().map(|each| (each.name, each.text)).collect();
                for (called, text) in prompts {
                    if known.insert((called.clone(), text.clone())) {
                        new_prompts.push(prompt::insert(t, &called, &text, now)?);
                    } else {
                        present += 1;
                    }
                }
                let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                let mut imported = Imported {
                    personas: number(new_personas.len()),
                    prompts: number(new_prompts.len()),
                    present,
                    unusable,
                    operation_id: None,
                };
                if imported.personas + imported.prompts > 0 {
                    let id = OperationId::new();
                    let inverse = Inverse::Shelve { personas: new_personas, prompts: new_prompts, there: false };
                    operation::insert(t, &id, OperationKind::ImportLibrary, &inverse, now)?;
                    imported.operation_id = Some(id);
                }
                Ok(imported)
            })
            .await
    }
}

/// Writes a text into a new file. Nothing that is there is ever written over.
fn write_new(folder: &Path, text: &str) -> std::io::Result<PathBuf> {
    for number in 1.. {
        let name = if number == 1 { "Parlour library.json".into() } else { format!("Parlour library {number}.json") };
        let path = folder.join(name);
        match std::fs::File::create_new(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 10_000 => {}
            Err(error) => return Err(error),
            Ok(mut file) => {
                let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
                if written.is_err() {
                    // Half a library is none.
                    drop(std::fs::remove_file(&path));
                }
                return written.map(|()| path);
            }
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}
