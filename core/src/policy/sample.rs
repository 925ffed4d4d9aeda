//! Rules, times and officers for the tests.

use super::{
    Area, Context, Entry, Feed, Finding, Proposal, RuleDraft, RuleSet, RuleSetDraft, RuleSetFaults, Source, Stage,
    Stint, Stream, WeekDay, evaluate,
};
use crate::geo::{Fence, Point};
use crate::ids::DetailId;
use crate::pricing::{Day, Minutes};
use crate::time::{Interval, UnixMillis, Zone};

pub(super) fn new_york() -> Zone {
    Zone::named("America/New_York").unwrap()
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// What the clocks of New York show, such as `2025-06-11T18:00`; the earlier where they show it twice.
pub(super) fn at(text: &str) -> UnixMillis {
    let text = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    new_york().instant(text.parse().unwrap()).first()
}

pub(super) fn when(from: &str, to: &str) -> Interval {
    Interval { start: at(from), end: at(to) }
}

pub(super) fn stint(stream: Stream, from: &str, to: &str) -> Stint {
    Stint::of(stream, when(from, to))
}

pub(super) fn detail(from: &str, to: &str) -> Proposal {
    Proposal::detail(DetailId::from_bytes([9; 16]), when(from, to))
}

pub(super) fn set(rules: Vec<Entry>) -> RuleSet {
    RuleSet {
        name: "Harbor Falls".into(),
        version: 3,
        effective_from: day("2020-01-01"),
        effective_until: None,
        zone: new_york().into(),
        week_starts: WeekDay::Sunday,
        day_starts: Minutes(0),
        ranks: ["officer", "corporal", "sergeant", "lieutenant", "captain", "major", "chief"].map(Into::into).to_vec(),
        holidays: vec![day("2025-07-04")],
        freshness: vec![],
        areas: vec![],
        rules,
        format: None,
    }
}

/// Everything was read just now.
pub(super) fn fresh(now: UnixMillis) -> Vec<Source> {
    [
        Feed::OnDuty,
        Feed::Overtime,
        Feed::Court,
        Feed::Training,
        Feed::Leave,
        Feed::Detail,
        Feed::OtherAgency,
        Feed::Status,
        Feed::Credentials,
        Feed::Approvals,
        Feed::Events,
        Feed::Command,
    ]
    .map(|feed| Source { feed, read_at: now, covers: None })
    .to_vec()
}

pub(super) const NOW: &str = "2025-06-09T12:00";

pub(super) fn officer(stints: Vec<Stint>) -> Context {
    Context { sources: fresh(at(NOW)), stints, ..Context::default() }
}

/// A rule from its table in TOML, without the head that every rule has.
pub(super) fn rule(body: &str) -> Entry {
    let everywhere: Vec<String> = ["post", "apply", "award", "trade", "clock_in", "sync", "ruling", "invoice"]
        .map(|stage| format!("{stage} = \"block\""))
        .to_vec();
    let head = format!("id = \"r\"\ntitle = \"the rule\"\nseverity = {{ {} }}\n", everywhere.join(", "));
    let draft: RuleDraft = toml::from_str(&format!("{head}{body}")).unwrap();
    let city = Area {
        name: "city".into(),
        fence: Fence::Circle {
            center: Point { latitude_e7: 420_000_000, longitude_e7: -710_000_000 },
            radius_m: 1_000,
        },
    };
    let whole = RuleSetDraft { rules: vec![draft.clone()], areas: vec![city], ..set(vec![]).into() };
    // What no agency could write down is no example of a rule.
    assert_eq!(RuleSetFaults::of(&whole), None, "{body}");
    draft.entry().unwrap()
}

pub(super) fn asked(body: &str, context: &Context, proposal: &Proposal) -> Finding {
    let set = set(vec![rule(body)]);
    evaluate(&set, Stage::Award, context, proposal, at(NOW)).remove(0)
}
