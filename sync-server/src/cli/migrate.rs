//! `detailbook migrate`: opening the database is what brings its tables up to date.

use super::Failure;
use super::say::say;
use crate::config::DataArgs;

pub(super) fn run(data: &DataArgs) -> Result<(), Failure> {
    data.open_store()?.close();
    say(format_args!("The database is up to date."));
    Ok(())
}
