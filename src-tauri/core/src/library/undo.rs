//! What takes back something that was done to the library, or with it.

use rusqlite::Transaction;

use super::Taken;
use crate::chat::{ChatId, ChatOptions, OperationId, PersonaId, PromptId};
use crate::error::Result;
use crate::parlour::Parlour;
use crate::store::operation::Inverse;
use crate::store::{chat, persona, prompt};

/// Gives a chat this persona and these options, and gives what takes that back.
pub(crate) fn set_persona(
    t: &Transaction<'_>,
    id: &ChatId,
    taken: Option<&Taken>,
    options: &ChatOptions,
) -> Result<Inverse> {
    let before = chat::find(t, id)?;
    let inverse = Inverse::SetPersona { chat: id.clone(), persona: persona::taken(t, id)?, options: before.options };
    chat::set_options(t, id, options)?;
    persona::set_taken(t, id, taken)?;
    Ok(inverse)
}

/// Puts these into the library or takes them out, and gives what takes that back.
pub(crate) fn shelve(
    t: &Transaction<'_>,
    personas: &[PersonaId],
    prompts: &[PromptId],
    there: bool,
    by: &OperationId,
) -> Result<Inverse> {
    let by = (!there).then_some(by);
    personas.iter().try_for_each(|id| persona::set_deleted(t, id, by))?;
    prompts.iter().try_for_each(|id| prompt::set_deleted(t, id, by))?;
    Ok(Inverse::Shelve { personas: personas.to_vec(), prompts: prompts.to_vec(), there: !there })
}

impl Parlour {
    /// Personas came or went: the chats that took something from them say so.
    pub(crate) async fn personas_changed(&self, personas: Vec<PersonaId>) -> Result<()> {
        for store in [Some(&self.store), self.memory()].into_iter().flatten() {
            let personas = personas.clone();
            let users = store.read(move |connection| {
                let users = personas.iter().map(|id| persona::users(connection, id));
                Ok(users.collect::<Result<Vec<_>>>()?.concat())
            });
            for chat in users.await? {
                self.live.head_changed(&chat);
            }
        }
        Ok(())
    }
}
