//! How the agency of a story finds its officers: rules, sealed windows, the ledger, relief and trades.

use detailbook_core::award::Method;
use detailbook_core::ids::{DetailId, OfficerId};
use detailbook_core::staffing::{CallOffRules, Seat, StaffingRules, TradeRules};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_server::scheduling::requests::{PostingPlan, RequestDraft};

use super::{Agency, zone};

impl Agency {
    /// Puts the agency's rules in force.
    pub fn rules(&self, text: &str) {
        self.office.set_rules(text).expect("rules");
    }

    /// No call-off is late and none needs the coordinator; trades need nobody's agreement.
    pub fn lets_officers_settle_it(&self) {
        let call_off = CallOffRules { free_with: Millis(0), coordinator_under: Millis(0) };
        let trades = TradeRules { allowed: true, needs_agreement: false };
        self.office.settle_relief(&StaffingRules { call_off, trades, ..StaffingRules::default() }).expect("rules");
    }

    /// Charges the officer so many minutes in the opportunity ledger.
    pub fn charge(&self, officer: OfficerId, minutes: i32, reason: &str) {
        self.office.adjust(officer, minutes, reason).expect("an entry");
    }

    /// A detail for one officer at the gate that a customer asked for, in a sealed window that closes so long before it
    /// begins. It is given to whom the least hours are charged, who has two hours to acknowledge it.
    pub fn window(&self, title: &str, hours: Interval, closes_before: Millis) -> DetailId {
        let record = RequestDraft {
            site: self.site(),
            title: title.into(),
            job_type: "event".into(),
            starts: hours.start,
            ends: hours.end,
            recurrence: None,
            zone: zone(),
            seats: vec![Seat { name: "Gate".into(), rank: None, supervisor: false }],
            standing: vec![],
            vehicles: 0,
            post_orders: "Check bags.".into(),
            asked_by: "Lantern Hall".into(),
        };
        let request = self.office.take_request(record).expect("a request");
        let estimate = self.office.estimate(request, "officer").expect("an answer").estimate.expect("an estimate");
        self.office.accept(request, estimate.total.expect("a total"), "Lantern Hall").expect("an acceptance");
        let plan = PostingPlan {
            method: Method::least_hours(),
            closes_before,
            tiers: vec![],
            timing: None,
            unlock_jitter: None,
            acknowledge_within: Some(Millis::from_hours(2)),
            ladder: None,
            rotation: None,
        };
        self.office.post_request(request, plan).expect("a posting")[0]
    }

    /// Time passes until then, and the agency does what falls due on the way.
    pub fn pass_to(&self, moment: UnixMillis) {
        self.server.as_ref().expect("it runs").pass_to(moment).expect("what falls due");
    }
}
