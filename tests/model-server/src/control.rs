//! The program's remote control, on the same port under `/control/`: the library's calls over HTTP.
//!
//! | call | does |
//! |---|---|
//! | `POST reply` (a reply) | queues it |
//! | `POST default` (a reply or `null`) | answers while no queued reply fits |
//! | `POST models` (a reply) | answers `GET …/models` |
//! | `POST script` (a script) | all of these in one |
//! | `POST open/GATE` | opens a gate |
//! | `POST reset` | forgets everything |
//! | `GET requests` | all requests so far |
//! | `GET request/N` | the `N`-th chat request, once it is there |
//! | `GET closed/N` | answers once the connection of the `N`-th chat request is gone |
//! | `GET sent` | `[[chunk, at], …]` of the newest chat reply |

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{reply::Reply, request::Request, state::Shared};

/// Does what `route` says; `route` is what stands behind `/control/`.
pub(crate) async fn answer(route: &str, request: &Request, shared: &Shared) -> Reply {
    let (call, argument) = route.split_once('/').unwrap_or((route, ""));
    let result = match request.method.as_str() {
        "POST" => act(call, argument, request, shared).map(|()| json!({ "ok": true })),
        _ => look(call, argument, shared).await,
    };
    match result {
        Ok(value) => Reply::json(200, value),
        Err(message) => Reply::error(400, "bad_control", &message),
    }
}

fn act(call: &str, argument: &str, request: &Request, shared: &Shared) -> Result<(), String> {
    match call {
        "reply" => shared.queue(parse(request)?),
        "default" => shared.set_default(parse(request)?),
        "models" => shared.set_models(parse(request)?),
        "script" => shared.run(parse(request)?),
        "open" => shared.open(&decoded(argument)),
        "reset" => shared.reset(),
        _ => return Err(format!("unknown: POST {call}")),
    }
    Ok(())
}

async fn look(call: &str, argument: &str, shared: &Shared) -> Result<Value, String> {
    Ok(match call {
        "requests" => json!(shared.requests()),
        "sent" => json!(shared.sent()),
        "request" => json!(shared.request(number(argument)?).await),
        "closed" => {
            shared.closed(number(argument)?).await;
            json!({ "ok": true })
        }
        _ => return Err(format!("unknown: GET {call}")),
    })
}

fn parse<T: DeserializeOwned>(request: &Request) -> Result<T, String> {
    serde_json::from_slice(&request.raw).map_err(|error| error.to_string())
}

fn number(argument: &str) -> Result<usize, String> {
    argument.parse().map_err(|_| format!("not a number: {argument}"))
}

/// Undoes `encodeURIComponent`.
fn decoded(argument: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = argument.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind.get(..2).and_then(|hex| str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
