//! Rules that stand in the way of a ruling.

use detailbook_server::access::permissions::StaffRole;
use detailbook_server::store::timesheets::State;

use super::super::staff::inside;
use super::desk::{Office, page, send};
use crate::rules::scene::set_rules;
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(what_the_rules_say_is_shown_and_let_pass_by_who_may);

/// More than three hours on one job are not ruled.
const SHORT: &str = "name = \"Town\"\nversion = 1\neffective_from = \"2019-01-01\"\nzone = \"America/New_York\"
[[rule]]\nid = \"short\"\ntitle = \"short\"\nseverity = { ruling = \"block\" }
[rule.hours]\ncounts = [\"detail\"]\nwindow = \"job\"\nlimit = \"3:00\"\n";

fn what_the_rules_say_is_shown_and_let_pass_by_who_may(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    set_rules(&office.desk, SHORT);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    assert!(shown.text.contains("The rules stand in the way") && !shown.text.contains("name=\"override_reason\""));
    let seen = send(&mut browser, &shown, &id, "approve", &[]);
    assert!(seen.status == 409 && seen.text.contains("Town v1, short"), "{}", seen.text);
    // Nor is it approved among many.
    let list = browser.show("/console/timesheets");
    let tick = list.within("name=\"sheet\" value=\"", "\"").remove(0);
    let action = "/console/timesheets/approve";
    let seen = browser.post(action, &list.seal(action), &[("sheet", &tick)]);
    assert!(seen.text.contains("0 approved, 1 not") && seen.text.contains("Town v1, short"), "{}", seen.text);
    let fields = [
        ("start", "2019-05-14T20:00"),
        ("start_which", ""),
        ("end", "2019-05-15T00:00"),
        ("end_which", ""),
        ("reason", "As punched."),
        ("override_reason", "The next crew came late."),
        ("do", "rule"),
    ];
    let shown = browser.show(&page(&id));
    assert_eq!(send(&mut browser, &shown, &id, "rule", &fields).status, 403, "a coordinator may not let it pass");
    assert_eq!((office.state(&id), office.rulings(&id).len()), (State::Open, 0));
    let mut chief = inside(&world, office.desk.agency, "s@example.org", StaffRole::Supervisor);
    let shown = chief.show(&page(&id));
    assert!(shown.text.contains("name=\"override_reason\""), "{}", shown.text);
    send(&mut chief, &shown, &id, "rule", &fields).leads();
    let noted = office.rulings(&id)[0]["record"]["exceptions"].to_string();
    assert!(noted.contains("1 h too much. (Town v1, short)"), "{noted}");
}
