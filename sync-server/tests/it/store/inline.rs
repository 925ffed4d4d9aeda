//! The store of one thread, and its injected faults.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use detailbook_server::store::{Fault, Store, StoreError, params};
use tempfile::TempDir;

use super::home::{Home, note, notes};

fn inline() -> (TempDir, PathBuf, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("detailbook.db");
    let store = Store::open_inline(&path).unwrap();
    store.write(|sql| sql.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY)", &params![])).unwrap();
    (folder, path, store)
}

#[test]
fn a_crash_before_the_commit_keeps_nothing() {
    let (_folder, path, store) = inline();
    store.set_fault(Fault::BeforeCommit).unwrap();
    assert_eq!(store.write(|sql| note(sql, 1)), Err(StoreError::Crashed));
    assert_eq!(Store::open_inline(path).unwrap().read(notes), Ok(vec![]));
}

#[test]
fn a_crash_after_the_commit_keeps_everything_and_tells_nobody() {
    let (_folder, path, store) = inline();
    store.set_fault(Fault::AfterCommit).unwrap();
    assert_eq!(store.write(|sql| note(sql, 1)), Err(StoreError::Crashed));
    assert_eq!(Store::open_inline(path).unwrap().read(notes), Ok(vec![1]));
}

#[test]
fn a_crash_set_for_later_strikes_after_exactly_so_many_writes() {
    for (fault, kept) in [(Fault::BeforeCommit, vec![1, 2]), (Fault::AfterCommit, vec![1, 2, 3])] {
        let (_folder, path, store) = inline();
        store.set_fault_after(3, fault).unwrap();
        assert_eq!(store.write(|sql| note(sql, 1)), Ok(1));
        assert_eq!(store.write(|_| Err::<(), _>(StoreError::Closed)), Err(StoreError::Closed), "one that fails counts");
        assert_eq!(store.read(notes), Ok(vec![1]), "a reading does not");
        assert_eq!(store.write(|sql| note(sql, 2)), Ok(1));
        assert_eq!(store.write(|sql| note(sql, 3)), Err(StoreError::Crashed), "{fault:?}");
        assert_eq!(Store::open_inline(path).unwrap().read(notes), Ok(kept));
    }
}

#[test]
fn a_crash_set_again_takes_the_place_of_the_one_before() {
    let (_folder, _, store) = inline();
    store.set_fault(Fault::BeforeCommit).unwrap();
    store.set_fault_after(1, Fault::AfterCommit).unwrap();
    assert_eq!(store.write(|sql| note(sql, 1)), Ok(1));
    assert_eq!(store.write(|sql| note(sql, 2)), Err(StoreError::Crashed));
}

#[test]
fn a_crashed_store_stays_down_for_every_handle() {
    let (_folder, _, store) = inline();
    let other = store.clone();
    store.set_fault(Fault::AfterCommit).unwrap();
    drop(store.write(|sql| note(sql, 1)));
    assert_eq!(other.write(|sql| note(sql, 2)), Err(StoreError::Crashed));
    assert_eq!(other.read(notes), Err(StoreError::Crashed));
    assert_eq!(other.set_fault(Fault::AfterCommit), Err(StoreError::Crashed));
}

#[test]
fn a_job_that_fails_or_panics_keeps_nothing_and_the_store_goes_on() {
    let (_folder, _, store) = inline();
    let failed = store.write(|sql| note(sql, 1).and(Err::<(), _>(StoreError::Closed)));
    assert_eq!(failed, Err(StoreError::Closed));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.write(|sql| -> Result<(), StoreError> {
            note(sql, 2)?;
            panic!("the job's own fault");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.write(|sql| note(sql, 3)), Ok(1));
    assert_eq!(store.read(notes), Ok(vec![3]));
    assert_eq!(store.metrics().commits, 2);
}

#[test]
fn a_swallowed_failure_still_undoes_the_job() {
    let (_folder, _, store) = inline();
    let swallowed = store.write(|sql| {
        note(sql, 1)?;
        drop(note(sql, 1));
        Ok::<_, StoreError>(())
    });
    assert!(swallowed.unwrap_err().is_unique_violation());
    assert_eq!(store.read(notes), Ok(vec![]));
}

#[test]
fn a_write_inside_a_write_is_refused() {
    let (_folder, _, store) = inline();
    let inner = store.clone();
    let outcome = store.write(move |_| Ok::<_, StoreError>(inner.write(|sql| note(sql, 2))));
    assert!(matches!(outcome, Ok(Err(StoreError::Misused(_)))));
}

#[test]
fn a_closed_store_is_closed() {
    let (_folder, path, store) = inline();
    store.clone().close();
    assert_eq!(store.write(|sql| note(sql, 1)), Err(StoreError::Closed));
    assert_eq!(Store::open_inline(path).unwrap().read(notes), Ok(vec![]));
}

#[test]
fn a_store_with_threads_takes_no_fault() {
    let store = Home::sqlite();
    assert!(matches!(store.open().set_fault(Fault::AfterCommit), Err(StoreError::Misused(_))));
}
