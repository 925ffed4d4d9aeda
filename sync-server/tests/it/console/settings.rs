//! Settings: the agency, its rules by version and date, and the terms on which work is offered and staffed.

use detailbook_core::ids::AgencyId;
use detailbook_core::staffing::StaffingRules;
use detailbook_core::time::UnixMillis;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::audit::By;
use detailbook_server::billing::tariffs;
use detailbook_server::console::table::Entry;
use detailbook_server::routes::staff::percent;
use detailbook_server::scheduling::ledger as charges;
use detailbook_server::store::{Sql, ledger, staffing_rules};
use serde_json::{Value, json};

use super::browser::{Browser, Seen};
use super::staff::inside;
use super::walk::{Sample, Station};
use crate::billing::office::TARIFF;
use crate::rules::scene::{RULES, fresh, numbered, set_rules};
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    the_agency_is_renamed_and_its_zone_is_one_there_is,
    what_is_wrong_with_a_set_is_said_by_line_and_nothing_is_in_force,
    a_set_is_checked_compared_tried_on_the_last_month_and_put_in_force,
    what_a_set_would_have_held_up_is_a_file,
    a_set_takes_a_reason_and_its_first_day_from_the_form,
    a_version_that_was_set_meanwhile_is_not_set_again,
    the_contract_and_the_staffing_rules_are_written_over_what_was_seen,
    how_details_are_staffed_is_written_in_hours_and_minutes,
    every_version_of_the_terms_is_shown_beside_the_one_before,
    who_may_only_read_changes_nothing,
);

const AGAIN: &str = "/console/settings/rules/new";
const CHECK: &str = "/console/settings/rules/check";
const DRY_RUN: &str = "/console/settings/rules/dry-run";
/// Why a set is put in force.
const WHY: &str = "The chief agreed.";

/// What the pages of this area are asked with.
pub(super) fn sample(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    if !entry.path.starts_with("/console/settings") {
        return None;
    }
    let path = entry.path.replace("{set}", "Town").replace("{version}", "1").replace("{from}", "1");
    let get = |path: &str| station.desk.get(path);
    let fields = match entry.path {
        _ if entry.method == "GET" => vec![],
        "/console/settings" => {
            vec![("name", "Town".to_owned()), ("zone", "America/New_York".to_owned()), ("version", "1".to_owned())]
        }
        "/console/settings/contract" => {
            let mut contract = get("/v1/staff/contract");
            contract["version"] = json!(contract["version"].as_u64().unwrap() + 1);
            vec![("text", contract.to_string()), ("version", "0".to_owned())]
        }
        "/console/settings/staffing" => {
            staffing(&[]).into_iter().map(|(name, value)| (name, value.to_owned())).collect()
        }
        "/console/settings/tariffs/new" => vec![("text", tariff(2)), ("reason", "The council agreed.".to_owned())],
        path if path.starts_with("/console/settings/tariffs") => vec![("text", tariff(2))],
        AGAIN => vec![("text", warning_only().replace("version = 1", "version = 2")), ("reason", WHY.to_owned())],
        _ => vec![("text", warning_only().replace("version = 1", "version = 2"))],
    };
    let looks = entry.method == "GET" || entry.path.ends_with("/check") || entry.path.ends_with("/dry-run");
    Some(Sample { path, fields, status: if looks { 200 } else { 303 } })
}

/// A tariff of days to come: it prices nothing of what the walk does elsewhere.
fn tariff(version: u32) -> String {
    let text = TARIFF.replace("Test details", "Town").replace("2019-01-01", "2100-01-01");
    text.replace("version = 1", &format!("version = {version}"))
}

/// Rules that stand in nobody's way: the pages of other areas are walked under them.
fn warning_only() -> String {
    RULES.replace("\"block\"", "\"warn\"")
}

/// What the walk finds in an agency: rules, a tariff, a contract and staffing rules.
pub(super) fn settle(world: &World, agency: AgencyId) {
    let terms = move |sql: &mut dyn Sql, by: &By<'_>| {
        tariffs::add(sql, by, &tariff(1), "The council agreed.")?;
        let contract = charges::contract(sql, agency, by.now)?;
        ledger::set_contract(sql, agency, UnixMillis::new(1), &contract)?;
        Ok(staffing_rules::put(sql, agency, UnixMillis::new(1), &StaffingRules::default())?)
    };
    world.write(agency, terms).unwrap();
    let set = detailbook_server::policy::check::check(&warning_only()).unwrap();
    let row = detailbook_server::store::rule_sets::SetRow {
        name: set.name.clone(),
        version: 1,
        from: 0,
        until: None,
        set_at: world.app.now(),
        set_by: "test".to_owned(),
        body: detailbook_core::wire::encode(&set),
    };
    world.write(agency, move |sql, _| Ok(detailbook_server::store::rule_sets::insert(sql, agency, &row)?)).unwrap();
}

fn admin<'a>(world: &'a World, desk: &Desk<'_>) -> Browser<'a> {
    let login = format!("a{}@example.org", desk.items("/v1/staff/audit?limit=1000").len());
    inside(world, desk.agency, &login, StaffRole::Administrator)
}

/// Sends a form that may carry a file, without one, as it is sealed on a page.
pub(super) fn send(browser: &mut Browser<'_>, page: &str, action: &str, fields: &[(&str, &str)]) -> Seen {
    let seal = browser.show(page).seal(action);
    post(browser, action, &seal, fields)
}

/// The same with a seal from a page that was shown before.
pub(super) fn post(browser: &mut Browser<'_>, action: &str, seal: &str, fields: &[(&str, &str)]) -> Seen {
    browser.upload(action, seal, fields, ("file", "", b""))
}

fn the_agency_is_renamed_and_its_zone_is_one_there_is(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = admin(&world, &desk);
    let path = "/console/settings";
    let fields = |zone| [("name", "Harbor Falls"), ("zone", zone), ("version", "1")];
    let wrong = browser.send(path, path, &fields("Boston"));
    assert!(wrong.status == 422 && wrong.text.contains("This must be a zone such as"), "{}", wrong.text);
    browser.send(path, path, &fields("America/Chicago")).leads();
    let stale = browser.send(path, path, &fields("America/Denver"));
    assert!(stale.status == 409 && stale.text.contains("Harbor Falls, America/Chicago"), "{}", stale.text);
    let both = browser.send(path, path, &fields("Boston"));
    assert!(both.status == 422 && both.text.contains("<td class=\"wrap\">America/Chicago</td>"), "{}", both.text);
    assert_eq!(desk.get("/v1/staff/agency")["record"]["zone"], "America/Chicago");
    assert!(browser.show("/console").text.contains("Harbor Falls"));
}

fn what_is_wrong_with_a_set_is_said_by_line_and_nothing_is_in_force(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = admin(&world, &desk);
    let wrong = RULES.replace("limit = \"16:00\"", "limit = \"sixteen\"");
    let line = wrong.lines().position(|line| line.contains("sixteen\"") && line.starts_with("limit")).unwrap() + 1;
    let seen = send(&mut browser, AGAIN, CHECK, &[("text", &wrong)]);
    assert!(seen.status == 422 && seen.text.contains(&format!("<strong>Line {line}, column")), "{}", seen.text);
    assert!(seen.text.contains("limit = &#34;sixteen&#34;"), "what was typed is shown again");
    let seen = send(&mut browser, AGAIN, CHECK, &[("text", "<script>alert(1)</script>")]);
    assert!(seen.status == 422 && !seen.text.contains("<script"), "{}", seen.text);
    // The form that sets is only given with a text that is in order; whoever sends another is refused.
    let checked = send(&mut browser, AGAIN, CHECK, &[("text", RULES)]);
    let refused = post(&mut browser, AGAIN, &checked.seal(AGAIN), &[("text", &wrong), ("reason", WHY)]);
    assert!(refused.status == 422 && refused.text.contains("Line "), "{}", refused.text);
    assert!(desk.items("/v1/staff/rule_sets").is_empty());
}

/// Two officers worked last month under the rules, one of them after four hours on duty.
fn two_work(desk: &Desk<'_>) {
    set_rules(desk, RULES);
    let (officer, other) = (numbered(desk, "17"), numbered(desk, "18"));
    fresh(desk, "stints", "employee_number,starts,ends\n17,2019-05-15 05:00,2019-05-15 09:00\n");
    let site = desk.site();
    desk.order(&desk.detail(&site, -8, 1), &officer);
    desk.order(&desk.detail(&site, -8, 1), &other);
    desk.world.wait(24 * crate::staff::world::HOUR);
    fresh(desk, "stints", "employee_number,starts,ends\n");
}

/// The rules with 7 hours in place of 16: whoever was on duty for 4 and worked 4 would not have been let.
fn stricter() -> String {
    let text = RULES.replace("version = 1", "version = 2").replace("limit = \"16:00\"", "limit = \"7:00\"");
    text.replace("effective_from = \"2019-01-01\"", "effective_from = \"2019-06-01\"")
}

fn what_a_set_would_have_held_up_is_a_file(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    two_work(&desk);
    let mut browser = admin(&world, &desk);
    let text = stricter();
    let seen = send(&mut browser, AGAIN, CHECK, &[("text", &text)]);
    let csv = post(&mut browser, DRY_RUN, &seen.seal(DRY_RUN), &[("text", &text)]);
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"rules-dry-run.csv\""), "{}", csv.text);
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!(lines.len(), 2, "of the other officer nothing else is said: {}", csv.text);
    assert_eq!(lines[0], "began,officer,detail,was,would_be,why");
    assert!(lines[1].contains(",Officer 17,") && lines[1].contains(",allowed,blocked,"), "{}", lines[1]);
    assert_eq!(desk.items("/v1/staff/rule_sets").len(), 1, "nothing is set by it");
    let seal = send(&mut browser, AGAIN, CHECK, &[("text", &text)]).seal(DRY_RUN);
    let broken = post(&mut browser, DRY_RUN, &seal, &[("text", "name = 7")]);
    assert!(broken.status == 422 && broken.text.contains("1 wrong with it"), "{}", broken.text);
}

fn a_set_is_checked_compared_tried_on_the_last_month_and_put_in_force(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    two_work(&desk);
    let mut browser = admin(&world, &desk);
    let stricter = stricter();
    let seen = send(&mut browser, AGAIN, CHECK, &[("text", &stricter)]);
    assert_eq!(seen.status, 200, "{}", seen.text);
    for shown in [
        "Town v2, in force from 2019-06-01",
        "2 assignments were looked at",
        "Of 1 something else would have been said.",
        "<th scope=\"row\">Officer 17</th>",
        "<span class=\"mark bad\">blocked</span>",
        "What differs from Town v1",
    ] {
        assert!(seen.text.contains(shown), "{shown} in {}", seen.text);
    }
    assert!(seen.text.contains("<del><code>version = 1</code></del>"), "{}", seen.text);
    assert_eq!(desk.items("/v1/staff/rule_sets").len(), 1, "a check sets nothing");
    let set = post(&mut browser, AGAIN, &seen.seal(AGAIN), &[("text", &stricter), ("reason", WHY)]);
    assert_eq!(set.leads(), "/console/settings/rules?said=rules");
    let list = browser.show("/console/settings/rules");
    assert!(list.text.contains("from its day on") && list.text.contains(">in force</span>"), "{}", list.text);
    let one = browser.show("/console/settings/rules/versions/Town/2");
    assert!(one.text.contains("<ins><code>version = 2</code></ins>"), "{}", one.text);
    // The next version begins with this one.
    let next = browser.show(&format!("{AGAIN}?from={}", percent::encode("2 Town")));
    assert!(next.text.contains("version = 3"), "{}", next.text);
    assert_eq!(browser.get("/console/settings/rules/versions/Town/7").status, 404);
}

fn a_set_takes_a_reason_and_its_first_day_from_the_form(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let mut browser = admin(&world, &desk);
    let next = browser.show(&format!("{AGAIN}?from={}", percent::encode("1 Town"))).text;
    assert!(next.contains("version = 2") && !next.contains("&#34;2019-01-01&#34;"), "on a day after the last: {next}");
    // A set is written as JSON too, and the day of the form's field is written into that.
    let set = detailbook_server::policy::check::check(&RULES.replace("version = 1", "version = 2")).unwrap();
    let json = serde_json::to_string(&set).unwrap();
    let seen = send(&mut browser, AGAIN, CHECK, &[("text", &json), ("from", "2019-08-01")]);
    assert!(seen.status == 200 && seen.text.contains("Town v2, in force from 2019-08-01"), "{}", seen.text);
    assert!(seen.text.contains("&#34;effective_from&#34;:&#34;2019-08-01&#34;"), "{}", seen.text);
    let json = json.replace("2019-01-01", "2019-08-01");
    let unsaid = post(&mut browser, AGAIN, &seen.seal(AGAIN), &[("text", &json), ("reason", " ")]);
    assert!(unsaid.status == 422 && unsaid.text.contains("This must not be empty."), "{}", unsaid.text);
    assert!(unsaid.text.contains("Town v2, in force"), "all that it would change is shown again: {}", unsaid.text);
    assert_eq!(desk.items("/v1/staff/rule_sets").len(), 1);
    post(&mut browser, AGAIN, &unsaid.seal(AGAIN), &[("text", &json), ("reason", WHY)]).leads();
    let log = desk.items("/v1/staff/audit?limit=1000");
    let why = |it: &&Value| it["detail"].as_str().is_some_and(|told| told.contains("\"why\":\"The chief agreed.\""));
    assert_eq!(log.iter().filter(|it| it["action"] == "policy.set").filter(why).count(), 1);
}

fn a_version_that_was_set_meanwhile_is_not_set_again(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = admin(&world, &desk);
    let checked = send(&mut browser, AGAIN, CHECK, &[("text", RULES)]);
    set_rules(&desk, RULES);
    let refused = post(&mut browser, AGAIN, &checked.seal(AGAIN), &[("text", RULES), ("reason", WHY)]);
    assert!(
        refused.status == 409 && refused.text.contains("The next version of this set is 2, not 1"),
        "{}",
        refused.text
    );
    assert_eq!(desk.items("/v1/staff/rule_sets").len(), 1);
}

fn the_contract_and_the_staffing_rules_are_written_over_what_was_seen(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = admin(&world, &desk);
    let path = "/console/settings/contract";
    let mut contract = desk.get("/v1/staff/contract");
    contract["name"] = json!("Town agreement");
    let text = contract.to_string();
    for (text, from, why) in [
        ("{", "", "This cannot be read"),
        (text.as_str(), "2019-05-01", "This must not be in the past"),
        (text.as_str(), "soon", "This must be a day such as"),
    ] {
        let seen = browser.send(path, path, &[("text", text), ("from", from), ("version", "0")]);
        assert!(seen.status == 422 && seen.text.contains(why), "{why} in {}", seen.text);
    }
    browser.send(path, path, &[("text", &text), ("version", "0")]).leads();
    assert_eq!(desk.get("/v1/staff/contract")["name"], "Town agreement");
    let stale = browser.send(path, path, &[("text", &text), ("version", "0")]);
    assert!(stale.status == 409 && stale.text.contains("As it stands now"), "{}", stale.text);
    for (text, version, told) in [("{", "0", true), ("{", "1", false)] {
        let wrong = browser.send(path, path, &[("text", text), ("version", version)]);
        assert_eq!((wrong.status, wrong.text.contains("What changed meanwhile")), (422, told), "{}", wrong.text);
    }
    // One that is to come has its number too.
    contract["version"] = json!(contract["version"].as_u64().unwrap() + 1);
    let later = contract.to_string();
    browser.send(path, path, &[("text", &later), ("from", "2019-07-01"), ("version", "1")]).leads();
    let taken = browser.send(path, path, &[("text", &later), ("version", "2")]);
    assert!(taken.status == 422 && taken.text.contains("must be one that no contract has"), "{}", taken.text);
    let path = "/console/settings/staffing";
    browser.send(path, path, &staffing(&[])).leads();
    assert_eq!(browser.send(path, path, &staffing(&[])).status, 409);
    assert_eq!(browser.send(path, path, &staffing(&[("way_1", "strange"), ("version", "1")])).status, 422);
    let log = desk.items("/v1/staff/audit?limit=1000");
    let done = |action: &str| log.iter().filter(|it| it["action"] == action).count();
    assert_eq!((done("contract.set"), done("staffing_rules.write")), (2, 1));
}

/// The form of the staffing rules as an agency finds it that has settled nothing, with these fields otherwise.
fn staffing<'a>(otherwise: &[(&'a str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let form = [
        ("version", "0"),
        ("free_with", "120:00"),
        ("coordinator_under", "4:00"),
        ("way_1", "backups"),
        ("way_2", "pool"),
        ("way_3", "coordinator"),
        ("way_4", ""),
        ("officer_looks", "24:00"),
        ("backup_answers", "0:30"),
        ("pool_answers", "2:00"),
        ("urgent_under", "4:00"),
        ("supervisor_after", "1:00"),
        ("late_after", "0:05"),
        ("no_show_after", "0:15"),
        ("relieve_unconfirmed", ""),
        ("trades", "yes"),
        ("agreement", "yes"),
    ];
    let value = |name: &str| otherwise.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    form.into_iter().map(|(name, usual)| (name, value(name).unwrap_or(usual))).collect()
}

/// Where the second version is late after 0:07:30.
fn refuses_at_the_field(browser: &mut Browser<'_>, path: &str) {
    for (name, value, why) in [
        ("free_with", "5", "must be hours and minutes such as 0:05"),
        ("supervisor_after", "745:00", "must be between nothing and 31 days."),
        ("no_show_after", "0:01", "must not be shorter than the time after which one is late"),
        ("way_3", "pool", "stands there twice"),
        ("way_4", "nobody", "must be one of these"),
    ] {
        let seen = browser.send(path, path, &staffing(&[("version", "2"), (name, value)]));
        assert!(seen.status == 422 && seen.text.contains(&format!("id=\"e-{name}\"")), "{name}: {}", seen.text);
        assert!(
            seen.text.contains(why) && seen.text.contains(&format!("value=\"{value}\"")) || name == "way_4",
            "{name}: {}",
            seen.text
        );
    }
    let stale = browser.send(path, path, &staffing(&[("version", "1"), ("late_after", "0:09")])).text;
    assert!(stale.contains("<td class=\"wrap\">0:07:30</td>") && stale.contains("value=\"0:09\""), "{stale}");
}

fn how_details_are_staffed_is_written_in_hours_and_minutes(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = admin(&world, &desk);
    let path = "/console/settings/staffing";
    let rules = || desk.get("/v1/staff/staffing_rules");
    let usual = rules();
    let shown = browser.show(path).text;
    for (name, value) in staffing(&[]).into_iter().filter(|(_, value)| value.contains(':')) {
        assert!(shown.contains(&format!("name=\"{name}\"")) && shown.contains(&format!("value=\"{value}\"")), "{name}");
    }
    // As the form shows it, it changes nothing.
    browser.send(path, path, &staffing(&[])).leads();
    assert_eq!(rules(), usual);
    let other = [
        ("version", "1"),
        ("late_after", "0:07:30"),
        ("way_1", "officer_finds"),
        ("way_2", ""),
        ("trades", ""),
        ("relieve_unconfirmed", "yes"),
    ];
    browser.send(path, path, &staffing(&other)).leads();
    let mut wanted = usual;
    wanted["watch"]["late_after"] = json!(450_000);
    wanted["relief"]["ways"] = json!(["officer_finds", "coordinator"]);
    (wanted["trades"]["allowed"], wanted["relieve_unconfirmed"]) = (json!(false), json!(true));
    assert_eq!(rules(), wanted);
    assert!(browser.show(path).text.contains("value=\"0:07:30\""));
    refuses_at_the_field(&mut browser, path);
    assert_eq!(rules(), wanted);
    let mut reader = inside(&world, desk.agency, "r@example.org", StaffRole::Auditor);
    let read = reader.show(path).text;
    assert!(
        read.contains("<dd>0:07:30</dd>") && !read.contains("<form method=\"post\" action=\"/console/settings"),
        "{read}"
    );
}

fn every_version_of_the_terms_is_shown_beside_the_one_before(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = admin(&world, &desk);
    assert!(!browser.show("/console/settings/contract").text.contains("Versions"), "none was ever written");
    let path = "/console/settings/contract";
    let mut contract = desk.get("/v1/staff/contract");
    for (version, name) in [("0", "Town agreement"), ("1", "=Town agreement")] {
        contract["name"] = json!(name);
        browser.send(path, path, &[("text", &contract.to_string()), ("version", version)]).leads();
        world.wait(crate::staff::world::HOUR / 4);
    }
    let shown = browser.show(path).text;
    let links = within(&shown, "/console/settings/contract/versions/", "\"");
    assert_eq!(links.len(), 2, "{shown}");
    let newest = browser.show(&format!("{path}/versions/{}", links[0])).text;
    assert!(newest.contains("What differs from Town agreement v") && newest.contains("in force"), "{newest}");
    assert!(newest.contains("<ins><code>  &#34;name&#34;: &#34;=Town agreement&#34;,</code></ins>"), "{newest}");
    let first = browser.show(&format!("{path}/versions/{}", links[1])).text;
    assert!(first.contains(">over</span>") && !first.contains("What differs"), "{first}");
    let csv = browser.show("/console/settings/contract.csv").text;
    assert!(csv.lines().count() == 3 && csv.contains("\r\n'=Town agreement v"), "no formula: {csv}");
    assert_eq!(browser.get(&format!("{path}/versions/7")).status, 404);
    let path = "/console/settings/staffing";
    browser.send(path, path, &staffing(&[("relieve_unconfirmed", "yes")])).leads();
    let shown = browser.show(path).text;
    let links = within(&shown, "/console/settings/staffing/versions/", "\"");
    assert!(links.len() == 1 && shown.contains("Staffing rules 1</a>"), "{shown}");
    // Of another agency there is nothing to see.
    let other = world.agency(2);
    let mut stranger = inside(&world, other.agency, "s@example.org", StaffRole::Administrator);
    assert_eq!(stranger.get(&format!("{path}/versions/{}", links[0])).status, 404);
}

fn within(text: &str, begins: &str, ends: &str) -> Vec<String> {
    text.split(begins).skip(1).map(|rest| rest.split(ends).next().unwrap().to_owned()).collect()
}

fn who_may_only_read_changes_nothing(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    set_rules(&desk, RULES);
    let mut auditor = inside(&world, desk.agency, "u@example.org", StaffRole::Auditor);
    for path in ["/console/settings", "/console/settings/contract", "/console/settings/rules"] {
        let seen = auditor.show(path);
        assert!(!seen.text.contains("<form method=\"post\" action=\"/console/settings"), "{path}: {}", seen.text);
    }
    assert_eq!(auditor.get(AGAIN).status, 403);
    assert!(auditor.show("/console/settings/rules/versions/Town/1").text.contains("id = &#34;sixteen&#34;"));
}
