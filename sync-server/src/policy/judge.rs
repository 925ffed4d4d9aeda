//! Asking the rules before something is done, and keeping what they said.

use detailbook_core::award::Bar;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId, PositionId};
use detailbook_core::policy::{
    Answer, Context, Evaluator, Finding, Outcome, Proposal, RuleSet, Severity, Stage, evaluate,
};
use detailbook_core::records::Detail;
use detailbook_core::time::{Interval, Millis, UnixMillis};

use super::context::{around, context, read_ahead};
use super::evaluations::{self, Ended, Inputs};
use super::overrides::LetPass;
use super::own::event;
use super::proposal::{About, Common, proposal};
use super::sets;
use crate::audit::By;
use crate::personnel::feeds;
use crate::problem::Problem;
use crate::store::overrides::{self, OverrideRow};
use crate::store::{Ahead, Sql, StoreError};

/// What was refused no longer ago than this is refused again without asking.
const AT_ONCE: Millis = Millis::from_secs(10);

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
    fn of(findings: Vec<Finding>, let_pass: &LetPass) -> Self {
        let overridden: Vec<String> =
            findings.iter().filter(|finding| let_pass.covers(finding)).map(|finding| finding.rule.clone()).collect();
        let judged = Self { findings, overridden, ..Self::default() };
        let stands = |severity| judged.against(severity).next().is_some();
        let (blocks, needs_approval) = (stands(Severity::Block), stands(Severity::NeedsApproval));
        Self { blocks, needs_approval, ..judged }
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

    /// What it does not happen for without somebody's word: what blocks, then what needs an approval.
    pub fn in_the_way(&self) -> impl Iterator<Item = &Finding> {
        self.against(Severity::Block).chain(self.against(Severity::NeedsApproval))
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
    let sentences: Vec<String> = findings.map(Finding::cited).collect();
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

/// The set that a detail is judged by at a stage; `None` where there is none, or nothing in it is asked then.
fn set_at(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    when: Interval,
    as_of: UnixMillis,
) -> Result<Option<RuleSet>, StoreError> {
    Ok(sets::in_force(sql, agency, when.start, as_of)?.filter(|set| set.asks(stage)))
}

/// What the rules would be asked about an officer and a detail, by what was known at `as_of`. `None`: nothing is asked then, or there
/// was no such detail.
pub(super) fn asked(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    about: About,
    as_of: UnixMillis,
) -> Result<Option<Asked>, StoreError> {
    let Some(common) = Common::of(sql, agency, about.detail, as_of)? else { return Ok(None) };
    asked_in(sql, agency, stage, common, about, as_of)
}

fn asked_in(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    common: Common,
    about: About,
    as_of: UnixMillis,
) -> Result<Option<Asked>, StoreError> {
    let Some(set) = set_at(sql, agency, stage, common.when(), as_of)? else { return Ok(None) };
    asked_by(sql, agency, set, common, about, as_of).map(Some)
}

/// What the rules would be asked about a ruling that accepts this time: it is what was worked, whenever it was scheduled.
fn asked_of_ruling(
    sql: &mut dyn Sql,
    agency: AgencyId,
    about: About,
    accepted: &[Interval],
    as_of: UnixMillis,
) -> Result<Option<Asked>, StoreError> {
    let Some(common) = Common::of(sql, agency, about.detail, as_of)? else { return Ok(None) };
    asked_in(sql, agency, Stage::Ruling, common.worked(accepted), about, as_of)
}

/// What a set is asked about an officer and a detail.
fn asked_by(
    sql: &mut dyn Sql,
    agency: AgencyId,
    set: RuleSet,
    mut common: Common,
    about: About,
    as_of: UnixMillis,
) -> Result<Asked, StoreError> {
    let proposal = common.proposal(sql, about.officer, about.position, &[])?;
    let context = context(sql, agency, about.officer, around(&set, proposal.when, as_of), as_of)?;
    Ok(Asked { set, context, proposal })
}

/// What the rules say of an officer and a detail, by what was known at `as_of`. Nothing is kept.
pub fn look(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    about: About,
    as_of: UnixMillis,
) -> Result<Judged, StoreError> {
    Ok(looked(stage, asked(sql, agency, stage, about, as_of)?, as_of))
}

/// Reads ahead what [`look`] asks of many officers on a detail at a stage.
pub fn look_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    stage: Stage,
    detail: DetailId,
    officers: &[OfficerId],
    as_of: UnixMillis,
) -> Result<(), StoreError> {
    let Some(common) = Common::of(ahead, agency, detail, as_of)? else { return Ok(()) };
    match set_at(ahead, agency, stage, common.when(), as_of)? {
        Some(set) => read_ahead(ahead, agency, officers, around(&set, common.when(), as_of), as_of),
        None => Ok(()),
    }
}

/// What a set would say of an officer and a detail, by what was known at `as_of`, in force or not. Nothing is kept.
pub fn look_by(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    set: &RuleSet,
    about: About,
    as_of: UnixMillis,
) -> Result<Judged, StoreError> {
    let Some(common) = Common::of(sql, agency, about.detail, as_of)? else { return Ok(Judged::default()) };
    Ok(looked(stage, Some(asked_by(sql, agency, set.clone(), common, about, as_of)?), as_of))
}

/// What the rules say of a ruling that accepts this time, by what was known at `as_of`. Nothing is kept.
pub fn look_at_ruling(
    sql: &mut dyn Sql,
    agency: AgencyId,
    about: About,
    accepted: &[Interval],
    as_of: UnixMillis,
) -> Result<Judged, StoreError> {
    Ok(looked(Stage::Ruling, asked_of_ruling(sql, agency, about, accepted, as_of)?, as_of))
}

/// What the rules say now of an officer and a detail at each of these stages, but for what somebody let pass. Nothing is kept.
pub(super) fn look_at_holder<const STAGES: usize>(
    sql: &mut dyn Sql,
    by: &By<'_>,
    stages: [Stage; STAGES],
    about: About,
) -> Result<Vec<Judged>, StoreError> {
    let Some(common) = Common::of(sql, by.agency, about.detail, by.now)? else { return Ok(vec![]) };
    let set = sets::in_force(sql, by.agency, common.when().start, by.now)?;
    let Some(set) = set.filter(|set| stages.iter().any(|stage| set.asks(*stage))) else { return Ok(vec![]) };
    let Asked { set, context, proposal } = asked_by(sql, by.agency, set, common, about, by.now)?;
    let overrides = overrides::of_detail(sql, by.agency, about.detail)?;
    let judged = |stage| {
        let let_pass = LetPass::of(&overrides, &set, stage, about.officer);
        Judged::of(evaluate(&set, stage, &context, &proposal, by.now), &let_pass)
    };
    Ok(stages.into_iter().map(judged).collect())
}

/// What the rules say of a detail before anybody is on it, by what was known at `as_of`. Nothing is kept.
pub fn look_at_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    detail: DetailId,
    as_of: UnixMillis,
) -> Result<Judged, StoreError> {
    Ok(looked(stage, asked_of_detail(sql, agency, stage, detail, as_of)?, as_of))
}

/// What was asked, answered as if nobody had let anything pass.
pub(super) fn looked(stage: Stage, asked: Option<Asked>, as_of: UnixMillis) -> Judged {
    let Some(Asked { set, context, proposal }) = asked else { return Judged::default() };
    Judged::of(evaluate(&set, stage, &context, &proposal, as_of), &LetPass::default())
}

/// What the rules would be asked about a detail before anybody is on it.
fn asked_of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    detail: DetailId,
    as_of: UnixMillis,
) -> Result<Option<Asked>, StoreError> {
    let about = About { officer: OfficerId::NIL, detail, position: None };
    let Some(proposal) = proposal(sql, agency, about, as_of)? else { return Ok(None) };
    let Some(set) = set_at(sql, agency, stage, proposal.when, as_of)? else { return Ok(None) };
    let context = Context { sources: feeds::sources(sql, agency, as_of)?, ..Context::default() };
    Ok(Some(Asked { set, context, proposal }))
}

/// What keeps officers from the positions of a detail that are free, as an award reads it: read once what is the same for all of
/// them. Nothing is kept: the award's own record holds these.
pub fn bars(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &Detail,
    officers: &[OfficerId],
) -> Result<Vec<Vec<Bar>>, StoreError> {
    let Some((set, common)) = for_award(sql, by, detail)? else { return Ok(vec![vec![]; officers.len()]) };
    let mut row = Row::of(sql, by, &set, common)?;
    let free: Vec<PositionId> =
        detail.positions.iter().filter(|position| !position.filled).map(|position| position.id).collect();
    officers
        .iter()
        .map(|officer| {
            let context = row.context(sql, *officer)?;
            let of_place = |position: &PositionId| row.bars(sql, &context, *officer, *position, &[]);
            Ok(free.iter().map(of_place).collect::<Result<Vec<_>, StoreError>>()?.concat())
        })
        .collect()
}

/// What the rules say of each of several officers on a place of a detail, as if nobody had let anything pass: read once what is the same
/// for all of them. Empty where there is nothing to ask.
pub fn look_at_each(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    detail: DetailId,
    about: &[(OfficerId, Option<PositionId>)],
    as_of: UnixMillis,
) -> Result<Vec<Vec<Finding>>, StoreError> {
    of_each(sql, agency, stage, detail, about, as_of, |evaluator, context, proposal| {
        evaluator.evaluate(context, proposal, as_of)
    })
}

/// Whether rules stand in the way of each of several officers on a detail, as if nobody had let anything pass: no sentence is put into
/// words. Empty where there is nothing to ask.
pub fn bar_each(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    detail: DetailId,
    officers: &[OfficerId],
    as_of: UnixMillis,
) -> Result<Vec<bool>, StoreError> {
    let about: Vec<_> = officers.iter().map(|officer| (*officer, None)).collect();
    of_each(sql, agency, stage, detail, &about, as_of, |evaluator, context, proposal| {
        evaluator.screen(context, proposal, as_of).iter().any(Answer::stands_in_the_way)
    })
}

/// Asks about several officers on a detail, each perhaps for a place of it.
fn of_each<T>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    stage: Stage,
    detail: DetailId,
    about: &[(OfficerId, Option<PositionId>)],
    as_of: UnixMillis,
    ask: impl Fn(&Evaluator<'_>, &Context, &Proposal) -> T,
) -> Result<Vec<T>, StoreError> {
    let Some(mut common) = Common::of(sql, agency, detail, as_of)? else { return Ok(vec![]) };
    let Some(set) = set_at(sql, agency, stage, common.when(), as_of)? else { return Ok(vec![]) };
    let (around, evaluator) = (around(&set, common.when(), as_of), Evaluator::new(&set, stage));
    let (sql, officers) = (&mut Ahead::over(sql), about.iter().map(|(officer, _)| *officer).collect::<Vec<_>>());
    read_ahead(sql, agency, &officers, around, as_of)?;
    let mut all = Vec::with_capacity(about.len());
    for (officer, position) in about {
        let proposal = common.proposal(sql, *officer, *position, &[])?;
        all.push(ask(&evaluator, &context(sql, agency, *officer, around, as_of)?, &proposal));
    }
    Ok(all)
}

/// What keeps winners from their places once those before them in this order have theirs: who wins beside whom. Those who are kept
/// from it count for nobody after them. Nothing is kept.
pub fn bars_beside(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: &Detail,
    winners: &[(PositionId, OfficerId)],
) -> Result<Vec<(OfficerId, Vec<Bar>)>, StoreError> {
    let Some((set, common)) = for_award(sql, by, detail)? else { return Ok(vec![]) };
    let mut row = Row::of(sql, by, &set, common)?;
    let (mut before, mut barred) = (Vec::new(), Vec::new());
    for (position, officer) in winners {
        let mut context = row.context(sql, *officer)?;
        let own = before.iter().filter(|(_, other)| other == officer);
        context.events.extend(own.map(|_| event("awarded", by.now, detail)));
        let bars = row.bars(sql, &context, *officer, *position, &before)?;
        if bars.is_empty() {
            before.push((*position, *officer));
        } else {
            barred.push((*officer, bars));
        }
    }
    Ok(barred)
}

/// The set that an award is judged by, and what is the same for everybody on its detail.
fn for_award(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail) -> Result<Option<(RuleSet, Common)>, StoreError> {
    let Some(common) = Common::of(sql, by.agency, detail.id, by.now)? else { return Ok(None) };
    let set = set_at(sql, by.agency, Stage::Award, common.when(), by.now)?;
    Ok(set.map(|set| (set, common)))
}

/// The rules made ready to be asked about many officers on one detail.
struct Row<'a> {
    by: &'a By<'a>,
    set: &'a RuleSet,
    evaluator: Evaluator<'a>,
    common: Common,
    overrides: Vec<OverrideRow>,
}

impl<'a> Row<'a> {
    fn of(sql: &mut dyn Sql, by: &'a By<'a>, set: &'a RuleSet, common: Common) -> Result<Self, StoreError> {
        let overrides = overrides::of_detail(sql, by.agency, common.detail())?;
        Ok(Self { by, set, evaluator: Evaluator::new(set, Stage::Award), common, overrides })
    }

    fn context(&self, sql: &mut dyn Sql, officer: OfficerId) -> Result<Context, StoreError> {
        context(sql, self.by.agency, officer, around(self.set, self.common.when(), self.by.now), self.by.now)
    }

    /// What stands against a place, or waits for somebody's approval.
    fn bars(
        &mut self,
        sql: &mut dyn Sql,
        context: &Context,
        officer: OfficerId,
        position: PositionId,
        beside: &[(PositionId, OfficerId)],
    ) -> Result<Vec<Bar>, StoreError> {
        let proposal = self.common.proposal(sql, officer, Some(position), beside)?;
        let against = self.evaluator.against(context, &proposal, self.by.now);
        let let_pass = LetPass::of(&self.overrides, self.set, Stage::Award, officer);
        Ok(bars_of(&Judged::of(against, &let_pass), position))
    }
}

fn bars_of(judged: &Judged, position: PositionId) -> Vec<Bar> {
    let bar = |finding: &Finding| Bar {
        position: Some(position),
        rule: finding.rule.clone(),
        version: finding.version,
        sentence: finding.sentence.clone(),
    };
    judged.in_the_way().map(bar).collect()
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
    match asked_of_detail(sql, by.agency, Stage::Post, detail, by.now)? {
        Some(asked) => permitted(kept(sql, by, Stage::Post, about, asked)?),
        None => Ok(Judged::default()),
    }
}

/// Asks the rules about a ruling that accepts this time, and keeps what they said.
pub fn judge_ruling(sql: &mut dyn Sql, by: &By<'_>, about: About, accepted: &[Interval]) -> Result<Judged, StoreError> {
    match asked_of_ruling(sql, by.agency, about, accepted, by.now)? {
        Some(asked) => kept(sql, by, Stage::Ruling, about, asked),
        None => Ok(Judged::default()),
    }
}

/// What was judged, or that it is refused.
pub(crate) fn permitted(judged: Judged) -> Result<Judged, Problem> {
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
    match asked(sql, by.agency, stage, about, by.now)? {
        Some(asked) => kept(sql, by, stage, about, asked),
        None => Ok(Judged::default()),
    }
}

/// What the rules say, kept where they say anything.
pub(super) fn kept(
    sql: &mut dyn Sql,
    by: &By<'_>,
    stage: Stage,
    about: About,
    asked: Asked,
) -> Result<Judged, StoreError> {
    let Asked { set, context, proposal } = asked;
    let findings = evaluate(&set, stage, &context, &proposal, by.now);
    if findings.is_empty() {
        return Ok(Judged::default());
    }
    let overrides = overrides::of_detail(sql, by.agency, about.detail)?;
    let mut judged = Judged::of(findings, &LetPass::of(&overrides, &set, stage, about.officer));
    let inputs = Inputs { context, proposal };
    judged.evaluation = Some(evaluations::keep(sql, by, stage, about, &set, &judged, &inputs)?);
    Ok(judged)
}

/// Answers at once what was refused a moment ago, so that a phone which asks again and again costs little. `None`: it must be asked.
pub fn refused_lately(
    sql: &mut dyn Sql,
    by: &By<'_>,
    stage: Stage,
    about: About,
) -> Result<Option<String>, StoreError> {
    let Some((evaluation, asked_at)) = evaluations::latest(sql, by.agency, stage, about)? else { return Ok(None) };
    if evaluation.outcome != Ended::Blocked || asked_at + AT_ONCE < by.now {
        return Ok(None);
    }
    let overrides = overrides::of_detail(sql, by.agency, about.detail)?;
    let since = |row: &OverrideRow| row.officer == about.officer && row.at >= evaluation.at;
    if overrides.iter().any(since) {
        return Ok(None);
    }
    Ok(Judged::of(evaluation.findings, &LetPass::default()).blocked())
}
