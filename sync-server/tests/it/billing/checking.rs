//! Invoices and books that were altered behind the program's back are noticed.

use detailbook_server::billing::check::check;
use detailbook_server::billing::document;
use detailbook_server::store::params;

use super::office::{customer, cycle, day, issued, rule, ruling, run, worked, world};
use crate::staff::world::{Desk, HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    whatever_is_altered_shows,
    a_digest_that_was_made_anew_shows,
    nothing_is_wrong_after_credits_and_corrections,
);

fn whatever_is_altered_shows(home: &Home) {
    let world = world(home);
    let one = "WHERE agency = $1 AND number = 1";
    let posting = "WHERE agency = $1 AND posting = 1";
    let statements = [
        (format!("UPDATE invoices SET total = total + 1 {one}"), "Invoice 1 is not what was issued."),
        (format!("UPDATE invoices SET due_on = due_on + 1 {one}"), "Invoice 1 is not what was issued."),
        (format!("UPDATE invoice_lines SET sentence = 'Nothing.' {one}"), "Invoice 1 is not what was issued."),
        (format!("DELETE FROM invoices {one}"), "Before invoice 2 a number is missing."),
        (
            "DELETE FROM invoices WHERE agency = $1 AND number = 2".to_owned(),
            "After invoice 1 numbers up to 2 are missing.",
        ),
        (format!("UPDATE book_entries SET amount = amount + 1 {posting}"), "Posting 1 does not balance."),
        (format!("DELETE FROM book_entries {posting}"), "Posting 1 does not balance."),
        (format!("DELETE FROM book_entries {posting}"), "Invoice 1 is not posted as it was issued."),
        (
            "UPDATE billed SET credited_by = 2 WHERE agency = $1 AND invoice = 1".to_owned(),
            "What is kept of the bills on invoice 2 is not what its lines say.",
        ),
        (
            "UPDATE billed SET credited_by = 3 WHERE agency = $1 AND invoice = 1".to_owned(),
            "Something is credited by invoice 3, which there is not.",
        ),
        (
            "UPDATE billed SET amount = amount + 1 WHERE agency = $1 AND invoice = 1".to_owned(),
            "What is kept of the bills on invoice 1 is not what its lines say.",
        ),
        (format!("UPDATE bills SET total = total + 1 {one}"), "is not what was made."),
        (format!("UPDATE bills SET body = replace(body, 'worked', 'slept') {one}"), "is not what was made."),
    ];
    for (number, (statement, says)) in (1..).zip(statements) {
        let desk = invoiced(&world, number);
        let agency = desk.agency;
        let changed = statement.clone();
        world.app.store.write(move |sql| sql.execute(&changed, &params![agency])).unwrap();
        let found = check(&world.app.store, agency).unwrap();
        assert!(found.faults.iter().any(|fault| fault.ends_with(says)), "{statement}: {says}: {:?}", found.faults);
    }
}

/// An agency with two invoices, with which all is well.
fn invoiced(world: &World, number: u8) -> Desk<'_> {
    let desk = world.agency(number);
    let officer = desk.officer("Officer 1");
    for (at, name) in (0..).zip(["Gas company", "Water company"]) {
        let (id, site) = customer(&desk, name);
        cycle(&desk, &id, "detail");
        worked(&desk, &site, &officer, -30 - 6 * at, 60);
    }
    run(&desk, day(5, 14));
    let found = check(&world.app.store, desk.agency).unwrap();
    assert_eq!((found.invoices, found.faults), (2, vec![]));
    desk
}

/// What is changed with its digest, so that the row by itself fits, is not what was noted when it was issued.
fn a_digest_that_was_made_anew_shows(home: &Home) {
    let world = world(home);
    let desk = invoiced(&world, 1);
    let agency = desk.agency;
    let (mut row, lines) = issued(&world, agency).remove(0);
    row.due_on += 300;
    let digest = document::digest(agency, &row, &lines);
    let text = "UPDATE invoices SET due_on = $2, digest = $3 WHERE agency = $1 AND number = 1";
    world.app.store.write(move |sql| sql.execute(text, &params![agency, row.due_on, digest])).unwrap();
    let found = check(&world.app.store, agency).unwrap();
    assert_eq!(found.faults, ["Invoice 1 is not what was issued."]);
}

/// Credits, new bills and bills that were passed on are all as they were noted.
fn nothing_is_wrong_after_credits_and_corrections(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (_, site) = customer(&desk, "Gas company");
    let detail = desk.detail(&site, -8, 2);
    let held = ["Officer 1", "Officer 2"].map(|name| desk.order(&detail, &desk.officer(name)));
    let first = rule(&desk, &held[0], &ruling(-8, 60, None));
    rule(&desk, &held[1], &ruling(-8, 60, None));
    world.wait(20 * 24 * HOUR);
    run(&desk, day(5, 31));
    rule(&desk, &held[0], &ruling(-8, 0, Some(&first)));
    run(&desk, day(5, 31));
    let found = check(&world.app.store, desk.agency).unwrap();
    assert_eq!((found.invoices, found.faults), (3, vec![]));
}
