//! Several nodes over one database, and nodes that die.

use std::sync::mpsc::channel;
use std::thread;

use detailbook_core::time::Millis;
use detailbook_server::jobs::{ATTEMPTS, CLAIMED_FOR, Job, Ran, Runner, id_of};
use detailbook_server::store::{Engine, StoreError, agency as agencies, jobs as rows};

use super::kinds::{INSIDE, KINDS, OUTSIDE, agency, enqueue, run, times};
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    two_nodes_never_do_a_job_twice,
    an_agency_whose_lock_another_node_has_holds_up_no_other,
    what_a_dead_node_had_claimed_is_done_again_when_the_claim_runs_out,
    a_job_that_ends_every_node_is_parked,
    a_node_that_comes_back_too_late_marks_nothing,
);

fn two_nodes_never_do_a_job_twice(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    let keys: Vec<_> = (0..40).map(|n| n.to_string()).collect();
    for key in &keys {
        enqueue(&desk, &INSIDE, key, world.app.now(), "");
        enqueue(&desk, &OUTSIDE, key, world.app.now(), "");
    }
    let other = World::on(home);
    let done: u64 = thread::scope(|scope| {
        let nodes = [&world, &other].map(|node| scope.spawn(|| work(node)));
        nodes.into_iter().map(|node| node.join().unwrap()).sum()
    });
    assert_eq!(done, 80);
    for key in &keys {
        assert_eq!((times(&desk, &INSIDE, key), times(&desk, &OUTSIDE, key)), (1, 1), "{key}");
    }
}

/// Does what is due until nothing is, also where the other node is in the way for a moment.
fn work(node: &World) -> u64 {
    let mut done = 0;
    loop {
        match Runner::new(node.app.clone(), KINDS).run_due(node.app.now()) {
            Ok(Ran { done: 0, next: None, .. }) => return done,
            Ok(ran) => done += ran.done,
            Err(error) => assert!(error.is_transient(), "{error}"),
        }
        thread::yield_now();
    }
}

fn an_agency_whose_lock_another_node_has_holds_up_no_other(home: &Home) {
    let world = World::on(home);
    if world.app.store.engine() == Engine::Sqlite {
        // One file has one writer: nobody else can have anything of it.
        return;
    }
    let (held, free) = (agency(&world), agency(&world));
    // More of them, and due longer, than are looked up at once.
    for n in 0..150 {
        enqueue(&held, &INSIDE, &n.to_string(), world.app.now() - Millis(1), "");
    }
    enqueue(&held, &OUTSIDE, "a", world.app.now() - Millis(1), "");
    enqueue(&free, &INSIDE, "a", world.app.now(), "");
    enqueue(&free, &OUTSIDE, "a", world.app.now(), "");
    let other = World::on(home);
    let ((had, has), (release, released)) = (channel(), channel::<()>());
    let agency = held.agency;
    thread::scope(|scope| {
        let holder = scope.spawn(|| {
            other.app.store.write::<_, StoreError>(move |sql| {
                agencies::lock(sql, agency)?;
                had.send(()).unwrap();
                // Until the other end is dropped, also by a story that fails.
                let _ = released.recv();
                Ok(())
            })
        });
        has.recv().unwrap();
        let ran = run(&world);
        assert_eq!((ran.done, ran.failed, ran.parked), (2, 0, 0));
        assert!(ran.next.unwrap() > world.app.now(), "and it is not asked for without pause");
        drop(release);
        holder.join().unwrap().unwrap();
    });
    assert_eq!(run(&world).done, 151, "they waited");
}

/// A node takes the job, and is never heard of again.
fn claim_and_die(desk: &Desk<'_>, key: &str) -> Job {
    let (agency, id) = (desk.agency, id_of(desk.agency, OUTSIDE.name, key));
    let claimed = desk.world.write(agency, move |sql, by| {
        let job = rows::get(sql, agency, id)?.unwrap();
        rows::claim(sql, &job, by.now + CLAIMED_FOR)?;
        Ok(rows::get(sql, agency, id)?.unwrap())
    });
    claimed.unwrap()
}

fn what_a_dead_node_had_claimed_is_done_again_when_the_claim_runs_out(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &OUTSIDE, "a", world.app.now(), "");
    claim_and_die(&desk, "a");
    world.wait(CLAIMED_FOR.0 - 1);
    assert_eq!(run(&world).done, 0, "it may still be at it");
    world.wait(1);
    assert_eq!((run(&world).done, times(&desk, &OUTSIDE, "a")), (1, 1));
}

fn a_job_that_ends_every_node_is_parked(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &OUTSIDE, "a", world.app.now(), "");
    for _ in 0..ATTEMPTS {
        claim_and_die(&desk, "a");
        world.wait(CLAIMED_FOR.0);
    }
    assert_eq!(run(&world), Ran { parked: 1, ..Ran::default() });
    assert_eq!(times(&desk, &OUTSIDE, "a"), 0);
    let parked = desk.items("/v1/staff/jobs?state=parked");
    assert_eq!(parked[0]["last_error"], "Whoever began this never came back from it.");
}

fn a_node_that_comes_back_too_late_marks_nothing(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &OUTSIDE, "a", world.app.now(), "every hour");
    let late = claim_and_die(&desk, "a");
    world.wait(CLAIMED_FOR.0);
    let next = run(&world).next.unwrap();
    assert_eq!(next - world.app.now(), Millis::from_hours(1));
    let now = desk.world.write(desk.agency, move |sql, by| Ok(rows::get(sql, by.agency, late.id)?.unwrap()));
    assert_ne!(now.unwrap().claim, late.claim, "by which the late one sees that it is too late");
}
