//! Ruling: as proposed, otherwise, and never over somebody else.

use std::sync::Arc;

use detailbook_core::shift::{Content, FactKind};
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::scope::Scope;
use detailbook_server::prices::Tariffs;
use detailbook_server::store::timesheets::State;
use serde_json::json;

use super::super::browser::Seen;
use super::super::staff::inside;
use super::desk::{Office, at, fix, hidden, log, page, send, words};
use crate::staff::world::{HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    one_click_rules_as_the_facts_propose_and_goes_on,
    a_form_that_is_sent_twice_rules_once,
    what_changed_since_the_page_was_opened_is_told_and_nothing_is_done,
    looking_says_first_what_changed_since_the_form_was_made,
    looking_says_what_hours_come_to_and_rules_nothing,
    what_is_typed_comes_to_is_answered_as_a_piece_of_the_page,
    whoever_may_not_read_bills_sees_none,
    whatever_a_phone_wrote_its_timesheet_can_be_approved,
    other_hours_take_a_reason,
    hours_that_cannot_be_are_refused_and_what_was_typed_stays,
    whoever_may_rule_but_not_see_evidence_is_shown_none,
);

const TARIFF: &str = r#"
    name = "Test details"
    version = 3
    effective_from = "2019-01-01"
    source = "invented"
    seconds = "nearest_minute"
    rounding = "half_up"
    [[rate]]
    rank = "PO"
    cents_per_hour = 5000
    [[job_type]]
    code = "C"
    name = "Road work"
    [[job_type.band]]
    id = "hours"
    over = "0:00"
    up_to = "12:00"
    pays = { started = "1:00" }
"#;

/// A server with a tariff.
fn priced(home: &Home) -> World {
    let mut world = World::on(home);
    world.app.settings.tariffs = Tariffs::default().for_all(Arc::new(toml::from_str(TARIFF).unwrap()));
    world
}

/// One line of accepted time and no other.
fn line<'a>(start: &'a str, end: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("start", start), ("start_which", ""), ("end", end), ("end_which", "")]
}

fn one_click_rules_as_the_facts_propose_and_goes_on(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let (far, next) = (office.worked(-20, 200_000), office.worked(-12, 0));
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&far));
    let seen = send(&mut browser, &shown, &far, "approve", &[]);
    assert_eq!(seen.leads(), format!("{}?said=sheet-ruled", page(&next)));
    let rulings = office.rulings(&far);
    let record = &rulings[0]["record"];
    assert_eq!(record["accepted"], json!([{ "start": NOON - 20 * HOUR, "end": NOON - 16 * HOUR }]));
    assert_eq!((&record["ruled_by"], &record["supersedes"]), (&json!("Person a@example.org"), &json!(null)));
    let exception = record["exceptions"][0].as_str().unwrap();
    assert!(exception.starts_with("Out: Outside"), "what was let pass is noted: {exception}");
    assert_eq!(office.state(&far), State::Ruled);
    let shown = browser.show(&page(&next));
    let seen = send(&mut browser, &shown, &next, "approve", &[]);
    assert_eq!(seen.leads(), "/console/timesheets?said=sheet-ruled-last");
    let log = office.desk.items("/v1/staff/audit?limit=1000");
    let made: Vec<_> = log.iter().filter(|entry| entry["action"] == "ruling.make").collect();
    assert_eq!(made.len(), 2);
    assert!(made.iter().all(|entry| entry["actor"].as_str().unwrap().ends_with("a@example.org")));
}

fn a_form_that_is_sent_twice_rules_once(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    send(&mut browser, &shown, &id, "approve", &[]).leads();
    let again = send(&mut browser, &shown, &id, "approve", &[]);
    assert!(again.status >= 400 && again.text.contains("was sent before"), "{}", again.text);
    assert_eq!(office.rulings(&id).len(), 1);
}

fn what_changed_since_the_page_was_opened_is_told_and_nothing_is_done(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let (mut one, mut other) = (office.coordinator("a@example.org"), office.coordinator("b@example.org"));
    let (first, second) = (one.show(&page(&id)), other.show(&page(&id)));
    world.wait(60_000);
    office.phone.say(log(&id), FactKind::Explanation, world.app.now(), Some(words("I was relieved late.")));
    let typed =
        [line("2019-05-14T20:00", "2019-05-14T23:00"), vec![("reason", "Left early."), ("do", "rule")]].concat();
    let seen = send(&mut one, &first, &id, "rule", &typed);
    assert_eq!(seen.status, 409, "{}", seen.text);
    assert!(
        seen.text.contains("The facts changed since you opened it") && seen.text.contains("explanation of 2019-05-15")
    );
    assert!(seen.text.contains("Left early.") && seen.text.contains("2019-05-14T23:00"), "what was typed stays");
    assert_eq!(office.rulings(&id).len(), 0);
    // What is shown now was made from the facts as they are.
    send(&mut one, &seen, &id, "rule", &typed).leads();
    let seen = send(&mut other, &second, &id, "approve", &[]);
    assert_eq!(seen.status, 409);
    assert!(seen.text.contains("Person a@example.org ruled at") && seen.text.contains("Left early."), "{}", seen.text);
    assert_eq!(office.rulings(&id).len(), 1);
}

/// A page says that the officer is paid that much.
fn pays(seen: &Seen, amount: &str) {
    let told = format!("The officer is paid <strong class=\"figures\">{amount}</strong>");
    assert!(seen.text.contains(&told), "{told}: {}", seen.text);
}

/// What a page says that the customer is billed, with its lines.
fn billed(seen: &Seen) -> String {
    let mut told = seen.within("The customer is billed <strong class=\"figures\">", "</div>");
    assert!(told.len() == 1 && told[0].contains("<li>"), "{}", seen.text);
    told.remove(0)
}

fn looking_says_what_hours_come_to_and_rules_nothing(home: &Home) {
    let world = priced(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    pays(&shown, "200.00");
    let before = billed(&shown);
    let hours = line("2019-05-14T20:00:00", "2019-05-14T21:30");
    let look = send(&mut browser, &shown, &id, "rule", &[hours, vec![("do", "look")]].concat());
    assert_eq!(look.status, 200);
    pays(&look, "100.00");
    assert_ne!(billed(&look), before, "the bill follows the hours too");
    assert!(look.text.contains("value=\"2019-05-14T21:30\""), "what was typed stays: {}", look.text);
    assert_eq!((office.rulings(&id).len(), office.state(&id)), (0, State::Open));
}

fn looking_says_first_what_changed_since_the_form_was_made(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let (mut one, mut other) = (office.coordinator("a@example.org"), office.coordinator("b@example.org"));
    let (first, second) = (one.show(&page(&id)), other.show(&page(&id)));
    send(&mut other, &second, &id, "approve", &[]).leads();
    let typed = [line("2019-05-14T20:00", "2019-05-14T23:00"), vec![("reason", "Left early.")]].concat();
    let look = send(&mut one, &first, &id, "rule", &[typed.clone(), vec![("do", "look")]].concat());
    assert_eq!(look.status, 409, "a form that is made anew would rule over what nobody was told of: {}", look.text);
    assert!(look.text.contains("Person b@example.org ruled at") && look.text.contains("Left early."), "{}", look.text);
    assert_eq!(office.rulings(&id).len(), 1);
    // The same where facts came.
    world.wait(60_000);
    let shown = one.show(&page(&id));
    office.phone.say(log(&id), FactKind::Explanation, world.app.now(), Some(words("I was relieved late.")));
    let look = send(&mut one, &shown, &id, "rule", &[typed.clone(), vec![("do", "look")]].concat());
    assert!(look.status == 409 && look.text.contains("The facts changed since you opened it"), "{}", look.text);
    // Whoever has read that may go on.
    let look = send(&mut one, &look, &id, "rule", &[typed.clone(), vec![("do", "look")]].concat());
    assert_eq!(look.status, 200);
    send(&mut one, &look, &id, "rule", &[typed, vec![("do", "rule")]].concat()).leads();
    assert_eq!(office.rulings(&id).len(), 2);
}

/// What the script asks with: what the form was made from, and one line of accepted time.
fn asked(shown: &Seen, id: &str, start: &str, end: &str) -> String {
    let kept = hidden(shown, &format!("{}/rule", page(id)));
    let kept: Vec<_> = kept.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let time = [start, end].map(|time| time.replace(':', "%3A"));
    format!("{}/lines?{}&start={}%0A&end={}%0A", page(id), kept.join("&"), time[0], time[1])
}

fn what_is_typed_comes_to_is_answered_as_a_piece_of_the_page(home: &Home) {
    let world = priced(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    assert!(shown.text.contains(&format!("data-estimate=\"{}/lines\"", page(&id))), "{}", shown.text);
    let piece = browser.show(&asked(&shown, &id, "2019-05-14T20:00", "2019-05-14T21:30"));
    pays(&piece, "100.00");
    assert!(piece.text.contains("The customer is billed") && !piece.text.contains("<html"), "{}", piece.text);
    let wrong = browser.show(&asked(&shown, &id, "2019-05-14T20:00", "2019-05-14T19:00"));
    assert!(wrong.text.contains("A time must be after the start in line 1.") && !wrong.text.contains("is paid"));
    assert_eq!(browser.get(&format!("{}/lines?basis=odd", page(&id))).status, 400);
    // It says at once that the form is not of today any more.
    let mut other = office.coordinator("b@example.org");
    let second = other.show(&page(&id));
    send(&mut other, &second, &id, "approve", &[]).leads();
    let late = browser.show(&asked(&shown, &id, "2019-05-14T20:00", "2019-05-14T21:30"));
    assert!(
        late.text.contains("This was ruled on since you opened it") && !late.text.contains("is paid"),
        "{}",
        late.text
    );
    assert_eq!(office.rulings(&id).len(), 1);
}

fn whoever_may_not_read_bills_sees_none(home: &Home) {
    let world = priced(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut chief = inside(&world, office.desk.agency, "s@example.org", StaffRole::Supervisor);
    let shown = chief.show(&page(&id));
    let piece = chief.show(&asked(&shown, &id, "2019-05-14T20:00", "2019-05-15T00:00"));
    for seen in [shown, piece] {
        pays(&seen, "200.00");
        assert!(!seen.text.contains("The customer is billed"), "{}", seen.text);
    }
}

fn whatever_a_phone_wrote_its_timesheet_can_be_approved(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.held(-12);
    office.phone.say_surely(log(&id), FactKind::In, at(-12), vec![fix(0)]);
    let out = office.phone.say_surely(log(&id), FactKind::Out, at(-8), vec![fix(0)]);
    let text = format!("left\u{202e}early\u{7}\n{}", "x".repeat(900));
    let content = Content { corrected: Some(at(-9)), ..words(&text) };
    office.phone.say_about(log(&id), FactKind::Correction, out, content);
    office.look();
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    send(&mut browser, &shown, &id, "approve", &[]).leads();
    let noted = office.rulings(&id)[0]["record"]["exceptions"][0].as_str().unwrap().to_owned();
    assert!(noted.starts_with("Punched out at") && noted.contains("left early  xxx"), "{noted}");
    assert!(noted.ends_with('\u{2026}') && noted.chars().count() == 500, "{noted}");
}

fn other_hours_take_a_reason(home: &Home) {
    let world = priced(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    let (shown, hours) = (browser.show(&page(&id)), line("2019-05-14T20:00:00", "2019-05-14T21:30"));
    let fields = [hours.clone(), vec![("reason", " "), ("do", "rule")]].concat();
    let empty = send(&mut browser, &shown, &id, "rule", &fields);
    assert_eq!((empty.status, office.rulings(&id).len()), (422, 0));
    assert!(empty.text.contains("This must not be empty."), "{}", empty.text);
    let more = [("exceptions", "Left early.\n\nWas told so."), ("reason", "The site closed."), ("do", "rule")];
    send(&mut browser, &empty, &id, "rule", &[hours, more.to_vec()].concat()).leads();
    let rulings = office.rulings(&id);
    let record = &rulings[0]["record"];
    assert_eq!(record["accepted"], json!([{ "start": NOON - 12 * HOUR, "end": NOON - 12 * HOUR + HOUR * 3 / 2 }]));
    assert_eq!(record["exceptions"], json!(["Left early.", "Was told so."]));
    assert_eq!((&record["reason"], &record["pay"]["amount"]), (&json!("The site closed."), &json!(10_000)));
    assert_eq!((office.row(&id).accepted, office.row(&id).worked), (Some(90), 240));
    let seen = browser.show(&page(&id)).text;
    assert!(
        seen.contains("in force") && seen.contains("Pays <strong class=\"figures\">100.00</strong> by Test details")
    );
}

fn hours_that_cannot_be_are_refused_and_what_was_typed_stays(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    for (start, end, says) in [
        ("2019-05-14T20:00", "2019-05-14T20:00", "must be after the start in line 1"),
        ("2019-05-14T20:00", "", "must be a day and a time"),
        ("2019-05-15T07:00", "2019-05-15T09:00", "must have passed"),
        ("2019-04-01T20:00", "2019-04-01T21:00", "must lie within 7 days of the detail"),
    ] {
        let shown = browser.show(&page(&id));
        let fields = [line(start, end), vec![("reason", "Because."), ("do", "rule")]].concat();
        let seen = send(&mut browser, &shown, &id, "rule", &fields);
        assert_eq!(seen.status, 422, "{start} {end}");
        assert!(seen.text.contains(says) && seen.text.contains(start), "{says}: {}", seen.text);
    }
    let shown = browser.show(&page(&id));
    let overlap = [line("2019-05-14T20:00", "2019-05-14T22:00"), line("2019-05-14T21:00", "2019-05-14T23:00")].concat();
    let seen =
        send(&mut browser, &shown, &id, "rule", &[overlap, vec![("reason", "Because."), ("do", "rule")]].concat());
    assert!(seen.status == 422 && seen.text.contains("must not overlap"), "{}", seen.text);
    // A form without what it was made from is none of ours.
    let action = format!("{}/approve", page(&id));
    let shown = browser.show(&page(&id));
    assert_eq!(browser.post(&action, &shown.seal(&action), &[]).status, 400);
    assert_eq!(office.rulings(&id).len(), 0);
}

fn whoever_may_rule_but_not_see_evidence_is_shown_none(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut chief = inside(&world, office.desk.agency, "chief@example.org", StaffRole::Administrator);
    chief.send("/console/roles/finance", "/console/roles/finance", &[("scope", Scope::RulingsWrite.name())]).leads();
    let user = super::super::staff::person(&world, office.desk.agency, "f@example.org", StaffRole::Finance);
    let mut finance =
        super::super::staff::signed_in(&world, &user, detailbook_server::access::staff_session::Stage::Full);
    for (action, fields) in [
        (format!("{}/rule", page(&id)), [line("2019-05-14T20:00", "x"), vec![("do", "look")]].concat()),
        (format!("{}/ask", page(&id)), vec![("question", "")]),
        ("/console/timesheets/approve".to_owned(), vec![]),
    ] {
        let secret =
            detailbook_server::access::agency_secret::AgencySecret::from_text(&finance.session().unwrap()).unwrap();
        let seal = detailbook_server::console::seal::Seal::new(secret.bytes(), &action, &mut world.app.entropy.clone());
        let seen = finance.post(&action, seal.value(), &fields);
        assert!(seen.status == 403 && !seen.text.contains("Able Officer"), "{action}: {} {}", seen.status, seen.text);
    }
}
