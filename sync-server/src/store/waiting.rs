//! Wishes and offers about an assignment that wait for somebody: call-offs and trades. What they say stands in their records.

use detailbook_core::ids::{AgencyId, AssignmentId, RecordId};
use detailbook_core::records::RecordKind;

use super::{Sql, StoreError, params};

/// Notes whether it waits.
pub fn set(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
    subject: AssignmentId,
    waits: bool,
) -> Result<(), StoreError> {
    let (kind, id) = (i64::from(kind.code()), id.into());
    if waits {
        sql.execute(
            "INSERT INTO waiting_wishes (agency, kind, id, subject) VALUES ($1, $2, $3, $4)
             ON CONFLICT (agency, kind, id) DO NOTHING",
            &params![agency, kind, id, subject],
        )?;
    } else {
        sql.execute(
            "DELETE FROM waiting_wishes WHERE agency = $1 AND kind = $2 AND id = $3",
            &params![agency, kind, id],
        )?;
    }
    Ok(())
}

/// What waits about an assignment.
pub fn about(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    subject: AssignmentId,
) -> Result<Vec<RecordId>, StoreError> {
    let rows = sql.query(
        "SELECT id FROM waiting_wishes WHERE agency = $1 AND subject = $2 AND kind = $3 ORDER BY id",
        &params![agency, subject, i64::from(kind.code())],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Everything of a kind that waits, after `after`, in the order of ids.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    after: RecordId,
    limit: i64,
) -> Result<Vec<RecordId>, StoreError> {
    let rows = sql.query(
        "SELECT id FROM waiting_wishes WHERE agency = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
        &params![agency, i64::from(kind.code()), after, limit],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}
