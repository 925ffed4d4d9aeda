//! One officer's place on one detail, as the rules are asked about it.

use std::collections::BTreeMap;

use detailbook_core::geo::{Fence, Point};
use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, OfficerId, PositionId};
use detailbook_core::policy::{Document, Holder, Known as KnownSince, Place, Proposal};
use detailbook_core::pricing::Minutes;
use detailbook_core::records::{Assignment, AssignmentState, Detail, Officer, Placement, Position, RecordKind, Site};
use detailbook_core::time::{Interval, Millis, UnixMillis};

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
    let Some(mut common) = Common::of(sql, agency, about.detail, as_of)? else { return Ok(None) };
    common.proposal(sql, about.officer, about.position, &[]).map(Some)
}

/// What all proposals of one detail have in common, as it was known at one moment.
pub struct Common {
    agency: AgencyId,
    as_of: UnixMillis,
    positions: Vec<Position>,
    held: Vec<Assignment>,
    /// The ranks that were looked up.
    ranks: BTreeMap<OfficerId, Option<String>>,
    /// Without an officer, and without places.
    proposal: Proposal,
}

impl Common {
    /// Reads it. `None`: there was no such detail.
    pub fn of(
        sql: &mut dyn Sql,
        agency: AgencyId,
        detail: DetailId,
        as_of: UnixMillis,
    ) -> Result<Option<Self>, StoreError> {
        let Some(detail) = versions::at::<Detail>(sql, agency, RecordKind::Detail, detail, as_of)? else {
            return Ok(None);
        };
        let detail = detail.record;
        let held = held(sql, agency, detail.id, as_of)?;
        let proposal = about_detail(sql, agency, &detail, as_of)?;
        Ok(Some(Self { agency, as_of, positions: detail.positions, held, ranks: BTreeMap::new(), proposal }))
    }

    /// The detail.
    pub const fn detail(&self) -> DetailId {
        self.proposal.detail
    }

    /// When the detail is.
    pub const fn when(&self) -> Interval {
        self.proposal.when
    }

    /// The same of time that was worked: from the first to the last of what is accepted, and paid as what is accepted unless it is said
    /// otherwise. Where nothing is accepted, it stays as scheduled.
    #[must_use]
    pub fn worked(mut self, accepted: &[Interval]) -> Self {
        let (Some(first), Some(last)) = (accepted.first(), accepted.last()) else { return self };
        let when = Interval { start: first.start, end: last.end };
        let paid = accepted.iter().fold(Millis(0), |sum, one| sum + one.length());
        if paid < when.length() && self.proposal.paid.is_none() {
            self.proposal.paid = u32::try_from(paid.0.div_euclid(60_000)).ok().map(Minutes);
        }
        self.proposal.when = when;
        self
    }

    /// The proposal that an officer works it, on a position if it is said, with these officers on these places as well.
    pub fn proposal(
        &mut self,
        sql: &mut dyn Sql,
        officer: OfficerId,
        position: Option<PositionId>,
        beside: &[(PositionId, OfficerId)],
    ) -> Result<Proposal, StoreError> {
        let held = self.held.iter().map(|assignment| (assignment.position, assignment.officer));
        let mut holders: BTreeMap<PositionId, OfficerId> = held.chain(beside.iter().copied()).collect();
        let on_it = holders.values().any(|holder| *holder == officer);
        // Who takes a place over is there instead of whoever has it until then.
        if let Some(position) = position.filter(|_| !on_it) {
            holders.insert(position, officer);
        }
        let own = self.held.iter().find(|assignment| assignment.officer == officer).map(|assignment| assignment.id);
        let places = Some(self.places(sql, &holders)?);
        Ok(Proposal { assignment: own, places, ..self.proposal.clone() })
    }

    fn places(
        &mut self,
        sql: &mut dyn Sql,
        holders: &BTreeMap<PositionId, OfficerId>,
    ) -> Result<Vec<Place>, StoreError> {
        let asked: Vec<_> = self.positions.iter().map(|position| (position.id, position.rank.clone())).collect();
        let mut places = Vec::with_capacity(asked.len());
        for (position, asks) in asked {
            let holder = holders.get(&position).map(|officer| self.holder(sql, *officer)).transpose()?;
            places.push(Place { position, asks, holder });
        }
        Ok(places)
    }

    fn holder(&mut self, sql: &mut dyn Sql, officer: OfficerId) -> Result<Holder, StoreError> {
        if let Some(rank) = self.ranks.get(&officer) {
            return Ok(Holder { officer, rank: rank.clone() });
        }
        let found = holder(sql, self.agency, officer, self.as_of)?;
        self.ranks.insert(officer, found.rank.clone());
        Ok(found)
    }
}

/// An officer as the holder of a place.
pub(super) fn holder(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    as_of: UnixMillis,
) -> Result<Holder, StoreError> {
    let record = versions::at::<Officer>(sql, agency, RecordKind::Officer, officer, as_of)?;
    let rank = record.map(|officer| officer.record.rank).filter(|rank| !rank.is_empty());
    Ok(Holder { officer, rank })
}

/// What is known of a detail, whoever works it.
fn about_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: &Detail,
    as_of: UnixMillis,
) -> Result<Proposal, StoreError> {
    let site = versions::at::<Site>(sql, agency, RecordKind::Site, detail.site, as_of)?.map(|site| site.record);
    let (said_at, mut facts) =
        detail_facts::known_at(sql, agency, detail.id, as_of)?.unwrap_or((as_of, DetailFacts::default()));
    let customer = detail.customer.or(site.as_ref().map(|site| site.customer));
    let documents = customer.map(|customer| customer_documents(sql, agency, customer, as_of)).transpose()?;
    let known = Proposal {
        customer,
        site: site.as_ref().map(|site| site.id),
        place: site.as_ref().and_then(middle),
        class: Some(detail.job_type.clone()).filter(|class| !class.is_empty()),
        customer_documents: documents,
        scheduled_by: facts.scheduled_by,
        overseen_by: std::mem::take(&mut facts.overseen_by),
        conditions: facts.conditions(said_at),
        ..Proposal::detail(detail.id, Interval { start: detail.starts, end: detail.ends })
    };
    Ok(facts.told().of(known))
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
