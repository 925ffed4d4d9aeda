//! The frame and header of a change chunk, read without automerge and without allocating more than the bytes hold.
//!
//! Layout (automerge's storage format): magic 4, checksum 4, type 1, length LEB128, then the data: dependencies, actor, sequence,
//! first operation, time, message, other actors, column table, columns, extra bytes. The hash of a change is the SHA-256
//! of everything from the type on, and the checksum its first four bytes.

use crate::shift::Sha256;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The only type taken: a plain change. 0 is a document, 2 a compressed change, 3 a bundle.
const CHANGE: u8 = 1;
/// More columns than any change has.
const MAX_COLUMNS: u64 = 32;

/// Bytes that are not one plain change chunk.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a change chunk")]
pub(crate) struct ChunkError;

/// Reads from the front of a slice.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(crate) fn take(&mut self, n: u64) -> Result<&'a [u8], ChunkError> {
        let n = usize::try_from(n).map_err(|_| ChunkError)?;
        let (taken, rest) = self.0.split_at_checked(n).ok_or(ChunkError)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, ChunkError> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned LEB128 number below 2^63.
    pub(crate) fn unsigned(&mut self) -> Result<u64, ChunkError> {
        let mut value = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ChunkError)
    }

    /// A signed LEB128 number within 63 bits.
    pub(crate) fn signed(&mut self) -> Result<i64, ChunkError> {
        let mut value = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let unused = 64 - (shift + 7);
                return Ok(value << unused >> unused);
            }
        }
        Err(ChunkError)
    }

    fn prefixed(&mut self) -> Result<&'a [u8], ChunkError> {
        let length = self.unsigned()?;
        self.take(length)
    }
}

/// A column's specification and bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column<'a> {
    pub(crate) spec: u64,
    pub(crate) data: &'a [u8],
}

/// A change chunk taken apart as far as its columns.
#[derive(Clone, Debug)]
pub(crate) struct Chunk<'a> {
    pub(crate) hash: Sha256,
    pub(crate) dependencies: Vec<Sha256>,
    pub(crate) actor: &'a [u8],
    pub(crate) seq: u64,
    pub(crate) start_op: u64,
    pub(crate) time: i64,
    pub(crate) message: &'a [u8],
    pub(crate) other_actors: Vec<&'a [u8]>,
    pub(crate) columns: Vec<Column<'a>>,
    pub(crate) extra: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Reads exactly one plain change chunk whose checksum fits.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, ChunkError> {
        let (hash, data) = frame(bytes)?;
        let mut c = Cursor(data);
        let dependencies = hashes(&mut c)?;
        let actor = c.prefixed()?;
        let (seq, start_op, time) = (c.unsigned()?, c.unsigned()?, c.signed()?);
        let message = c.prefixed()?;
        let other_actors = actors(&mut c)?;
        let columns = columns(&mut c)?;
        Ok(Self { hash, dependencies, actor, seq, start_op, time, message, other_actors, columns, extra: c.0 })
    }
}

/// The hash of a change chunk.
pub(crate) fn hash_of(bytes: &[u8]) -> Option<Sha256> {
    frame(bytes).ok().map(|(hash, _)| hash)
}

/// Checks magic, type, length and checksum; gives the hash and the data.
fn frame(bytes: &[u8]) -> Result<(Sha256, &[u8]), ChunkError> {
    let mut c = Cursor(bytes);
    if c.take(4)? != MAGIC {
        return Err(ChunkError);
    }
    let checksum = c.take(4)?;
    let hashed = c.0;
    if c.byte()? != CHANGE {
        return Err(ChunkError);
    }
    let data = c.prefixed()?;
    let hash = Sha256::of(hashed);
    if !c.0.is_empty() || hash.0[..4] != *checksum {
        return Err(ChunkError);
    }
    Ok((hash, data))
}

fn hashes(c: &mut Cursor<'_>) -> Result<Vec<Sha256>, ChunkError> {
    let count = c.unsigned()?;
    let (hashes, _) = c.take(count.checked_mul(32).ok_or(ChunkError)?)?.as_chunks::<32>();
    Ok(hashes.iter().copied().map(Sha256).collect())
}

fn actors<'a>(c: &mut Cursor<'a>) -> Result<Vec<&'a [u8]>, ChunkError> {
    let count = c.unsigned()?;
    // Each takes at least a byte, so a false count ends with the bytes.
    (0..count).map(|_| c.prefixed()).collect()
}

fn columns<'a>(c: &mut Cursor<'a>) -> Result<Vec<Column<'a>>, ChunkError> {
    let count = c.unsigned()?;
    if count > MAX_COLUMNS {
        return Err(ChunkError);
    }
    let table = (0..count).map(|_| Ok((c.unsigned()?, c.unsigned()?))).collect::<Result<Vec<_>, ChunkError>>()?;
    table.into_iter().map(|(spec, length)| Ok(Column { spec, data: c.take(length)? })).collect()
}
