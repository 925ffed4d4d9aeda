//! Invoices: a list, one of them, the runs that make them, the books, what customers owe, and how they are invoiced.

mod balances;
mod books;
mod cancellation;
mod catch_up;
mod list;
mod named;
mod one;
mod runs;
mod terms;
mod trial;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

use detailbook_core::ids::{AgencyId, CustomerId};
use detailbook_core::records::{Customer, RecordKind};

use super::table::{Entry, Gate, post, show};
use crate::access::scope::Scope;
use crate::billing::plan;
use crate::problem::Problem;
use crate::store::{Ahead, Sql, StoreError, records};

const READ: Gate = Gate::Scope(Scope::BillingRead);
const WRITE: Gate = Gate::Scope(Scope::BillingWrite);

/// The pages of this area.
pub const PAGES: &[Entry] = &[
    show("/console/invoices", READ, list::list).asks(list::FILTER),
    show("/console/invoices.csv", READ, list::export).asks(list::FILTER),
    show("/console/invoices/runs", READ, runs::list).asks(runs::FILTER),
    show("/console/invoices/runs.csv", READ, runs::export_list).asks(runs::FILTER),
    show("/console/invoices/runs/preview.csv", READ, runs::export_issues).asks(&["through"]),
    show("/console/invoices/runs/left-out.csv", READ, runs::export_preview).asks(&["through"]),
    post("/console/invoices/runs", WRITE, runs::begin).takes(&["through"]).shown_by(runs::list),
    show("/console/invoices/runs/{id}", READ, runs::one).asks(runs::OF_ONE),
    show("/console/invoices/runs/{id}/customers.csv", READ, runs::export_customers).asks(runs::CUSTOMERS),
    show("/console/invoices/runs/{id}/left-out.csv", READ, runs::export),
    show("/console/invoices/books", READ, books::list).asks(books::FILTER),
    show("/console/invoices/trial-balance.csv", READ, trial::export).asks(trial::FILTER),
    show("/console/invoices/books.csv", READ, books::export).asks(books::KEPT),
    show("/console/invoices/cancellations/{id}", READ, cancellation::show).asks(cancellation::FILTER),
    post("/console/invoices/cancellations/{id}", WRITE, cancellation::correct)
        .takes(cancellation::FIELDS)
        .shown_by(cancellation::show),
    show("/console/invoices/balances", READ, balances::list).asks(balances::FILTER),
    show("/console/invoices/balances.csv", READ, balances::export).asks(balances::FILTER),
    show("/console/invoices/customers/{id}", READ, terms::of_customer).asks(&["said"]),
    post("/console/invoices/customers/{id}", WRITE, terms::set_customer)
        .takes(&["version", "cycle", "net_days", "address"])
        .shown_by(terms::of_customer),
    show("/console/invoices/letterhead", READ, terms::letterhead).asks(&["said"]),
    post("/console/invoices/letterhead", WRITE, terms::set_letterhead)
        .takes(&["version", "name", "address", "pay_to", "automatic"])
        .shown_by(terms::letterhead),
    show("/console/invoices/without-bill", READ, catch_up::show).asks(catch_up::FILTER),
    show("/console/invoices/without-bill.csv", READ, catch_up::export).asks(catch_up::FILTER),
    post("/console/invoices/without-bill", WRITE, catch_up::begin).takes(catch_up::FIELDS).shown_by(catch_up::show),
    show("/console/invoices/{id}", READ, one::show),
    show("/console/invoices/{id}/csv", READ, one::export),
    show("/console/invoices/{id}/pdf", READ, one::pdf),
];

/// A customer's name; its id where there is no such customer any more.
fn name(sql: &mut dyn Sql, agency: AgencyId, customer: CustomerId) -> Result<String, StoreError> {
    let found = records::get::<Customer>(sql, agency, RecordKind::Customer, customer)?;
    Ok(found.map_or_else(|| customer.to_string(), |found| found.record.name))
}

/// The names of customers.
fn names(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customers: impl IntoIterator<Item = CustomerId>,
) -> Result<BTreeMap<CustomerId, String>, StoreError> {
    let (mut names, customers) = (BTreeMap::new(), customers.into_iter().collect::<Vec<_>>());
    let sql = &mut Ahead::over(sql);
    records::ahead(sql, agency, RecordKind::Customer, customers.iter().copied())?;
    for customer in customers {
        if let Place::Vacant(unknown) = names.entry(customer) {
            unknown.insert(name(sql, agency, customer)?);
        }
    }
    Ok(names)
}

/// A day counted from 1970-01-01, for people.
fn day_text(number: i64) -> String {
    plan::day(number).map(|day| day.to_string()).unwrap_or_default()
}

/// A day that was typed, if one was.
fn typed_day(name: &str, text: &str) -> Result<Option<detailbook_core::pricing::Day>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Problem::invalid(name, "must be a day such as 2025-03-31"))
}
