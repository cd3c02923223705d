//! Messages and their replies.

use parlour_core::Move;
use parlour_core::chat::{ChatId, MessageId};
use parlour_core::error::Result;
use parlour_core::patch::{Done, Sent};
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn send_message(shell: State<'_, Shell>, chat: ChatId, text: String) -> Result<Sent> {
    shell.core().await?.send_message(&chat, text).await
}

#[tauri::command]
pub(crate) async fn edit_message(shell: State<'_, Shell>, message: MessageId, text: String) -> Result<Sent> {
    shell.core().await?.edit_message(&message, text).await
}

#[tauri::command]
pub(crate) async fn stop_reply(shell: State<'_, Shell>, message: MessageId) -> Result<()> {
    shell.core().await?.stop_reply(&message).await
}

#[tauri::command]
pub(crate) async fn cancel_reply(shell: State<'_, Shell>, message: MessageId) -> Result<Option<Done>> {
    shell.core().await?.cancel_reply(&message).await
}

#[tauri::command]
pub(crate) async fn rewrite_queued(shell: State<'_, Shell>, message: MessageId, text: String) -> Result<Done> {
    shell.core().await?.rewrite_queued(&message, text).await
}

#[tauri::command]
pub(crate) async fn move_queued(shell: State<'_, Shell>, message: MessageId, to: Move) -> Result<()> {
    shell.core().await?.move_queued(&message, to).await
}

#[tauri::command]
pub(crate) async fn retry_reply(shell: State<'_, Shell>, message: MessageId) -> Result<()> {
    shell.core().await?.retry_reply(&message).await
}

#[tauri::command]
pub(crate) async fn regenerate_reply(shell: State<'_, Shell>, message: MessageId) -> Result<()> {
    shell.core().await?.regenerate_reply(&message).await
}

#[tauri::command]
pub(crate) async fn continue_reply(shell: State<'_, Shell>, message: MessageId) -> Result<()> {
    shell.core().await?.continue_reply(&message).await
}

#[tauri::command]
pub(crate) async fn send_now(shell: State<'_, Shell>, message: MessageId) -> Result<()> {
    shell.core().await?.send_now(&message).await
}
