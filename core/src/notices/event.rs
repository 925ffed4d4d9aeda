//! What happens that somebody is told of.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal,)*) => {
        /// What happened. Numbers are part of the protocol: add, never renumber.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum EventKind {
            $($(#[$doc])* $name,)*
            /// A kind newer than this version.
            Other(u16),
        }

        impl EventKind {
            /// Every kind this version has a name for.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];

            /// The kind's number.
            pub const fn code(self) -> u16 {
                match self { $(Self::$name => $code,)* Self::Other(code) => code }
            }

            /// The kind with that number.
            pub const fn from_code(code: u16) -> Self {
                match code { $($code => Self::$name,)* other => Self::Other(other) }
            }

            /// The kind's name in text.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Other(_) => "other" }
            }
        }
    };
}

events! {
    /// A detail was posted, or its window opened.
    DetailPosted = 1 "detail_posted",
    /// The window closes in two hours, and there are not enough applicants.
    WindowThin = 2 "window_thin",
    /// An officer was awarded a position.
    Awarded = 3 "awarded",
    /// An applicant was not selected.
    NotSelected = 4 "not_selected",
    /// An award was not acknowledged in time.
    AwardUnacknowledged = 5 "award_unacknowledged",
    /// The detail begins in 24 hours.
    DayBefore = 6 "day_before",
    /// The detail begins in two hours.
    HoursBefore = 7 "hours_before",
    /// The post orders changed.
    OrdersChanged = 8 "orders_changed",
    /// A limit of hours or a rest would be broken by an assignment that stands.
    LimitWarning = 9 "limit_warning",
    /// An officer's certification or approval expires soon.
    CredentialExpires = 10 "credential_expires",
    /// A customer's certificate of insurance expires soon.
    InsuranceExpires = 11 "insurance_expires",
    /// The officer is on the way.
    EnRoute = 12 "en_route",
    /// The officer is late.
    RunningLate = 13 "running_late",
    /// The officer will not make it.
    WontMakeIt = 14 "wont_make_it",
    /// Nobody clocked in at the start.
    NoClockIn = 15 "no_clock_in",
    /// Nobody clocked in five minutes after the start.
    NoClockIn5 = 16 "no_clock_in_5",
    /// Nobody clocked in fifteen minutes after the start.
    NoClockIn15 = 17 "no_clock_in_15",
    /// Nobody is known to have clocked in, but the phone has not been heard of since: no contact.
    NoContact = 18 "no_contact",
    /// Nobody clocked out five minutes after the end.
    NoClockOut5 = 19 "no_clock_out_5",
    /// Nobody clocked out an hour after the end.
    NoClockOut60 = 20 "no_clock_out_60",
    /// Somebody has been clocked in for 16 hours.
    OnTooLong = 21 "on_too_long",
    /// A punch is uncertain, outside the fence, or its clock jumped.
    PunchDoubtful = 22 "punch_doubtful",
    /// The officer called off.
    CalledOff = 23 "called_off",
    /// The place of an officer who called off is filled.
    ReplacementFound = 24 "replacement_found",
    /// The place of an officer who called off stays unfilled.
    ReplacementMissing = 25 "replacement_missing",
    /// The customer cancelled the detail.
    DetailCancelled = 26 "detail_cancelled",
    /// The customer changed the detail.
    DetailChanged = 27 "detail_changed",
    /// The duty status of an officer locks them out of details.
    LockedOut = 28 "locked_out",
    /// The agency ruled on a timesheet, or ruled anew.
    TimesheetRuled = 29 "timesheet_ruled",
    /// An invoice was sent.
    InvoiceSent = 30 "invoice_sent",
    /// An invoice is due soon, or overdue.
    InvoiceDue = 31 "invoice_due",
    /// No further detail of the customer's is posted until it pays.
    HoldPlaced = 32 "hold_placed",
    /// The customer paid.
    CustomerPaid = 33 "customer_paid",
    /// The officer was paid.
    OfficerPaid = 34 "officer_paid",
    /// An incident or a police action on a detail.
    Incident = 35 "incident",
    /// Something that a phone sent was refused, or clashes with what is there.
    SyncConflict = 36 "sync_conflict",
    /// A trade was offered, answered, or is over.
    TradeMoved = 37 "trade_moved",
    /// A trade was taken and waits for the agency's agreement.
    TradeWaits = 38 "trade_waits",
    /// The agency released an officer from a detail.
    Released = 39 "released",
}

impl<C> Encode<C> for EventKind {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u16(self.code())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for EventKind {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        d.u16().map(Self::from_code)
    }
}

#[cfg(feature = "schema")]
crate::schema::text!(EventKind, "name");

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = Self::KNOWN.iter().find(|kind| kind.name() == name);
        known.copied().ok_or_else(|| de::Error::custom("no such event"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::wire;

    #[test]
    fn every_event_has_a_number_and_a_name_of_its_own_and_survives_both() {
        let codes: BTreeSet<_> = EventKind::KNOWN.iter().map(|kind| kind.code()).collect();
        let names: BTreeSet<_> = EventKind::KNOWN.iter().map(|kind| kind.name()).collect();
        assert_eq!((codes.len(), names.len()), (EventKind::KNOWN.len(), EventKind::KNOWN.len()));
        for kind in EventKind::KNOWN {
            assert_eq!(wire::decode::<EventKind>(&wire::encode(kind)).ok(), Some(*kind));
            assert_eq!(serde_json::from_str::<EventKind>(&serde_json::to_string(kind).unwrap()).ok(), Some(*kind));
        }
    }

    #[test]
    fn an_event_of_a_newer_version_is_kept() {
        let newer = EventKind::Other(999);
        assert_eq!(wire::decode::<EventKind>(&wire::encode(&newer)).ok(), Some(newer));
    }
}
