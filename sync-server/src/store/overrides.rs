//! Who let which rule's answer pass. Append-only.

use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::policy::Finding;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire;

use super::{Row, Sql, StoreError, params};

/// One override.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverrideRow {
    /// 1 for the agency's first, then one more each. Given when it is written.
    pub number: i64,
    /// When.
    pub at: UnixMillis,
    /// Who.
    pub actor: String,
    /// The stage's code.
    pub stage: i64,
    /// For which officer.
    pub officer: OfficerId,
    /// On which detail.
    pub detail: DetailId,
    /// The rule's id.
    pub rule: String,
    /// The rule set's name.
    pub set_name: String,
    /// Its version.
    pub set_version: i64,
    /// Why.
    pub reason: String,
    /// What the rule said.
    pub sentence: String,
    /// Hours without the detail, where the rule counts hours.
    pub hours_before: Option<Millis>,
    /// Hours with it.
    pub hours_after: Option<Millis>,
    /// The finding that was let pass; absent in rows of before it was kept.
    pub finding: Option<Finding>,
}

const COLUMNS: &str = "number, at, actor, stage, officer, detail, rule, set_name, set_version, reason, sentence, hours_before, hours_after, finding";

/// Writes an override and gives its number. The caller holds the agency's lock.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, row: &OverrideRow) -> Result<i64, StoreError> {
    let next = "SELECT COALESCE(MAX(number), 0) + 1 FROM overrides WHERE agency = $1";
    let number = sql.query_one(next, &params![agency])?.ok_or(StoreError::Misused("a maximum has no row"))?.int(0)?;
    let text = format!(
        "INSERT INTO overrides (agency, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    sql.execute(
        &text,
        &params![
            agency,
            number,
            row.at,
            &row.actor,
            row.stage,
            row.officer,
            row.detail,
            &row.rule,
            &row.set_name,
            row.set_version,
            &row.reason,
            &row.sentence,
            row.hours_before.map(|hours| hours.0),
            row.hours_after.map(|hours| hours.0),
            row.finding.as_ref().map(wire::encode)
        ],
    )?;
    Ok(number)
}

/// The overrides of a detail, in order.
pub fn of_detail(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<OverrideRow>, StoreError> {
    // Sorted here: SQLite would read all overrides in the order of their numbers rather than sort a few.
    let text = format!("SELECT {COLUMNS} FROM overrides WHERE agency = $1 AND detail = $2");
    let mut found: Vec<OverrideRow> =
        sql.query(&text, &params![agency, detail])?.iter().map(read).collect::<Result<_, _>>()?;
    found.sort_unstable_by_key(|row| row.number);
    Ok(found)
}

fn read(row: &Row) -> Result<OverrideRow, StoreError> {
    let unreadable = |_| StoreError::Column { column: 13, wanted: "an encoded finding", found: "other bytes" };
    Ok(OverrideRow {
        number: row.int(0)?,
        at: row.time(1)?,
        actor: row.text(2)?.to_owned(),
        stage: row.int(3)?,
        officer: row.id(4)?,
        detail: row.id(5)?,
        rule: row.text(6)?.to_owned(),
        set_name: row.text(7)?.to_owned(),
        set_version: row.int(8)?,
        reason: row.text(9)?.to_owned(),
        sentence: row.text(10)?.to_owned(),
        hours_before: row.opt_int(11)?.map(Millis),
        hours_after: row.opt_int(12)?.map(Millis),
        finding: row.opt_bytes(13)?.map(wire::decode).transpose().map_err(unreadable)?,
    })
}
