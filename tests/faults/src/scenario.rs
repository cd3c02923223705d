//! What a person does: asks, stops, regenerates, edits, deletes, undoes, renames, drafts. Tells of each thing before it is
//! asked for, and again when it is acknowledged. A refused call is repeated, as a person would.

use std::future::Future;
use std::sync::Arc;

use parlour_core::Parlour;
use parlour_core::chat::{ChatId, Damage, Message, MessageId, MessageState, OperationId};
use parlour_core::error::{ErrorKind, Result};
use parlour_core::parlour::system_clock;
use parlour_core::patch::{Done, Sent};

use crate::disk::Disk;
use crate::event::{Event, Fact, Value};
use crate::house::PATIENCE;

/// How often a refused call is repeated before it is held to be refused for ever.
const REPEATS: usize = 50;

/// Who plays the scenario.
pub struct Player {
    /// Parlour.
    pub parlour: Arc<Parlour>,
    /// Hears of everything.
    pub tell: Arc<dyn Fn(Event) + Send + Sync>,
    /// Healed as soon as a call is refused.
    pub disk: Option<Arc<Disk>>,
    /// Goes before the number of a question: no two are alike.
    pub name: String,
    /// How many questions there were.
    pub asked: usize,
}

/// Waits for what must happen.
pub async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, happens).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

impl Player {
    pub(crate) fn tell(&self, event: Event) {
        (self.tell)(event);
    }

    fn refused(&self, how: String) {
        self.tell(Event::Refused(how));
        if let Some(disk) = &self.disk {
            disk.heal();
        }
    }

    /// Calls until it is not refused any more. Only storage may refuse.
    pub(crate) async fn read<T, F: Future<Output = Result<T>>>(
        &self,
        what: &str,
        call: impl Fn(Arc<Parlour>) -> F,
    ) -> T {
        for _ in 0..REPEATS {
            match soon(what, call(Arc::clone(&self.parlour))).await {
                Ok(value) => return value,
                Err(error) if matches!(error.kind, ErrorKind::StorageFailed | ErrorKind::StorageFull) => {
                    self.refused(error.to_string());
                }
                Err(error) => panic!("{what}: {error}"),
            }
        }
        panic!("{what} is refused for ever")
    }

    /// Calls what changes something, and tells that it is under way.
    pub(crate) async fn call<T, F: Future<Output = Result<T>>>(
        &self,
        what: &str,
        call: impl Fn(Arc<Parlour>) -> F,
    ) -> T {
        self.tell(Event::Calling(what.to_owned()));
        let value = self.read(what, call).await;
        self.tell(Event::Called);
        value
    }

    /// Calls, and tells of what that changes before and after.
    pub(crate) async fn change<T, F: Future<Output = Result<T>>>(
        &self,
        facts: &[(Fact, Value)],
        what: &str,
        call: impl Fn(Arc<Parlour>) -> F,
    ) -> T {
        facts.iter().for_each(|(fact, value)| self.tell(Event::Changing(fact.clone(), value.clone())));
        let done = self.call(what, call).await;
        facts.iter().for_each(|(fact, value)| self.tell(Event::Changed(fact.clone(), value.clone())));
        done
    }

    /// An empty chat.
    pub async fn new_chat(&self) -> ChatId {
        let opened = self.call("new_chat", |parlour| async move { parlour.new_chat().await }).await;
        let chat = opened.chat.head.unwrap().id;
        self.tell(Event::Changed(Fact::Chat(chat.clone()), Value::There));
        chat
    }

    /// The next question.
    pub(crate) fn question(&mut self) -> String {
        self.asked += 1;
        format!("Question {}-{}.", self.name, self.asked)
    }

    /// Asks; gives the question too. Resolves when that is acknowledged.
    pub async fn ask(&mut self, chat: &ChatId) -> (Sent, String) {
        let text = self.question();
        (self.ask_this(chat, text.clone()).await, text)
    }

    /// Asks in these words, which nobody else has.
    pub async fn ask_this(&mut self, chat: &ChatId, text: String) -> Sent {
        self.tell(Event::Asking(text.clone()));
        let draft = [(Fact::Draft(chat.clone()), Value::Text(String::new()))];
        let sent = self
            .change(&draft, "send_message", |parlour| {
                let (chat, text) = (chat.clone(), text.clone());
                async move { parlour.send_message(&chat, text).await }
            })
            .await;
        self.tell_sent(chat, &sent, text);
        sent
    }

    fn tell_sent(&self, chat: &ChatId, sent: &Sent, text: String) {
        let Sent { message_id: message, reply_id: reply } = sent.clone();
        self.tell(Event::Sent { chat: chat.clone(), message, reply, text });
    }

    /// A new version of a question; gives that too.
    pub async fn edit(&mut self, chat: &ChatId, message: &MessageId) -> (Sent, String) {
        let text = self.question();
        self.tell(Event::Asking(text.clone()));
        let sent = self
            .call("edit_message", |parlour| {
                let (message, text) = (message.clone(), text.clone());
                async move { parlour.edit_message(&message, text).await }
            })
            .await;
        self.tell_sent(chat, &sent, text.clone());
        (sent, text)
    }

    /// A new version of an answer, to the question of this text; gives its id.
    pub async fn regenerate(&self, chat: &ChatId, reply: &MessageId, question: &str) -> MessageId {
        self.tell(Event::Asking(question.to_owned()));
        self.call("regenerate_reply", |parlour| {
            let reply = reply.clone();
            async move { parlour.regenerate_reply(&reply).await }
        })
        .await;
        let opened = self
            .read("open_chat", |parlour| {
                let chat = chat.clone();
                async move { parlour.open_chat(&chat).await }
            })
            .await;
        let new = opened.chat.path.unwrap().ids.pop().unwrap();
        self.tell(Event::Asked { chat: chat.clone(), reply: new.clone(), text: question.to_owned() });
        new
    }

    /// Waits until this holds for a message, telling how its text grows.
    pub async fn until(&self, chat: &ChatId, id: &MessageId, holds: impl Fn(&Message, usize) -> bool) -> Message {
        let mut since = 0;
        let waiting = async {
            loop {
                let patch = self
                    .read("next_patch", |parlour| {
                        let chat = chat.clone();
                        async move { parlour.next_patch(&chat, since).await }
                    })
                    .await;
                since = patch.revision;
                let found = self
                    .read("messages", |parlour| {
                        let (chat, id) = (chat.clone(), id.clone());
                        async move { parlour.messages(&chat, vec![id]).await }
                    })
                    .await;
                if found.iter().any(|message| message.damage == Some(Damage::Unreadable)) {
                    // The disk would not give it: what it says of itself is nothing to go by, and nothing new may come.
                    self.refused("a message that cannot be read".to_owned());
                    since = 0;
                    continue;
                }
                let bytes = self.text(id).await.len();
                self.tell(Event::Received { reply: id.clone(), bytes, at: system_clock() });
                if let Some(message) = found.into_iter().find(|message| holds(message, bytes)) {
                    return message;
                }
            }
        };
        soon("a reply", waiting).await
    }

    /// The text of a message.
    pub(crate) async fn text(&self, id: &MessageId) -> String {
        self.read("message_text", |parlour| {
            let id = id.clone();
            async move { parlour.message_text(&id).await }
        })
        .await
    }

    /// Waits for the end of a reply. One that storage failed, in the open, is tried again.
    pub async fn answered(&self, chat: &ChatId, reply: &MessageId, question: &str) {
        loop {
            let message = self.until(chat, reply, |message, _| message.state.is_settled()).await;
            if message.state != MessageState::Failed {
                break;
            }
            let error = message.error.unwrap();
            assert!(matches!(error.kind, ErrorKind::StorageFailed | ErrorKind::StorageFull), "a reply: {error}");
            self.tell(Event::Refused(format!("a reply: {error}")));
            self.tell(Event::Asking(question.to_owned()));
            self.call("retry_reply", |parlour| {
                let reply = reply.clone();
                async move { parlour.retry_reply(&reply).await }
            })
            .await;
        }
        let text = self.text(reply).await;
        self.tell(Event::Answered { reply: reply.clone(), text });
    }

    /// Asks and waits for the end of the answer.
    pub async fn talk(&mut self, chat: &ChatId) -> (Sent, String) {
        let (sent, question) = self.ask(chat).await;
        self.answered(chat, &sent.reply_id, &question).await;
        (sent, question)
    }

    /// Stops a reply once it has said something, or has ended.
    pub async fn stop(&self, chat: &ChatId, reply: &MessageId) {
        self.until(chat, reply, |message, bytes| bytes > 0 || message.state.is_settled()).await;
        self.call("stop_reply", |parlour| {
            let reply = reply.clone();
            async move { parlour.stop_reply(&reply).await }
        })
        .await;
    }

    /// Deletes a message; with `and_undo` it comes back.
    pub async fn delete(&self, id: &MessageId, and_undo: bool) {
        let fact = Fact::Message(id.clone());
        let done = self
            .change(&[(fact.clone(), Value::Gone)], "delete_message", |parlour| {
                let id = id.clone();
                async move { parlour.delete_message(&id).await }
            })
            .await;
        if and_undo {
            self.undo(&[(fact, Value::There)], &done.operation_id).await;
        }
    }

    /// Deletes a chat; it lies in the trash.
    pub async fn delete_chat(&self, chat: &ChatId) -> Done {
        self.change(&[(Fact::Chat(chat.clone()), Value::Gone)], "delete_chat", |parlour| {
            let chat = chat.clone();
            async move { parlour.delete_chat(&chat).await }
        })
        .await
    }

    /// Deletes a chat and brings it back.
    pub async fn delete_chat_and_undo(&self, chat: &ChatId) {
        let done = self.delete_chat(chat).await;
        self.undo(&[(Fact::Chat(chat.clone()), Value::There)], &done.operation_id).await;
    }

    /// Takes something back.
    pub(crate) async fn undo(&self, facts: &[(Fact, Value)], operation: &OperationId) {
        self.change(facts, "undo", |parlour| {
            let id = operation.clone();
            async move { parlour.undo(&id).await }
        })
        .await;
    }

    /// Takes a queued message back; where that was in time, brings it back too, and it goes out.
    pub async fn cancel_and_undo(&self, sent: &Sent) {
        let facts =
            |value: &Value| [&sent.message_id, &sent.reply_id].map(|id| (Fact::Message(id.clone()), value.clone()));
        facts(&Value::Gone).into_iter().for_each(|(fact, value)| self.tell(Event::Changing(fact, value)));
        let done = self
            .call("cancel_reply", |parlour| {
                let reply = sent.reply_id.clone();
                async move { parlour.cancel_reply(&reply).await }
            })
            .await;
        let now = if done.is_some() { Value::Gone } else { Value::There };
        facts(&now).into_iter().for_each(|(fact, value)| self.tell(Event::Changed(fact, value)));
        if let Some(done) = done {
            self.undo(&facts(&Value::There), &done.operation_id).await;
        }
    }

    /// Renames a chat.
    pub async fn rename(&self, chat: &ChatId, title: &str) {
        let fact = (Fact::Title(chat.clone()), Value::Text(title.to_owned()));
        self.change(&[fact], "rename_chat", |parlour| {
            let (chat, title) = (chat.clone(), title.to_owned());
            async move { parlour.rename_chat(&chat, &title).await }
        })
        .await;
    }

    /// Saves a draft.
    pub async fn draft(&self, chat: &ChatId, text: &str) {
        let fact = (Fact::Draft(chat.clone()), Value::Text(text.to_owned()));
        self.change(&[fact], "save_draft", |parlour| {
            let (chat, text) = (chat.clone(), text.to_owned());
            async move { parlour.save_draft(&chat, text).await }
        })
        .await;
    }
}
