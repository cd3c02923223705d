//! All that Parlour can do, without a window: conversations, replies, storage, keys.
//! Knows nothing of Tauri. The shell calls it; the tests, the benches and the fault programs do too.

pub mod chat;
pub mod connection;
pub mod error;
pub mod markdown;
pub mod patch;
pub mod settings;

#[cfg(test)]
mod bindings;
