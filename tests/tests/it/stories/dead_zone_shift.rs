use detailbook_core::device::{Place, SyncState, WhichShift};
use detailbook_core::shift::FactKind;
use detailbook_tests::network::Weather;

use super::{DEAD_ZONE, all_is_well, assigned, evening, facts_on_server, punch, shown, sync};

#[test]
fn a_shift_worked_without_signal_arrives_whole_in_one_exchange() {
    let mut world = evening();
    let (_, assignment) = assigned(&mut world, 0);
    world.weather = DEAD_ZONE;
    let shift = WhichShift::Assignment(assignment);
    let mut recorded = Vec::new();
    for kind in [FactKind::EnRoute, FactKind::In, FactKind::BreakStart, FactKind::BreakEnd, FactKind::Out] {
        recorded.push(punch(&mut world, 0, kind, shift));
        sync(&mut world, 0);
    }
    let moment = world.handsets[0].moment(world.now, &mut world.entropy);
    let core = world.handsets[0].core().expect("the app runs");
    recorded.push(core.note(Place::Shift(shift), "No signal at the quarry.", &moment).expect("a note"));
    assert_eq!(facts_on_server(&world, 0), 0);
    assert!(recorded.iter().all(|fact| shown(&world, 0, *fact) == Some(SyncState::OnThisPhone)));
    assert!(!world.handsets[0].core().expect("the app runs").sync_state().expect("a state").all_synced);

    world.weather = Weather::CLEAR;
    let before = world.tally.of("syncs answered");
    sync(&mut world, 0);
    assert_eq!(world.tally.of("syncs answered") - before, 1);
    assert_eq!(facts_on_server(&world, 0), recorded.len());
    assert!(recorded.iter().all(|fact| shown(&world, 0, *fact) == Some(SyncState::AgencyHasIt)));
    assert!(world.handsets[0].core().expect("the app runs").sync_state().expect("a state").all_synced);
    all_is_well(&mut world);
}
