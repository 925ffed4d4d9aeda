//! The opportunity ledger: append-only, in the order of time.

use std::collections::BTreeSet;

use detailbook_core::award::{Contract, Entry};
use detailbook_core::ids::{AgencyId, OfficerId, RecordId};
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;

use super::{Row, Sql, StoreError, Value, charges, params};

/// Officers looked up by one statement.
const STRIDE: usize = 500;

/// Appends an entry, and notes what it charges.
pub fn add(sql: &mut dyn Sql, agency: AgencyId, entry: &Entry) -> Result<(), StoreError> {
    let what = &entry.what;
    sql.execute(
        "INSERT INTO ledger (agency, officer, at, entry, body) VALUES ($1, $2, $3, $4, $5)",
        &params![agency, what.officer.unwrap_or(OfficerId::NIL), what.at, what.id, wire::encode(entry)],
    )?;
    charges::put(sql, agency, entry)
}

/// Everything about an officer up to and including `until`, what is about everybody too, in the order of time.
pub fn of_officer(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    until: UnixMillis,
) -> Result<Vec<Entry>, StoreError> {
    let rows = sql.query(
        "SELECT body FROM ledger WHERE agency = $1 AND officer IN ($2, $3) AND at <= $4 ORDER BY at, entry",
        &params![agency, officer, OfficerId::NIL, until],
    )?;
    rows.iter().map(read).collect()
}

/// A page of an officer's entries after one of that time and id, in the order of time.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    after: (UnixMillis, RecordId),
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let rows = sql.query(
        "SELECT body FROM ledger WHERE agency = $1 AND officer = $2 AND (at > $3 OR (at = $3 AND entry > $4))
         ORDER BY at, entry LIMIT $5",
        &params![agency, officer, after.0, after.1, limit],
    )?;
    rows.iter().map(read).collect()
}

/// Everything about these officers, and about everybody, up to and including `until`, in the order of time.
pub fn of_officers(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officers: &BTreeSet<OfficerId>,
    until: UnixMillis,
) -> Result<Vec<Entry>, StoreError> {
    let (everybody, mut entries) = (OfficerId::NIL, Vec::new());
    let all: Vec<_> = officers.iter().copied().filter(|officer| *officer != everybody).collect();
    for some in std::iter::once([everybody].as_slice()).chain(all.chunks(STRIDE)) {
        let places: Vec<_> = (3..3 + some.len()).map(|place| format!("${place}")).collect();
        let text =
            format!("SELECT body FROM ledger WHERE agency = $1 AND at <= $2 AND officer IN ({})", places.join(", "));
        let mut values = params![agency, until].to_vec();
        values.extend(some.iter().map(|officer| Value::from(*officer)));
        for row in sql.query(&text, &values)? {
            entries.push(read(&row)?);
        }
    }
    entries.sort_unstable_by_key(|entry| (entry.what.at, entry.what.id));
    Ok(entries)
}

/// Puts a labour contract in force from a moment on.
pub fn set_contract(
    sql: &mut dyn Sql,
    agency: AgencyId,
    from: UnixMillis,
    contract: &Contract,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(contract).map_err(|_| StoreError::Unstorable("a contract that is not JSON"))?;
    sql.execute(
        "INSERT INTO contracts (agency, from_at, body) VALUES ($1, $2, $3)
         ON CONFLICT (agency, from_at) DO UPDATE SET body = excluded.body",
        &params![agency, from, body],
    )?;
    Ok(())
}

/// Every labour contract with the moment from which it is in force, the first one first.
pub fn contracts(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<(UnixMillis, Contract)>, StoreError> {
    let text = "SELECT from_at, body FROM contracts WHERE agency = $1 ORDER BY from_at";
    let unreadable = |_| StoreError::Column { column: 1, wanted: "a contract", found: "other text" };
    let rows = sql.query(text, &params![agency])?;
    rows.iter().map(|row| Ok((row.time(0)?, serde_json::from_str(row.text(1)?).map_err(unreadable)?))).collect()
}

/// The labour contract in force at a moment, if the agency has one.
pub fn contract(sql: &mut dyn Sql, agency: AgencyId, at: UnixMillis) -> Result<Option<Contract>, StoreError> {
    let row = sql.query_one(
        "SELECT body FROM contracts WHERE agency = $1 AND from_at <= $2 ORDER BY from_at DESC LIMIT 1",
        &params![agency, at],
    )?;
    let unreadable = |_| StoreError::Column { column: 0, wanted: "a contract", found: "other text" };
    row.map(|row| serde_json::from_str(row.text(0)?).map_err(unreadable)).transpose()
}

fn read(row: &Row) -> Result<Entry, StoreError> {
    let unreadable = |_| StoreError::Column { column: 0, wanted: "an entry of the ledger", found: "other bytes" };
    wire::decode(row.bytes(0)?).map_err(unreadable)
}
