//! `detailbook migrate`: opening the database is what brings its tables up to date.

use super::Failure;
use crate::config::DataArgs;

pub(super) fn run(data: &DataArgs) -> Result<(), Failure> {
    data.open_store()?.close();
    println!("The database is up to date.");
    Ok(())
}
