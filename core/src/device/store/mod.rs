//! The phone's store: one SQLite file, one connection, one writer at a time.
//!
//! Everything written goes through [`Store::write`]: one `BEGIN IMMEDIATE` transaction that is committed whole or not at
//! all. Read-then-write can therefore never run into a stale snapshot. Reads share the connection: a phone has one officer.

mod damage;
mod key_check;
mod log_check;
mod migrate;
mod open;
mod pragmas;
mod reserve;
mod salvage;
mod set_aside;

pub(super) mod attachments;
pub(super) mod changes;
pub(super) mod commands;
pub(super) mod documents;
pub(super) mod facts;
pub(super) mod records;
pub(super) mod reports;
pub(super) mod shift_logs;
pub(super) mod standing;
pub(super) mod writers;

use std::cell::Cell;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Params, Row};

use pragmas::Flush;

use super::error::PhoneError;
use super::fault::{KillSwitch, WritePoint};
use super::store_key::StoreKey;
use crate::entropy::Entropy;
use crate::time::UnixMillis;

type Result<T> = std::result::Result<T, PhoneError>;

/// How the file is opened.
#[derive(Clone, Debug)]
pub(super) struct StoreOptions {
    pub(super) path: PathBuf,
    pub(super) key: Option<StoreKey>,
    pub(super) busy_timeout: Duration,
    pub(super) max_pages: Option<u32>,
    pub(super) kill_switch: Option<KillSwitch>,
}

enum State {
    Open(Connection),
    Suspended,
    Closed,
    Killed,
}

/// The open (or suspended, or closed) store.
pub(super) struct Store {
    options: StoreOptions,
    state: Mutex<State>,
    /// Commits that changed something since the start.
    revision: AtomicU64,
}

impl Store {
    /// Opens or creates the file; a damaged one is set aside first, reported in the new one, and taken over as far as it reads.
    pub(super) fn open(options: StoreOptions, now: UnixMillis, entropy: &mut dyn Entropy) -> Result<Self> {
        let connection = open::open(&options, now, entropy)?;
        Ok(Self { options, state: Mutex::new(State::Open(connection)), revision: AtomicU64::new(0) })
    }

    /// Closes the file, so that the system finds no lock of ours. Waits for a transaction under way.
    pub(super) fn suspend(&self) -> Result<()> {
        self.leave(State::Suspended)
    }

    /// Closed for good?
    pub(super) fn is_closed(&self) -> bool {
        matches!(*self.lock(), State::Closed)
    }

    /// Opens the file again after [`Self::suspend`].
    pub(super) fn resume(&self, now: UnixMillis, entropy: &mut dyn Entropy) -> Result<()> {
        let mut state = self.lock();
        match *state {
            State::Open(_) => Ok(()),
            State::Suspended => {
                *state = State::Open(open::open(&self.options, now, entropy)?);
                Ok(())
            }
            State::Closed => Err(PhoneError::Closed),
            State::Killed => Err(PhoneError::Killed),
        }
    }

    /// Closes the file for good.
    pub(super) fn close(&self) -> Result<()> {
        self.leave(State::Closed)
    }

    fn leave(&self, next: State) -> Result<()> {
        let mut state = self.lock();
        match std::mem::replace(&mut *state, next) {
            State::Open(connection) => connection.close().map_err(|(_, error)| error.into()),
            State::Killed => {
                *state = State::Killed;
                Err(PhoneError::Killed)
            }
            State::Closed => {
                *state = State::Closed;
                Ok(())
            }
            State::Suspended => Ok(()),
        }
    }

    /// Runs `work` in one transaction. An error leaves the file as it was.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        self.write_flushing(Flush::EveryCommit, work)
    }

    /// Like [`Self::write`], but its loss in a power cut would do no harm: not flushed to disk by itself.
    pub(super) fn write_lightly<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        self.write_flushing(Flush::Later, work)
    }

    /// Like [`Self::write`], for what the officer writes and what sends it: where the disk is full, the reserve goes and `work` runs once
    /// more.
    pub(super) fn write_hours<T>(&self, work: impl Fn(&Tx<'_>) -> Result<T>) -> Result<T> {
        self.drawing_on_reserve(|| self.write(&work))
    }

    /// Both: [`Self::write_lightly`] and [`Self::write_hours`].
    pub(super) fn write_hours_lightly<T>(&self, work: impl Fn(&Tx<'_>) -> Result<T>) -> Result<T> {
        self.drawing_on_reserve(|| self.write_lightly(&work))
    }

    fn drawing_on_reserve<T>(&self, attempt: impl Fn() -> Result<T>) -> Result<T> {
        match attempt() {
            Err(PhoneError::StorageFull(_)) if self.release_reserve()? => attempt(),
            outcome => outcome,
        }
    }

    fn release_reserve(&self) -> Result<bool> {
        match &*self.lock() {
            State::Open(connection) if reserve::release(&self.options) => {
                pragmas::limit_pages(connection, &self.options, 0)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Does any damaged file lie beside this one?
    pub(super) fn has_files_aside(&self) -> Result<bool> {
        set_aside::is_any(&self.options.path)
    }

    /// Makes the reserve again where it went. Fails where there is no room for it: then there is none for anything large.
    pub(super) fn keep_reserve(&self) -> Result<()> {
        match &*self.lock() {
            State::Open(connection) => reserve::keep(connection, &self.options),
            State::Suspended => Err(PhoneError::Suspended),
            State::Closed => Err(PhoneError::Closed),
            State::Killed => Err(PhoneError::Killed),
        }
    }

    fn write_flushing<T>(&self, flush: Flush, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        // Held throughout: nobody else commits while flushing is off.
        let mut state = self.lock();
        let outcome = match &*state {
            State::Open(connection) => flush.begin(connection).and_then(|_flushing| self.counted(connection, work)),
            State::Suspended => Err(PhoneError::Suspended),
            State::Closed => Err(PhoneError::Closed),
            State::Killed => Err(PhoneError::Killed),
        };
        if matches!(outcome, Err(PhoneError::Killed)) {
            *state = State::Killed;
        }
        self.noting_damage(outcome)
    }

    /// Damage is looked into when the file is next opened.
    fn noting_damage<T>(&self, outcome: Result<T>) -> Result<T> {
        let outcome = outcome.map_err(|error| damage::behind(error, &self.options.path));
        if matches!(outcome, Err(PhoneError::Damaged(_))) {
            damage::mark(&self.options.path);
        }
        outcome
    }

    /// Runs `work` on what is committed.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        let outcome = match &*self.lock() {
            State::Open(connection) => work(&Reader { connection }),
            State::Suspended => Err(PhoneError::Suspended),
            State::Closed => Err(PhoneError::Closed),
            State::Killed => Err(PhoneError::Killed),
        };
        self.noting_damage(outcome)
    }

    /// A kill point outside a transaction.
    pub(super) fn point(&self, point: WritePoint) -> Result<()> {
        if self.options.kill_switch.as_ref().is_some_and(|switch| switch.kills(point)) {
            *self.lock() = State::Killed;
            return Err(PhoneError::Killed);
        }
        Ok(())
    }

    /// A number that moves on with every commit that changed something.
    pub(super) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    fn counted<T>(&self, connection: &Connection, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        let (outcome, changed) = Self::transaction(connection, self.options.kill_switch.as_ref(), work)?;
        self.revision.fetch_add(u64::from(changed), Ordering::AcqRel);
        Ok(outcome)
    }

    /// What `work` came to, and whether it wrote a row.
    fn transaction<T>(
        connection: &Connection,
        kill_switch: Option<&KillSwitch>,
        work: impl FnOnce(&Tx<'_>) -> Result<T>,
    ) -> Result<(T, bool)> {
        let tx = Tx { reader: Reader { connection }, kill_switch, touched: Cell::new(false) };
        tx.point(WritePoint::Begin)?;
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let unfinished = Unfinished(connection);
        let outcome = work(&tx)?;
        tx.point(WritePoint::BeforeCommit)?;
        connection.prepare_cached("COMMIT")?.execute([])?;
        std::mem::forget(unfinished);
        tx.point(WritePoint::AfterCommit)?;
        Ok((outcome, tx.touched.get()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rolls back a transaction that did not reach its commit.
struct Unfinished<'a>(&'a Connection);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // SQLite itself has already rolled back after some errors (disk full, I/O).
        if !self.0.is_autocommit() {
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

/// Reading access.
pub(super) struct Reader<'a> {
    connection: &'a Connection,
}

impl Reader<'_> {
    /// The first row, if any.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let found = rows.next()?.map(read).transpose()?;
        drop(rows);
        #[cfg(test)]
        steps::count(&statement);
        Ok(found)
    }

    /// Every row.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?.collect::<rusqlite::Result<_>>()?;
        #[cfg(test)]
        steps::count(&statement);
        Ok(rows)
    }

    /// The number in the first column of the first row, 0 where there is none.
    pub(super) fn number(&self, sql: &str, params: impl Params) -> Result<i64> {
        Ok(self.one(sql, params, |row| row.get(0))?.unwrap_or(0))
    }
}

/// Writing access within one transaction.
pub(super) struct Tx<'a> {
    reader: Reader<'a>,
    kill_switch: Option<&'a KillSwitch>,
    /// A row was written.
    touched: Cell<bool>,
}

impl<'a> Deref for Tx<'a> {
    type Target = Reader<'a>;
    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}

impl Tx<'_> {
    /// Runs one writing statement; how many rows it touched.
    pub(super) fn run(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.point(WritePoint::Statement)?;
        let rows = self.connection.prepare_cached(sql)?.execute(params)?;
        self.touched.set(self.touched.get() || rows > 0);
        Ok(rows)
    }

    /// Runs work that can be taken back alone: where it comes to nothing, it was never done.
    pub(super) fn attempt<T>(&self, work: impl FnOnce() -> Result<Option<T>>) -> Result<Option<T>> {
        self.run("SAVEPOINT attempt", [])?;
        // An error takes the whole transaction back.
        let outcome = work()?;
        if outcome.is_none() {
            self.run("ROLLBACK TO attempt", [])?;
        }
        self.run("RELEASE attempt", [])?;
        Ok(outcome)
    }

    fn point(&self, point: WritePoint) -> Result<()> {
        match self.kill_switch {
            Some(switch) if switch.kills(point) => Err(PhoneError::Killed),
            _ => Ok(()),
        }
    }
}

/// How much work SQLite did, so that a test can see whether it grows with history.
#[cfg(test)]
pub(super) mod steps {
    use std::cell::Cell;

    use rusqlite::{Statement, StatementStatus};

    thread_local! {
        static STEPS: Cell<i64> = const { Cell::new(0) };
    }

    pub(super) fn count(statement: &Statement<'_>) {
        let steps = statement.reset_status(StatementStatus::VmStep);
        STEPS.with(|sum| sum.set(sum.get() + i64::from(steps)));
    }

    /// Virtual machine steps since last asked, on this thread.
    pub(in crate::device) fn taken() -> i64 {
        STEPS.with(Cell::take)
    }
}
