//! Approving all that nothing is odd about.

use detailbook_core::shift::FactKind;
use detailbook_server::store::timesheets::State;

use super::super::browser::Seen;
use super::desk::{Office, at, fix, log, page, send, words};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    only_what_is_clean_and_unchanged_is_approved,
    what_is_not_ticked_stays_and_nothing_is_no_choice,
    hours_far_beyond_the_schedule_are_looked_at_by_a_person,
    an_answer_is_read_before_the_hours_are_approved,
    one_that_no_ruling_can_accept_does_not_stop_the_others,
);

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

/// What the box of a timesheet would hold.
fn tick(office: &Office<'_>, id: &str) -> String {
    format!("{id}.{}", office.row(id).basis.unwrap())
}

/// Sends boxes that no page showed beside one that is there.
fn approve(office: &Office<'_>, ids: &[&String]) -> Seen {
    let mut browser = office.coordinator("a@example.org");
    let ticks: Vec<_> = ids.iter().map(|id| tick(office, id)).collect();
    let fields: Vec<_> = ticks.iter().map(|tick| ("sheet", tick.as_str())).collect();
    browser.send(LIST, ACTION, &fields)
}

fn hours_far_beyond_the_schedule_are_looked_at_by_a_person(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (within, early, late, other) = (office.held(-70), office.held(-50), office.held(-34), office.held(-20));
    let half = detailbook_core::time::Millis::from_mins(29);
    for (id, from, until) in [
        (&within, at(-70) - half, at(-66) + half),
        (&early, at(-53), at(-46)),
        (&late, at(-34), at(-26)),
        (&other, at(-60), at(-56)),
    ] {
        office.phone.say_surely(log(id), FactKind::In, from, vec![fix(0)]);
        office.phone.say_surely(log(id), FactKind::Out, until, vec![fix(0)]);
    }
    office.look();
    let shown = office.coordinator("b@example.org").show(LIST);
    assert_eq!(ticks(&shown), [tick(&office, &within)], "nothing else has a box");
    assert!(shown.text.contains("beyond schedule"), "{}", shown.text);
    let seen = approve(&office, &[&within, &early, &late, &other]);
    assert!(seen.text.contains("<h1>1 approved, 3 not</h1>"), "{}", seen.text);
    for why in ["3 h 0 min before the scheduled start", "4 h 0 min after the scheduled end", "40 h 0 min before"] {
        assert!(seen.text.contains(why), "{why}: {}", seen.text);
    }
    assert_eq!([&early, &late, &other].map(|id| office.rulings(id).len()), [0; 3]);
    // Whoever has looked approves it, and what was let pass is noted.
    let mut browser = office.coordinator("c@example.org");
    let shown = browser.show(&page(&late));
    send(&mut browser, &shown, &late, "approve", &[]).leads();
    assert!(office.rulings(&late)[0]["record"]["exceptions"].to_string().contains("after the scheduled end"));
}

fn an_answer_is_read_before_the_hours_are_approved(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (id, clean) = (office.worked(-50, 0), office.worked(-40, 0));
    let mut browser = office.coordinator("b@example.org");
    let shown = browser.show(&page(&id));
    send(&mut browser, &shown, &id, "ask", &[("question", "When did you leave?")]).leads();
    world.wait(60_000);
    office.phone.say(log(&id), FactKind::Note, world.app.now(), Some(words("I left at four.")));
    office.look();
    assert_eq!((office.state(&id), office.row(&id).flags.len()), (State::Open, 0));
    assert_eq!(ticks(&browser.show(LIST)), [tick(&office, &clean)]);
    let seen = approve(&office, &[&id, &clean]);
    assert!(seen.text.contains("1 approved, 1 not") && seen.text.contains("read the answer first"), "{}", seen.text);
    assert_eq!((office.rulings(&id).len(), office.rulings(&clean).len()), (0, 1));
}

fn one_that_no_ruling_can_accept_does_not_stop_the_others(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (clean, torn) = (office.worked(-50, 0), office.held(-40));
    let minute = |number: i64| at(-40) + detailbook_core::time::Millis::from_mins(number);
    office.phone.say_surely(log(&torn), FactKind::In, at(-40), vec![fix(0)]);
    for number in 1..=101 {
        office.phone.say_surely(log(&torn), FactKind::BreakStart, minute(2 * number), vec![]);
        office.phone.say_surely(log(&torn), FactKind::BreakEnd, minute(2 * number + 1), vec![]);
    }
    office.phone.say_surely(log(&torn), FactKind::Out, at(-36), vec![fix(0)]);
    office.look();
    assert_eq!(office.row(&torn).flags, Vec::<String>::new());
    let seen = approve(&office, &[&torn, &clean]);
    assert!(seen.text.contains("<h1>1 approved, 1 not</h1>"), "{}", seen.text);
    assert!(seen.text.contains("must be at most 100 intervals") && seen.text.contains(&page(&torn)), "{}", seen.text);
    assert_eq!((office.state(&clean), office.rulings(&torn).len()), (State::Ruled, 0));
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
