//! The read table of rulings: the one in force on each assignment.

use detailbook_core::ids::{AgencyId, AssignmentId, RulingId};

use super::{Sql, StoreError, params};

/// The ruling in force.
pub fn in_force(sql: &mut dyn Sql, agency: AgencyId, assignment: AssignmentId) -> Result<Option<RulingId>, StoreError> {
    let found = sql
        .query_one("SELECT ruling FROM rulings WHERE agency = $1 AND assignment = $2", &params![agency, assignment])?;
    found.map(|row| row.id(0)).transpose()
}

/// Puts a ruling in force.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, assignment: AssignmentId, ruling: RulingId) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO rulings (agency, assignment, ruling) VALUES ($1, $2, $3)
         ON CONFLICT (agency, assignment) DO UPDATE SET ruling = excluded.ruling",
        &params![agency, assignment, ruling],
    )?;
    Ok(())
}
