//! Asking an officer back.

use detailbook_core::shift::FactKind;
use detailbook_core::wire::Wish;
use detailbook_server::store::timesheets::State;

use super::desk::{Office, at, log, page, send, words};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_question_waits_for_the_officers_words_on_the_shift,
    a_message_to_the_agency_answers_as_well,
    what_was_written_before_the_question_answers_nothing,
    the_latest_words_are_shown_however_slow_the_phones_clock_is,
    a_question_without_words_is_refused,
    a_ruling_ends_the_waiting,
    who_opened_the_page_before_a_colleague_asked_or_the_officer_answered_does_not_rule_unseen,
);

fn ask(office: &Office<'_>, id: &str, login: &str) {
    let mut browser = office.coordinator(login);
    let shown = browser.show(&page(id));
    let seen = send(&mut browser, &shown, id, "ask", &[("question", "When did you leave?")]);
    assert_eq!(seen.leads(), "/console/timesheets?said=sheet-asked-last");
}

fn a_question_waits_for_the_officers_words_on_the_shift(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 200_000);
    ask(&office, &id, "a@example.org");
    assert_eq!(office.state(&id), State::Asked);
    let messages = office.desk.items(&format!("/v1/staff/messages?officer={}", office.officer));
    let text = messages[0]["record"]["text"].as_str().unwrap();
    assert_eq!(text, "About Road work, 2019-05-14 20:00: When did you leave?");
    let log_of = office.desk.items("/v1/staff/audit?limit=1000");
    assert!(log_of.iter().any(|entry| entry["action"] == "timesheet.ask" && entry["subject"] == id.as_str()));
    let mut browser = office.coordinator("b@example.org");
    assert!(browser.show("/console/timesheets").text.contains("Nothing fits."), "it waits for the officer");
    assert!(browser.show("/console/timesheets?state=asked").text.contains(&page(&id)));
    // A punch that comes late is no answer; words are.
    world.wait(60_000);
    office.phone.say(log(&id), FactKind::Submitted, world.app.now(), None);
    office.look();
    assert_eq!(office.state(&id), State::Asked);
    office.phone.say(log(&id), FactKind::Explanation, world.app.now(), Some(words("At midnight, to the north end.")));
    office.look();
    let row = office.row(&id);
    assert_eq!((row.state, row.answered_at), (State::Open, Some(world.app.now())));
    let seen = browser.show("/console/timesheets");
    assert!(seen.text.contains(&page(&id)) && seen.text.contains("answered 2019-05-15"));
    let seen = browser.show(&page(&id));
    for told in ["When did you leave?", "Person a@example.org", "At midnight, to the north end.", "Answered"] {
        assert!(seen.text.contains(told), "{told}: {}", seen.text);
    }
}

fn a_message_to_the_agency_answers_as_well(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    ask(&office, &id, "a@example.org");
    world.wait(60_000);
    office.phone.wish_from(&office.phone.look(), &Wish::SendMessage { text: "I left at four.".to_owned() });
    office.look();
    assert_eq!(office.state(&id), State::Open);
    let seen = office.coordinator("b@example.org").show(&page(&id));
    assert!(seen.text.contains("I left at four."), "{}", seen.text);
}

fn what_was_written_before_the_question_answers_nothing(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let last_night = office.phone.look();
    world.wait(60_000);
    ask(&office, &id, "a@example.org");
    world.wait(60_000);
    // A phone that was offline brings last night's note, and a message that was sent before it heard of the question.
    office.phone.say(log(&id), FactKind::Note, at(-9), Some(words("A quiet night.")));
    office.phone.wish_from(&last_night, &Wish::SendMessage { text: "My knee hurts.".to_owned() });
    office.look();
    assert_eq!((office.state(&id), office.row(&id).answered_at), (State::Asked, None));
    assert!(office.coordinator("b@example.org").show(&page(&id)).text.contains("Not answered yet."));
    // Of two notes more one is the answer.
    office.phone.say(log(&id), FactKind::Note, at(-8), Some(words("The lamp is broken.")));
    office.phone.say(log(&id), FactKind::Note, world.app.now(), Some(words("At four.")));
    office.look();
    assert_eq!(office.state(&id), State::Open);
}

fn the_latest_words_are_shown_however_slow_the_phones_clock_is(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    ask(&office, &id, "a@example.org");
    for number in 1..=24 {
        world.wait(60_000);
        office.phone.wish(&Wish::SendMessage { text: format!("Number {number}.") });
    }
    let now = world.app.now();
    world.clock.set(at(-100));
    let written = office.phone.written(&Wish::SendMessage { text: "I left at four.".to_owned() });
    world.clock.set(now);
    office.phone.try_command(&written).unwrap();
    let seen = office.coordinator("b@example.org").show(&page(&id)).text;
    assert!(seen.contains("I left at four.") && seen.contains("Number 24.") && !seen.contains("Number 5."), "{seen}");
    assert!(seen.find("Number 24.") < seen.find("I left at four."), "in their order");
}

fn a_question_without_words_is_refused(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut browser = office.coordinator("a@example.org");
    let shown = browser.show(&page(&id));
    let seen = send(&mut browser, &shown, &id, "ask", &[("question", "  ")]);
    assert!(seen.status == 422 && seen.text.contains("This must not be empty."), "{}", seen.text);
    assert_eq!(office.state(&id), State::Open);
}

fn a_ruling_ends_the_waiting(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    ask(&office, &id, "a@example.org");
    let mut browser = office.coordinator("b@example.org");
    let shown = browser.show(&page(&id));
    send(&mut browser, &shown, &id, "approve", &[]).leads();
    assert_eq!(office.state(&id), State::Ruled);
    let seen = browser.show(&page(&id)).text;
    assert!(seen.contains("without an answer.") && !seen.contains(". Answered "), "nobody answered: {seen}");
}

fn who_opened_the_page_before_a_colleague_asked_or_the_officer_answered_does_not_rule_unseen(home: &Home) {
    let world = World::on(home);
    let office = Office::open(&world, 1);
    let id = office.worked(-12, 0);
    let mut late = office.coordinator("b@example.org");
    let before = late.show(&page(&id));
    world.wait(60_000);
    ask(&office, &id, "a@example.org");
    let refused = send(&mut late, &before, &id, "approve", &[]);
    assert_eq!((refused.status, office.state(&id)), (409, State::Asked));
    assert!(refused.text.contains("Person a@example.org asked the officer at"), "{}", refused.text);
    assert!(refused.text.contains("When did you leave?"), "{}", refused.text);
    let waiting = late.show(&page(&id));
    world.wait(60_000);
    office.phone.say(log(&id), FactKind::Note, world.app.now(), Some(words("At four.")));
    office.look();
    let refused = send(&mut late, &waiting, &id, "approve", &[]);
    assert_eq!((refused.status, office.state(&id)), (409, State::Open));
    assert!(refused.text.contains("the officer answered what Person a@example.org had asked"), "{}", refused.text);
    world.wait(1);
    send(&mut late, &refused, &id, "approve", &[]).leads();
    assert_eq!(office.state(&id), State::Ruled);
    assert!(late.show(&page(&id)).text.contains("Answered 2019-05-1"));
}
