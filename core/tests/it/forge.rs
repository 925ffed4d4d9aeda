//! Making changes that no honest phone makes.

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ScalarValue};
use detailbook_core::ids::{FactId, WriterId};

use crate::chunk;
use crate::shelf::Shelf;

/// The operations that made the containers of every document.
pub(crate) const FACTS: u64 = 1;
pub(crate) const SIGNATURES: u64 = 2;
pub(crate) const NOTES: u64 = 3;

/// Who made them.
pub(crate) fn schema_actor() -> ActorId {
    ActorId::from(&[0u8][..])
}

pub(crate) fn container(number: u64) -> ObjectId {
    ObjectId::Id(OpId::new(number, &schema_actor()))
}

/// Puts bytes under a fresh key.
pub(crate) fn put(object: u64, key: &str, bytes: &[u8]) -> Op {
    operation(container(object), Key::from(key), OpType::Put(ScalarValue::Bytes(bytes.to_vec())))
}

/// Puts a fact.
pub(crate) fn put_fact(id: FactId, bytes: &[u8]) -> Op {
    put(FACTS, &id.to_hex(), bytes)
}

pub(crate) fn operation(obj: ObjectId, key: Key, action: OpType) -> Op {
    Op { action, obj, key, pred: SortedVec::new(), insert: false }
}

/// A change as an honest writer would number it, with those operations.
pub(crate) fn expanded(shelf: &Shelf, writer: WriterId, operations: Vec<Op>) -> ExpandedChange {
    ExpandedChange {
        operations,
        actor_id: ActorId::from(writer.as_bytes()),
        hash: None,
        seq: shelf.next_seq(writer),
        start_op: (shelf.index.max_op + 1).try_into().unwrap(),
        time: 0,
        message: None,
        deps: shelf.index.heads.iter().map(|head| ChangeHash(head.0)).collect(),
        extra_bytes: vec![],
        author: None,
    }
}

/// The bytes of a change.
pub(crate) fn bytes(change: ExpandedChange) -> Vec<u8> {
    Change::from(change).raw_bytes().to_vec()
}

/// A well-numbered change with those operations.
pub(crate) fn change(shelf: &Shelf, writer: WriterId, operations: Vec<Op>) -> Vec<u8> {
    bytes(expanded(shelf, writer, operations))
}

/// Writes a signed LEB128 number.
pub(crate) fn signed(out: &mut Vec<u8>, mut value: i64) {
    while !(-0x40..0x40).contains(&value) {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8 & 0x7f);
}

/// A change whose columns are given as they are.
pub(crate) fn with_columns(shelf: &Shelf, writer: WriterId, columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    chunk::unsigned(&mut out, shelf.index.heads.len() as u64);
    out.extend(shelf.index.heads_to_bytes());
    chunk::unsigned(&mut out, 16);
    out.extend_from_slice(writer.as_bytes());
    chunk::unsigned(&mut out, shelf.next_seq(writer));
    chunk::unsigned(&mut out, shelf.index.max_op + 1);
    // Time 0, no message, no other actors.
    out.extend_from_slice(&[0, 0, 0]);
    chunk::unsigned(&mut out, columns.len() as u64);
    for (spec, data) in columns {
        chunk::unsigned(&mut out, *spec);
        chunk::unsigned(&mut out, data.len() as u64);
    }
    out.extend(columns.iter().flat_map(|(_, data)| data).copied());
    chunk::wrap(1, &out)
}
