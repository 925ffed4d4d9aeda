//! What an engine's connection can do, as the writer and the readers drive it.

use detailbook_core::ids::AgencyId;

use super::{Row, StoreError, Value, Written};

/// Whether an agency's lock was had without waiting.
pub(super) enum Lock {
    /// Had, with the agency's row; `None` where there is no such agency.
    Held(Option<Row>),
    /// Another node has it.
    Taken,
}

/// A connection to a database.
pub(super) trait Driver: Send {
    /// Runs a statement that returns no rows; gives the number of rows it touched.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError>;
    /// Runs a statement and gives all its rows.
    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError>;
    /// Writes one row and gives what is wanted of it.
    fn written(&mut self, written: &Written, params: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(&written.returning(), params)?.into_iter().next())
    }

    /// How many steps the engine took since this was last asked, reads of rows that it threw away again among them. Nothing where it
    /// does not say.
    fn take_steps(&mut self) -> u64 {
        0
    }

    /// Opens a writing transaction and the savepoint of its first job. Connects again if the connection was lost.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Opens a read-only transaction that sees one state of the database. Connects again if the connection was lost.
    fn begin_reading(&mut self) -> Result<(), StoreError>;
    /// The same for statements that are run all the time: each is planned once, not for every new set of values.
    fn begin_reading_often(&mut self) -> Result<(), StoreError> {
        self.begin_reading()
    }
    /// Opens the savepoint of a further job.
    fn savepoint(&mut self) -> Result<(), StoreError>;
    /// Keeps what the job did and ends its savepoint.
    fn keep(&mut self) -> Result<(), StoreError>;
    /// Undoes what the job did and ends its savepoint.
    fn undo(&mut self) -> Result<(), StoreError>;
    /// Commits. `Ok` only once it is durable.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// Gives up the transaction, whatever state it is in. Does nothing where none is open.
    fn rollback(&mut self);

    /// An agency's (epoch, seq), without a lock.
    fn agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError>;
    /// Takes an agency's row lock, waiting for it, and gives its (epoch, seq).
    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError>;
    /// Takes an agency's row lock if nobody else has it.
    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<Lock, StoreError>;
    /// Keeps other nodes from changing the tables until the commit.
    fn lock_schema(&mut self) -> Result<(), StoreError>;
}
