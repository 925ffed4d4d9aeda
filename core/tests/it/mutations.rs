//! Changes mutated at random, with the length and checksum put right: no panic gets out, and what is admitted loads.

use std::panic;
use std::sync::Once;
use std::time::{Duration, Instant};

use detailbook_core::authority::Admission;
use detailbook_core::documents::{Document, DocumentKind, FactEntry, Splice, write_facts, write_signatures};
use detailbook_core::shift::FactKind;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::chunk;
use crate::sample::{admitted, entry, id, writer};
use crate::shelf::Shelf;

const ROUNDS: usize = 20_000;

/// Panics inside automerge are caught by the guard; they need not fill the screen too.
pub(crate) fn quiet_panics_of_automerge() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let inside =
                info.location().is_some_and(|at| ["automerge-", "hexane-"].iter().any(|c| at.file().contains(c)));
            if !inside {
                loud(info);
            }
        }));
    });
}

/// Documents with a history, and honest changes that could come next.
fn bases() -> Vec<(Shelf, Vec<Vec<u8>>)> {
    vec![shift_log(), pass_on()]
}

fn shift_log() -> (Shelf, Vec<Vec<u8>>) {
    let kind = DocumentKind::ShiftLog;
    let mut shelf = Shelf::new(kind);
    for n in 1..=3 {
        let change = write_facts(kind, &shelf.index, writer(1), n, &[entry(FactKind::In, n)]);
        admitted(shelf.push(&change.bytes));
    }
    let signed = FactEntry { signature: Some([7; 64]), ..entry(FactKind::Out, 4) };
    let next = vec![
        write_facts(kind, &shelf.index, writer(1), 4, &[signed, entry(FactKind::Note, 5)]).bytes,
        write_facts(kind, &shelf.index, writer(2), 1, &[entry(FactKind::Attachment, 6)]).bytes,
        write_signatures(kind, &shelf.index, writer(2), 1, &[(id(1), [9; 64]), (id(2), [8; 64])]).bytes,
    ];
    (shelf, next)
}

fn pass_on() -> (Shelf, Vec<Vec<u8>>) {
    let kind = DocumentKind::PassOn;
    let mut shelf = Shelf::new(kind);
    let mut document = Document::seed(kind).unwrap();
    let splice = |at, delete, insert: &str| Splice { at, delete, insert: insert.to_owned() };
    for (number, text) in [(1, "north gate"), (2, "keys at desk")] {
        let change = document.edit_text(writer(number), &splice(0, 0, text)).unwrap();
        admitted(shelf.push(&change.bytes));
    }
    let insert = document.clone().edit_text(writer(1), &splice(4, 2, "é, ")).unwrap();
    let delete = document.clone().edit_text(writer(3), &splice(0, 7, "")).unwrap();
    let note = write_facts(kind, &shelf.index, writer(3), 1, &[entry(FactKind::Incident, 1)]);
    (shelf, vec![insert.bytes, delete.bytes, note.bytes])
}

/// Changes, removes, repeats or inserts a few bytes.
fn mutate(data: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    for _ in 0..=rng.next_u32() % 3 {
        let place = rng.next_u32() as usize % data.len();
        let byte = rng.next_u32() as u8;
        match rng.next_u32() % 6 {
            0 => data[place] = byte,
            1 => data[place] ^= 1 << (byte & 7),
            2 => data[place] = data[place].wrapping_add(byte % 5).wrapping_sub(2),
            3 => data.insert(place, byte),
            4 if data.len() > 1 => drop(data.remove(place)),
            _ => {
                let end = (place + byte as usize % 8).min(data.len());
                let copy = data[place..end].to_vec();
                data.splice(place..place, copy);
            }
        }
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a bound on time is part of what is tested")]
fn of_20_000_mutated_changes_none_panics_none_is_slow_and_every_admitted_one_loads() {
    quiet_panics_of_automerge();
    let mut rng = ChaCha8Rng::seed_from_u64(20_190_601);
    let bases = bases();
    let (mut admitted, mut slowest) = (0, Duration::ZERO);
    for round in 0..ROUNDS {
        let (base, next) = &bases[round % bases.len()];
        let mut data = chunk::data(&next[rng.next_u32() as usize % next.len()]).to_vec();
        mutate(&mut data, &mut rng);
        let (mut shelf, mutant) = (base.clone(), chunk::wrap(1, &data));
        let begun = Instant::now();
        let verdict = shelf.push(&mutant);
        slowest = slowest.max(begun.elapsed());
        if matches!(verdict, Ok(Admission::Admitted(_))) {
            admitted += 1;
            assert_eq!(shelf.check(), Ok(()), "round {round}: {mutant:02x?}");
        }
    }
    // Changed letters, digits and signature bytes are well-formed: without them the test would prove nothing.
    assert!(admitted > ROUNDS / 100, "only {admitted} admitted");
    assert!(slowest < Duration::from_secs(5), "slowest {slowest:?}");
}
