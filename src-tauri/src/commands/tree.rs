//! A chat as a tree: versions, branches, its map.

use parlour_core::chat::{ChatId, MessageId};
use parlour_core::error::Result;
use parlour_core::patch::Done;
use parlour_core::tree::{ChatMap, Comparison, Forked};
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn choose_version(shell: State<'_, Shell>, message: MessageId, number: usize) -> Result<Done> {
    shell.core().await?.choose_version(&message, number).await
}

#[tauri::command]
pub(crate) async fn show_message(shell: State<'_, Shell>, message: MessageId) -> Result<Option<Done>> {
    shell.core().await?.show_message(&message).await
}

#[tauri::command]
pub(crate) async fn chat_map(shell: State<'_, Shell>, chat: ChatId) -> Result<ChatMap> {
    shell.core().await?.chat_map(&chat).await
}

#[tauri::command]
pub(crate) async fn name_branch(shell: State<'_, Shell>, message: MessageId, name: String) -> Result<Done> {
    shell.core().await?.name_branch(&message, &name).await
}

#[tauri::command]
pub(crate) async fn compare_versions(shell: State<'_, Shell>, from: MessageId, to: MessageId) -> Result<Comparison> {
    shell.core().await?.compare_versions(&from, &to).await
}

#[tauri::command]
pub(crate) async fn take_over(shell: State<'_, Shell>, into: MessageId, from: MessageId, hunk: usize) -> Result<Done> {
    shell.core().await?.take_over(&into, &from, hunk).await
}

#[tauri::command]
pub(crate) async fn fork_chat(shell: State<'_, Shell>, message: MessageId) -> Result<Forked> {
    shell.core().await?.fork_chat(&message).await
}

#[tauri::command]
pub(crate) async fn delete_rest(shell: State<'_, Shell>, message: MessageId) -> Result<Done> {
    shell.core().await?.delete_rest(&message).await
}
