//! What customers owe who cancelled, as they accepted it.

use detailbook_core::ids::{AgencyId, DetailId};
use detailbook_core::time::UnixMillis;

use super::{Sql, StoreError, params};

/// Keeps the accepted quote, as JSON, for ever.
pub fn keep(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    at: UnixMillis,
    body: &str,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO cancellations (agency, detail, at, body) VALUES ($1, $2, $3, $4)",
        &params![agency, detail, at, body],
    )?;
    Ok(())
}

/// The accepted quote, as JSON, if the customer cancelled the detail.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Option<String>, StoreError> {
    let row =
        sql.query_one("SELECT body FROM cancellations WHERE agency = $1 AND detail = $2", &params![agency, detail])?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}
