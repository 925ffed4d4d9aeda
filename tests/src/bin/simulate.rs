//! Runs the simulation by hand: one seed with its trace, many seeds, or new ones for as long as wanted.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand};
use detailbook_tests::runner::{self, Many};
use detailbook_tests::trace::Trace;

#[derive(Parser)]
#[command(about = "Phones, coordinators and a server in one thread, against faults drawn from a seed.")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Runs one seed.
    Run {
        /// The seed.
        #[arg(long)]
        seed: u64,
        /// Print everything that happens.
        #[arg(long)]
        trace: bool,
    },
    /// Runs every seed of a range.
    Many {
        /// The first seed and the one after the last, as `0..1000`.
        #[arg(long, value_parser = range)]
        seeds: (u64, u64),
    },
    /// Runs one seed after the other for a while.
    Soak {
        /// How long.
        #[arg(long)]
        minutes: u64,
        /// The first seed; one from the time of day where absent.
        #[arg(long)]
        from: Option<u64>,
    },
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let (first, end) = text.split_once("..").ok_or("a range looks like 0..1000")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| error.to_string());
    Ok((number(first)?, number(end)?))
}

fn main() -> ExitCode {
    let held = match Arguments::parse().what {
        What::Run { seed, trace } => run(seed, trace),
        What::Many { seeds: (first, end) } => {
            finish(first, |threads| runner::many(threads, 5, runner::range(first, end)))
        }
        What::Soak { minutes, from } => soak(minutes, from.unwrap_or_else(first_seed)),
    };
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(seed: u64, trace: bool) -> bool {
    match runner::run(seed, if trace { Trace::echoing() } else { Trace::default() }) {
        Ok((held, trace)) => {
            println!("seed {seed} held: {} lines of trace, SHA-256 {}", trace.lines(), held.digest);
            println!("{}", held.tally);
            true
        }
        Err(failure) => {
            println!("{failure}");
            false
        }
    }
}

fn soak(minutes: u64, from: u64) -> bool {
    let seeds = runner::range(from, u64::MAX);
    println!("from seed {from}, for {minutes} minutes or until one fails");
    let (end, minutes) = (now(), Duration::from_secs(minutes * 60));
    finish(from, |threads| runner::many(threads, 1, || seeds().filter(|_| end.elapsed() < minutes)))
}

fn finish(first: u64, work: impl FnOnce(usize) -> Many) -> bool {
    let begun = now();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let many = work(threads);
    let (seconds, failed) = (begun.elapsed().as_secs_f64(), many.failures.len());
    println!("{} seeds from {first} held, {failed} failed, in {seconds:.1} s on {threads} threads", many.held);
    println!("{}", many.tally);
    failed == 0
}

/// How long a soak lasts is the one thing here that real time decides.
#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

#[allow(clippy::disallowed_methods)]
fn first_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    since.as_secs() << 20
}
