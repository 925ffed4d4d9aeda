//! Documents as the server keeps them: a small index each, the raw changes, and the facts read out of them.

use detailbook_core::authority::DocumentStore;
use detailbook_core::documents::{DocumentIndex, DocumentKind};
use detailbook_core::evidence::Signature;
use detailbook_core::ids::{AgencyId, DeviceId, DocumentId, FactId, OfficerId, RecordId, WriterId};
use detailbook_core::shift::{Attachment, Fact, FactHash, Sha256};
use detailbook_core::time::UnixMillis;

use super::agency::next_seq;
use super::audience::{self, Audience, Item};
use super::{Row, Sql, StoreError, params, unassigned};

/// A document's row: what admission works from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentRow {
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: DocumentKind,
    /// The officer whose shift log it is, or the detail whose pass-on.
    pub owner: RecordId,
    /// Heads and highest operation number.
    pub index: DocumentIndex,
    /// Changes stored.
    pub changes: i64,
    /// Bytes of the changes stored.
    pub bytes: i64,
    /// Held until a person has looked at it: takes no changes.
    pub quarantined: bool,
}

const COLUMNS: &str = "document, kind, owner, heads, max_op, changes, bytes, quarantined";

/// The feed item of a document.
pub fn item(kind: DocumentKind, document: DocumentId) -> Item {
    Item { kind: Item::DOCUMENT + kind.code(), id: document.into() }
}

/// The document of that id.
pub fn find(sql: &mut dyn Sql, agency: AgencyId, document: DocumentId) -> Result<Option<DocumentRow>, StoreError> {
    let statement = format!("SELECT {COLUMNS} FROM documents WHERE agency = $1 AND document = $2");
    sql.query_one(&statement, &params![agency, document])?.map(|row| read(&row)).transpose()
}

fn read(row: &Row) -> Result<DocumentRow, StoreError> {
    let no_heads = |_| StoreError::Column { column: 3, wanted: "a document's heads", found: "other bytes" };
    Ok(DocumentRow {
        document: row.id(0)?,
        kind: kind(row, 1)?,
        owner: row.id(2)?,
        index: DocumentIndex::from_bytes(row.bytes(3)?, row.uint(4)?).map_err(no_heads)?,
        changes: row.int(5)?,
        bytes: row.int(6)?,
        quarantined: row.flag(7)?,
    })
}

pub(super) fn kind(row: &Row, column: usize) -> Result<DocumentKind, StoreError> {
    let unknown = StoreError::Column { column, wanted: "a document kind", found: "another number" };
    DocumentKind::from_code(row.int(column)?).ok_or(unknown)
}

/// Enters a document that holds nothing but its seed, unless it is there already. `owner` is the officer whose shift log it
/// is, or the detail whose pass-on. Gives whether it is new.
pub fn create(
    sql: &mut dyn Sql,
    agency: AgencyId,
    now: UnixMillis,
    kind: DocumentKind,
    document: DocumentId,
    owner: impl Into<RecordId>,
) -> Result<bool, StoreError> {
    let seed = DocumentIndex::seed(kind);
    let rows = sql.execute(
        "INSERT INTO documents (agency, document, kind, owner, heads, max_op, changes, bytes, quarantined, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7) ON CONFLICT (agency, document) DO NOTHING",
        &params![agency, document, kind.code(), owner.into(), seed.heads_to_bytes(), seed.max_op, now],
    )?;
    if rows == 1 && kind == DocumentKind::ShiftLog {
        unassigned::enter(sql, agency, document)?;
    }
    Ok(rows == 1)
}

/// Shows a document to these audiences too. Draws a number, unless they all see it already. The caller holds the agency's
/// lock.
pub fn show(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: DocumentKind,
    document: DocumentId,
    audiences: &[Audience],
) -> Result<(), StoreError> {
    let item = item(kind, document);
    let shown = audience::shown_to(sql, agency, item)?;
    let unseen: Vec<_> = audiences.iter().filter(|audience| !shown.contains(&audience.to_string())).collect();
    if unseen.is_empty() {
        return Ok(());
    }
    let seq = next_seq(sql, agency)?;
    unseen.into_iter().try_for_each(|audience| audience::place(sql, agency, audience, item, seq))
}

/// Shows a new document to an audience at a number that the caller drew.
pub fn place(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: DocumentKind,
    document: DocumentId,
    audience: &Audience,
    seq: i64,
) -> Result<(), StoreError> {
    audience::place(sql, agency, audience, item(kind, document), seq)
}

/// Moves a document's feed item to a number that the caller drew.
pub fn touch(
    sql: &mut dyn Sql,
    agency: AgencyId,
    kind: DocumentKind,
    document: DocumentId,
    seq: i64,
) -> Result<(), StoreError> {
    audience::touch(sql, agency, item(kind, document), seq)
}

/// How many shift logs an officer owns.
pub fn count_logs(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<i64, StoreError> {
    let row = sql.query_one(
        "SELECT COUNT(*) FROM documents WHERE agency = $1 AND owner = $2 AND kind = $3",
        &params![agency, officer, DocumentKind::ShiftLog.code()],
    )?;
    row.ok_or(StoreError::Misused("a count returned no row"))?.int(0)
}

/// Keeps a document's index after changes were added.
pub fn save_index(sql: &mut dyn Sql, agency: AgencyId, row: &DocumentRow) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE documents SET heads = $3, max_op = $4, changes = $5, bytes = $6 WHERE agency = $1 AND document = $2",
        &params![agency, row.document, row.index.heads_to_bytes(), row.index.max_op, row.changes, row.bytes],
    )?;
    Ok(())
}

/// Holds a document for a person to look at: it takes no changes and is not passed on. `false`: it was held before. The caller
/// holds the agency's lock.
pub fn quarantine(sql: &mut dyn Sql, agency: AgencyId, document: DocumentId) -> Result<bool, StoreError> {
    let rows = sql.execute(
        "UPDATE documents SET quarantined = 1 WHERE agency = $1 AND document = $2 AND quarantined = 0",
        &params![agency, document],
    )?;
    Ok(rows == 1)
}

/// Lets a held document go. Phones that passed it by meanwhile get it whole. `false`: it was not held. The caller holds the
/// agency's lock.
pub fn release(sql: &mut dyn Sql, agency: AgencyId, document: DocumentId) -> Result<bool, StoreError> {
    let row = sql.query_one(
        "UPDATE documents SET quarantined = 0 WHERE agency = $1 AND document = $2 AND quarantined = 1 RETURNING kind",
        &params![agency, document],
    )?;
    let Some(row) = row else { return Ok(false) };
    let (kind, seq) = (kind(&row, 0)?, next_seq(sql, agency)?);
    audience::enter_anew(sql, agency, item(kind, document), seq)?;
    Ok(true)
}

/// The number of a writer's last change in a document; 0 for none.
pub fn writer_seq(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    writer: WriterId,
) -> Result<u64, StoreError> {
    let row = sql.query_one(
        "SELECT last_seq FROM document_writers WHERE agency = $1 AND document = $2 AND writer = $3",
        &params![agency, document, writer],
    )?;
    row.map_or(Ok(0), |row| row.uint(0))
}

/// Keeps the number of a writer's last change in a document.
pub fn set_writer_seq(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    writer: WriterId,
    last: u64,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO document_writers (agency, document, writer, last_seq) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, document, writer) DO UPDATE SET last_seq = excluded.last_seq",
        &params![agency, document, writer, last],
    )?;
    Ok(())
}

/// An admitted change.
pub struct NewChange<'a> {
    /// The document.
    pub document: DocumentId,
    /// The agency's number for it.
    pub seq: i64,
    /// Who wrote it.
    pub writer: WriterId,
    /// Its number in the writer's own sequence.
    pub writer_seq: u64,
    /// Its hash.
    pub hash: Sha256,
    /// Its last operation's number.
    pub max_op: u64,
    /// The device that sent it.
    pub device: DeviceId,
    /// When.
    pub received_at: UnixMillis,
    /// The chunk.
    pub body: &'a [u8],
}

/// Stores a change.
pub fn insert_change(sql: &mut dyn Sql, agency: AgencyId, change: &NewChange) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO changes (agency, document, seq, writer, writer_seq, hash, max_op, device, received_at, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &params![
            agency,
            change.document,
            change.seq,
            change.writer,
            change.writer_seq,
            change.hash,
            change.max_op,
            change.device,
            change.received_at,
            change.body
        ],
    )?;
    Ok(())
}

/// Whether a fact's signature is its device's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signed {
    /// There is none.
    No,
    /// It fits.
    Fits,
    /// It does not fit.
    Broken,
}

impl Signed {
    /// As stored.
    pub const fn code(self) -> i64 {
        match self {
            Self::No => 0,
            Self::Fits => 1,
            Self::Broken => 2,
        }
    }
}

/// A fact of an admitted change.
pub struct NewFact<'a> {
    /// The document.
    pub document: DocumentId,
    /// Its id there.
    pub fact: FactId,
    /// The agency's number of the change it came in.
    pub seq: i64,
    /// The officer who says it.
    pub officer: OfficerId,
    /// The device it was said on.
    pub device: DeviceId,
    /// What it says.
    pub content: &'a Fact,
    /// Its hash, as the next fact of the enrolment names it.
    pub hash: FactHash,
    /// When it was received.
    pub received_at: UnixMillis,
    /// Its canonical bytes.
    pub body: &'a [u8],
    /// Its signature, if there is one yet.
    pub signature: Option<Signature>,
    /// Whether that fits.
    pub signed: Signed,
}

/// Stores a fact beside the change it came in.
pub fn insert_fact(sql: &mut dyn Sql, agency: AgencyId, fact: &NewFact) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO facts (agency, document, fact, seq, officer, device, kind, counter, previous, hash, received_at, body,
         signature, signed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &params![
            agency,
            fact.document,
            fact.fact,
            fact.seq,
            fact.officer,
            fact.device,
            fact.content.kind.code(),
            // A fact is never refused for its counter, and no honest one comes near.
            i64::try_from(fact.content.link.counter).unwrap_or(i64::MAX),
            fact.content.link.previous,
            fact.hash,
            fact.received_at,
            fact.body,
            fact.signature,
            fact.signed.code()
        ],
    )?;
    Ok(())
}

/// Who said a fact, and its bytes.
pub struct FactOrigin {
    /// The officer.
    pub officer: OfficerId,
    /// The device.
    pub device: DeviceId,
    /// The fact's canonical bytes.
    pub body: Vec<u8>,
}

/// Who said that fact.
pub fn fact_origin(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    fact: FactId,
) -> Result<Option<FactOrigin>, StoreError> {
    let row = sql.query_one(
        "SELECT officer, device, body FROM facts WHERE agency = $1 AND document = $2 AND fact = $3",
        &params![agency, document, fact],
    )?;
    row.map(|row| Ok(FactOrigin { officer: row.id(0)?, device: row.id(1)?, body: row.bytes(2)?.to_vec() })).transpose()
}

/// Keeps a signature that came after its fact.
pub fn set_signature(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    fact: FactId,
    signature: &Signature,
    signed: Signed,
) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE facts SET signature = $4, signed = $5 WHERE agency = $1 AND document = $2 AND fact = $3",
        &params![agency, document, fact, signature, signed.code()],
    )?;
    Ok(())
}

/// Notes that a fact names a photo or video: from now on its bytes are taken.
pub fn name_blob(
    sql: &mut dyn Sql,
    agency: AgencyId,
    document: DocumentId,
    fact: FactId,
    officer: OfficerId,
    attachment: &Attachment,
) -> Result<(), StoreError> {
    // No such original exists; the fact itself stands as it is.
    let Ok(size) = i64::try_from(attachment.size) else { return Ok(()) };
    let media_type = attachment.media_type.replace('\0', "");
    sql.execute(
        "INSERT INTO blob_names (agency, hash, document, fact, officer, media_type, size)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (agency, hash, document, fact) DO NOTHING",
        &params![agency, attachment.hash, document, fact, officer, media_type, size],
    )?;
    Ok(())
}

/// A stored change on its way to a phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredChange {
    /// The document.
    pub document: DocumentId,
    /// The agency's number for it.
    pub seq: i64,
    /// The device that sent it.
    pub device: DeviceId,
    /// The chunk.
    pub body: Vec<u8>,
}

/// A document's owner and heads, for comparing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentState {
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: DocumentKind,
    /// The officer whose shift log it is, or the detail whose pass-on.
    pub owner: RecordId,
    /// Its heads, ascending.
    pub heads: Vec<Sha256>,
}

/// The state of those of these documents that there are.
pub fn states(sql: &mut dyn Sql, agency: AgencyId, documents: &[DocumentId]) -> Result<Vec<DocumentState>, StoreError> {
    let mut found = Vec::with_capacity(documents.len());
    for batch in documents.chunks(BATCH) {
        let statement = format!(
            "SELECT {COLUMNS} FROM documents WHERE agency = $1 AND changes >= $2 AND document IN
             ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
        );
        for row in sql.query(&statement, &batch_params(agency, 0, batch))? {
            let DocumentRow { document, kind, owner, index, .. } = read(&row)?;
            found.push(DocumentState { document, kind, owner, heads: index.heads });
        }
    }
    Ok(found)
}

/// Documents asked for in one statement. Shorter lists are filled up by repeating the last, so that the text stays one.
const BATCH: usize = 16;

/// The changes of these documents after number `after`, by document and then in the order in which they were stored.
pub fn changes_after(
    sql: &mut dyn Sql,
    agency: AgencyId,
    documents: &[DocumentId],
    after: i64,
) -> Result<Vec<StoredChange>, StoreError> {
    let mut found = Vec::new();
    for batch in documents.chunks(BATCH) {
        let rows = sql.query(
            "SELECT document, seq, device, body FROM changes WHERE agency = $1 AND seq > $2 AND document IN
             ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ORDER BY document, seq",
            &batch_params(agency, after, batch),
        )?;
        found.extend(rows.iter().map(stored_change).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

fn batch_params(agency: AgencyId, after: i64, batch: &[DocumentId]) -> Vec<super::Value> {
    let last = batch.last().copied().unwrap_or(DocumentId::NIL);
    let padded = batch.iter().copied().chain(std::iter::repeat(last)).take(BATCH);
    let mut values = Vec::from(params![agency, after]);
    values.extend(padded.map(super::Value::from));
    values
}

fn stored_change(row: &Row) -> Result<StoredChange, StoreError> {
    Ok(StoredChange { document: row.id(0)?, seq: row.int(1)?, device: row.id(2)?, body: row.bytes(3)?.to_vec() })
}

/// Every change of a document, in the order in which they were stored.
pub fn raw_changes(sql: &mut dyn Sql, agency: AgencyId, document: DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = sql.query(
        "SELECT body FROM changes WHERE agency = $1 AND document = $2 ORDER BY seq",
        &params![agency, document],
    )?;
    rows.iter().map(|row| row.bytes(0).map(<[u8]>::to_vec)).collect()
}

/// The documents of an agency after `after` in the order of ids, at most `count`.
pub fn page(
    sql: &mut dyn Sql,
    agency: AgencyId,
    after: DocumentId,
    count: usize,
) -> Result<Vec<DocumentRow>, StoreError> {
    let statement =
        format!("SELECT {COLUMNS} FROM documents WHERE agency = $1 AND document > $2 ORDER BY document LIMIT $3");
    sql.query(&statement, &params![agency, after, count])?.iter().map(read).collect()
}

/// One document, as admission looks things up in it.
pub struct Shelf<'a> {
    /// The database, in the writing transaction.
    pub sql: &'a mut dyn Sql,
    /// The agency.
    pub agency: AgencyId,
    /// The document.
    pub document: DocumentId,
}

impl DocumentStore for Shelf<'_> {
    type Error = StoreError;

    fn change_max_op(&mut self, hash: &Sha256) -> Result<Option<u64>, StoreError> {
        let row = self.sql.query_one(
            "SELECT max_op FROM changes WHERE agency = $1 AND document = $2 AND hash = $3",
            &params![self.agency, self.document, *hash],
        )?;
        row.map(|row| row.uint(0)).transpose()
    }

    fn has_fact(&mut self, fact: &FactId) -> Result<bool, StoreError> {
        let row = self.sql.query_one(
            "SELECT seq FROM facts WHERE agency = $1 AND document = $2 AND fact = $3",
            &params![self.agency, self.document, *fact],
        )?;
        Ok(row.is_some())
    }

    fn has_signature(&mut self, fact: &FactId) -> Result<bool, StoreError> {
        let row = self.sql.query_one(
            "SELECT seq FROM facts WHERE agency = $1 AND document = $2 AND fact = $3 AND signature IS NOT NULL",
            &params![self.agency, self.document, *fact],
        )?;
        Ok(row.is_some())
    }

    fn changes(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        raw_changes(self.sql, self.agency, self.document)
    }

    fn change(&mut self, hash: &Sha256) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.sql.query_one(
            "SELECT body FROM changes WHERE agency = $1 AND document = $2 AND hash = $3",
            &params![self.agency, self.document, *hash],
        )?;
        row.map(|row| row.bytes(0).map(<[u8]>::to_vec)).transpose()
    }
}
