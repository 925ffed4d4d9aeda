//! What awards compare of an officer besides the ledger: seniority, service, and being of another agency.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Row, Sql, StoreError, params};

/// An officer's service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Place by seniority: 1 is the most senior, equal numbers are one group. Absent where the agency has not said.
    #[serde(default)]
    pub seniority: Option<u32>,
    /// When service with the agency began.
    #[serde(default)]
    pub in_service_since: Option<UnixMillis>,
    /// Of another agency.
    #[serde(default)]
    pub outside: bool,
    /// When the officer asked to be on the rotating list.
    #[serde(default)]
    pub rotation_asked: Option<UnixMillis>,
    /// When the officer left it, if ever.
    #[serde(default)]
    pub rotation_left: Option<UnixMillis>,
}

/// Writes an officer's service, new or changed.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId, service: Service) -> Result<(), StoreError> {
    let Service { seniority, in_service_since, outside, rotation_asked, rotation_left } = service;
    sql.execute(
        "INSERT INTO officer_service (agency, officer, seniority, in_service_since, outside, rotation_asked, rotation_left)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (agency, officer) DO UPDATE SET seniority = excluded.seniority,
         in_service_since = excluded.in_service_since, outside = excluded.outside,
         rotation_asked = excluded.rotation_asked, rotation_left = excluded.rotation_left",
        &params![agency, officer, seniority, in_service_since, outside, rotation_asked, rotation_left],
    )?;
    Ok(())
}

/// What the agency has said of an officer's service.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Service, StoreError> {
    let row = sql.query_one(
        "SELECT seniority, in_service_since, outside, rotation_asked, rotation_left FROM officer_service
         WHERE agency = $1 AND officer = $2",
        &params![agency, officer],
    )?;
    row.map_or(Ok(Service::default()), |row| read(&row))
}

/// Every officer of whom the agency has said anything, by id.
pub fn roster(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<(OfficerId, Service)>, StoreError> {
    let rows = sql.query(
        "SELECT seniority, in_service_since, outside, rotation_asked, rotation_left, officer FROM officer_service
         WHERE agency = $1 ORDER BY officer",
        &params![agency],
    )?;
    rows.iter().map(|row| Ok((row.id(5)?, read(row)?))).collect()
}

fn read(row: &Row) -> Result<Service, StoreError> {
    Ok(Service {
        seniority: row.opt_int(0)?.and_then(|place| u32::try_from(place).ok()),
        in_service_since: row.opt_time(1)?,
        outside: row.flag(2)?,
        rotation_asked: row.opt_time(3)?,
        rotation_left: row.opt_time(4)?,
    })
}
