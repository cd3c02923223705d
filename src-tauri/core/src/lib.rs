//! All that Parlour can do, without a window: conversations, replies, storage, keys.
//! Knows nothing of Tauri. The shell calls it; the tests, the benches and the fault programs do too.

pub mod backup;
pub mod chat;
mod chats;
pub mod connection;
mod context;
pub mod error;
mod find;
mod folder;
pub mod health;
pub mod key;
pub mod library;
mod live;
pub mod markdown;
mod openai;
pub mod options;
pub mod order;
mod overview;
pub mod parlour;
pub mod patch;
mod reply;
mod salvage;
mod search;
pub mod settings;
mod store;
pub mod switcher;
mod temporary;
mod title;
pub mod trash;
pub mod tree;
mod undo;

#[cfg(test)]
mod bindings;

pub use folder::FolderLock;
pub use parlour::{Parlour, Setup};
pub use reply::Move;
pub use store::FILE_NAME;
