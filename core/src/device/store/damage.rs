//! Damage beyond the first pages: found in passing, looked at in full when the file is next opened.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::Result;
use super::set_aside::with_suffix;
use crate::device::PhoneError;

/// Leaves word that reading the file met damage. Where even that fails, the next damage says it again.
pub(super) fn mark(path: &Path) {
    let _ = std::fs::write(marker(path), []);
}

/// What an error really is. A page that does not decrypt has SQLCipher refuse every later write of that connection, as if the file were
/// read-only or memory short; and the marker was left when it was met.
pub(super) fn behind(error: PhoneError, path: &Path) -> PhoneError {
    let refused = |error: &rusqlite::Error| {
        matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::OutOfMemory))
    };
    match error {
        PhoneError::Store(error) if refused(&error) && is_marked(path) => PhoneError::Damaged(error),
        error => error,
    }
}

/// Has anything met damage since the file was last found sound?
pub(super) fn is_marked(path: &Path) -> bool {
    marker(path).exists()
}

/// The file was looked at.
pub(super) fn unmark(path: &Path) -> Result<()> {
    match std::fs::remove_file(marker(path)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Reads every page. Takes as long as there is history, which is why only a marked file pays for it.
pub(super) fn check(connection: &Connection) -> Result<()> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(PhoneError::Unreadable("damaged page")) }
}

fn marker(path: &Path) -> PathBuf {
    with_suffix(path, ".damaged")
}
