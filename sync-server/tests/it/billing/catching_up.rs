//! Work that no run can invoice, billed because somebody says so.

use detailbook_core::ids::{AssignmentId, RecordId};
use detailbook_server::billing::catch_up::{self, CATCH_UP, Days, Totals};
use detailbook_server::billing::check::check;
use detailbook_server::billing::tariffs::number;
use detailbook_server::jobs::{self, run_due};
use detailbook_server::problem::Problem;
use detailbook_server::store::{bills, params};

use super::office::{bill_old, customer, day, forget_bill, longer, work, worked, world};
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    both_kinds_are_billed_by_one_job_and_a_second_makes_nothing_twice,
    it_goes_on_after_whatever_was_looked_at,
    a_job_of_an_older_server_makes_bills_alone,
    a_tariff_that_comes_while_it_is_under_way_changes_nothing_of_it,
    what_is_not_there_any_more_keeps_nothing_else_from_being_billed,
    what_cannot_be_billed_is_refused_and_nothing_is_begun,
);

fn days() -> Days {
    (day(5, 1), day(5, 15))
}

/// So many pieces of work: of three one lacks a bill, one a price and one nothing.
fn mixed(desk: &Desk<'_>, count: i64) {
    let (officer, (_, site)) = (desk.officer("Officer 1"), customer(desk, "Gas company"));
    for n in 0..count {
        let minutes = if n % 3 == 1 { 13 * 60 } else { 60 };
        let (assignment, _) = worked(desk, &site, &officer, -8 - 5 * n, minutes);
        if n % 3 == 0 {
            forget_bill(desk, &assignment);
        }
    }
}

/// How many bills there are, and how many of them have a price.
fn made(desk: &Desk<'_>) -> (i64, i64) {
    let (agency, text) = (desk.agency, "SELECT COUNT(*), COUNT(total) FROM bills WHERE agency = $1");
    let row = desk.world.app.store.read(move |sql| sql.query_one(text, &params![agency])).unwrap().unwrap();
    (row.int(0).unwrap(), row.int(1).unwrap())
}

/// What would be made now.
fn foreseen(world: &World, desk: &Desk<'_>, days: Days) -> Totals {
    let given = world.app.settings.tariffs.clone();
    let seen = world.write(desk.agency, move |sql, by| catch_up::preview(sql, by, days, given.of(by.agency)));
    seen.unwrap().totals()
}

/// How often something was done, by the audit log.
fn noted(desk: &Desk<'_>, action: &str) -> usize {
    desk.items("/v1/staff/audit?limit=1000").iter().filter(|entry| entry["action"] == action).count()
}

fn both_kinds_are_billed_by_one_job_and_a_second_makes_nothing_twice(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    mixed(&desk, 45);
    assert_eq!(made(&desk), (30, 15));
    longer(&desk, 1, 7_000);
    // 15 hours at 70.00, with 10 %, 14.00 once and 6.25 %; and as many times 13 of them.
    let (hour, long) = (7_700 + 1_400 + 569, 100_100 + 1_400 + 6_344);
    let sum = 15 * (hour + long);
    let seen = bill_old(&world, desk.agency, days()).unwrap();
    assert_eq!((seen.bills, seen.prices, seen.sum.0), (15, 15, sum));
    assert_eq!(made(&desk), (60, 45), "each that lacked anything has one bill more, with a price");
    let done = ["billing.catch_up", "bill.make", "bill.price"].map(|action| noted(&desk, action));
    assert_eq!(done, [1, 15, 15]);
    assert_eq!(check(&world.app.store, desk.agency).unwrap().faults, Vec::<String>::new());
    // Neither somebody who says so again nor a job that is there once more makes anything.
    let again = bill_old(&world, desk.agency, days()).unwrap_err();
    assert_eq!(again.reason, "There is nothing of those days that can be billed.");
    enqueue(&desk, true, AssignmentId::NIL);
    enqueue(&desk, false, AssignmentId::NIL);
    work(&world);
    assert_eq!(made(&desk), (60, 45));
    assert_eq!(check(&world.app.store, desk.agency).unwrap().faults, Vec::<String>::new());
}

/// Has the job done that comes after that work. `both`: as it is enqueued now, else as it was before it priced anything.
fn enqueue(desk: &Desk<'_>, both: bool, after: AssignmentId) {
    let (from, until) = (number(days().0), number(days().1));
    let enqueued = desk.world.write(desk.agency, move |sql, by| {
        let key = format!("once more {both} {after}");
        if both {
            jobs::set(sql, by.agency, &CATCH_UP, &key, by.now, by.now, &(from, until, after, by.now))?;
        } else {
            jobs::set(sql, by.agency, &CATCH_UP, &key, by.now, by.now, &(from, until, after))?;
        }
        Ok(())
    });
    enqueued.unwrap();
}

/// The work of an agency, in the order in which the job looks at it, each with whether it lacks a bill or a price.
fn all_work(desk: &Desk<'_>) -> Vec<(AssignmentId, bool)> {
    let agency = desk.agency;
    let text =
        "SELECT r.assignment, (SELECT COUNT(b.total) FROM bills b WHERE b.agency = r.agency AND b.work = r.assignment)
         FROM rulings r WHERE r.agency = $1 ORDER BY r.assignment";
    let rows = desk.world.app.store.read(move |sql| sql.query(text, &params![agency])).unwrap();
    rows.iter().map(|row| (row.id(0).unwrap(), row.int(1).unwrap() == 0)).collect()
}

fn it_goes_on_after_whatever_was_looked_at(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    mixed(&desk, 30);
    longer(&desk, 1, 7_000);
    let (all, before) = (all_work(&desk), made(&desk));
    assert_eq!(before, (20, 10));
    // From the end to the beginning: each time what comes after it is done, and nothing that was done is done again.
    for at in [29, 22, 9, 0] {
        enqueue(&desk, true, all[at].0);
        work(&world);
        let lacked = i64::try_from(all[at + 1..].iter().filter(|it| it.1).count()).unwrap();
        assert_eq!(made(&desk), (before.0 + lacked, before.1 + lacked), "after {at}");
    }
    assert_eq!(foreseen(&world, &desk, days()).made(), usize::from(all[0].1), "only the first of all is left");
}

fn a_job_of_an_older_server_makes_bills_alone(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    mixed(&desk, 24);
    longer(&desk, 1, 7_000);
    enqueue(&desk, false, AssignmentId::NIL);
    work(&world);
    assert_eq!((noted(&desk, "bill.make"), noted(&desk, "bill.price")), (8, 0));
    let seen = foreseen(&world, &desk, days());
    assert_eq!((seen.bills, seen.prices), (0, 8));
    // What nobody can read stops, and says so.
    let set = world.write(desk.agency, |sql, by| {
        Ok(jobs::set(sql, by.agency, &CATCH_UP, "of nobody", by.now, by.now, &"what is it")?)
    });
    set.unwrap();
    assert_eq!(run_due(&world.app, world.app.now()).unwrap().parked, 1);
    let refused = bill_old(&world, desk.agency, days()).unwrap_err();
    assert!(refused.reason.contains("has stopped"), "{}", refused.reason);
}

fn a_tariff_that_comes_while_it_is_under_way_changes_nothing_of_it(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    mixed(&desk, 6);
    longer(&desk, 1, 7_000);
    let (seen, given) = (foreseen(&world, &desk, days()), world.app.settings.tariffs.clone());
    let begun = world
        .write(desk.agency, move |sql, by| catch_up::begin(sql, by, days(), seen, "Old work.", given.of(by.agency)));
    begun.unwrap();
    world.wait(1);
    longer(&desk, 2, 9_000);
    work(&world);
    let (agency, text) =
        (desk.agency, "SELECT CAST(SUM(total) AS BIGINT) FROM bills WHERE agency = $1 AND made_at = $2");
    let now = world.app.now();
    let row = world.app.store.read(move |sql| sql.query_one(text, &params![agency, now])).unwrap().unwrap();
    assert_eq!(row.int(0).unwrap(), seen.sum.0);
}

fn what_is_not_there_any_more_keeps_nothing_else_from_being_billed(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    mixed(&desk, 6);
    let agency = desk.agency;
    let found = world.app.store.read(move |sql| bills::without_price(sql, agency, AssignmentId::NIL, 10)).unwrap();
    assert_eq!(found.len(), 2);
    let (gone, kept) = (RecordId::from(found[0].detail), found[1].work);
    let text = "DELETE FROM records WHERE agency = $1 AND id = $2";
    world.app.store.write(move |sql| sql.execute(text, &params![agency, gone])).unwrap();
    longer(&desk, 1, 7_000);
    let given = world.app.settings.tariffs.clone();
    let seen = world.write(agency, move |sql, by| catch_up::preview(sql, by, days(), given.of(by.agency))).unwrap();
    let why: Vec<_> = seen.rows.iter().filter_map(|row| row.why_not()).collect();
    assert_eq!(why, ["the detail is not there any more"]);
    let seen = bill_old(&world, agency, days()).unwrap();
    assert_eq!((seen.bills, seen.prices), (2, 1));
    let left = world.app.store.read(move |sql| bills::without_price(sql, agency, AssignmentId::NIL, 10)).unwrap();
    assert!(left.len() == 1 && left[0].work != kept, "{left:?}");
}

fn what_cannot_be_billed_is_refused_and_nothing_is_begun(home: &Home) {
    let world = world(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    mixed(&desk, 6);
    let refused = |days, seen: Totals, why: &'static str| -> Problem {
        let given = world.app.settings.tariffs.clone();
        let begun =
            world.write(desk.agency, move |sql, by| catch_up::begin(sql, by, days, seen, why, given.of(by.agency)));
        begun.unwrap_err()
    };
    let seen = foreseen(&world, &desk, days());
    assert_eq!((seen.bills, seen.prices), (2, 0), "no tariff has a price for the others");
    assert!(refused(days(), seen, " ").reason.starts_with("reason: "));
    assert!(refused((day(5, 15), day(5, 1)), seen, "So.").reason.starts_with("until: "));
    assert!(refused((day(5, 1), day(5, 16)), seen, "So.").reason.starts_with("until: "), "that day lies ahead");
    longer(&desk, 1, 7_000);
    let stale = refused(days(), seen, "So.").reason;
    assert!(stale.contains("now it is 4 bills, of which 2 in the place of one without a price,"), "{stale}");
    let nothing = refused((day(5, 1), day(5, 1)), Totals::default(), "So.").reason;
    assert_eq!(nothing, "There is nothing of those days that can be billed.");
    assert_eq!(foreseen(&world, &other, days()), Totals::default(), "another agency's is its own");
    work(&world);
    assert_eq!((made(&desk), noted(&desk, "billing.catch_up")), ((4, 2), 0));
}
