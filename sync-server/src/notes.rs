//! Notes that staff write into the pass-on of a detail, for every officer on it.
//!
//! The server writes them as a device of the agency's own: under an automerge writer that no phone has, in a chain of their
//! own, signed with the server's key. The agency's lock makes all nodes one writer; a restored database begins another.
//! They are held to the limits that phones hold what they are sent to: a phone that refused one would take no later one.

use detailbook_core::authority::{Admission, Standing, admit, inspect};
use detailbook_core::documents::{DocumentKind, FactEntry, WrittenChange, write_facts};
use detailbook_core::entropy::Entropy;
use detailbook_core::evidence::{SoftwareSigner, Statement};
use detailbook_core::ids::{AgencyId, DetailId, DeviceId, DocumentId, FactId, OfficerId, WriterId};
use detailbook_core::records::{Agency, Detail, RecordKind};
use detailbook_core::shift::{ChainLink, Content, Fact, FactKind};
use detailbook_core::time::{BootId, ClockReading, UnixMillis, Zone};
use detailbook_core::wire::{APP_VERSION, Limits, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::audit::By;
use crate::filing;
use crate::problem::Problem;
use crate::store::audience::Audience;
use crate::store::documents::{self, DocumentRow, NewChange, NewFact, Shelf, Signed};
use crate::store::server_writers::{self, ServerWriter};
use crate::store::{Sql, StoreError, agency as agencies, records};
use crate::words;

/// A note as staff write it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteDraft {
    /// The words.
    pub text: String,
}

/// Writes a note into the pass-on of a detail. Gives the fact's id.
pub fn write(
    sql: &mut dyn Sql,
    by: &By<'_>,
    detail: DetailId,
    draft: &NoteDraft,
    key: &SoftwareSigner,
    entropy: &mut dyn Entropy,
) -> Result<FactId, Problem> {
    let text = words::text("text", &draft.text)?;
    filing::get::<Detail>(sql, by.agency, detail)?;
    let row = open(sql, by, detail)?;
    let writer = server_writer(sql, by, entropy)?;
    let note = note(sql, by, text, writer.link)?;
    let place = Statement {
        agency: by.agency,
        officer: OfficerId::NIL,
        device: writer.device,
        document: row.document,
        fact: FactId::new(by.now, entropy),
    };
    keep(sql, by, &row, &writer, &place, &note, key)?;
    by.note(sql, "note.write", place.fact, &json!({ "detail": detail }))?;
    Ok(place.fact)
}

/// The detail's pass-on, begun where there is none yet.
fn open(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<DocumentRow, Problem> {
    let document = DocumentId::from(detail);
    documents::create(sql, by.agency, by.now, DocumentKind::PassOn, document, detail)?;
    documents::show(sql, by.agency, DocumentKind::PassOn, document, &[Audience::Detail(detail)])?;
    let row = documents::find(sql, by.agency, document)?.ok_or_else(Problem::not_found)?;
    if row.quarantined {
        return Err(Refusal::Quarantined.into());
    }
    if row.changes >= Limits::V1.document_changes as i64 {
        return Err(Refusal::LimitReached.into());
    }
    Ok(row)
}

/// The writer that this database uses for the agency, begun where there is none yet.
fn server_writer(sql: &mut dyn Sql, by: &By<'_>, entropy: &mut dyn Entropy) -> Result<ServerWriter, Problem> {
    let epoch = agencies::head(sql, by.agency)?.ok_or_else(Problem::not_found)?.epoch;
    if let Some(known) = server_writers::get(sql, by.agency, epoch)? {
        return Ok(known);
    }
    let (device, writer) = (DeviceId::new(by.now, entropy), WriterId::new(by.now, entropy));
    let begun = ServerWriter { epoch, device, writer, link: ChainLink::FIRST };
    server_writers::put(sql, by.agency, &begun)?;
    Ok(begun)
}

fn note(sql: &mut dyn Sql, by: &By<'_>, text: String, link: ChainLink) -> Result<Fact, StoreError> {
    Ok(Fact {
        kind: FactKind::Note,
        clock: reading(by.now, zone(sql, by.agency)?),
        link,
        fixes: None,
        phone: None,
        app: APP_VERSION,
        content: Some(Content { text: Some(text), ..Content::default() }),
        about: None,
        detail: None,
    })
}

fn zone(sql: &mut dyn Sql, agency: AgencyId) -> Result<Zone, StoreError> {
    let settings = records::get::<Agency>(sql, agency, RecordKind::Agency, agency)?;
    Ok(settings.map_or(Zone::UTC, |stored| stored.record.zone))
}

/// The server's clock is the one that others are anchored to: it has a wall time and nothing else.
fn reading(now: UnixMillis, zone: Zone) -> ClockReading {
    ClockReading { wall: now, zone: zone.into(), monotonic: 0, boot: BootId(0), anchor: None }
}

fn keep(
    sql: &mut dyn Sql,
    by: &By<'_>,
    row: &DocumentRow,
    writer: &ServerWriter,
    place: &Statement,
    note: &Fact,
    key: &SoftwareSigner,
) -> Result<(), Problem> {
    let bytes = note.to_bytes();
    let signature = key.sign_message(&place.bytes(&bytes));
    let last = documents::writer_seq(sql, by.agency, row.document, writer.writer)?;
    let entry = FactEntry { id: place.fact, bytes, signature: Some(signature) };
    let change = write_facts(DocumentKind::PassOn, &row.index, writer.writer, last + 1, std::slice::from_ref(&entry));
    check(sql, by, row, last, &change)?;
    let seq = agencies::next_seq(sql, by.agency)?;
    store_change(sql, by, row, writer, &change, seq)?;
    let fact = NewFact {
        document: row.document,
        fact: place.fact,
        seq,
        officer: OfficerId::NIL,
        device: writer.device,
        content: note,
        hash: place.hash(&entry.bytes),
        received_at: by.now,
        body: &entry.bytes,
        signature: Some(signature),
        signed: Signed::Fits,
    };
    documents::insert_fact(sql, by.agency, &fact)?;
    let link = ChainLink { counter: writer.link.counter + 1, previous: fact.hash };
    Ok(server_writers::put(sql, by.agency, &ServerWriter { link, ..*writer })?)
}

/// Would a phone take the change, and does the document still go to it in one answer?
fn check(sql: &mut dyn Sql, by: &By<'_>, row: &DocumentRow, last: u64, change: &WrittenChange) -> Result<(), Problem> {
    let (limits, agency, document) = (Limits::V1, by.agency, row.document);
    let inspected = inspect(&change.bytes, &limits).map_err(refused)?;
    let standing = Standing { kind: row.kind, index: &row.index, writer_last_seq: last };
    match admit(&inspected, &standing, &mut Shelf { sql, agency, document }, &limits)? {
        Admission::Admitted(_) => {}
        Admission::Refused(refusal) => return Err(refused(refusal)),
        Admission::Duplicate | Admission::Waiting(_) => {
            return Err(StoreError::Misused("a note that does not follow its document").into());
        }
    }
    let room = limits.document_bytes as i64 - row.bytes;
    if change.bytes.len() as i64 > room { Err(Refusal::LimitReached.into()) } else { Ok(()) }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::TooLarge => Problem::new(refusal, "The note is too long: phones take some 16,000 bytes of UTF-8."),
        other => other.into(),
    }
}

fn store_change(
    sql: &mut dyn Sql,
    by: &By<'_>,
    row: &DocumentRow,
    writer: &ServerWriter,
    change: &WrittenChange,
    seq: i64,
) -> Result<(), StoreError> {
    let stored = NewChange {
        document: row.document,
        seq,
        writer: writer.writer,
        writer_seq: change.writer_seq,
        hash: change.hash,
        max_op: change.max_op,
        device: writer.device,
        received_at: by.now,
        body: &change.bytes,
    };
    documents::insert_change(sql, by.agency, &stored)?;
    documents::set_writer_seq(sql, by.agency, row.document, writer.writer, change.writer_seq)?;
    let bytes = row.bytes + change.bytes.len() as i64;
    let after = DocumentRow { index: change.index.clone(), changes: row.changes + 1, bytes, ..row.clone() };
    documents::save_index(sql, by.agency, &after)?;
    documents::touch(sql, by.agency, row.kind, row.document, seq)
}
