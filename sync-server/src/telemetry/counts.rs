//! Counts of what the server did since it started. Never anything about a person.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use detailbook_core::wire::Refusal;

use crate::store::Metrics;

/// Refusal numbers counted apart; higher ones share the last place.
const REFUSALS: usize = 64;

/// The counts. Cheap to raise from any thread.
#[derive(Debug)]
pub struct Counts {
    exchanges: AtomicU64,
    requests: AtomicU64,
    refused: [AtomicU64; REFUSALS],
    blobs: AtomicU64,
}

impl Default for Counts {
    fn default() -> Self {
        let zero = || AtomicU64::new(0);
        Self { exchanges: zero(), requests: zero(), refused: std::array::from_fn(|_| zero()), blobs: zero() }
    }
}

impl Counts {
    /// A request was answered.
    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// An exchange with a phone was answered.
    pub fn exchange(&self) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
    }

    /// A request or a change was refused.
    pub fn refusal(&self, refusal: Refusal) {
        let place = usize::from(refusal.number()).min(REFUSALS - 1);
        self.refused[place].fetch_add(1, Ordering::Relaxed);
    }

    /// A photo or video is whole.
    pub fn blob_completed(&self) {
        self.blobs.fetch_add(1, Ordering::Relaxed);
    }

    /// The counts in the text format that Prometheus reads.
    pub fn text(&self, store: &Metrics, parked: Option<&[(String, u64)]>, memory: Option<u64>) -> String {
        let mut text = String::with_capacity(2_048);
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        counter(&mut text, "requests", "Requests answered.", read(&self.requests));
        counter(&mut text, "exchanges", "Exchanges with phones answered.", read(&self.exchanges));
        counter(&mut text, "blobs_completed", "Photos and videos that arrived whole.", read(&self.blobs));
        counter(&mut text, "store_commits", "Durable commits.", store.commits);
        counter(&mut text, "store_jobs", "Jobs in those commits.", store.jobs);
        counter(&mut text, "store_abandoned", "Transactions that could not be committed.", store.abandoned);
        counter(&mut text, "store_statements", "Statements that readers ran.", store.statements);
        counter(&mut text, "store_rows", "Rows that readers were given.", store.rows);
        counter(&mut text, "store_steps", "Steps of SQLite for readers; 0 on PostgreSQL.", store.steps);
        let written = store.writer_steps;
        counter(&mut text, "store_writer_steps", "Steps of SQLite for the writer; 0 on PostgreSQL.", written);
        gauge(&mut text, "store_largest_commit_jobs", "Most jobs that ever shared a commit.", store.largest_commit);
        gauge(&mut text, "store_queue_depth", "Jobs that wait or run now.", store.waiting);
        if let Some(bytes) = memory {
            gauge(&mut text, "process_resident_bytes", "Memory held by the process.", bytes);
        }
        self.refusals(&mut text);
        if let Some(parked) = parked {
            kinds_of_parked(&mut text, parked);
        }
        text
    }

    fn refusals(&self, text: &mut String) {
        head(text, "refusals_total", "Requests and changes refused, by code.", "counter");
        for refusal in Refusal::KNOWN {
            let count = self.refused[usize::from(refusal.number()).min(REFUSALS - 1)].load(Ordering::Relaxed);
            // Writing to a String cannot fail.
            let _ = writeln!(text, "detailbook_refusals_total{{code=\"{}\"}} {count}", refusal.code());
        }
    }
}

/// Zero where none is parked, so that a watch over it has something to compare.
fn kinds_of_parked(text: &mut String, parked: &[(String, u64)]) {
    head(text, "jobs_parked", "Jobs that failed too often and wait for a person, by kind.", "gauge");
    let all: u64 = parked.iter().map(|(_, count)| count).sum();
    let _ = writeln!(text, "detailbook_jobs_parked{{kind=\"all\"}} {all}");
    for (kind, count) in parked {
        let _ = writeln!(text, "detailbook_jobs_parked{{kind=\"{kind}\"}} {count}");
    }
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(text, "# HELP detailbook_{name} {help}\n# TYPE detailbook_{name} {kind}");
}

fn counter(text: &mut String, name: &str, help: &str, value: u64) {
    let name = format!("{name}_total");
    head(text, &name, help, "counter");
    let _ = writeln!(text, "detailbook_{name} {value}");
}

fn gauge(text: &mut String, name: &str, help: &str, value: u64) {
    head(text, name, help, "gauge");
    let _ = writeln!(text, "detailbook_{name} {value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_refusal_has_a_place_of_its_own() {
        assert!(Refusal::KNOWN.iter().all(|refusal| usize::from(refusal.number()) < REFUSALS - 1));
    }

    #[test]
    fn counts_are_written_line_by_line() {
        let counts = Counts::default();
        counts.exchange();
        counts.exchange();
        counts.refusal(Refusal::Replayed);
        counts.refusal(Refusal::Other(200));
        let parked = [("notices.sms".to_owned(), 3), ("posting.close".to_owned(), 1)];
        let text = counts.text(
            &Metrics { commits: 7, statements: 9, rows: 40, writer_steps: 50, ..Metrics::default() },
            Some(&parked),
            Some(42),
        );
        for line in [
            "detailbook_exchanges_total 2",
            "detailbook_refusals_total{code=\"replayed\"} 1",
            "detailbook_refusals_total{code=\"revoked\"} 0",
            "detailbook_store_commits_total 7",
            "detailbook_store_statements_total 9",
            "detailbook_store_rows_total 40",
            "detailbook_store_writer_steps_total 50",
            "detailbook_process_resident_bytes 42",
            "detailbook_jobs_parked{kind=\"all\"} 4",
            "detailbook_jobs_parked{kind=\"notices.sms\"} 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.lines().all(|line| line.starts_with("# ") || line.starts_with("detailbook_")));
    }
}
