//! The rows that say what a role may do where the agency has set it.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;

use super::{Sql, StoreError, params};
use crate::access::permissions::{Permissions, StaffRole};

/// What the agency has set for a role, if it has.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, role: StaffRole) -> Result<Option<Permissions>, StoreError> {
    let text = "SELECT scopes, second_step, changed_at FROM role_permissions WHERE agency = $1 AND role = $2";
    let found = sql.query_one(text, &params![agency, role.name()])?;
    found
        .map(|row| {
            // A name that is no longer a scope gives nothing: the role may do less, never more.
            let scopes = row.text(0)?.split(' ').filter_map(|name| name.parse().ok()).collect();
            Ok(Permissions { role, scopes, second_step: row.flag(1)?, changed_at: Some(row.time(2)?) })
        })
        .transpose()
}

/// Sets it.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, permissions: &Permissions, now: UnixMillis) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO role_permissions (agency, role, scopes, second_step, changed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (agency, role) DO UPDATE SET scopes = excluded.scopes, second_step = excluded.second_step,
         changed_at = excluded.changed_at",
        &params![agency, permissions.role.name(), permissions.scopes.to_string(), permissions.second_step, now],
    )
    .map(drop)
}
