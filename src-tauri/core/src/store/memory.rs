//! A database of the same schema that is nowhere but in memory: for what is to leave no trace.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Result;
use crate::store::{Mutex, Store, configure, make_schema, search};

impl Store {
    /// Whether it is nowhere but in memory.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.disk.is_none()
    }

    /// A new, empty database in memory. One connection reads and writes: what a second one could see of it would need a
    /// name that any part of the process could open it by.
    ///
    /// # Errors
    /// `storageFailed`.
    pub(crate) fn in_memory() -> Result<Self> {
        let mut writer = Connection::open_in_memory()?;
        configure(&writer)?;
        // What a query sorts or puts aside would else go to a file of the system's.
        writer.pragma_update(None, "temp_store", "MEMORY")?;
        writer.set_transaction_behavior(TransactionBehavior::Immediate);
        make_schema(&mut writer, Path::new(""))?;
        let store = Self {
            disk: None,
            writer: Mutex::new(writer),
            written: false.into(),
            damage: std::sync::Arc::default(),
            unindexed: std::sync::Arc::default(),
        };
        store.write_now(|t| search::begun(t))?;
        Ok(store)
    }
}
