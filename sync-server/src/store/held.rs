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
