//! Shift logs that the officer began without an assignment about that time, and linking one of them.

use detailbook_core::ids::{AssignmentId, DocumentId, FactId};
use detailbook_core::shift::Fact;
use detailbook_core::time::Millis;

use super::super::page::{Answer, Page};
use super::super::seal::Seal;
use super::super::visit::Visit;
use super::conflicts::fact_line;
use super::filter;
use crate::access::scope::Scope;
use crate::problem::Problem;
use crate::scheduling;
use crate::store::facts::{self, StoredFact};
use crate::store::{Sql, unassigned};
use crate::timesheets::{Sheet, counts};

/// How far from a detail a shift log may lie that is shown with it.
const NEAR: Millis = Millis::from_hours(24);

/// Shift logs that are looked into: the first that came from then on. A phone may begin thousands.
const LOGS: i64 = 20;
/// Facts of each that are looked at.
const FACTS: i64 = 200;

/// A shift log that no assignment has.
pub(super) struct Loose {
    pub(super) log: String,
    pub(super) lines: Vec<String>,
    pub(super) form: Option<LinkForm>,
}

/// The form that links it.
pub(super) struct LinkForm {
    pub(super) action: String,
    pub(super) seal: Seal,
    pub(super) why: String,
    pub(super) wrong: Option<String>,
}

/// Those of the officer's about the time of the detail. An assignment that has a linked one takes no other.
pub(super) fn near(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet) -> Result<Vec<Loose>, Problem> {
    let (agency, zone) = (visit.agency()?, visit.who()?.zone);
    let may_link = visit.who()?.may(Scope::Assign) && sheet.assignment.shift_log.is_none();
    let path = format!("/console/timesheets/{}/link", sheet.assignment.id);
    let mut near = Vec::new();
    for log in unassigned::of_officer_from(sql, agency, sheet.officer.id, sheet.detail.starts - NEAR, LOGS)? {
        let facts = facts::of_document(sql, agency, log, FactId::NIL, FACTS)?;
        if !facts.iter().any(|fact| is_near(fact, sheet)) {
            continue;
        }
        // What was typed, and what is wrong with it, belongs to the form that was sent.
        let sent = visit.typed("log") == log.to_string();
        let form = may_link.then(|| LinkForm {
            action: filter::address(visit, &path, ""),
            seal: visit.seal(&path),
            why: if sent { visit.typed("why").to_owned() } else { String::new() },
            wrong: visit.wrong("why").filter(|_| sent),
        });
        let mut lines: Vec<_> = facts.iter().filter(|fact| counts(fact)).map(|fact| fact_line(fact, zone)).collect();
        if facts.len() == FACTS as usize {
            lines.push("And more, which are not listed here.".to_owned());
        }
        near.push(Loose { log: log.to_string(), lines, form });
    }
    Ok(near)
}

fn is_near(stored: &StoredFact, sheet: &Sheet) -> bool {
    let (from, until) = (sheet.detail.starts - NEAR, sheet.detail.ends + NEAR);
    Fact::from_bytes(&stored.body).is_ok_and(|fact| (from..until).contains(&fact.clock.wall))
}

/// Links one of them.
pub(super) fn link(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    visit.must(Scope::EvidenceRead)?;
    let id = visit.id::<AssignmentId>("id")?;
    let log: DocumentId =
        visit.typed("log").parse().map_err(|_| Problem::invalid("log", "must be one of these shift logs"))?;
    scheduling::link_log(sql, &visit.by()?, id, log, visit.typed("why")).map_err(|problem| {
        problem.reason.strip_prefix("reason: ").map_or_else(|| problem.clone(), |why| Problem::invalid("why", why))
    })?;
    Ok(Page::to(&filter::sheet(visit, id, "said=sheet-linked")))
}
