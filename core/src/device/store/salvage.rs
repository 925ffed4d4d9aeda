//! Taking over what still reads of a file that was set aside: who the phone is, the shift under way, hours that nobody else has.
//!
//! A damaged page somewhere must not keep an officer in a dead zone from clocking out. What the agency can give back (others'
//! words, changes) is left to a pull from the beginning; of the rest, every row that still reads goes along. Own facts are put into
//! changes anew, under a fresh writer. The file itself is only read.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, params, params_from_iter};

use super::set_aside::with_suffix;
use super::{Result, StoreOptions, Tx, attachments, documents, log_check, pragmas, shift_logs, standing, writers};
use crate::documents::{DocumentIndex, DocumentKind};
use crate::entropy::Entropy;
use crate::ids::{DocumentId, FactId, WriterId};
use crate::records::RecordKind;
use crate::shift::{Fact, FactKind};
use crate::time::UnixMillis;

/// What was taken over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Salvaged {
    /// Nothing: who the phone is does not read, or the file at hand has an enrolment of its own.
    Nothing,
    /// What read, but not all did.
    Part,
    /// Everything that belongs there.
    Whole,
}

impl Salvaged {
    /// What the officer is told of it.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Nothing => "The file was damaged. It is kept beside the new one.",
            Self::Part => {
                "The file was damaged. It is kept beside the new one, which has what could still be read of it."
            }
            Self::Whole => "The file was damaged. It is kept beside the new one, which has taken over your entries.",
        }
    }
}

/// Tables whose rows go along, and the order in which they are read: from both ends, so that a damaged page costs only its own rows.
const TABLES: [(&str, &[&str]); 7] = [
    ("records", &["number"]),
    ("documents", &["document"]),
    ("facts", &["document", "fact"]),
    ("writers", &["writer"]),
    ("commands", &["number"]),
    ("attachments", &["number"]),
    ("attachment_facts", &["hash", "document", "fact"]),
];

/// What the phone's own row keeps.
const STANDING: &str =
    "server, server_key, agency, officer, device, session_key, request_counter, chain_counter, chain_previous,
    pull, anchor_server, anchor_monotonic, anchor_boot, anchor_round_trip, minimum_app, revoked_at";

/// Takes over what reads of the file at `from` into the one at hand, which knows nobody yet.
pub(super) fn take_over(
    tx: &Tx<'_>,
    from: &Path,
    options: &StoreOptions,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<Salvaged> {
    if standing::enrolment(tx)?.is_some() {
        return Ok(Salvaged::Nothing);
    }
    // SQLite would take the log of an empty file for rubbish, and delete it.
    if std::fs::metadata(from)?.len() == 0 {
        return Ok(Salvaged::Nothing);
    }
    let old = Old { path: from, options };
    if !old.copy_standing(tx)? {
        return Ok(Salvaged::Nothing);
    }
    let mut whole = old.is_as_long_as_it_says() && !log_check::loses_commits(from);
    for (table, order) in TABLES {
        whole &= old.copy_table(tx, table, order)?;
    }
    settle_standing(tx, WriterId::new(now, entropy))?;
    settle_documents(tx)?;
    settle_facts(tx)?;
    // The rest comes with the feed. A shift under way is kept even where its facts did not read: it can be ended.
    tx.run(
        "DELETE FROM documents WHERE running = 0 AND NOT EXISTS
           (SELECT 1 FROM facts WHERE facts.document = documents.document)",
        [],
    )?;
    Ok(if whole { Salvaged::Whole } else { Salvaged::Part })
}

/// The file that was set aside.
struct Old<'a> {
    path: &'a Path,
    options: &'a StoreOptions,
}

impl Old<'_> {
    fn open(&self) -> Result<Connection> {
        let connection = Connection::open_with_flags(self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // Its log stays as it is, too.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        pragmas::apply_reading(&connection, self.options)?;
        Ok(connection)
    }

    /// Of a file that was cut short, tables behind its end read as empty ones.
    fn is_as_long_as_it_says(&self) -> bool {
        let schema = self.open().and_then(|connection| {
            connection.execute_batch("PRAGMA writable_schema = OFF")?;
            Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?)
        });
        schema.is_ok()
    }

    /// Whether all of them read. Each time anew: SQLCipher reads nothing more once a page does not decrypt.
    fn rows(&self, sql: &str, mut each: impl FnMut(&[String], Vec<Value>) -> Result<()>) -> Result<bool> {
        let Ok(connection) = self.open() else { return Ok(false) };
        let Ok(mut statement) = connection.prepare(sql) else { return Ok(false) };
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let Ok(mut rows) = statement.query([]) else { return Ok(false) };
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    let Ok(values) = values(row, columns.len()) else { return Ok(false) };
                    each(&columns, values)?;
                }
                Ok(None) => return Ok(true),
                Err(_) => return Ok(false),
            }
        }
    }

    /// Whether there was an enrolment to take over.
    fn copy_standing(&self, tx: &Tx<'_>) -> Result<bool> {
        let mut found = false;
        self.rows(&format!("SELECT {STANDING} FROM phone WHERE device IS NOT NULL"), |columns, values| {
            found = true;
            let columns: Vec<_> = columns.iter().map(|column| format!("{column} = ?")).collect();
            tx.run(&format!("UPDATE phone SET {}", columns.join(", ")), params_from_iter(values)).map(drop)
        })?;
        // A file of an older version does not have it.
        self.rows("SELECT public_key FROM phone WHERE device IS NOT NULL", |_, values| {
            tx.run("UPDATE phone SET public_key = ?", params_from_iter(values)).map(drop)
        })?;
        Ok(found)
    }

    /// Whether all of it read.
    fn copy_table(&self, tx: &Tx<'_>, table: &str, order: &[&str]) -> Result<bool> {
        let copy = |columns: &[String], values: Vec<Value>| {
            let places = vec!["?"; columns.len()].join(", ");
            let sql = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({places})", columns.join(", "));
            tx.run(&sql, params_from_iter(values)).map(drop)
        };
        for direction in ["ASC", "DESC"] {
            let order: Vec<_> = order.iter().map(|column| format!("{column} {direction}")).collect();
            if self.rows(&format!("SELECT * FROM {table} ORDER BY {}", order.join(", ")), copy)? {
                return Ok(direction == "ASC");
            }
        }
        Ok(false)
    }
}

impl Drop for Old<'_> {
    /// Leaves nothing beside the file that was not there: an index over its log says nothing that the log does not.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(with_suffix(self.path, "-shm"));
        let log = with_suffix(self.path, "-wal");
        if std::fs::metadata(&log).is_ok_and(|log| log.len() == 0) {
            let _ = std::fs::remove_file(log);
        }
    }
}

fn values(row: &Row<'_>, columns: usize) -> rusqlite::Result<Vec<Value>> {
    (0..columns).map(|column| row.get(column)).collect()
}

/// Goes on as the same phone: past every counter that it may have used, in a stream of its own, the feed from the beginning.
fn settle_standing(tx: &Tx<'_>, writer: WriterId) -> Result<()> {
    standing::enrolled(tx)?;
    standing::leap_requests(tx)?;
    standing::start_over(tx)?;
    writers::take_up(tx, writer)
}

/// No change was taken over, so each document stands where it began; whose it is to read stays as it was.
fn settle_documents(tx: &Tx<'_>) -> Result<()> {
    for kind in [DocumentKind::ShiftLog, DocumentKind::PassOn] {
        let seed = DocumentIndex::seed(kind);
        tx.run(
            "UPDATE documents SET heads = ?2, max_op = ?3, writer = NULL, writer_seq = 0, stage = 0, held_until = NULL,
             held_reason = NULL, waits = 0, pull = 0 WHERE kind = ?1",
            params![kind.code(), seed.heads_to_bytes(), seed.max_op as i64],
        )?;
    }
    Ok(())
}

/// A fact as far as it matters here.
struct Found {
    document: DocumentId,
    id: FactId,
    own: bool,
    fact: Fact,
}

fn settle_facts(tx: &Tx<'_>) -> Result<()> {
    // Those that the agency has wait for nothing but a signature that it lacks.
    tx.run(
        "UPDATE facts SET change = NULL, signature_change = NULL, todo = CASE WHEN own = 0 OR refused IS NOT NULL THEN 0
         WHEN accepted_at IS NOT NULL THEN todo & 6 WHEN signature IS NULL THEN 3 ELSE 1 END",
        [],
    )?;
    let sql = "SELECT document, fact, own, bytes FROM facts ORDER BY document, counter";
    let rows = tx.all(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Vec<u8>>(3)?)))?;
    for (document, id, own, bytes) in rows {
        let (document, id) = (DocumentId::from_bytes(document), FactId::from_bytes(id));
        match Fact::from_bytes(&bytes) {
            Ok(fact) => settle_fact(tx, &Found { document, id, own, fact })?,
            Err(_) => drop_fact(tx, document, id)?,
        }
    }
    Ok(())
}

/// Makes good what its document and its original lack.
fn settle_fact(tx: &Tx<'_>, found: &Found) -> Result<()> {
    let kind = match documents::find(tx, found.document)? {
        Some(held) => held.kind,
        None => make_document(tx, found)?,
    };
    if kind == DocumentKind::PassOn && !found.own {
        // Others' words come with the feed, if they are still the officer's to read.
        return drop_fact(tx, found.document, found.id);
    }
    let attachment = found.fact.content.as_ref().and_then(|content| content.attachment.as_ref());
    match attachment.filter(|_| found.own) {
        Some(attachment) => {
            attachments::add_if_missing(tx, attachment, found.document, found.id, found.fact.clock.wall)
        }
        None => Ok(()),
    }
}

/// The document's row did not read: what is known of it stands in its facts.
fn make_document(tx: &Tx<'_>, found: &Found) -> Result<DocumentKind> {
    let shared = matches!(found.fact.kind, FactKind::Note | FactKind::Attachment | FactKind::Incident);
    let sql = "SELECT count(*) FROM records WHERE kind = ?1 AND id = ?2";
    let is_detail = tx.number(sql, params![RecordKind::Detail.code(), *found.document.as_bytes()])? > 0;
    let kind = if shared && is_detail { DocumentKind::PassOn } else { DocumentKind::ShiftLog };
    documents::ensure(tx, found.document, kind, found.fact.detail)?;
    note_punches(tx, found.document)?;
    Ok(kind)
}

/// Where the shift stands, by the order in which this phone wrote.
fn note_punches(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    let sql = "SELECT kind, at FROM facts WHERE document = ?1 AND own = 1 ORDER BY counter";
    let punches = tx.all(sql, [*document.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    punches
        .into_iter()
        .try_for_each(|(kind, at)| shift_logs::note_punch(tx, document, FactKind::from_code(kind), UnixMillis::new(at)))
}

fn drop_fact(tx: &Tx<'_>, document: DocumentId, fact: FactId) -> Result<()> {
    tx.run("DELETE FROM facts WHERE document = ?1 AND fact = ?2", params![*document.as_bytes(), *fact.as_bytes()])?;
    Ok(())
}
