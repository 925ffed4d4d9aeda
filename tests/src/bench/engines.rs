//! The two engines a server runs on, each with a store of a row's own.

use std::path::Path;

use detailbook_private_postgres::Database;
use detailbook_server::store::StoreConfig;

use super::office::sqlite_in;
use super::served::Setup;
use super::{Outcome, Programs, machine};

/// An engine with two empty databases: the server's and the floor's.
pub(super) struct Engine {
    /// As the table names it.
    pub(super) name: &'static str,
    pub(super) store: StoreConfig,
    floor: StoreConfig,
    postmaster: Option<u32>,
    /// Given back when the row is done.
    _databases: Vec<Database>,
}

impl Engine {
    /// SQLite files in that folder.
    pub(super) fn sqlite(folder: &Path) -> Outcome<Self> {
        let (store, floor) = (sqlite_in(folder)?, sqlite_in(&folder.join("floor"))?);
        Ok(Self { name: "SQLite", store, floor, postmaster: None, _databases: Vec::new() })
    }

    /// Databases of a private PostgreSQL; `None` where none is installed.
    pub(super) fn postgres() -> Outcome<Option<Self>> {
        let (Some(ours), Some(floor)) = (Database::create(), Database::create()) else { return Ok(None) };
        // The connection must live until its process has been looked at.
        let mut client = ours.connect();
        let backend: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
        let postmaster = machine::parent_of(u32::try_from(backend)?)?;
        drop(client);
        let config = |database: &Database| StoreConfig::Postgres { url: database.url().to_owned() };
        let (store, under) = (config(&ours), config(&floor));
        Ok(Some(Self {
            name: "PostgreSQL",
            store,
            floor: under,
            postmaster: Some(postmaster),
            _databases: vec![ours, floor],
        }))
    }

    /// How to start the server on it.
    pub(super) fn server<'a>(&'a self, programs: &'a Programs, folder: &'a Path) -> Setup<'a> {
        Setup { programs, folder, store: &self.store, database: self.postmaster }
    }

    /// How to start the floor on it.
    pub(super) fn floor<'a>(&'a self, programs: &'a Programs, folder: &'a Path) -> Setup<'a> {
        Setup { programs, folder, store: &self.floor, database: self.postmaster }
    }
}

/// Both engines, or as many as are installed.
pub(super) fn both(folder: &Path) -> Outcome<Vec<Engine>> {
    // The folder that rows give the engine of that name: the server finds its file there.
    let mut engines = vec![Engine::sqlite(&folder.join("SQLite"))?];
    engines.extend(Engine::postgres()?);
    Ok(engines)
}
