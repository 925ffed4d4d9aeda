//! A store without threads, for simulations: each write is a transaction of its own in the calling thread, and any one to
//! come can be made to crash on either side of its commit.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, TryLockError};

use tokio::sync::watch;

use super::driver::Driver;
use super::metrics::{Counters, Reads};
use super::sqlite::Sqlite;
use super::turn::{Ran, Reading, Turn};
use super::{Metrics, Sql, StoreError, locked, migrate};

/// Where the process is taken to die in the next write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The work was done, but not committed: nothing of it is kept.
    BeforeCommit,
    /// The work was committed, but nobody was told.
    AfterCommit,
}

/// The store of one thread.
pub(super) struct Inline {
    state: Mutex<State>,
    counters: Counters,
    reads: Reads,
}

enum State {
    Open(Box<Open>),
    Gone(StoreError),
}

struct Open {
    writer: Sqlite,
    reader: Sqlite,
    /// After how many other writes, and on which side of the commit.
    fault: Option<(u64, Fault)>,
}

impl Inline {
    /// Opens the file and brings its tables up to date.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut writer = Sqlite::writer(path)?;
        migrate::migrate(&mut writer, migrate::VERSIONS)?;
        let open = Open { writer, reader: Sqlite::reader(path)?, fault: None };
        Ok(Self {
            state: Mutex::new(State::Open(Box::new(open))),
            counters: Counters::default(),
            reads: Reads::default(),
        })
    }

    /// As [`super::Store::write`]. A panic passes through, after the work is rolled back.
    pub(super) fn write<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E>) -> Result<T, E> {
        let mut state = self.enter()?;
        let open = state.open()?;
        let unfinished = Unfinished(&mut open.writer);
        unfinished.0.begin()?;
        let result = take_turn(unfinished.0, &self.counters, f);
        let crash = crash(&mut open.fault);
        if result.is_ok() && crash != Some(Fault::BeforeCommit) {
            unfinished.0.keep()?;
            unfinished.0.commit()?;
            self.counters.committed(1);
        }
        drop(unfinished);
        if crash.is_some() {
            *state = State::Gone(StoreError::Crashed);
            return Err(StoreError::Crashed.into());
        }
        result
    }

    /// As [`super::Store::read`].
    pub(super) fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E>) -> Result<T, E> {
        let mut state = self.enter()?;
        let unfinished = Unfinished(&mut state.open()?.reader);
        unfinished.0.begin_reading()?;
        f(&mut Reading::new(unfinished.0, &self.reads))
    }

    pub(super) fn set_fault_after(&self, writes: u64, fault: Fault) -> Result<(), StoreError> {
        self.enter()?.open()?.fault = Some((writes, fault));
        Ok(())
    }

    pub(super) fn close(&self) {
        *locked(&self.state) = State::Gone(StoreError::Closed);
    }

    pub(super) fn metrics(&self) -> Metrics {
        self.reads.with(self.counters.snapshot())
    }

    pub(super) fn commits(&self) -> watch::Receiver<()> {
        self.counters.moved.subscribe()
    }

    fn enter(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        match self.state.try_lock() {
            Ok(state) => Ok(state),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(StoreError::Misused("an inline store entered while it is in use")),
        }
    }
}

fn take_turn<T, E: From<StoreError>>(
    driver: &mut Sqlite,
    counters: &Counters,
    f: impl FnOnce(&mut dyn Sql) -> Result<T, E>,
) -> Result<T, E> {
    let mut alone = Ran::new(counters);
    let mut turn = Turn::new(driver, &mut alone);
    let result = f(&mut turn)?;
    turn.end()?;
    Ok(result)
}

/// Is this the write that crashes?
fn crash(set: &mut Option<(u64, Fault)>) -> Option<Fault> {
    let (writes, fault) = set.take()?;
    let left = writes.checked_sub(1);
    *set = left.map(|left| (left, fault));
    left.is_none().then_some(fault)
}

impl State {
    fn open(&mut self) -> Result<&mut Open, StoreError> {
        match self {
            Self::Open(open) => Ok(open),
            Self::Gone(error) => Err(error.clone()),
        }
    }
}

/// A transaction that is rolled back unless it was committed, also when the job panics.
struct Unfinished<'a>(&'a mut Sqlite);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.rollback();
    }
}
