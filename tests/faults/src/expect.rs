//! What must be on disk after all that was told: each acknowledged thing, and both states of what was under way.

use std::collections::{BTreeMap, HashMap};

use parlour_core::chat::{ChatId, MessageId};

use crate::check::Verdict;
use crate::event::{ALIVE_EVERY, Event, Fact, Value};
use crate::house::pieces;

/// What is known of a reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The text of its question.
    pub question: String,
    /// Its whole text, once it was seen settled.
    pub settled: Option<String>,
    /// How much of it core had, and when (unix milliseconds), oldest first.
    pub received: Vec<(usize, i64)>,
}

/// All that was told so far.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// The text of every acknowledged question.
    pub questions: BTreeMap<MessageId, String>,
    /// The replies to them.
    pub replies: BTreeMap<MessageId, Reply>,
    /// The chats of the questions.
    pub chats: HashMap<MessageId, ChatId>,
    /// What each fact may be: one value, or two while a change is under way.
    pub facts: HashMap<Fact, Vec<Value>>,
    /// How often each question may have gone out.
    pub asked: HashMap<String, usize>,
    /// When the process was seen to run, since it began.
    pub alive: Vec<i64>,
}

impl Expected {
    /// What follows from these events.
    pub fn after<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut expected = Self::default();
        events.into_iter().for_each(|event| expected.take(event));
        expected
    }

    /// Takes the next event.
    pub fn take(&mut self, event: &Event) {
        match event.clone() {
            Event::Asking(text) => *self.asked.entry(text).or_default() += 1,
            Event::Sent { chat, message, reply, text } => {
                self.facts.insert(Fact::Message(message.clone()), vec![Value::There]);
                self.chats.insert(message.clone(), chat);
                self.questions.insert(message, text.clone());
                self.expect_reply(reply, text);
            }
            Event::Asked { reply, text } => self.expect_reply(reply, text),
            Event::Received { reply, bytes, at } => {
                if let Some(reply) = self.replies.get_mut(&reply) {
                    reply.received.push((bytes, at));
                }
            }
            Event::Answered { reply, text } => {
                if let Some(reply) = self.replies.get_mut(&reply) {
                    reply.settled = Some(text);
                }
            }
            Event::Changing(fact, value) => {
                // Of what it was before, where nobody has said, nothing is expected.
                if let Some(values) = self.facts.get_mut(&fact) {
                    values.push(value);
                }
            }
            Event::Changed(fact, value) => {
                self.facts.insert(fact, vec![value]);
            }
            Event::Alive(at) => self.alive.push(at),
            Event::Refused(_) => {}
        }
    }

    fn expect_reply(&mut self, reply: MessageId, question: String) {
        self.facts.entry(Fact::Message(reply.clone())).or_insert_with(|| vec![Value::There]);
        self.replies.insert(reply, Reply { question, settled: None, received: Vec::new() });
    }

    /// A death: what has not settled goes out once more.
    pub fn die(&mut self) {
        for reply in self.replies.values().filter(|reply| reply.settled.is_none()) {
            *self.asked.entry(reply.question.clone()).or_default() += 1;
        }
        // What was about to be asked may be stored, and go on too.
        let known: std::collections::HashSet<_> = self.questions.values().cloned().collect();
        for (text, times) in &mut self.asked {
            if !known.contains(text) {
                *times += 1;
            }
        }
    }

    /// What was found after a death is so from now on.
    pub fn learn(&mut self, found: &Verdict) {
        for (fact, value) in &found.facts {
            self.facts.insert(fact.clone(), vec![value.clone()]);
        }
        for (id, text) in &found.settled {
            if let Some(reply) = self.replies.get_mut(id) {
                reply.settled = Some(text.clone());
            }
        }
        // What has not settled begins anew.
        self.replies.values_mut().for_each(|reply| reply.received.clear());
        self.alive.clear();
    }

    /// For how long of this time the machine did not let the process run, in milliseconds.
    #[must_use]
    pub fn stalled(&self, from: i64, to: i64) -> i64 {
        let seen = self.alive.iter().copied().filter(|at| (from..=to).contains(at)).chain([to]);
        let gaps = seen.scan(from, |before, at| Some(at - std::mem::replace(before, at)));
        gaps.map(|gap| (gap - 2 * ALIVE_EVERY).max(0)).sum()
    }

    /// How many things were acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> usize {
        let settled = self.replies.values().filter(|reply| reply.settled.is_some()).count();
        let certain = self.facts.values().filter(|values| values.len() == 1).count();
        settled + certain
    }
}

/// The whole answer to every question.
#[must_use]
pub fn whole_answer() -> String {
    pieces().concat()
}
