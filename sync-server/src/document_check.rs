//! The full check of documents: rebuild each from its raw changes with automerge itself, save it, load it, and hold it
//! against the index and the facts that the server works from. Admission does without all that; `detailbook check`
//! runs this, and puts what fails aside for a person to look at. The raw changes stay.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, DeviceId, DocumentId, RecordId};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use crate::audit::By;
use crate::integrity;
use crate::store::documents;
use crate::store::held::{self, NewHeld};
use crate::store::{Store, StoreError, agency};

/// Documents listed in one read.
const STRIDE: usize = 256;

/// What a check of an agency's documents found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DocumentCheck {
    /// Documents looked at.
    pub documents: u64,
    /// Those that failed, and why. They are in quarantine.
    pub failed: Vec<(DocumentId, String)>,
}

/// Checks every document of an agency, and quarantines those that fail.
pub fn check(
    store: &Store,
    agency: AgencyId,
    now: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<DocumentCheck, StoreError> {
    let (mut found, mut after) = (DocumentCheck::default(), DocumentId::NIL);
    loop {
        let page = store.read(|sql| documents::page(sql, agency, after, STRIDE))?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.document;
        for row in page {
            found.documents += 1;
            if let Some(why) = examine(store, agency, row.document)? {
                let id = RecordId::new(now, entropy);
                put_aside(store, agency, row.document, now, id, why.clone())?;
                found.failed.push((row.document, why));
            }
        }
    }
}

/// What is wrong with a document, if anything is. Row, changes and facts are read in one state of the database.
fn examine(store: &Store, agency: AgencyId, document: DocumentId) -> Result<Option<String>, StoreError> {
    store.read(|sql| match documents::find(sql, agency, document)? {
        Some(row) => integrity::damage(sql, agency, &row),
        None => Ok(None),
    })
}

fn put_aside(
    store: &Store,
    agency: AgencyId,
    document: DocumentId,
    now: UnixMillis,
    id: RecordId,
    why: String,
) -> Result<(), StoreError> {
    store.write(move |sql| {
        agency::lock(sql, agency)?;
        if !documents::quarantine(sql, agency, document)? {
            return Ok(());
        }
        let reason = format!("the document failed its check: {why}");
        let held = NewHeld { id, device: DeviceId::NIL, received_at: now, reason: &reason, body: document.as_bytes() };
        held::hold(sql, agency, &held)?;
        let by = By { agency, now, actor: "check" };
        by.note(sql, "document.quarantine", document, &json!({ "reason": why }))
    })
}
