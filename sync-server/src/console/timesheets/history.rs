//! What was ruled on a timesheet and what it paid, the ruling in force first.

use detailbook_core::ids::{AgencyId, AssignmentId, RulingId};
use detailbook_core::records::Ruling;

use super::super::visit::Visit;
use super::words;
use crate::access::scope::Scope;
use crate::problem::Problem;
use crate::rulings;
use crate::store::Sql;

/// Rulings that are shown.
const MOST: i64 = 50;

/// One ruling.
pub(super) struct Past {
    /// Where the audit log tells of it, for whoever may read that.
    pub(super) logged: Option<String>,
    pub(super) in_force: bool,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) accepted: Vec<String>,
    pub(super) length: String,
    pub(super) exceptions: Vec<String>,
    pub(super) reason: String,
    pub(super) counts_as: String,
    pub(super) pays: Option<String>,
    pub(super) tariff: String,
    pub(super) lines: Vec<String>,
}

/// The rulings on a timesheet, the one in force first.
pub(super) fn rulings(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId) -> Result<Vec<Ruling>, Problem> {
    let found = rulings::history(sql, agency, id, RulingId::NIL, MOST)?;
    Ok(found.into_iter().map(|stored| stored.record).collect())
}

/// The same in words.
pub(super) fn of(visit: &Visit, rulings: Vec<Ruling>) -> Result<Vec<Past>, Problem> {
    let (zone, may_audit) = (visit.who()?.zone, visit.who()?.may(Scope::AuditRead));
    let past = rulings.into_iter().enumerate().map(|(place, ruling)| Past {
        logged: may_audit.then(|| format!("/console/audit?subject={}", ruling.id)),
        in_force: place == 0,
        by: ruling.ruled_by,
        at: visit.time(ruling.ruled_at),
        accepted: ruling.accepted.iter().map(|interval| words::stretch(zone, *interval)).collect(),
        length: words::length(&ruling.accepted),
        exceptions: ruling.exceptions,
        reason: ruling.reason,
        counts_as: ruling.counts_as.map(|it| format!("{}, job type {}", it.rank, it.job_type)).unwrap_or_default(),
        pays: ruling.pay.as_ref().map(|pay| pay.amount.to_string()),
        tariff: ruling.pay.as_ref().map(|pay| pay.tariff.clone()).unwrap_or_default(),
        lines: ruling.pay.map(|pay| pay.lines).unwrap_or_default(),
    });
    Ok(past.collect())
}
