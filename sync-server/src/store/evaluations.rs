//! What the rules said when something was decided. Never changed; what nothing came of is forgotten.

use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};

/// One evaluation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvaluationRow {
    /// 1 for the agency's first, then one more each. Given when it is written.
    pub number: i64,
    /// When.
    pub at: UnixMillis,
    /// Who acted.
    pub actor: String,
    /// The stage's code.
    pub stage: i64,
    /// The officer.
    pub officer: OfficerId,
    /// The detail.
    pub detail: DetailId,
    /// The rule set's name.
    pub set_name: String,
    /// Its version.
    pub set_version: i64,
    /// The code of how it ended.
    pub outcome: i64,
    /// The encoded findings.
    pub findings: Vec<u8>,
    /// All that was looked at, encoded and compressed.
    pub inputs: Vec<u8>,
    /// Hash of the inputs before they were compressed.
    pub inputs_hash: Sha256,
    /// When the rules were last asked and said this.
    pub asked_at: UnixMillis,
}

const COLUMNS: &str = "number, at, actor, stage, officer, detail, set_name, set_version, outcome, findings, inputs, inputs_hash, asked_at";

/// Writes an evaluation and gives its number. The caller holds the agency's lock.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, row: &EvaluationRow) -> Result<i64, StoreError> {
    let next = "SELECT COALESCE(MAX(number), 0) + 1 FROM evaluations WHERE agency = $1";
    let number = sql.query_one(next, &params![agency])?.ok_or(StoreError::Misused("a maximum has no row"))?.int(0)?;
    let text = format!(
        "INSERT INTO evaluations (agency, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    let EvaluationRow {
        at,
        actor,
        stage,
        officer,
        detail,
        set_name,
        set_version,
        outcome,
        findings,
        inputs,
        inputs_hash,
        asked_at,
        ..
    } = row;
    sql.execute(
        &text,
        &params![
            agency,
            number,
            *at,
            actor,
            *stage,
            *officer,
            *detail,
            set_name,
            *set_version,
            *outcome,
            findings,
            inputs,
            *inputs_hash,
            *asked_at
        ],
    )?;
    Ok(number)
}

/// Notes that the rules were asked again and said the same.
pub fn asked_again(sql: &mut dyn Sql, agency: AgencyId, number: i64, at: UnixMillis) -> Result<(), StoreError> {
    let text = "UPDATE evaluations SET asked_at = $3 WHERE agency = $1 AND number = $2";
    sql.execute(text, &params![agency, number, at]).map(drop)
}

/// One evaluation.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, number: i64) -> Result<Option<EvaluationRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM evaluations WHERE agency = $1 AND number = $2");
    sql.query_one(&text, &params![agency, number])?.as_ref().map(read).transpose()
}

/// What a row is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Case {
    /// The officer.
    pub officer: OfficerId,
    /// The detail.
    pub detail: DetailId,
    /// The stage's code.
    pub stage: i64,
}

/// The last evaluation of a case.
pub fn latest(sql: &mut dyn Sql, agency: AgencyId, case: Case) -> Result<Option<EvaluationRow>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM evaluations WHERE agency = $1 AND officer = $2 AND detail = $3 AND stage = $4
         ORDER BY number DESC LIMIT 1"
    );
    let found = sql.query_one(&text, &params![agency, case.officer, case.detail, case.stage])?;
    found.as_ref().map(read).transpose()
}

/// Forgets the evaluations of a case that ended so, but for the agency's last, whose number is not given again.
pub fn forget(sql: &mut dyn Sql, agency: AgencyId, case: Case, outcome: i64) -> Result<(), StoreError> {
    sql.execute(
        "DELETE FROM evaluations WHERE agency = $1 AND officer = $2 AND detail = $3 AND stage = $4 AND outcome = $5
         AND number < (SELECT MAX(e.number) FROM evaluations e WHERE e.agency = $1)",
        &params![agency, case.officer, case.detail, case.stage, outcome],
    )?;
    Ok(())
}

/// The evaluations of a detail, or of an officer, or all, after a number.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    of: Of,
    after: i64,
    limit: i64,
) -> Result<Vec<EvaluationRow>, StoreError> {
    let (column, id) = match of {
        Of::Detail(id) => ("detail", *id.as_bytes()),
        Of::Officer(id) => ("officer", *id.as_bytes()),
    };
    let text = format!(
        "SELECT {COLUMNS} FROM evaluations WHERE agency = $1 AND {column} = $2 AND number > $3 ORDER BY number LIMIT $4"
    );
    sql.query(&text, &params![agency, id, after, limit])?.iter().map(read).collect()
}

/// Whose evaluations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// A detail's.
    Detail(DetailId),
    /// An officer's.
    Officer(OfficerId),
}

fn read(row: &Row) -> Result<EvaluationRow, StoreError> {
    Ok(EvaluationRow {
        number: row.int(0)?,
        at: row.time(1)?,
        actor: row.text(2)?.to_owned(),
        stage: row.int(3)?,
        officer: row.id(4)?,
        detail: row.id(5)?,
        set_name: row.text(6)?.to_owned(),
        set_version: row.int(7)?,
        outcome: row.int(8)?,
        findings: row.bytes(9)?.to_vec(),
        inputs: row.bytes(10)?.to_vec(),
        inputs_hash: row.hash(11)?,
        asked_at: row.opt_time(12)?.unwrap_or(row.time(1)?),
    })
}
