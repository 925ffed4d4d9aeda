//! Hostile bytes as a change: taken apart or refused, without a panic getting out, without growing.
#![no_main]

use detailbook_core::authority::inspect;
use detailbook_core::wire::Limits;

#[path = "../../core/tests/it/chunk.rs"]
mod chunk;
mod guard;

fn check(bytes: &[u8]) {
    let Ok(change) = inspect(bytes, &Limits::V1) else { return };
    assert_eq!(change.max_op - change.start_op + 1, change.operations.len() as u64);
    assert!(change.operations.len() <= Limits::V1.change_operations);
    // What is taken is taken again, under the same hash.
    assert_eq!(inspect(bytes, &Limits::V1).expect("taken once").hash, change.hash);
}

libfuzzer_sys::fuzz_target!(init: guard::let_caught_panics_pass(), |bytes: &[u8]| {
    check(bytes);
    // A mutation breaks length and checksum first: put right, it gets further.
    check(&chunk::wrap(1, chunk::data(bytes)));
});
