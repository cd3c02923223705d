//! A scripted server that speaks the OpenAI API: tests say how it answers, byte by byte, and read what it was asked.
//! It writes HTTP/1.1 by hand on a TCP socket, so that a proper reply, a cut one, a reset and garbage go one road.

mod connection;
mod control;
mod play;
mod reply;
mod request;
mod state;
mod wire;

use std::{io, net::Ipv4Addr, sync::Arc};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};

pub use reply::{Reply, Script, Step};
pub use request::Request;
pub use state::Sent;

use state::Shared;

/// A running server on 127.0.0.1. Clones are the same server; it stops when the last one is dropped.
#[derive(Clone, Debug)]
pub struct ModelServer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    port: u16,
    shared: Arc<Shared>,
    /// Dropping it ends the accept loop; its only receiver lives as long as that loop.
    stop: watch::Sender<bool>,
}

impl ModelServer {
    /// Starts on a free port.
    ///
    /// # Errors
    /// When 127.0.0.1 cannot be bound.
    pub async fn start() -> io::Result<Self> {
        Self::start_on(0).await
    }

    /// Starts on `port`; 0 picks a free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start_on(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(accept(listener, Arc::clone(&shared), stopped));
        Ok(Self { inner: Arc::new(Inner { port, shared, stop }) })
    }

    /// The base URL a connection is given: `http://127.0.0.1:PORT/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.inner.port)
    }

    /// The port, to start again on the same one after [`ModelServer::stop`].
    #[must_use]
    pub fn port(&self) -> u16 {
        self.inner.port
    }

    /// Queues a reply for `POST …/chat/completions`. Each request takes the first queued reply whose `when` fits it.
    pub fn reply(&self, reply: Reply) {
        self.inner.shared.queue(reply);
    }

    /// What answers while no queued reply fits; `None` goes back to the built-in "You said: …".
    pub fn default_reply(&self, reply: Option<Reply>) {
        self.inner.shared.set_default(reply);
    }

    /// How `GET …/models` answers from now on. Built in: a list of gpt-4o-mini, gpt-4o and parlour-test.
    pub fn models(&self, reply: Reply) {
        self.inner.shared.set_models(reply);
    }

    /// Lets replies go past [`Step::Gate`] of this name, those that wait there and those to come.
    pub fn open(&self, gate: &str) {
        self.inner.shared.open(gate);
    }

    /// Takes over everything a script says, after what was set before.
    pub fn run(&self, script: Script) {
        self.inner.shared.run(script);
    }

    /// Forgets replies, gates and requests. Replies under way go on; chat requests count from 0 again.
    pub fn reset(&self) {
        self.inner.shared.reset();
    }

    /// Every request so far, on any path, in the order in which they were complete.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.inner.shared.requests()
    }

    /// The `n`-th chat completion request (from 0), as soon as it is complete; its reply begins after this.
    pub async fn request(&self, n: usize) -> Request {
        self.inner.shared.request(n).await
    }

    /// Waits until the connection that carried the `n`-th chat completion request is gone: closed by the client, or
    /// by the server where the reply says so.
    pub async fn closed(&self, n: usize) {
        self.inner.shared.closed(n).await;
    }

    /// When each piece of text of the newest chat reply was handed to the system.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.inner.shared.sent()
    }

    /// Cuts every connection and returns when the port is free again. Dropping the last clone does the same unawaited.
    pub async fn stop(&self) {
        self.inner.stop.send_replace(true);
        self.inner.stop.closed().await;
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            // Either told to stop or the last handle is gone.
            _ = stopped.changed() => break,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection::serve(stream, number, Arc::clone(&shared)));
                    number += 1;
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}
