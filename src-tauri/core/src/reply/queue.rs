//! The queue of each chat and its worker: one reply after the other, with what the person says to the one that runs.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Notify, watch};

use crate::chat::{ChatId, MessageId, MessageState, OperationId, Role};
use crate::chats::take_out;
use crate::error::{ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::store::message::{Settled, StoredMessage};
use crate::store::{chat, journal, lock, message, operation, request};

use super::run;

/// How long replies may take to be stored after a stop.
const LONGEST_STOP: Duration = Duration::from_secs(10);
/// The pause before a chat that could not be read is looked at again; doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

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

/// The workers, unless nothing is to run.
#[derive(Default)]
struct Workers {
    by_chat: HashMap<ChatId, Worker>,
    paused: bool,
}

/// The workers, and the queued replies that go out although the reply before them failed.
#[derive(Default)]
pub(crate) struct Replies {
    workers: Mutex<Workers>,
    /// Wakes whoever waits for the workers to be gone.
    gone: Notify,
    forced: Mutex<HashSet<MessageId>>,
}

impl Replies {
    /// Gives an order to a reply. Whether it runs at all.
    fn order(&self, chat: &ChatId, id: &MessageId, order: Order) -> bool {
        let workers = lock(&self.workers);
        let running = workers.by_chat.get(chat).and_then(|worker| worker.running.as_ref());
        let Some((running, line)) = running else { return false };
        if running != id {
            return false;
        }
        line.send_replace(order);
        true
    }

    /// Lets a queued reply go out although the one before it failed.
    pub(super) fn force(&self, id: &MessageId) {
        lock(&self.forced).insert(id.clone());
    }

    /// Stops whatever runs in a chat.
    pub(crate) fn stop_chat(&self, chat: &ChatId) {
        if let Some((_, line)) = lock(&self.workers).by_chat.get(chat).and_then(|worker| worker.running.as_ref()) {
            line.send_replace(Order::Stop);
        }
    }

    /// Stops whatever runs, and lets nothing start for as long as the result lives.
    pub(crate) fn pause(&self) -> Paused<'_> {
        let mut workers = lock(&self.workers);
        workers.paused = true;
        for (_, line) in workers.by_chat.values().filter_map(|worker| worker.running.as_ref()) {
            line.send_replace(Order::Stop);
        }
        Paused(self)
    }

    /// Gives a worker its reply. Whether it may run it.
    fn begin(&self, chat: &ChatId, reply: &MessageId, line: watch::Sender<Order>) -> bool {
        let mut workers = lock(&self.workers);
        if workers.paused {
            return false;
        }
        if let Some(worker) = workers.by_chat.get_mut(chat) {
            worker.running = Some((reply.clone(), line));
        }
        true
    }

    fn remove(&self, workers: &mut Workers, chat: &ChatId) {
        workers.by_chat.remove(chat);
        self.gone.notify_one();
    }
}

/// A time in which no reply runs. Whoever ends it sees to what waits (`pump_all`).
pub(crate) struct Paused<'a>(&'a Replies);

impl Paused<'_> {
    /// Resolves when no worker is left.
    ///
    /// # Errors
    /// `storageFailed` where a reply cannot be stored: then its worker keeps trying.
    pub(crate) async fn workers_gone(&self) -> Result<()> {
        let gone = async {
            loop {
                // A permit is kept for a call that comes between the look and the wait.
                let gone = self.0.gone.notified();
                if lock(&self.0.workers).by_chat.is_empty() {
                    return;
                }
                gone.await;
            }
        };
        tokio::time::timeout(LONGEST_STOP, gone).await.map_err(|_| ErrorKind::StorageFailed.into())
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        lock(&self.0.workers).paused = false;
    }
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
    /// Ends a reply; its text is kept. One that was about to start ends without any.
    ///
    /// # Errors
    /// `messageNotFound`, `storageFailed`, `storageFull`.
    pub async fn stop_reply(self: &Arc<Self>, id: &MessageId) -> Result<()> {
        let wanted = id.clone();
        let store = self.store_of_message(id).await?;
        let found = store.read(move |connection| message::find(connection, &wanted)).await?;
        if self.replies.order(&found.chat, id, Order::Stop) || found.state != Some(MessageState::Queued) {
            // Else it ended a moment ago: that is what was wanted.
            return Ok(());
        }
        let (reply, now) = (found.clone(), self.now());
        let stopped = store.write(move |t| {
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
        let store = self.store_of_message(id).await?;
        let found = store.read(move |connection| message::find(connection, &wanted)).await?;
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
        let store = self.store_of_message(id).await?;
        let found = store.read(move |connection| message::find(connection, &wanted)).await?;
        if !self.replies.order(&found.chat, id, Order::SendNow) {
            self.replies.force(id);
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
            .store_of(&chat_id)
            .await?
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
                operation::insert(t, &operation_id, OperationKind::CancelMessage, &inverse, now)?;
                Ok(TakenBack::Out(Done { operation_id }))
            })
            .await?;
        if !matches!(taken, TakenBack::TooLate) {
            self.left_the_queue(&chat_id);
        }
        Ok(taken)
    }

    pub(super) fn left_the_queue(self: &Arc<Self>, chat_id: &ChatId) {
        self.live.all_changed(chat_id);
        self.live.row_changed(chat_id);
        self.pump(chat_id);
    }

    /// Sees to it that what can run in a chat runs. Cheap; called after every change.
    pub(crate) fn pump(self: &Arc<Self>, chat_id: &ChatId) {
        {
            let mut workers = lock(&self.replies.workers);
            if workers.paused {
                return;
            }
            if let Some(worker) = workers.by_chat.get_mut(chat_id) {
                worker.again = true;
                return;
            }
            workers.by_chat.insert(chat_id.clone(), Worker { running: None, again: false });
        }
        tokio::spawn(Arc::clone(self).work(chat_id.clone()));
    }

    async fn work(self: Arc<Self>, chat_id: ChatId) {
        let mut pause = FIRST_PAUSE;
        loop {
            let forced = lock(&self.replies.forced).clone();
            let wanted = chat_id.clone();
            let next = async {
                let store = self.store_of(&chat_id).await?;
                let next = store.read(move |connection| next_reply(connection, &wanted, &forced)).await?;
                Ok::<_, crate::error::Error>(next.map(|reply| (store, reply)))
            };
            match next.await {
                Ok(Some((store, reply))) => {
                    pause = FIRST_PAUSE;
                    let (line, orders) = watch::channel(Order::Go);
                    if !self.replies.begin(&chat_id, &reply.id, line) {
                        self.replies.remove(&mut lock(&self.replies.workers), &chat_id);
                        return;
                    }
                    lock(&self.replies.forced).remove(&reply.id);
                    run::run(&self, store, &reply, orders).await;
                    if let Some(worker) = lock(&self.replies.workers).by_chat.get_mut(&chat_id) {
                        worker.running = None;
                    }
                }
                Err(error) => {
                    // What is queued was acknowledged: it goes out as soon as the chat can be read again.
                    self.notify(crate::patch::NoticeContent::Failure { error });
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Ok(None) => {
                    let mut workers = lock(&self.replies.workers);
                    match workers.by_chat.get_mut(&chat_id) {
                        Some(worker) if worker.again => worker.again = false,
                        _ => {
                            self.replies.remove(&mut workers, &chat_id);
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Lets go on what waits, in all chats: after a time in which nothing was let start.
    pub(crate) async fn pump_all(self: &Arc<Self>) -> Result<()> {
        let mut waiting = self.store.read(|connection| message::running(connection, None)).await?;
        if let Some(memory) = self.memory() {
            waiting.extend(memory.read(|connection| message::running(connection, None)).await?);
        }
        for chat_id in waiting.into_iter().map(|reply| reply.chat).collect::<HashSet<_>>() {
            self.pump(&chat_id);
        }
        Ok(())
    }
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

/// What waits in a chat in which nothing was said for longer than this does not go out by itself when the app starts, in
/// milliseconds: the person may no longer want it.
const HELD_AFTER: i64 = 60 * 60 * 1000;

/// After a start: what was streaming is interrupted, with the text the journal has; what waited goes on, in its order. What
/// waited for long has failed instead, and can be sent, changed or deleted; what stands behind it in the queue waits for that.
pub(crate) fn recover(parlour: &Arc<Parlour>) -> Result<()> {
    let now = parlour.now();
    let left = parlour.store.read_now(|connection| message::running(connection, None))?;
    if left.is_empty() {
        return Ok(());
    }
    parlour.store.write_now(|t| end_left(t, &left, now, Waiting::GoesOn))?;
    let waiting: HashSet<ChatId> = left.into_iter().map(|reply| reply.chat).collect();
    for chat_id in waiting {
        parlour.pump(&chat_id);
    }
    Ok(())
}

/// In a database that comes back from a backup nothing runs, and nothing of it goes out by itself.
pub(crate) fn quieten(connection: &Connection, now: i64) -> Result<()> {
    let left = message::running(connection, None)?;
    end_left(connection, &left, now, Waiting::IsStopped)
}

/// What becomes of replies that had not begun to arrive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    GoesOn,
    IsStopped,
}

fn end_left(t: &Connection, left: &[StoredMessage], now: i64, waiting: Waiting) -> Result<()> {
    for reply in left {
        let open = request::open_of(t, &reply.id)?;
        if reply.state == Some(MessageState::Streaming) {
            journal::fold(t, &reply.id, open.as_ref())?;
            message::settle(t, &reply.chat, &reply.id, &Settled::without_text(MessageState::Interrupted, now))?;
        } else if waiting == Waiting::GoesOn && now - chat::updated_at(t, &reply.chat)? > HELD_AFTER {
            let error = ErrorKind::HeldBack.into();
            let held = Settled { error: Some(&error), ..Settled::without_text(MessageState::Failed, now) };
            message::settle(t, &reply.chat, &reply.id, &held)?;
        } else if waiting == Waiting::GoesOn {
            message::set_running(t, &reply.id, MessageState::Queued, None, None)?;
        } else {
            message::settle(t, &reply.chat, &reply.id, &Settled::without_text(MessageState::Stopped, now))?;
        }
        if let Some(open) = open {
            let ended = request::Ended { usage: None, first_at: None, attempts: 1, result: "interrupted", now };
            request::end(t, &open, &ended)?;
        }
    }
    Ok(())
}
