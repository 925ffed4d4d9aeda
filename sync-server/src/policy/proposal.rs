//! One officer's place on one detail, as the rules are asked about it.

use std::collections::BTreeMap;

use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, OfficerId, PositionId};
use detailbook_core::policy::{Document, Holder, Known as KnownSince, Place, Proposal};
use detailbook_core::records::{Assignment, AssignmentState, Detail, Officer, Placement, RecordKind, Site};
use detailbook_core::time::{Interval, UnixMillis};

use super::context::decoded;
use super::detail_facts::{self, DetailFacts};
use crate::personnel::kind::{ALWAYS, Kind};
use crate::store::known;
use crate::store::versions;
use crate::store::{Sql, StoreError, assignments};

/// Whom and what it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct About {
    /// The officer.
    pub officer: OfficerId,
    /// The detail.
    pub detail: DetailId,
    /// The position, if it is said.
    pub position: Option<PositionId>,
}

/// The proposal that an officer works a detail, by what was known at `as_of`. `None`: there was no such detail.
pub fn proposal(
    sql: &mut dyn Sql,
    agency: AgencyId,
    about: About,
    as_of: UnixMillis,
) -> Result<Option<Proposal>, StoreError> {
    proposal_beside(sql, agency, about, &[], as_of)
}

/// As [`proposal`], with these officers on these places as well.
pub fn proposal_beside(
    sql: &mut dyn Sql,
    agency: AgencyId,
    about: About,
    beside: &[(PositionId, OfficerId)],
    as_of: UnixMillis,
) -> Result<Option<Proposal>, StoreError> {
    let Some(detail) = versions::at::<Detail>(sql, agency, RecordKind::Detail, about.detail, as_of)? else {
        return Ok(None);
    };
    let detail = detail.record;
    let site = versions::at::<Site>(sql, agency, RecordKind::Site, detail.site, as_of)?.map(|site| site.record);
    let (said_at, facts) =
        detail_facts::known_at(sql, agency, detail.id, as_of)?.unwrap_or((as_of, DetailFacts::default()));
    let held = held(sql, agency, detail.id, as_of)?;
    let customer = site.as_ref().map(|site| site.customer);
    let documents = customer.map(|customer| customer_documents(sql, agency, customer, as_of)).transpose()?;
    let conditions = facts.conditions(said_at);
    Ok(Some(Proposal {
        assignment: held.iter().find(|assignment| assignment.officer == about.officer).map(|assignment| assignment.id),
        customer,
        site: site.as_ref().map(|site| site.id),
        place: site.as_ref().and_then(middle),
        class: facts.class.or_else(|| Some(detail.job_type.clone()).filter(|class| !class.is_empty())),
        tags: facts.tags,
        alcohol: facts.alcohol,
        attendees: facts.attendees,
        places: Some(places(sql, agency, &detail, &holders(&held, beside), about, as_of)?),
        uses: facts.uses,
        requires: [facts.requires, facts.equipment].concat(),
        customer_documents: documents,
        scheduled_by: facts.scheduled_by,
        overseen_by: facts.overseen_by,
        requested_at: facts.requested_at,
        runs_days: facts.runs_days,
        paid: facts.paid,
        charged: facts.charged,
        conditions,
        ..Proposal::detail(detail.id, Interval { start: detail.starts, end: detail.ends })
    }))
}

/// Who had which position at `as_of`.
fn held(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    as_of: UnixMillis,
) -> Result<Vec<Assignment>, StoreError> {
    let mut held = Vec::new();
    for id in assignments::of_detail(sql, agency, detail, AssignmentId::NIL, i64::MAX)? {
        let then = versions::at::<Assignment>(sql, agency, RecordKind::Assignment, id, as_of)?;
        held.extend(then.map(|then| then.record).filter(|then| then.state == AssignmentState::Active));
    }
    Ok(held)
}

/// Who is on which place, with those who are put there.
fn holders(held: &[Assignment], beside: &[(PositionId, OfficerId)]) -> BTreeMap<PositionId, OfficerId> {
    let held = held.iter().map(|assignment| (assignment.position, assignment.officer));
    held.chain(beside.iter().copied()).collect()
}

/// The places of a detail with whoever is on them; the officer who is asked about stands on the position that is meant.
fn places(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: &Detail,
    holders: &BTreeMap<PositionId, OfficerId>,
    about: About,
    as_of: UnixMillis,
) -> Result<Vec<Place>, StoreError> {
    let mut holders = holders.clone();
    let on_it = holders.values().any(|holder| *holder == about.officer);
    if let Some(position) = about.position.filter(|_| !on_it) {
        holders.entry(position).or_insert(about.officer);
    }
    let mut places = Vec::with_capacity(detail.positions.len());
    for position in &detail.positions {
        let holder = match holders.get(&position.id) {
            Some(officer) => Some(holder(sql, agency, *officer, as_of)?),
            None => None,
        };
        places.push(Place { position: position.id, asks: position.rank.clone(), holder });
    }
    Ok(places)
}

fn holder(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId, as_of: UnixMillis) -> Result<Holder, StoreError> {
    let record = versions::at::<Officer>(sql, agency, RecordKind::Officer, officer, as_of)?;
    let rank = record.map(|officer| officer.record.rank).filter(|rank| !rank.is_empty());
    Ok(Holder { officer, rank })
}

/// The documents of a customer that were known at `as_of`.
pub fn customer_documents(
    sql: &mut dyn Sql,
    agency: AgencyId,
    customer: CustomerId,
    as_of: UnixMillis,
) -> Result<Vec<Document>, StoreError> {
    let all = known::of_subject(sql, agency, customer.into(), Kind::CustomerDocuments.code(), ALWAYS, as_of)?;
    all.iter().map(|known| Ok(Document { known: KnownSince::since(known.since), ..decoded(known)? })).collect()
}

/// The middle of a site's fence; none where its pin only stands in for coordinates that nobody has.
pub(super) fn middle(site: &Site) -> Option<Point> {
    if site.placement != Placement::Surveyed {
        return None;
    }
    match &site.fence {
        Fence::Circle { center, .. } => Some(*center),
        Fence::Polygon { rings } => average(rings.first()?),
    }
}

fn average(ring: &[Point]) -> Option<Point> {
    let count = i64::try_from(ring.len()).ok().filter(|count| *count > 0)?;
    let mean = |sum: i64| i32::try_from(sum / count).ok();
    let latitude_e7 = mean(ring.iter().map(|point| i64::from(point.latitude_e7)).sum())?;
    // Across the date line the mean of longitudes is nowhere near; one corner is.
    let (west, east) = (ring.iter().map(|p| p.longitude_e7).min()?, ring.iter().map(|p| p.longitude_e7).max()?);
    if i64::from(east) - i64::from(west) > 1_800_000_000 {
        return ring.first().copied();
    }
    Some(Point { latitude_e7, longitude_e7: mean(ring.iter().map(|point| i64::from(point.longitude_e7)).sum())? })
}
