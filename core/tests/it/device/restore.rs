//! A server that was put back from a backup is given what it lost.

use detailbook_core::device::{Incoming, Place, SyncProgress, SyncState, WhichShift};
use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{AssignmentId, DetailId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_core::wire::{COMPARE_PATH, CompareRequest, decode};

use super::exchange::note_of_other;
use super::world::World;

const SHIFT: WhichShift = WhichShift::Assignment(AssignmentId::from_bytes([1; 16]));

#[test]
fn a_wish_made_while_the_wall_clock_was_behind_is_sent_again_as_well() {
    let mut world = World::enrolled();
    world.sync();
    let backup = world.agency.backup();
    world.wall_ahead = Millis::from_hours(-100 * 24);
    let wish = world.phone().apply(DetailId::from_bytes([9; 16]), None, &world.reading()).unwrap();
    world.sync();
    world.wall_ahead = Millis(0);
    world.agency.restore(backup);
    world.sync();
    assert_eq!(world.agency.commands_seen, [wish, wish]);
}

#[test]
fn facts_wishes_and_originals_that_a_restored_server_lost_are_sent_again() {
    let mut world = World::enrolled();
    let first = world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    world.agency.put_raw(RecordKind::Other(50), RecordId::from_bytes([1; 16]), vec![1]);
    world.sync();
    let backup = world.agency.backup();
    world.agency.put_raw(RecordKind::Other(50), RecordId::from_bytes([2; 16]), vec![2]);
    let photo = vec![7_u8; 1_000];
    let attached =
        world.phone().attach(Place::Shift(SHIFT), &mut &photo[..], "image/jpeg", None, &world.moment()).unwrap();
    let out = world.phone().punch(FactKind::Out, SHIFT, &world.moment()).unwrap();
    let wish = world.phone().apply(DetailId::from_bytes([9; 16]), None, &world.reading()).unwrap();
    world.sync();
    world.upload();
    world.agency.restore(backup);
    assert_eq!(world.agency.facts(), 1);
    world.sync();
    for it in [first, attached, out] {
        assert!(world.agency.has(it.document, it.fact));
    }
    assert_eq!(world.agency.commands_seen, [wish, wish]);
    world.upload();
    let hash = detailbook_core::shift::Sha256::of(&photo);
    assert_eq!(world.agency.blob(&hash), photo);
    // What the restored server never had is no longer shown.
    assert_eq!(world.phone().record(RecordKind::Other(50), RecordId::from_bytes([1; 16])).unwrap(), Some(vec![1]));
    assert_eq!(world.phone().record(RecordKind::Other(50), RecordId::from_bytes([2; 16])).unwrap(), None);
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_change_that_the_server_lost_unnoticed_is_sent_again_when_it_waits_for_it() {
    let mut world = World::enrolled();
    world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    world.sync();
    let backup = world.agency.backup();
    let lost = world.phone().punch(FactKind::BreakStart, SHIFT, &world.moment()).unwrap();
    world.sync();
    world.agency.restore_unnoticed(backup);
    let last = world.phone().punch(FactKind::Out, SHIFT, &world.moment()).unwrap();
    assert_eq!(world.sync(), 2);
    assert!(world.agency.has(lost.document, lost.fact) && world.agency.has(last.document, last.fact));
}

#[test]
fn heads_are_compared_once_a_week_and_repair_what_nobody_noticed() {
    let mut world = World::enrolled();
    world.sync();
    let backup = world.agency.backup();
    let lost = world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    world.sync();
    world.agency.restore_unnoticed(backup);
    world.pass(Millis::from_hours(24));
    assert_eq!(world.sync(), 1);
    assert!(!world.agency.has(lost.document, lost.fact) || world.agency.facts() == 0);
    world.pass(Millis::from_hours(7 * 24));
    assert_eq!(world.sync(), 3);
    assert!(world.agency.has(lost.document, lost.fact));
    let facts = world.phone().facts(lost.document, None, 10).unwrap();
    assert_eq!(facts[0].sync, SyncState::AgencyHasIt);
}

#[test]
fn an_incident_of_a_detail_that_a_restored_server_lost_waits_until_the_detail_is_there_again() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([2; 16]);
    world.sync();
    let backup = world.agency.backup();
    world.agency.show(detail.into(), DocumentKind::PassOn, world.officer);
    world.sync();
    let incident = world.phone().incident(Place::PassOn(detail), "A car hit it.", &world.moment()).unwrap();
    world.sync();
    world.agency.restore(backup);
    world.sync();
    let facts = world.phone().facts(detail.into(), None, 10).unwrap();
    assert!(matches!(&facts[0].sync, SyncState::Held { code, .. } if code == "not_found"), "{:?}", facts[0].sync);
    assert!(!world.phone().sync_state().unwrap().all_synced);
    world.agency.show(detail.into(), DocumentKind::PassOn, world.officer);
    world.pass(Millis::from_hours(2));
    world.sync();
    assert!(world.agency.has(detail.into(), incident.fact));
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_comparison_that_always_fails_holds_up_no_facts() {
    let mut world = World::enrolled();
    world.sync();
    world.pass(Millis::from_hours(8 * 24));
    assert_eq!(world.step().unwrap(), SyncProgress::Again);
    for _ in 0..3 {
        let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
        let mut rounds = 0;
        while !world.agency.has(punched.document, punched.fact) {
            rounds += 1;
            assert!(rounds < 4, "the punch is held up");
            let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
            let incoming = if outgoing.path == COMPARE_PATH {
                Incoming { status: 500, gzip: false, body: Vec::new() }
            } else {
                world.agency.handle(&outgoing)
            };
            world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading()).unwrap();
        }
        assert!(world.phone().sync_state().unwrap().all_synced);
    }
    // It is tried again the next day, and goes through.
    let before = world.agency.requests.len();
    world.pass(Millis::from_hours(25));
    world.sync();
    assert!(world.agency.requests[before..].contains(&format!("POST {COMPARE_PATH}")));
}

#[test]
fn a_comparison_that_is_too_large_is_made_in_smaller_pages() {
    let mut world = World::enrolled();
    world.sync();
    for _ in 0..8 {
        world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    }
    world.sync();
    world.pass(Millis::from_hours(8 * 24));
    assert_eq!(world.step().unwrap(), SyncProgress::Again);
    let (mut asked, mut refused) = (0, 0);
    while asked < 8 {
        let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
        let documents = decode::<CompareRequest>(&outgoing.body).unwrap().documents.len();
        assert_eq!(outgoing.path, COMPARE_PATH);
        let incoming = if documents > 4 {
            refused += 1;
            Incoming { status: 413, gzip: false, body: Vec::new() }
        } else {
            asked += documents;
            world.agency.handle(&outgoing)
        };
        let progress = world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading()).unwrap();
        assert_eq!(progress, SyncProgress::Again);
    }
    assert!(refused > 0);
    world.sync();
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_comparison_that_times_out_holds_up_no_feed_and_asks_for_less_the_next_time() {
    let mut world = World::enrolled();
    world.sync();
    for _ in 0..3 {
        world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    }
    world.sync();
    world.pass(Millis::from_hours(8 * 24));
    let mut sizes = Vec::new();
    for n in 0..13 {
        let outgoing = loop {
            let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
            if outgoing.path == COMPARE_PATH {
                break outgoing;
            }
            let incoming = world.agency.handle(&outgoing);
            let at = world.reading();
            world.phone().finish_sync(outgoing.ticket, &incoming, &at).unwrap();
        };
        sizes.push(decode::<CompareRequest>(&outgoing.body).unwrap().documents.len());
        world.phone().fail_sync(outgoing.ticket, &world.reading()).unwrap();
        // Nothing waits to be sent; the feed comes all the same.
        let id = RecordId::from_bytes([n; 16]);
        world.agency.put_raw(RecordKind::Other(50), id, vec![n]);
        assert_eq!(world.step().unwrap(), SyncProgress::Done);
        assert_eq!(world.phone().record(RecordKind::Other(50), id).unwrap(), Some(vec![n]));
        world.pass(Millis::from_hours(25));
    }
    assert_eq!((sizes[0], sizes[12]), (3, 1));
}

#[test]
fn a_weekly_comparison_with_a_server_that_is_merely_ahead_takes_nothing_for_lost() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([2; 16]);
    world.agency.show(detail.into(), DocumentKind::PassOn, world.officer);
    world.sync();
    world.phone().note(Place::PassOn(detail), "It is locked.", &world.moment()).unwrap();
    let wish = world.phone().apply(detail, None, &world.reading()).unwrap();
    world.sync();
    world.pass(Millis::from_hours(8 * 24));
    assert_eq!(world.step().unwrap(), SyncProgress::Again);
    let theirs = note_of_other("Thank you.", &world);
    world.agency.write_as_other(detail.into(), &[theirs]);
    // The comparison.
    assert_eq!(world.step().unwrap(), SyncProgress::Again);
    assert_eq!(world.phone().facts(detail.into(), None, 10).unwrap()[0].sync, SyncState::AgencyHasIt);
    world.sync();
    assert_eq!(world.agency.commands_seen, [wish]);
    assert_eq!(world.phone().facts(detail.into(), None, 10).unwrap().len(), 2);
}
