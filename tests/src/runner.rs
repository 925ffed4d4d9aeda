//! Runs seeds, one world a thread, and says how to see a failure again.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use detailbook_core::shift::Sha256;

use crate::simulation;
use crate::tally::Tally;
use crate::trace::Trace;
use crate::world::SharedTrace;

/// How many of the last lines of a trace a failure shows.
const TAIL: usize = 40;

/// A seed that held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The seed.
    pub seed: u64,
    /// SHA-256 of the trace.
    pub digest: Sha256,
    /// What happened, counted.
    pub tally: Tally,
}

/// A seed that did not hold, ready to be read by a person.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The step it failed at.
    pub step: u32,
    /// What did not hold.
    pub reason: String,
    /// The last lines of the trace.
    pub tail: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "seed {} failed at step {}: {}", self.seed, self.step, self.reason)?;
        writeln!(f, "the last lines of its trace:")?;
        f.write_str(&self.tail)?;
        writeln!(f, "replay it with: cargo run --profile sim --bin simulate -- run --seed {} --trace", self.seed)
    }
}

/// Runs one seed to its end.
pub fn run(seed: u64, trace: Trace) -> Result<(Held, Trace), Box<Failure>> {
    quiet_panics();
    let trace: SharedTrace = Rc::new(RefCell::new(trace));
    let step = Cell::new(0);
    let ended = within(|| catch_unwind(AssertUnwindSafe(|| simulation::run(seed, &trace, &step))));
    let reason = match ended {
        Ok(Ok(tally)) => {
            let trace = trace.take();
            return Ok((Held { seed, digest: trace.digest(), tally }, trace));
        }
        Ok(Err(broken)) => broken.to_string(),
        Err(_) => format!("panicked: {}", LAST_PANIC.take().unwrap_or_default()),
    };
    // The trace may be borrowed where a panic left it; it can still be read.
    let tail = trace.try_borrow().map(|trace| trace.tail(TAIL)).unwrap_or_default();
    Err(Box::new(Failure { seed, step: step.get(), reason, tail }))
}

/// What many seeds came to.
#[derive(Default, Debug)]
pub struct Many {
    /// How many held.
    pub held: u64,
    /// What happened in them, added up.
    pub tally: Tally,
    /// Those that did not, in order of their seeds.
    pub failures: Vec<Failure>,
}

/// Runs seeds on `threads` threads until `next` gives none, or until `most_failures` have failed.
pub fn many(threads: usize, most_failures: usize, next: impl Fn() -> Option<u64> + Sync) -> Many {
    let sum = Mutex::new(Many::default());
    let enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !enough.load(Ordering::Relaxed) {
                    let Some(seed) = next() else { break };
                    let ended = run(seed, Trace::default());
                    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                    sum.add(ended.map(|(held, _)| held));
                    enough.fetch_or(sum.failures.len() >= most_failures, Ordering::Relaxed);
                }
            });
        }
    });
    let mut sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.failures.sort_by_key(|failure| failure.seed);
    sum
}

impl Many {
    fn add(&mut self, ended: Result<Held, Box<Failure>>) {
        match ended {
            Ok(held) => {
                self.held += 1;
                self.tally.add(&held.tally);
            }
            Err(failure) => {
                // At once: a long run should not keep it to itself.
                eprintln!("{failure}");
                self.failures.push(*failure);
            }
        }
    }
}

/// Hands out the seeds from `first` up to, not including, `end`.
pub fn range(first: u64, end: u64) -> impl Fn() -> Option<u64> + Sync {
    let next = AtomicU64::new(first);
    move || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < end)
}

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn within<T>(work: impl FnOnce() -> T) -> T {
    INSIDE.set(true);
    let result = work();
    INSIDE.set(false);
    result
}

/// Panics inside a world are kept for the report instead of printed: the server's own guard survives some on purpose.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if INSIDE.get() {
                LAST_PANIC.set(Some(info.to_string()));
            } else {
                usual(info);
            }
        }));
    });
}
