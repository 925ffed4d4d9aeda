//! The one table of staff routes. The router is built from it, so a route without a scope cannot exist, and the test that
//! walks all routes walks this.

use detailbook_core::records::{Application, Assignment, Customer, Detail, Officer, Site};
use detailbook_core::staffing::Request as Asked;

use super::answer::Answer;
use super::request::Request;
use super::{
    agency, assignments, audit, blobs, contacts, details, devices, evidence, held, jobs, messages, notes, notices,
    personnel, policy, postings, prices, records, relief, requests, rulings, tokens,
};
use crate::access::scope::Scope;
use crate::roster::{CustomerDraft, OfficerDraft, SiteDraft};
use crate::store::Sql;

/// What a route does, and with what.
#[derive(Clone, Copy)]
pub enum Work {
    /// Reads one unchanging state of the store.
    Read(fn(&mut dyn Sql, &Request) -> Answer),
    /// Reads the store in several steps, each of another state.
    Steps(fn(&Request) -> Answer),
    /// Writes, under the agency's lock, all or nothing.
    Write(fn(&mut dyn Sql, &Request) -> Answer),
}

/// A route.
#[derive(Clone, Copy)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path; `{name}` stands for one id.
    pub path: &'static str,
    /// The scope without which nobody gets in.
    pub scope: Scope,
    /// What it does.
    pub work: Work,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.scope)
    }
}

const fn read(path: &'static str, scope: Scope, run: fn(&mut dyn Sql, &Request) -> Answer) -> Route {
    Route { method: "GET", path, scope, work: Work::Read(run) }
}

const fn steps(path: &'static str, scope: Scope, run: fn(&Request) -> Answer) -> Route {
    Route { method: "GET", path, scope, work: Work::Steps(run) }
}

const fn post(path: &'static str, scope: Scope, run: fn(&mut dyn Sql, &Request) -> Answer) -> Route {
    Route { method: "POST", path, scope, work: Work::Write(run) }
}

const fn put(path: &'static str, scope: Scope, run: fn(&mut dyn Sql, &Request) -> Answer) -> Route {
    Route { method: "PUT", path, scope, work: Work::Write(run) }
}

/// Every staff route there is.
pub const ROUTES: &[Route] = &[
    read("/v1/staff/agency", Scope::RecordsRead, agency::read),
    put("/v1/staff/agency", Scope::RecordsWrite, agency::edit),
    read("/v1/staff/officers", Scope::RecordsRead, records::list::<Officer>),
    post("/v1/staff/officers", Scope::RecordsWrite, records::create::<OfficerDraft>),
    read("/v1/staff/officers/{id}", Scope::RecordsRead, records::read::<Officer>),
    put("/v1/staff/officers/{id}", Scope::RecordsWrite, records::edit::<OfficerDraft>),
    read("/v1/staff/officers/{id}/service", Scope::RecordsRead, postings::read_service),
    put("/v1/staff/officers/{id}/service", Scope::RecordsWrite, postings::write_service),
    read("/v1/staff/officers/{id}/ledger", Scope::RecordsRead, postings::read_ledger),
    post("/v1/staff/officers/{id}/ledger", Scope::Assign, postings::adjust),
    read("/v1/staff/contract", Scope::RecordsRead, postings::read_contract),
    put("/v1/staff/contract", Scope::RecordsWrite, postings::write_contract),
    read("/v1/staff/customers", Scope::RecordsRead, records::list::<Customer>),
    post("/v1/staff/customers", Scope::RecordsWrite, records::create::<CustomerDraft>),
    read("/v1/staff/customers/{id}", Scope::RecordsRead, records::read::<Customer>),
    put("/v1/staff/customers/{id}", Scope::RecordsWrite, records::edit::<CustomerDraft>),
    read("/v1/staff/sites", Scope::RecordsRead, records::list::<Site>),
    post("/v1/staff/sites", Scope::RecordsWrite, records::create::<SiteDraft>),
    read("/v1/staff/sites/{id}", Scope::RecordsRead, records::read::<Site>),
    put("/v1/staff/sites/{id}", Scope::RecordsWrite, records::edit::<SiteDraft>),
    read("/v1/staff/requests", Scope::RecordsRead, records::list::<Asked>),
    post("/v1/staff/requests", Scope::RecordsWrite, requests::ask),
    read("/v1/staff/requests/{id}", Scope::RecordsRead, records::read::<Asked>),
    put("/v1/staff/requests/{id}", Scope::RecordsWrite, requests::change),
    post("/v1/staff/requests/{id}/estimate", Scope::RecordsWrite, requests::estimate),
    post("/v1/staff/requests/{id}/accept", Scope::RecordsWrite, requests::accept),
    post("/v1/staff/requests/{id}/decline", Scope::RecordsWrite, requests::decline),
    post("/v1/staff/requests/{id}/cancel", Scope::RecordsWrite, requests::cancel),
    post("/v1/staff/requests/{id}/post", Scope::RecordsWrite, requests::post),
    read("/v1/staff/details", Scope::RecordsRead, records::list::<Detail>),
    post("/v1/staff/details", Scope::RecordsWrite, details::post),
    read("/v1/staff/details/{id}", Scope::RecordsRead, records::read::<Detail>),
    put("/v1/staff/details/{id}", Scope::RecordsWrite, details::edit),
    post("/v1/staff/details/{id}/cancel", Scope::RecordsWrite, details::cancel),
    read("/v1/staff/details/{id}/cancellation_quote", Scope::RecordsRead, requests::quote),
    post("/v1/staff/details/{id}/customer_cancels", Scope::RecordsWrite, requests::customer_cancels),
    post("/v1/staff/details/{id}/notes", Scope::NotesWrite, notes::write),
    read("/v1/staff/details/{id}/posting", Scope::RecordsRead, postings::read),
    post("/v1/staff/details/{id}/posting", Scope::RecordsWrite, postings::open),
    read("/v1/staff/details/{id}/awards", Scope::RecordsRead, postings::awards),
    read("/v1/staff/details/{id}/applications", Scope::RecordsRead, details::applications),
    read("/v1/staff/details/{id}/assignments", Scope::RecordsRead, assignments::of_detail),
    post("/v1/staff/details/{id}/assignments", Scope::Assign, assignments::assign),
    read("/v1/staff/applications/{id}", Scope::RecordsRead, records::read::<Application>),
    read("/v1/staff/assignments", Scope::RecordsRead, records::list::<Assignment>),
    read("/v1/staff/assignments/{id}", Scope::RecordsRead, records::read::<Assignment>),
    post("/v1/staff/assignments/{id}/release", Scope::Assign, assignments::release),
    post("/v1/staff/assignments/{id}/link", Scope::Assign, assignments::link),
    read("/v1/staff/assignments/{id}/facts", Scope::EvidenceRead, evidence::of_assignment),
    read("/v1/staff/assignments/{id}/rulings", Scope::RecordsRead, rulings::history),
    post("/v1/staff/assignments/{id}/rulings", Scope::RulingsWrite, rulings::rule),
    read("/v1/staff/assignments/{id}/proposed_ruling", Scope::EvidenceRead, rulings::proposed),
    read("/v1/staff/assignments/{id}/price", Scope::RecordsRead, prices::of_assignment),
    read("/v1/staff/rulings/{id}", Scope::RecordsRead, rulings::read),
    read("/v1/staff/unassigned_logs", Scope::RecordsRead, assignments::unassigned),
    read("/v1/staff/documents/{id}/facts", Scope::EvidenceRead, evidence::of_document),
    read("/v1/staff/blobs/{hash}", Scope::EvidenceRead, blobs::status),
    read("/v1/staff/blobs/{hash}/original", Scope::EvidenceRead, blobs::download),
    read("/v1/staff/quarantine", Scope::EvidenceRead, held::pushes),
    read("/v1/staff/quarantine/documents", Scope::EvidenceRead, held::documents),
    read("/v1/staff/quarantine/{id}", Scope::EvidenceRead, held::push),
    post("/v1/staff/quarantine/documents/{id}/release", Scope::EvidenceRelease, held::release),
    read("/v1/staff/messages", Scope::MessagesRead, messages::list),
    post("/v1/staff/messages", Scope::MessagesWrite, messages::send),
    read("/v1/staff/notices", Scope::NoticesRead, notices::list),
    post("/v1/staff/notices/{id}/acknowledge", Scope::NoticesWrite, notices::acknowledge),
    read("/v1/staff/officers/{id}/contact", Scope::ContactsRead, contacts::of_officer),
    put("/v1/staff/officers/{id}/contact", Scope::ContactsWrite, contacts::edit_officers),
    read("/v1/staff/customers/{id}/contact", Scope::ContactsRead, contacts::of_customer),
    put("/v1/staff/customers/{id}/contact", Scope::ContactsWrite, contacts::edit_customers),
    read("/v1/staff/contacts", Scope::ContactsRead, contacts::list),
    post("/v1/staff/contacts", Scope::ContactsWrite, contacts::create),
    put("/v1/staff/contacts/{id}", Scope::ContactsWrite, contacts::edit_staffs),
    read("/v1/staff/devices", Scope::Enrol, devices::list),
    post("/v1/staff/officers/{id}/invitations", Scope::Enrol, devices::invite),
    post("/v1/staff/devices/{id}/revoke", Scope::Enrol, devices::revoke),
    read("/v1/staff/jobs", Scope::JobsRead, jobs::list),
    post("/v1/staff/jobs/{id}/retry", Scope::JobsWrite, jobs::retry),
    post("/v1/staff/personnel", Scope::PersonnelWrite, personnel::import),
    read("/v1/staff/personnel/feeds", Scope::PersonnelRead, personnel::feeds),
    read("/v1/staff/officers/{id}/known", Scope::PersonnelRead, personnel::known),
    read("/v1/staff/renewals", Scope::PersonnelRead, personnel::renewals),
    read("/v1/staff/customers/{id}/documents", Scope::RecordsRead, personnel::customer_documents),
    post("/v1/staff/customers/{id}/documents", Scope::RecordsWrite, personnel::enter_customer_document),
    read("/v1/staff/approvals", Scope::ApprovalsRead, personnel::approvals),
    post("/v1/staff/approvals", Scope::ApprovalsWrite, personnel::ask),
    read("/v1/staff/approvals/{id}", Scope::ApprovalsRead, personnel::approval),
    post("/v1/staff/approvals/{id}/signatures", Scope::ApprovalsWrite, personnel::sign),
    post("/v1/staff/approvals/{id}/paperwork", Scope::ApprovalsWrite, personnel::hand_in),
    post("/v1/staff/approvals/{id}/revoke", Scope::ApprovalsWrite, personnel::revoke),
    read("/v1/staff/register", Scope::RegisterRead, personnel::register),
    read("/v1/staff/register.csv", Scope::RegisterRead, personnel::register_csv),
    read("/v1/staff/rule_sets", Scope::PolicyRead, policy::sets),
    post("/v1/staff/rule_sets", Scope::PolicyWrite, policy::set),
    read("/v1/staff/details/{id}/facts", Scope::RecordsRead, policy::facts),
    put("/v1/staff/details/{id}/facts", Scope::RecordsWrite, policy::set_facts),
    read("/v1/staff/details/{id}/judgement", Scope::PolicyRead, policy::judgement),
    read("/v1/staff/details/{id}/evaluations", Scope::PolicyRead, policy::of_detail),
    read("/v1/staff/officers/{id}/evaluations", Scope::PolicyRead, policy::of_officer),
    read("/v1/staff/evaluations/{id}", Scope::PolicyRead, policy::evaluation),
    read("/v1/staff/details/{id}/overrides", Scope::PolicyRead, policy::overrides),
    post("/v1/staff/details/{id}/overrides", Scope::PolicyOverride, policy::make_override),
    read("/v1/staff/today", Scope::RecordsRead, relief::today),
    read("/v1/staff/staffing_rules", Scope::RecordsRead, relief::read_rules),
    put("/v1/staff/staffing_rules", Scope::RecordsWrite, relief::write_rules),
    read("/v1/staff/call_offs", Scope::RecordsRead, relief::call_offs),
    post("/v1/staff/assignments/{id}/call_off/grant", Scope::Assign, relief::grant),
    post("/v1/staff/assignments/{id}/call_off/refuse", Scope::Assign, relief::refuse),
    read("/v1/staff/assignments/{id}/relief", Scope::RecordsRead, relief::search),
    read("/v1/staff/details/{id}/reliefs", Scope::RecordsRead, relief::searches),
    read("/v1/staff/trades", Scope::RecordsRead, relief::trades),
    post("/v1/staff/trades/{id}/agree", Scope::Assign, relief::agree),
    post("/v1/staff/trades/{id}/refuse", Scope::Assign, relief::refuse_trade),
    post("/v1/staff/assignments/{id}/no_show", Scope::Assign, relief::confirm_no_show),
    post("/v1/staff/assignments/{id}/no_show/deny", Scope::Assign, relief::deny_no_show),
    read("/v1/staff/audit", Scope::AuditRead, audit::list),
    steps("/v1/staff/audit/check", Scope::AuditRead, audit::check),
    read("/v1/staff/tokens", Scope::TokensWrite, tokens::list),
    post("/v1/staff/tokens", Scope::TokensWrite, tokens::create),
    post("/v1/staff/tokens/{id}/revoke", Scope::TokensWrite, tokens::revoke),
];

/// The names and values of a path's parameters.
pub type Params = Vec<(&'static str, String)>;

/// The route for a method and a path without its query.
pub fn find(method: &str, path: &str) -> Option<(&'static Route, Params)> {
    ROUTES.iter().filter(|route| route.method == method).find_map(|route| Some((route, fit(route.path, path)?)))
}

/// The parameters of a path, if it fits the pattern.
fn fit(pattern: &'static str, path: &str) -> Option<Params> {
    let (mut wanted, mut given, mut params) = (pattern.split('/'), path.split('/'), vec![]);
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(want), Some(have)) => match want.strip_prefix('{').and_then(|want| want.strip_suffix('}')) {
                Some(name) if !have.is_empty() => params.push((name, have.to_owned())),
                None if want == have => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_path_fits_its_pattern_only() {
        assert_eq!(fit("/v1/a/{id}/b", "/v1/a/7/b"), Some(vec![("id", "7".to_owned())]));
        for other in ["/v1/a//b", "/v1/a/7", "/v1/a/7/b/", "/v1/a/7/b/c", "/v2/a/7/b", ""] {
            assert_eq!(fit("/v1/a/{id}/b", other), None, "{other}");
        }
    }

    #[test]
    fn no_two_routes_answer_the_same_call() {
        let blank = |path: &str| {
            path.split('/').map(|s| if s.starts_with('{') { "{}" } else { s }).collect::<Vec<_>>().join("/")
        };
        let calls: BTreeSet<_> = ROUTES.iter().map(|route| (route.method, blank(route.path))).collect();
        assert_eq!(calls.len(), ROUTES.len());
    }

    #[test]
    fn every_scope_opens_something_and_nothing_that_writes_is_open_to_readers() {
        for scope in Scope::ALL {
            assert!(ROUTES.iter().any(|route| route.scope == *scope), "{scope}");
        }
        for route in ROUTES.iter().filter(|route| matches!(route.work, Work::Write(_))) {
            assert!(!route.scope.name().ends_with(":read"), "{route:?}");
        }
    }
}
