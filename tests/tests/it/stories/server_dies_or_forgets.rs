use detailbook_core::device::{SyncState, WhichShift};
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_server::store::Fault;
use detailbook_tests::network::Weather;

use super::{NO_ANSWERS, all_is_well, assigned, evening, facts_on_server, punch, shown, sync, times_on_server};

#[test]
fn a_lost_answer_makes_nothing_happen_twice() {
    let mut world = evening();
    let (_, assignment) = assigned(&mut world, 0);
    let recorded = punch(&mut world, 0, FactKind::In, WhichShift::Assignment(assignment));
    let clock = world.handsets[0].reading(world.now);
    world.handsets[0].core().expect("the app runs").send_message("Which gate?", &clock).expect("a wish");
    world.weather = NO_ANSWERS;
    sync(&mut world, 0);
    sync(&mut world, 0);
    assert_eq!(times_on_server(&world, recorded.fact), 1, "the server has it");
    assert_eq!(shown(&world, 0, recorded), Some(SyncState::OnThisPhone), "the phone cannot know");

    world.weather = Weather::CLEAR;
    sync(&mut world, 0);
    assert_eq!(times_on_server(&world, recorded.fact), 1);
    assert_eq!(shown(&world, 0, recorded), Some(SyncState::AgencyHasIt));
    let messages = world.machine.look(|sql| sql.query("SELECT id FROM records WHERE kind = 7", &[]));
    assert_eq!(messages.expect("the server runs").len(), 1);
    all_is_well(&mut world);
}

#[test]
fn a_crash_on_either_side_of_the_commit_loses_nothing() {
    for (fault, kept) in [(Fault::BeforeCommit, 0), (Fault::AfterCommit, 1)] {
        let mut world = evening();
        let (_, assignment) = assigned(&mut world, 0);
        let recorded = punch(&mut world, 0, FactKind::In, WhichShift::Assignment(assignment));
        world.machine.crash_after(0, fault);
        sync(&mut world, 0);
        assert_eq!(world.tally.of("server crashed"), 1);
        assert_eq!(shown(&world, 0, recorded), Some(SyncState::OnThisPhone));
        world.pass(Millis::from_mins(10)).expect("somebody starts the server");
        assert_eq!(times_on_server(&world, recorded.fact), kept, "{fault:?}");
        sync(&mut world, 0);
        assert_eq!(times_on_server(&world, recorded.fact), 1);
        assert_eq!(shown(&world, 0, recorded), Some(SyncState::AgencyHasIt));
        all_is_well(&mut world);
    }
}

#[test]
fn what_a_restored_server_lost_comes_back_from_the_phones() {
    let mut world = evening();
    let (_, assignment) = assigned(&mut world, 0);
    world.turn_back_time().expect("a backup");
    let shift = WhichShift::Assignment(assignment);
    let recorded =
        [punch(&mut world, 0, FactKind::In, shift), punch(&mut world, 0, FactKind::In, WhichShift::Unassigned(None))];
    sync(&mut world, 0);
    assert_eq!(facts_on_server(&world, 0), 2);
    world.turn_back_time().expect("the backup is put back");
    assert_eq!(facts_on_server(&world, 0), 0, "the server has lost them");

    sync(&mut world, 0);
    assert_eq!(world.tally.of("heads compared"), 1);
    assert_eq!(facts_on_server(&world, 0), 2);
    assert!(recorded.iter().all(|fact| shown(&world, 0, *fact) == Some(SyncState::AgencyHasIt)));
    assert!(world.holdings(0).expect("the file can be read").documents.contains_key(&recorded[1].document));
    all_is_well(&mut world);
}
