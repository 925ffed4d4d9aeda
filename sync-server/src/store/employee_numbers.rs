//! The read table of employee numbers: whose each is.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::records::{Officer, RecordKind};
use detailbook_core::wire;

use super::{Row, Sql, StoreError, params};

/// Who has that employee number.
pub fn holder(sql: &mut dyn Sql, agency: AgencyId, number: &str) -> Result<Option<OfficerId>, StoreError> {
    let found = sql.query_one(
        "SELECT officer FROM employee_numbers WHERE agency = $1 AND number = $2",
        &params![agency, number],
    )?;
    found.map(|row| row.id(0)).transpose()
}

/// Whose each number of the agency is.
pub fn all(sql: &mut dyn Sql, agency: AgencyId) -> Result<BTreeMap<String, OfficerId>, StoreError> {
    let rows = sql.query("SELECT number, officer FROM employee_numbers WHERE agency = $1", &params![agency])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.id(1)?))).collect()
}

/// Notes the officer's number, empty for none, in place of the one before.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId, number: &str) -> Result<(), StoreError> {
    sql.execute("DELETE FROM employee_numbers WHERE agency = $1 AND officer = $2", &params![agency, officer])?;
    if !number.is_empty() {
        sql.execute(
            "INSERT INTO employee_numbers (agency, number, officer) VALUES ($1, $2, $3)",
            &params![agency, number, officer],
        )?;
    }
    Ok(())
}

/// Notes the numbers of all officers there are, for a database that was made without this table.
pub(super) fn fill(sql: &mut dyn Sql) -> Result<(), StoreError> {
    let officers = sql.query(
        "SELECT agency, body FROM records WHERE kind = $1 ORDER BY agency, id",
        &params![RecordKind::Officer.code()],
    )?;
    officers.iter().try_for_each(|row| note(sql, row))
}

fn note(sql: &mut dyn Sql, row: &Row) -> Result<(), StoreError> {
    let agency: AgencyId = row.id(0)?;
    // A record that cannot be read is damage for the check to find, not a reason not to start.
    match wire::decode::<Officer>(row.bytes(1)?) {
        Ok(officer) if holder(sql, agency, &officer.employee_number)?.is_none() => {
            put(sql, agency, officer.id, &officer.employee_number)
        }
        _ => Ok(()),
    }
}
