//! The phone that officers carry, against the server that agencies run: no stand-in on either side.

use std::sync::Arc;

use detailbook_core::device::{
    Incoming, Moment, OpenOptions, Outgoing, Phone, Place, SyncProgress, SyncState, UploadProgress, WhichShift,
};
use detailbook_core::evidence::SoftwareSigner;
use detailbook_core::ids::{AssignmentId, DetailId, DocumentId, FactId, OfficerId};
use detailbook_core::shift::FactKind;
use detailbook_core::time::{BootId, ClockReading, Millis, Zone};
use detailbook_core::wire::Invitation;
use detailbook_server::app::App;
use detailbook_server::device_api::{Call, handle};
use detailbook_server::proof;
use detailbook_server::store::{StoreError, facts};
use tempfile::TempDir;

use super::precinct::{Precinct, Seeded};
use crate::store::home::Home;

struct Carried<'a> {
    precinct: &'a Precinct,
    phone: Phone,
    _folder: TempDir,
}

fn send(app: &App, outgoing: &Outgoing) -> Incoming {
    let authorization = outgoing.authorization.as_deref();
    let Outgoing { method, path, accept_gzip, body, .. } = outgoing;
    let reply = handle(app, &Call { method, path, authorization, accept_gzip: *accept_gzip, from: None, body });
    Incoming { status: reply.status, gzip: reply.gzip, body: reply.body }
}

impl<'a> Carried<'a> {
    fn enrol(precinct: &'a Precinct, officer: OfficerId, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signer = Arc::new(SoftwareSigner::generate(&mut Seeded::new(seed)));
        let options = OpenOptions::new(folder.path().join("phone.db"), folder.path().join("blobs"));
        let now = precinct.app.now();
        let phone = Phone::open(options, signer, Box::new(Seeded::new(seed + 1)), now).unwrap();
        let carried = Self { precinct, phone, _folder: folder };
        carried.take_invitation(officer);
        carried
    }

    fn take_invitation(&self, officer: OfficerId) {
        let (code, server_key) = (self.precinct.invite(officer), self.precinct.app.server_key_hash());
        let invitation = Invitation { server: "https://details.example.org".into(), server_key, code }.to_text();
        let enrolling = self.phone.begin_enrol(&invitation, &self.reading()).unwrap();
        let incoming = send(&self.precinct.app, &enrolling.outgoing);
        self.phone.finish_enrol(&enrolling, &incoming, &self.reading()).unwrap();
    }

    fn reading(&self) -> ClockReading {
        self.precinct.pass_time(Millis(3));
        let wall = self.precinct.app.now();
        let monotonic = wall.as_millis() as u64 - 1_700_000_000_000;
        ClockReading { wall, zone: Zone::UTC.into(), monotonic, boot: BootId(1), anchor: None }
    }

    fn moment(&self) -> Moment {
        Moment::at(self.reading())
    }

    fn sync(&self) -> usize {
        for round in 1..30 {
            let outgoing = self.phone.begin_sync(&self.reading()).unwrap();
            let incoming = send(&self.precinct.app, &outgoing);
            match self.phone.finish_sync(outgoing.ticket, &incoming, &self.reading()).unwrap() {
                SyncProgress::Done => return round,
                SyncProgress::Again => {}
                other => panic!("{other:?} {incoming:?}"),
            }
        }
        panic!("no end");
    }

    fn upload(&self) -> usize {
        let mut requests = 0;
        while let Some(outgoing) = self.phone.begin_upload(&self.reading()).unwrap() {
            requests += 1;
            let incoming = send(&self.precinct.app, &outgoing);
            let progress = self.phone.finish_upload(outgoing.ticket, &incoming, &self.reading()).unwrap();
            assert_eq!(progress, UploadProgress::Again);
        }
        requests
    }
}

fn precinct(home: &Home) -> Precinct {
    Precinct::open(home)
}

#[test]
fn a_shift_without_an_assignment_lands_in_one_round_trip_and_is_signed() {
    let home = Home::sqlite();
    let precinct = precinct(&home);
    let officer = precinct.officer(9);
    let carried = Carried::enrol(&precinct, officer, 1);
    for kind in [FactKind::EnRoute, FactKind::In] {
        let shift = if kind == FactKind::In { WhichShift::Running } else { WhichShift::Unassigned(None) };
        carried.phone.punch(kind, shift, &carried.moment()).unwrap();
    }
    assert_eq!(carried.sync(), 1);
    carried.phone.punch(FactKind::Out, WhichShift::Running, &carried.moment()).unwrap();
    assert_eq!(carried.sync(), 1);
    assert_eq!(precinct.number("SELECT count(*) FROM facts WHERE agency = $1 AND signed = 1"), 3);
    assert_eq!(precinct.number("SELECT count(*) FROM changes WHERE agency = $1"), 2);
    assert!(carried.phone.sync_state().unwrap().all_synced);
    assert!(carried.phone.reports(5).unwrap().is_empty());
    assert_eq!(carried.sync(), 1);
}

#[test]
fn two_phones_of_one_officer_see_each_others_facts() {
    let home = Home::sqlite();
    let precinct = precinct(&home);
    let officer = precinct.officer(9);
    let log = precinct.shift_log(officer, 5);
    let shift = WhichShift::Assignment(AssignmentId::from_bytes(*log.as_bytes()));
    let (one, two) = (Carried::enrol(&precinct, officer, 1), Carried::enrol(&precinct, officer, 20));
    one.phone.punch(FactKind::In, shift, &one.moment()).unwrap();
    two.phone.note(Place::Shift(shift), "From the other phone.", &two.moment()).unwrap();
    one.sync();
    two.sync();
    one.sync();
    one.phone.punch(FactKind::Out, shift, &one.moment()).unwrap();
    one.sync();
    two.sync();
    for carried in [&one, &two] {
        assert_eq!(carried.phone.facts(log, None, 9).unwrap().len(), 3);
        assert!(carried.phone.sync_state().unwrap().all_synced);
        assert!(carried.phone.reports(5).unwrap().is_empty());
    }
    assert_eq!(two.phone.running(two.reading().wall).unwrap(), None);
}

#[test]
fn a_pass_on_is_shared_and_leaves_the_phone_of_who_leaves_the_detail() {
    let home = Home::sqlite();
    let precinct = precinct(&home);
    let (first, second) = (precinct.officer(9), precinct.officer(10));
    let document = precinct.pass_on(&[first, second], 7);
    let detail = DetailId::from_bytes(*document.as_bytes());
    let (one, two) = (Carried::enrol(&precinct, first, 1), Carried::enrol(&precinct, second, 20));
    one.sync();
    two.sync();
    one.phone.note(Place::PassOn(detail), "Gate code changed.", &one.moment()).unwrap();
    one.phone.edit_pass_on(detail, "", "Keys: dispatch.", &one.moment()).unwrap();
    one.sync();
    two.phone.edit_pass_on(detail, "", "North gate locked. ", &two.moment()).unwrap();
    two.sync();
    one.sync();
    two.sync();
    assert_eq!(one.phone.pass_on_text(detail).unwrap(), two.phone.pass_on_text(detail).unwrap());
    assert_eq!(two.phone.written(document, None, 9).unwrap().items.len(), 1);
    let late = two.phone.note(Place::PassOn(detail), "Written before the news.", &two.moment()).unwrap();
    precinct.leave(second, document);
    two.sync();
    two.sync();
    assert!(two.phone.facts(document, None, 9).unwrap().is_empty());
    one.sync();
    assert!(one.phone.facts(document, None, 9).unwrap().iter().any(|fact| fact.fact == late.fact));
}

#[test]
fn a_photo_goes_up_once_its_fact_is_there() {
    let home = Home::sqlite();
    let precinct = precinct(&home);
    let carried = Carried::enrol(&precinct, precinct.officer(9), 1);
    carried.phone.punch(FactKind::In, WhichShift::Unassigned(None), &carried.moment()).unwrap();
    let photo = vec![8_u8; 700_000];
    let place = Place::Shift(WhichShift::Running);
    let attached = carried.phone.attach(place, &mut &photo[..], "image/jpeg", None, &carried.moment()).unwrap();
    carried.sync();
    assert_eq!(carried.upload(), 1 + 3);
    let written = carried.phone.written(attached.document, None, 9).unwrap();
    assert!(written.items[0].original.as_ref().unwrap().complete.is_some());
    assert_eq!(written.items[0].sync, SyncState::AgencyHasIt);
    assert!(carried.phone.sync_state().unwrap().all_synced);
}

#[test]
fn a_session_that_ran_out_is_renewed_and_wishes_are_answered() {
    let home = Home::sqlite();
    let precinct = precinct(&home);
    let carried = Carried::enrol(&precinct, precinct.officer(9), 1);
    carried.sync();
    precinct.pass_time(Millis::from_hours(31 * 24));
    carried.phone.apply(DetailId::from_bytes([1; 16]), None, &carried.reading()).unwrap();
    carried.phone.send_message("Hello.", &carried.reading()).unwrap();
    assert!((3..=5).contains(&carried.sync()));
    let wishes = carried.phone.wishes(5).unwrap();
    assert!(wishes.iter().all(|wish| wish.decision.is_some() && !wish.waiting));
    assert_eq!(carried.phone.messages(None, 5).unwrap().items.len(), 1);
}

/// What the proof of a log's facts has to say, by the names of its flags.
fn proof(precinct: &Precinct, log: DocumentId) -> Vec<(&'static str, usize)> {
    let agency = precinct.agency;
    let flags = precinct.app.store.read::<_, StoreError>(|sql| {
        let stored = facts::of_document(sql, agency, log, FactId::NIL, 99)?;
        proof::flags(sql, agency, &stored)
    });
    flags.unwrap().iter().map(|flag| (flag.kind.name(), flag.facts.len())).collect()
}

#[test]
fn the_proof_of_an_honest_shift_is_whole_also_over_a_second_enrolment_and_shows_what_was_taken_away() {
    let home = Home::sqlite();
    let precinct = precinct(&home);
    let officer = precinct.officer(9);
    let carried = Carried::enrol(&precinct, officer, 1);
    let log = carried.phone.punch(FactKind::In, WhichShift::Unassigned(None), &carried.moment()).unwrap().document;
    carried.sync();
    let here = Place::Shift(WhichShift::Running);
    let unsent = ["Before", "the second", "enrolment."];
    let unsent = unsent.map(|words| carried.phone.note(here, words, &carried.moment()).unwrap().fact);
    carried.take_invitation(officer);
    carried.phone.punch(FactKind::Out, WhichShift::Running, &carried.moment()).unwrap();
    carried.sync();
    assert_eq!(precinct.number("SELECT count(DISTINCT device) FROM facts WHERE agency = $1"), 2);
    assert_eq!(precinct.number("SELECT max(counter) FROM facts WHERE agency = $1"), 5);
    assert_eq!(proof(&precinct, log), []);

    let lost = unsent[1];
    precinct.arrange(move |sql, agency| {
        sql.execute("DELETE FROM facts WHERE agency = $1 AND fact = $2", &[agency.into(), lost.into()])
    });
    assert_eq!(proof(&precinct, log), [("missing_facts", 0)]);
    let (unfit, forged) = (unsent[0], unsent[2]);
    precinct.arrange(move |sql, agency| {
        let row =
            sql.query_one("SELECT body FROM facts WHERE agency = $1 AND fact = $2", &[agency.into(), forged.into()])?;
        let body = row.unwrap().bytes(0)?.to_vec();
        let other = body.iter().map(|byte| if *byte == b'.' { b'!' } else { *byte }).collect::<Vec<_>>();
        assert_ne!(body, other);
        let change = "UPDATE facts SET body = $3 WHERE agency = $1 AND fact = $2";
        sql.execute(change, &[agency.into(), forged.into(), other.into()])?;
        sql.execute("UPDATE facts SET signed = 2 WHERE agency = $1 AND fact = $2", &[agency.into(), unfit.into()])
    });
    let found = [("broken_signature", 1), ("missing_facts", 0), ("broken_chain", 1)];
    assert_eq!(proof(&precinct, log), found);
}
