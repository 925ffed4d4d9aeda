//! The command line of `detailbook`.
//!
//! Exit codes: 0 done; 1 it was refused, or a check found damage; 2 the command line is wrong; 3 the database, a folder or
//! the address cannot be used.

mod agency;
mod award;
mod check;
mod demo;
mod enrol;
mod import;
mod migrate;
mod openapi;
mod policy;
mod provider;
mod register;
mod say;
mod serve;
mod staff;
mod token;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use detailbook_core::ids::AgencyId;

use crate::app::{App, Settings};
use crate::audit::By;
use crate::config::{DataArgs, ServeArgs};
use crate::problem::Problem;
use crate::store::{Sql, Store, agency as agencies};
use crate::telemetry;

/// Detailbook runs a police agency's off-duty details. With nothing configured, data goes to ./detailbook-data
#[derive(Parser, Debug)]
#[command(name = "detailbook", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    data: DataArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve phones and staff until told to stop
    Serve(ServeArgs),
    /// See it work: an invented evening, or a file of real records, by simulated phones. It makes a database of its own and
    /// ignores the environment that sets the server up
    Demo(demo::Args),
    /// Bring the database's tables up to date
    Migrate,
    /// Check the audit log, documents, and photos and videos for damage; documents that fail are put aside until released
    Check(check::Args),
    /// Create and list agencies
    #[command(subcommand)]
    Agency(agency::Command),
    /// Create, list and revoke API tokens of staff
    #[command(subcommand)]
    Token(token::Command),
    /// Add and list people who sign in to the console, and change their access
    #[command(subcommand)]
    User(user::Command),
    /// Say how an agency signs in by its identity provider, and turn that off
    #[command(subcommand)]
    Provider(provider::Command),
    /// Import what other programs know
    #[command(subcommand)]
    Import(import::Command),
    /// Check and set the agency's rules
    #[command(subcommand)]
    Policy(policy::Command),
    /// Print the public register of officers' approvals, as CSV
    Register(register::Args),
    /// Say why a detail was awarded as it was
    #[command(subcommand)]
    Award(award::Command),
    /// Do what staff do, such as requests, postings, relief and approvals, on a running server; lists the operations where none is named
    Staff(staff::Args),
    /// Print the description of the HTTP API (OpenAPI), as the server gives it at /v1/openapi.json
    Openapi,
    /// Print the text of a QR code that enrols one phone for an officer
    Enrol(enrol::Args),
}

/// Why a command did not do what it was told.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// A sentence for the person at the terminal.
    pub message: String,
    /// The exit code.
    pub code: u8,
}

impl Failure {
    /// It was refused, or damage was found.
    pub fn refused(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// Something the server stands on cannot be used.
    pub fn setup(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 3 }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::refused(problem.reason)
    }
}

impl From<crate::store::StoreError> for Failure {
    fn from(error: crate::store::StoreError) -> Self {
        Self::setup(format!("The database failed: {error}."))
    }
}

/// Runs the command line that the process was started with.
pub fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let usual = |id| matches.value_source(id) == Some(ValueSource::DefaultValue);
    // A demo is read in the terminal that it logs to.
    let is_demo = matches!(cli.command, Command::Demo(_));
    let log = if is_demo && usual("log") { "warn" } else { &cli.data.log };
    let named = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let folder = named("data").then(|| cli.data.data.clone());
    let done = telemetry::start_log(log).map_err(Failure::usage).and_then(|()| {
        refuse_useless(&cli, named)?;
        run(&cli, folder)
    });
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("detailbook: {failure}");
            ExitCode::from(failure.code)
        }
    }
}

/// A flag that would be ignored is refused, as a demo that cannot be run.
fn refuse_useless(cli: &Cli, named: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let Command::Demo(_) = &cli.command else { return Ok(()) };
    match demo::useless(named) {
        Some(flag) => {
            Err(Failure::setup(format!("The demo has a database and an address of its own: {flag} is not for it.")))
        }
        None => Ok(()),
    }
}

/// Does what was asked. `folder` is the data folder if the command line, and not a default, names it.
fn run(cli: &Cli, folder: Option<PathBuf>) -> Result<ExitCode, Failure> {
    match &cli.command {
        Command::Demo(args) => return Ok(demo::run(args, folder)),
        Command::Serve(args) => serve::run(&cli.data, args),
        Command::Migrate => migrate::run(&cli.data),
        Command::Check(args) => check::run(&cli.data, args),
        Command::Agency(command) => agency::run(&cli.data, command),
        Command::Token(command) => token::run(&cli.data, command),
        Command::User(command) => user::run(&cli.data, command),
        Command::Provider(command) => provider::run(&cli.data, command),
        Command::Import(command) => import::run(&cli.data, command),
        Command::Policy(command) => policy::run(&cli.data, command),
        Command::Register(args) => register::run(&cli.data, args),
        Command::Award(command) => award::run(&cli.data, command),
        Command::Staff(args) => staff::run(args),
        Command::Openapi => {
            openapi::run();
            Ok(())
        }
        Command::Enrol(args) => enrol::run(&cli.data, args),
    }
    .map(|()| ExitCode::SUCCESS)
}

/// The server's parts over the data that the command line names, without listening.
fn open(data: &DataArgs, public_url: String) -> Result<App, Failure> {
    let (store, blobs) = (data.open_store()?, data.open_blobs()?);
    Ok(App::new(store, blobs, Settings { public_url, ..Settings::default() })?)
}

/// The agency that is meant: the one named, else the only one there is.
fn the_agency(store: &Store, named: Option<AgencyId>) -> Result<AgencyId, Failure> {
    let all = store.read(|sql| agencies::list(sql))?;
    match (named, all.as_slice()) {
        (Some(agency), all) if all.contains(&agency) => Ok(agency),
        (Some(_), _) => Err(Failure::refused("There is no agency with that id.")),
        (None, [only]) => Ok(*only),
        (None, []) => Err(Failure::refused("There is no agency yet: detailbook agency create --name ... --zone ...")),
        (None, _) => Err(Failure::usage("There are several agencies: say which with --agency.")),
    }
}

/// Writes as the person at the terminal, under the agency's lock.
fn write<T: Send + 'static>(
    app: &App,
    agency: AgencyId,
    work: impl FnOnce(&mut dyn Sql, &By<'_>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Failure> {
    let now = app.now();
    let done: Result<T, Problem> = app.store.write(move |sql| {
        agencies::lock(sql, agency)?.ok_or_else(Problem::not_found)?;
        work(sql, &By { agency, now, actor: "command line" })
    });
    Ok(done?)
}
