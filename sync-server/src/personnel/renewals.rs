//! What ends soon: approvals, certifications and equipment of officers, and documents of customers.

use detailbook_core::ids::{AgencyId, CustomerId, OfficerId, RecordId};
use detailbook_core::notices::EventKind;
use detailbook_core::policy::Document;
use detailbook_core::pricing::Day;
use detailbook_core::records::Agency;
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire;
use serde::Serialize;
use utoipa::ToSchema;

use super::approvals::{ApprovalRecord, State};
use super::kind::{ALWAYS, Kind};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Next, Run};
use crate::notices::{self, Event, Words};
use crate::problem::Problem;
use crate::store::known::{self, Known};
use crate::store::{Sql, StoreError};

/// Something that ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Renewal {
    /// What it is: `approvals`, `documents` or `customer_documents`.
    pub what: &'static str,
    /// Whose: an officer's or a customer's id.
    pub of: RecordId,
    /// Of which kind, such as `insurance`.
    pub kind: String,
    /// Its key; an approval's id.
    pub key: String,
    /// The last day it is good for.
    pub until: Day,
    /// Days from now until it is good no more.
    pub days: i64,
}

/// Reminds those concerned of what ends soon, once a day.
pub const REMIND: jobs::Kind =
    jobs::Kind::inside("personnel.renewals", remind).in_bulk().or_tell(jobs::tell_coordinator);

/// How many days ahead people are reminded, and how often that is looked at.
const REMINDED: [i64; 3] = [30, 14, 3];
const DAY: Millis = Millis::from_hours(24);

/// Has reminders sent from now on, unless they are already; where that had stopped, it goes on.
pub(super) fn watch(sql: &mut dyn Sql, by: &By<'_>) -> Result<(), StoreError> {
    jobs::keep_going(sql, by.agency, &REMIND, "daily", by.now + DAY, by.now, &())
}

fn remind(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let by = run.by();
    for renewal in renewals(sql, by.agency, by.now, REMINDED[0] + 1)? {
        // The nearest of the days that is not past: whoever missed a day is still reminded once.
        let Some(step) = REMINDED.iter().rev().find(|days| renewal.days <= **days) else { continue };
        match tell(sql, &by, &renewal, *step) {
            // What is stored of one cannot be read: that is damage for the check to find, and the others hear of theirs.
            Err(error @ StoreError::Column { .. }) => {
                tracing::error!(%error, kind = renewal.what, "one cannot be reminded of what ends soon");
            }
            told => told?,
        }
    }
    Ok(Next::At(run.now + DAY))
}

fn tell(sql: &mut dyn Sql, by: &By<'_>, renewal: &Renewal, step: i64) -> Result<(), StoreError> {
    let plain = renewal.kind.replace('_', " ");
    let words = Words::new(&format!("Ends soon: {plain}"), &format!("{plain} is good until {}.", renewal.until));
    let of = *renewal.of.as_bytes();
    let key = format!("{} {} {step}", renewal.key, renewal.until);
    let event = if renewal.what == "customer_documents" {
        let customer = Some(CustomerId::from_bytes(of));
        Event { customer, ..Event::new(EventKind::InsuranceExpires, key, words) }
    } else {
        let officers = vec![OfficerId::from_bytes(of)];
        Event { officers, ..Event::new(EventKind::CredentialExpires, key, words) }
    };
    notices::tell(sql, by, &event).map(drop)
}

/// What ends between now and so many days from now, the soonest first. What something of its kind follows needs no renewal.
pub fn renewals(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis, within: i64) -> Result<Vec<Renewal>, Problem> {
    let zone = filing::get::<Agency>(sql, agency, agency)?.record.zone;
    let soon = Interval { start: now, end: now + Millis::from_hours(24 * within) };
    let mut found = Vec::new();
    for kind in [Kind::Approvals, Kind::Documents, Kind::CustomerDocuments] {
        for known in known::ending(sql, agency, kind.code(), soon)? {
            let Some((name, _)) = stands(kind, &known) else { continue };
            if is_followed(sql, agency, kind, &known, now)? {
                continue;
            }
            let until = Day(zone.local(known.valid.end - Millis(1)).date());
            let days = (known.valid.end - now).0 / 86_400_000;
            let of = known.subject;
            found.push(Renewal { what: kind.name(), of, kind: name, key: known.key.name, until, days });
        }
    }
    found.sort_by(|one, other| (one.until, one.what, &one.key).cmp(&(other.until, other.what, &other.key)));
    Ok(found)
}

/// Is there one of the same kind that goes on where this one ends?
fn is_followed(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: Kind,
    ending: &Known,
    now: UnixMillis,
) -> Result<bool, StoreError> {
    let (what, end) = (stands(kind, ending), ending.valid.end);
    let all = known::of_subject(sql, agency, ending.subject, kind.code(), ALWAYS, now)?;
    let follows = |other: &Known| other.valid.start <= end && other.valid.end > end && stands(kind, other) == what;
    Ok(all.iter().any(follows))
}

/// Of which kind it is, and for which employer where it is for one; nothing for an approval that was never given or was taken back.
fn stands(kind: Kind, known: &Known) -> Option<(String, Option<CustomerId>)> {
    match kind {
        Kind::Approvals => {
            let approval = wire::decode::<ApprovalRecord>(&known.body).ok()?;
            let stands = matches!(approval.state(), State::Granted | State::ByWord);
            stands.then_some((approval.kind, approval.employer))
        }
        _ => wire::decode::<Document>(&known.body).ok().map(|it| (it.kind, None)),
    }
}
