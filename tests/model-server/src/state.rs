//! What a server knows at one moment: the script, the gates, and what was asked and sent.
//! It lives in one watch channel, so that whoever waits for a change looks at the state itself.

use std::{
    collections::{HashSet, VecDeque},
    time::SystemTime,
};

use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;

use crate::{
    reply::{Reply, Script},
    request::{Request, milliseconds},
};

/// When one piece of text was sent. In JSON: `[chunk, at]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sent(
    /// Which event with text it was, counted from 0 within the reply.
    pub usize,
    /// Unix milliseconds, taken just before the write.
    pub f64,
);

#[derive(Debug, Default)]
struct State {
    replies: VecDeque<Reply>,
    default_reply: Option<Reply>,
    models: Option<Reply>,
    open: HashSet<String>,
    requests: Vec<Request>,
    /// Places in `requests`.
    chats: Vec<usize>,
    /// Numbers of connections that are gone.
    closed: HashSet<u64>,
    sent: Vec<Sent>,
    /// Which chat reply `sent` belongs to.
    sending: u64,
    /// Chat replies begun, never set back.
    begun: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: watch::Sender<State>,
}

impl Shared {
    pub fn queue(&self, reply: Reply) {
        self.state.send_modify(|state| state.replies.push_back(reply));
    }

    pub fn set_default(&self, reply: Option<Reply>) {
        self.state.send_modify(|state| state.default_reply = reply);
    }

    pub fn set_models(&self, reply: Reply) {
        self.state.send_modify(|state| state.models = Some(reply));
    }

    pub fn open(&self, gate: &str) {
        self.state.send_modify(|state| {
            state.open.insert(gate.to_owned());
        });
    }

    pub fn run(&self, script: Script) {
        self.state.send_modify(|state| {
            state.replies.extend(script.replies);
            state.default_reply = script.default_reply.or(state.default_reply.take());
            state.models = script.models.or(state.models.take());
            state.open.extend(script.open);
        });
    }

    pub fn reset(&self) {
        self.state.send_modify(|state| {
            // Connections outlive a reset, and so do their numbers.
            let closed = std::mem::take(&mut state.closed);
            *state = State { closed, begun: state.begun, ..State::default() };
        });
    }

    /// Notes a chat request and takes the reply to it, with the number of that reply for [`Shared::note_sent`].
    pub fn take_reply(&self, request: &Request) -> (Reply, u64) {
        let user_text = request.last_user_text();
        let mut taken = None;
        let mut number = 0;
        self.state.send_modify(|state| {
            state.chats.push(state.requests.len());
            state.requests.push(request.clone());
            let place = state.replies.iter().position(|reply| reply.fits(&user_text));
            let queued = place.and_then(|place| state.replies.remove(place));
            taken = queued.or_else(|| state.default_reply.clone());
            number = state.begun;
            state.begun += 1;
            state.sending = number;
            state.sent.clear();
        });
        (taken.unwrap_or_else(|| Reply::text(&format!("You said: {user_text}"))), number)
    }

    pub fn note_request(&self, request: &Request) {
        self.state.send_modify(|state| state.requests.push(request.clone()));
    }

    pub fn note_closed(&self, connection: u64) {
        self.state.send_modify(|state| {
            state.closed.insert(connection);
        });
    }

    pub fn note_sent(&self, reply: u64) {
        // Nobody waits for this: waking all who wait for something else at every chunk would disturb the pace.
        self.state.send_if_modified(|state| {
            if state.sending == reply {
                state.sent.push(Sent(state.sent.len(), milliseconds(SystemTime::now())));
            }
            false
        });
    }

    pub fn models_reply(&self) -> Reply {
        self.state.borrow().models.clone().unwrap_or_else(|| {
            let model =
                |id: &str| json!({ "id": id, "object": "model", "created": 1_700_000_000, "owned_by": "parlour" });
            let models = ["gpt-4o-mini", "gpt-4o", "parlour-test"].map(model);
            Reply::json(200, json!({ "object": "list", "data": models }))
        })
    }

    pub fn requests(&self) -> Vec<Request> {
        self.state.borrow().requests.clone()
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.state.borrow().sent.clone()
    }

    pub async fn request(&self, n: usize) -> Request {
        self.until(|state| Some(state.requests[*state.chats.get(n)?].clone())).await
    }

    pub async fn closed(&self, n: usize) {
        let connection = self.request(n).await.connection;
        self.until(|state| state.closed.contains(&connection).then_some(())).await;
    }

    pub async fn gate(&self, name: &str) {
        self.until(|state| state.open.contains(name).then_some(())).await;
    }

    async fn until<T>(&self, mut look: impl FnMut(&State) -> Option<T>) -> T {
        let mut changes = self.state.subscribe();
        loop {
            if let Some(found) = look(&changes.borrow_and_update()) {
                return found;
            }
            if changes.changed().await.is_err() {
                // The sender is a field of `self`: it cannot be gone.
                std::future::pending::<()>().await;
            }
        }
    }
}
