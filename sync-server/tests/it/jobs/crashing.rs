//! A node dies on either side of a commit, and another takes over.

use std::sync::Arc;

use detailbook_core::ids::AgencyId;
use detailbook_core::time::UnixMillis;
use detailbook_server::app::{App, Settings};
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::jobs::{self, Runner, id_of};
use detailbook_server::store::{Fault, Store, StoreError, agency as agencies};
use tempfile::TempDir;

use super::kinds::{INSIDE, KINDS, times_in_store};

const NOW: i64 = 1_557_921_600_000;

fn node(folder: &TempDir) -> App {
    let store = Store::open_inline(folder.path().join("detailbook.db")).unwrap();
    let blobs = BlobFolder::open(folder.path().join("blobs")).unwrap();
    let clock = Arc::new(SetClock::new(UnixMillis::new(NOW)));
    App::with(store, blobs, Settings::default(), clock, SharedEntropy::system()).unwrap()
}

fn run(node: &App) -> Result<u64, StoreError> {
    Runner::new(node.clone(), KINDS).run_due(node.now()).map(|ran| ran.done)
}

/// A node with a job that is due and does this, about to crash there after so many writes.
fn about_to_crash(folder: &TempDir, does: &'static str, writes: u64, fault: Fault) -> (App, AgencyId) {
    let (app, agency) = (node(folder), AgencyId::from_bytes([1; 16]));
    let now = app.now();
    app.store.write(move |sql| agencies::create(sql, agency, now)).unwrap();
    let enqueued = app.store.write(move |sql| {
        agencies::lock(sql, agency)?;
        jobs::enqueue(sql, agency, &INSIDE, "a", now, now, &does)
    });
    assert_eq!(enqueued, Ok(true));
    app.store.set_fault_after(writes, fault).unwrap();
    (app, agency)
}

#[test]
fn a_job_in_the_store_happens_once_wherever_its_node_dies() {
    for (fault, left) in [(Fault::BeforeCommit, 1), (Fault::AfterCommit, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let (first, agency) = about_to_crash(&folder, "", 0, fault);
        assert_eq!(run(&first), Err(StoreError::Crashed));
        drop(first);
        let second = node(&folder);
        assert_eq!(run(&second), Ok(left), "{fault:?}");
        assert_eq!(times_in_store(&second.store, agency, id_of(agency, INSIDE.name, "a")), 1, "{fault:?}");
    }
}

#[test]
fn a_failure_that_could_not_be_noted_is_an_attempt_that_never_was() {
    let folder = tempfile::tempdir().unwrap();
    // The work itself is the first write, and is undone; the note of its failure is the second.
    let (app, agency) = about_to_crash(&folder, "fail", 1, Fault::BeforeCommit);
    assert_eq!(run(&app), Err(StoreError::Crashed));
    drop(app);
    let again = node(&folder);
    let attempts = || {
        let id = id_of(agency, INSIDE.name, "a");
        let job = again.store.read(|sql| detailbook_server::store::jobs::get(sql, agency, id));
        job.map(|job| job.map(|job| (job.attempts, job.last_error)))
    };
    assert_eq!(attempts(), Ok(Some((0, None))));
    assert_eq!(run(&again), Ok(0));
    assert_eq!(attempts(), Ok(Some((1, Some("It failed.".to_owned())))));
}
