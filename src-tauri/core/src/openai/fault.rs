//! From what a server, the network or the library says to the error a person sees. The one place for it.
//! A provider's words are read for their meaning, never kept or shown.

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use async_openai::error::OpenAIError;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::error::{Error, ErrorKind};

pub(super) fn timed_out(host: &str) -> Error {
    Error::new(ErrorKind::TimedOut).with(|d| d.host = Some(host.to_owned()))
}

/// An error of the library. Ours come back out of the box they went in.
pub(super) fn of_library(error: OpenAIError, host: &str) -> Error {
    match error {
        OpenAIError::Boxed(boxed) => match boxed.downcast::<Error>() {
            Ok(error) => *error,
            Err(_) => Error::internal("an unknown error of the http service"),
        },
        OpenAIError::Reqwest(error) => of_transport(&error, host),
        OpenAIError::JSONDeserialize(..) | OpenAIError::StreamError(_) => {
            Error::new(ErrorKind::UnexpectedResponse).with(|d| d.host = Some(host.to_owned()))
        }
        _ => Error::internal("the library rejected a request"),
    }
}

/// A request that got no answer.
pub(super) fn of_transport(error: &reqwest::Error, host: &str) -> Error {
    let kind = if is_caused_by(error, &["certificate", "unknownissuer", "notvalidforname"]) {
        ErrorKind::TlsUntrusted
    } else if error.is_timeout() && !error.is_connect() {
        ErrorKind::TimedOut
    // Something answers, but not in HTTP, or not in TLS.
    } else if error.is_redirect() || is_caused_by(error, &["invalid http", "corrupt message"]) {
        ErrorKind::UnexpectedResponse
    } else {
        ErrorKind::Offline
    };
    Error::new(kind).with(|d| d.host = Some(host.to_owned()))
}

/// Whether a cause somewhere below says one of these words.
fn is_caused_by(error: &reqwest::Error, words: &[&str]) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        // The types of rustls differ by the path they come on (io::Error wraps them unseen), their words do not.
        let said = error.to_string().to_lowercase();
        if words.iter().any(|word| said.contains(word)) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A status that is no success.
pub(super) fn of_status(status: StatusCode, headers: &HeaderMap, body: &[u8], host: &str, model: &str) -> Error {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let object = json.as_ref().and_then(|body| body.get("error").or(Some(body)));
    let mut error = of_error_object(object.unwrap_or(&Value::Null), Some(status), host, model);
    // A page of a web server says that the address is wrong, not the model.
    if status == StatusCode::NOT_FOUND && json.is_none() {
        error.kind = ErrorKind::UnexpectedResponse;
    }
    error.with(|d| d.retry_after = retry_after(headers))
}

/// An error object: `{message, type, code, param}`, a bare string, or anything else, with the status it came with.
pub(super) fn of_error_object(object: &Value, status: Option<StatusCode>, host: &str, model: &str) -> Error {
    let code = object.get("code").map(plain).unwrap_or_default();
    let family = object.get("type").map(plain).unwrap_or_default();
    let words = object.get("message").map_or_else(|| plain(object), plain).to_lowercase();
    let status = status.or_else(|| code.parse().ok());
    let says =
        |needles: &[&str]| needles.iter().any(|needle| words.contains(needle) || code == *needle || family == *needle);

    let too_long = says(&[
        "context_length_exceeded",
        "context length",
        "context_length",
        "context window",
        "maximum context",
        "prompt is too long",
        "too many tokens",
        "exceed_context_size_error",
        "exceeds the available context",
    ]);
    let no_credit = says(&[
        "insufficient_quota",
        "billing_hard_limit_reached",
        "exceeded your current quota",
        "insufficient credits",
    ]);
    let no_model = says(&["model_not_found"])
        || (words.contains("model")
            && ["not found", "does not exist", "not exist", "unknown model", "invalid model", "no such model"]
                .iter()
                .any(|needle| words.contains(needle)));

    let kind = match status.map(|status| status.as_u16()) {
        Some(401) => ErrorKind::InvalidApiKey,
        Some(402) => ErrorKind::QuotaExceeded,
        Some(429) if no_credit => ErrorKind::QuotaExceeded,
        Some(403) => ErrorKind::PermissionDenied,
        Some(404) if no_model || !words.is_empty() && words.contains("model") => ErrorKind::ModelNotFound,
        Some(404) => ErrorKind::RequestRejected,
        Some(408) => ErrorKind::TimedOut,
        Some(429) => ErrorKind::RateLimited,
        Some(500..=599) => ErrorKind::ServerBusy,
        Some(300..=399) => ErrorKind::UnexpectedResponse,
        _ if too_long => ErrorKind::ContextTooLong,
        _ if no_model => ErrorKind::ModelNotFound,
        _ if no_credit => ErrorKind::QuotaExceeded,
        Some(400..=499) => ErrorKind::RequestRejected,
        _ if says(&["rate_limit_exceeded", "rate limit"]) => ErrorKind::RateLimited,
        // In mid stream, without a status: the server gave up.
        _ => ErrorKind::ServerBusy,
    };
    Error::new(kind).with(|d| {
        d.status = status.map(|status| status.as_u16());
        d.host = Some(host.to_owned());
        d.model = (kind == ErrorKind::ModelNotFound).then(|| model.to_owned());
        if kind == ErrorKind::RequestRejected {
            // A name, not a sentence: anything longer is the provider's prose.
            d.parameter = object.get("param").map(plain).filter(|name| !name.is_empty() && name.len() <= 64);
        }
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// `Retry-After` in milliseconds (seconds or an HTTP date, RFC 9110 10.2.3), or `retry-after-ms`. Nonsense is nothing.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(ms) = text("retry-after-ms").and_then(|value| value.parse::<f64>().ok()) {
        return (ms >= 0.0).then_some(ms as u64);
    }
    let value = text(RETRY_AFTER.as_str())?;
    if let Ok(seconds) = value.parse::<f64>() {
        return (seconds >= 0.0).then_some((seconds * 1000.0) as u64);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let wait = date.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
    u64::try_from(wait.as_millis()).ok()
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(status: u16, body: &str) -> ErrorKind {
        let status = StatusCode::from_u16(status).expect("a status");
        of_status(status, &HeaderMap::new(), body.as_bytes(), "host", "m").kind
    }

    #[test]
    fn each_status_has_its_kind() {
        let table = [
            (401, "", ErrorKind::InvalidApiKey),
            (402, "", ErrorKind::QuotaExceeded),
            (403, "", ErrorKind::PermissionDenied),
            (404, "<html>", ErrorKind::UnexpectedResponse),
            (
                404,
                r#"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#,
                ErrorKind::ModelNotFound,
            ),
            (404, r#"{"error":"model 'x' not found, try pulling it first"}"#, ErrorKind::ModelNotFound),
            (400, r#"{"error":{"code":"context_length_exceeded"}}"#, ErrorKind::ContextTooLong),
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 8192 tokens"}}"#,
                ErrorKind::ContextTooLong,
            ),
            (400, r#"{"error":{"message":"bad","param":"temperature"}}"#, ErrorKind::RequestRejected),
            (418, "teapot", ErrorKind::RequestRejected),
            (429, "slow down", ErrorKind::RateLimited),
            (429, r#"{"error":{"type":"insufficient_quota"}}"#, ErrorKind::QuotaExceeded),
            (500, "", ErrorKind::ServerBusy),
            (503, "overloaded", ErrorKind::ServerBusy),
            (302, "", ErrorKind::UnexpectedResponse),
        ];
        for (status, body, expected) in table {
            assert_eq!(kind(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn an_error_in_mid_stream_may_have_a_number_for_a_code() {
        let error = of_error_object(&json!({"code": 429, "message": "x"}), None, "h", "m");
        assert_eq!((error.kind, error.detail.status), (ErrorKind::RateLimited, Some(429)));
        assert_eq!(of_error_object(&json!("gone"), None, "h", "m").kind, ErrorKind::ServerBusy);
    }

    #[test]
    fn a_pause_is_read_in_seconds_or_as_a_date_and_nonsense_is_none() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().expect("a header"));
            retry_after(&headers)
        };
        assert_eq!(read("2"), Some(2000));
        assert_eq!(read("0.5"), Some(500));
        assert_eq!(read("-5"), None);
        assert_eq!(read("soon"), None);
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(0));
    }
}
