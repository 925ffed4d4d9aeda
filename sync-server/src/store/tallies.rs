//! The rows that count failures to sign in.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;

use super::{Sql, StoreError, params};

/// Failures in a row of one subject.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// How many.
    pub failures: i64,
    /// Until when nothing of theirs is tried.
    pub locked_until: Option<UnixMillis>,
}

/// How often it failed so far.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, subject: &[u8]) -> Result<Tally, StoreError> {
    let text = "SELECT failures, locked_until FROM tallies WHERE agency = $1 AND subject = $2";
    let found = sql.query_one(text, &params![agency, subject])?;
    found.map_or(Ok(Tally::default()), |row| Ok(Tally { failures: row.int(0)?, locked_until: row.opt_time(1)? }))
}

/// Writes it.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, subject: &[u8], tally: Tally) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO tallies (agency, subject, failures, locked_until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, subject) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until",
        &params![agency, subject, tally.failures, tally.locked_until],
    )
    .map(drop)
}

/// Forgets its failures.
pub fn clear(sql: &mut dyn Sql, agency: AgencyId, subject: &[u8]) -> Result<(), StoreError> {
    sql.execute("DELETE FROM tallies WHERE agency = $1 AND subject = $2", &params![agency, subject]).map(drop)
}
