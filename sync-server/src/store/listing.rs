//! Parts of lists of records, in the order of their ids: the order in which they were made.

use detailbook_core::ids::{AgencyId, OfficerId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::wire;
use minicbor::Decode;

use super::audience::Audience;
use super::records::{Stored, item};
use super::{Row, Sql, StoreError, params};
use crate::filing::Filed;

/// Long records that are held at once.
const AT_ONCE: i64 = 100;

/// Records of a kind after `after`.
pub fn of_kind<R: Filed>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: RecordId,
    limit: i64,
) -> Result<Vec<(RecordId, Stored<R>)>, StoreError> {
    let rows = sql.query(
        "SELECT id, version, seq, changed_at, body FROM records
         WHERE agency = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
        &params![agency, R::KIND.code(), after, limit],
    )?;
    rows.iter().map(read).collect()
}

/// What a list shows of every record of a kind, a few of them at a time: each may be long.
pub fn lines<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
) -> Result<Vec<R>, StoreError> {
    let (mut lines, mut after) = (Vec::new(), RecordId::NIL);
    loop {
        let rows = sql.query(
            "SELECT id, body FROM records WHERE agency = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
            &params![agency, kind.code(), after, AT_ONCE],
        )?;
        let Some(last) = rows.last() else { return Ok(lines) };
        after = last.id(0)?;
        for row in &rows {
            let unreadable = |_| StoreError::Column { column: 1, wanted: "an encoded record", found: "other bytes" };
            lines.push(wire::decode(row.bytes(1)?).map_err(unreadable)?);
        }
    }
}

/// Records of a kind that one officer sees as theirs, after `after`.
pub fn of_officer<R: Filed>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    after: RecordId,
    limit: i64,
) -> Result<Vec<(RecordId, Stored<R>)>, StoreError> {
    let rows = sql.query(
        "SELECT r.id, r.version, r.seq, r.changed_at, r.body FROM feed_items f
         JOIN records r ON r.agency = f.agency AND r.kind = f.item AND r.id = f.id
         WHERE f.agency = $1 AND f.audience = $2 AND f.item = $3 AND f.gone = 0 AND f.id > $4 ORDER BY f.id LIMIT $5",
        &params![agency, Audience::Officer(officer).to_string(), item(R::KIND, after).kind, after, limit],
    )?;
    rows.iter().map(read).collect()
}

/// Records of a kind that one officer sees as theirs, the latest first by when the server had them: a phone makes ids by its own clock.
pub fn latest_of_officer<R: Filed>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    limit: i64,
) -> Result<Vec<(RecordId, Stored<R>)>, StoreError> {
    let rows = sql.query(
        "SELECT r.id, r.version, r.seq, r.changed_at, r.body FROM feed_items f
         JOIN records r ON r.agency = f.agency AND r.kind = f.item AND r.id = f.id
         WHERE f.agency = $1 AND f.audience = $2 AND f.item = $3 AND f.gone = 0 ORDER BY f.seq DESC, f.id LIMIT $4",
        &params![agency, Audience::Officer(officer).to_string(), item(R::KIND, RecordId::NIL).kind, limit],
    )?;
    rows.iter().map(read).collect()
}

fn read<R: Filed>(row: &Row) -> Result<(RecordId, Stored<R>), StoreError> {
    let unreadable = |_| StoreError::Column { column: 4, wanted: "an encoded record", found: "other bytes" };
    let record = wire::decode(row.bytes(4)?).map_err(unreadable)?;
    Ok((row.id(0)?, Stored { version: row.int(1)?, seq: row.int(2)?, changed_at: row.time(3)?, record }))
}
