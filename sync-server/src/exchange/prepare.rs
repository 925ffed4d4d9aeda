//! What can be told of a push without looking anything up: done before the lock, by as many threads as there are.

use std::collections::BTreeMap;

use detailbook_core::authority::{Inspected, inspect};
use detailbook_core::documents::{Action, Container, DocumentKind, Key, Object, Operation};
use detailbook_core::evidence::{Statement, verify};
use detailbook_core::ids::{DocumentId, FactId};
use detailbook_core::shift::{Fact, FactHash};
use detailbook_core::wire::{Limits, Push, Refusal};

use crate::store::devices::Device;
use crate::store::documents::Signed;

/// A push, ready for the transaction.
pub(super) struct Prepared {
    pub(super) document: DocumentId,
    pub(super) kind: DocumentKind,
    /// One for each change of the push, in order.
    pub(super) changes: Vec<Result<Change, Refusal>>,
}

/// A change whose bytes are in order.
pub(super) struct Change {
    pub(super) inspected: Inspected,
    pub(super) bytes: Vec<u8>,
    /// Its facts, as far as they can be read.
    pub(super) facts: BTreeMap<FactId, Assessed>,
    /// It edits shared text, for which the document is loaded.
    pub(super) edits_text: bool,
}

/// A fact and what follows from its bytes and the device that sent it.
pub(super) struct Assessed {
    pub(super) fact: Fact,
    pub(super) hash: FactHash,
    pub(super) signed: Signed,
}

/// Inspects every change of a push.
pub(super) fn prepare(push: Push, device: &Device, limits: &Limits) -> Prepared {
    let (document, kind) = (push.document, push.kind);
    let change = |bytes: Vec<u8>| {
        let inspected = inspect(&bytes, limits)?;
        let (facts, edits_text) = assess(&inspected.operations, kind, document, device);
        Ok(Change { inspected, bytes, facts, edits_text })
    };
    Prepared { document, kind, changes: push.changes.into_iter().map(|bytes| change(bytes.into())).collect() }
}

fn assess(
    operations: &[Operation],
    kind: DocumentKind,
    document: DocumentId,
    device: &Device,
) -> (BTreeMap<FactId, Assessed>, bool) {
    let puts = |wanted: Container| operations.iter().filter_map(move |op| put_under(op, kind, wanted));
    let signatures: BTreeMap<FactId, &[u8]> = puts(Container::SIGNATURES).collect();
    let facts = puts(Container::FACTS).filter_map(|(id, bytes)| {
        let statement = statement(device, document, id);
        let fact = Fact::from_bytes(bytes).ok()?;
        let signed = signed(&statement.bytes(bytes), device, signatures.get(&id).copied());
        Some((id, Assessed { fact, hash: statement.hash(bytes), signed }))
    });
    let edits_text = operations.iter().any(|op| container(op, kind) == Some(Container::NOTES));
    (facts.collect(), edits_text)
}

/// Where a fact of that device stands.
pub(super) fn statement(device: &Device, document: DocumentId, fact: FactId) -> Statement {
    Statement { agency: device.agency, officer: device.officer, device: device.device, document, fact }
}

/// Does the signature fit? The answer is kept; it never refuses a fact.
pub(super) fn signed(statement: &[u8], device: &Device, signature: Option<&[u8]>) -> Signed {
    match signature {
        None => Signed::No,
        Some(signature) if verify(&device.public_key, statement, signature) => Signed::Fits,
        Some(_) => Signed::Broken,
    }
}

fn container(operation: &Operation, kind: DocumentKind) -> Option<Container> {
    match &operation.object {
        Object::Made(object) => Container::made_by(kind, object),
        Object::Root => None,
    }
}

/// The id and bytes that an operation puts into that container.
fn put_under(operation: &Operation, kind: DocumentKind, wanted: Container) -> Option<(FactId, &[u8])> {
    match (&operation.key, &operation.action) {
        (Key::Name(name), Action::PutBytes(bytes)) if container(operation, kind) == Some(wanted) => {
            Some((FactId::from_hex(name).ok()?, bytes))
        }
        _ => None,
    }
}
