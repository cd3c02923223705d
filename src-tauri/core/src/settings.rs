//! What the person has set, with a default for every field, and the rules its values keep to.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::chat::ChatId;
use crate::error::{Error, ErrorKind, Result};

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// All settings. A field that a file lacks has its default: no file of an older version is ever refused for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The model of chats that name none.
    pub model: String,
    /// The system prompt of chats that have none of their own.
    pub system_prompt: String,
    /// 0 to 2; `None` leaves it to the server.
    pub temperature: Option<f64>,
    /// The most tokens an answer may have; `None` leaves it to the server.
    pub max_tokens: Option<u32>,
    /// Light or dark.
    pub theme: Theme,
    /// Size of text in percent, 80 to 200.
    pub text_size: u32,
    /// Width of the sidebar in pixels, 248 to 320.
    pub sidebar_width: u32,
    /// Whether the sidebar is shown (in a window wide enough for it).
    pub sidebar_shown: bool,
    /// Where the backups are, an absolute path; `None` for a folder beside the chats.
    pub backup_folder: Option<String>,
    /// The chat that was open last.
    pub last_chat: Option<ChatId>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: "gpt-4o-mini".into(),
            system_prompt: "You are a helpful assistant.".into(),
            temperature: None,
            max_tokens: None,
            theme: Theme::System,
            text_size: 100,
            sidebar_width: 268,
            sidebar_shown: true,
            backup_folder: None,
            last_chat: None,
        }
    }
}

/// `temperature` and `max_tokens` as the API takes them.
///
/// # Errors
/// `invalidSettings` with the name of the parameter.
pub fn check_parameters(temperature: Option<f64>, max_tokens: Option<u32>) -> Result<()> {
    if temperature.is_some_and(|t| !(0.0..=2.0).contains(&t)) {
        return Err(invalid("temperature"));
    }
    if max_tokens == Some(0) {
        return Err(invalid("maxTokens"));
    }
    Ok(())
}

pub(crate) fn invalid(parameter: &str) -> Error {
    Error::new(ErrorKind::InvalidSettings).with(|d| d.parameter = Some(parameter.into()))
}

impl Settings {
    /// The same settings, if their values make sense.
    ///
    /// # Errors
    /// `invalidSettings` with the name of the field.
    pub fn checked(mut self) -> Result<Self> {
        check_parameters(self.temperature, self.max_tokens)?;
        self.model = self.model.trim().to_owned();
        if self.model.is_empty() {
            return Err(invalid("model"));
        }
        if !(80..=200).contains(&self.text_size) {
            return Err(invalid("textSize"));
        }
        self.backup_folder = self.backup_folder.filter(|folder| !folder.is_empty());
        if self.backup_folder.as_ref().is_some_and(|folder| !Path::new(folder).is_absolute()) {
            return Err(invalid("backupFolder"));
        }
        self.sidebar_width = self.sidebar_width.clamp(248, 320);
        Ok(self)
    }
}
