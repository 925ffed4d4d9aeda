//! The coordinators of one agency: what they do, through the same functions that the staff API calls.

use detailbook_core::award::{Contract, EntryKind, Happening};
use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{
    AgencyId, AssignmentId, DetailId, DeviceId, DocumentId, OfficerId, PositionId, RecordId, RequestId, SiteId, TradeId,
};
use detailbook_core::pricing::Tariff;
use detailbook_core::records::{AssignmentOrigin, Detail, Interval, Placement, Position};
use detailbook_core::staffing::{Request, StaffingRules};
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_server::audit::By;
use detailbook_server::demo::tariffs;
use detailbook_server::messages::{self, MessageDraft};
use detailbook_server::personnel::{self, Batch, Kind};
use detailbook_server::policy::{check, sets};
use detailbook_server::problem::Problem;
use detailbook_server::roster::{self, AgencyDraft, CustomerDraft, OfficerDraft, SiteDraft};
use detailbook_server::rulings::{self, RulingDraft};
use detailbook_server::scheduling::details::{self, DetailDraft, DetailEdit, PositionDraft};
use detailbook_server::scheduling::posting::{self, PostingDraft};
use detailbook_server::scheduling::requests::{self, PostingPlan, RequestDraft};
use detailbook_server::scheduling::roster as roster_of_awards;
use detailbook_server::scheduling::{self, Award, call_off, ledger, trade, watch};
use detailbook_server::store::service::Service;
use detailbook_server::store::{Sql, ledger as ledger_table, staffing_rules};

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

/// The agency's tariff, for estimates.
fn tariff() -> Tariff {
    tariffs::read(tariffs::TOWN).expect("the tariff that comes with the program is one")
}

/// What a customer's officers count as where a seat asks for no rank.
const RANK: &str = "officer";

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

    /// Posts a detail as it is written.
    pub fn post_draft(&self, machine: &mut Machine, now: UnixMillis, draft: DetailDraft) -> Done<DetailId> {
        self.act(machine, now, move |sql, by, entropy| details::post(sql, by, None, &draft, entropy))
    }

    /// Puts a detail on offer with a window.
    pub fn offer(&self, machine: &mut Machine, now: UnixMillis, detail: DetailId, draft: PostingDraft) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| posting::post(sql, by, detail, &draft, entropy))
    }

    /// Moves a detail's times.
    pub fn move_detail(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        detail: DetailId,
        by_this: Millis,
        overlap: Option<String>,
    ) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| {
            let stored = detailbook_server::filing::get::<Detail>(sql, by.agency, detail)?;
            let (starts, ends) = (stored.record.starts + by_this, stored.record.ends + by_this);
            let record = DetailDraft { starts, ends, ..draft_of(&stored.record) };
            details::edit(sql, by, detail, &DetailEdit { version: stored.version, record, overlap }, entropy)
        })
    }

    /// Gives a detail another position.
    pub fn widen(&self, machine: &mut Machine, now: UnixMillis, detail: DetailId) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| {
            let stored = detailbook_server::filing::get::<Detail>(sql, by.agency, detail)?;
            let mut record = draft_of(&stored.record);
            record.positions.push(PositionDraft { id: None, name: "One more".into(), rank: None });
            details::edit(sql, by, detail, &DetailEdit { version: stored.version, record, overlap: None }, entropy)
        })
    }

    /// Takes away the positions of a detail that nobody holds, but for the first.
    pub fn narrow(&self, machine: &mut Machine, now: UnixMillis, detail: DetailId) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| {
            let stored = detailbook_server::filing::get::<Detail>(sql, by.agency, detail)?;
            let mut record = draft_of(&stored.record);
            let held = |id| stored.record.positions.iter().any(|one| Some(one.id) == id && one.filled);
            let mut number = 0;
            record.positions.retain(|one| {
                number += 1;
                number == 1 || held(one.id)
            });
            details::edit(sql, by, detail, &DetailEdit { version: stored.version, record, overlap: None }, entropy)
        })
    }

    /// Enters a customer's request and brings it to where it may be posted.
    pub fn take_request(&self, machine: &mut Machine, now: UnixMillis, draft: RequestDraft) -> Done<RequestId> {
        self.act(machine, now, move |sql, by, entropy| {
            let id = requests::ask(sql, by, None, &draft, entropy)?;
            requests::estimate(sql, by, id, Some(&tariff()), RANK)?;
            let stored = detailbook_server::filing::get::<Request>(sql, by.agency, id)?.record;
            let total = stored.estimate.and_then(|estimate| estimate.total);
            requests::accept(sql, by, id, total.unwrap_or_default(), "The customer")?;
            Ok(id)
        })
    }

    /// Makes details of a request and puts them on offer.
    pub fn post_request(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        request: RequestId,
        plan: PostingPlan,
    ) -> Done<Vec<DetailId>> {
        self.act(machine, now, move |sql, by, entropy| requests::post(sql, by, request, Some(&plan), None, entropy))
    }

    /// Says to a call-off that waits for a coordinator: the officer may go, excused or not, or may not.
    pub fn answer_call_off(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        id: AssignmentId,
        excused: Option<bool>,
    ) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| match excused {
            Some(excused) => call_off::grant(sql, by, id, "Get well.", excused, "", entropy),
            None => call_off::refuse(sql, by, id, "Nobody else is left."),
        })
    }

    /// Agrees to a trade that was taken, or does not.
    pub fn answer_trade(&self, machine: &mut Machine, now: UnixMillis, id: TradeId, agrees: bool) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| {
            if agrees { trade::agree(sql, by, id, entropy) } else { trade::refuse(sql, by, id, "Not this time.") }
        })
    }

    /// Settles how call-offs are answered and relief is found.
    pub fn settle_relief(&self, machine: &mut Machine, now: UnixMillis, rules: StaffingRules) -> Done<()> {
        self.act(machine, now, move |sql, by, _| {
            rules.check().map_err(|(field, why)| Problem::invalid(field, why))?;
            Ok(staffing_rules::put(sql, by.agency, by.now, &rules)?)
        })
    }

    /// Puts a contract in force.
    pub fn set_contract(&self, machine: &mut Machine, now: UnixMillis, contract: Contract) -> Done<()> {
        self.act(machine, now, move |sql, by, _| Ok(ledger_table::set_contract(sql, by.agency, by.now, &contract)?))
    }

    /// Puts rules in force.
    pub fn set_rules(&self, machine: &mut Machine, now: UnixMillis, text: &'static str) -> Done<()> {
        let set = check::check(text).expect("the rules can be meant");
        self.act(machine, now, move |sql, by, _| sets::set(sql, by, &set))
    }

    /// Reads in that an officer has a status, from now until then.
    pub fn import_status(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        officer: OfficerId,
        status: &'static str,
        until: UnixMillis,
    ) -> Done<()> {
        let number = 100 + self.officers.iter().position(|one| *one == officer).unwrap_or_default();
        let clock = |at: UnixMillis| at.to_utc().format("%Y-%m-%dT%H:%M+00:00").to_string();
        let csv = format!("employee_number,code,from,until\n{number},{status},{},{}\n", clock(now), clock(until));
        self.act(machine, now, move |sql, by, _| {
            personnel::import(sql, by, &Batch::of_csv(Kind::Statuses, None, csv)).map(drop)
        })
    }

    /// A person says that an officer did not come, or that it is no no-show.
    pub fn rule_on_no_show(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        id: AssignmentId,
        confirms: bool,
        excused: bool,
    ) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| {
            if confirms {
                watch::confirm(sql, by, id, excused, "Nobody came.", entropy)
            } else {
                watch::deny(sql, by, id, "Was there.")
            }
        })
    }

    /// Writes an officer's service and groups.
    pub fn set_service(
        &self,
        machine: &mut Machine,
        now: UnixMillis,
        officer: OfficerId,
        service: Service,
        groups: Vec<String>,
    ) -> Done<()> {
        self.act(machine, now, move |sql, by, _| roster_of_awards::set_service(sql, by, officer, service, &groups))
    }

    /// Sets an officer's charge right.
    pub fn adjust(&self, machine: &mut Machine, now: UnixMillis, officer: OfficerId, minutes: i64) -> Done<()> {
        self.act(machine, now, move |sql, by, entropy| {
            let what = Happening::new(RecordId::new(by.now, entropy), officer, by.now, EntryKind::Adjustment);
            let what = Happening { adjusts: minutes, note: "Set right.".into(), ..what };
            ledger::enter(sql, by, what)?;
            Ok(())
        })
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
        let reason = "Next in turn.".to_owned();
        self.give(machine, now, Award { id: None, detail, officer, position, origin, reason, overlap: None })
    }

    /// Gives a position to an officer, as a coordinator fills it in.
    pub fn give(&self, machine: &mut Machine, now: UnixMillis, award: Award) -> Done<AssignmentId> {
        self.act(machine, now, move |sql, by, entropy| scheduling::award(sql, by, &award, entropy))
    }

    /// Takes a position back.
    pub fn release(&self, machine: &mut Machine, now: UnixMillis, assignment: AssignmentId) -> Done<()> {
        self.act(machine, now, move |sql, by, _| scheduling::release(sql, by, assignment, "Needed elsewhere.", None))
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
            let (exceptions, overriding) = (vec![], None);
            let draft = RulingDraft { id: None, accepted, exceptions, reason, ruled_by, supersedes, overriding };
            rulings::rule(sql, by, assignment, &draft, None, entropy)
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

fn draft_of(detail: &Detail) -> DetailDraft {
    let position = |one: &Position| PositionDraft { id: Some(one.id), name: one.name.clone(), rank: one.rank.clone() };
    DetailDraft {
        site: detail.site,
        title: detail.title.clone(),
        job_type: detail.job_type.clone(),
        starts: detail.starts,
        ends: detail.ends,
        zone: detail.zone,
        positions: detail.positions.iter().map(position).collect(),
        post_orders: detail.post_orders.clone(),
        reference: detail.reference.clone(),
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
