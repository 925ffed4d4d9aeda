//! The writer: one thread, one connection, and as many jobs to a commit as happen to wait.
//!
//! A job is a closure that runs in a savepoint of the transaction it shares with those around it, so one durable commit
//! pays for all of them. Nobody hears of their job before the commit, not even of its failure: what a job saw may be
//! a neighbour's work that never came to be.
//!
//! # No deadlock between nodes
//!
//! A shared transaction may come to hold several agencies' locks, and so could wait, lock in hand, for a node that waits for
//! it. It never does: the first lock of a transaction is waited for, every further one is only tried. Where the trial
//! fails, the jobs before this one are committed, which gives all locks back, and then the lock is waited for with empty
//! hands. A job takes its lock before its first write, so nothing of its own is cut in two.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError};

use detailbook_core::ids::AgencyId;

use super::metrics::Counters;
use super::{Row, Sql, StoreError, Value};

/// Most jobs that share a commit: bounds how long the first of them waits.
const BATCH: usize = 128;

/// Whether an agency's lock was had without waiting.
pub(super) enum Lock {
    /// Had, with the agency's row; `None` where there is no such agency.
    Held(Option<Row>),
    /// Another node has it.
    Taken,
}

/// An engine's connection, as the writer and the readers drive it.
pub(super) trait Driver: Sql + Send {
    /// Opens a writing transaction and the savepoint of its first job. Connects again if the connection was lost.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Opens a read-only transaction that sees one state of the database.
    fn begin_reading(&mut self) -> Result<(), StoreError>;
    /// Opens the savepoint of a further job.
    fn savepoint(&mut self) -> Result<(), StoreError>;
    /// Keeps what the job did.
    fn keep(&mut self) -> Result<(), StoreError>;
    /// Undoes what the job did.
    fn undo(&mut self) -> Result<(), StoreError>;
    /// Commits. `Ok` only once it is durable.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// Gives up the transaction, whatever state it is in.
    fn rollback(&mut self);
    /// Takes an agency's lock if nobody else has it.
    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<Lock, StoreError>;
}

/// A job whose types are forgotten.
pub(super) trait Job: Send {
    /// Does the work. `true`: keep it. Called once.
    fn run(&mut self, sql: &mut dyn Sql) -> Result<bool, StoreError>;
    /// Tells whoever waits how it ended.
    fn settle(self: Box<Self>, fate: Result<(), StoreError>);
}

/// What the writer is sent.
pub(super) enum Order {
    /// Run this.
    Run(Box<dyn Job>),
    /// Finish what came before, then stop.
    Close,
}

/// A closure and the caller who waits for it.
pub(super) struct Errand<F, T, E> {
    pub(super) work: Option<F>,
    pub(super) outcome: Option<Result<T, E>>,
    pub(super) reply: SyncSender<Result<T, E>>,
}

impl<F, T, E> Job for Errand<F, T, E>
where
    F: FnOnce(&mut dyn Sql) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, sql: &mut dyn Sql) -> Result<bool, StoreError> {
        let work = self.work.take().ok_or(StoreError::Misused("a job was run twice"))?;
        // The closure is gone afterwards and its statements are rolled back, so nothing half-done can be seen.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(sql)))
            .map_err(|panic| StoreError::Panicked(panic_message(panic.as_ref())))?;
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        Ok(keep)
    }

    fn settle(self: Box<Self>, fate: Result<(), StoreError>) {
        let closed = || Err(E::from(StoreError::Closed));
        let Self { outcome, reply, .. } = *self;
        let answer = fate.map_or_else(|error| Err(E::from(error)), |()| outcome.unwrap_or_else(closed));
        // Nobody waits any more if the caller's thread died; the job is done all the same.
        drop(reply.send(answer));
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

/// Runs jobs until told to close, or until every handle of the store is gone.
pub(super) fn work(mut engine: impl Driver, orders: &Receiver<Order>, counters: &Counters) {
    while let Ok(Order::Run(job)) = orders.recv() {
        let mut batch = Batch { engine: &mut engine, ran: Vec::new(), counters };
        if batch.fill(job, orders) {
            break;
        }
    }
}

/// The jobs of one transaction.
struct Batch<'a> {
    engine: &'a mut dyn Driver,
    ran: Vec<Box<dyn Job>>,
    counters: &'a Counters,
}

impl Batch<'_> {
    /// Runs this job and those that wait, commits, and tells everybody. `true`: an order to close was met.
    fn fill(&mut self, first: Box<dyn Job>, orders: &Receiver<Order>) -> bool {
        let mut closing = false;
        let mut next = Some(first);
        let mut alive = true;
        while let Some(job) = next.take() {
            alive = self.one(job);
            if !alive || self.ran.len() >= BATCH {
                break;
            }
            match orders.try_recv() {
                Ok(Order::Run(job)) => next = Some(job),
                Ok(Order::Close) => closing = true,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => {}
            }
        }
        if alive {
            self.commit();
        }
        closing
    }

    /// Runs one job in its savepoint. `false`: the transaction is lost, and everyone in it was told.
    fn one(&mut self, mut job: Box<dyn Job>) -> bool {
        let opened = if self.ran.is_empty() { self.engine.begin() } else { self.engine.savepoint() };
        if let Err(error) = opened {
            self.ran.push(job);
            return self.abandon(&error);
        }
        let mut turn = Turn { batch: self, wrote: false, failed: None };
        let ran = job.run(&mut turn);
        let failed = turn.failed.take();
        let (keep, own_error) = match (ran, failed) {
            (Ok(true), None) => (true, None),
            (Ok(true), Some(error)) => (false, Some(error)),
            (Ok(false), _) => (false, None),
            (Err(error), _) => (false, Some(error)),
        };
        let ended = if keep { self.engine.keep() } else { self.engine.undo() };
        match (ended, own_error) {
            (Ok(()), None) => self.ran.push(job),
            (Ok(()), Some(error)) => self.settle(job, Err(error)),
            (Err(error), _) => {
                self.ran.push(job);
                return self.abandon(&error);
            }
        }
        true
    }

    fn commit(&mut self) {
        match self.engine.commit() {
            Ok(()) => {
                self.counters.committed(self.ran.len());
                for job in std::mem::take(&mut self.ran) {
                    self.settle(job, Ok(()));
                }
            }
            Err(error) => {
                self.abandon(&error);
            }
        }
    }

    fn abandon(&mut self, error: &StoreError) -> bool {
        self.engine.rollback();
        self.counters.abandoned.fetch_add(1, Ordering::Relaxed);
        for job in std::mem::take(&mut self.ran) {
            self.settle(job, Err(error.clone()));
        }
        false
    }

    fn settle(&self, job: Box<dyn Job>, fate: Result<(), StoreError>) {
        self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
        job.settle(fate);
    }
}

/// What a job sees while it is its turn.
struct Turn<'a, 'b> {
    batch: &'a mut Batch<'b>,
    wrote: bool,
    failed: Option<StoreError>,
}

impl Turn<'_, '_> {
    fn statement<T>(&mut self, run: impl FnOnce(&mut dyn Driver) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.failed.is_some() {
            return Err(StoreError::Misused("a statement after one that failed"));
        }
        let result = run(self.batch.engine);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }
}

impl Sql for Turn<'_, '_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.wrote = true;
        self.statement(|engine| engine.execute(sql, params))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.wrote |= !sql.trim_start().starts_with("SELECT");
        self.statement(|engine| engine.query(sql, params))
    }

    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        self.statement(|engine| engine.lock_agency(agency))
    }
}
