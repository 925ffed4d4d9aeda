//! `make bench`: every budget, measured beside a floor that was measured in the same run.
//!
//! Servers and phones are real processes over real loopback HTTP, keys and signatures are real, and every write is durable on
//! the disk that the scratch folder lies on. `docs/performance.md` says what each row means and shows a run.
//!
//! | room | what lives there |
//! |---|---|
//! | [`machine`], [`report`] | time, CPU, memory; the table and the JSON file |
//! | [`office`], [`lean`], [`evidence`], [`draws`] | an agency with shifts, phones for load, what a punch carries |
//! | [`served`], [`floor`], [`http`], [`proxy`] | the server's process, the floor's, a connection, the counting proxy |
//! | [`wire`], [`form`], [`clock_in`], [`punches`], [`reconnect`], [`flat`], [`kills`], [`opening`], [`rules`], [`invoicing`], [`pages`], [`size`] | the rows |

mod border;
mod clock_in;
mod draws;
mod engines;
mod evidence;
mod flat;
mod floor;
mod form;
mod handset;
mod http;
mod invoicing;
mod kills;
mod lean;
mod load;
mod machine;
mod office;
mod opening;
mod pages;
mod proxy;
mod punches;
mod reconnect;
mod report;
mod rules;
mod served;
mod size;
mod wire;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use detailbook_server::store::StoreConfig;

use report::{Report, Row};

/// What a step of a bench gives.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures Detailbook against its budgets.
#[derive(Parser, Debug)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Measure and report
    Run(RunArgs),
    /// Store what is posted, and nothing more: the floor under the server
    #[command(hide = true)]
    Floor {
        #[arg(long)]
        sqlite: Option<PathBuf>,
        #[arg(long)]
        postgres: Option<String>,
    },
    /// Punch until killed, telling of each punch once it is durable
    #[command(hide = true)]
    Handset { folder: PathBuf, seed: u64 },
}

#[derive(Args, Debug)]
struct RunArgs {
    /// The server's program
    #[arg(long)]
    server: PathBuf,
    /// A folder for everything a run writes, on the disk to be measured
    #[arg(long)]
    scratch: PathBuf,
    /// Where the JSON file goes
    #[arg(long)]
    json: PathBuf,
    /// Sizes of the phone library, as scripts/size prints them
    #[arg(long)]
    sizes: Option<PathBuf>,
    /// What calls over the border cost, as scripts/bench-kotlin and its like print it
    #[arg(long)]
    border: Option<PathBuf>,
    /// Only rows whose group has this in its name; may be given several times
    #[arg(long)]
    only: Vec<String>,
    /// Makes other ids, keys and moments
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Kills of the server's process, and as many of a phone's
    #[arg(long, default_value_t = 500)]
    kills: u32,
    /// Documents held in the last step of the flatness rows
    #[arg(long, default_value_t = 100_000)]
    documents: u32,
    /// Officers of the agency whose pages are asked
    #[arg(long, default_value_t = 5_000)]
    officers: u32,
    /// Timesheets that it has of a year
    #[arg(long, default_value_t = 20_000)]
    timesheets: u32,
}

/// The programs that are measured.
#[derive(Debug)]
struct Programs {
    server: PathBuf,
}

/// What every row is given.
struct Bench {
    programs: Programs,
    scratch: PathBuf,
    sizes: Option<PathBuf>,
    border: Option<PathBuf>,
    seed: u64,
    kills: u32,
    documents: u32,
    officers: u32,
    timesheets: u32,
}

impl Bench {
    /// A folder of a row's own.
    fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.scratch.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// Measures one group of rows.
type Measure = fn(&Bench) -> Outcome<Vec<Row>>;

const GROUPS: [(&str, Measure); 13] = [
    ("wire", wire::rows),
    ("form", form::rows),
    ("clock-in", clock_in::rows),
    ("punches", punches::rows),
    ("reconnect", reconnect::rows),
    ("opening", opening::rows),
    ("rules", rules::rows),
    ("size", size::rows),
    ("border", border::rows),
    ("kills", kills::rows),
    ("invoicing", invoicing::rows),
    ("pages", pages::rows),
    ("flat", flat::rows),
];

/// Runs the command line that the process was started with.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(args) => run(args),
        Command::Floor { sqlite: Some(path), .. } => floor::serve(&StoreConfig::Sqlite { path }),
        Command::Floor { postgres: Some(url), .. } => floor::serve(&StoreConfig::Postgres { url }),
        Command::Floor { .. } => Err("a floor needs a store".into()),
        Command::Handset { folder, seed } => handset::punch_until_killed(&folder, seed),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: RunArgs) -> Outcome<()> {
    let RunArgs { server, scratch, json, sizes, border, only, seed, kills, documents, officers, timesheets } = args;
    let bench =
        Bench { programs: Programs { server }, scratch, sizes, border, seed, kills, documents, officers, timesheets };
    let mut report = Report::begin(seed);
    report.head();
    for (name, measure) in GROUPS {
        if only.is_empty() || only.iter().any(|wanted| name.contains(wanted.as_str())) {
            let rows = measure(&bench).map_err(|error| format!("{name}: {error}"))?;
            report.add(rows);
            clear(&bench.scratch.join(name))?;
        }
    }
    // A budget that is missed is for docs/performance.md to explain; the run itself went well.
    report.finish(&json).map(drop)
}

/// A group's folder is of no use once it is measured, and some are large.
fn clear(folder: &Path) -> Outcome<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}
