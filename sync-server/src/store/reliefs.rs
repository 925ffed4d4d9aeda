//! Searches for who comes instead of an officer.

use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId, PositionId};
use detailbook_core::staffing::Relief;
use detailbook_core::wire;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{One, Row, Sql, StoreError, params};

/// Where a search stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchState {
    /// Somebody is looked for.
    Searching,
    /// Somebody was found.
    Found,
    /// Nobody is looked for any more.
    Over,
}

/// A search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The detail.
    pub detail: DetailId,
    /// The place.
    pub position: PositionId,
    /// Who does not come.
    pub officer: OfficerId,
    /// Where it stands.
    pub state: SearchState,
    /// The officer has the assignment until somebody else takes it.
    pub kept: bool,
    /// What was done so far.
    pub relief: Relief,
}

impl SearchState {
    const fn code(self) -> i64 {
        match self {
            Self::Searching => 0,
            Self::Found => 1,
            Self::Over => 2,
        }
    }

    const fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Searching,
            1 => Self::Found,
            _ => Self::Over,
        }
    }
}

/// Writes a search, new or changed.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, search: &Search) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO reliefs (agency, assignment, detail, position, officer, state, kept, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (agency, assignment) DO UPDATE SET
         state = excluded.state, kept = excluded.kept, body = excluded.body",
        &params![
            agency,
            search.relief.assignment,
            search.detail,
            search.position,
            search.officer,
            search.state.code(),
            search.kept,
            wire::encode(&search.relief)
        ],
    )?;
    Ok(())
}

const COLUMNS: &str = "detail, position, officer, state, kept, body";

/// The latest search of an assignment.
pub const FIND: One = One {
    text: "SELECT detail, position, officer, state, kept, body FROM reliefs WHERE agency = $1 AND assignment = $2",
    column: "assignment",
};

/// The latest search for who comes instead on an assignment.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, assignment: AssignmentId) -> Result<Option<Search>, StoreError> {
    sql.query_one(FIND.text, &params![agency, assignment])?.map(|row| read(&row)).transpose()
}

/// The searches of a detail that go on.
pub fn of_detail(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<Search>, StoreError> {
    let text =
        format!("SELECT {COLUMNS} FROM reliefs WHERE agency = $1 AND detail = $2 AND state = 0 ORDER BY assignment");
    sql.query(&text, &params![agency, detail])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Search, StoreError> {
    let unreadable = |_| StoreError::Column { column: 5, wanted: "a search", found: "other bytes" };
    Ok(Search {
        detail: row.id(0)?,
        position: row.id(1)?,
        officer: row.id(2)?,
        state: SearchState::from_code(row.int(3)?),
        kept: row.flag(4)?,
        relief: wire::decode(row.bytes(5)?).map_err(unreadable)?,
    })
}
