//! An agency with officers, their phones, and a detail that was awarded to the first of them, with the others as backups in turn.

use std::collections::BTreeMap;

use detailbook_core::ids::{AssignmentId, DetailId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::wire::{CommandOutcome, Decision, Entry, SyncRequest, Wish, decode};
use detailbook_server::jobs;
use minicbor::Decode;
use serde_json::{Value, json};

use crate::staff::phone::Phone;
use crate::staff::world::{Desk, HOUR, World, detail};

/// One agency's people, and what they hold.
pub(crate) struct Crew<'a> {
    pub(crate) desk: Desk<'a>,
    pub(crate) officers: Vec<String>,
    pub(crate) phones: Vec<Phone<'a>>,
    pub(crate) detail: String,
    pub(crate) site: String,
    /// Contacts of staff: the coordinator and the supervisor on duty.
    pub(crate) staff: [String; 2],
}

impl<'a> Crew<'a> {
    /// So many officers by seniority; the detail begins so many hours after noon, its window closes an hour after noon, and all of
    /// them applied. It is an hour after noon, and awarded.
    pub(crate) fn awarded(world: &'a World, officers: usize, begins: i64) -> Self {
        let crew = Self::awarded_unseen(world, officers, begins);
        let (holder, assignment) = crew.holder();
        crew.accepted(holder, &Wish::Acknowledge { assignment });
        crew
    }

    /// The same before the first of them has said that they saw it.
    pub(crate) fn awarded_unseen(world: &'a World, officers: usize, begins: i64) -> Self {
        let crew = Self::idle(world, officers, begins);
        for phone in &crew.phones {
            let wish = Wish::Apply { detail: crew.detail_id(), position: None, read: None };
            assert_eq!(phone.wish(&wish).decision, Decision::Accepted);
        }
        crew.pass(HOUR);
        crew
    }

    /// The same before anybody applied.
    pub(crate) fn idle(world: &'a World, officers: usize, begins: i64) -> Self {
        let desk = world.agency(1);
        let site = desk.site();
        let officers: Vec<_> = (1..=officers).map(|n| desk.officer(&format!("Officer {n}"))).collect();
        for (place, officer) in (1..).zip(&officers) {
            let body = json!({ "service": { "seniority": place }, "groups": [] });
            desk.run("PUT", &format!("/v1/staff/officers/{officer}/service"), &body);
        }
        let phones = officers.iter().map(|officer| Phone::enrol(&desk, officer)).collect();
        let posting = crate::staff::postings::draft("seniority", &["seniority"], 1);
        let detail = desk.make("/v1/staff/details", &json!({ "record": detail(&site, begins, 1), "posting": posting }));
        let contact = |role: &str| desk.make("/v1/staff/contacts", &json!({ "record": { "roles": [role] } }));
        let staff = [contact("coordinator"), contact("supervisor")];
        Self { desk, officers, phones, detail, site, staff }
    }

    /// The same people before another server over the same store.
    pub(crate) fn moved(self, world: &World) -> Crew<'_> {
        let Self { desk, officers, phones, detail, site, staff } = self;
        let desk = Desk { world, agency: desk.agency, secret: desk.secret };
        let phones = phones.into_iter().map(|phone| phone.moved(world)).collect();
        Crew { desk, officers, phones, detail, site, staff }
    }

    pub(crate) fn detail_id(&self) -> DetailId {
        self.detail.parse().unwrap()
    }

    /// Lets time pass, and the server do what is due.
    pub(crate) fn pass(&self, millis: i64) {
        self.desk.world.wait(millis);
        self.work();
    }

    /// The server does what is due.
    pub(crate) fn work(&self) {
        let ran = jobs::run_due(&self.desk.world.app, self.desk.world.app.now()).unwrap();
        assert_eq!((ran.failed, ran.parked), (0, 0), "{:?}", self.desk.items("/v1/staff/jobs"));
    }

    /// Who has the detail: officers by their number from 0, and their assignments.
    pub(crate) fn holders(&self) -> Vec<(usize, AssignmentId)> {
        let all = self.desk.items(&format!("/v1/staff/details/{}/assignments", self.detail));
        let active = all.iter().filter(|it| it["record"]["state"] == "active");
        active.map(|it| (self.number(&it["record"]["officer"]), it["id"].as_str().unwrap().parse().unwrap())).collect()
    }

    /// The one who has it.
    pub(crate) fn holder(&self) -> (usize, AssignmentId) {
        let holders = self.holders();
        assert_eq!(holders.len(), 1, "{holders:?}");
        holders[0]
    }

    fn number(&self, officer: &Value) -> usize {
        self.officers.iter().position(|it| officer == it).unwrap()
    }

    /// Sends a wish that must be carried out. Gives what the officer is told.
    pub(crate) fn accepted(&self, officer: usize, wish: &Wish) -> String {
        let outcome = self.phones[officer].wish(wish);
        assert_eq!(outcome.decision, Decision::Accepted, "{}", outcome.reason);
        outcome.reason
    }

    /// Sends a wish that must not be carried out. Gives why.
    pub(crate) fn refused(&self, officer: usize, wish: &Wish) -> String {
        let outcome: CommandOutcome = self.phones[officer].wish(wish);
        assert_eq!(outcome.decision, Decision::Refused, "{}", outcome.reason);
        outcome.reason
    }

    pub(crate) fn call_off(&self, officer: usize, assignment: AssignmentId) -> String {
        self.accepted(officer, &Wish::CallOff { assignment, reason: "My child is ill.".to_owned() })
    }

    pub(crate) fn come(&self, officer: usize, assignment: AssignmentId) -> String {
        self.accepted(officer, &Wish::Relieve { assignment, comes: true })
    }

    /// The rules of the agency from now on.
    pub(crate) fn settle(&self, rules: &Value) {
        self.desk.run("PUT", "/v1/staff/staffing_rules", rules);
    }

    /// The same, of one moment in no order.
    pub(crate) fn told_of(&self, party: &str) -> Vec<String> {
        let mut told = self.told(party);
        told.sort_unstable();
        told
    }

    /// What somebody was told, in order, but for the offer and the award: kinds of event.
    pub(crate) fn told(&self, party: &str) -> Vec<String> {
        let all = self.desk.items("/v1/staff/notices?limit=1000");
        // The window that the crew was awarded by left a place empty, of which the coordinator heard.
        let short = |it: &&Value| it["text"].as_str().is_some_and(|text| text.contains("went to nobody"));
        let mine = all.iter().filter(|it| it["channel"] == "in_app" && it["party"]["id"] == party && !short(it));
        let events = mine.map(|it| it["event"].as_str().unwrap().to_owned());
        events.filter(|event| !matches!(event.as_str(), "detail_posted" | "awarded" | "not_selected")).collect()
    }

    /// What somebody was told in the app of events of a kind, in words.
    pub(crate) fn words(&self, party: &str, event: &str) -> Vec<String> {
        let all = self.desk.items("/v1/staff/notices?limit=1000");
        let mine =
            all.iter().filter(|it| it["channel"] == "in_app" && it["party"]["id"] == party && it["event"] == event);
        mine.map(|it| format!("{} | {}", it["title"].as_str().unwrap(), it["text"].as_str().unwrap())).collect()
    }

    /// Who hires.
    pub(crate) fn customer(&self) -> String {
        let site = self.desk.get(&format!("/v1/staff/sites/{}", self.site));
        site["record"]["customer"].as_str().unwrap().to_owned()
    }

    pub(crate) fn coordinator_told(&self) -> Vec<String> {
        self.told(&self.staff[0])
    }

    /// What stands in an officer's ledger: kinds and charged minutes, in the order of time, and of one moment by kind.
    pub(crate) fn ledger(&self, officer: usize) -> Vec<(String, i64)> {
        let body = self.desk.get(&format!("/v1/staff/officers/{}/ledger", self.officers[officer]));
        let entry = |it: &Value| {
            let (what, charged) = (&it["what"], it["charged"].as_i64().unwrap());
            (what["at"].as_i64().unwrap(), what["kind"].as_str().unwrap().to_owned(), charged)
        };
        let mut entries: Vec<_> = body["entries"].as_array().unwrap().iter().map(entry).collect();
        entries.sort_unstable();
        entries.into_iter().map(|(_, kind, charged)| (kind, charged)).collect()
    }
}

/// The records of a kind that are on a phone which begins anew, by id.
pub(crate) fn records<R: for<'b> Decode<'b, ()>>(phone: &Phone<'_>, wanted: RecordKind) -> BTreeMap<RecordId, R> {
    let mut found = BTreeMap::new();
    for entry in phone.sync(SyncRequest::default()).entries.unwrap_or_default() {
        match entry {
            Entry::Record { kind, id, body, .. } if kind == wanted => {
                found.insert(id, decode(&body).unwrap());
            }
            Entry::ForgetRecord { kind, id } if kind == wanted => {
                found.remove(&id);
            }
            _ => {}
        }
    }
    found
}
