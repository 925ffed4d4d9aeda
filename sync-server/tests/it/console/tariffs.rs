//! Tariffs in the settings: what is wrong with a draft, what it would have made of last month, and putting it in force.

use std::collections::BTreeMap;

use detailbook_core::ids::AssignmentId;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::billing::bills::Outcome;
use detailbook_server::billing::tariffs;
use detailbook_server::routes::staff::percent;
use detailbook_server::store::bills;

use super::browser::{Browser, Seen};
use super::settings::{post, send};
use super::staff::inside;
use crate::billing::office::{TARIFF, customer, rule, ruling, worked, world};
use crate::staff::world::{Desk, HOUR, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_dry_run_comes_to_what_the_same_work_is_billed_when_it_is_ruled_on_anew,
    what_is_wrong_is_said_at_its_line_and_nothing_is_set,
    what_cannot_be_read_is_named_too,
    a_version_that_was_set_meanwhile_is_shown_and_not_set_over,
    the_first_day_is_a_field_that_is_written_into_the_text,
    a_day_that_takes_all_of_another_version_is_said,
    versions_are_listed_and_exported,
    one_is_shown_in_words_and_the_next_begins_with_it,
    who_may_not_neither_sees_nor_sets,
);

const NEW: &str = "/console/settings/tariffs/new";
const CHECK: &str = "/console/settings/tariffs/check";
const DRY_RUN: &str = "/console/settings/tariffs/dry-run";

/// A version of the agency's own tariff: dearer, with another fee and one fee less.
fn own(version: u32, cents: u32, from: &str) -> String {
    let text = TARIFF.replace("Test details", "Own").replace("version = 1", &format!("version = {version}"));
    let text = text.replace("cents_per_hour = 7000", &format!("cents_per_hour = {cents}"));
    text.replace("2019-01-01", from).replace("takes = { basis_points = 1000 }", "takes = { basis_points = 1250 }")
        + "\n[[bill.fee]]\nid = \"gear\"\nkind = \"equipment\"\ntakes = { each = 333 }\n"
}

fn finance<'a>(world: &'a World, desk: &Desk<'_>, login: &str) -> Browser<'a> {
    inside(world, desk.agency, login, StaffRole::Finance)
}

/// Sums by customer and line.
type Lines = BTreeMap<(String, String), i64>;

/// What the bills in force of some work come to.
fn billed(desk: &Desk<'_>, work: &[Ruled]) -> Lines {
    let mut sums = Lines::new();
    for Ruled { customer, assignment, .. } in work {
        let (agency, id) = (desk.agency, assignment.parse::<AssignmentId>().unwrap().into());
        let row = desk.world.app.store.read(move |sql| bills::in_force(sql, agency, id, i64::MAX)).unwrap().unwrap();
        let outcome = Outcome::of(&row).unwrap();
        let Some(billed) = outcome.billed() else { continue };
        for line in &billed.lines {
            *sums.entry((customer.clone(), line.title.clone())).or_default() += line.amount.0;
        }
        *sums.entry((customer.clone(), "total".to_owned())).or_default() += billed.total.0;
    }
    sums
}

/// The same by a column of the dry run's file.
fn column(csv: &str, at: usize) -> Lines {
    let mut sums = Lines::new();
    for line in csv.lines().skip(1) {
        let fields: Vec<_> = line.split(',').collect();
        let cents = fields[at].replace('.', "").parse::<i64>().unwrap_or(0);
        *sums.entry((fields[0].to_owned(), fields[4].to_owned())).or_default() += cents;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// Work that was ruled on: whose it is, the assignment, its ruling, when it began and how long it was.
struct Ruled {
    customer: String,
    assignment: String,
    ruling: String,
    begins: i64,
    minutes: i64,
}

/// Work of two customers, some without a price, some of two officers of one detail, of which one bill bears what is billed once.
fn lived(desk: &Desk<'_>) -> Vec<Ruled> {
    let officer = desk.officer("Officer 1");
    let sites = ["Gas company", "Water company"].map(|name| (name.to_owned(), customer(desk, name).1));
    let mut all = Vec::new();
    for (n, minutes) in (0_i64..).zip([210, 60, 13 * 60, 95, 30]) {
        let (name, site) = &sites[usize::from(n % 2 == 1)];
        let begins = -20 - 15 * n;
        let (assignment, ruling) = worked(desk, site, &officer, begins, minutes);
        all.push(Ruled { customer: name.clone(), assignment, ruling, begins, minutes });
    }
    let both = desk.detail(&sites[0].1, -8, 2);
    for name in ["Officer 2", "Officer 3"] {
        let assignment = desk.order(&both, &desk.officer(name));
        let ruling = rule(desk, &assignment, &ruling(-8, 240, None));
        all.push(Ruled { customer: sites[0].0.clone(), assignment, ruling, begins: -8, minutes: 240 });
    }
    desk.world.wait(20 * 24 * HOUR);
    all
}

/// Checks a draft that is sent as a file, with the line ends of another system.
fn checked_as_file(clerk: &mut Browser<'_>, text: &str) -> Seen {
    let seal = clerk.show(NEW).seal(CHECK);
    let file = text.replace('\n', "\r\n");
    clerk.upload(CHECK, &seal, &[("text", "")], ("file", "tariff.toml", file.as_bytes()))
}

fn a_dry_run_comes_to_what_the_same_work_is_billed_when_it_is_ruled_on_anew(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let work = lived(&desk);
    let mut clerk = finance(&world, &desk, "clerk@example.org");
    // Its first day is ahead: the dry run is as if it had been in force all of last month.
    let later = own(1, 8_050, "2019-07-01");
    let seen = checked_as_file(&mut clerk, &later);
    assert!(
        seen.text.contains("Own v1, in force from 2019-07-01") && !seen.text.contains("has passed"),
        "{}",
        seen.text
    );
    assert!(seen.text.contains("Work of 2019-05-01 to 2019-05-31") && seen.text.contains("7 rulings"), "{}", seen.text);
    assert!(seen.text.contains("no band of job type"), "what has no price is said: {}", seen.text);
    let csv = post(&mut clerk, DRY_RUN, &seen.seal(DRY_RUN), &[("text", &later)]);
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"own-v1-2019-05-01-2019-05-31.csv\""));
    let before = billed(&desk, &work);
    assert_eq!(column(&csv.text, 5), before, "{}", csv.text);
    // The same in force since May, and everything ruled on anew as it was.
    let text = own(1, 8_050, "2019-05-01");
    world.write(desk.agency, move |sql, by| tariffs::add(sql, by, &text, "The council agreed.")).unwrap();
    for it in &work {
        rule(&desk, &it.assignment, &ruling(it.begins, it.minutes, Some(&it.ruling)));
    }
    let after = billed(&desk, &work);
    assert_eq!(column(&csv.text, 6), after);
    for name in ["Gas company", "Water company"] {
        let of = |sums: &Lines| sums[&(name.to_owned(), "total".to_owned())];
        let difference = detailbook_core::money::Cents(of(&after) - of(&before)).to_string();
        assert!(seen.text.contains(&format!("<strong>+{difference}</strong>")), "{name} {difference}: {}", seen.text);
    }
}

fn what_is_wrong_is_said_at_its_line_and_nothing_is_set(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut clerk = finance(&world, &desk, "clerk@example.org");
    let wrong = own(1, 8_000, "2019-07-01")
        .replace("over = \"0:00\"", "over = \"1:00\"")
        .replace("= { each = 333 }", "= { each = 0 }");
    let line = |text: &str, of: &str| text[..text.rfind(of).unwrap()].lines().count() + 1;
    let seen = send(&mut clerk, NEW, CHECK, &[("text", &wrong)]);
    assert!(seen.status == 422 && seen.text.contains("2 wrong with it"), "{}", seen.text);
    for says in [
        format!("Line {}, column", line(&wrong, "    [[job_type.band]]")),
        "band hours: the first band of a job type must start over 0:00".to_owned(),
        format!("Line {}, column", line(&wrong, "[[bill.fee]]")),
        "fee gear: takes must be more than zero".to_owned(),
    ] {
        assert!(seen.text.contains(&says), "{says}: {}", seen.text);
    }
    assert!(seen.text.contains("each = 0 }"), "what was typed is shown again");
    // Without a reason it is not set, and is shown again with all that it would change.
    let good = own(1, 8_000, "2019-07-01");
    let checked = send(&mut clerk, NEW, CHECK, &[("text", &good)]);
    let seen = post(&mut clerk, NEW, &checked.seal(NEW), &[("text", &good), ("reason", "  ")]);
    assert!(
        seen.status == 422 && seen.text.contains("This must not be empty.") && seen.text.contains("id=\"run\""),
        "{}",
        seen.text
    );
    // The form that sets is only given with what is in order; whoever sends something else is refused.
    let seen = post(&mut clerk, NEW, &seen.seal(NEW), &[("text", &wrong), ("reason", "So.")]);
    assert!(seen.status == 422 && seen.text.contains("2 wrong with it"), "{}", seen.text);
    assert!(clerk.show("/console/settings/tariffs").text.contains("None of the agency"));
    let log = desk.items("/v1/staff/audit?limit=1000");
    assert!(log.iter().all(|entry| entry["action"] != "tariff.set"));
}

fn what_cannot_be_read_is_named_too(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut clerk = finance(&world, &desk, "clerk@example.org");
    let unread = own(1, 8_000, "July 2019").replace("cents_per_hour = 5000", "cents_per_hour = 50.5");
    let seen = send(&mut clerk, NEW, CHECK, &[("text", &unread)]);
    assert!(seen.text.contains("2 wrong with it") && seen.text.contains("rate[1].cents_per_hour"), "{}", seen.text);
    let seen = send(&mut clerk, NEW, CHECK, &[("text", "<script>alert(1)</script>")]);
    assert!(seen.status == 422 && !seen.text.contains("<script"), "{}", seen.text);
    let seal = clerk.show(NEW).seal(CHECK);
    let seen = clerk.upload(CHECK, &seal, &[("text", "")], ("file", "tariff.xlsx", b"\xff\xfe\x00"));
    assert!(seen.status == 422 && seen.text.contains("This must be text in UTF-8."), "{}", seen.text);
}

fn a_version_that_was_set_meanwhile_is_shown_and_not_set_over(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (mut one, mut other) = (finance(&world, &desk, "one@example.org"), finance(&world, &desk, "other@example.org"));
    let (mine, theirs) = (own(1, 8_000, "2019-07-01"), own(1, 9_000, "2019-07-01"));
    let checked = send(&mut one, NEW, CHECK, &[("text", &mine)]);
    let faster = send(&mut other, NEW, CHECK, &[("text", &theirs)]).seal(NEW);
    post(&mut other, NEW, &faster, &[("text", &theirs), ("reason", "The council agreed.")]).leads();
    let again = post(&mut other, NEW, &faster, &[("text", &theirs), ("reason", "The council agreed.")]);
    assert!(again.status >= 400, "a form is taken once: {}", again.text);
    let refused = post(&mut one, NEW, &checked.seal(NEW), &[("text", &mine), ("reason", "The mayor agreed.")]);
    assert_eq!(refused.status, 409);
    for says in [
        "The next version of this tariff is 2, not 1.",
        "What differs from Own v1",
        "<del>90.00</del>",
        "<ins>80.00</ins>",
        "other@example.org",
    ] {
        assert!(refused.text.contains(says), "{says}: {}", refused.text);
    }
    assert!(!refused.text.contains(&format!("action=\"{NEW}\"")), "it cannot be confirmed as it is: {}", refused.text);
    // As the next version it can.
    let next = own(2, 8_000, "2019-08-01");
    let checked = send(&mut one, NEW, CHECK, &[("text", &next)]);
    post(&mut one, NEW, &checked.seal(NEW), &[("text", &next), ("reason", "The mayor agreed.")]).leads();
    let log = desk.items("/v1/staff/audit?limit=1000");
    let set: Vec<_> = log.iter().filter(|entry| entry["action"] == "tariff.set").collect();
    assert_eq!(set.len(), 2);
    assert!(set.iter().any(|entry| entry["detail"].as_str().unwrap().contains("The mayor agreed.")), "{set:?}");
    // One of another name is told at the check that its days are taken.
    let rival = own(1, 8_000, "2019-09-01").replace("\"Own\"", "\"Rival\"");
    let seen = send(&mut one, NEW, CHECK, &[("text", &rival)]);
    assert!(
        seen.status == 200 && seen.text.contains("The tariff Own v2 is in force on some of the same days."),
        "{}",
        seen.text
    );
}

/// Is the first day of the editor's field that one, and does the text say the same?
fn both_say(seen: &Seen, day: &str) {
    for says in [
        format!("name=\"from\" type=\"date\" value=\"{day}\""),
        format!("name=\"shown_from\" value=\"{day}\""),
        format!("effective_from = &#34;{day}&#34;"),
    ] {
        assert!(seen.text.contains(&says), "{says}: {}", seen.text);
    }
}

fn the_first_day_is_a_field_that_is_written_into_the_text(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut clerk = finance(&world, &desk, "clerk@example.org");
    let text = own(1, 8_000, "2019-07-01");
    // The field that somebody set counts before the text; one that was left as it was shown does not.
    let checked = |clerk: &mut Browser<'_>, text: &str, from: &str, shown: &str| {
        send(clerk, NEW, CHECK, &[("text", text), ("from", from), ("shown_from", shown)])
    };
    for (from, shown, day) in [
        ("2019-08-01", "", "2019-08-01"),
        ("2019-08-01", "2019-06-15", "2019-08-01"),
        ("2019-06-15", "2019-06-15", "2019-07-01"),
        ("", "2019-06-15", "2019-07-01"),
    ] {
        let seen = checked(&mut clerk, &text, from, shown);
        assert!(seen.text.contains(&format!("Own v1, in force from {day}")), "{from} {shown}: {}", seen.text);
        both_say(&seen, day);
    }
    // A text without a first day gets it; a file too.
    let unsaid = text.replace("effective_from = \"2019-07-01\"\n", "");
    assert!(checked(&mut clerk, &unsaid, "", "").text.contains("1 wrong with it"));
    both_say(&checked(&mut clerk, &unsaid, "2019-08-02", ""), "2019-08-02");
    let seal = clerk.show(NEW).seal(CHECK);
    let fields = [("text", ""), ("from", "2019-08-03"), ("shown_from", "")];
    both_say(&clerk.upload(CHECK, &seal, &fields, ("file", "own.toml", text.as_bytes())), "2019-08-03");
    // What is no day is said at the field, with everything that was typed, and is still what somebody set.
    let seen = checked(&mut clerk, &text, "soon", "2019-07-01");
    assert!(seen.status == 422 && seen.text.contains("This must be a day such as"), "{}", seen.text);
    assert!(seen.text.contains("value=\"soon\"") && seen.text.contains("effective_from = &#34;2019-07-01&#34;"));
    // A line that only looks as if it said the first day does not stand for it.
    let odd = text.replace("    source = \"invented\"\n", "");
    let odd = format!("source = \"\"\"\neffective_from = \"2018-01-01\"\n\"\"\"\n{odd}");
    let seen = checked(&mut clerk, &odd, "2019-08-01", "");
    assert!(seen.status == 422 && seen.text.contains("This cannot be written into this text"), "{}", seen.text);
    // What is put in force begins on the day of the field.
    let seen = checked(&mut clerk, &text, "2019-08-01", "");
    let dated = text.replace("2019-07-01", "2019-08-01");
    post(&mut clerk, NEW, &seen.seal(NEW), &[("text", &dated), ("reason", "The council agreed.")]).leads();
    // The next one begins a day later: no two begin on one.
    let next = clerk.show(&format!("{NEW}?from={}", percent::encode("1 Own")));
    both_say(&next, "2019-08-02");
}

fn a_day_that_takes_all_of_another_version_is_said(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    three_versions(&world, &desk);
    let mut clerk = finance(&world, &desk, "clerk@example.org");
    let text = own(4, 8_000, "2019-08-01").replace("Own", "=Own & <b>");
    let words = "begins no earlier, and would be in force on no day any more.";
    assert!(!send(&mut clerk, NEW, CHECK, &[("text", &text)]).text.contains(words));
    let seen = send(&mut clerk, NEW, CHECK, &[("text", &text), ("from", "2019-07-01")]).text;
    all_said(&seen, &[&format!("=Own &#38; &#60;b&#62; v3 {words}")]);
    assert_eq!(seen.matches(words).count(), 1, "what begins before stays: {seen}");
}

/// Three versions of a name that would be a formula and a tag: one that is over, one in force, one to come.
fn three_versions(world: &World, desk: &Desk<'_>) {
    let remark = "# By the council of 7 May.\n";
    for (version, cents, from) in [(1, 8_000, "2019-05-01"), (2, 8_500, "2019-05-10"), (3, 9_000, "2019-07-01")] {
        let text = format!("{remark}{}", own(version, cents, from)).replace("Own", "=Own & <b>");
        world.write(desk.agency, move |sql, by| tariffs::add(sql, by, &text, "The council agreed.")).unwrap();
        world.wait(1_000);
    }
}

fn all_said(text: &str, says: &[&str]) {
    for says in says {
        assert!(text.contains(says), "{says}: {text}");
    }
}

fn versions_are_listed_and_exported(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    three_versions(&world, &desk);
    let mut reader = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    let list = reader.show("/console/settings/tariffs").text;
    let states = [">in force</span>", ">from its day on</span>", ">over</span>"];
    all_said(&list, &states);
    all_said(&list, &["3 found", "=Own &#38; &#60;b&#62; v2</a>", "On days without one: Test details v1"]);
    assert!(!list.contains(NEW), "who only reads is not offered to write: {list}");
    let mut rows = |query: &str| {
        let csv = reader.show(&format!("/console/settings/tariffs.csv{query}")).text;
        csv.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows(""), ["3", "2", "1"]);
    assert_eq!(rows("?state=in_force"), ["2"]);
    assert_eq!(rows("?find=nothing"), [""; 0]);
    assert_eq!(rows("?sort=name&find=OWN").len(), 3);
    assert!(reader.show("/console/settings/tariffs.csv").text.contains("\r\n'=Own"), "no formula");
}

fn one_is_shown_in_words_and_the_next_begins_with_it(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    three_versions(&world, &desk);
    let mut reader = inside(&world, desk.agency, "auditor@example.org", StaffRole::Auditor);
    let name = percent::encode("=Own & <b>");
    let one = reader.show(&format!("/console/settings/tariffs/versions/{name}/2")).text;
    all_said(&one, &["What differs from =Own", "Billed: rate of PO: an hour", "<del>80.00</del>", "<ins>85.00</ins>"]);
    all_said(&one, &["12.5 % of the officer&#39;s time", "3.33 for each officer", "2019-06-30"]);
    all_said(&one, &["# By the council of 7 May.", "/console/audit?subject="]);
    let mut clerk = finance(&world, &desk, "clerk@example.org");
    let next = clerk.show(&format!("{NEW}?from={}", percent::encode("3 =Own & <b>"))).text;
    all_said(&next, &["version = 4", "# By the council of 7 May."]);
    let given = clerk.show(&format!("{NEW}?from=given")).text;
    all_said(&given, &["version = 2", "Test details"]);
    for nowhere in ["9%20Own", "x%20Own", "nothing"] {
        assert_eq!(clerk.get(&format!("{NEW}?from={nowhere}")).status, 404, "{nowhere}");
    }
}

fn who_may_not_neither_sees_nor_sets(home: &Home) {
    let world = world(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let text = own(1, 8_000, "2019-05-01");
    world.write(desk.agency, move |sql, by| tariffs::add(sql, by, &text, "The council agreed.")).unwrap();
    let mut stranger = finance(&world, &other, "clerk@example.org");
    assert_eq!(stranger.get("/console/settings/tariffs/versions/Own/1").status, 404);
    assert!(stranger.show("/console/settings/tariffs").text.contains("None of the agency"));
    // What is theirs alone does not stand in the way of ours.
    let checked = send(&mut stranger, NEW, CHECK, &[("text", &own(1, 9_000, "2019-05-01"))]);
    assert!(
        checked.text.contains("Nothing is wrong with it.") && checked.text.contains("has passed"),
        "{}",
        checked.text
    );
    let mut coordinator = inside(&world, desk.agency, "coordinator@example.org", StaffRole::Coordinator);
    assert!(coordinator.show("/console/settings/tariffs").text.contains("Own v1"));
    assert_eq!(coordinator.get(NEW).status, 403);
    let mut dispatcher = inside(&world, desk.agency, "dispatcher@example.org", StaffRole::Dispatcher);
    assert_eq!(dispatcher.get("/console/settings/tariffs").status, 403);
    assert!(!dispatcher.show("/console/settings").text.contains("/console/settings/tariffs"));
}
