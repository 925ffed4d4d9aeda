//! A node dies between any two transactions of a run, on either side of a commit, and another goes on: it comes out the same.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use detailbook_core::ids::AgencyId;
use detailbook_core::notices::EventKind;
use detailbook_core::shift::Sha256;
use detailbook_core::time::UnixMillis;
use detailbook_server::app::{App, Settings};
use detailbook_server::billing::{catch_up, runs};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::jobs::run_due;
use detailbook_server::store::{Fault, Store, StoreError, params};
use serde_json::json;
use tempfile::TempDir;

use super::office::{books, customer, day, forget_bill, issued, longer, rule, ruling, run, tariffs, worked};
use crate::staff::world::{Desk, HOUR, NOON, World};

const LATER: i64 = NOON + 20 * 24 * HOUR;
/// Nine in the morning, three days before what was invoiced then is due.
const REMINDED: i64 = NOON + 47 * 24 * HOUR + HOUR;

/// A node over that folder.
fn node(folder: &Path) -> World {
    let store = Store::open_inline(folder.join("detailbook.db")).unwrap();
    let blobs = tempfile::tempdir().unwrap();
    let clock = Arc::new(SetClock::new(UnixMillis::new(NOON)));
    let settings = Settings { tariffs: tariffs(), ..Settings::default() };
    let opened = BlobFolder::open(blobs.path()).unwrap();
    let app = App::with(store, opened, settings, clock.clone(), SharedEntropy::system()).unwrap();
    World { app, clock, blobs }
}

/// A folder in which a run has begun that credits, bills anew and bills, for three customers.
fn begun() -> (TempDir, AgencyId) {
    let folder = tempfile::tempdir().unwrap();
    let world = node(folder.path());
    let desk = world.agency(1);
    let agency = desk.agency;
    let officer = desk.officer("Officer 1");
    desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["finance"] } }));
    let mut held = Vec::new();
    for n in 0..3 {
        let (_, site) = customer(&desk, &format!("Customer {n}"));
        held.push((-8 - 5 * n, worked(&desk, &site, &officer, -8 - 5 * n, 240)));
    }
    world.clock.set(UnixMillis::new(LATER));
    run(&desk, day(5, 31));
    for (begins, (assignment, first)) in &held[..2] {
        rule(&desk, assignment, &ruling(*begins, 60, Some(first)));
    }
    more(&desk, &officer);
    world.write(agency, |sql, by| runs::begin(sql, by, day(5, 31))).unwrap();
    world.app.store.clone().close();
    (folder, agency)
}

fn more(desk: &Desk<'_>, officer: &str) {
    let (_, site) = customer(desk, "Another customer");
    for begins in [-30, -40] {
        worked(desk, &site, officer, begins, 120);
    }
}

/// A copy of a folder.
fn copy(of: &TempDir) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(of.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

/// A node over that folder at that time, which has done what was due.
fn worked_off(folder: &TempDir, at: i64) -> World {
    let world = node(folder.path());
    world.clock.set(UnixMillis::new(at));
    let ran = run_due(&world.app, world.app.now()).unwrap();
    assert_eq!((ran.failed, ran.parked), (0, 0));
    world
}

/// The lines of what was told of an event, one for each party.
fn told(world: &World, agency: AgencyId, event: EventKind) -> Vec<String> {
    let text = "SELECT title FROM outbox WHERE agency = $1 AND event = $2 AND channel = 0 ORDER BY title, party";
    let rows = world.app.store.read(move |sql| sql.query(text, &params![agency, i64::from(event.code())])).unwrap();
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

/// Has what is due done by a node at that time which dies before and after each of its commits in turn, and holds what another makes of what it
/// left against what is expected. How many times it could die on the side on which those were fewer.
fn stopped_anywhere<T: PartialEq + Debug>(begun: &TempDir, at: i64, ends: impl Fn(&TempDir) -> T, expected: &T) -> u64 {
    let died = [Fault::BeforeCommit, Fault::AfterCommit].map(|fault| {
        let mut stops = 0;
        loop {
            let folder = copy(begun);
            let world = node(folder.path());
            world.clock.set(UnixMillis::new(at));
            world.app.store.set_fault_after(stops, fault).unwrap();
            let ran = run_due(&world.app, world.app.now());
            drop(world);
            assert_eq!(ends(&folder), *expected, "stopped after {stops} writes, {fault:?}");
            match ran {
                Err(StoreError::Crashed) => stops += 1,
                ran => {
                    assert!(ran.is_ok(), "{ran:?}");
                    return stops;
                }
            }
        }
    });
    died[0].min(died[1])
}

/// What was issued in the end, each as the hash of all that it says, and what was told of it.
fn ended(folder: &TempDir, agency: AgencyId) -> (Vec<Sha256>, Vec<String>) {
    let world = worked_off(folder, LATER);
    books(&world, agency);
    let issued = issued(&world, agency).into_iter().map(|(row, _)| row.digest).collect();
    (issued, told(&world, agency, EventKind::InvoiceSent))
}

/// What reminders were told in the end.
fn reminded(folder: &TempDir, agency: AgencyId) -> Vec<String> {
    told(&worked_off(folder, REMINDED), agency, EventKind::InvoiceDue)
}

#[test]
fn reminders_that_were_stopped_anywhere_are_told_once() {
    let (begun, agency) = begun();
    worked_off(&begun, LATER).app.store.clone().close();
    let expected = reminded(&copy(&begun), agency);
    assert_eq!(expected.len(), 4 * 2, "customer and finance of each of what is left of six invoices");
    let stops = stopped_anywhere(&begun, REMINDED, |folder| reminded(folder, agency), &expected);
    assert!(stops >= 4, "at least a write for each invoice: {stops}");
}

#[test]
fn a_run_that_was_stopped_anywhere_ends_as_if_it_had_not_been() {
    let (begun, agency) = begun();
    let expected = ended(&copy(&begun), agency);
    assert_eq!(expected.0.len(), 3 + 2 + 3, "the first run, two memos, three invoices");
    assert_eq!(expected.1.len(), 2 * expected.0.len(), "customer and finance of each");
    let stops = stopped_anywhere(&begun, LATER, |folder| ended(folder, agency), &expected);
    assert!(stops >= 3, "at least a write for each of the three customers: {stops}");
}

/// A folder in which more work without a bill or a price than one transaction takes is about to be billed.
fn catching_up() -> (TempDir, AgencyId) {
    let folder = tempfile::tempdir().unwrap();
    let world = node(folder.path());
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let (_, site) = customer(&desk, "Gas company");
    for n in 0..25 {
        let minutes = if n % 2 == 0 { 60 + 60 * (n % 4) } else { 13 * 60 };
        let (assignment, _) = worked(&desk, &site, &officer, -8 - 5 * n, minutes);
        if n % 2 == 0 {
            forget_bill(&desk, &assignment);
        }
    }
    longer(&desk, 1, 7_000);
    let days = (day(5, 1), day(5, 15));
    let begun = world.write(desk.agency, move |sql, by| {
        let (tariffs, all) = (tariffs(), by.agency);
        let seen = catch_up::preview(sql, by, days, tariffs.of(all))?.totals();
        catch_up::begin(sql, by, days, seen, "Old work.", tariffs.of(all))?;
        Ok((seen.bills, seen.prices))
    });
    assert_eq!(begun.unwrap(), (13, 12));
    let agency = desk.agency;
    world.app.store.clone().close();
    (folder, agency)
}

/// What was billed in the end: how many bills, and what they come to.
fn caught_up(folder: &TempDir, agency: AgencyId) -> (i64, i64) {
    let world = node(folder.path());
    let ran = run_due(&world.app, world.app.now()).unwrap();
    assert_eq!((ran.failed, ran.parked), (0, 0));
    let text = "SELECT COUNT(*), CAST(SUM(total) AS BIGINT) FROM bills WHERE agency = $1";
    let row = world.app.store.read(move |sql| sql.query_one(text, &params![agency])).unwrap().unwrap();
    (row.int(0).unwrap(), row.int(1).unwrap())
}

#[test]
fn bills_of_old_work_that_were_stopped_anywhere_are_made_once() {
    let (begun, agency) = catching_up();
    let expected = caught_up(&copy(&begun), agency);
    assert_eq!(expected.0, 13 + 2 * 12, "what had no price had a bill");
    let stops = stopped_anywhere(&begun, NOON, |folder| caught_up(folder, agency), &expected);
    assert!(stops >= 2, "at least a write for each part: {stops}");
}
