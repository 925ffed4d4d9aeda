//! Real records, worked: every step in the order of their own time.
//!
//! For each record the coordinator posts a detail and gives it to the officer, the officer's phone learns of it while it has
//! a signal, punches in and out without one at the recorded times, and syncs hours later; then the coordinator rules on the
//! facts that the server has, and the ruled time is priced.

use detailbook_core::ids::{AssignmentId, DetailId, OfficerId, SiteId};
use detailbook_core::pricing::Minutes;
use detailbook_core::records::{AssignmentOrigin, Placement};
use detailbook_core::shift::FactKind;
use detailbook_core::time::{Millis, UnixMillis};

use super::error::DemoError;
use super::import::{Import, PaidDetail, Reading};
use super::judge::{Case, Judge, Judged};
use super::office::Office;
use super::phones::Handset;
use super::plan::{Job, Plan};
use super::report::{Mismatch, Outcome, Paid, Report, UnratedRow};
use super::server::RunningServer;
use crate::roster::{CustomerDraft, OfficerDraft, SiteDraft};
use crate::routes::staff::assignments::Assign;
use crate::scheduling::details::{DetailDraft, PositionDraft};

/// A punch to be falsified before it is made, so that a test can see the price follow the facts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alteration {
    /// The record's `Tracking_No`.
    pub tracking: String,
    /// Which punch.
    pub kind: FactKind,
    /// How much later it is made (earlier where negative).
    pub later: Millis,
}

/// What happens to a job, in this order where several happen at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Step {
    /// The officer leaves.
    Out,
    /// The phone has a signal after the shift.
    Sync,
    /// The coordinator rules.
    Rule,
    /// The coordinator posts the detail.
    Post,
    /// The coordinator gives it to the officer.
    Assign,
    /// The phone has a signal before the shift.
    Learn,
    /// The officer begins.
    In,
}

/// When the agency opens its book: so long before the first job.
pub const BEFORE_FIRST: Millis = Millis::from_hours(7 * 24);

/// When each step happens.
fn timetable(job: &Job) -> [(UnixMillis, Step); 7] {
    let (start, end) = (job.record.shift.start, job.record.shift.end);
    [
        (start - Millis::from_hours(72), Step::Post),
        (start - Millis::from_hours(48), Step::Assign),
        (start - Millis::from_hours(10), Step::Learn),
        (start, Step::In),
        (end, Step::Out),
        (end + Millis::from_hours(3), Step::Sync),
        (end + Millis::from_hours(24), Step::Rule),
    ]
}

/// What the server called a job.
#[derive(Clone, Copy)]
struct Names {
    detail: DetailId,
    assignment: AssignmentId,
}

impl Names {
    const NONE: Self = Self { detail: DetailId::NIL, assignment: AssignmentId::NIL };
}

/// A run over records.
pub struct Work<'a> {
    server: &'a RunningServer,
    office: Office,
    plan: Plan,
    alteration: Option<Alteration>,
    officers: Vec<OfficerId>,
    handsets: Vec<Handset>,
    sites: Vec<SiteId>,
    names: Vec<Names>,
    report: Report,
}

impl<'a> Work<'a> {
    /// A run over what was imported and planned, on a server whose clock stands before the first job.
    pub fn new(server: &'a RunningServer, import: &Import, plan: Plan) -> Result<Self, DemoError> {
        Ok(Self {
            server,
            office: server.office()?,
            alteration: None,
            officers: Vec::new(),
            handsets: Vec::new(),
            sites: Vec::new(),
            names: vec![Names::NONE; plan.jobs.len()],
            plan,
            report: Self::nothing(import),
        })
    }

    /// The report of an import of which nothing was worked yet.
    pub fn nothing(import: &Import) -> Report {
        Report {
            records: import.records,
            imported: import.details.len(),
            rejected: import.rejected.clone(),
            ..Report::default()
        }
    }

    /// Falsifies one punch.
    #[must_use]
    pub fn alter(self, alteration: Option<Alteration>) -> Self {
        Self { alteration, ..self }
    }

    /// Does everything, in order. `told` hears of each job that was judged.
    pub fn run(
        mut self,
        told: &mut dyn FnMut(&Job, &Judged, &Outcome) -> Result<(), DemoError>,
    ) -> Result<Report, DemoError> {
        self.enter_customers()?;
        self.enrol_officers()?;
        for (at, step, place) in self.steps() {
            self.server.clock.set(at);
            self.take(step, place, at, told)?;
        }
        self.report.phones = self.handsets.len();
        self.report.syncs = self.handsets.iter().map(Handset::syncs).sum();
        self.report.facts_written = self.handsets.iter().map(Handset::facts).sum();
        Ok(self.report)
    }

    fn steps(&self) -> Vec<(UnixMillis, Step, usize)> {
        let jobs = self.plan.jobs.iter().enumerate();
        let mut steps: Vec<_> =
            jobs.flat_map(|(place, job)| timetable(job).map(|(at, step)| (at, step, place))).collect();
        steps.sort_unstable();
        steps
    }

    fn take(
        &mut self,
        step: Step,
        place: usize,
        at: UnixMillis,
        told: &mut dyn FnMut(&Job, &Judged, &Outcome) -> Result<(), DemoError>,
    ) -> Result<(), DemoError> {
        match step {
            Step::Post => self.names[place].detail = self.post(&self.plan.jobs[place])?,
            Step::Assign => self.names[place].assignment = self.assign(place)?,
            Step::Learn | Step::Sync => drop(self.handset(place).sync()?),
            Step::In => self.punch(place, FactKind::In)?,
            Step::Out => self.punch(place, FactKind::Out)?,
            Step::Rule => {
                let (judged, outcome) = self.judge(place, at)?;
                told(&self.plan.jobs[place], &judged, &outcome)?;
                self.report.add(outcome);
            }
        }
        Ok(())
    }

    fn handset(&mut self, place: usize) -> &mut Handset {
        &mut self.handsets[self.plan.jobs[place].officer]
    }

    fn enter_customers(&mut self) -> Result<(), DemoError> {
        let mut customers = Vec::with_capacity(self.plan.customers.len());
        for customer in &self.plan.customers {
            let draft = CustomerDraft { name: customer.name(), number: customer.number.clone() };
            customers.push(self.office.add_customer(draft)?);
        }
        for site in &self.plan.sites {
            let draft = SiteDraft {
                customer: customers[site.customer],
                name: site.address.clone(),
                address: site.address.clone(),
                fence: site.fence.clone(),
                placement: Placement::Placeholder,
            };
            self.sites.push(self.office.add_site(draft)?);
        }
        Ok(())
    }

    fn enrol_officers(&mut self) -> Result<(), DemoError> {
        for officer in &self.plan.officers {
            let draft = OfficerDraft {
                name: format!("Officer {}", officer.employee),
                employee_number: officer.employee.clone(),
                rank: officer.rank.clone(),
            };
            let id = self.office.add_officer(draft)?;
            let handset = Handset::enrol(self.server, &officer.employee, &self.office.invite(id)?)?;
            self.officers.push(id);
            self.handsets.push(handset);
        }
        Ok(())
    }

    fn post(&self, job: &Job) -> Result<DetailId, DemoError> {
        let rank = Some(job.record.rank.clone()).filter(|rank| !rank.is_empty());
        self.office.post_detail(DetailDraft {
            site: self.sites[job.site],
            title: self.plan.title(job),
            job_type: job.record.job_type.clone(),
            starts: job.record.shift.start,
            ends: job.record.shift.end,
            zone: self.server.zone,
            positions: vec![PositionDraft { id: None, name: "Officer".to_owned(), rank }],
            post_orders: String::new(),
            reference: job.record.tracking.clone(),
        })
    }

    fn assign(&self, place: usize) -> Result<AssignmentId, DemoError> {
        let job = &self.plan.jobs[place];
        let assign = Assign {
            id: None,
            officer: self.officers[job.officer],
            position: None,
            origin: AssignmentOrigin::Ordered,
            reason: format!("Record {} has this officer here.", job.record.row),
            overlap: job.overlaps.then(|| "The records have the officer at both details.".to_owned()),
            overriding: None,
        };
        self.office.assign(self.names[place].detail, &assign)
    }

    /// The officer punches at the recorded time, unless this very punch is to be falsified.
    fn punch(&mut self, place: usize, kind: FactKind) -> Result<(), DemoError> {
        let (job, assignment) = (&self.plan.jobs[place], self.names[place].assignment);
        let falsified = self.alteration.iter().find(|it| it.tracking == job.record.tracking && it.kind == kind);
        let later = falsified.map_or(Millis(0), |it| it.later);
        let fence = self.plan.sites[job.site].fence.clone();
        self.server.clock.pass(later);
        self.handset(place).punch(kind, assignment, &fence)
    }

    fn judge(&mut self, place: usize, now: UnixMillis) -> Result<(Judged, Outcome), DemoError> {
        let judge = Judge { office: &self.office, zone: self.server.zone };
        let judged = judge.rule(&Case { assignment: self.names[place].assignment, fence: None, now })?;
        self.report.facts_on_server += judged.facts as u64;
        let outcome = compare(&self.plan.jobs[place].record, &judged);
        Ok((judged, outcome))
    }
}

/// Does the price come out as the record says?
fn compare(record: &PaidDetail, judged: &Judged) -> Outcome {
    let (row, line) = (record.row.clone(), record.line);
    let expected = Paid { hours: record.pay_time, cents: record.pay_amount };
    let priced = match &judged.price {
        Err(reason) => return Outcome::Unrated(UnratedRow { row, line, reason: reason.clone() }),
        Ok(priced) => priced,
    };
    let got = Paid { hours: priced.paid, cents: priced.amount };
    if got == expected {
        return Outcome::Matched;
    }
    Outcome::Mismatched(Mismatch { row, line, expected, got, reason: reading(record, priced.worked) })
}

/// On a night the clocks changed, a clerk who subtracts times of day counts another length than passed.
fn reading(record: &PaidDetail, priced: Minutes) -> Option<String> {
    (record.reading == Reading::ByTheWall).then(|| {
        let counted = record.worked;
        format!("Hours_Worked says {counted} by the clocks, which changed that night; {priced} passed and is priced")
    })
}
