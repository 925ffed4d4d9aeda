//! Work is done as time passes, until the server is told to stop.

use std::thread;
use std::time::Duration;

use detailbook_core::time::Millis;
use detailbook_server::app::{App, Settings};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::jobs::{Background, Runner};

use super::kinds::{INSIDE, KINDS, OUTSIDE, agency, enqueue, times};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(jobs_are_done_when_they_are_due_until_the_runner_is_stopped);

fn jobs_are_done_when_they_are_due_until_the_runner_is_stopped(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    // The same store by the machine's clock.
    let blobs = BlobFolder::open(world.blobs.path()).unwrap();
    let app = App::new(world.app.store.clone(), blobs, Settings::default()).unwrap();
    let runner = Background::start_with(&Runner::new(app.clone(), KINDS)).unwrap();
    enqueue(&desk, &INSIDE, "at once", app.now(), "");
    enqueue(&desk, &OUTSIDE, "soon", app.now() + Millis(50), "");
    enqueue(&desk, &INSIDE, "tomorrow", app.now() + Millis::from_hours(24), "");
    for _ in 0..2_000 {
        if times(&desk, &INSIDE, "at once") == 1 && times(&desk, &OUTSIDE, "soon") == 1 {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(runner.stop(Duration::from_secs(20)));
    enqueue(&desk, &INSIDE, "after the end", app.now(), "");
    thread::sleep(Duration::from_millis(50));
    let done = [(&INSIDE, "at once"), (&OUTSIDE, "soon"), (&INSIDE, "tomorrow"), (&INSIDE, "after the end")];
    assert_eq!(done.map(|(kind, key)| times(&desk, kind, key)), [1, 1, 0, 0]);
}
