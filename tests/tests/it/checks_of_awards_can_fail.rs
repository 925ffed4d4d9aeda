//! The same for what is checked of postings, awards, the ledger and work that waits.

use detailbook_core::award::{AwardRecord, Entry, Method, Tier};
use detailbook_core::ids::DetailId;
use detailbook_core::records::RecordKind;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire;
use detailbook_server::scheduling::posting::PostingDraft;
use detailbook_server::store::{Sql, StoreError, params};
use detailbook_tests::world::World;

use crate::checks_can_fail::spoil;
use crate::stories::{evening, posted, sync};

fn offer(world: &mut World, detail: DetailId, tiers: Vec<Tier>) {
    let draft = PostingDraft {
        overriding: None,
        method: Method::first_come(),
        opens: None,
        closes: world.now + Millis::from_mins(30),
        tiers,
        timing: None,
        limits: None,
        supervisors: vec![],
        unlock_jitter: None,
        acknowledge_within: None,
        ladder: None,
        rotation: None,
    };
    let done = world.desks[0].offer(&mut world.machine, world.now, detail, draft);
    done.expect("the server runs").expect("it goes on offer");
}

/// A detail for which the officer of phone 0 applied, and won.
fn won(world: &mut World) -> DetailId {
    let detail = posted(world, 0, 1);
    offer(world, detail, vec![]);
    sync(world, 0);
    let clock = world.handsets[0].reading(world.now);
    world.handsets[0].core().expect("the app runs").apply(detail, None, &clock).expect("a wish");
    sync(world, 0);
    world.pass(Millis::from_mins(40)).expect("time passes");
    assert_eq!(world.tally.of("awards checked"), 1, "the window was decided");
    detail
}

/// A world at rest after an award, in which `rule` breaks once it is spoilt.
fn must_notice(rule: &str, spoil: impl FnOnce(&World)) {
    let mut world = evening();
    won(&mut world);
    world.heal().expect("the world comes to rest");
    world.check_all().expect("all is well before");
    spoil(&world);
    let broken = world.check_all().expect_err("the check notices");
    assert_eq!(broken.rule, rule, "{broken}");
}

/// Changes the first row of a table that holds encoded values.
fn rewrite<T>(world: &World, table: &'static str, change: impl FnOnce(&mut T) + Send + 'static)
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()> + 'static,
{
    let app = world.machine.app().expect("the server runs");
    let done = app.store.write(move |sql: &mut dyn Sql| {
        let rows = sql.query(&format!("SELECT body FROM {table} LIMIT 1"), &[])?;
        let body = rows[0].bytes(0)?.to_vec();
        let mut value: T = wire::decode(&body).expect("a value");
        change(&mut value);
        sql.execute(&format!("UPDATE {table} SET body = $1 WHERE body = $2"), &params![wire::encode(&value), body])
    });
    assert_eq!(done.map_err(|error: StoreError| error.to_string()), Ok(1));
}

#[test]
fn a_position_held_twice_is_noticed() {
    must_notice("nobody writes where they may not", |world| {
        // The index that forbids it goes first: the check must not rest on it.
        let app = world.machine.app().expect("the server runs");
        let dropped = app.store.write(|sql: &mut dyn Sql| sql.execute("DROP INDEX assignments_one_a_position", &[]));
        dropped.map_err(|error: StoreError| error.to_string()).expect("there is an index");
        spoil(
            world,
            "INSERT INTO assignments SELECT agency, x'11111111111111111111111111111111', detail, position, officer, active,
             starts, ends, x'11111111111111111111111111111111' FROM assignments",
        );
    });
}

#[test]
fn an_officer_in_two_places_at_once_is_noticed() {
    must_notice("nobody works in two places at once", |world| {
        spoil(
            world,
            "INSERT INTO assignments SELECT agency, x'11111111111111111111111111111111', detail,
             x'22222222222222222222222222222222', officer, active, starts, ends, x'11111111111111111111111111111111' FROM assignments",
        );
    });
}

#[test]
fn an_award_rewritten_later_is_noticed() {
    must_notice("every award can be decided again", |world| {
        rewrite(world, "awards", |record: &mut AwardRecord| record.award.winners.clear());
    });
    must_notice("every award can be decided again", |world| {
        rewrite(world, "awards", |record: &mut AwardRecord| record.case.applicants.clear());
    });
}

#[test]
fn an_award_that_was_not_carried_out_is_noticed() {
    must_notice("an award is carried out where it is decided", |world| {
        spoil(world, "DELETE FROM record_versions WHERE kind = 5");
    });
}

#[test]
fn an_award_of_which_nobody_was_told_is_noticed() {
    must_notice("every applicant is told why", |world| spoil(world, "DELETE FROM record_versions WHERE kind = 13"));
}

#[test]
fn an_application_without_an_answer_is_noticed() {
    must_notice("every application is answered", |world| {
        spoil(
            world,
            "DELETE FROM record_versions WHERE kind = 8 AND version >
             (SELECT MIN(v.version) FROM record_versions v WHERE v.kind = 8)",
        );
    });
}

#[test]
fn an_applicant_who_was_left_out_is_noticed() {
    must_notice("whoever applied takes part", |world| {
        spoil(
            world,
            "INSERT INTO record_versions SELECT agency, kind, x'33333333333333333333333333333333', version, changed_at, body
             FROM record_versions WHERE kind = 8",
        );
    });
}

#[test]
fn an_application_that_changes_its_way_is_noticed() {
    must_notice("an application goes one way", |world| {
        spoil(
            world,
            "DELETE FROM record_versions WHERE kind = 8 AND version =
             (SELECT MIN(v.version) FROM record_versions v WHERE v.kind = 8)",
        );
    });
}

#[test]
fn a_window_that_is_never_decided_is_noticed() {
    must_notice("a window past its decision is decided", |world| spoil(world, "UPDATE postings SET stage = 3"));
    must_notice("nothing stays half awarded", |world| spoil(world, "UPDATE postings SET stage = 4"));
}

#[test]
fn work_that_is_parked_or_left_or_keeps_failing_is_noticed() {
    must_notice("no job is parked", |world| spoil(world, "UPDATE jobs SET state = 2"));
    must_notice("no job is left that is due", |world| spoil(world, "UPDATE jobs SET state = 0, attempts = 0, due = 1"));
    must_notice("no job keeps failing", |world| {
        spoil(world, "UPDATE jobs SET state = 0, attempts = 3, due = 4000000000000");
    });
}

#[test]
fn an_award_that_is_not_entered_is_noticed() {
    must_notice("every award is entered once", |world| spoil(world, "DELETE FROM ledger"));
}

#[test]
fn a_job_charged_twice_is_noticed() {
    must_notice("no job is charged twice", |world| {
        rewrite(world, "ledger", |entry: &mut Entry| entry.charged *= 2);
    });
}

#[test]
fn a_standing_that_is_not_the_sum_of_the_entries_is_noticed() {
    must_notice("the entries add up to the standing", |world| {
        // An entry of a time to come is in the book and counts for nobody yet.
        rewrite(world, "ledger", |entry: &mut Entry| entry.what.at = UnixMillis::new(4_000_000_000_000));
    });
}

#[test]
fn a_charge_that_no_phone_is_shown_is_noticed() {
    must_notice("phones are shown what the ledger says", |world| spoil(world, "DELETE FROM records WHERE kind = 14"));
}

#[test]
fn a_detail_that_never_opened_to_a_phone_that_has_it_is_noticed() {
    let mut world = evening();
    let detail = posted(&mut world, 0, 1);
    sync(&mut world, 0);
    let before = world.holdings(0).expect("the phone can be read");
    let key = (RecordKind::Detail, detail.into());
    assert!(before.records.contains_key(&key), "everybody sees a detail without a posting");
    let only = Tier { name: "divers".into(), opens: world.now, groups: vec!["divers".into()] };
    offer(&mut world, detail, vec![only]);
    world.heal().expect("the world comes to rest");
    world.check_all().expect("all is well before");
    let (version, body) = &before.records[&key];
    let file = world.folder().join("phone-0").join("phone.db");
    let sql = "INSERT INTO records (kind, id, version, pull, body) VALUES (4, ?1, ?2, 0, ?3)";
    let values = rusqlite::params![detail.as_bytes().to_vec(), version, body];
    rusqlite::Connection::open(file).expect("the file opens").execute(sql, values).expect("the row goes in");
    let broken = world.check_all().expect_err("the check notices");
    assert_eq!(broken.rule, "no phone keeps what never opened to it", "{broken}");
}
