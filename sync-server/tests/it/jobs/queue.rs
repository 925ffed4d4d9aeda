//! What is enqueued is done when its time has come.

use detailbook_core::time::Millis;
use detailbook_server::jobs::{self, Ran};
use detailbook_server::problem::Problem;
use detailbook_server::store::StoreError;
use serde_json::Value;

use super::kinds::{INSIDE, KINDS, NEWER, OUTSIDE, agency, enqueue, run, times};
use crate::staff::world::{HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_job_is_there_exactly_when_its_cause_is,
    a_job_is_done_when_its_time_has_come_and_once,
    the_same_key_again_is_no_second_job,
    a_job_is_moved_set_anew_or_cancelled,
    a_job_asked_for_by_some_time_is_not_put_off_by_who_asks_later,
    a_job_may_be_due_again_and_again,
    a_kind_of_a_newer_version_waits_for_it,
    nobody_enqueues_without_the_agencys_lock,
    jobs_done_long_ago_are_forgotten,
    lists_come_in_pages_in_the_order_of_time,
);

fn a_job_is_there_exactly_when_its_cause_is(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    let undone: Result<(), Problem> = world.write(desk.agency, |sql, by| {
        jobs::enqueue(sql, by.agency, &INSIDE, "a", by.now, by.now, &"")?;
        Err(Problem::not_found())
    });
    assert!(undone.is_err());
    assert_eq!(run(&world), Ran::default());
    assert!(enqueue(&desk, &INSIDE, "a", world.app.now(), ""));
    assert_eq!(run(&world).done, 1);
}

fn a_job_is_done_when_its_time_has_come_and_once(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    let due = world.app.now() + Millis(HOUR);
    for kind in KINDS {
        enqueue(&desk, kind, "a", due, "");
    }
    assert_eq!(run(&world), Ran { next: Some(due), ..Ran::default() });
    world.wait(HOUR - 1);
    assert_eq!(run(&world).done, 0);
    world.wait(1);
    assert_eq!(run(&world), Ran { done: KINDS.len() as u64, ..Ran::default() });
    world.wait(HOUR);
    assert_eq!(run(&world), Ran::default());
    assert_eq!((times(&desk, &INSIDE, "a"), times(&desk, &OUTSIDE, "a")), (1, 1));
}

fn the_same_key_again_is_no_second_job(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    let now = world.app.now();
    assert!(enqueue(&desk, &INSIDE, "a", now, ""));
    assert!(!enqueue(&desk, &INSIDE, "a", now, ""));
    assert!(enqueue(&desk, &INSIDE, "b", now, ""), "another key is another job");
    assert!(enqueue(&desk, &OUTSIDE, "a", now, ""), "another kind is another job");
    assert_eq!(run(&world).done, 3);
    assert!(!enqueue(&desk, &INSIDE, "a", now, ""), "what is done stays done");
    assert_eq!(run(&world).done, 0);
}

fn a_job_is_moved_set_anew_or_cancelled(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    let (now, later) = (world.app.now(), world.app.now() + Millis(HOUR));
    for key in ["moved", "cancelled", "done"] {
        enqueue(&desk, &INSIDE, key, if key == "done" { now } else { later }, "");
    }
    assert_eq!(run(&world).done, 1);
    let change = world.write(desk.agency, move |sql, by| {
        let moved = jobs::reschedule(sql, by.agency, &INSIDE, "moved", by.now)?;
        let cancelled = jobs::cancel(sql, by.agency, &INSIDE, "cancelled")?;
        // What is done is neither moved nor cancelled, but may be set anew.
        let neither = jobs::reschedule(sql, by.agency, &INSIDE, "done", by.now)?
            || jobs::cancel(sql, by.agency, &INSIDE, "done")?
            || jobs::cancel(sql, by.agency, &INSIDE, "never was")?;
        jobs::set(sql, by.agency, &INSIDE, "done", later, by.now, &"")?;
        jobs::set(sql, by.agency, &INSIDE, "new", later, by.now, &"")?;
        Ok((moved, cancelled, neither))
    });
    assert_eq!(change.unwrap(), (true, true, false));
    assert_eq!((run(&world).done, times(&desk, &INSIDE, "moved")), (1, 1));
    world.wait(HOUR);
    assert_eq!(run(&world).done, 2);
    let done = ["moved", "cancelled", "done", "new"].map(|key| times(&desk, &INSIDE, key));
    assert_eq!(done, [1, 0, 2, 1]);
    assert!(enqueue(&desk, &INSIDE, "cancelled", now, ""), "a cancelled job may be enqueued anew");
}

fn a_job_asked_for_by_some_time_is_not_put_off_by_who_asks_later(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    let ask = |wait: i64| {
        let due = world.app.now() + Millis(wait);
        let asked: Result<(), Problem> =
            world.write(desk.agency, move |sql, by| Ok(jobs::by_then(sql, by.agency, &INSIDE, "a", due, by.now, &"")?));
        asked.unwrap();
    };
    for wait in [2 * HOUR, HOUR, 3 * HOUR] {
        ask(wait);
    }
    world.wait(HOUR - 1);
    assert_eq!(run(&world).done, 0);
    world.wait(1);
    assert_eq!(run(&world).done, 1, "the soonest that anybody asked for");
    ask(HOUR);
    world.wait(HOUR);
    assert_eq!((run(&world).done, times(&desk, &INSIDE, "a")), (1, 2), "one that is done waits anew");
}

fn a_job_may_be_due_again_and_again(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &OUTSIDE, "hourly", world.app.now(), "every hour");
    for times_so_far in 1..=3 {
        assert_eq!((run(&world).done, times(&desk, &OUTSIDE, "hourly")), (1, times_so_far));
        world.wait(HOUR);
    }
    // One that is due again at once does not keep the runner for ever.
    enqueue(&desk, &INSIDE, "restless", world.app.now(), "at once again");
    assert_eq!(run(&world).done, 2);
    assert_eq!(times(&desk, &INSIDE, "restless"), 1);
}

fn a_kind_of_a_newer_version_waits_for_it(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &NEWER, "a", world.app.now(), "");
    assert_eq!(run(&world), Ran::default());
    assert_eq!(desk.items("/v1/staff/jobs").len(), 1);
}

fn nobody_enqueues_without_the_agencys_lock(home: &Home) {
    let world = World::on(home);
    let agency = agency(&world).agency;
    let now = world.app.now();
    let refused = world.app.store.write(move |sql| jobs::enqueue(sql, agency, &INSIDE, "a", now, now, &""));
    assert!(matches!(refused, Err(StoreError::Misused(_))));
}

fn jobs_done_long_ago_are_forgotten(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &INSIDE, "old", world.app.now(), "");
    enqueue(&desk, &INSIDE, "waiting", world.app.now() + Millis(1_000 * 24 * HOUR), "");
    run(&world);
    world.wait(24 * HOUR);
    enqueue(&desk, &INSIDE, "young", world.app.now(), "");
    run(&world);
    world.wait(89 * 24 * HOUR + 1);
    assert_eq!(jobs::forget_done(&world.app), Ok(1));
    let anew = ["old", "waiting", "young"].map(|key| enqueue(&desk, &INSIDE, key, world.app.now(), ""));
    assert_eq!(anew, [true, false, false]);
}

fn lists_come_in_pages_in_the_order_of_time(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    for n in 0..7_i64 {
        // Some at the same time, and not enqueued in order.
        enqueue(&desk, &INSIDE, &n.to_string(), world.app.now() + Millis(n * 5 % 7 / 2 * HOUR), "");
    }
    let whole = desk.items("/v1/staff/jobs");
    assert_eq!(whole.len(), 7);
    assert!(whole.is_sorted_by_key(|job| job["due"].as_i64()));
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&format!("/v1/staff/jobs?limit=2{after}"));
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, whole);
    assert_eq!(desk.items("/v1/staff/jobs?state=parked"), Vec::<Value>::new());
    for wrong in ["state=done", "state=", "after=x", "after=1.x", "kind=a"] {
        assert_eq!(desk.refusal("GET", &format!("/v1/staff/jobs?{wrong}"), &Value::Null), "invalid", "{wrong}");
    }
}
