//! THE use case: store the question with its reply row, stream the answer, journal it, settle it.
//!
//! `send_message` resolves when both rows are on disk: that is the acknowledgement. From there the reply belongs to core,
//! not to a call or a window: one worker per chat runs its replies one after the other, whatever happens to the windows.

mod run;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tokio::sync::watch;

use crate::chat::{ChatId, MESSAGE_LIMIT, MessageId, MessageState, OperationId, Role};
use crate::chats::take_out;
use crate::error::{Error, ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, Sent};
use crate::store::message::{NewMessage, Settled, StoredMessage};
use crate::store::{chat, journal, lock, message, operation, request};
use crate::title;

/// What the person wants of a running reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Go,
    SendNow,
    Stop,
}

/// The worker of one chat.
struct Worker {
    /// The reply that runs, with the line its orders go through.
    running: Option<(MessageId, watch::Sender<Order>)>,
    /// Something changed since the worker last looked for work.
    again: bool,
}

/// The workers, and the queued replies that go out although the reply before them failed.
#[derive(Default)]
pub(crate) struct Replies {
    workers: Mutex<HashMap<ChatId, Worker>>,
    forced: Mutex<HashSet<MessageId>>,
}

impl Replies {
    /// Gives an order to a reply. Whether it runs at all.
    fn order(&self, chat: &ChatId, id: &MessageId, order: Order) -> bool {
        let workers = lock(&self.workers);
        let Some((running, line)) = workers.get(chat).and_then(|worker| worker.running.as_ref()) else { return false };
        if running != id {
            return false;
        }
        line.send_replace(order);
        true
    }

    /// Stops whatever runs in a chat.
    pub(crate) fn stop_chat(&self, chat: &ChatId) {
        if let Some((_, line)) = lock(&self.workers).get(chat).and_then(|worker| worker.running.as_ref()) {
            line.send_replace(Order::Stop);
        }
    }
}

/// Text that is not too large to be taken.
///
/// # Errors
/// `messageTooLarge` with the limit in bytes.
pub(crate) fn check_size(text: &str) -> Result<()> {
    if text.len() > MESSAGE_LIMIT {
        return Err(Error::new(ErrorKind::MessageTooLarge).with(|d| d.limit = Some(MESSAGE_LIMIT as u64)));
    }
    Ok(())
}

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(ErrorKind::EmptyMessage.into());
    }
    check_size(text)
}

/// What became of a queued reply that was taken back.
enum TakenBack {
    /// It left the chat.
    Out(Done),
    /// It had run before, and ended with the text it had.
    Ended,
    /// It had left the queue.
    TooLate,
}

impl Parlour {
    /// Stores a message and its reply row; resolves when both are on disk. The draft of the chat is gone in the same step.
    ///
    /// # Errors
    /// What goes wrong before that point: `emptyMessage`, `messageTooLarge`, `missingApiKey`, `keychainUnavailable`,
    /// `invalidBaseUrl`, `chatNotFound`, `storageFailed`, `storageFull`. All that goes wrong later is told in the reply's row.
    pub async fn send_message(self: &Arc<Self>, chat_id: &ChatId, text: String) -> Result<Sent> {
        check_text(&text)?;
        self.endpoint().await?;
        let (chat_of_it, now, default_model) = (chat_id.clone(), self.now(), self.settings().model);
        let (sent, free) = self
            .store
            .write(move |t| {
                let found = chat::find(t, &chat_of_it)?;
                let model = found.options.model.unwrap_or(default_model);
                if found.title.is_empty() && !found.title_by_person {
                    chat::set_title(t, &chat_of_it, &title::from_question(&text), false)?;
                }
                chat::set_draft(t, &chat_of_it, "")?;
                let free = is_free(t, found.head.as_ref())?;
                Ok((ask(t, &chat_of_it, found.head.as_ref(), &text, &model, now)?, free))
            })
            .await?;
        self.said(chat_id, &sent, free);
        Ok(sent)
    }

    /// A new version of a user message, with a reply to it.
    ///
    /// # Errors
    /// As `send_message`, and `messageNotFound`.
    pub async fn edit_message(self: &Arc<Self>, id: &MessageId, text: String) -> Result<Sent> {
        check_text(&text)?;
        self.endpoint().await?;
        let (id, now, default_model) = (id.clone(), self.now(), self.settings().model);
        let (chat_id, sent, free) = self
            .store
            .write(move |t| {
                let original = message::find(t, &id)?;
                if original.role != Some(Role::User) {
                    return Err(ErrorKind::MessageNotFound.into());
                }
                let model = chat::find(t, &original.chat)?.options.model.unwrap_or(default_model);
                let free = is_free(t, original.parent.as_ref())?;
                let sent = ask(t, &original.chat, original.parent.as_ref(), &text, &model, now)?;
                Ok((original.chat, sent, free))
            })
            .await?;
        self.live.all_changed(&chat_id);
        self.said(&chat_id, &sent, free);
        Ok(sent)
    }

    fn said(self: &Arc<Self>, chat_id: &ChatId, sent: &Sent, free: bool) {
        if free {
            lock(&self.replies.forced).insert(sent.reply_id.clone());
        }
        self.live.path_changed(chat_id, &[sent.message_id.clone(), sent.reply_id.clone()]);
        self.live.row_changed(chat_id);
        self.pump(chat_id);
    }

    /// A new version of an answer. What is queued behind the old one waits for the new one.
    ///
    /// # Errors
    /// `messageNotFound`, also while the answer runs; the kinds of `send_message`.
    pub async fn regenerate_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        self.endpoint().await?;
        let (id, now, default_model) = (id.clone(), self.now(), self.settings().model);
        let (chat_id, new) = self
            .store
            .write(move |t| {
                let old = settled_answer(t, &id)?;
                let found = chat::find(t, &old.chat)?;
                let model = found.options.model.unwrap_or(default_model);
                let new = MessageId::new();
                insert_reply(t, &old.chat, old.parent.as_ref(), &new, &model, now)?;
                let mut head = new.clone();
                if let Some(next) = queued_behind(t, &old)? {
                    message::set_parent(t, &next, &new)?;
                    head = found.head.unwrap_or(head);
                }
                chat::set_head(t, &old.chat, Some(&head))?;
                chat::touch(t, &old.chat, now)?;
                Ok((old.chat, new))
            })
            .await?;
        // Asked for: a failure further up does not hold it.
        lock(&self.replies.forced).insert(new);
        self.live.all_changed(&chat_id);
        self.live.row_changed(&chat_id);
        self.pump(&chat_id);
        Ok(())
    }

    /// Runs a reply that ended without text once more, in its place; one with text gets a new version.
    ///
    /// # Errors
    /// As `regenerate_reply`.
    pub async fn retry_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        let wanted = id.clone();
        let has_text = self.store.read(move |connection| Ok(!message::text(connection, &wanted)?.is_empty())).await?;
        if has_text { self.regenerate_reply(id).await } else { self.run_again(id).await }
    }

    /// Asks for the rest of an answer: a new request, a further part of the same message.
    ///
    /// # Errors
    /// As `regenerate_reply`.
    pub async fn continue_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        self.run_again(id).await
    }

    async fn run_again(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        self.endpoint().await?;
        let (wanted, now) = (id.clone(), self.now());
        let chat_id = self
            .store
            .write(move |t| {
                let reply = settled_answer(t, &wanted)?;
                message::reopen(t, &reply)?;
                chat::touch(t, &reply.chat, now)?;
                Ok(reply.chat)
            })
            .await?;
        lock(&self.replies.forced).insert(id.clone());
        self.live.messages_changed(&chat_id, [id.clone()]);
        self.live.row_changed(&chat_id);
        self.pump(&chat_id);
        Ok(())
    }

    /// Ends a reply; its text is kept. One that was about to start ends without any.
    ///
    /// # Errors
    /// `messageNotFound`, `storageFailed`, `storageFull`.
    pub async fn stop_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        let wanted = id.clone();
        let found = self.store.read(move |connection| message::find(connection, &wanted)).await?;
        if self.replies.order(&found.chat, id, Order::Stop) || found.state != Some(MessageState::Queued) {
            // Else it ended a moment ago: that is what was wanted.
            return Ok(());
        }
        let (reply, now) = (found.clone(), self.now());
        let stopped = self.store.write(move |t| {
            if message::find(t, &reply.id)?.state != Some(MessageState::Queued) {
                return Ok(false);
            }
            message::settle(t, &reply.chat, &reply.id, &Settled::without_text(MessageState::Stopped, now))?;
            Ok(true)
        });
        if stopped.await? {
            self.left_the_queue(&found.chat);
        } else {
            // It has just left the queue by itself.
            self.replies.order(&found.chat, id, Order::Stop);
        }
        Ok(())
    }

    /// Takes back what has not gone out: a pause ends with its reply stopped; a queued message leaves the chat, as an
    /// operation that can be undone.
    ///
    /// # Errors
    /// `messageNotFound`, `storageFailed`, `storageFull`.
    pub async fn cancel_reply(self: &Arc<Self>, id: &MessageId) -> Result<Option<Done>> {
        let wanted = id.clone();
        let found = self.store.read(move |connection| message::find(connection, &wanted)).await?;
        if self.replies.order(&found.chat, id, Order::Stop) || found.state != Some(MessageState::Queued) {
            return Ok(None);
        }
        match self.take_back(&found).await? {
            TakenBack::Out(done) => Ok(Some(done)),
            TakenBack::Ended => Ok(None),
            TakenBack::TooLate => {
                self.replies.order(&found.chat, id, Order::Stop);
                Ok(None)
            }
        }
    }

    /// Ends the pause of a waiting reply; sends a queued one although the reply before it failed.
    ///
    /// # Errors
    /// `messageNotFound`, `storageFailed`.
    pub async fn send_now(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        let wanted = id.clone();
        let found = self.store.read(move |connection| message::find(connection, &wanted)).await?;
        if !self.replies.order(&found.chat, id, Order::SendNow) {
            lock(&self.replies.forced).insert(id.clone());
            self.pump(&found.chat);
        }
        Ok(())
    }

    /// Takes a queued reply out of the chat, as an operation that can be undone: with its question where that waits with it.
    /// One that ran before only ends, with the text it has.
    async fn take_back(self: &Arc<Self>, reply: &StoredMessage) -> Result<TakenBack> {
        let (reply, now, operation_id) = (reply.clone(), self.now(), OperationId::new());
        let chat_id = reply.chat.clone();
        let taken = self
            .store
            .write(move |t| {
                if message::find(t, &reply.id)?.state != Some(MessageState::Queued) {
                    return Ok(TakenBack::TooLate);
                }
                if reply.started_at.is_some() {
                    message::settle(t, &reply.chat, &reply.id, &Settled::without_text(MessageState::Stopped, now))?;
                    return Ok(TakenBack::Ended);
                }
                let question = match &reply.parent {
                    Some(parent) if message::siblings(t, &reply)?.len() == 1 => Some(message::find(t, parent)?),
                    _ => None,
                };
                let inverse = match question {
                    Some(question) => take_out(t, &question, Some(reply.id), &operation_id)?,
                    None => take_out(t, &reply, None, &operation_id)?,
                };
                operation::insert(t, &operation_id, "cancelMessage", &inverse, now)?;
                Ok(TakenBack::Out(Done { operation_id }))
            })
            .await?;
        if !matches!(taken, TakenBack::TooLate) {
            self.left_the_queue(&chat_id);
        }
        Ok(taken)
    }

    fn left_the_queue(self: &Arc<Self>, chat_id: &ChatId) {
        self.live.all_changed(chat_id);
        self.live.row_changed(chat_id);
        self.pump(chat_id);
    }

    /// Sees to it that what can run in a chat runs. Cheap; called after every change.
    pub(crate) fn pump(self: &Arc<Self>, chat_id: &ChatId) {
        {
            let mut workers = lock(&self.replies.workers);
            if let Some(worker) = workers.get_mut(chat_id) {
                worker.again = true;
                return;
            }
            workers.insert(chat_id.clone(), Worker { running: None, again: false });
        }
        tokio::spawn(Arc::clone(self).work(chat_id.clone()));
    }

    async fn work(self: Arc<Self>, chat_id: ChatId) {
        loop {
            let forced = lock(&self.replies.forced).clone();
            let wanted = chat_id.clone();
            let next = self.store.read(move |connection| next_reply(connection, &wanted, &forced)).await;
            match next {
                Ok(Some(reply)) => {
                    let (line, orders) = watch::channel(Order::Go);
                    lock(&self.replies.forced).remove(&reply.id);
                    if let Some(worker) = lock(&self.replies.workers).get_mut(&chat_id) {
                        worker.running = Some((reply.id.clone(), line));
                    }
                    run::run(&self, &reply, orders).await;
                    if let Some(worker) = lock(&self.replies.workers).get_mut(&chat_id) {
                        worker.running = None;
                    }
                }
                other => {
                    if let Err(error) = other {
                        self.notify(crate::patch::NoticeContent::Failure { error });
                    }
                    let mut workers = lock(&self.replies.workers);
                    match workers.get_mut(&chat_id) {
                        Some(worker) if worker.again => worker.again = false,
                        _ => {
                            workers.remove(&chat_id);
                            return;
                        }
                    }
                }
            }
        }
    }
}

/// Stores a question under a parent, with its reply row, as the new end of the path.
fn ask(
    t: &Connection,
    chat_id: &ChatId,
    parent: Option<&MessageId>,
    text: &str,
    model: &str,
    now: i64,
) -> Result<Sent> {
    let sent = Sent { message_id: MessageId::new(), reply_id: MessageId::new() };
    message::insert(
        t,
        &NewMessage {
            id: &sent.message_id,
            chat: chat_id,
            parent,
            role: Role::User,
            state: MessageState::Complete,
            model: None,
            text: Some(text),
            now,
        },
    )?;
    insert_reply(t, chat_id, Some(&sent.message_id), &sent.reply_id, model, now)?;
    chat::set_head(t, chat_id, Some(&sent.reply_id))?;
    chat::touch(t, chat_id, now)?;
    Ok(sent)
}

fn insert_reply(
    t: &Connection,
    chat_id: &ChatId,
    parent: Option<&MessageId>,
    id: &MessageId,
    model: &str,
    now: i64,
) -> Result<()> {
    let (role, state) = (Role::Assistant, MessageState::Queued);
    message::insert(t, &NewMessage { id, chat: chat_id, parent, role, state, model: Some(model), text: None, now })
}

fn settled_answer(t: &Connection, id: &MessageId) -> Result<StoredMessage> {
    let found = message::find(t, id)?;
    if found.role == Some(Role::Assistant) && found.state.is_some_and(MessageState::is_settled) {
        Ok(found)
    } else {
        Err(ErrorKind::MessageNotFound.into())
    }
}

/// The question behind an answer whose own reply is still queued.
fn queued_behind(t: &Connection, answer: &StoredMessage) -> Result<Option<StoredMessage>> {
    let Some(question) = message::newest_child(t, &answer.chat, &answer.id)? else { return Ok(None) };
    let Some(reply) = message::newest_child(t, &answer.chat, &question)? else { return Ok(None) };
    if message::find(t, &reply)?.state == Some(MessageState::Queued) {
        return message::find(t, &question).map(Some);
    }
    Ok(None)
}

/// Whether nothing is still to come before a message that hangs here: then it is no queue that a failure could hold.
fn is_free(t: &Connection, parent: Option<&MessageId>) -> Result<bool> {
    for id in message::path(t, parent)? {
        let before = message::find(t, &id)?;
        if before.role == Some(Role::Assistant) && before.state.is_some_and(|state| !state.is_settled()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The first reply of a chat that may run: the one before it has ended, and not in an error, unless it is forced.
fn next_reply(connection: &Connection, chat_id: &ChatId, forced: &HashSet<MessageId>) -> Result<Option<StoredMessage>> {
    for reply in message::running(connection, Some(chat_id))? {
        let before = message::path(connection, reply.parent.as_ref())?;
        let mut free = true;
        for id in before.iter().rev() {
            let message = message::find(connection, id)?;
            if message.role == Some(Role::Assistant) {
                free = match message.state {
                    Some(MessageState::Failed) => forced.contains(&reply.id),
                    Some(state) => state.is_settled(),
                    None => true,
                };
                break;
            }
        }
        if free {
            return Ok(Some(reply));
        }
    }
    Ok(None)
}

/// After a start: what was streaming is interrupted, with the text the journal has; what waited goes on.
pub(crate) fn recover(parlour: &Arc<Parlour>) -> Result<()> {
    let now = parlour.now();
    let left = parlour.store.read_now(|connection| message::running(connection, None))?;
    if left.is_empty() {
        return Ok(());
    }
    let waiting: HashSet<ChatId> = left.iter().map(|reply| reply.chat.clone()).collect();
    parlour.store.write_now(|t| {
        for reply in &left {
            let open = request::open_of(t, &reply.id)?;
            if reply.state == Some(MessageState::Streaming) {
                journal::fold(t, &reply.id, open.as_ref())?;
                message::settle(t, &reply.chat, &reply.id, &Settled::without_text(MessageState::Interrupted, now))?;
            } else {
                message::set_running(t, &reply.id, MessageState::Queued, None, None)?;
            }
            if let Some(open) = open {
                request::end(
                    t,
                    &open,
                    &request::Ended { usage: None, first_at: None, attempts: 1, result: "interrupted", now },
                )?;
            }
        }
        Ok(())
    })?;
    for chat_id in waiting {
        parlour.pump(&chat_id);
    }
    Ok(())
}
