//! How busy the store is.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// Counters that the writer keeps.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) commits: AtomicU64,
    pub(super) jobs: AtomicU64,
    pub(super) abandoned: AtomicU64,
    pub(super) largest: AtomicU64,
    pub(super) waiting: AtomicU64,
    pub(super) steps: AtomicU64,
    /// Changes with every commit.
    pub(super) moved: watch::Sender<()>,
}

impl Counters {
    pub(super) fn committed(&self, jobs: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
        self.largest.fetch_max(jobs as u64, Ordering::Relaxed);
        self.moved.send_replace(());
    }

    pub(super) fn snapshot(&self) -> Metrics {
        Metrics {
            commits: self.commits.load(Ordering::Relaxed),
            jobs: self.jobs.load(Ordering::Relaxed),
            abandoned: self.abandoned.load(Ordering::Relaxed),
            largest_commit: self.largest.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
            writer_steps: self.steps.load(Ordering::Relaxed),
            ..Metrics::default()
        }
    }
}

/// What readers ran and were given.
#[derive(Debug, Default)]
pub(super) struct Reads {
    statements: AtomicU64,
    rows: AtomicU64,
    steps: AtomicU64,
}

impl Reads {
    /// A statement of a reader's gave so many rows, in so many of the engine's steps.
    pub(super) fn gave(&self, rows: usize, steps: u64) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// The same metrics with what readers did.
    pub(super) fn with(&self, metrics: Metrics) -> Metrics {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Metrics { statements: read(&self.statements), rows: read(&self.rows), steps: read(&self.steps), ..metrics }
    }
}

/// The store's counters at one moment. All but `waiting` only grow, from 0 at the store's opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metrics {
    /// Durable commits.
    pub commits: u64,
    /// Jobs in those commits. Divided by `commits`: jobs a commit.
    pub jobs: u64,
    /// Transactions that could not be committed.
    pub abandoned: u64,
    /// Most jobs that ever shared a commit.
    pub largest_commit: u64,
    /// Jobs that wait or run now.
    pub waiting: u64,
    /// Statements that readers ran; those of the writer are not among them.
    pub statements: u64,
    /// Rows that these gave.
    pub rows: u64,
    /// Steps that SQLite took for them, also over rows that it threw away again; 0 on PostgreSQL.
    pub steps: u64,
    /// Steps that SQLite took for the writer's statements, those of abandoned transactions too; 0 on PostgreSQL.
    pub writer_steps: u64,
}
