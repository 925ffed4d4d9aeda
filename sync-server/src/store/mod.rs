//! The store: what the server knows, in SQL, in SQLite or PostgreSQL.
//!
//! Code above sees [`Store::write`] and [`Store::read`], each running a closure over a [`Sql`] inside a transaction. Both
//! block, so they are called from blocking threads and never from an async task.

pub mod agency;
mod ahead;
pub mod applications;
pub mod assignments;
pub mod audience;
pub mod audit;
pub mod billing_terms;
pub mod bills;
pub mod blobs;
pub mod books;
pub mod cancellations;
pub mod charges;
pub mod commands;
pub mod contacts;
pub mod detail_templates;
pub mod detail_terms;
pub mod detail_times;
pub mod devices;
mod dialect;
pub mod documents;
mod driver;
pub mod edit_versions;
pub mod employee_numbers;
mod error;
pub mod evaluations;
pub mod facts;
pub mod feed;
pub mod feed_reads;
pub mod held;
pub mod import_files;
mod inline;
pub mod invoice_runs;
pub mod invoices;
pub mod jobs;
pub mod known;
pub mod ledger;
pub mod listing;
mod metrics;
mod migrate;
pub mod one_time_links;
pub mod outbox;
pub mod overrides;
pub mod passkeys;
pub mod permissions;
mod postgres;
mod postgres_dialect;
pub mod postings;
pub mod providers;
mod readers;
pub mod records;
pub mod reliefs;
pub mod rule_sets;
pub mod rulings;
pub mod server_writers;
pub mod service;
mod sql;
mod sqlite;
mod sqlite_dialect;
pub mod staff_sessions;
pub mod staffing_rules;
pub mod standing;
pub mod tallies;
pub mod tariffs;
pub mod timesheets;
pub mod tokens;
mod turn;
pub mod unassigned;
pub mod users;
mod value;
pub mod versions;
pub mod waiting;
mod walk;
pub mod watches;
mod worker;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

pub use ahead::{Ahead, One};
pub use error::StoreError;
pub use inline::Fault;
pub use metrics::Metrics;
pub use sql::{Sql, Written};
pub use value::{Row, StoredId, Value, params};
pub use walk::Walk;

use tokio::sync::watch;

use inline::Inline;
use postgres::Postgres;
use readers::Readers;
use sqlite::Sqlite;
use writer::Writer;

/// Which database holds the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreConfig {
    /// An SQLite file. Its folder must exist; the file need not.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
    /// A PostgreSQL database.
    Postgres {
        /// A `postgres://` url.
        url: String,
    },
}

/// The database engine under a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL, or what speaks its protocol.
    Postgres,
}

/// A handle on the store; clones share it.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

enum Shared {
    Threaded(Threaded),
    Inline(Inline),
}

/// A writer and a pool of readers.
struct Threaded {
    writer: Writer,
    readers: Readers,
    engine: Engine,
}

impl Drop for Threaded {
    fn drop(&mut self) {
        self.writer.close();
        self.readers.close();
    }
}

impl Store {
    /// Opens the database, brings its tables up to date and starts the writer.
    pub fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        match config {
            StoreConfig::Sqlite { path } => Self::open_sqlite(path),
            StoreConfig::Postgres { url } => Self::open_postgres(url),
        }
    }

    fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let mut writer = Sqlite::writer(path)?;
        migrate::migrate(&mut writer, migrate::VERSIONS)?;
        let writer = Writer::start(writer)?;
        Ok(Self::threaded(writer, Readers::sqlite(path), Engine::Sqlite))
    }

    fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let config = postgres::settings(url)?;
        let mut writer = Postgres::new(config.clone());
        migrate::migrate(&mut writer, migrate::VERSIONS)?;
        let writer = Writer::start(writer)?;
        Ok(Self::threaded(writer, Readers::postgres(config), Engine::Postgres))
    }

    fn threaded(writer: Writer, readers: Readers, engine: Engine) -> Self {
        Self(Arc::new(Shared::Threaded(Threaded { writer, readers, engine })))
    }

    /// Opens an SQLite file to be used without any thread, for simulations and demos of one thread.
    pub fn open_inline(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Inline::open(path.as_ref()).map(Shared::Inline).map(Arc::new).map(Self)
    }

    /// Runs `f` in a transaction and returns once its work is durable. On `Err` nothing of it is kept.
    ///
    /// Blocks. `f` may share a commit with other jobs, but sees and undoes nothing but its own.
    pub fn write<T, E>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.0 {
            Shared::Threaded(threaded) => threaded.writer.write(f),
            Shared::Inline(inline) => inline.write(f),
        }
    }

    /// Runs `f` over one unchanging state of the database, without waiting for writers. Blocks.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E>) -> Result<T, E> {
        match &*self.0 {
            Shared::Threaded(threaded) => threaded.readers.read(f),
            Shared::Inline(inline) => inline.read(f),
        }
    }

    /// As [`Self::read`], for what every exchange asks: PostgreSQL would plan the feed anew for each phone's place in it, which takes
    /// longer than reading it.
    pub fn read_often<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Sql) -> Result<T, E>) -> Result<T, E> {
        match &*self.0 {
            Shared::Threaded(threaded) => threaded.readers.read_often(f),
            Shared::Inline(inline) => inline.read(f),
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match &*self.0 {
            Shared::Threaded(threaded) => threaded.engine,
            Shared::Inline(_) => Engine::Sqlite,
        }
    }

    /// How busy the store is.
    pub fn metrics(&self) -> Metrics {
        match &*self.0 {
            Shared::Threaded(threaded) => threaded.readers.with_reads(threaded.writer.metrics()),
            Shared::Inline(inline) => inline.metrics(),
        }
    }

    /// What changes with every commit of this process. Other nodes' commits are not seen.
    pub fn commits(&self) -> watch::Receiver<()> {
        match &*self.0 {
            Shared::Threaded(threaded) => threaded.writer.commits(),
            Shared::Inline(inline) => inline.commits(),
        }
    }

    /// Makes the next write of an inline store crash. Refused by a store with threads.
    pub fn set_fault(&self, fault: Fault) -> Result<(), StoreError> {
        self.set_fault_after(0, fault)
    }

    /// Makes a write of an inline store crash, after so many others, whether their work fails or not. Refused by a store with
    /// threads.
    pub fn set_fault_after(&self, writes: u64, fault: Fault) -> Result<(), StoreError> {
        match &*self.0 {
            Shared::Threaded(_) => Err(StoreError::Misused("a fault set on a store with threads")),
            Shared::Inline(inline) => inline.set_fault_after(writes, fault),
        }
    }

    /// As [`Self::close`], but waits for at most `patience`. `false`: the database still hangs, and so does the thread that
    /// waits for it.
    pub fn close_within(self, patience: Duration) -> bool {
        let (done, closed) = sync_channel(1);
        thread::spawn(move || {
            self.close();
            // Nobody listens any more after the patience.
            let _ = done.send(());
        });
        closed.recv_timeout(patience).is_ok()
    }

    /// Finishes the jobs that wait, then closes the database for every handle.
    pub fn close(self) {
        match &*self.0 {
            Shared::Threaded(threaded) => {
                threaded.writer.close();
                threaded.readers.close();
            }
            Shared::Inline(inline) => inline.close(),
        }
    }
}

/// The lock's content, also after a panic under it: nothing behind our locks is ever left half-changed.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
