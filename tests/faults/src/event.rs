//! What happens at the surface of core, as the scenario tells it: what it is about to ask for, and what was acknowledged.
//! A line of JSON each where the scenario is another process.

use std::io::Write;

use parlour_core::chat::{ChatId, MessageId};
use serde::{Deserialize, Serialize};

/// How often a living process says so, in milliseconds.
pub const ALIVE_EVERY: i64 = 10;

/// A fact about the stored chats that a person changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fact {
    /// Whether a message is in its chat.
    Message(MessageId),
    /// Whether a chat is there.
    Chat(ChatId),
    /// The title of a chat.
    Title(ChatId),
    /// The draft of a chat.
    Draft(ChatId),
}

/// What a fact is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// It is there.
    There,
    /// It was deleted.
    Gone,
    /// It reads so.
    Text(String),
}

/// One line of the scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A call of this name, which changes something, is under way.
    Calling(String),
    /// It is over.
    Called,
    /// A question is about to be asked: its text goes out once, or once more.
    Asking(String),
    /// `send_message` or `edit_message` resolved.
    Sent {
        /// The chat.
        chat: ChatId,
        /// The question.
        message: MessageId,
        /// The reply to it.
        reply: MessageId,
        /// The question's text.
        text: String,
    },
    /// A reply that was made for a question once more.
    Asked {
        /// The chat.
        chat: ChatId,
        /// The reply.
        reply: MessageId,
        /// The question's text.
        text: String,
    },
    /// So much of a running reply is known to core, in bytes.
    Received {
        /// The reply.
        reply: MessageId,
        /// Bytes of text.
        bytes: usize,
        /// Unix milliseconds.
        at: i64,
    },
    /// A reply has settled, and was seen with this text.
    Answered {
        /// The reply.
        reply: MessageId,
        /// Its text.
        text: String,
    },
    /// A fact is about to be changed.
    Changing(Fact, Value),
    /// The change was acknowledged.
    Changed(Fact, Value),
    /// A chat is about to leave the trash for good.
    Purging(ChatId),
    /// It has.
    Purged(ChatId),
    /// A message is there anew, with this text: its chat came back beside the others.
    Copied {
        /// The chat.
        chat: ChatId,
        /// The message.
        message: MessageId,
        /// Its text.
        text: String,
    },
    /// A backup was acknowledged under this name. Nothing else was changed meanwhile.
    BackedUp(String),
    /// The backup of this name is about to take the place of all there is.
    Restoring(String),
    /// It has.
    Restored,
    /// What was there before is in the backup of this name.
    Kept(String),
    /// The process is let run by the machine: told every `ALIVE_EVERY`, with the time.
    Alive(i64),
    /// A call was refused, with this kind of error, and is repeated.
    Refused(String),
}

/// Tells the process that started this one. What was told is told, also where this one dies now.
pub fn tell(event: Event) {
    let line = serde_json::to_string(&event).unwrap() + "\n";
    let mut output = std::io::stdout().lock();
    output.write_all(line.as_bytes()).unwrap();
    output.flush().unwrap();
}
