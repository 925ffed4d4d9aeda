//! Files of customers.

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::records::Customer;

use super::carry_out::{Act, Deed};
use super::records::{MOST_RECORDS, Sort, Standing, There, all};
use crate::personnel::batch::Shape;
use crate::personnel::row::Row;
use crate::problem::Problem;
use crate::roster::{CustomerDraft, Draft as _};
use crate::store::{Sql, StoreError};

pub(super) const SHAPE: Shape =
    Shape { name: "customers", columns: &["number", "name"], needed: &["number", "name"], most: MOST_RECORDS };

pub(super) struct Customers {
    pub(super) agency: AgencyId,
}

/// The customers there are, by the agency's number.
pub(super) fn standing(sql: &mut dyn Sql, agency: AgencyId) -> Result<Standing<Customers>, StoreError> {
    let mut standing = Standing::<Customers>::new();
    for (_, stored) in all::<Customer>(sql, agency)? {
        let Customer { id, name, number } = stored.record;
        let draft = CustomerDraft { name, number: number.clone() };
        standing.entry(number).or_default().push(There { id, version: stored.version, draft });
    }
    Ok(standing)
}

impl Sort for Customers {
    type Id = CustomerId;
    type Draft = CustomerDraft;

    fn key(&self, row: &Row) -> Result<String, String> {
        row.must("number").map(str::to_owned)
    }

    fn about(&self, key: &str, draft: &CustomerDraft) -> String {
        format!("{key} {}", draft.name)
    }

    fn read(&self, row: &Row, _: Option<&CustomerDraft>) -> Result<CustomerDraft, String> {
        Ok(CustomerDraft { name: row.must("name")?.to_owned(), number: row.must("number")?.to_owned() })
    }

    fn values(&self, draft: &CustomerDraft) -> Vec<(&'static str, String)> {
        vec![("name", draft.name.clone())]
    }

    fn check(&self, sql: &mut dyn Sql, there: Option<&There<Self>>, draft: &CustomerDraft) -> Result<(), Problem> {
        draft.record(sql, self.agency, there.map_or(CustomerId::NIL, |there| there.id)).map(drop)
    }

    fn act(there: Option<&There<Self>>, draft: CustomerDraft) -> Act {
        Act::Customer(Deed { there: there.map(|there| (there.id, there.version)), draft })
    }
}
