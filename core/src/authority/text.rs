//! Edits of shared text: the one thing for which a document is loaded.

use super::admit::{Case, DocumentStore, Stop};
use super::history::{History, in_notes};
use crate::documents::{Document, DocumentIndex, DocumentKind};
use crate::wire::Refusal;

/// Does the change edit shared text?
pub(super) fn edits_text(case: &Case<'_>) -> bool {
    case.change.operations.iter().any(|operation| in_notes(operation, case.schema))
}

/// Checks the edits of text in a change, then adds it to a copy of the document, saves and loads that.
pub(super) fn check_text<S: DocumentStore>(case: &Case<'_>, store: &mut S) -> Result<(), Stop<S::Error>> {
    let stored = store.changes().map_err(Stop::Store)?;
    History::of(case.schema, &stored)?.check(case.change)?;
    Ok(rehearse(case, &stored)?)
}

fn rehearse(case: &Case<'_>, stored: &[Vec<u8>]) -> Result<(), Refusal> {
    let mut document = load(case.schema.kind, stored)?;
    document.apply([case.change.bytes.as_slice()]).map_err(|_| Refusal::BadChange)?;
    document.save_check().map_err(|_| Refusal::BadChange)?;
    let change = case.change;
    if document.index() != case.standing.index.with(change.hash, &change.deps, change.max_op) {
        return Err(Refusal::Quarantined);
    }
    // What the server passes on it has measured itself; here it may stand beside words that were not sent yet.
    let fits = case.from_server || document.text().chars().count() <= case.limits.text_chars;
    // Never, rather than not now: what waits behind such an edit must not wait for ever.
    if fits { Ok(()) } else { Err(Refusal::TooLarge) }
}

/// Does the document that those changes make load, save and load again, and is it the one of that index?
pub(super) fn is_sound(kind: DocumentKind, stored: &[Vec<u8>], index: &DocumentIndex) -> bool {
    load(kind, stored).is_ok_and(|document| document.index() == *index && document.save_check().is_ok())
}

fn load(kind: DocumentKind, stored: &[Vec<u8>]) -> Result<Document, Refusal> {
    Document::from_changes(kind, stored.iter().map(Vec::as_slice)).map_err(|_| Refusal::Quarantined)
}
