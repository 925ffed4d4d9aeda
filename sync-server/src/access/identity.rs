//! The server's own key.

use detailbook_core::entropy::Entropy;
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::time::UnixMillis;

use crate::store::{Sql, StoreError, params};

/// The server's key, made on the first start and kept for ever after: phones know the server by it.
pub fn load_or_make(
    sql: &mut dyn Sql,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<SoftwareSigner, StoreError> {
    if let Some(known) = load(sql)? {
        return Ok(known);
    }
    sql.execute(
        "INSERT INTO server_identity (id, secret, created_at) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING",
        &params![SoftwareSigner::generate(entropy).secret(), now],
    )?;
    // Another node may have been first: read back what stands.
    load(sql)?.ok_or(StoreError::Misused("the server's key was written but is not there"))
}

fn load(sql: &mut dyn Sql) -> Result<Option<SoftwareSigner>, StoreError> {
    let row = sql.query_one("SELECT secret FROM server_identity WHERE id = 1", &params![])?;
    row.map(|row| {
        let secret: Option<&[u8; 32]> = row.bytes(0)?.try_into().ok();
        let damaged = StoreError::Column { column: 0, wanted: "a P-256 secret", found: "other bytes" };
        secret.and_then(SoftwareSigner::from_secret).ok_or(damaged)
    })
    .transpose()
}
