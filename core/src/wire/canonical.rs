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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A value of the kinds that are let through.
    #[derive(Clone, Debug)]
    enum Value {
        Number(i64),
        Bytes(Vec<u8>),
        Text(String),
        Array(Vec<Self>),
        Map(Vec<(u64, Self)>),
        Flag(bool),
        Null,
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::Number),
            (-300i64..300).prop_map(Value::Number),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
            ".{0,40}".prop_map(Value::Text),
            any::<bool>().prop_map(Value::Flag),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            let map = prop::collection::btree_map(0u64..500, inner.clone(), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..6).prop_map(Value::Array),
                map.prop_map(|map| Value::Map(map.into_iter().collect())),
            ]
        })
    }

    fn write(value: &Value, e: &mut minicbor::Encoder<&mut Vec<u8>>) {
        match value {
            Value::Number(n) => drop(e.i64(*n)),
            Value::Bytes(bytes) => drop(e.bytes(bytes)),
            Value::Text(text) => drop(e.str(text)),
            Value::Flag(flag) => drop(e.bool(*flag)),
            Value::Null => drop(e.null()),
            Value::Array(items) => {
                drop(e.array(items.len() as u64));
                for item in items {
                    write(item, e);
                }
            }
            // Unsigned keys in order of value are in order of their bytes too.
            Value::Map(entries) => {
                drop(e.map(entries.len() as u64));
                for (key, item) in entries {
                    drop(e.u64(*key));
                    write(item, e);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_deterministically_passes_whole_and_never_cut_or_followed(value in value()) {
            let mut bytes = Vec::new();
            write(&value, &mut minicbor::Encoder::new(&mut bytes));
            prop_assert_eq!(check_canonical(&bytes), Ok(()));
            prop_assert!((0..bytes.len()).all(|end| check_canonical(&bytes[..end]).is_err()));
            bytes.push(0);
            prop_assert!(check_canonical(&bytes).is_err());
        }

        #[test]
        fn any_bytes_are_judged_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = check_canonical(&bytes);
        }
    }

    #[test]
    fn each_way_to_write_a_value_differently_is_refused() {
        let wrong: [&[u8]; 22] = [
            &[0x18, 23],                                     // 23 in two bytes
            &[0x19, 0, 255],                                 // 255 in three
            &[0x1a, 0, 0, 255, 255],                         // 65,535 in five
            &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255],         // 2^32 - 1 in nine
            &[0x58, 1, 0],                                   // a length in two bytes
            &[0x5f, 0x41, 0, 0xff],                          // bytes in parts
            &[0x7f, 0x61, b'a', 0xff],                       // text in parts
            &[0x9f, 0, 0xff],                                // an array without a length
            &[0xbf, 0, 0, 0xff],                             // a map without a length
            &[0xa2, 1, 0, 0, 0],                             // keys out of order
            &[0xa2, 0, 0, 0, 0],                             // a key twice
            &[0xa2, 0x61, b'b', 0, 0x61, b'a', 0],           // text keys out of order
            &[0x62, 0xc3, 0x28],                             // not UTF-8
            &[0xc0, 0],                                      // a tag
            &[0xf9, 0x3c, 0],                                // a float
            &[0xf7],                                         // undefined
            &[0xf8, 24],                                     // a simple value
            &[0xff],                                         // a break alone
            &[0x1c],                                         // reserved
            &[0x82, 0],                                      // too few items
            &[0x9b, 255, 255, 255, 255, 255, 255, 255, 255], // an absurd length
            &[],
        ];
        for bytes in wrong {
            assert_eq!(check_canonical(bytes), Err(NotCanonical), "{bytes:02x?}");
        }
    }

    #[test]
    fn depth_and_number_of_items_are_bounded() {
        let nested = |levels: usize| [vec![0x81; levels], vec![0]].concat();
        assert_eq!(check_canonical(&nested(16)), Ok(()));
        assert_eq!(check_canonical(&nested(17)), Err(NotCanonical));
        let mut many = vec![0x99, 0x20, 0x00];
        many.extend(vec![0; 0x2000]);
        assert_eq!(check_canonical(&many), Err(NotCanonical));
    }
}
