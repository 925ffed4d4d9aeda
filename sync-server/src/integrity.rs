//! Is a document what its rows say? The full check, with the document loaded: for `detailbook check`, never for an exchange.

use std::collections::BTreeMap;

use detailbook_core::documents::{Document, FactEntry};
use detailbook_core::evidence::Statement;
use detailbook_core::ids::{AgencyId, FactId};

use crate::store::documents::{self, DocumentRow};
use crate::store::facts::{self, StoredFact};
use crate::store::{Sql, StoreError};

/// What is wrong with a document, as a sentence; `None` where all is well. Rebuilds it from its raw changes, saves and loads
/// it, and holds the index and the facts that were read out of it against what it holds.
pub fn damage(sql: &mut dyn Sql, agency: AgencyId, row: &DocumentRow) -> Result<Option<String>, StoreError> {
    let changes = documents::raw_changes(sql, agency, row.document)?;
    let stored = facts::of_document(sql, agency, row.document, FactId::NIL, i64::MAX)?;
    if changes.len() as i64 != row.changes {
        return Ok(Some(format!("{} changes are stored, not {}", changes.len(), row.changes)));
    }
    let document = match Document::from_changes(row.kind, changes.iter().map(Vec::as_slice)) {
        Ok(document) => document,
        Err(error) => return Ok(Some(error.to_string())),
    };
    Ok(unfaithful(&document, row).or_else(|| misread(agency, &document.facts(), &stored)))
}

fn unfaithful(document: &Document, row: &DocumentRow) -> Option<String> {
    let (mut found, mut kept) = (document.index().heads, row.index.heads.clone());
    found.sort_unstable();
    kept.sort_unstable();
    if found != kept || document.index().max_op != row.index.max_op {
        return Some("its index is not that of its changes".to_owned());
    }
    document.save_check().err().map(|error| error.to_string())
}

/// The first fact whose row is not what the document holds.
fn misread(agency: AgencyId, held: &[FactEntry], stored: &[StoredFact]) -> Option<String> {
    let mut rows: BTreeMap<FactId, &StoredFact> = stored.iter().map(|row| (row.fact, row)).collect();
    for entry in held {
        let Some(row) = rows.remove(&entry.id) else { return Some(format!("fact {} has no row", entry.id)) };
        let signature = entry.signature.map(|signature| signature.to_vec());
        if row.body != entry.bytes || row.signature != signature || hash(agency, row) != row.hash {
            return Some(format!("the row of fact {} is not what was written", entry.id));
        }
    }
    rows.into_keys().next().map(|fact| format!("fact {fact} is in no change"))
}

fn hash(agency: AgencyId, row: &StoredFact) -> detailbook_core::shift::FactHash {
    let StoredFact { officer, device, document, fact, .. } = *row;
    Statement { agency, officer, device, document, fact }.hash(&row.body)
}
