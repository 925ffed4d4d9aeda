//! What the bytes of a change say, if they are a change at all. Needs no state.

use crate::documents::{self, Chunk, ColumnError, DecodedChange, Operation, SCHEMA_ACTOR};
use crate::ids::WriterId;
use crate::shift::Sha256;
use crate::wire::{Limits, Refusal};

/// Other actors that one change may name.
const MAX_ACTORS: usize = 64;
/// Automerge counts operations in 32 bits.
const MAX_OP: u64 = u32::MAX as u64;

/// A well-formed change, not yet allowed.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// Its hash.
    pub hash: Sha256,
    /// Who wrote it, by its own claim; [`WriterId::NIL`] for a step of a schema. The caller checks that this writer is the
    /// calling device's, as which NIL never is.
    pub writer: WriterId,
    /// Its number in the writer's own sequence.
    pub writer_seq: u64,
    /// The changes that it follows, ascending, at least one.
    pub deps: Vec<Sha256>,
    /// Its first operation's number.
    pub start_op: u64,
    /// Its last operation's number.
    pub max_op: u64,
    /// What it does, in order.
    pub operations: Vec<Operation>,
    /// The chunk itself.
    pub(crate) bytes: Vec<u8>,
}

/// Takes a change apart. Costs at most in proportion to [`Limits::change_bytes`] and [`Limits::change_operations`], whatever
/// the bytes claim; automerge sees them only once they have been counted, and a panic of its is caught.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Inspected, Refusal> {
    if bytes.len() > limits.change_bytes {
        return Err(Refusal::TooLarge);
    }
    let chunk = Chunk::read(bytes).map_err(|_| Refusal::BadChange)?;
    let writer = writer(chunk.actor)?;
    check_header(&chunk)?;
    let count = count(&chunk, limits)?;
    let max_op = last_op(chunk.start_op, count)?;
    let operations = DecodedChange::read(bytes).map_err(|_| Refusal::BadChange)?.0;
    if operations.len() as u64 != count {
        return Err(Refusal::BadChange);
    }
    Ok(Inspected {
        hash: chunk.hash,
        writer,
        writer_seq: chunk.seq,
        deps: chunk.dependencies,
        start_op: chunk.start_op,
        max_op,
        operations,
        bytes: bytes.to_vec(),
    })
}

fn writer(actor: &[u8]) -> Result<WriterId, Refusal> {
    if actor == SCHEMA_ACTOR {
        return Ok(WriterId::NIL);
    }
    WriterId::from_slice(actor).ok().filter(|writer| *writer != WriterId::NIL).ok_or(Refusal::BadChange)
}

/// Nothing is taken that our own writers do not write: facts carry their times, words and signatures themselves.
fn check_header(chunk: &Chunk<'_>) -> Result<(), Refusal> {
    let plain = chunk.message.is_empty() && chunk.extra.is_empty() && chunk.time == 0;
    let follows = !chunk.dependencies.is_empty() && chunk.dependencies.is_sorted_by(|a, b| a < b);
    if plain && follows && chunk.other_actors.len() <= MAX_ACTORS { Ok(()) } else { Err(Refusal::BadChange) }
}

fn count(chunk: &Chunk<'_>, limits: &Limits) -> Result<u64, Refusal> {
    match documents::count_operations(chunk, limits.change_operations as u64) {
        Ok(0) | Err(ColumnError::Malformed) => Err(Refusal::BadChange),
        Ok(count) => Ok(count),
        Err(ColumnError::TooMany) => Err(Refusal::TooLarge),
    }
}

fn last_op(start_op: u64, count: u64) -> Result<u64, Refusal> {
    let last = start_op.checked_add(count - 1).filter(|last| start_op > 0 && *last <= MAX_OP);
    last.ok_or(Refusal::BadStartOp)
}
