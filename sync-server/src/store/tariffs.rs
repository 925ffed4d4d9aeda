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

/// The version that holds a day, by what was known at `as_of`: the first by name of those whose days it lies in and that no later version
/// of the same name has taken over from. Other versions are not read: there may be many, and each is a long text.
pub fn on_day(
    sql: &mut dyn Sql,
    agency: AgencyId,
    day: i64,
    as_of: UnixMillis,
) -> Result<Option<TariffRow>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM tariffs t WHERE agency = $1 AND set_at <= $2 AND effective_from <= $3
         AND (effective_until IS NULL OR effective_until >= $3) AND NOT EXISTS (
           SELECT 1 FROM tariffs later WHERE later.agency = t.agency AND later.name = t.name AND later.version > t.version
           AND later.set_at <= $2 AND later.effective_from <= $3)
         ORDER BY name, version LIMIT 1"
    );
    sql.query_one(&text, &params![agency, as_of, day])?.as_ref().map(read).transpose()
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
