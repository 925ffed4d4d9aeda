//! What went wrong that a person may want to see. Reports are kept, not acted on.

use rusqlite::params;

use super::{Reader, Result, Tx, standing};
use crate::ids::DocumentId;
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
    /// The officer's own words that were not taken over, to write again.
    pub words: Option<String>,
}

/// The officer's own words that no longer apply: their bytes are text.
pub(in crate::device) const WORDS: &str = "words_not_applied";
/// How many of one sort are kept.
const MOST: i64 = 100;
/// Sorts whose bytes others wrote.
const OF_OTHERS: &str = "what IN ('lost_by_server', 'change_not_taken', 'entry_not_read')";

/// Adds one. The same once more only moves to the front; beyond [`MOST`] of a sort, the oldest goes.
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
        "DELETE FROM reports WHERE what = ?1 AND subject = ?2 AND reason = ?3 AND bytes IS ?4",
        params![what, subject, reason, bytes],
    )?;
    tx.run(
        "INSERT INTO reports (at, what, subject, reason, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![at.as_millis(), what, subject, reason, bytes],
    )?;
    tx.run(
        "DELETE FROM reports WHERE what = ?1 AND number <=
           (SELECT number FROM reports WHERE what = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
        params![what, MOST],
    )?;
    Ok(())
}

/// Takes out what others wrote in a document that the officer may no longer read. That it happened is still told.
pub(in crate::device) fn strip(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    let sql = format!("UPDATE reports SET bytes = NULL WHERE subject = ?1 AND bytes IS NOT NULL AND {OF_OTHERS}");
    tx.run(&sql, [document.to_string()])?;
    Ok(())
}

/// Drops all but those of files set aside and of the officer's own words.
pub(in crate::device) fn clear(tx: &Tx<'_>) -> Result<()> {
    tx.run("DELETE FROM reports WHERE what NOT IN ('store_set_aside', ?1)", [WORDS])?;
    Ok(())
}

/// The latest, newest first.
pub(in crate::device) fn latest(reader: &Reader<'_>, limit: u32) -> Result<Vec<Report>> {
    let sql = "SELECT at, what, subject, reason, CASE WHEN what = ?2 THEN bytes END FROM reports
               ORDER BY number DESC LIMIT ?1";
    reader.all(sql, params![limit, WORDS], |row| {
        let words = row.get::<_, Option<Vec<u8>>>(4)?;
        Ok(Report {
            at: standing::time(row, 0)?.unwrap_or_default(),
            what: row.get(1)?,
            subject: row.get(2)?,
            reason: row.get(3)?,
            words: words.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        })
    })
}
