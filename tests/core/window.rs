//! A window without a screen: pulls patches and applies them by the rules of the UI, but forgives less.

use std::collections::HashMap;
use std::sync::Arc;

use parlour_core::Parlour;
use parlour_core::chat::{ChatHead, ChatId, Message, MessageId, MessageState};
use parlour_core::error::ErrorKind;
use parlour_core::markdown::Block;
use parlour_core::patch::{ChatPatch, MessagePatch, OverviewPatch, Revision};

use crate::document::apply;
use crate::house::soon;

pub struct Window {
    parlour: Arc<Parlour>,
    pub chat: ChatId,
    pub head: ChatHead,
    pub path: Vec<MessageId>,
    known: HashMap<MessageId, Message>,
    since: Revision,
    /// How many patches it has taken.
    pub pulled: usize,
}

impl Window {
    pub async fn open(parlour: &Arc<Parlour>, chat: &ChatId) -> Self {
        let patch = parlour.next_patch(chat, 0).await.unwrap();
        assert!(patch.snapshot);
        let mut window = Self {
            parlour: Arc::clone(parlour),
            chat: chat.clone(),
            head: patch.head.clone().unwrap(),
            path: Vec::new(),
            known: HashMap::new(),
            since: 0,
            pulled: 0,
        };
        window.apply(patch);
        window
    }

    /// Takes the next patch; waits for it.
    pub async fn pull(&mut self) {
        let patch = soon("a patch", self.parlour.next_patch(&self.chat, self.since)).await.unwrap();
        self.apply(patch);
    }

    /// Waits for a patch that must be an error.
    pub async fn pull_error(&mut self) -> ErrorKind {
        soon("the end of a chat", self.parlour.next_patch(&self.chat, self.since)).await.unwrap_err().kind
    }

    /// Pulls until the condition holds.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        soon(what, async {
            while !holds(self) {
                self.pull().await;
            }
        })
        .await;
    }

    /// Pulls until the condition holds for a message of the path, and gives that.
    pub async fn until_message(&mut self, id: &MessageId, what: &str, holds: impl Fn(&Message) -> bool) -> Message {
        self.until(what, |window| window.known.get(id).is_some_and(&holds)).await;
        self.known[id].clone()
    }

    /// Pulls until a reply has exactly this text on screen.
    pub async fn until_shown(&mut self, id: &MessageId, text: &str) -> Message {
        self.until_message(id, text, |message| shown(&message.document) == text).await
    }

    pub async fn until_state(&mut self, id: &MessageId, state: MessageState) -> Message {
        self.until_message(id, &format!("{state:?}"), |message| message.state == state).await
    }

    /// Pulls until all of the path has settled.
    pub async fn until_settled(&mut self) {
        self.until("the end of all replies", |window| {
            window.messages().iter().all(|message| message.state.is_settled())
        })
        .await;
    }

    /// The messages of the path that are loaded.
    pub fn messages(&self) -> Vec<Message> {
        self.path.iter().filter_map(|id| self.known.get(id).cloned()).collect()
    }

    pub fn message(&self, id: &MessageId) -> &Message {
        &self.known[id]
    }

    fn apply(&mut self, patch: ChatPatch) {
        assert!(patch.revision > self.since, "an answer that brings nothing new");
        self.since = patch.revision;
        self.pulled += 1;
        if patch.snapshot {
            self.known.clear();
            self.path.clear();
        }
        if let Some(head) = patch.head {
            self.head = head;
        }
        for change in patch.messages {
            match change {
                MessagePatch::Put { message } => {
                    self.known.insert(message.id.clone(), *message);
                }
                MessagePatch::Settle { message, blocks } => {
                    let Some(old) = self.known.remove(&message.id) else {
                        assert!(!self.path.contains(&message.id), "the end of a message that the window does not have");
                        continue;
                    };
                    let mut document = old.document;
                    blocks.into_iter().for_each(|patch| apply(&mut document, patch));
                    self.known.insert(message.id.clone(), Message { document, ..*message });
                }
                MessagePatch::Stream { id, state, blocks } => {
                    let Some(message) = self.known.get_mut(&id) else {
                        assert!(!self.path.contains(&id), "more of a message that the window does not have");
                        continue;
                    };
                    message.state = state;
                    blocks.into_iter().for_each(|patch| apply(&mut message.document, patch));
                }
            }
        }
        let mut fits = true;
        if let Some(path) = patch.path {
            fits = path.keep as usize <= self.path.len();
            self.path.truncate(path.keep as usize);
            self.path.extend(path.ids);
        }
        // Rows may be on disk a moment before they are told of. Then the window asks for everything, as the UI does.
        fits &= self.path.last().is_none_or(|last| self.known.contains_key(last));
        assert!(fits || !patch.snapshot, "a snapshot has all that it needs");
        if patch.snapshot {
            assert_eq!(self.head.message_count as usize, self.path.len(), "the head's count is that of the path");
        }
        if !fits {
            self.since = 0;
        }
    }
}

/// What a document of plain paragraphs says.
pub fn shown(document: &[Block]) -> String {
    let strings = serde_json::to_value(document).unwrap();
    let mut text = String::new();
    gather(&strings, &mut text);
    text
}

fn gather(value: &serde_json::Value, text: &mut String) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, text)),
        serde_json::Value::Object(fields) => {
            if let Some(own) = fields.get("text").and_then(serde_json::Value::as_str) {
                text.push_str(own);
            }
            for key in ["blocks", "inlines", "cells"] {
                if let Some(inner) = fields.get(key) {
                    gather(inner, text);
                }
            }
        }
        _ => {}
    }
}

/// What a window knows around the chats.
pub struct Overview {
    parlour: Arc<Parlour>,
    pub state: OverviewPatch,
    /// How many patches it has taken.
    pub pulled: usize,
}

impl Overview {
    pub async fn open(parlour: &Arc<Parlour>) -> Self {
        let state = parlour.next_overview(0).await.unwrap();
        assert!(state.snapshot);
        Self { parlour: Arc::clone(parlour), state, pulled: 0 }
    }

    pub async fn until(&mut self, what: &str, holds: impl Fn(&OverviewPatch) -> bool) {
        soon(what, async {
            while !holds(&self.state) {
                let patch = self.parlour.next_overview(self.state.revision).await.unwrap();
                self.apply(patch);
            }
        })
        .await;
    }

    fn apply(&mut self, patch: OverviewPatch) {
        let state = &mut self.state;
        assert!(patch.revision > state.revision);
        self.pulled += 1;
        if patch.snapshot {
            *state = patch;
            return;
        }
        state.revision = patch.revision;
        let fresh = |id: &ChatId| patch.chats.iter().any(|row| row.id == *id) || patch.removed.contains(id);
        state.chats.retain(|row| !fresh(&row.id));
        state.chats.extend(patch.chats.clone());
        state.chats.sort_by_key(|row| std::cmp::Reverse(row.updated_at));
        state.settings = patch.settings.or(state.settings.take());
        state.connection = patch.connection.or(state.connection.take());
        state.notices = patch.notices.or(state.notices.take());
        state.folders = patch.folders.or(state.folders.take());
        state.tags = patch.tags.or(state.tags.take());
    }
}
