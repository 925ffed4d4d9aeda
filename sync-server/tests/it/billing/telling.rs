//! What customers and finance are told of invoices: that one was issued, and that it is due.

use detailbook_core::ids::CustomerId;
use detailbook_core::time::UnixMillis;
use detailbook_server::billing::terms::{self, Letterhead};
use detailbook_server::billing::{due, runs};
use detailbook_server::jobs::run_due;
use detailbook_server::store::params;
use serde_json::{Value, json};

use super::office::{customer, day, rule, ruling, run, told, work, worked, world};
use crate::staff::world::{Desk, HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    an_invoice_is_told_to_its_customer_and_to_finance_once,
    a_credit_memo_and_what_is_billed_anew_are_told_as_what_they_are,
    no_customer_is_told_the_number_of_anothers_invoice,
    a_customer_without_an_address_holds_up_nothing_and_finance_hears_of_it,
    two_nodes_tell_of_each_invoice_once,
    an_invoice_is_reminded_of_before_it_is_due_and_after,
    what_is_left_is_reminded_of_and_what_was_credited_whole_is_not,
    the_day_on_which_an_invoice_is_due_stands_whatever_the_terms_become,
    a_reminder_whose_day_lies_behind_is_not_made_up_for,
    a_server_that_stood_still_reminds_once_of_what_came_due_meanwhile,
    a_server_that_was_started_anew_reminds_as_before,
    invoices_from_before_are_reminded_of_when_their_next_day_comes,
    a_reminder_waits_for_the_end_of_the_customers_quiet_hours,
    another_agency_hears_nothing,
);

const DAYS: i64 = 24 * HOUR;
/// How a customer and finance have their part in what they are told.
const CUSTOMER: &str = "customer";
const FINANCE: &str = "staff";

/// Enters how a customer is reached.
fn reach(desk: &Desk<'_>, customer: &str, contact: &Value) {
    let path = format!("/v1/staff/customers/{customer}/contact");
    desk.run("PUT", &path, &json!({ "version": 0, "record": contact }));
}

fn finance(desk: &Desk<'_>) {
    desk.make("/v1/staff/contacts", &json!({ "record": { "roles": ["finance"], "email": "money@example.org" } }));
}

/// A customer with an address who was invoiced for so many minutes on 4 June, due on 4 July. Gives their id, the assignment and its ruling.
fn invoiced(desk: &Desk<'_>, minutes: i64) -> (String, String, String) {
    let (gas, site) = customer(desk, "Gas company");
    reach(desk, &gas, &json!({ "email": "gas@example.org" }));
    finance(desk);
    let (assignment, ruled) = worked(desk, &site, &desk.officer("Officer 1"), -8, minutes);
    desk.world.wait(20 * DAYS);
    run(desk, day(5, 31));
    (gas, assignment, ruled)
}

/// What was told of an event to that kind of party by that channel.
fn heard(desk: &Desk<'_>, event: &str, (party, channel): (&str, &str)) -> Vec<Value> {
    let all = desk.items("/v1/staff/notices?limit=1000").into_iter();
    all.filter(|row| row["event"] == event && row["party"]["kind"] == party && row["channel"] == channel).collect()
}

fn lines(rows: &[Value]) -> Vec<&str> {
    let mut lines: Vec<_> = rows.iter().map(|row| row["title"].as_str().unwrap()).collect();
    lines.sort_unstable();
    lines
}

fn text<'a>(rows: &'a [Value], title: &str) -> &'a str {
    rows.iter().find(|row| row["title"].as_str().unwrap().starts_with(title)).unwrap()["text"].as_str().unwrap()
}

/// Reminders that finance was told.
fn reminders(desk: &Desk<'_>) -> Vec<Value> {
    heard(desk, "invoice_due", (FINANCE, "in_app"))
}

/// Nine in the morning in New York, so many days after 15 May, and what is due then is done.
fn morning(world: &World, days: i64) {
    world.clock.set(UnixMillis::new(NOON + days * DAYS + HOUR));
    work(world);
}

/// The days after 15 May on which finance is reminded.
fn days_of_reminders(desk: &Desk<'_>, from: i64) -> Vec<i64> {
    let (mut before, mut days) = (reminders(desk).len(), Vec::new());
    for at in from..100 {
        morning(desk.world, at);
        let now = reminders(desk).len();
        days.extend((before..now).map(|_| at));
        before = now;
    }
    days
}

fn net_days(desk: &Desk<'_>, customer: &str, days: &'static str) {
    let customer: CustomerId = customer.parse().unwrap();
    let set = desk.world.write(desk.agency, move |sql, by| {
        let version = terms::of(sql, by.agency, customer)?.version;
        terms::set(sql, by, customer, (version, "monthly", days, ""))
    });
    set.unwrap();
}

fn an_invoice_is_told_to_its_customer_and_to_finance_once(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let letterhead = Letterhead {
        name: "Harbor Falls Police".into(),
        address: "2 Main Street".into(),
        pay_to: "By cheque to the Town".into(),
    };
    let set = move |sql: &mut dyn detailbook_server::store::Sql, by: &detailbook_server::audit::By<'_>| {
        terms::set_letterhead(sql, by, 0, &letterhead, false)
    };
    world.write(desk.agency, set).unwrap();
    invoiced(&desk, 240);
    run(&desk, day(5, 31));
    for channel in ["in_app", "email"] {
        let customers = heard(&desk, "invoice_sent", (CUSTOMER, channel));
        assert_eq!(lines(&customers), ["Invoice 1: 342.13, due July 4, 2019"]);
        let finance = heard(&desk, "invoice_sent", (FINANCE, channel));
        assert_eq!(lines(&finance), ["Invoice 1, Gas company: 342.13, due July 4, 2019"]);
    }
    let rows = heard(&desk, "invoice_sent", (CUSTOMER, "email"));
    assert_eq!(
        text(&rows, "Invoice 1"),
        "Harbor Falls Police has issued invoice 1 to Gas company for Road work in May 2019.\n\n\
         Total: 342.13\nDue: July 4, 2019\n\n\
         How to pay:\nBy cheque to the Town\nPlease name invoice 1 with your payment.\n\n\
         The agency sends you the document itself, with all its lines, as a PDF."
    );
    let rows = heard(&desk, "invoice_sent", (FINANCE, "email"));
    assert_eq!(
        text(&rows, "Invoice 1"),
        "It was issued to Gas company by run 1 for Road work in May 2019. Send them the PDF: it is under Invoices."
    );
}

fn a_credit_memo_and_what_is_billed_anew_are_told_as_what_they_are(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, assignment, first) = invoiced(&desk, 240);
    rule(&desk, &assignment, &ruling(-8, 60, Some(&first)));
    run(&desk, day(5, 31));
    let rows = heard(&desk, "invoice_sent", (CUSTOMER, "email"));
    let expected =
        ["Credit memo 2: 342.13 credited", "Invoice 1: 342.13, due July 4, 2019", "Invoice 3: 96.69, due July 4, 2019"];
    assert_eq!(lines(&rows), expected);
    let memo = text(&rows, "Credit memo 2");
    assert!(memo.contains("It takes back 342.13 of invoice 1, for Road work in May 2019."), "{memo}");
    assert!(memo.contains("Nothing is to be paid on it") && !memo.contains("Due"), "{memo}");
    assert!(!text(&rows, "Invoice 1").contains("anew"));
    let anew = text(&rows, "Invoice 3");
    assert!(anew.contains("It bills work anew that stood on invoice 1 and was credited."), "{anew}");
    let finance = heard(&desk, "invoice_sent", (FINANCE, "email"));
    assert_eq!(lines(&finance)[0], "Credit memo 2, Gas company: 342.13 credited");
}

fn no_customer_is_told_the_number_of_anothers_invoice(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let (assignment, first) = worked(&desk, &site, &desk.officer("Officer 1"), -8, 240);
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    let (water, _) = customer(&desk, "Water company");
    let path = format!("/v1/staff/assignments/{assignment}");
    let path = format!("/v1/staff/details/{}", desk.get(&path)["record"]["detail"].as_str().unwrap());
    let hires = json!({ "version": desk.version(&path), "customer": water, "reason": "It was ordered by them." });
    desk.run("POST", &format!("{path}/customer"), &hires);
    rule(&desk, &assignment, &ruling(-8, 60, Some(&first)));
    run(&desk, day(5, 31));
    run(&desk, day(5, 31));
    let rows = heard(&desk, "invoice_sent", (CUSTOMER, "in_app"));
    assert_eq!(rows.len(), 3, "an invoice and its memo to the one, an invoice to the other");
    let theirs: Vec<_> = rows.into_iter().filter(|row| row["party"]["id"] == water).collect();
    assert_eq!(lines(&theirs), ["Invoice 3: 96.69, due July 4, 2019"]);
    let said = text(&theirs, "Invoice 3");
    assert!(!said.contains("invoice 1") && !said.contains("anew"), "{said}");
}

fn a_customer_without_an_address_holds_up_nothing_and_finance_hears_of_it(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    finance(&desk);
    let (gas, site) = customer(&desk, "Gas company");
    let (_, other) = customer(&desk, "Water company");
    reach(&desk, &gas, &json!({ "email": "gas@example.org" }));
    for (begins, site) in [(-8, &site), (-16, &other)] {
        worked(&desk, site, &desk.officer("Officer 1"), begins, 60);
    }
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    morning(&world, 47);
    assert_eq!(told(&desk).len(), 2);
    let unknown =
        "No e-mail address or telephone number of the customer is known here: this message went to nobody there.";
    for event in ["invoice_sent", "invoice_due"] {
        let mailed = heard(&desk, event, (CUSTOMER, "email"));
        assert_eq!(mailed.iter().map(|row| row["party"]["id"].as_str().unwrap()).collect::<Vec<_>>(), [gas.as_str()]);
        let finance = heard(&desk, event, (FINANCE, "email"));
        assert_eq!(finance.len(), 2);
        for row in finance {
            let (title, text) = (row["title"].as_str().unwrap(), row["text"].as_str().unwrap());
            assert_eq!(text.ends_with(unknown), title.contains("Water company"), "{title}: {text}");
        }
    }
}

/// Two nodes do what is due at the same time.
fn both(nodes: [&World; 2]) {
    std::thread::scope(|scope| {
        for node in nodes {
            scope.spawn(move || {
                for _ in 0..40 {
                    match run_due(&node.app, node.app.now()) {
                        Ok(_) => {}
                        Err(error) => assert!(error.is_transient(), "{error}"),
                    }
                    std::thread::yield_now();
                }
            });
        }
    });
    work(nodes[0]);
}

fn two_nodes_tell_of_each_invoice_once(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    finance(&desk);
    for n in 0..6 {
        let (_, site) = customer(&desk, &format!("Customer {n}"));
        worked(&desk, &site, &desk.officer("Officer 1"), -8 - 5 * n, 60);
    }
    world.wait(20 * DAYS);
    world.write(desk.agency, |sql, by| runs::begin(sql, by, day(5, 31))).unwrap();
    let other = super::office::world(home);
    for (event, days) in [("invoice_sent", 20), ("invoice_due", 47)] {
        for node in [&world, &other] {
            node.clock.set(UnixMillis::new(NOON + days * DAYS + HOUR));
        }
        both([&world, &other]);
        let (customers, finance) =
            (heard(&desk, event, (CUSTOMER, "in_app")), heard(&desk, event, (FINANCE, "in_app")));
        assert_eq!((customers.len(), finance.len()), (6, 6), "{event}");
        assert!((1..=6).all(|n| lines(&customers)[n - 1].starts_with(&format!("Invoice {n}: 96.69"))), "{customers:?}");
    }
}

fn an_invoice_is_reminded_of_before_it_is_due_and_after(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    invoiced(&desk, 240);
    world.clock.set(UnixMillis::new(NOON + 47 * DAYS + HOUR - 1));
    work(&world);
    assert_eq!(reminders(&desk), Vec::<Value>::new(), "not before nine");
    assert_eq!(days_of_reminders(&desk, 47), [47, 51, 80]);
    let mailed = heard(&desk, "invoice_due", (CUSTOMER, "email"));
    let is = "Invoice 1: 342.13 is due July 4, 2019";
    assert_eq!(lines(&mailed), [is], "whether it was paid since is not known here");
    let said = text(&mailed, is);
    assert!(said.contains("Road work in May 2019, is due on July 4, 2019. 342.13 is to be paid."), "{said}");
    assert!(said.ends_with("If you have paid it already, please disregard this message."), "{said}");
    let finance = heard(&desk, "invoice_due", (FINANCE, "email"));
    let said: Vec<_> = finance.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(said.iter().map(|said| said.contains("write to the customer")).collect::<Vec<_>>(), [false, true, true]);
    for (said, when) in said.iter().zip(["is due on July 4, 2019. ", ", a day ago. ", ", 30 days ago. "]) {
        assert!(said.contains(when) && said.contains("Payments are not kept here"), "{said}");
    }
}

fn what_is_left_is_reminded_of_and_what_was_credited_whole_is_not(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    finance(&desk);
    let officer = desk.officer("Officer 1");
    let [(_, site), (_, other), (_, third)] =
        ["Gas company", "Water company", "Power company"].map(|name| customer(&desk, name));
    worked(&desk, &site, &officer, -8, 60);
    let part = (-16, worked(&desk, &site, &officer, -16, 240));
    let whole = (-24, worked(&desk, &other, &officer, -24, 240));
    let later = (-32, worked(&desk, &third, &officer, -32, 60));
    let nothing = |(begins, (assignment, first)): &(i64, (String, String))| {
        rule(&desk, assignment, &ruling(*begins, 0, Some(first)));
    };
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    nothing(&part);
    nothing(&whole);
    run(&desk, day(5, 31));
    let is_of = |row: &Value, name: &str| row["title"].as_str().unwrap().contains(name);
    let of = |name: &str| reminders(&desk).into_iter().filter(|row| is_of(row, name)).collect::<Vec<_>>();
    morning(&world, 47);
    let told = of("Gas company");
    assert!(told.len() == 1 && lines(&told)[0].ends_with(": 96.69 is due July 4, 2019"), "{told:?}");
    let said = text(&told, "Invoice");
    assert!(said.contains("Of 438.82 in all, 96.69 is to be paid; the rest was credited."), "{said}");
    assert_eq!(of("Power company").len(), 1);
    nothing(&later);
    run(&desk, day(5, 31));
    for at in 48..100 {
        morning(&world, at);
    }
    assert_eq!(["Gas", "Water", "Power"].map(|name| of(&format!("{name} company")).len()), [3, 0, 1]);
}

fn the_day_on_which_an_invoice_is_due_stands_whatever_the_terms_become(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, ..) = invoiced(&desk, 60);
    net_days(&desk, &gas, "90");
    assert_eq!(days_of_reminders(&desk, 21), [47, 51, 80]);
}

fn a_reminder_whose_day_lies_behind_is_not_made_up_for(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    finance(&desk);
    let (gas, site) = customer(&desk, "Gas company");
    net_days(&desk, &gas, "2");
    worked(&desk, &site, &desk.officer("Officer 1"), -8, 60);
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    assert_eq!(days_of_reminders(&desk, 20), [23, 52], "three days before it is due, it was not issued");
}

fn a_server_that_stood_still_reminds_once_of_what_came_due_meanwhile(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    invoiced(&desk, 60);
    morning(&world, 60);
    assert_eq!(lines(&reminders(&desk)), ["Invoice 1, Gas company: 96.69 was due July 4, 2019"]);
    assert_eq!(days_of_reminders(&desk, 60), [80]);
}

fn a_server_that_was_started_anew_reminds_as_before(home: &Home) {
    let first = world(home);
    let desk = first.agency(1);
    invoiced(&desk, 60);
    morning(&first, 47);
    first.app.store.clone().close();
    let second = world(home);
    let desk = Desk { world: &second, agency: desk.agency, secret: desk.secret.clone() };
    assert_eq!(days_of_reminders(&desk, 47), [51, 80]);
}

fn invoices_from_before_are_reminded_of_when_their_next_day_comes(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    invoiced(&desk, 240);
    let (_, site) = customer(&desk, "Water company");
    worked(&desk, &site, &desk.officer("Officer 2"), -16, 60);
    // As a server left it that knew nothing of reminders.
    let forgotten = world.write(desk.agency, |sql, by| {
        let text = "DELETE FROM jobs WHERE agency = $1 AND kind IN ($2, $3)";
        Ok(sql.execute(text, &params![by.agency, due::DUE.name, due::OLDER.name])?)
    });
    assert_eq!(forgotten, Ok(3), "the invoice's, and two that looked for older ones");
    morning(&world, 60);
    assert_eq!(reminders(&desk), Vec::<Value>::new());
    run(&desk, day(5, 31));
    assert_eq!(reminders(&desk), Vec::<Value>::new(), "ten days past due, and not reminded of all at once");
    assert_eq!(days_of_reminders(&desk, 60), [80, 87, 91], "thirty days after, and the new one by its own days");
    assert_eq!(lines(&reminders(&desk))[0], "Invoice 1, Gas company: 342.13 was due July 4, 2019");
}

fn a_reminder_waits_for_the_end_of_the_customers_quiet_hours(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (gas, site) = customer(&desk, "Gas company");
    // Until half past ten.
    reach(&desk, &gas, &json!({ "email": "gas@example.org", "quiet": { "from": 480, "to": 630 } }));
    worked(&desk, &site, &desk.officer("Officer 1"), -8, 60);
    world.wait(20 * DAYS);
    run(&desk, day(5, 31));
    morning(&world, 47);
    let rows = heard(&desk, "invoice_due", (CUSTOMER, "email"));
    assert_eq!(
        rows.iter().map(|row| row["due"].as_i64().unwrap()).collect::<Vec<_>>(),
        [NOON + 47 * DAYS + 5 * HOUR / 2]
    );
    assert_eq!(rows[0]["state"], "waiting");
}

fn another_agency_hears_nothing(home: &Home) {
    let world = world(home);
    let (one, other) = (world.agency(1), world.agency(2));
    let (theirs, site) = customer(&other, "Gas company");
    reach(&other, &theirs, &json!({ "email": "other@example.org" }));
    finance(&other);
    worked(&other, &site, &other.officer("Officer 1"), -8, 60);
    invoiced(&one, 60);
    assert_eq!(days_of_reminders(&one, 21), [47, 51, 80]);
    for event in ["invoice_sent", "invoice_due"] {
        for party in [CUSTOMER, FINANCE] {
            assert_eq!(heard(&other, event, (party, "in_app")), Vec::<Value>::new());
            assert!(!heard(&one, event, (party, "in_app")).is_empty());
        }
    }
}
