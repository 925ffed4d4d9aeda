//! What awards compare of an officer besides the ledger: seniority, service, and being of another agency.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{Sql, StoreError, params};

/// An officer's service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
}

/// Writes an officer's service, new or changed.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId, service: Service) -> Result<(), StoreError> {
    let Service { seniority, in_service_since, outside } = service;
    sql.execute(
        "INSERT INTO officer_service (agency, officer, seniority, in_service_since, outside)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (agency, officer) DO UPDATE SET seniority = excluded.seniority,
         in_service_since = excluded.in_service_since, outside = excluded.outside",
        &params![agency, officer, seniority, in_service_since, outside],
    )?;
    Ok(())
}

/// What the agency has said of an officer's service.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Service, StoreError> {
    let row = sql.query_one(
        "SELECT seniority, in_service_since, outside FROM officer_service WHERE agency = $1 AND officer = $2",
        &params![agency, officer],
    )?;
    let Some(row) = row else { return Ok(Service::default()) };
    Ok(Service {
        seniority: row.opt_int(0)?.and_then(|place| u32::try_from(place).ok()),
        in_service_since: row.opt_time(1)?,
        outside: row.flag(2)?,
    })
}
