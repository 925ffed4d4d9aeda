//! Writers of one agency stand in line, on one node or several.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use detailbook_core::ids::AgencyId;
use detailbook_server::store::{Sql, Store, StoreError, agency, params};

use super::home::{Gate, Home, new_agency, note, notes, until_waiting};

super::on_both_engines!(
    two_nodes_that_add_to_one_number_lose_nothing,
    who_sees_a_number_sees_every_number_before_it,
    a_job_that_fails_gives_its_number_back,
    nodes_that_lock_agencies_in_opposite_order_do_not_deadlock,
    a_job_must_lock_before_it_writes,
    a_job_locks_one_agency_only,
    a_number_is_drawn_under_the_lock_only,
    an_agency_that_does_not_exist_has_no_head,
);

/// Reads a number, then writes it back one higher: what loses updates where nothing serialises.
fn add_one(sql: &mut dyn Sql, agency: AgencyId) -> Result<(), StoreError> {
    agency::lock(sql, agency)?;
    let label = sql.query_one("SELECT label FROM notes WHERE id = 1", &params![])?.unwrap();
    let number: i64 = label.text(0)?.parse().unwrap();
    thread::yield_now();
    sql.execute("UPDATE notes SET label = $1 WHERE id = 1", &params![(number + 1).to_string()]).map(drop)
}

fn fail_to_add(node: &Store, agency: AgencyId) {
    let failed = node.write(move |sql| add_one(sql, agency).and(Err::<(), _>(StoreError::Closed)));
    assert_eq!(failed, Err(StoreError::Closed));
}

fn two_nodes_that_add_to_one_number_lose_nothing(home: &Home) {
    let one = home.with_notes();
    let two = home.open();
    let agency = new_agency(&one, 1);
    one.write(|sql| sql.execute("INSERT INTO notes (id, label) VALUES (1, '0')", &params![])).unwrap();
    thread::scope(|scope| {
        for node in [&one, &two, &one, &two] {
            scope.spawn(move || (0..50).for_each(|_| node.write(move |sql| add_one(sql, agency)).unwrap()));
            // Jobs that fail take the lock too, and must leave it to nobody in their transaction.
            scope.spawn(move || (0..50).for_each(|_| fail_to_add(node, agency)));
        }
    });
    let label = one.read(|sql| sql.query_one("SELECT label FROM notes", &params![])).unwrap().unwrap();
    assert_eq!(label.text(0), Ok("200"));
}

fn who_sees_a_number_sees_every_number_before_it(home: &Home) {
    let nodes = [home.with_notes(), home.open()];
    let agency = new_agency(&nodes[0], 1);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&nodes[1], &done));
        let writers: Vec<_> = nodes
            .iter()
            .cycle()
            .take(6)
            .map(|node| scope.spawn(move || (0..40).for_each(|_| draw_and_note(node, agency))))
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        assert!(watcher.join().unwrap() > 1, "the watcher saw numbers come");
    });
    assert_eq!(nodes[0].read(notes), Ok((1..=240).collect()));
}

fn draw_and_note(node: &Store, agency: AgencyId) {
    node.write(move |sql| {
        agency::lock(sql, agency)?;
        let seq = agency::next_seq(sql, agency)?;
        thread::yield_now();
        note(sql, seq)
    })
    .unwrap();
}

/// Looks again and again; gives how many different states it saw.
fn watch(node: &Store, done: &AtomicBool) -> usize {
    let mut states = 0;
    let mut last = 0;
    while !done.load(Ordering::Relaxed) {
        let seen = node.read(notes).unwrap();
        assert_eq!(seen, (1..=seen.len() as i64).collect::<Vec<_>>(), "a number came before an earlier one");
        states += usize::from(seen.len() > last);
        last = seen.len();
    }
    states
}

fn a_job_that_fails_gives_its_number_back(home: &Home) {
    let store = home.open();
    let agency = new_agency(&store, 1);
    let draw = move |sql: &mut dyn Sql| {
        agency::lock(sql, agency)?;
        agency::next_seq(sql, agency)
    };
    assert_eq!(store.write(draw), Ok(1));
    let failed = store.write(move |sql| draw(sql).and_then(|_| Err::<(), _>(StoreError::Refused("no".to_owned()))));
    assert!(failed.is_err());
    assert_eq!(store.write(draw), Ok(2));
}

/// Both nodes hold one agency in a shared transaction and then come to a job that wants the other's.
fn nodes_that_lock_agencies_in_opposite_order_do_not_deadlock(home: &Home) {
    let nodes = [home.with_notes(), home.open()];
    let agencies = [new_agency(&nodes[0], 1), new_agency(&nodes[0], 2)];
    let both_hold = Arc::new(Barrier::new(2));
    let meets = home.database.is_some();
    thread::scope(|scope| {
        for (node, [first, second]) in nodes.iter().zip([agencies, [agencies[1], agencies[0]]]) {
            let gate = Gate::shut(node);
            let barrier = Arc::clone(&both_hold);
            scope.spawn(move || node.write(move |sql| hold(sql, first, meets.then_some(&barrier))).unwrap());
            until_waiting(node, 2);
            scope.spawn(move || node.write(move |sql| hold(sql, second, None)).unwrap());
            until_waiting(node, 3);
            drop(gate);
        }
    });
    for agency in agencies {
        assert_eq!(nodes[0].read(|sql| agency::head(sql, agency)).unwrap().unwrap().seq, 2);
    }
}

/// Draws a number, then waits until the other node does the same. (On SQLite it never can: one node holds the file.)
fn hold(sql: &mut dyn Sql, agency: AgencyId, both_hold: Option<&Arc<Barrier>>) -> Result<i64, StoreError> {
    agency::lock(sql, agency)?;
    let seq = agency::next_seq(sql, agency)?;
    if let Some(barrier) = both_hold {
        barrier.wait();
    }
    Ok(seq)
}

fn a_job_must_lock_before_it_writes(home: &Home) {
    let store = home.with_notes();
    let agency = new_agency(&store, 1);
    let refused = store.write(move |sql| {
        note(sql, 1)?;
        agency::lock(sql, agency)
    });
    assert!(matches!(refused, Err(StoreError::Misused(_))), "{refused:?}");
    assert_eq!(store.read(notes), Ok(vec![]));
    let again = store.write(move |sql| {
        notes(sql)?;
        agency::lock(sql, agency)?;
        note(sql, 1)?;
        agency::lock(sql, agency)
    });
    assert!(again.is_ok(), "{again:?}");
}

fn a_job_locks_one_agency_only(home: &Home) {
    let store = home.open();
    let agencies = [new_agency(&store, 1), new_agency(&store, 2)];
    let refused = store.write(move |sql| {
        agency::lock(sql, agencies[0])?;
        agency::lock(sql, agencies[1])
    });
    assert!(matches!(refused, Err(StoreError::Misused(_))), "{refused:?}");
}

fn a_number_is_drawn_under_the_lock_only(home: &Home) {
    let store = home.open();
    let agency = new_agency(&store, 1);
    let refused = store.write(move |sql| agency::next_seq(sql, agency));
    assert!(matches!(refused, Err(StoreError::Misused(_))), "{refused:?}");
}

fn an_agency_that_does_not_exist_has_no_head(home: &Home) {
    let store = home.open();
    assert_eq!(store.write(|sql| agency::lock(sql, AgencyId::NIL)), Ok(None));
    assert_eq!(store.read(|sql| agency::head(sql, AgencyId::NIL)), Ok(None));
}
