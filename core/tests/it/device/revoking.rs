//! The end of an enrolment: what waits gets its one last push, and nothing of the officer's own is lost.

use detailbook_core::device::{PhoneError, Place, SyncProgress, SyncState, WhichShift};
use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{DetailId, DocumentId};
use detailbook_core::shift::FactKind;
use detailbook_core::time::Millis;
use detailbook_core::wire::{Refusal, SyncRequest, decode};

use super::exchange::note_of_other;
use super::world::World;

const SHIFT: WhichShift = WhichShift::Unassigned(None);
const DETAIL: DetailId = DetailId::from_bytes([2; 16]);

/// Exchanges until the phone knows; the paths asked, and whether the last request brought changes.
fn until_revoked(world: &mut World) -> (Vec<String>, bool) {
    let mut paths = Vec::new();
    loop {
        assert!(paths.len() < 6, "{paths:?}");
        let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
        paths.push(outgoing.path.clone());
        let brings = decode::<SyncRequest>(&outgoing.body).is_ok_and(|request| request.push.is_some());
        let incoming = world.agency.handle(&outgoing);
        match world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading()).unwrap() {
            SyncProgress::Again => {}
            SyncProgress::Revoked => return (paths, brings),
            other => panic!("{other:?}"),
        }
    }
}

fn revoke(world: &mut World) {
    let device = world.device();
    world.agency.device(device).revoked = true;
}

#[test]
fn a_comparison_that_is_due_does_not_cost_the_last_push() {
    let mut world = World::enrolled();
    world.sync();
    world.pass(Millis::from_hours(8 * 24));
    assert_eq!(world.step().unwrap(), SyncProgress::Again);
    world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    revoke(&mut world);
    assert_eq!(until_revoked(&mut world), (vec!["/v1/sync/compare".into(), "/v1/sync".into()], true));
}

#[test]
fn a_fact_written_while_a_request_is_under_way_gets_the_last_push() {
    let mut world = World::enrolled();
    world.sync();
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    revoke(&mut world);
    let incoming = world.agency.handle(&outgoing);
    let progress = world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading()).unwrap();
    assert_eq!(progress, SyncProgress::Again);
    assert_eq!(until_revoked(&mut world), (vec!["/v1/sync".into()], true));
    assert!(matches!(world.phone().begin_sync(&world.reading()), Err(PhoneError::Revoked)));
}

#[test]
fn a_session_that_has_run_out_is_renewed_for_the_last_push() {
    let mut world = World::enrolled();
    world.sync();
    world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    revoke(&mut world);
    let device = world.device();
    world.agency.device(device).expired = true;
    let paths = ["/v1/sync", "/v1/session", "/v1/sync"].map(String::from).to_vec();
    assert_eq!(until_revoked(&mut world), (paths, true));
}

#[test]
fn what_cannot_be_carried_ends_the_exchange_all_the_same() {
    let mut world = World::enrolled();
    let held = world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    world.agency.closed.insert(held.document, Refusal::Quarantined);
    world.sync();
    revoke(&mut world);
    assert_eq!(until_revoked(&mut world).0.len(), 2);
}

#[test]
fn what_a_revoked_phone_has_no_more_use_for_is_gone() {
    let mut world = World::enrolled();
    // An entry of a kind that is yet to be invented: a report keeps it.
    world.agency.extra = vec![[&[0x82, 0x18, 0x63, 0x4f][..], b"words of others"].concat()];
    let punched = world.phone().punch(FactKind::In, SHIFT, &world.moment()).unwrap();
    world.sync();
    assert_eq!(world.phone().reports(5).unwrap().len(), 1);
    revoke(&mut world);
    until_revoked(&mut world);
    assert!(world.phone().reports(5).unwrap().is_empty());
    let key: Vec<u8> = world.raw().query_row("SELECT session_key FROM phone", [], |row| row.get(0)).unwrap();
    assert_eq!(key, [0; 32]);
    world.phone().suspend().unwrap();
    let bytes = std::fs::read(world.path()).unwrap();
    assert!(!bytes.windows(15).any(|words| words == b"words of others"));
    world.phone().resume(world.now()).unwrap();
    assert_eq!(world.phone().facts(punched.document, None, 5).unwrap().len(), 1);
}

#[test]
fn unsent_words_outlive_the_enrolment_and_those_of_others_do_not() {
    let mut world = World::enrolled();
    let document = DocumentId::from(DETAIL);
    world.agency.show(document, DocumentKind::PassOn, world.officer);
    let theirs = note_of_other("Watch the north gate.", &world);
    world.agency.write_as_other(document, &[theirs]);
    world.sync();
    let incident = world.phone().incident(Place::PassOn(DETAIL), "A car hit it.", &world.moment()).unwrap();
    revoke(&mut world);
    until_revoked(&mut world);
    let facts = world.phone().facts(document, None, 10).unwrap();
    assert_eq!(facts.len(), 1);
    assert_eq!((facts[0].fact, &facts[0].sync), (incident.fact, &SyncState::OnThisPhone));
    // Enrolled again, it goes along.
    world.enrol();
    world.sync();
    assert!(world.agency.has(document, incident.fact));
    assert_eq!(world.phone().facts(document, None, 10).unwrap().len(), 2);
}
