//! The demo: real records or an invented evening, worked by simulated phones through the real core over real HTTP.
//!
//! The one room of the server that uses the phone's half of the core (ADR 5).

pub mod clock;
pub mod console;
pub mod error;
pub mod import;
pub mod judge;
pub mod mailbox;
pub mod narrator;
pub mod office;
pub mod phones;
pub mod photo;
pub mod placement;
pub mod plan;
pub mod records;
pub mod report;
pub mod server;
mod story;
pub mod tariffs;
pub mod work;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use error::DemoError;
pub use report::Report;

use console::Guest;
use records::Ran;
use server::RunningServer;

/// What the demo is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// A file of paid-detail records; without one an invented evening is told.
    pub input: Option<PathBuf>,
    /// The tariff to price records by; without one Boston's of 2019.
    pub tariff: Option<PathBuf>,
    /// End when everything is told; else the server stays up.
    pub once: bool,
    /// Print one JSON object instead of words.
    pub json: bool,
    /// An empty folder for database, photos and phones; without one a folder that is removed at the end.
    pub data: Option<PathBuf>,
    /// Where to listen; port 0 for any that is free.
    pub listen: SocketAddr,
}

/// Runs the demo and gives the process's exit code.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, DemoError> {
    let temporary = tempfile::tempdir()?;
    let folder = options.data.clone().unwrap_or_else(|| temporary.path().join("demo"));
    let mut quiet = io::sink();
    let words: &mut dyn Write = if options.json { &mut quiet } else { out };
    let ran = told(options, &folder, words).or_else(|error| match error.line() {
        Some(line) if options.json => Ok(Ran { report: records::unusable(line, &error), server: None }),
        _ => Err(error),
    })?;
    if options.json {
        serde_json::to_writer(&mut *out, &ran.report).map_err(io::Error::from)?;
        writeln!(out)?;
    }
    if let Some(server) = ran.server {
        finish(options, server, out)?;
    }
    Ok(ran.report.exit_code())
}

fn told(options: &Options, folder: &Path, out: &mut dyn Write) -> Result<Ran, DemoError> {
    match &options.input {
        Some(input) => records::run(options, input, folder, out),
        None => story::run(options.listen, folder, out),
    }
}

fn finish(options: &Options, server: RunningServer, out: &mut dyn Write) -> Result<(), DemoError> {
    if !options.once {
        // Before anybody reads that the server stays up and tells it to stop.
        let stop = server.stop_request()?;
        let guests = server.let_in()?;
        // With --json the output is one object and nothing else.
        let words: &mut dyn Write = if options.json { &mut io::stderr() } else { &mut *out };
        show_the_way(&server, &guests, words)?;
        out.flush()?;
        server.stay_up(stop)?;
    }
    server.stop()
}

/// How to look at what the server holds now.
fn show_the_way(server: &RunningServer, guests: &[Guest], out: &mut dyn Write) -> io::Result<()> {
    let (address, token) = (&server.address, &server.token);
    writeln!(out, "\nThe server stays up at {address} until you press Ctrl-C.\n")?;
    writeln!(out, "The console is at {address}/console. Sign in as one of these:\n")?;
    for guest in guests {
        writeln!(out, "  {:30} {}", guest.login, guest.password)?;
    }
    writeln!(
        out,
        "\nA demo asks for no second step; everywhere else every role does. To look at what it holds by the API:\n"
    )?;
    writeln!(out, "  TOKEN={token}")?;
    for path in ["details", "assignments", "audit/check"] {
        writeln!(out, "  curl -s -H \"Authorization: Bearer $TOKEN\" {address}/v1/staff/{path}")?;
    }
    writeln!(out, "\nIts data lies in {}.", server.folder.display())
}
