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
        "INSERT INTO attachments (hash, size, media_type, added_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (hash) DO UPDATE SET removed_at = NULL, failed = NULL, attempts = 0, furthest = 0",
        params![attachment.hash.0, attachment.size as i64, attachment.media_type, now.as_millis()],
    )?;
    tx.run(
        "INSERT INTO attachment_facts (hash, document, fact) VALUES (?1, ?2, ?3)",
        params![attachment.hash.0, *document.as_bytes(), *fact.as_bytes()],
    )?;
    Ok(())
}

/// Notes an original whose row did not read, as one that the agency may have or not: its server is asked.
pub(in crate::device) fn add_if_missing(
    tx: &Tx<'_>,
    attachment: &Attachment,
    document: DocumentId,
    fact: FactId,
    at: UnixMillis,
) -> Result<()> {
    tx.run(
        "INSERT OR IGNORE INTO attachments (hash, size, media_type, added_at) VALUES (?1, ?2, ?3, ?4)",
        params![attachment.hash.0, attachment.size as i64, attachment.media_type, at.as_millis()],
    )?;
    tx.run(
        "INSERT OR IGNORE INTO attachment_facts (hash, document, fact) VALUES (?1, ?2, ?3)",
        params![attachment.hash.0, *document.as_bytes(), *fact.as_bytes()],
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
        "SELECT {COLUMNS} FROM attachments a WHERE a.completed_at IS NULL AND a.failed IS NULL
         AND EXISTS (SELECT 1 {NAMING} AND f.accepted_at IS NOT NULL) ORDER BY a.number LIMIT ?1"
    );
    let found = reader.all(&sql, [skip.len() as i64 + 1], original)?;
    Ok(found.into_iter().find(|original| !skip.contains(&original.hash)))
}

/// The facts that name original `a`.
const NAMING: &str =
    "FROM attachment_facts n JOIN facts f ON f.document = n.document AND f.fact = n.fact WHERE n.hash = a.hash";

/// Not yet with the agency, and named by a fact that its server has or may yet have.
fn is_waiting() -> String {
    format!("a.completed_at IS NULL AND a.failed IS NULL AND EXISTS (SELECT 1 {NAMING} AND f.refused IS NULL)")
}

/// How many are not yet with the agency.
pub(in crate::device) fn count_waiting(reader: &Reader<'_>) -> Result<i64> {
    reader.number(&format!("SELECT count(*) FROM attachments a WHERE {}", is_waiting()), [])
}

/// How many the agency does not have and that will not be sent again by themselves.
pub(in crate::device) fn count_failed(reader: &Reader<'_>) -> Result<i64> {
    reader.number("SELECT count(*) FROM attachments WHERE failed IS NOT NULL", [])
}

/// How many of the document's are not yet with the agency.
pub(in crate::device) fn waiting_of(reader: &Reader<'_>, document: DocumentId) -> Result<i64> {
    let sql = format!(
        "SELECT count(*) FROM attachments a WHERE a.hash IN (SELECT hash FROM attachment_facts WHERE document = ?1) AND {}",
        is_waiting()
    );
    reader.number(&sql, [*document.as_bytes()])
}

/// An original that the agency does not have all of.
#[derive(Clone, Debug)]
pub(in crate::device) struct Unsettled {
    pub(in crate::device) hash: Sha256,
    pub(in crate::device) added_at: UnixMillis,
    pub(in crate::device) failed: bool,
}

/// Those that wait or failed, oldest first.
pub(in crate::device) fn unsettled(reader: &Reader<'_>, limit: u32) -> Result<Vec<Unsettled>> {
    let sql = format!(
        "SELECT a.hash, a.added_at, a.failed IS NOT NULL FROM attachments a WHERE a.failed IS NOT NULL
         UNION ALL SELECT a.hash, a.added_at, 0 FROM attachments a WHERE {} ORDER BY 2 LIMIT ?1",
        is_waiting()
    );
    reader.all(&sql, [limit], |row| {
        Ok(Unsettled {
            hash: Sha256(row.get(0)?),
            added_at: standing::time(row, 1)?.unwrap_or_default(),
            failed: row.get(2)?,
        })
    })
}

/// How much the agency has of it; `None`: ask. More than ever before makes up for what went wrong on the way there.
pub(in crate::device) fn set_received(tx: &Tx<'_>, hash: &Sha256, received: Option<u64>) -> Result<()> {
    tx.run(
        "UPDATE attachments SET received = ?2, attempts = CASE WHEN ?2 > furthest THEN 0 ELSE attempts END,
         furthest = max(furthest, coalesce(?2, 0)) WHERE hash = ?1",
        params![hash.0, received.map(|n| n as i64)],
    )?;
    Ok(())
}

/// The officer wants one sent again that was given up. Whether there was such a one.
pub(in crate::device) fn try_again(tx: &Tx<'_>, hash: &Sha256) -> Result<bool> {
    let sql = "UPDATE attachments SET failed = NULL, received = NULL, attempts = 0, furthest = 0
               WHERE hash = ?1 AND failed IS NOT NULL";
    Ok(tx.run(sql, [hash.0])? > 0)
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
    tx.run("UPDATE attachments SET completed_at = NULL, received = NULL, furthest = 0 WHERE removed_at IS NULL AND completed_at IS NOT NULL", [])?;
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
