//! `detailbook demo`: see it work, on real records or on an invented evening. It always has a SQLite database of its own.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::demo::{self, Options};

/// What the demo takes. Flags of every command that mean something else here, or nothing, stand here again in its own words.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Args {
    /// File of paid-detail records (CSV) to work; without one, an invented agency's evening
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Tariff to price the records by; without one, Boston's of 2019
    #[arg(long, value_name = "FILE", requires = "input")]
    tariff: Option<PathBuf>,
    /// End when everything is told: 0 all as recorded, 1 a row is not, 2 lines were rejected or there are no records, 3 it could not be run
    #[arg(long)]
    once: bool,
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
    /// Address to listen on; port 0 for any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Empty folder for everything the demo makes, left there afterwards; without one, a folder that is removed at the end
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[arg(long, hide = true)]
    database_url: Option<String>,
    #[arg(long, hide = true)]
    public_url: Option<String>,
}

/// The first flag on the command line that a demo has no use for. `named` says which are there: what the environment sets for
/// the server is none of the demo's business.
pub(super) fn useless(named: impl Fn(&str) -> bool) -> Option<&'static str> {
    let flags = [("database_url", "--database-url"), ("public_url", "--public-url")];
    flags.into_iter().find(|(id, _)| named(id)).map(|(_, flag)| flag)
}

/// Runs the demo in `data`, or in a folder that is removed at the end.
pub(super) fn run(args: &Args, data: Option<PathBuf>) -> ExitCode {
    let Args { input, tariff, once, json, listen, .. } = args.clone();
    let options = Options { input, tariff, once, json, data, listen };
    let mut out = std::io::stdout().lock();
    let told = demo::run(&options, &mut out).and_then(|code| Ok(out.flush().map(|()| code)?));
    ExitCode::from(told.unwrap_or_else(|error| {
        // A reader that went away, such as `head`, knows that it did.
        if !error.is_of_the_reader() {
            eprintln!("detailbook demo: {error}");
        }
        error.exit_code()
    }))
}
