//! What the phone's library weighs, as `scripts/size` built and measured it.

use super::report::Row;
use super::{Bench, Outcome};

/// Budgets in MB of 1,000,000 bytes.
const PLAIN: f64 = 5.5;
const ENCRYPTED: f64 = 6.5;

/// A row for each library that was built.
pub(super) fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let Some(sizes) = &bench.sizes else {
        return Ok(vec![Row::shown("phone library, stripped", "not built in this run (SIZE=1 builds it)")]);
    };
    let sizes = std::fs::read_to_string(sizes)?;
    sizes
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, bytes)| Ok(row(name, bytes.trim().parse()?)))
        .collect()
}

fn row(name: &str, bytes: u64) -> Row {
    let megabytes = bytes as f64 / 1e6;
    let (what, ours) = (format!("phone library, stripped, {name}"), format!("{megabytes:.2} MB"));
    let budget = if name.contains("encrypted") { ENCRYPTED } else { PLAIN };
    Row::judged(what, ours, format!("{budget} MB"), megabytes <= budget).with("bytes", bytes)
}
