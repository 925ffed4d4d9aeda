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
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender};

use super::driver::Driver;
use super::metrics::Counters;
use super::turn::{Ran, Turn};
use super::{Sql, StoreError};

/// Most jobs that share a commit: bounds how long the first of them waits. PostgreSQL keeps the savepoints of a transaction
/// where every reader finds them at once only up to 64.
const BATCH: usize = 64;

/// A job whose types are forgotten.
pub(super) trait Job: Send {
    /// Does the work, once. `true`: keep it.
    fn run(&mut self, sql: &mut dyn Sql) -> bool;
    /// Makes this the outcome, whatever the work itself gave.
    fn fail(&mut self, error: StoreError);
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
    fn run(&mut self, sql: &mut dyn Sql) -> bool {
        let Some(work) = self.work.take() else { return false };
        let _inside = Inside::enter();
        // The closure is gone afterwards and its statements are rolled back, so nothing half-done can be seen.
        match catch_unwind(AssertUnwindSafe(|| work(sql))) {
            Ok(outcome) => self.outcome = Some(outcome),
            Err(panic) => self.fail(StoreError::Panicked(panic_message(panic.as_ref()))),
        }
        matches!(self.outcome, Some(Ok(_)))
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Err(error.into()));
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

thread_local! {
    static IN_A_JOB: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in the middle of a job.
pub(super) fn in_a_job() -> bool {
    IN_A_JOB.get()
}

/// Marks the thread while a job runs.
struct Inside;

impl Inside {
    fn enter() -> Self {
        IN_A_JOB.set(true);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        IN_A_JOB.set(false);
    }
}

/// Runs jobs until told to close, or until every handle of the store is gone; then closes the connection.
pub(super) fn work(mut driver: impl Driver, orders: &Receiver<Order>, counters: &Counters) {
    let mut closing = false;
    while let (false, Ok(Order::Run(job))) = (closing, orders.recv()) {
        closing = transaction(&mut driver, job, orders, counters);
    }
}

/// Runs this job and those that wait in one transaction. `true`: an order to close was met.
fn transaction(driver: &mut dyn Driver, first: Box<dyn Job>, orders: &Receiver<Order>, counters: &Counters) -> bool {
    let mut ran = Ran::new(counters);
    let (mut next, mut closing) = (Some(first), false);
    while let Some(job) = next.take() {
        if let Err(error) = run(driver, &mut ran, job) {
            ran.abandon(driver, &error);
            return closing;
        }
        if ran.len() < BATCH {
            match orders.try_recv() {
                Ok(Order::Run(job)) => next = Some(job),
                Ok(Order::Close) => closing = true,
                Err(_) => {}
            }
        }
    }
    // Everybody was told how the commit went.
    drop(ran.commit(driver));
    closing
}

/// Runs one job in its savepoint. `Err`: the whole transaction is lost.
fn run(driver: &mut dyn Driver, ran: &mut Ran<'_>, mut job: Box<dyn Job>) -> Result<(), StoreError> {
    let opened = if ran.len() == 0 { driver.begin() } else { driver.savepoint() };
    if let Err(error) = opened {
        ran.push(job);
        return Err(error);
    }
    let mut turn = Turn::new(driver, ran);
    let kept = job.run(&mut turn);
    let turn = turn.end();
    let ended = match &turn {
        Ok(agency) if kept => driver.keep().inspect(|()| ran.hold(*agency)),
        _ => driver.undo(),
    };
    if let (true, Err(error)) = (kept, &turn) {
        job.fail(error.clone());
    }
    ran.push(job);
    // Where a lost connection is why the job failed, that is the reason to give, not that it could not be undone either.
    ended.map_err(|error| turn.err().unwrap_or(error))
}
