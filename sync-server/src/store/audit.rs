//! The audit log's rows.

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;

use super::{Row, Sql, StoreError, params};
use crate::audit::{AuditEntry, AuditHead};

/// Where the agency's chain stands. Whoever appends holds the agency's lock.
pub fn head(sql: &mut dyn Sql, agency: AgencyId) -> Result<AuditHead, StoreError> {
    let none = AuditHead { number: 0, hash: Sha256([0; 32]) };
    let found = sql.query_one("SELECT audit_number, audit_hash FROM agencies WHERE agency = $1", &params![agency])?;
    found.map_or(Ok(none), |row| Ok(AuditHead { number: row.int(0)?, hash: row.hash(1)? }))
}

/// Writes the entry and moves the head to it.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, entry: &AuditEntry) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO audit (agency, number, at, actor, action, subject, detail, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &params![
            agency,
            entry.number,
            entry.at,
            entry.actor.as_str(),
            entry.action.as_str(),
            entry.subject.as_str(),
            entry.detail.as_str(),
            entry.previous,
            entry.hash
        ],
    )?;
    sql.execute(
        "UPDATE agencies SET audit_number = $2, audit_hash = $3 WHERE agency = $1",
        &params![agency, entry.number, entry.hash],
    )?;
    Ok(())
}

/// The entries after `number`, in order.
pub fn page(sql: &mut dyn Sql, agency: AgencyId, number: i64, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = sql.query(
        "SELECT number, at, actor, action, subject, detail, previous, hash FROM audit
         WHERE agency = $1 AND number > $2 ORDER BY number LIMIT $3",
        &params![agency, number, limit],
    )?;
    rows.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        number: row.int(0)?,
        at: row.time(1)?,
        actor: row.text(2)?.to_owned(),
        action: row.text(3)?.to_owned(),
        subject: row.text(4)?.to_owned(),
        detail: row.text(5)?.to_owned(),
        previous: row.hash(6)?,
        hash: row.hash(7)?,
    })
}
