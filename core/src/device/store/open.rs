//! Opening the file, and what happens when it is damaged.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::key_check::{self, KeyKnown};
use super::salvage::{self, Salvaged};
use super::{Result, Store, StoreOptions, Tx, damage, log_check, migrate, pragmas, reserve, set_aside};
use crate::device::PhoneError;
use crate::entropy::Entropy;
use crate::time::UnixMillis;

/// Opens the file. A damaged one is set aside: it may hold hours that nobody else has. Damage in its first pages shows here; other
/// damage shows when it is first read, which leaves a mark ([`damage::mark`]) for the next opening to look at the whole file.
pub(super) fn open(options: &StoreOptions, now: UnixMillis, entropy: &mut dyn Entropy) -> Result<Connection> {
    set_aside::finish(&options.path, now)?;
    let connection = match sound_or_reserve(options) {
        Err(PhoneError::Damaged(_) | PhoneError::Unreadable(_)) => {
            set_aside::set_aside(&options.path, now)?;
            // It was the old file's: beside a new one that a death leaves empty, it would say that there had been more.
            reserve::release(options);
            ready(options)?
        }
        outcome => outcome?,
    };
    damage::unmark(&options.path)?;
    // What cannot be taken over and told now, for want of room, is at the next opening.
    if let Err(PhoneError::Killed) = salvage_untold(&connection, options, now, entropy) {
        return Err(PhoneError::Killed);
    }
    // Nor does a full disk keep the officer out.
    let _ = reserve::keep(&connection, options);
    Ok(connection)
}

/// Opening writes, too.
fn sound_or_reserve(options: &StoreOptions) -> Result<Connection> {
    match sound(options) {
        Err(PhoneError::StorageFull(_)) if reserve::release(options) => sound(options),
        outcome => outcome,
    }
}

/// Takes over what reads of the file set aside last, and tells the officer, in one transaction: a death in between repeats it.
fn salvage_untold(
    connection: &Connection,
    options: &StoreOptions,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<()> {
    let untold = set_aside::untold(connection, &options.path)?;
    let Some((last, earlier)) = untold.split_last() else { return Ok(()) };
    let tell = |tx: &Tx<'_>, salvaged: Salvaged| {
        earlier.iter().try_for_each(|name| set_aside::tell(tx, name, Salvaged::Nothing.sentence(), now))?;
        set_aside::tell(tx, last, salvaged.sentence(), now)
    };
    let from = options.path.with_file_name(last);
    let salvaged = Store::transaction(connection, options.kill_switch.as_ref(), |tx| {
        tell(tx, salvage::take_over(tx, &from, options, now, entropy)?)
    });
    let told = match salvaged {
        Err(error) if !matches!(error, PhoneError::Killed | PhoneError::StorageFull(_)) => {
            Store::transaction(connection, options.kill_switch.as_ref(), |tx| tell(tx, Salvaged::Nothing))
        }
        outcome => outcome,
    };
    told.map(|_| ())
}

fn sound(options: &StoreOptions) -> Result<Connection> {
    let (path, key) = (&options.path, options.key.as_ref());
    match std::fs::metadata(path).map(|file| file.len()) {
        Ok(0) if was_in_use(options) => return Err(PhoneError::Unreadable("file that was emptied")),
        // Before the file: one that is torn while it is made can then be told from one under another key.
        Ok(0) => key_check::keep(path, key)?,
        Err(_) => {
            reserve::release(options);
            key_check::keep(path, key)?;
        }
        Ok(_) => {}
    }
    let connection = ready(options).map_err(|error| about_key(error, options))?;
    if damage::is_marked(path) {
        damage::check(&connection)?;
    }
    // Where this fails, damage to the first page is one day taken for a wrong key: no reason to keep the officer out today.
    let _ = key_check::keep(path, key);
    Ok(connection)
}

/// Beside an empty file: lies there what only a store that was opened leaves? To SQLite the file is a new one, and the log is rubbish.
fn was_in_use(options: &StoreOptions) -> bool {
    reserve::is_any(options) || log_check::is_any(&options.path)
}

/// A file that is no database to SQLite may be a good one under another key. Unless the key is known to be the right one, or the file
/// to be under none, it is not for us to move.
fn about_key(error: PhoneError, options: &StoreOptions) -> PhoneError {
    let known = key_check::look_up(&options.path, options.key.as_ref());
    let may_be_other = known == KeyKnown::Other || known == KeyKnown::Nothing && options.key.is_some();
    match error {
        PhoneError::Damaged(error) if may_be_other && is_no_database(&error) => PhoneError::WrongKey(error),
        error => error,
    }
}

fn is_no_database(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase)
}

fn ready(options: &StoreOptions) -> Result<Connection> {
    let connection = Connection::open(&options.path)?;
    // Nothing is folded in under a key that may be wrong, nor from a log that is damaged: the first write would go over what SQLite drops.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    pragmas::apply(&connection, options)?;
    check(&connection)?;
    if log_check::loses_commits(&options.path) {
        return Err(PhoneError::Unreadable("damaged log"));
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::device::StoreKey;

    fn not_a_database(folder: &Path) -> PhoneError {
        let path = folder.join("noise");
        std::fs::write(&path, [0x5a; 8192]).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).unwrap_err().into()
    }

    fn options(path: &Path, key: Option<StoreKey>) -> StoreOptions {
        StoreOptions {
            path: path.to_owned(),
            key,
            busy_timeout: Duration::from_millis(10),
            max_pages: None,
            kill_switch: None,
        }
    }

    #[test]
    fn what_a_key_does_not_open_is_called_damaged_only_where_the_key_is_known_to_be_right() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.db");
        let judge = |key: Option<StoreKey>| {
            matches!(about_key(not_a_database(folder.path()), &options(&path, key)), PhoneError::Damaged(_))
        };
        assert!(judge(None));
        assert!(!judge(Some(StoreKey([1; 32]))));
        key_check::keep(&path, Some(&StoreKey([1; 32]))).unwrap();
        assert!(judge(Some(StoreKey([1; 32]))));
        assert!(!judge(Some(StoreKey([2; 32]))));
        assert!(!judge(None));
    }
}
