//! The matrix: for each event, who is told, how urgently, by which channels, and what happens if nobody acknowledges.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Channel, EventKind, Role};
use crate::time::Millis;

use Channel::{Email, Push, Sms};
use EventKind::{
    AwardUnacknowledged, Awarded, CalledOff, CredentialExpires, CustomerPaid, DayBefore, DetailCancelled,
    DetailChanged, DetailPosted, EnRoute, HoldPlaced, HoursBefore, Incident, InsuranceExpires, InvoiceDue, InvoiceSent,
    LimitWarning, LockedOut, NoClockIn, NoClockIn5, NoClockIn15, NoClockOut5, NoClockOut60, NoContact, NotSelected,
    OfficerPaid, OnTooLong, OrdersChanged, PunchDoubtful, Released, ReplacementFound, ReplacementMissing, RunningLate,
    SyncConflict, TimesheetRuled, TradeMoved, TradeWaits, WindowThin, WontMakeIt,
};
use Role::{Coordinator, Customer, Finance, Officer, Pool, Supervisor};
use Urgency::{Low, Normal, Urgent};

/// How urgent it is. Numbers are part of the protocol: add, never renumber.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Gathered with others of its like into one message, outside of quiet hours.
    #[n(0)]
    Low,
    /// At once, but not in quiet hours.
    #[n(1)]
    Normal,
    /// At once, whatever the hour.
    #[n(2)]
    Urgent,
}

/// A row of the matrix: how certain roles are told of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The event.
    pub event: EventKind,
    /// Who is told.
    pub to: &'static [Role],
    /// How urgently.
    pub urgency: Urgency,
    /// By which channels, besides the entry in the app.
    pub by: &'static [Channel],
    /// And by those that the recipient chose.
    pub and_chosen: bool,
}

/// Told by these channels only; none: in the app only.
const fn only(event: EventKind, to: &'static [Role], urgency: Urgency, by: &'static [Channel]) -> Rule {
    Rule { event, to, urgency, by, and_chosen: false }
}

/// Told by these channels and by those that the recipient chose.
const fn also(event: EventKind, to: &'static [Role], urgency: Urgency, by: &'static [Channel]) -> Rule {
    Rule { event, to, urgency, by, and_chosen: true }
}

/// The whole matrix. A party that has several parts in an event is told by the first row that fits one of them.
const MATRIX: &[Rule] = &[
    only(DetailPosted, &[Officer], Low, &[Push]),
    only(WindowThin, &[Officer], Normal, &[Push]),
    also(WindowThin, &[Coordinator], Normal, &[]),
    also(Awarded, &[Officer, Pool, Customer], Normal, &[Push]),
    also(NotSelected, &[Officer], Normal, &[Push]),
    only(AwardUnacknowledged, &[Officer], Normal, &[Push, Sms]),
    also(AwardUnacknowledged, &[Pool, Coordinator], Normal, &[Push]),
    only(DayBefore, &[Officer], Normal, &[Push]),
    also(DayBefore, &[Customer], Normal, &[]),
    only(HoursBefore, &[Officer], Urgent, &[Push]),
    only(OrdersChanged, &[Officer], Urgent, &[Push]),
    also(LimitWarning, &[Officer, Coordinator, Supervisor], Normal, &[Push]),
    only(CredentialExpires, &[Officer, Coordinator], Low, &[Email]),
    only(InsuranceExpires, &[Customer, Coordinator], Low, &[Email]),
    also(EnRoute, &[Coordinator, Customer], Urgent, &[]),
    also(RunningLate, &[Coordinator, Customer], Urgent, &[]),
    also(WontMakeIt, &[Pool, Coordinator, Customer], Urgent, &[Push, Sms]),
    only(NoClockIn, &[Officer], Urgent, &[Push]),
    only(NoClockIn5, &[Officer, Coordinator], Urgent, &[Push, Sms]),
    also(NoClockIn15, &[Officer, Pool, Coordinator, Customer, Supervisor], Urgent, &[Push, Sms]),
    also(NoContact, &[Coordinator, Supervisor], Urgent, &[]),
    only(NoClockOut5, &[Officer], Urgent, &[Push]),
    only(NoClockOut60, &[Officer, Coordinator], Urgent, &[Push]),
    also(OnTooLong, &[Officer, Supervisor], Urgent, &[Push]),
    only(PunchDoubtful, &[Officer], Normal, &[]),
    also(CalledOff, &[Officer, Pool, Coordinator, Customer], Urgent, &[Push]),
    also(ReplacementFound, &[Officer, Coordinator, Customer], Urgent, &[Push]),
    also(ReplacementMissing, &[Coordinator, Customer, Supervisor], Urgent, &[]),
    also(DetailCancelled, &[Officer, Coordinator, Customer], Urgent, &[Push, Sms]),
    also(DetailChanged, &[Officer, Coordinator, Customer], Urgent, &[Push]),
    also(LockedOut, &[Officer, Pool, Coordinator, Customer, Supervisor], Urgent, &[Push]),
    only(TimesheetRuled, &[Officer], Normal, &[]),
    only(InvoiceSent, &[Customer, Finance], Normal, &[Email]),
    only(InvoiceDue, &[Customer, Finance], Normal, &[Email]),
    only(HoldPlaced, &[Customer, Finance], Normal, &[Email]),
    only(CustomerPaid, &[Finance], Normal, &[]),
    only(CustomerPaid, &[Customer], Normal, &[Email]),
    only(OfficerPaid, &[Officer, Finance], Normal, &[]),
    also(Incident, &[Coordinator, Supervisor, Customer], Urgent, &[Sms]),
    only(SyncConflict, &[Officer, Coordinator], Normal, &[]),
    also(TradeMoved, &[Officer], Normal, &[Push]),
    also(TradeWaits, &[Coordinator], Normal, &[]),
    also(Released, &[Officer, Coordinator, Customer], Urgent, &[Push]),
];

/// How each role is told of an event. Nobody is told of one that this version does not know.
pub fn rules_of(event: EventKind) -> impl Iterator<Item = &'static Rule> {
    MATRIX.iter().filter(move |rule| rule.event == event)
}

/// Within what time the officers told of an event are asked to acknowledge it, if they are. Who tells it may set another, and looks after it.
pub const fn acknowledged_within(event: EventKind) -> Option<Millis> {
    match event {
        Awarded => Some(Millis::from_hours(2)),
        DayBefore | HoursBefore | OrdersChanged => Some(Millis::from_hours(1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_told_to_somebody_and_each_role_by_one_row() {
        for event in EventKind::KNOWN {
            let roles: Vec<_> = rules_of(*event).flat_map(|rule| rule.to).collect();
            assert!(!roles.is_empty(), "{event:?}");
            for role in &roles {
                assert_eq!(roles.iter().filter(|other| other == &role).count(), 1, "{event:?} {role:?}");
            }
        }
        assert_eq!(rules_of(EventKind::Other(999)).count(), 0);
    }

    #[test]
    fn a_detail_that_is_posted_wakes_nobody_and_a_no_show_wakes_everybody() {
        let urgency = |event| rules_of(event).map(|rule| rule.urgency).collect::<Vec<_>>();
        assert_eq!(urgency(DetailPosted), [Low]);
        assert_eq!(urgency(NoClockIn15), [Urgent]);
        let told: Vec<_> = rules_of(NoClockIn15).flat_map(|rule| rule.to).collect();
        assert_eq!(told, [&Officer, &Pool, &Coordinator, &Customer, &Supervisor]);
    }

    #[test]
    fn a_customer_never_hears_of_pay_or_timesheets_and_an_officer_never_of_invoices() {
        for rule in MATRIX {
            let hears = |role| rule.to.contains(&role);
            assert!(!(hears(Customer) && matches!(rule.event, OfficerPaid | TimesheetRuled | PunchDoubtful)));
            assert!(!(hears(Officer) && matches!(rule.event, InvoiceSent | InvoiceDue | HoldPlaced | CustomerPaid)));
        }
    }

    #[test]
    fn an_award_that_nobody_acknowledges_is_told_on_and_no_further() {
        assert!(acknowledged_within(Awarded).is_some());
        assert!(rules_of(AwardUnacknowledged).any(|rule| rule.to.contains(&Coordinator)));
        assert_eq!(acknowledged_within(AwardUnacknowledged), None);
    }
}
