//! The agency of a story: a real server over real HTTP on a clock of the story's, and its office.

mod staffing;

use std::sync::Arc;

use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AssignmentId, DetailId, DocumentId, OfficerId, SiteId};
use detailbook_core::records::{AssignmentOrigin, Placement};
use detailbook_core::time::{Interval, Millis, UnixMillis, Zone};
use detailbook_server::demo::clock::DemoClock;
use detailbook_server::demo::office::Office;
use detailbook_server::demo::server::{RunningServer, Setting};
use detailbook_server::demo::tariffs;
use detailbook_server::roster::{CustomerDraft, OfficerDraft, SiteDraft};
use detailbook_server::routes::staff::assignments::Assign;
use detailbook_server::rulings::RulingDraft;
use detailbook_server::scheduling::details::{DetailDraft, PositionDraft};
use tempfile::TempDir;

use crate::relay::Relay;

/// When every story begins.
pub const BEGINS: i64 = 1_763_000_000_000;
/// The middle of the site.
pub const GATE: Point = Point { latitude_e7: 429_411_200, longitude_e7: -707_106_400 };

/// The agency: its server, its office, and the network to it.
pub struct Agency {
    server: Option<RunningServer>,
    /// The coordinator, over HTTP.
    pub office: Office,
    /// What phones reach it by.
    pub relay: Relay,
    /// The time of the server and of all phones.
    pub clock: DemoClock,
    _folder: TempDir,
}

impl Agency {
    /// An agency without anybody.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = RunningServer::start(&Setting {
            folder: folder.path().join("server"),
            database: None,
            listen: ([127, 0, 0, 1], 0).into(),
            agency: "Harbor Police".into(),
            zone: zone(),
            tariff: Arc::new(tariffs::read(tariffs::TOWN).expect("a tariff")),
            mail: None,
            begins: UnixMillis::new(BEGINS),
            host: None,
        })
        .expect("a server");
        let (relay, clock) = (Relay::to(&server.address), server.clock.clone());
        let office = server.office().expect("an office");
        Self { server: Some(server), office, relay, clock, _folder: folder }
    }

    /// Enters an officer.
    pub fn officer(&self, number: &str) -> OfficerId {
        let (name, employee_number, rank) = (format!("Officer {number}"), number.to_owned(), "patrol".to_owned());
        self.office.add_officer(OfficerDraft { name, employee_number, rank }).expect("an officer")
    }

    /// The text of a QR code that leads through this agency's network.
    pub fn invitation(&self, officer: OfficerId) -> String {
        let address = &self.server.as_ref().expect("it runs").address;
        self.office.invite(officer).expect("an invitation").replace(address, &self.relay.address)
    }

    /// A detail for one officer at the gate, from an hour after the story's beginning, for four hours.
    pub fn detail(&self) -> DetailId {
        let start = UnixMillis::new(BEGINS) + Millis::from_hours(1);
        self.detail_at("Concert", Interval { start, end: start + Millis::from_hours(4) })
    }

    /// A detail for one officer at the gate.
    pub fn detail_at(&self, title: &str, hours: Interval) -> DetailId {
        let draft = DetailDraft {
            site: self.site(),
            title: title.into(),
            job_type: "event".into(),
            starts: hours.start,
            ends: hours.end,
            zone: zone(),
            positions: vec![PositionDraft { id: None, name: "Gate".into(), rank: None }],
            post_orders: "Check bags.".into(),
            reference: String::new(),
        };
        self.office.post_detail(draft).expect("a detail")
    }

    /// A customer's site about the gate.
    fn site(&self) -> SiteId {
        let customer = CustomerDraft { name: "Lantern Hall".into(), number: "C-1".into() };
        let customer = self.office.add_customer(customer).expect("a customer");
        let fence = Fence::Circle { center: GATE, radius_m: 150 };
        let (name, address, placement) = ("Lantern Hall".into(), "3 Quay Road".into(), Placement::Surveyed);
        let site = SiteDraft { customer, name, address, fence, placement };
        self.office.add_site(site).expect("a site")
    }

    /// Gives the place to an officer who applied for it.
    pub fn award(&self, detail: DetailId, officer: OfficerId) -> AssignmentId {
        self.assign(detail, officer, AssignmentOrigin::Applied)
    }

    /// Gives the place to an officer who did not ask.
    pub fn order(&self, detail: DetailId, officer: OfficerId) -> AssignmentId {
        self.assign(detail, officer, AssignmentOrigin::Ordered)
    }

    fn assign(&self, detail: DetailId, officer: OfficerId, origin: AssignmentOrigin) -> AssignmentId {
        let reason = "Fewest hours.".to_owned();
        let assign = Assign { id: None, officer, position: None, origin, reason, overlap: None, overriding: None };
        self.office.assign(detail, &assign).expect("an assignment")
    }

    /// Puts a shift log that was begun without an assignment to one.
    pub fn link(&self, assignment: AssignmentId, log: DocumentId) {
        self.office.link(assignment, log, "Worked it.").expect("a link");
    }

    /// Ends the enrolment of every phone of the officer's.
    pub fn revoke_phones(&self, officer: OfficerId) {
        let phones = self.office.devices().expect("phones");
        for phone in phones.into_iter().filter(|phone| phone.officer == officer) {
            self.office.revoke(phone.id, "Lost.").expect("a revocation");
        }
    }

    /// Rules that this stretch is paid.
    pub fn rule(&self, assignment: AssignmentId, accepted: Interval) {
        let (reason, ruled_by) = ("As worked.".into(), "Coordinator".into());
        let ruling = RulingDraft {
            id: None,
            accepted: vec![accepted],
            exceptions: vec![],
            reason,
            ruled_by,
            supersedes: None,
            overriding: None,
        };
        self.office.rule(assignment, &ruling).expect("a ruling");
    }
}

impl Drop for Agency {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let _ = server.stop();
        }
    }
}

/// The agency's time zone.
pub fn zone() -> Zone {
    Zone::named("America/New_York").expect("a zone")
}
