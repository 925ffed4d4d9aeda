//! Writes a change from the document's index alone: no document is loaded.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ScalarValue};

use super::index::DocumentIndex;
use super::kind::DocumentKind;
use super::schema::Container;
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
    let fact = |entry: &FactEntry| put(Container::Facts, entry.id, entry.bytes.clone());
    let signature = |entry: &FactEntry| Some(put(Container::Signatures, entry.id, entry.signature?.to_vec()));
    let operations = facts.iter().map(fact).chain(facts.iter().filter_map(signature)).collect();
    write(kind, index, writer, writer_seq, operations)
}

/// Writes signatures of facts that are in the document already.
pub fn write_signatures(
    kind: DocumentKind,
    index: &DocumentIndex,
    writer: WriterId,
    writer_seq: u64,
    signatures: &[(FactId, Signature)],
) -> WrittenChange {
    let signature = |(id, signature): &(FactId, Signature)| put(Container::Signatures, *id, signature.to_vec());
    write(kind, index, writer, writer_seq, signatures.iter().map(signature).collect())
}

fn write(
    _kind: DocumentKind,
    index: &DocumentIndex,
    writer: WriterId,
    writer_seq: u64,
    operations: Vec<Op>,
) -> WrittenChange {
    let change = Change::from(ExpandedChange {
        operations,
        actor_id: ActorId::from(writer.as_bytes()),
        hash: None,
        seq: writer_seq,
        start_op: first_op(index.max_op),
        time: 0,
        message: None,
        deps: index.heads.iter().map(|head| ChangeHash(head.0)).collect(),
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

/// Puts bytes under a fact's id, where nothing was before.
fn put(container: Container, id: FactId, bytes: Vec<u8>) -> Op {
    let (counter, actor) = container.id();
    Op {
        action: OpType::Put(ScalarValue::Bytes(bytes)),
        obj: ObjectId::Id(OpId::new(counter, &ActorId::from(actor))),
        key: Key::from(id.to_hex()),
        pred: SortedVec::new(),
        insert: false,
    }
}
