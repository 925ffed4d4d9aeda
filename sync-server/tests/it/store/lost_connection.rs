//! PostgreSQL connections that die.

use std::sync::mpsc::channel;
use std::thread;

use detailbook_server::store::{Store, StoreConfig, StoreError, params};

use super::home::{Gate, Home, note, notes, until_waiting};

/// Ends every other connection to the database, and waits until they are gone.
fn cut(home: &Home) {
    let mut client = home.database.as_ref().unwrap().connect();
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.execute(&format!("SELECT pg_terminate_backend(pid) {others}"), &[]).unwrap();
    while client.query_one(&format!("SELECT COUNT(*) {others}"), &[]).unwrap().get::<_, i64>(0) > 0 {
        thread::yield_now();
    }
}

#[test]
fn a_connection_lost_between_jobs_is_made_again_unseen() {
    let Some(home) = Home::postgres() else { return };
    let store = home.with_notes();
    assert_eq!(store.read(notes), Ok(vec![]));
    cut(&home);
    assert_eq!(store.write(|sql| note(sql, 1)), Ok(1));
    assert_eq!(store.read(notes), Ok(vec![1]));
}

#[test]
fn a_connection_lost_in_a_job_fails_everyone_in_the_transaction_and_nobody_after() {
    let Some(home) = Home::postgres() else { return };
    let store = home.with_notes();
    let (held, is_held) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let results = thread::scope(|scope| {
        let gate = Gate::shut(&store);
        let first = scope.spawn(|| store.write(|sql| note(sql, 1)));
        until_waiting(&store, 2);
        let second = scope.spawn(|| {
            store.write(move |sql| {
                note(sql, 2)?;
                held.send(()).unwrap();
                may_go_on.recv().unwrap();
                note(sql, 3)
            })
        });
        until_waiting(&store, 3);
        drop(gate);
        is_held.recv().unwrap();
        cut(&home);
        go_on.send(()).unwrap();
        [first.join().unwrap(), second.join().unwrap()]
    });
    for result in results {
        assert!(result.as_ref().is_err_and(StoreError::is_transient), "{result:?}");
    }
    assert_eq!(store.write(|sql| note(sql, 4)), Ok(1));
    assert_eq!(store.read(notes), Ok(vec![4]));
}

#[test]
fn a_connection_lost_before_the_commit_is_answered_leaves_the_outcome_unknown() {
    let Some(home) = Home::postgres() else { return };
    let store = home.with_notes();
    let (written, is_written) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let writer = store.clone();
    let writer = thread::spawn(move || {
        writer.write(move |sql| {
            note(sql, 1)?;
            written.send(()).unwrap();
            may_go_on.recv().unwrap();
            Ok::<_, StoreError>(())
        })
    });
    is_written.recv().unwrap();
    cut(&home);
    go_on.send(()).unwrap();
    let outcome = writer.join().unwrap();
    assert!(matches!(outcome, Err(StoreError::OutcomeUnknown(_))), "{outcome:?}");
    assert_eq!(store.write(|sql| note(sql, 2)), Ok(1));
}

#[test]
fn a_reader_that_loses_its_connection_is_told_to_try_again() {
    let Some(home) = Home::postgres() else { return };
    let store = home.with_notes();
    let lost = store.read(|sql| {
        notes(sql)?;
        cut(&home);
        notes(sql)
    });
    assert!(lost.as_ref().is_err_and(StoreError::is_transient), "{lost:?}");
    assert_eq!(store.read(notes), Ok(vec![]));
}

#[test]
fn an_agency_held_too_long_by_another_node_is_answered_with_try_again() {
    let Some(home) = Home::postgres() else { return };
    let store = home.with_notes();
    let agency = super::home::new_agency(&store, 1);
    store.write(|sql| sql.execute("SET lock_timeout = '50ms'", &params![])).unwrap();
    let mut other = home.database.as_ref().unwrap().connect();
    let mut holding = other.transaction().unwrap();
    holding.execute("SELECT 1 FROM agencies FOR UPDATE", &[]).unwrap();
    let late = store.write(move |sql| detailbook_server::store::agency::lock(sql, agency));
    assert!(late.as_ref().is_err_and(StoreError::is_transient), "{late:?}");
    holding.commit().unwrap();
    assert!(store.write(move |sql| detailbook_server::store::agency::lock(sql, agency)).is_ok());
}

#[test]
fn the_last_handle_may_be_dropped_inside_an_async_task() {
    let Some(home) = Home::postgres() else { return };
    let store = home.with_notes();
    assert_eq!(store.read(notes), Ok(vec![]));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async move { drop(store) });
}

#[test]
fn a_server_that_is_not_there_is_an_error_that_names_no_password() {
    let url = "postgres://detailbook:hunter2@127.0.0.1:1/book".to_owned();
    let error = Store::open(&StoreConfig::Postgres { url }).err().unwrap();
    assert!(error.is_transient(), "{error:?}");
    assert!(!error.to_string().contains("hunter2"));
}
