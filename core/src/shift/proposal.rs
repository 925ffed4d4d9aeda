//! A ruling as the facts alone would have it. A person makes the ruling.

use std::collections::BTreeMap;

use serde::Serialize;

use super::logged::each_once;
use super::{
    Anomaly, AnomalyKind, FactKind, FoldRules, HoursRule, LoggedFact, QuestionRules, Shift, Weight, Worked, fold,
    questions, worked,
};
use crate::geo::{Doubt, Fence, FenceState, FenceVerdict, fence_verdicts};
use crate::ids::FactId;
use crate::time::UnixMillis;

/// Flags of one kind that are listed one by one, of what one source says. A phone may write thousands of odd facts.
const MOST_OF_A_KIND: usize = 50;
/// Explanations that a flag repeats. All of them stand in the shift.
const MOST_EXPLANATIONS: usize = 20;

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
    /// A punch, or the time it was corrected to, that is still to come.
    InFuture,
    /// Still clocked in.
    StillIn,
    /// Clocked in for longer than anyone works.
    ForgottenOut,
    /// No stretch of work that is over.
    NoWork,
    /// The phone wrote facts next to these that the agency does not have.
    MissingFacts,
    /// These facts do not follow on each other as one phone wrote them.
    BrokenChain,
    /// The phone's signature does not fit what the fact says.
    BrokenSignature,
    /// No signature has come yet.
    Unsigned,
    /// Worked well before the scheduled start, or well after the scheduled end.
    BeyondSchedule,
}

impl FlagKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [
            Self::OutsideFence,
            Self::UncertainPlace,
            Self::SimulatedLocation,
            Self::InFuture,
            Self::StillIn,
            Self::ForgottenOut,
            Self::NoWork,
            Self::MissingFacts,
            Self::BrokenChain,
            Self::BrokenSignature,
            Self::Unsigned,
            Self::BeyondSchedule,
        ];
        AnomalyKind::ALL.iter().copied().map(Self::Anomaly).chain(others)
    }

    /// Its name in text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anomaly(kind) => kind.name(),
            Self::OutsideFence => "outside_fence",
            Self::UncertainPlace => "uncertain_place",
            Self::SimulatedLocation => "simulated_location",
            Self::InFuture => "in_future",
            Self::StillIn => "still_in",
            Self::ForgottenOut => "forgotten_out",
            Self::NoWork => "no_work",
            Self::MissingFacts => "missing_facts",
            Self::BrokenChain => "broken_chain",
            Self::BrokenSignature => "broken_signature",
            Self::Unsigned => "unsigned",
            Self::BeyondSchedule => "beyond_schedule",
        }
    }

    /// How much it matters.
    pub const fn weight(self) -> Weight {
        match self {
            Self::Anomaly(kind) => kind.weight(),
            // An uncertain place is the phone's doing, not the officer's, and a locked phone signs later.
            Self::UncertainPlace | Self::Unsigned => Weight::Notice,
            _ => Weight::Review,
        }
    }
}

#[cfg(feature = "schema")]
crate::schema::text!(FlagKind, "name");

impl Serialize for FlagKind {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

/// Something a person should know before ruling.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

    /// The same with what whoever holds the facts found out about their proof.
    #[must_use]
    pub fn with(mut self, more: impl IntoIterator<Item = Flag>) -> Self {
        self.flags.extend(bounded(more.into_iter().collect()));
        explain(&mut self.flags, &self.shift);
        self.flags.sort_by(|a, b| (b.weight, a.kind, &a.facts).cmp(&(a.weight, b.kind, &b.facts)));
        self
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
    flags.extend(shift.punches.iter().filter_map(|punch| in_future(punch, now, rules)));
    flags.extend(open_flag(&shift, now, rules));
    flags.extend(no_work(&shift, &worked));
    ProposedRuling { worked, flags: Vec::new(), places, shift }.with(flags)
}

pub(super) fn flag(kind: FlagKind, facts: Vec<FactId>, sentence: String) -> Flag {
    Flag { kind, weight: kind.weight(), facts, sentence, explanations: Vec::new() }
}

fn from_anomaly(anomaly: &Anomaly) -> Flag {
    flag(FlagKind::Anomaly(anomaly.kind), anomaly.facts.clone(), anomaly.sentence.clone())
}

/// En route is punched away from the site, so only the other punches have a place.
fn places(facts: &[LoggedFact], shift: &Shift, fence: &Fence) -> Vec<PunchPlace> {
    let fixes: BTreeMap<FactId, _> =
        each_once(facts).into_iter().map(|logged| (logged.id, logged.fact.fixes())).collect();
    let at_site: Vec<_> = shift.punches.iter().filter(|punch| punch.kind != FactKind::EnRoute).collect();
    let verdicts =
        fence_verdicts(fence, at_site.iter().map(|punch| fixes.get(&punch.fact).copied().unwrap_or_default()));
    let place = |(punch, verdict): (&&super::Punch, _)| PunchPlace { fact: punch.fact, kind: punch.kind, verdict };
    at_site.iter().zip(verdicts).map(place).collect()
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

/// The server's clock and a phone's estimate may differ by as much as is payable unseen.
fn in_future(punch: &super::Punch, now: UnixMillis, rules: &ProposalRules) -> Option<Flag> {
    let late = punch.at > now + rules.fold.estimate.payable_within;
    let words =
        || format!("{} at {} is still to come.", capital(punch.kind.name()), rules.fold.zone.clock_text(punch.at));
    late.then(|| flag(FlagKind::InFuture, vec![punch.fact], words()))
}

fn explain(flags: &mut [Flag], shift: &Shift) {
    let mut words: BTreeMap<FactId, Vec<&str>> = BTreeMap::new();
    for explanation in &shift.explanations {
        if let Some(about) = explanation.about {
            words.entry(about).or_default().push(&explanation.text);
        }
    }
    for flag in flags {
        let said = || flag.facts.iter().filter_map(|fact| words.get(fact)).flatten();
        let mut told: Vec<String> = said().take(MOST_EXPLANATIONS).map(|text| (*text).to_owned()).collect();
        let more = said().count() - told.len();
        if more > 0 {
            told.push(format!("There are {more} more explanations."));
        }
        flag.explanations = told;
    }
}

/// The first of each kind, the last of which says how many more there are.
fn bounded(mut flags: Vec<Flag>) -> Vec<Flag> {
    flags.sort_by(|a, b| (a.kind, &a.facts).cmp(&(b.kind, &b.facts)));
    let mut kept: Vec<Flag> = Vec::with_capacity(flags.len().min(MOST_OF_A_KIND));
    for kind in flags.chunk_by(|a, b| a.kind == b.kind) {
        kept.extend(kind.iter().take(MOST_OF_A_KIND).cloned());
        let more = kind.len().saturating_sub(MOST_OF_A_KIND);
        if let (Some(last), 1..) = (kept.last_mut(), more) {
            last.sentence = format!("{} There are {more} more of this kind.", last.sentence);
        }
    }
    kept
}

fn capital(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Phone, at, clock, fix, new_york};
    use super::*;
    use crate::geo::Point;
    use crate::time::Interval;

    const SITE: Point = Point { latitude_e7: 423_600_000, longitude_e7: -710_600_000 };

    fn rules() -> ProposalRules {
        ProposalRules::in_zone(new_york())
    }

    fn fence() -> Fence {
        Fence::default_around(SITE)
    }

    fn kinds(proposal: &ProposedRuling) -> Vec<&'static str> {
        proposal.flags.iter().map(|flag| flag.kind.name()).collect()
    }

    /// In at the site, out `north_e7` of it.
    fn evening(phone: &mut Phone, north_e7: i32) -> [LoggedFact; 2] {
        let (mut start, mut out) = (phone.punch(FactKind::In, "18:00"), phone.punch(FactKind::Out, "23:00"));
        start.fact.fixes = Some(vec![fix(SITE.latitude_e7, SITE.longitude_e7)]);
        out.fact.fixes = Some(vec![fix(SITE.latitude_e7 + north_e7, SITE.longitude_e7)]);
        [start, out]
    }

    #[test]
    fn an_evening_in_order_is_proposed_without_a_flag() {
        let proposal = propose(&evening(&mut Phone::new(1), 0), Some(&fence()), clock("23:30"), &rules());
        assert_eq!(proposal.worked.intervals, [Interval { start: clock("18:00"), end: clock("23:00") }]);
        assert_eq!(kinds(&proposal), [""; 0]);
        assert!(!proposal.needs_review());
        assert!(proposal.places.iter().all(|place| place.verdict.state == FenceState::Inside));
    }

    #[test]
    fn out_far_from_the_site_is_flagged_with_the_officers_words_and_the_hours_stay() {
        let mut phone = Phone::new(1);
        let [start, out] = evening(&mut phone, 200_000);
        let why = phone.words(FactKind::Explanation, "walked the closure to its end", Some(out.id), "23:05");
        let proposal = propose(&[start, out.clone(), why], Some(&fence()), clock("23:30"), &rules());
        assert_eq!(kinds(&proposal), ["outside_fence"]);
        assert_eq!(proposal.flags[0].facts, [out.id]);
        assert_eq!(proposal.flags[0].explanations, ["walked the closure to its end"]);
        assert!(
            proposal.flags[0].sentence.starts_with("Out: Outside: the fix is 20"),
            "{}",
            proposal.flags[0].sentence
        );
        assert_eq!(proposal.worked.exact, crate::time::Millis::from_hours(5));
        assert_eq!(proposal.exceptions(), [proposal.flags[0].sentence.clone()]);
    }

    #[test]
    fn no_location_is_no_reproach_and_a_simulated_one_is() {
        let mut phone = Phone::new(1);
        let [mut start, mut out] = evening(&mut phone, 0);
        start.fact.fixes = None;
        let proposal = propose(&[start.clone(), out.clone()], Some(&fence()), clock("23:30"), &rules());
        assert_eq!((kinds(&proposal), proposal.needs_review()), (vec!["uncertain_place"], false));
        out.fact.fixes.as_mut().unwrap()[0].mock = true;
        let proposal = propose(&[start, out], Some(&fence()), clock("23:30"), &rules());
        assert_eq!((kinds(&proposal), proposal.needs_review()), (vec!["simulated_location", "uncertain_place"], true));
    }

    #[test]
    fn where_a_break_was_taken_is_shown_but_not_flagged() {
        let mut phone = Phone::new(1);
        let [start, out] = evening(&mut phone, 0);
        let far = fix(SITE.latitude_e7 + 900_000, SITE.longitude_e7);
        let mut pause = phone.punch(FactKind::BreakStart, "20:00");
        pause.fact.fixes = Some(vec![far]);
        let resume = phone.punch(FactKind::BreakEnd, "20:30");
        let proposal = propose(&[start, pause, resume, out], Some(&fence()), clock("23:30"), &rules());
        assert!(!kinds(&proposal).contains(&"outside_fence") && !kinds(&proposal).contains(&"uncertain_place"));
        assert_eq!(proposal.places[1].verdict.state, FenceState::Outside);
    }

    #[test]
    fn without_a_fence_nothing_is_said_of_places() {
        let proposal = propose(&evening(&mut Phone::new(1), 900_000), None, clock("23:30"), &rules());
        assert_eq!((kinds(&proposal), proposal.places.len()), (vec![], 0));
    }

    #[test]
    fn a_shift_that_is_not_over_says_so_and_after_16_hours_asks_when_it_ended() {
        let start = Phone::new(1).punch(FactKind::In, "18:00");
        let running = propose(std::slice::from_ref(&start), None, clock("23:00"), &rules());
        assert_eq!(kinds(&running), ["still_in"]);
        let forgotten = propose(&[start], None, at("2019-06-28 11:00:00"), &rules());
        assert_eq!(kinds(&forgotten), ["forgotten_out"]);
        assert!(forgotten.worked.intervals.is_empty());
    }

    #[test]
    fn a_punch_that_is_still_to_come_is_flagged() {
        let facts = evening(&mut Phone::new(1), 0);
        assert_eq!(kinds(&propose(&facts, None, clock("22:58"), &rules())), [""; 0]);
        let early = propose(&facts, None, clock("22:57"), &rules());
        assert_eq!((kinds(&early), early.needs_review()), (vec!["in_future"], true));
    }

    #[test]
    fn no_facts_propose_no_hours_and_ask_for_a_person() {
        let proposal = propose(&[], Some(&fence()), clock("23:00"), &rules());
        assert_eq!((kinds(&proposal), proposal.needs_review()), (vec!["no_work"], true));
    }

    #[test]
    fn facts_in_any_order_propose_the_same() {
        let mut phone = Phone::new(1);
        let [start, out] = evening(&mut phone, 200_000);
        let note = phone.words(FactKind::Explanation, "one", Some(out.id), "23:05");
        let other = phone.correction(&out, "22:50", "23:06");
        let mut facts = vec![start, out, note, other];
        let one = propose(&facts, Some(&fence()), clock("23:30"), &rules());
        facts.reverse();
        assert_eq!(propose(&facts, Some(&fence()), clock("23:30"), &rules()), one);
    }

    #[test]
    fn what_a_phone_repeats_without_end_is_told_in_a_few_flags_with_a_few_words() {
        let mut phone = Phone::new(1);
        let [start, out] = evening(&mut phone, 200_000);
        let mut facts = vec![start, out.clone()];
        for _ in 0..60 {
            let mut timeless = phone.correction(&out, "22:00", "23:05");
            timeless.fact.content = None;
            facts.push(timeless);
            facts.push(phone.words(FactKind::Explanation, "walked on", Some(out.id), "23:06"));
        }
        let proposal = propose(&facts, Some(&fence()), clock("23:30"), &rules());
        let of = |name: &str| proposal.flags.iter().filter(|flag| flag.kind.name() == name).collect::<Vec<_>>();
        let timeless = of("correction_without_time");
        assert_eq!((timeless.len(), of("outside_fence").len()), (50, 1));
        assert!(timeless[49].sentence.ends_with(" There are 10 more of this kind."), "{}", timeless[49].sentence);
        for flag in timeless.into_iter().chain(of("outside_fence")) {
            assert_eq!(flag.explanations.len(), 21);
            assert_eq!(flag.explanations[20], "There are 40 more explanations.");
        }
        // What is said of the proof later changes nothing of that.
        assert_eq!(proposal.clone().with(Vec::new()), proposal);
    }

    #[test]
    fn every_flag_has_a_name_of_its_own() {
        let names: Vec<_> = FlagKind::all().map(FlagKind::name).collect();
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
    }
}
