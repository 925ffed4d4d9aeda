//! Which shift is under way, and which have no assignment.

use detailbook_core::device::{PhoneError, WhichShift};
use detailbook_core::ids::{AssignmentId, DocumentId};
use detailbook_core::records::{Assignment, AssignmentState, Detail, DetailState, RecordKind};
use detailbook_core::shift::{FactKind, ShiftState};
use detailbook_core::time::Millis;

use super::views::{assignment, detail, hours, put_detail};
use super::world::World;

/// A phone with an assignment on a detail that begins in two hours and lasts four.
fn scheduled() -> (World, Detail, Assignment) {
    let mut world = World::enrolled();
    let of = detail(1, hours(2), DetailState::Filled);
    let mine = assignment(&world, 3, &of);
    put_detail(&mut world, &of);
    world.agency.put(RecordKind::Assignment, mine.id, &mine);
    world.sync();
    (world, of, mine)
}

fn punch(world: &World, kind: FactKind, shift: WhichShift) -> DocumentId {
    world.phone().punch(kind, shift, &world.moment()).unwrap().document
}

fn under_way(world: &World) -> Option<(DocumentId, ShiftState)> {
    let running = world.phone().running(world.now()).unwrap();
    let first = world.phone().first_screen(world.now()).unwrap().running;
    assert_eq!(running, first);
    running.map(|shift| (shift.log, shift.state))
}

#[test]
fn being_on_the_way_holds_nothing_once_the_assignment_is_taken_back() {
    let (mut world, _, mine) = scheduled();
    punch(&world, FactKind::EnRoute, WhichShift::Assignment(mine.id));
    assert_eq!(under_way(&world), Some((mine.log(), ShiftState::EnRoute)));
    let released = Assignment { state: AssignmentState::Released, ..mine };
    world.agency.put(RecordKind::Assignment, released.id, &released);
    world.sync();
    assert_eq!(under_way(&world), None);
    let punched = world.phone().punch(FactKind::In, WhichShift::Running, &world.moment());
    assert!(matches!(punched, Err(PhoneError::NoRunningShift)), "{punched:?}");
    let other = punch(&world, FactKind::In, WhichShift::Assignment(AssignmentId::from_bytes([8; 16])));
    assert_eq!(under_way(&world), Some((other, ShiftState::On)));
}

#[test]
fn being_on_the_way_ends_with_a_cancelled_detail_and_with_its_time() {
    let (mut world, of, mine) = scheduled();
    punch(&world, FactKind::EnRoute, WhichShift::Assignment(mine.id));
    put_detail(&mut world, &Detail { state: DetailState::Cancelled, ..of.clone() });
    world.sync();
    assert_eq!(under_way(&world), None);
    put_detail(&mut world, &of);
    world.sync();
    assert_eq!(under_way(&world), Some((mine.log(), ShiftState::EnRoute)));
    world.pass(of.ends + Millis(-1) - world.now());
    assert!(under_way(&world).is_some());
    world.pass(Millis(1));
    assert_eq!(under_way(&world), None);
}

#[test]
fn on_the_way_to_what_the_phone_does_not_know_lasts_a_day() {
    let world = World::enrolled();
    punch(&world, FactKind::EnRoute, WhichShift::Assignment(AssignmentId::from_bytes([8; 16])));
    world.pass(Millis::from_hours(23));
    assert!(under_way(&world).is_some());
    world.pass(Millis::from_hours(1));
    assert_eq!(under_way(&world), None);
}

#[test]
fn work_comes_before_being_on_the_way_whatever_was_said_last() {
    let (world, _, mine) = scheduled();
    let working = punch(&world, FactKind::In, WhichShift::Unassigned(None));
    punch(&world, FactKind::EnRoute, WhichShift::Assignment(mine.id));
    assert_eq!(under_way(&world), Some((working, ShiftState::On)));
    punch(&world, FactKind::EnRoute, WhichShift::Running);
    assert_eq!(under_way(&world), Some((working, ShiftState::On)), "who is at work stays at work");
    punch(&world, FactKind::Out, WhichShift::Running);
    assert_eq!(under_way(&world), Some((mine.log(), ShiftState::EnRoute)));
    punch(&world, FactKind::In, WhichShift::Running);
    world.pass(Millis::from_hours(48));
    assert_eq!(under_way(&world), Some((mine.log(), ShiftState::On)), "a forgotten clock-out stays in sight");
}

#[test]
fn shifts_without_an_assignment_stay_in_sight_until_they_are_linked() {
    let mut world = World::enrolled();
    let listed = |world: &World| {
        let first = world.phone().unassigned_shifts(world.now(), None, 1).unwrap();
        let Some(mark) = first.next else { return first.items };
        let rest = world.phone().unassigned_shifts(world.now(), Some(mark), 9).unwrap();
        assert!(rest.next.is_none());
        first.items.into_iter().chain(rest.items).collect()
    };
    let logs = |world: &World| listed(world).into_iter().map(|shift| shift.log).collect::<Vec<_>>();
    let shift = |world: &World| {
        let log = punch(world, FactKind::In, WhichShift::Unassigned(None));
        world.pass(Millis::from_hours(3));
        punch(world, FactKind::Out, WhichShift::Log(log));
        world.pass(Millis::from_hours(9));
        log
    };
    assert!(logs(&world).is_empty());
    let (friday, saturday) = (shift(&world), shift(&world));
    world.sync();
    let shown = listed(&world);
    assert_eq!(logs(&world), [saturday, friday]);
    assert_eq!((shown[1].state, shown[1].worked_so_far.0 / 60_000, shown[1].submitted), (ShiftState::Out, 180, None));
    world.phone().submit(WhichShift::Log(friday), &world.moment()).unwrap();
    assert!(listed(&world)[1].submitted.is_some());
    let of = detail(1, hours(0), DetailState::Filled);
    let linked = Assignment { shift_log: Some(friday), ..assignment(&world, 3, &of) };
    world.agency.put(RecordKind::Assignment, linked.id, &linked);
    world.sync();
    assert_eq!(logs(&world), [saturday]);
    world.agency.put(RecordKind::Assignment, linked.id, &Assignment { shift_log: None, ..linked.clone() });
    world.sync();
    assert_eq!(logs(&world), [saturday, friday], "unlinked again");
    world.agency.put(RecordKind::Assignment, linked.id, &linked);
    world.sync();
    world.agency.forget_record(RecordKind::Assignment, linked.id);
    world.sync();
    assert_eq!(logs(&world), [saturday, friday]);
}

#[test]
fn shifts_of_the_same_millisecond_are_each_on_one_page() {
    let world = World::enrolled();
    let moment = world.moment();
    let mut logs: Vec<_> = (0..7)
        .map(|_| world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &moment).unwrap().document)
        .collect();
    let (mut listed, mut mark) = (Vec::new(), None);
    loop {
        let page = world.phone().unassigned_shifts(world.now(), mark, 2).unwrap();
        listed.extend(page.items.iter().map(|shift| shift.log));
        mark = page.next;
        if mark.is_none() {
            break;
        }
    }
    logs.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, logs);
}
