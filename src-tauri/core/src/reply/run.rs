//! One reply from its request to its settled row: tries, pauses, the loop over stop, silence and the next chunk.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::chat::{MessageState, RequestId, Wait};
use crate::connection::ResolvedEndpoint;
use crate::context::{self, Overlap};
use crate::error::{Error, ErrorKind, Result};
use crate::openai::{self, Arrival, ChatRequest, End, ReplyStream};
use crate::order::in_force::InForce;
use crate::parlour::Parlour;
use crate::patch::NoticeContent;
use crate::store::message::{Settled, StoredMessage};
use crate::store::request::{Ended, NewRequest, Use};
use crate::store::{Store, chat, journal, message, request};

use super::queue::Order;

/// How often a request is tried in all before its error stands.
const TRIES: u32 = 4;

/// Received text is written at the latest when there is this much of it, in bytes.
const JOURNAL_AT: usize = 4 * 1024;

/// How a reply ended.
struct Outcome {
    state: MessageState,
    error: Option<Error>,
    end: End,
}

impl Outcome {
    fn failed(error: Error, end: End) -> Self {
        Self { state: MessageState::Failed, error: Some(error), end }
    }

    fn stopped(end: End) -> Self {
        Self { state: MessageState::Stopped, error: None, end }
    }

    /// What the ledger calls it.
    fn word(&self) -> Result<String> {
        match &self.error {
            Some(error) => crate::store::word(&error.kind),
            None => crate::store::word(&self.state),
        }
    }
}

/// A reply while it runs.
struct Run<'a> {
    parlour: &'a Arc<Parlour>,
    /// Where its chat is.
    store: &'a Arc<Store>,
    reply: &'a StoredMessage,
    orders: watch::Receiver<Order>,
    request_id: RequestId,
    attempts: u32,
    first_at: Option<i64>,
    /// What the ledger on disk keeps of it, in a temporary chat.
    used: Option<Use>,
    /// Set for a continuation.
    overlap: Option<Overlap>,
    text: Received,
    reasoning: Received,
    /// When the oldest text that is only in memory must be on disk.
    flush_at: Option<Instant>,
}

/// Text that has arrived, and how much of it is in the journal.
#[derive(Default)]
struct Received {
    text: String,
    journaled: usize,
}

/// Runs a reply to its end. Whatever happens ends in its row.
pub(super) async fn run(
    parlour: &Arc<Parlour>,
    store: &Arc<Store>,
    reply: &StoredMessage,
    orders: watch::Receiver<Order>,
) {
    let mut run = Run {
        parlour,
        store,
        reply,
        orders,
        request_id: RequestId::new(),
        attempts: 0,
        first_at: None,
        used: None,
        overlap: None,
        text: Received::default(),
        reasoning: Received::default(),
        flush_at: None,
    };
    let outcome = match run.prepare().await {
        Ok((endpoint, request)) => run.try_until_done(&endpoint, &request).await,
        // Cancelled, or the chat deleted, just before: its row stays as it is, for an undo.
        Err(error) if matches!(error.kind, ErrorKind::ChatNotFound | ErrorKind::MessageNotFound) => {
            parlour.live.end(&reply.chat, &reply.id);
            return;
        }
        Err(error) => Outcome::failed(error, End::default()),
    };
    run.settle(outcome).await;
}

impl Run<'_> {
    /// Puts the request together, records it, and shows the reply as waiting.
    async fn prepare(&mut self) -> Result<(ResolvedEndpoint, ChatRequest)> {
        let settings = self.parlour.settings();
        let (reply, request_id, now) = (self.reply.clone(), self.request_id.clone(), self.parlour.now());
        let known = self.store.read(move |connection| {
            let found = chat::find(connection, &reply.chat)?;
            let options = InForce::of(&found, &settings);
            let mut context = context::up_to(connection, &options.system_prompt, reply.parent.as_ref())?;
            let before = message::text(connection, &reply.id)?;
            if !before.is_empty() {
                context.messages.push((crate::chat::Role::Assistant, before.clone()));
                context.part_ids.extend(message::part_ids(connection, &reply.id)?);
                context.messages.push((crate::chat::Role::User, context::CONTINUE.to_owned()));
            }
            let request = ChatRequest {
                model: options.model,
                messages: context.messages,
                temperature: options.temperature,
                max_tokens: options.max_tokens,
                top_p: options.top_p,
                reasoning_effort: options.reasoning_effort,
                stop: options.stop,
                seed: options.seed,
                response_format: options.response_format,
                streaming: true,
            };
            let asked = reply.parent.as_ref().map(|asked| message::hash(connection, asked)).transpose()?;
            Ok((request, context.part_ids, before, asked))
        });
        let (mut request, part_ids, before, asked) = known.await?;
        let purpose = if before.is_empty() { "reply" } else { "continue" };
        self.overlap = (!before.is_empty()).then(|| Overlap::after(&before));
        self.parlour.live.begin(&self.reply.chat, &self.reply.id, MessageState::Waiting, before);

        let endpoint = self.parlour.endpoint().await?;
        request.streaming = endpoint.streaming;
        let body_hash = Sha256::digest(request.body().to_string());
        let parameters = request.parameters();
        let (connection_id, reply, model) = (endpoint.connection.clone(), self.reply.clone(), request.model.clone());
        self.store
            .write(move |t| {
                let asks = reply.parent.as_ref().map(|asked| message::hash(t, asked)).transpose()?;
                // Also where what it answers was written anew, or moved in the queue, since it was read.
                if asks != asked || message::find(t, &reply.id)?.state.is_none_or(MessageState::is_settled) {
                    return Err(ErrorKind::MessageNotFound.into());
                }
                message::set_running(t, &reply.id, MessageState::Waiting, None, Some(now))?;
                message::set_model(t, &reply.id, &model)?;
                request::insert(
                    t,
                    &NewRequest {
                        id: &request_id,
                        message: &reply.id,
                        connection: &connection_id,
                        purpose,
                        parameters: &parameters,
                        part_ids: &part_ids,
                        body_hash: &body_hash,
                        now,
                    },
                )
            })
            .await?;
        if self.store.is_in_memory() {
            let used = Use {
                id: self.request_id.clone(),
                connection: endpoint.connection.clone(),
                purpose,
                model: request.model.clone(),
                usage: None,
                sent_at: now,
                attempts: 1,
                result: None,
            };
            self.used = Some(used.clone());
            self.parlour.note_use(used).await;
        }
        self.parlour.live.row_changed(&self.reply.chat);
        Ok((endpoint, request))
    }

    async fn try_until_done(&mut self, endpoint: &ResolvedEndpoint, request: &ChatRequest) -> Outcome {
        let timing = self.parlour.timing;
        let mut pauses = ExponentialBuilder::default()
            .with_min_delay(timing.first_pause)
            .with_max_delay(timing.longest_pause)
            .with_max_times(TRIES as usize - 1)
            .build();
        loop {
            self.attempts += 1;
            let outcome = self.try_once(endpoint, request).await;
            let Some(error) = outcome.error.as_ref().filter(|error| self.may_repeat(error)) else { return outcome };
            let Some(pause) = pauses.next() else { return outcome };
            let asked = error.detail.retry_after.map(Duration::from_millis);
            let pause = asked.unwrap_or(pause).min(timing.longest_pause);
            if !self.pause(error.clone(), pause).await {
                return Outcome::stopped(outcome.end);
            }
        }
    }

    /// Only before the first text, and only what passes by itself.
    fn may_repeat(&self, error: &Error) -> bool {
        matches!(error.kind, ErrorKind::RateLimited | ErrorKind::ServerBusy)
            && self.text.text.is_empty()
            && self.reasoning.text.is_empty()
            && self.overlap.as_ref().is_none_or(Overlap::is_fresh)
    }

    /// Waits, in the open. Whether the reply is to go on.
    async fn pause(&mut self, error: Error, pause: Duration) -> bool {
        // "Send now" of before this pause is not meant for it.
        if *self.orders.borrow_and_update() == Order::Stop {
            return false;
        }
        let until = self.parlour.now() + i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        self.show_waiting(Some(Wait { until, error, attempt: self.attempts })).await;
        let over = Instant::now() + pause;
        let go_on = loop {
            tokio::select! {
                () = tokio::time::sleep_until(over) => break true,
                order = next_order(&mut self.orders) => match order {
                    Order::Stop => break false,
                    Order::SendNow => break true,
                    Order::Go => {}
                },
            }
        };
        self.show_waiting(None).await;
        go_on
    }

    async fn show_waiting(&self, wait: Option<Wait>) {
        let (id, stored) = (self.reply.id.clone(), wait.clone());
        let writing =
            self.store.write(move |t| message::set_running(t, &id, MessageState::Waiting, stored.as_ref(), None));
        if let Err(error) = writing.await {
            // The pause is shown all the same; after a death the reply would go on from its question.
            self.parlour.notify(NoticeContent::Failure { error });
        }
        self.parlour.live.set_state(&self.reply.chat, &self.reply.id, MessageState::Waiting, wait);
    }

    async fn try_once(&mut self, endpoint: &ResolvedEndpoint, request: &ChatRequest) -> Outcome {
        let sending = openai::send(&self.parlour.http, &endpoint.endpoint, request, self.parlour.timing.silence);
        let mut stream = tokio::select! {
            sent = sending => match sent {
                Ok(stream) => stream,
                Err(error) => return Outcome::failed(error, End::default()),
            },
            () = stopped(self.orders.clone()) => return Outcome::stopped(End::default()),
        };
        self.receive(&mut stream).await
    }

    /// The loop over {stop, the next chunk or silence, the flush of the journal}.
    async fn receive(&mut self, stream: &mut ReplyStream) -> Outcome {
        loop {
            let flush_at = self.flush_at;
            tokio::select! {
                biased;
                () = stopped(self.orders.clone()) => return Outcome::stopped(stream.end()),
                () = until(flush_at) => self.flush().await,
                arrival = stream.next() => match arrival {
                    Ok(Some(arrival)) => self.take(arrival).await,
                    Ok(None) => {
                        let end = stream.end();
                        return Outcome { state: MessageState::Complete, error: None, end };
                    }
                    Err(error) => return Outcome::failed(error, stream.end()),
                },
            }
        }
    }

    async fn take(&mut self, arrival: Arrival) {
        let first = self.first_at.is_none();
        if first {
            self.first_at = Some(self.parlour.now());
        }
        match arrival {
            Arrival::Text(text) => {
                let new = match &mut self.overlap {
                    Some(overlap) => overlap.push(&text),
                    None => text,
                };
                self.add_text(&new);
            }
            Arrival::Reasoning(text) => self.reasoning.text.push_str(&text),
        }
        let behind = self.text.behind() + self.reasoning.behind();
        if behind >= JOURNAL_AT {
            self.flush().await;
        } else if behind > 0 && self.flush_at.is_none() {
            self.flush_at = Some(Instant::now() + self.parlour.timing.journal_every);
        }
    }

    fn add_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.text.text.is_empty() {
            self.parlour.live.set_state(&self.reply.chat, &self.reply.id, MessageState::Streaming, None);
        }
        self.text.text.push_str(text);
        self.parlour.live.push(&self.reply.chat, &self.reply.id, text);
    }

    /// Writes what arrived since the last flush to the journal. Where that fails the text stays in memory for the next one.
    async fn flush(&mut self) {
        self.flush_at = None;
        let (text, reasoning) = (self.text.unjournaled(), self.reasoning.unjournaled());
        let (text_length, reasoning_length) = (self.text.text.len(), self.reasoning.text.len());
        let (id, first) = (self.reply.id.clone(), self.text.journaled == 0 && self.reasoning.journaled == 0);
        let written = self
            .store
            .write(move |t| {
                if !message::exists(t, &id)? {
                    return Err(ErrorKind::ChatNotFound.into());
                }
                if first {
                    message::set_running(t, &id, MessageState::Streaming, None, None)?;
                }
                for (kind, text) in [("reasoning", reasoning), ("text", text)] {
                    if !text.is_empty() {
                        journal::append(t, &id, kind, &text)?;
                    }
                }
                Ok(())
            })
            .await;
        match written {
            Ok(()) => {
                self.text.journaled = text_length;
                self.reasoning.journaled = reasoning_length;
                if first {
                    self.parlour.live.row_changed(&self.reply.chat);
                }
            }
            // Its chat has just gone for good, and the order to stop is on its way.
            Err(error) if error.kind == ErrorKind::ChatNotFound => {}
            Err(error) => {
                self.parlour.notify(NoticeContent::Failure { error });
                self.flush_at = Some(Instant::now() + Duration::from_secs(1));
            }
        }
    }

    /// One transaction: final parts, usage, the ledger, the journal's rows gone. Tried until it is on disk.
    async fn settle(mut self, mut outcome: Outcome) {
        if let Some(rest) = self.overlap.as_mut().map(Overlap::finish) {
            self.add_text(&rest);
        }
        // An answer of nothing but reasoning, or of nothing, is no answer; it was cut by its limit, or the server is odd.
        if outcome.state == MessageState::Complete
            && self.text.text.is_empty()
            && self.overlap.is_none()
            && outcome.end.finish_reason.as_deref() != Some("length")
        {
            outcome = Outcome::failed(ErrorKind::UnexpectedResponse.into(), outcome.end);
        }
        let mut pause = Duration::from_millis(250);
        while let Err(error) = self.write_settled(&outcome).await {
            if error.kind == ErrorKind::ChatNotFound {
                // For good, and nobody wants its answer any more.
                break;
            }
            // The text stays in memory and on screen, and is written as soon as there is room.
            self.parlour.notify(NoticeContent::Failure { error });
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
        self.parlour.live.end(&self.reply.chat, &self.reply.id);
        self.parlour.live.row_changed(&self.reply.chat);
        if let Some(used) = self.used.take() {
            let (usage, result) = (outcome.end.usage, outcome.word().ok());
            self.parlour.note_use(Use { usage, attempts: self.attempts, result, ..used }).await;
        }
    }

    async fn write_settled(&self, outcome: &Outcome) -> Result<()> {
        let (reply, request_id, now) = (self.reply.clone(), self.request_id.clone(), self.parlour.now());
        let (text, reasoning) = (self.text.text.clone(), self.reasoning.text.clone());
        let (state, error, end) = (outcome.state, outcome.error.clone(), outcome.end.clone());
        let (attempts, first_at, result) = (self.attempts, self.first_at, outcome.word()?);
        self.store
            .write(move |t| {
                if !message::exists(t, &reply.id)? {
                    return Err(ErrorKind::ChatNotFound.into());
                }
                for (kind, text) in [("reasoning", &reasoning), ("text", &text)] {
                    if !text.is_empty() {
                        message::add_part(t, &reply.id, kind, text, Some(&request_id))?;
                    }
                }
                journal::clear(t, &reply.id)?;
                let settled = Settled {
                    state,
                    error: error.as_ref(),
                    model: end.model.as_deref(),
                    finish_reason: end.finish_reason.as_deref(),
                    usage: end.usage,
                    now,
                };
                message::settle(t, &reply.chat, &reply.id, &settled)?;
                request::end(t, &request_id, &Ended { usage: end.usage, first_at, attempts, result: &result, now })
            })
            .await
    }
}

impl Received {
    fn behind(&self) -> usize {
        self.text.len() - self.journaled
    }

    fn unjournaled(&self) -> String {
        self.text[self.journaled..].to_owned()
    }
}

/// The next order; never, where nobody can give one any more.
async fn next_order(orders: &mut watch::Receiver<Order>) -> Order {
    if orders.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
    *orders.borrow_and_update()
}

/// Resolves once the reply is to stop, also where that was said before.
async fn stopped(mut orders: watch::Receiver<Order>) {
    if orders.wait_for(|order| *order == Order::Stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The instant, or never.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
