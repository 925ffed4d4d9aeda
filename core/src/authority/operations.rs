//! Holds every operation of a change against the grants.

use std::collections::{BTreeMap, BTreeSet};

use super::admit::{DocumentStore, Stop};
use super::grants::{FactScope, Grant, grant};
use super::inspect::Inspected;
use super::text::check_text;
use crate::documents::{Action, Container, DocumentKind, FactEntry, Key, Object, Operation};
use crate::evidence::Signature;
use crate::ids::FactId;
use crate::shift::Fact;
use crate::wire::{Limits, Refusal, check_canonical};

/// What a change brings: its facts, and signatures of facts that were there before.
type Brought = (Vec<FactEntry>, Vec<(FactId, Signature)>);

/// Checks that each operation is granted, and collects what the change brings.
pub(super) fn check_operations<S: DocumentStore>(
    change: &Inspected,
    kind: DocumentKind,
    store: &mut S,
    limits: &Limits,
) -> Result<Brought, Stop<S::Error>> {
    let mut findings = Findings::default();
    for operation in &change.operations {
        findings.take(operation, kind, limits)?;
    }
    findings.must_be_new(store)?;
    if findings.edits_text {
        check_text(change, kind, store, limits)?;
    }
    Ok(findings.brought())
}

/// What the operations seen so far add.
#[derive(Default)]
struct Findings {
    facts: Vec<(FactId, Vec<u8>)>,
    fact_ids: BTreeSet<FactId>,
    signatures: BTreeMap<FactId, Signature>,
    edits_text: bool,
}

impl Findings {
    fn take(&mut self, operation: &Operation, kind: DocumentKind, limits: &Limits) -> Result<(), Refusal> {
        match granted(operation, kind)? {
            Grant::InsertFacts(scope) => {
                let (id, bytes) = inserted(operation)?;
                check_fact(bytes, scope, limits)?;
                self.facts.push((id, bytes.to_vec()));
                fresh(self.fact_ids.insert(id))
            }
            Grant::InsertSignatures => {
                let (id, bytes) = inserted(operation)?;
                let signature = Signature::try_from(bytes).map_err(|_| Refusal::BadChange)?;
                fresh(self.signatures.insert(id, signature).is_none())
            }
            Grant::EditText => {
                self.edits_text = true;
                Ok(())
            }
        }
    }

    /// Nothing may be there yet, and a signature's fact must be.
    fn must_be_new<S: DocumentStore>(&self, store: &mut S) -> Result<(), Stop<S::Error>> {
        for id in &self.fact_ids {
            fresh(!store.has_fact(id).map_err(Stop::Store)?)?;
        }
        for id in self.signatures.keys() {
            fresh(!store.has_signature(id).map_err(Stop::Store)?)?;
            if !self.fact_ids.contains(id) && !store.has_fact(id).map_err(Stop::Store)? {
                return Err(Refusal::NotGranted.into());
            }
        }
        Ok(())
    }

    fn brought(mut self) -> Brought {
        let entry = |(id, bytes)| FactEntry { id, bytes, signature: self.signatures.remove(&id) };
        let facts = self.facts.into_iter().map(entry).collect();
        (facts, self.signatures.into_iter().collect())
    }
}

fn granted(operation: &Operation, kind: DocumentKind) -> Result<Grant, Refusal> {
    let Object::Made(object) = &operation.object else { return Err(Refusal::NotGranted) };
    let container = Container::resolve(kind, object).ok_or(Refusal::NotGranted)?;
    grant(kind, container).ok_or(Refusal::NotGranted)
}

/// The id and bytes that an operation puts where nothing was.
fn inserted(operation: &Operation) -> Result<(FactId, &[u8]), Refusal> {
    match operation {
        Operation { key: Key::Name(key), action: Action::PutBytes(bytes), overwrites, insert: false, .. }
            if overwrites.is_empty() =>
        {
            Ok((FactId::from_hex(key).map_err(|_| Refusal::NotGranted)?, bytes))
        }
        _ => Err(Refusal::NotGranted),
    }
}

fn check_fact(bytes: &[u8], scope: FactScope, limits: &Limits) -> Result<(), Refusal> {
    if bytes.len() > limits.fact_bytes {
        return Err(Refusal::TooLarge);
    }
    check_canonical(bytes).map_err(|_| Refusal::BadChange)?;
    let fact = Fact::from_bytes(bytes).map_err(|_| Refusal::BadChange)?;
    if scope.covers(fact.kind) { Ok(()) } else { Err(Refusal::NotGranted) }
}

const fn fresh(is: bool) -> Result<(), Refusal> {
    if is { Ok(()) } else { Err(Refusal::FactExists) }
}
