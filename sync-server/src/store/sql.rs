//! What a job sees of the database: statements in one SQL that both engines take.

use detailbook_core::ids::AgencyId;

use super::{Row, StoreError, Value};

/// A write of one row, and what is wanted of that row afterwards.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// Writes it, without `RETURNING`.
    pub write: &'static str,
    /// The columns that are wanted.
    pub columns: &'static str,
    /// Table and condition by which it is found again, with the first parameters of the write.
    pub row: &'static str,
    /// How many of them that takes.
    pub by: usize,
}

impl Written {
    /// Both as one statement.
    pub(super) fn returning(&self) -> String {
        format!("{} RETURNING {}", self.write, self.columns)
    }
}

/// A database inside a transaction.
///
/// One text serves both engines: `$1..$n`; types BIGINT, TEXT and BYTEA; `ON CONFLICT`; `RETURNING`; flags as 0 and 1;
/// sums as `CAST(SUM(x) AS BIGINT)`; `NULLS FIRST` or `NULLS LAST` wherever a nullable column is sorted. TEXT compares by
/// code point and LIKE minds case on both. After a statement fails, the job can only end: what may exist
/// already is met with `ON CONFLICT`, not by catching the error, because PostgreSQL gives up the rest of the savepoint.
/// A job that writes agency data locks that agency, and no other, before its first write.
pub trait Sql {
    /// Runs a statement that returns no rows; gives the number of rows it touched.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError>;

    /// Runs a statement and gives all its rows.
    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// Runs a statement and gives its first row, if any.
    fn query_one(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// Writes one row and gives what is wanted of it, in the way that is cheap for the engine. For what a job does very often.
    fn written(&mut self, written: &Written, params: &[Value]) -> Result<Option<Row>, StoreError> {
        self.query_one(&written.returning(), params)
    }

    /// Takes the agency's row lock until the commit and gives its (epoch, seq); see [`super::agency::lock`].
    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError>;

    /// Takes the agency's row lock if nobody else has it. `false`: another node does, and this job holds nothing.
    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<bool, StoreError>;

    /// Whether this job holds the agency's lock.
    fn holds_agency(&self, agency: AgencyId) -> bool;
}
