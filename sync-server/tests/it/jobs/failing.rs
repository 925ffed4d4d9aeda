//! What fails is tried again, then parked, and staff see why.

use detailbook_core::time::Millis;
use detailbook_server::jobs::{self, ATTEMPTS, KINDS, Ran, id_of};
use detailbook_server::store::params;
use serde_json::{Value, json};

use super::kinds::{INSIDE, OUTSIDE, UNTOLD, agency, enqueue, run, times};
use crate::staff::world::{Desk, HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_job_that_fails_is_tried_again_after_growing_pauses_and_then_parked,
    the_coordinator_is_told_what_is_left_undone_also_where_it_is_about_no_detail,
    a_job_that_can_never_succeed_is_parked_at_once,
    a_panic_or_a_wrong_statement_is_the_jobs_own_failure,
    nothing_of_a_failed_attempt_is_kept,
    staff_have_a_parked_job_tried_again,
    a_failing_job_holds_up_no_other,
    a_job_of_which_nobody_can_be_told_is_parked_and_holds_up_no_other_agency,
    a_job_of_which_no_failure_can_be_noted_is_put_off_and_holds_up_no_other_agency,
    whoever_was_moved_meanwhile_is_not_marked_done,
);

fn parked(desk: &Desk<'_>) -> Vec<Value> {
    desk.items("/v1/staff/jobs?state=parked")
}

fn a_job_that_fails_is_tried_again_after_growing_pauses_and_then_parked(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &OUTSIDE, "a", world.app.now(), "fail");
    let mut pauses = Vec::new();
    while let Some(next) = run(&world).next {
        pauses.push(next - world.app.now());
        let waiting = &desk.items("/v1/staff/jobs")[0];
        assert_eq!((&waiting["attempts"], &waiting["last_error"]), (&json!(pauses.len()), &json!("It failed.")));
        world.clock.set(next - Millis(1));
        assert_eq!(run(&world), Ran { next: Some(next), ..Ran::default() }, "not before its time");
        world.clock.set(next);
    }
    assert!(pauses.is_sorted_by(|one, next| one < next), "{pauses:?}");
    assert_eq!((pauses.len() + 1, times(&desk, &OUTSIDE, "a")), (ATTEMPTS, ATTEMPTS as u64));
    let parked = parked(&desk);
    assert_eq!((parked.len(), &parked[0]["attempts"]), (1, &json!(ATTEMPTS)));
    assert_eq!((&parked[0]["key"], &parked[0]["last_error"]), (&json!("a"), &json!("It failed.")));
    world.wait(1_000 * HOUR);
    assert_eq!(run(&world), Ran::default());
}

fn the_coordinator_is_told_what_is_left_undone_also_where_it_is_about_no_detail(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    let coordinator = desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["coordinator"] } }));
    let kinds: Vec<_> = KINDS.iter().filter(|kind| UNDONE.contains(&kind.name)).collect();
    assert_eq!(kinds.len(), UNDONE.len());
    for kind in kinds {
        let nonsense = i64::MAX;
        let new = world.write(desk.agency, move |sql, by| {
            Ok(jobs::enqueue(sql, by.agency, kind, "a", by.now, by.now, &nonsense)?)
        });
        assert!(new.unwrap());
    }
    let ran = jobs::run_due(&world.app, world.app.now()).unwrap();
    assert_eq!(ran.parked, UNDONE.len() as u64);
    let told = desk.items("/v1/staff/notices?limit=1000");
    let told: Vec<_> =
        told.iter().filter(|it| it["party"]["id"] == coordinator.as_str() && it["channel"] == "in_app").collect();
    assert_eq!(told.len(), UNDONE.len(), "{told:?}");
    assert!(
        told.iter().all(|it| it["text"].as_str().unwrap().ends_with("The job's payload cannot be read.")),
        "{told:?}"
    );
}

/// Kinds of job that are about no detail in particular, of which somebody must know, and that read what they are given.
const UNDONE: &[&str] = &[
    "notices.tell",
    "shift.incident",
    "assignment.ahead",
    "assignment.holders",
    "policy.clock_in",
    "personnel.promote",
    "personnel.paperwork",
];

fn a_job_that_can_never_succeed_is_parked_at_once(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    for kind in [&INSIDE, &OUTSIDE] {
        enqueue(&desk, kind, "a", world.app.now(), "fail for good");
    }
    assert_eq!(run(&world), Ran { parked: 2, ..Ran::default() });
    assert!(parked(&desk).iter().all(|job| job["last_error"] == "It cannot be done."));
}

fn a_panic_or_a_wrong_statement_is_the_jobs_own_failure(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &INSIDE, "a", world.app.now(), "panic");
    enqueue(&desk, &INSIDE, "b", world.app.now(), "wrong statement");
    enqueue(&desk, &OUTSIDE, "c", world.app.now(), "panic");
    let ran = run(&world);
    assert_eq!((ran.done, ran.failed, ran.parked), (0, 3, 0));
}

fn nothing_of_a_failed_attempt_is_kept(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    for does in ["fail", "fail for good", "panic", "wrong statement"] {
        enqueue(&desk, &INSIDE, does, world.app.now(), does);
    }
    run(&world);
    for does in ["fail", "fail for good", "panic", "wrong statement"] {
        assert_eq!(times(&desk, &INSIDE, does), 0, "{does}");
    }
}

fn staff_have_a_parked_job_tried_again(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &OUTSIDE, "a", world.app.now(), "fail for good");
    run(&world);
    let retry = format!("/v1/staff/jobs/{}/retry", parked(&desk)[0]["id"].as_str().unwrap());
    desk.run("POST", &retry, &Value::Null);
    assert_eq!(parked(&desk), Vec::<Value>::new());
    assert_eq!(desk.refusal("POST", &retry, &Value::Null), "conflict", "it is not parked now");
    assert_eq!(run(&world).parked, 1);
    assert_eq!((parked(&desk).len(), times(&desk, &OUTSIDE, "a")), (1, 2));
}

fn a_failing_job_holds_up_no_other(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &INSIDE, "a", world.app.now() - Millis(HOUR), "panic");
    for n in 0..250 {
        enqueue(&desk, &INSIDE, &format!("b{n}"), world.app.now(), "");
    }
    let ran = run(&world);
    assert_eq!((ran.done, ran.failed), (250, 1));
}

fn whoever_was_moved_meanwhile_is_not_marked_done(home: &Home) {
    let world = World::on(home);
    let desk = agency(&world);
    enqueue(&desk, &OUTSIDE, "a", world.app.now(), "meanwhile moved");
    let due = world.app.now() + Millis(2 * HOUR);
    assert_eq!(run(&world), Ran { next: Some(due), ..Ran::default() });
}

fn a_job_of_which_nobody_can_be_told_is_parked_and_holds_up_no_other_agency(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (agency(&world), agency(&world));
    enqueue(&desk, &UNTOLD, "a", world.app.now(), "fail");
    for attempt in 1..=ATTEMPTS {
        let key = attempt.to_string();
        enqueue(&other, &INSIDE, &key, world.app.now() + Millis(1), "");
        world.wait(1);
        let ran = run(&world);
        assert_eq!((ran.failed + ran.parked, times(&other, &INSIDE, &key)), (1, 1), "attempt {attempt}: {ran:?}");
        world.wait(7 * HOUR);
    }
    let parked = parked(&desk);
    assert_eq!((parked.len(), &parked[0]["last_error"]), (1, &json!("It failed.")));
    assert_eq!(run(&world), Ran::default());
}

fn a_job_of_which_no_failure_can_be_noted_is_put_off_and_holds_up_no_other_agency(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (agency(&world), agency(&world));
    enqueue(&desk, &INSIDE, "a", world.app.now() - Millis(HOUR), "fail");
    let job = id_of(desk.agency, INSIDE.name, "a");
    let uncountable = world.write(desk.agency, move |sql, by| {
        let text = "UPDATE jobs SET attempts = $3 WHERE agency = $1 AND job = $2";
        Ok(sql.execute(text, &params![by.agency, job, i64::MAX])?)
    });
    assert_eq!(uncountable, Ok(1));
    enqueue(&other, &INSIDE, "b", world.app.now(), "");
    let ran = run(&world);
    assert_eq!((ran.done, ran.failed), (1, 1));
    assert!(ran.next.is_some_and(|next| next > world.app.now()), "{ran:?}");
}
