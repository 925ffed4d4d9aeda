//! What the agency has behind it: the days before, and the afternoon so far.

use detailbook_core::award::{CountsFrom, Method, Timing};
use detailbook_core::device::{Place, RunningView};
use detailbook_core::ids::{CustomerId, DetailId, RequestId, SiteId};
use detailbook_core::notices::{Contact, Role};
use detailbook_core::policy::Feed;
use detailbook_core::records::Placement;
use detailbook_core::shift::FactKind;
use detailbook_core::staffing::{Seat, StaffingRules};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_server::demo::DemoError;
use detailbook_server::demo::judge::{Case, Judge};
use detailbook_server::demo::phones::Handset;
use detailbook_server::personnel::{Batch, Kind};
use detailbook_server::roster::{CustomerDraft, OfficerDraft, SiteDraft};
use detailbook_server::scheduling::details::{DetailDraft, PositionDraft};
use detailbook_server::scheduling::requests::{PostingPlan, RequestDraft};

use super::Stage;
use super::cast::{self, OFFICERS, Venue};
use super::crew::{Member, Where, Work};

/// How long ago it begins.
pub(super) const BEHIND: Millis = Millis::from_hours(56);
/// The agency's rules: those of the demo.
const RULES: &str = include_str!("../../../sync-server/src/demo/story/rules.toml");
/// The winners of the night's paving, and what the phone of the other of them shows.
const PAVING: [&str; 3] = ["2101", "2102", "2106"];
/// Who works what today.
const TODAY: [(&str, &str); 8] = [
    ("2101", "concert"),
    ("2104", "concert"),
    ("2105", "concert"),
    ("2106", "concert"),
    ("2107", "market"),
    ("2108", "market"),
    ("2102", "game"),
    ("2103", "game"),
];

/// What is needed to make a detail of.
pub(super) struct Plan {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) job_type: &'static str,
    pub(super) hours: Interval,
    pub(super) positions: &'static [&'static str],
    pub(super) orders: &'static str,
}

impl Stage {
    /// Lives through everything until now.
    pub(super) fn live(&mut self) -> Result<(), DemoError> {
        self.open_the_book()?;
        self.day_before()?;
        self.last_night()?;
        self.this_morning()?;
        self.this_afternoon()?;
        self.to(0).map(drop)
    }

    /// A moment so many minutes from now.
    fn moment_of(&self, minutes: i64) -> UnixMillis {
        self.now + Millis::from_mins(minutes)
    }

    /// Moves on to so many minutes from now; what falls due on the way is done.
    pub(super) fn to(&self, minutes: i64) -> Result<UnixMillis, DemoError> {
        let moment = self.moment_of(minutes);
        self.server.pass_to(moment)?;
        Ok(moment)
    }

    pub(super) fn hours(&self, from: i64, until: i64) -> Interval {
        Interval { start: self.moment_of(from), end: self.moment_of(until) }
    }

    /// Rules, contacts, officers with their phones, customers with their sites.
    fn open_the_book(&mut self) -> Result<(), DemoError> {
        self.office.settle_relief(&StaffingRules::default())?;
        let email = Some("desk@harborfalls.example".to_owned());
        let desk =
            Contact { name: "Details desk".to_owned(), email, roles: vec![Role::Coordinator], ..Contact::default() };
        self.office.add_contact(desk)?;
        self.office.set_rules(RULES)?;
        self.agree_on_a_tariff()?;
        self.agree_on_contracts()?;
        for (number, rank) in OFFICERS {
            let (name, employee_number) = (format!("Officer {number}"), number.to_owned());
            let id = self.office.add_officer(OfficerDraft { name, employee_number, rank: rank.to_owned() })?;
            let handset = Handset::enrol(&self.server, number, &self.office.invite(id)?)?;
            self.crew.insert(number, Member { id, handset, places: std::collections::BTreeMap::new() });
        }
        for (hours, (number, _)) in (2_i32..).step_by(3).zip(OFFICERS) {
            self.office.adjust(self.member(number)?.id, hours * 60, "Carried over from the old book.")?;
        }
        self.read_duty()
    }

    /// The on-duty schedule of the week.
    fn read_duty(&self) -> Result<(), DemoError> {
        let clock = |minutes| self.moment_of(minutes).to_utc().format("%Y-%m-%dT%H:%M+00:00").to_string();
        let day = 24 * 60;
        let shift = |n: i64| format!("2104,{},{}", clock(n * day - 620), clock(n * day - 140));
        let csv = format!("employee_number,starts,ends\n{}\n", (-4..0).map(shift).collect::<Vec<_>>().join("\n"));
        // Whole weeks, wherever in one today is.
        let covers = Some(self.hours(-15 * day, 20 * day));
        let read_at = Some(self.server.app().now());
        self.office.import(&Batch { read_at, covers, ..Batch::of_csv(Kind::Stints, Some(Feed::OnDuty), csv) })?;
        Ok(())
    }

    /// Two days ago and yesterday: a window is decided, a short lobby detail is worked.
    fn day_before(&mut self) -> Result<(), DemoError> {
        let [hall, road, _] = cast::venues();
        let paving = Plan {
            name: "paving",
            title: "Night paving, Mill Street",
            job_type: "road",
            hours: self.hours(-22 * 60 - 40, -18 * 60 - 40),
            positions: &["Traffic", "Bridge end"],
            orders: "One lane stays open towards the bridge.",
        };
        self.ask_for(&paving, &road)?;
        self.to(-54 * 60)?;
        for number in PAVING {
            self.apply(number, "paving")?;
        }
        let lobby = Plan {
            name: "lobby",
            title: "Box office opening",
            job_type: "event",
            hours: self.hours(-31 * 60 - 40, -27 * 60 - 40),
            positions: &["Lobby", "Street door"],
            orders: "The queue stays on the pavement.",
        };
        self.enter(&lobby, &hall)?;
        for number in ["2103", "2105"] {
            self.give(number, "lobby")?;
        }
        self.plan_the_fair()?;
        self.work_the_fair()?;
        self.to(-45 * 60)?;
        for number in ["2101", "2102", "2103", "2105", "2106"] {
            self.acknowledge(number)?;
        }
        self.to(-31 * 60 - 46)?;
        self.all_punch(&["2103", "2105"], "lobby", FactKind::In)?;
        self.to(-27 * 60 - 38)?;
        self.all_punch(&["2103", "2105"], "lobby", FactKind::Out)?;
        self.to(-27 * 60)?;
        self.rule("2105", "lobby")?;
        self.rule_on_the_fair()
    }

    /// Last night's paving: one by the book, one away from the site, with an explanation and a note.
    fn last_night(&mut self) -> Result<(), DemoError> {
        let workers: Vec<_> = PAVING.into_iter().filter(|number| self.place(number, "paving").is_ok()).collect();
        let [first, second] = workers[..] else { return Err(super::crew::unknown("second winner of the paving")) };
        self.to(-22 * 60 - 47)?;
        self.punch(first, "paving", FactKind::In, Where::Site)?;
        self.to(-22 * 60 - 35)?;
        self.punch(second, "paving", FactKind::In, Where::Away)?;
        self.explain(second, "The crew starts at the north end and works down to the site.")?;
        self.to(-20 * 60)?;
        self.note(first, "paving", "A lorry took the cone at the bridge end; set up again at once.")?;
        self.papers.photo = Some(self.photo(second, "paving", Some("The north end, where the crew began."))?);
        self.to(-18 * 60 - 36)?;
        self.punch(first, "paving", FactKind::Out, Where::Site)?;
        self.punch(second, "paving", FactKind::Out, Where::Cellar)?;
        self.sync(first)?;
        self.sync(second)
    }

    fn explain(&mut self, number: &str, words: &str) -> Result<(), DemoError> {
        let (shift, moment) = (self.shift(number, "paving")?, self.moment(number, "paving", Where::Away)?);
        let now = self.server.app().now();
        let running: Option<RunningView> = self.wish(number, |it| it.phone().running(now))?;
        let flagged = running.and_then(|it| it.flags.first().and_then(|flag| flag.facts.first().copied()));
        let fact = flagged.ok_or_else(|| super::crew::unknown("flag to explain"))?;
        self.member_mut(number)?.handset.write(|phone| phone.explain(shift, fact, words, &moment)).map(drop)
    }

    pub(super) fn note(&mut self, number: &str, work: &str, words: &str) -> Result<(), DemoError> {
        let (shift, moment) = (self.shift(number, work)?, self.moment(number, work, Where::Site)?);
        self.member_mut(number)?.handset.write(|phone| phone.note(Place::Shift(shift), words, &moment)).map(drop)
    }

    /// This morning: a ruling, today's and coming details, and who works them.
    fn this_morning(&mut self) -> Result<(), DemoError> {
        self.to(-8 * 60)?;
        self.rule("2101", "paving")?;
        self.keep_the_papers()?;
        self.read_duty()?;
        self.todays_details()?;
        let parade = Plan {
            name: "parade",
            title: "Harbor parade",
            job_type: "event",
            hours: self.hours(4 * 24 * 60, 4 * 24 * 60 + 300),
            positions: &["Head", "Crossing", "Tail"],
            orders: "Nobody crosses between the bands.",
        };
        let [hall, _, field] = cast::venues();
        self.ask_for(&parade, &field)?;
        let bazaar = Plan {
            name: "bazaar",
            title: "Winter bazaar",
            job_type: "event",
            hours: self.hours(9 * 24 * 60, 9 * 24 * 60 + 360),
            positions: &["Door"],
            orders: "Strollers are left outside.",
        };
        self.request = Some(self.ask(&bazaar, &hall)?.2);
        for (number, work) in TODAY {
            self.give(number, work)?;
        }
        self.to(-8 * 60 + 20)?;
        for (number, _) in OFFICERS {
            self.acknowledge(number)?;
        }
        for number in ["2102", "2107"] {
            self.apply(number, "parade")?;
        }
        let game = self.place("2103", "game")?;
        self.wish("2103", |it| it.phone().call_off(game, "Fever since the night.", &it.clock.read()))?;
        self.sync("2103")
    }

    /// A concert under way, a market that has just begun, and a game in the evening that one officer is missing for.
    fn todays_details(&mut self) -> Result<(), DemoError> {
        let [hall, road, field] = cast::venues();
        let concert = Plan {
            name: "concert",
            title: "Concert at Lantern Hall",
            job_type: "event",
            hours: self.hours(-100, 260),
            positions: &["Stage door", "Floor", "Gate", "Car park"],
            orders: "Bags are checked at the front. The cellar has no signal.",
        };
        self.enter(&concert, &hall)?;
        let market = Plan {
            name: "market",
            title: "Night market, Mill Street",
            job_type: "event",
            hours: self.hours(-10, 320),
            positions: &["North end", "South end"],
            orders: "The street is closed to cars from six.",
        };
        self.enter(&market, &road)?;
        let game = Plan {
            name: "game",
            title: "Evening game, Pier Field",
            job_type: "event",
            hours: self.hours(45, 350),
            positions: &["East gate", "West gate", "Stand"],
            orders: "Gates open an hour before the game.",
        };
        self.enter(&game, &field)
    }

    /// This afternoon: two in, one away from the site, one late, one who has not come, one whose phone is silent, one on the way.
    fn this_afternoon(&mut self) -> Result<(), DemoError> {
        self.to(-106)?;
        self.all_punch(&["2101"], "concert", FactKind::In)?;
        self.to(-95)?;
        self.punch("2106", "concert", FactKind::In, Where::Away)?;
        self.sync("2106")?;
        self.to(-80)?;
        self.sync("2104")?;
        self.to(-14)?;
        self.all_punch(&["2107"], "market", FactKind::In)?;
        self.to(-8)?;
        self.all_punch(&["2102"], "game", FactKind::EnRoute)?;
        self.to(-5)?;
        for number in ["2103", "2104", "2108", "2109"] {
            self.sync(number)?;
        }
        Ok(())
    }

    pub(super) fn all_punch(&mut self, numbers: &[&str], work: &str, kind: FactKind) -> Result<(), DemoError> {
        for number in numbers {
            self.punch(number, work, kind, Where::Site)?;
            self.sync(number)?;
        }
        Ok(())
    }

    fn apply(&mut self, number: &str, work: &str) -> Result<(), DemoError> {
        self.sync(number)?;
        let detail = self.work(work)?.detail;
        self.wish(number, |it| it.phone().apply(detail, None, &it.clock.read()))?;
        self.sync(number)
    }

    /// Rules as the facts propose.
    fn rule(&self, number: &str, work: &str) -> Result<(), DemoError> {
        let judge = Judge { office: &self.office, zone: self.server.zone };
        let fence = Some(&self.work(work)?.fence);
        judge.rule(&Case { assignment: self.place(number, work)?, fence, now: self.server.app().now() }).map(drop)
    }

    /// The customer and the site of a venue, entered where they are not yet.
    fn venue(&mut self, venue: &Venue) -> Result<(CustomerId, SiteId), DemoError> {
        if let Some(known) = self.works.values().find(|work| work.fence == venue.fence) {
            return Ok((known.customer, known.site));
        }
        let draft = CustomerDraft { name: venue.customer.to_owned(), number: venue.number.to_owned() };
        let customer = self.office.add_customer(draft)?;
        let contact = Contact { email: Some(venue.email.to_owned()), ..Contact::default() };
        self.office.reach_customer(customer, contact)?;
        let site = SiteDraft {
            customer,
            name: venue.site.to_owned(),
            address: venue.address.to_owned(),
            fence: venue.fence.clone(),
            placement: Placement::Surveyed,
        };
        Ok((customer, self.office.add_site(site)?))
    }

    /// Enters a detail that was agreed on without a request.
    pub(super) fn enter(&mut self, plan: &Plan, venue: &Venue) -> Result<(), DemoError> {
        let (customer, site) = self.venue(venue)?;
        let position = |name: &&str| PositionDraft { id: None, name: (*name).to_owned(), rank: None };
        let detail = self.office.post_detail(DetailDraft {
            site,
            title: plan.title.to_owned(),
            job_type: plan.job_type.to_owned(),
            starts: plan.hours.start,
            ends: plan.hours.end,
            zone: cast::zone(),
            positions: plan.positions.iter().map(position).collect(),
            post_orders: plan.orders.to_owned(),
            reference: String::new(),
        })?;
        self.works.insert(plan.name, Work { customer, site, detail, fence: venue.fence.clone() });
        Ok(())
    }

    /// A customer asks for a detail, accepts what it will cost, and it goes on offer.
    fn ask_for(&mut self, plan: &Plan, venue: &Venue) -> Result<(), DemoError> {
        let (customer, site, request) = self.ask(plan, venue)?;
        let details: Vec<DetailId> = self.office.post_request(request, window())?;
        let detail = details.first().copied().ok_or_else(|| super::crew::unknown("detail of the request"))?;
        self.works.insert(plan.name, Work { customer, site, detail, fence: venue.fence.clone() });
        Ok(())
    }

    /// A customer asks for a detail and accepts what it will cost.
    fn ask(&mut self, plan: &Plan, venue: &Venue) -> Result<(CustomerId, SiteId, RequestId), DemoError> {
        let (customer, site) = self.venue(venue)?;
        let seat = |name: &&str| Seat { name: (*name).to_owned(), rank: None, supervisor: false };
        let request = self.office.take_request(RequestDraft {
            site,
            title: plan.title.to_owned(),
            job_type: plan.job_type.to_owned(),
            starts: plan.hours.start,
            ends: plan.hours.end,
            recurrence: None,
            zone: cast::zone(),
            seats: plan.positions.iter().map(seat).collect(),
            standing: vec![],
            vehicles: 0,
            post_orders: plan.orders.to_owned(),
            asked_by: venue.customer.to_owned(),
        })?;
        let estimate = self.office.estimate(request, "officer")?.estimate;
        let total = estimate.and_then(|estimate| estimate.total).unwrap_or_default();
        self.office.accept(request, total, venue.customer)?;
        Ok((customer, site, request))
    }
}

/// A sealed window: to whom least was charged, closed 25 hours before, waiting an hour more for phones without a signal.
fn window() -> PostingPlan {
    PostingPlan {
        method: Method::least_hours(),
        closes_before: Millis::from_hours(25),
        tiers: vec![],
        timing: Some(Timing { counts_from: CountsFrom::Receipt, grace: Millis::from_hours(1) }),
        unlock_jitter: None,
        acknowledge_within: Some(Millis::from_hours(2)),
        ladder: None,
        rotation: None,
    }
}
