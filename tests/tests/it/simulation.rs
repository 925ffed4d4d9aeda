//! Many seeds, and every seed that ever failed.

use std::sync::atomic::{AtomicUsize, Ordering};

use detailbook_tests::fills::WAYS;
use detailbook_tests::runner::{self, Many};
use detailbook_tests::trace::Trace;

/// Seeds run where the environment asks for no other number.
const SEEDS: u64 = 300;

/// A simulation in which nothing goes wrong proves nothing, nor one in which nobody is awarded anything.
const MUST_HAPPEN: &[&str] = &[
    "request lost",
    "request cut",
    "request repeated",
    "response lost",
    "response cut",
    "answer too late",
    "server crashed",
    "server restarted",
    "server restored",
    "phone killed",
    "phone rebooted",
    "phone suspended",
    "phone lost",
    "clock jumped",
    "session renewed",
    "heads compared",
    "revokes a phone",
    "releases an officer",
    "links a log",
    "replay",
    "chunks answered",
    "shared text edited",
    "signal lost",
    "jobs done",
    "jobs struck",
    "awards checked",
    "puts a detail on offer",
    "posts a request",
    "sets an officer's service",
    "adjusts the ledger",
    "changes a detail",
    "call off",
    "offer a trade",
    "sets a contract",
    "sets rules",
    "reads in a status",
    "rules on a no-show",
];

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn must_hold(many: &Many) {
    let failures: Vec<_> = many.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_invariants_hold_on_many_seeds_and_every_fault_happens() {
    let seeds = std::env::var("DETAILBOOK_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS);
    let many = runner::many(threads(), 3, runner::range(0, seeds));
    must_hold(&many);
    assert_eq!(many.held, seeds);
    println!("{seeds} seeds held: {}", many.tally);
    let missing: Vec<_> = MUST_HAPPEN.iter().filter(|fault| many.tally.of(fault) == 0).collect();
    assert!(seeds < 200 || missing.is_empty(), "never happened: {missing:?}");
    let unseen: Vec<_> = WAYS.iter().filter(|way| many.tally.of(way) == 0).collect();
    assert!(seeds < 200 || unseen.is_empty(), "no place was filled so: {unseen:?}");
}

#[test]
fn every_seed_that_ever_failed_holds() {
    let seeds: Vec<u64> = include_str!("../../regressions/seeds.txt")
        .lines()
        .filter_map(|line| line.split('#').next()?.split_whitespace().next())
        .map(|seed| seed.parse().expect("a number"))
        .collect();
    assert!(!seeds.is_empty());
    let next = AtomicUsize::new(0);
    must_hold(&runner::many(threads(), 3, || seeds.get(next.fetch_add(1, Ordering::Relaxed)).copied()));
}

#[test]
fn a_seed_tells_the_same_story_twice_byte_for_byte() {
    for seed in 0..6 {
        let run =
            || runner::run(seed, Trace::default()).map_err(|failure| failure.to_string()).expect("the seed holds");
        let ((first, one), (second, two)) = (run(), run());
        assert_eq!(one.text(), two.text(), "seed {seed}");
        assert_eq!(first, second);
        assert!(one.lines() > 50, "seed {seed} tells too little");
    }
}
