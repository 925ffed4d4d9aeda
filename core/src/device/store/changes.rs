//! Raw changes: the record that any document can be rebuilt from. Own ones are never dropped before the server has them.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use super::{Reader, Result, Tx, documents};
use crate::documents::{DocumentIndex, DocumentKind};
use crate::ids::{DocumentId, WriterId};
use crate::shift::Sha256;
use crate::time::UnixMillis;

/// A change as it is stored.
#[derive(Clone, Debug)]
pub(in crate::device) struct Stored<'a> {
    pub(in crate::device) document: DocumentId,
    pub(in crate::device) hash: Sha256,
    pub(in crate::device) own: bool,
    pub(in crate::device) writer: WriterId,
    pub(in crate::device) writer_seq: u64,
    pub(in crate::device) deps: &'a [Sha256],
    pub(in crate::device) max_op: u64,
    pub(in crate::device) made_at: UnixMillis,
    pub(in crate::device) accepted_at: Option<UnixMillis>,
    pub(in crate::device) body: &'a [u8],
}

/// A change that waits for the server.
#[derive(Clone, Debug)]
pub(in crate::device) struct Waiting {
    pub(in crate::device) number: i64,
    pub(in crate::device) document: DocumentId,
    pub(in crate::device) kind: DocumentKind,
    pub(in crate::device) hash: Sha256,
    pub(in crate::device) body: Vec<u8>,
}

/// Adds one.
pub(in crate::device) fn add(tx: &Tx<'_>, change: &Stored<'_>) -> Result<()> {
    let deps: Vec<u8> = change.deps.iter().flat_map(|dep| dep.0).collect();
    tx.run(
        "INSERT INTO changes (document, hash, own, writer, writer_seq, deps, max_op, made_at, accepted_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            *change.document.as_bytes(),
            change.hash.0,
            change.own,
            *change.writer.as_bytes(),
            change.writer_seq as i64,
            deps,
            change.max_op as i64,
            change.made_at.as_millis(),
            change.accepted_at.map(UnixMillis::as_millis),
            change.body,
        ],
    )?;
    Ok(())
}

/// Is anything waiting at all? One look at an index that holds nothing else.
pub(in crate::device) fn any_waiting(reader: &Reader<'_>) -> Result<bool> {
    Ok(reader.number("SELECT EXISTS (SELECT 1 FROM changes WHERE accepted_at IS NULL)", [])? != 0)
}

/// Those that may be sent now, oldest first, after `after`.
pub(in crate::device) fn sendable(reader: &Reader<'_>, now: UnixMillis, after: i64) -> Result<Vec<Waiting>> {
    let sql = "SELECT c.number, c.document, d.kind, c.hash, c.body FROM changes c JOIN documents d ON d.document = c.document
               WHERE c.accepted_at IS NULL AND c.number > ?2 AND d.stage <> 1 AND (d.held_until IS NULL OR d.held_until <= ?1 OR d.held_until > ?3)
               ORDER BY c.number LIMIT 64";
    let rows = reader.all(sql, params![now.as_millis(), after, (now + documents::HOLD).as_millis()], |row| {
        Ok(DocumentKind::from_code(row.get(2)?).map(|kind| (row.get(0), row.get(1), kind, row.get(3), row.get(4))))
    })?;
    let waiting = rows.into_iter().flatten().map(|(number, document, kind, hash, body)| {
        Ok(Waiting {
            number: number?,
            document: DocumentId::from_bytes(document?),
            kind,
            hash: Sha256(hash?),
            body: body?,
        })
    });
    waiting.collect()
}

/// The server has it.
pub(in crate::device) fn accept(tx: &Tx<'_>, document: DocumentId, hash: Sha256, now: UnixMillis) -> Result<()> {
    tx.run(
        "UPDATE changes SET accepted_at = ?3 WHERE document = ?1 AND hash = ?2 AND accepted_at IS NULL",
        params![*document.as_bytes(), hash.0, now.as_millis()],
    )?;
    Ok(())
}

/// The server has lost it: it waits again. Whether there was such a change of ours.
pub(in crate::device) fn lost(tx: &Tx<'_>, document: DocumentId, hash: Sha256) -> Result<bool> {
    let touched = tx.run(
        "UPDATE changes SET accepted_at = NULL WHERE document = ?1 AND hash = ?2 AND own = 1 AND accepted_at IS NOT NULL",
        params![*document.as_bytes(), hash.0],
    )?;
    Ok(touched > 0)
}

/// Drops those that the server does not have; their hashes and bytes.
pub(in crate::device) fn drop_waiting(tx: &Tx<'_>, document: DocumentId) -> Result<Vec<(Sha256, Vec<u8>)>> {
    let sql = "SELECT hash, body FROM changes WHERE document = ?1 AND accepted_at IS NULL ORDER BY number";
    let dropped = tx.all(sql, [*document.as_bytes()], |row| Ok((Sha256(row.get(0)?), row.get(1)?)))?;
    tx.run("DELETE FROM changes WHERE document = ?1 AND accepted_at IS NULL", [*document.as_bytes()])?;
    Ok(dropped)
}

/// Drops one.
pub(in crate::device) fn drop_one(tx: &Tx<'_>, document: DocumentId, hash: &Sha256) -> Result<()> {
    tx.run("DELETE FROM changes WHERE document = ?1 AND hash = ?2", params![*document.as_bytes(), hash.0])?;
    Ok(())
}

/// How many of the document's wait.
pub(in crate::device) fn waiting_of(reader: &Reader<'_>, document: DocumentId) -> Result<i64> {
    reader.number("SELECT count(*) FROM changes WHERE document = ?1 AND accepted_at IS NULL", [*document.as_bytes()])
}

/// The last operation number of a change, if it is here.
pub(in crate::device) fn max_op(reader: &Reader<'_>, document: DocumentId, hash: &Sha256) -> Result<Option<u64>> {
    let sql = "SELECT max_op FROM changes WHERE document = ?1 AND hash = ?2";
    let found = reader.one(sql, params![*document.as_bytes(), hash.0], |row| row.get::<_, i64>(0))?;
    Ok(found.map(i64::unsigned_abs))
}

/// The last number of that writer's in the document.
pub(in crate::device) fn last_seq(reader: &Reader<'_>, document: DocumentId, writer: WriterId) -> Result<u64> {
    let sql = "SELECT coalesce(max(writer_seq), 0) FROM changes WHERE document = ?1 AND writer = ?2";
    Ok(reader.number(sql, params![*document.as_bytes(), *writer.as_bytes()])?.unsigned_abs())
}

/// One change's bytes.
pub(in crate::device) fn body(reader: &Reader<'_>, document: DocumentId, hash: &Sha256) -> Result<Option<Vec<u8>>> {
    reader.one(
        "SELECT body FROM changes WHERE document = ?1 AND hash = ?2",
        params![*document.as_bytes(), hash.0],
        |row| row.get(0),
    )
}

/// Every change's bytes, in causal order.
pub(in crate::device) fn bodies(reader: &Reader<'_>, document: DocumentId) -> Result<Vec<Vec<u8>>> {
    reader.all("SELECT body FROM changes WHERE document = ?1 ORDER BY number", [*document.as_bytes()], |row| row.get(0))
}

/// How changes hang together, bodies left out.
#[derive(Clone, Debug)]
pub(in crate::device) struct Linked {
    pub(in crate::device) hash: Sha256,
    pub(in crate::device) deps: Vec<Sha256>,
    pub(in crate::device) max_op: u64,
    pub(in crate::device) own: bool,
    pub(in crate::device) accepted: bool,
}

/// The document's changes, in causal order.
pub(in crate::device) fn linked(reader: &Reader<'_>, document: DocumentId) -> Result<Vec<Linked>> {
    let sql =
        "SELECT hash, deps, max_op, own, accepted_at IS NOT NULL FROM changes WHERE document = ?1 ORDER BY number";
    reader.all(sql, [*document.as_bytes()], |row| {
        let deps: Vec<u8> = row.get(1)?;
        Ok(Linked {
            hash: Sha256(row.get(0)?),
            deps: deps.as_chunks::<32>().0.iter().copied().map(Sha256).collect(),
            max_op: row.get::<_, i64>(2)?.unsigned_abs(),
            own: row.get(3)?,
            accepted: row.get(4)?,
        })
    })
}

/// The index over changes: what the document is with exactly these.
pub(in crate::device) fn index_over<'a>(
    kind: DocumentKind,
    changes: impl Iterator<Item = &'a Linked>,
) -> DocumentIndex {
    changes.fold(DocumentIndex::seed(kind), |index, change| index.with(change.hash, &change.deps, change.max_op))
}

/// Everything that `heads` cover, themselves included, as far as it is here.
pub(in crate::device) fn covered(changes: &[Linked], heads: &[Sha256]) -> BTreeSet<Sha256> {
    let by_hash: BTreeMap<_, _> = changes.iter().map(|change| (change.hash, change)).collect();
    let mut covered = BTreeSet::new();
    let mut next: Vec<Sha256> = heads.to_vec();
    while let Some(hash) = next.pop() {
        if let Some(change) = by_hash.get(&hash)
            && covered.insert(hash)
        {
            next.extend(&change.deps);
        }
    }
    covered
}
