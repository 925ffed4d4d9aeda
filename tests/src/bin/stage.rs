//! Sets a stage for a browser and plays on it: says in one line of JSON what there is, then does what each line on standard input
//! says. Ends when its input does.
//!
//! `STORE=postgres` sets it on a private PostgreSQL, which ends with this program; else it has an SQLite file.

use std::process::ExitCode;

use detailbook_private_postgres::Database;
use detailbook_server::demo::DemoError;
use detailbook_server::store::StoreConfig;
use detailbook_tests::stage::Stage;

fn main() -> ExitCode {
    match played() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stage: {error}");
            ExitCode::FAILURE
        }
    }
}

fn played() -> Result<(), DemoError> {
    let folder = tempfile::tempdir()?;
    let database = private_database()?;
    let config = database.as_ref().map(|it| StoreConfig::Postgres { url: it.url().to_owned() });
    let stage = Stage::set(&folder.path().join("stage"), config)?;
    stage.play(std::io::stdin().lock(), std::io::stdout().lock())
}

/// The database that is asked for, where it is no file.
fn private_database() -> Result<Option<Database>, DemoError> {
    let refused = |why: &str| Err(DemoError::Server(why.to_owned()));
    match std::env::var("STORE").as_deref() {
        Err(_) | Ok("sqlite") => Ok(None),
        // Whoever asks for PostgreSQL is never given another database unseen.
        Ok("postgres") => Database::create().map_or_else(|| refused("there is no PostgreSQL"), |it| Ok(Some(it))),
        Ok(_) => refused("STORE must be sqlite or postgres"),
    }
}
