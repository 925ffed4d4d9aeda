//! Files of officers.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::records::Officer;

use super::carry_out::{Act, Deed};
use super::records::{MOST_RECORDS, Sort, Standing, There, all};
use crate::personnel::batch::Shape;
use crate::personnel::row::Row;
use crate::problem::Problem;
use crate::roster::{Draft as _, OfficerDraft};
use crate::store::{Sql, StoreError};

pub(super) const SHAPE: Shape = Shape {
    name: "officers",
    columns: &["employee_number", "name", "rank"],
    needed: &["employee_number", "name"],
    most: MOST_RECORDS,
};

pub(super) struct Officers {
    pub(super) agency: AgencyId,
}

/// The officers who have a number.
pub(super) fn standing(sql: &mut dyn Sql, agency: AgencyId) -> Result<Standing<Officers>, StoreError> {
    let mut standing = Standing::<Officers>::new();
    for (_, stored) in all::<Officer>(sql, agency)? {
        let Officer { id, name, employee_number, rank } = stored.record;
        let draft = OfficerDraft { name, employee_number: employee_number.clone(), rank };
        standing.entry(employee_number).or_default().push(There { id, version: stored.version, draft });
    }
    Ok(standing)
}

impl Sort for Officers {
    type Id = OfficerId;
    type Draft = OfficerDraft;

    fn key(&self, row: &Row) -> Result<String, String> {
        row.must("employee_number").map(str::to_owned)
    }

    fn about(&self, key: &str, draft: &OfficerDraft) -> String {
        format!("{key} {}", draft.name)
    }

    fn read(&self, row: &Row, before: Option<&OfficerDraft>) -> Result<OfficerDraft, String> {
        let rank = row.get("rank").or(before.map(|it| it.rank.as_str()));
        Ok(OfficerDraft {
            name: row.must("name")?.to_owned(),
            employee_number: row.must("employee_number")?.to_owned(),
            rank: rank.unwrap_or_default().to_owned(),
        })
    }

    fn values(&self, draft: &OfficerDraft) -> Vec<(&'static str, String)> {
        vec![("name", draft.name.clone()), ("rank", draft.rank.clone())]
    }

    fn check(&self, sql: &mut dyn Sql, there: Option<&There<Self>>, draft: &OfficerDraft) -> Result<(), Problem> {
        draft.record(sql, self.agency, there.map_or(OfficerId::NIL, |there| there.id)).map(drop)
    }

    fn act(there: Option<&There<Self>>, draft: OfficerDraft) -> Act {
        Act::Officer(Deed { there: there.map(|there| (there.id, there.version)), draft })
    }
}
