//! Rows, the table and the JSON file.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Outcome;
use super::machine::{self, Ticks};

/// How a row came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// Within the budget.
    Met,
    /// Over the budget.
    Missed,
    /// There is no budget for it: it explains another row.
    Shown,
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// What was measured.
    pub(super) what: String,
    /// What nothing could beat, measured in this run.
    pub(super) floor: String,
    /// What was measured of ours.
    pub(super) ours: String,
    /// What it may be.
    pub(super) budget: String,
    /// How it came out.
    pub(super) verdict: Verdict,
    /// The plain numbers.
    pub(super) numbers: Map<String, Value>,
}

impl Row {
    /// A row that has no budget of its own.
    pub(super) fn shown(what: impl Into<String>, ours: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            floor: String::new(),
            ours: ours.into(),
            budget: String::new(),
            verdict: Verdict::Shown,
            numbers: Map::new(),
        }
    }

    /// A row that is within its budget or not.
    pub(super) fn judged(
        what: impl Into<String>,
        ours: impl Into<String>,
        budget: impl Into<String>,
        within: bool,
    ) -> Self {
        let verdict = if within { Verdict::Met } else { Verdict::Missed };
        Self { budget: budget.into(), verdict, ..Self::shown(what, ours) }
    }

    /// With the floor beside it.
    pub(super) fn over(self, floor: impl Into<String>) -> Self {
        Self { floor: floor.into(), ..self }
    }

    /// With a plain number for the JSON file.
    pub(super) fn with(mut self, name: &str, number: impl Into<Value>) -> Self {
        self.numbers.insert(name.to_owned(), number.into());
        self
    }
}

/// All rows of a run.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    machine: String,
    began_at: String,
    load_at_start: String,
    load_at_end: String,
    stolen_percent: u64,
    #[serde(skip)]
    began: Ticks,
    seed: u64,
    rows: Vec<Row>,
}

impl Report {
    /// An empty report of a run that begins now.
    pub(super) fn begin(seed: u64) -> Self {
        let load = machine::load();
        let (machine, began_at) = (machine::describe(), machine::wall().to_string());
        Self {
            machine,
            began_at,
            load_at_start: load.clone(),
            load_at_end: load,
            stolen_percent: 0,
            began: Ticks::now(),
            seed,
            rows: Vec::new(),
        }
    }

    /// Adds rows, and prints them at once: a run takes minutes.
    pub(super) fn add(&mut self, rows: Vec<Row>) {
        for row in &rows {
            println!("{}", line(row));
        }
        self.rows.extend(rows);
    }

    /// Prints the heading.
    pub(super) fn head(&self) {
        println!("{}\n{}, load {}, seed {}\n", self.machine, self.began_at, self.load_at_start, self.seed);
        println!("{}", columns("what", "floor, this run", "ours", "budget", "verdict"));
        println!("{}", "-".repeat(150));
    }

    /// Writes the JSON file. Gives how many budgets were missed.
    pub(super) fn finish(mut self, path: &Path) -> Outcome<usize> {
        self.load_at_end = machine::load();
        self.stolen_percent = Ticks::now().stolen_percent_since(self.began);
        std::fs::write(path, serde_json::to_vec_pretty(&self)?)?;
        let missed = self.rows.iter().filter(|row| row.verdict == Verdict::Missed).count();
        let Self { load_at_end, stolen_percent, .. } = &self;
        println!(
            "\nload at the end {load_at_end}, {stolen_percent} % of the processors taken by others on the host; {missed} budgets missed; written to {}",
            path.display()
        );
        Ok(missed)
    }
}

fn line(row: &Row) -> String {
    let verdict = match row.verdict {
        Verdict::Met => "met",
        Verdict::Missed => "MISSED",
        Verdict::Shown => "",
    };
    columns(&row.what, &row.floor, &row.ours, &row.budget, verdict)
}

fn columns(what: &str, floor: &str, ours: &str, budget: &str, verdict: &str) -> String {
    format!("{what:<52} | {floor:<26} | {ours:<38} | {budget:<22} | {verdict}")
}

/// The middle one; the lower of two.
pub(super) fn median<T: Ord + Copy>(values: &[T]) -> Option<T> {
    at_rank(values, 50)
}

/// The value below or at which that many of a hundred lie.
pub(super) fn at_rank<T: Ord + Copy>(values: &[T], percent: usize) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    sorted.get(last * percent / 100).copied()
}

/// Microseconds with one decimal.
pub(super) fn micros(time: Duration) -> String {
    format!("{:.1} us", time.as_secs_f64() * 1e6)
}

/// Milliseconds with as many decimals as such figures need.
pub(super) fn millis(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 { format!("{ms:.3} ms") } else { format!("{ms:.1} ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_taken_from_the_sorted_values() {
        assert_eq!(median::<u8>(&[]), None);
        assert_eq!(median(&[9]), Some(9));
        assert_eq!(median(&[3, 1, 2]), Some(2));
        assert_eq!(median(&[4, 1, 3, 2]), Some(2));
        assert_eq!(at_rank(&[5, 4, 3, 2, 1], 100), Some(5));
    }
}
