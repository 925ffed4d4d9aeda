//! A store that counts how often it is asked.

use std::cell::Cell;

use detailbook_core::ids::AgencyId;
use detailbook_server::store::{Row, Sql, StoreError, Value};

/// Passes everything on, and counts the statements.
pub(crate) struct Counting<'a> {
    sql: &'a mut dyn Sql,
    statements: &'a Cell<usize>,
}

impl<'a> Counting<'a> {
    /// Counts on from what `statements` holds, which can be read while this one is lent away.
    pub(crate) fn of(sql: &'a mut dyn Sql, statements: &'a Cell<usize>) -> Self {
        Self { sql, statements }
    }

    fn one_more(&self) {
        self.statements.set(self.statements.get() + 1);
    }
}

impl Sql for Counting<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.one_more();
        self.sql.execute(sql, params)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.one_more();
        self.sql.query(sql, params)
    }

    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        self.sql.lock_agency(agency)
    }

    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<bool, StoreError> {
        self.sql.try_lock_agency(agency)
    }

    fn holds_agency(&self, agency: AgencyId) -> bool {
        self.sql.holds_agency(agency)
    }
}
