//! The day: who is where they should be, one place more closely, and who comes instead.

use detailbook_core::geo::{Fix, Provider};
use detailbook_core::ids::{AssignmentId, DocumentId, OfficerId};
use detailbook_core::records::Officer;
use detailbook_core::shift::FactKind;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{Decision, SyncRequest, Wish};
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::console::live::head;
use detailbook_server::console::table::Entry;
use detailbook_server::filing;
use serde_json::{Value, json};

use super::browser::{Browser, Seen};
use super::staff::inside;
use super::walk::{Sample, Station};
use crate::relief::crew::Crew;
use crate::rules::scene::{RULES, fresh, numbered, set_rules};
use crate::staff::phone::Phone;
use crate::staff::world::{Desk, HOUR, NOON, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

const MINUTE: i64 = 60_000;

on_both_engines!(
    the_day_shows_every_place_with_what_asks_for_somebody_first,
    a_place_is_shown_more_closely_and_unworked_once_it_is_over,
    a_punch_outside_the_fence_is_seen_and_one_without_a_fix_is_no_reproach,
    the_day_is_filtered_sorted_turned_and_exported,
    what_is_none_of_the_address_is_refused_and_nothing_is_another_agencys,
    only_who_may_sees_how_an_officer_is_reached_and_who_comes_instead,
    the_backup_is_sent_in_the_place_of_who_called_off,
    a_place_that_changed_meanwhile_is_given_to_nobody_and_a_form_is_taken_once,
    an_empty_place_is_given_and_the_rules_pass_with_right_and_reason_only,
    somebody_is_looked_for_while_who_is_late_keeps_the_place,
    a_no_show_is_confirmed_on_the_page_of_the_place,
    who_calls_off_late_is_kept_or_released_with_a_reason,
    what_becomes_of_other_places_leaves_the_forms_of_this_one_good,
    a_no_show_is_written_down_after_somebody_else_was_sent,
    a_doubtful_clock_in_after_a_confirmed_no_show_is_decided_on_the_page,
    where_an_officer_stood_is_for_who_may_see_facts,
    who_joined_last_in_a_large_agency_is_on_the_list,
    a_busy_day_asks_the_store_no_more_often_than_a_quiet_one,
);

/// The place of a detail that has one.
fn place(desk: &Desk<'_>, detail: &str, which: usize) -> String {
    let position = desk.get(&format!("/v1/staff/details/{detail}"))["record"]["positions"][which]["id"].clone();
    format!("/console/today/{detail}/{}", position.as_str().unwrap())
}

fn coordinator<'a>(world: &'a World, desk: &Desk<'_>) -> Browser<'a> {
    inside(world, desk.agency, "coordinator@example.org", StaffRole::Coordinator)
}

/// A good fix on the meridian of the site, which lies at 42.36 degrees north.
fn fix(latitude_e7: i32) -> Fix {
    let (longitude_e7, accuracy_dm) = (-710_500_000, Some(80));
    Fix { latitude_e7, longitude_e7, accuracy_dm, age_ms: 1_000, provider: Provider::Gps, mock: false }
}

fn log(assignment: &str) -> DocumentId {
    DocumentId::from(assignment.parse::<AssignmentId>().unwrap())
}

/// The first hidden value of that name.
fn hidden(seen: &Seen, name: &str) -> String {
    let values = seen.within(&format!("name=\"{name}\" value=\""), "\"");
    values.into_iter().next().unwrap_or_else(|| panic!("no {name} in {}", seen.text))
}

/// The rows of the board, in their order: the officer, or nobody.
fn rows(seen: &Seen) -> Vec<String> {
    seen.within("data-open>", "</a>")
}

/// Sends an officer to a place from the list of whom to send.
fn send(browser: &mut Browser<'_>, place: &str, officer: &str, more: &[(&str, &str)]) -> Seen {
    let action = format!("{place}/replace");
    let page = browser.show(&action);
    let seen = hidden(&page, "seen");
    let own = [("seen", seen.as_str()), ("officer", officer)];
    let fields: Vec<_> = own.into_iter().chain(more.iter().copied()).collect();
    browser.post(&action, &page.seal(&action), &fields)
}

fn audited(desk: &Desk<'_>, action: &str) -> Vec<Value> {
    let all = desk.items("/v1/staff/audit?limit=1000");
    all.into_iter().filter(|entry| entry["action"] == action).collect()
}

/// How often showing a page asks the store, and its text.
fn asked(world: &World, browser: &mut Browser<'_>, path: &str) -> (u64, Seen) {
    let before = world.app.store.metrics().statements;
    let seen = browser.show(path);
    (world.app.store.metrics().statements - before, seen)
}

fn a_busy_day_asks_the_store_no_more_often_than_a_quiet_one(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let one_more = |number: i64| {
        let detail = desk.detail(&desk.site(), number % 5 - 2, 1);
        let officer = desk.officer(&format!("Officer {number}"));
        let (phone, held) = (Phone::enrol(&desk, &officer), desk.order(&detail, &officer));
        if number % 2 == 0 {
            phone.say_surely(log(&held), FactKind::In, world.app.now(), vec![fix(423_600_000)]);
        }
    };
    (0..2).for_each(one_more);
    let (quiet, _) = asked(&world, &mut browser, "/console");
    (2..12).for_each(one_more);
    let (busy, seen) = asked(&world, &mut browser, "/console");
    assert_eq!(rows(&seen).len(), 12, "{}", seen.text);
    assert_eq!(busy, quiet);
}

fn the_day_shows_every_place_with_what_asks_for_somebody_first(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    assert!(browser.show("/console").text.contains("There is no detail on this day."));
    let calm = desk.detail(&desk.site(), 6, 1);
    desk.order(&calm, &desk.officer("Ames"));
    let busy = desk.detail(&desk.site(), 0, 2);
    desk.order(&busy, &desk.officer("Moss"));
    let page = browser.show("/console");
    assert_eq!(rows(&page), ["Nobody", "Moss", "Ames"]);
    for said in [
        "<strong>1</strong> empty",
        "<strong>1</strong> due",
        "<strong>1</strong> expected",
        "1 place asks for somebody.",
        "<span class=\"mark bad\">empty</span>",
        "08:00\u{2013}12:00",
        "not acknowledged",
        "Find who comes instead",
        "data-live-every=\"60\"",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    // Eight in the morning is a third of the day; the shift lasts a sixth.
    assert!(
        page.text.contains("x=\"33.33%\" width=\"16.67%\"") || page.text.contains("x=\"33.33%\" width=\"16.66%\""),
        "{}",
        page.text
    );
    assert!(page.text.contains("class=\"now\" x1=\"33.33%\""));
    assert!(
        page.text.contains(&format!("data-live=\"{}\"", world.app.store.read(|sql| head(sql, desk.agency)).unwrap()))
    );
}

fn a_place_is_shown_more_closely_and_unworked_once_it_is_over(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let busy = desk.detail(&desk.site(), 0, 2);
    desk.order(&busy, &desk.officer("Moss"));
    let one = browser.show(&place(&desk, &busy, 0));
    for said in ["Traffic 1, Road work", "Moss", "data-shapes=", "Main Street"] {
        assert!(one.text.contains(said), "{said}: {}", one.text);
    }
    assert!(!one.text.contains("Find who comes instead"), "who is only due is not replaced");
    world.wait(4 * HOUR);
    let mut later = inside(&world, desk.agency, "later@example.org", StaffRole::Coordinator);
    let page = later.show("/console");
    assert!(page.text.contains("<span class=\"mark quiet\">unworked</span>"), "it is over, and nobody had it");
}

fn a_punch_outside_the_fence_is_seen_and_one_without_a_fix_is_no_reproach(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let detail = desk.detail(&desk.site(), 0, 3);
    let mut browser = coordinator(&world, &desk);
    let punches = [("Inside", vec![fix(423_600_000)]), ("Outside", vec![fix(423_630_000)]), ("Unknown", vec![])];
    for (name, fixes) in punches {
        let officer = desk.officer(name);
        let held = desk.order(&detail, &officer);
        let phone = Phone::enrol(&desk, &officer);
        phone.say_surely(log(&held), FactKind::In, UnixMillis::new(NOON + 5 * MINUTE), fixes);
    }
    world.wait(10 * MINUTE);
    let page = browser.show("/console");
    assert_eq!(rows(&page), ["Outside", "Unknown", "Inside"]);
    for said in [
        "<span class=\"mark good\">there</span>",
        "<span class=\"mark warn\">outside</span>",
        "<span class=\"mark warn\">place uncertain</span>",
        "in 08:05, inside the fence",
        "in 08:05, outside the fence",
        "in 08:05, place uncertain",
        "class=\"worked\"",
        "2 places ask for somebody.",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let outside = browser.show(&place(&desk, &detail, 1)).text;
    assert!(
        outside.contains("&#34;accuracy&#34;:8.0") && outside.contains("&#34;mark&#34;:&#34;bad&#34;"),
        "{outside}"
    );
    assert!(!outside.contains("Find who comes instead"), "who is there is not replaced");
}

fn the_day_is_filtered_sorted_turned_and_exported(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = coordinator(&world, &desk);
    let (early, late) = (desk.site(), desk.site());
    let one = desk.detail(&early, 0, 1);
    desk.order(&one, &desk.officer("=Ames"));
    desk.detail(&late, 1, 2);
    desk.detail(&late, 30, 1);
    world.wait(20 * MINUTE);
    let order = rows(&browser.show("/console"));
    assert_eq!(order, ["Nobody", "Nobody", "=Ames"], "both ask for somebody, and empty comes before no contact");
    assert_eq!(rows(&browser.show(&format!("/console?site={late}"))), ["Nobody", "Nobody"]);
    assert_eq!(rows(&browser.show("/console?state=no%20contact")), ["=Ames"]);
    assert_eq!(rows(&browser.show("/console?state=there")), Vec::<String>::new());
    assert_eq!(rows(&browser.show("/console?sort=time")), ["=Ames", "Nobody", "Nobody"]);
    assert_eq!(rows(&browser.show("/console?problems=yes")).len(), 3);
    let tomorrow = browser.show("/console?day=2019-05-16&problems=yes");
    assert_eq!(rows(&tomorrow), ["Nobody"]);
    for way in ["/console?problems=yes&#38;day=2019-05-15", "/console?problems=yes&#38;day=2019-05-17"] {
        assert!(tomorrow.text.contains(way), "{way}: {}", tomorrow.text);
    }
    assert!(!tomorrow.text.contains("class=\"now\""), "now is not on that day");
    let csv = browser.show("/console/today.csv?problems=yes");
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!(lines.len(), 4, "{}", csv.text);
    assert!(csv.text.contains("'=Ames") && csv.text.contains("no contact"), "{}", csv.text);
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"today-2019-05-15.csv\""));
}

fn what_is_none_of_the_address_is_refused_and_nothing_is_another_agencys(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let mut browser = coordinator(&world, &desk);
    for wrong in ["day=yesterday", "day=1999-01-01", "day=2019-02-30", "sort=rank", "state=gone"] {
        assert_eq!(browser.get(&format!("/console?{wrong}")).status, 422, "{wrong}");
    }
    assert_eq!(browser.get("/console?what=1").status, 400);
    assert_eq!(browser.show("/console?site=no-such-site&part=99").status, 200);
    let theirs = place(&other, &other.detail(&other.site(), 0, 1), 0);
    let ours = desk.detail(&desk.site(), 0, 1);
    let nowhere = format!("/console/today/{ours}/{}", theirs.rsplit('/').next().unwrap());
    for path in [theirs.clone(), format!("{theirs}/replace"), nowhere, format!("/console/today/{ours}/x")] {
        assert_eq!(browser.get(&path).status, 404, "{path}");
    }
    // A form of one's own for another agency's place, and another agency's officer for one's own.
    let mine = place(&desk, &ours, 0);
    let page = browser.show(&format!("{mine}/replace"));
    let theirs_officer = other.officer("Reyes");
    let fields = [("seen", hidden(&page, "seen")), ("officer", theirs_officer.clone())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let action = format!("{mine}/replace");
    assert_eq!(browser.post(&action, &page.seal(&action), &fields).status, 422);
    assert_eq!(send(&mut browser, &mine, "nobody", &[]).status, 422);
    assert!(desk.items(&format!("/v1/staff/details/{ours}/assignments")).is_empty());
}

fn only_who_may_sees_how_an_officer_is_reached_and_who_comes_instead(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let detail = desk.detail(&desk.site(), 0, 2);
    let officer = desk.officer("Moss");
    desk.order(&detail, &officer);
    let contact = json!({ "version": 0, "record": { "phone": "+16175550123" } });
    desk.run("PUT", &format!("/v1/staff/officers/{officer}/contact"), &contact);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    assert!(admin.show("/console").text.contains("href=\"tel:+16175550123\""));
    admin.send("/console/roles/finance", "/console/roles/finance", &[("scope", "records:read")]).leads();
    let mut reader = inside(&world, desk.agency, "reader@example.org", StaffRole::Finance);
    let day = reader.show("/console").text;
    assert!(day.contains("Moss") && !day.contains("5550123") && !day.contains("Find who comes instead"), "{day}");
    let empty = place(&desk, &detail, 1);
    assert!(!reader.show(&place(&desk, &detail, 0)).text.contains("5550123"));
    assert_eq!(reader.get(&format!("{empty}/replace")).status, 403);
    admin.send("/console/roles/finance", "/console/roles/finance", &[("scope", "audit:read")]).leads();
    let mut auditor = inside(&world, desk.agency, "auditor@example.org", StaffRole::Finance);
    let closed = auditor.show("/console").text;
    assert!(closed.contains("Your role does not include the details of the day.") && !closed.contains("Moss"));
    assert_eq!(auditor.get("/console/today.csv").status, 403);
}

fn the_backup_is_sent_in_the_place_of_who_called_off(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 8);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    let mut browser = coordinator(&world, &crew.desk);
    let day = browser.show("/console").text;
    assert!(day.contains("<span class=\"mark bad\">called off</span>"), "{day}");
    let place = place(&crew.desk, &crew.detail, 0);
    let list = browser.show(&format!("{place}/replace"));
    assert_eq!(list.within("<h3>", " <span"), ["Officer 2", "Officer 3"], "{}", list.text);
    assert!(list.text.contains("Backup 1 of the award.") && list.text.contains("Backup 2 of the award."));
    assert!(browser.show(&format!("{place}/replace?name=officer%203")).within("<h3>", " <span") == ["Officer 3"]);
    let pressed = format!("name=\"officer\" value=\"{}\"", crew.officers[1]);
    assert!(
        list.text.find("name=\"officer\" value=\"\"") < list.text.find(&pressed),
        "Enter presses no officer's button"
    );
    let entered = send(&mut browser, &place, "", &[("reason", "Knows the way.")]);
    assert!(entered.status == 409 && entered.text.contains("Nobody was sent yet."), "{}", entered.text);
    assert!(entered.text.contains("value=\"Knows the way.\"") && audited(&crew.desk, "relief.send").is_empty());
    let done = send(&mut browser, &place, &crew.officers[1], &[]);
    assert_eq!(done.leads(), format!("{place}?said=sent"));
    crew.work();
    assert_eq!(crew.holder().0, 1);
    let noted = audited(&crew.desk, "relief.send");
    assert_eq!(noted.len(), 1);
    assert!(noted[0]["detail"].to_string().contains("Comes instead of Officer 1"), "{noted:?}");
    let search = crew.desk.get(&format!("/v1/staff/assignments/{gone}/relief"));
    assert_eq!(search["search"]["state"], "found", "nobody is looked for any more");
    let page = browser.show(&format!("{place}?said=sent")).text;
    assert!(page.contains("The officer has the place") && page.contains("Officer 2"), "{page}");
}

fn a_place_that_changed_meanwhile_is_given_to_nobody_and_a_form_is_taken_once(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 3, 8);
    let (_, gone) = crew.holder();
    crew.call_off(0, gone);
    let place = place(&crew.desk, &crew.detail, 0);
    let action = format!("{place}/replace");
    let mut one = coordinator(&world, &crew.desk);
    let mut other = inside(&world, crew.desk.agency, "second@example.org", StaffRole::Coordinator);
    let (first, second) = (one.show(&action), other.show(&action));
    let fields =
        |page: &Seen, officer: usize| [("seen", hidden(page, "seen")), ("officer", crew.officers[officer].clone())];
    let post = |browser: &mut Browser<'_>, page: &Seen, officer: usize| {
        let fields = fields(page, officer);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&action, &page.seal(&action), &fields)
    };
    assert_eq!(post(&mut one, &first, 1).status, 303);
    let stale = post(&mut other, &second, 2);
    assert_eq!(stale.status, 409, "{}", stale.text);
    assert!(stale.text.contains("This place changed since the page was made: Officer 2 has it now."), "{}", stale.text);
    let twice = post(&mut one, &first, 1);
    assert!(twice.status >= 400 && twice.text.contains("taken once"), "{}", twice.text);
    assert_eq!(crew.holder().0, 1);
    assert_eq!(audited(&crew.desk, "relief.send").len(), 1);
    let rest = other.show(&action).text;
    assert!(rest.contains("Nobody is to be sent here."), "{rest}");
}

fn an_empty_place_is_given_and_the_rules_pass_with_right_and_reason_only(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let officer = numbered(&desk, "17");
    fresh(&desk, "stints", "employee_number,starts,ends\n17,2019-05-14 18:00,2019-05-15 08:00\n");
    let detail = desk.detail(&desk.site(), 2, 1);
    let place = place(&desk, &detail, 0);
    let mut weak = coordinator(&world, &desk);
    let list = weak.show(&format!("{place}/replace"));
    for said in ["<span class=\"mark bad\">blocks</span>", "Town v1, sixteen", "takes the right policy:override"] {
        assert!(list.text.contains(said), "{said}: {}", list.text);
    }
    assert!(!list.text.contains("Send Officer 17"));
    let refused = send(&mut weak, &place, &officer, &[]);
    assert!(refused.status == 409 && refused.text.contains("Town v1, sixteen"), "{}", refused.text);
    let typed = send(&mut weak, &place, &officer, &[("override_reason", "A storm."), ("reason", "He lives there.")]);
    assert_eq!(typed.status, 422, "without the right: {}", typed.text);
    assert!(typed.text.contains("He lives there."), "what was typed is kept: {}", typed.text);
    let mut bold = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    assert!(bold.show(&format!("{place}/replace")).text.contains("Send Officer 17 and let the rules pass"));
    assert_eq!(send(&mut bold, &place, &officer, &[]).status, 409, "without a reason");
    assert!(desk.items(&format!("/v1/staff/details/{detail}/assignments")).is_empty());
    let code_alone = send(&mut bold, &place, &officer, &[("override_code", "storm")]);
    assert!(code_alone.status == 422 && code_alone.text.contains("id=\"e-override_reason\""), "{}", code_alone.text);
    let sent = send(&mut bold, &place, &officer, &[("override_reason", "A storm, and nobody else.")]);
    assert_eq!(sent.leads(), format!("{place}?said=sent"));
    assert_eq!(desk.items(&format!("/v1/staff/details/{detail}/assignments")).len(), 1);
    assert_eq!(audited(&desk, "policy.override").len(), 1);
}

fn somebody_is_looked_for_while_who_is_late_keeps_the_place(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR + 6 * MINUTE);
    let place = place(&crew.desk, &crew.detail, 0);
    let action = format!("{place}/search");
    let mut browser = coordinator(&world, &crew.desk);
    let page = browser.show(&place);
    assert!(page.text.contains("<span class=\"mark warn\">late</span>"), "{}", page.text);
    let fields = [("seen", hidden(&page, "seen"))];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let seal = page.seal(&action);
    assert_eq!(browser.post(&action, &seal, &fields).leads(), format!("{place}?said=sought"));
    crew.work();
    let search = crew.desk.get(&format!("/v1/staff/assignments/{held}/relief"));
    assert_eq!((&search["search"]["state"], &search["search"]["kept"]), (&json!("searching"), &json!(true)));
    assert_eq!(crew.holder(), (0, held), "the place is kept until somebody else comes");
    let page = browser.show(&place);
    assert!(page.text.contains("Officer 2") && page.text.contains("has not answered"), "{}", page.text);
    assert!(!page.text.contains(&format!("action=\"{action}\"")), "it is not begun twice");
    crew.come(1, held);
    assert_eq!(crew.holder().0, 1, "who comes by their phone has the place");
}

fn a_no_show_is_confirmed_on_the_page_of_the_place(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR + 17 * MINUTE);
    crew.phones[0].sync(SyncRequest::default());
    crew.pass(MINUTE);
    let place = place(&crew.desk, &crew.detail, 0);
    let action = format!("{place}/no-show");
    let mut browser = coordinator(&world, &crew.desk);
    let page = browser.show(&place);
    assert!(page.text.contains("<span class=\"mark bad\">no-show</span>"), "{}", page.text);
    let seen = hidden(&page, "seen");
    let empty = browser.post(&action, &page.seal(&action), &[("seen", &seen), ("reason", " ")]);
    assert!(empty.status == 422 && empty.text.contains("This must not be empty."), "{}", empty.text);
    let fields = [("seen", seen.as_str()), ("reason", "Two calls, no answer.")];
    assert_eq!(browser.post(&action, &page.seal(&action), &fields).leads(), format!("{place}?said=confirmed"));
    crew.work();
    assert_eq!(audited(&crew.desk, "no_show.confirm").len(), 1);
    let search = crew.desk.get(&format!("/v1/staff/assignments/{held}/relief"));
    assert_eq!(search["search"]["state"], "searching", "somebody else is looked for");
    let page = browser.show(&place).text;
    assert!(!page.contains(&format!("action=\"{action}\"")), "it is confirmed once: {page}");
    assert_eq!(send(&mut browser, &place, &crew.officers[1], &[]).status, 303);
    // Who was sent just now is looked for from now on, though the shift began long ago and their phone is heard of.
    let (number, sent) = crew.holder();
    crew.work();
    crew.phones[1].sync(SyncRequest::default());
    crew.pass(4 * MINUTE);
    let page = browser.show(&place).text;
    assert!(number == 1 && page.contains("<span class=\"mark warn\">due</span>"), "{page}");
    assert!(!page.contains(&format!("action=\"{action}\"")) && !page.contains("Find who comes instead"), "{page}");
    crew.phones[1].say(DocumentId::from(sent), FactKind::EnRoute, world.app.now(), None);
    crew.pass(6 * MINUTE);
    let page = browser.show(&place).text;
    assert!(page.contains("<span class=\"mark good\">en route</span>"), "{page}");
    assert!(!crew.told(&crew.officers[1]).contains(&"no_clock_in15".to_owned()), "{:?}", crew.told(&crew.officers[1]));
    crew.pass(6 * MINUTE);
    assert!(
        browser.show(&place).text.contains("<span class=\"mark bad\">"),
        "a quarter of an hour after they were sent"
    );
}

/// What somebody was charged for, by kind.
fn charged(crew: &Crew<'_>, officer: usize) -> Vec<String> {
    crew.ledger(officer).into_iter().map(|(kind, _)| kind).collect()
}

fn a_no_show_is_written_down_after_somebody_else_was_sent(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, gone) = crew.holder();
    crew.pass(3 * HOUR + 17 * MINUTE);
    crew.phones[0].sync(SyncRequest::default());
    crew.pass(6 * MINUTE);
    let place = place(&crew.desk, &crew.detail, 0);
    let action = format!("{place}/no-show");
    let mut browser = coordinator(&world, &crew.desk);
    assert_eq!(send(&mut browser, &place, &crew.officers[1], &[]).status, 303);
    let page = browser.show(&place);
    assert!(page.text.contains("Was Officer 1 (PO) a no-show?"), "{}", page.text);
    let (seen, gone) = (hidden(&page, "seen"), gone.to_string());
    let of = |assignment: &str| {
        [("seen", seen.clone()), ("assignment", assignment.to_owned()), ("reason", "No answer.".to_owned())]
    };
    let post = |browser: &mut Browser<'_>, page: &Seen, assignment: &str| {
        let fields = of(assignment);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&action, &page.seal(&action), &fields)
    };
    let other = crew.desk.officer("Other");
    assert_eq!(post(&mut browser, &page, &other).status, 409, "nobody who had this place");
    let page = browser.show(&place);
    assert_eq!(post(&mut browser, &page, &gone).leads(), format!("{place}?said=confirmed"));
    assert!(charged(&crew, 0).contains(&"no_show".to_owned()), "{:?}", crew.ledger(0));
    assert!(!charged(&crew, 1).contains(&"no_show".to_owned()), "who came instead is charged for no no-show");
    assert!(!browser.show(&place).text.contains("Was Officer 1"), "it is said once");
}

fn a_doubtful_clock_in_after_a_confirmed_no_show_is_decided_on_the_page(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    crew.pass(3 * HOUR + 17 * MINUTE);
    let place = place(&crew.desk, &crew.detail, 0);
    let (confirm, deny) = (format!("{place}/no-show"), format!("{place}/no-show/deny"));
    let mut browser = coordinator(&world, &crew.desk);
    let page = browser.show(&place);
    let fields = [("seen", hidden(&page, "seen")), ("reason", "No answer.".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post(&confirm, &page.seal(&confirm), &fields).status, 303);
    assert!(!browser.show(&place).text.contains(&format!("action=\"{deny}\"")), "nothing speaks against it so far");
    // More than half a kilometre outside the fence: it shows little.
    crew.phones[0].say_surely(DocumentId::from(held), FactKind::In, world.app.now(), vec![fix(423_700_000)]);
    let page = browser.show(&place);
    let fields = [("seen", hidden(&page, "seen")), ("denied", "Was sent to the wrong end.".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post(&deny, &page.seal(&deny), &fields).leads(), format!("{place}?said=denied"));
    assert_eq!(audited(&crew.desk, "no_show.take_back").len(), 1);
    assert!(!browser.show(&place).text.contains(&format!("action=\"{deny}\"")), "it is said once");
}

fn what_becomes_of_other_places_leaves_the_forms_of_this_one_good(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let site = desk.site();
    let id = desk.detail(&site, 2, 2);
    let (one, other) = (place(&desk, &id, 0), place(&desk, &id, 1));
    let mut browser = coordinator(&world, &desk);
    let action = format!("{one}/replace");
    let post = |browser: &mut Browser<'_>, page: &Seen, officer: &str| {
        let seen = hidden(page, "seen");
        browser.post(&action, &page.seal(&action), &[("seen", &seen), ("officer", officer)])
    };
    let page = browser.show(&action);
    let mut order = crate::staff::world::order(&desk.officer("Reyes"));
    order["position"] = json!(other.rsplit('/').next().unwrap());
    desk.make(&format!("/v1/staff/details/{id}/assignments"), &order);
    let ames = desk.officer("Ames");
    let sent = post(&mut browser, &page, &ames);
    assert_eq!(sent.leads(), format!("{one}?said=sent"), "another place was filled");

    let second = desk.detail(&site, 2, 1);
    let (path, empty) = (format!("/v1/staff/details/{second}"), place(&desk, &second, 0));
    let action = format!("{empty}/replace");
    let page = browser.show(&action);
    // When it is to be worked is a matter of this place.
    let mut moved = crate::staff::world::detail(&site, 3, 1);
    moved["positions"] = json!([{ "id": desk.get(&path)["record"]["positions"][0]["id"], "name": "Traffic 1" }]);
    desk.run("PUT", &path, &json!({ "version": desk.version(&path), "record": moved }));
    let seen = hidden(&page, "seen");
    let stale = browser.post(&action, &page.seal(&action), &[("seen", &seen), ("officer", &desk.officer("Moss"))]);
    assert_eq!(stale.status, 409, "{}", stale.text);
    assert!(stale.text.contains("changed since the page was made: when, where or by whom"), "{}", stale.text);
}

fn where_an_officer_stood_is_for_who_may_see_facts(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (detail, officer) = (desk.detail(&desk.site(), 0, 1), desk.officer("Moss"));
    let held = desk.order(&detail, &officer);
    let phone = Phone::enrol(&desk, &officer);
    phone.say_surely(log(&held), FactKind::In, UnixMillis::new(NOON + 5 * MINUTE), vec![fix(423_600_000)]);
    world.wait(10 * MINUTE);
    let place = place(&desk, &detail, 0);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    admin.send("/console/roles/finance", "/console/roles/finance", &[("scope", "records:read")]).leads();
    let mut reader = inside(&world, desk.agency, "reader@example.org", StaffRole::Finance);
    let page = reader.show(&place).text;
    assert!(page.contains("in 08:05, inside the fence") && page.contains("data-shapes="), "{page}");
    assert!(!page.contains("accuracy"), "{page}");
    assert!(coordinator(&world, &desk).show(&place).text.contains("&#34;accuracy&#34;:8.0"));
}

fn who_joined_last_in_a_large_agency_is_on_the_list(home: &Home) {
    const MANY: usize = 2_100;
    let world = World::on(home);
    let desk = world.agency(1);
    let mut wanted = crate::staff::world::detail(&desk.site(), 2, 1);
    wanted["positions"][0]["rank"] = json!("SGT");
    let detail = desk.make("/v1/staff/details", &json!({ "record": wanted }));
    let mut entropy = world.app.entropy.clone();
    let joined = world.write(desk.agency, move |sql, by| {
        for number in 0..MANY {
            let id = OfficerId::new(by.now, &mut entropy);
            let (name, employee_number, rank) = (format!("Officer {number}"), number.to_string(), "PO".to_owned());
            filing::put(sql, by, id, &Officer { id, name, employee_number, rank })?;
        }
        Ok(())
    });
    joined.unwrap();
    world.wait(MINUTE);
    let record = json!({ "name": "Late Joiner", "rank": "SGT" });
    desk.make("/v1/staff/officers", &json!({ "record": record }));
    let list = coordinator(&world, &desk).show(&format!("{}/replace", place(&desk, &detail, 0)));
    assert!(list.text.contains(&format!("of {}: who can come", MANY + 1)), "{}", list.text);
    assert_eq!(list.within("<h3>", " <span").first().map(String::as_str), Some("Late Joiner"));
}

fn who_calls_off_late_is_kept_or_released_with_a_reason(home: &Home) {
    let world = World::on(home);
    let crew = Crew::awarded(&world, 2, 4);
    let (_, held) = crew.holder();
    crew.call_off(0, held);
    let place = place(&crew.desk, &crew.detail, 0);
    let mut browser = coordinator(&world, &crew.desk);
    let post = |browser: &mut Browser<'_>, what: &str, field: &str, reason: &str| {
        let (page, action) = (browser.show(&place), format!("{place}/{what}"));
        let seen = hidden(&page, "seen");
        browser.post(&action, &page.seal(&action), &[("seen", &seen), (field, reason)])
    };
    let page = browser.show(&place).text;
    assert!(page.contains("My child is ill.") && page.contains("<span class=\"mark bad\">called off</span>"), "{page}");
    assert_eq!(post(&mut browser, "keep", "kept", "").status, 422);
    assert_eq!(post(&mut browser, "keep", "kept", "There is nobody else.").leads(), format!("{place}?said=stays"));
    let page = browser.show(&place).text;
    assert!(!page.contains("Release the officer") && page.contains("expected"), "{page}");
    crew.pass(HOUR);
    crew.call_off(0, held);
    let mut browser = inside(&world, crew.desk.agency, "later@example.org", StaffRole::Coordinator);
    assert_eq!(post(&mut browser, "release", "released", "Then go.").leads(), format!("{place}?said=let_go"));
    assert!(crew.holders().is_empty());
    assert_eq!([audited(&crew.desk, "call_off.refuse").len(), audited(&crew.desk, "call_off.grant").len()], [1, 1]);
    let page = browser.show(&place).text;
    assert!(page.contains("Officer 1 had it and gave it up."), "{page}");
}

/// What the pages of the day are asked with, each with a detail of its own.
pub(super) fn sample(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    if !entry.path.starts_with("/console/today/") {
        return None;
    }
    let desk = &station.desk;
    let wished = entry.path.ends_with("/release") || entry.path.ends_with("/keep");
    let detail = desk.detail(&desk.site(), if wished { 2 } else { 0 }, 1);
    let held = wished || entry.path.ends_with("/search") || entry.path.contains("/no-show");
    let assignment = held.then(|| assigned(desk, &detail, wished));
    let place = place(desk, &detail, 0);
    let rest = entry.path.strip_prefix("/console/today/{detail}/{position}").unwrap();
    let record = desk.get(&format!("/v1/staff/details/{detail}"))["record"].clone();
    let (whose, site) = (assignment.as_deref().unwrap_or_default(), record["site"].as_str().unwrap());
    let holds = if held { "held" } else { "free" };
    let seen = format!("{holds}.{whose}.{}.{}.{site}.", record["starts"], record["ends"]);
    let fields = match (entry.method, rest) {
        ("GET", _) => vec![],
        (_, "/replace") => vec![("seen", seen), ("officer", desk.officer("Comes"))],
        (_, "/search") => vec![("seen", seen)],
        (_, "/no-show") => vec![("seen", seen), ("reason", "Did not come.".to_owned())],
        (_, "/no-show/deny") => vec![("seen", seen), ("denied", "Is on the way.".to_owned())],
        (_, "/release") => vec![("seen", seen), ("released", "Then go.".to_owned())],
        (_, "/keep") => vec![("seen", seen), ("kept", "There is nobody else.".to_owned())],
        _ => return None,
    };
    Some(Sample { path: format!("{place}{rest}"), fields, status: if entry.method == "GET" { 200 } else { 303 } })
}

/// Gives the place to an officer, who calls off again if `wished`.
fn assigned(desk: &Desk<'_>, detail: &str, wished: bool) -> String {
    let officer = desk.officer("Late");
    let held = desk.order(detail, &officer);
    if wished {
        let wish = Wish::CallOff { assignment: held.parse().unwrap(), reason: "My child is ill.".to_owned() };
        assert_eq!(Phone::enrol(desk, &officer).wish(&wish).decision, Decision::Accepted);
    }
    held
}
