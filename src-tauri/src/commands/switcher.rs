//! Going somewhere by a few letters; and what a quotation is written by.

use parlour_core::error::Result;
use parlour_core::markdown::Block;
use parlour_core::markdown::export::quotation;
use parlour_core::switcher::{self, QuickHit, Ranked};
use tauri::State;

use crate::Shell;

#[tauri::command]
pub(crate) async fn quick_find(shell: State<'_, Shell>, query: String) -> Result<Vec<QuickHit>> {
    shell.core().await?.quick_find(query).await
}

#[tauri::command]
pub(crate) async fn rank(query: String, names: Vec<String>) -> Result<Vec<Ranked>> {
    Ok(switcher::rank(&query, &names))
}

/// A part of a document as a quotation in Markdown.
#[tauri::command]
pub(crate) async fn quote_document(blocks: Vec<Block>) -> Result<String> {
    Ok(quotation(&blocks))
}
