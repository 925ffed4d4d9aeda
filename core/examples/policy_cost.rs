//! What the rules cost: one officer with a year of shifts against 50 rules, and 5,000 officers for one posting.
//!
//! `cargo run --release -p detailbook-core --example policy_cost`
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement")]

use std::hint::black_box;
use std::time::Instant;

use detailbook_core::ids::{DetailId, OfficerId};
use detailbook_core::policy::{
    Alcohol, Context, Entry, Evaluator, Event, Feed, Known, Outcome, Proposal, RuleSet, Severities, Severity, Source,
    Stage, Stint, Stream, evaluate,
};
use detailbook_core::time::{Interval, Millis, UnixMillis};

const RULES: usize = 50;
const SHIFTS: i64 = 365;
const OFFICERS: usize = 5_000;
/// Officers differ, but not all need be held at once.
const DIFFERENT: usize = 64;
/// Short batches, of which the fastest counts: a busy machine interrupts the others.
const BATCHES: u32 = 200;
const BATCH: u32 = 20;
/// Of the long measurements as well.
const ROUNDS: usize = 5;

/// 1 June 2025, 12:00 UTC.
fn now() -> UnixMillis {
    UnixMillis::new(1_748_779_200_000)
}

/// A set of 50 rules, all asked at once: those of the worked example, some of them twice.
fn rules() -> RuleSet {
    let mut set: RuleSet = toml::from_str(include_str!("../fixtures/policy/harbor-falls.toml")).unwrap();
    let examples = std::mem::take(&mut set.rules);
    for (index, entry) in examples.into_iter().cycle().take(RULES).enumerate() {
        let Entry::Rule(mut rule) = entry else { continue };
        rule.id = format!("{}-{index}", rule.id);
        rule.severity = Severities::everywhere(Severity::Block);
        (rule.from, rule.until) = (None, None);
        set.rules.push(Entry::Rule(rule));
    }
    set
}

fn officer(number: usize) -> Context {
    let shift = |day: i64| {
        let start = now() - Millis::from_hours(24 * (SHIFTS - 20 - day)) + Millis::from_mins(number as i64);
        let stream = if day % 5 == 4 { Stream::Detail } else { Stream::OnDuty };
        Stint::of(stream, Interval { start, end: start + Millis::from_hours(8) })
    };
    let event = |day: i64| {
        let at = now() - Millis::from_hours(24 * day);
        let about = Some(Interval { start: at, end: at + Millis::from_hours(5) });
        Event {
            kind: "applied".into(),
            at,
            about,
            detail: None,
            class: String::new(),
            excused: false,
            known: Known::default(),
        }
    };
    Context {
        officer: Some(OfficerId::from_bytes([number as u8; 16])),
        sources: Feed::ALL.map(|feed| Source { feed, read_at: now(), covers: None }).to_vec(),
        stints: (0..SHIFTS).map(shift).collect(),
        events: (1..100).map(event).collect(),
        ..Context::default()
    }
}

fn evening() -> Proposal {
    let start = now() + Millis::from_hours(78);
    Proposal {
        class: Some("special_event".into()),
        tags: Some(vec!["hotel".into()]),
        alcohol: Some(Alcohol { served: true, income_percent: Some(20) }),
        attendees: Some(300),
        uses: Some(vec!["uniform".into(), "vehicle".into()]),
        places: Some(vec![]),
        ..Proposal::detail(DetailId::from_bytes([9; 16]), Interval { start, end: start + Millis::from_hours(5) })
    }
}

fn main() {
    let (set, proposal) = (rules(), evening());
    let evaluator = Evaluator::new(&set, Stage::Award);
    let officers: Vec<Context> = (0..DIFFERENT).map(officer).collect();
    let ask = |context: &Context| evaluate(&set, Stage::Award, context, &proposal, now());
    let found = ask(&officers[0]);
    let count = |outcome| found.iter().filter(|finding| finding.outcome == outcome).count();
    let batch = || {
        let begun = Instant::now();
        for _ in 0..BATCH {
            black_box(ask(&officers[0]));
        }
        begun.elapsed().as_nanos() / u128::from(BATCH)
    };
    let one = (0..BATCHES).map(|_| batch()).min().unwrap_or_default();
    let everybody = || officers.iter().cycle().take(OFFICERS);
    let timed = |ask: &dyn Fn(&Context)| {
        let run = || {
            let begun = Instant::now();
            everybody().for_each(ask);
            begun.elapsed().as_millis()
        };
        (0..ROUNDS).map(|_| run()).min().unwrap_or_default()
    };
    let all = timed(&|context| drop(black_box(evaluator.evaluate(context, &proposal, now()))));
    let screened = timed(&|context| drop(black_box(evaluator.screen(context, &proposal, now()))));
    let against = timed(&|context| drop(black_box(evaluator.against(context, &proposal, now()))));
    let [pass, fail, unknown] = [Outcome::Pass, Outcome::Fail, Outcome::Unknown].map(count);
    println!("{} rules, {SHIFTS} shifts: {pass} pass, {fail} fail, {unknown} unknown", found.len());
    println!("one officer      {:>8} us", one / 1_000);
    println!("{OFFICERS} officers, every sentence            {all:>8} ms");
    println!("{OFFICERS} officers, what stands against them  {against:>8} ms");
    println!("{OFFICERS} officers, screened                  {screened:>8} ms");
}
