//! An agency with a year behind it, lived day by day by the functions that a server would do it with: details posted and given a week
//! ahead, shifts worked by phones that sign what they say, rulings three days later, invoices every week, requests, and what falls due.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AssignmentId, CustomerId, DetailId, OfficerId, RequestId, SiteId};
use detailbook_core::pricing::Day;
use detailbook_core::records::{AssignmentOrigin, Interval, Placement};
use detailbook_core::shift::FactKind;
use detailbook_core::staffing::{DetailStep, Request, Seat};
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_server::app::Settings;
use detailbook_server::audit::By;
use detailbook_server::billing::{runs, tariffs, terms};
use detailbook_server::clock::SetClock;
use detailbook_server::filing;
use detailbook_server::jobs::run_due;
use detailbook_server::personnel::{self, Batch, Kind};
use detailbook_server::policy::{check, sets};
use detailbook_server::problem::Problem;
use detailbook_server::roster::{self, CustomerDraft, OfficerDraft, SiteDraft};
use detailbook_server::routes::staff::devices::invitation_for;
use detailbook_server::rulings::{self, RulingDraft};
use detailbook_server::scheduling::award::{Award, award};
use detailbook_server::scheduling::details::{self, DetailDraft, PositionDraft};
use detailbook_server::scheduling::requests::{self, RequestDraft};
use detailbook_server::store::{Sql, StoreConfig};

use super::super::draws::Draws;
use super::super::evidence::DOWNTOWN;
use super::super::invoicing::TARIFF;
use super::super::lean::LeanPhone;
use super::super::office::{Office, Shift};
use super::super::{Outcome, machine};

/// Days that are posted ahead.
const AHEAD: i64 = 7;
/// Days until a shift is ruled on.
const RULED_AFTER: i64 = 3;
/// How long a shift lasts.
const SHIFT: Millis = Millis::from_hours(4);
/// Places of a detail.
const PLACES: u32 = 2;
/// Customers, and sites of each.
const CUSTOMERS: u32 = 50;
const SITES_EACH: u32 = 4;
/// One officer in so many is a regular, and these work half of all shifts: a hundred a year each in the usual size.
const REGULARS: u32 = 50;
const DAY: Millis = Millis::from_hours(24);
/// What phones' keys and sessions last, so that one phone lives through it.
const LASTS: Millis = Millis::from_hours(24 * 800);

const RULES: &str = r#"
    name = "Bench rules"
    version = 1
    effective_from = "2000-01-01"
    zone = "America/New_York"
    week_starts = "sunday"
    ranks = ["PO"]
    [[rule]]
    id = "details-a-week"
    title = "At most 60 hours of details a week"
    severity = { apply = "block", award = "block", trade = "block", clock_in = "log" }
    [rule.hours]
    counts = ["detail"]
    window = "week"
    limit = "60:00"
"#;

/// How much there is of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Size {
    pub(super) officers: u32,
    pub(super) timesheets: u32,
    /// Days of its history, over which these are spread evenly.
    pub(super) days: u32,
}

/// An agency in the evening of its year.
pub(super) struct Year {
    pub(super) office: Office,
    pub(super) size: Size,
    pub(super) now: UnixMillis,
    pub(super) officers: Vec<OfficerId>,
    pub(super) customers: Vec<CustomerId>,
    pub(super) sites: Vec<SiteId>,
    pub(super) zone: Zone,
    /// A request that waits to be posted, where there is one.
    pub(super) request: Option<RequestId>,
    /// Shifts by the day from today on which they begin.
    days: BTreeMap<i64, Vec<Held>>,
    phones: BTreeMap<OfficerId, LeanPhone>,
    clock: Arc<SetClock>,
    given: u32,
}

/// A shift and whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) detail: DetailId,
    pub(super) officer: OfficerId,
    pub(super) shift: Shift,
    number: u32,
}

impl Held {
    /// One in twenty forgets to clock out, one in thirty-three has no phone along.
    fn is_forgetful(&self) -> bool {
        self.number % 20 == 3
    }

    fn is_silent(&self) -> bool {
        self.number % 33 == 7
    }

    /// Clocked in and out, and ruled on.
    pub(super) fn is_plain(&self) -> bool {
        !self.is_forgetful() && !self.is_silent() && !self.waits()
    }

    /// One in forty is still to be ruled on, however long ago it was.
    fn waits(&self) -> bool {
        self.number % 40 == 11
    }
}

impl Year {
    /// Lives through the year that ends now.
    pub(super) fn live(config: &StoreConfig, blobs: &Path, size: Size, seed: u64) -> Outcome<Self> {
        Self::live_seen(config, blobs, size, seed, |_, _| ())
    }

    /// The same, and each day is looked at before it begins, with its number from today.
    pub(super) fn live_seen(
        config: &StoreConfig,
        blobs: &Path,
        size: Size,
        seed: u64,
        mut before: impl FnMut(&Self, i64),
    ) -> Outcome<Self> {
        let now = machine::wall();
        let first = -(i64::from(size.days) + AHEAD);
        let clock = Arc::new(SetClock::new(now - Millis(DAY.0 * (1 - first))));
        let settings = Settings { session: LASTS, ..Settings::default() };
        let office = Office::found_by(config, blobs, settings, Arc::clone(&clock) as _, seed)?;
        let zone = Zone::named("America/New_York").ok_or("no such zone")?;
        let (officers, customers, sites) = (Vec::new(), Vec::new(), Vec::new());
        let (days, phones) = (BTreeMap::new(), BTreeMap::new());
        let mut year =
            Self { office, size, now, officers, customers, sites, zone, request: None, days, phones, clock, given: 0 };
        year.open_the_book()?;
        for day in first..=0 {
            before(&year, day);
            year.morning(day)?;
            year.evening(day)?;
        }
        year.read_what_is_known()?;
        Ok(year)
    }

    /// The shifts of a day from today.
    pub(super) fn of_day(&self, day: i64) -> &[Held] {
        self.days.get(&day).map_or(&[], Vec::as_slice)
    }

    /// Every shift, the oldest first.
    pub(super) fn shifts(&self) -> impl DoubleEndedIterator<Item = &Held> {
        self.days.values().flatten()
    }

    /// The phone of an officer, who gets one where they have none.
    pub(super) fn phone(&mut self, officer: OfficerId) -> Outcome<&mut LeanPhone> {
        let place = match self.phones.entry(officer) {
            Entry::Occupied(known) => return Ok(known.into_mut()),
            Entry::Vacant(place) => place,
        };
        let app = self.office.app.clone();
        let inside = app.clone();
        let text =
            self.office.write(move |sql, by, draws| Ok(invitation_for(sql, &inside, by, officer, draws)?.text))?;
        let seed = u64::from(self.office.draws.below(u32::MAX));
        Ok(place.insert(LeanPhone::enrol(&app, &text, seed)?))
    }

    /// Officers, customers with sites, a tariff, rules.
    fn open_the_book(&mut self) -> Outcome<()> {
        let officers = self.size.officers;
        self.officers = self.office.write(move |sql, by, draws| {
            (1..=officers).map(|number| roster::create(sql, by, None, &officer(number), draws)).collect()
        })?;
        (self.customers, self.sites) = self.office.write(|sql, by, draws| {
            tariffs::add(sql, by, TARIFF, "For the bench.")?;
            let set = check::check(RULES).map_err(|_| Problem::invalid("rules", "must hold together"))?;
            sets::set(sql, by, &set)?;
            let (mut customers, mut sites) = (Vec::new(), Vec::new());
            for number in 1..=CUSTOMERS {
                customers.push(customer(sql, by, draws, number, &mut sites)?);
            }
            Ok((customers, sites))
        })?;
        Ok(())
    }

    fn at(&self, day: i64, hours: i64) -> UnixMillis {
        self.now + Millis(DAY.0 * day) + Millis::from_hours(hours)
    }

    /// Posts what is a week ahead, rules on what was three days ago, invoices once a week.
    fn morning(&mut self, day: i64) -> Outcome<()> {
        self.clock.set(self.at(day, -8));
        self.post(day + AHEAD)?;
        self.rule(day - RULED_AFTER)?;
        if day % 7 == 0 {
            let today = self.zone.local(self.office.app.now()).date();
            let through = Day(today.pred_opt().ok_or("no day before today")?);
            self.office.write(move |sql, by, _| runs::begin(sql, by, through))?;
        }
        self.fall_due()
    }

    /// What was worked is said and sent, as far as it is over by now.
    fn evening(&mut self, day: i64) -> Outcome<()> {
        self.clock.set(self.at(day, 7).min(self.now));
        for held in self.of_day(day).to_vec() {
            self.work(held)?;
        }
        self.fall_due()
    }

    /// Does all that is due, however much that is: a server that is asked for pages should have nothing else to do.
    pub(super) fn fall_due(&self) -> Outcome<()> {
        while run_due(&self.office.app, self.office.app.now())?.done > 0 {}
        Ok(())
    }

    /// How many places of a day. Days to come are as busy as those that were.
    fn places_of(&self, day: i64) -> u32 {
        let (all, days) = (i64::from(self.size.timesheets), i64::from(self.size.days));
        let upto = |day: i64| all * (day + days).max(0) / days;
        u32::try_from(upto(day) - upto(day - 1)).unwrap_or(0)
    }

    fn post(&mut self, day: i64) -> Outcome<()> {
        let (mut left, mut begins, mut held) = (self.places_of(day), -5, Vec::new());
        while left > 0 {
            let places = left.min(PLACES);
            let start = self.at(day, begins);
            let hours = Interval { start, end: start + SHIFT };
            let officers: Vec<_> = (0..places).map(|_| self.next_officer()).collect();
            let site = self.sites[(self.given / 2) as usize % self.sites.len()];
            let by_request = left == places && day % 2 == 0;
            let first = self.given - places;
            let (zone, title) = (self.zone, format!("Detail {}", self.given));
            held.extend(self.office.write(move |sql, by, draws| {
                let post = Post { site, title, hours, zone, places, by_request };
                let detail = post.make(sql, by, draws)?;
                let give = |(number, officer)| give(sql, by, draws, (detail, hours), (number, officer));
                (first..).zip(officers).map(give).collect::<Result<Vec<_>, Problem>>()
            })?);
            (left, begins) = (left - places, if begins == 2 { -5 } else { begins + 1 });
        }
        self.days.insert(day, held);
        if day % 3 == 0 && day < 0 {
            self.ask(day)?;
        }
        Ok(())
    }

    /// Half of the shifts go round among the regulars, the other half among all others. Nobody has two within a day.
    fn next_officer(&mut self) -> OfficerId {
        let regulars = (self.size.officers / REGULARS).max(4).min(self.size.officers);
        let turn = self.given / 2;
        let others = self.size.officers - regulars;
        let place =
            if self.given.is_multiple_of(2) || others == 0 { turn % regulars } else { regulars + turn % others };
        self.given += 1;
        self.officers[place as usize]
    }

    /// A request that comes to nothing, or waits for somebody.
    fn ask(&mut self, day: i64) -> Outcome<()> {
        let (site, zone) = (self.sites[day.unsigned_abs() as usize % self.sites.len()], self.zone);
        let start = self.at(day + 30, 0);
        let hours = Interval { start, end: start + SHIFT };
        let declined = day % 2 == 0;
        let request = self.office.write(move |sql, by, draws| {
            let draft = asked(site, "Asked for", hours, zone, 2);
            let id = requests::ask(sql, by, None, &draft, draws)?;
            requests::estimate(sql, by, id, None, "PO")?;
            if declined {
                requests::close(sql, by, id, DetailStep::Decline, "Nobody is free.")?;
            } else {
                accept(sql, by, id)?;
            }
            Ok(id)
        })?;
        if !declined {
            self.request = Some(request);
        }
        Ok(())
    }

    /// What the officer's phone says of a shift, as far as it has been worked.
    fn work(&mut self, held: Held) -> Outcome<()> {
        let (app, now) = (self.office.app.clone(), self.office.app.now());
        if held.is_silent() || held.shift.hours.start > now {
            return Ok(());
        }
        let log = held.shift.assignment.into();
        let phone = self.phone(held.officer)?;
        let ready = if held.is_forgetful() || held.shift.hours.end > now {
            vec![phone.write(log, FactKind::In, held.shift.hours.start)]
        } else {
            phone.work_offline(held.shift)
        };
        phone.exchange(&app, &ready).map(drop)
    }

    fn rule(&mut self, day: i64) -> Outcome<()> {
        let held: Vec<_> = self.of_day(day).iter().filter(|held| !held.waits()).copied().collect();
        if held.is_empty() {
            return Ok(());
        }
        self.office.write(move |sql, by, draws| held.iter().try_for_each(|held| rule_on(sql, by, draws, held)))
    }

    /// What the agency knows of its officers, as files bring it.
    fn read_what_is_known(&mut self) -> Outcome<()> {
        let numbers = 1..=self.size.officers;
        let lines = |line: &dyn Fn(u32) -> String| numbers.clone().map(line).collect::<String>();
        let date = |days: i64| self.zone.local(self.at(days, 0)).date().format("%Y-%m-%d").to_string();
        let (past, soon) = (date(-300), date(200));
        let papers = lines(&|number| format!("{number:05},flagger,{past},{soon}\n{number:05},radio,{past},{soon}\n"));
        let papers = format!("employee_number,kind,from,until\n{papers}");
        let some = |number: u32| {
            if number.is_multiple_of(25) { format!("{number:05},light_duty,{past}\n") } else { String::new() }
        };
        let statuses = format!("employee_number,code,from\n{}", lines(&some));
        self.office.write(move |sql, by, _| {
            personnel::import(sql, by, &Batch::of_csv(Kind::Documents, None, papers))?;
            personnel::import(sql, by, &Batch::of_csv(Kind::Statuses, None, statuses))
        })?;
        Ok(())
    }
}

fn officer(number: u32) -> OfficerDraft {
    OfficerDraft { name: format!("Officer {number}"), employee_number: format!("{number:05}"), rank: "PO".into() }
}

/// A customer, every second one invoiced each week, with sites.
fn customer(
    sql: &mut dyn Sql,
    by: &By<'_>,
    draws: &mut Draws,
    number: u32,
    sites: &mut Vec<SiteId>,
) -> Result<CustomerId, Problem> {
    let draft = CustomerDraft { name: format!("Customer {number}"), number: format!("C-{number:03}") };
    let customer = roster::create(sql, by, None, &draft, draws)?;
    if number.is_multiple_of(2) {
        terms::set(sql, by, customer, (0, "weekly", "30", ""))?;
    }
    for nth in 1..=SITES_EACH {
        let center = Point {
            latitude_e7: DOWNTOWN.0 + draws.below(1_000) as i32,
            longitude_e7: DOWNTOWN.1 + draws.below(1_000) as i32,
        };
        let (name, address) = (format!("Site {number}-{nth}"), draws.words(4));
        let fence = Fence::Circle { center, radius_m: 120 };
        let draft = SiteDraft { customer, name, address, fence, placement: Placement::Surveyed };
        sites.push(roster::create(sql, by, None, &draft, draws)?);
    }
    Ok(customer)
}

/// A detail to be made.
pub(super) struct Post {
    pub(super) site: SiteId,
    pub(super) title: String,
    pub(super) hours: Interval,
    pub(super) zone: Zone,
    pub(super) places: u32,
    /// It comes of a customer's request.
    pub(super) by_request: bool,
}

impl Post {
    pub(super) fn make(&self, sql: &mut dyn Sql, by: &By<'_>, draws: &mut Draws) -> Result<DetailId, Problem> {
        if self.by_request {
            let draft = asked(self.site, &self.title, self.hours, self.zone, self.places);
            let id = requests::ask(sql, by, None, &draft, draws)?;
            requests::estimate(sql, by, id, None, "PO")?;
            accept(sql, by, id)?;
            let made = requests::post(sql, by, id, None, None, draws)?;
            return made.first().copied().ok_or_else(Problem::not_found);
        }
        let position = |number| PositionDraft { id: None, name: format!("Traffic {number}"), rank: None };
        let draft = DetailDraft {
            site: self.site,
            title: self.title.clone(),
            job_type: "C".into(),
            starts: self.hours.start,
            ends: self.hours.end,
            zone: self.zone,
            positions: (1..=self.places).map(position).collect(),
            post_orders: draws.words(40),
            reference: String::new(),
        };
        details::post(sql, by, None, &draft, draws)
    }
}

fn asked(site: SiteId, title: &str, hours: Interval, zone: Zone, places: u32) -> RequestDraft {
    let seat = |number| Seat { name: format!("Traffic {number}"), rank: None, supervisor: false };
    RequestDraft {
        site,
        title: title.to_owned(),
        job_type: "C".into(),
        starts: hours.start,
        ends: hours.end,
        recurrence: None,
        zone,
        seats: (1..=places).map(seat).collect(),
        standing: vec![],
        vehicles: 0,
        post_orders: "Keep one lane open.".into(),
        asked_by: "The customer".into(),
    }
}

fn accept(sql: &mut dyn Sql, by: &By<'_>, id: RequestId) -> Result<(), Problem> {
    let estimate = filing::get::<Request>(sql, by.agency, id)?.record.estimate;
    let total = estimate.and_then(|estimate| estimate.total).unwrap_or_default();
    requests::accept(sql, by, id, total, "The customer")
}

/// Gives a place to an officer.
fn give(
    sql: &mut dyn Sql,
    by: &By<'_>,
    draws: &mut Draws,
    (detail, hours): (DetailId, Interval),
    (number, officer): (u32, OfficerId),
) -> Result<Held, Problem> {
    let (origin, reason) = (AssignmentOrigin::Ordered, "Next on the list.".to_owned());
    let order = Award { id: None, detail, officer, position: None, origin, reason, overlap: None };
    let assignment: AssignmentId = award(sql, by, &order, draws)?;
    Ok(Held { detail, officer, shift: Shift { assignment, hours }, number })
}

fn rule_on(sql: &mut dyn Sql, by: &By<'_>, draws: &mut Draws, held: &Held) -> Result<(), Problem> {
    let draft = RulingDraft {
        id: None,
        accepted: vec![held.shift.hours],
        exceptions: vec![],
        reason: "As punched.".into(),
        ruled_by: "Coordinator 3".into(),
        supersedes: None,
        overriding: None,
    };
    rulings::rule(sql, by, held.shift.assignment, &draft, None, draws).map(drop)
}
