//! The real program, told to stop while it works.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use detailbook_core::ids::{OfficerId, RecordId};
use detailbook_core::records::Officer;
use detailbook_server::store::{Store, StoreConfig, agency as agencies, listing};

/// The operator's secret for the metrics.
const WATCHER: &str = "sixteen-characters-and-more";
/// Callers at once.
const CALLERS: u8 = 8;
/// Acknowledged requests before the program is told to stop.
const ENOUGH: usize = 40;

fn program(data: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_detailbook"));
    for name in ["DATABASE_URL", "DETAILBOOK_DATA", "DETAILBOOK_LISTEN", "DETAILBOOK_PUBLIC_URL", "DETAILBOOK_LOG"] {
        program.env_remove(name);
    }
    program.arg("--data").arg(data).stdin(Stdio::null());
    program
}

fn run(data: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let done = program(data).args(arguments).output().unwrap();
    (done.status.code(), String::from_utf8(done.stdout).unwrap().trim().to_owned())
}

/// The running program, ended with the test whatever happens.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut process = program(data)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--metrics-secret", WATCHER])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        let address = greeting.split("http://").nth(1).unwrap().split(';').next().unwrap().to_owned();
        Self { process, address }
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// How it ended, which it must do soon.
    fn wait(mut self) -> ExitStatus {
        for _ in 0..1_000 {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The status of one request on a connection of its own; `None` where no whole answer came.
fn request(address: &str, method: &str, path: &str, token: &str, body: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

#[derive(Default)]
struct Heard {
    acknowledged: Vec<OfficerId>,
    unclear: usize,
}

/// Makes officers one after the other until the server is gone.
fn work(address: &str, token: &str, caller: u8, acknowledged: &AtomicUsize) -> Heard {
    let mut heard = Heard::default();
    for n in 1..=u16::MAX {
        let mut bytes = [caller; 16];
        bytes[..2].copy_from_slice(&n.to_be_bytes());
        let id = OfficerId::from_bytes(bytes);
        let body = format!("{{\"id\":\"{id}\",\"record\":{{\"name\":\"Officer\"}}}}");
        if request(address, "POST", "/v1/staff/officers", token, &body) != Some(201) {
            // Without a whole answer nobody knows; the caller would ask again.
            heard.unclear += 1;
            break;
        }
        heard.acknowledged.push(id);
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
    heard
}

#[test]
fn what_was_acknowledged_before_the_end_is_there_afterwards() {
    for signal in ["-TERM", "-INT"] {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        let (code, agency) = run(&data, &["agency", "create", "--name", "Test", "--zone", "America/New_York"]);
        assert_eq!(code, Some(0));
        let (code, token) = run(&data, &["token", "create", "--name", "test", "--scopes", "records:write"]);
        assert_eq!(code, Some(0));
        let server = Server::start(&data);
        // A phone that keeps its connection open and says nothing keeps nobody from ending.
        let mut idle = TcpStream::connect(&server.address).unwrap();
        idle.write_all(b"GET /health HTTP/1.1\r\nhost: test\r\n\r\n").unwrap();
        assert_ne!(idle.read(&mut [0; 1_000]).unwrap(), 0);
        let count = AtomicUsize::new(0);
        let heard: Vec<Heard> = thread::scope(|scope| {
            let callers: Vec<_> = (1..=CALLERS)
                .map(|caller| {
                    let (address, token, count) = (&server.address, &token, &count);
                    scope.spawn(move || work(address, token, caller, count))
                })
                .collect();
            while count.load(Ordering::SeqCst) < ENOUGH {
                thread::sleep(Duration::from_millis(1));
            }
            server.signal(signal);
            callers.into_iter().map(|caller| caller.join().unwrap()).collect()
        });
        assert_eq!(server.wait().code(), Some(0), "it ends in good order");
        check(&data, &agency, &heard);
        assert_eq!(run(&data, &["check"]).0, Some(0));
    }
}

fn check(data: &Path, agency: &str, heard: &[Heard]) {
    let store = Store::open(&StoreConfig::Sqlite { path: data.join("detailbook.sqlite") }).unwrap();
    let agency = agency.parse().unwrap();
    let stored = store.read(|sql| {
        assert_eq!(agencies::list(sql)?, [agency]);
        listing::of_kind::<Officer>(sql, agency, RecordId::NIL, i64::MAX)
    });
    let stored: Vec<_> = stored.unwrap().into_iter().map(|(id, _)| OfficerId::from(id)).collect();
    let acknowledged: Vec<_> = heard.iter().flat_map(|caller| &caller.acknowledged).collect();
    assert!(acknowledged.len() >= ENOUGH);
    for id in &acknowledged {
        assert!(stored.contains(id), "{id} was acknowledged and is lost");
    }
    let unclear: usize = heard.iter().map(|caller| caller.unclear).sum();
    assert!(stored.len() - acknowledged.len() <= unclear, "nothing is stored that nobody asked for");
    store.close();
}

#[test]
fn the_program_says_what_is_wrong_and_ends_with_a_code_for_it() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    assert_eq!(run(&data, &["migrate"]).0, Some(0));
    assert_eq!(run(&data, &["token", "create", "--name", "x", "--scopes", "all"]).0, Some(1), "there is no agency");
    assert_eq!(run(&data, &["agency", "create", "--name", "x", "--zone", "Boston"]).0, Some(2));
    assert_eq!(run(&data, &["token", "create", "--name", "x", "--scopes", "everything"]).0, Some(2));
    assert_eq!(run(&data, &["enrol", "17"]).0, Some(2), "nobody knows where the server is reached");
    assert_eq!(run(&data, &["--database-url", "postgres://127.0.0.1:1/none", "migrate"]).0, Some(3));
    std::fs::write(home.path().join("file"), b"in the way").unwrap();
    assert_eq!(run(&home.path().join("file"), &["migrate"]).0, Some(3));
    assert_eq!(run(&data, &["check"]).0, Some(0));
}

#[cfg(unix)]
#[test]
fn a_reader_who_hangs_up_makes_nothing_panic() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["agency", "create", "--name", "Test", "--zone", "America/New_York"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let done = program(home.path()).args(["agency", "list"]).stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(0), ""));
    assert_eq!(run(home.path(), &["token", "create", "--name", "x", "--scopes", "all", "--days", "0"]).0, Some(2));
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_data_even_in_a_folder_that_was_there() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    let mode = |name: &str| metadata(home.path().join(name)).map(|found| found.permissions().mode() & 0o777).ok();
    run(home.path(), &["agency", "create", "--name", "Test", "--zone", "America/New_York"]);
    assert_eq!(mode("detailbook.sqlite"), Some(0o600));
    // One that was made before is closed to others too.
    set_permissions(home.path().join("detailbook.sqlite"), Permissions::from_mode(0o644)).unwrap();
    let server = Server::start(home.path());
    assert_eq!(request(&server.address, "GET", "/health", "", ""), Some(200));
    for (name, wanted) in [
        ("detailbook.sqlite", 0o600),
        ("detailbook.sqlite-wal", 0o600),
        ("detailbook.sqlite-shm", 0o600),
        ("blobs", 0o700),
    ] {
        assert_eq!(mode(name), Some(wanted), "{name}");
    }
}

#[test]
fn health_and_metrics_answer_over_http() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    run(&data, &["agency", "create", "--name", "Test", "--zone", "America/New_York"]);
    let (_, token) = run(&data, &["token", "create", "--name", "test", "--scopes", "records:read"]);
    let server = Server::start(&data);
    assert_eq!(request(&server.address, "GET", "/health", "", ""), Some(200));
    assert_eq!(request(&server.address, "GET", "/metrics", "", ""), Some(401));
    assert_eq!(request(&server.address, "GET", "/metrics", &token, ""), Some(401), "no agency's token opens them");
    assert_eq!(request(&server.address, "GET", "/metrics", WATCHER, ""), Some(200));
    assert_eq!(request(&server.address, "POST", "/v1/staff/officers", &token, "{}"), Some(403));
    assert_eq!(request(&server.address, "POST", "/v1/sync", &token, ""), Some(401));
    let large = "x".repeat(2 * 1024 * 1024);
    // The answer may come before the whole body was read, which then breaks the connection.
    assert!(matches!(request(&server.address, "POST", "/v1/staff/officers", &token, &large), Some(413) | None));
}
