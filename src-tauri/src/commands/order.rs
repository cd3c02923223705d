//! Order among many chats: the rest of the list, folders, pins, tags, the archive, many chats at once.

use parlour_core::chat::{ChatId, ChatOptions, ChatRow, FolderId, TagId};
use parlour_core::error::Result;
use parlour_core::order::{Folder, Place};
use parlour_core::patch::Done;
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn chat_rows(
    shell: State<'_, Shell>,
    before: i64,
    before_id: ChatId,
    limit: usize,
) -> Result<Vec<ChatRow>> {
    shell.core().await?.chat_rows(before, &before_id, limit).await
}

#[tauri::command]
pub(crate) async fn create_folder(shell: State<'_, Shell>, name: String) -> Result<Folder> {
    shell.core().await?.create_folder(&name).await
}

#[tauri::command]
pub(crate) async fn rename_folder(shell: State<'_, Shell>, folder: FolderId, name: String) -> Result<Done> {
    shell.core().await?.rename_folder(&folder, &name).await
}

#[tauri::command]
pub(crate) async fn delete_folder(shell: State<'_, Shell>, folder: FolderId) -> Result<Done> {
    shell.core().await?.delete_folder(&folder).await
}

#[tauri::command]
pub(crate) async fn set_folder_options(
    shell: State<'_, Shell>,
    folder: FolderId,
    options: ChatOptions,
) -> Result<Done> {
    shell.core().await?.set_folder_options(&folder, options).await
}

#[tauri::command]
pub(crate) async fn move_chats(shell: State<'_, Shell>, chats: Vec<ChatId>, folder: Option<FolderId>) -> Result<Done> {
    shell.core().await?.move_chats(chats, folder).await
}

#[tauri::command]
pub(crate) async fn place_chats(shell: State<'_, Shell>, chats: Vec<ChatId>, place: Place) -> Result<Done> {
    shell.core().await?.place_chats(chats, place).await
}

#[tauri::command]
pub(crate) async fn pin_chats(shell: State<'_, Shell>, chats: Vec<ChatId>, pinned: bool) -> Result<Done> {
    shell.core().await?.pin_chats(chats, pinned).await
}

#[tauri::command]
pub(crate) async fn archive_chats(shell: State<'_, Shell>, chats: Vec<ChatId>, archived: bool) -> Result<Done> {
    shell.core().await?.archive_chats(chats, archived).await
}

#[tauri::command]
pub(crate) async fn delete_chats(shell: State<'_, Shell>, chats: Vec<ChatId>) -> Result<Done> {
    shell.core().await?.delete_chats(chats).await
}

#[tauri::command]
pub(crate) async fn take_from_trash(shell: State<'_, Shell>, chat: ChatId) -> Result<Done> {
    shell.core().await?.take_from_trash(&chat).await
}

#[tauri::command]
pub(crate) async fn tag_chats(shell: State<'_, Shell>, chats: Vec<ChatId>, name: String, on: bool) -> Result<Done> {
    shell.core().await?.tag_chats(chats, &name, on).await
}

#[tauri::command]
pub(crate) async fn rename_tag(shell: State<'_, Shell>, tag: TagId, name: String) -> Result<Done> {
    shell.core().await?.rename_tag(&tag, &name).await
}

#[tauri::command]
pub(crate) async fn delete_tag(shell: State<'_, Shell>, tag: TagId) -> Result<Done> {
    shell.core().await?.delete_tag(&tag).await
}
