//! Personas and prompts.

use std::collections::HashMap;

use parlour_core::chat::{ChatId, ChatOptions, PersonaId, PromptId};
use parlour_core::error::{Error, Result};
use parlour_core::library::file::{Imported, LibraryFile};
use parlour_core::library::template::{self, Field};
use parlour_core::library::{Library, Persona, Prompt};
use parlour_core::patch::Done;
use tauri::{AppHandle, Manager, State};

use crate::Shell;

#[tauri::command]
pub(crate) async fn library(shell: State<'_, Shell>) -> Result<Library> {
    shell.core().await?.library().await
}

#[tauri::command]
pub(crate) async fn save_persona(
    shell: State<'_, Shell>,
    id: Option<PersonaId>,
    name: String,
    options: ChatOptions,
) -> Result<Persona> {
    shell.core().await?.save_persona(id, &name, options).await
}

#[tauri::command]
pub(crate) async fn persona_versions(shell: State<'_, Shell>, id: PersonaId) -> Result<Vec<Persona>> {
    shell.core().await?.persona_versions(&id).await
}

#[tauri::command]
pub(crate) async fn delete_persona(shell: State<'_, Shell>, id: PersonaId) -> Result<Done> {
    shell.core().await?.delete_persona(&id).await
}

#[tauri::command]
pub(crate) async fn save_prompt(
    shell: State<'_, Shell>,
    id: Option<PromptId>,
    name: String,
    text: String,
) -> Result<Prompt> {
    shell.core().await?.save_prompt(id, &name, text).await
}

#[tauri::command]
pub(crate) async fn delete_prompt(shell: State<'_, Shell>, id: PromptId) -> Result<Done> {
    shell.core().await?.delete_prompt(&id).await
}

#[tauri::command]
pub(crate) async fn set_persona(
    shell: State<'_, Shell>,
    chat: ChatId,
    persona: Option<PersonaId>,
    number: Option<u32>,
) -> Result<Done> {
    shell.core().await?.set_persona(&chat, persona, number).await
}

#[tauri::command]
pub(crate) async fn prompt_fields(text: String) -> Vec<Field> {
    template::prompt_fields(&text)
}

/// The clipboard is read here, and only for a prompt that names it.
#[tauri::command]
pub(crate) async fn fill_prompt(
    shell: State<'_, Shell>,
    text: String,
    values: HashMap<String, String>,
    date: String,
) -> Result<String> {
    let clipboard = if template::uses_clipboard(&text) { super::app::pasted(&shell) } else { String::new() };
    Ok(template::fill_prompt(&text, &values, &date, &clipboard))
}

#[tauri::command]
pub(crate) async fn import_library(shell: State<'_, Shell>, files: Vec<LibraryFile>) -> Result<Imported> {
    shell.core().await?.import_library(files).await
}

/// Writes the library into the folder for downloads, or the next best there is; the answer is where.
#[tauri::command]
pub(crate) async fn export_library(app: AppHandle, shell: State<'_, Shell>) -> Result<String> {
    let paths = app.path();
    let folders = [paths.download_dir(), paths.document_dir(), paths.home_dir()];
    let folder = folders.into_iter().flatten().find(|folder| folder.is_dir());
    let folder = folder.ok_or_else(|| Error::internal("no folder to write into"))?;
    Ok(shell.core().await?.export_library(&folder).await?.display().to_string())
}
