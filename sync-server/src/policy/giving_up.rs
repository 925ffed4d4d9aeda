//! Giving a place up, by a call-off or a trade: what the rules say of it, and what will follow by them.

use detailbook_core::award::Foreseen;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::policy::{CANCELLED, Context, Effect, Evaluator, Figure, Finding, GivingUp, Proposal, Stage};
use detailbook_core::records::{Assignment, Detail, RecordKind};
use detailbook_core::time::{Interval, Millis, UnixMillis};

use super::judge::{self, Asked, Judged};
use super::own::event;
use super::proposal::{About, holder};
use crate::audit::By;
use crate::store::{Sql, StoreError, assignments, records};

/// Who comes instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Instead {
    /// Nobody: the place is left.
    Nobody,
    /// Whoever takes it; until then the officer has it. They are asked about themselves when they do.
    Whoever,
    /// This officer.
    Officer(OfficerId),
}

/// An officer who gives a place up.
#[derive(Clone, Copy, Debug)]
pub struct GivesUp<'a> {
    /// What they have.
    pub held: &'a Assignment,
    /// When the agency was told.
    pub told_at: UnixMillis,
    /// The agency's code for why, where a coordinator gave one; what an officer writes is no code.
    pub code: &'a str,
    /// Who comes instead.
    pub instead: Instead,
    /// The coordinator knows of it.
    pub coordinator_told: bool,
}

impl<'a> GivesUp<'a> {
    /// An officer who tells the agency at that time, with nothing special about it.
    pub const fn told(held: &'a Assignment, told_at: UnixMillis, instead: Instead) -> Self {
        Self { held, told_at, code: "", instead, coordinator_told: true }
    }

    const fn about(&self) -> About {
        About { officer: self.held.officer, detail: self.held.detail, position: Some(self.held.position) }
    }
}

/// Asks the rules about it and keeps what they said. The caller holds the agency's lock.
pub fn judge_giving_up(sql: &mut dyn Sql, by: &By<'_>, of: &GivesUp<'_>) -> Result<Judged, StoreError> {
    match asked(sql, by.agency, of, by.now)? {
        Some(asked) => judge::kept(sql, by, Stage::Trade, of.about(), asked),
        None => Ok(Judged::default()),
    }
}

/// What the rules say of it now, as if nobody had let anything pass. Nothing is kept.
pub(super) fn look(sql: &mut dyn Sql, by: &By<'_>, of: &GivesUp<'_>) -> Result<Judged, StoreError> {
    Ok(judge::looked(Stage::Trade, asked(sql, by.agency, of, by.now)?, by.now))
}

fn asked(
    sql: &mut dyn Sql,
    agency: AgencyId,
    of: &GivesUp<'_>,
    as_of: UnixMillis,
) -> Result<Option<Asked>, StoreError> {
    let Some(mut asked) = judge::asked(sql, agency, Stage::Trade, of.about(), as_of)? else { return Ok(None) };
    let replacement = match of.instead {
        Instead::Nobody => None,
        // Nobody yet: the officer counts in the place until somebody does.
        Instead::Whoever => Some(OfficerId::NIL),
        Instead::Officer(officer) => Some(officer),
    };
    if let Instead::Officer(officer) = of.instead {
        let there = holder(sql, agency, officer, as_of)?;
        let mut places = asked.proposal.places.iter_mut().flatten();
        if let Some(place) = places.find(|place| place.position == of.held.position) {
            place.holder = Some(there);
        }
    }
    let (told_at, reason) = (of.told_at, of.code.to_owned());
    asked.proposal.giving_up = Some(GivingUp { told_at, reason, replacement, coordinator_told: of.coordinator_told });
    Ok(Some(asked))
}

/// What an officer has of a detail, if anything.
pub(super) fn held_by(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    officer: OfficerId,
) -> Result<Option<Assignment>, StoreError> {
    for id in assignments::active_of_detail(sql, agency, detail)? {
        let held = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)?;
        if let Some(held) = held.map(|stored| stored.record).filter(|held| held.officer == officer) {
            return Ok(Some(held));
        }
    }
    Ok(None)
}

/// What calling off now will bring by the rules: whether the notice is too short, by what they said of it, and from what the officer
/// will be kept.
pub fn foreseen(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    said: &Judged,
) -> Result<Foreseen, StoreError> {
    let late: Vec<bool> = said.findings.iter().filter_map(is_late).collect();
    let late = (!late.is_empty()).then(|| late.contains(&true));
    Ok(Foreseen { late, follows: penalties(sql, by, held, detail)? })
}

/// Was the notice that a rule asks for too short? `None`: the rule asks for none.
fn is_late(finding: &Finding) -> Option<bool> {
    let had =
        finding.figures.iter().find_map(|figure| if let Figure::Rest(had) = figure { Some(had) } else { None })?;
    let needed = |figure: &Figure| if let Figure::Needed(needed) = figure { Some(*needed) } else { None };
    finding.figures.iter().find_map(needed).map(|needed| *had < needed)
}

/// What bars from details once this one is called off, and does not yet: on its own day, and from now on.
fn penalties(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, detail: &Detail) -> Result<Vec<String>, StoreError> {
    let about = About { officer: held.officer, detail: held.detail, position: Some(held.position) };
    let asked = judge::asked(sql, by.agency, Stage::Award, about, by.now)?;
    let Some(Asked { set, context: before, proposal }) = asked else { return Ok(vec![]) };
    let mut after = before.clone();
    after.events.push(event(CANCELLED, by.now, detail));
    let evaluator = Evaluator::new(&set, Stage::Award);
    let now = Interval { start: by.now, end: by.now + Millis::from_mins(1) };
    let mut told: Vec<String> = Vec::new();
    for when in [proposal.when, now] {
        let asked = Proposal { when, ..proposal.clone() };
        let before = locked(&evaluator, &before, &asked, by.now);
        let new = locked(&evaluator, &after, &asked, by.now).into_iter().filter(|says| !before.contains(says));
        let new: Vec<String> = new.filter(|says| !told.contains(says)).collect();
        told.extend(new);
    }
    Ok(told)
}

/// What keeps an officer from a detail for what they did.
fn locked(evaluator: &Evaluator<'_>, context: &Context, asked: &Proposal, now: UnixMillis) -> Vec<String> {
    let locks = |finding: &Finding| finding.effects.iter().any(|effect| matches!(effect, Effect::LockedOut(_)));
    let against = evaluator.against(context, asked, now).into_iter().filter(locks);
    against.map(|finding| finding.sentence).collect()
}
