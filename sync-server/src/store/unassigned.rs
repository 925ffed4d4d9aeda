//! The read table of shift logs that no assignment has. A log enters it with its document and leaves it with the assignment
//! that it belongs to.

use detailbook_core::ids::{AgencyId, DocumentId, OfficerId};
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, assignments, params};

/// A shift log that no assignment has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnassignedLog {
    /// The document.
    pub document: DocumentId,
    /// Whose it is.
    pub officer: OfficerId,
    /// When the server first saw it.
    pub created_at: UnixMillis,
    /// Facts in it.
    pub facts: i64,
}

/// Enters a new shift log, unless an assignment has it.
pub(super) fn enter(sql: &mut dyn Sql, agency: AgencyId, log: DocumentId) -> Result<(), StoreError> {
    if assignments::of_log(sql, agency, log)?.is_none() {
        let row = "INSERT INTO unassigned_logs (agency, document) VALUES ($1, $2)";
        sql.execute(row, &params![agency, log])?;
    }
    Ok(())
}

/// Takes out the logs that an assignment has.
pub(super) fn leave(sql: &mut dyn Sql, agency: AgencyId, logs: [DocumentId; 2]) -> Result<(), StoreError> {
    let [own, linked] = logs;
    let rows = "DELETE FROM unassigned_logs WHERE agency = $1 AND document IN ($2, $3)";
    sql.execute(rows, &params![agency, own, linked])?;
    Ok(())
}

/// The shift logs after `after` that no assignment has, in order of their ids.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: DocumentId,
    limit: i64,
) -> Result<Vec<UnassignedLog>, StoreError> {
    let rows = sql.query(
        "SELECT u.document, d.owner, d.created_at,
                (SELECT COUNT(*) FROM facts f WHERE f.agency = u.agency AND f.document = u.document)
         FROM unassigned_logs u JOIN documents d ON d.agency = u.agency AND d.document = u.document
         WHERE u.agency = $1 AND u.document > $2 ORDER BY u.document LIMIT $3",
        &params![agency, after, limit],
    )?;
    rows.iter().map(read).collect()
}

/// The shift logs of an officer that no assignment has and that the server first saw from then on, in that order.
pub fn of_officer_from(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    since: UnixMillis,
    limit: i64,
) -> Result<Vec<DocumentId>, StoreError> {
    let rows = sql.query(
        "SELECT u.document FROM documents d JOIN unassigned_logs u ON u.agency = d.agency AND u.document = d.document
         WHERE d.agency = $1 AND d.owner = $2 AND d.created_at >= $3 ORDER BY d.created_at, u.document LIMIT $4",
        &params![agency, officer, since, limit],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

fn read(row: &Row) -> Result<UnassignedLog, StoreError> {
    Ok(UnassignedLog { document: row.id(0)?, officer: row.id(1)?, created_at: row.time(2)?, facts: row.int(3)? })
}
