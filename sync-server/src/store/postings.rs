//! Postings: which detail is on offer to whom, how it will be awarded, and what was decided.

use std::collections::BTreeMap;

use detailbook_core::award::{AwardRecord, Secret};
use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::staffing::{DetailStage, Posting};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use minicbor::Decode;

use super::{One, Row, Sql, StoreError, params};

/// Who sees a posted detail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    /// Every officer.
    ToAll,
    /// Officers of these groups; nobody yet where there is none.
    ToGroups(Vec<String>),
}

/// A detail's posting as the store keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posted {
    /// What phones are told.
    pub posting: Posting,
    /// What the seed is made from; told to nobody before the window has closed.
    pub secret: Secret,
    /// Where the detail stands.
    pub stage: DetailStage,
    /// Who sees it.
    pub shown: Shown,
}

impl Shown {
    /// Does an officer of these groups see it?
    pub fn includes(&self, own: &[String]) -> bool {
        match self {
            Self::ToAll => true,
            Self::ToGroups(groups) => groups.iter().any(|group| own.contains(group)),
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::ToAll => None,
            Self::ToGroups(groups) => Some(groups.join("\n")),
        }
    }

    fn from_text(text: Option<&str>) -> Self {
        text.map_or(Self::ToAll, |text| Self::ToGroups(text.lines().map(str::to_owned).collect()))
    }
}

/// Writes a detail's posting, new or changed.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, posted: &Posted) -> Result<(), StoreError> {
    let Posted { posting, secret, stage, shown } = posted;
    sql.execute(
        "INSERT INTO postings (agency, detail, stage, body, secret, shown_to) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency, detail) DO UPDATE SET stage = excluded.stage, body = excluded.body,
         secret = excluded.secret, shown_to = excluded.shown_to",
        &params![agency, posting.detail, stage.code(), wire::encode(posting), wire::encode(secret), shown.text()],
    )?;
    Ok(())
}

/// The posting of a detail.
pub const FIND: One = One {
    text: "SELECT stage, body, secret, shown_to FROM postings WHERE agency = $1 AND detail = $2",
    column: "detail",
};

/// The detail's posting, if it was ever posted with one.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Option<Posted>, StoreError> {
    sql.query_one(FIND.text, &params![agency, detail])?.map(|row| read(&row)).transpose()
}

/// Who sees the detail, if it was ever posted with a window.
pub fn shown(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Option<Shown>, StoreError> {
    let row =
        sql.query_one("SELECT shown_to FROM postings WHERE agency = $1 AND detail = $2", &params![agency, detail])?;
    row.map(|row| Ok(Shown::from_text(row.opt_text(0)?))).transpose()
}

/// Fixes the officers' turns in bidding rounds.
pub fn put_turns(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    turns: &[(OfficerId, UnixMillis)],
) -> Result<(), StoreError> {
    sql.execute("DELETE FROM posting_turns WHERE agency = $1 AND detail = $2", &params![agency, detail])?;
    for (officer, turn) in turns {
        sql.execute(
            "INSERT INTO posting_turns (agency, detail, officer, turn) VALUES ($1, $2, $3, $4)",
            &params![agency, detail, *officer, *turn],
        )?;
    }
    Ok(())
}

/// An officer's turn, if one was fixed.
pub fn turn(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    officer: OfficerId,
) -> Result<Option<UnixMillis>, StoreError> {
    let row = sql.query_one(
        "SELECT turn FROM posting_turns WHERE agency = $1 AND detail = $2 AND officer = $3",
        &params![agency, detail, officer],
    )?;
    row.map(|row| row.time(0)).transpose()
}

/// Everybody's turn that was fixed.
pub fn turns(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
) -> Result<BTreeMap<OfficerId, UnixMillis>, StoreError> {
    let rows = sql
        .query("SELECT officer, turn FROM posting_turns WHERE agency = $1 AND detail = $2", &params![agency, detail])?;
    rows.iter().map(|row| Ok((row.id(0)?, row.time(1)?))).collect()
}

/// The postings of details that take applications.
pub fn open(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<Posted>, StoreError> {
    let rows = sql.query(
        "SELECT stage, body, secret, shown_to FROM postings WHERE agency = $1 AND stage = $2 ORDER BY detail",
        &params![agency, DetailStage::Posted.code()],
    )?;
    rows.iter().map(read).collect()
}

/// The last turn that was fixed for anybody.
pub fn last_turn(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Option<UnixMillis>, StoreError> {
    let row = sql.query_one(
        "SELECT turn FROM posting_turns WHERE agency = $1 AND detail = $2 ORDER BY turn DESC LIMIT 1",
        &params![agency, detail],
    )?;
    row.map(|row| row.time(0)).transpose()
}

/// Keeps an award for ever.
pub fn keep_award(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    record: &AwardRecord,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO awards (agency, detail, decided_at, body) VALUES ($1, $2, $3, $4)",
        &params![agency, detail, record.decided_at, wire::encode(record)],
    )?;
    Ok(())
}

/// Every award of a detail, the latest first.
pub fn awards(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<AwardRecord>, StoreError> {
    let rows = sql.query(
        "SELECT body FROM awards WHERE agency = $1 AND detail = $2 ORDER BY decided_at DESC",
        &params![agency, detail],
    )?;
    rows.iter().map(|row| decoded(row, 0)).collect()
}

/// When the details of an agency were awarded, in a stretch of time: which to re-run.
pub fn awarded_between(
    sql: &mut dyn Sql,
    agency: AgencyId,
    from: UnixMillis,
    until: UnixMillis,
) -> Result<Vec<DetailId>, StoreError> {
    let rows = sql.query(
        "SELECT DISTINCT detail FROM awards WHERE agency = $1 AND decided_at >= $2 AND decided_at < $3 ORDER BY detail",
        &params![agency, from, until],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

fn read(row: &Row) -> Result<Posted, StoreError> {
    let stage = u8::try_from(row.int(0)?).ok().and_then(DetailStage::from_code);
    Ok(Posted {
        stage: stage.ok_or(StoreError::Column { column: 0, wanted: "a stage", found: "another number" })?,
        posting: decoded(row, 1)?,
        secret: decoded(row, 2)?,
        shown: Shown::from_text(row.opt_text(3)?),
    })
}

fn decoded<T: for<'b> Decode<'b, ()>>(row: &Row, column: usize) -> Result<T, StoreError> {
    let unreadable = |_| StoreError::Column { column, wanted: "an encoded value", found: "other bytes" };
    wire::decode(row.bytes(column)?).map_err(unreadable)
}
