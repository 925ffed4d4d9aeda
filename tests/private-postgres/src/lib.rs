//! A PostgreSQL of a test process's own: one cluster a process, started when it is first asked for; one database a test.
//!
//! It listens on a socket in its own temporary folder and nowhere else. `fsync` is on, so a commit costs what it costs.
//! A small shell process owns the server: it waits for a pipe that closes when the test process ends, however it ends, and then
//! stops the server and removes the folder. Nothing depends on a destructor, a panic hook or a signal.
//!
//! PostgreSQL refuses to run as root. Under root the server runs as `postgres`, or as `nobody`.

mod cluster;
mod programs;

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use cluster::Cluster;
use postgres::{Client, NoTls};

static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database of one test's own, dropped at the end of the test.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: String,
    administration: String,
}

impl Database {
    /// A new, empty database.
    ///
    /// `None` where there is no PostgreSQL: the test then says so and returns. On a build machine (`CI` is set) that is a
    /// panic instead, so that a test cannot be skipped there unseen.
    pub fn create() -> Option<Self> {
        match SHARED.get_or_init(Cluster::start) {
            Ok(cluster) => Some(Self::in_cluster(cluster)),
            Err(reason) => {
                assert!(std::env::var_os("CI").is_none(), "no PostgreSQL for the tests: {reason}");
                say_skipped(reason);
                None
            }
        }
    }

    fn in_cluster(cluster: &Cluster) -> Self {
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let administration = cluster.url("postgres");
        command(&administration, &format!("CREATE DATABASE {name}")).expect("the private server makes databases");
        Self { url: cluster.url(&name), name, administration }
    }

    /// Its `postgres://` url.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection of the test's own to it.
    pub fn connect(&self) -> Client {
        Client::connect(&self.url, NoTls).expect("the private server takes connections")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = command(&self.administration, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if let Err(error) = dropped {
            say(&format!("the test database {} is left until the server stops: {error}", self.name));
        }
    }
}

fn command(url: &str, sql: &str) -> Result<(), postgres::Error> {
    Client::connect(url, NoTls)?.batch_execute(sql)
}

fn say_skipped(reason: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    say(&format!("SKIPPED on PostgreSQL: {test}: {reason}"));
}

/// Straight to standard error, which the test harness does not hold back.
fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}
