//! The server as a machine: it can crash in the middle of a write, come up again, and be restored from a backup.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use detailbook_core::ids::{AgencyId, DeviceId};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_server::app::{App, Settings};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::device_api::{self, Call, Reply};
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::jobs::{self, Ran};
use detailbook_server::store::{Fault, Row, Sql, Store, StoreError};

use crate::entropy::Seeded;
use crate::stranger::Sent;

/// The server's machine: a folder, a clock, and perhaps a process.
pub struct Machine {
    folder: PathBuf,
    clock: Arc<SetClock>,
    entropy: SharedEntropy,
    settings: Settings,
    app: Option<App>,
}

/// What comes back from the machine.
#[derive(Debug)]
pub enum Answer {
    /// The server answered.
    Reply(Reply),
    /// There is no server, or it died on the way.
    Silence,
}

impl Machine {
    /// A machine with an empty server on it.
    pub fn new(folder: &Path, seed: u64, now: UnixMillis, session: Millis) -> Self {
        let mut machine = Self {
            folder: folder.to_owned(),
            clock: Arc::new(SetClock::new(now)),
            entropy: SharedEntropy::new(Seeded::new(seed, "server")),
            settings: Settings { session, ..Settings::default() },
            app: None,
        };
        machine.start();
        machine
    }

    fn database(&self) -> PathBuf {
        self.folder.join("server.db")
    }

    /// Starts the process, if there is none.
    pub fn start(&mut self) {
        if self.app.is_some() {
            return;
        }
        let store = Store::open_inline(self.database()).expect("the database opens");
        let (clock, entropy) = (Arc::clone(&self.clock), self.entropy.clone());
        let blobs = BlobFolder::open(self.folder.join("blobs")).expect("the folder can be made");
        let app = App::with(store, blobs, self.settings.clone(), clock, entropy).expect("the server starts");
        self.app = Some(app);
    }

    /// Ends the process in good order, if there is one.
    pub fn stop(&mut self) {
        if let Some(app) = self.app.take() {
            app.store.close();
        }
    }

    /// The running server.
    pub fn app(&self) -> Option<&App> {
        self.app.as_ref()
    }

    /// What time it is on the machine.
    pub fn set_time(&self, now: UnixMillis) {
        self.clock.set(now);
    }

    /// A write of the server kills it, after so many that go well.
    pub fn crash_after(&self, writes: u64, fault: Fault) {
        if let Some(app) = &self.app {
            app.store.set_fault_after(writes, fault).expect("an inline store takes faults");
        }
    }

    /// When the server's next job is due.
    pub fn next_job(&self) -> Option<UnixMillis> {
        let due = self.look(|sql| {
            sql.query_one("SELECT MIN(due) FROM jobs WHERE state = 0", &[])?.map_or(Ok(None), |row| row.opt_time(0))
        });
        due.flatten()
    }

    /// The server does what is due. `None`: there is no server, or it died on the way.
    pub fn do_jobs(&mut self, now: UnixMillis) -> Option<Ran> {
        let ran = jobs::run_due(self.app.as_ref()?, now);
        if self.bury() { None } else { Some(ran.expect("a store that is not dead takes jobs")) }
    }

    /// Why jobs last failed, by their kinds.
    pub fn complaints(&self) -> Vec<String> {
        let text = "SELECT kind, attempts, last_error FROM jobs WHERE last_error IS NOT NULL ORDER BY kind, job";
        let complaint = |row: &Row| Ok(format!("{} after {} attempts: {}", row.text(0)?, row.int(1)?, row.text(2)?));
        self.look(|sql| sql.query(text, &[])?.iter().map(complaint).collect()).unwrap_or_default()
    }

    /// One request from a device.
    pub fn answer(&mut self, sent: &Sent) -> Answer {
        let Some(app) = &self.app else { return Answer::Silence };
        let call = Call {
            method: &sent.method,
            path: &sent.path,
            authorization: sent.authorization.as_deref(),
            accept_gzip: sent.accept_gzip,
            from: None,
            body: &sent.body,
        };
        let reply = device_api::handle(app, &call);
        if self.bury() { Answer::Silence } else { Answer::Reply(reply) }
    }

    /// Something that a person at the agency does. `None`: there is no server, or it died on the way.
    pub fn staff<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &mut self,
        agency: AgencyId,
        act: impl FnOnce(&mut dyn Sql) -> Result<T, E> + Send + 'static,
    ) -> Option<Result<T, E>> {
        let app = self.app.as_ref()?;
        let done = app.store.write(move |sql| {
            detailbook_server::store::agency::lock(sql, agency)?;
            act(sql)
        });
        if self.bury() { None } else { Some(done) }
    }

    /// Looks into the database without changing it. Checks need a running server.
    pub fn look<T>(&self, look: impl FnOnce(&mut dyn Sql) -> Result<T, StoreError>) -> Option<T> {
        self.app.as_ref().map(|app| app.store.read(look).expect("the database can be read"))
    }

    /// Did the process die? Then it is gone until it is started again.
    fn bury(&mut self) -> bool {
        let dead = self.app.as_ref().is_none_or(|app| matches!(app.store.read(|_| Ok(())), Err(StoreError::Crashed)));
        if dead {
            self.app = None;
        }
        dead
    }

    /// Copies the database away, as a nightly backup does.
    pub fn back_up(&mut self) {
        let _ = std::fs::remove_file(self.folder.join("backup.db"));
        let connection = rusqlite::Connection::open(self.database()).expect("the database opens");
        let backup = self.folder.join("backup.db").to_string_lossy().into_owned();
        connection.execute("VACUUM INTO ?1", [backup]).expect("the backup can be written");
    }

    /// Puts the last backup in place of the database: everything since is gone, and the epoch says so.
    pub fn restore(&mut self) {
        self.stop();
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(self.folder.join(format!("server.db{suffix}")));
        }
        std::fs::copy(self.folder.join("backup.db"), self.database()).expect("the backup can be read");
        self.start();
        self.new_epoch();
    }

    fn new_epoch(&self) {
        let raise = |sql: &mut dyn Sql| sql.execute("UPDATE agencies SET epoch = epoch + 1", &[]);
        self.app().expect("just started").store.write(raise).expect("the epoch can be raised");
    }

    /// How many devices the machine knows under that id: zero or one.
    pub fn knows(&self, device: DeviceId) -> bool {
        let count = self.look(|sql| {
            sql.query("SELECT 1 FROM devices WHERE device = $1", &detailbook_server::store::params![device])
        });
        count.is_some_and(|rows| !rows.is_empty())
    }
}
