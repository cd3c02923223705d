//! Whether the chats are well.

use parlour_core::error::Result;
use parlour_core::health::{Health, IntegrityCheck};
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn health(shell: State<'_, Shell>) -> Result<Health> {
    shell.core().await?.health().await
}

#[tauri::command]
pub(crate) async fn check(shell: State<'_, Shell>) -> Result<IntegrityCheck> {
    shell.core().await?.check().await
}

#[tauri::command]
pub(crate) async fn remove_kept_files(shell: State<'_, Shell>, name: String) -> Result<()> {
    shell.core().await?.remove_kept_files(&name).await
}
