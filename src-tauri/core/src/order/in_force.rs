//! What is in force for a chat: its own options, else its folder's, else the settings'. The one place that says so.

use crate::chat::ChatOptions;
use crate::options::{ReasoningEffort, ResponseFormat};
use crate::settings::Settings;
use crate::store::chat::StoredChat;

/// What is sent for a chat.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InForce {
    pub model: String,
    pub system_prompt: String,
    pub temperature: Option<f64>,
    pub max_tokens: Option<u32>,
    pub top_p: Option<f64>,
    pub reasoning_effort: Option<ReasoningEffort>,
    pub stop: Vec<String>,
    pub seed: Option<i64>,
    pub response_format: Option<ResponseFormat>,
}

impl InForce {
    /// What is in force for a chat now.
    pub(crate) fn of(chat: &StoredChat, settings: &Settings) -> Self {
        let defaults = ChatOptions {
            model: Some(settings.model.clone()),
            system_prompt: Some(settings.system_prompt.clone()),
            temperature: settings.temperature,
            max_tokens: settings.max_tokens,
            ..ChatOptions::default()
        };
        let options = or(or(chat.options.clone(), chat.inherited.clone()), defaults);
        Self {
            model: options.model.unwrap_or_default(),
            system_prompt: options.system_prompt.unwrap_or_default(),
            temperature: options.temperature,
            max_tokens: options.max_tokens,
            top_p: options.top_p,
            reasoning_effort: options.reasoning_effort,
            stop: options.stop,
            seed: options.seed,
            response_format: options.response_format,
        }
    }
}

/// Each of these, or where it is not set the other's. No stop sequences are none that are set.
fn or(options: ChatOptions, other: ChatOptions) -> ChatOptions {
    ChatOptions {
        model: options.model.or(other.model),
        system_prompt: options.system_prompt.or(other.system_prompt),
        temperature: options.temperature.or(other.temperature),
        max_tokens: options.max_tokens.or(other.max_tokens),
        top_p: options.top_p.or(other.top_p),
        reasoning_effort: options.reasoning_effort.or(other.reasoning_effort),
        stop: if options.stop.is_empty() { other.stop } else { options.stop },
        seed: options.seed.or(other.seed),
        response_format: options.response_format.or(other.response_format),
    }
}
