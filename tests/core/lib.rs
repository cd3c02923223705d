//! Behaviour of core against a scripted model server and real SQLite files, one module per subject.
//! One crate, so that there is one program to link. `house` is what a test moves into; `window` sees as the UI does.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod document;
mod house;
mod html;
mod keychain;
mod random;
mod streamed;
mod suites;
mod window;

mod addresses;
mod answers;
mod backups;
mod chats;
mod chunking;
mod commonmark;
mod copying;
mod failures;
mod faults;
mod fuzz;
mod gfm;
mod hard;
mod health;
mod keychains;
mod keys;
mod library;
mod markdown_it;
mod network;
mod options;
mod order;
mod order_list;
mod outbox;
mod patches;
mod pauses;
mod queue;
mod reading;
mod restart;
mod restores;
mod search;
mod search_random;
mod sending;
mod settings;
mod stopping;
mod storage;
mod streaming;
mod switcher;
mod temporary;
mod trash;
mod tree;
mod tree_random;
mod unfinished;
mod versions;
