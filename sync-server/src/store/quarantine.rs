//! What is held for a person to look at: the last push of a revoked device, and documents that failed their check.

use detailbook_core::ids::{AgencyId, DeviceId, RecordId};
use detailbook_core::time::UnixMillis;

use super::{Sql, StoreError, params};

/// Something held.
pub struct Held<'a> {
    /// What it is filed under.
    pub id: RecordId,
    /// The device it came from; nil where it did not come from one.
    pub device: DeviceId,
    /// When.
    pub received_at: UnixMillis,
    /// Why it is held, as a sentence.
    pub reason: &'a str,
    /// The bytes as they came.
    pub body: &'a [u8],
}

/// Holds something.
pub fn keep(sql: &mut dyn Sql, agency: AgencyId, held: &Held) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO quarantine (agency, id, device, received_at, reason, body) VALUES ($1, $2, $3, $4, $5, $6)",
        &params![agency, held.id, held.device, held.received_at, held.reason, held.body],
    )?;
    Ok(())
}

/// What is held, without its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldSummary {
    /// What it is filed under.
    pub id: RecordId,
    /// The device it came from; nil where it did not come from one.
    pub device: DeviceId,
    /// When.
    pub received_at: UnixMillis,
    /// Why it is held.
    pub reason: String,
    /// How many bytes.
    pub bytes: i64,
}

/// Everything held, oldest first.
pub fn list(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<HeldSummary>, StoreError> {
    let rows = sql.query(
        "SELECT id, device, received_at, reason, CAST(LENGTH(body) AS BIGINT) FROM quarantine WHERE agency = $1 ORDER BY received_at, id",
        &params![agency],
    )?;
    let summary = |row: &super::Row| {
        Ok(HeldSummary {
            id: row.id(0)?,
            device: row.id(1)?,
            received_at: row.time(2)?,
            reason: row.text(3)?.to_owned(),
            bytes: row.int(4)?,
        })
    };
    rows.iter().map(summary).collect()
}

/// The bytes held under that id.
pub fn body(sql: &mut dyn Sql, agency: AgencyId, id: RecordId) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sql.query_one("SELECT body FROM quarantine WHERE agency = $1 AND id = $2", &params![agency, id])?;
    row.map(|row| row.bytes(0).map(<[u8]>::to_vec)).transpose()
}
