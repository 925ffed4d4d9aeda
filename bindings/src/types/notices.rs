//! What an officer is told of an event.

use detailbook_core::device::{AcknowledgementView, NoticeView};
use detailbook_core::ids::{AssignmentId, DetailId, NoticeId, OfficerId};
use detailbook_core::notices::{EventKind, Urgency};
use detailbook_core::records::Notice;
use detailbook_core::time::UnixMillis;

/// A notice.
#[uniffi::remote(Record)]
pub struct NoticeView {
    /// The notice.
    pub notice: Notice,
    /// Has the officer acknowledged it? Absent where nobody asks, and the officer has not said so unasked.
    pub acknowledgement: Option<AcknowledgementView>,
}

/// What an officer is told of an event.
#[uniffi::remote(Record)]
pub struct Notice {
    /// The notice.
    pub id: NoticeId,
    /// Whom it tells.
    pub officer: OfficerId,
    /// What happened.
    pub event: EventKind,
    /// How urgent it is.
    pub urgency: Urgency,
    /// One line.
    pub title: String,
    /// The words.
    pub text: String,
    /// When.
    pub at: UnixMillis,
    /// The detail it is about.
    pub detail: Option<DetailId>,
    /// The assignment it is about.
    pub assignment: Option<AssignmentId>,
    /// Until when the officer is asked to acknowledge it; absent where nobody asks.
    pub acknowledge_by: Option<UnixMillis>,
    /// When the officer did.
    pub acknowledged: Option<UnixMillis>,
}

/// How urgent it is.
#[uniffi::remote(Enum)]
pub enum Urgency {
    /// Gathered with others of its like into one message, outside of quiet hours.
    Low,
    /// At once, but not in quiet hours.
    Normal,
    /// At once, whatever the hour.
    Urgent,
}

/// What happened that somebody is told of.
#[uniffi::remote(Enum)]
pub enum EventKind {
    /// A detail was posted, or its window opened.
    DetailPosted,
    /// The window closes in two hours, and there are not enough applicants.
    WindowThin,
    /// An officer was awarded a position.
    Awarded,
    /// An applicant was not selected.
    NotSelected,
    /// An award was not acknowledged in time.
    AwardUnacknowledged,
    /// The detail begins in 24 hours.
    DayBefore,
    /// The detail begins in two hours.
    HoursBefore,
    /// The post orders changed.
    OrdersChanged,
    /// A limit of hours or a rest would be broken by an assignment that stands.
    LimitWarning,
    /// An officer's certification or approval expires soon.
    CredentialExpires,
    /// A customer's certificate of insurance expires soon.
    InsuranceExpires,
    /// The officer is on the way.
    EnRoute,
    /// The officer is late.
    RunningLate,
    /// The officer will not make it.
    WontMakeIt,
    /// Nobody clocked in at the start.
    NoClockIn,
    /// Nobody clocked in five minutes after the start.
    NoClockIn5,
    /// Nobody clocked in fifteen minutes after the start.
    NoClockIn15,
    /// Nobody is known to have clocked in, but the phone has not been heard of since: no contact.
    NoContact,
    /// Nobody clocked out five minutes after the end.
    NoClockOut5,
    /// Nobody clocked out an hour after the end.
    NoClockOut60,
    /// Somebody has been clocked in for 16 hours.
    OnTooLong,
    /// A punch is uncertain, outside the fence, or its clock jumped.
    PunchDoubtful,
    /// The officer called off.
    CalledOff,
    /// The place of an officer who called off is filled.
    ReplacementFound,
    /// The place of an officer who called off stays unfilled.
    ReplacementMissing,
    /// The customer cancelled the detail.
    DetailCancelled,
    /// The customer changed the detail.
    DetailChanged,
    /// The duty status of an officer locks them out of details.
    LockedOut,
    /// The agency ruled on a timesheet, or ruled anew.
    TimesheetRuled,
    /// An invoice was sent.
    InvoiceSent,
    /// An invoice is due soon, or overdue.
    InvoiceDue,
    /// No further detail of the customer's is posted until it pays.
    HoldPlaced,
    /// The customer paid.
    CustomerPaid,
    /// The officer was paid.
    OfficerPaid,
    /// An incident or a police action on a detail.
    Incident,
    /// Something that a phone sent was refused, or clashes with what is there.
    SyncConflict,
    /// A trade was offered, answered, or is over.
    TradeMoved,
    /// A trade was taken and waits for the agency's agreement.
    TradeWaits,
    /// The agency released an officer from a detail.
    Released,
    /// A kind newer than this version.
    Other(u16),
}
