//! Documents on this phone, by their index alone: none is loaded here.

use rusqlite::{Row, params};

use super::{Reader, Result, Tx, reports, standing};
use crate::device::PhoneError;
use crate::documents::{DocumentIndex, DocumentKind};
use crate::ids::{DetailId, DocumentId, WriterId};
use crate::time::{Millis, UnixMillis};
use crate::wire::Refusal;

/// How long a document is left alone that the server holds back.
pub(in crate::device) const HOLD: Millis = Millis::from_hours(1);

/// How a document stands with the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::device) enum Stage {
    /// Nothing is wrong.
    InStep,
    /// Something was refused: nothing is sent until the server's copy has come.
    Refused,
    /// The server's copy has come: facts are sent one a change until all is settled.
    OneByOne,
}

impl Stage {
    const fn code(self) -> i64 {
        match self {
            Self::InStep => 0,
            Self::Refused => 1,
            Self::OneByOne => 2,
        }
    }

    const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Refused,
            2 => Self::OneByOne,
            _ => Self::InStep,
        }
    }
}

/// One document's row.
#[derive(Clone, Debug)]
pub(in crate::device) struct Held {
    pub(in crate::device) document: DocumentId,
    pub(in crate::device) kind: DocumentKind,
    pub(in crate::device) index: DocumentIndex,
    pub(in crate::device) writer: Option<WriterId>,
    pub(in crate::device) writer_seq: u64,
    pub(in crate::device) detail: Option<DetailId>,
    pub(in crate::device) stage: Stage,
    pub(in crate::device) until: Option<UnixMillis>,
    pub(in crate::device) waits: u32,
    /// The officer may no longer read it.
    pub(in crate::device) forgotten: bool,
    /// What others wrote in it was taken out.
    pub(in crate::device) stripped: bool,
}

const COLUMNS: &str = "document, kind, heads, max_op, writer, writer_seq, detail, stage, held_until, waits, forget";

fn held(row: &Row<'_>) -> rusqlite::Result<Option<Held>> {
    let (kind, heads, max_op): (i64, Vec<u8>, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let (Some(kind), Ok(index)) = (DocumentKind::from_code(kind), DocumentIndex::from_bytes(&heads, max_op as u64))
    else {
        return Ok(None);
    };
    Ok(Some(Held {
        document: DocumentId::from_bytes(row.get(0)?),
        kind,
        index,
        writer: row.get::<_, Option<[u8; 16]>>(4)?.map(WriterId::from_bytes),
        writer_seq: row.get::<_, i64>(5)?.unsigned_abs(),
        detail: row.get::<_, Option<[u8; 16]>>(6)?.map(DetailId::from_bytes),
        stage: Stage::from_code(row.get(7)?),
        until: standing::time(row, 8)?,
        waits: row.get(9)?,
        forgotten: row.get::<_, i64>(10)? > 0,
        stripped: row.get::<_, i64>(10)? > 1,
    }))
}

/// The document, if this phone holds it.
pub(in crate::device) fn find(reader: &Reader<'_>, document: DocumentId) -> Result<Option<Held>> {
    let found =
        reader.one(&format!("SELECT {COLUMNS} FROM documents WHERE document = ?1"), [*document.as_bytes()], held)?;
    found.map(|held| held.ok_or(PhoneError::Unreadable("document"))).transpose()
}

/// Those at a stage other than in step.
pub(in crate::device) fn at_stage(reader: &Reader<'_>, stage: Stage) -> Result<Vec<Held>> {
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE stage <> 0 AND stage = ?1");
    Ok(reader.all(&sql, [stage.code()], held)?.into_iter().flatten().collect())
}

/// Those that the officer may no longer read.
pub(in crate::device) fn to_forget(reader: &Reader<'_>) -> Result<Vec<DocumentId>> {
    reader.all("SELECT document FROM documents WHERE forget <> 0", [], |row| Ok(DocumentId::from_bytes(row.get(0)?)))
}

/// All of them after `after`, in the order of their ids.
pub(in crate::device) fn page(reader: &Reader<'_>, after: Option<DocumentId>, limit: u32) -> Result<Vec<Held>> {
    let after = after.map_or([0; 16], |id| *id.as_bytes());
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE document > ?1 ORDER BY document LIMIT ?2");
    Ok(reader.all(&sql, params![after, limit], held)?.into_iter().flatten().collect())
}

/// Makes sure that there is a row.
pub(in crate::device) fn ensure(
    tx: &Tx<'_>,
    document: DocumentId,
    kind: DocumentKind,
    detail: Option<DetailId>,
) -> Result<()> {
    let known = tx.number("SELECT count(*) FROM documents WHERE document = ?1", [*document.as_bytes()])?;
    if known > 0 {
        return Ok(());
    }
    let seed = DocumentIndex::seed(kind);
    tx.run(
        "INSERT INTO documents (document, kind, heads, max_op, detail, pull) VALUES (?1, ?2, ?3, ?4, ?5, (SELECT pull FROM phone))",
        params![
            *document.as_bytes(),
            kind.code(),
            seed.heads_to_bytes(),
            seed.max_op as i64,
            detail.map(|id| *id.as_bytes())
        ],
    )?;
    Ok(())
}

/// Keeps the index.
pub(in crate::device) fn set_index(tx: &Tx<'_>, document: DocumentId, index: &DocumentIndex) -> Result<()> {
    tx.run(
        "UPDATE documents SET heads = ?2, max_op = ?3 WHERE document = ?1",
        params![*document.as_bytes(), index.heads_to_bytes(), index.max_op as i64],
    )?;
    Ok(())
}

/// Keeps how far the own stream has come.
pub(in crate::device) fn set_stream(
    tx: &Tx<'_>,
    document: DocumentId,
    writer: Option<WriterId>,
    seq: u64,
) -> Result<()> {
    tx.run(
        "UPDATE documents SET writer = ?2, writer_seq = ?3 WHERE document = ?1",
        params![*document.as_bytes(), writer.map(|id| *id.as_bytes()), seq as i64],
    )?;
    Ok(())
}

/// Moves it to a stage.
pub(in crate::device) fn set_stage(tx: &Tx<'_>, document: DocumentId, stage: Stage) -> Result<()> {
    tx.run(
        "UPDATE documents SET stage = ?2, waits = 0 WHERE document = ?1",
        params![*document.as_bytes(), stage.code()],
    )?;
    Ok(())
}

/// The server holds it back: nothing of it is sent for [`HOLD`].
pub(in crate::device) fn hold(tx: &Tx<'_>, document: DocumentId, now: UnixMillis, why: Refusal) -> Result<()> {
    tx.run(
        "UPDATE documents SET held_until = ?2, held_reason = ?3 WHERE document = ?1",
        params![*document.as_bytes(), (now + HOLD).as_millis(), why.number()],
    )?;
    Ok(())
}

/// Remembers why the server did not take it, without holding it back.
pub(in crate::device) fn note(tx: &Tx<'_>, document: DocumentId, why: Refusal) -> Result<()> {
    tx.run(
        "UPDATE documents SET held_until = NULL, held_reason = ?2 WHERE document = ?1",
        params![*document.as_bytes(), why.number()],
    )?;
    Ok(())
}

/// Why the server last held it back or did not take it, if it has taken nothing since.
pub(in crate::device) fn held_for(reader: &Reader<'_>, document: DocumentId) -> Result<Option<Refusal>> {
    let sql = "SELECT held_reason FROM documents WHERE document = ?1";
    let number = reader.one(sql, [*document.as_bytes()], |row| row.get::<_, Option<u8>>(0))?.flatten();
    Ok(number.map(Refusal::from_number))
}

/// The server took something of it.
pub(in crate::device) fn taken(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.run(
        "UPDATE documents SET known = 1, held_until = NULL, held_reason = NULL, waits = 0 WHERE document = ?1",
        [*document.as_bytes()],
    )?;
    Ok(())
}

/// The server waited in vain once more.
pub(in crate::device) fn count_wait(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.run("UPDATE documents SET waits = waits + 1 WHERE document = ?1", [*document.as_bytes()])?;
    Ok(())
}

/// The feed brought something of it: it is ours to read.
pub(in crate::device) fn seen(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.run(
        "UPDATE documents SET known = 1, forget = 0, pull = (SELECT pull FROM phone) WHERE document = ?1",
        [*document.as_bytes()],
    )?;
    Ok(())
}

/// The server has lost something of it that this phone will send again.
pub(in crate::device) fn lost(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.run("UPDATE documents SET known = 0 WHERE document = ?1", [*document.as_bytes()])?;
    Ok(())
}

/// The officer may no longer read it: to be stripped once nothing of it waits.
pub(in crate::device) fn forget(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.run("UPDATE documents SET forget = max(forget, 1) WHERE document = ?1", [*document.as_bytes()])?;
    Ok(())
}

/// Takes out what others wrote. Their changes' places in the history stay, so that this phone's own hang together; own facts,
/// changes and originals stay, for a server that lost them.
pub(in crate::device) fn strip(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    let place = [*document.as_bytes()];
    tx.run("DELETE FROM facts WHERE document = ?1 AND own = 0", place)?;
    tx.run("UPDATE changes SET body = x'' WHERE document = ?1 AND own = 0", place)?;
    tx.run("UPDATE documents SET forget = 2 WHERE document = ?1", place)?;
    reports::strip(tx, document)
}

/// Does it hold anything of this phone's that the agency does not have, or has had only since `since`? An original that is still
/// here counts: it is for [`Phone::tidy`](crate::device::Phone::tidy) to say when it goes.
pub(in crate::device) fn is_kept(reader: &Reader<'_>, document: DocumentId, since: UnixMillis) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM facts WHERE document = ?1 AND own = 1
                 AND (accepted_at IS NULL OR accepted_at > ?2 OR refused IS NOT NULL OR todo <> 0))
               OR EXISTS (SELECT 1 FROM changes WHERE document = ?1 AND own = 1 AND (accepted_at IS NULL OR accepted_at > ?2))
               OR EXISTS (SELECT 1 FROM attachments a JOIN attachment_facts n ON n.hash = a.hash
                 WHERE n.document = ?1 AND a.removed_at IS NULL)";
    Ok(reader.number(sql, params![*document.as_bytes(), since.as_millis()])? != 0)
}

/// Shared documents that a complete pull from the beginning did not bring, though the server once had them. Shift logs are the
/// officer's own and go only when the server says so, but for those that nothing was ever written into.
pub(in crate::device) fn forget_unseen(tx: &Tx<'_>) -> Result<()> {
    tx.run(
        "UPDATE documents SET forget = 1 WHERE known = 1 AND pull < (SELECT pull FROM phone)
         AND (kind = 2 OR NOT EXISTS (SELECT 1 FROM facts WHERE facts.document = documents.document))",
        [],
    )?;
    Ok(())
}

/// Drops it and all that it holds, but for an original that a fact of another document names as well.
pub(in crate::device) fn drop_all(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    for table in ["attachment_facts", "facts", "changes", "documents"] {
        tx.run(&format!("DELETE FROM {table} WHERE document = ?1"), [*document.as_bytes()])?;
    }
    tx.run(
        "DELETE FROM attachments WHERE NOT EXISTS
           (SELECT 1 FROM attachment_facts WHERE attachment_facts.hash = attachments.hash)",
        [],
    )?;
    reports::strip(tx, document)
}

impl Held {
    /// Does the server hold it back at that time? Longer than anything is held can only mean that the wall clock was set back.
    pub(in crate::device) fn is_held(&self, now: UnixMillis) -> bool {
        self.until.is_some_and(|until| now < until && until <= now + HOLD)
    }
}

/// Those that the officer may read.
pub(in crate::device) fn readable(reader: &Reader<'_>) -> Result<Vec<DocumentId>> {
    let sql = "SELECT document FROM documents WHERE forget = 0 ORDER BY document";
    reader.all(sql, [], |row| Ok(DocumentId::from_bytes(row.get(0)?)))
}
