//! The phone dies at every point where it writes; opened again, everything is as if it had happened or as if it had not.

use detailbook_core::device::{KillSwitch, PhoneError, Place, SyncProgress, WhichShift};
use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AssignmentId, DetailId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::{Fact, FactKind, Sha256};
use detailbook_core::time::Millis;

use super::exchange::agency_record;
use super::world::World;

const SHIFT: WhichShift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));
const PASS_ON: DetailId = DetailId::from_bytes([2; 16]);

/// Kills `act` at its first, second, ... point, until it comes through; after each death the phone is opened again and `check`ed.
fn at_every_point(
    prepare: impl Fn() -> World,
    act: impl Fn(&mut World) -> Result<(), PhoneError>,
    check: impl Fn(&mut World),
) -> u64 {
    for n in 0.. {
        let mut world = prepare();
        world.open(Some(KillSwitch::at(n))).unwrap();
        let outcome = act(&mut world);
        match &outcome {
            Ok(()) => {}
            Err(PhoneError::Killed) => {
                assert!(matches!(world.phone().sync_state(), Err(PhoneError::Killed)), "a dead phone answers");
            }
            Err(other) => panic!("{other:?}"),
        }
        world.open(None).unwrap();
        check(&mut world);
        if outcome.is_ok() {
            return n;
        }
    }
    unreachable!()
}

/// Everything arrives exactly once, and the chain has no hole.
fn all_arrives(world: &mut World) {
    world.phone().punch(FactKind::Out, SHIFT, &world.moment()).unwrap();
    world.sync();
    world.upload();
    let document = world.agency.document(AssignmentId::from_bytes([1; 16]).into());
    let mut counters: Vec<_> =
        document.facts.values().map(|bytes| Fact::from_bytes(bytes).unwrap().link.counter).collect();
    counters.sort_unstable();
    assert_eq!(counters, (1..=counters.len() as u64).collect::<Vec<_>>());
    assert_eq!(document.facts.len(), document.signatures.len());
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn killed_while_punching() {
    let points = at_every_point(
        World::enrolled,
        |world| world.phone().punch(FactKind::In, SHIFT, &world.moment()).map(drop),
        all_arrives,
    );
    assert!(points >= 5, "{points}");
}

#[test]
fn killed_while_taking_a_photo_in() {
    let photo = vec![9_u8; 200_000];
    at_every_point(
        World::enrolled,
        |world| {
            let place = Place::Shift(SHIFT);
            world.phone().attach(place, &mut &photo[..], "image/jpeg", None, &world.moment()).map(drop)
        },
        |world| {
            let blobs = std::fs::read_dir(world.folder.path().join("blobs")).unwrap();
            let here: Vec<_> = blobs.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            let log = AssignmentId::from_bytes([1; 16]).into();
            let named = world.phone().facts(log, None, 10).unwrap();
            assert_eq!(here, vec![Sha256::of(&photo).to_hex(); named.len()], "a copy that no fact names");
            all_arrives(world);
        },
    );
}

#[test]
fn killed_while_exchanging() {
    let prepare = || {
        let mut world = World::enrolled();
        world.agency.show(PASS_ON.into(), DocumentKind::PassOn, world.officer);
        world.sync();
        for kind in [FactKind::EnRoute, FactKind::In] {
            world.phone().punch(kind, SHIFT, &world.moment()).unwrap();
        }
        world.phone().apply(PASS_ON, None, &world.reading()).unwrap();
        let record = agency_record(&world);
        world.agency.put(RecordKind::Agency, record.id, &record);
        world.agency.hide(PASS_ON.into(), world.officer);
        world
    };
    let exchange = |world: &mut World| loop {
        match world.step()? {
            SyncProgress::Done => return Ok(()),
            SyncProgress::Again => {}
            other => panic!("{other:?}"),
        }
    };
    let points = at_every_point(prepare, exchange, |world| {
        all_arrives(world);
        let id = world.agency.id.into();
        assert!(world.phone().record(RecordKind::Agency, id).unwrap().is_some());
        assert!(!world.phone().documents().unwrap().contains(&PASS_ON.into()));
        assert!(world.agency.document(AssignmentId::from_bytes([1; 16]).into()).changes() <= 2);
    });
    assert!(points > 10, "{points}");
}

#[test]
fn killed_while_recovering_from_a_refusal() {
    let prepare = || {
        let mut world = World::enrolled();
        world.sync();
        let recorded: Vec<_> = [FactKind::EnRoute, FactKind::In, FactKind::BreakStart]
            .map(|kind| world.phone().punch(kind, SHIFT, &world.moment()).unwrap())
            .into();
        world.agency.poison.insert(recorded[1].fact, detailbook_core::wire::Refusal::Conflict);
        world
    };
    let exchange = |world: &mut World| loop {
        match world.step()? {
            SyncProgress::Done => return Ok(()),
            SyncProgress::Again => {}
            other => panic!("{other:?}"),
        }
    };
    at_every_point(prepare, exchange, |world| {
        world.phone().punch(FactKind::Out, SHIFT, &world.moment()).unwrap();
        world.sync();
        let document = world.agency.document(AssignmentId::from_bytes([1; 16]).into());
        assert_eq!(document.facts.len(), 3);
        assert_eq!(world.phone().sync_state().unwrap().facts_refused, 1);
        assert_eq!(world.phone().sync_state().unwrap().facts_waiting, 0);
    });
}

#[test]
fn killed_while_removing_originals() {
    let prepare = || {
        let mut world = World::enrolled();
        for n in 0..3_u8 {
            let photo = [n; 50];
            world.phone().attach(Place::Shift(SHIFT), &mut &photo[..], "image/jpeg", None, &world.moment()).unwrap();
        }
        world.sync();
        world.upload();
        world.pass(Millis::from_hours(36 * 24));
        world.sync();
        world
    };
    at_every_point(
        prepare,
        |world| world.phone().tidy(world.now()).map(drop),
        |world| {
            world.phone().tidy(world.now()).unwrap();
            assert_eq!(std::fs::read_dir(world.folder.path().join("blobs")).unwrap().count(), 0);
            let written = world.phone().written(AssignmentId::from_bytes([1; 16]).into(), None, 10).unwrap();
            assert!(written.items.iter().all(|item| !item.original.as_ref().unwrap().here));
        },
    );
}
