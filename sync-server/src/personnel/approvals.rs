//! Approvals that officers have to work outside: who signed, what they cover, and until when.

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::policy::Approval;
use detailbook_core::time::UnixMillis;

use crate::store::{Sql, StoreError};

/// The approvals of an officer as the rules read them, by what was known at `as_of`.
pub fn known_to_rules(
    _sql: &mut dyn Sql,
    _agency: AgencyId,
    _officer: OfficerId,
    _as_of: UnixMillis,
) -> Result<Vec<Approval>, StoreError> {
    Ok(vec![])
}
