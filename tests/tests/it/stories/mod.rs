//! Stories: one evening each, told in the same world that the simulation uses.

mod a_refused_change_is_rebased;
mod dead_zone_shift;
mod job_from_offer_to_schedule;
mod late_clock_in;
mod lost_phone;
mod photo_upload_survives_a_kill;
mod reassigned_mid_shift;
mod server_dies_or_forgets;
mod two_phones_one_officer;
mod unassigned_shift_linked_later;

use std::rc::Rc;

use detailbook_core::device::{Recorded, SyncState, WhichShift};
use detailbook_core::ids::{AssignmentId, DetailId, FactId};
use detailbook_core::records::AssignmentOrigin;
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_server::store::{Sql, StoreError, params};
use detailbook_tests::network::Weather;
use detailbook_tests::trace::Trace;
use detailbook_tests::world::{Plan, World};

/// Nothing gets through.
pub(crate) const DEAD_ZONE: Weather = Weather { drop_request: 100, ..Weather::CLEAR };
/// Everything arrives, and every answer is lost.
pub(crate) const NO_ANSWERS: Weather = Weather { drop_response: 100, ..Weather::CLEAR };

/// Two agencies of two officers; the first officer of each has a phone: 0 and 1.
pub(crate) fn evening() -> World {
    let mut world = World::new(7, &Plan::clear(), Rc::new(Trace::default().into()));
    for desk in 0..2 {
        let officer = world.desks[desk].officers[0];
        new_phone(&mut world, desk, officer);
    }
    world
}

/// Another phone for an officer, enrolled.
pub(crate) fn new_phone(world: &mut World, desk: usize, officer: detailbook_core::ids::OfficerId) -> usize {
    let handset = world.add_handset(desk, officer);
    world.ask_in(handset).expect("an invitation");
    world.pass(Millis::from_secs(5)).expect("time passes");
    assert!(world.handsets[handset].device.is_some(), "the phone is enrolled");
    handset
}

/// One exchange, and whatever follows at once.
pub(crate) fn sync(world: &mut World, handset: usize) {
    world.sync(handset).expect("a sync");
    world.pass(Millis::from_secs(90)).expect("time passes");
}

/// A detail that starts in an hour, posted by a desk.
pub(crate) fn posted(world: &mut World, desk: usize, positions: u64) -> DetailId {
    let starts = world.now + Millis::from_hours(1);
    let done = world.desks[desk].post(&mut world.machine, world.now, starts, Millis::from_hours(5), positions);
    done.expect("the server runs").expect("the detail is posted")
}

/// A position on a detail, given to an officer.
pub(crate) fn ordered(world: &mut World, desk: usize, detail: DetailId, officer: usize) -> AssignmentId {
    let officer = world.desks[desk].officers[officer];
    let origin = AssignmentOrigin::Ordered;
    let done = world.desks[desk].award(&mut world.machine, world.now, detail, officer, None, origin);
    done.expect("the server runs").expect("the position is given")
}

/// A clock event; a minute later.
pub(crate) fn punch(world: &mut World, handset: usize, kind: FactKind, shift: WhichShift) -> Recorded {
    let moment = world.handsets[handset].moment(world.now, &mut world.entropy);
    let recorded = world.handsets[handset].core().expect("the app runs").punch(kind, shift, &moment).expect("a punch");
    world.written(handset, kind.name(), Some(Ok(recorded))).expect("all is well");
    world.pass(Millis::from_mins(1)).expect("time passes");
    recorded
}

/// An assignment of the phone's officer, synced to it.
pub(crate) fn assigned(world: &mut World, handset: usize) -> (DetailId, AssignmentId) {
    let desk = world.agencies().iter().position(|agency| *agency == world.handsets[handset].agency).expect("its desk");
    let detail = posted(world, desk, 1);
    let assignment = ordered(world, desk, detail, 0);
    sync(world, handset);
    (detail, assignment)
}

/// A whole shift on phone 0, and a message, all synced.
pub(crate) fn synced_shift(world: &mut World) -> AssignmentId {
    let (_, assignment) = assigned(world, 0);
    for kind in [FactKind::In, FactKind::Out] {
        punch(world, 0, kind, WhichShift::Assignment(assignment));
    }
    let clock = world.handsets[0].reading(world.now);
    world.handsets[0].core().expect("the app runs").send_message("On my way home.", &clock).expect("a wish");
    sync(world, 0);
    sync(world, 1);
    assert_eq!(facts_on_server(world, 0), 2);
    assignment
}

/// How many facts of a phone's agency the server has.
pub(crate) fn facts_on_server(world: &World, handset: usize) -> usize {
    let agency = world.handsets[handset].agency;
    rows(world, move |sql| sql.query("SELECT fact FROM facts WHERE agency = $1", &params![agency]))
}

/// How many times the server has a fact.
pub(crate) fn times_on_server(world: &World, fact: FactId) -> usize {
    rows(world, move |sql| sql.query("SELECT document FROM facts WHERE fact = $1", &params![fact]))
}

fn rows(
    world: &World,
    look: impl FnOnce(&mut dyn Sql) -> Result<Vec<detailbook_server::store::Row>, StoreError>,
) -> usize {
    world.machine.look(look).expect("the server runs").len()
}

/// What a phone shows about one of its facts.
pub(crate) fn shown(world: &World, handset: usize, recorded: Recorded) -> Option<SyncState> {
    let facts = world.handsets[handset].core()?.facts(recorded.document, None, 1_000).expect("the facts can be read");
    facts.into_iter().find(|fact| fact.fact == recorded.fact).map(|fact| fact.sync)
}

/// The world comes to rest, and everything is in its place.
pub(crate) fn all_is_well(world: &mut World) {
    world.heal().and_then(|()| world.check_all()).unwrap_or_else(|broken| panic!("{broken}"));
}
