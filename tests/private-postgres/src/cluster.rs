//! One server in a temporary folder, and the shell that owns it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};

use crate::programs;

/// A running server. It stops when this process ends, or when this is dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Holds the write end of the pipe that the shell waits on.
    _owner: Child,
    folder: PathBuf,
}

/// How often, and how many times, to ask whether the server takes connections: 30 s in all.
const ASK_EVERY: Duration = Duration::from_millis(50);
const ASK_TIMES: usize = 600;

/// Makes the cluster, runs the server, and stops it when standard input ends.
///
/// The cluster sorts by a language's rules where it can, so that tests notice SQL that leans on the database's own order.
/// Settings: `fsync` stays on; `full_page_writes=off` would only matter if the machine lost power; no replication;
/// autovacuum looks every 2 s instead of every minute, because a test lasts seconds and plans want statistics.
const SCRIPT: &str = r#"
set -u
umask 077
folder=$(mktemp -d "${TMPDIR:-/tmp}/pg-XXXXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
common="-D data -U detailbook -A trust -E UTF8 --no-sync --locale=C"
"$BIN/initdb" $common --locale-provider=icu --icu-locale=en-US >log 2>&1 ||
  { rm -rf data; "$BIN/initdb" $common >log 2>&1; } || { echo "failed $(tail -n 3 log | tr '\n' ' ')"; exit 1; }
"$BIN/postgres" -D data -k "$folder" -c listen_addresses= -c fsync=on -c full_page_writes=off -c wal_level=minimal \
  -c max_wal_senders=0 -c autovacuum_naptime=2s -c max_connections=200 -c shared_buffers=32MB -c jit=off </dev/null >>log 2>&1 &
server=$!
echo "folder $folder"
cat >/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
"#;

impl Cluster {
    /// Starts a server and waits until it takes connections.
    pub(crate) fn start() -> Result<Self, String> {
        let bin = programs::folder()?;
        let mut shell = programs::shell()?;
        shell.env("BIN", bin).env("LC_ALL", "C").current_dir("/");
        shell.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        apart(&mut shell);
        let mut owner = shell.spawn().map_err(|error| format!("the shell did not start: {error}"))?;
        let folder = first_word(owner.stdout.take())?;
        let cluster = Self { _owner: owner, folder };
        cluster.wait()?;
        Ok(cluster)
    }

    /// The url of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://detailbook@/{database}?host={}", self.folder.display())
    }

    fn wait(&self) -> Result<(), String> {
        let mut last = String::new();
        for _ in 0..ASK_TIMES {
            match Client::connect(&self.url("postgres"), NoTls) {
                Ok(_) => return Ok(()),
                Err(error) => last = format!("{error:?}"),
            }
            thread::sleep(ASK_EVERY);
        }
        Err(format!("the server takes no connections: {last}"))
    }
}

/// Out of the reach of an interrupt typed at the terminal, which would end the shell before it has cleaned up.
#[cfg(unix)]
fn apart(shell: &mut std::process::Command) {
    std::os::unix::process::CommandExt::process_group(shell, 0);
}

#[cfg(not(unix))]
fn apart(_: &mut std::process::Command) {}

fn first_word(stdout: Option<ChildStdout>) -> Result<PathBuf, String> {
    let mut line = String::new();
    let read = stdout.map(|stdout| BufReader::new(stdout).read_line(&mut line));
    match line.trim().split_once(' ') {
        Some(("folder", folder)) => Ok(PathBuf::from(folder)),
        _ => Err(format!("the cluster was not made: {} ({read:?})", line.trim())),
    }
}
