//! Bills, frozen with rulings.

use std::sync::Arc;

use detailbook_core::ids::{AssignmentId, DetailId, RecordId};
use detailbook_core::records::Detail;
use detailbook_server::billing::bills::Outcome;
use detailbook_server::billing::tariffs;
use detailbook_server::filing;
use detailbook_server::prices::Tariffs;
use detailbook_server::store::bills::{self, BillRow};
use serde_json::json;

use super::office::{TARIFF, bill_old, customer, day, rule, ruling, worked, world};
use crate::staff::world::{Desk, HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_ruling_freezes_its_bill_and_another_tariff_changes_nothing,
    what_a_detail_is_billed_once_is_on_one_bill_and_passes_on,
    passing_that_on_prices_nobody_elses_work_anew_and_goes_to_nobody_else,
    work_that_had_no_price_is_priced_by_a_later_tariff_when_somebody_says_so,
    work_without_a_price_is_unrated_and_nothing_worked_owes_nothing,
    work_is_billed_to_who_hired_whoever_has_the_site_by_now,
    who_hires_is_kept_in_the_record_of_a_detail_and_of_older_ones_in_its_table,
    a_customer_who_cancels_is_billed_what_was_quoted,
    an_estimate_is_what_the_work_is_billed_when_it_is_worked_so,
    an_estimate_of_many_shifts_takes_each_by_the_tariff_of_its_day,
);

/// The bill in force of an assignment.
fn bill(desk: &Desk<'_>, assignment: &str) -> (BillRow, Outcome) {
    let (agency, work) = (desk.agency, RecordId::from(assignment.parse::<AssignmentId>().unwrap()));
    let row = desk.world.app.store.read(move |sql| bills::in_force(sql, agency, work, i64::MAX)).unwrap().unwrap();
    let outcome = Outcome::of(&row).unwrap();
    (row, outcome)
}

fn a_ruling_freezes_its_bill_and_another_tariff_changes_nothing(home: &Home) {
    let mut world = world(home);
    let (agency, secret, assignment) = {
        let desk = world.agency(1);
        let (_, site) = customer(&desk, "Gas company");
        let (assignment, ruling) = worked(&desk, &site, &desk.officer("Officer 1"), -8, 210);
        let (row, outcome) = bill(&desk, &assignment);
        let billed = outcome.billed().unwrap().clone();
        // 4:00 at 70.00, 10 % of it, 14.00 once, and 6.25 % of 322.00.
        let amounts: Vec<_> = billed.lines.iter().map(|line| line.amount.0).collect();
        assert_eq!(amounts, [28_000, 2_800, 1_400, 2_013]);
        assert_eq!((row.number, row.total.map(|it| it.0), row.bears), (1, Some(34_213), true));
        assert_eq!(row.ruling.map(|it| it.to_string()), Some(ruling));
        let log = desk.items("/v1/staff/audit?limit=1000");
        let noted = log.iter().find(|entry| entry["action"] == "ruling.make").unwrap();
        assert!(noted["detail"].as_str().unwrap().contains("34213"), "{noted}");
        (desk.agency, desk.secret.clone(), assignment)
    };
    let dearer = TARIFF.replace("cents_per_hour = 7000", "cents_per_hour = 9000").replace("version = 1", "version = 2");
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(toml::from_str(&dearer).unwrap()));
    let desk = Desk { world: &world, agency, secret };
    assert_eq!(bill(&desk, &assignment).0.total.map(|it| it.0), Some(34_213));
    let before = bill(&desk, &assignment).0.ruling.unwrap().to_string();
    rule(&desk, &assignment, &ruling(-8, 60, Some(&before)));
    let (row, outcome) = bill(&desk, &assignment);
    assert_eq!((row.number, outcome.billed().unwrap().lines[0].amount.0), (2, 9_000));
    assert_eq!(outcome.billed().unwrap().lines[0].tariff, "Test details v2");
}

fn what_a_detail_is_billed_once_is_on_one_bill_and_passes_on(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let detail = desk.detail(&site, -8, 2);
    let held = ["Officer 1", "Officer 2"].map(|name| desk.order(&detail, &desk.officer(name)));
    let first = rule(&desk, &held[0], &ruling(-8, 60, None));
    rule(&desk, &held[1], &ruling(-8, 60, None));
    let once = |assignment: &str| {
        let (row, outcome) = bill(&desk, assignment);
        let has = outcome.billed().is_some_and(|it| it.lines.iter().any(|line| line.rules == ["first"]));
        assert_eq!(has, row.bears);
        has
    };
    assert_eq!((once(&held[0]), once(&held[1])), (true, false));
    let again = rule(&desk, &held[0], &ruling(-8, 120, Some(&first)));
    assert_eq!((once(&held[0]), once(&held[1])), (true, false), "it goes on bearing it");
    rule(&desk, &held[0], &ruling(-8, 0, Some(&again)));
    assert_eq!((once(&held[0]), once(&held[1])), (false, true), "who bore it owes nothing");
    let (row, outcome) = bill(&desk, &held[1]);
    assert_eq!(row.number, 2);
    let log = desk.items("/v1/staff/audit?limit=1000");
    let noted: Vec<_> = log.iter().filter(|entry| entry["action"] == "bill.pass_on").collect();
    assert_eq!((noted.len(), &noted[0]["subject"]), (1, &json!(row.ruling)));
    let said: serde_json::Value = serde_json::from_str(noted[0]["detail"].as_str().unwrap()).unwrap();
    assert_eq!(said["after"], json!(outcome));
}

/// A detail of two officers, ruled on, whose first bears what is billed once. Gives their assignments and the first's ruling.
fn two(desk: &Desk<'_>, site: &str) -> ([String; 2], String) {
    let detail = desk.detail(site, -8, 2);
    let held = ["Officer 1", "Officer 2"].map(|name| desk.order(&detail, &desk.officer(name)));
    let first = rule(desk, &held[0], &ruling(-8, 60, None));
    rule(desk, &held[1], &ruling(-8, 60, None));
    (held, first)
}

fn passing_that_on_prices_nobody_elses_work_anew_and_goes_to_nobody_else(home: &Home) {
    let mut world = world(home);
    let (agency, secret, gas, site, held, first) = {
        let desk = world.agency(1);
        let (gas, site) = customer(&desk, "Gas company");
        let (held, first) = two(&desk, &site);
        (desk.agency, desk.secret.clone(), gas, site, held, first)
    };
    let dearer = TARIFF.replace("cents_per_hour = 7000", "cents_per_hour = 9000").replace("version = 1", "version = 2");
    let before = {
        let desk = Desk { world: &world, agency, secret: secret.clone() };
        bill(&desk, &held[1])
    };
    // Neither another tariff nor none at all touches what the other is billed.
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(toml::from_str(&dearer).unwrap()));
    let second = {
        let desk = Desk { world: &world, agency, secret: secret.clone() };
        let second = rule(&desk, &held[0], &ruling(-8, 0, Some(&first)));
        assert_eq!(bill(&desk, &held[1]), before);
        rule(&desk, &held[0], &ruling(-8, 60, Some(&second)))
    };
    world.app.settings.tariffs = Tariffs::default();
    let third = {
        let desk = Desk { world: &world, agency, secret: secret.clone() };
        let third = rule(&desk, &held[0], &ruling(-8, 0, Some(&second)));
        assert_eq!(bill(&desk, &held[1]), before);
        third
    };
    // By its own tariff it is passed on, and to the customer who was billed, whoever has the site now.
    world.app.settings.tariffs = super::office::tariffs();
    let desk = Desk { world: &world, agency, secret };
    let (water, _) = customer(&desk, "Water company");
    moves(&desk, &site, &water);
    rule(&desk, &held[0], &ruling(-8, 0, Some(&third)));
    let (row, _) = bill(&desk, &held[1]);
    assert_eq!((row.number, row.bears, row.customer.to_string()), (2, true, gas));
}

fn work_is_billed_to_who_hired_whoever_has_the_site_by_now(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    let (water, _) = customer(&desk, "Water company");
    let requested = desk.make("/v1/staff/requests", &json!({ "record": paving(&site) }));
    let detail = desk.detail(&site, -8, 1);
    let held = desk.order(&detail, &desk.officer("Officer 1"));
    moves(&desk, &site, &water);
    let hires = |detail: &str| {
        let record = desk.get(&format!("/v1/staff/details/{detail}"))["record"].clone();
        (record["customer"].as_str().unwrap().to_owned(), record["customer_name"].as_str().unwrap().to_owned())
    };
    let first = rule(&desk, &held, &ruling(-8, 60, None));
    assert_eq!(bill(&desk, &held).0.customer.to_string(), gas);
    rule(&desk, &held, &ruling(-8, 120, Some(&first)));
    assert_eq!(bill(&desk, &held).0.customer.to_string(), gas);
    // A change of something else leaves who hires, by the name that they have now.
    let named = json!({ "version": 1, "record": { "name": "Gas and light" } });
    desk.run("PUT", &format!("/v1/staff/customers/{gas}"), &named);
    let mut draft = crate::staff::world::detail(&site, -8, 1);
    draft["positions"] = desk.get(&format!("/v1/staff/details/{detail}"))["record"]["positions"].clone();
    draft["positions"][0].as_object_mut().unwrap().remove("filled");
    let version = desk.version(&format!("/v1/staff/details/{detail}"));
    desk.run("PUT", &format!("/v1/staff/details/{detail}"), &json!({ "version": version, "record": draft }));
    assert_eq!(hires(&detail), (gas.clone(), "Gas and light".to_owned()));
    // What is posted from now on is of who has the site, but what was asked for before is of who asked.
    assert_eq!(hires(&desk.detail(&site, 60, 1)).0, water);
    let estimated = desk.run("POST", &format!("/v1/staff/requests/{requested}/estimate"), &json!({ "rank": "PO" }));
    let total = &estimated["record"]["estimate"]["total"];
    let accepted = json!({ "total": total, "accepted_by": "The owner" });
    desk.run("POST", &format!("/v1/staff/requests/{requested}/accept"), &accepted);
    let posted = desk.run("POST", &format!("/v1/staff/requests/{requested}/post"), &json!({}));
    assert_eq!(hires(posted["record"]["details"][0].as_str().unwrap()).0, gas);
}

fn who_hires_is_kept_in_the_record_of_a_detail_and_of_older_ones_in_its_table(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    let (water, _) = customer(&desk, "Water company");
    let (agency, id) = (desk.agency, desk.detail(&site, -8, 1));
    let held = desk.order(&id, &desk.officer("Officer 1"));
    let id: DetailId = id.parse().unwrap();
    // As it was written before records said who hires; its table was filled when that column came.
    let older = world.write(agency, move |sql, by| {
        let detail = filing::get::<Detail>(sql, agency, id)?.record;
        Ok(filing::put(sql, by, id, &Detail { customer: None, ..detail })?)
    });
    older.unwrap();
    moves(&desk, &site, &water);
    rule(&desk, &held, &ruling(-8, 60, None));
    assert_eq!(bill(&desk, &held).0.customer.to_string(), gas);
}

/// A site goes to another customer.
pub(super) fn moves(desk: &Desk<'_>, site: &str, customer: &str) {
    let path = format!("/v1/staff/sites/{site}");
    let mut record = desk.get(&path);
    record["record"]["customer"] = customer.into();
    record["record"].as_object_mut().unwrap().remove("id");
    desk.run("PUT", &path, &json!({ "version": record["version"], "record": record["record"] }));
}

fn work_that_had_no_price_is_priced_by_a_later_tariff_when_somebody_says_so(home: &Home) {
    let mut world = world(home);
    let (agency, secret, assignment) = {
        let desk = world.agency(1);
        let (_, site) = customer(&desk, "Gas company");
        let (assignment, _) = worked(&desk, &site, &desk.officer("Officer 1"), -40, 13 * 60);
        (desk.agency, desk.secret.clone(), assignment)
    };
    let priced = |world: &World, last| bill_old(world, agency, (day(5, 1), last)).map(|seen| (seen.bills, seen.prices));
    assert!(priced(&world, day(5, 14)).is_err(), "no tariff has a price for it yet");
    let longer = TARIFF.replace("up_to = \"12:00\"", "up_to = \"16:00\"").replace("version = 1", "version = 2");
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(toml::from_str(&longer).unwrap()));
    assert!(priced(&world, day(5, 10)).is_err(), "it is of a later day");
    assert_eq!(priced(&world, day(5, 14)).unwrap(), (0, 1));
    assert!(priced(&world, day(5, 14)).is_err(), "it has a price");
    let desk = Desk { world: &world, agency, secret };
    let (row, outcome) = bill(&desk, &assignment);
    assert_eq!((row.number, outcome.billed().unwrap().lines[0].amount.0), (2, 13 * 7_000));
    assert!(row.bears, "and bears what its detail is billed once");
    let log = desk.items("/v1/staff/audit?limit=1000");
    let noted: Vec<_> = log.iter().filter(|entry| entry["action"] == "bill.price").collect();
    assert_eq!((noted.len(), &noted[0]["subject"]), (1, &json!(row.ruling)));
    let said: serde_json::Value = serde_json::from_str(noted[0]["detail"].as_str().unwrap()).unwrap();
    assert_eq!(said["after"], json!(outcome));
    assert!(said["before"]["unrated"].as_str().is_some_and(|why| why.contains("no band")), "{said}");
}

fn work_without_a_price_is_unrated_and_nothing_worked_owes_nothing(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let (assignment, first) = worked(&desk, &site, &desk.officer("Officer 1"), -40, 13 * 60);
    let (row, outcome) = bill(&desk, &assignment);
    let why = "Test details v1 has no band of job type \"C\" for 13:00 worked";
    assert_eq!((row.total, &outcome), (None, &Outcome::Unrated(why.to_owned())));
    rule(&desk, &assignment, &ruling(-40, 0, Some(&first)));
    assert_eq!(bill(&desk, &assignment).1, Outcome::Nothing);
}

fn a_customer_who_cancels_is_billed_what_was_quoted(home: &Home) {
    let mut world = world(home);
    let terms = "[cancellation]\nminimum = \"4:00\"\nadmin_basis_points = 0\nrounding = \"half_up\"
        [[cancellation.tier]]\nid = \"late\"\nunder = \"24:00\"\nowes = { time = \"2:00\" }";
    let tariff = toml::from_str(&format!("{TARIFF}\n{terms}")).unwrap();
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(tariff));
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let detail = desk.detail(&site, 10, 1);
    let quote = desk.get(&format!("/v1/staff/details/{detail}/cancellation_quote?rank=PO"));
    assert_eq!(quote["total"], 14_000, "two hours at what the customer pays: {quote}");
    let version = desk.version(&format!("/v1/staff/details/{detail}"));
    let body =
        json!({ "version": version, "quoted": 14_000, "rank": "PO", "cancelled_by": "The owner", "reason": "Rain." });
    desk.run("POST", &format!("/v1/staff/details/{detail}/customer_cancels"), &body);
    let (row, outcome) = bill(&desk, &detail);
    assert_eq!((row.total.map(|it| it.0), row.ruling), (Some(14_000), None));
    assert_eq!(outcome.billed().unwrap().lines[0].rules, ["late"]);
    assert_eq!(row.made_at.as_millis(), NOON);
    assert!(row.worked_on >= NOON / (24 * HOUR));
}

/// Two officers for four hours, as a customer asks for them.
fn paving(site: &str) -> serde_json::Value {
    let seats = json!([{ "name": "Traffic 1", "supervisor": false }, { "name": "Traffic 2", "supervisor": false }]);
    json!({ "site": site, "title": "Paving", "job_type": "C", "starts": NOON + 10 * HOUR, "ends": NOON + 14 * HOUR,
        "zone": "America/New_York", "seats": seats, "asked_by": "The foreman" })
}

fn an_estimate_is_what_the_work_is_billed_when_it_is_worked_so(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let request = desk.make("/v1/staff/requests", &json!({ "record": paving(&site) }));
    let estimated = desk.run("POST", &format!("/v1/staff/requests/{request}/estimate"), &json!({ "rank": "PO" }));
    let estimate = &estimated["record"]["estimate"];
    let told: Vec<_> =
        estimate["lines"].as_array().unwrap().iter().map(|it| (it["seat"].as_str().unwrap(), &it["amount"])).collect();
    let expected = [("Traffic 1", 28_000), ("Traffic 2", 28_000), ("admin", 5_600), ("first", 1_400), ("sales", 3_938)];
    assert_eq!(told.len(), expected.len(), "{estimate}");
    for (line, (seat, cents)) in told.iter().zip(expected) {
        assert_eq!(*line, (seat, &json!(cents)));
    }
    let detail = desk.detail(&site, -8, 2);
    let total: i64 = ["Officer 1", "Officer 2"]
        .map(|name| {
            let held = desk.order(&detail, &desk.officer(name));
            rule(&desk, &held, &ruling(-8, 240, None));
            bill(&desk, &held).0.total.unwrap().0
        })
        .iter()
        .sum();
    assert_eq!(estimate["total"], json!(total));
}

fn an_estimate_of_many_shifts_takes_each_by_the_tariff_of_its_day(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    for (version, cents, from) in [(1, 8_000, "2019-05-17"), (2, 9_000, "2019-05-18")] {
        let text = TARIFF.replace("Test details", "Own").replace("version = 1", &format!("version = {version}"));
        let text =
            text.replace("cents_per_hour = 7000", &format!("cents_per_hour = {cents}")).replace("2019-01-01", from);
        world.write(desk.agency, move |sql, by| tariffs::add(sql, by, &text, "The council agreed.")).unwrap();
    }
    let seats = json!([{ "name": "Traffic 1", "supervisor": false }]);
    let asked = json!({ "site": site, "title": "Paving", "job_type": "C", "starts": NOON + 10 * HOUR, "ends": NOON + 14 * HOUR,
        "zone": "America/New_York", "recurrence": "FREQ=DAILY;COUNT=4", "seats": seats, "asked_by": "The foreman" });
    let request = desk.make("/v1/staff/requests", &json!({ "record": asked }));
    let estimated = desk.run("POST", &format!("/v1/staff/requests/{request}/estimate"), &json!({ "rank": "PO" }));
    let estimate = &estimated["record"]["estimate"];
    let time = |it: &&serde_json::Value| it["seat"] == "Traffic 1";
    let amounts: Vec<_> =
        estimate["lines"].as_array().unwrap().iter().filter(time).map(|it| it["amount"].clone()).collect();
    // The 15th and the 16th have the server's, the 17th the first version, the 18th the second.
    assert_eq!(amounts, [28_000, 28_000, 32_000, 36_000].map(|cents| json!(cents)), "{estimate}");
    assert_eq!(estimate["tariff"], "Test details v1, Own v1, Own v2");
}
