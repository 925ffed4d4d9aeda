//! Who was told that an officer has not come, and what a person said to it.

use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId, RecordId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{One, Row, Sql, StoreError, params};

/// Whether an officer did not come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoShow {
    /// Nothing looks like it.
    #[default]
    No,
    /// It looks like it; a person must say.
    Looks,
    /// A person said so.
    Confirmed,
    /// A person said that it was none.
    Denied,
    /// A clock-in came later.
    TakenBack,
}

/// What is known of an assignment's watch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Watch {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its officer.
    pub officer: OfficerId,
    /// What was told, a bit each.
    pub told: i64,
    /// Whether it was a no-show.
    pub no_show: NoShow,
    /// The ledger's entry for it.
    pub entry: Option<RecordId>,
}

impl NoShow {
    const ALL: [Self; 5] = [Self::No, Self::Looks, Self::Confirmed, Self::Denied, Self::TakenBack];

    fn from_code(code: i64) -> Self {
        usize::try_from(code).ok().and_then(|code| Self::ALL.get(code)).copied().unwrap_or_default()
    }
}

/// Writes a watch, new or changed.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, watch: &Watch) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO watches (agency, assignment, officer, told, no_show, entry) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency, assignment) DO UPDATE SET told = excluded.told, no_show = excluded.no_show,
         entry = excluded.entry",
        &params![agency, watch.assignment, watch.officer, watch.told, watch.no_show as i64, watch.entry],
    )?;
    Ok(())
}

/// The watch of an assignment.
pub const FIND: One = One {
    text: "SELECT assignment, officer, told, no_show, entry FROM watches WHERE agency = $1 AND assignment = $2",
    column: "assignment",
};

/// The watch of an assignment, if anything was told or said.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, assignment: AssignmentId) -> Result<Option<Watch>, StoreError> {
    let row = sql.query_one(FIND.text, &params![agency, assignment])?;
    row.map(|row| read(&row)).transpose()
}

/// Does a no-show that a person confirmed stand?
pub fn no_show_stands(sql: &mut dyn Sql, agency: AgencyId, assignment: AssignmentId) -> Result<bool, StoreError> {
    Ok(find(sql, agency, assignment)?.is_some_and(|watch| watch.no_show == NoShow::Confirmed))
}

/// The ledger's entries of an officer's no-shows that were taken back.
pub fn taken_back(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Vec<RecordId>, StoreError> {
    let rows = sql.query(
        "SELECT entry FROM watches WHERE agency = $1 AND officer = $2 AND no_show = 4 AND entry IS NOT NULL",
        &params![agency, officer],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

fn read(row: &Row) -> Result<Watch, StoreError> {
    Ok(Watch {
        assignment: row.id(0)?,
        officer: row.id(1)?,
        told: row.int(2)?,
        no_show: NoShow::from_code(row.int(3)?),
        entry: row.opt_id(4)?,
    })
}
