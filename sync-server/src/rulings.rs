//! The agency's decisions on assignments. A ruling is never edited: a newer one supersedes it, and says why.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, FactId, RulingId};
use detailbook_core::notices::EventKind;
use detailbook_core::pricing::Tariff;
use detailbook_core::records::{
    Assignment, CountsAs, Detail, Interval, Officer, Pay, Placement, RecordKind, Ruling, Site,
};
use detailbook_core::shift::{Fact, LoggedFact, ProposalRules, ProposedRuling, propose, schedule_flag};
use detailbook_core::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::audit::By;
use crate::billing::{bills, tariffs};
use crate::filing;
use crate::notices::{Event, Words, tell};
use crate::policy::judge::permitted;
use crate::policy::overrides::Overriding;
use crate::policy::{self, About, Judged, effects};
use crate::prices;
use crate::problem::Problem;
use crate::scheduling::consequences;
use crate::scheduling::settled::{Cause, settle};
use crate::store::facts::{self, StoredFact};
use crate::store::records::{self, Stored};
use crate::store::{Sql, StoreError};
use crate::timesheets::{self, Sheet};
use crate::words;

/// Accepted intervals in one ruling.
const MOST_INTERVALS: usize = 100;
/// Exceptions in one ruling.
pub(crate) const MOST_EXCEPTIONS: usize = 100;
/// How far from the scheduled time accepted time may lie. Further away it is a slip.
const REACH: Millis = Millis::from_hours(7 * 24);

/// A ruling as a coordinator writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulingDraft {
    /// The ruling's id, where the caller names it.
    #[serde(default)]
    pub id: Option<RulingId>,
    /// The time that is paid, in order, not overlapping.
    pub accepted: Vec<Interval>,
    /// What is set aside or noted, a sentence each.
    #[serde(default)]
    pub exceptions: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who ruled, as the agency names them.
    pub ruled_by: String,
    /// The ruling in force, which this one replaces; absent for the first.
    #[serde(default)]
    pub supersedes: Option<RulingId>,
    /// Why rules that stand in the way are let pass; takes the scope `policy:override` too.
    #[serde(default, rename = "override")]
    pub overriding: Option<Overriding>,
}

/// Rules on an assignment, also on one whose officer was released: what was worked is worked. `tariff`: what prices it where the
/// agency has set none for the day of the work.
pub fn rule(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: AssignmentId,
    draft: &RulingDraft,
    tariff: Option<&Tariff>,
    entropy: &mut dyn Entropy,
) -> Result<RulingId, Problem> {
    let sheet = Sheet::read(sql, by.agency, id, by.now)?;
    rule_on(sql, by, &sheet, draft, tariff, entropy)
}

/// The same on a timesheet that was folded from its facts as they are now.
pub fn rule_on(
    sql: &mut dyn Sql,
    by: &By<'_>,
    sheet: &Sheet,
    draft: &RulingDraft,
    tariff: Option<&Tariff>,
    entropy: &mut dyn Entropy,
) -> Result<RulingId, Problem> {
    let Sheet { assignment, detail, officer, .. } = sheet;
    let id = assignment.id;
    check_accepted(by, &draft.accepted, detail)?;
    let counts_as = sheet.counts_as();
    let day = prices::day_of(detail, &draft.accepted);
    let pays = tariffs::on_day(sql, by.agency, day, by.now, tariff)?;
    let pay = pays.and_then(|pays| prices::of_time(&pays, detail, &counts_as, &draft.accepted).ok()).map(Pay::from);
    let mut ruling = Ruling { counts_as: Some(counts_as), pay, ..written(by, id, draft, entropy)? };
    let before = crate::store::rulings::in_force(sql, by.agency, id)?;
    if before != draft.supersedes {
        return Err(Problem::conflict("supersedes must name the ruling in force, and there is another one or none."));
    }
    if read(sql, by.agency, ruling.id)?.is_some() {
        return Err(Problem::conflict("There is already a ruling with that id."));
    }
    let about = About { officer: officer.id, detail: detail.id, position: Some(assignment.position) };
    let said = permitted(policy::judge_ruling(sql, by, about, &ruling.accepted)?)?;
    ruling.exceptions.extend(effects::notes(&said));
    filing::put_ruling(sql, by, &ruling, assignment)?;
    crate::store::rulings::put(sql, by.agency, id, ruling.id)?;
    timesheets::ruled(sql, by.agency, sheet, &ruling)?;
    let bill = bills::freeze(sql, by, &ruling, detail, tariff)?;
    by.note(sql, "ruling.make", ruling.id, &json!({ "after": ruling, "evaluation": said.evaluation, "bill": bill }))?;
    follow(sql, by, &ruling, assignment, detail, &said)?;
    let words =
        Words::new(&format!("Ruled on: {}, {}", detail.title, detail.zone.clock_text(detail.starts)), &ruling.reason);
    let event = Event::new(EventKind::TimesheetRuled, ruling.id.to_string(), words);
    tell(
        sql,
        by,
        &Event { officers: vec![assignment.officer], detail: Some(detail.id), assignment: Some(id), ..event },
    )?;
    Ok(ruling.id)
}

/// Keeps what the rules said with the ruling, and carries out what follows from it.
fn follow(
    sql: &mut dyn Sql,
    by: &By<'_>,
    ruling: &Ruling,
    held: &Assignment,
    detail: &Detail,
    said: &Judged,
) -> Result<(), StoreError> {
    if let Some(number) = said.evaluation {
        crate::store::rulings::keep_evaluation(sql, by.agency, ruling.id, number)?;
    }
    settle(sql, by, held, detail, said, Cause::ruling(ruling.id))?;
    if effects::releases(said) {
        consequences::by_the_rules(sql, by, held.officer, held.id)?;
    }
    Ok(())
}

fn written(
    by: &By<'_>,
    assignment: AssignmentId,
    draft: &RulingDraft,
    entropy: &mut dyn Entropy,
) -> Result<Ruling, Problem> {
    if draft.exceptions.len() > MOST_EXCEPTIONS {
        return Err(Problem::invalid("exceptions", "must be at most 100"));
    }
    let exceptions = draft.exceptions.iter().map(|exception| words::text("exceptions", exception));
    Ok(Ruling {
        id: draft.id.unwrap_or_else(|| RulingId::new(by.now, entropy)),
        assignment,
        accepted: draft.accepted.clone(),
        exceptions: exceptions.collect::<Result<_, _>>()?,
        reason: words::text("reason", &draft.reason)?,
        ruled_by: words::line("ruled_by", &draft.ruled_by)?,
        ruled_at: by.now,
        supersedes: draft.supersedes,
        counts_as: None,
        pay: None,
    })
}

/// A position that asks for a rank is paid at it; any other at the officer's own.
pub(crate) fn counts_as(assignment: &Assignment, detail: &Detail, officer: &Officer) -> CountsAs {
    let position = detail.positions.iter().find(|position| position.id == assignment.position);
    let rank = position.and_then(|position| position.rank.as_ref()).unwrap_or(&officer.rank);
    CountsAs { rank: rank.clone(), job_type: detail.job_type.clone() }
}

/// Accepted time is in order, does not overlap, lies near the detail, and has passed.
pub(crate) fn check_accepted(by: &By<'_>, accepted: &[Interval], detail: &Detail) -> Result<(), Problem> {
    let wrong = |why| Err(Problem::invalid("accepted", why));
    if accepted.len() > MOST_INTERVALS {
        return wrong("must be at most 100 intervals");
    }
    if accepted.iter().any(|interval| interval.end <= interval.start) {
        return wrong("an interval must end after it starts");
    }
    if accepted.windows(2).any(|pair| pair[1].start < pair[0].end) {
        return wrong("intervals must be in order and must not overlap");
    }
    let (earliest, latest) = (detail.starts - REACH, detail.ends + REACH);
    if accepted.iter().any(|interval| interval.start < earliest || interval.end > latest) {
        return wrong("must lie within 7 days of the detail");
    }
    if accepted.iter().any(|interval| interval.end > by.now) {
        return wrong("must have passed");
    }
    Ok(())
}

/// The ruling that the facts of an assignment alone would have: of its own shift log and of a linked one.
pub fn proposed(
    sql: &mut dyn Sql,
    agency: AgencyId,
    id: AssignmentId,
    now: UnixMillis,
) -> Result<ProposedRuling, Problem> {
    Ok(Sheet::read(sql, agency, id, now)?.proposed)
}

/// The facts of an assignment: those of its own shift log and of a linked one.
pub(crate) fn stored_facts(
    sql: &mut dyn Sql,
    agency: AgencyId,
    assignment: &Assignment,
) -> Result<Vec<StoredFact>, StoreError> {
    facts::of_either(sql, agency, [assignment.id.into(), assignment.log()], FactId::NIL, i64::MAX)
}

/// As [`proposed`], but nothing is said of chain and signatures, for which all that the phone wrote around the shift would be read.
pub(crate) fn unproved(detail: &Detail, site: &Site, stored: &[StoredFact], now: UnixMillis) -> ProposedRuling {
    // A pin that only stands in for coordinates says nothing about where somebody was.
    let fence = (site.placement == Placement::Surveyed).then_some(&site.fence);
    let logged: Vec<_> = stored.iter().filter_map(logged).collect();
    let proposed = propose(&logged, fence, now, &ProposalRules::in_zone(detail.zone));
    let beyond = schedule_flag(&proposed, Interval { start: detail.starts, end: detail.ends }, detail.zone);
    proposed.with(beyond)
}

/// A fact, if this version can read it.
fn logged(stored: &StoredFact) -> Option<LoggedFact> {
    let fact = Fact::from_bytes(&stored.body).ok()?;
    Some(LoggedFact::new(stored.fact, stored.device, fact).received(stored.received_at))
}

/// A ruling of the agency.
pub fn read(sql: &mut dyn Sql, agency: AgencyId, id: RulingId) -> Result<Option<Stored<Ruling>>, StoreError> {
    records::get(sql, agency, RecordKind::Ruling, id)
}

/// The rulings on an assignment, the one in force first, then each that it replaced: at most `limit` of them, from the one that
/// `after` replaced on.
pub fn history(
    sql: &mut dyn Sql,
    agency: AgencyId,
    assignment: AssignmentId,
    after: RulingId,
    limit: i64,
) -> Result<Vec<Stored<Ruling>>, Problem> {
    let mut history = Vec::new();
    let mut next = first(sql, agency, assignment, after)?;
    for _ in 0..limit {
        let Some(id) = next else { break };
        let Some(ruling) = read(sql, agency, id)? else { break };
        next = ruling.record.supersedes;
        history.push(ruling);
    }
    Ok(history)
}

/// The ruling in force, or the one that `after` replaced.
fn first(
    sql: &mut dyn Sql,
    agency: AgencyId,
    assignment: AssignmentId,
    after: RulingId,
) -> Result<Option<RulingId>, Problem> {
    if after == RulingId::NIL {
        return Ok(crate::store::rulings::in_force(sql, agency, assignment)?);
    }
    let known = read(sql, agency, after)?.filter(|ruling| ruling.record.assignment == assignment);
    let known = known.ok_or_else(|| Problem::invalid("after", "is not a place in this list"))?;
    Ok(known.record.supersedes)
}

#[cfg(test)]
mod tests {
    use detailbook_core::ids::{DetailId, SiteId};
    use detailbook_core::records::DetailState;
    use detailbook_core::time::Zone;

    use super::*;

    const HOUR: i64 = 3_600_000;
    const START: i64 = 1_555_000_000_000;

    fn detail() -> Detail {
        Detail {
            id: DetailId::NIL,
            site: SiteId::NIL,
            customer_name: String::new(),
            title: String::new(),
            job_type: String::new(),
            starts: UnixMillis::new(START),
            ends: UnixMillis::new(START + 4 * HOUR),
            zone: Zone::UTC,
            positions: vec![],
            post_orders: String::new(),
            state: DetailState::Filled,
            reference: String::new(),
            customer: None,
        }
    }

    fn check(hours: &[(i64, i64)]) -> Result<(), Problem> {
        let at = |hour: i64| UnixMillis::new(START + hour * HOUR);
        let accepted: Vec<_> = hours.iter().map(|&(start, end)| Interval { start: at(start), end: at(end) }).collect();
        check_accepted(&By { agency: AgencyId::NIL, now: at(200), actor: "test" }, &accepted, &detail())
    }

    #[test]
    fn time_near_the_detail_that_has_passed_is_accepted() {
        for good in [&[][..], &[(0, 4)], &[(-1, 2), (2, 5)], &[(0, 1), (3, 4)]] {
            assert_eq!(check(good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn disorder_overlap_emptiness_distance_and_the_future_are_refused() {
        for bad in
            [&[(4, 0)][..], &[(1, 1)], &[(0, 3), (2, 4)], &[(2, 4), (0, 1)], &[(-169, 1)], &[(0, 173)], &[(0, 201)]]
        {
            assert!(check(bad).unwrap_err().reason.starts_with("accepted: "), "{bad:?}");
        }
    }
}
