//! Runs: what they invoice, credit and leave out.

use detailbook_core::ids::CustomerId;
use detailbook_core::wire::Refusal;
use detailbook_server::audit::By;
use detailbook_server::billing::{runs, terms};
use detailbook_server::jobs::run_due;
use detailbook_server::store::{Sql, invoice_runs, params};
use serde_json::{Value, json};

use super::bills::moves;
use super::office::{account, books, customer, cycle, day, issued, rule, ruling, run, told, work, worked, world};
use crate::staff::world::{Desk, HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_month_is_one_invoice_a_customer_and_is_posted,
    a_cycle_that_has_not_ended_waits,
    a_ruling_after_the_invoice_is_credited_and_billed_anew_by_the_next_run,
    work_without_a_price_is_left_out_with_its_reason_until_it_has_one,
    what_is_ruled_while_a_run_is_under_way_is_for_the_next,
    a_detail_for_which_another_customer_hires_is_credited_to_the_first,
    two_nodes_make_each_invoice_once,
    a_second_run_waits_and_one_of_days_ahead_is_refused,
    the_calendar_begins_runs_where_the_agency_wants_it,
    the_calendar_makes_one_invoice_a_cycle_and_what_is_ruled_late_waits_for_the_next,
    officers_on_either_side_of_midnight_are_one_invoice_of_their_detail,
    work_that_is_ruled_into_another_month_is_credited_at_once,
    a_customer_who_fails_holds_up_no_other_and_is_done_by_the_next_run,
    timesheets_that_nobody_ruled_on_are_told,
    another_agency_is_not_touched,
);

const DAYS: i64 = 24 * HOUR;

/// What four hours cost.
const FOUR: i64 = 34_213;
/// What one hour costs.
const ONE: i64 = 9_669;

fn a_month_is_one_invoice_a_customer_and_is_posted(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let (gas, site) = customer(&desk, "Gas company");
    let (_, ruled) = worked(&desk, &site, &officer, -8, 240);
    worked(&desk, &site, &officer, -40, 60);
    let (_, other) = customer(&desk, "Water company");
    worked(&desk, &other, &officer, -60, 60);
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    let invoice = |total| ("invoice".to_owned(), "2019-05".to_owned(), total);
    let mut made = told(&desk);
    made.sort();
    assert_eq!(made, [invoice(ONE), invoice(FOUR + ONE)]);
    let of_gas = issued(&world, desk.agency).into_iter().find(|(row, _)| row.customer.to_string() == gas).unwrap();
    let (row, lines) = of_gas;
    assert_eq!(row.due_on - row.issued_on, 30);
    assert_eq!(lines[4].ruling.map(|it| it.to_string()), Some(ruled), "in order of the days");
    assert_eq!((lines[4].rules.as_str(), lines[4].tariff.as_str()), ("hours bill-rate-PO", "Test details v1"));
    assert_eq!(account(&desk, &format!("receivable/{gas}")), FOUR + ONE);
    assert_eq!(account(&desk, "revenue/time"), -(28_000 + 7_000 + 7_000));
    assert_eq!(account(&desk, "fees/admin"), -(2_800 + 700 + 700));
    assert_eq!(account(&desk, "tax/sales"), -(2_013 + 569 + 569));
    run(&desk, day(5, 31));
    assert_eq!(told(&desk).len(), 2, "nothing is billed twice");
}

fn a_cycle_that_has_not_ended_waits(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let sites = ["monthly", "weekly", "detail"].map(|name| {
        let (id, site) = customer(&desk, name);
        cycle(&desk, &id, name);
        site
    });
    for (at, site) in (0..).zip(&sites) {
        worked(&desk, site, &officer, -8 - 6 * at, 60);
    }
    // The work is of the 14th and 15th of May 2019; the week ends on Sunday the 19th.
    world.wait(20 * DAYS);
    for (through, made) in [(day(5, 13), 0), (day(5, 18), 1), (day(5, 19), 2), (day(5, 30), 2), (day(5, 31), 3)] {
        run(&desk, through);
        assert_eq!(told(&desk).len(), made, "{through}");
    }
    let cycles: Vec<_> = told(&desk).into_iter().map(|it| it.1).collect();
    assert!(cycles[0].starts_with("2019-05-1"), "{cycles:?}");
    assert_eq!(cycles[1..], ["2019-W20".to_owned(), "2019-05".to_owned()]);
    books(&world, desk.agency);
}

fn a_ruling_after_the_invoice_is_credited_and_billed_anew_by_the_next_run(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    let (assignment, first) = worked(&desk, &site, &desk.officer("Officer 1"), -8, 240);
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    let before = issued(&world, desk.agency)[0].clone();
    let second = rule(&desk, &assignment, &ruling(-8, 60, Some(&first)));
    run(&desk, day(5, 31));
    let told_of = |kind: &str, total| (kind.to_owned(), "2019-05".to_owned(), total);
    let expected = [told_of("invoice", FOUR), told_of("credit_memo", -FOUR), told_of("invoice", ONE)];
    assert_eq!(told(&desk), expected);
    let all = issued(&world, desk.agency);
    assert_eq!((&all[0].0.digest, &all[0].1), (&before.0.digest, &before.1), "the first stands as it was issued");
    assert_eq!((all[0].0.standing.0, all[2].0.standing.0), (0, ONE));
    assert_eq!(all[1].1[0].ruling.map(|it| it.to_string()), Some(first), "the memo takes the old ruling's lines back");
    assert_eq!(all[2].1[0].ruling.map(|it| it.to_string()), Some(second.clone()));
    assert_eq!(account(&desk, &format!("receivable/{gas}")), ONE);
    // Ruled to nothing: credited, and nothing billed.
    rule(&desk, &assignment, &ruling(-8, 0, Some(&second)));
    run(&desk, day(5, 31));
    assert_eq!(told(&desk)[3..], [told_of("credit_memo", -ONE)]);
    assert_eq!(account(&desk, &format!("receivable/{gas}")), 0);
    run(&desk, day(5, 31));
    assert_eq!(told(&desk).len(), 4);
}

fn left_out(desk: &Desk<'_>, number: i64) -> Vec<String> {
    let agency = desk.agency;
    let done = desk.world.app.store.read(move |sql| invoice_runs::customers(sql, agency, number)).unwrap();
    done.iter().flat_map(runs::left_out).map(|it| it.why).collect()
}

fn work_without_a_price_is_left_out_with_its_reason_until_it_has_one(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let (assignment, first) = worked(&desk, &site, &desk.officer("Officer 1"), -40, 13 * 60);
    world.wait(20 * DAYS);
    let why = "Test details v1 has no band of job type \"C\" for 13:00 worked";
    for _ in 0..2 {
        let number = run(&desk, day(5, 31));
        assert_eq!(left_out(&desk, number), [why]);
    }
    assert_eq!(told(&desk), []);
    rule(&desk, &assignment, &ruling(-40, 240, Some(&first)));
    let number = run(&desk, day(5, 31));
    assert_eq!((left_out(&desk, number).len(), told(&desk).len()), (0, 1));
}

fn what_is_ruled_while_a_run_is_under_way_is_for_the_next(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let officer = desk.officer("Officer 1");
    let (assignment, first) = worked(&desk, &site, &officer, -8, 240);
    world.wait(20 * DAYS);
    world.write(desk.agency, |sql, by| runs::begin(sql, by, day(5, 31))).unwrap();
    rule(&desk, &assignment, &ruling(-8, 60, Some(&first)));
    worked(&desk, &site, &officer, -40, 60);
    work(&world);
    assert_eq!(told(&desk).into_iter().map(|it| it.2).collect::<Vec<_>>(), [FOUR], "as it was at the cut-off");
    run(&desk, day(5, 31));
    assert_eq!(told(&desk).into_iter().map(|it| it.2).collect::<Vec<_>>(), [FOUR, -FOUR, ONE + ONE]);
    books(&world, desk.agency);
}

fn a_detail_for_which_another_customer_hires_is_credited_to_the_first(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    let (water, _) = customer(&desk, "Water company");
    let detail = desk.detail(&site, -8, 2);
    let held = ["Officer 1", "Officer 2"].map(|name| desk.order(&detail, &desk.officer(name)));
    let first = rule(&desk, &held[0], &ruling(-8, 240, None));
    rule(&desk, &held[1], &ruling(-8, 0, None));
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    // A site that goes to another changes nothing of it.
    moves(&desk, &site, &water);
    run(&desk, day(5, 31));
    assert_eq!(told(&desk).len(), 1);
    let path = format!("/v1/staff/details/{detail}");
    let hires = |customer: &str, version: i64| {
        let body = json!({ "version": version, "customer": customer, "reason": "It was ordered by the other." });
        desk.call("POST", &format!("{path}/customer"), &body).0
    };
    let version = desk.version(&path);
    assert_eq!((hires(&water, version - 1), hires(&gas, version), hires(&detail, version)), (409, 409, 422));
    assert_eq!(hires(&water, version), 200);
    let record = desk.get(&path)["record"].clone();
    assert_eq!((&record["customer"], &record["customer_name"]), (&json!(water), &json!("Water company")));
    // Whichever comes first by its id: after two runs all is where it belongs.
    run(&desk, day(5, 31));
    run(&desk, day(5, 31));
    assert_eq!(account(&desk, &format!("receivable/{gas}")), 0);
    assert_eq!(account(&desk, &format!("receivable/{water}")), FOUR);
    assert_eq!(told(&desk).into_iter().map(|it| it.2).collect::<Vec<_>>(), [FOUR, -FOUR, FOUR]);
    // A ruling after that stays with them, and what else of the detail is worked goes there too.
    rule(&desk, &held[0], &ruling(-8, 60, Some(&first)));
    run(&desk, day(5, 31));
    assert_eq!(account(&desk, &format!("receivable/{water}")), ONE);
    let log = desk.items("/v1/staff/audit?limit=1000");
    let noted: Vec<_> = log.iter().filter(|entry| entry["action"] == "detail.customer").collect();
    let said: Value = serde_json::from_str(noted[0]["detail"].as_str().unwrap()).unwrap();
    assert_eq!((noted.len(), &said["before"], &said["after"]), (1, &json!(gas), &json!(water)));
}

fn two_nodes_make_each_invoice_once(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    for n in 0..6 {
        let (_, site) = customer(&desk, &format!("Customer {n}"));
        worked(&desk, &site, &officer, -8 - 5 * n, 60);
    }
    world.wait(20 * DAYS);
    world.write(desk.agency, |sql, by| runs::begin(sql, by, day(5, 31))).unwrap();
    let other = super::office::world(home);
    other.clock.set(world.app.now());
    std::thread::scope(|scope| {
        for node in [&world, &other] {
            scope.spawn(|| {
                for _ in 0..40 {
                    match detailbook_server::jobs::run_due(&node.app, node.app.now()) {
                        Ok(_) => {}
                        Err(error) => assert!(error.is_transient(), "{error}"),
                    }
                    std::thread::yield_now();
                }
            });
        }
    });
    work(&world);
    assert_eq!(told(&desk).into_iter().map(|it| it.2).collect::<Vec<_>>(), [ONE; 6]);
    assert_eq!(books(&world, desk.agency).debits.0, 6 * ONE);
}

fn a_second_run_waits_and_one_of_days_ahead_is_refused(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (id, site) = customer(&desk, "Gas company");
    cycle(&desk, &id, "detail");
    worked(&desk, &site, &desk.officer("Officer 1"), -8, 60);
    let begin = |through| world.write(desk.agency, move |sql, by| runs::begin(sql, by, through));
    assert_eq!(begin(day(5, 16)).unwrap_err().refusal, Refusal::Invalid);
    assert_eq!(begin(day(5, 15)), Ok(1));
    let refused = begin(day(5, 15)).unwrap_err();
    assert_eq!(refused.reason, "Run 1 is still under way. Wait until it has ended.");
    work(&world);
    assert_eq!(begin(day(5, 15)), Ok(2));
}

fn the_calendar_begins_runs_where_the_agency_wants_it(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    worked(&desk, &site, &desk.officer("Officer 1"), -8, 60);
    let set = |automatic| {
        world.write(desk.agency, move |sql, by| {
            let (head, version, _) = terms::letterhead(sql, by.agency)?;
            terms::set_letterhead(sql, by, version, &head, automatic)
        })
    };
    world.wait(10 * DAYS);
    work(&world);
    set(true).unwrap();
    work(&world);
    assert_eq!(told(&desk), [], "the month has not ended");
    world.wait(10 * DAYS);
    work(&world);
    assert_eq!(told(&desk).len(), 1);
    set(false).unwrap();
    worked(&desk, &site, &desk.officer("Officer 2"), -16, 60);
    world.wait(10 * DAYS);
    work(&world);
    assert_eq!(told(&desk).len(), 1, "nothing is begun any more");
}

fn automatic(world: &World, desk: &Desk<'_>) {
    let set = world.write(desk.agency, |sql, by| {
        let (head, version, _) = terms::letterhead(sql, by.agency)?;
        terms::set_letterhead(sql, by, version, &head, true)
    });
    set.unwrap();
}

fn the_calendar_makes_one_invoice_a_cycle_and_what_is_ruled_late_waits_for_the_next(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    let (water, other) = customer(&desk, "Water company");
    cycle(&desk, &water, "detail");
    let officer = desk.officer("Officer 1");
    let held = [(-8, &site), (-20, &site), (-32, &other)]
        .map(|(begins, site)| (begins, desk.order(&desk.detail(site, begins, 1), &officer)));
    automatic(&world, &desk);
    let days = |days| {
        for _ in 0..days * 4 {
            world.wait(6 * HOUR);
            work(&world);
        }
        let of =
            |id: &str| issued(&world, desk.agency).iter().filter(|(row, _)| row.customer.to_string() == id).count();
        (of(&gas), of(&water))
    };
    rule(&desk, &held[0].1, &ruling(held[0].0, 60, None));
    assert_eq!(days(16), (0, 0), "May has not ended");
    assert_eq!(days(2), (1, 0));
    // What is left of May is ruled on in June: the customer of each detail gets it the next day, the other at the end of June.
    for (begins, assignment) in &held[1..] {
        rule(&desk, assignment, &ruling(*begins, 60, None));
    }
    assert_eq!(days(3), (1, 1));
    assert_eq!(days(20), (1, 1));
    assert_eq!(days(10), (2, 1));
    let runs = {
        let agency = desk.agency;
        world.app.store.read(move |sql| invoice_runs::count(sql, agency, &invoice_runs::Sought::default())).unwrap()
    };
    assert_eq!(runs, 3, "none is begun for nothing");
}

fn officers_on_either_side_of_midnight_are_one_invoice_of_their_detail(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (id, site) = customer(&desk, "Gas company");
    cycle(&desk, &id, "detail");
    // From 23:00 on the 14th to 3:00.
    let detail = desk.detail(&site, -9, 2);
    for (name, begins) in [("Officer 1", -9), ("Officer 2", -8)] {
        let held = desk.order(&detail, &desk.officer(name));
        rule(&desk, &held, &ruling(begins, 60, None));
    }
    run(&desk, day(5, 13));
    assert_eq!(told(&desk), []);
    run(&desk, day(5, 14));
    let cycles: Vec<_> = told(&desk).into_iter().map(|it| it.1).collect();
    assert_eq!(cycles, [format!("2019-05-14 {detail}")]);
    assert_eq!(issued(&world, desk.agency)[0].1.iter().filter(|line| line.kind == "time").count(), 2);
}

fn work_that_is_ruled_into_another_month_is_credited_at_once(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    // The last day of May.
    let begins = 16 * 24 - 8;
    let held = desk.order(&desk.detail(&site, begins, 1), &desk.officer("Officer 1"));
    world.wait(20 * DAYS);
    let first = rule(&desk, &held, &ruling(begins, 60, None));
    run(&desk, day(5, 31));
    rule(&desk, &held, &ruling(begins + 24, 60, Some(&first)));
    run(&desk, day(6, 3));
    let told_of = |kind: &str, cycle: &str, total| (kind.to_owned(), cycle.to_owned(), total);
    let both = [told_of("invoice", "2019-05", ONE), told_of("credit_memo", "2019-05", -ONE)];
    assert_eq!(told(&desk), both, "the memo does not wait for the end of June");
    run(&desk, day(6, 3));
    assert_eq!(told(&desk).len(), 2);
    world.wait(30 * DAYS);
    run(&desk, day(6, 30));
    assert_eq!(told(&desk)[2..], [told_of("invoice", "2019-06", ONE)]);
}

fn a_customer_who_fails_holds_up_no_other_and_is_done_by_the_next_run(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let ids = [-8, -16, -24].map(|begins| {
        let (id, site) = customer(&desk, "Gas company");
        worked(&desk, &site, &officer, begins, 60);
        id
    });
    let (agency, bad) = (desk.agency, ids[1].parse::<CustomerId>().unwrap());
    let sql = |text: &'static str| {
        let done = move |sql: &mut dyn Sql, by: &By<'_>| Ok(sql.execute(text, &params![by.agency, bad])?);
        assert_eq!(world.write(agency, done).unwrap(), 1);
    };
    world.wait(20 * DAYS);
    sql("UPDATE records SET kind = kind + 1000 WHERE agency = $1 AND id = $2");
    let number = world.write(agency, |sql, by| runs::begin(sql, by, day(5, 31))).unwrap();
    let mut parked = 0;
    for _ in 0..12 {
        parked += run_due(&world.app, world.app.now()).unwrap().parked;
        world.wait(7 * HOUR);
    }
    assert_eq!((parked, told(&desk).len()), (1, 2), "the others have their invoices");
    let done = world.app.store.read(move |sql| invoice_runs::customers(sql, agency, number)).unwrap();
    let failed: Vec<_> = done.iter().filter(|it| runs::failed(it).is_some()).map(|it| it.customer).collect();
    assert_eq!(failed, [bad]);
    sql("UPDATE records SET kind = kind - 1000 WHERE agency = $1 AND id = $2");
    run(&desk, day(5, 31));
    assert_eq!(told(&desk).len(), 3);
}

fn timesheets_that_nobody_ruled_on_are_told(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    let officer = desk.officer("Officer 1");
    worked(&desk, &site, &officer, -8, 60);
    let held = desk.order(&desk.detail(&site, -20, 1), &officer);
    desk.order(&desk.detail(&site, 24, 1), &officer);
    world.wait(10 * DAYS);
    let agency = desk.agency;
    let found = |through| world.app.store.read(move |sql| runs::unruled(sql, agency, through, 10)).unwrap();
    let (count, rows) = found(day(5, 15));
    assert_eq!(count, 1);
    let told: Vec<_> = rows.iter().map(|it| (it.work.to_string(), it.worked_on, it.customer)).collect();
    assert_eq!(told, [(held, day(5, 14), Some(gas.parse().unwrap()))]);
    assert_eq!((found(day(5, 13)).0, found(day(5, 16)).0), (0, 2));
}

fn another_agency_is_not_touched(home: &Home) {
    let world = world(home);
    let (one, other) = (world.agency(1), world.agency(2));
    for desk in [&one, &other] {
        let (_, site) = customer(desk, "Gas company");
        worked(desk, &site, &desk.officer("Officer 1"), -8, 60);
    }
    world.wait(20 * DAYS);
    run(&one, day(5, 31));
    assert_eq!((told(&one).len(), told(&other).len()), (1, 0));
    assert_eq!(books(&world, other.agency).accounts, []);
    run(&other, day(5, 31));
    assert_eq!(issued(&world, other.agency)[0].0.number, 1, "each has numbers of its own");
}
