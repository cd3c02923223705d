//! A reader for searches alone, so that nobody who opens a chat waits for one. Opened by the first of them.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::{Store, blocking, lock, open_reader, snapshot};
use crate::error::Result;

/// How much of the database it may keep in memory, in KiB: a search reads some thousand texts here and there, and all ways to
/// them begin alike; in a large archive they are longer.
fn cache_size(path: &Path) -> Result<i64> {
    const LEAST: u64 = 16 << 10;
    const MOST: u64 = 64 << 10;
    let size = std::fs::metadata(path)?.len() >> 10;
    Ok(i64::try_from((size / 16).clamp(LEAST, MOST)).unwrap_or_default())
}

impl Store {
    /// Runs a search on one consistent state, off the async threads; the other readers go on beside it.
    pub(crate) async fn search<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(self);
        blocking(move || store.search_now(query)).await
    }

    fn search_now<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let Some(disk) = &self.disk else { return self.read_now(query) };
        let mut searcher = lock(&disk.searcher);
        let connection = match &mut *searcher {
            Some(connection) => connection,
            none => {
                let connection = open_reader(&disk.path)?;
                connection.pragma_update(None, "cache_size", -cache_size(&disk.path)?)?;
                none.insert(connection)
            }
        };
        self.noting_damage(snapshot(connection, query))
    }
}
