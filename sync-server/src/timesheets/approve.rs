//! Ruling as the facts propose, one timesheet or all that nothing is odd about, and never over what somebody else has done meanwhile.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, RulingId};
use detailbook_core::pricing::Tariff;
use detailbook_core::shift::{Fact, Sha256};
use detailbook_core::time::{UnixMillis, Zone};
use detailbook_core::wire::Refusal;

use super::{Basis, Sheet, counts, look};
use crate::audit::By;
use crate::policy::{About, judge};
use crate::problem::Problem;
use crate::rulings::{self, RulingDraft};
use crate::store::timesheets::{self as rows, Question, State, TimesheetRow};
use crate::store::{Sql, StoreError};

/// The reason of a ruling that accepts what the facts show.
pub const AS_PROPOSED: &str = "Approved as the facts show.";

/// What a form was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The ruling that was in force.
    pub ruling: Option<RulingId>,
    /// The digest of what a ruling would rest on.
    pub basis: Basis,
    /// The digest of what stood beside it: what the officer was asked and has answered, and what the work counted as.
    pub beside: Sha256,
    /// When it was made.
    pub made_at: UnixMillis,
}

impl Kept {
    /// What a form of this timesheet is made from now.
    pub fn of(sheet: &Sheet, questions: &[Question], now: UnixMillis) -> Self {
        let ruling = sheet.ruling.as_ref().map(|ruling| ruling.id);
        Self { ruling, basis: sheet.basis, beside: beside(sheet, questions), made_at: now }
    }
}

fn beside(sheet: &Sheet, questions: &[Question]) -> Sha256 {
    let counts = sheet.counts_as();
    let asked = questions.iter().map(|it| format!("{} {:?}\n", it.message, it.answered_at.map(UnixMillis::as_millis)));
    let head = format!("detailbook-timesheet-beside-v1\n{}\n{}\n", counts.rank, counts.job_type);
    Sha256::of(std::iter::once(head).chain(asked).collect::<String>().as_bytes())
}

/// Refuses what was made from another ruling or from other facts than there are, or before somebody asked the officer, the officer answered, or
/// the work was counted otherwise; and says what changed, by that zone's clocks.
pub fn check_unchanged(sheet: &Sheet, questions: &[Question], kept: &Kept, zone: Zone) -> Result<(), Problem> {
    check_rests_on_the_same(sheet, kept, zone)?;
    if beside(sheet, questions) == kept.beside {
        return Ok(());
    }
    let answered = questions.iter().find_map(|it| it.answered_at.filter(|at| *at >= kept.made_at).map(|at| (it, at)));
    let asked = questions.iter().find(|it| it.asked_at >= kept.made_at);
    let counts = sheet.counts_as();
    let what = match (answered, asked) {
        (Some((it, at)), _) => {
            format!("At {} the officer answered what {} had asked.", zone.clock_text(at), it.asked_by)
        }
        (None, Some(it)) => {
            format!("{} asked the officer at {}: {}", it.asked_by, zone.clock_text(it.asked_at), it.text)
        }
        (None, None) => format!("It counts as {}, job type {}, now.", counts.rank, counts.job_type),
    };
    Err(Problem::conflict(format!("More is known since you opened it, so nothing was done. {what}")))
}

fn check_rests_on_the_same(sheet: &Sheet, kept: &Kept, zone: Zone) -> Result<(), Problem> {
    let in_force = sheet.ruling.as_ref().map(|ruling| ruling.id);
    if in_force != kept.ruling {
        let by = sheet.ruling.as_ref().map(|ruling| {
            format!("{} ruled at {}: {}", ruling.ruled_by, zone.clock_text(ruling.ruled_at), ruling.reason)
        });
        let by = by.unwrap_or_else(|| "The ruling is gone.".to_owned());
        return Err(Problem::conflict(format!("This was ruled on since you opened it, so nothing was done. {by}")));
    }
    if sheet.basis == kept.basis {
        return Ok(());
    }
    let came = sheet.stored.iter().filter(|fact| counts(fact) && fact.received_at >= kept.made_at);
    let told: Vec<_> = came
        .map(|stored| {
            let wall = Fact::from_bytes(&stored.body).map_or(stored.received_at, |fact| fact.clock.wall);
            let kind = stored.kind.name().replace('_', " ");
            format!("{kind} of {}, received {}", zone.clock_text(wall), zone.clock_text(stored.received_at))
        })
        .collect();
    let what =
        if told.is_empty() { "a shift log was linked, or a signature was checked".to_owned() } else { told.join("; ") };
    Err(Problem::conflict(format!("The facts changed since you opened it, so nothing was done: {what}.")))
}

/// Rules as the facts propose.
pub fn approve(
    sql: &mut dyn Sql,
    by: &By<'_>,
    sheet: &Sheet,
    ruled_by: &str,
    tariff: Option<&Tariff>,
    entropy: &mut dyn Entropy,
) -> Result<RulingId, Problem> {
    let draft = RulingDraft {
        id: None,
        accepted: sheet.proposed.worked.intervals.clone(),
        exceptions: sheet.exceptions(),
        reason: AS_PROPOSED.to_owned(),
        ruled_by: ruled_by.to_owned(),
        supersedes: sheet.ruling.as_ref().map(|ruling| ruling.id),
        overriding: None,
    };
    rulings::rule_on(sql, by, sheet, &draft, tariff, entropy)
}

/// What became of one timesheet among many.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approved {
    /// Whose it is.
    pub assignment: AssignmentId,
    /// The timesheet, where there is one.
    pub sheet: Option<Sheet>,
    /// Why it was not approved; absent where it was.
    pub why_not: Option<String>,
}

/// Approves those of these timesheets that nothing is odd about and that are as they were when they were listed.
pub fn approve_clean(
    sql: &mut dyn Sql,
    by: &By<'_>,
    listed: &[(AssignmentId, Basis)],
    ruled_by: &str,
    tariff: Option<&Tariff>,
    entropy: &mut dyn Entropy,
) -> Result<Vec<Approved>, Problem> {
    let mut done = Vec::new();
    for (id, basis) in listed {
        let sheet = match Sheet::read(sql, by.agency, *id, by.now) {
            Err(problem) if problem.refusal == Refusal::NotFound => {
                let why_not = Some("There is no such timesheet.".to_owned());
                done.push(Approved { assignment: *id, sheet: None, why_not });
                continue;
            }
            sheet => sheet?,
        };
        let why_not = match in_the_way(sql, by, &sheet, *basis)? {
            Some(why) => Some(why),
            None => approve(sql, by, &sheet, ruled_by, tariff, entropy).map(|_| None)?,
        };
        done.push(Approved { assignment: *id, sheet: Some(sheet), why_not });
    }
    Ok(done)
}

/// Why a timesheet is not approved among many, where nobody looks at each.
fn in_the_way(sql: &mut dyn Sql, by: &By<'_>, sheet: &Sheet, listed: Basis) -> Result<Option<String>, StoreError> {
    if let Some(ruling) = &sheet.ruling {
        return Ok(Some(format!("{} has ruled on it meanwhile.", ruling.ruled_by)));
    }
    if sheet.basis != listed {
        return Ok(Some("Its facts changed since the page was made.".to_owned()));
    }
    if let Some(flag) = sheet.proposed.flags.first() {
        return Ok(Some(flag.sentence.clone()));
    }
    let questions = rows::questions(sql, by.agency, sheet.assignment.id)?;
    if let Some(why) = not_clean(&Standing::of(sheet, &questions), by.now) {
        return Ok(Some(why.to_owned()));
    }
    if let Err(problem) = rulings::check_accepted(by, &sheet.proposed.worked.intervals, &sheet.detail) {
        let why = problem.reason.strip_prefix("accepted: ").unwrap_or(&problem.reason);
        return Ok(Some(format!("What the facts propose cannot be accepted as it is: accepted time {why}.")));
    }
    let held = &sheet.assignment;
    let about = About { officer: held.officer, detail: held.detail, position: Some(held.position) };
    let said = judge::look_at_ruling(sql, by.agency, about, &sheet.proposed.worked.intervals, by.now)?;
    Ok([said.blocked(), said.to_approve()].into_iter().flatten().next())
}

/// Where a timesheet stands, as far as it must be known to approve it among many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    state: State,
    flags: bool,
    answered: bool,
    ends: UnixMillis,
}

impl Standing {
    fn of(sheet: &Sheet, questions: &[Question]) -> Self {
        Self {
            state: look::state(sheet.basis, sheet.ruling.as_ref().map(|_| sheet.basis), questions),
            flags: !sheet.proposed.flags.is_empty(),
            answered: look::answered_since(questions, sheet.ruling.as_ref()).is_some(),
            ends: sheet.detail.ends,
        }
    }
}

impl From<&TimesheetRow> for Standing {
    fn from(row: &TimesheetRow) -> Self {
        let (state, ends) = (row.state, row.ends);
        Self { state, flags: row.reviews + row.notices > 0, answered: row.answered_at.is_some(), ends }
    }
}

/// Why somebody is to look at a timesheet before it is approved. The list ticks those about which there is nothing to say, and they alone are
/// approved among many.
pub fn not_clean(standing: &Standing, now: UnixMillis) -> Option<&'static str> {
    match standing.state {
        State::Ruled | State::Changed => Some("Somebody has ruled on it."),
        State::Asked => Some("The officer was asked, and has not answered."),
        State::Open if standing.flags => Some("There is something to look at."),
        State::Open if standing.answered => Some("The officer was asked and has answered: read the answer first."),
        State::Open if standing.ends > now => Some("The detail is not over yet."),
        State::Open => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_is_what_is_over_and_what_nobody_has_asked_flagged_or_ruled_on() {
        let (ends, now) = (UnixMillis::new(10), UnixMillis::new(10));
        let clean = Standing { state: State::Open, flags: false, answered: false, ends };
        assert_eq!(not_clean(&clean, now), None);
        for (odd, says) in [
            (Standing { state: State::Asked, ..clean }, "has not answered"),
            (Standing { state: State::Ruled, ..clean }, "has ruled"),
            (Standing { state: State::Changed, ..clean }, "has ruled"),
            (Standing { flags: true, ..clean }, "to look at"),
            (Standing { answered: true, ..clean }, "read the answer"),
            (Standing { ends: UnixMillis::new(11), ..clean }, "not over"),
        ] {
            assert!(not_clean(&odd, now).is_some_and(|why| why.contains(says)), "{odd:?}");
        }
    }
}
