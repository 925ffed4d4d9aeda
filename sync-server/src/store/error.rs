//! What can go wrong in the store, sorted by what a caller can do about it.

/// An error of the store. Unless it says otherwise, nothing of the failed job was kept.
///
/// Messages carry the engine's words without the values of any row, so they may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A primary key or unique index already holds such a row.
    #[error("there is already such a row: {0}")]
    Unique(String),
    /// The engine was busy, restarted or had to break a deadlock. The same job may succeed when it is tried again.
    #[error("the database could not take it now: {0}")]
    Transient(String),
    /// The connection was lost while committing: the job may have been kept or not.
    #[error("the connection was lost while committing, so the outcome is unknown: {0}")]
    OutcomeUnknown(String),
    /// The engine refused the statement: a fault in the statement or in the database.
    #[error("the database refused: {0}")]
    Refused(String),
    /// A column did not hold what was asked of it.
    #[error("column {column} holds {found}, not {wanted}")]
    Column {
        /// Position in the row, from 0.
        column: usize,
        /// What was asked for.
        wanted: &'static str,
        /// What was there.
        found: &'static str,
    },
    /// A value that the store cannot keep on every engine.
    #[error("a value cannot be stored: {0}")]
    Unstorable(&'static str),
    /// The store was used in a way that cannot work on every engine: a fault in our own code.
    #[error("the store was misused: {0}")]
    Misused(&'static str),
    /// A job panicked; it was rolled back.
    #[error("a job panicked: {0}")]
    Panicked(String),
    /// An injected fault: the process is taken to have died here.
    #[error("the store crashed")]
    Crashed,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The file is damaged, or is not a Detailbook database.
    #[error("not a usable Detailbook database: {0}")]
    Unusable(String),
    /// The database was written by a newer version of this program.
    #[error(
        "the database has schema version {found}, newer than the {known} this program knows: run the newer program"
    )]
    Newer {
        /// Highest version applied to the database.
        found: i64,
        /// Highest version this program has.
        known: i64,
    },
    /// The settings do not name a database that can be opened.
    #[error("{0}")]
    Settings(String),
}

impl StoreError {
    /// Whether a row of that key was already there.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Unique(_))
    }

    /// Whether trying the same job again may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_))
    }
}
