//! How SQLite is set up, and why.

use rusqlite::Connection;

use super::{Result, StoreOptions};

/// Marks the file as Detailbook's phone store ("DBph").
pub(super) const APPLICATION_ID: i64 = 0x4442_7068;

/// When a commit reaches the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flush {
    /// At every commit: what is acknowledged survives a power cut.
    EveryCommit,
    /// With the next such commit.
    Later,
}

/// Turns flushing on again when it goes.
pub(super) struct Flushing<'a>(Option<&'a Connection>);

impl Flush {
    /// Sets the connection up for commits of that kind.
    pub(super) fn begin(self, connection: &Connection) -> Result<Flushing<'_>> {
        if self == Self::EveryCommit {
            return Ok(Flushing(None));
        }
        connection.execute_batch("PRAGMA synchronous = NORMAL")?;
        Ok(Flushing(Some(connection)))
    }
}

impl Drop for Flushing<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.0 {
            // A setting of the connection in memory: nothing that could fail is touched.
            let _ = connection.execute_batch("PRAGMA synchronous = FULL");
        }
    }
}

/// One line a pragma.
const SETTINGS: &str = "
-- A punch appends to the log with one flush; a crash leaves whole transactions only.
PRAGMA journal_mode = WAL;
-- A punch that was confirmed to the officer survives a power cut.
PRAGMA synchronous = FULL;
-- On Apple systems plain fsync stops at the drive's cache; elsewhere this does nothing.
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
-- Sorting in memory: Android gives an app no directory for temporary files.
PRAGMA temp_store = MEMORY;
-- A first sync must not leave a log of its size behind for ever.
PRAGMA journal_size_limit = 4194304;
-- What the officer may no longer read is overwritten, not only unlinked.
PRAGMA secure_delete = ON;
-- A damaged page is noticed when it is read, not when it has spread.
PRAGMA cell_size_check = ON;
-- The schema is ours alone: nothing in a planted file may call functions.
PRAGMA trusted_schema = OFF;
";

/// For a file that is damaged and stays as it is. With `writable_schema`, which this connection cannot make use of, one that was cut short
/// is read as far as it goes.
const READING: &str = "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA writable_schema = ON;";

/// Sets up a connection that only reads.
pub(super) fn apply_reading(connection: &Connection, options: &StoreOptions) -> Result<()> {
    if let Some(key) = &options.key {
        unlock(connection, key)?;
    }
    Ok(connection.execute_batch(READING)?)
}

/// Sets up a connection. The key comes first: nothing can be read before it.
pub(super) fn apply(connection: &Connection, options: &StoreOptions) -> Result<()> {
    connection.busy_timeout(options.busy_timeout)?;
    if let Some(key) = &options.key {
        unlock(connection, key)?;
    }
    connection.execute_batch(SETTINGS)?;
    limit_pages(connection, options, 0)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

/// How much the file may take, less what is taken beside it.
pub(super) fn limit_pages(connection: &Connection, options: &StoreOptions, beside: u32) -> Result<()> {
    match options.max_pages {
        Some(most) => Ok(connection.execute_batch(&format!("PRAGMA max_page_count = {}", most - beside.min(most)))?),
        None => Ok(()),
    }
}

#[cfg(feature = "encrypted")]
fn unlock(connection: &Connection, key: &super::StoreKey) -> Result<()> {
    let hex = data_encoding::HEXLOWER.encode(&key.0);
    Ok(connection.execute_batch(&format!("PRAGMA key = \"x'{hex}'\""))?)
}

#[cfg(not(feature = "encrypted"))]
fn unlock(_: &Connection, _: &super::StoreKey) -> Result<()> {
    Err(crate::device::PhoneError::NoEncryption)
}
