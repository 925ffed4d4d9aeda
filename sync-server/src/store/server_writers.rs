//! The device and writer under which the server itself writes for an agency, and where its chain of facts stands.

use detailbook_core::ids::{AgencyId, DeviceId, WriterId};
use detailbook_core::shift::ChainLink;

use super::{Sql, StoreError, params};

/// The server as a writer, for one life of the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServerWriter {
    /// Which life.
    pub epoch: i64,
    /// What its facts are said to be written on. No enrolled device has that id.
    pub device: DeviceId,
    /// The automerge writer. No phone has it.
    pub writer: WriterId,
    /// The link of its next fact.
    pub link: ChainLink,
}

/// The agency's server writer in that life of the database.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, epoch: i64) -> Result<Option<ServerWriter>, StoreError> {
    let row = sql.query_one(
        "SELECT device, writer, counter, previous FROM server_writers WHERE agency = $1 AND epoch = $2",
        &params![agency, epoch],
    )?;
    row.map(|row| {
        let link = ChainLink { counter: row.uint(2)?, previous: row.hash(3)? };
        Ok(ServerWriter { epoch, device: row.id(0)?, writer: row.id(1)?, link })
    })
    .transpose()
}

/// Writes the server writer, new or moved on.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, writer: &ServerWriter) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO server_writers (agency, epoch, device, writer, counter, previous) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency, epoch) DO UPDATE SET counter = excluded.counter, previous = excluded.previous",
        &params![agency, writer.epoch, writer.device, writer.writer, writer.link.counter, writer.link.previous],
    )?;
    // The writer is bound like any other, so that no phone can take it.
    sql.execute(
        "INSERT INTO writers (agency, writer, device, bound_at) VALUES ($1, $2, $3, 0)
         ON CONFLICT (agency, writer) DO NOTHING",
        &params![agency, writer.writer, writer.device],
    )?;
    Ok(())
}
