//! What the agency writes: each record as it now is, every version there ever was, and the audiences that see it.

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire;
use minicbor::{Decode, Encode};

use super::agency::next_seq;
use super::audience::{self, Audience, Item};
use super::{Ahead, One, Row, Sql, StoreError, StoredId, Written, params};

/// A record and what the store knows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored<R> {
    /// 1 for the first, then one more with each change.
    pub version: i64,
    /// The agency's number of its latest change.
    pub seq: i64,
    /// When that was.
    pub changed_at: UnixMillis,
    /// The record.
    pub record: R,
}

/// The feed item of a record.
pub fn item(kind: RecordKind, id: RecordId) -> Item {
    Item { kind: i64::from(kind.code()), id }
}

/// Writes a record, and shows it to exactly these audiences from now on: others that saw it are told to forget it. Draws one
/// number. Gives the record's new version. The caller holds the agency's lock.
pub fn put<R: Encode<()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    now: UnixMillis,
    kind: RecordKind,
    id: impl Into<RecordId>,
    record: &R,
    audiences: &[Audience],
) -> Result<i64, StoreError> {
    let item = item(kind, id.into());
    let seq = next_seq(sql, agency)?;
    let version = write(sql, agency, now, item, seq, &wire::encode(record))?;
    show_exactly(sql, agency, item, seq, audiences)?;
    Ok(version)
}

fn write(
    sql: &mut dyn Sql,
    agency: AgencyId,
    now: UnixMillis,
    item: Item,
    seq: i64,
    body: &[u8],
) -> Result<i64, StoreError> {
    const RECORD: Written = Written {
        write:
            "INSERT INTO records (agency, kind, id, version, seq, changed_at, body) VALUES ($1, $2, $3, 1, $4, $5, $6)
                ON CONFLICT (agency, kind, id) DO UPDATE SET version = records.version + 1, seq = excluded.seq,
                changed_at = excluded.changed_at, body = excluded.body",
        columns: "version",
        row: "records WHERE agency = $1 AND kind = $2 AND id = $3",
        by: 3,
    };
    let row = sql.written(&RECORD, &params![agency, item.kind, item.id, seq, now, body])?;
    let version = row.ok_or(StoreError::Misused("an upsert returned no row"))?.int(0)?;
    sql.execute(
        "INSERT INTO record_versions (agency, kind, id, version, changed_at, body) VALUES ($1, $2, $3, $4, $5, $6)",
        &params![agency, item.kind, item.id, version, now, body],
    )?;
    Ok(version)
}

fn show_exactly(
    sql: &mut dyn Sql,
    agency: AgencyId,
    item: Item,
    seq: i64,
    audiences: &[Audience],
) -> Result<(), StoreError> {
    for shown in audience::shown_to(sql, agency, item)? {
        if !audiences.iter().any(|audience| audience.to_string() == shown) {
            audience::withdraw(sql, agency, &shown, item, seq)?;
        }
    }
    audiences.iter().try_for_each(|audience| audience::place(sql, agency, audience, item, seq))
}

/// A record as it now is.
const GET: One = One {
    text: "SELECT version, seq, changed_at, body FROM records WHERE agency = $1 AND kind = $2 AND id = $3",
    column: "id",
};

/// Reads records ahead.
pub fn ahead<T: Into<RecordId>>(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    kind: RecordKind,
    ids: impl IntoIterator<Item = T>,
) -> Result<(), StoreError> {
    ahead.read(GET, &params![agency, i64::from(kind.code())], ids.into_iter().map(Into::into))
}

/// The record as it now is.
pub fn get<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
) -> Result<Option<Stored<R>>, StoreError> {
    let item = item(kind, id.into());
    let row = sql.query_one(GET.text, &params![agency, item.kind, item.id])?;
    row.map(|row| stored(&row, 0)).transpose()
}

/// The versions of a record that were written after `since`, in order.
pub fn written_since<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
    since: UnixMillis,
) -> Result<Vec<R>, StoreError> {
    let item = item(kind, id.into());
    let rows = sql.query(
        "SELECT body FROM record_versions WHERE agency = $1 AND kind = $2 AND id = $3 AND changed_at > $4 ORDER BY version",
        &params![agency, item.kind, item.id, since],
    )?;
    let unreadable = |_| StoreError::Column { column: 0, wanted: "an encoded record", found: "other bytes" };
    rows.iter().map(|row| wire::decode(row.bytes(0)?).map_err(unreadable)).collect()
}

/// The record as it was at a version.
pub fn at_version<R: for<'b> Decode<'b, ()>>(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
    version: i64,
) -> Result<Option<R>, StoreError> {
    let item = item(kind, id.into());
    let row = sql.query_one(
        "SELECT body FROM record_versions WHERE agency = $1 AND kind = $2 AND id = $3 AND version = $4",
        &params![agency, item.kind, item.id, version],
    )?;
    let unreadable = |_| StoreError::Column { column: 0, wanted: "an encoded record", found: "other bytes" };
    row.map(|row| wire::decode(row.bytes(0)?).map_err(unreadable)).transpose()
}

/// When a version of a record was written.
pub fn written_at(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
    version: i64,
) -> Result<Option<UnixMillis>, StoreError> {
    let item = item(kind, id.into());
    let row = sql.query_one(
        "SELECT changed_at FROM record_versions WHERE agency = $1 AND kind = $2 AND id = $3 AND version = $4",
        &params![agency, item.kind, item.id, version],
    )?;
    row.map(|row| row.time(0)).transpose()
}

/// Is there such a record?
pub fn exists(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: RecordKind,
    id: impl Into<RecordId>,
) -> Result<bool, StoreError> {
    let item = item(kind, id.into());
    let row = sql.query_one(
        "SELECT version FROM records WHERE agency = $1 AND kind = $2 AND id = $3",
        &params![agency, item.kind, item.id],
    )?;
    Ok(row.is_some())
}

/// The ids of every record of a kind, in order.
pub fn ids<T: StoredId>(sql: &mut dyn Sql, agency: AgencyId, kind: RecordKind) -> Result<Vec<T>, StoreError> {
    let rows = sql.query(
        "SELECT id FROM records WHERE agency = $1 AND kind = $2 ORDER BY id",
        &params![agency, i64::from(kind.code())],
    )?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Reads version, seq, `changed_at` and body from column `first` on.
fn stored<R: for<'b> Decode<'b, ()>>(row: &Row, first: usize) -> Result<Stored<R>, StoreError> {
    let unreadable = |_| StoreError::Column { column: first + 3, wanted: "an encoded record", found: "other bytes" };
    Ok(Stored {
        version: row.int(first)?,
        seq: row.int(first + 1)?,
        changed_at: row.time(first + 2)?,
        record: wire::decode(row.bytes(first + 3)?).map_err(unreadable)?,
    })
}
