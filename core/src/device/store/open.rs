//! Opening the file, and what happens when it is damaged.

use rusqlite::Connection;

use super::{Result, StoreOptions, migrate, pragmas, set_aside};
use crate::device::PhoneError;
use crate::time::UnixMillis;

/// Opens the file. Damage found here (and only here) sets it aside: it may hold hours that nobody else has.
pub(super) fn open(options: &StoreOptions, now: UnixMillis) -> Result<Connection> {
    match ready(options) {
        Err(PhoneError::Damaged(_) | PhoneError::Unreadable(_)) => {
            let name = set_aside::set_aside(&options.path, now)?;
            let connection = ready(options)?;
            set_aside::report(&connection, now, &name)?;
            Ok(connection)
        }
        outcome => outcome,
    }
}

fn ready(options: &StoreOptions) -> Result<Connection> {
    let connection = Connection::open(&options.path)?;
    pragmas::apply(&connection, options)?;
    check(&connection)?;
    migrate::migrate(&connection)?;
    // Every later step relies on this row.
    connection.query_row("SELECT request_counter FROM phone WHERE id = 1", [], |row| row.get::<_, i64>(0)).map_err(
        |error| match error {
            rusqlite::Error::SqliteFailure(..) if !is_missing(&error) => error.into(),
            _ => PhoneError::Unreadable("phone"),
        },
    )?;
    Ok(connection)
}

fn is_missing(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::Unknown)
}

/// Is it a store of ours, as far as the first pages tell? Costs the same however much history there is.
fn check(connection: &Connection) -> Result<()> {
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, tables) {
        (0, 0) | (pragmas::APPLICATION_ID, _) => Ok(()),
        _ => Err(PhoneError::Unreadable("file of another program")),
    }
}
