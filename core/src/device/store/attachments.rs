//! Originals of photos and videos, and how far the agency has them.

use rusqlite::{Row, params};

use super::{Reader, Result, Tx, standing};
use crate::ids::{DocumentId, FactId};
use crate::shift::{Attachment, Sha256};
use crate::time::UnixMillis;

/// An original's row.
#[derive(Clone, Debug)]
pub(in crate::device) struct Original {
    pub(in crate::device) hash: Sha256,
    pub(in crate::device) size: u64,
    pub(in crate::device) received: Option<u64>,
    pub(in crate::device) completed_at: Option<UnixMillis>,
    pub(in crate::device) failed: Option<String>,
    pub(in crate::device) removed_at: Option<UnixMillis>,
}

const COLUMNS: &str = "a.hash, a.size, a.received, a.completed_at, a.failed, a.removed_at";

fn original(row: &Row<'_>) -> rusqlite::Result<Original> {
    Ok(Original {
        hash: Sha256(row.get(0)?),
        size: row.get::<_, i64>(1)?.unsigned_abs(),
        received: row.get::<_, Option<i64>>(2)?.map(i64::unsigned_abs),
        completed_at: standing::time(row, 3)?,
        failed: row.get(4)?,
        removed_at: standing::time(row, 5)?,
    })
}

/// Notes an original that is in the blob folder. One that is there already is sent for both facts.
pub(in crate::device) fn add(
    tx: &Tx<'_>,
    attachment: &Attachment,
    document: DocumentId,
    fact: FactId,
    now: UnixMillis,
) -> Result<()> {
    tx.run(
        "INSERT INTO attachments (hash, size, media_type, document, fact, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (hash) DO UPDATE SET removed_at = NULL, failed = NULL",
        params![
            attachment.hash.0,
            attachment.size as i64,
            attachment.media_type,
            *document.as_bytes(),
            *fact.as_bytes(),
            now.as_millis()
        ],
    )?;
    Ok(())
}

/// One original.
pub(in crate::device) fn find(reader: &Reader<'_>, hash: &Sha256) -> Result<Option<Original>> {
    reader.one(&format!("SELECT {COLUMNS} FROM attachments a WHERE a.hash = ?1"), [hash.0], original)
}

/// The next to send: the agency has a fact that names it (it takes no others), oldest first.
pub(in crate::device) fn next(reader: &Reader<'_>, skip: &[Sha256]) -> Result<Option<Original>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attachments a JOIN facts f ON f.document = a.document AND f.fact = a.fact
         WHERE a.completed_at IS NULL AND a.failed IS NULL AND f.accepted_at IS NOT NULL ORDER BY a.number LIMIT ?1"
    );
    let found = reader.all(&sql, [skip.len() as i64 + 1], original)?;
    Ok(found.into_iter().find(|original| !skip.contains(&original.hash)))
}

/// Not yet with the agency, and not named by a fact that its server will not have.
const WAITING: &str = "a.completed_at IS NULL AND a.failed IS NULL AND NOT EXISTS
    (SELECT 1 FROM facts f WHERE f.document = a.document AND f.fact = a.fact AND f.refused IS NOT NULL)";

/// How many are not yet with the agency.
pub(in crate::device) fn count_waiting(reader: &Reader<'_>) -> Result<i64> {
    reader.number(&format!("SELECT count(*) FROM attachments a WHERE {WAITING}"), [])
}

/// How many of the document's are not yet with the agency.
pub(in crate::device) fn waiting_of(reader: &Reader<'_>, document: DocumentId) -> Result<i64> {
    let sql = format!("SELECT count(*) FROM attachments a WHERE a.document = ?1 AND {WAITING}");
    reader.number(&sql, [*document.as_bytes()])
}

/// How much the agency has of it; `None`: ask.
pub(in crate::device) fn set_received(tx: &Tx<'_>, hash: &Sha256, received: Option<u64>) -> Result<()> {
    tx.run("UPDATE attachments SET received = ?2 WHERE hash = ?1", params![hash.0, received.map(|n| n as i64)])?;
    Ok(())
}

/// The agency has all of it.
pub(in crate::device) fn complete(tx: &Tx<'_>, hash: &Sha256, now: UnixMillis) -> Result<()> {
    tx.run(
        "UPDATE attachments SET completed_at = ?2, received = size, attempts = 0 WHERE hash = ?1",
        params![hash.0, now.as_millis()],
    )?;
    Ok(())
}

/// Arrived, but not as it was sent: from the start again. How often that has happened.
pub(in crate::device) fn count_attempt(tx: &Tx<'_>, hash: &Sha256) -> Result<u32> {
    tx.run("UPDATE attachments SET attempts = attempts + 1, received = NULL WHERE hash = ?1", [hash.0])?;
    Ok(tx.number("SELECT attempts FROM attachments WHERE hash = ?1", [hash.0])? as u32)
}

/// Will not be sent again by itself.
pub(in crate::device) fn fail(tx: &Tx<'_>, hash: &Sha256, why: &str) -> Result<()> {
    tx.run("UPDATE attachments SET failed = ?2, received = NULL WHERE hash = ?1", params![hash.0, why])?;
    Ok(())
}

/// The server may have lost some: each that is still here is asked about again.
pub(in crate::device) fn ask_again(tx: &Tx<'_>) -> Result<()> {
    tx.run("UPDATE attachments SET completed_at = NULL, received = NULL WHERE removed_at IS NULL AND completed_at IS NOT NULL", [])?;
    Ok(())
}

/// Those that the agency has had since before `before`, and that are still here.
pub(in crate::device) fn removable(reader: &Reader<'_>, before: UnixMillis) -> Result<Vec<Sha256>> {
    let sql = "SELECT hash FROM attachments WHERE completed_at < ?1 AND removed_at IS NULL";
    reader.all(sql, [before.as_millis()], |row| Ok(Sha256(row.get(0)?)))
}

/// Its original is no longer here.
pub(in crate::device) fn removed(tx: &Tx<'_>, hash: &Sha256, now: UnixMillis) -> Result<()> {
    tx.run("UPDATE attachments SET removed_at = ?2 WHERE hash = ?1", params![hash.0, now.as_millis()])?;
    Ok(())
}
