//! People and places: officers with what is known of them, their phones, customers and their sites.

mod approval_list;
mod approvals;
mod assigned;
mod customers;
mod held;
mod hours;
mod ledger;
mod officer;
mod officer_edit;
mod officers;
mod phones;
mod renewals;
mod site;
mod sites;

use super::table::{Entry, Gate, post, show};
use super::visit::Visit;
use crate::access::scope::Scope;

const READ: Gate = Gate::Scope(Scope::RecordsRead);
const WRITE: Gate = Gate::Scope(Scope::RecordsWrite);
const CONTACTS: Gate = Gate::Scope(Scope::ContactsWrite);
const APPROVALS: Gate = Gate::Scope(Scope::ApprovalsRead);
const APPROVE: Gate = Gate::Scope(Scope::ApprovalsWrite);
const KNOWN: Gate = Gate::Scope(Scope::PersonnelRead);
const ENROL: Gate = Gate::Scope(Scope::Enrol);
const EVIDENCE: Gate = Gate::Scope(Scope::EvidenceRead);
const LET_GO: Gate = Gate::Scope(Scope::EvidenceRelease);

/// The pages of this area.
pub const PAGES: &[Entry] = &[
    show("/console/officers", READ, officers::list).asks(officers::FILTER),
    show("/console/officers.csv", READ, officers::export).asks(officers::FILTER),
    show("/console/officers/new", WRITE, officer_edit::new),
    post("/console/officers/new", WRITE, officer_edit::add).takes(officer_edit::FIELDS).shown_by(officer_edit::new),
    show("/console/officers/{id}", READ, officer::one).asks(&["said"]),
    show("/console/officers/{id}/edit", WRITE, officer_edit::show),
    post("/console/officers/{id}/edit", WRITE, officer_edit::save)
        .takes(officer_edit::EDITED)
        .shown_by(officer_edit::show),
    show("/console/officers/{id}/contact", CONTACTS, officer_edit::contact),
    post("/console/officers/{id}/contact", CONTACTS, officer_edit::save_contact)
        .takes(&["name", "email", "phone", "version"])
        .shown_by(officer_edit::contact),
    show("/console/officers/{id}/ledger", READ, ledger::show).asks(ledger::FILTER),
    show("/console/officers/{id}/ledger.csv", READ, ledger::export).asks(ledger::KEPT),
    show("/console/officers/{id}/details", READ, assigned::list).asks(assigned::FILTER),
    show("/console/officers/{id}/details.csv", READ, assigned::export).asks(assigned::KEPT),
    show("/console/officers/{id}/approvals/new", APPROVE, approvals::new),
    post("/console/officers/{id}/approvals/new", APPROVE, approvals::ask)
        .takes(approvals::FIELDS)
        .shown_by(approvals::new),
    show("/console/officers/{id}/approvals/{approval}", APPROVALS, approvals::one).asks(&["said"]),
    post("/console/officers/{id}/approvals/{approval}/sign", APPROVE, approvals::sign)
        .takes(&["approved", "statements", "reference"])
        .shown_by(approvals::one),
    post("/console/officers/{id}/approvals/{approval}/papers", APPROVE, approvals::hand_in)
        .takes(&["documents", "book"])
        .shown_by(approvals::one),
    post("/console/officers/{id}/approvals/{approval}/withdraw", APPROVE, approvals::withdraw)
        .takes(&["reason"])
        .shown_by(approvals::one),
    post("/console/officers/{id}/invite", ENROL, phones::invite).shown_by(officer::one),
    show("/console/approvals", APPROVALS, approval_list::list).asks(approval_list::FILTER),
    show("/console/approvals.csv", APPROVALS, approval_list::export).asks(approval_list::KEPT),
    show("/console/renewals", KNOWN, renewals::list).asks(renewals::FILTER),
    show("/console/renewals.csv", KNOWN, renewals::export).asks(renewals::KEPT),
    show("/console/phones", ENROL, phones::list).asks(phones::FILTER),
    show("/console/phones.csv", ENROL, phones::export).asks(phones::FILTER),
    show("/console/phones/{id}", ENROL, phones::one).asks(&["said"]),
    post("/console/phones/{id}/revoke", ENROL, phones::revoke).takes(&["reason"]).shown_by(phones::one),
    show("/console/held", EVIDENCE, held::list).asks(held::FILTER),
    show("/console/held.csv", EVIDENCE, held::export).asks(held::KEPT),
    show("/console/held/pushes/{id}", EVIDENCE, held::push),
    show("/console/held/documents/{id}", EVIDENCE, held::document),
    post("/console/held/documents/{id}/release", LET_GO, held::release).takes(&["reason"]).shown_by(held::document),
    show("/console/customers", READ, customers::list).asks(customers::FILTER),
    show("/console/customers.csv", READ, customers::export).asks(customers::FILTER),
    show("/console/customers/new", WRITE, customers::new),
    post("/console/customers/new", WRITE, customers::add).takes(&["name", "number"]).shown_by(customers::new),
    show("/console/customers/{id}", READ, customers::one).asks(&["said"]),
    post("/console/customers/{id}/edit", WRITE, customers::save)
        .takes(&["name", "number", "version"])
        .shown_by(customers::one),
    post("/console/customers/{id}/papers", WRITE, customers::enter)
        .takes(&["made_on", "kind", "paper", "from", "until", "withdrawn"])
        .shown_by(customers::one),
    show("/console/sites", READ, sites::list).asks(sites::FILTER),
    show("/console/sites.csv", READ, sites::export).asks(sites::FILTER),
    show("/console/sites/new", WRITE, site::new).asks(&["customer", "then"]),
    post("/console/sites/new", WRITE, site::add).takes(site::FIELDS).shown_by(site::new),
    show("/console/sites/{id}", READ, site::one).asks(&["said"]),
    post("/console/sites/{id}/edit", WRITE, site::save).takes(site::EDITED).shown_by(site::one),
];

/// What a field shows: what was typed, else what is so.
fn kept<'a>(visit: &'a Visit, name: &str, is: Option<&'a str>) -> &'a str {
    visit.form.find(name).unwrap_or_else(|| is.unwrap_or_default())
}
