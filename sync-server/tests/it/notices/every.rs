//! Every event of the matrix happens, but for those of payments, which no part of the product takes or makes yet.

use std::collections::BTreeSet;

use detailbook_core::ids::{AssignmentId, TradeId};
use detailbook_core::notices::EventKind;
use detailbook_core::records::RecordKind;
use detailbook_core::shift::FactKind;
use detailbook_core::staffing::Trade;
use detailbook_core::wire::{SyncRequest, Wish};
use detailbook_server::jobs::run_due;
use serde_json::{Value, json};

use crate::billing::office;
use crate::relief::crew::{Crew, records};
use crate::rules::scene::{BARRED, RULES, import, set_rules};
use crate::staff::postings::draft;
use crate::staff::world::{HOUR, NOON, World, detail};
use crate::store::home::Home;

const MINUTE: i64 = 60_000;

/// Events of payments, and of what follows where none come.
const OF_PAYMENTS: [EventKind; 3] = [EventKind::HoldPlaced, EventKind::CustomerPaid, EventKind::OfficerPaid];

/// What people and phones do, and the server as time passes; nobody is told anything but by that.
const STORIES: [fn(&World); 7] = [
    an_award_and_its_evening,
    a_no_show,
    call_offs,
    a_trade_and_a_release,
    a_change_and_a_cancelling,
    papers,
    rules_and_statuses,
];

#[test]
fn every_event_but_those_of_payments_is_told_by_something_that_happens() {
    let mut told = invoices();
    for story in STORIES {
        let home = Home::sqlite();
        let world = World::on(&home);
        story(&world);
        told.extend(events(&world));
    }
    let expected =
        EventKind::KNOWN.iter().filter(|kind| !OF_PAYMENTS.contains(kind)).map(|kind| kind.name().to_owned());
    let missing: Vec<_> = expected.filter(|kind| !told.contains(kind)).collect();
    assert!(missing.is_empty(), "told by nothing: {missing:?}");
    assert!(OF_PAYMENTS.iter().all(|kind| !told.contains(kind.name())), "what happens by now is no exception any more");
}

/// What is told where work is billed.
fn invoices() -> BTreeSet<String> {
    let home = Home::sqlite();
    let world = office::world(&home);
    let desk = world.agency(1);
    let (_, site) = office::customer(&desk, "Gas company");
    office::worked(&desk, &site, &desk.officer("Officer 1"), -8, 60);
    pass(&world, 20 * 24 * HOUR);
    office::run(&desk, office::day(5, 31));
    pass(&world, 28 * 24 * HOUR);
    events(&world)
}

fn events(world: &World) -> BTreeSet<String> {
    let rows = world.app.store.read::<_, detailbook_server::store::StoreError>(|sql| {
        let rows = sql.query("SELECT DISTINCT event FROM outbox", &detailbook_server::store::params![])?;
        rows.iter().map(|row| row.int(0)).collect::<Result<Vec<_>, _>>()
    });
    let name = |code: i64| EventKind::from_code(u16::try_from(code).unwrap()).name().to_owned();
    rows.unwrap().into_iter().map(name).collect()
}

fn pass(world: &World, millis: i64) {
    world.wait(millis);
    run_due(&world.app, world.app.now()).unwrap();
}

/// Changes fields of the crew's detail.
fn edit(crew: &Crew<'_>, begins: i64, orders: &str) {
    let path = format!("/v1/staff/details/{}", crew.detail);
    let stored = crew.desk.get(&path);
    let mut record = detail(&crew.site, begins, 1);
    record["positions"][0]["id"] = stored["record"]["positions"][0]["id"].clone();
    record["post_orders"] = json!(orders);
    crew.desk.run("PUT", &path, &json!({ "version": stored["version"], "record": record }));
}

fn say(crew: &Crew<'_>, held: AssignmentId, kind: FactKind) {
    crew.phones[0].say(held.into(), kind, crew.desk.world.app.now(), None);
}

fn an_award_and_its_evening(world: &World) {
    let crew = Crew::idle(world, 2, 48);
    let mut posting = draft("seniority", &["seniority"], 1);
    posting["acknowledge_within"] = json!(HOUR);
    let body = json!({ "record": detail(&crew.site, 48, 1), "posting": posting });
    let crew = Crew { detail: crew.desk.make("/v1/staff/details", &body), ..crew };
    for number in [0, 1] {
        crew.accepted(number, &Wish::Apply { detail: crew.detail_id(), position: None, read: None });
    }
    for millis in [HOUR, HOUR, 22 * HOUR, 22 * HOUR, 110 * MINUTE] {
        pass(world, millis);
    }
    let (_, held) = crew.holder();
    say(&crew, held, FactKind::EnRoute);
    for millis in [10 * MINUTE, 5 * MINUTE] {
        pass(world, millis);
    }
    // The phone cannot say how its clock stands to the server's.
    say(&crew, held, FactKind::In);
    crew.phones[0].report(crew.detail_id().into(), "A van hit the barrier.");
    crew.phones[1].say_in_anothers(held.into());
    for _ in 0..18 {
        pass(world, HOUR);
    }
    let accepted = json!([{ "start": NOON + 48 * HOUR, "end": NOON + 52 * HOUR }]);
    let ruling = json!({ "accepted": accepted, "reason": "As scheduled.", "ruled_by": "Coordinator" });
    crew.desk.make(&format!("/v1/staff/assignments/{held}/rulings"), &ruling);
}

fn a_no_show(world: &World) {
    let crew = Crew::awarded(world, 2, 4);
    pass(world, 3 * HOUR);
    pass(world, 16 * MINUTE);
    crew.phones[0].sync(SyncRequest::default());
    pass(world, 5 * MINUTE);
}

fn call_offs(world: &World) {
    let crew = Crew::awarded(world, 2, 100);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    crew.work();
    let taken = crew.come(1, gone);
    assert!(taken.starts_with("You have this detail now"), "{taken}");
    let (_, gone) = crew.holder();
    // Close to the start, and nobody else comes.
    pass(world, 97 * HOUR);
    crew.call_off(1, gone);
    let grant = format!("/v1/staff/assignments/{gone}/call_off/grant");
    crew.desk.run("POST", &grant, &json!({ "reason": "Then go." }));
    for _ in 0..8 {
        pass(world, HOUR);
    }
}

fn a_trade_and_a_release(world: &World) {
    let crew = Crew::awarded(world, 2, 100);
    let (from, assignment) = crew.holder();
    crew.accepted(from, &Wish::OfferTrade { assignment, to: crew.officers[1].parse().unwrap() });
    let trades = records::<Trade>(&crew.phones[1], RecordKind::Trade);
    let trade = TradeId::from_bytes(*trades.keys().next().unwrap().as_bytes());
    crew.accepted(1, &Wish::AnswerTrade { trade, takes: true });
    crew.desk.run("POST", &format!("/v1/staff/trades/{trade}/agree"), &json!(null));
    let (_, held) = crew.holder();
    crew.desk.run("POST", &format!("/v1/staff/assignments/{held}/release"), &json!({ "reason": "Needed on duty." }));
}

fn a_change_and_a_cancelling(world: &World) {
    let crew = Crew::awarded(world, 1, 48);
    edit(&crew, 48, "Stand at the other gate.");
    edit(&crew, 50, "Stand at the other gate.");
    let path = format!("/v1/staff/details/{}", crew.detail);
    crew.desk.run(
        "POST",
        &format!("{path}/cancel"),
        &json!({ "version": crew.desk.version(&path), "reason": "Rain." }),
    );
    let body = json!({ "record": detail(&crew.site, 48, 1), "posting": draft("seniority", &["seniority"], 10) });
    crew.desk.make("/v1/staff/details", &body);
    pass(world, 8 * HOUR);
}

fn numbered(crew: &Crew<'_>) -> String {
    let path = format!("/v1/staff/officers/{}", crew.officers[0]);
    let record = json!({ "name": "Officer 1", "rank": "PO", "employee_number": "17" });
    crew.desk.run("PUT", &path, &json!({ "version": crew.desk.version(&path), "record": record }));
    crew.officers[0].clone()
}

fn papers(world: &World) {
    let crew = Crew::idle(world, 1, 48);
    numbered(&crew);
    let file = "employee_number,kind,from,until\n17,first_aid,2018-01-01,2019-05-25\n";
    import(&crew.desk, "documents", file, &json!({}));
    let customer: Value = crew.desk.get(&format!("/v1/staff/sites/{}", crew.site))["record"]["customer"].clone();
    let insured = json!({ "kind": "insurance", "number": "P 1", "from": "2018-06-01", "until": "2019-05-25" });
    crew.desk.run("POST", &format!("/v1/staff/customers/{}/documents", customer.as_str().unwrap()), &insured);
    pass(world, 24 * HOUR);
}

fn rules_and_statuses(world: &World) {
    let crew = Crew::awarded(world, 2, 30);
    numbered(&crew);
    set_rules(&crew.desk, &format!("{RULES}{BARRED}"));
    let duty = "employee_number,starts,ends\n17,2019-05-16 12:00,2019-05-16 20:00\n";
    import(&crew.desk, "stints", duty, &json!({ "read_at": world.app.now() }));
    pass(world, MINUTE);
    import(&crew.desk, "statuses", "employee_number,code,from\n17,suspended,2019-05-15 10:00\n", &json!({}));
}
