//! The exchange: one round trip, one at a time, whatever the way between does.

use detailbook_core::device::{Incoming, PhoneError, Place, SyncProgress, SyncState, WhichShift};
use detailbook_core::documents::{DocumentKind, FactEntry};
use detailbook_core::ids::{DetailId, DocumentId, FactId, RecordId};
use detailbook_core::records::{Agency as AgencyRecord, RecordKind};
use detailbook_core::shift::{Content, Fact, FactKind};
use detailbook_core::time::{Millis, Zone};
use detailbook_core::wire::{Entry, SyncRequest, decode, encode};

use super::world::World;

pub(super) fn agency_record(world: &World) -> AgencyRecord {
    AgencyRecord { id: world.agency.id, name: "Example PD".into(), zone: Zone::UTC }
}

#[test]
fn an_idle_exchange_is_one_small_request_and_moves_nothing() {
    let mut world = World::enrolled();
    let record = agency_record(&world);
    world.agency.put(RecordKind::Agency, record.id, &record);
    assert_eq!(world.sync(), 1);
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    assert!(!outgoing.accept_gzip);
    assert!(outgoing.body.len() <= 24, "{} bytes", outgoing.body.len());
    let incoming = world.agency.handle(&outgoing);
    assert!(incoming.body.len() <= 32, "{} bytes", incoming.body.len());
    let at = world.reading();
    assert_eq!(world.phone().finish_sync(outgoing.ticket, &incoming, &at).unwrap(), SyncProgress::Done);
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn the_cursor_is_kept_with_what_came_and_goes_back_byte_for_byte() {
    let mut world = World::enrolled();
    let record = agency_record(&world);
    world.agency.put(RecordKind::Agency, record.id, &record);
    world.sync();
    world.open(None).unwrap();
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    let request: SyncRequest = decode(&outgoing.body).unwrap();
    assert!(request.cursor.is_some() && request.push.is_none() && request.writers.is_none());
}

#[test]
fn only_one_exchange_is_under_way_until_it_is_finished_given_up_or_lost() {
    let world = World::enrolled();
    let first = world.phone().begin_sync(&world.reading()).unwrap();
    assert!(matches!(world.phone().begin_sync(&world.reading()), Err(PhoneError::SyncBusy)));
    world.phone().abandon_sync(first.ticket);
    world.phone().begin_sync(&world.reading()).unwrap();
    world.pass(Millis::from_secs(121));
    assert!(world.phone().begin_sync(&world.reading()).is_ok());
}

#[test]
fn an_answer_that_comes_late_or_twice_does_nothing() {
    let mut world = World::enrolled();
    let record = agency_record(&world);
    world.agency.put(RecordKind::Agency, record.id, &record);
    let lost = world.phone().begin_sync(&world.reading()).unwrap();
    let late = world.agency.handle(&lost);
    let at = world.reading();
    assert!(
        matches!(world.phone().fail_sync(lost.ticket, &at).unwrap(), SyncProgress::WaitUntil(until) if until > at.wall)
    );
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    assert_eq!(world.phone().finish_sync(lost.ticket, &late, &at).unwrap(), SyncProgress::Stale);
    let incoming = world.agency.handle(&outgoing);
    assert_eq!(world.phone().finish_sync(outgoing.ticket, &incoming, &at).unwrap(), SyncProgress::Done);
    assert_eq!(world.phone().finish_sync(outgoing.ticket, &incoming, &at).unwrap(), SyncProgress::Stale);
    assert_eq!(world.phone().retry_at().unwrap(), None);
}

#[test]
fn an_answer_to_a_request_of_another_run_of_the_app_does_nothing() {
    let mut world = World::enrolled();
    let record = agency_record(&world);
    world.agency.put(RecordKind::Agency, record.id, &record);
    let before = world.phone().begin_sync(&world.reading()).unwrap();
    let answer = world.agency.handle(&before);
    world.open(None).unwrap();
    let now = world.phone().begin_sync(&world.reading()).unwrap();
    assert_ne!(before.ticket, now.ticket);
    let at = world.reading();
    assert_eq!(world.phone().finish_sync(before.ticket, &answer, &at).unwrap(), SyncProgress::Stale);
    assert_eq!(world.phone().sync_state().unwrap().settled_at, None);
    let answer = world.agency.handle(&now);
    assert_eq!(world.phone().finish_sync(now.ticket, &answer, &at).unwrap(), SyncProgress::Done);
}

#[test]
fn a_push_whose_answer_was_lost_is_repeated_and_stored_once() {
    let mut world = World::enrolled();
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    for _ in 0..3 {
        let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
        world.agency.handle(&outgoing);
        world.phone().abandon_sync(outgoing.ticket);
    }
    assert_eq!(world.sync(), 1);
    assert_eq!(world.agency.document(punched.document).changes(), 1);
    assert_eq!(world.agency.facts(), 1);
}

#[test]
fn more_is_asked_for_until_there_is_none_and_comes_packed() {
    let mut world = World::enrolled();
    (world.agency.page, world.agency.gzip) = (3, true);
    for n in 0..10 {
        world.agency.put_raw(RecordKind::Other(77), RecordId::from_bytes([n; 16]), vec![0xf6]);
    }
    assert_eq!(world.sync(), 4);
}

#[test]
fn kinds_of_record_that_this_version_does_not_know_are_kept() {
    let mut world = World::enrolled();
    let id = RecordId::from_bytes([8; 16]);
    world.agency.put_raw(RecordKind::Other(700), id, vec![1, 2, 3]);
    world.sync();
    assert_eq!(world.phone().record(RecordKind::Other(700), id).unwrap(), Some(vec![1, 2, 3]));
    world.agency.forget_record(RecordKind::Other(700), id);
    world.sync();
    assert_eq!(world.phone().record(RecordKind::Other(700), id).unwrap(), None);
}

#[test]
fn a_bad_entry_is_reported_and_blocks_nothing() {
    let mut world = World::enrolled();
    let document = DocumentId::from_bytes([6; 16]);
    let id = RecordId::from_bytes([8; 16]);
    let broken = Entry::Changes { document, kind: DocumentKind::ShiftLog, changes: vec![vec![0; 40].into()] };
    // An entry of a kind that is yet to be invented; a broken change; a record that claims to be an agency's; a good record.
    world.agency.extra = vec![
        vec![0x82, 0x18, 0x63, 0x80],
        encode(&broken),
        encode(&Entry::Record { kind: RecordKind::Agency, id, version: 1, body: vec![0xff].into() }),
        encode(&Entry::Record { kind: RecordKind::Other(9), id, version: 1, body: vec![7].into() }),
    ];
    assert_eq!(world.sync(), 1);
    assert_eq!(world.phone().record(RecordKind::Other(9), id).unwrap(), Some(vec![7]));
    let what: Vec<_> = world.phone().reports(10).unwrap().into_iter().map(|report| report.what).collect();
    assert_eq!(what, ["record_not_read", "change_not_taken", "entry_not_read"]);
    assert_eq!(world.sync(), 1);
}

#[test]
fn nonsense_for_an_answer_changes_nothing_and_waits() {
    let mut world = World::enrolled();
    world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    for body in [vec![], vec![0xff; 30], vec![0xa1, 0x00]] {
        let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
        let incoming = Incoming { status: 200, gzip: false, body };
        let finished = world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading());
        assert!(matches!(finished, Err(PhoneError::BadAnswer(_))));
        assert!(world.phone().retry_at().unwrap().is_some());
    }
    for status in [500, 502, 503, 429, 404, 301] {
        let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
        let incoming = Incoming { status, gzip: false, body: b"<html>".to_vec() };
        let finished = world.phone().finish_sync(outgoing.ticket, &incoming, &world.reading());
        assert!(matches!(finished, Ok(SyncProgress::WaitUntil(_))));
    }
    assert_eq!(world.sync(), 1);
    assert_eq!(world.agency.facts(), 1);
}

#[test]
fn a_session_that_has_run_out_is_renewed_and_the_push_repeated() {
    let mut world = World::enrolled();
    let device = world.device();
    world.agency.device(device).expired = true;
    world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    assert_eq!(world.sync(), 3);
    assert_eq!(world.agency.requests[1..], ["POST /v1/sync", "POST /v1/session", "POST /v1/sync"]);
    assert_eq!(world.agency.facts(), 1);
}

#[test]
fn wishes_are_sent_until_decided_and_decided_once() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([5; 16]);
    let wish = world.phone().apply(detail, None, &world.reading()).unwrap();
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    world.agency.handle(&outgoing);
    world.phone().abandon_sync(outgoing.ticket);
    assert_eq!(world.phone().sync_state().unwrap().wishes_waiting, 1);
    world.sync();
    world.sync();
    assert_eq!(world.agency.commands_seen, [wish, wish]);
    assert_eq!(world.phone().sync_state().unwrap().wishes_waiting, 0);
    assert!(world.phone().wishes(5).unwrap()[0].decision.is_some());
}

pub(super) fn note_of_other(text: &str, world: &World) -> FactEntry {
    fact_of_other(FactKind::Note, Some(text), world)
}

pub(super) fn fact_of_other(kind: FactKind, text: Option<&str>, world: &World) -> FactEntry {
    let mut fact = Fact {
        kind,
        clock: world.reading(),
        link: detailbook_core::shift::ChainLink::FIRST,
        fixes: None,
        phone: None,
        app: 1,
        content: text.map(|text| Content { text: Some(text.into()), ..Content::default() }),
        about: None,
        detail: None,
    };
    fact.clock.anchor = None;
    let id = FactId::new(world.now(), &mut super::world::Dice::new(world.now().as_millis() as u64));
    FactEntry { id, bytes: fact.to_bytes(), signature: None }
}

#[test]
fn what_others_write_in_the_pass_on_comes_and_is_forgotten_only_when_nothing_of_ours_waits() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([2; 16]);
    let document = DocumentId::from(detail);
    world.agency.show(document, DocumentKind::PassOn, world.officer);
    let theirs = note_of_other("Watch the north gate.", &world);
    world.agency.write_as_other(document, &[theirs]);
    world.sync();
    let ours = world.phone().note(Place::PassOn(detail), "North gate is locked.", &world.moment()).unwrap();
    assert_eq!(world.phone().written(document, None, 10).unwrap().items.len(), 2);
    world.agency.hide(document, world.officer);
    // The answer that says forget does not yet hold the verdict on what was written meanwhile.
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    let later = world.phone().note(Place::PassOn(detail), "Key is with dispatch.", &world.moment()).unwrap();
    let incoming = world.agency.handle(&outgoing);
    let at = world.reading();
    assert_eq!(world.phone().finish_sync(outgoing.ticket, &incoming, &at).unwrap(), SyncProgress::Again);
    assert!(!world.phone().facts(document, None, 10).unwrap().is_empty());
    world.sync();
    assert!(world.agency.has(document, ours.fact) && world.agency.has(document, later.fact));
    assert!(world.phone().facts(document, None, 10).unwrap().is_empty());
}

#[test]
fn shared_text_is_edited_together() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([2; 16]);
    world.agency.show(detail.into(), DocumentKind::PassOn, world.officer);
    world.sync();
    world.phone().edit_pass_on(detail, "", "Gate 1 open.", &world.moment()).unwrap();
    world.phone().note(Place::PassOn(detail), "Checked at ten.", &world.moment()).unwrap();
    world.phone().edit_pass_on(detail, "Gate 1 open.", "Gate 1 shut.", &world.moment()).unwrap();
    assert_eq!(world.phone().pass_on_text(detail).unwrap(), "Gate 1 shut.");
    assert_eq!(world.sync(), 1);
    assert_eq!(world.agency.document(detail.into()).changes(), 3);
    assert!(world.phone().sync_state().unwrap().all_synced);
}

#[test]
fn a_revoked_phone_keeps_the_officers_hours_and_drops_the_agencys_records() {
    let mut world = World::enrolled();
    let record = agency_record(&world);
    world.agency.put(RecordKind::Agency, record.id, &record);
    world.sync();
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let device = world.device();
    world.agency.device(device).revoked = true;
    assert_eq!(world.step().unwrap(), SyncProgress::Revoked);
    assert!(matches!(world.phone().begin_sync(&world.reading()), Err(PhoneError::Revoked)));
    assert_eq!(world.phone().record(RecordKind::Agency, record.id.into()).unwrap(), None);
    let facts = world.phone().facts(punched.document, None, 10).unwrap();
    assert_eq!(facts[0].sync, SyncState::OnThisPhone);
    // Enrolled again, the same officer's facts go along under the new enrolment.
    world.enrol();
    world.sync();
    assert!(world.agency.has(punched.document, punched.fact));
    assert!(world.agency.document(punched.document).signatures.contains_key(&punched.fact));
}

#[test]
fn an_answer_without_a_verdict_for_each_change_is_none() {
    let mut world = World::enrolled();
    world.sync();
    let idle = world.phone().begin_sync(&world.reading()).unwrap();
    let empty = world.agency.handle(&idle);
    world.phone().abandon_sync(idle.ticket);
    let punched = world.phone().punch(FactKind::In, WhichShift::Unassigned(None), &world.moment()).unwrap();
    let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
    let finished = world.phone().finish_sync(outgoing.ticket, &empty, &world.reading());
    assert!(matches!(finished, Err(PhoneError::BadAnswer(_))));
    assert_eq!(world.sync(), 1);
    assert!(world.agency.has(punched.document, punched.fact));
}

#[test]
fn a_whole_page_of_shared_text_is_pasted_and_cleared() {
    let mut world = World::enrolled();
    let detail = DetailId::from_bytes([8; 16]);
    world.agency.show(detail.into(), DocumentKind::PassOn, world.officer);
    world.sync();
    let whole: String = ('a'..='z').cycle().take(world.limits.text_chars).collect();
    world.phone().edit_pass_on(detail, "", &whole, &world.moment()).unwrap();
    assert_eq!(world.phone().pass_on_text(detail).unwrap(), whole);
    world.sync();
    world.phone().edit_pass_on(detail, &whole, "Gate 1 open.", &world.moment()).unwrap();
    assert_eq!(world.phone().pass_on_text(detail).unwrap(), "Gate 1 open.");
    world.sync();
    assert!(world.phone().sync_state().unwrap().all_synced);
    assert!(world.phone().reports(5).unwrap().is_empty());
}

#[test]
fn an_answer_that_cannot_be_written_down_makes_the_next_try_wait_longer_each_time() {
    let mut world = World::enrolled();
    world.sync();
    let other = world.raw();
    let mut waits = Vec::new();
    for _ in 0..3 {
        let outgoing = world.phone().begin_sync(&world.reading()).unwrap();
        let incoming = world.agency.handle(&outgoing);
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let at = world.reading();
        let finished = world.phone().finish_sync(outgoing.ticket, &incoming, &at);
        assert!(matches!(finished, Err(PhoneError::StoreBusy(_))));
        other.execute_batch("ROLLBACK").unwrap();
        waits.push(world.phone().retry_at().unwrap().unwrap() - at.wall);
    }
    assert!(waits[0] >= Millis::from_secs(5) && waits[2] >= Millis::from_secs(20), "{waits:?}");
    world.sync();
    assert_eq!(world.phone().retry_at().unwrap(), None);
}
