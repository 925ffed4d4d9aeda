//! The streams that this phone's changes are written in. A fresh one at each install and restore, and where a
//! refusal leaves a stream in doubt.

use rusqlite::params;

use super::{Reader, Result, Tx};
use crate::ids::WriterId;

/// Makes that writer the phone's current one.
pub(in crate::device) fn take_up(tx: &Tx<'_>, writer: WriterId) -> Result<()> {
    tx.run("INSERT INTO writers (writer, bound) VALUES (?1, 0)", params![*writer.as_bytes()])?;
    tx.run("UPDATE phone SET writer = ?1", params![*writer.as_bytes()])?;
    Ok(())
}

/// The current one.
pub(in crate::device) fn current(reader: &Reader<'_>) -> Result<Option<WriterId>> {
    let bytes = reader.one("SELECT writer FROM phone", [], |row| row.get::<_, Option<[u8; 16]>>(0))?.flatten();
    Ok(bytes.map(WriterId::from_bytes))
}

/// Those that the server has not yet tied to this device.
pub(in crate::device) fn unbound(reader: &Reader<'_>) -> Result<Vec<WriterId>> {
    reader.all("SELECT writer FROM writers WHERE bound = 0", [], |row| Ok(WriterId::from_bytes(row.get(0)?)))
}

/// The server has tied it to this device.
pub(in crate::device) fn bind(tx: &Tx<'_>, writer: WriterId) -> Result<()> {
    tx.run("UPDATE writers SET bound = 1 WHERE writer = ?1", params![*writer.as_bytes()])?;
    Ok(())
}

/// The server may have lost what it knew: those still in use are named again.
pub(in crate::device) fn unbind(tx: &Tx<'_>) -> Result<()> {
    tx.run(
        "UPDATE writers SET bound = 0 WHERE writer IN (SELECT writer FROM changes WHERE accepted_at IS NULL)
         OR writer = (SELECT writer FROM phone)",
        [],
    )?;
    Ok(())
}

/// Is it one of this phone's?
pub(in crate::device) fn is_ours(reader: &Reader<'_>, writer: WriterId) -> Result<bool> {
    Ok(reader.number("SELECT count(*) FROM writers WHERE writer = ?1", [*writer.as_bytes()])? > 0)
}
