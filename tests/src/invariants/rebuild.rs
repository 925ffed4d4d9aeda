//! Rule 3, on the server: a document built by automerge from its raw changes, in any order, holds exactly the facts that the
//! server read out of them one by one; and its heads are those that admission works from.

use std::collections::BTreeMap;

use detailbook_core::documents::{Document, DocumentKind};
use detailbook_core::ids::{AgencyId, DocumentId, FactId};
use detailbook_server::store::{Sql, StoreError, params};

use crate::broken::{Broken, Checked, demand};
use crate::entropy::Seeded;

const RULE: &str = "a document rebuilt from its changes equals the tables";

/// What the tables say about one document.
pub struct Tabled {
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: DocumentKind,
    heads: Vec<u8>,
    max_op: i64,
    /// Raw changes in order of their numbers.
    pub changes: Vec<Vec<u8>>,
    facts: BTreeMap<FactId, (Vec<u8>, Option<Vec<u8>>)>,
}

/// The documents of an agency that changed after number `after`.
pub fn changed(sql: &mut dyn Sql, agency: AgencyId, after: i64) -> Result<Vec<Tabled>, StoreError> {
    let rows = sql.query(
        "SELECT document, kind, heads, max_op FROM documents d WHERE agency = $1 AND EXISTS
         (SELECT 1 FROM changes c WHERE c.agency = d.agency AND c.document = d.document AND c.seq > $2) ORDER BY document",
        &params![agency, after],
    )?;
    rows.iter()
        .map(|row| {
            let document = row.id(0)?;
            Ok(Tabled {
                document,
                kind: DocumentKind::from_code(row.int(1)?).expect("a known kind"),
                heads: row.bytes(2)?.to_vec(),
                max_op: row.int(3)?,
                changes: changes(sql, agency, document)?,
                facts: facts(sql, agency, document)?,
            })
        })
        .collect()
}

fn changes(sql: &mut dyn Sql, agency: AgencyId, document: DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = sql.query(
        "SELECT body FROM changes WHERE agency = $1 AND document = $2 ORDER BY seq",
        &params![agency, document],
    )?;
    rows.iter().map(|row| Ok(row.bytes(0)?.to_vec())).collect()
}

type FactTable = BTreeMap<FactId, (Vec<u8>, Option<Vec<u8>>)>;

fn facts(sql: &mut dyn Sql, agency: AgencyId, document: DocumentId) -> Result<FactTable, StoreError> {
    let rows = sql.query(
        "SELECT fact, body, signature FROM facts WHERE agency = $1 AND document = $2",
        &params![agency, document],
    )?;
    rows.iter().map(|row| Ok((row.id(0)?, (row.bytes(1)?.to_vec(), row.opt_bytes(2)?.map(<[u8]>::to_vec))))).collect()
}

/// Builds the document from its changes, shuffled, and compares.
pub fn check(tabled: &Tabled, entropy: &mut Seeded) -> Checked {
    let mut changes: Vec<&[u8]> = tabled.changes.iter().map(Vec::as_slice).collect();
    entropy.shuffle(&mut changes);
    let broken = |seen: String| Broken { rule: RULE, seen: format!("{:?}: {seen}", tabled.document) };
    let built = Document::from_changes(tabled.kind, changes).map_err(|error| broken(error.to_string()))?;
    let facts: FactTable =
        built.facts().into_iter().map(|fact| (fact.id, (fact.bytes, fact.signature.map(|s| s.to_vec())))).collect();
    demand(facts == tabled.facts, RULE, || {
        format!("{:?}: {} facts built, {} in the table", tabled.document, facts.len(), tabled.facts.len())
    })?;
    let index = built.index();
    demand(index.heads_to_bytes() == tabled.heads && index.max_op == tabled.max_op.unsigned_abs(), RULE, || {
        format!("{:?}: other heads or operation numbers", tabled.document)
    })
}
