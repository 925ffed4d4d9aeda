//! A check that cannot fail proves nothing: here the world is spoilt behind everyone's back, and each check must notice.

use detailbook_core::device::WhichShift;
use detailbook_server::store::{Sql, StoreError};
use detailbook_tests::world::World;

use crate::stories::{evening, synced_shift};

/// Changes the server's tables as no server would.
pub(crate) fn spoil(world: &World, sql: &'static str) {
    let app = world.machine.app().expect("the server runs");
    let touched =
        app.store.write(move |tx: &mut dyn Sql| tx.execute(sql, &[])).map_err(|error: StoreError| error.to_string());
    assert!(touched.expect("the statement runs") > 0, "{sql} touched nothing");
}

/// Changes a phone's file as no phone would.
fn spoil_phone(world: &World, handset: usize, sql: &str) {
    let file = world.folder().join(format!("phone-{handset}")).join("phone.db");
    let touched =
        rusqlite::Connection::open(file).expect("the file opens").execute(sql, []).expect("the statement runs");
    assert!(touched > 0, "{sql} touched nothing");
}

/// A world at rest in which `rule` breaks once it is spoilt.
fn must_notice(rule: &str, spoil: impl FnOnce(&World)) {
    let mut world = evening();
    synced_shift(&mut world);
    world.heal().expect("the world comes to rest");
    world.check_all().expect("all is well before");
    spoil(&world);
    world.rebuilt.clear();
    let broken = world.check_all().expect_err("the check notices");
    assert_eq!(broken.rule, rule, "{broken}");
}

#[test]
fn a_stored_change_that_vanishes_is_noticed() {
    must_notice("what was accepted is on the server", |world| spoil(world, "DELETE FROM changes"));
}

#[test]
fn a_stored_change_with_one_other_byte_is_noticed() {
    must_notice("what was accepted is on the server", |world| {
        spoil(world, "UPDATE changes SET body = CAST(body || x'00' AS BLOB)");
    });
}

#[test]
fn a_fact_missing_from_the_read_table_is_noticed() {
    must_notice("a document rebuilt from its changes equals the tables", |world| spoil(world, "DELETE FROM facts"));
}

#[test]
fn heads_that_are_not_the_documents_are_noticed() {
    must_notice("a document rebuilt from its changes equals the tables", |world| {
        spoil(world, "UPDATE documents SET max_op = max_op + 1");
    });
}

#[test]
fn a_decision_that_changes_is_noticed() {
    must_notice("what was decided stays decided", |world| spoil(world, "UPDATE commands SET reason = 'Never said.'"));
}

#[test]
fn a_writer_of_another_agency_is_noticed() {
    must_notice("nobody writes where they may not", |world| {
        spoil(
            world,
            "UPDATE writers SET agency = (SELECT MAX(agency) FROM agencies) WHERE agency = (SELECT MIN(agency) FROM agencies)",
        );
    });
}

#[test]
fn a_changed_audit_entry_is_noticed() {
    must_notice("the audit chain holds", |world| spoil(world, "UPDATE audit SET actor = 'nobody' WHERE number = 2"));
}

#[test]
fn a_phone_that_believes_too_much_is_noticed() {
    let mut world = evening();
    synced_shift(&mut world);
    let moment = world.handsets[0].moment(world.now, &mut world.entropy);
    world.punch(0, WhichShift::Unassigned(None), &moment).expect("a punch");
    world.check_phone(0).expect("all is well before");
    spoil_phone(&world, 0, "UPDATE facts SET accepted_at = 1 WHERE accepted_at IS NULL");
    let broken = world.check_phone(0).expect_err("the check notices");
    assert_eq!(broken.rule, "what a phone believes accepted is on the server", "{broken}");
}

#[test]
fn a_fact_that_a_phone_forgets_is_noticed() {
    let mut world = evening();
    synced_shift(&mut world);
    let moment = world.handsets[0].moment(world.now, &mut world.entropy);
    world.punch(0, WhichShift::Unassigned(None), &moment).expect("a punch");
    spoil_phone(&world, 0, "DELETE FROM facts WHERE accepted_at IS NULL");
    spoil_phone(&world, 0, "DELETE FROM documents WHERE known = 0");
    world.heal().expect("the world comes to rest");
    let broken = world.check_all().expect_err("the check notices");
    assert!(
        ["every fact is on the server once, or shown as refused", "an honest phone's chain is whole"]
            .contains(&broken.rule),
        "{broken}"
    );
}

#[test]
fn a_record_that_a_phone_lacks_or_should_not_have_is_noticed() {
    must_notice("every change reaches every phone that may read it", |world| {
        spoil_phone(world, 0, "DELETE FROM records WHERE kind = 3");
    });
    must_notice("a phone's records are its agency's", |world| {
        spoil_phone(world, 0, "UPDATE records SET version = 0 WHERE kind = 4 OR kind = 5");
    });
}

#[test]
fn another_agencys_record_on_a_phone_is_noticed() {
    must_notice("a phone's records are its agency's", |world| {
        let other = world.holdings(1).expect("the other agency's phone can be read");
        let (key, (version, body)) = other.records.iter().next().expect("it holds something");
        let file = world.folder().join("phone-0").join("phone.db");
        let sql = "INSERT INTO records (kind, id, version, pull, body) VALUES (?1, ?2, ?3, 0, ?4)";
        let values = rusqlite::params![key.0.code(), key.1.as_bytes().to_vec(), version, body];
        rusqlite::Connection::open(file).expect("the file opens").execute(sql, values).expect("the row goes in");
    });
}

#[test]
fn a_fact_that_waits_for_ever_is_noticed() {
    let mut world = evening();
    synced_shift(&mut world);
    let moment = world.handsets[0].moment(world.now, &mut world.entropy);
    world.punch(0, WhichShift::Unassigned(None), &moment).expect("a punch");
    spoil_phone(&world, 0, "UPDATE facts SET todo = 0 WHERE accepted_at IS NULL");
    world.heal().expect("the world comes to rest");
    let broken = world.check_all().expect_err("the check notices");
    assert_eq!(broken.rule, "nothing waits for ever without a reason", "{broken}");
}
