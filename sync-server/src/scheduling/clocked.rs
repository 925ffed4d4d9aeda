//! What the facts of an assignment say about where its officer is. Advice for those who look: the agency rules on it later.

use detailbook_core::evidence::{EstimateRule, TrueTime, estimate};
use detailbook_core::geo::{Fence, FenceState, FenceVerdict, Fix, fence_verdict};
use detailbook_core::ids::{AgencyId, DocumentId};
use detailbook_core::records::{Assignment, Detail, Placement, RecordKind, Site};
use detailbook_core::shift::{Fact, FactKind};
use detailbook_core::staffing::{ClockIn, Seen};
use detailbook_core::time::UnixMillis;

use super::details::{find, scheduled};
use super::heard::last_heard;
use crate::store::facts::StoredFact;
use crate::store::records::Stored;
use crate::store::{Sql, StoreError, facts, records};

/// A clock-in further outside the fence than this, in decimetres, does not by itself show that an officer came.
const FAR_DM: i64 = 5_000;

/// What shows where an officer is.
pub(super) const CLOCK_EVENTS: [FactKind; 3] = [FactKind::EnRoute, FactKind::In, FactKind::Out];

/// Clock events of one assignment, made about the time of its detail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Clocked {
    /// When the officer set out, by the phone's wall clock.
    pub(super) en_route: Option<UnixMillis>,
    /// When the officer last clocked in.
    pub(super) came: Option<UnixMillis>,
    /// When the officer clocked out, if not in again since.
    pub(super) left: Option<UnixMillis>,
    /// A clock-in was surely made about the time of the detail, and not far from it as far as is known.
    pub(super) proved: bool,
}

impl Clocked {
    /// At work.
    pub(super) const fn in_now(&self) -> bool {
        self.came.is_some() && self.left.is_none()
    }

    fn take(&mut self, stored: &StoredFact, detail: &Detail, fence: Option<&Fence>) {
        let fact = Fact::from_bytes(&stored.body).ok();
        let at = fact.as_ref().map_or(stored.received_at, |fact| fact.clock.wall);
        match stored.kind {
            FactKind::EnRoute => self.en_route = Some(at),
            FactKind::In => self.clock_in(stored, fact.as_ref(), detail, fence),
            // Out of what does not count, nobody can clock out.
            _ if self.came.is_some() => self.left = Some(at),
            _ => {}
        }
    }

    fn clock_in(&mut self, stored: &StoredFact, fact: Option<&Fact>, detail: &Detail, fence: Option<&Fence>) {
        let Some(fact) = fact else { return };
        let time = true_time(fact, stored.received_at);
        let says = ClockIn::of(scheduled(detail), &time, stored.received_at);
        if says == ClockIn::Elsewhen {
            return;
        }
        (self.came, self.left) = (Some(time.at), None);
        self.proved |= says == ClockIn::Sure && !fence.is_some_and(|fence| is_far(fence, fact));
    }
}

fn true_time(fact: &Fact, received: UnixMillis) -> TrueTime {
    estimate(&fact.clock, &EstimateRule::DEFAULT).received_by(received)
}

fn is_far(fence: &Fence, fact: &Fact) -> bool {
    let verdict = fence_verdict(fence, fact.fixes());
    verdict.state == FenceState::Outside && verdict.distance_dm.is_some_and(|distance| distance < -FAR_DM)
}

/// The clock events in an assignment's logs: its own and a linked one.
pub(super) fn clocked(sql: &mut dyn Sql, agency: AgencyId, of: &Assignment) -> Result<Clocked, StoreError> {
    let mut clocked = Clocked::default();
    let facts = facts::of_kinds(sql, agency, [DocumentId::from(of.id), of.log()], CLOCK_EVENTS)?;
    let Some(detail) = find(sql, agency, of.detail)?.filter(|_| !facts.is_empty()) else { return Ok(clocked) };
    let site = records::get::<Site>(sql, agency, RecordKind::Site, detail.site)?.map(|site| site.record);
    // A pin that only stands in for a place says of nobody that they were far from it.
    let site = site.filter(|site| site.placement == Placement::Surveyed);
    for stored in facts {
        clocked.take(&stored, &detail, site.as_ref().map(|site| &site.fence));
    }
    Ok(clocked)
}

/// The last punch of an assignment.
#[derive(Clone, PartialEq, Debug)]
pub struct LastPunch {
    /// What was punched.
    pub kind: FactKind,
    /// When, as far as it can be told.
    pub at: UnixMillis,
    /// What its fixes say about the site's fence; nothing where the site has no surveyed one.
    pub verdict: Option<FenceVerdict>,
    /// Its fixes.
    pub fixes: Vec<Fix>,
}

/// The last clock-in or clock-out in an assignment's logs, with what it says about the fence of its site.
pub(super) fn last_punch(
    sql: &mut dyn Sql,
    agency: AgencyId,
    of: &Assignment,
    site: Option<&Site>,
) -> Result<Option<LastPunch>, StoreError> {
    let facts = facts::of_kinds(sql, agency, [DocumentId::from(of.id), of.log()], CLOCK_EVENTS)?;
    let mut punches = facts.iter().rev().filter(|stored| matches!(stored.kind, FactKind::In | FactKind::Out));
    let last = punches.find_map(|stored| Some((stored, Fact::from_bytes(&stored.body).ok()?)));
    // A pin that only stands in for a place says of nobody that they were far from it.
    let fence = site.filter(|site| site.placement == Placement::Surveyed).map(|site| &site.fence);
    Ok(last.map(|(stored, fact)| LastPunch {
        kind: stored.kind,
        at: true_time(&fact, stored.received_at).at,
        verdict: fence.map(|fence| fence_verdict(fence, fact.fixes())),
        fixes: fact.fixes().to_vec(),
    }))
}

/// What the server knows of an officer's shift on a detail that begins then.
pub(super) fn seen(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stored: &Stored<Assignment>,
    starts: UnixMillis,
) -> Result<(Seen, Clocked), StoreError> {
    let of = &stored.record;
    let clocked = clocked(sql, agency, of)?;
    let seen = Seen {
        en_route: clocked.en_route.is_some(),
        clocked_in: clocked.came.is_some(),
        since: clocked.came,
        clocked_out: clocked.came.is_some() && clocked.left.is_some(),
        heard: last_heard(sql, agency, of.officer)?,
        given: given_late(sql, agency, stored, starts)?,
    };
    Ok((seen, clocked))
}

/// When the officer was given the place, where that was after the detail began.
fn given_late(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stored: &Stored<Assignment>,
    starts: UnixMillis,
) -> Result<Option<UnixMillis>, StoreError> {
    // Nearly always it is written before the start, or once: its first version is looked up for the few others only.
    if stored.changed_at <= starts || stored.version == 1 {
        return Ok(Some(stored.changed_at).filter(|given| *given > starts));
    }
    let given = records::written_at(sql, agency, RecordKind::Assignment, stored.record.id, 1)?;
    Ok(given.filter(|given| *given > starts))
}
