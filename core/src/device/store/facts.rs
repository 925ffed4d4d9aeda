//! Facts: the officer's own, from the moment they happen, and others' as the feed brings them.

use rusqlite::{Row, params};

use super::{Reader, Result, Tx, standing};
use crate::documents::FactEntry;
use crate::evidence::Signature;
use crate::ids::{DeviceId, DocumentId, FactId};
use crate::shift::{Fact, FactHash, FactKind, LoggedFact, Sha256};
use crate::time::UnixMillis;
use crate::wire::Refusal;

// 4, in SQL only: signed after its change was made; the signature is to be put into one.

/// To be put into a change.
pub(in crate::device) const TO_SEAL: i64 = 1;
/// To be signed.
pub(in crate::device) const TO_SIGN: i64 = 2;

/// A fact as it is kept.
#[derive(Clone, Debug)]
pub(in crate::device) struct Kept {
    pub(in crate::device) document: DocumentId,
    pub(in crate::device) id: FactId,
    pub(in crate::device) own: bool,
    pub(in crate::device) fact: Fact,
    pub(in crate::device) signed: bool,
    pub(in crate::device) accepted_at: Option<UnixMillis>,
    pub(in crate::device) refused: Option<Refusal>,
    /// Why the server holds its document back, while it does.
    pub(in crate::device) held: Option<Refusal>,
}

/// Writes down a new fact of this phone's: from here on it cannot be lost.
pub(in crate::device) fn write_down(
    tx: &Tx<'_>,
    document: DocumentId,
    id: FactId,
    fact: &Fact,
    bytes: &[u8],
    hash: FactHash,
) -> Result<()> {
    tx.run(
        "INSERT INTO facts (document, fact, own, kind, at, counter, hash, bytes, todo) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            *document.as_bytes(),
            *id.as_bytes(),
            fact.kind.code(),
            fact.clock.wall.as_millis(),
            fact.link.counter as i64,
            hash.0,
            bytes,
            TO_SEAL | TO_SIGN,
        ],
    )?;
    Ok(())
}

/// Takes in a fact that a change from the server holds. Our own may be among them: then the agency has it; where the server has
/// other bytes under the same id, ours stays as refused.
pub(in crate::device) fn take_in(
    tx: &Tx<'_>,
    document: DocumentId,
    entry: &FactEntry,
    fact: &Fact,
    change: Sha256,
    now: UnixMillis,
) -> Result<()> {
    let place = params![*document.as_bytes(), *entry.id.as_bytes()];
    let sql = "SELECT bytes FROM facts WHERE document = ?1 AND fact = ?2";
    match tx.one(sql, place, |row| row.get::<_, Vec<u8>>(0))? {
        Some(ours) => meet(tx, document, entry, ours == entry.bytes, change, now),
        None => insert(tx, document, entry, fact, change, now),
    }
}

fn meet(
    tx: &Tx<'_>,
    document: DocumentId,
    entry: &FactEntry,
    same: bool,
    change: Sha256,
    now: UnixMillis,
) -> Result<()> {
    tx.run(
        "UPDATE facts SET change = ?3, signature_change = ?4, signature = coalesce(?5, signature), accepted_at = ?6,
         refused = CASE WHEN ?7 THEN NULL ELSE ?8 END,
         todo = CASE WHEN NOT ?7 OR ?4 IS NOT NULL THEN 0 WHEN signature IS NOT NULL THEN 4 ELSE todo & 2 END
         WHERE document = ?1 AND fact = ?2",
        params![
            *document.as_bytes(),
            *entry.id.as_bytes(),
            change.0,
            entry.signature.map(|_| change.0),
            entry.signature.map(|signature| signature.to_vec()),
            now.as_millis(),
            same,
            Refusal::FactExists.number(),
        ],
    )?;
    Ok(())
}

fn insert(
    tx: &Tx<'_>,
    document: DocumentId,
    entry: &FactEntry,
    fact: &Fact,
    change: Sha256,
    now: UnixMillis,
) -> Result<()> {
    tx.run(
        "INSERT INTO facts (document, fact, own, kind, at, counter, bytes, signature, todo, change, signature_change, accepted_at)
         VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10)",
        params![
            *document.as_bytes(),
            *entry.id.as_bytes(),
            fact.kind.code(),
            fact.clock.wall.as_millis(),
            fact.link.counter as i64,
            entry.bytes,
            entry.signature.map(|signature| signature.to_vec()),
            change.0,
            entry.signature.map(|_| change.0),
            now.as_millis(),
        ],
    )?;
    Ok(())
}

/// Takes in a signature that came after its fact.
pub(in crate::device) fn take_in_signature(
    tx: &Tx<'_>,
    document: DocumentId,
    fact: FactId,
    signature: &Signature,
    change: Sha256,
) -> Result<()> {
    tx.run(
        "UPDATE facts SET signature = ?3, signature_change = ?4, todo = todo & ~6 WHERE document = ?1 AND fact = ?2",
        params![*document.as_bytes(), *fact.as_bytes(), signature.as_slice(), change.0],
    )?;
    Ok(())
}

/// Does the server's document hold that fact, as far as this phone knows?
pub(in crate::device) fn is_known(reader: &Reader<'_>, document: DocumentId, fact: &FactId) -> Result<bool> {
    let sql = "SELECT count(*) FROM facts WHERE document = ?1 AND fact = ?2 AND change IS NOT NULL AND accepted_at IS NOT NULL";
    Ok(reader.number(sql, params![*document.as_bytes(), *fact.as_bytes()])? > 0)
}

/// And that fact's signature?
pub(in crate::device) fn is_signature_known(reader: &Reader<'_>, document: DocumentId, fact: &FactId) -> Result<bool> {
    let sql = "SELECT count(*) FROM facts f JOIN changes c ON c.document = f.document AND c.hash = f.signature_change
               WHERE f.document = ?1 AND f.fact = ?2 AND c.accepted_at IS NOT NULL";
    Ok(reader.number(sql, params![*document.as_bytes(), *fact.as_bytes()])? > 0)
}

/// Was it written on this phone?
pub(in crate::device) fn is_own(reader: &Reader<'_>, document: DocumentId, fact: &FactId) -> Result<bool> {
    let sql = "SELECT count(*) FROM facts WHERE document = ?1 AND fact = ?2 AND own = 1";
    Ok(reader.number(sql, params![*document.as_bytes(), *fact.as_bytes()])? > 0)
}

/// A fact to be signed.
#[derive(Clone, Debug)]
pub(in crate::device) struct Unsigned {
    pub(in crate::device) document: DocumentId,
    pub(in crate::device) id: FactId,
    pub(in crate::device) bytes: Vec<u8>,
}

/// Own facts that no key has signed yet, those not yet in a change first.
pub(in crate::device) fn unsigned(reader: &Reader<'_>, limit: u32) -> Result<Vec<Unsigned>> {
    let sql = "SELECT document, fact, bytes FROM facts WHERE todo <> 0 AND todo IN (2, 3) ORDER BY todo DESC, counter LIMIT ?1";
    reader.all(sql, [limit], |row| {
        Ok(Unsigned {
            document: DocumentId::from_bytes(row.get(0)?),
            id: FactId::from_bytes(row.get(1)?),
            bytes: row.get(2)?,
        })
    })
}

/// Keeps a signature: it goes with its fact's change, or into one of its own where that is already made.
pub(in crate::device) fn sign(tx: &Tx<'_>, document: DocumentId, fact: FactId, signature: &Signature) -> Result<()> {
    tx.run(
        "UPDATE facts SET signature = ?3, todo = CASE todo WHEN 3 THEN 1 ELSE 4 END
         WHERE document = ?1 AND fact = ?2 AND todo & 2 <> 0",
        params![*document.as_bytes(), *fact.as_bytes(), signature.as_slice()],
    )?;
    Ok(())
}

/// Documents of which a fact or signature is to be put into a change.
pub(in crate::device) fn documents_to_seal(reader: &Reader<'_>) -> Result<Vec<DocumentId>> {
    let sql = "SELECT DISTINCT document FROM facts WHERE todo <> 0 AND (todo & 5) <> 0";
    reader.all(sql, [], |row| Ok(DocumentId::from_bytes(row.get(0)?)))
}

/// The document's facts to be put into a change, in the order they happened.
pub(in crate::device) fn to_seal(reader: &Reader<'_>, document: DocumentId) -> Result<Vec<FactEntry>> {
    let sql = "SELECT fact, bytes, signature FROM facts WHERE document = ?1 AND todo & 1 <> 0 ORDER BY counter, fact";
    reader.all(sql, [*document.as_bytes()], |row| {
        Ok(FactEntry { id: FactId::from_bytes(row.get(0)?), bytes: row.get(1)?, signature: row.get(2)? })
    })
}

/// The document's signatures to be put into a change.
pub(in crate::device) fn signatures_to_seal(
    reader: &Reader<'_>,
    document: DocumentId,
) -> Result<Vec<(FactId, Signature)>> {
    let sql = "SELECT fact, signature FROM facts WHERE document = ?1 AND todo & 4 <> 0 AND signature IS NOT NULL ORDER BY counter";
    reader.all(sql, [*document.as_bytes()], |row| Ok((FactId::from_bytes(row.get(0)?), row.get(1)?)))
}

/// A change now holds it, and its signature where there is one.
pub(in crate::device) fn sealed(tx: &Tx<'_>, document: DocumentId, fact: FactId, change: Sha256) -> Result<()> {
    tx.run(
        "UPDATE facts SET change = ?3, signature_change = CASE WHEN signature IS NULL THEN NULL ELSE ?3 END,
         todo = CASE WHEN signature IS NULL THEN 2 ELSE 0 END WHERE document = ?1 AND fact = ?2",
        params![*document.as_bytes(), *fact.as_bytes(), change.0],
    )?;
    Ok(())
}

/// A change now holds its signature.
pub(in crate::device) fn signature_sealed(
    tx: &Tx<'_>,
    document: DocumentId,
    fact: FactId,
    change: Sha256,
) -> Result<()> {
    tx.run(
        "UPDATE facts SET signature_change = ?3, todo = 0 WHERE document = ?1 AND fact = ?2",
        params![*document.as_bytes(), *fact.as_bytes(), change.0],
    )?;
    Ok(())
}

/// The server has the change that holds them.
pub(in crate::device) fn accept(tx: &Tx<'_>, document: DocumentId, change: Sha256, now: UnixMillis) -> Result<()> {
    tx.run(
        "UPDATE facts SET accepted_at = ?3 WHERE document = ?1 AND change = ?2 AND accepted_at IS NULL",
        params![*document.as_bytes(), change.0, now.as_millis()],
    )?;
    Ok(())
}

/// The server has lost the change that holds them.
pub(in crate::device) fn lost(tx: &Tx<'_>, document: DocumentId, change: Sha256) -> Result<()> {
    tx.run(
        "UPDATE facts SET accepted_at = NULL WHERE document = ?1 AND change = ?2",
        params![*document.as_bytes(), change.0],
    )?;
    Ok(())
}

/// Drops other phones' facts that came with that change.
pub(in crate::device) fn drop_others(tx: &Tx<'_>, document: DocumentId, change: &Sha256) -> Result<()> {
    tx.run(
        "DELETE FROM facts WHERE document = ?1 AND change = ?2 AND own = 0",
        params![*document.as_bytes(), change.0],
    )?;
    Ok(())
}

/// The change that held them, or their signatures, is gone: they wait to be put into another. How many do.
pub(in crate::device) fn unseal(tx: &Tx<'_>, document: DocumentId, change: Sha256) -> Result<usize> {
    let place = params![*document.as_bytes(), change.0];
    let signatures = tx.run(
        "UPDATE facts SET todo = 4, signature_change = NULL
         WHERE document = ?1 AND signature_change = ?2 AND change <> ?2 AND refused IS NULL",
        place,
    )?;
    let facts = tx.run(
        "UPDATE facts SET todo = CASE WHEN signature IS NULL THEN 3 ELSE 1 END, change = NULL, signature_change = NULL,
         accepted_at = NULL WHERE document = ?1 AND change = ?2 AND refused IS NULL",
        params![*document.as_bytes(), change.0],
    )?;
    Ok(signatures + facts)
}

/// The server will not have the signatures in that change: their facts stay unsigned there.
pub(in crate::device) fn give_up_signatures(tx: &Tx<'_>, document: DocumentId, change: Sha256) -> Result<()> {
    tx.run(
        "UPDATE facts SET todo = 0, signature_change = change
         WHERE document = ?1 AND signature_change = ?2 AND change <> ?2 AND refused IS NULL",
        params![*document.as_bytes(), change.0],
    )?;
    Ok(())
}

/// The server will not have the facts of that change: they stay visible, with the reason. How many.
pub(in crate::device) fn refuse(tx: &Tx<'_>, document: DocumentId, change: Sha256, why: Refusal) -> Result<usize> {
    tx.run(
        "UPDATE facts SET refused = ?3, todo = 0 WHERE document = ?1 AND change = ?2 AND accepted_at IS NULL",
        params![*document.as_bytes(), change.0, why.number()],
    )
}

/// A refused fact of this phone's waits to be sent once more. Whether there was such a one.
pub(in crate::device) fn try_again(tx: &Tx<'_>, document: DocumentId, fact: FactId) -> Result<bool> {
    let sql = format!("{TRY_AGAIN} AND document = ?1 AND fact = ?2");
    Ok(tx.run(&sql, params![*document.as_bytes(), *fact.as_bytes()])? > 0)
}

/// All of them do.
pub(in crate::device) fn try_all_again(tx: &Tx<'_>) -> Result<()> {
    tx.run(TRY_AGAIN, [])?;
    Ok(())
}

const TRY_AGAIN: &str = "UPDATE facts SET refused = NULL, todo = CASE WHEN signature IS NULL THEN 3 ELSE 1 END,
     change = NULL, signature_change = NULL, accepted_at = NULL WHERE refused IS NOT NULL AND own = 1";

/// How many signatures of earlier facts that change holds.
pub(in crate::device) fn count_signatures_in(reader: &Reader<'_>, document: DocumentId, change: Sha256) -> Result<i64> {
    let sql = "SELECT count(*) FROM facts WHERE document = ?1 AND signature_change = ?2 AND change <> ?2";
    reader.number(sql, params![*document.as_bytes(), change.0])
}

/// How many facts that change holds.
pub(in crate::device) fn count_in(reader: &Reader<'_>, document: DocumentId, change: Sha256) -> Result<i64> {
    let sql = "SELECT count(*) FROM facts WHERE document = ?1 AND change = ?2";
    reader.number(sql, params![*document.as_bytes(), change.0])
}

/// Forgets signatures that only the old enrolment's key could have made, of facts that have not left this phone.
pub(in crate::device) fn sign_again(tx: &Tx<'_>) -> Result<()> {
    tx.run("UPDATE facts SET signature = NULL, todo = 3 WHERE todo = 1", [])?;
    // Signatures of facts that the agency already has under the old enrolment can no longer be made.
    tx.run("UPDATE facts SET todo = 0 WHERE todo IN (2, 4)", [])?;
    Ok(())
}

/// Facts of the document that wait to be sent or to be put into a change.
pub(in crate::device) fn waiting_of(reader: &Reader<'_>, document: DocumentId) -> Result<i64> {
    let sql = "SELECT count(*) FROM facts WHERE document = ?1 AND todo & 5 <> 0";
    reader.number(sql, [*document.as_bytes()])
}

const COLUMNS: &str = "facts.document, fact, own, bytes, signature IS NOT NULL, facts.accepted_at, refused,
     (SELECT held_reason FROM documents WHERE documents.document = facts.document AND held_until IS NOT NULL)";

fn kept(row: &Row<'_>) -> rusqlite::Result<Option<Kept>> {
    let bytes: Vec<u8> = row.get(3)?;
    let Ok(fact) = Fact::from_bytes(&bytes) else { return Ok(None) };
    Ok(Some(Kept {
        document: DocumentId::from_bytes(row.get(0)?),
        id: FactId::from_bytes(row.get(1)?),
        own: row.get(2)?,
        fact,
        signed: row.get(4)?,
        accepted_at: standing::time(row, 5)?,
        refused: row.get::<_, Option<u8>>(6)?.map(Refusal::from_number),
        held: row.get::<_, Option<u8>>(7)?.map(Refusal::from_number),
    }))
}

/// One fact.
pub(in crate::device) fn find(reader: &Reader<'_>, document: DocumentId, fact: FactId) -> Result<Option<Kept>> {
    let sql = format!("SELECT {COLUMNS} FROM facts WHERE document = ?1 AND fact = ?2");
    Ok(reader.one(&sql, params![*document.as_bytes(), *fact.as_bytes()], kept)?.flatten())
}

/// The document's last fact of the millisecond of an id, or of those before.
pub(in crate::device) fn last_by(reader: &Reader<'_>, document: DocumentId, id: FactId) -> Result<Option<FactId>> {
    let sql = "SELECT fact FROM facts WHERE document = ?1 AND fact <= ?2 ORDER BY fact DESC LIMIT 1";
    let end = id.last_of_millisecond();
    reader.one(sql, params![*document.as_bytes(), *end.as_bytes()], |row| Ok(FactId::from_bytes(row.get(0)?)))
}

/// The document's facts after `after`, in the order of their ids, which is that of their times. Of one that the officer may no longer
/// read, only own facts that the agency does not have.
pub(in crate::device) fn of_document(
    reader: &Reader<'_>,
    document: DocumentId,
    after: Option<FactId>,
    limit: u32,
) -> Result<Vec<Kept>> {
    let after = after.map_or([0; 16], |id| *id.as_bytes());
    let sql = format!("SELECT {COLUMNS} FROM facts WHERE document = ?1 AND fact > ?2 AND (own AND (accepted_at IS NULL OR refused IS NOT NULL)
         OR NOT EXISTS (SELECT 1 FROM documents WHERE document = ?1 AND forget <> 0)) ORDER BY fact LIMIT ?3");
    Ok(reader.all(&sql, params![*document.as_bytes(), after, limit], kept)?.into_iter().flatten().collect())
}

/// Facts as the fold takes them.
pub(in crate::device) fn logged(kept: &[Kept], device: DeviceId) -> Vec<LoggedFact> {
    let one = |kept: &Kept| LoggedFact {
        id: kept.id,
        device: kept.own.then_some(device),
        author: None,
        received: None,
        fact: kept.fact.clone(),
    };
    kept.iter().map(one).collect()
}

/// Does the document hold a fact of that kind, from whichever of the officer's phones?
pub(in crate::device) fn has_kind(reader: &Reader<'_>, document: DocumentId, kind: FactKind) -> Result<bool> {
    let sql = "SELECT count(*) FROM facts WHERE document = ?1 AND kind = ?2 AND refused IS NULL";
    Ok(reader.number(sql, params![*document.as_bytes(), kind.code()])? > 0)
}

/// Does it hold a clock event that was made on this phone and that the server did not refuse?
pub(in crate::device) fn has_own_punch(reader: &Reader<'_>, document: DocumentId) -> Result<bool> {
    let sql = "SELECT DISTINCT kind FROM facts WHERE document = ?1 AND own = 1 AND refused IS NULL";
    let kinds = reader.all(sql, [*document.as_bytes()], |row| row.get(0))?;
    Ok(kinds.into_iter().any(|kind| FactKind::from_code(kind).is_punch()))
}

/// Own facts that the agency does not have: waiting, or refused.
pub(in crate::device) fn unsettled(reader: &Reader<'_>, limit: u32) -> Result<Vec<Kept>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM facts WHERE todo <> 0 AND todo & 1 <> 0
         UNION ALL SELECT {COLUMNS} FROM facts WHERE refused IS NOT NULL
         UNION ALL SELECT {COLUMNS}
           FROM (SELECT DISTINCT document AS waiting FROM changes WHERE accepted_at IS NULL)
           JOIN facts ON facts.document = waiting AND own = 1 AND change IS NOT NULL AND facts.accepted_at IS NULL
           AND refused IS NULL
         LIMIT ?1"
    );
    Ok(reader.all(&sql, [limit], kept)?.into_iter().flatten().collect())
}

/// How many own facts wait, were refused, or are unsigned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::device) struct Counts {
    pub(in crate::device) waiting: u64,
    pub(in crate::device) refused: u64,
    pub(in crate::device) unsigned: u64,
}

/// Counts them. Looks only at what waits, not at what is settled.
pub(in crate::device) fn counts(reader: &Reader<'_>) -> Result<Counts> {
    let unsealed = reader.number("SELECT count(*) FROM facts WHERE todo <> 0 AND todo & 5 <> 0", [])?;
    let sealed = "SELECT count(*) FROM (SELECT DISTINCT document FROM changes WHERE accepted_at IS NULL) c
                  JOIN facts f ON f.document = c.document AND f.own = 1 AND f.change IS NOT NULL AND f.accepted_at IS NULL
                  AND f.refused IS NULL AND f.todo & 5 = 0";
    Ok(Counts {
        waiting: (unsealed + reader.number(sealed, [])?).unsigned_abs(),
        refused: reader.number("SELECT count(*) FROM facts WHERE refused IS NOT NULL", [])?.unsigned_abs(),
        unsigned: reader.number("SELECT count(*) FROM facts WHERE todo <> 0 AND todo & 2 <> 0", [])?.unsigned_abs(),
    })
}
