//! What ends soon: approvals, certifications and equipment of officers, and documents of customers.

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::policy::Document;
use detailbook_core::pricing::Day;
use detailbook_core::records::Agency;
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire;
use serde::Serialize;

use super::approvals::ApprovalRecord;
use super::kind::Kind;
use crate::filing;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::known::{self, Known};

/// Something that ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
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

/// What ends between now and so many days from now, the soonest first.
pub fn renewals(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis, within: i64) -> Result<Vec<Renewal>, Problem> {
    let zone = filing::get::<Agency>(sql, agency, agency)?.record.zone;
    let soon = Interval { start: now, end: now + Millis::from_hours(24 * within) };
    let mut found = Vec::new();
    for kind in [Kind::Approvals, Kind::Documents, Kind::CustomerDocuments] {
        for known in known::ending(sql, agency, kind.code(), soon)? {
            let Some(name) = name(kind, &known) else { continue };
            let until = Day(zone.local(known.valid.end - Millis(1)).date());
            let days = (known.valid.end - now).0 / 86_400_000;
            let of = known.subject;
            found.push(Renewal { what: kind.name(), of, kind: name, key: known.key.name, until, days });
        }
    }
    found.sort_by(|one, other| (one.until, one.what, &one.key).cmp(&(other.until, other.what, &other.key)));
    Ok(found)
}

/// What it is of which kind; nothing for an approval that was taken back.
fn name(kind: Kind, known: &Known) -> Option<String> {
    match kind {
        Kind::Approvals => {
            wire::decode::<ApprovalRecord>(&known.body).ok().filter(|it| it.revoked.is_none()).map(|it| it.kind)
        }
        _ => wire::decode::<Document>(&known.body).ok().map(|it| it.kind),
    }
}
