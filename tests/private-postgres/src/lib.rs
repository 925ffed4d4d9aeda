//! A PostgreSQL of a test process's own: one cluster a process, started when it is first asked for; a test has a
//! database to itself.
//!
//! It listens on a socket in its own temporary folder and nowhere else. `fsync` is on, so a commit costs what it costs.
//! A small shell process owns the server: it waits for a pipe that closes when the test process ends, however it ends, and then
//! stops the server and removes the folder. Nothing depends on a destructor, a panic hook or a signal.
//!
//! PostgreSQL refuses to run as root. Under root the server runs as `postgres`, or as `nobody`.

#![allow(clippy::expect_used, reason = "a test that loses its database fails")]

mod cluster;
mod programs;

use std::ffi::OsStr;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use cluster::Cluster;
use postgres::{Client, NoTls};

static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();

/// Databases that a test has given back, empty: making and dropping one costs most of a second.
static FREE: Mutex<Vec<String>> = Mutex::new(Vec::new());
static MADE: AtomicU32 = AtomicU32::new(0);

/// A database that no other test uses meanwhile, emptied at the end of the test.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: String,
}

impl Database {
    /// An empty database.
    ///
    /// Without PostgreSQL it panics, so that no test is skipped unseen. Whoever sets `ALLOW_NO_POSTGRES=1` gets `None`: the
    /// test then says so and returns; but never on a build machine (`CI` is set).
    pub fn create() -> Option<Self> {
        match SHARED.get_or_init(Cluster::start) {
            Ok(cluster) => Some(Self::in_cluster(cluster)),
            Err(reason) => {
                let set = |name| std::env::var_os(name);
                let skip = may_skip(set("CI").as_deref(), set("ALLOW_NO_POSTGRES").as_deref());
                assert!(
                    skip,
                    "no PostgreSQL for the tests: {reason}. scripts/setup installs it; ALLOW_NO_POSTGRES=1 skips them"
                );
                say_skipped(reason);
                None
            }
        }
    }

    fn in_cluster(cluster: &Cluster) -> Self {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let name = free.unwrap_or_else(|| make(cluster));
        Self { url: cluster.url(&name), name }
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
        match empty(&self.url) {
            Ok(()) => FREE.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(&mut self.name)),
            Err(error) => say(&format!("the test database {} is not used again: {error}", self.name)),
        }
    }
}

fn may_skip(ci: Option<&OsStr>, allowed: Option<&OsStr>) -> bool {
    ci.is_none() && allowed.is_some_and(|value| value == "1")
}

fn make(cluster: &Cluster) -> String {
    let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
    let made = Client::connect(&cluster.url("postgres"), NoTls)
        .and_then(|mut client| client.batch_execute(&format!("CREATE DATABASE {name}")));
    made.expect("the private server makes databases");
    name
}

/// Ends every connection a test has left, and takes away all it made.
fn empty(url: &str) -> Result<(), postgres::Error> {
    Client::connect(url, NoTls)?.batch_execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid();
         DROP SCHEMA public CASCADE; CREATE SCHEMA public",
    )
}

fn say_skipped(reason: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    say(&format!("SKIPPED on PostgreSQL: {test}: {reason}"));
}

/// Straight to standard error, which the test harness does not hold back.
fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_skipped_only_where_somebody_said_so_and_never_on_a_build_machine() {
        let (one, zero, ci) = (Some(OsStr::new("1")), Some(OsStr::new("0")), Some(OsStr::new("true")));
        assert!(may_skip(None, one));
        for (ci, allowed) in [(None, None), (None, zero), (ci, one), (ci, None)] {
            assert!(!may_skip(ci, allowed), "{ci:?} {allowed:?}");
        }
    }
}
