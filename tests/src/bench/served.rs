//! A server in a process of its own, ended when this is dropped.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use detailbook_server::store::StoreConfig;

use super::machine::{self, Memory};
use super::{Outcome, Programs};

/// A child process that ends with this.
pub(super) struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a command whose standard output is read here.
    pub(super) fn start(command: &mut Command) -> Outcome<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or("a child without standard output")?;
        Ok(Self { child, stdout: BufReader::new(stdout) })
    }

    /// Its next line of output.
    pub(super) fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        match self.stdout.read_line(&mut line)? {
            0 => Err("the child ended early".into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    /// SIGKILL, and all it had written before.
    pub(super) fn kill(&mut self) -> Outcome<String> {
        self.child.kill()?;
        self.child.wait()?;
        let mut rest = String::new();
        // A line cut in the middle is not UTF-8 only if it was not meant to be.
        self.stdout.read_to_string(&mut rest)?;
        Ok(rest)
    }

    /// Its id.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A `detailbook serve` on loopback.
pub(super) struct Server {
    process: Process,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// The postmaster under it, where there is one.
    database: Option<u32>,
}

/// How to start a server.
pub(super) struct Setup<'a> {
    pub(super) programs: &'a Programs,
    pub(super) folder: &'a Path,
    pub(super) store: &'a StoreConfig,
    pub(super) database: Option<u32>,
}

impl Server {
    /// Starts one, on a port of the system's choice.
    pub(super) fn start(setup: &Setup<'_>) -> Outcome<Self> {
        Self::start_with(setup, &[])
    }

    /// Starts one that the environment tells more.
    pub(super) fn start_with(setup: &Setup<'_>, told: &[(&str, &str)]) -> Outcome<Self> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log_in(setup.folder))?;
        let mut command = Command::new(&setup.programs.server);
        command.env_remove("DATABASE_URL").env_remove("DETAILBOOK_LOG").stderr(log);
        command.envs(told.iter().copied());
        command.arg("--data").arg(setup.folder).args(["serve", "--listen", "127.0.0.1:0"]);
        if let StoreConfig::Postgres { url } = setup.store {
            command.args(["--database-url", url]);
        }
        Self::greeted(Process::start(&mut command)?, setup)
    }

    /// Starts the floor under it: this program, as [`super::floor`].
    pub(super) fn start_floor(setup: &Setup<'_>) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        match setup.store {
            StoreConfig::Sqlite { path } => command.arg("floor").arg("--sqlite").arg(path),
            StoreConfig::Postgres { url } => command.args(["floor", "--postgres", url]),
        };
        Self::greeted(Process::start(&mut command)?, setup)
    }

    fn greeted(mut process: Process, setup: &Setup<'_>) -> Outcome<Self> {
        let greeting = process.line()?;
        let address = greeting.split_once("http://").and_then(|(_, rest)| rest.split(';').next());
        let address = address.ok_or("the server did not say where it listens")?.parse()?;
        Ok(Self { process, address, database: setup.database })
    }

    /// CPU of the server, and of the database server under it.
    pub(super) fn cpu(&self) -> Outcome<Duration> {
        let own = machine::cpu_of(self.process.id())?;
        Ok(own + self.database.map_or(Ok(Duration::ZERO), machine::cpu_of_family)?)
    }

    /// CPU of the server's own process.
    pub(super) fn own_cpu(&self) -> Outcome<Duration> {
        machine::cpu_of(self.process.id())
    }

    /// Memory of the server's own process.
    pub(super) fn memory(&self) -> Outcome<Memory> {
        machine::memory_of(self.process.id())
    }

    /// SIGKILL.
    pub(super) fn kill(mut self) -> Outcome<()> {
        self.process.kill().map(drop)
    }
}

fn log_in(folder: &Path) -> PathBuf {
    folder.join("server.log")
}
