//! `POST /v1/sync/compare`: which of a phone's documents the server knows less or other of.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{DetailId, DocumentId, RecordId};
use detailbook_core::wire::{self, CompareRequest, CompareResponse, DocumentHeads, Limits, Refusal};

use super::request::{check_protocol, unreadable};
use crate::access::device::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::store::audience::{self, Audience};
use crate::store::devices::Device;
use crate::store::documents::{self, DocumentState};
use crate::store::{Sql, StoreError};

/// Compares heads, and gives the encoded response. The caller's counter has been used up.
pub fn compare(app: &App, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let request = read(body, &app.limits)?;
    let ids: Vec<DocumentId> = request.documents.iter().map(|asked| asked.document).collect();
    let known = app.store.read(|sql| readable(sql, &caller.device, &ids))?;
    let differing = request.documents.iter().filter_map(|asked| differing(asked, &known)).collect();
    Ok(wire::encode(&CompareResponse { differing }))
}

fn read(body: &[u8], limits: &Limits) -> Result<CompareRequest, Refusal> {
    if body.len() > limits.request_bytes {
        return Err(Refusal::TooLarge);
    }
    let request: CompareRequest = wire::decode(body).map_err(|_| unreadable(body))?;
    check_protocol(request.protocol)?;
    if request.documents.len() <= limits.officer_documents { Ok(request) } else { Err(Refusal::TooLarge) }
}

/// Those of the documents that there are and that the officer may push to. About others nothing is said.
fn readable(
    sql: &mut dyn Sql,
    device: &Device,
    ids: &[DocumentId],
) -> Result<BTreeMap<DocumentId, DocumentState>, StoreError> {
    let mut details: BTreeMap<RecordId, bool> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for state in documents::states(sql, device.agency, ids)? {
        let theirs = match (state.kind, details.get(&state.owner)) {
            (DocumentKind::ShiftLog, _) => state.owner == device.officer.into(),
            (DocumentKind::PassOn, Some(member)) => *member,
            (DocumentKind::PassOn, None) => {
                let detail = Audience::Detail(DetailId::from(state.owner));
                let member = audience::membership(sql, device.agency, device.officer, &detail)?.is_some();
                details.insert(state.owner, member);
                member
            }
        };
        if theirs {
            known.insert(state.document, state);
        }
    }
    Ok(known)
}

fn differing(asked: &DocumentHeads, known: &BTreeMap<DocumentId, DocumentState>) -> Option<DocumentHeads> {
    let theirs: BTreeSet<_> = asked.heads.iter().copied().collect();
    match known.get(&asked.document) {
        Some(state) if state.heads.iter().copied().collect::<BTreeSet<_>>() == theirs => None,
        Some(state) => Some(DocumentHeads { document: state.document, kind: state.kind, heads: state.heads.clone() }),
        None => Some(DocumentHeads { document: asked.document, kind: asked.kind, heads: Vec::new() }),
    }
}
