//! What our own records say of an officer's time: details as scheduled, and as ruled on; and what happened around them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use detailbook_core::geo::Point;
use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId, SiteId};
use detailbook_core::policy::{Event, Known, Stint, Stream};
use detailbook_core::records::{
    ApplicationState, Assignment, AssignmentState, Detail, DetailState, RecordKind, Ruling, Site,
};
use detailbook_core::shift::FactKind;
use detailbook_core::time::{Interval, UnixMillis};

use super::detail_facts::{self, DetailFacts};
use super::proposal::middle;
use crate::store::versions::{self, Of, Version};
use crate::store::{Ahead, One, Row, Sql, StoreError, Value, params, records};

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

/// What our own records say of an officer: how the time was spent, and what happened.
pub(super) fn known(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<(Vec<Stint>, Vec<Event>), StoreError> {
    let held = held(sql, agency, officer, around, as_of)?;
    let stints = stints(sql, agency, officer, around, as_of, &held)?;
    Ok((stints, events(sql, agency, officer, around, as_of, &held)?))
}

/// Reads ahead what [`known`] asks of many officers.
pub(super) fn read_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    officers: &[OfficerId],
    around: Interval,
    as_of: UnixMillis,
) -> Result<(), StoreError> {
    versions::of_officers_ahead(ahead, agency, officers, around, as_of)?;
    detail_facts::of_officers_ahead(ahead, agency, officers, around, as_of)?;
    ahead.read(ORDERS_READ, &asked_of_orders(agency, around, as_of), officers.iter().copied())
}

/// Details as time: as scheduled while the officer has them, and as accepted once they are ruled on.
fn stints(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
    held: &BTreeMap<AssignmentId, Held>,
) -> Result<Vec<Stint>, StoreError> {
    let mut stints = Vec::new();
    let mut places = BTreeMap::new();
    let mut rulings = versions::rulings(sql, agency, officer, around)?;
    let facts = detail_facts::of_officer(sql, agency, officer, around, as_of)?;
    for (id, held) in held {
        let ruling = rulings.remove(id).map(|ruling| then(sql, agency, ruling, as_of)).transpose()?.flatten();
        let said = facts.get(&held.detail().record.id).cloned().unwrap_or_default();
        let stint = of_detail(sql, agency, held, said, as_of, &mut places)?;
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
    facts: DetailFacts,
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

/// Of a ruling that is in force now and those that it replaced, the one that was in force at `as_of`.
fn then(
    sql: &mut dyn Sql,
    agency: AgencyId,
    mut ruling: Ruling,
    as_of: UnixMillis,
) -> Result<Option<Ruling>, StoreError> {
    while ruling.ruled_at > as_of {
        let Some(before) = ruling.supersedes else { return Ok(None) };
        let Some(stored) = records::get::<Ruling>(sql, agency, RecordKind::Ruling, before)? else { return Ok(None) };
        ruling = stored.record;
    }
    Ok(Some(ruling))
}

/// What happened around an officer's details, by the codes that rules know: applied, withdrawn, awarded, released, detail_cancelled, and
/// post orders read.
fn events(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
    held: &BTreeMap<AssignmentId, Held>,
) -> Result<Vec<Event>, StoreError> {
    let mut events = Vec::new();
    for held in held.values() {
        events.extend(of_assignment(held));
    }
    events.extend(orders_read(sql, agency, officer, around, as_of, held)?);
    events.extend(applications(sql, agency, officer, around, as_of)?);
    events.sort_by(|one, other| (one.at, &one.kind, one.detail).cmp(&(other.at, &other.kind, other.detail)));
    Ok(events)
}

/// Something that happened around a detail.
pub(crate) fn event(kind: &str, at: UnixMillis, detail: &Detail) -> Event {
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

/// When post orders of an officer's details were read.
const ORDERS_READ: One = One {
    text: "SELECT a.assignment, f.received_at FROM assignments a
           STRAIGHT_JOIN facts f ON f.agency = a.agency AND f.document = a.log
           WHERE a.agency = $1 AND a.officer = $6 AND a.ends > $2 AND a.starts < $3 AND f.kind = $4 AND f.received_at <= $5
           ORDER BY a.assignment, f.fact",
    column: "a.officer",
};

fn asked_of_orders(agency: AgencyId, around: Interval, as_of: UnixMillis) -> [Value; 5] {
    params![agency, around.start, around.end, FactKind::OrdersRead.code(), as_of]
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
    let mut asked = asked_of_orders(agency, around, as_of).to_vec();
    asked.push(officer.into());
    let rows = sql.query(ORDERS_READ.text, &asked)?;
    let read = |row: &Row| -> Result<Option<Event>, StoreError> {
        let (assignment, at) = (row.id::<AssignmentId>(0)?, row.time(1)?);
        Ok(held.get(&assignment).map(|held| event("post_orders_read", at, &held.detail().record)))
    };
    rows.iter().filter_map(|row| read(row).transpose()).collect()
}

/// What became of an officer's applications: those received or changed in that time, whenever they were made.
fn applications(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Vec<Event>, StoreError> {
    let (mut events, mut details) = (Vec::new(), BTreeMap::new());
    for states in versions::applications(sql, agency, officer, around.start, as_of)?.into_values() {
        let Some(Version { record, .. }) = states.last() else { continue };
        let (id, received) = (record.detail, record.received_at);
        if let Entry::Vacant(new) = details.entry(id) {
            new.insert(versions::at::<Detail>(sql, agency, RecordKind::Detail, id, as_of)?);
        }
        let Some(Some(Version { record: detail, .. })) = details.get(&id) else { continue };
        events.extend(around.contains(received).then(|| event("applied", received, detail)));
        let withdrawn = states.iter().find(|version| version.record.state == ApplicationState::Withdrawn);
        events.extend(withdrawn.map(|version| event("withdrawn", version.since, detail)));
    }
    Ok(events)
}
