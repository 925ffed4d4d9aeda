use detailbook_core::device::{SyncState, WhichShift};
use detailbook_core::shift::FactKind;

use super::{assigned, evening, punch, shown, sync, times_on_server};

/// A phone whose storage was copied back writes under numbers that it has used before. The server refuses; the phone takes the server's
/// copy, a fresh writer, and sends its facts once more under their old ids.
#[test]
fn a_phone_whose_storage_was_turned_back_still_delivers_its_punches() {
    let mut world = evening();
    let (_, assignment) = assigned(&mut world, 0);
    let shift = WhichShift::Assignment(assignment);
    let first = punch(&mut world, 0, FactKind::In, shift);
    sync(&mut world, 0);

    world.handsets[0].die();
    let file = world.folder().join("phone-0").join("phone.db");
    let copy = std::fs::read(&file).expect("the closed file is whole");
    world.start_phone(0).expect("the app starts");
    let forgotten = punch(&mut world, 0, FactKind::BreakStart, shift);
    sync(&mut world, 0);
    world.handsets[0].die();
    std::fs::write(&file, copy).expect("the old file is put back");
    world.start_phone(0).expect("the app starts");

    let second = punch(&mut world, 0, FactKind::Out, shift);
    for _ in 0..6 {
        sync(&mut world, 0);
    }
    for fact in [first, forgotten, second] {
        assert_eq!(times_on_server(&world, fact.fact), 1);
        assert_eq!(shown(&world, 0, fact), Some(SyncState::AgencyHasIt), "also what the copy did not know");
    }
    assert!(world.tally.of("refused 409") > 0, "the copy's counter was used before");
}
