//! Holds every operation of a change against the grants.

use std::collections::{BTreeMap, BTreeSet};

use super::admit::{Case, DocumentStore, Stop};
use super::grants::{FactScope, Grant, grant};
use crate::documents::{Action, FactEntry, Key, Object, Operation};
use crate::evidence::Signature;
use crate::ids::FactId;
use crate::shift::{Fact, FactKind};
use crate::wire::{Refusal, check_canonical};

/// What a change brings: its facts, and signatures of facts that were there before.
type Brought = (Vec<FactEntry>, Vec<(FactId, Signature)>);

/// Checks that each operation is granted, and collects what the change brings.
pub(super) fn check_operations<S: DocumentStore>(case: &Case<'_>, store: &mut S) -> Result<Brought, Stop<S::Error>> {
    let mut findings = Findings::default();
    for operation in &case.change.operations {
        findings.take(operation, case)?;
    }
    findings.must_be_new(store)?;
    Ok(findings.brought())
}

/// What the operations seen so far add.
#[derive(Default)]
struct Findings {
    facts: Vec<(FactId, Vec<u8>)>,
    fact_ids: BTreeSet<FactId>,
    signatures: BTreeMap<FactId, Signature>,
}

impl Findings {
    fn take(&mut self, operation: &Operation, case: &Case<'_>) -> Result<(), Refusal> {
        match granted(operation, case)? {
            Some(Grant::InsertFacts(scope)) => {
                let (id, bytes) = inserted(operation)?;
                check_fact(bytes, scope, case)?;
                self.facts.push((id, bytes.to_vec()));
                fresh(self.fact_ids.insert(id))
            }
            Some(Grant::InsertSignatures) => {
                let (id, bytes) = inserted(operation)?;
                let signature = Signature::try_from(bytes).map_err(|_| Refusal::BadChange)?;
                fresh(self.signatures.insert(id, signature).is_none())
            }
            // What it does to text is looked at by itself.
            Some(Grant::EditText) | None => Ok(()),
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

/// The grant under which an operation falls; none where the server has judged it by a schema newer than ours.
fn granted(operation: &Operation, case: &Case<'_>) -> Result<Option<Grant>, Refusal> {
    let container = match &operation.object {
        Object::Root if case.is_step() && makes_container(operation, case) => return Ok(None),
        Object::Root => return Err(Refusal::NotGranted),
        Object::Made(by) => case.schema.container(by),
    };
    match container {
        Some(container) => grant(case.schema.kind, container).map(Some).ok_or(Refusal::NotGranted),
        None if case.from_server => Ok(None),
        None => Err(Refusal::NotGranted),
    }
}

/// Does it make a container under a name that no container of ours has?
fn makes_container(operation: &Operation, case: &Case<'_>) -> bool {
    let fresh = matches!(&operation.key, Key::Name(name) if !case.schema.has(name));
    fresh && operation.action == Action::Make && operation.overwrites.is_empty() && !operation.insert
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

fn check_fact(bytes: &[u8], scope: FactScope, case: &Case<'_>) -> Result<(), Refusal> {
    if bytes.len() > case.limits.fact_bytes {
        return Err(Refusal::TooLarge);
    }
    check_canonical(bytes).map_err(|_| Refusal::BadChange)?;
    let fact = Fact::from_bytes(bytes).map_err(|_| Refusal::BadChange)?;
    // The server may know kinds that this version does not, and has judged where they belong.
    let judged = case.from_server && matches!(fact.kind, FactKind::Other(_));
    if judged || scope.covers(fact.kind) { Ok(()) } else { Err(Refusal::NotGranted) }
}

const fn fresh(is: bool) -> Result<(), Refusal> {
    if is { Ok(()) } else { Err(Refusal::FactExists) }
}
