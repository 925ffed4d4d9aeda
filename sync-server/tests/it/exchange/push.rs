//! Changes: what is taken, from whom, and what becomes of the rest.

use detailbook_core::documents::{Document, DocumentKind, Splice, write_facts, write_signatures};
use detailbook_core::ids::{DetailId, DocumentId, RecordId, WriterId};
use detailbook_core::records::RecordKind;
use detailbook_core::shift::{Attachment, FactKind, Sha256};
use detailbook_core::time::Millis;
use detailbook_core::wire::{ChangeVerdict, Entry, Limits, Refusal, SyncRequest};
use detailbook_server::document_check::{self, DocumentCheck};
use detailbook_server::store::{Fault, Sql, Store, documents, params, records};

use super::handset::{Handset, hours_off, push_of};
use super::precinct::{NOON, Precinct};
use crate::store::home::Home;
use crate::store::on_both_engines;

const LOG: DocumentKind = DocumentKind::ShiftLog;
const PASS_ON: DocumentKind = DocumentKind::PassOn;
const ACCEPTED: ChangeVerdict = ChangeVerdict::Accepted;

const fn refused(refusal: Refusal) -> ChangeVerdict {
    ChangeVerdict::Refused(refusal)
}

/// An officer with a phone and a shift log.
fn on_duty(precinct: &Precinct, number: u8) -> (Handset, DocumentId) {
    let officer = precinct.officer(number);
    (precinct.phone(officer), precinct.shift_log(officer, 50 + number))
}

fn facts_signed(precinct: &Precinct, signed: &'static str) -> i64 {
    precinct.number(match signed {
        "no" => "SELECT COUNT(*) FROM facts WHERE agency = $1 AND signed = 0",
        "fits" => "SELECT COUNT(*) FROM facts WHERE agency = $1 AND signed = 1",
        _ => "SELECT COUNT(*) FROM facts WHERE agency = $1 AND signed = 2",
    })
}

fn a_punch_is_stored_and_reaches_the_officers_other_phone(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let mut other = precinct.phone(phone.officer);
    other.sync(&other.request());
    let (punch, second) = (phone.punch(log, FactKind::In), phone.punch(log, FactKind::Out));
    assert_eq!(phone.push(log, LOG, &[punch.clone(), second.clone()]), [ACCEPTED, ACCEPTED]);
    assert_eq!(facts_signed(&precinct, "fits"), 2);
    assert_eq!(phone.sync(&phone.request()).entries, None, "own changes do not come back");
    let entries = other.sync(&other.request()).entries.unwrap();
    let changes = vec![punch.into(), second.into()];
    assert_eq!(entries, [Entry::Changes { document: log, kind: LOG, changes }]);
    assert_eq!(other.sync(&other.request()).entries, None);
}

fn what_was_stored_makes_the_document(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let punches: Vec<_> = (0..5).map(|_| phone.punch(log, FactKind::In)).collect();
    phone.push(log, LOG, &punches[..2]);
    phone.push(log, LOG, &punches[2..]);
    let agency = precinct.agency;
    let stored = precinct.app.store.read(|sql| documents::raw_changes(sql, agency, log)).unwrap();
    assert_eq!(stored, punches);
    let document = Document::from_changes(LOG, stored.iter().map(Vec::as_slice)).unwrap();
    let row = precinct.app.store.read(|sql| documents::find(sql, agency, log)).unwrap().unwrap();
    assert_eq!(document.index(), row.index);
    assert_eq!((document.facts().len(), row.changes), (5, 5));
}

fn a_clock_that_is_hours_off_is_no_matter(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let mut fact = phone.fact(FactKind::In, None);
    fact.clock.wall = hours_off(precinct.app.now());
    let entry = phone.entry(log, &fact);
    let change = phone.write(log, LOG, &[entry]);
    assert_eq!(phone.push(log, LOG, &[change]), [ACCEPTED]);
}

fn another_officers_log_is_refused_and_the_rest_lands(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let (_, theirs) = on_duty(&precinct, 2);
    let (forged, honest) = (phone.punch(theirs, FactKind::In), phone.punch(log, FactKind::In));
    let verdicts = phone.push_all(vec![
        push_of(theirs, LOG, &[forged]),
        push_of(log, LOG, &[b"rubbish".to_vec(), honest]),
        push_of(log, PASS_ON, &[b"rubbish".to_vec()]),
    ]);
    assert_eq!(verdicts[0], [refused(Refusal::NotYours)]);
    assert_eq!(verdicts[1], [refused(Refusal::BadChange), ACCEPTED]);
    assert_eq!(verdicts[2], [refused(Refusal::BadChange)]);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 1);
}

fn another_agencys_documents_are_out_of_reach(home: &Home) {
    let precinct = Precinct::open(home);
    let branch = precinct.branch(2);
    let (mut phone, _) = on_duty(&precinct, 1);
    let officer = branch.officer(1);
    let (theirs, pass_on) = (branch.shift_log(officer, 90), branch.pass_on(&[officer], 91));
    let (log, note) = (phone.punch(theirs, FactKind::In), phone.note(pass_on, PASS_ON, "psst"));
    let verdicts = phone.push_all(vec![push_of(theirs, LOG, &[log]), push_of(pass_on, PASS_ON, &[note])]);
    // In the phone's own agency nothing has that id: it begins a log of its own there.
    assert_eq!(verdicts, [[ACCEPTED], [refused(Refusal::NotFound)]]);
    assert_eq!(branch.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 0);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 1);
}

fn a_writer_belongs_to_one_device_for_ever(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let mut other = precinct.phone(phone.officer);
    other.writer = phone.writer;
    let forged = other.punch(log, FactKind::In);
    assert_eq!(other.push(log, LOG, std::slice::from_ref(&forged)), [refused(Refusal::ForgedWriter)]);
    let claimed = SyncRequest {
        writers: Some(vec![phone.writer]),
        push: Some(vec![push_of(log, LOG, &[forged])]),
        ..other.request()
    };
    assert_eq!(other.sync(&claimed).verdicts.unwrap()[0].0, [refused(Refusal::ForgedWriter)]);
    let punch = phone.punch(log, FactKind::In);
    assert_eq!(phone.push(log, LOG, &[punch]), [ACCEPTED]);
}

fn a_device_has_so_many_writers_and_no_more(home: &Home) {
    let precinct = Precinct::open(home).with_limits(Limits { device_writers: 3, ..Limits::V1 });
    let mut phone = precinct.phone(precinct.officer(1));
    let logs = [1, 2, 3, 4].map(|n| precinct.shift_log(phone.officer, 50 + n));
    // The first writer was bound when the phone was enrolled, and never writes.
    let mut begin = |n: u8, log| {
        phone.writer = WriterId::from_bytes([n; 16]);
        let push = Some(vec![push_of(log, LOG, &[phone.punch(log, FactKind::In)])]);
        let request = SyncRequest { writers: Some(vec![phone.writer]), push, ..phone.request() };
        phone.sync(&request).verdicts.unwrap()[0].0[0]
    };
    assert_eq!(begin(1, logs[0]), ACCEPTED);
    assert_eq!(begin(2, logs[1]), ACCEPTED);
    assert_eq!(begin(3, logs[2]), refused(Refusal::LimitReached), "nothing is retired that was bound just now");
    precinct.clock.set(precinct.app.now() + Millis::from_mins(1));
    assert_eq!(begin(3, logs[2]), ACCEPTED, "the one that never wrote makes room");
    assert_eq!(begin(4, logs[3]), refused(Refusal::LimitReached), "those that wrote stay");
}

fn a_change_waits_for_what_it_depends_on(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let (first, second) = (phone.punch(log, FactKind::In), phone.punch(log, FactKind::Out));
    let [ChangeVerdict::Waiting(missing)] = phone.push(log, LOG, std::slice::from_ref(&second))[..] else {
        panic!("it does not wait");
    };
    assert_eq!(precinct.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 0, "what waits is not stored");
    let verdicts = phone.push(log, LOG, &[second.clone(), first.clone()]);
    assert_eq!(verdicts, [ChangeVerdict::Waiting(missing), ACCEPTED]);
    assert_eq!(phone.push(log, LOG, &[first, second]), [ACCEPTED, ACCEPTED], "duplicates are harmless");
    assert_eq!(precinct.number("SELECT COUNT(*) FROM changes WHERE agency = $1"), 2);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM facts WHERE agency = $1"), 2);
}

fn a_number_used_twice_is_refused(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let (index, seq) = phone.stand(log, LOG);
    let fact = phone.fact(FactKind::In, None);
    let (one, other) = (phone.entry(log, &fact), phone.entry(log, &fact));
    let punch = write_facts(LOG, &index, phone.writer, seq + 1, std::slice::from_ref(&one));
    assert_eq!(phone.push(log, LOG, std::slice::from_ref(&punch.bytes)), [ACCEPTED]);
    let reused = write_facts(LOG, &punch.index, phone.writer, 1, std::slice::from_ref(&other)).bytes;
    let gap = write_facts(LOG, &punch.index, phone.writer, 3, &[other]).bytes;
    let again = write_facts(LOG, &punch.index, phone.writer, 2, &[one]).bytes;
    assert_eq!(
        phone.push(log, LOG, &[reused, gap, again]),
        [refused(Refusal::SequenceReused), refused(Refusal::SequenceGap), refused(Refusal::FactExists)]
    );
}

fn a_broken_signature_is_stored_and_marked(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let fact = phone.fact(FactKind::In, None);
    let mut broken = phone.entry(log, &fact);
    broken.signature = Some([1; 64]);
    let mut unsigned = phone.entry(log, &fact);
    unsigned.signature = None;
    let change = phone.write(log, LOG, &[broken, unsigned]);
    assert_eq!(phone.push(log, LOG, &[change]), [ACCEPTED]);
    assert_eq!((facts_signed(&precinct, "broken"), facts_signed(&precinct, "no")), (1, 1));
}

fn a_signature_may_come_later_from_the_same_device_only(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let mut other = precinct.phone(phone.officer);
    let fact = phone.fact(FactKind::In, None);
    let mut entry = phone.entry(log, &fact);
    let signature = entry.signature.take().unwrap();
    let change = phone.write(log, LOG, &[entry.clone()]);
    assert_eq!(phone.push(log, LOG, &[change]), [ACCEPTED]);
    let (index, seq) = phone.stand(log, LOG);
    let late = |writer, seq, signature| write_signatures(LOG, &index, writer, seq, &[(entry.id, signature)]).bytes;
    assert_eq!(other.push(log, LOG, &[late(other.writer, 1, [1; 64])]), [refused(Refusal::NotGranted)]);
    assert_eq!(phone.push(log, LOG, &[late(phone.writer, seq + 1, signature)]), [ACCEPTED]);
    assert_eq!((facts_signed(&precinct, "fits"), facts_signed(&precinct, "no")), (1, 0));
}

fn a_shift_may_begin_without_an_assignment(home: &Home) {
    let precinct = Precinct::open(home).with_limits(Limits { officer_documents: 1, ..Limits::V1 });
    let mut phone = precinct.phone(precinct.officer(1));
    let mut other = precinct.phone(phone.officer);
    let (log, next) = (DocumentId::from_bytes([70; 16]), DocumentId::from_bytes([71; 16]));
    assert_eq!(phone.push(log, LOG, &[b"rubbish".to_vec()]), [refused(Refusal::BadChange)]);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM documents WHERE agency = $1"), 0, "rubbish begins nothing");
    let (first, second) = (phone.punch(log, FactKind::In), phone.punch(next, FactKind::In));
    assert_eq!(phone.push(log, LOG, std::slice::from_ref(&first)), [ACCEPTED]);
    assert_eq!(phone.sync(&phone.request()).entries, None);
    let entries = other.sync(&other.request()).entries.unwrap();
    assert_eq!(entries, [Entry::Snapshot { document: log, kind: LOG, changes: vec![first.into()] }]);
    assert_eq!(phone.push(next, LOG, &[second]), [refused(Refusal::LimitReached)]);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM audit WHERE agency = $1 AND action = 'shift_log.begin'"), 1);
}

fn a_log_cannot_take_the_place_of_a_details_pass_on(home: &Home) {
    let precinct = Precinct::open(home);
    let mut phone = precinct.phone(precinct.officer(1));
    let detail = DetailId::from_bytes([80; 16]);
    precinct.arrange(move |sql, agency| {
        records::put(sql, agency, NOON, RecordKind::Detail, RecordId::from(detail), &1_u8, &[])
    });
    let punch = phone.punch(detail.into(), FactKind::In);
    assert_eq!(phone.push(detail.into(), LOG, &[punch]), [refused(Refusal::Conflict)]);
}

fn a_full_document_takes_no_more(home: &Home) {
    let precinct = Precinct::open(home).with_limits(Limits { document_changes: 2, ..Limits::V1 });
    let (mut phone, log) = on_duty(&precinct, 1);
    let punches: Vec<_> = (0..3).map(|_| phone.punch(log, FactKind::In)).collect();
    assert_eq!(phone.push(log, LOG, &punches), [ACCEPTED, ACCEPTED, refused(Refusal::LimitReached)]);
    let precinct = precinct.branch(2).with_limits(Limits { document_bytes: 700, ..Limits::V1 });
    let (mut phone, log) = on_duty(&precinct, 1);
    let punches: Vec<_> = (0..3).map(|_| phone.punch(log, FactKind::In)).collect();
    assert_eq!(phone.push(log, LOG, &punches)[2], refused(Refusal::LimitReached));
}

fn a_document_that_fails_its_check_is_held_until_it_is_released(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let (mut other, sound) = (precinct.phone(phone.officer), precinct.shift_log(phone.officer, 99));
    other.sync(&other.request());
    let punches: Vec<_> = (0..3).map(|_| phone.punch(log, FactKind::In)).collect();
    phone.push(log, LOG, &punches[..2]);
    let fine = phone.punch(sound, FactKind::In);
    phone.push(sound, LOG, &[fine]);
    let check = |precinct: &Precinct| {
        let mut entropy = precinct.app.entropy.clone();
        document_check::check(&precinct.app.store, precinct.agency, precinct.app.now(), &mut entropy).unwrap()
    };
    assert_eq!(check(&precinct), DocumentCheck { documents: 2, failed: vec![] });
    let lose = |fact| {
        move |sql: &mut dyn Sql, agency| {
            sql.execute("UPDATE facts SET body = $3 WHERE agency = $1 AND document = $2", &params![agency, log, fact])
        }
    };
    precinct.arrange(lose(b"altered".to_vec()));
    let failed: Vec<_> = check(&precinct).failed.into_iter().map(|(document, _)| document).collect();
    assert_eq!(failed, [log]);
    assert_eq!(phone.push(log, LOG, &punches[2..]), [refused(Refusal::Quarantined)]);
    let entries = other.sync(&other.request()).entries.unwrap();
    assert!(matches!(&entries[..], [Entry::Changes { document, .. }] if *document == sound), "{entries:?}");
    assert!(precinct.arrange(move |sql, agency| documents::release(sql, agency, log)));
    assert_eq!(phone.push(log, LOG, &punches[2..]), [ACCEPTED]);
    let entries = other.sync(&other.request()).entries.unwrap();
    let changes = punches.into_iter().map(Into::into).collect();
    assert_eq!(entries, [Entry::Snapshot { document: log, kind: LOG, changes }]);
}

fn whoever_was_ever_on_a_detail_may_add_to_its_pass_on(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut one, mut two) = (precinct.phone(precinct.officer(1)), precinct.phone(precinct.officer(2)));
    let mut stranger = precinct.phone(precinct.officer(3));
    let pass_on = precinct.pass_on(&[one.officer, two.officer], 60);
    let (first, second) = (one.note(pass_on, PASS_ON, "gate is locked"), two.note(pass_on, PASS_ON, "key at the desk"));
    assert_eq!(one.push(pass_on, PASS_ON, std::slice::from_ref(&first)), [ACCEPTED]);
    assert_eq!(two.push(pass_on, PASS_ON, &[second]), [ACCEPTED], "side by side is no clash");
    two.sync(&two.request());
    precinct.leave(two.officer, pass_on);
    let later = two.note(pass_on, PASS_ON, "I gave the key back");
    let push = Some(vec![push_of(pass_on, PASS_ON, &[later])]);
    let response = two.sync(&SyncRequest { push, ..two.request() });
    assert_eq!(response.verdicts.unwrap()[0].0, [ACCEPTED]);
    assert_eq!(response.entries.unwrap(), [Entry::ForgetDocument { document: pass_on }], "but no longer reads it");
    let note = stranger.note(pass_on, PASS_ON, "hello");
    assert_eq!(stranger.push(pass_on, PASS_ON, &[note]), [refused(Refusal::NotYours)]);
    // Hours are not for a pass-on.
    let fact = one.fact(FactKind::In, None);
    let entry = one.entry(pass_on, &fact);
    let punch = one.write(pass_on, PASS_ON, &[entry]);
    assert_eq!(one.push(pass_on, PASS_ON, &[punch]), [refused(Refusal::NotGranted)]);
}

fn shared_text_is_edited_together(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut one, mut two) = (precinct.phone(precinct.officer(1)), precinct.phone(precinct.officer(2)));
    let pass_on = precinct.pass_on(&[one.officer, two.officer], 60);
    let edit = |phone: &mut Handset, text: &str| {
        let mut document = Document::seed(PASS_ON).unwrap();
        let splice = Splice { at: 0, delete: 0, insert: text.to_owned() };
        document.edit_text(phone.writer, &splice).unwrap().bytes
    };
    let (a, b) = (edit(&mut one, "north gate "), edit(&mut two, "south gate "));
    assert_eq!(one.push(pass_on, PASS_ON, &[a]), [ACCEPTED]);
    assert_eq!(two.push(pass_on, PASS_ON, &[b]), [ACCEPTED]);
    let agency = precinct.agency;
    let stored = precinct.app.store.read(|sql| documents::raw_changes(sql, agency, pass_on)).unwrap();
    let text = Document::from_changes(PASS_ON, stored.iter().map(Vec::as_slice)).unwrap().text();
    assert!(text.contains("north gate") && text.contains("south gate"), "{text}");
}

fn phones_that_push_at_once_all_get_through_and_see_each_other(home: &Home) {
    const PHONES: u8 = 6;
    const NOTES: usize = 5;
    let precinct = Precinct::open(home);
    let mut phones: Vec<_> = (1..=PHONES).map(|n| precinct.phone(precinct.officer(n))).collect();
    let officers: Vec<_> = phones.iter().map(|phone| phone.officer).collect();
    let pass_on = precinct.pass_on(&officers, 60);
    let seen: Vec<usize> = std::thread::scope(|scope| {
        let work = |phone: &mut Handset| {
            let mut seen = 0;
            for n in 0..NOTES {
                let change = phone.note(pass_on, PASS_ON, &format!("note {n}"));
                let push = Some(vec![push_of(pass_on, PASS_ON, &[change])]);
                let response = phone.sync(&SyncRequest { push, ..phone.request() });
                assert_eq!(response.verdicts.unwrap()[0].0, [ACCEPTED]);
                seen += changes_in(response.entries.as_deref());
            }
            seen
        };
        let threads: Vec<_> = phones.iter_mut().map(|phone| scope.spawn(move || work(phone))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let all = usize::from(PHONES) * NOTES;
    assert_eq!(precinct.number("SELECT COUNT(DISTINCT seq) FROM changes WHERE agency = $1") as usize, all);
    for (phone, seen) in phones.iter_mut().zip(seen) {
        let rest = changes_in(phone.sync(&phone.request()).entries.as_deref());
        // The first page brings the document whole, own notes among them; after that only others' come.
        assert!(seen + rest >= all - NOTES, "{seen} + {rest} of {all}");
        assert_eq!(changes_in(phone.sync(&phone.request()).entries.as_deref()), 0);
    }
}

fn changes_in(entries: Option<&[Entry]>) -> usize {
    let changes = |entry: &Entry| match entry {
        Entry::Changes { changes, .. } | Entry::Snapshot { changes, .. } => changes.len(),
        _ => 0,
    };
    entries.unwrap_or_default().iter().map(changes).sum()
}

fn a_photos_fact_names_its_bytes(home: &Home) {
    let precinct = Precinct::open(home);
    let (mut phone, log) = on_duty(&precinct, 1);
    let photo = |hash, size, media_type: &str| Attachment { hash, size, media_type: media_type.to_owned() };
    let hash = Sha256([3; 32]);
    let changes = [
        phone.photo(log, photo(hash, 3_000_000, "image/jpeg")),
        phone.photo(log, photo(Sha256([4; 32]), u64::MAX, "image/jpeg")),
        phone.photo(log, photo(Sha256([5; 32]), 5, "image/\0png")),
    ];
    assert_eq!(phone.push(log, LOG, &changes), [ACCEPTED, ACCEPTED, ACCEPTED]);
    assert_eq!(precinct.number("SELECT COUNT(*) FROM blob_names WHERE agency = $1"), 2, "not what cannot be");
    let status = phone.call("GET", &format!("/v1/blobs/{hash}"), b"");
    assert_eq!(status.status, 200);
}

on_both_engines!(
    a_punch_is_stored_and_reaches_the_officers_other_phone,
    what_was_stored_makes_the_document,
    a_clock_that_is_hours_off_is_no_matter,
    another_officers_log_is_refused_and_the_rest_lands,
    another_agencys_documents_are_out_of_reach,
    a_writer_belongs_to_one_device_for_ever,
    a_device_has_so_many_writers_and_no_more,
    a_change_waits_for_what_it_depends_on,
    a_number_used_twice_is_refused,
    a_broken_signature_is_stored_and_marked,
    a_signature_may_come_later_from_the_same_device_only,
    a_shift_may_begin_without_an_assignment,
    a_log_cannot_take_the_place_of_a_details_pass_on,
    a_full_document_takes_no_more,
    a_document_that_fails_its_check_is_held_until_it_is_released,
    whoever_was_ever_on_a_detail_may_add_to_its_pass_on,
    shared_text_is_edited_together,
    phones_that_push_at_once_all_get_through_and_see_each_other,
    a_photos_fact_names_its_bytes,
);

#[test]
fn a_push_whose_answer_was_lost_in_a_crash_is_accepted_again() {
    for (fault, stored) in [(Fault::AfterCommit, 1), (Fault::BeforeCommit, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("detailbook.db");
        let precinct = Precinct::over(Store::open_inline(&file).unwrap());
        let (mut phone, log) = on_duty(&precinct, 1);
        let punch = phone.punch(log, FactKind::In);
        let request = SyncRequest { push: Some(vec![push_of(log, LOG, &[punch])]), ..phone.request() };
        precinct.app.store.set_fault(fault).unwrap();
        assert_eq!(phone.try_sync(&request), Err(Refusal::Unavailable));
        phone.app.store = Store::open_inline(&file).unwrap();
        let agency = precinct.agency;
        let changes = phone.app.store.read(|sql| documents::raw_changes(sql, agency, log)).unwrap();
        assert_eq!(changes.len(), stored, "{fault:?}");
        assert_eq!(phone.sync(&request).verdicts.unwrap()[0].0, [ACCEPTED]);
    }
}
