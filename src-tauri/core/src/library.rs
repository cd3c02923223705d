//! The library: personas (a name and what a chat is to have of its own, in versions) and prompts with variables.
//! A chat that uses a persona keeps the values that it took: what is sent is what the chat's options say.

pub mod file;
pub mod template;
pub(crate) mod undo;

use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, ChatOptions, OperationId, PersonaId, PromptId};
use crate::error::{Error, ErrorKind, Result};
use crate::parlour::Parlour;
use crate::patch::{Done, OperationKind};
use crate::settings::invalid;
use crate::store::operation::Inverse;
use crate::store::{operation, persona, prompt};

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// The largest prompt, in bytes.
pub const PROMPT_LIMIT: usize = 1024 * 1024;

/// One version of a persona; the newest is the persona.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Persona {
    /// Its id.
    pub id: PersonaId,
    /// Its name.
    pub name: String,
    /// Which version this is, from 1.
    pub number: u32,
    /// What a chat takes over.
    pub options: ChatOptions,
    /// How many versions there are.
    pub versions: u32,
}

/// A text to begin a message with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// Its id.
    pub id: PromptId,
    /// Its name.
    pub name: String,
    /// The text, with variables (`template`).
    pub text: String,
    /// When it was changed last, unix milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub updated_at: i64,
}

/// Everything in the library, each kind by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Library {
    /// The newest version of each persona.
    pub personas: Vec<Persona>,
    /// The prompts.
    pub prompts: Vec<Prompt>,
}

/// The persona whose values a chat took over last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatPersona {
    /// Its id.
    pub id: PersonaId,
    /// Its name, that of the newest version.
    pub name: String,
    /// The version that was taken over.
    pub number: u32,
    /// The newest version.
    pub newest: u32,
    /// Whether the chat has other values by now than that version.
    pub altered: bool,
}

/// What a chat notes of its persona.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Taken {
    pub id: PersonaId,
    pub number: u32,
}

/// A name as it is kept: white space folded, not too long.
///
/// # Errors
/// `invalidSettings` where nothing is left.
pub(crate) fn name(text: &str) -> Result<String> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = folded.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let cut = cut.trim_end();
    if cut.is_empty() { Err(invalid("name")) } else { Ok(cut.to_owned()) }
}

/// A prompt's text as it is kept.
///
/// # Errors
/// `emptyPrompt`, `messageTooLarge`.
pub(crate) fn prompt_text(text: String) -> Result<String> {
    if text.trim().is_empty() {
        return Err(ErrorKind::EmptyPrompt.into());
    }
    if text.len() > PROMPT_LIMIT {
        return Err(Error::new(ErrorKind::MessageTooLarge).with(|d| d.limit = Some(PROMPT_LIMIT as u64)));
    }
    Ok(text)
}

/// Options as a chat could have them.
///
/// # Errors
/// `invalidSettings`, `messageTooLarge`.
pub(crate) fn options(options: ChatOptions) -> Result<ChatOptions> {
    let options = options.checked()?;
    crate::reply::check_size(options.system_prompt.as_deref().unwrap_or_default())?;
    Ok(options)
}

impl Parlour {
    /// Everything in the library.
    ///
    /// # Errors
    /// `storageFailed`.
    pub async fn library(&self) -> Result<Library> {
        self.store
            .read(|connection| Ok(Library { personas: persona::list(connection)?, prompts: prompt::list(connection)? }))
            .await
    }

    /// Makes a persona, or gives one a new version; where nothing is changed there is none.
    ///
    /// # Errors
    /// `invalidSettings`, `notInLibrary`, `storageFailed`, `storageFull`.
    pub async fn save_persona(&self, id: Option<PersonaId>, called: &str, with: ChatOptions) -> Result<Persona> {
        let (called, with, now) = (name(called)?, options(with)?, self.now());
        let saved = self
            .store
            .write(move |t| {
                let id = match id {
                    Some(id) => {
                        let newest = persona::find(t, &id)?;
                        if newest.name == called && newest.options == with {
                            return Ok(newest);
                        }
                        id
                    }
                    None => persona::insert(t, now)?,
                };
                persona::add_version(t, &id, &called, &with, now)?;
                persona::find(t, &id)
            })
            .await?;
        self.personas_changed(vec![saved.id.clone()]).await?;
        Ok(saved)
    }

    /// The versions of a persona, the newest first.
    ///
    /// # Errors
    /// `notInLibrary`, `storageFailed`.
    pub async fn persona_versions(&self, id: &PersonaId) -> Result<Vec<Persona>> {
        let id = id.clone();
        self.store.read(move |connection| persona::versions(connection, &id)).await
    }

    /// Deletes a persona; `undo` brings it back with all its versions. Chats keep what they took from it.
    ///
    /// # Errors
    /// `notInLibrary`, `storageFailed`, `storageFull`.
    pub async fn delete_persona(&self, id: &PersonaId) -> Result<Done> {
        let (persona, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let by = operation_id.clone();
        self.store
            .write(move |t| {
                persona::find(t, &persona)?;
                persona::set_deleted(t, &persona, Some(&by))?;
                let inverse = Inverse::Shelve { personas: vec![persona], prompts: Vec::new(), there: true };
                operation::insert(t, &by, OperationKind::DeletePersona, &inverse, now)
            })
            .await?;
        self.personas_changed(vec![id.clone()]).await?;
        Ok(Done { operation_id })
    }

    /// Makes a prompt, or changes one.
    ///
    /// # Errors
    /// `invalidSettings`, `emptyPrompt`, `messageTooLarge`, `notInLibrary`, `storageFailed`, `storageFull`.
    pub async fn save_prompt(&self, id: Option<PromptId>, called: &str, text: String) -> Result<Prompt> {
        let (called, text, now) = (name(called)?, prompt_text(text)?, self.now());
        self.store
            .write(move |t| {
                let id = match id {
                    Some(id) => {
                        let before = prompt::find(t, &id)?;
                        if before.name != called || before.text != text {
                            prompt::update(t, &id, &called, &text, now)?;
                        }
                        id
                    }
                    None => prompt::insert(t, &called, &text, now)?,
                };
                prompt::find(t, &id)
            })
            .await
    }

    /// Deletes a prompt; `undo` brings it back.
    ///
    /// # Errors
    /// `notInLibrary`, `storageFailed`, `storageFull`.
    pub async fn delete_prompt(&self, id: &PromptId) -> Result<Done> {
        let (id, now, operation_id) = (id.clone(), self.now(), OperationId::new());
        let by = operation_id.clone();
        self.store
            .write(move |t| {
                prompt::find(t, &id)?;
                prompt::set_deleted(t, &id, Some(&by))?;
                let inverse = Inverse::Shelve { personas: Vec::new(), prompts: vec![id], there: true };
                operation::insert(t, &by, OperationKind::DeletePrompt, &inverse, now)
            })
            .await?;
        Ok(Done { operation_id })
    }

    /// Gives a chat the values of a version of a persona (the newest, where none is named); without a persona the chat
    /// follows the defaults again. `undo` gives it back what it had.
    ///
    /// # Errors
    /// `chatNotFound`, `notInLibrary`, `storageFailed`, `storageFull`.
    pub async fn set_persona(&self, chat: &ChatId, persona: Option<PersonaId>, number: Option<u32>) -> Result<Done> {
        let (wanted, now, operation_id) = (chat.clone(), self.now(), OperationId::new());
        let by = operation_id.clone();
        let (options, taken) = match persona {
            Some(id) => {
                let version = self.store.read(move |connection| persona::version(connection, &id, number)).await?;
                (version.options, Some(Taken { id: version.id, number: version.number }))
            }
            None => (ChatOptions::default(), None),
        };
        self.store_of(chat)
            .await?
            .write(move |t| {
                let inverse = undo::set_persona(t, &wanted, taken.as_ref(), &options)?;
                operation::insert(t, &by, OperationKind::SetPersona, &inverse, now)
            })
            .await?;
        self.live.head_changed(chat);
        Ok(Done { operation_id })
    }
}
