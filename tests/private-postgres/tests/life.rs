//! The server lives as long as the process that asked for it, however that ends.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected fails")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use detailbook_private_postgres::Database;

/// Set in the process that is to be killed.
const VICTIM: &str = "PRIVATE_POSTGRES_VICTIM";

#[test]
fn a_test_has_its_database_to_itself_and_the_next_finds_it_empty() {
    let Some(first) = Database::create() else { return };
    let Some(second) = Database::create() else { return };
    assert_ne!(first.url(), second.url());
    first.connect().batch_execute("CREATE TABLE t (a BIGINT)").unwrap();
    assert!(second.connect().batch_execute("SELECT a FROM t").is_err());
    drop(first);
    let third = Database::create().unwrap();
    assert!(third.connect().batch_execute("SELECT a FROM t").is_err());
}

#[test]
fn commits_reach_the_disk() {
    let Some(database) = Database::create() else { return };
    let row =
        database.connect().query_one("SELECT current_setting('fsync'), current_setting('synchronous_commit')", &[]);
    let row = row.unwrap();
    assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), ("on", "on"));
}

#[test]
fn a_killed_process_leaves_no_server_and_no_folder() {
    let Some(database) = Database::create() else { return };
    drop(database);
    let (mut victim, folder) = start_victim();
    assert!(folder.join("data/postmaster.pid").exists());
    let server = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    let server = server.lines().next().unwrap().to_owned();
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert!(within_ten_seconds(|| !folder.exists()), "{} is still there", folder.display());
    assert!(within_ten_seconds(|| !runs(&server)), "process {server} still runs");
}

/// Runs in another process: asks for a server, says where it is, and waits to be killed.
#[test]
fn victim() {
    if std::env::var_os(VICTIM).is_none() {
        return;
    }
    let database = Database::create().unwrap();
    println!("\nvictim {}", database.url());
    thread::sleep(Duration::from_mins(1));
}

fn start_victim() -> (Child, PathBuf) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "victim", "--nocapture"]).env(VICTIM, "1").stdout(Stdio::piped());
    let mut victim = command.spawn().unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let url = lines.map(Result::unwrap).find(|line| line.starts_with("victim ")).unwrap();
    let folder = url.split_once("host=").unwrap().1;
    (victim, PathBuf::from(folder))
}

fn within_ten_seconds(is_so: impl Fn() -> bool) -> bool {
    (0..100).any(|_| {
        thread::sleep(Duration::from_millis(100));
        is_so()
    })
}

/// Whether a process runs; one that has ended and was not collected does not.
fn runs(process: &str) -> bool {
    let status = Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    !status.trim().is_empty() && !status.trim().starts_with('Z')
}
