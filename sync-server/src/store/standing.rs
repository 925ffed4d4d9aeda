//! Places that are an officer's by standing assignment.

use detailbook_core::ids::{AgencyId, DetailId, OfficerId, PositionId};

use super::{Sql, StoreError, params};

/// Makes a place an officer's.
pub fn put(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    position: PositionId,
    officer: OfficerId,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO standing_places (agency, detail, position, officer) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, detail, position) DO UPDATE SET officer = excluded.officer",
        &params![agency, detail, position, officer],
    )?;
    Ok(())
}

/// Makes a place that is this officer's nobody's.
pub fn remove(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
    position: PositionId,
    officer: OfficerId,
) -> Result<(), StoreError> {
    sql.execute(
        "DELETE FROM standing_places WHERE agency = $1 AND detail = $2 AND position = $3 AND officer = $4",
        &params![agency, detail, position, officer],
    )?;
    Ok(())
}

/// Whose the places of a detail are.
pub fn of_detail(
    sql: &mut dyn Sql,
    agency: AgencyId,
    detail: DetailId,
) -> Result<Vec<(PositionId, OfficerId)>, StoreError> {
    let rows = sql.query(
        "SELECT position, officer FROM standing_places WHERE agency = $1 AND detail = $2 ORDER BY position",
        &params![agency, detail],
    )?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}
