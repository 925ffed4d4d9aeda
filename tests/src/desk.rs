//! The coordinators of one agency: what they do, through the same functions that the staff API calls.

use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, DeviceId, DocumentId, OfficerId, PositionId, SiteId};
use detailbook_core::records::{AssignmentOrigin, Interval, Placement};
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_server::audit::By;
use detailbook_server::messages::{self, MessageDraft};
use detailbook_server::problem::Problem;
use detailbook_server::roster::{self, AgencyDraft, CustomerDraft, OfficerDraft, SiteDraft};
use detailbook_server::rulings::{self, RulingDraft};
use detailbook_server::scheduling::details::{self, DetailDraft, PositionDraft};
use detailbook_server::scheduling::{self, Award};
use detailbook_server::store::Sql;

use crate::server::Machine;

/// What became of something that a coordinator did: nothing where the server was down or died.
pub type Done<T> = Option<Result<T, Problem>>;

/// The coordinators of one agency.
pub struct Desk {
    /// The agency.
    pub agency: AgencyId,
    /// Its officers.
    pub officers: Vec<OfficerId>,
    /// Its site.
    pub site: SiteId,
}

const ACTOR: &str = "coordinator";

impl Desk {
    /// Sets up an agency with `officers` officers and a site.
    pub fn found(machine: &mut Machine, agency: AgencyId, officers: u64, now: UnixMillis) -> Self {
        let mut entropy = machine.app().expect("a running server").entropy.clone();
        let found = machine.staff(agency, move |sql| {
            let by = By { agency, now, actor: ACTOR };
            detailbook_server::store::agency::create(sql, agency, now)?;
            let zone = Zone::named("America/New_York").unwrap_or(Zone::UTC);
            roster::set_agency(sql, &by, None, &AgencyDraft { name: "Agency".into(), zone })?;
            let mut ids = Vec::new();
            for number in 0..officers {
                let number = format!("{}", 100 + number);
                let draft =
                    OfficerDraft { name: format!("Officer {number}"), employee_number: number, rank: "P".into() };
                ids.push(roster::create(sql, &by, None, &draft, &mut entropy)?);
            }
            let customer = CustomerDraft { name: "Customer".into(), number: String::new() };
            let customer = roster::create(sql, &by, None, &customer, &mut entropy)?;
            let site = roster::create(sql, &by, None, &site(customer), &mut entropy)?;
            Ok::<_, Problem>((ids, site))
        });
        let (officers, site) = found.expect("the server runs").expect("an agency can be founded");
        Self { agency, officers, site }
    }

    fn act<T: Send + 'static>(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        act: impl FnOnce(&mut dyn Sql, &By<'_>, &mut dyn detailbook_core::entropy::Entropy) -> Result<T, Problem>
        + Send
        + 'static,
    ) -> Done<T> {
        let agency = self.agency;
        let mut entropy = machine.app()?.entropy.clone();
        machine.staff(agency, move |sql| act(sql, &By { agency, now, actor: ACTOR }, &mut entropy))
    }

    /// Posts a detail of so many positions.
    pub fn post(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        starts: UnixMillis,
        length: Millis,
        positions: u64,
    ) -> Done<DetailId> {
        let position = |number| PositionDraft { id: None, name: format!("Traffic {number}"), rank: None };
        let draft = DetailDraft {
            site: self.site,
            title: "Road work".into(),
            job_type: "C".into(),
            starts,
            ends: starts + length,
            zone: Zone::UTC,
            positions: (1..=positions).map(position).collect(),
            post_orders: "Keep one lane open.".into(),
            reference: String::new(),
        };
        self.act(machine, now, move |sql, by, entropy| details::post(sql, by, None, &draft, entropy))
    }

    /// Calls a detail off.
    pub fn cancel(&self, machine: &mut Machine, now: UnixMillis, detail: DetailId) -> Done<()> {
        self.act(machine, now, move |sql, by, _| {
            let stored = detailbook_server::filing::get::<detailbook_core::records::Detail>(sql, by.agency, detail)?;
            details::cancel(sql, by, detail, stored.version, "Rained off.")
        })
    }

    /// Gives a position to an officer.
    pub fn award(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        detail: DetailId,
        officer: OfficerId,
        position: Option<PositionId>,
        origin: AssignmentOrigin,
    ) -> Done<AssignmentId> {
        let award =
            Award { id: None, detail, officer, position, origin, reason: "Next in turn.".into(), overlap: None };
        self.act(machine, now, move |sql, by, entropy| scheduling::award(sql, by, &award, entropy))
    }

    /// Takes a position back.
    pub fn release(&self, machine: &mut Machine, now: UnixMillis, assignment: AssignmentId) -> Done<()> {
        self.act(machine, now, move |sql, by, _| scheduling::release(sql, by, assignment, "Needed elsewhere."))
    }

    /// Links a log begun without an assignment.
    pub fn link(&self, machine: &mut Machine, now: UnixMillis, assignment: AssignmentId, log: DocumentId) -> Done<()> {
        self.act(machine, now, move |sql, by, _| {
            scheduling::link_log(sql, by, assignment, log, "Began before the award.")
        })
    }

    /// Rules on an assignment, over the ruling in force where there is one.
    pub fn rule(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        assignment: AssignmentId,
        accepted: Vec<Interval>,
    ) -> Done<detailbook_core::ids::RulingId> {
        self.act(machine, now, move |sql, by, entropy| {
            let supersedes = detailbook_server::store::rulings::in_force(sql, by.agency, assignment)?;
            let (reason, ruled_by) = ("As logged.".into(), "coordinator".into());
            let draft = RulingDraft { id: None, accepted, exceptions: vec![], reason, ruled_by, supersedes };
            rulings::rule(sql, by, assignment, &draft, entropy)
        })
    }

    /// Writes to an officer, or to all.
    pub fn write(&self, machine: &mut Machine, now: UnixMillis, officer: Option<OfficerId>) -> Done<()> {
        let draft = MessageDraft { id: None, officer, text: "Call the desk.".into() };
        self.act(machine, now, move |sql, by, entropy| messages::from_agency(sql, by, &draft, entropy).map(drop))
    }

    /// Ends a phone's enrolment.
    pub fn revoke(&self, machine: &mut Machine, now: UnixMillis, device: DeviceId) -> Done<bool> {
        self.act(machine, now, move |sql, by, _| {
            Ok(detailbook_server::store::devices::revoke(sql, by.agency, device, by.now)?)
        })
    }
}

fn site(customer: detailbook_core::ids::CustomerId) -> SiteDraft {
    let center = Point { latitude_e7: 423_600_000, longitude_e7: -710_500_000 };
    SiteDraft {
        customer,
        name: "Gate".into(),
        address: "1 Main Street".into(),
        fence: Fence::Circle { center, radius_m: 150 },
        placement: Placement::Surveyed,
    }
}
