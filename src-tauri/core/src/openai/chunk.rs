//! One event of a stream, or one whole body, to the pieces that matter. Lenient: what is missing, null, or of another
//! type is nothing; what is unknown is passed over. The fields: OpenAI's API reference, "Chat completion chunk object".

use serde_json::Value;

use crate::chat::Usage;

/// A piece of an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Reasoning(String),
    Finish(String),
    Usage(Usage),
    Model(String),
    /// An error object in mid stream.
    Error(Value),
}

/// The pieces of an event, in the order in which they count.
pub(super) fn read(event: &Value) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(error) = event.get("error").filter(|error| !error.is_null()) {
        return vec![Piece::Error(error.clone())];
    }
    if let Some(model) = event.get("model").and_then(Value::as_str).filter(|model| !model.is_empty()) {
        pieces.push(Piece::Model(model.to_owned()));
    }
    // One answer is asked for; a server that sends more choices sends the first as 0.
    let choice = event.get("choices").and_then(Value::as_array).and_then(|choices| {
        choices.iter().find(|choice| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0)
    });
    if let Some(choice) = choice {
        let said = choice.get("delta").filter(|delta| delta.is_object()).or_else(|| choice.get("message"));
        if let Some(said) = said {
            for key in ["reasoning_content", "reasoning"] {
                if let Some(text) = said.get(key).and_then(text) {
                    pieces.push(Piece::Reasoning(text));
                    break;
                }
            }
            for key in ["content", "refusal"] {
                if let Some(text) = said.get(key).and_then(text) {
                    pieces.push(Piece::Text(text));
                }
            }
        }
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty()) {
            pieces.push(Piece::Finish(reason.to_owned()));
        }
    }
    if let Some(usage) = event.get("usage").and_then(usage) {
        pieces.push(Piece::Usage(usage));
    }
    pieces
}

/// Text, also where it comes as a list of parts.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn usage(value: &Value) -> Option<Usage> {
    let count = |key| value.get(key).and_then(Value::as_f64).map(|n| n.clamp(0.0, f64::from(u32::MAX)) as u32);
    let (input, output) = (count("prompt_tokens"), count("completion_tokens"));
    (input.is_some() || output.is_some()).then(|| Usage { input: input.unwrap_or(0), output: output.unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_delta_a_message_and_a_list_of_parts_are_all_text() {
        for choice in [
            json!({"delta": {"content": "hi"}}),
            json!({"delta": null, "message": {"content": "hi"}}),
            json!({"index": 0, "delta": {"content": [{"type": "text", "text": "hi"}]}}),
        ] {
            assert_eq!(read(&json!({"choices": [choice]})), [Piece::Text("hi".into())]);
        }
    }

    #[test]
    fn nothing_is_asked_of_a_chunk() {
        for event in [
            json!(null),
            json!({}),
            json!([1]),
            json!({"choices": null, "usage": null, "created": 1.5}),
            json!({"choices": [{"delta": {"content": null, "role": "assistant"}, "finish_reason": ""}]}),
            json!({"choices": [{"delta": {"content": 7}, "finish_reason": 3}], "usage": "none"}),
        ] {
            assert_eq!(read(&event), [], "{event}");
        }
    }

    #[test]
    fn reasoning_is_told_apart_from_the_answer_and_said_once() {
        let event = json!({"choices": [{"delta": {"reasoning_content": "hm", "reasoning": "hm", "content": "yes"}}]});
        assert_eq!(read(&event), [Piece::Reasoning("hm".into()), Piece::Text("yes".into())]);
    }

    #[test]
    fn the_usage_comes_with_empty_choices() {
        let event = json!({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5.0}});
        assert_eq!(read(&event), [Piece::Usage(Usage { input: 3, output: 5 })]);
    }

    #[test]
    fn an_error_object_in_mid_stream_is_all_there_is() {
        let event = json!({"error": {"message": "overloaded"}, "choices": [{"delta": {"content": "x"}}]});
        assert_eq!(read(&event), [Piece::Error(json!({"message": "overloaded"}))]);
    }
}
