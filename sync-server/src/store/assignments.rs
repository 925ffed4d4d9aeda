//! The read table of assignments: who holds which position, and when.

use std::collections::BTreeSet;

use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, DocumentId, OfficerId};
use detailbook_core::records::{Assignment, AssignmentState, Detail, Interval};
use detailbook_core::time::{Millis, UnixMillis};

use super::{Ahead, One, Sql, StoreError, params, timesheets, unassigned};

/// Writes the assignment's row, new or changed, and has its timesheet follow.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, assignment: &Assignment, detail: &Detail) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO assignments (agency, assignment, detail, position, officer, active, starts, ends, log)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (agency, assignment)
         DO UPDATE SET active = excluded.active, starts = excluded.starts, ends = excluded.ends, log = excluded.log",
        &params![
            agency,
            assignment.id,
            assignment.detail,
            assignment.position,
            assignment.officer,
            assignment.state == AssignmentState::Active,
            detail.starts,
            detail.ends,
            assignment.log()
        ],
    )?;
    timesheets::follow(sql, agency, assignment, detail)?;
    unassigned::leave(sql, agency, [assignment.id.into(), assignment.log()])
}

/// The active assignments of an officer that overlap a stretch of time, but those on one detail.
const OVERLAPPING: One = One {
    text: "SELECT assignment FROM assignments
           WHERE agency = $1 AND officer = $5 AND active = 1 AND ends > $2 AND starts < $3 AND detail <> $4",
    column: "officer",
};

/// The position of a detail that an officer holds. A detail is of one agency: that it is this one is looked at and not searched by, since to
/// SQLite an index that begins with the agency is as good as one that begins with the detail.
const HOLDS: One = One {
    text: "SELECT 1 FROM assignments
           WHERE COALESCE(agency, $1) = $1 AND detail = $2 AND officer = $3 AND active = 1",
    column: "officer",
};

/// Reads ahead what [`overlapping`] and [`holds`] would be asked of many officers and a detail of that time.
pub fn of_officers_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    detail: DetailId,
    time: Interval,
    officers: &[OfficerId],
) -> Result<(), StoreError> {
    ahead.read(HOLDS, &params![agency, detail], officers.iter().copied())?;
    ahead.read(OVERLAPPING, &params![agency, time.start, time.end, DetailId::NIL], officers.iter().copied())
}

/// The active assignment of an officer on a detail other than `but` that overlaps a stretch of time.
pub fn overlapping(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    time: Interval,
    but: Option<DetailId>,
) -> Result<Option<AssignmentId>, StoreError> {
    let asked = params![agency, time.start, time.end, but.unwrap_or(DetailId::NIL), officer];
    let found = sql.query_one(OVERLAPPING.text, &asked)?;
    found.map(|row| row.id(0)).transpose()
}

/// The active assignments of an officer that overlap a stretch of time.
pub fn all_overlapping(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    time: Interval,
) -> Result<Vec<AssignmentId>, StoreError> {
    let rows = sql.query(
        "SELECT assignment FROM assignments
         WHERE agency = $1 AND officer = $2 AND active = 1 AND ends > $3 AND starts < $4 ORDER BY starts, assignment",
        &params![agency, officer, time.start, time.end],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The officers who have a place at some moment of a stretch of time. `longest`: no detail is longer.
pub fn busy(
    sql: &mut dyn Sql,
    agency: AgencyId,
    time: Interval,
    longest: Millis,
) -> Result<BTreeSet<OfficerId>, StoreError> {
    let rows = sql.query(
        "SELECT officer FROM assignments WHERE agency = $1 AND starts >= $2 AND starts < $4 AND ends > $3 AND active = 1",
        &params![agency, time.start - longest, time.start, time.end],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The details that begin in a stretch of time, each with the officers who hold a position of it.
pub fn holders_ahead(
    sql: &mut dyn Sql,
    agency: AgencyId,
    time: Interval,
) -> Result<Vec<(DetailId, OfficerId)>, StoreError> {
    let rows = sql.query(
        "SELECT detail, officer FROM assignments WHERE agency = $1 AND starts >= $2 AND starts < $3 AND active = 1
         ORDER BY starts, assignment",
        &params![agency, time.start, time.end],
    )?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// The active assignments that overlap a stretch of time, after the place of one of that start and id, in the order of start and
/// id. `longest`: no detail is longer.
pub fn in_time(
    sql: &mut dyn Sql,
    agency: AgencyId,
    time: Interval,
    longest: Millis,
    after: (UnixMillis, AssignmentId),
    limit: i64,
) -> Result<Vec<AssignmentId>, StoreError> {
    let rows = sql.query(
        "SELECT assignment FROM assignments WHERE agency = $1 AND starts >= $2 AND starts < $4 AND ends > $3
         AND active = 1 AND (starts > $5 OR (starts = $5 AND assignment > $6)) ORDER BY starts, assignment LIMIT $7",
        &params![agency, time.start - longest, time.start, time.end, after.0, after.1, limit],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The assignments of a detail after `after`, in order of their ids, released ones too.
pub fn of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    after: AssignmentId,
    limit: i64,
) -> Result<Vec<AssignmentId>, StoreError> {
    let rows = sql.query(
        "SELECT assignment FROM assignments
         WHERE agency = $1 AND detail = $2 AND assignment > $3 ORDER BY assignment LIMIT $4",
        &params![agency, detail, after, limit],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The active assignments of a detail; of the agency as [`HOLDS`].
pub const ACTIVE: One = One {
    text: "SELECT assignment FROM assignments
           WHERE COALESCE(agency, $1) = $1 AND detail = $2 AND active = 1 ORDER BY assignment",
    column: "detail",
};

/// The assignments of a detail, released ones too; of the agency as [`HOLDS`].
pub const OF_DETAIL: One = One {
    text: "SELECT assignment FROM assignments WHERE COALESCE(agency, $1) = $1 AND detail = $2 ORDER BY assignment",
    column: "detail",
};

/// The assignments of a detail by one of these statements.
pub fn of_one(
    sql: &mut dyn Sql,
    agency: AgencyId,
    one: One,
    detail: DetailId,
) -> Result<Vec<AssignmentId>, StoreError> {
    sql.query(one.text, &params![agency, detail])?.iter().map(|row| row.id(0)).collect()
}

/// All assignments of a detail, in order of their ids, released ones too.
pub fn all_of_detail(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<AssignmentId>, StoreError> {
    of_one(sql, agency, OF_DETAIL, detail)
}

/// The active assignments of a detail, in order of their ids.
pub fn active_of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
) -> Result<Vec<AssignmentId>, StoreError> {
    of_one(sql, agency, ACTIVE, detail)
}

/// Does the officer hold a position of the detail?
pub fn holds(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId, officer: OfficerId) -> Result<bool, StoreError> {
    Ok(sql.query_one(HOLDS.text, &params![agency, detail, officer])?.is_some())
}

/// The assignment that a shift log belongs to: by its own id, or linked.
pub fn of_log(sql: &mut dyn Sql, agency: AgencyId, log: DocumentId) -> Result<Option<AssignmentId>, StoreError> {
    // One statement each: over an OR, PostgreSQL may come to read the agency's assignments through any index.
    for statement in [
        "SELECT assignment FROM assignments WHERE agency = $1 AND log = $2",
        "SELECT assignment FROM assignments WHERE agency = $1 AND assignment = $2",
    ] {
        if let Some(row) = sql.query_one(statement, &params![agency, log])? {
            return row.id(0).map(Some);
        }
    }
    Ok(None)
}
