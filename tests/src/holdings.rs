//! What is in a phone's storage, read from its file and not through the phone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use detailbook_core::ids::{CommandId, DocumentId, FactId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::Sha256;
use rusqlite::{Connection, OpenFlags, Row};

use crate::readable::RecordKey;

/// A fact as a phone keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFact {
    /// This phone's own.
    pub own: bool,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// The phone believes that the agency has it.
    pub accepted: bool,
    /// The agency will not have it, and the officer sees why.
    pub refused: bool,
}

/// A change as a phone keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptChange {
    /// This phone's own.
    pub own: bool,
    /// The phone believes that the agency has it.
    pub accepted: bool,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl KeptChange {
    /// Another phone's, of which only the place in the history is left.
    pub fn is_place(&self) -> bool {
        !self.own && self.body.is_empty()
    }
}

/// A wish as a phone keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptWish {
    /// It waits to be sent.
    pub waiting: bool,
    /// The decision's number and reason, where it is decided.
    pub decided: Option<(i64, String)>,
}

/// An original of a photo or video.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOriginal {
    /// Its hash.
    pub hash: Sha256,
    /// The phone believes that the agency has all of it.
    pub complete: bool,
    /// The fact that names it is not with the agency: the agency would not take it.
    pub orphaned: bool,
}

/// Everything that a phone holds.
#[derive(Default)]
pub struct Holdings {
    /// Records with version and body.
    pub records: BTreeMap<RecordKey, (i64, Vec<u8>)>,
    /// Documents with their kind's number, without those that the officer may no longer read and that hold only what is kept for a
    /// restored server.
    pub documents: BTreeMap<DocumentId, i64>,
    /// Changes, without those whose words were taken out again.
    pub changes: BTreeMap<(DocumentId, Sha256), KeptChange>,
    /// Facts.
    pub facts: BTreeMap<(DocumentId, FactId), KeptFact>,
    /// Wishes.
    pub wishes: BTreeMap<CommandId, KeptWish>,
    /// Documents that the server last would not take, with the reason's number.
    pub held: BTreeMap<DocumentId, i64>,
    /// Originals of photos and videos.
    pub originals: Vec<KeptOriginal>,
    /// A comparison with the server's heads is due: what the phone believes may be out of date.
    pub compare_due: bool,
    /// The enrolment was ended.
    pub revoked: bool,
}

/// A second look at a phone's file, beside the phone.
pub struct Look(Connection);

impl Look {
    /// Opens the file for reading.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.set_prepared_statement_cache_capacity(16);
        connection.execute_batch("PRAGMA query_only = ON")?;
        Ok(Self(connection))
    }

    /// Everything in it, from one state of the file.
    pub fn holdings(&self) -> rusqlite::Result<Holdings> {
        self.0.execute_batch("BEGIN")?;
        let holdings = self.read();
        self.0.execute_batch("COMMIT")?;
        holdings
    }

    fn read(&self) -> rusqlite::Result<Holdings> {
        let (compare_due, revoked) =
            self.0.query_row("SELECT compare_due, revoked_at IS NOT NULL FROM phone", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(Holdings {
            records: self.map("SELECT kind, id, version, body FROM records", |row| {
                Ok((
                    (RecordKind::from_code(row.get(0)?), RecordId::from_bytes(row.get(1)?)),
                    (row.get(2)?, row.get(3)?),
                ))
            })?,
            documents: self.map("SELECT document, kind FROM documents WHERE forget < 2", |row| {
                Ok((DocumentId::from_bytes(row.get(0)?), row.get(1)?))
            })?,
            changes: self.map(
                "SELECT document, hash, own, accepted_at IS NOT NULL, body FROM changes WHERE body <> x''",
                change,
            )?,
            facts: self.map(
                "SELECT document, fact, own, bytes, accepted_at IS NOT NULL, refused IS NOT NULL FROM facts",
                fact,
            )?,
            wishes: self.map("SELECT id, waiting, decision, reason FROM commands", |row| {
                let decision: Option<i64> = row.get(2)?;
                let decided = decision.map(|code| Ok::<_, rusqlite::Error>((code, row.get(3)?))).transpose()?;
                Ok((CommandId::from_bytes(row.get(0)?), KeptWish { waiting: row.get(1)?, decided }))
            })?,
            held: self.map("SELECT document, held_reason FROM documents WHERE held_reason IS NOT NULL", |row| {
                Ok((DocumentId::from_bytes(row.get(0)?), row.get(1)?))
            })?,
            originals: self.originals()?,
            compare_due,
            revoked,
        })
    }

    fn originals(&self) -> rusqlite::Result<Vec<KeptOriginal>> {
        let mut statement = self.0.prepare_cached(
            "SELECT hash, completed_at IS NOT NULL, NOT EXISTS (SELECT 1 FROM attachment_facts n
             JOIN facts f ON f.document = n.document AND f.fact = n.fact WHERE n.hash = a.hash AND f.refused IS NULL) FROM attachments a ORDER BY number",
        )?;
        let read = |row: &Row<'_>| {
            Ok(KeptOriginal { hash: Sha256(row.get(0)?), complete: row.get(1)?, orphaned: row.get(2)? })
        };
        statement.query_map([], read)?.collect()
    }

    fn map<K: Ord, V>(
        &self,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<(K, V)>,
    ) -> rusqlite::Result<BTreeMap<K, V>> {
        self.0.prepare_cached(sql)?.query_map([], read)?.collect()
    }
}

fn change(row: &Row<'_>) -> rusqlite::Result<((DocumentId, Sha256), KeptChange)> {
    let key = (DocumentId::from_bytes(row.get(0)?), Sha256(row.get(1)?));
    Ok((key, KeptChange { own: row.get(2)?, accepted: row.get(3)?, body: row.get(4)? }))
}

fn fact(row: &Row<'_>) -> rusqlite::Result<((DocumentId, FactId), KeptFact)> {
    let key = (DocumentId::from_bytes(row.get(0)?), FactId::from_bytes(row.get(1)?));
    Ok((key, KeptFact { own: row.get(2)?, bytes: row.get(3)?, accepted: row.get(4)?, refused: row.get(5)? }))
}

impl Holdings {
    /// The changes of a document, by hash.
    pub fn changes_of(&self, document: DocumentId) -> BTreeSet<Sha256> {
        let all = self.changes.range((document, Sha256([0; 32]))..=(document, Sha256([255; 32])));
        all.map(|((_, hash), _)| *hash).collect()
    }

    /// Is all that there is of that document the officer's own words, kept for a server that may lose them? Of others' changes nothing
    /// but their place in the history may be left.
    pub fn own_words(&self, document: DocumentId) -> bool {
        let facts: Vec<_> =
            self.facts.iter().filter(|((of, _), _)| *of == document).map(|(_, fact)| fact.own).collect();
        let changes = self.changes.iter().filter(|((of, _), _)| *of == document);
        let changes: Vec<_> = changes.map(|(_, change)| change.own || change.is_place()).collect();
        let any = !facts.is_empty() || !changes.is_empty();
        any && facts.into_iter().chain(changes).all(|own| own)
    }

    /// How a document stands, in a few words.
    pub fn describe(&self, document: DocumentId) -> String {
        let word = |own: bool, accepted: bool, refused: bool| {
            let state = if refused {
                "refused"
            } else if accepted {
                "accepted"
            } else {
                "waiting"
            };
            format!("{} {state}", if own { "own" } else { "other" })
        };
        let facts = self.facts.iter().filter(|((of, _), _)| *of == document);
        let changes = self.changes.iter().filter(|((of, _), _)| *of == document);
        let facts: Vec<_> = facts.map(|(_, it)| word(it.own, it.accepted, it.refused)).collect();
        let changes: Vec<_> = changes.map(|(_, it)| word(it.own, it.accepted, false)).collect();
        format!("{document:?} of kind {:?}, facts {facts:?}, changes {changes:?}", self.documents.get(&document))
    }

    /// Does anything of that document wait to be sent?
    pub fn waits(&self, document: DocumentId) -> bool {
        let facts = self.facts.iter().filter(|((of, _), _)| *of == document);
        let changes = self.changes.iter().filter(|((of, _), _)| *of == document);
        facts.into_iter().any(|(_, fact)| fact.own && !fact.accepted && !fact.refused)
            || changes.into_iter().any(|(_, change)| change.own && !change.accepted)
    }
}
