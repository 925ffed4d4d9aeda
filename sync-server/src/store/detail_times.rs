//! The read table of details: which are when and where, and how many of their places are empty.

use detailbook_core::ids::{AgencyId, CustomerId, DetailId, SiteId};
use detailbook_core::records::{Detail, DetailState, RecordKind, Site};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use detailbook_core::wire;

use super::{One, Row, Sql, StoreError, params, records};

/// One detail's line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DetailTime {
    /// The detail.
    pub detail: DetailId,
    /// Where.
    pub site: SiteId,
    /// Who hires.
    pub customer: Option<CustomerId>,
    /// When.
    pub time: Interval,
    /// Its state.
    pub state: DetailState,
    /// How many places it has.
    pub places: i64,
    /// How many of them nobody has.
    pub empty: i64,
}

const STATES: [DetailState; 3] = [DetailState::Open, DetailState::Filled, DetailState::Cancelled];

fn code(state: DetailState) -> i64 {
    STATES.iter().position(|known| *known == state).map_or(-1, |place| place as i64)
}

/// Notes when a detail is, who hires, and how many of its places are empty, in place of what was noted before. Where the record does not
/// say who hires, what was noted of that stays.
pub fn put(sql: &mut dyn Sql, agency: AgencyId, detail: &Detail) -> Result<(), StoreError> {
    let empty = detail.positions.iter().filter(|position| !position.filled).count();
    sql.execute(
        "INSERT INTO detail_times (agency, detail, site, starts, ends, state, places, empty, customer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (agency, detail) DO UPDATE SET site = excluded.site, starts = excluded.starts, ends = excluded.ends,
         state = excluded.state, places = excluded.places, empty = excluded.empty,
         customer = COALESCE(excluded.customer, detail_times.customer)",
        &params![
            agency,
            detail.id,
            detail.site,
            detail.starts,
            detail.ends,
            code(detail.state),
            detail.positions.len(),
            empty,
            detail.customer
        ],
    )?;
    Ok(())
}

/// Who hires for a detail.
pub const CUSTOMER: One =
    One { text: "SELECT customer FROM detail_times WHERE agency = $1 AND detail = $2", column: "detail" };

/// Who hires for a detail, as far as that is known.
pub fn customer(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Option<CustomerId>, StoreError> {
    Ok(sql.query_one(CUSTOMER.text, &params![agency, detail])?.map(|row| row.opt_id(0)).transpose()?.flatten())
}

/// The details of which something lies in a stretch of time, in the order of their starts. None is longer than `longest`.
pub fn in_time(
    sql: &mut dyn Sql,
    agency: AgencyId,
    time: Interval,
    longest: Millis,
    limit: i64,
) -> Result<Vec<DetailTime>, StoreError> {
    let rows = sql.query(
        "SELECT detail, site, starts, ends, state, places, empty, customer FROM detail_times
         WHERE agency = $1 AND starts > $2 AND starts < $3 AND ends > $4 ORDER BY starts, detail LIMIT $5",
        &params![agency, time.start - longest - Millis(1), time.end, time.start, limit],
    )?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<DetailTime, StoreError> {
    let state = usize::try_from(row.int(4)?).ok().and_then(|place| STATES.get(place)).copied();
    let state =
        state.ok_or(StoreError::Column { column: 4, wanted: "the state of a detail", found: "another number" })?;
    let (start, end): (UnixMillis, UnixMillis) = (row.time(2)?, row.time(3)?);
    Ok(DetailTime {
        detail: row.id(0)?,
        site: row.id(1)?,
        time: Interval { start, end },
        state,
        places: row.int(5)?,
        // Nobody is wanted for what was cancelled, whatever was noted of it once.
        empty: if state == DetailState::Cancelled { 0 } else { row.int(6)? },
        customer: row.opt_id(7)?,
    })
}

/// Notes all details there are, for a database that was made without this table or without who hires, who is then whoever has the site.
pub(super) fn fill(sql: &mut dyn Sql) -> Result<(), StoreError> {
    let details = sql.query(
        "SELECT agency, body FROM records WHERE kind = $1 ORDER BY agency, id",
        &params![RecordKind::Detail.code()],
    )?;
    for row in &details {
        // A record that cannot be read is damage for the check to find, not a reason not to start.
        let Ok(detail) = wire::decode::<Detail>(row.bytes(1)?) else { continue };
        let agency = row.id(0)?;
        let site = records::get::<Site>(sql, agency, RecordKind::Site, detail.site).ok().flatten();
        let customer = detail.customer.or(site.map(|site| site.record.customer));
        put(sql, agency, &Detail { customer, ..detail })?;
    }
    Ok(())
}
