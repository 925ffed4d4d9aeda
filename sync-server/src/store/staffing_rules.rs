//! What the agency has settled about call-offs, relief, trades and no-shows.

use detailbook_core::ids::AgencyId;
use detailbook_core::staffing::StaffingRules;
use detailbook_core::time::UnixMillis;

use super::{Sql, StoreError, params};

/// Puts rules in force from a moment on.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, from: UnixMillis, rules: &StaffingRules) -> Result<(), StoreError> {
    let body = serde_json::to_string(rules).map_err(|_| StoreError::Unstorable("rules that are not JSON"))?;
    sql.execute(
        "INSERT INTO staffing_rules (agency, from_at, body) VALUES ($1, $2, $3)
         ON CONFLICT (agency, from_at) DO UPDATE SET body = excluded.body",
        &params![agency, from, body],
    )?;
    Ok(())
}

/// All that there were, with the moment from which they are in force, the first ones first.
pub fn all(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<(UnixMillis, StaffingRules)>, StoreError> {
    let text = "SELECT from_at, body FROM staffing_rules WHERE agency = $1 ORDER BY from_at";
    let unreadable = |_| StoreError::Column { column: 1, wanted: "rules", found: "other text" };
    let rows = sql.query(text, &params![agency])?;
    rows.iter().map(|row| Ok((row.time(0)?, serde_json::from_str(row.text(1)?).map_err(unreadable)?))).collect()
}

/// The rules in force at a moment; the usual ones where the agency has written none.
pub fn at(sql: &mut dyn Sql, agency: AgencyId, at: UnixMillis) -> Result<StaffingRules, StoreError> {
    let row = sql.query_one(
        "SELECT body FROM staffing_rules WHERE agency = $1 AND from_at <= $2 ORDER BY from_at DESC LIMIT 1",
        &params![agency, at],
    )?;
    let unreadable = |_| StoreError::Column { column: 0, wanted: "rules", found: "other text" };
    row.map_or_else(|| Ok(StaffingRules::default()), |row| serde_json::from_str(row.text(0)?).map_err(unreadable))
}
