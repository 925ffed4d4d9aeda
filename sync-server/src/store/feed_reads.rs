//! When each feed was read, and of which time it spoke.

use detailbook_core::ids::AgencyId;
use detailbook_core::time::{Interval, UnixMillis};

use super::{Row, Sql, StoreError, params};

/// One reading of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FeedRead {
    /// The code of what kind of knowledge was read.
    pub kind: i64,
    /// The code of the feed.
    pub feed: i64,
    /// When it was read from where it comes from.
    pub read_at: UnixMillis,
    /// When the server learned of that.
    pub since: UnixMillis,
    /// The time it speaks of; all time where absent.
    pub covers: Option<Interval>,
}

/// Notes a reading.
pub fn insert(sql: &mut dyn Sql, agency: AgencyId, read: &FeedRead) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO feed_reads (agency, kind, feed, number, read_at, known_since, covers_from, covers_until)
         VALUES ($1, $2, $3, (SELECT COALESCE(MAX(f.number), 0) + 1 FROM feed_reads f
         WHERE f.agency = $1 AND f.kind = $2 AND f.feed = $3), $4, $5, $6, $7)",
        &params![
            agency,
            read.kind,
            read.feed,
            read.read_at,
            read.since,
            read.covers.map(|covers| covers.start),
            read.covers.map(|covers| covers.end)
        ],
    )?;
    Ok(())
}

/// The last readings of a feed that were known at `as_of`, the newest first.
pub fn latest(
    sql: &mut dyn Sql,
    agency: AgencyId,
    (kind, feed): (i64, i64),
    as_of: UnixMillis,
    limit: i64,
) -> Result<Vec<FeedRead>, StoreError> {
    let rows = sql.query(
        "SELECT kind, feed, read_at, known_since, covers_from, covers_until FROM feed_reads
         WHERE agency = $1 AND kind = $2 AND feed = $3 AND known_since <= $4 ORDER BY number DESC LIMIT $5",
        &params![agency, kind, feed, as_of, limit],
    )?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<FeedRead, StoreError> {
    let covers = row.opt_time(4)?.zip(row.opt_time(5)?).map(|(start, end)| Interval { start, end });
    Ok(FeedRead { kind: row.int(0)?, feed: row.int(1)?, read_at: row.time(2)?, since: row.time(3)?, covers })
}
