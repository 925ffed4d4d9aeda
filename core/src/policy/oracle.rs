//! Windows held against a slow count of single minutes, over random calendars and changes of the clocks.

use chrono::{Datelike, NaiveDate, Timelike};
use proptest::prelude::*;

use super::sample::{fresh, rule, set};
use super::{Context, Figure, Outcome, Proposal, RuleSet, Stage, Stint, Stream, evaluate};
use crate::ids::DetailId;
use crate::pricing::Minutes;
use crate::time::{Interval, Millis, UnixMillis, Zone};

const ZONES: [&str; 3] = ["America/New_York", "Europe/London", "Australia/Lord_Howe"];
const STREAMS: [Stream; 5] = [Stream::OnDuty, Stream::Overtime, Stream::Court, Stream::Detail, Stream::Leave];
const MINUTE: i64 = 60_000;

/// The days around which the clocks of one of the zones change, and an ordinary one, in minutes since 1970.
fn around() -> impl Strategy<Value = i64> {
    let days = ["2025-03-09", "2025-11-02", "2025-03-30", "2025-10-26", "2025-04-06", "2025-10-05", "2025-06-12"];
    let minute = |day: &str| day.parse::<NaiveDate>().unwrap().to_epoch_days();
    prop::sample::select(days.map(minute).to_vec()).prop_map(|day| i64::from(day) * 1_440)
}

/// Stints as stream, start and length in minutes, from four days before to four after.
fn calendar() -> impl Strategy<Value = Vec<(usize, i64, i64)>> {
    prop::collection::vec((0..STREAMS.len(), -5_760..5_760i64, 0..900i64), 0..14)
}

fn minutes(start: i64, length: i64) -> Interval {
    Interval { start: UnixMillis::new(start * MINUTE), end: UnixMillis::new((start + length) * MINUTE) }
}

fn context(stints: &[(usize, i64, i64)], origin: i64, now: UnixMillis) -> Context {
    let stint =
        |(stream, start, length): &(usize, i64, i64)| Stint::of(STREAMS[*stream], minutes(origin + start, *length));
    Context { sources: fresh(now), stints: stints.iter().map(stint).collect(), ..Context::default() }
}

fn rules(window: &str, limit: u32, zone: &str) -> RuleSet {
    let body = format!(
        "[hours]\ncounts = [\"on_duty\", \"overtime\", \"detail\"]\nwindow = {window}\nlimit = \"{}:{:02}\"",
        limit / 60,
        limit % 60
    );
    RuleSet { zone: Zone::named(zone).unwrap().into(), ..set(vec![rule(&body)]) }
}

/// Which window a minute belongs to, by what the wall clock shows.
fn label(window: &str, zone: Zone, minute: i64) -> i64 {
    let local = zone.local(UnixMillis::new(minute * MINUTE));
    let date = local.date();
    match window {
        "\"day\"" => i64::from(date.to_epoch_days()),
        "\"week\"" => i64::from(date.to_epoch_days()) - i64::from(date.weekday().num_days_from_sunday()),
        "\"month\"" => i64::from(date.year() * 12 + date.month0() as i32),
        other => panic!("{other} {}", local.hour()),
    }
}

fn worked(stints: &[(usize, i64, i64)], origin: i64, proposal: (i64, i64), minute: i64) -> bool {
    let holds = |start: i64, length: i64| (origin + start..origin + start + length).contains(&minute);
    let counted = |stream: usize| matches!(STREAMS[stream], Stream::OnDuty | Stream::Overtime | Stream::Detail);
    holds(proposal.0, proposal.1)
        || stints.iter().any(|(stream, start, length)| counted(*stream) && holds(*start, *length))
}

/// The most minutes in any window that shares a minute with the proposal.
fn slowly(window: &str, zone: Zone, stints: &[(usize, i64, i64)], origin: i64, proposal: (i64, i64)) -> i64 {
    let (first, last) = (origin + proposal.0, origin + proposal.0 + proposal.1);
    if let Some(width) = window.strip_prefix("{ rolling = \"").and_then(|rest| rest.split(':').next()) {
        let width: i64 = width.parse::<i64>().unwrap() * 60;
        let busy: Vec<i64> =
            (first - width..last + width).map(|m| i64::from(worked(stints, origin, proposal, m))).collect();
        let base = first - width;
        return (first - width + 1..last)
            .map(|start| {
                let from = (start - base) as usize;
                busy[from..from + width as usize].iter().sum::<i64>()
            })
            .max()
            .unwrap();
    }
    let mut best = 0;
    let mut labels: Vec<i64> = (first..last).map(|minute| label(window, zone, minute)).collect();
    labels.dedup();
    for wanted in labels {
        let span = if window == "\"month\"" { 46_000 } else { 11_600 };
        let inside = (first - span..last + span).filter(|m| worked(stints, origin, proposal, *m));
        best = best.max(inside.filter(|minute| label(window, zone, *minute) == wanted).count() as i64);
    }
    best
}

fn after(figures: &[Figure]) -> i64 {
    let found = figures.iter().find_map(|figure| if let Figure::After(sum) = figure { Some(*sum) } else { None });
    found.unwrap_or_default().0 / MINUTE
}

/// Which window a minute belongs to where days begin at `starts` minutes of the clock, and at any hour of the year's change of clocks:
/// the latest beginning of a day that is not after the minute.
fn label_from(window: &str, zone: Zone, starts: u32, minute: i64) -> i64 {
    let at = UnixMillis::new(minute * MINUTE);
    let today = zone.local(at).date();
    let begins = |date: NaiveDate| {
        let wall = date.and_hms_opt(starts / 60, starts % 60, 0).unwrap();
        zone.instant(wall).first()
    };
    let date = if begins(today) <= at { today } else { today.pred_opt().unwrap() };
    let days = i64::from(date.to_epoch_days());
    match window {
        "\"week\"" => days - i64::from(date.weekday().num_days_from_sunday()),
        "{ cycle = { days = 9, first = \"2025-01-05\" } }" => {
            let first: NaiveDate = "2025-01-05".parse().unwrap();
            (days - i64::from(first.to_epoch_days())).div_euclid(9)
        }
        "\"year\"" => i64::from(date.year()),
        _ => days,
    }
}

/// A stint with what it is paid and charged as, in minutes.
type Counted = (usize, i64, i64, Option<u32>, Option<u32>);

fn as_counted() -> impl Strategy<Value = Vec<Counted>> {
    let minutes = || prop::option::of(0..900u32);
    prop::collection::vec((0..STREAMS.len(), -5_760..5_760i64, 0..900i64, minutes(), minutes()), 0..12)
}

/// The most minutes in any window that has a minute of the proposal's. Paid and charged time counts as often as it is there; of time
/// worked, a minute counts once.
fn slowly_from(
    (window, zone, starts): (&str, Zone, u32),
    (measure, own): (&str, (i64, i64)),
    stints: &[(i64, i64)],
    worked: (i64, i64),
) -> i64 {
    let (first, last) = (worked.0, (worked.0 + worked.1).max(own.0 + own.1));
    let mut labels: Vec<i64> = (first..last).map(|minute| label_from(window, zone, starts, minute)).collect();
    labels.dedup();
    let mut counted: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
    for (start, length) in stints.iter().copied().chain([own]) {
        for minute in start..start + length {
            let held = counted.entry(minute).or_default();
            *held = if measure == "worked" { 1 } else { *held + 1 };
        }
    }
    let mut sums: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
    for (minute, times) in counted {
        *sums.entry(label_from(window, zone, starts, minute)).or_default() += times;
    }
    labels.iter().map(|label| sums.get(label).copied().unwrap_or(0)).max().unwrap_or(0)
}

fn propose(origin: i64, proposal: (i64, i64)) -> Proposal {
    Proposal::detail(DetailId::from_bytes([9; 16]), minutes(origin + proposal.0, proposal.1))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn windows_agree_with_a_count_of_single_minutes(
        origin in around(), stints in calendar(), start in -1_440..1_440i64, length in 1..1_500i64,
        zone in prop::sample::select(ZONES.to_vec()),
        window in prop::sample::select(vec!["\"day\"", "\"week\"", "\"month\"", "{ rolling = \"24:00\" }", "{ rolling = \"7:00\" }"]),
    ) {
        let proposal = (start, length);
        let exact = slowly(window, Zone::named(zone).unwrap(), &stints, origin, proposal);
        let now = UnixMillis::new(origin * MINUTE);
        let context = context(&stints, origin, now);
        for (limit, outcome) in [(exact, Outcome::Pass), (exact - 1, Outcome::Fail)] {
            let set = rules(window, limit as u32, zone);
            let found = &evaluate(&set, Stage::Award, &context, &propose(origin, proposal), now)[0];
            prop_assert_eq!(after(&found.figures), exact);
            prop_assert_eq!(found.outcome, outcome, "{}", found.sentence);
        }
    }

    #[test]
    fn days_that_begin_at_any_hour_and_paid_and_charged_time_agree_with_it_too(
        origin in around(), stints in as_counted(), start in -1_440..1_440i64, length in 1..900i64,
        own in (prop::option::of(0..1_500u32), prop::option::of(0..1_500u32)),
        zone in prop::sample::select(ZONES.to_vec()), starts in prop::sample::select(vec![0u32, 1, 150, 420, 1_439]),
        window in prop::sample::select(vec!["\"day\"", "\"week\"", "day_from", "\"year\"", "{ cycle = { days = 9, first = \"2025-01-05\" } }"]),
        measure in prop::sample::select(vec!["worked", "paid", "charged"]),
    ) {
        let now = UnixMillis::new(origin * MINUTE);
        let as_measured = |length: i64, paid: Option<u32>, charged: Option<u32>| match measure {
            "paid" => paid.map_or(length, i64::from),
            "charged" => charged.map_or(length, i64::from),
            _ => length,
        };
        let of = |(stream, start, length, paid, charged): &Counted| Stint {
            paid: paid.map(Minutes),
            charged: charged.map(Minutes),
            ..Stint::of(STREAMS[*stream], minutes(origin + start, *length))
        };
        let context = Context { sources: fresh(now), stints: stints.iter().map(of).collect(), ..Context::default() };
        let counts = |stream: usize| matches!(STREAMS[stream], Stream::OnDuty | Stream::Overtime | Stream::Detail);
        let counted: Vec<(i64, i64)> = stints.iter().filter(|one| counts(one.0))
            .map(|one| (origin + one.1, as_measured(one.2, one.3, one.4))).collect();
        let own_time = (origin + start, as_measured(length, own.0, own.1));
        let zone_of = Zone::named(zone).unwrap();
        let exact = slowly_from((window, zone_of, starts), (measure, own_time), &counted, (origin + start, length));
        let text = if window == "day_from" { format!("{{ day_from = \"{}:{:02}\" }}", starts / 60, starts % 60) } else { window.to_owned() };
        let body = format!("[hours]\ncounts = [\"on_duty\", \"overtime\", \"detail\"]\nwindow = {text}\nlimit = \"LIMIT\"\nmeasure = \"{measure}\"");
        let proposal = Proposal { paid: own.0.map(Minutes), charged: own.1.map(Minutes), ..propose(origin, (start, length)) };
        for (limit, outcome) in [(exact, Outcome::Pass), (exact - 1, Outcome::Fail)] {
            let Ok(limit) = u32::try_from(limit) else { continue };
            let entry = rule(&body.replace("LIMIT", &format!("{}:{:02}", limit / 60, limit % 60)));
            let day_starts = Minutes(if window == "day_from" { 0 } else { starts });
            let set = RuleSet { zone: zone_of.into(), day_starts, ..set(vec![entry]) };
            let found = &evaluate(&set, Stage::Award, &context, &proposal, now)[0];
            prop_assert_eq!(after(&found.figures), exact, "{}", found.sentence);
            prop_assert_eq!(found.outcome, outcome, "{}", found.sentence);
        }
    }

    #[test]
    fn more_hours_never_turn_a_fail_into_a_pass_and_order_does_not_matter(
        origin in around(), stints in calendar(), more in calendar(), length in 1..1_500i64, limit in 60..3_000u32,
        window in prop::sample::select(vec!["\"day\"", "\"week\"", "{ rolling = \"24:00\" }"]),
    ) {
        let now = UnixMillis::new(origin * MINUTE);
        // A limit longer than its window is no rule.
        let limit = if window.contains("rolling") { limit.min(1_440) } else { limit };
        let (set, proposal) = (rules(window, limit, ZONES[0]), propose(origin, (0, length)));
        let ask = |context: &Context| evaluate(&set, Stage::Award, context, &proposal, now).remove(0);
        let few = ask(&context(&stints, origin, now));
        let backwards: Vec<_> = stints.iter().rev().copied().collect();
        prop_assert_eq!(&ask(&context(&backwards, origin, now)), &few);
        let many = ask(&context(&[stints, more].concat(), origin, now));
        prop_assert!(few.outcome != Outcome::Fail || many.outcome == Outcome::Fail);
    }

    #[test]
    fn what_is_unknown_never_passes_by_knowing_less(
        origin in around(), stints in calendar(), length in 1..1_500i64, limit in 60..3_000u32,
        missing in prop::collection::vec(0..12usize, 0..6), stale in 0..72i64,
        body in prop::sample::select(BODIES.to_vec()),
    ) {
        let now = UnixMillis::new(origin * MINUTE);
        let entry = rule(&body.replace("LIMIT", &format!("{}:{:02}", limit / 60, limit % 60)));
        let freshness = super::Freshness { feed: super::Feed::OnDuty, at_most: crate::pricing::Minutes(24 * 60) };
        let set = RuleSet { freshness: vec![freshness], ..set(vec![entry]) };
        let proposal = propose(origin, (0, length));
        let ask = |context: &Context| evaluate(&set, Stage::Award, context, &proposal, now).remove(0).outcome;
        let mut known = context(&stints, origin, now);
        known.sources[0].read_at = now - Millis::from_hours(stale);
        let before = ask(&known);
        let mut less = known.clone();
        for index in missing {
            if index < less.sources.len() {
                less.sources.remove(index);
            }
        }
        let now_less = ask(&less);
        prop_assert!(now_less == before || now_less == Outcome::Unknown, "{before:?} became {now_less:?}");
    }
}

const BODIES: [&str; 6] = [
    "[hours]\ncounts = [\"on_duty\", \"detail\"]\nwindow = \"week\"\nlimit = \"LIMIT\"",
    "[hours]\ncounts = [\"detail\"]\nwindow = \"day\"\nlimit = \"LIMIT\"\non_days = [\"off\", \"leave\"]",
    "[hours]\ncounts = [\"detail\"]\nwindow = \"week\"\nlimit = \"LIMIT\"\nleave = { hour_for_hour = { up_to = \"90:00\" } }",
    "[rest]\ncounts = [\"on_duty\", \"court\"]\nat_least = \"LIMIT\"",
    "[days_in_a_row]\ncounts = [\"on_duty\", \"detail\"]\nat_most = 2",
    "[short_job]\ncounts = [\"on_duty\"]\nwithin = \"1:00\"\nat_most = \"LIMIT\"",
];
