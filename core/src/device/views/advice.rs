//! What the agency's rules say of a detail before the officer applies, as far as this phone knows. Advice: the server decides.

use serde::Serialize;

use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, records, standing};
use crate::geo::Fence;
use crate::ids::DetailId;
use crate::policy::{Context, Evaluator, Feed, Finding, Outcome, Proposal, RuleBook, RuleSet, Severity, Stage};
use crate::records::{Detail, Interval, RecordKind, Site};
use crate::staffing::Posting;
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
    /// What it does where it does not; no more than a warning where only this phone is not told what the rule asks about.
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
            let stands_in_the_way = findings.iter().any(FindingView::stands_in_the_way);
            Ok(AdviceView { findings, stands_in_the_way })
        })
    }
}

impl FindingView {
    /// What a rule says. `untold`: it is unknown for no other reason than that phones are not told all that the rule asks about.
    fn of(finding: Finding, untold: bool) -> Self {
        let rule = finding.citation();
        let (state, Finding { mut severity, mut sentence, .. }) = (finding.outcome.into(), finding);
        if untold {
            severity = severity.min(Severity::Warn);
            sentence.push_str(" This phone is not told that; the server decides.");
        }
        Self { rule, state, severity, sentence }
    }

    /// The rules are there, and this phone can make nothing of them.
    fn unreadable(sentence: &str) -> Self {
        let rule = "The agency's rules".to_owned();
        Self { rule, state: FindingState::Unknown, severity: Severity::Block, sentence: sentence.to_owned() }
    }

    fn stands_in_the_way(&self) -> bool {
        self.state != FindingState::Holds && matches!(self.severity, Severity::Block | Severity::NeedsApproval)
    }
}

/// What stands in the way first, then what else does not hold, then what holds.
fn weight(finding: &FindingView) -> (bool, bool, std::cmp::Reverse<Severity>) {
    (!finding.stands_in_the_way(), finding.state == FindingState::Holds, std::cmp::Reverse(finding.severity))
}

fn findings(reader: &Reader<'_>, detail: DetailId, now: UnixMillis) -> Result<Vec<FindingView>, PhoneError> {
    let Some(detail) = records::get::<Detail>(reader, RecordKind::Detail, detail.into())? else { return Ok(vec![]) };
    let set = match set_for(reader, &detail)? {
        Ok(Some(set)) => set,
        Ok(None) => return Ok(vec![]),
        Err(why) => return Ok(vec![FindingView::unreadable(why)]),
    };
    let officer = standing::enrolled(reader)?.officer;
    let known: Option<Context> = records::get(reader, RecordKind::PolicyContext, officer.into())?;
    let context = known.unwrap_or(Context { officer: Some(officer), ..Context::default() });
    let site = records::get(reader, RecordKind::Site, detail.site.into())?;
    let posting: Option<Posting> = records::get(reader, RecordKind::Posting, detail.id.into())?;
    let known = proposal(&detail, site.as_ref());
    let proposal = match posting.and_then(|posting| posting.told) {
        Some(told) => told.of(known),
        None => known,
    };
    Ok(advise(&set, &context, &proposal, now))
}

/// The rule set for a detail, if there is one; why nothing can be said of it, if this phone cannot make out which.
fn set_for(reader: &Reader<'_>, detail: &Detail) -> Result<Result<Option<RuleSet>, &'static str>, PhoneError> {
    let bodies = records::all(reader, RecordKind::RuleSet)?;
    let (sets, unread): (Vec<_>, Vec<_>) = bodies.iter().map(|body| decode::<RuleSet>(body)).partition(Result::is_ok);
    // Sets that overlap are refused where they are made; should some have come all the same, the server says which holds.
    let Ok(book) = RuleBook::new(sets.into_iter().flatten().collect()) else {
        return Ok(Err("Not known: the agency's rule sets contradict each other on this phone. The server decides."));
    };
    Ok(match book.in_force_at(detail.starts) {
        Some(set) => Ok(Some(set.clone())),
        None if unread.is_empty() => Ok(None),
        None => Err("Not known: this version cannot read the agency's rules. The server decides."),
    })
}

fn advise(set: &RuleSet, context: &Context, proposal: &Proposal, now: UnixMillis) -> Vec<FindingView> {
    let asked = Evaluator::new(set, Stage::Apply);
    let (as_told, further) =
        (asked.advise(context, proposal, now), asked.advise(&without_reach(context), proposal, now));
    let told = |((finding, unsaid), (further, further_unsaid)): ((Finding, bool), (Finding, bool))| {
        let only_reach = further.outcome != Outcome::Unknown || further_unsaid;
        let untold = finding.outcome == Outcome::Unknown && (unsaid || only_reach);
        FindingView::of(finding, untold)
    };
    as_told.into_iter().zip(further).map(told).collect()
}

/// The same as if a phone's context reached over all time: with it, only what the agency itself does not know is in doubt.
fn without_reach(context: &Context) -> Context {
    // What is the agency's own is known for all time, so these feeds end where the phone's context does.
    let own = context.sources.iter().find(|source| source.feed == Feed::Events).and_then(|source| source.covers);
    let Some(reach) = own else { return context.clone() };
    let mut further = context.clone();
    for covers in further.sources.iter_mut().filter_map(|source| source.covers.as_mut()) {
        covers.start = if covers.start == reach.start { UnixMillis::MIN } else { covers.start };
        covers.end = if covers.end == reach.end { UnixMillis::MAX } else { covers.end };
    }
    further
}

/// What this phone knows of the detail from its record. What only the agency knows stays unsaid, and rules that need it answer *unknown*.
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
