//! A chat that comes out of a backup is where it was, as far as that is still there.

use rusqlite::{Connection, Transaction};

use crate::chat::ChatId;
use crate::error::Result;
use crate::store::{chat, folder, tag};

/// Puts a new chat into the folder that the other was in, where it is still there, and gives it the tags of the other by
/// their names.
pub(crate) fn copy(from: &Connection, t: &Transaction<'_>, other: &ChatId, new: &ChatId) -> Result<()> {
    if let Some(Some(id)) = chat::folder(from, other)?
        && folder::stored(t, &id)?.is_some_and(|(_, is_there)| is_there)
    {
        chat::set_folder(t, new, Some(&id))?;
    }
    for name in tag::names(from, other)? {
        let id = tag::named_or_new(t, &name)?;
        tag::set(t, new, &id, true)?;
    }
    Ok(())
}
