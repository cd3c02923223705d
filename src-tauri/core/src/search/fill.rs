//! The index of an archive that is older than it: made piece by piece beside all else, newest first. Each piece is a
//! transaction of its own that notes how far it came, so that closing the app costs nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::parlour::Parlour;
use crate::store::search;

/// Text of one piece, in bytes: it keeps whoever else writes waiting for some milliseconds.
const PIECE: i64 = 32 * 1024;

impl Parlour {
    /// Indexes one piece. Whether there is more.
    async fn fill_some(&self) -> Result<bool> {
        self.store.write(|t| Ok(!search::fill(t, PIECE)?.is_done())).await
    }

    /// Throws the index away and makes it again: it is no part of what the person said.
    pub(crate) async fn index_anew(&self) -> Result<()> {
        self.store.write(|t| search::anew(t).map(|_| ())).await?;
        self.store.unindexed().notify_one();
        Ok(())
    }
}

/// Indexes what is not indexed yet, as long as Parlour is open.
pub(crate) fn keep_filling(parlour: &Arc<Parlour>) {
    let (weak, first, unindexed) = (Arc::downgrade(parlour), parlour.timing.first_fill, parlour.store.unindexed());
    tokio::spawn(async move {
        tokio::time::sleep(first).await;
        loop {
            let Some(parlour) = weak.upgrade() else { return };
            let begin = Instant::now();
            let more = parlour.fill_some().await.unwrap_or_else(|error| {
                // The next start, or the next time that the database is replaced, goes on.
                log::warn!("the index was not filled: {error}");
                false
            });
            drop(parlour);
            if more {
                // The disk and the writer belong to the chats: it rests for as long as it worked.
                tokio::time::sleep(begin.elapsed().max(Duration::from_millis(1))).await;
            } else {
                unindexed.notified().await;
            }
        }
    });
}
