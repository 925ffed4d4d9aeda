//! How lists of work tell of it: its customer and its detail by name, each with the way there.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::ids::{CustomerId, DetailId};
use detailbook_core::records::{Customer, Detail, RecordKind};

use crate::access::scope::Scope;
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::store::{Ahead, Sql, records};

/// A name with the way to what it names; none where that is not there any more, or the reader may not open it.
#[derive(Template, Clone, PartialEq, Eq, Default, Debug)]
#[template(path = "console/invoices/named.html")]
pub(super) struct Named {
    /// The name; the id of what is not there any more.
    pub(super) name: String,
    at: Option<String>,
}

impl HtmlSafe for Named {}

/// The customers and the details of many pieces of work.
#[derive(Default)]
pub(super) struct Names {
    customers: BTreeMap<CustomerId, Named>,
    details: BTreeMap<DetailId, Named>,
}

impl Names {
    /// Those of that work, read at once.
    pub(super) fn of(
        sql: &mut dyn Sql,
        visit: &Visit,
        work: impl IntoIterator<Item = (Option<CustomerId>, Option<DetailId>)>,
    ) -> Result<Self, Problem> {
        let (agency, opens_details) = (visit.agency()?, visit.who()?.may(Scope::RecordsRead));
        let (customers, details): (Vec<_>, Vec<_>) = work.into_iter().unzip();
        let customers: BTreeSet<_> = customers.into_iter().flatten().collect();
        let details: BTreeSet<_> = details.into_iter().flatten().collect();
        let mut names = Self::default();
        let sql = &mut Ahead::over(sql);
        records::ahead(sql, agency, RecordKind::Customer, customers.iter().copied())?;
        records::ahead(sql, agency, RecordKind::Detail, details.iter().copied())?;
        for id in customers {
            let found = records::get::<Customer>(sql, agency, RecordKind::Customer, id)?;
            let at = found.is_some().then(|| format!("/console/invoices/customers/{id}"));
            let name = found.map_or_else(|| id.to_string(), |found| found.record.name);
            names.customers.insert(id, Named { name, at });
        }
        for id in details {
            let found = records::get::<Detail>(sql, agency, RecordKind::Detail, id)?;
            let at = (found.is_some() && opens_details).then(|| format!("/console/details/{id}"));
            let name = found.map_or_else(|| id.to_string(), |found| found.record.title);
            names.details.insert(id, Named { name, at });
        }
        Ok(names)
    }

    /// A customer; nobody where it cannot be said who.
    pub(super) fn customer(&self, id: Option<CustomerId>) -> Named {
        id.and_then(|id| self.customers.get(&id).cloned()).unwrap_or_default()
    }

    /// A detail; nothing where it cannot be said which.
    pub(super) fn detail(&self, id: Option<DetailId>) -> Named {
        id.and_then(|id| self.details.get(&id).cloned()).unwrap_or_default()
    }
}
