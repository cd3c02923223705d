//! What is in force for a chat: its own options, else its folder's, else the settings'. The one place that says so.

use crate::chat::ChatOptions;
use crate::settings::Settings;
use crate::store::chat::StoredChat;

/// What is sent for a chat.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InForce {
    pub model: String,
    pub system_prompt: String,
    pub temperature: Option<f64>,
    pub max_tokens: Option<u32>,
}

impl InForce {
    /// What is in force for a chat now.
    pub(crate) fn of(chat: &StoredChat, settings: &Settings) -> Self {
        let defaults = ChatOptions {
            model: Some(settings.model.clone()),
            system_prompt: Some(settings.system_prompt.clone()),
            temperature: settings.temperature,
            max_tokens: settings.max_tokens,
        };
        let ChatOptions { model, system_prompt, temperature, max_tokens } =
            or(or(chat.options.clone(), chat.inherited.clone()), defaults);
        Self {
            model: model.unwrap_or_default(),
            system_prompt: system_prompt.unwrap_or_default(),
            temperature,
            max_tokens,
        }
    }
}

/// Each of these, or where it is not set the other's.
fn or(options: ChatOptions, other: ChatOptions) -> ChatOptions {
    let ChatOptions { model, system_prompt, temperature, max_tokens } = options;
    ChatOptions {
        model: model.or(other.model),
        system_prompt: system_prompt.or(other.system_prompt),
        temperature: temperature.or(other.temperature),
        max_tokens: max_tokens.or(other.max_tokens),
    }
}
