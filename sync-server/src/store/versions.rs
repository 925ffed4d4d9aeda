//! Records as they were at a past moment.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId, RecordId};
use detailbook_core::records::{Application, RecordKind, Ruling};
use detailbook_core::time::{Interval, UnixMillis};
use detailbook_core::wire;
use minicbor::Decode;

use super::audience::Audience;
use super::{Ahead, One, Row, Sql, StoreError, Value, params};

/// A record as it was, and since when it was so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version<R> {
    /// When it was written.
    pub since: UnixMillis,
    /// The record.
    pub record: R,
}

/// The record as it was at `as_of`.
pub fn at<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
    as_of: UnixMillis,
) -> Result<Option<Version<R>>, StoreError> {
    let row = sql.query_one(
        "SELECT changed_at, body FROM record_versions
         WHERE agency = $1 AND kind = $2 AND id = $3 AND changed_at <= $4 ORDER BY version DESC LIMIT 1",
        &params![agency, kind.code(), id.into(), as_of],
    )?;
    row.map(|row| read(&row, 0)).transpose()
}

/// The versions of a record.
const ALL: One = One {
    text: "SELECT changed_at, body FROM record_versions
           WHERE agency = $1 AND kind = $2 AND changed_at <= $3 AND id = $4 ORDER BY version",
    column: "id",
};

/// Reads ahead what [`all`] would be asked of many records of a kind.
pub fn ahead<T: Into<RecordId>>(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    kind: RecordKind,
    as_of: UnixMillis,
    ids: impl IntoIterator<Item = T>,
) -> Result<(), StoreError> {
    ahead.read(ALL, &params![agency, kind.code(), as_of], ids.into_iter().map(Into::into))
}

/// Every version of a record that was written until `as_of`, in order.
pub fn all<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
    as_of: UnixMillis,
) -> Result<Vec<Version<R>>, StoreError> {
    let rows = sql.query(ALL.text, &params![agency, kind.code(), as_of, id.into()])?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// Which records of an officer's assignments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// The assignments' own.
    Assignment,
    /// Their details'.
    Detail,
}

impl Of {
    const fn kind(self) -> RecordKind {
        match self {
            Self::Assignment => RecordKind::Assignment,
            Self::Detail => RecordKind::Detail,
        }
    }

    const fn statement(self) -> One {
        match self {
            Self::Assignment => ASSIGNMENTS,
            Self::Detail => DETAILS,
        }
    }

    fn asked(self, agency: AgencyId, around: Interval, as_of: UnixMillis) -> [Value; 5] {
        params![agency, self.kind().code(), around.start, around.end, as_of]
    }
}

/// The versions of an officer's assignments.
const ASSIGNMENTS: One = One {
    text: "SELECT a.assignment, v.changed_at, v.body FROM assignments a
           STRAIGHT_JOIN record_versions v ON v.agency = a.agency AND v.kind = $2 AND v.id = a.assignment
           WHERE a.agency = $1 AND a.officer = $6 AND a.ends > $3 AND a.starts < $4 AND v.changed_at <= $5
           ORDER BY a.assignment, v.version",
    column: "a.officer",
};

/// The versions of the details of an officer's assignments.
const DETAILS: One = One {
    text: "SELECT a.assignment, v.changed_at, v.body FROM assignments a
           STRAIGHT_JOIN record_versions v ON v.agency = a.agency AND v.kind = $2 AND v.id = a.detail
           WHERE a.agency = $1 AND a.officer = $6 AND a.ends > $3 AND a.starts < $4 AND v.changed_at <= $5
           ORDER BY a.assignment, v.version",
    column: "a.officer",
};

/// The rulings in force on an officer's assignments.
const RULINGS: One = One {
    text: "SELECT a.assignment, v.changed_at, v.body FROM assignments a
           STRAIGHT_JOIN rulings r ON r.agency = a.agency AND r.assignment = a.assignment
           STRAIGHT_JOIN record_versions v ON v.agency = r.agency AND v.kind = $2 AND v.id = r.ruling
           WHERE a.agency = $1 AND a.officer = $5 AND a.ends > $3 AND a.starts < $4 ORDER BY a.assignment, v.version",
    column: "a.officer",
};

/// The versions of the applications that an audience sees.
const APPLICATIONS: One = One {
    text: "SELECT v.id, v.changed_at, v.body FROM feed_items f
           STRAIGHT_JOIN record_versions v ON v.agency = f.agency AND v.kind = f.item AND v.id = f.id
           WHERE f.agency = $1 AND f.audience = $5 AND f.item = $2 AND f.gone = 0
           AND v.changed_at >= $3 AND v.changed_at <= $4 ORDER BY v.id, v.version",
    column: "f.audience",
};

/// Reads ahead what [`of_assignments`], [`rulings`] and [`applications`] would be asked of many officers.
pub fn of_officers_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    officers: &[OfficerId],
    around: Interval,
    as_of: UnixMillis,
) -> Result<(), StoreError> {
    for of in [Of::Assignment, Of::Detail] {
        ahead.read(of.statement(), &of.asked(agency, around, as_of), officers.iter().copied())?;
    }
    let ruled = params![agency, RecordKind::Ruling.code(), around.start, around.end];
    ahead.read(RULINGS, &ruled, officers.iter().copied())?;
    let applied = params![agency, RecordKind::Application.code(), around.start, as_of];
    ahead.read(APPLICATIONS, &applied, officers.iter().map(|officer| Audience::Officer(*officer).to_string()))
}

/// For each of an officer's assignments whose time touches a stretch, the versions until `as_of` of it or of its detail.
pub fn of_assignments<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    of: Of,
    around: Interval,
    as_of: UnixMillis,
) -> Result<BTreeMap<AssignmentId, Vec<Version<R>>>, StoreError> {
    let mut asked = of.asked(agency, around, as_of).to_vec();
    asked.push(officer.into());
    let mut found: BTreeMap<AssignmentId, Vec<Version<R>>> = BTreeMap::new();
    for row in sql.query(of.statement().text, &asked)? {
        found.entry(row.id(0)?).or_default().push(read(&row, 1)?);
    }
    Ok(found)
}

/// The rulings that are in force now on an officer's assignments whose time touches a stretch.
pub fn rulings(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
) -> Result<BTreeMap<AssignmentId, Ruling>, StoreError> {
    let asked = params![agency, RecordKind::Ruling.code(), around.start, around.end, officer];
    let rows = sql.query(RULINGS.text, &asked)?;
    rows.iter().map(|row| Ok((row.id(0)?, read(row, 1)?.record))).collect()
}

/// The versions of an officer's applications that were written from `since` to `as_of`.
pub fn applications(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    since: UnixMillis,
    as_of: UnixMillis,
) -> Result<BTreeMap<RecordId, Vec<Version<Application>>>, StoreError> {
    let audience = Audience::Officer(officer).to_string();
    let rows =
        sql.query(APPLICATIONS.text, &params![agency, RecordKind::Application.code(), since, as_of, audience])?;
    let mut found: BTreeMap<RecordId, Vec<Version<Application>>> = BTreeMap::new();
    for row in &rows {
        found.entry(row.id(0)?).or_default().push(read(row, 1)?);
    }
    Ok(found)
}

fn read<R: for<'b> Decode<'b, ()>>(row: &Row, first: usize) -> Result<Version<R>, StoreError> {
    let unreadable = |_| StoreError::Column { column: first + 1, wanted: "an encoded record", found: "other bytes" };
    Ok(Version { since: row.time(first)?, record: wire::decode(row.bytes(first + 1)?).map_err(unreadable)? })
}
