//! One-time codes that a coordinator shows an officer as a QR code.

use detailbook_core::entropy::{Entropy, random_bytes};
use detailbook_core::ids::{AgencyId, DeviceId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};

use crate::store::{Sql, StoreError, params};

/// Makes a code that enrols one phone for that officer, within `lasts`. Only its hash is stored. The caller holds the agency's
/// lock and appends to the audit log.
pub fn invite(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    now: UnixMillis,
    lasts: Millis,
    entropy: &mut dyn Entropy,
) -> Result<[u8; 16], StoreError> {
    let code = random_bytes(entropy);
    sql.execute(
        "INSERT INTO enrolment_codes (agency, code_hash, officer, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        &params![agency, Sha256::of(&code), officer, now, now + lasts],
    )?;
    Ok(code)
}

/// An invitation as the store has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Invited {
    pub(super) agency: AgencyId,
    pub(super) officer: OfficerId,
    pub(super) expires_at: UnixMillis,
    /// The device that it enrolled, if it was used.
    pub(super) device: Option<DeviceId>,
}

/// The invitation with that code, of whatever agency.
pub(super) fn find(sql: &mut dyn Sql, code: &[u8; 16]) -> Result<Option<Invited>, StoreError> {
    let row = sql.query_one(
        "SELECT agency, officer, expires_at, device FROM enrolment_codes WHERE code_hash = $1",
        &params![Sha256::of(code)],
    )?;
    row.map(|row| {
        Ok(Invited { agency: row.id(0)?, officer: row.id(1)?, expires_at: row.time(2)?, device: row.opt_id(3)? })
    })
    .transpose()
}

/// Uses the invitation up for that device. `false`: another request was first.
pub(super) fn take(
    sql: &mut dyn Sql,
    agency: AgencyId,
    code: &[u8; 16],
    device: DeviceId,
    now: UnixMillis,
) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "UPDATE enrolment_codes SET used_at = $3, device = $4
         WHERE agency = $1 AND code_hash = $2 AND used_at IS NULL AND expires_at > $3",
        &params![agency, Sha256::of(code), now, device],
    )?;
    Ok(rows == 1)
}
