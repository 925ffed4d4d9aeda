//! The read table of rulings: the one in force on each assignment.

use detailbook_core::ids::{AgencyId, AssignmentId, RulingId};

use super::{One, Sql, StoreError, params};

/// The ruling in force on an assignment.
pub const IN_FORCE: One =
    One { text: "SELECT ruling FROM rulings WHERE agency = $1 AND assignment = $2", column: "assignment" };

/// The ruling in force.
pub fn in_force(sql: &mut dyn Sql, agency: AgencyId, assignment: AssignmentId) -> Result<Option<RulingId>, StoreError> {
    let found = sql.query_one(IN_FORCE.text, &params![agency, assignment])?;
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

/// Keeps the number of what the rules said with a ruling.
pub fn keep_evaluation(
    sql: &mut dyn Sql,
    agency: AgencyId,
    ruling: RulingId,
    evaluation: i64,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO ruling_evaluations (agency, ruling, evaluation) VALUES ($1, $2, $3)",
        &params![agency, ruling, evaluation],
    )?;
    Ok(())
}

/// The number of what the rules said when a ruling was made, where they said anything.
pub fn evaluation(sql: &mut dyn Sql, agency: AgencyId, ruling: RulingId) -> Result<Option<i64>, StoreError> {
    let found = sql.query_one(
        "SELECT evaluation FROM ruling_evaluations WHERE agency = $1 AND ruling = $2",
        &params![agency, ruling],
    )?;
    found.map(|row| row.int(0)).transpose()
}
