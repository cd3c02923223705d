//! The connection and its key.

use parlour_core::connection::{BaseUrlProposal, Connection};
use parlour_core::error::Result;
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn save_key(shell: State<'_, Shell>, key: String) -> Result<Connection> {
    shell.core().await?.save_key(&key).await
}

#[tauri::command]
pub(crate) async fn remove_key(shell: State<'_, Shell>) -> Result<Connection> {
    shell.core().await?.remove_key().await
}

#[tauri::command]
pub(crate) async fn propose_base_url(shell: State<'_, Shell>, text: String) -> Result<BaseUrlProposal> {
    shell.core().await?.propose_base_url(&text).await
}

#[tauri::command]
pub(crate) async fn save_base_url(shell: State<'_, Shell>, base_url: String) -> Result<Connection> {
    shell.core().await?.save_base_url(&base_url).await
}

#[tauri::command]
pub(crate) async fn save_server(shell: State<'_, Shell>, base_url: String, key: String) -> Result<Connection> {
    shell.core().await?.save_server(&base_url, &key).await
}

#[tauri::command]
pub(crate) async fn set_streaming(shell: State<'_, Shell>, streaming: bool) -> Result<Connection> {
    shell.core().await?.set_streaming(streaming).await
}

#[tauri::command]
pub(crate) async fn check_connection(shell: State<'_, Shell>) -> Result<Connection> {
    shell.core().await?.check_connection().await
}

#[tauri::command]
pub(crate) async fn list_models(shell: State<'_, Shell>) -> Result<Vec<String>> {
    shell.core().await?.list_models().await
}
