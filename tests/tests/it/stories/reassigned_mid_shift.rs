use detailbook_core::device::{SyncState, WhichShift};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::FactKind;
use detailbook_tests::network::Weather;

use super::{DEAD_ZONE, all_is_well, assigned, evening, facts_on_server, ordered, punch, shown, sync};

#[test]
fn hours_worked_before_a_reassignment_was_heard_of_still_count() {
    let mut world = evening();
    let (detail, assignment) = assigned(&mut world, 0);
    world.weather = DEAD_ZONE;
    let began = punch(&mut world, 0, FactKind::In, WhichShift::Assignment(assignment));
    let now = world.now;
    let desk = &world.desks[0];
    desk.release(&mut world.machine, now, assignment).expect("the server runs").expect("a release");
    ordered(&mut world, 0, detail, 1);
    let ended = punch(&mut world, 0, FactKind::Out, WhichShift::Running);

    world.weather = Weather::CLEAR;
    sync(&mut world, 0);
    assert_eq!(facts_on_server(&world, 0), 2);
    assert!([began, ended].iter().all(|fact| shown(&world, 0, *fact) == Some(SyncState::AgencyHasIt)));
    let holdings = world.holdings(0).expect("the file can be read");
    assert!(!holdings.records.contains_key(&(RecordKind::Detail, detail.into())), "the detail is somebody else's now");
    assert!(holdings.documents.contains_key(&assignment.into()), "the shift log stays");
    all_is_well(&mut world);
}
