//! What must be on disk after all that was told: each acknowledged thing, and both states of what was under way. A backup
//! holds what was so when it was taken; once it is brought back, that is what is expected, and nothing of what came later.

use std::collections::{BTreeMap, HashMap};

use parlour_core::backup::BackupReason;
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

/// A state of the database, as far as it was told.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What each fact may be: one value, or two while a change is under way.
    pub facts: HashMap<Fact, Vec<Value>>,
    /// The replies.
    pub replies: BTreeMap<MessageId, Reply>,
}

/// All that was told so far.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// The text of every acknowledged question, and of every message that was copied.
    pub texts: BTreeMap<MessageId, String>,
    /// The chats of the messages.
    pub chats: HashMap<MessageId, ChatId>,
    /// What is expected.
    pub now: State,
    /// What is, all of it, where the return of a backup that is under way has happened.
    pub coming: Option<State>,
    /// What was before the last return of a backup.
    before: State,
    /// What each backup holds.
    pub backups: BTreeMap<String, State>,
    /// The call that is under way.
    pub calling: Option<String>,
    /// How often each question may have gone out.
    pub asked: HashMap<String, usize>,
    /// What was about to be asked, until its reply is known.
    asking: Option<String>,
    /// What was about to be asked at some death: a reply of which nobody knows may be stored, and go on at each start.
    unknown: Vec<String>,
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
            Event::Calling(what) => self.calling = Some(what),
            Event::Called => self.calling = None,
            Event::Asking(text) => {
                *self.asked.entry(text.clone()).or_default() += 1;
                self.asking = Some(text);
            }
            Event::Sent { chat, message, reply, text } => {
                self.now.facts.insert(Fact::Message(message.clone()), vec![Value::There]);
                self.chats.insert(message.clone(), chat.clone());
                self.texts.insert(message, text.clone());
                self.expect_reply(chat, reply, text);
            }
            Event::Asked { chat, reply, text } => self.expect_reply(chat, reply, text),
            Event::Received { reply, bytes, at } => {
                if let Some(reply) = self.now.replies.get_mut(&reply) {
                    reply.received.push((bytes, at));
                }
            }
            Event::Answered { reply, text } => {
                if let Some(reply) = self.now.replies.get_mut(&reply) {
                    reply.settled = Some(text);
                }
            }
            Event::Changing(fact, value) => {
                // Of what it was before, where nobody has said, nothing is expected.
                if let Some(values) = self.now.facts.get_mut(&fact) {
                    values.push(value);
                }
            }
            Event::Changed(fact, value) => {
                self.now.facts.insert(fact, vec![value]);
            }
            Event::Purging(chat) => self.of_chat(&chat, |values| values.push(Value::Gone)),
            Event::Purged(chat) => self.of_chat(&chat, |values| *values = vec![Value::Gone]),
            Event::Copied { chat, message, text } => {
                self.now.facts.insert(Fact::Message(message.clone()), vec![Value::There]);
                self.chats.insert(message.clone(), chat);
                self.texts.insert(message, text);
            }
            Event::BackedUp(id) => {
                self.backups.insert(id, self.now.clone());
            }
            Event::Restoring(id) => {
                self.before = self.now.clone();
                self.coming = Some(self.brought_back(&id));
            }
            Event::Restored => self.now = self.coming.take().unwrap(),
            Event::Kept(id) => {
                self.backups.insert(id, self.before.clone());
            }
            Event::Alive(at) => self.alive.push(at),
            Event::Refused(_) => {}
        }
    }

    fn expect_reply(&mut self, chat: ChatId, reply: MessageId, question: String) {
        self.asking = None;
        self.now.facts.entry(Fact::Message(reply.clone())).or_insert_with(|| vec![Value::There]);
        self.chats.insert(reply.clone(), chat);
        self.now.replies.insert(reply, Reply { question, settled: None, received: Vec::new() });
    }

    /// Changes what the messages of a chat may be.
    fn of_chat(&mut self, chat: &ChatId, change: impl Fn(&mut Vec<Value>)) {
        for (fact, values) in &mut self.now.facts {
            if matches!(fact, Fact::Message(id) if self.chats.get(id) == Some(chat)) {
                change(values);
            }
        }
    }

    /// What is so once the backup of this name is back.
    #[must_use]
    pub fn brought_back(&self, id: &str) -> State {
        let mut state = self.backups.get(id).unwrap_or_else(|| panic!("{id} was never taken")).clone();
        // Of what was not there yet nothing may be left. (An empty chat may have been, since a death before anybody told.)
        for fact in self.now.facts.keys().filter(|fact| matches!(fact, Fact::Message(_))) {
            state.facts.entry(fact.clone()).or_insert_with(|| vec![Value::Gone]);
        }
        state.replies.values_mut().for_each(|reply| reply.received.clear());
        state
    }

    /// A backup whose name nobody told lies in the folder after a death: that of the call that was under way, or had just
    /// ended. Nothing has changed since. Whether there can be such a one.
    pub fn found(&mut self, id: &str, reason: BackupReason) -> bool {
        let state = match reason {
            BackupReason::Manual => &self.now,
            BackupReason::Restore => &self.before,
            BackupReason::Daily | BackupReason::Update => return false,
        };
        self.backups.insert(id.to_owned(), state.clone());
        true
    }

    /// What is under way, in a word.
    #[must_use]
    pub fn under_way(&self) -> &str {
        let streams = |reply: &Reply| reply.settled.is_none() && reply.received.iter().any(|(bytes, _)| *bytes > 0);
        match &self.calling {
            Some(what) => what,
            None if self.now.replies.values().any(streams) => "an answer",
            None => "nothing",
        }
    }

    /// A death: what has not settled goes out once more.
    pub fn die(&mut self) {
        for reply in self.now.replies.values().filter(|reply| reply.settled.is_none()) {
            *self.asked.entry(reply.question.clone()).or_default() += 1;
        }
        self.unknown.extend(self.asking.take());
        for text in &self.unknown {
            *self.asked.entry(text.clone()).or_default() += 1;
        }
    }

    /// What was found after a death is so from now on.
    pub fn learn(&mut self, found: &Verdict) {
        self.calling = None;
        let coming = self.coming.take();
        if found.came {
            self.now = coming.unwrap_or_default();
        }
        for (fact, value) in &found.facts {
            self.now.facts.insert(fact.clone(), vec![value.clone()]);
        }
        for (id, text) in &found.settled {
            if let Some(reply) = self.now.replies.get_mut(id) {
                reply.settled = Some(text.clone());
            }
        }
        // What has not settled begins anew.
        self.now.replies.values_mut().for_each(|reply| reply.received.clear());
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
        let settled = self.now.replies.values().filter(|reply| reply.settled.is_some()).count();
        let certain = self.now.facts.values().filter(|values| values.len() == 1).count();
        settled + certain
    }
}

/// The whole answer to every question.
#[must_use]
pub fn whole_answer() -> String {
    pieces().concat()
}
