//! The frame of an automerge chunk, so that mutated data can be framed rightly again.

use detailbook_core::shift::Sha256;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Wraps data into a chunk of that type, with a length and a checksum that fit.
pub(crate) fn wrap(kind: u8, data: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    unsigned(&mut hashed, data.len() as u64);
    hashed.extend_from_slice(data);
    let checksum = &Sha256::of(&hashed).0[..4];
    [&MAGIC, checksum, &hashed].concat()
}

/// The data inside a chunk, as far as it has a frame.
pub(crate) fn data(chunk: &[u8]) -> &[u8] {
    let framed = chunk.get(9..).unwrap_or_default();
    let length = framed.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    framed.get(length..).unwrap_or_default()
}

/// Writes a LEB128 number.
pub(crate) fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
