//! Facts read back as they were stored.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, DeviceId, DocumentId, FactId, OfficerId};
use detailbook_core::shift::{FactHash, FactKind};
use detailbook_core::time::UnixMillis;

use super::documents::Signed;
use super::{Ahead, One, Row, Sql, StoreError, params};

/// A fact as the server holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredFact {
    /// The document it is in.
    pub document: DocumentId,
    /// Its id there.
    pub fact: FactId,
    /// The officer who says it.
    pub officer: OfficerId,
    /// The device it was said on.
    pub device: DeviceId,
    /// What kind.
    pub kind: FactKind,
    /// Its hash, as the next fact of the enrolment names it.
    pub hash: FactHash,
    /// When the server had it.
    pub received_at: UnixMillis,
    /// Its canonical bytes.
    pub body: Vec<u8>,
    /// The device's signature, if it has come.
    pub signature: Option<Vec<u8>>,
    /// Whether that fits.
    pub signed: Signed,
}

const COLUMNS: &str = "document, fact, officer, device, kind, hash, received_at, body, signature, signed";

/// The facts of a document after `after`, in order of their ids.
pub fn of_document(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    after: FactId,
    limit: i64,
) -> Result<Vec<StoredFact>, StoreError> {
    let text =
        format!("SELECT {COLUMNS} FROM facts WHERE agency = $1 AND document = $2 AND fact > $3 ORDER BY fact LIMIT $4");
    sql.query(&text, &params![agency, document, after, limit])?.iter().map(read).collect()
}

/// What one officer wrote in a document that several people write, the latest first by the facts' ids.
pub fn of_officer_in(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    officer: OfficerId,
    limit: i64,
) -> Result<Vec<StoredFact>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM facts WHERE agency = $1 AND document = $2 AND officer = $3 ORDER BY fact DESC LIMIT $4"
    );
    sql.query(&text, &params![agency, document, officer, limit])?.iter().map(read).collect()
}

/// One fact.
pub fn one(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    fact: FactId,
) -> Result<Option<StoredFact>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM facts WHERE agency = $1 AND document = $2 AND fact = $3");
    sql.query_one(&text, &params![agency, document, fact])?.as_ref().map(read).transpose()
}

/// The facts of two documents together after `after`, in order of their ids: an assignment's own log and a linked one.
pub fn of_either(
    sql: &mut dyn Sql,
    agency: AgencyId,
    documents: [DocumentId; 2],
    after: FactId,
    limit: i64,
) -> Result<Vec<StoredFact>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM facts WHERE agency = $1 AND document IN ($2, $3) AND fact > $4
         ORDER BY fact, document LIMIT $5"
    );
    let [one, other] = documents;
    sql.query(&text, &params![agency, one, other, after, limit])?.iter().map(read).collect()
}

/// The facts of certain kinds in a document.
const OF_KINDS: One = One {
    text: "SELECT document, fact, officer, device, kind, hash, received_at, body, signature, signed FROM facts
           WHERE agency = $1 AND kind IN ($2, $3, $4) AND document = $5 ORDER BY fact, document",
    column: "document",
};

/// The facts of certain kinds in two documents together, in order of their ids.
pub fn of_kinds(
    sql: &mut dyn Sql,
    agency: AgencyId,
    documents: [DocumentId; 2],
    kinds: [FactKind; 3],
) -> Result<Vec<StoredFact>, StoreError> {
    let ([own, linked], [a, b, c]) = (documents, kinds.map(|kind| i64::from(kind.code())));
    let mut of = |document: DocumentId| -> Result<Vec<StoredFact>, StoreError> {
        sql.query(OF_KINDS.text, &params![agency, a, b, c, document])?.iter().map(read).collect()
    };
    let mut found = of(own)?;
    // Most assignments have no other log than their own.
    if linked != own {
        found.extend(of(linked)?);
        found.sort_by_key(|stored| (stored.fact, stored.document));
    }
    Ok(found)
}

/// Reads ahead what [`of_kinds`] would be asked for many pairs of documents.
pub fn of_kinds_ahead(
    ahead: &mut Ahead<'_>,
    agency: AgencyId,
    pairs: &[[DocumentId; 2]],
    kinds: [FactKind; 3],
) -> Result<(), StoreError> {
    let [a, b, c] = kinds.map(|kind| i64::from(kind.code()));
    ahead.read(OF_KINDS, &params![agency, a, b, c], pairs.iter().map(|[_, log]| *log))?;
    ahead.read(OF_KINDS, &params![agency, a, b, c], pairs.iter().map(|[own, _]| *own))
}

/// The latest fact of certain kinds that was said on a device, by its place in the phone's chain.
pub fn latest_of_device(
    sql: &mut dyn Sql,
    agency: AgencyId,
    device: DeviceId,
    kinds: [FactKind; 3],
) -> Result<Option<StoredFact>, StoreError> {
    let text = format!(
        "SELECT {COLUMNS} FROM facts WHERE agency = $1 AND device = $2 AND kind IN ($3, $4, $5)
         ORDER BY counter DESC LIMIT 1"
    );
    let [a, b, c] = kinds.map(|kind| i64::from(kind.code()));
    sql.query_one(&text, &params![agency, device, a, b, c])?.as_ref().map(read).transpose()
}

/// The furthest place in a phone's chain that came from an officer, under whichever enrolment; nothing where nothing came.
pub fn chain_end(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Option<i64>, StoreError> {
    let row = sql.query_one(
        "SELECT MAX((SELECT f.counter FROM facts f WHERE f.agency = d.agency AND f.device = d.device
                     ORDER BY f.counter DESC LIMIT 1))
         FROM devices d WHERE d.agency = $1 AND d.officer = $2",
        &params![agency, officer],
    )?;
    row.map_or(Ok(None), |row| row.opt_int(0))
}

/// The facts of a device whose place in the phone's chain is from `first` to `last`, in order.
pub fn of_chain(
    sql: &mut dyn Sql,
    agency: AgencyId,
    device: DeviceId,
    (first, last): (u64, u64),
    limit: i64,
) -> Result<Vec<StoredFact>, StoreError> {
    let place = |counter| i64::try_from(counter).unwrap_or(i64::MAX);
    let text = format!(
        "SELECT {COLUMNS} FROM facts WHERE agency = $1 AND device = $2 AND counter >= $3 AND counter <= $4
         ORDER BY counter, document, fact LIMIT $5"
    );
    sql.query(&text, &params![agency, device, place(first), place(last), limit])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<StoredFact, StoreError> {
    let kind = u8::try_from(row.int(4)?).unwrap_or(u8::MAX);
    Ok(StoredFact {
        document: row.id(0)?,
        fact: row.id(1)?,
        officer: row.id(2)?,
        device: row.id(3)?,
        kind: FactKind::from_code(kind),
        hash: row.hash(5)?,
        received_at: row.time(6)?,
        body: row.bytes(7)?.to_vec(),
        signature: row.opt_bytes(8)?.map(<[u8]>::to_vec),
        signed: signed(row.int(9)?),
    })
}

fn signed(code: i64) -> Signed {
    match code {
        0 => Signed::No,
        1 => Signed::Fits,
        _ => Signed::Broken,
    }
}

/// How many facts of an enrolment lie between those that came and did not come themselves.
pub fn missing(sql: &mut dyn Sql, agency: AgencyId, device: DeviceId) -> Result<i64, StoreError> {
    let row = sql.query_one(
        "SELECT CAST(COALESCE(MAX(counter) - MIN(counter) + 1 - COUNT(DISTINCT counter), 0) AS BIGINT) FROM facts
         WHERE agency = $1 AND device = $2",
        &params![agency, device],
    )?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// The same of each enrolment of an agency that brought any.
pub fn missing_of_each(sql: &mut dyn Sql, agency: AgencyId) -> Result<BTreeMap<DeviceId, i64>, StoreError> {
    let rows = sql.query(
        "SELECT d.device, CAST(MAX(f.counter) - MIN(f.counter) + 1 - COUNT(DISTINCT f.counter) AS BIGINT)
         FROM devices d STRAIGHT_JOIN facts f ON f.device = d.device WHERE d.agency = $1 GROUP BY d.device",
        &params![agency],
    )?;
    rows.iter().map(|row| Ok((row.id(0)?, row.int(1)?))).collect()
}
