use detailbook_core::device::{SyncState, WhichShift};
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_server::rulings;

use super::{all_is_well, evening, ordered, posted, punch, shown, sync};

#[test]
fn a_clock_in_without_an_assignment_counts_once_it_is_linked() {
    let mut world = evening();
    let detail = posted(&mut world, 0, 1);
    sync(&mut world, 0);
    let began = punch(&mut world, 0, FactKind::In, WhichShift::Unassigned(Some(detail)));
    world.pass(Millis::from_hours(2)).expect("time passes");
    let ended = punch(&mut world, 0, FactKind::Out, WhichShift::Running);
    assert_eq!(began.document, ended.document);
    sync(&mut world, 0);
    assert_eq!(shown(&world, 0, began), Some(SyncState::AgencyHasIt));

    let assignment = ordered(&mut world, 0, detail, 0);
    let (now, agency) = (world.now, world.desks[0].agency);
    let linked = world.desks[0].link(&mut world.machine, now, assignment, began.document);
    linked.expect("the server runs").expect("the log is linked");
    let proposed =
        world.machine.look(|sql| Ok(rulings::proposed(sql, agency, assignment, now))).expect("the server runs");
    let worked = proposed.expect("a proposal").worked;
    assert_eq!(worked.intervals.len(), 1, "the hours of the linked log");

    sync(&mut world, 0);
    let core = world.handsets[0].core().expect("the app runs");
    let schedule = core.schedule(now, None, 10).expect("a schedule").items;
    assert_eq!(schedule.iter().map(|shift| shift.log).collect::<Vec<_>>(), [began.document]);
    // From now on the assignment's punches go into that log.
    let again = punch(&mut world, 0, FactKind::In, WhichShift::Assignment(assignment));
    assert_eq!(again.document, began.document);
    all_is_well(&mut world);
}
