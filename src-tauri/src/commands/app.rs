//! The app around the chats: start, settings, notices, links, windows, the clipboard.

use parlour_core::chat::{ChatId, MessageId};
use parlour_core::error::{Error, ErrorKind, Result};
use parlour_core::markdown::export::{Clipboard, clipboard};
use parlour_core::markdown::{Block, safe_href};
use parlour_core::patch::{OverviewPatch, Start};
use parlour_core::settings::Settings;
use tauri::{AppHandle, Manager, State, WebviewWindow};
use tauri_plugin_opener::OpenerExt;

use crate::{Shell, windows};

#[tauri::command]
pub(crate) async fn start(shell: State<'_, Shell>, window: WebviewWindow) -> Result<Start> {
    shell.mark("page asks");
    windows::show(&window);
    let answer = shell.core().await?.start(windows::chat_of(window.label())).await;
    shell.mark("page answered");
    answer
}

/// Tries again to open what could not be opened; `go_back` says that a backup may take the place of a newer database.
#[tauri::command]
pub(crate) async fn reopen(app: AppHandle, go_back: bool) -> Result<()> {
    let opened = tauri::async_runtime::spawn_blocking(move || app.state::<Shell>().reopen(&app, go_back));
    opened.await.map_err(Error::internal)?
}

#[tauri::command]
pub(crate) async fn next_overview(shell: State<'_, Shell>, since: u64) -> Result<OverviewPatch> {
    shell.core().await?.next_overview(since).await
}

/// The first picture is there: what could have delayed it starts now.
#[tauri::command]
pub(crate) async fn painted(shell: State<'_, Shell>) -> Result<()> {
    shell.mark("painted");
    shell.core().await?.warm_up().await;
    Ok(())
}

/// The page has nothing left to save.
#[tauri::command]
pub(crate) async fn close(window: WebviewWindow) -> Result<()> {
    window.destroy().map_err(Error::internal)
}

#[tauri::command]
pub(crate) async fn save_settings(shell: State<'_, Shell>, settings: Settings) -> Result<()> {
    shell.core().await?.save_settings(settings).await
}

#[tauri::command]
pub(crate) async fn dismiss_notice(shell: State<'_, Shell>, id: u32) -> Result<()> {
    shell.core().await?.dismiss_notice(id);
    Ok(())
}

/// The one gate for addresses: http, https and mailto leave, nothing else.
#[tauri::command]
pub(crate) async fn open_link(app: AppHandle, href: String) -> Result<()> {
    let address = safe_href(&href).ok_or(ErrorKind::RequestRejected)?;
    app.opener().open_url(address, None::<&str>).map_err(|_| Error::internal("no program opens links"))
}

#[tauri::command]
pub(crate) async fn open_window(app: AppHandle, chat: ChatId) -> Result<()> {
    windows::open_on(&app, &chat).map(|_| ()).map_err(Error::internal)
}

#[tauri::command]
pub(crate) async fn copy_text(shell: State<'_, Shell>, text: String) -> Result<()> {
    copy(&shell, Clipboard::plain(text))
}

#[tauri::command]
pub(crate) async fn copy_message(shell: State<'_, Shell>, message: MessageId) -> Result<()> {
    let copied = shell.core().await?.copied_message(&message).await?;
    copy(&shell, copied)
}

#[tauri::command]
pub(crate) async fn copy_document(shell: State<'_, Shell>, blocks: Vec<Block>) -> Result<()> {
    copy(&shell, clipboard(&blocks))
}

/// The text of the clipboard; nothing where it holds none.
pub(crate) fn pasted(shell: &Shell) -> String {
    let mut clipboard = shell.clipboard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if clipboard.is_none() {
        *clipboard = arboard::Clipboard::new().ok();
    }
    clipboard.as_mut().and_then(|open| open.get_text().ok()).unwrap_or_default()
}

fn copy(shell: &Shell, Clipboard { html, text }: Clipboard) -> Result<()> {
    let mut clipboard = shell.clipboard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if clipboard.is_none() {
        *clipboard = arboard::Clipboard::new().ok();
    }
    let Some(open) = clipboard.as_mut() else { return Err(Error::internal("no clipboard")) };
    let taken = match html {
        Some(html) => open.set_html(html, Some(text)),
        None => open.set_text(text),
    };
    taken.map_err(|_| Error::internal("the clipboard took no text"))
}
