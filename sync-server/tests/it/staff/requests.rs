//! Customers' requests: estimate, acceptance, posting, standing places, and what cancelling costs.

use std::sync::Arc;

use detailbook_core::ids::AssignmentId;
use detailbook_core::pricing::Tariff;
use detailbook_core::shift::FactKind;
use detailbook_core::time::{UnixMillis, Zone};
use detailbook_server::jobs;
use detailbook_server::prices::Tariffs;
use serde_json::{Value, json};

use super::phone::Phone;
use super::world::{Desk, HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_request_is_estimated_accepted_posted_and_awarded,
    a_recurring_request_becomes_a_detail_for_each_shift_with_places_kept,
    a_place_that_is_kept_needs_no_application_by_any_method,
    a_kept_place_that_was_given_up_is_not_given_back_when_it_is_posted_again,
    an_estimate_that_changed_is_not_accepted_unseen,
    shifts_that_cannot_be_posted_are_named_with_why_and_posted_later,
    shifts_that_cannot_be_posted_are_dropped_and_wait_no_more,
    a_coordinator_sees_where_each_shift_stands_until_it_is_ruled_on,
    a_cancellation_is_quoted_from_what_the_request_agreed_to,
    a_cancellation_counts_from_when_the_agency_had_the_notice,
    a_seat_without_a_price_leaves_the_estimate_without_a_total,
    a_step_that_the_stage_does_not_allow_is_refused_by_name,
    cancelling_costs_what_was_quoted_and_nothing_else,
    a_request_that_cannot_be_is_refused_and_the_field_is_named,
    a_request_is_posted_as_the_rules_allow_or_by_an_override,
);

pub(crate) const TARIFF: &str = r#"
    name = "Town"
    version = 7
    effective_from = "2019-01-01"
    source = "a test"
    seconds = "nearest_minute"
    rounding = "half_up"
    [[rate]]
    rank = "PO"
    cents_per_hour = 6000
    [[job_type]]
    code = "C"
    name = "Road work"
    [[job_type.band]]
    id = "four"
    over = "0:00"
    up_to = "4:00"
    pays = { block = "4:00" }
    [[job_type.band]]
    id = "hours"
    over = "4:00"
    up_to = "24:00"
    pays = { started = "1:00" }
    [cancellation]
    minimum = "4:00"
    vehicle_fee = 2500
    admin_basis_points = 1000
    rounding = "half_up"
    [[cancellation.tier]]
    id = "under-24-h"
    under = "24:00"
    owes = { time = "2:00" }
    with_fees = true
"#;

pub(crate) fn world(home: &Home) -> World {
    let mut world = World::on(home);
    let tariff: Tariff = toml::from_str(TARIFF).unwrap();
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(tariff));
    world
}

pub(crate) fn asked(site: &str, begins: i64) -> Value {
    json!({
        "site": site,
        "title": "Paving",
        "job_type": "C",
        "starts": NOON + begins * HOUR,
        "ends": NOON + (begins + 6) * HOUR,
        "zone": "America/New_York",
        "seats": [{ "name": "Traffic 1", "supervisor": false }, { "name": "Traffic 2", "supervisor": false }],
        "vehicles": 1,
        "asked_by": "The foreman",
    })
}

fn with(mut value: Value, field: &str, to: Value) -> Value {
    value[field] = to;
    value
}

fn ask(desk: &Desk<'_>, record: &Value) -> String {
    desk.make("/v1/staff/requests", &json!({ "record": record }))
}

fn path(request: &str, step: &str) -> String {
    format!("/v1/staff/requests/{request}/{step}")
}

fn estimated(desk: &Desk<'_>, request: &str) -> Value {
    desk.run("POST", &path(request, "estimate"), &json!({ "rank": "PO" }))["record"]["estimate"].clone()
}

fn accept(desk: &Desk<'_>, request: &str) {
    let total = estimated(desk, request)["total"].clone();
    desk.run("POST", &path(request, "accept"), &json!({ "total": total, "accepted_by": "The owner" }));
}

fn plan(method: &Value) -> Value {
    json!({ "posting": { "method": method, "closes_before": 2 * HOUR } })
}

fn post(desk: &Desk<'_>, request: &str, plan: &Value) -> Vec<String> {
    let posted = desk.run("POST", &path(request, "post"), plan);
    let details = posted["record"]["details"].as_array().unwrap();
    details.iter().map(|detail| detail.as_str().unwrap().to_owned()).collect()
}

/// No work for towing companies, which nobody may say is one.
const TOWING: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"
[[rule]]
id = "towing"
title = "No work for towing companies"
severity = { post = "block" }
when = { tags = ["towing"] }
[rule.forbidden]
"#;

fn a_request_is_posted_as_the_rules_allow_or_by_an_override(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    desk.run("POST", "/v1/staff/rule_sets", &json!({ "text": TOWING }));
    let request = ask(&desk, &asked(&desk.site(), 10));
    accept(&desk, &request);
    for with_a_window in [json!({}), plan(&lottery())] {
        let (status, refused) = desk.call("POST", &path(&request, "post"), &with_a_window);
        assert_eq!(status, 409, "nobody has said what the employer is");
        assert!(refused["reason"].as_str().unwrap().starts_with("The rules stand in the way"), "{refused}");
    }
    let overridden = with(plan(&lottery()), "override", json!({ "reason": "It is the gas company." }));
    let details = post(&desk, &request, &overridden);
    let overrides = desk.items(&format!("/v1/staff/details/{}/overrides", details[0]));
    assert_eq!((overrides.len(), &overrides[0]["rule"]), (1, &json!("Town v1, towing")));
}

fn lottery() -> Value {
    json!({ "name": "lottery", "version": 1, "criteria": [{ "by": "draw" }] })
}

fn a_request_is_estimated_accepted_posted_and_awarded(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let phone = Phone::enrol(&desk, &officer);
    let request = ask(&desk, &asked(&site, 10));
    let estimate = estimated(&desk, &request);
    assert_eq!((&estimate["total"], &estimate["tariff"]), (&json!(72_000 + 2_500 + 7_200), &json!("Town v7")));
    let lines: Vec<_> = estimate["lines"].as_array().unwrap().iter().map(|line| line["seat"].clone()).collect();
    assert_eq!(lines, ["Traffic 1", "Traffic 2", "fee-vehicle", "fee-admin"]);
    accept(&desk, &request);
    let details = post(&desk, &request, &plan(&lottery()));
    assert_eq!(details.len(), 1);
    let apply = detailbook_core::wire::Wish::Apply { detail: details[0].parse().unwrap(), position: None, read: None };
    phone.wish(&apply);
    world.wait(8 * HOUR);
    jobs::run_due(&world.app, world.app.now()).unwrap();
    let held = desk.items(&format!("/v1/staff/details/{}/assignments", details[0]));
    assert_eq!(held[0]["record"]["officer"], officer.as_str());
    assert_eq!(desk.get(&format!("/v1/staff/details/{}/posting", details[0]))["stage"], "short", "one place of two");
}

fn a_recurring_request_becomes_a_detail_for_each_shift_with_places_kept(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (keeper, site) = (desk.officer("Officer 1"), desk.site());
    // From the evening before the clocks are set back, over it.
    let zone = Zone::named("America/New_York").unwrap();
    let first = zone.instant("2019-11-01T19:00:00".parse().unwrap()).first();
    let record = with(asked(&site, 0), "starts", json!(first));
    let record = with(record, "ends", json!(first.as_millis() + 4 * HOUR));
    let record = with(record, "recurrence", json!("FREQ=WEEKLY;COUNT=3"));
    let record = with(record, "standing", json!([{ "seat": "Traffic 2", "officer": keeper }]));
    let request = ask(&desk, &record);
    accept(&desk, &request);
    let standing =
        json!({ "name": "standing", "version": 1, "criteria": [{ "by": "seniority" }], "standing_first": true });
    assert_eq!(desk.refusal("POST", &path(&request, "post"), &json!({})), "invalid", "nothing would keep the place");
    let details = post(&desk, &request, &plan(&standing));
    let starts = |id: &String| {
        let at = desk.get(&format!("/v1/staff/details/{id}"))["record"]["starts"].as_i64().unwrap();
        zone.clock_text(UnixMillis::new(at))
    };
    let seen: Vec<_> = details.iter().map(starts).collect();
    assert_eq!(seen, ["2019-11-01 19:00", "2019-11-08 19:00", "2019-11-15 19:00"]);
    world.clock.set(first);
    jobs::run_due(&world.app, world.app.now()).unwrap();
    let held = desk.items(&format!("/v1/staff/details/{}/assignments", details[0]));
    assert_eq!(held.len(), 1, "the other two windows are still open");
    assert_eq!((&held[0]["record"]["officer"], &held[0]["record"]["origin"]), (&json!(keeper), &json!("standing")));
}

fn a_place_that_is_kept_needs_no_application_by_any_method(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (keeper, site) = (desk.officer("Officer 1"), desk.site());
    let record = with(asked(&site, 10), "standing", json!([{ "seat": "Traffic 2", "officer": keeper }]));
    let request = ask(&desk, &record);
    accept(&desk, &request);
    let lottery = json!({ "name": "lottery", "version": 1, "criteria": [{ "by": "draw" }] });
    let details = post(&desk, &request, &plan(&lottery));
    let starts = desk.get(&format!("/v1/staff/details/{}", details[0]))["record"]["starts"].as_i64().unwrap();
    world.clock.set(UnixMillis::new(starts));
    jobs::run_due(&world.app, world.app.now()).unwrap();
    let held = desk.items(&format!("/v1/staff/details/{}/assignments", details[0]));
    let first = &held[0]["record"];
    assert_eq!((&first["officer"], &first["origin"]), (&json!(keeper), &json!("standing")));
}

fn a_kept_place_that_was_given_up_is_not_given_back_when_it_is_posted_again(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (keeper, site) = (desk.officer("Officer 1"), desk.site());
    let record = with(asked(&site, 200), "standing", json!([{ "seat": "Traffic 2", "officer": keeper }]));
    let request = ask(&desk, &record);
    accept(&desk, &request);
    let lottery = json!({ "name": "lottery", "version": 1, "criteria": [{ "by": "draw" }] });
    let detail = post(&desk, &request, &plan(&lottery)).remove(0);
    let posting = format!("/v1/staff/details/{detail}/posting");
    let close = |closes: i64| {
        world.clock.set(UnixMillis::new(closes));
        jobs::run_due(&world.app, world.app.now()).unwrap();
    };
    close(desk.get(&posting)["posting"]["window"]["closes"].as_i64().unwrap());
    let held = || {
        let all = desk.items(&format!("/v1/staff/details/{detail}/assignments"));
        all.into_iter().filter(|it| it["record"]["state"] == "active").collect::<Vec<_>>()
    };
    let place = held().remove(0)["id"].as_str().unwrap().to_owned();
    desk.run("POST", &format!("/v1/staff/assignments/{place}/release"), &json!({ "reason": "Cannot come." }));
    let closes = world.app.now().as_millis() + HOUR;
    desk.run("POST", &posting, &json!({ "method": lottery, "closes": closes }));
    close(closes);
    assert_eq!(held(), Vec::<Value>::new(), "nobody applied");
}

fn shifts_that_cannot_be_posted_are_named_with_why_and_posted_later(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let request = ask(&desk, &with(asked(&desk.site(), 10), "recurrence", json!("FREQ=WEEKLY;COUNT=3")));
    accept(&desk, &request);
    let closing = |hours: i64| json!({ "posting": { "method": lottery(), "closes_before": hours * HOUR } });
    assert_eq!(desk.refusal("POST", &path(&request, "post"), &closing(10_000)), "invalid", "none of them can");
    assert_eq!(desk.get(&format!("/v1/staff/requests/{request}"))["record"]["stage"], "accepted");
    // Windows that close two days before: for the first shift that was yesterday.
    let record = desk.run("POST", &path(&request, "post"), &closing(48))["record"].clone();
    let left = record["unposted"].as_array().unwrap();
    assert_eq!((record["details"].as_array().unwrap().len(), left.len()), (2, 1));
    assert_eq!(left[0]["shift"]["start"], NOON + 10 * HOUR);
    assert!(left[0]["why"].as_str().unwrap().starts_with("closes: "), "{left:?}");
    assert_eq!(desk.items("/v1/staff/details").len(), 2, "nothing of the first is left behind");
    let record = desk.run("POST", &path(&request, "post"), &closing(2))["record"].clone();
    assert_eq!((record["details"].as_array().unwrap().len(), &record["unposted"]), (3, &json!([])));
    assert_eq!(desk.refusal("POST", &path(&request, "post"), &closing(2)), "conflict");
}

fn a_coordinator_sees_where_each_shift_stands_until_it_is_ruled_on(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let officer = desk.officer("Officer 1");
    let phone = Phone::enrol(&desk, &officer);
    let request = ask(&desk, &with(asked(&desk.site(), 10), "recurrence", json!("FREQ=WEEKLY;COUNT=2")));
    let shifts = || desk.items(&format!("/v1/staff/requests/{request}/shifts"));
    let stages = || shifts().iter().map(|it| it["stage"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(stages(), ["requested"; 2]);
    accept(&desk, &request);
    desk.run("POST", &path(&request, "post"), &json!({}));
    assert_eq!(stages(), ["posted"; 2], "every officer may apply: they have no posting");
    let detail = shifts()[0]["detail"].as_str().unwrap().to_owned();
    let places = desk.get(&format!("/v1/staff/details/{detail}"))["record"]["positions"].as_array().unwrap().len();
    let mut held: Vec<String> =
        (1..places).map(|n| desk.order(&detail, &desk.officer(&format!("Officer 1{n}")))).collect();
    let own = desk.order(&detail, &officer);
    held.push(own.clone());
    assert_eq!(stages(), ["staffed", "posted"]);
    let log = own.parse::<AssignmentId>().unwrap().into();
    world.wait(10 * HOUR);
    phone.say_surely(log, FactKind::In, world.app.now(), vec![]);
    let posting = || desk.get(&format!("/v1/staff/details/{detail}/posting"))["stage"].clone();
    assert_eq!((stages()[0].as_str(), posting()), ("under_way", json!("under_way")));
    world.wait(24 * HOUR);
    assert_eq!((stages()[0].as_str(), posting()), ("worked", json!("worked")));
    let nothing = json!({ "accepted": [], "reason": "As punched.", "ruled_by": "Coordinator" });
    for (ruled, id) in held.iter().enumerate() {
        assert_eq!(posting(), "worked", "{ruled} of {}", held.len());
        desk.make(&format!("/v1/staff/assignments/{id}/rulings"), &nothing);
    }
    assert_eq!((stages()[0].as_str(), posting()), ("ruled", json!("ruled")));
}

fn shifts_that_cannot_be_posted_are_dropped_and_wait_no_more(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let request = ask(&desk, &with(asked(&desk.site(), 10), "recurrence", json!("FREQ=WEEKLY;COUNT=3")));
    accept(&desk, &request);
    let drop = |shifts: Value| json!({ "shifts": shifts, "reason": "The customer found somebody else." });
    assert_eq!(desk.refusal("POST", &path(&request, "drop_shifts"), &drop(json!([]))), "conflict", "none waits yet");
    let closing = json!({ "posting": { "method": lottery(), "closes_before": 48 * HOUR } });
    desk.run("POST", &path(&request, "post"), &closing);
    let cancel = json!({ "reason": "No more." });
    assert_eq!(desk.refusal("POST", &path(&request, "cancel"), &cancel), "conflict");
    let other = json!([{ "start": NOON, "end": NOON + HOUR }]);
    assert_eq!(desk.refusal("POST", &path(&request, "drop_shifts"), &drop(other)), "invalid");
    let record = desk.run("POST", &path(&request, "drop_shifts"), &drop(json!([])))["record"].clone();
    assert_eq!((&record["unposted"], record["details"].as_array().unwrap().len()), (&json!([]), 2));
    assert_eq!(record["dropped"][0]["shift"]["start"], NOON + 10 * HOUR);
    assert_eq!(record["dropped"][0]["why"], "The customer found somebody else.");
    assert_eq!(desk.refusal("POST", &path(&request, "post"), &closing), "conflict", "nothing of it waits");
}

fn a_cancellation_is_quoted_from_what_the_request_agreed_to(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let request = ask(&desk, &asked(&desk.site(), 10));
    accept(&desk, &request);
    let detail = post(&desk, &request, &plan(&lottery())).remove(0);
    let quote = desk.get(&format!("/v1/staff/details/{detail}/cancellation_quote"));
    assert_eq!(quote["total"], 2 * 12_000 + 2_500 + 2_400, "with the vehicle, and by the rank of the estimate");
    let none = desk.get(&format!("/v1/staff/details/{detail}/cancellation_quote?vehicles=0&rank=nobody"));
    assert_eq!(none, quote, "whatever the caller says");
}

fn a_cancellation_counts_from_when_the_agency_had_the_notice(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let detail = desk.detail(&desk.site(), 25, 1);
    world.wait(5 * HOUR);
    let at = |hours: i64| NOON + hours * HOUR;
    let quote = |received: i64| {
        let path = format!("/v1/staff/details/{detail}/cancellation_quote?rank=PO&received_at={received}");
        desk.call("GET", &path, &Value::Null)
    };
    assert_eq!((quote(at(1)).1["total"].clone(), quote(at(2)).1["total"].clone()), (json!(0), json!(13_200)));
    assert_eq!((quote(at(6)).0, quote(at(-24 * 31)).0), (422, 422), "neither to come nor long ago");
    let path = format!("/v1/staff/details/{detail}/customer_cancels");
    let body = |notice: Value| json!({ "version": 1, "quoted": 0, "rank": "PO", "notice": notice, "cancelled_by": "The owner", "reason": "Rain." });
    assert_eq!(desk.refusal("POST", &path, &body(Value::Null)), "conflict", "from now on it costs something");
    assert_eq!(desk.refusal("POST", &path, &body(json!({ "received_at": at(1), "reason": " " }))), "invalid");
    desk.run("POST", &path, &body(json!({ "received_at": at(1), "reason": "Stamped on the letter." })));
    let log = desk.items("/v1/staff/audit?limit=1000");
    let kept = log.iter().find(|entry| entry["action"] == "detail.cancelled_by_customer").unwrap();
    assert!(kept["detail"].as_str().unwrap().contains("Stamped on the letter."), "{kept}");
}

fn an_estimate_that_changed_is_not_accepted_unseen(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let site = desk.site();
    let request = ask(&desk, &asked(&site, 10));
    let seen = estimated(&desk, &request)["total"].clone();
    let longer = with(asked(&site, 10), "ends", json!(NOON + 20 * HOUR));
    let version = desk.version(&format!("/v1/staff/requests/{request}"));
    let change = json!({ "version": version, "record": longer });
    let changed = desk.run("PUT", &format!("/v1/staff/requests/{request}"), &change);
    assert_eq!((&changed["record"]["stage"], &changed["record"]["estimate"]), (&json!("requested"), &Value::Null));
    estimated(&desk, &request);
    let body = json!({ "total": seen, "accepted_by": "The owner" });
    let (status, refused) = desk.call("POST", &path(&request, "accept"), &body);
    assert_eq!((status, &refused["reason"]), (409, &json!("The estimate is 1345.00, not 817.00: look at it again.")));
}

fn a_seat_without_a_price_leaves_the_estimate_without_a_total(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let seats =
        json!([{ "name": "Traffic 1", "supervisor": false }, { "name": "Lead", "rank": "LT", "supervisor": true }]);
    let request = ask(&desk, &with(asked(&desk.site(), 10), "seats", seats));
    let estimate = estimated(&desk, &request);
    assert_eq!(estimate["total"], Value::Null);
    let why = estimate["lines"][1]["sentence"].as_str().unwrap().to_owned();
    assert!(why.contains("no rate for rank \"LT\""), "{why}");
    let body = json!({ "total": 36_000, "accepted_by": "The owner" });
    assert_eq!(desk.refusal("POST", &path(&request, "accept"), &body), "conflict");
}

fn a_step_that_the_stage_does_not_allow_is_refused_by_name(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let request = ask(&desk, &asked(&desk.site(), 10));
    let (status, refused) = desk.call("POST", &path(&request, "post"), &json!({}));
    assert_eq!((status, &refused["reason"]), (409, &json!("A detail that was only requested cannot be posted.")));
    desk.run("POST", &path(&request, "decline"), &json!({ "reason": "No officers that night." }));
    let (status, refused) = desk.call("POST", &path(&request, "estimate"), &json!({ "rank": "PO" }));
    assert_eq!((status, &refused["reason"]), (409, &json!("A detail that was declined cannot be estimated.")));
}

fn cancelling_costs_what_was_quoted_and_nothing_else(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (officer, site) = (desk.officer("Officer 1"), desk.site());
    let detail = desk.detail(&site, 25, 2);
    let held = desk.order(&detail, &officer);
    let quote = || desk.get(&format!("/v1/staff/details/{detail}/cancellation_quote?rank=PO&vehicles=1"));
    assert_eq!(quote()["total"], 0, "25 hours before");
    world.wait(HOUR);
    assert_eq!(quote()["total"], 0, "24 hours before");
    let body = |quoted: i64| {
        let version = desk.version(&format!("/v1/staff/details/{detail}"));
        json!({ "version": version, "quoted": quoted, "rank": "PO", "vehicles": 1, "cancelled_by": "The owner",
            "reason": "Rain." })
    };
    world.wait(60_000);
    let path = format!("/v1/staff/details/{detail}/customer_cancels");
    let (status, refused) = desk.call("POST", &path, &body(0));
    assert_eq!(status, 409, "a minute later it costs something");
    assert!(refused["reason"].as_str().unwrap().ends_with("It was quoted at 0.00."), "{refused}");
    let total = quote()["total"].as_i64().unwrap();
    assert_eq!(total, 2 * 12_000 + 2_500 + 2_400);
    let cancelled = desk.run("POST", &path, &body(total));
    assert_eq!(cancelled["record"]["state"], "cancelled");
    assert_eq!(desk.get(&format!("/v1/staff/assignments/{held}"))["record"]["state"], "released");
    assert_eq!(desk.refusal("POST", &path, &body(total)), "conflict", "once");
}

fn a_request_that_cannot_be_is_refused_and_the_field_is_named(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (site, officer) = (desk.site(), desk.officer("Officer 1"));
    let seat = |name: &str| json!({ "name": name, "supervisor": false });
    let kept = |seat: &str| json!({ "seat": seat, "officer": officer });
    let wrong = [
        ("site", json!(officer), "site"),
        ("ends", json!(NOON), "ends"),
        ("title", json!(" "), "title"),
        ("seats", json!([]), "seats"),
        ("seats", json!([seat("A"), seat("A")]), "seats.name"),
        ("recurrence", json!("FREQ=DAILY"), "recurrence"),
        ("recurrence", json!("FREQ=DAILY;COUNT=100000"), "recurrence"),
        ("standing", json!([kept("Nowhere")]), "standing.seat"),
        ("standing", json!([kept("Traffic 1"), kept("Traffic 2")]), "standing"),
        ("asked_by", json!(""), "asked_by"),
    ];
    for (field, value, named) in wrong {
        let body = json!({ "record": with(asked(&site, 10), field, value) });
        let (status, refused) = desk.call("POST", "/v1/staff/requests", &body);
        assert_eq!(status, 422, "{field}: {refused}");
        assert!(refused["reason"].as_str().unwrap().starts_with(&format!("{named}: ")), "{field}: {refused}");
    }
    assert_eq!(desk.items("/v1/staff/requests").len(), 0);
}
