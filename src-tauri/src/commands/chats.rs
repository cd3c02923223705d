//! Chats: pull, open, rename, delete, undo, options, drafts, search.

use parlour_core::chat::{ChatId, ChatOptions, Message, MessageId, OperationId};
use parlour_core::error::Result;
use parlour_core::patch::{ChatPatch, Done, Found, OpenedChat, RestoredChat, SearchResult, TrashedChat, Undone};
use parlour_core::trash::Remains;
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn next_patch(shell: State<'_, Shell>, chat: ChatId, since: u64) -> Result<ChatPatch> {
    shell.core().await?.next_patch(&chat, since).await
}

#[tauri::command]
pub(crate) async fn new_chat(shell: State<'_, Shell>, temporary: bool) -> Result<OpenedChat> {
    let core = shell.core().await?;
    if temporary { core.new_temporary_chat().await } else { core.new_chat().await }
}

#[tauri::command]
pub(crate) async fn keep_chat(shell: State<'_, Shell>, chat: ChatId) -> Result<RestoredChat> {
    shell.core().await?.keep_chat(&chat).await
}

#[tauri::command]
pub(crate) async fn open_chat(shell: State<'_, Shell>, chat: ChatId) -> Result<OpenedChat> {
    shell.core().await?.open_chat(&chat).await
}

#[tauri::command]
pub(crate) async fn messages(shell: State<'_, Shell>, chat: ChatId, ids: Vec<MessageId>) -> Result<Vec<Message>> {
    shell.core().await?.messages(&chat, ids).await
}

#[tauri::command]
pub(crate) async fn find_in_chat(shell: State<'_, Shell>, chat: ChatId, query: String) -> Result<Vec<Found>> {
    shell.core().await?.find_in_chat(&chat, query).await
}

#[tauri::command]
pub(crate) async fn message_text(shell: State<'_, Shell>, message: MessageId) -> Result<String> {
    shell.core().await?.message_text(&message).await
}

#[tauri::command]
pub(crate) async fn rename_chat(shell: State<'_, Shell>, chat: ChatId, title: String) -> Result<Done> {
    shell.core().await?.rename_chat(&chat, &title).await
}

#[tauri::command]
pub(crate) async fn delete_chat(shell: State<'_, Shell>, chat: ChatId) -> Result<Done> {
    shell.core().await?.delete_chat(&chat).await
}

#[tauri::command]
pub(crate) async fn delete_message(shell: State<'_, Shell>, message: MessageId) -> Result<Done> {
    shell.core().await?.delete_message(&message).await
}

#[tauri::command]
pub(crate) async fn undo(shell: State<'_, Shell>, operation: OperationId) -> Result<Option<Undone>> {
    shell.core().await?.undo(&operation).await
}

#[tauri::command]
pub(crate) async fn undo_last(shell: State<'_, Shell>) -> Result<Option<Undone>> {
    shell.core().await?.undo_last().await
}

#[tauri::command]
pub(crate) async fn trash(shell: State<'_, Shell>) -> Result<Vec<TrashedChat>> {
    shell.core().await?.trash().await
}

#[tauri::command]
pub(crate) async fn purge_chat(shell: State<'_, Shell>, chat: ChatId) -> Result<()> {
    shell.core().await?.purge_chat(&chat).await
}

#[tauri::command]
pub(crate) async fn remains_of(shell: State<'_, Shell>, chat: ChatId) -> Result<Remains> {
    shell.core().await?.remains_of(&chat).await
}

#[tauri::command]
pub(crate) async fn set_chat_options(shell: State<'_, Shell>, chat: ChatId, options: ChatOptions) -> Result<Done> {
    shell.core().await?.set_chat_options(&chat, options).await
}

#[tauri::command]
pub(crate) async fn save_draft(shell: State<'_, Shell>, chat: ChatId, text: String) -> Result<()> {
    shell.core().await?.save_draft(&chat, text).await
}

#[tauri::command]
pub(crate) async fn search_chats(shell: State<'_, Shell>, query: String) -> Result<SearchResult> {
    shell.core().await?.search_chats(query).await
}

#[tauri::command]
pub(crate) async fn search_best(shell: State<'_, Shell>, query: String) -> Result<SearchResult> {
    shell.core().await?.search_best(query).await
}
