//! The agency's row: the lock that puts its writers in line, and the numbers they draw.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;

use super::{One, Row, Sql, StoreError, Written, params};

/// How far an agency's numbering has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgencyHead {
    /// Changes whenever the server is restored from a backup.
    pub epoch: i64,
    /// The last number drawn; 0 before the first.
    pub seq: i64,
}

/// Puts this job in line behind every other writer of the agency, on any node, until its commit.
///
/// A job that writes agency data calls this before its first write; reading first is fine. Numbers are drawn under this
/// lock, so their order is the order of commits.
/// May be called again in the same job. `None`: no such agency.
pub fn lock(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<AgencyHead>, StoreError> {
    sql.lock_agency(agency)?.map(|row| Ok(AgencyHead { epoch: row.int(0)?, seq: row.int(1)? })).transpose()
}

/// As [`lock`], but waits for nobody. `false`: another node has the lock, and this job can only end.
pub fn try_lock(sql: &mut dyn Sql, agency: AgencyId) -> Result<bool, StoreError> {
    sql.try_lock_agency(agency)
}

/// How far an agency's numbering has come.
pub const HEAD: One = One { text: "SELECT epoch, seq FROM agencies WHERE agency = $1", column: "agency" };

/// How far the agency's numbering has come, without the lock. `None`: no such agency.
pub fn head(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<AgencyHead>, StoreError> {
    let row = sql.query_one(HEAD.text, &params![agency])?;
    row.map(|row| Ok(AgencyHead { epoch: row.int(0)?, seq: row.int(1)? })).transpose()
}

fn draw(sql: &mut dyn Sql, agency: AgencyId, count: i64) -> Result<Option<Row>, StoreError> {
    const DRAWN: Written = Written {
        write: "UPDATE agencies SET seq = seq + $2 WHERE agency = $1",
        columns: "seq",
        row: "agencies WHERE agency = $1",
        by: 1,
    };
    sql.written(&DRAWN, &params![agency, count])
}

/// Draws the agency's next number. The caller holds the agency's lock.
pub fn next_seq(sql: &mut dyn Sql, agency: AgencyId) -> Result<i64, StoreError> {
    if !sql.holds_agency(agency) {
        return Err(StoreError::Misused("a number drawn without the agency's lock"));
    }
    draw(sql, agency, 1)?.ok_or(StoreError::Misused("a number was drawn for an agency that does not exist"))?.int(0)
}

/// Draws `count` numbers at once and gives the last of them. The caller holds the agency's lock, so they follow the head that
/// the lock gave.
pub fn next_seqs(sql: &mut dyn Sql, agency: AgencyId, count: i64) -> Result<i64, StoreError> {
    draw(sql, agency, count)?.ok_or(StoreError::Misused("numbers were drawn for an agency that does not exist"))?.int(0)
}

/// Enters a new agency and takes its lock. Fails with a unique violation if it exists.
pub fn create(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis) -> Result<(), StoreError> {
    lock(sql, agency)?;
    let columns = "(agency, epoch, seq, audit_number, audit_hash, created_at)";
    let statement = format!("INSERT INTO agencies {columns} VALUES ($1, 1, 0, 0, $2, $3)");
    sql.execute(&statement, &params![agency, [0u8; 32], now]).map(drop)
}

/// Every agency, oldest first.
pub fn list(sql: &mut dyn Sql) -> Result<Vec<AgencyId>, StoreError> {
    let rows = sql.query("SELECT agency FROM agencies ORDER BY created_at, agency", &params![])?;
    rows.iter().map(|row| row.id(0)).collect()
}
