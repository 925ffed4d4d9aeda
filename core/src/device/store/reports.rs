//! What went wrong that a person may want to see. Reports are kept, not acted on.

use rusqlite::params;

use super::{Reader, Result, Tx, standing};
use crate::time::UnixMillis;

/// Bytes kept of a thing that could not be taken.
const MAX_BYTES: usize = 64 * 1024;

/// One report.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Report {
    /// When.
    pub at: UnixMillis,
    /// What happened, as a stable code.
    pub what: String,
    /// To which file, record or document.
    pub subject: String,
    /// Why, as a sentence.
    pub reason: String,
}

/// Adds one.
pub(in crate::device) fn add(
    tx: &Tx<'_>,
    at: UnixMillis,
    what: &str,
    subject: &str,
    reason: &str,
    bytes: Option<&[u8]>,
) -> Result<()> {
    let bytes = bytes.map(|bytes| &bytes[..bytes.len().min(MAX_BYTES)]);
    tx.run(
        "INSERT INTO reports (at, what, subject, reason, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![at.as_millis(), what, subject, reason, bytes],
    )?;
    Ok(())
}

/// Drops all but those of files set aside, which hold nobody's words.
pub(in crate::device) fn clear(tx: &Tx<'_>) -> Result<()> {
    tx.run("DELETE FROM reports WHERE what <> 'store_set_aside'", [])?;
    Ok(())
}

/// The latest, newest first.
pub(in crate::device) fn latest(reader: &Reader<'_>, limit: u32) -> Result<Vec<Report>> {
    reader.all("SELECT at, what, subject, reason FROM reports ORDER BY number DESC LIMIT ?1", [limit], |row| {
        Ok(Report {
            at: standing::time(row, 0)?.unwrap_or_default(),
            what: row.get(1)?,
            subject: row.get(2)?,
            reason: row.get(3)?,
        })
    })
}
