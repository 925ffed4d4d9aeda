//! Approving all that nothing is odd about.

use detailbook_core::shift::FactKind;
use detailbook_server::store::timesheets::State;

use super::super::browser::Seen;
use super::desk::{Office, log, words};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(only_what_is_clean_and_unchanged_is_approved, what_is_not_ticked_stays_and_nothing_is_no_choice);

const LIST: &str = "/console/timesheets";
const ACTION: &str = "/console/timesheets/approve";

/// What the boxes of a list hold.
fn ticks(seen: &Seen) -> Vec<String> {
    seen.within("name=\"sheet\" value=\"", "\"")
}

fn only_what_is_clean_and_unchanged_is_approved(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (clean, changed, ruled) = (office.worked(-50, 0), office.worked(-40, 0), office.worked(-30, 0));
    let far = office.worked(-20, 200_000);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(LIST);
    let mut ticked = ticks(&shown);
    assert_eq!(ticked.len(), 3, "what has a flag has no box");
    // Since the page was made an officer explained something, and somebody ruled.
    world.wait(60_000);
    office.phone.say(log(&changed), FactKind::Explanation, world.app.now(), Some(words("The gate was locked.")));
    let mut ruling = crate::staff::town::ruling(None);
    let begins = crate::staff::world::NOON - 30 * crate::staff::world::HOUR;
    ruling["accepted"] = serde_json::json!([{ "start": begins, "end": begins + 1 }]);
    office.desk.make(&format!("/v1/staff/assignments/{ruled}/rulings"), &ruling);
    // A box that no page showed: of one with a flag.
    ticked.push(format!("{far}.{}", office.row(&far).basis.unwrap()));
    let fields: Vec<_> = ticked.iter().map(|tick| ("sheet", tick.as_str())).collect();
    let seen = browser.post(ACTION, &shown.seal(ACTION), &fields);
    assert_eq!(seen.status, 200, "{}", seen.text);
    assert!(seen.text.contains("<h1>1 approved, 3 not</h1>"), "{}", seen.text);
    for why in ["Its facts changed since the page was made.", "Coordinator has ruled on it meanwhile.", "Out: Outside"]
    {
        assert!(seen.text.contains(why), "{why}: {}", seen.text);
    }
    let states = [&clean, &changed, &ruled, &far].map(|id| (office.state(id), office.rulings(id).len()));
    assert_eq!(states[0], (State::Ruled, 1));
    assert_eq!((states[1].1, states[2].1, states[3].1), (0, 1, 0));
    assert_eq!(office.rulings(&clean)[0]["record"]["reason"], "Approved as the facts show.");
}

fn what_is_not_ticked_stays_and_nothing_is_no_choice(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (one, other) = (office.worked(-50, 0), office.worked(-40, 0));
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(LIST);
    let nothing = browser.post(ACTION, &shown.seal(ACTION), &[]);
    assert!(nothing.status == 422 && nothing.text.contains("tick a timesheet"), "{}", nothing.text);
    let first = ticks(&shown).into_iter().find(|tick| tick.starts_with(&one)).unwrap();
    browser.send(LIST, ACTION, &[("sheet", &first)]);
    assert_eq!((office.state(&one), office.state(&other)), (State::Ruled, State::Open));
    let odd = browser.send(LIST, ACTION, &[("sheet", "not a timesheet")]);
    assert_eq!(odd.status, 400);
}
