//! Asking the rules before something is done, and keeping what they said.

use detailbook_core::award::Bar;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId, PositionId};
use detailbook_core::policy::{Context, Finding, Outcome, Proposal, RuleSet, Severity, Stage, evaluate};
use detailbook_core::records::Detail;
use detailbook_core::time::UnixMillis;

use super::context::{around, context};
use super::evaluations::{self, Inputs};
use super::own::event;
use super::proposal::{About, proposal, proposal_beside};
use super::{overrides, sets};
use crate::audit::By;
use crate::personnel::feeds;
use crate::problem::Problem;
use crate::store::{Sql, StoreError};

/// What the rules say. Where the agency has none, nothing, and nothing stands in the way.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Judged {
    /// What each rule says, in the set's order.
    pub findings: Vec<Finding>,
    /// It must not happen, but for an override.
    pub blocks: bool,
    /// Somebody with the right must approve first.
    pub needs_approval: bool,
    /// Rules that somebody let pass.
    pub overridden: Vec<String>,
    /// The number under which this was kept.
    pub evaluation: Option<i64>,
}

impl Judged {
    fn of(findings: Vec<Finding>, overridden: Vec<String>) -> Self {
        let stands = |severity| {
            let against = |finding: &&Finding| finding.outcome != Outcome::Pass && finding.severity == severity;
            findings.iter().filter(against).any(|finding| !overridden.contains(&finding.rule))
        };
        let (blocks, needs_approval) = (stands(Severity::Block), stands(Severity::NeedsApproval));
        Self { findings, blocks, needs_approval, overridden, evaluation: None }
    }

    /// It does not happen without somebody's word.
    pub const fn stands_in_the_way(&self) -> bool {
        self.blocks || self.needs_approval
    }

    /// What does not pass with that severity and was not let pass.
    pub fn against(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        let open = move |finding: &&Finding| finding.outcome != Outcome::Pass && finding.severity == severity;
        self.findings.iter().filter(open).filter(|finding| !self.overridden.contains(&finding.rule))
    }

    /// Why it must not happen, each rule's sentence with its name; `None` where nothing blocks.
    pub fn blocked(&self) -> Option<String> {
        said(self.against(Severity::Block))
    }

    /// What waits for somebody's approval.
    pub fn to_approve(&self) -> Option<String> {
        said(self.against(Severity::NeedsApproval))
    }

    /// What the person acting should have read.
    pub fn warnings(&self) -> Option<String> {
        said(self.against(Severity::Warn))
    }

    /// What the officer is told beside that the wish was received: what needs approval, and warnings.
    pub fn told(&self) -> Option<String> {
        let approval = self.to_approve().map(|what| format!("This needs an approval first. {what}"));
        let parts: Vec<String> = [approval, self.warnings()].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// The sentences of findings, with what says so.
fn said<'a>(findings: impl Iterator<Item = &'a Finding>) -> Option<String> {
    let sentences: Vec<String> =
        findings.map(|finding| format!("{} ({})", finding.sentence, finding.citation())).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// What was asked, and of which set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The set in force when the detail begins.
    pub set: RuleSet,
    /// What was known of the officer.
    pub context: Context,
    /// What it was about.
    pub proposal: Proposal,
}

/// What the rules would be asked about an officer and a detail, by what was known at `as_of`. `None`: no set is in force, or there
/// was no such detail.
pub fn asked(
    sql: &mut dyn Sql,
    agency: AgencyId,
    about: About,
    as_of: UnixMillis,
) -> Result<Option<Asked>, StoreError> {
    let Some(proposal) = proposal(sql, agency, about, as_of)? else { return Ok(None) };
    let Some(set) = sets::in_force(sql, agency, proposal.when.start, as_of)? else { return Ok(None) };
    let context = context(sql, agency, about.officer, around(proposal.when), as_of)?;
    Ok(Some(Asked { set, context, proposal }))
}

/// What the rules say of an officer and a detail, by what was known at `as_of`. Nothing is kept.
pub fn look(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    about: About,
    as_of: UnixMillis,
) -> Result<Judged, StoreError> {
    let Some(Asked { set, context, proposal }) = asked(sql, agency, about, as_of)? else {
        return Ok(Judged::default());
    };
    Ok(Judged::of(evaluate(&set, stage, &context, &proposal, as_of), vec![]))
}

/// What the rules say of a detail before anybody is on it, by what was known at `as_of`. Nothing is kept.
pub fn look_at_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    detail: DetailId,
    as_of: UnixMillis,
) -> Result<Judged, StoreError> {
    let Some(Asked { set, context, proposal }) = asked_of_detail(sql, agency, detail, as_of)? else {
        return Ok(Judged::default());
    };
    Ok(Judged::of(evaluate(&set, stage, &context, &proposal, as_of), vec![]))
}

/// What the rules would be asked about a detail before anybody is on it.
fn asked_of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    as_of: UnixMillis,
) -> Result<Option<Asked>, StoreError> {
    let about = About { officer: OfficerId::NIL, detail, position: None };
    let Some(proposal) = proposal(sql, agency, about, as_of)? else { return Ok(None) };
    let Some(set) = sets::in_force(sql, agency, proposal.when.start, as_of)? else { return Ok(None) };
    let context = Context { sources: feeds::sources(sql, agency, as_of)?, ..Context::default() };
    Ok(Some(Asked { set, context, proposal }))
}

/// What keeps an officer from the positions of a detail that are free, as an award reads it. Nothing is kept: the award's own record
/// holds these.
pub fn bars(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId, detail: &Detail) -> Result<Vec<Bar>, StoreError> {
    let about = About { officer, detail: detail.id, position: None };
    let Some(Asked { set, context, .. }) = asked(sql, by.agency, about, by.now)? else { return Ok(vec![]) };
    let overridden = overrides::standing(sql, by.agency, &set, Stage::Award, about)?;
    let mut bars = Vec::new();
    for position in detail.positions.iter().filter(|position| !position.filled) {
        let about = About { position: Some(position.id), ..about };
        let Some(proposal) = proposal(sql, by.agency, about, by.now)? else { continue };
        let judged = Judged::of(evaluate(&set, Stage::Award, &context, &proposal, by.now), overridden.clone());
        bars.extend(bars_of(&judged, position.id));
    }
    Ok(bars)
}

/// What keeps an officer from one place of a detail, once others have theirs: who wins beside whom. Nothing is kept.
pub fn bars_beside(
    sql: &mut dyn Sql,
    by: &By<'_>,
    officer: OfficerId,
    detail: &Detail,
    position: PositionId,
    beside: &[(PositionId, OfficerId)],
) -> Result<Vec<Bar>, StoreError> {
    let about = About { officer, detail: detail.id, position: Some(position) };
    let Some(Asked { set, mut context, .. }) = asked(sql, by.agency, about, by.now)? else { return Ok(vec![]) };
    let Some(proposal) = proposal_beside(sql, by.agency, about, beside, by.now)? else { return Ok(vec![]) };
    let own = beside.iter().filter(|(_, other)| *other == officer);
    context.events.extend(own.map(|_| event("awarded", by.now, detail)));
    let overridden = overrides::standing(sql, by.agency, &set, Stage::Award, about)?;
    Ok(bars_of(&Judged::of(evaluate(&set, Stage::Award, &context, &proposal, by.now), overridden), position))
}

/// What stands against a place, or waits for somebody's approval.
fn bars_of(judged: &Judged, position: PositionId) -> Vec<Bar> {
    let bar = |finding: &Finding| Bar {
        position: Some(position),
        rule: finding.rule.clone(),
        version: finding.version,
        sentence: finding.sentence.clone(),
    };
    judged.against(Severity::Block).chain(judged.against(Severity::NeedsApproval)).map(bar).collect()
}

/// Asks the rules, and refuses what they do not let happen without somebody's word: see [`overrides`].
pub fn permit(
    sql: &mut dyn Sql,
    by: &By<'_>,
    stage: Stage,
    officer: OfficerId,
    detail: DetailId,
    position: Option<PositionId>,
) -> Result<Judged, Problem> {
    permitted(judge(sql, by, stage, officer, detail, position)?)
}

/// Asks the rules whether a detail may go on offer, and refuses what they do not let happen without somebody's word.
pub fn permit_posting(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<Judged, Problem> {
    let about = About { officer: OfficerId::NIL, detail, position: None };
    match asked_of_detail(sql, by.agency, detail, by.now)? {
        Some(asked) => permitted(kept(sql, by, Stage::Post, about, asked)?),
        None => Ok(Judged::default()),
    }
}

fn permitted(judged: Judged) -> Result<Judged, Problem> {
    match [judged.blocked(), judged.to_approve()].into_iter().flatten().next() {
        None => Ok(judged),
        Some(why) => Err(Problem::conflict(format!("The rules stand in the way: {why}"))),
    }
}

/// Asks the rules about something that is to be done now, and keeps what they said. The caller holds the agency's lock.
pub fn judge(
    sql: &mut dyn Sql,
    by: &By<'_>,
    stage: Stage,
    officer: OfficerId,
    detail: DetailId,
    position: Option<PositionId>,
) -> Result<Judged, StoreError> {
    let about = About { officer, detail, position };
    match asked(sql, by.agency, about, by.now)? {
        Some(asked) => kept(sql, by, stage, about, asked),
        None => Ok(Judged::default()),
    }
}

/// What the rules say, kept where they say anything.
fn kept(sql: &mut dyn Sql, by: &By<'_>, stage: Stage, about: About, asked: Asked) -> Result<Judged, StoreError> {
    let Asked { set, context, proposal } = asked;
    let findings = evaluate(&set, stage, &context, &proposal, by.now);
    if findings.is_empty() {
        return Ok(Judged::default());
    }
    let overridden = overrides::standing(sql, by.agency, &set, stage, about)?;
    let mut judged = Judged::of(findings, overridden);
    let inputs = Inputs { context, proposal };
    judged.evaluation = Some(evaluations::keep(sql, by, stage, about, &set, &judged, &inputs)?);
    Ok(judged)
}
