//! Many edits of shared text, judged with what is remembered of those before.

use detailbook_core::authority::{Admission, Receiver};
use detailbook_core::documents::{Document, DocumentKind, Splice, WrittenChange, write_facts};
use detailbook_core::shift::FactKind;
use detailbook_core::wire::Limits;
use proptest::prelude::*;

use crate::sample::{admitted, entry, writer};
use crate::shelf::Shelf;

const PASS_ON: DocumentKind = DocumentKind::PassOn;

/// So many edits by two phones, which hear of each other now and then.
fn edits(steps: &[(bool, usize, usize, bool)]) -> Vec<WrittenChange> {
    let mut phones = [Document::seed(PASS_ON).unwrap(), Document::seed(PASS_ON).unwrap()];
    let mut made: Vec<WrittenChange> = Vec::new();
    let mut heard = [0, 0];
    for (second, at, delete, hears) in steps {
        let phone = usize::from(*second);
        if *hears {
            for change in &made[heard[phone]..] {
                phones[phone].apply([change.bytes.as_slice()]).unwrap();
            }
            heard[phone] = made.len();
        }
        let length = phones[phone].text().chars().count();
        let at = at % (length + 1);
        let splice = Splice { at, delete: (*delete).min(length - at), insert: "gate"[at % 4..].to_owned() };
        made.push(phones[phone].edit_text(writer(1 + u8::from(*second)), &splice).unwrap());
    }
    made
}

#[test]
fn a_long_history_of_edits_is_read_twice_and_not_once_an_edit() {
    let made = edits(&[(false, 7, 1, true); 60]);
    let mut shelf = Shelf::new(PASS_ON);
    let mut receiver = Receiver::new(PASS_ON, &Limits::V1);
    for change in &made {
        admitted(shelf.pull_after(&mut receiver, &change.bytes));
    }
    let index = shelf.index.clone();
    assert_eq!(receiver.is_sound(&mut shelf, &index), Ok(true));
    assert_eq!(shelf.asked_for_all, 2);
    // An index of something else is noticed.
    assert_eq!(receiver.is_sound(&mut shelf, &made[7].index), Ok(false));
}

#[test]
fn an_edit_of_what_its_writer_has_not_seen_is_refused_though_another_has() {
    let made = edits(&[(false, 0, 0, true), (true, 0, 0, false), (false, 0, 1, false), (true, 1, 1, true)]);
    // The second phone hears of everything only before its last edit: without its second, that one waits.
    let mut shelf = Shelf::new(PASS_ON);
    let mut receiver = Receiver::new(PASS_ON, &Limits::V1);
    for change in &made[..2] {
        admitted(shelf.pull_after(&mut receiver, &change.bytes));
    }
    assert_eq!(shelf.pull_after(&mut receiver, &made[3].bytes), Ok(Admission::Waiting(made[2].hash)));
    admitted(shelf.pull_after(&mut receiver, &made[2].bytes));
    admitted(shelf.pull_after(&mut receiver, &made[3].bytes));
    shelf.check().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_remembered_judges_as_the_whole_document_does(
        steps in prop::collection::vec((any::<bool>(), 0..20_usize, 0..3_usize, any::<bool>()), 1..16), fact in 0..16_usize,
    ) {
        let made = edits(&steps);
        let (mut one_by_one, mut together) = (Shelf::new(PASS_ON), Shelf::new(PASS_ON));
        let mut receiver = Receiver::new(PASS_ON, &Limits::V1);
        for (n, change) in made.iter().enumerate() {
            if n == fact {
                let note = write_facts(PASS_ON, &one_by_one.index, writer(9), 1, &[entry(FactKind::Note, 1)]);
                prop_assert_eq!(one_by_one.pull(&note.bytes), together.pull_after(&mut receiver, &note.bytes));
            }
            prop_assert_eq!(one_by_one.pull(&change.bytes), together.pull_after(&mut receiver, &change.bytes));
        }
        let index = together.index.clone();
        prop_assert_eq!(receiver.is_sound(&mut together, &index), Ok(true));
        prop_assert_eq!(one_by_one.changes, together.changes);
    }
}
