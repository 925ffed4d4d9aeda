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

/// A node with a job that is due, about to crash there.
fn about_to_crash(folder: &TempDir, fault: Fault) -> (App, AgencyId) {
    let (app, agency) = (node(folder), AgencyId::from_bytes([1; 16]));
    let now = app.now();
    app.store.write(move |sql| agencies::create(sql, agency, now)).unwrap();
    let enqueued = app.store.write(move |sql| {
        agencies::lock(sql, agency)?;
        jobs::enqueue(sql, agency, &INSIDE, "a", now, now, &"")
    });
    assert_eq!(enqueued, Ok(true));
    app.store.set_fault(fault).unwrap();
    (app, agency)
}

#[test]
fn a_job_in_the_store_happens_once_wherever_its_node_dies() {
    for (fault, left) in [(Fault::BeforeCommit, 1), (Fault::AfterCommit, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let (first, agency) = about_to_crash(&folder, fault);
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
    let (app, agency) = about_to_crash(&folder, Fault::BeforeCommit);
    drop(run(&app));
    let again = node(&folder);
    let job = again.store.read(|sql| detailbook_server::store::jobs::get(sql, agency, id_of(agency, INSIDE.name, "a")));
    assert_eq!(job.map(|job| job.map(|job| job.attempts)), Ok(Some(0)));
}
