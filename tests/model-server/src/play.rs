//! Plays a reply, step by step: waits at its gates, turns its texts into events, or gathers them into one JSON body.

use std::{io, time::Duration};

use serde_json::{Value, json};
use tokio::{io::AsyncWrite, time::Instant};

use crate::{
    reply::{Reply, Step},
    request::Request,
    state::Shared,
    wire::Wire,
};

/// How an answer left its connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// Ready for the next request.
    Keep,
    Close,
    Reset,
}

/// The request an answer belongs to, as far as the answer repeats it.
pub(crate) struct Context {
    id: String,
    model: String,
    streamed: bool,
    number: u64,
}

impl Context {
    pub fn new(request: &Request, number: u64) -> Self {
        Self {
            id: format!("chatcmpl-{number}"),
            model: request.body["model"].as_str().unwrap_or("parlour-test").to_owned(),
            streamed: request.body["stream"].as_bool().unwrap_or(false),
            number,
        }
    }

    /// For an answer that is no chat reply.
    pub fn none() -> Self {
        Self { id: String::new(), model: String::new(), streamed: true, number: u64::MAX }
    }

    fn delta(&self, delta: &Value, finish: Option<&str>) -> Vec<u8> {
        self.chunk(&json!([{ "index": 0, "delta": delta, "finish_reason": finish }]), None)
    }

    fn chunk(&self, choices: &Value, usage: Option<Value>) -> Vec<u8> {
        let mut chunk = json!({
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": self.model,
            "choices": choices,
        });
        if let Some(usage) = usage {
            chunk["usage"] = usage;
        }
        event(&chunk)
    }
}

/// The same in every answer, so that answers can be compared whole.
const CREATED: u64 = 1_700_000_000;

/// What a request that did not ask for a stream gets in one piece.
#[derive(Default)]
struct Whole {
    text: String,
    reasoning: String,
    finish: Option<String>,
    usage: Option<Value>,
}

impl Whole {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Text { text } | Step::Paced { text, .. } => self.text.push_str(text),
            Step::Reasoning { text } => self.reasoning.push_str(text),
            Step::Finish { reason } => self.finish = Some(reason.clone()),
            Step::Usage { input, output } => self.usage = Some(usage(*input, *output)),
            _ => {}
        }
    }

    fn body(self, context: &Context) -> Vec<u8> {
        let mut message = json!({ "role": "assistant", "content": self.text });
        if !self.reasoning.is_empty() {
            message["reasoning_content"] = self.reasoning.into();
        }
        let mut body = json!({
            "id": context.id,
            "object": "chat.completion",
            "created": CREATED,
            "model": context.model,
            "choices": [{ "index": 0, "message": message, "finish_reason": self.finish }],
        });
        if let Some(usage) = self.usage {
            body["usage"] = usage;
        }
        body.to_string().into_bytes()
    }
}

/// Writes the reply to `out`, from its head to its end.
///
/// # Errors
/// When the socket fails.
pub(crate) async fn play<W: AsyncWrite + Unpin>(
    reply: &Reply,
    context: &Context,
    shared: &Shared,
    out: &mut W,
) -> io::Result<End> {
    let mut whole = (!context.streamed && can_be_whole(&reply.steps)).then(Whole::default);
    let mut wire = Wire::new(out, reply, whole.is_some() || begins_with_json(&reply.steps));
    for step in &reply.steps {
        match step {
            Step::Head => wire.head().await?,
            Step::Gate { name } => shared.gate(name).await,
            Step::Wait { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
            Step::Hang => std::future::pending().await,
            Step::Reset => return Ok(End::Reset),
            Step::Close => return Ok(End::Close),
            content => match &mut whole {
                Some(whole) => whole.take(content),
                None => stream(content, context, shared, &mut wire).await?,
            },
        }
    }
    if let Some(whole) = whole {
        wire.body(&whole.body(context)).await?;
    }
    Ok(if wire.finish().await? { End::Keep } else { End::Close })
}

async fn stream<W: AsyncWrite + Unpin>(
    step: &Step,
    context: &Context,
    shared: &Shared,
    wire: &mut Wire<'_, W>,
) -> io::Result<()> {
    let bytes = match step {
        Step::Role => context.delta(&json!({ "role": "assistant", "content": null }), None),
        Step::Text { text } => {
            shared.note_sent(context.number);
            context.delta(&json!({ "content": text }), None)
        }
        Step::Paced { text, bytes, per_second } => {
            let begin = Instant::now();
            for (n, piece) in pieces(text, *bytes).enumerate() {
                if *per_second > 0.0 {
                    // Against the begin, not the last piece: a late one must not slow the whole.
                    tokio::time::sleep_until(begin + Duration::from_secs_f64(n as f64 / per_second)).await;
                }
                shared.note_sent(context.number);
                wire.body(&context.delta(&json!({ "content": piece }), None)).await?;
            }
            return Ok(());
        }
        Step::Reasoning { text } => context.delta(&json!({ "reasoning_content": text }), None),
        Step::Finish { reason } => context.delta(&json!({}), Some(reason)),
        Step::Usage { input, output } => context.chunk(&json!([]), Some(usage(*input, *output))),
        Step::Done => b"data: [DONE]\n\n".to_vec(),
        Step::Comment { text } => format!(": {text}\n\n").into_bytes(),
        Step::Event { value } => event(value),
        Step::Json { value } => value.to_string().into_bytes(),
        Step::Raw { text } => text.clone().into_bytes(),
        Step::Bytes { bytes } => bytes.clone(),
        Step::Head | Step::Gate { .. } | Step::Wait { .. } | Step::Hang | Step::Reset | Step::Close => return Ok(()),
    };
    wire.body(&bytes).await
}

fn event(value: &Value) -> Vec<u8> {
    format!("data: {value}\n\n").into_bytes()
}

fn usage(input: u64, output: u64) -> Value {
    json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output })
}

/// Whether the steps say nothing that only a stream, or only these very bytes, can say.
fn can_be_whole(steps: &[Step]) -> bool {
    let verbatim =
        |step: &Step| matches!(step, Step::Json { .. } | Step::Event { .. } | Step::Raw { .. } | Step::Bytes { .. });
    let speaks = |step: &Step| {
        matches!(
            step,
            Step::Role | Step::Text { .. } | Step::Paced { .. } | Step::Reasoning { .. } | Step::Finish { .. }
        )
    };
    !steps.iter().any(verbatim) && steps.iter().any(speaks)
}

fn begins_with_json(steps: &[Step]) -> bool {
    let silent = |step: &&Step| matches!(step, Step::Head | Step::Gate { .. } | Step::Wait { .. });
    matches!(steps.iter().find(|step| !silent(step)), Some(Step::Json { .. }))
}

/// The text in pieces of at most `bytes` bytes, or of one character where that is longer.
fn pieces(text: &str, bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?.len_utf8();
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(bytes).max(first));
        rest = behind;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_never_cut_a_character() {
        assert_eq!(pieces("aé漢字b", 3).collect::<Vec<_>>(), ["aé", "漢", "字", "b"]);
        assert_eq!(pieces("漢字", 0).collect::<Vec<_>>(), ["漢", "字"]);
        assert_eq!(pieces("", 5).count(), 0);
    }
}
