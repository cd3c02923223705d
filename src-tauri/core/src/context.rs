//! Which messages go out with a request, from the path of a chat.

use rusqlite::Connection;

use crate::chat::{MessageId, Role};
use crate::error::Result;
use crate::store;

/// What asks for the rest of an answer. Fixed, so that a receipt can tell it.
pub(crate) const CONTINUE: &str = "Your last message was cut off. Go on exactly where it ends. Repeat nothing of it and do not comment on the interruption.";

/// What goes out: the messages in order, and the parts they are made of.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Context {
    pub messages: Vec<(Role, String)>,
    pub part_ids: Vec<i64>,
}

/// The messages from the root to `last`: the system prompt, where there is one, then all that was said, in order.
/// Answers that never got any text are left out, since a server may reject an empty message.
pub(crate) fn up_to(connection: &Connection, system_prompt: &str, last: Option<&MessageId>) -> Result<Context> {
    let mut context = Context::default();
    if !system_prompt.trim().is_empty() {
        context.messages.push((Role::System, system_prompt.to_owned()));
    }
    for id in store::message::path(connection, last)? {
        let message = store::message::find(connection, &id)?;
        let text = store::message::text(connection, &id)?;
        let Some(role) = message.role else { continue };
        if text.is_empty() {
            continue;
        }
        context.part_ids.extend(store::message::part_ids(connection, &id)?);
        match context.messages.last_mut() {
            // Two questions in a row (the answer between them failed): many servers insist on turns.
            Some((last, words)) if *last == role && role == Role::User => {
                words.push_str("\n\n");
                words.push_str(&text);
            }
            _ => context.messages.push((role, text)),
        }
    }
    Ok(context)
}

/// Cuts what a continuation repeats of the end of the text before it.
///
/// Fed with what arrives; gives back what is new. It holds text back only while that may still be a repetition.
#[derive(Debug)]
pub(crate) struct Overlap {
    /// The end of the text before.
    tail: String,
    held: String,
    decided: bool,
}

/// A repetition shorter than this is chance ("the ", "a "): kept.
const SHORTEST_OVERLAP: usize = 12;
/// No model repeats more than this.
const LONGEST_OVERLAP: usize = 400;

impl Overlap {
    /// For a continuation of `before`.
    pub(crate) fn after(before: &str) -> Self {
        let skip = before.chars().count().saturating_sub(LONGEST_OVERLAP);
        let tail: String = before.chars().skip(skip).collect();
        Self { decided: tail.is_empty(), tail, held: String::new() }
    }

    /// What of the text so far is new and certain.
    pub(crate) fn push(&mut self, text: &str) -> String {
        if self.decided {
            return text.to_owned();
        }
        self.held.push_str(text);
        let may_grow = self.held.len() < self.tail.len()
            && self.tail.char_indices().any(|(at, _)| self.tail[at..].starts_with(self.held.as_str()));
        if may_grow { String::new() } else { self.finish() }
    }

    /// Whether nothing has arrived yet.
    pub(crate) fn is_fresh(&self) -> bool {
        !self.decided && self.held.is_empty()
    }

    /// What is left at the end.
    pub(crate) fn finish(&mut self) -> String {
        if self.decided {
            return String::new();
        }
        self.decided = true;
        let held = std::mem::take(&mut self.held);
        let repeated = self
            .tail
            .char_indices()
            .map(|(at, _)| &self.tail[at..])
            .find(|end| end.len() >= SHORTEST_OVERLAP && held.starts_with(end))
            .map_or(0, str::len);
        held[repeated..].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(before: &str, pieces: &[&str]) -> String {
        let mut overlap = Overlap::after(before);
        let mut whole = before.to_owned();
        for piece in pieces {
            whole.push_str(&overlap.push(piece));
        }
        whole.push_str(&overlap.finish());
        whole
    }

    #[test]
    fn what_a_continuation_repeats_is_cut_however_it_arrives() {
        let before = "The quick brown fox jumps over the";
        let again = "fox jumps over the lazy dog.";
        let whole = "The quick brown fox jumps over the lazy dog.";
        assert_eq!(joined(before, &[again]), whole);
        let letters: Vec<String> = again.chars().map(String::from).collect();
        assert_eq!(joined(before, &letters.iter().map(String::as_str).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn chance_is_no_repetition() {
        assert_eq!(joined("I like the", &["the", " sea"]), "I like thethe sea");
        assert_eq!(joined("", &["x"]), "x");
        assert_eq!(joined("abc", &[" def"]), "abc def");
    }
}
