//! What an officer may no longer read goes; what the officer wrote stays until the agency has had it long enough.

use detailbook_core::device::{ItemKind, PhoneError, Place, SyncState};
use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{DetailId, DocumentId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::time::Millis;
use detailbook_core::wire::Refusal;

use super::exchange::note_of_other;
use super::world::World;

const DETAIL: DetailId = DetailId::from_bytes([2; 16]);
const PLACE: Place = Place::PassOn(DETAIL);

fn document() -> DocumentId {
    DETAIL.into()
}

/// A phone whose officer is on a detail, where somebody else has written something.
fn on_a_detail() -> World {
    let mut world = World::enrolled();
    world.agency.show(document(), DocumentKind::PassOn, world.officer);
    let theirs = note_of_other("Watch the north gate.", &world);
    world.agency.write_as_other(document(), &[theirs]);
    world.sync();
    world
}

fn count(world: &World, sql: &str) -> i64 {
    world.raw().query_row(sql, [], |row| row.get(0)).unwrap()
}

fn words_of_others(world: &World) -> i64 {
    count(world, "SELECT count(*) FROM facts WHERE own = 0")
        + count(world, "SELECT count(*) FROM changes WHERE own = 0 AND body <> x''")
}

#[test]
fn a_refused_incident_outlives_the_right_to_read_the_detail() {
    let mut world = on_a_detail();
    let incident = world.phone().incident(PLACE, "A car hit the barrier.", &world.moment()).unwrap();
    world.agency.poison.insert(incident.fact, Refusal::BadChange);
    world.sync();
    world.agency.hide(document(), world.officer);
    world.sync();
    world.sync();
    let facts = world.phone().facts(document(), None, 10).unwrap();
    assert_eq!(facts.len(), 1);
    assert!(matches!(&facts[0].sync, SyncState::Refused { code, .. } if code == "bad_change"));
    assert_eq!(facts[0].text.as_deref(), Some("A car hit the barrier."));
    let unsettled = world.phone().unsettled(10).unwrap();
    assert!(matches!(unsettled[0].item, ItemKind::Fact { fact, .. } if fact == incident.fact));
    assert_eq!(words_of_others(&world), 0);
    assert!(world.phone().documents().unwrap().is_empty());
}

#[test]
fn a_wall_clock_that_runs_ahead_throws_no_own_words_away() {
    let mut world = on_a_detail();
    world.phone().incident(PLACE, "A car hit the barrier.", &world.moment()).unwrap();
    world.sync();
    world.wall_ahead = Millis::from_hours(400 * 24);
    world.agency.hide(document(), world.officer);
    world.sync();
    world.sync();
    assert_eq!(count(&world, "SELECT count(*) FROM facts WHERE own = 1"), 1);
}

#[test]
fn own_words_are_kept_unseen_for_35_days_after_the_right_to_read_ended() {
    let mut world = on_a_detail();
    let incident = world.phone().incident(PLACE, "A car hit the barrier.", &world.moment()).unwrap();
    world.phone().edit_pass_on(DETAIL, "", "Barrier is down.", &world.moment()).unwrap();
    world.phone().attach(PLACE, &mut &[7_u8; 900][..], "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    world.upload();
    world.agency.hide(document(), world.officer);
    world.sync();
    assert_eq!(words_of_others(&world), 0);
    assert!(world.phone().facts(document(), None, 10).unwrap().is_empty());
    assert!(world.phone().documents().unwrap().is_empty());
    assert_eq!(world.phone().pass_on_text(DETAIL).unwrap(), "");
    let edit = world.phone().edit_pass_on(DETAIL, "", "Barrier is up.", &world.moment());
    assert!(matches!(edit, Err(PhoneError::Refused(Refusal::NotAllowed))));
    assert_eq!(count(&world, "SELECT count(*) FROM facts WHERE own = 1"), 2);
    assert!(world.phone().sync_state().unwrap().all_synced);
    // The others go on without this officer.
    let theirs = note_of_other("The barrier is mended.", &world);
    world.agency.write_as_other(document(), &[theirs]);
    for _ in 0..4 {
        world.pass(Millis::from_hours(8 * 24));
        world.sync();
    }
    world.phone().tidy(world.now()).unwrap();
    assert_eq!(count(&world, "SELECT count(*) FROM facts WHERE own = 1"), 2);
    // Long after, nothing of it is left, nor of its originals.
    world.pass(Millis::from_hours(4 * 24));
    world.sync();
    world.phone().tidy(world.now()).unwrap();
    world.sync();
    for table in ["documents", "facts", "changes", "attachments"] {
        assert_eq!(count(&world, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert!(world.agency.has(document(), incident.fact));
}

#[test]
fn what_a_restored_server_lost_is_given_back_though_the_officer_may_no_longer_read_it() {
    let mut world = on_a_detail();
    let backup = world.agency.backup();
    let incident = world.phone().incident(PLACE, "A car hit the barrier.", &world.moment()).unwrap();
    world.sync();
    world.agency.hide(document(), world.officer);
    world.sync();
    world.agency.restore(backup);
    world.agency.hide(document(), world.officer);
    assert!(!world.agency.has(document(), incident.fact));
    world.sync();
    assert!(world.agency.has(document(), incident.fact));
}

#[test]
fn a_detail_that_comes_back_is_whole_again_and_goes_on() {
    let mut world = on_a_detail();
    let ours = world.phone().note(PLACE, "It is locked.", &world.moment()).unwrap();
    world.phone().edit_pass_on(DETAIL, "", "Gate 1 open.", &world.moment()).unwrap();
    world.sync();
    world.agency.hide(document(), world.officer);
    world.sync();
    let meanwhile = world.phone().note(PLACE, "Key is with dispatch.", &world.moment()).unwrap();
    let theirs = note_of_other("Thank you.", &world);
    world.agency.write_as_other(document(), &[theirs]);
    world.agency.show(document(), DocumentKind::PassOn, world.officer);
    world.sync();
    assert!(world.agency.has(document(), ours.fact) && world.agency.has(document(), meanwhile.fact));
    let facts = world.phone().facts(document(), None, 10).unwrap();
    assert_eq!(facts.len(), 4);
    assert!(facts.iter().all(|fact| fact.sync == SyncState::AgencyHasIt));
    assert_eq!(world.phone().pass_on_text(DETAIL).unwrap(), "Gate 1 open.");
    world.phone().edit_pass_on(DETAIL, "Gate 1 open.", "Gate 1 shut.", &world.moment()).unwrap();
    world.sync();
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_detail_that_comes_back_from_a_restored_server_is_written_in_anew() {
    let mut world = on_a_detail();
    let backup = world.agency.backup();
    let note = world.phone().note(PLACE, "It is locked.", &world.moment()).unwrap();
    world.phone().edit_pass_on(DETAIL, "", "Gate 1 open.", &world.moment()).unwrap();
    world.sync();
    world.agency.hide(document(), world.officer);
    world.sync();
    world.agency.restore(backup);
    // What the first answer leaves must be sound: the comparison that it asks for may fail for hours.
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    let incoming = world.agency.handle(&outgoing);
    world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading()).unwrap();
    let comparison = world.phone().begin_sync(&world.reading()).unwrap();
    world.phone().fail_sync(comparison.ticket, &world.reading()).unwrap();
    let unsent = world.phone().begin_sync(&world.reading()).unwrap();
    world.phone().abandon_sync(unsent.ticket);
    let seen = world.phone().pass_on_text(DETAIL).unwrap();
    world.phone().edit_pass_on(DETAIL, &seen, "Gate 2 open.", &world.moment()).unwrap();
    world.pass(Millis::from_hours(2));
    // What waits goes first, and the comparison with the next exchange.
    world.sync();
    world.sync();
    assert!(world.phone().sync_state().unwrap().all_synced);
    assert!(world.agency.has(document(), note.fact));
    assert_eq!(world.phone().pass_on_text(DETAIL).unwrap(), "Gate 2 open.");
}

#[test]
fn an_officer_who_enrols_again_keeps_nothing_that_was_taken_away_meanwhile() {
    let mut world = on_a_detail();
    let record = RecordKind::Other(50);
    world.agency.put_raw(record, RecordId::from_bytes([1; 16]), vec![1]);
    world.agency.put_raw(record, RecordId::from_bytes([2; 16]), vec![2]);
    world.sync();
    world.agency.hide(document(), world.officer);
    world.agency.forget_record(record, RecordId::from_bytes([1; 16]));
    world.enrol();
    world.sync();
    assert!(world.phone().documents().unwrap().is_empty());
    assert_eq!(words_of_others(&world), 0);
    assert_eq!(world.phone().record(record, RecordId::from_bytes([1; 16])).unwrap(), None);
    assert_eq!(world.phone().record(record, RecordId::from_bytes([2; 16])).unwrap(), Some(vec![2]));
}

#[test]
fn a_refused_incident_outlives_a_server_that_lost_the_whole_detail() {
    for shown_again in [false, true] {
        let mut world = World::enrolled();
        world.sync();
        let backup = world.agency.backup();
        world.agency.show(document(), DocumentKind::PassOn, world.officer);
        let theirs = note_of_other("Watch the north gate.", &world);
        world.agency.write_as_other(document(), &[theirs]);
        world.sync();
        let incident = world.phone().incident(PLACE, "A car hit the barrier.", &world.moment()).unwrap();
        world.agency.poison.insert(incident.fact, Refusal::BadChange);
        world.sync();
        world.agency.restore(backup);
        if shown_again {
            // A snapshot that holds none of the changes that this phone has.
            world.agency.show(document(), DocumentKind::PassOn, world.officer);
            let other = note_of_other("Entered again.", &world);
            world.agency.write_as_other(document(), &[other]);
        }
        world.sync();
        world.sync();
        let facts = world.phone().facts(document(), None, 10).unwrap();
        let ours = facts.iter().find(|fact| fact.fact == incident.fact).expect("the incident is here");
        assert!(matches!(&ours.sync, SyncState::Refused { code, .. } if code == "bad_change"));
        assert_eq!(ours.text.as_deref(), Some("A car hit the barrier."));
    }
}

#[test]
fn what_others_wrote_leaves_at_once_though_an_original_is_still_on_its_way() {
    let mut world = on_a_detail();
    world.phone().attach(PLACE, &mut &[7_u8; 900][..], "image/jpeg", None, &world.moment()).unwrap();
    world.sync();
    world.agency.hide(document(), world.officer);
    world.sync();
    assert_eq!(words_of_others(&world), 0);
    world.upload();
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn what_others_wrote_leaves_at_once_though_own_words_have_not_gone() {
    let mut world = on_a_detail();
    let incident = world.phone().incident(PLACE, "A car hit the barrier.", &world.moment()).unwrap();
    world.agency.closed.insert(document(), Refusal::Quarantined);
    world.sync();
    world.agency.hide(document(), world.officer);
    world.sync();
    assert_eq!(words_of_others(&world), 0);
    world.agency.closed.clear();
    world.pass(Millis::from_hours(2));
    // What waits goes first, and the comparison with the next exchange.
    world.sync();
    world.sync();
    assert!(world.agency.has(document(), incident.fact));
}

#[test]
fn no_report_keeps_what_others_wrote_once_it_may_no_longer_be_read() {
    let mut world = World::enrolled();
    world.sync();
    let backup = world.agency.backup();
    world.agency.show(document(), DocumentKind::PassOn, world.officer);
    let theirs = note_of_other("Watch the north gate.", &world);
    world.agency.write_as_other(document(), &[theirs]);
    world.sync();
    world.phone().incident(PLACE, "A car hit the barrier.", &world.moment()).unwrap();
    world.sync();
    world.agency.restore(backup);
    world.sync();
    assert_eq!(world.phone().reports(5).unwrap()[0].what, "lost_by_server");
    assert_eq!(count(&world, "SELECT count(*) FROM reports WHERE bytes IS NOT NULL"), 1);
    world.agency.show(document(), DocumentKind::PassOn, world.officer);
    world.pass(Millis::from_hours(2));
    world.sync();
    world.agency.hide(document(), world.officer);
    world.sync();
    assert_eq!(world.phone().reports(5).unwrap()[0].what, "lost_by_server");
    assert_eq!(count(&world, "SELECT count(*) FROM reports WHERE bytes IS NOT NULL"), 0);
}
