//! Finding chats by what was said in them and by their titles, while one types: words, phrases, beginnings, filters.
//!
//! `tokens` splits texts into words, for the index (`store/search.rs`), for `query`, which reads what a person types, and for
//! `marks`, which looks for the one in the other. `find` is the way from a query to what is shown, `fill` makes the index of
//! an archive that is older than it.

mod begins;
mod expression;
pub(crate) mod fill;
mod find;
mod found;
mod groups;
mod marks;
pub(crate) mod query;
mod score;
pub(crate) mod tokens;

use crate::error::Result;
use crate::parlour::Parlour;
use crate::patch::SearchResult;

use query::Query;

/// Bytes of a query that are read. Nobody types more.
const LONGEST_QUERY: usize = 1_000;

impl Parlour {
    /// Titles and messages that a query finds, the newest chat first. Whatever is typed is a query; one that asks for nothing
    /// finds nothing.
    ///
    /// # Errors
    /// `storageFailed`, `storageDamaged`.
    pub async fn search_chats(&self, query: String) -> Result<SearchResult> {
        self.search(query, false).await
    }

    /// The same, the best of the newest matches first.
    ///
    /// # Errors
    /// As [`Parlour::search_chats`].
    pub async fn search_best(&self, query: String) -> Result<SearchResult> {
        self.search(query, true).await
    }

    async fn search(&self, query: String, best: bool) -> Result<SearchResult> {
        let end = query.floor_char_boundary(LONGEST_QUERY);
        let query = Query::of(&query[..end]);
        self.store.search(move |connection| find::find(connection, &query, best)).await
    }
}
