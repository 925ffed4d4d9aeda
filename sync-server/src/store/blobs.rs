//! The rows of blobs: which facts name them, what is whole, what is under way.

use detailbook_core::ids::{AgencyId, DocumentId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;

use super::{Sql, StoreError, params};

/// The size that a stored fact of the officer's gives a blob; `None` where none names it.
pub fn named_by(
    sql: &mut dyn Sql,
    agency: AgencyId,
    hash: Sha256,
    officer: OfficerId,
) -> Result<Option<u64>, StoreError> {
    let found = sql.query_one(
        "SELECT size FROM blob_names WHERE agency = $1 AND hash = $2 AND officer = $3 ORDER BY document, fact LIMIT 1",
        &params![agency, hash, officer],
    )?;
    found.map(|row| row.uint(0)).transpose()
}

/// Does a fact of that officer in one of these documents name the blob?
pub fn is_named_in(
    sql: &mut dyn Sql,
    agency: AgencyId,
    hash: Sha256,
    officer: OfficerId,
    documents: [DocumentId; 3],
) -> Result<bool, StoreError> {
    let [one, other, third] = documents;
    let found = sql.query_one(
        "SELECT fact FROM blob_names WHERE agency = $1 AND hash = $2 AND officer = $3 AND document IN ($4, $5, $6) LIMIT 1",
        &params![agency, hash, officer, one, other, third],
    )?;
    Ok(found.is_some())
}

/// A blob that some stored fact names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedBlob {
    /// The media type that the first fact gives it. Not to be trusted.
    pub media_type: String,
    /// The size that fact gives it.
    pub size: u64,
    /// Its size once it was whole and fitted its name.
    pub complete: Option<u64>,
}

/// The blob with that hash, if a stored fact of the agency names it.
pub fn named(sql: &mut dyn Sql, agency: AgencyId, hash: Sha256) -> Result<Option<NamedBlob>, StoreError> {
    let found = sql.query_one(
        "SELECT n.media_type, n.size, b.size FROM blob_names n
         LEFT JOIN blobs b ON b.agency = n.agency AND b.hash = n.hash
         WHERE n.agency = $1 AND n.hash = $2 ORDER BY n.document, n.fact LIMIT 1",
        &params![agency, hash],
    )?;
    found
        .map(|row| {
            let complete = row.opt_int(2)?.map(i64::unsigned_abs);
            Ok(NamedBlob { media_type: row.text(0)?.to_owned(), size: row.uint(1)?, complete })
        })
        .transpose()
}

/// Bytes acknowledged by all uploads of a blob that are under way, the most advanced one.
pub fn furthest(sql: &mut dyn Sql, agency: AgencyId, hash: Sha256) -> Result<u64, StoreError> {
    let found = sql.query_one(
        "SELECT received FROM uploads WHERE agency = $1 AND hash = $2 ORDER BY received DESC LIMIT 1",
        &params![agency, hash],
    )?;
    found.map_or(Ok(0), |row| row.uint(0))
}

/// The size of a whole blob.
pub fn complete(sql: &mut dyn Sql, agency: AgencyId, hash: Sha256) -> Result<Option<u64>, StoreError> {
    let found = sql.query_one("SELECT size FROM blobs WHERE agency = $1 AND hash = $2", &params![agency, hash])?;
    found.map(|row| row.uint(0)).transpose()
}

/// Bytes of the officer's upload that were acknowledged; `None` where none is under way.
pub fn received(
    sql: &mut dyn Sql,
    agency: AgencyId,
    hash: Sha256,
    officer: OfficerId,
) -> Result<Option<u64>, StoreError> {
    let found = sql.query_one(
        "SELECT received FROM uploads WHERE agency = $1 AND hash = $2 AND officer = $3",
        &params![agency, hash, officer],
    )?;
    found.map(|row| row.uint(0)).transpose()
}

/// Bytes that count against the officer's quota: what they brought whole, and what they have begun.
pub fn used(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<u64, StoreError> {
    let found = sql.query_one(
        "SELECT CAST(COALESCE((SELECT SUM(size) FROM blobs WHERE agency = $1 AND officer = $2), 0) AS BIGINT)
              + CAST(COALESCE((SELECT SUM(size) FROM uploads WHERE agency = $1 AND officer = $2), 0) AS BIGINT)",
        &params![agency, officer],
    )?;
    found.map_or(Ok(0), |row| row.uint(0))
}

/// Notes how far the officer's upload has come.
pub fn set_received(
    sql: &mut dyn Sql,
    agency: AgencyId,
    hash: Sha256,
    officer: OfficerId,
    size: u64,
    received: u64,
    now: UnixMillis,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO uploads (agency, hash, officer, size, received, touched_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency, hash, officer)
         DO UPDATE SET size = excluded.size, received = excluded.received, touched_at = excluded.touched_at",
        &params![agency, hash, officer, size, received, now],
    )?;
    Ok(())
}

/// Ends the officer's upload.
pub fn end_upload(sql: &mut dyn Sql, agency: AgencyId, hash: Sha256, officer: OfficerId) -> Result<(), StoreError> {
    sql.execute(
        "DELETE FROM uploads WHERE agency = $1 AND hash = $2 AND officer = $3",
        &params![agency, hash, officer],
    )?;
    Ok(())
}

/// Notes that a blob is whole and fits its name.
pub fn set_complete(
    sql: &mut dyn Sql,
    agency: AgencyId,
    hash: Sha256,
    officer: OfficerId,
    size: u64,
    now: UnixMillis,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO blobs (agency, hash, officer, size, completed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (agency, hash) DO NOTHING",
        &params![agency, hash, officer, size, now],
    )?;
    end_upload(sql, agency, hash, officer)
}

/// The whole blobs of an agency after `after`, in order of their hashes.
pub fn page(sql: &mut dyn Sql, agency: AgencyId, after: Sha256, limit: i64) -> Result<Vec<Sha256>, StoreError> {
    let rows = sql.query(
        "SELECT hash FROM blobs WHERE agency = $1 AND hash > $2 ORDER BY hash LIMIT $3",
        &params![agency, after, limit],
    )?;
    rows.iter().map(|row| row.hash(0)).collect()
}

/// How many blobs are whole, of all agencies.
pub fn count(sql: &mut dyn Sql) -> Result<i64, StoreError> {
    let found = sql.query_one("SELECT COUNT(*) FROM blobs", &params![])?;
    found.map_or(Ok(0), |row| row.int(0))
}

/// Takes back that a blob is whole: its file is lost or damaged. Whether it was noted as whole.
pub fn forget(sql: &mut dyn Sql, agency: AgencyId, hash: Sha256) -> Result<bool, StoreError> {
    let rows = sql.execute("DELETE FROM blobs WHERE agency = $1 AND hash = $2", &params![agency, hash])?;
    Ok(rows == 1)
}

/// An upload that stands still.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StaleUpload {
    /// The agency.
    pub agency: AgencyId,
    /// The name of the whole.
    pub hash: Sha256,
    /// Who began it.
    pub officer: OfficerId,
}

/// Uploads of all agencies that have not moved since `before`, the oldest first.
pub fn stale(sql: &mut dyn Sql, before: UnixMillis, limit: i64) -> Result<Vec<StaleUpload>, StoreError> {
    let rows = sql.query(
        "SELECT agency, hash, officer FROM uploads WHERE touched_at < $1 ORDER BY touched_at LIMIT $2",
        &params![before, limit],
    )?;
    rows.iter().map(|row| Ok(StaleUpload { agency: row.id(0)?, hash: row.hash(1)?, officer: row.id(2)? })).collect()
}

/// Ends the officer's upload if it has not moved since `before`. Whether it has ended.
pub fn end_stale(
    sql: &mut dyn Sql,
    agency: AgencyId,
    hash: Sha256,
    officer: OfficerId,
    before: UnixMillis,
) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "DELETE FROM uploads WHERE agency = $1 AND hash = $2 AND officer = $3 AND touched_at < $4",
        &params![agency, hash, officer, before],
    )?;
    Ok(rows == 1)
}
