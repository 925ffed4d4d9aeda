//! What a job sees of the database while it is its turn, and the rules that hold it to what works on both engines.
//!
//! - After a failed statement nothing more runs and nothing is kept: PostgreSQL would refuse it, so SQLite must too.
//! - One agency a job, locked before the first write: so a shared transaction can be committed at that point without
//!   cutting a job in two.

use std::sync::atomic::Ordering;

use detailbook_core::ids::AgencyId;

use super::driver::{Driver, Lock};
use super::metrics::{Counters, Reads};
use super::worker::Job;
use super::{Row, Sql, StoreError, Value, Written};

/// The jobs of the open transaction that have run and wait for its commit.
pub(super) struct Ran<'a> {
    jobs: Vec<Box<dyn Job>>,
    /// The agencies whose locks the transaction holds for them.
    held: Vec<AgencyId>,
    counters: &'a Counters,
}

impl<'a> Ran<'a> {
    /// None yet.
    pub(super) fn new(counters: &'a Counters) -> Self {
        Self { jobs: Vec::new(), held: Vec::new(), counters }
    }

    /// Adds a job that waits for the commit.
    pub(super) fn push(&mut self, job: Box<dyn Job>) {
        self.jobs.push(job);
    }

    /// Notes that the transaction goes on holding the lock of a job that was kept.
    pub(super) fn hold(&mut self, agency: Option<AgencyId>) {
        self.held.extend(agency.filter(|agency| !self.held.contains(agency)));
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Commits, and tells everybody how it went.
    pub(super) fn commit(&mut self, driver: &mut dyn Driver) -> Result<(), StoreError> {
        let fate = driver.commit();
        self.counters.steps.fetch_add(driver.take_steps(), Ordering::Relaxed);
        match &fate {
            Ok(()) => self.counters.committed(self.jobs.len()),
            Err(_) => driver.rollback(),
        }
        self.settle(&fate);
        fate
    }

    /// Gives the transaction up, and tells everybody why.
    pub(super) fn abandon(&mut self, driver: &mut dyn Driver, error: &StoreError) {
        driver.rollback();
        self.counters.steps.fetch_add(driver.take_steps(), Ordering::Relaxed);
        self.settle(&Err(error.clone()));
    }

    fn settle(&mut self, fate: &Result<(), StoreError>) {
        if fate.is_err() {
            self.counters.abandoned.fetch_add(1, Ordering::Relaxed);
        }
        self.held.clear();
        for job in std::mem::take(&mut self.jobs) {
            self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
            job.settle(fate.clone());
        }
    }
}

/// One job's view of the database.
pub(super) struct Turn<'a, 'b> {
    driver: &'a mut dyn Driver,
    ran: &'a mut Ran<'b>,
    agency: Option<AgencyId>,
    wrote: bool,
    failed: Option<StoreError>,
}

impl<'a, 'b> Turn<'a, 'b> {
    /// A turn in the driver's open transaction, after the jobs that have run in it.
    pub(super) fn new(driver: &'a mut dyn Driver, ran: &'a mut Ran<'b>) -> Self {
        Self { driver, ran, agency: None, wrote: false, failed: None }
    }

    /// The agency it locked; or the error of the statement that failed, and then the job cannot be kept, whatever it made
    /// of the error.
    pub(super) fn end(self) -> Result<Option<AgencyId>, StoreError> {
        self.failed.map_or(Ok(self.agency), Err)
    }

    fn statement<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.failed.is_some() {
            return Err(StoreError::Misused("a statement after one that failed"));
        }
        let result = run(self);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn lock(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        match self.agency {
            Some(held) if held == agency => return self.driver.agency(agency),
            Some(_) => return Err(StoreError::Misused("a job that locks two agencies")),
            None if self.wrote => return Err(StoreError::Misused("an agency locked after a write")),
            None => self.agency = Some(agency),
        }
        // Locking a row again that an earlier job of ours has changed makes PostgreSQL keep a list of lockers for it.
        if self.ran.held.contains(&agency) {
            return self.driver.agency(agency);
        }
        if self.ran.len() == 0 {
            return self.driver.lock_agency(agency);
        }
        match self.driver.try_lock_agency(agency)? {
            Lock::Held(row) => Ok(row),
            Lock::Taken => self.wait_with_empty_hands(agency),
        }
    }

    /// As [`Self::lock`], but waits for nobody.
    fn try_lock(&mut self, agency: AgencyId) -> Result<bool, StoreError> {
        if self.agency.is_some() || self.wrote || self.ran.held.contains(&agency) {
            return self.lock(agency).map(|_| true);
        }
        let had = matches!(self.driver.try_lock_agency(agency)?, Lock::Held(_));
        self.agency = had.then_some(agency);
        Ok(had)
    }

    /// Commits the jobs before this one, which gives back every lock, and only then waits for this one's.
    fn wait_with_empty_hands(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        self.driver.keep()?;
        self.ran.commit(self.driver)?;
        self.driver.begin()?;
        self.driver.lock_agency(agency)
    }
}

impl Sql for Turn<'_, '_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.wrote = true;
        self.statement(|turn| turn.driver.execute(sql, params))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.wrote |= !sql.trim_start().starts_with("SELECT");
        self.statement(|turn| turn.driver.query(sql, params))
    }

    fn written(&mut self, written: &Written, params: &[Value]) -> Result<Option<Row>, StoreError> {
        self.wrote = true;
        self.statement(|turn| turn.driver.written(written, params))
    }

    fn lock_agency(&mut self, agency: AgencyId) -> Result<Option<Row>, StoreError> {
        self.statement(|turn| turn.lock(agency))
    }

    fn try_lock_agency(&mut self, agency: AgencyId) -> Result<bool, StoreError> {
        self.statement(|turn| turn.try_lock(agency))
    }

    fn holds_agency(&self, agency: AgencyId) -> bool {
        self.agency == Some(agency)
    }
}

/// A reader's view of the database: statements, but no lock.
pub(super) struct Reading<'a> {
    driver: &'a mut dyn Driver,
    reads: &'a Reads,
    failed: bool,
}

impl<'a> Reading<'a> {
    /// A view of the driver's open reading transaction.
    pub(super) fn new(driver: &'a mut dyn Driver, reads: &'a Reads) -> Self {
        Self { driver, reads, failed: false }
    }

    fn statement<T>(&mut self, run: impl FnOnce(&mut dyn Driver) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.failed {
            return Err(StoreError::Misused("a statement after one that failed"));
        }
        let result = run(self.driver);
        self.failed = result.is_err();
        result
    }
}

impl Sql for Reading<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.statement(|driver| driver.execute(sql, params))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows = self.statement(|driver| driver.query(sql, params))?;
        self.reads.gave(rows.len(), self.driver.take_steps());
        Ok(rows)
    }

    fn lock_agency(&mut self, _: AgencyId) -> Result<Option<Row>, StoreError> {
        Err(StoreError::Misused("an agency locked by a reader"))
    }

    fn try_lock_agency(&mut self, _: AgencyId) -> Result<bool, StoreError> {
        Err(StoreError::Misused("an agency locked by a reader"))
    }

    fn holds_agency(&self, _: AgencyId) -> bool {
        false
    }
}
