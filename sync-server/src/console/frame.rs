//! What stands around every page: its name, the way to the others, who is signed in, and what was just done or refused.

use super::assets::{self, Script};
use super::said;
use super::seal::Seal;
use super::visit::{Visit, Who};
use crate::access::scope::Scope;

/// The frame of one page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What the page is called.
    pub title: String,
    /// Where the style sheet is.
    pub style: String,
    /// Where the sheets of its scripts are.
    pub sheets: Vec<String>,
    /// Where its scripts are.
    pub scripts: Vec<String>,
    /// Where the icon is.
    pub icon: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The way to other pages.
    pub ways: Vec<Way>,
    /// The way to those that are rarely wanted, behind a menu: beside the others they would fill a line of their own.
    pub more: Vec<Way>,
    /// The form that signs out.
    pub leave: Option<Seal>,
    /// What was just done.
    pub said: Option<&'static str>,
    /// What was refused and is no single field's.
    pub wrong: Option<String>,
    /// Something was refused.
    pub is_refused: bool,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: &'static str,
    /// Their agency.
    pub agency: String,
}

/// A way to a page.
#[derive(Clone, Debug)]
pub struct Way {
    /// Where it leads.
    pub path: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The page is there, or below.
    pub here: bool,
}

/// The pages of the navigation, each for whoever has the right; absent: for everybody.
const WAYS: &[(&str, &str, Option<Scope>)] = &[
    ("/console", "Today", None),
    ("/console/details", "Details", Some(Scope::RecordsRead)),
    ("/console/requests", "Requests", Some(Scope::RecordsRead)),
    ("/console/timesheets", "Timesheets", Some(Scope::EvidenceRead)),
    ("/console/invoices", "Invoices", Some(Scope::BillingRead)),
    ("/console/officers", "Officers", Some(Scope::RecordsRead)),
    ("/console/phones", "Phones", Some(Scope::Enrol)),
    ("/console/held", "Held", Some(Scope::EvidenceRead)),
    ("/console/customers", "Customers", Some(Scope::RecordsRead)),
    ("/console/sites", "Sites", Some(Scope::RecordsRead)),
];

/// Those that are rarely wanted.
const RARELY: &[(&str, &str, Option<Scope>)] = &[
    ("/console/import", "Import", Some(Scope::RecordsWrite)),
    ("/console/settings", "Settings", Some(Scope::RecordsRead)),
    ("/console/users", "Users", Some(Scope::UsersRead)),
    ("/console/roles", "Roles", Some(Scope::UsersRead)),
    ("/console/audit", "Audit log", Some(Scope::AuditRead)),
];

impl Frame {
    /// The frame of a page that somebody visits.
    pub fn of(visit: &Visit, title: &str) -> Self {
        let signed_in = visit.who.as_ref().filter(|_| visit.is_full());
        let mut frame = Self::around(signed_in, title, visit.entry.path);
        frame.leave = signed_in.map(|_| visit.seal("/console/sign-out"));
        frame.said = said::sentence(visit.query.get("said"));
        frame.wrong = visit.wrong_at_all();
        frame.is_refused = visit.refused.is_some();
        frame
    }

    /// The frame of a page around which there is no visit.
    pub fn around(who: Option<&Who>, title: &str, path: &str) -> Self {
        let (mut ways, mut more) = (open(WAYS, who, path), open(RARELY, who, path));
        // A menu of one thing only hides it.
        if more.len() == 1 {
            ways.append(&mut more);
        }
        Self {
            title: title.to_owned(),
            style: assets::style(),
            sheets: Vec::new(),
            scripts: Vec::new(),
            icon: assets::icon(),
            person: who.map(|who| Person {
                name: who.user.name.clone(),
                role: who.user.role.title(),
                agency: who.agency_name.clone(),
            }),
            ways,
            more,
            leave: None,
            said: None,
            wrong: None,
            is_refused: false,
        }
    }

    /// What the page is called in the menu, if it is there or below.
    pub fn in_menu(&self) -> Option<&'static str> {
        self.more.iter().find(|way| way.here).map(|way| way.name)
    }

    /// With scripts that make the page handier.
    #[must_use]
    pub fn with(mut self, scripts: &[Script]) -> Self {
        self.scripts.extend(scripts.iter().map(|script| script.address()));
        self.sheets.extend(scripts.iter().filter_map(|script| script.sheet()));
        self
    }
}

/// The ways of those that somebody may go.
fn open(all: &[(&'static str, &'static str, Option<Scope>)], who: Option<&Who>, path: &str) -> Vec<Way> {
    let may = |scope: &Option<Scope>| scope.is_none_or(|scope| who.is_some_and(|who| who.may(scope)));
    let below = |way: &str| path.starts_with(if way == "/console" { "/console/today/" } else { way });
    let way = |&(to, name, _): &(&'static str, &'static str, _)| Way { path: to, name, here: path == to || below(to) };
    all.iter().filter(|(.., scope)| who.is_some() && may(scope)).map(way).collect()
}
