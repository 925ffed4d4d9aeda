//! What one punch costs as a change: its bytes, and the time to write, inspect, admit and load it.
//!
//! `cargo run --release -p detailbook-core --features device --example change_cost`
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement")]

use std::hint::black_box;
use std::time::Instant;

use detailbook_core::authority::{Admission, inspect};
use detailbook_core::documents::{DocumentKind, FactEntry, write_facts};
use detailbook_core::shift::FactKind;
use detailbook_core::wire::Limits;

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/it/sample.rs"]
mod sample;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/it/shelf.rs"]
mod shelf;

use shelf::Shelf;

const KIND: DocumentKind = DocumentKind::ShiftLog;
/// Short batches, of which the fastest counts: a busy machine interrupts the others.
const BATCHES: u32 = 400;
const BATCH: u32 = 50;

fn nanos<T>(mut work: impl FnMut() -> T) -> u128 {
    let mut batch = || {
        let begun = Instant::now();
        for _ in 0..BATCH {
            black_box(work());
        }
        begun.elapsed().as_nanos() / u128::from(BATCH)
    };
    (0..BATCHES).map(|_| batch()).min().unwrap_or_default()
}

fn punch(n: u64) -> FactEntry {
    FactEntry { signature: Some([7; 64]), ..sample::entry(FactKind::Out, n) }
}

fn main() {
    let mut shelf = Shelf::new(KIND);
    for n in 1..=20 {
        let change = write_facts(KIND, &shelf.index, sample::writer(1), n, &[punch(n)]);
        assert!(matches!(shelf.push(&change.bytes), Ok(Admission::Admitted(_))));
    }
    let facts = [punch(21)];
    let write = || write_facts(KIND, &shelf.index, sample::writer(1), 21, &facts);
    let change = write();
    println!("a document of 20 changes; one more, a punch with 3 fixes and its signature");
    println!("fact {} B, change {} B", facts[0].bytes.len(), change.bytes.len());
    println!("write             {:>8} ns", nanos(write));
    println!("inspect           {:>8} ns", nanos(|| inspect(&change.bytes, &Limits::V1)));
    let cloned = nanos(|| shelf.clone());
    println!("inspect and admit {:>8} ns", nanos(|| shelf.clone().push(&change.bytes)).saturating_sub(cloned));
    println!("load, for comparison, {:>4} us", nanos(|| shelf.load().unwrap()) / 1_000);
}
