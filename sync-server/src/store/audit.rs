//! The audit log's rows.

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Millis, UnixMillis};

use super::{Row, Sql, StoreError, Walk, params};
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
    rows.into_iter().map(entry).collect()
}

/// Which entries are looked for. What is absent fits every entry.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sought {
    /// By whom, as the log names them.
    pub actor: Option<String>,
    /// Of what.
    pub subject: Option<String>,
    /// From then on.
    pub from: Option<UnixMillis>,
    /// Before then.
    pub until: Option<UnixMillis>,
}

/// Those of them that a walk comes by, at most `limit`.
pub fn find(
    sql: &mut dyn Sql,
    agency: AgencyId,
    sought: &Sought,
    walk: Walk,
    limit: i64,
) -> Result<Vec<AuditEntry>, StoreError> {
    let (least, most) = (sought.from.unwrap_or(UnixMillis::MIN), sought.until.unwrap_or(UnixMillis::MAX));
    let mut above =
        sought.from.map_or(Ok(0), |from| Ok::<_, StoreError>(first_since(sql, agency, from - SKEW)? - 1))?;
    let mut below = sought.until.map_or(Ok(i64::MAX), |until| first_since(sql, agency, until + SKEW))?;
    let (_, begin, order) = walk.in_sql();
    // One bound on each side: of two an index may be entered by the wider.
    if walk.is_oldest_first() {
        above = above.max(begin);
    } else {
        below = below.min(begin);
    }
    let mut text = "SELECT number, at, actor, action, subject, detail, previous, hash FROM audit
         WHERE agency = $1 AND number > $2 AND number < $3 AND at >= $4 AND at < $5"
        .to_owned();
    let mut given = params![agency, above, below, least, most].to_vec();
    for (column, value) in [("actor", &sought.actor), ("subject", &sought.subject)] {
        if let Some(value) = value {
            given.push(value.as_str().into());
            text = format!("{text} AND {column} = ${}", given.len());
        }
    }
    given.push(limit.into());
    text = format!("{text} ORDER BY number {order} LIMIT ${}", given.len());
    sql.query(&text, &given)?.into_iter().map(entry).collect()
}

/// How far the clocks of nodes may differ: entries are numbered in the order of time but for this.
const SKEW: Millis = Millis::from_hours(1);

/// The number of the first entry at that time or later, one past the last where there is none, by bisection: the log has no index
/// by time, because every write would pay for it.
fn first_since(sql: &mut dyn Sql, agency: AgencyId, at: UnixMillis) -> Result<i64, StoreError> {
    let (mut low, mut high) = (1, head(sql, agency)?.number + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let text = "SELECT at FROM audit WHERE agency = $1 AND number >= $2 ORDER BY number LIMIT 1";
        let later = match sql.query_one(text, &params![agency, middle])? {
            Some(row) => row.time(0)? >= at,
            None => true,
        };
        if later { high = middle } else { low = middle + 1 }
    }
    Ok(low)
}

fn entry(mut row: Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        number: row.int(0)?,
        at: row.time(1)?,
        actor: row.take_text(2)?,
        action: row.take_text(3)?,
        subject: row.take_text(4)?,
        detail: row.take_text(5)?,
        previous: row.hash(6)?,
        hash: row.hash(7)?,
    })
}
