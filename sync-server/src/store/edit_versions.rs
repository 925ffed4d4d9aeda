//! How often something was written that is no record and is written whole.

use detailbook_core::ids::{AgencyId, RecordId};

use super::{Sql, StoreError, params};

/// Its version; 0 where staff have never written it.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, what: &str, subject: RecordId) -> Result<i64, StoreError> {
    let text = "SELECT version FROM edit_versions WHERE agency = $1 AND what = $2 AND subject = $3";
    sql.query_one(text, &params![agency, what, subject])?.map_or(Ok(0), |row| row.int(0))
}

/// Counts a writing. The caller holds the agency's lock.
pub fn raise(sql: &mut dyn Sql, agency: AgencyId, what: &str, subject: RecordId) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO edit_versions (agency, what, subject, version) VALUES ($1, $2, $3, 1)
         ON CONFLICT (agency, what, subject) DO UPDATE SET version = edit_versions.version + 1",
        &params![agency, what, subject],
    )?;
    Ok(())
}
