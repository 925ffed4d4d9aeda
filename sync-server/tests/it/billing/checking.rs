//! Invoices and books that were altered behind the program's back are noticed.

use detailbook_server::billing::check::check;
use detailbook_server::store::params;

use super::office::{customer, cycle, day, run, worked, world};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(whatever_is_altered_shows);

fn whatever_is_altered_shows(home: &Home) {
    let world = world(home);
    let statements = [
        ("UPDATE invoices SET total = total + 1", "Invoice 1 is not what was issued."),
        ("UPDATE invoices SET due_on = due_on + 1", "Invoice 1 is not what was issued."),
        ("UPDATE invoice_lines SET sentence = 'Nothing.'", "Invoice 1 is not what was issued."),
        ("DELETE FROM invoices", "Before invoice 2 a number is missing."),
        ("UPDATE book_entries SET amount = amount + 1", "Posting 1 does not balance."),
        ("DELETE FROM book_entries", "Posting 1 does not balance."),
    ];
    for (number, (statement, says)) in (1..).zip(statements) {
        let desk = world.agency(number);
        let officer = desk.officer("Officer 1");
        for (at, name) in (0..).zip(["Gas company", "Water company"]) {
            let (id, site) = customer(&desk, name);
            cycle(&desk, &id, "detail");
            worked(&desk, &site, &officer, -30 - 6 * at, 60);
        }
        run(&desk, day(5, 14));
        let agency = desk.agency;
        let found = check(&world.app.store, agency).unwrap();
        assert_eq!((found.invoices, found.faults), (2, vec![]), "{statement}");
        let column = if statement.contains("book") { "posting" } else { "number" };
        let statement = format!("{statement} WHERE agency = $1 AND {column} = 1");
        world.app.store.write(move |sql| sql.execute(&statement, &params![agency])).unwrap();
        let found = check(&world.app.store, agency).unwrap();
        assert!(found.faults.iter().any(|fault| fault == says), "{says}: {:?}", found.faults);
    }
}
