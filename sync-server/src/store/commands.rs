//! Commands that were decided, each exactly once.

use detailbook_core::ids::{AgencyId, CommandId, DeviceId, OfficerId};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{Command, CommandOutcome, Decision};

use super::devices::Device;
use super::{Sql, StoreError, params};

/// What became of a command that was decided before, and whose it was.
pub fn decided(
    sql: &mut dyn Sql,
    agency: AgencyId,
    command: CommandId,
) -> Result<Option<(OfficerId, CommandOutcome)>, StoreError> {
    let row = sql.query_one(
        "SELECT officer, decision, reason, decided_at FROM commands WHERE agency = $1 AND command = $2",
        &params![agency, command],
    )?;
    row.map(|row| {
        let decision = if row.flag(1)? { Decision::Refused } else { Decision::Accepted };
        let outcome =
            CommandOutcome { id: command, decision, reason: row.text(2)?.to_owned(), decided_at: row.time(3)? };
        Ok((row.id(0)?, outcome))
    })
    .transpose()
}

/// How many commands of the device's officer were decided after `since`.
pub fn count(sql: &mut dyn Sql, device: &Device, since: UnixMillis) -> Result<usize, StoreError> {
    let row = sql.query_one(
        "SELECT COUNT(*) FROM commands WHERE agency = $1 AND officer = $2 AND decided_at > $3",
        &params![device.agency, device.officer, since],
    )?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.try_into().unwrap_or(usize::MAX))
}

/// Keeps what became of a command.
pub fn keep(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    device: DeviceId,
    command: &Command,
    outcome: &CommandOutcome,
) -> Result<(), StoreError> {
    let refused = outcome.decision == Decision::Refused;
    sql.execute(
        "INSERT INTO commands (agency, command, officer, device, wish, made_at, decision, reason, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &params![
            agency,
            command.id,
            officer,
            device,
            command.wish.as_slice(),
            made_at(command.made_at),
            refused,
            &outcome.reason,
            outcome.decided_at
        ],
    )?;
    Ok(())
}

/// The phone's clock may say anything; what is stored is a date.
fn made_at(at: UnixMillis) -> UnixMillis {
    UnixMillis::new(at.as_millis())
}
