//! Telling people what happened to a detail and to those on it: the one place that hands it to the notices.

use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId};
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::{Detail, Officer, RecordKind};
use detailbook_core::time::{Millis, UnixMillis};

use super::customer;
use crate::audit::By;
use crate::notices::{self, Event, Words};
use crate::store::{Sql, StoreError, records};

/// Something that happened to a detail.
pub(super) struct Happened<'a> {
    /// What.
    pub(super) kind: EventKind,
    /// What it is called, where not as its kind is.
    pub(super) title: Option<&'static str>,
    /// Which of its kind: telling somebody the same again tells nothing.
    pub(super) key: String,
    /// The detail.
    pub(super) detail: &'a Detail,
    /// The assignment.
    pub(super) assignment: Option<AssignmentId>,
    /// Whom it is about.
    pub(super) officers: Vec<OfficerId>,
    /// Who may step in.
    pub(super) pool: Vec<OfficerId>,
    /// A sentence for everybody.
    pub(super) text: String,
    /// What certain roles are told instead.
    pub(super) text_for: Vec<(Role, String)>,
    /// It cannot wait for the end of anybody's quiet hours.
    pub(super) urgent: bool,
    /// The customer is none of those whom it concerns.
    pub(super) not_customer: bool,
}

/// How close to its start people are told of a detail at once, whatever the hour: nobody sleeps through an order for tonight.
const AT_ONCE_UNDER: Millis = Millis::from_hours(12);

/// Is it too close to its start to wait for the end of anybody's quiet hours?
pub(super) fn is_soon(detail: &Detail, now: UnixMillis) -> bool {
    detail.starts - now < AT_ONCE_UNDER
}

impl<'a> Happened<'a> {
    /// Something that concerns nobody but staff and customer yet.
    pub(super) const fn new(kind: EventKind, key: String, detail: &'a Detail, text: String) -> Self {
        Self {
            kind,
            title: None,
            key,
            detail,
            assignment: None,
            officers: vec![],
            pool: vec![],
            text,
            text_for: vec![],
            urgent: false,
            not_customer: false,
        }
    }

    /// About an assignment and its officer.
    pub(super) fn about(self, assignment: AssignmentId, officer: OfficerId) -> Self {
        Self { assignment: Some(assignment), officers: vec![officer], ..self }
    }
}

/// Tells whom it concerns.
pub(super) fn told(sql: &mut dyn Sql, by: &By<'_>, happened: &Happened<'_>) -> Result<(), StoreError> {
    let detail = happened.detail;
    let title = format!("{}: {}", happened.title.unwrap_or_else(|| title(happened.kind)), named(detail));
    let customer = customer::of(sql, by.agency, detail)?;
    let words_for = happened.text_for.iter().map(|(role, text)| (*role, Words::new(&title, text)));
    let event = Event {
        officers: happened.officers.clone(),
        pool: happened.pool.clone(),
        customer: customer.filter(|_| !happened.not_customer),
        detail: Some(detail.id),
        assignment: happened.assignment,
        words_for: words_for.collect(),
        urgent: happened.urgent,
        ..Event::new(happened.kind, happened.key.clone(), Words::new(&title, &happened.text))
    };
    notices::tell(sql, by, &event).map(drop)
}

const fn title(kind: EventKind) -> &'static str {
    match kind {
        EventKind::WindowThin => "Too few applicants",
        EventKind::AwardUnacknowledged => "Not acknowledged",
        EventKind::DayBefore => "Tomorrow",
        EventKind::HoursBefore => "Soon",
        EventKind::OrdersChanged => "Post orders changed",
        EventKind::EnRoute => "On the way",
        EventKind::RunningLate => "Running late",
        EventKind::OnTooLong => "Clocked in for too long",
        EventKind::PunchDoubtful => "A punch is in doubt",
        EventKind::Incident => "Incident",
        EventKind::WontMakeIt => "Won't make it",
        EventKind::NoClockIn => "Begun",
        EventKind::NoClockIn5 => "Late",
        EventKind::NoClockIn15 => "Looks like a no-show",
        EventKind::NoContact => "No contact",
        EventKind::CalledOff => "Called off",
        EventKind::ReplacementFound => "Filled again",
        EventKind::ReplacementMissing => "Nobody found",
        EventKind::DetailChanged => "Changed",
        EventKind::LimitWarning => "Rules stand in the way",
        EventKind::NoClockOut5 | EventKind::NoClockOut60 => "Not clocked out",
        EventKind::SyncConflict => "Clashes with what is known",
        EventKind::TradeMoved => "Trade",
        EventKind::TradeWaits => "Trade to agree to",
        EventKind::Released | EventKind::LockedOut => "Released",
        _ => "Detail",
    }
}

/// How a detail is called in what people are told: its title and when it begins by its own clocks.
pub(super) fn named(detail: &Detail) -> String {
    format!("{}, {}", detail.title, detail.zone.clock_text(detail.starts))
}

/// How staff know an officer: by name and employee number.
pub(super) fn staff_name(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<String, StoreError> {
    let found = records::get::<Officer>(sql, agency, RecordKind::Officer, officer)?.map(|stored| stored.record);
    Ok(match found {
        Some(who) if who.employee_number.is_empty() => who.name,
        Some(who) => format!("{} ({})", who.name, who.employee_number),
        None => "An officer".to_owned(),
    })
}
