//! What coordinators do so that details find their officers: postings with windows, customers' requests, service and groups, the
//! ledger.

use detailbook_core::award::{
    Bound, CountsFrom, Criterion, Ladder, LadderOrder, Limits, Method, RotationRule, Tier, Timing,
};
use detailbook_core::ids::{DetailId, PositionId, RequestId, TradeId};
use detailbook_core::records::{Detail, DetailState};
use detailbook_core::staffing::{CallingOff, CallingOffState, DetailStage, Seat, Standing, TradeState};
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_server::scheduling::details::{DetailDraft, PositionDraft};
use detailbook_server::scheduling::posting::PostingDraft;
use detailbook_server::scheduling::requests::{PostingPlan, RequestDraft, TierPlan};
use detailbook_server::store::service::Service;

use crate::broken::Checked;
use crate::desk::Done;
use crate::readable::File;
use crate::world::World;

/// The agency's groups.
const GROUPS: [&str; 3] = ["traffic", "seniors", "marine"];

impl World {
    /// Posts a detail and puts it on offer with a window. In between, everybody sees it.
    pub(crate) fn offer_new(&mut self, desk: usize) -> Checked {
        let draft = self.detail_draft(desk);
        let (starts, now) = (draft.starts, self.now);
        let posted = self.desks[desk].post_draft(&mut self.machine, now, draft);
        let made = posted.as_ref().and_then(|done| done.as_ref().ok()).copied();
        self.done("posts a detail for an offer", posted)?;
        match made {
            Some(detail) => self.offer(desk, detail, starts, &[]),
            None => Ok(()),
        }
    }

    /// Puts a detail that is there on offer, for the first time or again.
    pub(crate) fn offer_again(&mut self, desk: usize, file: &File) -> Checked {
        let open = |detail: &&Detail| detail.state == DetailState::Open && self.now < detail.starts;
        let fitting: Vec<Detail> = file.details.values().map(|(detail, _)| detail).filter(open).cloned().collect();
        let Some(detail) = self.entropy.pick(&fitting).cloned() else { return Ok(()) };
        let positions: Vec<PositionId> = detail.positions.iter().map(|position| position.id).collect();
        self.offer(desk, detail.id, detail.starts, &positions)
    }

    fn offer(&mut self, desk: usize, detail: DetailId, starts: UnixMillis, positions: &[PositionId]) -> Checked {
        let draft = self.posting_draft(starts, positions);
        let done = self.desks[desk].offer(&mut self.machine, self.now, detail, draft);
        self.done("puts a detail on offer", done)
    }

    fn detail_draft(&mut self, desk: usize) -> DetailDraft {
        let starts = self.now + Millis::from_mins(self.entropy.between(30, 3_000) as i64);
        let positions = self.entropy.between(1, 3);
        let position = |world: &mut Self, number: u64| {
            let rank = world.entropy.percent(15).then(|| "S".to_owned());
            PositionDraft { id: None, name: format!("Traffic {number}"), rank }
        };
        DetailDraft {
            site: self.desks[desk].site,
            title: "Parade".into(),
            job_type: "event".into(),
            starts,
            ends: starts + Millis::from_hours(self.entropy.between(2, 10) as i64),
            zone: Zone::UTC,
            positions: (1..=positions).map(|number| position(self, number)).collect(),
            post_orders: String::new(),
            reference: String::new(),
        }
    }

    fn posting_draft(&mut self, starts: UnixMillis, positions: &[PositionId]) -> PostingDraft {
        let (method, timing) = (self.method(), self.timing());
        let rotation = self.rotation_of(&method);
        let grace = timing.map_or(Millis(0), |timing| timing.grace);
        let most = ((starts - self.now).0 - grace.0) / 60_000;
        let minutes = (self.entropy.between(3, 400) as i64).min(most);
        let opens = self.entropy.percent(25).then(|| self.now + Millis::from_mins(minutes / 4));
        PostingDraft {
            overriding: None,
            method,
            opens,
            closes: self.now + Millis::from_mins(minutes),
            tiers: self.tiers(Millis::from_mins(minutes / 2)),
            timing,
            limits: self.limits(),
            supervisors: positions.first().copied().into_iter().filter(|_| self.entropy.percent(30)).collect(),
            unlock_jitter: self.entropy.percent(40).then(|| Millis::from_mins((minutes / 4).min(5))),
            acknowledge_within: self.entropy.percent(40).then(|| Millis::from_mins(30)),
            // Everybody must have had their turn before it closes.
            ladder: self.ladder().filter(|_| minutes > 120),
            rotation,
        }
    }

    fn method(&mut self) -> Method {
        let methods = [
            Method::first_come,
            Method::seniority,
            Method::least_hours,
            Method::fewest_jobs,
            Method::rotation,
            Method::points,
            Method::lottery,
            Method::standing,
            Method::manual,
            Method::volunteers_then_order_in,
        ];
        self.entropy.pick(&methods).map_or_else(Method::first_come, |method| method())
    }

    fn rotation_of(&mut self, method: &Method) -> Option<RotationRule> {
        let needed = method.criteria.contains(&Criterion::Rotation);
        needed.then(|| RotationRule {
            began: self.now - Millis::from_hours(30 * 24),
            rebuilt_after_days: self.entropy.between(1, 90) as u16,
            notice_days: self.entropy.below(3) as u16,
        })
    }

    fn timing(&mut self) -> Option<Timing> {
        let grace = Millis::from_mins(*self.entropy.pick(&[0, 5, 30, 120]).unwrap_or(&0));
        let within = Millis::from_mins(*self.entropy.pick(&[2, 60]).unwrap_or(&60));
        let bound = *self.entropy.pick(&[Bound::Earliest, Bound::Latest]).unwrap_or(&Bound::Latest);
        match self.entropy.below(3) {
            0 => None,
            1 => Some(Timing { counts_from: CountsFrom::Receipt, grace }),
            _ => Some(Timing { counts_from: CountsFrom::Estimate { within, bound }, grace }),
        }
    }

    fn limits(&mut self) -> Option<Limits> {
        let overlap_allowed = self.entropy.percent(40).then(|| "Both gates are one walk apart.".to_owned());
        let awards_per_officer = self.entropy.between(1, 2) as u32;
        self.entropy.percent(50).then_some(Limits { awards_per_officer, overlap_allowed })
    }

    fn ladder(&mut self) -> Option<Ladder> {
        let order = *self.entropy.pick(&[LadderOrder::Seniority, LadderOrder::Draw]).unwrap_or(&LadderOrder::Draw);
        self.entropy.percent(15).then(|| Ladder { step: Millis::from_mins(6), order })
    }

    fn group(&mut self) -> String {
        (*self.entropy.pick(&GROUPS).unwrap_or(&"traffic")).to_owned()
    }

    /// Tiers that open in turn: to a group at once, and to all, to another group or to nobody else later.
    fn tiers(&mut self, later: Millis) -> Vec<Tier> {
        let tier = |name: &str, opens, groups| Tier { name: name.to_owned(), opens, groups };
        let (now, first, other) = (self.now, self.group(), self.group());
        match self.entropy.weighted(&[40, 30, 20, 10]) {
            0 => vec![],
            1 => vec![tier("first", now, vec![first]), tier("all", now + later, vec![])],
            2 => vec![tier("first", now, vec![first]), tier("then", now + later, vec![other])],
            _ => vec![tier("only", now + later, vec![first, other])],
        }
    }

    /// A customer asks; most requests are posted at once, some later.
    pub(crate) fn take_request(&mut self, desk: usize) -> Checked {
        let draft = self.request_draft(desk);
        let taken = self.desks[desk].take_request(&mut self.machine, self.now, draft);
        let made = taken.as_ref().and_then(|done| done.as_ref().ok()).copied();
        self.done("takes a customer's request", taken)?;
        match made.filter(|_| self.entropy.percent(70)) {
            Some(request) => self.post_request(desk, request),
            None => Ok(()),
        }
    }

    /// Posts a request that was accepted a while ago.
    pub(crate) fn post_late(&mut self, desk: usize, file: &File) -> Checked {
        let waiting = file.requests.iter().filter(|request| request.stage == DetailStage::Accepted);
        let waiting: Vec<RequestId> = waiting.map(|request| request.id).collect();
        match self.entropy.pick(&waiting).copied() {
            Some(request) => self.post_request(desk, request),
            None => Ok(()),
        }
    }

    fn post_request(&mut self, desk: usize, request: RequestId) -> Checked {
        let plan = self.plan();
        let done = self.desks[desk].post_request(&mut self.machine, self.now, request, plan);
        self.done("posts a request", done)
    }

    fn request_draft(&mut self, desk: usize) -> RequestDraft {
        let starts = self.now + Millis::from_mins(self.entropy.between(60, 1_500) as i64);
        let rules = [None, Some("FREQ=DAILY;COUNT=3"), Some("FREQ=WEEKLY;COUNT=2")];
        let seats = self.entropy.between(1, 2);
        let seat = |number: u64| Seat { name: format!("Seat {number}"), rank: None, supervisor: number == 2 };
        let officer = self.some_officer(desk);
        let standing = self.entropy.percent(40).then(|| Standing { seat: "Seat 1".into(), officer });
        RequestDraft {
            site: self.desks[desk].site,
            title: "Market".into(),
            job_type: "event".into(),
            starts,
            ends: starts + Millis::from_hours(self.entropy.between(2, 8) as i64),
            recurrence: self.entropy.pick(&rules).copied().flatten().map(str::to_owned),
            zone: Zone::UTC,
            seats: (1..=seats).map(seat).collect(),
            standing: standing.into_iter().collect(),
            vehicles: 0,
            post_orders: String::new(),
            asked_by: "The customer".into(),
        }
    }

    fn plan(&mut self) -> PostingPlan {
        let (method, timing) = (self.method(), self.timing());
        let rotation = self.rotation_of(&method);
        let tier = |after, groups| TierPlan { name: "tier".to_owned(), after, groups };
        let group = self.group();
        let tiers = vec![tier(Millis(0), vec![group]), tier(Millis::from_mins(20), vec![])];
        PostingPlan {
            method,
            closes_before: Millis::from_mins(self.entropy.between(5, 240) as i64),
            tiers: if self.entropy.percent(50) { tiers } else { vec![] },
            timing,
            unlock_jitter: self.entropy.percent(30).then(|| Millis::from_mins(2)),
            acknowledge_within: self.entropy.percent(30).then(|| Millis::from_mins(45)),
            ladder: self.ladder(),
            rotation,
        }
    }

    /// Says what awards compare of an officer, and which groups the officer is in.
    pub(crate) fn set_service(&mut self, desk: usize) -> Checked {
        let officer = self.some_officer(desk);
        let service = Service {
            seniority: self.entropy.percent(80).then(|| self.entropy.between(1, 4) as u32),
            in_service_since: None,
            outside: self.entropy.percent(10),
            rotation_asked: self.entropy.percent(60).then(|| self.now - Millis::from_hours(24 * 40)),
            rotation_left: None,
        };
        let groups = GROUPS.iter().filter(|_| self.entropy.percent(45)).map(|group| (*group).to_owned()).collect();
        let done = self.desks[desk].set_service(&mut self.machine, self.now, officer, service, groups);
        self.done("sets an officer's service", done)
    }

    /// Answers a call-off or a trade that waits for a coordinator.
    pub(crate) fn answer_waiting(&mut self, desk: usize, file: &File) -> Checked {
        self.answer_taken(desk, file)?;
        let waits = |it: &&CallingOff| matches!(it.state, CallingOffState::Waits | CallingOffState::Kept);
        let call_offs: Vec<_> = file.call_offs.values().filter(waits).map(|it| it.assignment).collect();
        let Some(call_off) = self.entropy.pick(&call_offs).copied() else { return Ok(()) };
        let (grants, excused) = (self.entropy.percent(60), self.entropy.percent(50));
        let excused = grants.then_some(excused);
        let done = self.desks[desk].answer_call_off(&mut self.machine, self.now, call_off, excused);
        self.done("answers a call-off", done)
    }

    /// Agrees to a trade that was taken, or does not.
    pub(crate) fn answer_taken(&mut self, desk: usize, file: &File) -> Checked {
        let trades = file.trades.iter().filter(|(_, trade)| trade.state == TradeState::Taken);
        let trades: Vec<TradeId> = trades.map(|(id, _)| TradeId::from_bytes(*id.as_bytes())).collect();
        let Some(trade) = self.entropy.pick(&trades).copied() else { return Ok(()) };
        let agrees = self.entropy.percent(60);
        let done = self.desks[desk].answer_trade(&mut self.machine, self.now, trade, agrees);
        self.done("answers a trade", done)
    }

    /// Sets an officer's charge right.
    pub(crate) fn adjust(&mut self, desk: usize) -> Checked {
        let (officer, minutes) = (self.some_officer(desk), self.entropy.between(0, 1_200) as i64 - 600);
        let done = self.desks[desk].adjust(&mut self.machine, self.now, officer, minutes);
        self.done("adjusts the ledger", done)
    }

    /// Changes a detail's times or positions.
    pub(crate) fn edit(&mut self, desk: usize, file: &File) -> Checked {
        let Some(detail) = self.some_detail(file, |state| state != DetailState::Cancelled) else { return Ok(()) };
        let (now, minutes) = (self.now, self.entropy.between(0, 600) as i64 - 200);
        let overlap = self.entropy.percent(50).then(|| "The sites are one walk apart.".to_owned());
        let what = self.entropy.below(3);
        let (desk, machine) = (&self.desks[desk], &mut self.machine);
        let done: Done<()> = match what {
            0 => desk.move_detail(machine, now, detail, Millis::from_mins(minutes), overlap),
            1 => desk.widen(machine, now, detail),
            _ => desk.narrow(machine, now, detail),
        };
        self.done("changes a detail", done)
    }
}
