//! The only place that knows async-openai: requests out, text in, and every fault of a server told by its kind.
//!
//! The library builds the request and reads the event stream. Between it and the network stands [`service`], which keeps
//! what the library loses: status and headers of errors, the kind of body, whether `[DONE]` was seen, why a stream broke.

mod chunk;
mod fault;
mod service;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::Config;
use async_openai::error::OpenAIError;
use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::chat::Usage;
use crate::error::{Error, ErrorKind, Result};
use crate::options::{ReasoningEffort, ResponseFormat};
use crate::store::blocking;

use chunk::Piece;
use service::{Seen, Service};

/// The longest wait for the usage behind a `finish_reason`.
const AFTER_THE_END: Duration = Duration::from_secs(5);

/// How requests are made; shared by all, so that connections stay warm.
#[derive(Clone, Default)]
pub(crate) struct Http {
    client: Arc<OnceLock<reqwest::Client>>,
}

impl Http {
    /// The client, made when it is first needed: reading the system's certificates takes longer than the rest of a start.
    ///
    /// # Errors
    /// `tlsUntrusted` where the system has no store of certificates that could be read.
    pub(crate) async fn client(&self) -> Result<reqwest::Client> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let made = blocking(make_client).await?;
        Ok(self.client.get_or_init(|| made).clone())
    }
}

fn make_client() -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent(concat!("Parlour/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .redirect(same_origin_redirects())
        // A first token must not wait for a full packet.
        .tcp_nodelay(true)
        .build()
        .map_err(|error| {
            log::error!("http client: {}", if error.is_builder() { "builder" } else { "other" });
            Error::new(ErrorKind::TlsUntrusted)
        })
}

/// A key goes to its own origin only, also after a redirect.
fn same_origin_redirects() -> reqwest::redirect::Policy {
    reqwest::redirect::Policy::custom(|attempt| {
        let same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
        if same && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
    })
}

/// Where to, and with which key.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// `https://host/v1`, no slash at the end.
    pub base_url: String,
    /// Host and port as they are shown.
    pub host: String,
    /// The key; none where the server wants none.
    pub key: Option<SecretString>,
}

/// The library's own configuration reads the environment, which could send a key elsewhere: this one does not.
struct EndpointConfig {
    endpoint: Endpoint,
    no_key: SecretString,
}

impl Config for EndpointConfig {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(key) = &self.endpoint.key {
            // Keys are printable ASCII, checked when they are entered: this cannot fail, and must not panic if it does.
            if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret())) {
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
        }
        headers
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.endpoint.base_url
    }

    fn api_key(&self) -> &SecretString {
        self.endpoint.key.as_ref().unwrap_or(&self.no_key)
    }
}

fn client(http: reqwest::Client, endpoint: &Endpoint, service: Service) -> Client<EndpointConfig> {
    let config = EndpointConfig { endpoint: endpoint.clone(), no_key: SecretString::default() };
    Client::build(http, config).with_http_service(service)
}

/// The body of a chat completion: `parameters` (model, temperature, …) and the messages.
/// Version 1 of the body's form: keys in this order, nothing that was not asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChatRequest {
    pub model: String,
    pub messages: Vec<(crate::chat::Role, String)>,
    pub temperature: Option<f64>,
    pub max_tokens: Option<u32>,
    pub top_p: Option<f64>,
    pub reasoning_effort: Option<ReasoningEffort>,
    pub stop: Vec<String>,
    pub seed: Option<i64>,
    pub response_format: Option<ResponseFormat>,
    pub streaming: bool,
}

impl ChatRequest {
    /// Everything of the body but the messages.
    pub(crate) fn parameters(&self) -> Value {
        let mut parameters = json!({ "model": self.model, "stream": self.streaming });
        if let Some(temperature) = self.temperature {
            parameters["temperature"] = json!(temperature);
        }
        if let Some(max_tokens) = self.max_tokens {
            parameters["max_tokens"] = json!(max_tokens);
        }
        if let Some(top_p) = self.top_p {
            parameters["top_p"] = json!(top_p);
        }
        if let Some(effort) = self.reasoning_effort {
            parameters["reasoning_effort"] = json!(effort.word());
        }
        if !self.stop.is_empty() {
            parameters["stop"] = json!(self.stop);
        }
        if let Some(seed) = self.seed {
            parameters["seed"] = json!(seed);
        }
        if let Some(format) = self.response_format {
            parameters["response_format"] = json!({ "type": format.word() });
        }
        if self.streaming {
            parameters["stream_options"] = json!({ "include_usage": true });
        }
        parameters
    }

    /// The body as it is sent.
    pub(crate) fn body(&self) -> Value {
        let mut body = self.parameters();
        body["messages"] =
            self.messages.iter().map(|(role, content)| json!({ "role": role, "content": content })).collect();
        body
    }
}

/// What arrives of a reply.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arrival {
    Text(String),
    Reasoning(String),
}

/// How a reply ended, with proof.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct End {
    pub model: Option<String>,
    pub finish_reason: Option<String>,
    pub usage: Option<Usage>,
}

/// A reply that is arriving.
pub(crate) struct ReplyStream {
    items: async_openai::types::stream::StreamResponse<Value>,
    seen: Arc<Seen>,
    silence: Duration,
    host: String,
    model_asked: String,
    ready: std::collections::VecDeque<Arrival>,
    end: End,
}

/// Sends a request and waits for the head of the answer.
///
/// # Errors
/// Every kind that a server or the network can cause, before any text.
pub(crate) async fn send(
    http: &Http,
    endpoint: &Endpoint,
    request: &ChatRequest,
    silence: Duration,
) -> Result<ReplyStream> {
    let seen = Arc::new(Seen::default());
    let http = http.client().await?;
    let service = Service::for_reply(http.clone(), endpoint.host.clone(), request.model.clone(), Arc::clone(&seen));
    let client = client(http, endpoint, service);
    let chat = client.chat();
    let sending = chat.create_stream_byot::<_, Value>(request.body());
    let items = match tokio::time::timeout(silence, sending).await {
        Ok(answer) => answer.map_err(|error| fault::of_library(error, &endpoint.host))?,
        Err(_) => return Err(fault::timed_out(&endpoint.host)),
    };
    Ok(ReplyStream {
        items,
        seen,
        silence,
        host: endpoint.host.clone(),
        model_asked: request.model.clone(),
        ready: std::collections::VecDeque::new(),
        end: End::default(),
    })
}

impl ReplyStream {
    /// The next arrival, or `None` at a proven end.
    ///
    /// # Errors
    /// `replyCutShort` where the end is not proven, `timedOut` after silence, or what an error object in the stream says.
    pub(crate) async fn next(&mut self) -> Result<Option<Arrival>> {
        loop {
            if let Some(arrival) = self.ready.pop_front() {
                return Ok(Some(arrival));
            }
            // Behind the reason only the usage is still to come, and some servers leave the connection open.
            let patience =
                if self.end.finish_reason.is_some() { self.silence.min(AFTER_THE_END) } else { self.silence };
            let arrived = self.seen.arrived();
            let Ok(item) = tokio::time::timeout(patience, self.items.next()).await else {
                if self.end.finish_reason.is_some() {
                    return Ok(None);
                }
                // Comments keep a connection alive while a model thinks: no event, but no silence either.
                if self.seen.arrived() != arrived {
                    continue;
                }
                return Err(fault::timed_out(&self.host));
            };
            match item {
                Some(Ok(value)) => self.take(&value)?,
                // The library knows the end mark without a space behind it only.
                Some(Err(OpenAIError::JSONDeserialize(_, data))) if data.trim() == "[DONE]" => return Ok(None),
                // One event that is no JSON does not end a stream.
                Some(Err(OpenAIError::JSONDeserialize(..))) => {}
                Some(Err(_)) => return self.finish(ErrorKind::ReplyCutShort).map(|()| None),
                None => return self.finish(ErrorKind::UnexpectedResponse).map(|()| None),
            }
        }
    }

    fn take(&mut self, value: &Value) -> Result<()> {
        for piece in chunk::read(value) {
            match piece {
                Piece::Text(text) => self.ready.push_back(Arrival::Text(text)),
                Piece::Reasoning(text) => self.ready.push_back(Arrival::Reasoning(text)),
                Piece::Finish(reason) => self.end.finish_reason = Some(reason),
                Piece::Usage(usage) => self.end.usage = Some(usage),
                Piece::Model(model) => self.end.model = Some(model),
                Piece::Error(error) => return Err(fault::of_error_object(&error, None, &self.host, &self.model_asked)),
            }
        }
        Ok(())
    }

    /// Whether the end is proven; `of_nothing` is the error where not one byte came before it.
    fn finish(&self, of_nothing: ErrorKind) -> Result<()> {
        if self.end.finish_reason.is_some() || self.seen.done() || self.seen.whole_body() {
            return Ok(());
        }
        let kind = if self.seen.arrived() == 0 { of_nothing } else { ErrorKind::ReplyCutShort };
        Err(Error::new(kind).with(|d| d.host = Some(self.host.clone())))
    }

    /// What is known of the end so far; whole after `next` gave `None`.
    pub(crate) fn end(&self) -> End {
        self.end.clone()
    }
}

/// The names of the models that the endpoint offers, sorted.
///
/// # Errors
/// Every kind that a server or the network can cause; `unexpectedResponse` where the answer is no list.
pub(crate) async fn models(http: &Http, endpoint: &Endpoint) -> Result<Vec<String>> {
    let http = http.client().await?;
    let service = Service::for_json(http.clone(), endpoint.host.clone());
    let client = client(http, endpoint, service);
    let models = client.models();
    let listing = models.list_byot::<Value>();
    let answer = match tokio::time::timeout(Duration::from_secs(20), listing).await {
        Ok(answer) => answer.map_err(|error| fault::of_library(error, &endpoint.host))?,
        Err(_) => return Err(fault::timed_out(&endpoint.host)),
    };
    // OpenAI's `data`, Together's bare list, others' `models`.
    let list = answer.get("data").or_else(|| answer.get("models")).unwrap_or(&answer).as_array();
    let Some(list) = list else {
        return Err(Error::new(ErrorKind::UnexpectedResponse).with(|d| d.host = Some(endpoint.host.clone())));
    };
    let mut names: Vec<String> = list
        .iter()
        .filter_map(|model| model.get("id").or_else(|| model.get("name")).unwrap_or(model).as_str())
        .map(str::to_owned)
        .collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
