//! Time passes while jobs are done.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::kinds::{BULK, INSIDE, KINDS, OUTSIDE, agency, enqueue};
use crate::staff::world::{Desk, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_server::app::{App, Settings};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::Clock;
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::jobs::Runner;

on_both_engines!(
    what_becomes_due_while_much_is_done_does_not_wait_for_the_end_of_it,
    a_pause_is_counted_from_the_failure_and_not_from_the_beginning_of_the_run,
    where_every_look_takes_longer_than_it_holds_jobs_are_done_still,
);

/// A clock that goes on by so much whenever somebody looks at it.
struct Passing(AtomicI64, i64);

impl Clock for Passing {
    fn now(&self) -> UnixMillis {
        UnixMillis::new(self.0.fetch_add(self.1, Ordering::Relaxed))
    }
}

/// The same server by a clock that goes on by a tenth of a second.
fn passing(world: &World) -> App {
    passing_by(world, 100)
}

fn passing_by(world: &World, millis: i64) -> App {
    let blobs = BlobFolder::open(world.blobs.path()).unwrap();
    let clock = Arc::new(Passing(AtomicI64::new(NOON), millis));
    App::with(world.app.store.clone(), blobs, Settings::default(), clock, SharedEntropy::system()).unwrap()
}

/// What was done, in its order.
fn ran(desk: &Desk<'_>) -> Vec<String> {
    let log = desk.items("/v1/staff/audit?limit=1000");
    let mut ran: Vec<_> = log.iter().filter(|entry| entry["action"] == "test.ran").collect();
    ran.sort_by_key(|entry| entry["number"].as_i64());
    ran.iter().map(|entry| entry["detail"].as_str().unwrap().to_owned()).collect()
}

fn what_becomes_due_while_much_is_done_does_not_wait_for_the_end_of_it(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    for n in 0..60 {
        enqueue(&desk, &BULK, &format!("bulk {n}"), world.app.now(), "");
    }
    enqueue(&desk, &INSIDE, "who has not come", world.app.now() + Millis::from_secs(4), "");
    let app = passing(&world);
    assert_eq!(Runner::new(app, KINDS).run().unwrap().done, 61);
    let order = ran(&desk);
    let place = order.iter().position(|key| key.contains("who has not come")).unwrap();
    assert!((5..40).contains(&place), "done as number {place} of 61");
}

fn a_pause_is_counted_from_the_failure_and_not_from_the_beginning_of_the_run(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    for kind in [&INSIDE, &OUTSIDE] {
        for n in 0..40 {
            enqueue(&desk, kind, &format!("before {n}"), world.app.now(), "");
        }
        enqueue(&desk, kind, "fails", world.app.now() + Millis(1), "fail");
    }
    let app = passing(&world);
    let runner = Runner::new(app.clone(), KINDS);
    while desk.items("/v1/staff/jobs?limit=1000").iter().any(|job| job["attempts"] == 0) {
        runner.run().unwrap();
    }
    for job in desk.items("/v1/staff/jobs") {
        // Forty jobs took longer than the first pause: counted from their beginning it would be long over.
        assert!(job["due"].as_i64().unwrap() > NOON + 15_000, "{job}");
    }
}

fn where_every_look_takes_longer_than_it_holds_jobs_are_done_still(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    for n in 0..3 {
        enqueue(&desk, &INSIDE, &format!("{n}"), world.app.now(), "");
    }
    assert_eq!(Runner::new(passing_by(&world, 1_500), KINDS).run().unwrap().done, 3);
}
