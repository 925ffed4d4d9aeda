//! Bringing an older file up to date. Each step runs in one transaction with its number.

use rusqlite::Connection;

use super::{Result, pragmas};
use crate::device::PhoneError;

/// Every step ever released, in order; a released one is never edited.
const STEPS: &[&str] = &[include_str!("schema/0001_backbone.sql"), include_str!("schema/0002_under_way.sql")];

/// Runs the steps that the file lacks.
pub(super) fn migrate(connection: &Connection) -> Result<()> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(PhoneError::NewerStore { found, known });
    }
    for (number, step) in STEPS.iter().enumerate().skip(found.max(0) as usize) {
        run(connection, number + 1, step)?;
    }
    Ok(())
}

fn run(connection: &Connection, number: usize, step: &str) -> Result<()> {
    let sql = format!(
        "BEGIN IMMEDIATE; {step}; PRAGMA application_id = {}; PRAGMA user_version = {number}; COMMIT;",
        pragmas::APPLICATION_ID
    );
    connection.execute_batch(&sql).map_err(|error| {
        let _ = connection.execute_batch("ROLLBACK");
        error.into()
    })
}
