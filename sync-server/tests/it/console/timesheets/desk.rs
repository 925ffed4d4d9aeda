//! An agency whose officers have worked, and somebody who rules on it.

use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{AssignmentId, DocumentId};
use detailbook_core::shift::{Content, FactKind};
use detailbook_core::time::UnixMillis;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::jobs;
use detailbook_server::store::timesheets::{self, State, TimesheetRow};
use detailbook_server::timesheets::SOON;

use super::super::browser::{Browser, Seen};
use super::super::staff::inside;
use crate::staff::phone::Phone;
use crate::staff::world::{Desk, HOUR, NOON, World};

/// Latitude of the site's middle, in 1e-7 degrees.
const SITE: i32 = 423_600_000;

/// An agency with a site and an officer who has a phone.
pub(super) struct Office<'a> {
    pub(super) world: &'a World,
    pub(super) desk: Desk<'a>,
    pub(super) site: String,
    pub(super) officer: String,
    pub(super) phone: Phone<'a>,
}

/// A fix so far north of the site's middle, in 1e-7 degrees.
pub(super) fn fix(north_e7: i32) -> Fix {
    Fix {
        latitude_e7: SITE + north_e7,
        longitude_e7: -710_500_000,
        accuracy_dm: Some(80),
        age_ms: 1_000,
        provider: Provider::Gps,
        mock: false,
    }
}

pub(super) fn at(hours: i64) -> UnixMillis {
    UnixMillis::new(NOON + hours * HOUR)
}

pub(super) fn words(text: &str) -> Content {
    Content { text: Some(text.to_owned()), ..Content::default() }
}

impl<'a> Office<'a> {
    pub(super) fn open(world: &'a World, number: u8) -> Self {
        let desk = world.agency(number);
        let (site, officer) = (desk.site(), desk.officer("Able Officer"));
        let phone = Phone::enrol(&desk, &officer);
        Self { world, desk, site, officer, phone }
    }

    /// A detail of four hours that begins so many hours after noon, which the officer holds.
    pub(super) fn held(&self, begins: i64) -> String {
        self.desk.order(&self.desk.detail(&self.site, begins, 1), &self.officer)
    }

    /// The same, worked as scheduled: in at the site, out so far from its middle.
    pub(super) fn worked(&self, begins: i64, out_north_e7: i32) -> String {
        let id = self.held(begins);
        self.punch(&id, begins, out_north_e7);
        id
    }

    pub(super) fn punch(&self, id: &str, begins: i64, out_north_e7: i32) {
        self.phone.say_surely(log(id), FactKind::In, at(begins), vec![fix(0)]);
        self.phone.say_surely(log(id), FactKind::Out, at(begins + 4), vec![fix(out_north_e7)]);
        self.look();
    }

    /// Does the work that waits.
    pub(super) fn look(&self) {
        jobs::run_due(&self.world.app, self.world.app.now() + SOON).unwrap();
    }

    pub(super) fn row(&self, id: &str) -> TimesheetRow {
        let (agency, id) = (self.desk.agency, id.parse::<AssignmentId>().unwrap());
        self.world.app.store.read(|sql| timesheets::get(sql, agency, id)).unwrap().unwrap()
    }

    pub(super) fn state(&self, id: &str) -> State {
        self.row(id).state
    }

    /// The rulings on an assignment, the one in force first.
    pub(super) fn rulings(&self, id: &str) -> Vec<serde_json::Value> {
        self.desk.items(&format!("/v1/staff/assignments/{id}/rulings"))
    }

    pub(super) fn coordinator(&self, login: &str) -> Browser<'a> {
        inside(self.world, self.desk.agency, login, StaffRole::Coordinator)
    }
}

pub(super) fn log(id: &str) -> DocumentId {
    id.parse().unwrap()
}

pub(super) fn page(id: &str) -> String {
    format!("/console/timesheets/{id}")
}

/// The hidden fields of the form of a page that goes to `action`.
pub(super) fn hidden(seen: &Seen, action: &str) -> Vec<(String, String)> {
    let form = seen.text.split("<form ").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
    let form = form.split("</form>").next().unwrap();
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1).map(|field| {
        let (name, rest) = field.split_once("\" value=\"").unwrap();
        (name.to_owned(), rest.split('"').next().unwrap().to_owned())
    });
    fields.filter(|(name, _)| ["ruling", "basis", "beside", "made"].contains(&name.as_str())).collect()
}

/// Sends a form of a timesheet as it was shown.
pub(super) fn send(browser: &mut Browser<'_>, shown: &Seen, id: &str, what: &str, fields: &[(&str, &str)]) -> Seen {
    let action = format!("{}/{what}", page(id));
    let kept = hidden(shown, &action);
    let all: Vec<_> =
        kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(fields.iter().copied()).collect();
    browser.post(&action, &shown.seal(&action), &all)
}
