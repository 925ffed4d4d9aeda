//! The readers: a small pool of connections, each lent to one reader at a time.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use super::driver::Driver;
use super::metrics::{Metrics, Reads};
use super::postgres::Postgres;
use super::sqlite::Sqlite;
use super::turn::Reading;
use super::{Sql, StoreError, locked};

/// Most connections that read at once; further readers wait.
const CONNECTIONS: usize = 8;

/// A pool of reading connections, opened as they are needed.
pub(super) struct Readers {
    source: Source,
    pool: Mutex<Pool>,
    returned: Condvar,
    reads: Reads,
}

enum Source {
    Sqlite(PathBuf),
    Postgres(Box<postgres::Config>),
}

#[derive(Default)]
struct Pool {
    idle: Vec<Box<dyn Driver>>,
    open: usize,
    closed: bool,
}

impl Readers {
    /// Readers of an SQLite file.
    pub(super) fn sqlite(path: &Path) -> Self {
        Self::over(Source::Sqlite(path.to_owned()))
    }

    /// Readers of a PostgreSQL database.
    pub(super) fn postgres(config: postgres::Config) -> Self {
        Self::over(Source::Postgres(Box::new(config)))
    }

    fn over(source: Source) -> Self {
        Self { source, pool: Mutex::default(), returned: Condvar::new(), reads: Reads::default() }
    }

    /// Runs `f` in a read-only transaction.
    pub(super) fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E>) -> Result<T, E> {
        self.read_after(|driver| driver.begin_reading(), f)
    }

    /// Runs `f` in a read-only transaction whose statements are planned once.
    pub(super) fn read_often<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&mut dyn Sql) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read_after(|driver| driver.begin_reading_often(), f)
    }

    fn read_after<T, E: From<StoreError>>(
        &self,
        begin: impl FnOnce(&mut dyn Driver) -> Result<(), StoreError>,
        f: impl FnOnce(&mut dyn Sql) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = Lent { readers: self, driver: self.borrow()? };
        let driver = lent.open()?;
        begin(driver)?;
        f(&mut Reading::new(driver, &self.reads))
    }

    /// The same metrics with what readers did.
    pub(super) fn with_reads(&self, metrics: Metrics) -> Metrics {
        self.reads.with(metrics)
    }

    /// Closes the idle connections; lent ones close when they come back.
    pub(super) fn close(&self) {
        let idle = {
            let mut pool = locked(&self.pool);
            pool.closed = true;
            std::mem::take(&mut pool.idle)
        };
        // A PostgreSQL connection cannot be dropped inside an async task, and the last handle of a store may be.
        drop(thread::spawn(move || drop(idle)).join());
        self.returned.notify_all();
    }

    /// An idle connection, or leave (`None`) to open one.
    fn borrow(&self) -> Result<Option<Box<dyn Driver>>, StoreError> {
        let mut pool = locked(&self.pool);
        loop {
            if pool.closed {
                return Err(StoreError::Closed);
            }
            if let Some(driver) = pool.idle.pop() {
                return Ok(Some(driver));
            }
            if pool.open < CONNECTIONS {
                pool.open += 1;
                return Ok(None);
            }
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, driver: Option<Box<dyn Driver>>) {
        let mut pool = locked(&self.pool);
        match driver {
            Some(driver) if !pool.closed => pool.idle.push(driver),
            _ => pool.open -= 1,
        }
        drop(pool);
        self.returned.notify_one();
    }
}

/// A connection on loan: it comes back even if the reader panics.
struct Lent<'a> {
    readers: &'a Readers,
    driver: Option<Box<dyn Driver>>,
}

impl Lent<'_> {
    fn open(&mut self) -> Result<&mut dyn Driver, StoreError> {
        let driver: Box<dyn Driver> = match self.driver.take() {
            Some(driver) => driver,
            None => match &self.readers.source {
                Source::Sqlite(path) => Box::new(Sqlite::reader(path)?),
                Source::Postgres(config) => Box::new(Postgres::new((**config).clone())),
            },
        };
        Ok(self.driver.insert(driver).as_mut())
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let driver = self.driver.take().map(|mut driver| {
            driver.rollback();
            driver
        });
        self.readers.give_back(driver);
    }
}
