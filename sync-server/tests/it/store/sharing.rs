//! Jobs that share a commit, and readers beside them.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use detailbook_server::store::{StoreError, agency, params};

use super::home::{Gate, Home, new_agency, note, notes, until_waiting};

super::on_both_engines!(
    jobs_that_wait_share_a_commit,
    a_job_that_fails_undoes_itself_alone,
    a_job_that_panics_undoes_itself_alone,
    a_job_sees_what_its_neighbour_wrote,
    a_reader_does_not_see_what_is_not_committed,
    a_reader_sees_one_state_throughout,
    more_readers_than_connections_all_get_their_turn,
    a_panic_in_a_reader_loses_no_connection,
    closing_finishes_what_waits,
    a_store_that_hangs_is_left_after_a_while,
    a_write_inside_a_write_is_refused,
    what_was_acknowledged_is_there_after_reopening,
);

fn jobs_that_wait_share_a_commit(home: &Home) {
    let store = home.with_notes();
    let before = store.metrics();
    thread::scope(|scope| {
        let gate = Gate::shut(&store);
        for id in 0..50 {
            let store = store.clone();
            scope.spawn(move || store.write(move |sql| note(sql, id)).unwrap());
        }
        until_waiting(&store, 51);
        drop(gate);
    });
    let after = store.metrics();
    assert_eq!((after.jobs - before.jobs, after.commits - before.commits), (51, 1));
    assert_eq!((after.largest_commit, after.waiting, after.abandoned), (51, 0, 0));
    assert_eq!(store.read(notes), Ok((0..50).collect()));
}

fn a_job_that_fails_undoes_itself_alone(home: &Home) {
    let store = home.with_notes();
    let before = store.metrics().commits;
    let results = thread::scope(|scope| {
        let gate = Gate::shut(&store);
        let jobs: Vec<_> = (0..9)
            .map(|id| {
                let store = store.clone();
                scope.spawn(move || store.write(move |sql| note(sql, id).and_then(|_| refuse_some(id))))
            })
            .collect();
        until_waiting(&store, 10);
        drop(gate);
        jobs.into_iter().map(|job| job.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(store.metrics().commits - before, 1);
    assert_eq!(results, (0..9).map(refuse_some).collect::<Vec<_>>());
    assert_eq!(store.read(notes), Ok(vec![0, 1, 3, 4, 6, 7]));
}

fn refuse_some(id: i64) -> Result<(), StoreError> {
    if id % 3 == 2 { Err(StoreError::Refused(format!("note {id}"))) } else { Ok(()) }
}

fn a_job_that_panics_undoes_itself_alone(home: &Home) {
    let store = home.with_notes();
    let panicked = thread::scope(|scope| {
        let gate = Gate::shut(&store);
        let bad = {
            let store = store.clone();
            scope.spawn(move || {
                store.write(|sql| -> Result<(), StoreError> {
                    note(sql, 1)?;
                    panic!("the job's own fault");
                })
            })
        };
        until_waiting(&store, 2);
        let good = store.clone();
        let good = scope.spawn(move || good.write(|sql| note(sql, 2)));
        until_waiting(&store, 3);
        drop(gate);
        assert_eq!(good.join().unwrap(), Ok(1));
        bad.join().unwrap()
    });
    assert_eq!(panicked, Err(StoreError::Panicked("the job's own fault".to_owned())));
    assert_eq!(store.write(|sql| note(sql, 3)), Ok(1));
    assert_eq!(store.read(notes), Ok(vec![2, 3]));
}

fn a_job_sees_what_its_neighbour_wrote(home: &Home) {
    let store = home.with_notes();
    let seen = thread::scope(|scope| {
        let gate = Gate::shut(&store);
        let first = store.clone();
        scope.spawn(move || first.write(|sql| note(sql, 1)).unwrap());
        until_waiting(&store, 2);
        let second = store.clone();
        let second = scope.spawn(move || second.write(notes));
        until_waiting(&store, 3);
        drop(gate);
        second.join().unwrap()
    });
    assert_eq!(seen, Ok(vec![1]));
}

fn a_reader_does_not_see_what_is_not_committed(home: &Home) {
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
    assert_eq!(store.read(notes), Ok(vec![]));
    go_on.send(()).unwrap();
    writer.join().unwrap().unwrap();
    assert_eq!(store.read(notes), Ok(vec![1]));
}

fn a_reader_sees_one_state_throughout(home: &Home) {
    let store = home.with_notes();
    let writer = store.clone();
    let (before, after) = store
        .read(|sql| {
            let before = notes(sql)?;
            thread::spawn(move || writer.write(|sql| note(sql, 1)).unwrap()).join().unwrap();
            Ok::<_, StoreError>((before, notes(sql)?))
        })
        .unwrap();
    assert_eq!(before, after);
    assert_eq!(store.read(notes), Ok(vec![1]));
}

fn more_readers_than_connections_all_get_their_turn(home: &Home) {
    let store = home.with_notes();
    thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| (0..5).for_each(|_| assert_eq!(store.read(notes), Ok(vec![]))));
        }
    });
}

fn a_panic_in_a_reader_loses_no_connection(home: &Home) {
    let store = home.with_notes();
    for _ in 0..30 {
        let store = store.clone();
        let reader = thread::spawn(move || {
            store.read(|sql| -> Result<(), StoreError> {
                notes(sql)?;
                panic!("the reader's own fault");
            })
        });
        assert!(reader.join().is_err());
    }
    assert_eq!(store.read(notes), Ok(vec![]));
}

fn closing_finishes_what_waits(home: &Home) {
    let store = home.with_notes();
    thread::scope(|scope| {
        let gate = Gate::shut(&store);
        let jobs: Vec<_> = (0..20)
            .map(|id| {
                let store = store.clone();
                scope.spawn(move || store.write(move |sql| note(sql, id)))
            })
            .collect();
        until_waiting(&store, 21);
        let closing = store.clone();
        let closing = scope.spawn(move || closing.close());
        drop(gate);
        closing.join().unwrap();
        assert!(jobs.into_iter().all(|job| job.join().unwrap() == Ok(1)));
    });
    assert_eq!(store.write(|sql| note(sql, 99)), Err(StoreError::Closed));
    assert_eq!(store.read(notes), Err(StoreError::Closed));
    assert_eq!(home.open().read(notes), Ok((0..20).collect()));
}

fn a_write_inside_a_write_is_refused(home: &Home) {
    let store = home.with_notes();
    let inner = store.clone();
    let outcome = store.write(move |sql| {
        note(sql, 1)?;
        Ok::<_, StoreError>(inner.write(|sql| note(sql, 2)))
    });
    assert!(matches!(outcome, Ok(Err(StoreError::Misused(_)))));
    assert_eq!(store.read(notes), Ok(vec![1]));
}

fn what_was_acknowledged_is_there_after_reopening(home: &Home) {
    let store = home.with_notes();
    let agency = new_agency(&store, 4);
    let drawn = store.write(move |sql| {
        agency::lock(sql, agency)?;
        agency::next_seq(sql, agency)?;
        agency::next_seq(sql, agency)
    });
    assert_eq!(drawn, Ok(2));
    store.write(|sql| sql.execute("INSERT INTO notes (id, label) VALUES (1, 'x')", &params![])).unwrap();
    drop(store);
    let store = home.open();
    assert_eq!(store.read(|sql| agency::head(sql, agency)).unwrap().unwrap().seq, 2);
    assert_eq!(store.read(notes), Ok(vec![1]));
}

fn a_store_that_hangs_is_left_after_a_while(home: &Home) {
    let store = home.with_notes();
    let gate = Gate::shut(&store);
    assert!(!store.clone().close_within(Duration::from_millis(200)));
    drop(gate);
    assert!(store.close_within(Duration::from_mins(1)));
}
