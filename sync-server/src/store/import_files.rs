//! Files that were sent in and wait until somebody has seen what they would do.

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::time::{Interval, UnixMillis};

use super::{Row, Sql, StoreError, params};

/// A file that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportFile {
    /// Its id here.
    pub id: RecordId,
    /// The name of what stands in it.
    pub what: String,
    /// What its sender calls it.
    pub name: String,
    /// Who sent it, as the log names them.
    pub sent_by: String,
    /// When.
    pub sent_at: UnixMillis,
    /// The time of which it names everything there is.
    pub covers: Option<Interval>,
    /// What is in it; empty in lists.
    pub body: Vec<u8>,
}

/// Keeps a file, in place of what the same person sent before of the same.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, file: &ImportFile) -> Result<(), StoreError> {
    sql.execute(
        "DELETE FROM import_files WHERE agency = $1 AND what = $2 AND sent_by = $3",
        &params![agency, file.what.as_str(), file.sent_by.as_str()],
    )?;
    sql.execute(
        "INSERT INTO import_files (agency, file, what, name, sent_by, sent_at, covers_from, covers_until, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &params![
            agency,
            file.id,
            file.what.as_str(),
            file.name.as_str(),
            file.sent_by.as_str(),
            file.sent_at,
            file.covers.map(|covers| covers.start),
            file.covers.map(|covers| covers.end),
            file.body.clone()
        ],
    )
    .map(drop)
}

/// A file that waits, with what is in it.
pub fn get(sql: &mut dyn Sql, agency: AgencyId, id: RecordId) -> Result<Option<ImportFile>, StoreError> {
    let row = sql.query_one(
        "SELECT file, what, name, sent_by, sent_at, covers_from, covers_until, body FROM import_files
         WHERE agency = $1 AND file = $2",
        &params![agency, id],
    )?;
    row.map(|row| Ok(ImportFile { body: row.bytes(7)?.to_vec(), ..headed(&row)? })).transpose()
}

/// The files that wait, the newest first, without what is in them.
pub fn waiting(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<ImportFile>, StoreError> {
    let rows = sql.query(
        "SELECT file, what, name, sent_by, sent_at, covers_from, covers_until FROM import_files
         WHERE agency = $1 ORDER BY sent_at DESC, file",
        &params![agency],
    )?;
    rows.iter().map(headed).collect()
}

/// Throws a file away. `false`: it was not there any more.
pub fn remove(sql: &mut dyn Sql, agency: AgencyId, id: RecordId) -> Result<bool, StoreError> {
    Ok(sql.execute("DELETE FROM import_files WHERE agency = $1 AND file = $2", &params![agency, id])? == 1)
}

/// Throws away what was sent before that time.
pub fn remove_before(sql: &mut dyn Sql, agency: AgencyId, time: UnixMillis) -> Result<(), StoreError> {
    sql.execute("DELETE FROM import_files WHERE agency = $1 AND sent_at < $2", &params![agency, time]).map(drop)
}

fn headed(row: &Row) -> Result<ImportFile, StoreError> {
    let covers = match (row.opt_time(5)?, row.opt_time(6)?) {
        (Some(start), Some(end)) => Some(Interval { start, end }),
        _ => None,
    };
    Ok(ImportFile {
        id: row.id(0)?,
        what: row.text(1)?.to_owned(),
        name: row.text(2)?.to_owned(),
        sent_by: row.text(3)?.to_owned(),
        sent_at: row.time(4)?,
        covers,
        body: Vec::new(),
    })
}
