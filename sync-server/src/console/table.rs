//! The one table of the console's pages, an area at a time. The router answers by it, so that a page without a gate cannot exist, and
//! the test that walks all pages walks this.

use super::page::Answer;
use super::visit::Visit;
use super::{
    account, assets, audit, details, enrol, importing, invoices, live, new_password, passkeys, people, provider,
    requests, roles, second_step, settings, sign_in, timesheets, today, users, welcome,
};
use crate::access::scope::Scope;
use crate::access::staff_session::Stage;
use crate::routes::staff::path::{Params, fit};
use crate::store::Sql;

/// Who may open a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Everybody, strangers too.
    Anybody,
    /// Whoever has come to that step of signing in, and nobody else.
    Step(Stage),
    /// Everybody who is signed in: what is their own.
    Signed,
    /// Whoever is signed in and has that right.
    Scope(Scope),
}

/// Shows something of one unchanging state of the store.
pub type Show = fn(&mut dyn Sql, &Visit) -> Answer;

/// What a page does, and with what.
#[derive(Clone, Copy)]
pub enum Work {
    /// Reads one unchanging state of the store.
    Read(Show),
    /// Reads the store in several steps, or not at all.
    Steps(fn(&Visit) -> Answer),
    /// Thinks first, such as over a password, and then writes by [`Visit::write`].
    Planned(fn(&Visit) -> Answer),
    /// Writes, under the agency's lock, all or nothing.
    Write(Show),
    /// Gives an answer that goes on for as long as somebody listens. Asking for it is no use of the session.
    Stream(fn(&Visit) -> Answer),
}

/// A page, or a form that is sent to one.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The HTTP method: `GET` shows, `POST` does.
    pub method: &'static str,
    /// The path; `{name}` stands for one part of it.
    pub path: &'static str,
    /// Who may.
    pub gate: Gate,
    /// What it does.
    pub work: Work,
    /// What shows the form again when it was refused.
    pub shown_by: Option<Show>,
    /// What the query may hold, each once.
    pub asks: &'static [&'static str],
    /// What the form may hold, each once.
    pub takes: &'static [&'static str],
    /// What the form may hold more than once: boxes to tick.
    pub many: &'static [&'static str],
    /// The field of the form that carries a file.
    pub file: Option<&'static str>,
    /// What else stands in the query is passed over: others lead here, and append what they like.
    pub led_to: bool,
}

impl Entry {
    pub(super) const fn new(method: &'static str, path: &'static str, gate: Gate, work: Work) -> Self {
        Self { method, path, gate, work, shown_by: None, asks: &[], takes: &[], many: &[], file: None, led_to: false }
    }

    pub(super) const fn asks(self, asks: &'static [&'static str]) -> Self {
        Self { asks, ..self }
    }

    pub(super) const fn takes(self, takes: &'static [&'static str]) -> Self {
        Self { takes, ..self }
    }

    pub(super) const fn many(self, many: &'static [&'static str]) -> Self {
        Self { many, ..self }
    }

    /// Others lead here, with more in the query than is asked for.
    pub(super) const fn led_to(self) -> Self {
        Self { led_to: true, ..self }
    }

    /// The form is one that carries a file (`multipart/form-data`).
    pub(super) const fn carries(self, file: &'static str) -> Self {
        Self { file: Some(file), ..self }
    }

    pub(super) const fn shown_by(self, show: Show) -> Self {
        Self { shown_by: Some(show), ..self }
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.gate)
    }
}

pub(super) const fn show(path: &'static str, gate: Gate, run: Show) -> Entry {
    Entry::new("GET", path, gate, Work::Read(run))
}

pub(super) const fn steps(path: &'static str, gate: Gate, run: fn(&Visit) -> Answer) -> Entry {
    Entry::new("GET", path, gate, Work::Steps(run))
}

pub(super) const fn post(path: &'static str, gate: Gate, run: Show) -> Entry {
    Entry::new("POST", path, gate, Work::Write(run))
}

pub(super) const fn plan(path: &'static str, gate: Gate, run: fn(&Visit) -> Answer) -> Entry {
    Entry::new("POST", path, gate, Work::Planned(run))
}

pub(super) const fn stream(path: &'static str, gate: Gate, run: fn(&Visit) -> Answer) -> Entry {
    Entry::new("GET", path, gate, Work::Stream(run))
}

const SECOND: Gate = Gate::Step(Stage::SecondStep);
const ENROL: Gate = Gate::Step(Stage::Enrol);
const RENEW: Gate = Gate::Step(Stage::NewPassword);
const USERS: Gate = Gate::Scope(Scope::UsersRead);
const USERS_WRITE: Gate = Gate::Scope(Scope::UsersWrite);
const ROLES_WRITE: Gate = Gate::Scope(Scope::RolesWrite);
const AUDIT: Gate = Gate::Scope(Scope::AuditRead);

/// The pages of each area.
const AREAS: &[&[Entry]] = &[
    ACCESS,
    today::PAGES,
    details::PAGES,
    live::PAGES,
    requests::PAGES,
    timesheets::PAGES,
    invoices::PAGES,
    people::PAGES,
    importing::PAGES,
    settings::PAGES,
];

/// Every page there is.
pub fn pages() -> impl Iterator<Item = &'static Entry> {
    AREAS.iter().copied().flatten()
}

/// Signing in, and who may.
const ACCESS: &[Entry] = &[
    steps("/console/static/{file}", Gate::Anybody, assets::give),
    show("/console/sign-in", Gate::Anybody, sign_in::show).asks(&["next", "said", "agency"]),
    plan("/console/sign-in", Gate::Anybody, sign_in::enter)
        .takes(&["agency", "login", "password", "next"])
        .shown_by(sign_in::show),
    plan("/console/sign-in/passkey", Gate::Anybody, passkeys::begin_sign_in).takes(&["next"]).shown_by(sign_in::show),
    show("/console/sign-in/passkey", Gate::Anybody, passkeys::show_sign_in),
    plan("/console/sign-in/passkey/answer", Gate::Anybody, passkeys::sign_in)
        .takes(&["answer"])
        .shown_by(sign_in::show),
    plan("/console/sign-in/provider", Gate::Anybody, provider::begin)
        .takes(&["agency", "next", provider::ANEW])
        .shown_by(sign_in::show),
    // It does something though it only shows: the provider leads browsers here, and these bring no form.
    steps("/console/sign-in/provider/{agency}", Gate::Anybody, provider::back)
        .asks(&["code", "state", "iss", "error"])
        .led_to()
        .shown_by(sign_in::show),
    show("/console/welcome/{link}", Gate::Anybody, welcome::show),
    plan("/console/welcome/{link}/provider", Gate::Anybody, provider::begin_by_link).shown_by(welcome::show),
    plan("/console/welcome/{link}", Gate::Anybody, welcome::enter)
        .takes(&["password", "again"])
        .shown_by(welcome::show),
    show("/console/second-step", SECOND, second_step::show),
    post("/console/second-step", SECOND, second_step::enter).takes(&["code"]).shown_by(second_step::show),
    post("/console/second-step/passkey", SECOND, passkeys::begin_second_step).shown_by(second_step::show),
    show("/console/second-step/passkey", SECOND, passkeys::show_second_step),
    post("/console/second-step/passkey/answer", SECOND, passkeys::second_step)
        .takes(&["answer"])
        .shown_by(second_step::show),
    post("/console/second-step/leave", SECOND, sign_in::leave),
    show("/console/enrol", ENROL, enrol::show),
    post("/console/enrol", ENROL, enrol::enter).takes(&["code"]).shown_by(enrol::show),
    post("/console/enrol/leave", ENROL, sign_in::leave),
    show("/console/new-password", RENEW, new_password::show),
    plan("/console/new-password", RENEW, new_password::enter)
        .takes(&["password", "again"])
        .shown_by(new_password::show),
    post("/console/new-password/leave", RENEW, sign_in::leave),
    post("/console/sign-out", Gate::Signed, sign_in::leave),
    show("/console/account", Gate::Signed, account::show).asks(&["said"]),
    plan("/console/account/password", Gate::Signed, account::change_password)
        .takes(&["current", "password", "again"])
        .shown_by(account::show),
    plan("/console/account/second-step", Gate::Signed, account::begin_second_step)
        .takes(&["confirm"])
        .shown_by(account::show),
    show("/console/account/second-step", Gate::Signed, account::show_second_step),
    post("/console/account/second-step/confirm", Gate::Signed, account::confirm_second_step)
        .takes(&["code"])
        .shown_by(account::show_second_step),
    plan("/console/account/recovery-codes", Gate::Signed, account::renew_recovery_codes)
        .takes(&["confirm_codes"])
        .shown_by(account::show),
    plan("/console/account/passkeys", Gate::Signed, passkeys::begin_adding)
        .takes(&["key_name", "confirm_key"])
        .shown_by(account::show),
    show("/console/account/passkeys/new", Gate::Signed, passkeys::show_adding),
    post("/console/account/passkeys/answer", Gate::Signed, passkeys::add).takes(&["answer"]).shown_by(account::show),
    post("/console/account/passkeys/remove", Gate::Signed, passkeys::remove)
        .takes(&["passkey"])
        .shown_by(account::show),
    post("/console/account/sessions/end", Gate::Signed, account::end_session)
        .takes(&["session"])
        .shown_by(account::show),
    post("/console/account/sign-out-everywhere", Gate::Signed, account::sign_out_everywhere),
    show("/console/users", USERS, users::list).asks(users::FILTER),
    show("/console/users.csv", USERS, users::export).asks(users::FILTER),
    show("/console/users/new", USERS_WRITE, users::new),
    plan("/console/users/new", USERS_WRITE, users::add).takes(&["login", "name", "role", "way"]).shown_by(users::new),
    show("/console/users/{id}", USERS, users::one).asks(&["said"]),
    post("/console/users/{id}/role", USERS_WRITE, users::set_role).takes(&["was", "role"]).shown_by(users::one),
    post("/console/users/{id}/disable", USERS_WRITE, users::disable).shown_by(users::one),
    post("/console/users/{id}/enable", USERS_WRITE, users::enable).shown_by(users::one),
    post("/console/users/{id}/unlock", USERS_WRITE, users::unlock).shown_by(users::one),
    post("/console/users/{id}/link", USERS_WRITE, users::link).shown_by(users::one),
    post("/console/users/{id}/provider-forget", USERS_WRITE, users::forget_account).shown_by(users::one),
    post("/console/users/{id}/second-step-reset", USERS_WRITE, users::reset_second_step).shown_by(users::one),
    show("/console/roles", USERS, roles::list).asks(&["said"]),
    show("/console/roles/{role}", ROLES_WRITE, roles::one),
    post("/console/roles/{role}", ROLES_WRITE, roles::set)
        .takes(&["made_on", "second_step"])
        .many(&["scope"])
        .shown_by(roles::one),
    show("/console/audit", AUDIT, audit::list).asks(audit::FILTER),
    show("/console/audit.csv", AUDIT, audit::export).asks(audit::FILTER),
    plan("/console/audit/check", AUDIT, audit::check).shown_by(audit::list),
];

/// The entry of a method and a path, with what stands in the path's braces.
pub fn find(method: &str, path: &str) -> Option<(&'static Entry, Params)> {
    // What has a name of its own comes before what any name fits.
    let fitting = pages().filter(|entry| entry.method == method);
    let found = fitting.filter_map(|entry| Some((entry, fit(entry.path, path)?)));
    found.min_by_key(|(_, params)| params.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_page_is_there_once_and_every_form_has_a_page_of_its_own_site() {
        let all: BTreeSet<_> = pages().map(|entry| (entry.method, entry.path)).collect();
        assert_eq!(all.len(), pages().count());
        for entry in pages() {
            assert!(entry.path.starts_with("/console"), "{entry:?}");
            let does = matches!(entry.work, Work::Write(_) | Work::Planned(_));
            assert_eq!(entry.method == "POST", does, "{entry:?}: what is shown does nothing");
            assert!(entry.method == "POST" || entry.takes.is_empty(), "{entry:?}");
        }
    }

    #[test]
    fn a_name_of_its_own_comes_before_any_name() {
        let path = |path| find("GET", path).map(|(entry, _)| entry.path);
        assert_eq!(path("/console/users/new"), Some("/console/users/new"));
        assert_eq!(path("/console/users/7"), Some("/console/users/{id}"));
        for nowhere in ["/console/users/", "/console/", "/consol", "/console/users/7/8/9", "/console/users/7/role"] {
            assert_eq!(path(nowhere), None, "{nowhere}");
        }
        let (_, params) = find("POST", "/console/users/7/role").unwrap();
        assert_eq!(params, [("id", "7".to_owned())]);
    }
}
