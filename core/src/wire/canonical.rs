//! Deterministic CBOR (RFC 8949, 4.2.1), checked without decoding into anything.
//!
//! One value has one encoding: shortest lengths and integers, definite lengths, map keys ascending in their encoded bytes and
//! never twice. Of CBOR only what our formats use is let through: integers, byte and text strings, arrays, maps, false, true
//! and null. No floats, no tags.

use std::str;

/// Levels of arrays and maps inside one another.
const MAX_DEPTH: u8 = 16;
/// Items in all.
const MAX_ITEMS: u32 = 8_192;

/// Bytes that are not one deterministically encoded value.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not deterministic CBOR")]
pub struct NotCanonical;

/// Are `bytes` exactly one deterministically encoded value? Costs at most a walk over them.
pub fn check_canonical(bytes: &[u8]) -> Result<(), NotCanonical> {
    let mut reader = Reader { rest: bytes, items: 0 };
    reader.item(0)?;
    if reader.rest.is_empty() { Ok(()) } else { Err(NotCanonical) }
}

struct Reader<'a> {
    rest: &'a [u8],
    items: u32,
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: u8) -> Result<(), NotCanonical> {
        self.items += 1;
        if depth > MAX_DEPTH || self.items > MAX_ITEMS {
            return Err(NotCanonical);
        }
        let first = self.take(1)?[0];
        match (first >> 5, first & 0x1f) {
            (0 | 1, info) => self.argument(info).map(drop),
            (2, info) => self.string(info).map(drop),
            (3, info) => str::from_utf8(self.string(info)?).map(drop).map_err(|_| NotCanonical),
            (4, info) => self.array(info, depth),
            (5, info) => self.map(info, depth),
            (7, 20..=22) => Ok(()),
            _ => Err(NotCanonical),
        }
    }

    fn array(&mut self, info: u8, depth: u8) -> Result<(), NotCanonical> {
        // A false length ends with the bytes or with the items.
        (0..self.argument(info)?).try_for_each(|_| self.item(depth + 1))
    }

    fn map(&mut self, info: u8, depth: u8) -> Result<(), NotCanonical> {
        let mut last: Option<&[u8]> = None;
        for _ in 0..self.argument(info)? {
            let start = self.rest;
            self.item(depth + 1)?;
            let key = &start[..start.len() - self.rest.len()];
            if last.is_some_and(|last| last >= key) {
                return Err(NotCanonical);
            }
            last = Some(key);
            self.item(depth + 1)?;
        }
        Ok(())
    }

    fn string(&mut self, info: u8) -> Result<&'a [u8], NotCanonical> {
        let length = self.argument(info)?;
        self.take(length)
    }

    /// The number that follows the first byte, in the fewest bytes that hold it.
    fn argument(&mut self, info: u8) -> Result<u64, NotCanonical> {
        let (bytes, least) = match info {
            0..=23 => return Ok(info.into()),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return Err(NotCanonical),
        };
        let value = self.take(bytes)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        if value >= least { Ok(value) } else { Err(NotCanonical) }
    }

    fn take(&mut self, n: u64) -> Result<&'a [u8], NotCanonical> {
        let n = usize::try_from(n).map_err(|_| NotCanonical)?;
        let (taken, rest) = self.rest.split_at_checked(n).ok_or(NotCanonical)?;
        self.rest = rest;
        Ok(taken)
    }
}
