//! What the agency's rules say of a detail before the officer applies, as far as this phone knows. Advice: the server decides.

use serde::Serialize;

use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, records, standing};
use crate::geo::Fence;
use crate::ids::DetailId;
use crate::policy::{Context, Finding, Outcome, Proposal, RuleBook, RuleSet, Severity, Stage, evaluate};
use crate::records::{Detail, Interval, RecordKind, Site};
use crate::time::UnixMillis;
use crate::wire::decode;

/// Does a rule hold?
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// It does, or does not apply.
    Holds,
    /// It does not.
    Fails,
    /// This phone does not know enough to say. Never taken for *holds*.
    Unknown,
}

impl From<Outcome> for FindingState {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Holds,
            Outcome::Fail => Self::Fails,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

/// What one rule says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FindingView {
    /// The set with its version, and the rule.
    pub rule: String,
    /// Does it hold?
    pub state: FindingState,
    /// What it does where it does not.
    pub severity: Severity,
    /// The answer in words, with the numbers in it.
    pub sentence: String,
}

/// What the rules say of a detail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AdviceView {
    /// What they say, what stands in the way first. Empty where the agency has no rules, or they have not come.
    pub findings: Vec<FindingView>,
    /// Is anything in the way, as far as this phone knows?
    pub stands_in_the_way: bool,
}

impl Phone {
    /// What the agency's rules say of the officer's applying for a detail at `now`, as far as this phone knows.
    pub fn advice(&self, detail: DetailId, now: UnixMillis) -> Result<AdviceView, PhoneError> {
        self.store.read(|reader| {
            let mut findings = findings(reader, detail, now)?;
            findings.sort_by_key(weight);
            let stands_in_the_way = findings.iter().any(Finding::stands_in_the_way);
            Ok(AdviceView { findings: findings.into_iter().map(FindingView::from).collect(), stands_in_the_way })
        })
    }
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        let rule = finding.citation();
        Self { rule, state: finding.outcome.into(), severity: finding.severity, sentence: finding.sentence }
    }
}

/// What stands in the way first, then what else does not hold, then what holds.
fn weight(finding: &Finding) -> (bool, bool, std::cmp::Reverse<Severity>) {
    (!finding.stands_in_the_way(), finding.outcome == Outcome::Pass, std::cmp::Reverse(finding.severity))
}

fn findings(reader: &Reader<'_>, detail: DetailId, now: UnixMillis) -> Result<Vec<Finding>, PhoneError> {
    let Some(detail) = records::get::<Detail>(reader, RecordKind::Detail, detail.into())? else { return Ok(vec![]) };
    let bodies = records::all(reader, RecordKind::RuleSet)?;
    let sets = bodies.iter().filter_map(|body| decode::<RuleSet>(body).ok()).collect();
    // Sets that overlap are refused where they are made; should some have come all the same, the server says which holds.
    let Ok(book) = RuleBook::new(sets) else { return Ok(vec![]) };
    let Some(set) = book.in_force_at(detail.starts) else { return Ok(vec![]) };
    let officer = standing::enrolled(reader)?.officer;
    let known: Option<Context> = records::get(reader, RecordKind::PolicyContext, officer.into())?;
    let context = known.unwrap_or(Context { officer: Some(officer), ..Context::default() });
    let site = records::get(reader, RecordKind::Site, detail.site.into())?;
    Ok(evaluate(set, Stage::Apply, &context, &proposal(&detail, site.as_ref()), now))
}

/// What this phone knows of the detail. What only the agency knows stays unsaid, and rules that need it answer *unknown*.
fn proposal(detail: &Detail, site: Option<&Site>) -> Proposal {
    let class = Some(detail.job_type.clone()).filter(|class| !class.is_empty());
    let place = site.and_then(|site| match &site.fence {
        Fence::Circle { center, .. } => Some(*center),
        Fence::Polygon { .. } => None,
    });
    let when = Interval { start: detail.starts, end: detail.ends };
    Proposal {
        customer: site.map(|site| site.customer),
        site: Some(detail.site),
        class,
        place,
        ..Proposal::detail(detail.id, when)
    }
}
