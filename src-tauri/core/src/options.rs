//! What can be set for one chat beside its model and its system prompt: the values that have names, and what they keep to.

use serde::{Deserialize, Serialize};

use crate::chat::ChatOptions;
use crate::error::Result;
use crate::settings::{check_parameters, invalid};

/// The most stop sequences that servers take.
const MOST_STOPS: usize = 4;

/// The largest seed, either way, that every window and server reads as it was written.
const LARGEST_SEED: u64 = (1 << 53) - 1;

/// How long a reasoning model may think before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ReasoningEffort {
    /// Hardly at all.
    Minimal,
    /// A little.
    Low,
    /// As most do.
    Medium,
    /// Long.
    High,
}

impl ReasoningEffort {
    /// As the API has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What an answer is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ResponseFormat {
    /// Text of any kind.
    Text,
    /// One JSON object.
    JsonObject,
}

impl ResponseFormat {
    /// As the API has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::JsonObject => "json_object",
        }
    }
}

impl ChatOptions {
    /// The same options, if their values make sense.
    ///
    /// # Errors
    /// `invalidSettings` with the name of the parameter.
    pub fn checked(mut self) -> Result<Self> {
        check_parameters(self.temperature, self.max_tokens)?;
        if self.top_p.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(invalid("topP"));
        }
        self.stop.retain(|sequence| !sequence.is_empty());
        if self.stop.len() > MOST_STOPS {
            return Err(invalid("stop"));
        }
        if self.seed.is_some_and(|seed| seed.unsigned_abs() > LARGEST_SEED) {
            return Err(invalid("seed"));
        }
        self.model = self.model.map(|model| model.trim().to_owned()).filter(|model| !model.is_empty());
        Ok(self)
    }
}
