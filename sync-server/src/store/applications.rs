//! The read table of applications: each officer's latest for a detail.

use detailbook_core::ids::{AgencyId, DetailId, OfficerId, RecordId};
use detailbook_core::records::{Application, RecordKind};
use detailbook_core::wire;

use super::{Sql, StoreError, params};

/// The record id of the officer's latest application for a detail.
pub fn latest(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    officer: OfficerId,
) -> Result<Option<RecordId>, StoreError> {
    let found = sql.query_one(
        "SELECT application FROM applications WHERE agency = $1 AND detail = $2 AND officer = $3",
        &params![agency, detail, officer],
    )?;
    found.map(|row| row.id(0)).transpose()
}

/// Makes `application` the officer's latest for the detail.
pub fn put(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    officer: OfficerId,
    application: RecordId,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO applications (agency, detail, officer, application) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, detail, officer) DO UPDATE SET application = excluded.application",
        &params![agency, detail, officer, application],
    )?;
    Ok(())
}

/// The latest application of each officer for a detail, after `after`, in order of the officers' ids.
pub fn of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    after: OfficerId,
    limit: i64,
) -> Result<Vec<RecordId>, StoreError> {
    let rows = sql.query(
        "SELECT application FROM applications
         WHERE agency = $1 AND detail = $2 AND officer > $3 ORDER BY officer LIMIT $4",
        &params![agency, detail, after, limit],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The latest application of each officer for a detail, in order of the officers' ids, read at once.
pub fn all_of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
) -> Result<Vec<(RecordId, Application)>, StoreError> {
    let rows = sql.query(
        "SELECT a.application, r.body FROM applications a
         JOIN records r ON r.agency = a.agency AND r.kind = $3 AND r.id = a.application
         WHERE a.agency = $1 AND a.detail = $2 ORDER BY a.officer",
        &params![agency, detail, i64::from(RecordKind::Application.code())],
    )?;
    let unreadable = |_| StoreError::Column { column: 1, wanted: "an encoded application", found: "other bytes" };
    rows.iter().map(|row| Ok((row.id(0)?, wire::decode(row.bytes(1)?).map_err(unreadable)?))).collect()
}
