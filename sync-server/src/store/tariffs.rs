//! The versions of an agency's tariffs. Append-only.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};

/// One version of a tariff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TariffRow {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// The first day it is in force, counted from 1970-01-01.
    pub from: i64,
    /// The last, if there is one.
    pub until: Option<i64>,
    /// When it was set.
    pub set_at: UnixMillis,
    /// By whom.
    pub set_by: String,
    /// The text as it was set.
    pub body: String,
}

const COLUMNS: &str = "name, version, effective_from, effective_until, set_at, set_by, body";

/// Adds a version.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, row: &TariffRow) -> Result<(), StoreError> {
    let TariffRow { name, version, from, until, set_at, set_by, body } = row;
    sql.execute(
        "INSERT INTO tariffs (agency, name, version, effective_from, effective_until, set_at, set_by, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &params![agency, name, *version, *from, *until, *set_at, set_by, body],
    )?;
    Ok(())
}

/// Every version that was known at `as_of`, in order of name and version.
pub fn known(sql: &mut dyn Sql, agency: AgencyId, as_of: UnixMillis) -> Result<Vec<TariffRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM tariffs WHERE agency = $1 AND set_at <= $2 ORDER BY name, version");
    sql.query(&text, &params![agency, as_of])?.iter().map(read).collect()
}

/// One version.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, name: &str, version: i64) -> Result<Option<TariffRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM tariffs WHERE agency = $1 AND name = $2 AND version = $3");
    sql.query_one(&text, &params![agency, name, version])?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<TariffRow, StoreError> {
    Ok(TariffRow {
        name: row.text(0)?.to_owned(),
        version: row.int(1)?,
        from: row.int(2)?,
        until: row.opt_int(3)?,
        set_at: row.time(4)?,
        set_by: row.text(5)?.to_owned(),
        body: row.text(6)?.to_owned(),
    })
}
