//! What our own records say of an officer's time: details as scheduled, and as ruled on; and what happened around them.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::geo::Point;
use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId, RecordId, RulingId, SiteId};
use detailbook_core::policy::{Event, Known, Stint, Stream};
use detailbook_core::records::{
    Application, ApplicationState, Assignment, AssignmentState, Detail, DetailState, RecordKind, Ruling, Site,
};
use detailbook_core::shift::FactKind;
use detailbook_core::time::{Interval, UnixMillis};

use super::detail_facts;
use super::proposal::middle;
use crate::store::records::Stored;
use crate::store::versions::{self, Of, Version};
use crate::store::{Row, Sql, StoreError, listing, params, records};

/// An assignment with its detail, each as it was.
struct Held {
    assignments: Vec<Version<Assignment>>,
    details: Vec<Version<Detail>>,
}

impl Held {
    fn assignment(&self) -> &Version<Assignment> {
        // There is at least one: nothing is held without a version.
        &self.assignments[self.assignments.len() - 1]
    }

    fn detail(&self) -> &Version<Detail> {
        &self.details[self.details.len() - 1]
    }

    fn when(&self) -> Interval {
        let detail = &self.detail().record;
        Interval { start: detail.starts, end: detail.ends }
    }

    fn stands(&self) -> bool {
        let cancelled = self.detail().record.state == DetailState::Cancelled;
        self.assignment().record.state == AssignmentState::Active && !cancelled
    }
}

fn held(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<BTreeMap<AssignmentId, Held>, StoreError> {
    let assignments = versions::of_assignments::<Assignment>(sql, agency, officer, Of::Assignment, around, as_of)?;
    let mut details = versions::of_assignments::<Detail>(sql, agency, officer, Of::Detail, around, as_of)?;
    let both = |(id, assignments)| Some((id, Held { assignments, details: details.remove(&id)? }));
    Ok(assignments.into_iter().filter_map(both).collect())
}

/// Details as time: as scheduled while the officer has them, and as accepted once they are ruled on.
pub(super) fn stints(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Vec<Stint>, StoreError> {
    let mut stints = Vec::new();
    let mut places = BTreeMap::new();
    for (id, held) in held(sql, agency, officer, around, as_of)? {
        let ruling = ruling(sql, agency, id, as_of)?;
        let stint = of_detail(sql, agency, &held, as_of, &mut places)?;
        match ruling {
            // Ruled time is what happened, also on a detail from which the officer was released meanwhile.
            Some(Ruling { accepted, ruled_at, .. }) => {
                let known = Known::since(ruled_at);
                stints.extend(accepted.into_iter().map(|when| Stint { when, known, ..stint.clone() }));
            }
            None if held.stands() => stints.push(stint),
            None => {}
        }
    }
    Ok(stints)
}

fn of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    held: &Held,
    as_of: UnixMillis,
    places: &mut BTreeMap<SiteId, Option<Point>>,
) -> Result<Stint, StoreError> {
    let (assignment, detail) = (held.assignment(), held.detail());
    let site = detail.record.site;
    let place = if let Some(known) = places.get(&site) {
        *known
    } else {
        let found = versions::at::<Site>(sql, agency, RecordKind::Site, site, as_of)?;
        *places.entry(site).or_insert(found.and_then(|site| middle(&site.record)))
    };
    let facts = detail_facts::at(sql, agency, detail.record.id, as_of)?;
    Ok(Stint {
        class: facts.class.unwrap_or_else(|| detail.record.job_type.clone()),
        tags: facts.tags.unwrap_or_default(),
        paid: facts.paid,
        charged: facts.charged,
        place,
        assignment: Some(assignment.record.id),
        known: Known::since(assignment.since.max(detail.since)),
        ..Stint::of(Stream::Detail, held.when())
    })
}

/// The ruling on an assignment that was in force at `as_of`.
fn ruling(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: AssignmentId,
    as_of: UnixMillis,
) -> Result<Option<Ruling>, StoreError> {
    let mut next: Option<RulingId> = crate::store::rulings::in_force(sql, agency, id)?;
    while let Some(id) = next {
        let Some(Stored { record, .. }) = records::get::<Ruling>(sql, agency, RecordKind::Ruling, id)? else { break };
        if record.ruled_at <= as_of {
            return Ok(Some(record));
        }
        next = record.supersedes;
    }
    Ok(None)
}

/// What happened around an officer's details, by the codes that rules know: applied, withdrawn, awarded, released, detail_cancelled, and
/// post orders read.
pub(super) fn events(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Vec<Event>, StoreError> {
    let held = held(sql, agency, officer, around, as_of)?;
    let mut events = Vec::new();
    for held in held.values() {
        events.extend(of_assignment(held));
    }
    events.extend(orders_read(sql, agency, officer, around, as_of, &held)?);
    events.extend(applications(sql, agency, officer, around, as_of)?);
    events.sort_by(|one, other| (one.at, &one.kind, one.detail).cmp(&(other.at, &other.kind, other.detail)));
    Ok(events)
}

/// Something that happened around a detail.
pub(super) fn event(kind: &str, at: UnixMillis, detail: &Detail) -> Event {
    Event {
        kind: kind.to_owned(),
        at,
        about: Some(Interval { start: detail.starts, end: detail.ends }),
        detail: Some(detail.id),
        class: detail.job_type.clone(),
        excused: false,
        known: Known::since(at),
    }
}

fn of_assignment(held: &Held) -> Vec<Event> {
    let detail = &held.detail().record;
    let mut events = vec![event("awarded", held.assignments[0].since, detail)];
    let released = held.assignments.iter().find(|version| version.record.state == AssignmentState::Released);
    events.extend(released.map(|version| event("released", version.since, detail)));
    let cancelled = held.details.iter().find(|version| version.record.state == DetailState::Cancelled);
    events.extend(cancelled.map(|version| event("detail_cancelled", version.since, detail)));
    events
}

/// That the officer has read the post orders, as the phone says.
fn orders_read(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
    held: &BTreeMap<AssignmentId, Held>,
) -> Result<Vec<Event>, StoreError> {
    let rows = sql.query(
        "SELECT a.assignment, f.received_at FROM assignments a
         JOIN facts f ON f.agency = a.agency AND f.document = a.log
         WHERE a.agency = $1 AND a.officer = $2 AND a.ends > $3 AND a.starts < $4 AND f.kind = $5 AND f.received_at <= $6
         ORDER BY a.assignment, f.fact",
        &params![agency, officer, around.start, around.end, FactKind::OrdersRead.code(), as_of],
    )?;
    let read = |row: &Row| -> Result<Option<Event>, StoreError> {
        let (assignment, at) = (row.id::<AssignmentId>(0)?, row.time(1)?);
        Ok(held.get(&assignment).map(|held| event("post_orders_read", at, &held.detail().record)))
    };
    rows.iter().filter_map(|row| read(row).transpose()).collect()
}

fn applications(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Vec<Event>, StoreError> {
    let all = listing::of_officer::<Application>(sql, agency, officer, RecordId::NIL, i64::MAX)?;
    let (mut events, mut seen) = (Vec::new(), BTreeSet::new());
    for (id, Stored { record, .. }) in all {
        let known = record.received_at <= as_of && around.contains(record.received_at) && seen.insert(id);
        let detail =
            if known { versions::at::<Detail>(sql, agency, RecordKind::Detail, record.detail, as_of)? } else { None };
        let Some(Version { record: detail, .. }) = detail else { continue };
        events.push(event("applied", record.received_at, &detail));
        let states = versions::all::<Application>(sql, agency, RecordKind::Application, id, as_of)?;
        let withdrawn = states.iter().find(|version| version.record.state == ApplicationState::Withdrawn);
        events.extend(withdrawn.map(|version| event("withdrawn", version.since, &detail)));
    }
    Ok(events)
}
