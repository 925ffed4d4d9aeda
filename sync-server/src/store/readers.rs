//! The readers: a small pool of connections, each lent to one reader at a time.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use detailbook_core::ids::AgencyId;

use super::sqlite::Sqlite;
use super::worker::Driver;
use super::{Row, Sql, StoreError, Value, locked};

/// Most connections that read at once; further readers wait.
const CONNECTIONS: usize = 8;

/// A pool of reading connections, opened as they are needed.
pub(super) struct Readers {
    source: Source,
    pool: Mutex<Pool>,
    returned: Condvar,
}

enum Source {
    Sqlite(PathBuf),
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

    fn over(source: Source) -> Self {
        Self { source, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `f` in a read-only transaction.
    pub(super) fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E>) -> Result<T, E> {
        let mut lent = Lent { readers: self, engine: self.borrow()? };
        let engine = lent.open()?;
        engine.begin_reading()?;
        let result = f(&mut Reading(engine));
        engine.rollback();
        result
    }

    /// Closes the idle connections; lent ones close when they come back.
    pub(super) fn close(&self) {
        let idle = {
            let mut pool = locked(&self.pool);
            pool.closed = true;
            std::mem::take(&mut pool.idle)
        };
        drop(idle);
        self.returned.notify_all();
    }

    /// An idle connection, or leave (`None`) to open one.
    fn borrow(&self) -> Result<Option<Box<dyn Driver>>, StoreError> {
        let mut pool = locked(&self.pool);
        loop {
            if pool.closed {
                return Err(StoreError::Closed);
            }
            if let Some(engine) = pool.idle.pop() {
                return Ok(Some(engine));
            }
            if pool.open < CONNECTIONS {
                pool.open += 1;
                return Ok(None);
            }
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, engine: Option<Box<dyn Driver>>) {
        let mut pool = locked(&self.pool);
        match engine {
            Some(engine) if !pool.closed => pool.idle.push(engine),
            _ => pool.open -= 1,
        }
        drop(pool);
        self.returned.notify_one();
    }
}

/// A connection on loan: it comes back even if the reader panics.
struct Lent<'a> {
    readers: &'a Readers,
    engine: Option<Box<dyn Driver>>,
}

impl Lent<'_> {
    fn open(&mut self) -> Result<&mut dyn Driver, StoreError> {
        let engine: Box<dyn Driver> = match self.engine.take() {
            Some(engine) => engine,
            None => match &self.readers.source {
                Source::Sqlite(path) => Box::new(Sqlite::reader(path)?),
            },
        };
        Ok(self.engine.insert(engine).as_mut())
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let engine = self.engine.take().map(|mut engine| {
            engine.rollback();
            engine
        });
        self.readers.give_back(engine);
    }
}

/// What a reader sees: statements, but no lock.
pub(super) struct Reading<'a, S: Sql + ?Sized>(pub(super) &'a mut S);

impl<S: Sql + ?Sized> Sql for Reading<'_, S> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.0.execute(sql, params)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.0.query(sql, params)
    }

    fn lock_agency(&mut self, _: AgencyId) -> Result<Option<Row>, StoreError> {
        Err(StoreError::Misused("an agency locked by a reader"))
    }
}
