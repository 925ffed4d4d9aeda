//! Writes a change from the document's index alone: no document is loaded.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ScalarValue};

use super::index::DocumentIndex;
use super::kind::DocumentKind;
use super::schema::{self, Container, SCHEMA_ACTOR, Schema};
use crate::evidence::Signature;
use crate::ids::{FactId, WriterId};
use crate::shift::Sha256;

/// A fact as a document holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactEntry {
    /// Its id.
    pub id: FactId,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// Its signature, where there is one yet.
    pub signature: Option<Signature>,
}

/// A change that was just made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenChange {
    /// The change chunk, as it travels and is stored.
    pub bytes: Vec<u8>,
    /// Its hash.
    pub hash: Sha256,
    /// Its number in the writer's own sequence.
    pub writer_seq: u64,
    /// Its last operation's number.
    pub max_op: u64,
    /// The document's index once it has been added.
    pub index: DocumentIndex,
}

/// Writes new facts, and their signatures where they have one, as one change. `writer_seq` is the writer's last in this document
/// plus one. Without any fact the change is empty, and would be refused.
pub fn write_facts(
    kind: DocumentKind,
    index: &DocumentIndex,
    writer: WriterId,
    writer_seq: u64,
    facts: &[FactEntry],
) -> WrittenChange {
    let fact = |entry: &FactEntry| (Container::FACTS, entry.id, entry.bytes.clone());
    let signature = |entry: &FactEntry| Some((Container::SIGNATURES, entry.id, entry.signature?.to_vec()));
    let puts = facts.iter().map(fact).chain(facts.iter().filter_map(signature));
    write(schema::of(kind), index, writer, writer_seq, puts)
}

/// Writes signatures of facts that are in the document already.
pub fn write_signatures(
    kind: DocumentKind,
    index: &DocumentIndex,
    writer: WriterId,
    writer_seq: u64,
    signatures: &[(FactId, Signature)],
) -> WrittenChange {
    let puts = signatures.iter().map(|(id, signature)| (Container::SIGNATURES, *id, signature.to_vec()));
    write(schema::of(kind), index, writer, writer_seq, puts)
}

/// Puts bytes under fresh ids, as one change that follows the heads and the steps which made the containers.
/// A container that the kind does not have is left out.
pub(crate) fn write(
    schema: &Schema,
    index: &DocumentIndex,
    writer: WriterId,
    writer_seq: u64,
    puts: impl Iterator<Item = (Container, FactId, Vec<u8>)>,
) -> WrittenChange {
    let mut base = index.clone();
    let mut operations = Vec::new();
    for (container, id, bytes) in puts {
        let Some((step, counter)) = schema.address(container) else { continue };
        base = schema.base(base, step);
        operations.push(put(counter, id, bytes));
    }
    let change = Change::from(ExpandedChange {
        operations,
        actor_id: ActorId::from(writer.as_bytes()),
        hash: None,
        seq: writer_seq,
        start_op: first_op(base.max_op),
        time: 0,
        message: None,
        deps: base.heads.iter().map(|head| ChangeHash(head.0)).collect(),
        extra_bytes: Vec::new(),
        author: None,
    });
    written(&change, index)
}

/// Describes a change made on top of `before`.
pub(crate) fn written(change: &Change, before: &DocumentIndex) -> WrittenChange {
    let (hash, max_op) = (Sha256(change.hash().0), change.max_op());
    let dependencies: Vec<_> = change.deps().iter().map(|dep| Sha256(dep.0)).collect();
    WrittenChange {
        bytes: change.raw_bytes().to_vec(),
        hash,
        writer_seq: change.seq(),
        max_op,
        index: before.with(hash, &dependencies, max_op),
    }
}

/// The number of the first operation after `max_op`.
pub(crate) fn first_op(max_op: u64) -> NonZeroU64 {
    NonZeroU64::MIN.saturating_add(max_op)
}

/// Puts bytes under a fact's id into the container made by the schema's operation `container`, where nothing was before.
fn put(container: u64, id: FactId, bytes: Vec<u8>) -> Op {
    Op {
        action: OpType::Put(ScalarValue::Bytes(bytes)),
        obj: ObjectId::Id(OpId::new(container, &ActorId::from(SCHEMA_ACTOR))),
        key: Key::from(id.to_hex()),
        pred: SortedVec::new(),
        insert: false,
    }
}
