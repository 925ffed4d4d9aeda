//! Forms of details that an agency keeps under a name.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;

use super::{Row, Sql, StoreError, params};

/// One of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DetailTemplate {
    /// What it is called.
    pub name: String,
    /// When it was kept.
    pub changed_at: UnixMillis,
    /// Who did it, as the audit log names them.
    pub changed_by: String,
    /// What stood in the fields, as JSON.
    pub body: String,
}

/// All of an agency, by name.
pub fn all(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<DetailTemplate>, StoreError> {
    let text = "SELECT name, changed_at, changed_by, body FROM detail_templates WHERE agency = $1 ORDER BY name";
    sql.query(text, &params![agency])?.iter().map(read).collect()
}

/// The one of that name.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, name: &str) -> Result<Option<DetailTemplate>, StoreError> {
    let text = "SELECT name, changed_at, changed_by, body FROM detail_templates WHERE agency = $1 AND name = $2";
    sql.query_one(text, &params![agency, name])?.as_ref().map(read).transpose()
}

/// Keeps a new one. The caller has seen that the name is free.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, kept: &DetailTemplate) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO detail_templates (agency, name, changed_at, changed_by, body) VALUES ($1, $2, $3, $4, $5)",
        &params![agency, &kept.name, kept.changed_at, &kept.changed_by, &kept.body],
    )?;
    Ok(())
}

/// Takes one away.
pub fn remove(sql: &mut dyn Sql, agency: AgencyId, name: &str) -> Result<(), StoreError> {
    sql.execute("DELETE FROM detail_templates WHERE agency = $1 AND name = $2", &params![agency, name])?;
    Ok(())
}

fn read(row: &Row) -> Result<DetailTemplate, StoreError> {
    Ok(DetailTemplate {
        name: row.text(0)?.to_owned(),
        changed_at: row.time(1)?,
        changed_by: row.text(2)?.to_owned(),
        body: row.text(3)?.to_owned(),
    })
}
