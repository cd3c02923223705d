//! Backups and what comes back from them.

use parlour_core::backup::{Backup, BackupReason};
use parlour_core::chat::{ChatId, ChatRow};
use parlour_core::error::Result;
use parlour_core::patch::RestoredChat;
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn backups(shell: State<'_, Shell>) -> Result<Vec<Backup>> {
    shell.core().await?.backups().await
}

#[tauri::command]
pub(crate) async fn take_backup(shell: State<'_, Shell>) -> Result<Backup> {
    shell.core().await?.take_backup(BackupReason::Manual).await
}

#[tauri::command]
pub(crate) async fn restore_backup(shell: State<'_, Shell>, backup: String) -> Result<()> {
    shell.core().await?.restore_backup(&backup).await
}

#[tauri::command]
pub(crate) async fn backup_chats(shell: State<'_, Shell>, backup: String) -> Result<Vec<ChatRow>> {
    shell.core().await?.backup_chats(&backup).await
}

#[tauri::command]
pub(crate) async fn restore_chat(shell: State<'_, Shell>, backup: String, chat: ChatId) -> Result<RestoredChat> {
    shell.core().await?.restore_chat(&backup, &chat).await
}
