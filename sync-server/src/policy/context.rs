//! What is known of an officer when the rules are asked: the personnel record, and our own assignments and applications.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::policy::{
    Context, Document, Event, Known as KnownSince, RankSince, Relation, RuleSet, Status, Stint,
};
use detailbook_core::records::{Officer, RecordKind};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire;
use minicbor::Decode;

use super::own;
use crate::personnel::approvals;
use crate::personnel::feeds;
use crate::personnel::kind::{ALWAYS, Kind};
use crate::personnel::paper::Promotion;
use crate::store::known::{self, Known};
use crate::store::versions::{self, Version};
use crate::store::{Ahead, Sql, StoreError};

/// How far after a detail the rules look: over the year.
const AHEAD: Millis = Millis::from_hours(24 * 367);

/// The stretch of time that the rules of a set may look at when they are asked about a detail at `now`.
pub fn around(set: &RuleSet, when: Interval, now: UnixMillis) -> Interval {
    let start = set.looks_back().map_or(UnixMillis::MIN, |back| when.start.min(now) - back);
    Interval { start, end: when.end.max(now) + AHEAD }
}

/// What was known of an officer at `as_of`. Time is read where it touches `around`; nothing is read that came later.
pub fn context(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
) -> Result<Context, StoreError> {
    let mut read = Reading { sql, agency, officer, around, as_of };
    let mut stints = read.all(Kind::Stints, |stint: &mut Stint, known| stint.known = known)?;
    let (own_stints, own_events) = own::known(read.sql, agency, officer, around, as_of)?;
    stints.extend(own_stints);
    let mut events = read.all(Kind::Events, |event: &mut Event, known| event.known = known)?;
    events.extend(own_events);
    Ok(Context {
        officer: Some(officer),
        sources: feeds::sources(read.sql, agency, as_of)?,
        stints,
        statuses: read.all(Kind::Statuses, |status: &mut Status, known| status.known = known)?,
        ranks: read.ranks()?,
        documents: read.all(Kind::Documents, |document: &mut Document, known| document.known = known)?,
        approvals: approvals::known_to_rules(read.sql, agency, officer, as_of)?,
        events,
        relations: read.all(Kind::Relations, |relation: &mut Relation, known| relation.known = known)?,
    })
}

/// Reads ahead what [`context`] asks of many officers.
pub(super) fn read_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    officers: &[OfficerId],
    around: Interval,
    as_of: UnixMillis,
) -> Result<(), StoreError> {
    let kinds = Kind::IMPORTED.into_iter().chain([Kind::Approvals]);
    for kind in kinds {
        let around = if kind.lasts() { ALWAYS } else { around };
        known::of_subjects_ahead(ahead, agency, kind.code(), around, as_of, officers.iter().copied())?;
    }
    own::read_ahead(ahead, agency, officers, around, as_of)?;
    versions::ahead(ahead, agency, RecordKind::Officer, as_of, officers.iter().copied())
}

/// Of whom, of when, and with the eyes of which moment.
struct Reading<'a> {
    sql: &'a mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    around: Interval,
    as_of: UnixMillis,
}

impl Reading<'_> {
    fn known(&mut self, kind: Kind) -> Result<Vec<Known>, StoreError> {
        let around = if kind.lasts() { ALWAYS } else { self.around };
        known::of_subject(self.sql, self.agency, self.officer.into(), kind.code(), around, self.as_of)
    }

    fn all<T: for<'b> Decode<'b, ()>>(
        &mut self,
        kind: Kind,
        date: impl Fn(&mut T, KnownSince),
    ) -> Result<Vec<T>, StoreError> {
        self.known(kind)?
            .into_iter()
            .map(|known| {
                let mut value = decoded(&known)?;
                date(&mut value, KnownSince::since(known.since));
                Ok(value)
            })
            .collect()
    }

    /// Ranks by the personnel record; where that is silent, as the officer's record had them.
    fn ranks(&mut self) -> Result<Vec<RankSince>, StoreError> {
        let known = self.known(Kind::Ranks)?;
        if known.is_empty() {
            let (agency, officer, as_of) = (self.agency, self.officer, self.as_of);
            return Ok(by_record(versions::all(self.sql, agency, RecordKind::Officer, officer, as_of)?));
        }
        known
            .iter()
            .map(|known| {
                let promotion: Promotion = decoded(known)?;
                Ok(RankSince { rank: promotion.rank, from: promotion.from, known: KnownSince::since(known.since) })
            })
            .collect()
    }
}

fn by_record(versions: Vec<Version<Officer>>) -> Vec<RankSince> {
    let mut ranks: Vec<RankSince> = Vec::new();
    for Version { since, record } in versions {
        let from = if ranks.is_empty() { UnixMillis::MIN } else { since };
        if !record.rank.is_empty() && ranks.last().is_none_or(|last| last.rank != record.rank) {
            ranks.push(RankSince { rank: record.rank, from, known: KnownSince::since(since) });
        }
    }
    ranks
}

pub(super) fn decoded<T: for<'b> Decode<'b, ()>>(known: &Known) -> Result<T, StoreError> {
    let unreadable = |_| StoreError::Column { column: 7, wanted: "encoded knowledge", found: "other bytes" };
    wire::decode(&known.body).map_err(unreadable)
}
