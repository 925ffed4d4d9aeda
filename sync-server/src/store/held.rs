//! What is held for a person to look at: pushes of revoked phones, documents that failed their check.

use detailbook_core::ids::{AgencyId, DeviceId, DocumentId, RecordId};
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};

/// A push that is held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// Its id here.
    pub id: RecordId,
    /// The phone.
    pub device: DeviceId,
    /// When it came.
    pub received_at: UnixMillis,
    /// Why it is held.
    pub reason: String,
    /// Bytes of it.
    pub size: i64,
}

/// Something to be held.
pub struct NewHeld<'a> {
    /// What it is filed under.
    pub id: RecordId,
    /// The device it came from; nil where it did not come from one.
    pub device: DeviceId,
    /// When.
    pub received_at: UnixMillis,
    /// Why, as a sentence.
    pub reason: &'a str,
    /// The bytes as they came.
    pub body: &'a [u8],
}

/// Holds something until a person has looked at it.
pub fn hold(sql: &mut dyn Sql, agency: AgencyId, held: &NewHeld) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO quarantine (agency, id, device, received_at, reason, body) VALUES ($1, $2, $3, $4, $5, $6)",
        &params![agency, held.id, held.device, held.received_at, held.reason, held.body],
    )?;
    Ok(())
}

/// What is held under that id, and its bytes.
pub fn open(sql: &mut dyn Sql, agency: AgencyId, id: RecordId) -> Result<Option<(Held, Vec<u8>)>, StoreError> {
    let row = sql.query_one(
        "SELECT id, device, received_at, reason, CAST(LENGTH(body) AS BIGINT), body FROM quarantine
         WHERE agency = $1 AND id = $2",
        &params![agency, id],
    )?;
    row.map(|row| Ok((held(&row)?, row.bytes(5)?.to_vec()))).transpose()
}

/// Held pushes after `after`, in the order in which they came.
pub fn pushes(sql: &mut dyn Sql, agency: AgencyId, after: RecordId, limit: i64) -> Result<Vec<Held>, StoreError> {
    let rows = sql.query(
        "SELECT id, device, received_at, reason, CAST(LENGTH(body) AS BIGINT) FROM quarantine
         WHERE agency = $1 AND id > $2 ORDER BY id LIMIT $3",
        &params![agency, after, limit],
    )?;
    rows.iter().map(held).collect()
}

fn held(row: &Row) -> Result<Held, StoreError> {
    Ok(Held {
        id: row.id(0)?,
        device: row.id(1)?,
        received_at: row.time(2)?,
        reason: row.text(3)?.to_owned(),
        size: row.int(4)?,
    })
}

/// Held documents after `after`, in the order of their ids.
pub fn documents(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: DocumentId,
    limit: i64,
) -> Result<Vec<DocumentId>, StoreError> {
    let rows = sql.query(
        "SELECT document FROM documents WHERE agency = $1 AND quarantined = 1 AND document > $2
         ORDER BY document LIMIT $3",
        &params![agency, after, limit],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Is a document held?
pub fn is_held(sql: &mut dyn Sql, agency: AgencyId, document: DocumentId) -> Result<bool, StoreError> {
    let text = "SELECT document FROM documents WHERE agency = $1 AND document = $2 AND quarantined = 1";
    Ok(sql.query_one(text, &params![agency, document])?.is_some())
}
