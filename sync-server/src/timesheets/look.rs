//! Keeping the table of timesheets: a fact that comes has its timesheet looked at by a job soon after, a ruling at once.

use std::collections::BTreeSet;

use detailbook_core::ids::{AgencyId, AssignmentId, DocumentId, OfficerId, SiteId};
use detailbook_core::records::Ruling;
use detailbook_core::shift::{FlagKind, Rounding, Weight, total};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire::Refusal;

use super::{Basis, Sheet, basis};
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::problem::Problem;
use crate::store::timesheets::{self as rows, Question, Seen, State};
use crate::store::{Sql, StoreError, assignments};

/// Looks at timesheets of which facts came. Of one that is parked nobody is told: whoever opens the timesheet sees its facts as they are.
pub const LOOK: Kind = Kind::inside("timesheets.look", look_at_all).in_bulk();
/// The key of the one job of that kind that an agency has.
pub const LOOK_KEY: &str = "all";

/// Timesheets that are looked at in one transaction.
const AT_ONCE: i64 = 25;
/// How long facts are gathered before they are looked at: a phone that syncs much costs no more than one look.
pub const SOON: Millis = Millis::from_secs(5);
/// After which time a shift that is not over is looked at again.
const AGAIN: Millis = Millis::from_hours(1);
/// How long after its detail a shift is still expected to end by itself.
const GIVEN_UP: Millis = Millis::from_hours(48);
/// How far back facts that were missing are still expected.
const MISSED: Millis = Millis::from_hours(90 * 24);
/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;

/// Facts of a shift log came: its timesheet is looked at soon.
pub(crate) fn came(sql: &mut dyn Sql, agency: AgencyId, log: DocumentId, now: UnixMillis) -> Result<(), StoreError> {
    match assignments::of_log(sql, agency, log)? {
        Some(id) => soon(sql, agency, id, now),
        None => Ok(()),
    }
}

/// Facts of an officer's came: those of their timesheets next to whose facts some were missing are looked at as well, for these may be them.
pub(crate) fn filled(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    now: UnixMillis,
) -> Result<(), StoreError> {
    for id in rows::flagged(sql, agency, officer, FlagKind::MissingFacts.name(), now - MISSED)? {
        soon(sql, agency, id, now)?;
    }
    Ok(())
}

/// A site's fence was drawn or surveyed anew: the timesheets there that are not settled are looked at soon.
pub(crate) fn moved(sql: &mut dyn Sql, agency: AgencyId, site: SiteId, now: UnixMillis) -> Result<(), StoreError> {
    if rows::at_site_to_look_at(sql, agency, site, now + SOON)? > 0 {
        at_the_latest(sql, agency, now + SOON, now)?;
    }
    Ok(())
}

/// Has a timesheet looked at soon: once for all that comes until then.
pub(crate) fn soon(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId, now: UnixMillis) -> Result<(), StoreError> {
    let at = now + SOON;
    if rows::to_look_at(sql, agency, id, at)? {
        at_the_latest(sql, agency, at, now)?;
    }
    Ok(())
}

/// Has the job begin by then.
fn at_the_latest(sql: &mut dyn Sql, agency: AgencyId, at: UnixMillis, now: UnixMillis) -> Result<(), StoreError> {
    jobs::by_then(sql, agency, &LOOK, LOOK_KEY, at, now, &())
}

fn look_at_all(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let agency = run.agency();
    for id in rows::due(sql, agency, run.now, AT_ONCE)? {
        match look(sql, agency, id, run.now) {
            // A record of it is gone: the next ones are looked at all the same.
            Err(problem) if problem.refusal == Refusal::NotFound => rows::leave(sql, agency, id)?,
            looked => looked?,
        }
    }
    Ok(rows::next_look(sql, agency)?.map_or(Next::Done, |at| Next::At(at.max(run.now))))
}

/// Looks at a timesheet and keeps what was seen.
pub fn look(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId, now: UnixMillis) -> Result<(), Problem> {
    let sheet = Sheet::read(sql, agency, id, now)?;
    let known = rows::get(sql, agency, id)?.and_then(|row| row.ruled_basis);
    let ruling = sheet.ruling.as_ref().map(|ruling| (ruling, known.unwrap_or_else(|| basis_when(&sheet, ruling))));
    keep(sql, agency, &sheet, ruling, now)
}

/// A ruling was made: it rests on the facts as they are in that timesheet.
pub(crate) fn ruled(sql: &mut dyn Sql, agency: AgencyId, sheet: &Sheet, ruling: &Ruling) -> Result<(), Problem> {
    rows::answer(sql, agency, sheet.assignment.id, ruling.ruled_at, ruling.ruled_at)?;
    keep(sql, agency, sheet, Some((ruling, sheet.basis)), ruling.ruled_at)
}

/// Keeps what is seen of a timesheet; beside a ruling stands what it rests on.
fn keep(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sheet: &Sheet,
    ruling: Option<(&Ruling, Basis)>,
    now: UnixMillis,
) -> Result<(), Problem> {
    let questions = rows::questions(sql, agency, sheet.assignment.id)?;
    let seen = seen(sheet, &questions, ruling, now);
    Ok(rows::put_seen(sql, agency, sheet.assignment.id, sheet.site.id, &seen)?)
}

fn seen(sheet: &Sheet, questions: &[Question], ruling: Option<(&Ruling, Basis)>, now: UnixMillis) -> Seen {
    let proposed = &sheet.proposed;
    let of = |weight| proposed.flags.iter().filter(|flag| flag.weight == weight).count();
    let kinds: BTreeSet<_> = proposed.flags.iter().map(|flag| flag.kind).collect();
    let not_over = kinds.iter().any(|kind| matches!(kind, FlagKind::StillIn | FlagKind::InFuture));
    let (ruling, ruled_basis) = ruling.unzip();
    Seen {
        state: state(sheet.basis, ruled_basis, questions),
        facts: sheet.stored.len(),
        reviews: of(Weight::Review),
        notices: of(Weight::Notice),
        flags: kinds.into_iter().map(FlagKind::name).collect(),
        worked: minutes(&proposed.worked.intervals),
        accepted: ruling.map(|ruling| minutes(&ruling.accepted)),
        submitted_at: proposed.shift.submitted,
        answered_at: answered_since(questions, ruling),
        basis: sheet.basis,
        ruled_basis,
        look_at: (not_over && now < sheet.detail.ends + GIVEN_UP).then(|| now + AGAIN),
    }
}

pub(super) fn state(basis: Basis, ruled_basis: Option<Basis>, questions: &[Question]) -> State {
    match ruled_basis {
        _ if questions.iter().any(|question| question.answered_at.is_none()) => State::Asked,
        None => State::Open,
        Some(ruled) if ruled == basis => State::Ruled,
        Some(_) => State::Changed,
    }
}

/// What a ruling rested on that was made before this was kept: the facts that had come by then.
fn basis_when(sheet: &Sheet, ruling: &Ruling) -> Basis {
    basis(sheet.stored.iter().filter(|fact| fact.received_at <= ruling.ruled_at))
}

/// When the officer answered last, if nobody has ruled since.
pub(super) fn answered_since(questions: &[Question], ruling: Option<&Ruling>) -> Option<UnixMillis> {
    let latest = questions.iter().filter_map(|question| question.answered_at).max();
    latest.filter(|at| ruling.is_none_or(|ruling| *at > ruling.ruled_at))
}

/// Whole minutes, to the nearest.
fn minutes(intervals: &[Interval]) -> i64 {
    (total(intervals.to_vec(), Rounding::None).exact.0 + MINUTE / 2) / MINUTE
}

#[cfg(test)]
mod tests {
    use detailbook_core::ids::MessageId;
    use detailbook_core::shift::Sha256;

    use super::*;

    fn question(answered: Option<i64>) -> Question {
        Question {
            message: MessageId::NIL,
            officer: OfficerId::NIL,
            asked_by: String::new(),
            asked_at: UnixMillis::new(1),
            text: String::new(),
            answered_at: answered.map(UnixMillis::new),
        }
    }

    #[test]
    fn an_open_question_comes_first_then_whether_the_facts_are_still_those_ruled_on() {
        let (one, other) = (Sha256([1; 32]), Sha256([2; 32]));
        assert_eq!(state(one, None, &[]), State::Open);
        assert_eq!(state(one, Some(one), &[]), State::Ruled);
        assert_eq!(state(one, Some(other), &[]), State::Changed);
        assert_eq!(state(one, Some(one), &[question(Some(2)), question(None)]), State::Asked);
        assert_eq!(state(one, None, &[question(Some(2))]), State::Open);
    }

    #[test]
    fn minutes_are_counted_of_the_whole_and_rounded_once() {
        let at = |start: i64, end: i64| Interval { start: UnixMillis::new(start), end: UnixMillis::new(end) };
        assert_eq!(minutes(&[at(0, 20_000), at(40_000, 60_000)]), 1);
        assert_eq!((minutes(&[at(0, 29_999)]), minutes(&[at(0, 30_000)]), minutes(&[])), (0, 1, 0));
    }
}
