//! Where a story's database lives.

use std::sync::mpsc::{Sender, channel};
use std::thread;

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;
use detailbook_private_postgres::Database;
use detailbook_server::store::{Sql, Store, StoreConfig, StoreError, agency, params};
use tempfile::TempDir;

/// A database of the test's own, gone with it.
pub(crate) struct Home {
    pub(crate) config: StoreConfig,
    pub(crate) database: Option<Database>,
    _folder: Option<TempDir>,
}

impl Home {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = StoreConfig::Sqlite { path: folder.path().join("detailbook.sqlite") };
        Self { config, database: None, _folder: Some(folder) }
    }

    pub(crate) fn postgres() -> Option<Self> {
        let database = Database::create()?;
        let config = StoreConfig::Postgres { url: database.url().to_owned() };
        Some(Self { config, database: Some(database), _folder: None })
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.config).unwrap()
    }

    /// A store with a table `notes (id, label, body)`.
    pub(crate) fn with_notes(&self) -> Store {
        let store = self.open();
        store
            .write(|sql| sql.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY, label TEXT, body BYTEA)", &params![]))
            .unwrap();
        store
    }
}

/// An agency of that number, entered in the store.
pub(crate) fn new_agency(store: &Store, number: u8) -> AgencyId {
    let agency = AgencyId::from_bytes([number; 16]);
    store.write(move |sql| agency::create(sql, agency, UnixMillis::new(i64::from(number)))).unwrap();
    agency
}

pub(crate) fn note(sql: &mut dyn Sql, id: i64) -> Result<u64, StoreError> {
    sql.execute("INSERT INTO notes (id) VALUES ($1)", &params![id])
}

/// The ids of all notes, in order.
pub(crate) fn notes(sql: &mut dyn Sql) -> Result<Vec<i64>, StoreError> {
    sql.query("SELECT id FROM notes ORDER BY id", &params![])?.iter().map(|row| row.int(0)).collect()
}

/// Keeps the writer busy until it is dropped, so that jobs gather behind it.
pub(crate) struct Gate {
    _open: Sender<()>,
}

impl Gate {
    pub(crate) fn shut(store: &Store) -> Self {
        let (open, opened) = channel::<()>();
        let (started, start) = channel();
        let store = store.clone();
        thread::spawn(move || {
            store.write(move |_| {
                started.send(()).unwrap();
                opened.recv().unwrap_err();
                Ok::<_, StoreError>(())
            })
        });
        start.recv().unwrap();
        Self { _open: open }
    }
}

/// Waits until that many jobs run or wait.
pub(crate) fn until_waiting(store: &Store, jobs: u64) {
    while store.metrics().waiting < jobs {
        thread::yield_now();
    }
}
