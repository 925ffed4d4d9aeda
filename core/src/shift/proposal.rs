//! A ruling as the facts alone would have it. A person makes the ruling.

use std::collections::BTreeMap;

use serde::Serialize;

use super::logged::each_once;
use super::{
    Anomaly, AnomalyKind, FactKind, FoldRules, HoursRule, LoggedFact, QuestionRules, Shift, Weight, Worked, fold,
    questions, worked,
};
use crate::geo::{Doubt, Fence, FenceState, FenceVerdict, fence_verdict};
use crate::ids::FactId;
use crate::time::UnixMillis;

/// What a proposal is made by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProposalRules {
    /// How facts are folded, and the zone of the agency.
    pub fold: FoldRules,
    /// How hours are counted.
    pub hours: HoursRule,
    /// When a forgotten out is flagged.
    pub questions: QuestionRules,
}

impl ProposalRules {
    /// The usual rules in a zone.
    pub fn in_zone(zone: crate::time::Zone) -> Self {
        Self { fold: FoldRules::in_zone(zone), hours: HoursRule::default(), questions: QuestionRules::default() }
    }
}

/// What a flag is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FlagKind {
    /// Something odd about the facts.
    Anomaly(AnomalyKind),
    /// Punched outside the fence.
    OutsideFence,
    /// Nobody can tell whether it was inside.
    UncertainPlace,
    /// The phone said that a location was simulated.
    SimulatedLocation,
    /// Still clocked in.
    StillIn,
    /// Clocked in for longer than anyone works.
    ForgottenOut,
    /// No stretch of work that is over.
    NoWork,
}

impl FlagKind {
    /// Its name in text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anomaly(kind) => kind.name(),
            Self::OutsideFence => "outside_fence",
            Self::UncertainPlace => "uncertain_place",
            Self::SimulatedLocation => "simulated_location",
            Self::StillIn => "still_in",
            Self::ForgottenOut => "forgotten_out",
            Self::NoWork => "no_work",
        }
    }

    /// How much it matters.
    pub const fn weight(self) -> Weight {
        match self {
            Self::Anomaly(kind) => kind.weight(),
            // An uncertain place is the phone's doing, not the officer's.
            Self::UncertainPlace => Weight::Notice,
            _ => Weight::Review,
        }
    }
}

impl Serialize for FlagKind {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

/// Something a person should know before ruling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Flag {
    /// What it is about.
    pub kind: FlagKind,
    /// How much it matters.
    pub weight: Weight,
    /// The facts it is about.
    pub facts: Vec<FactId>,
    /// The same in words.
    pub sentence: String,
    /// What the officer says about it.
    pub explanations: Vec<String>,
}

/// Where a punch was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PunchPlace {
    /// The punch.
    pub fact: FactId,
    /// Which kind of punch.
    pub kind: FactKind,
    /// The verdict on its fixes.
    pub verdict: FenceVerdict,
}

/// A ruling as the facts alone would have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProposedRuling {
    /// The worked time; its intervals are what the ruling would accept.
    pub worked: Worked,
    /// What a person should know, the weightiest first.
    pub flags: Vec<Flag>,
    /// Where each punch was made, in order; empty without a fence.
    pub places: Vec<PunchPlace>,
    /// The shift behind it.
    pub shift: Shift,
}

impl ProposedRuling {
    /// Must a person look before these hours are paid?
    pub fn needs_review(&self) -> bool {
        self.flags.iter().any(|flag| flag.weight == Weight::Review)
    }

    /// What a ruling that accepts this would note as exceptions.
    pub fn exceptions(&self) -> Vec<String> {
        self.flags.iter().filter(|flag| flag.weight == Weight::Review).map(|flag| flag.sentence.clone()).collect()
    }
}

/// Proposes a ruling from a shift log as of `now`; `fence` is the site's, where it is known and surveyed.
pub fn propose(facts: &[LoggedFact], fence: Option<&Fence>, now: UnixMillis, rules: &ProposalRules) -> ProposedRuling {
    let shift = fold(facts, &rules.fold);
    let worked = worked(&shift.stints, &rules.hours, rules.fold.zone);
    let places = fence.map(|fence| places(facts, &shift, fence)).unwrap_or_default();
    let mut flags: Vec<Flag> = shift.anomalies.iter().map(from_anomaly).collect();
    flags.extend(places.iter().flat_map(place_flags));
    flags.extend(open_flag(&shift, now, rules));
    flags.extend(no_work(&shift, &worked));
    for flag in &mut flags {
        flag.explanations = explained(&shift, &flag.facts);
    }
    flags.sort_by(|a, b| (b.weight, a.kind, &a.facts).cmp(&(a.weight, b.kind, &b.facts)));
    ProposedRuling { worked, flags, places, shift }
}

fn flag(kind: FlagKind, facts: Vec<FactId>, sentence: String) -> Flag {
    Flag { kind, weight: kind.weight(), facts, sentence, explanations: Vec::new() }
}

fn from_anomaly(anomaly: &Anomaly) -> Flag {
    flag(FlagKind::Anomaly(anomaly.kind), anomaly.facts.clone(), anomaly.sentence.clone())
}

/// En route is punched away from the site, so only the other punches have a place.
fn places(facts: &[LoggedFact], shift: &Shift, fence: &Fence) -> Vec<PunchPlace> {
    let fixes: BTreeMap<FactId, _> =
        each_once(facts).into_iter().map(|logged| (logged.id, logged.fact.fixes())).collect();
    let at_site = shift.punches.iter().filter(|punch| punch.kind != FactKind::EnRoute);
    let place = |punch: &super::Punch| PunchPlace {
        fact: punch.fact,
        kind: punch.kind,
        verdict: fence_verdict(fence, fixes.get(&punch.fact).copied().unwrap_or_default()),
    };
    at_site.map(place).collect()
}

fn place_flags(place: &PunchPlace) -> Vec<Flag> {
    let (verdict, facts) = (&place.verdict, vec![place.fact]);
    let sentence = format!("{}: {}", capital(place.kind.name()), verdict.sentence);
    let mock = verdict.mock_seen.then_some(FlagKind::SimulatedLocation);
    let doubtful = match verdict.state {
        // Where an officer spends a break is nobody's business.
        _ if matches!(place.kind, FactKind::BreakStart | FactKind::BreakEnd) => None,
        FenceState::Inside => None,
        FenceState::Outside => Some(FlagKind::OutsideFence),
        FenceState::Uncertain if verdict.doubts.contains(&Doubt::Mock) => None,
        FenceState::Uncertain => Some(FlagKind::UncertainPlace),
    };
    mock.into_iter().chain(doubtful).map(|kind| flag(kind, facts.clone(), sentence.clone())).collect()
}

fn open_flag(shift: &Shift, now: UnixMillis, rules: &ProposalRules) -> Option<Flag> {
    let open = shift.open_stint()?;
    let since = rules.fold.zone.clock_text(open.start.at);
    let facts = vec![open.start.fact];
    Some(if questions(shift, None, &rules.questions).needs_review(now) {
        flag(FlagKind::ForgottenOut, facts, format!("In since {since} without an out: when did the officer leave?"))
    } else {
        flag(FlagKind::StillIn, facts, format!("In since {since}; the shift is not over."))
    })
}

fn no_work(shift: &Shift, worked: &Worked) -> Option<Flag> {
    let none = worked.intervals.is_empty() && shift.open_stint().is_none();
    none.then(|| flag(FlagKind::NoWork, Vec::new(), "The facts show no stretch of work.".to_owned()))
}

fn explained(shift: &Shift, facts: &[FactId]) -> Vec<String> {
    let about = |about: &Option<FactId>| about.is_some_and(|about| facts.contains(&about));
    let explaining = shift.explanations.iter().filter(|explanation| about(&explanation.about));
    explaining.map(|explanation| explanation.text.clone()).collect()
}

fn capital(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
