//! People and places: found, opened, changed without anybody being overwritten, and their phones.

use detailbook_core::ids::DocumentId;
use detailbook_core::shift::Sha256;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::console::table::Entry;
use serde_json::{Value, json};

use super::browser::Browser;
use super::staff::inside;
use super::walk::{Sample, Station};
use crate::rules::scene::{RULES, fresh, numbered, set_rules};
use crate::staff::phone::Phone;
use crate::staff::town::{hold, push_in_vain};
use crate::staff::world::{Desk, HOUR, World, site};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    officers_are_found_sorted_parted_and_exported,
    an_officers_page_shows_what_its_reader_may_know,
    hours_are_held_against_the_limits_of_the_rules_in_force,
    who_edits_an_older_version_is_shown_what_stands_now,
    how_an_officer_is_reached_is_changed_by_who_may,
    an_approval_is_asked_for_signed_in_ones_own_role_and_taken_back,
    who_signs_finds_what_waits_for_their_role_and_everybody_what_ends_soon,
    the_details_of_an_officer_are_found_sorted_and_exported,
    a_phone_is_enrolled_by_a_code_and_ended_for_a_reason,
    phones_not_heard_of_come_first,
    what_is_held_is_looked_at_and_let_go,
    customers_and_their_papers_are_entered_and_changed,
    a_paper_replaces_its_own_kind_and_number_only_and_the_log_says_what,
    a_site_has_a_circle_or_a_polygon,
    a_form_both_stale_and_wrong_says_that_it_is_stale,
    a_form_is_shown_again_to_nobody_who_may_not_open_its_page,
    what_people_are_called_never_becomes_part_of_a_page,
);

/// What the walk opens of this area.
pub(crate) struct Found {
    officer: String,
    customer: String,
    site: String,
    phone: String,
    approval: String,
    push: String,
    log: DocumentId,
}

impl Found {
    pub(crate) fn build(desk: &Desk<'_>, number: u8) -> Self {
        let (officer, site) = (desk.officer("Officer 1"), desk.site());
        let phone = Phone::enrol(desk, &officer);
        let asked = json!({ "record": { "officer": officer, "kind": "outside_work" } });
        Self {
            customer: desk.get(&format!("/v1/staff/sites/{site}"))["record"]["customer"].as_str().unwrap().to_owned(),
            approval: desk.make("/v1/staff/approvals", &asked),
            push: push_in_vain(desk, &officer, number),
            log: hold(desk, &phone, number),
            phone: phone.device.to_string(),
            officer,
            site,
        }
    }
}

/// What the pages of this area are asked with.
pub(super) fn sample(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    let it = &station.found;
    let id = match entry.path.split('/').nth(2)?.split('.').next()? {
        "officers" => it.officer.clone(),
        "phones" => it.phone.clone(),
        "customers" => it.customer.clone(),
        "sites" => it.site.clone(),
        "held" if entry.path.contains("pushes") => it.push.clone(),
        "held" => it.log.to_string(),
        "approvals" | "renewals" => String::new(),
        _ => return None,
    };
    let path = entry.path.replace("{id}", &id).replace("{approval}", &it.approval);
    let site = |more: &[(&'static str, &'static str)]| {
        let place =
            [("name", "N"), ("latitude", "42.3"), ("longitude", "-71"), ("radius", "150"), ("placement", "surveyed")];
        owned(&[&place[..], more].concat()).into_iter().chain([("customer", it.customer.clone())]).collect::<Vec<_>>()
    };
    let fields = match entry.path {
        _ if entry.method == "GET" => vec![],
        "/console/officers/new" | "/console/customers/new" => owned(&[("name", "New")]),
        "/console/officers/{id}/edit" => owned(&[("name", "Officer 1"), ("version", "1")]),
        "/console/officers/{id}/contact" => owned(&[("email", "a@example.org"), ("version", "0")]),
        "/console/officers/{id}/approvals/new" => owned(&[("kind", "second_job")]),
        "/console/officers/{id}/approvals/{approval}/sign" => owned(&[("approved", "yes")]),
        "/console/officers/{id}/approvals/{approval}/papers" => owned(&[("documents", "Form 7")]),
        "/console/customers/{id}/edit" => owned(&[("name", "Gas company"), ("version", "1")]),
        "/console/customers/{id}/papers" => {
            let made_on = ("made_on", Sha256::of(b"").to_string());
            owned(&[("kind", "insurance"), ("from", "2019-01-01")]).into_iter().chain([made_on]).collect()
        }
        "/console/sites/new" => site(&[]),
        "/console/sites/{id}/edit" => site(&[("version", "1")]),
        "/console/officers/{id}/invite" => vec![],
        _ => owned(&[("reason", "It is so.")]),
    };
    let shown = entry.method == "GET" || entry.path.ends_with("/invite");
    Some(Sample { path, fields, status: if shown { 200 } else { 303 } })
}

fn owned(fields: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn admin<'a>(world: &'a World, desk: &Desk<'_>) -> Browser<'a> {
    inside(world, desk.agency, "admin@example.org", StaffRole::Administrator)
}

fn officers_are_found_sorted_parted_and_exported(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    for n in 0..55 {
        let rank = if n % 2 == 0 { "PO" } else { "SGT" };
        let record =
            json!({ "name": format!("Officer {n:02}"), "employee_number": format!("{}", 900 - n), "rank": rank });
        desk.make("/v1/staff/officers", &json!({ "record": record }));
    }
    fresh(&desk, "statuses", "employee_number,code,from\n893,light_duty,2019-05-01\n");
    let mut browser = admin(&world, &desk);
    let mut names = |query: &str| browser.show(&format!("/console/officers{query}")).within("\">Officer ", "</a>");
    let first = names("");
    assert_eq!((first.len(), first[0].as_str(), first[49].as_str()), (50, "00", "49"));
    assert_eq!(names("?part=2"), ["50", "51", "52", "53", "54"]);
    assert_eq!(names("?sort=number")[0], "54");
    assert_eq!((names("?rank=SGT").len(), names("?rank=SGT")[0].as_str()), (27, "01"));
    assert_eq!(names("?find=officer+07"), ["07"]);
    assert_eq!(names("?status=light_duty"), ["07"]);
    assert_eq!(names("?status=none&rank=SGT").len(), 26);
    assert!(names("?find=%25").is_empty(), "a wildcard is a character");
    let csv = browser.show("/console/officers.csv?status=light_duty");
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("id,employee_number,name,rank,statuses", 2));
    assert!(lines[1].ends_with(",893,Officer 07,SGT,light_duty"), "{}", lines[1]);
    // Who may not know of statuses neither sees nor finds by them.
    let mut dispatcher = inside(&world, desk.agency, "d@example.org", StaffRole::Dispatcher);
    assert!(!dispatcher.show("/console/officers").text.contains("light_duty"));
    assert!(!dispatcher.show("/console/officers?status=light_duty").text.contains("Officer 07"));
    assert!(!dispatcher.show("/console/officers.csv").text.contains("light_duty"));
}

fn an_officers_page_shows_what_its_reader_may_know(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    fresh(
        &desk,
        "documents",
        "employee_number,kind,from,until\n17,flagger,2019-01-01,2019-06-01\n17,rifle,2018-01-01,2019-05-01\n",
    );
    fresh(&desk, "statuses", "employee_number,code,from\n17,light_duty,2019-05-01\n");
    let site = desk.site();
    desk.order(&desk.detail(&site, 2, 1), &officer);
    let contact = json!({ "version": 0, "record": { "email": "o@example.org" } });
    desk.run("PUT", &format!("/v1/staff/officers/{officer}/contact"), &contact);
    let entry = json!({ "minutes": 90, "reason": "A slip." });
    desk.make(&format!("/v1/staff/officers/{officer}/ledger"), &entry);
    let page = format!("/console/officers/{officer}");
    let seen = admin(&world, &desk).show(&page);
    let known = ["Officer 17", "light_duty", "flagger", "ends soon", "ended"];
    let others = ["Road work", "Main Street", "o@example.org", "Usual list", "Enrol a phone"];
    for shown in known.into_iter().chain(others) {
        assert!(seen.text.contains(shown), "{shown} in {}", seen.text);
    }
    let seen = inside(&world, desk.agency, "d@example.org", StaffRole::Dispatcher).show(&page);
    for hidden in ["light_duty", "flagger", "Enrol a phone", "Approvals", "/edit"] {
        assert!(!seen.text.contains(hidden), "{hidden} in {}", seen.text);
    }
    let ledger = admin_again(&world, &desk).show(&format!("{page}/ledger"));
    assert!(ledger.text.contains("adjustment") && ledger.text.contains("A slip."), "{}", ledger.text);
    reads_the_ledger(&mut admin_again(&world, &desk), &page);
    let log = format!("href=\"/console/audit?subject={officer}\"");
    assert!(admin_again(&world, &desk).show(&page).text.contains(&log));
    let mut coordinator = inside(&world, desk.agency, "coordinator@example.org", StaffRole::Coordinator);
    assert!(!coordinator.show(&page).text.contains("/console/audit"), "a way that is shut to them");
}

/// An award that charged four hours, and a correction of an hour and a half before it.
fn reads_the_ledger(reader: &mut Browser<'_>, page: &str) {
    let mut rows = |query: &str| {
        let csv = reader.show(&format!("{page}/ledger.csv?{query}")).text;
        csv.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let all = rows("");
    assert_eq!((all.as_str(), rows("sort=oldest").as_str()), ("240 90", "90 240"));
    assert_eq!((rows("what=adjustment").as_str(), rows("what=awarded").as_str()), ("90", ""));
    assert_eq!((rows("list=-"), rows("list=other"), rows("until=2019-05-01")), (all, String::new(), String::new()));
    let largest = rows("sort=charged");
    let minutes: Vec<i64> = largest.split(' ').map(|it| it.parse().unwrap()).collect();
    assert!(minutes.is_sorted_by(|before, after| before >= after), "{largest}");
    let shown = reader.show(&format!("{page}/ledger?what=adjustment")).text;
    assert!(shown.contains("1 found.") && shown.contains("ledger.csv?what=adjustment"), "{shown}");
    assert_eq!(reader.get(&format!("{page}/ledger?from=x")).status, 422);
}

/// Another browser of another administrator.
fn admin_again<'a>(world: &'a World, desk: &Desk<'_>) -> Browser<'a> {
    let login = format!("a{}@example.org", desk.items("/v1/staff/audit?limit=1000").len());
    inside(world, desk.agency, &login, StaffRole::Administrator)
}

fn hours_are_held_against_the_limits_of_the_rules_in_force(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let page = format!("/console/officers/{officer}");
    let mut browser = admin(&world, &desk);
    assert!(browser.show(&page).text.contains("No rules are in force."));
    set_rules(&desk, RULES);
    let unread = browser.show(&page);
    assert!(unread.text.contains("not sure") && unread.text.contains("has not been read"), "{}", unread.text);
    // Duty of the day, and a detail of four hours after it: 12 of 16 hours.
    fresh(&desk, "stints", "employee_number,starts,ends\n17,2019-05-15 04:00,2019-05-15 12:00\n");
    desk.order(&desk.detail(&desk.site(), 5, 1), &officer);
    let seen = browser.show(&page);
    assert!(seen.text.contains("12:00 of 16:00") && seen.text.contains("value=\"720\""), "{}", seen.text);
    assert!(seen.text.contains("<span class=\"mark good\">within</span>"), "{}", seen.text);
    desk.order(&desk.detail(&desk.site(), 10, 1), &officer);
    let seen = browser.show(&page);
    assert!(seen.text.contains("16:00 of 16:00") && seen.text.contains(">near</span>"), "{}", seen.text);
}

fn who_edits_an_older_version_is_shown_what_stands_now(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let path = format!("/console/officers/{officer}/edit");
    let (mut one, mut other) = (admin(&world, &desk), admin_again(&world, &desk));
    let shown = one.show(&path);
    let fields = |name| [("name", name), ("employee_number", "17"), ("rank", "PO"), ("version", "1")];
    assert_eq!(other.send(&path, &path, &fields("Jane")).leads(), format!("/console/officers/{officer}?said=saved"));
    let refused = one.post(&path, &shown.seal(&path), &fields("Al"));
    assert_eq!(refused.status, 409, "{}", refused.text);
    let told = "<th scope=\"row\">Name</th><td class=\"wrap\">Officer 17</td><td class=\"wrap\">Jane</td>";
    for shown in ["What changed meanwhile", told, "value=\"Al\"", "name=\"version\" value=\"2\""] {
        assert!(refused.text.contains(shown), "{shown} in {}", refused.text);
    }
    let again = [("name", "Al"), ("employee_number", "17"), ("rank", "PO"), ("version", "2")];
    one.post(&path, &refused.seal(&path), &again).leads();
    assert_eq!(desk.get(&format!("/v1/staff/officers/{officer}"))["record"]["name"], "Al");
    for (name, number, why) in
        [("", "17", "This must not be empty."), ("B", "18", "Another officer has that employee number.")]
    {
        numbered_once(&desk, "18");
        let wrong = one.send(&path, &path, &[("name", name), ("employee_number", number), ("version", "3")]);
        assert!(wrong.status >= 400 && wrong.text.contains(why), "{why} in {}", wrong.text);
        assert!(!wrong.text.contains("What changed meanwhile"), "nothing did: {}", wrong.text);
        let stale = one.send(&path, &path, &[("name", name), ("employee_number", number), ("version", "2")]);
        assert!(stale.status >= 400 && stale.text.contains("What changed meanwhile"), "{}", stale.text);
    }
    assert_eq!(one.send(&path, &path, &[("name", "B"), ("version", "x")]).status, 422);
}

fn numbered_once(desk: &Desk<'_>, number: &str) {
    let record = json!({ "name": "Other", "employee_number": number });
    desk.call("POST", "/v1/staff/officers", &json!({ "record": record }));
}

fn how_an_officer_is_reached_is_changed_by_who_may(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Doe");
    let path = format!("/console/officers/{officer}/contact");
    let mut browser = admin(&world, &desk);
    let wrong = browser.send(&path, &path, &[("email", "nobody"), ("version", "0")]);
    assert!(wrong.status == 422 && wrong.text.contains("This is not an address."), "{}", wrong.text);
    browser.send(&path, &path, &[("email", "o@example.org"), ("phone", "+1 617 555 0100"), ("version", "0")]).leads();
    let contact = desk.get(&format!("/v1/staff/officers/{officer}/contact"));
    assert_eq!(contact["record"]["phone"], "+16175550100");
    assert_eq!(browser.send(&path, &path, &[("email", "p@example.org"), ("version", "0")]).status, 409);
    let mut supervisor = inside(&world, desk.agency, "s@example.org", StaffRole::Supervisor);
    assert_eq!(supervisor.get(&path).status, 403);
}

fn an_approval_is_asked_for_signed_in_ones_own_role_and_taken_back(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Doe");
    let new = format!("/console/officers/{officer}/approvals/new");
    let mut supervisor = inside(&world, desk.agency, "s@example.org", StaffRole::Supervisor);
    let fields = [("kind", "outside_work"), ("chain", "supervisor; administrator"), ("covers", "uniform; weapon")];
    let page = supervisor.send(&new, &new, &fields).leads().split('?').next().unwrap().to_owned();
    let seen = supervisor.show(&page);
    assert!(seen.text.contains("waits for supervisor") && seen.text.contains("uniform, weapon"), "{}", seen.text);
    let sign = format!("{page}/sign");
    // Another role waits for its turn.
    let mut chief = admin(&world, &desk);
    let early = chief.show(&page);
    assert!(!early.text.contains(&sign), "{}", early.text);
    supervisor.send(&page, &sign, &[("approved", "yes")]).leads();
    assert!(!supervisor.show(&page).text.contains(&sign), "once is enough");
    let done = chief.send(&page, &sign, &[("approved", "yes"), ("reference", "Book 7, page 3")]);
    assert_eq!(done.leads(), format!("{page}?said=approval_signed"));
    let seen = chief.show(&page);
    assert!(seen.text.contains(">granted</span>") && seen.text.contains("Book 7, page 3"), "{}", seen.text);
    assert!(chief.show(&format!("/console/officers/{officer}")).text.contains(">granted</span>"));
    let empty = chief.send(&page, &format!("{page}/withdraw"), &[("reason", "")]);
    assert!(empty.status == 422 && empty.text.contains("This must not be empty."), "{}", empty.text);
    chief.send(&page, &format!("{page}/withdraw"), &[("reason", "A complaint.")]).leads();
    let seen = chief.show(&page);
    assert!(seen.text.contains("taken back") && seen.text.contains("A complaint."), "{}", seen.text);
    let other = desk.officer("Roe");
    let moved = page.replace(&officer, &other);
    assert_eq!(chief.get(&moved).status, 404, "it is another officer's");
}

/// The second column of each line of a file.
fn seconds(browser: &mut Browser<'_>, path: &str) -> String {
    let csv = browser.show(path).text;
    csv.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect::<Vec<_>>().join(" ")
}

fn who_signs_finds_what_waits_for_their_role_and_everybody_what_ends_soon(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (doe, roe) = (desk.officer("Doe"), desk.officer("Roe"));
    let mut supervisor = inside(&world, desk.agency, "s@example.org", StaffRole::Supervisor);
    let mut chief = admin(&world, &desk);
    let mut ask = |officer: &str, chain: &str, until: &str| {
        let new = format!("/console/officers/{officer}/approvals/new");
        let asked = [("kind", "outside_work"), ("chain", chain), ("until", until)];
        let page = chief.send(&new, &new, &asked).leads().split('?').next().unwrap().to_owned();
        world.wait(60_000);
        page
    };
    let (of_doe, of_roe) = (ask(&doe, "supervisor", "2019-06-01"), ask(&roe, "administrator; supervisor", ""));
    let mut found = |query: &str| seconds(&mut supervisor, &format!("/console/approvals.csv?{query}"));
    assert_eq!([found(""), found("sort=oldest"), found("sort=officer")], ["Roe Doe", "Doe Roe", "Doe Roe"]);
    assert_eq!([found("state=mine"), found("state=waiting"), found("state=granted")], ["Doe", "Roe Doe", ""]);
    assert_eq!([found("find=ro"), found("find=OUTSIDE+WORK"), found("find=nothing")], ["Roe", "Roe Doe", ""]);
    let ways = supervisor.show("/console/officers").text;
    assert!(ways.contains("href=\"/console/approvals\"") && ways.contains("href=\"/console/renewals\""), "{ways}");
    let page = supervisor.show("/console/approvals?state=mine").text;
    assert!(page.contains(&of_doe) && !page.contains(&of_roe) && page.contains("1 found."), "{page}");
    let ends = |browser: &mut Browser<'_>, query: &str| {
        let csv = browser.show(&format!("/console/renewals.csv?{query}")).text;
        csv.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(ends(&mut supervisor, "").is_empty(), "it is not given yet");
    supervisor.send(&of_doe, &format!("{of_doe}/sign"), &[("approved", "yes")]).leads();
    let line = "Approval,outside work,Doe,2019-06-01,17".to_owned();
    let fits = ends(&mut supervisor, "within=18&find=doe&what=approvals");
    assert_eq!((ends(&mut supervisor, ""), fits), (vec![line.clone()], vec![line]));
    for none in ["within=16", "find=roe", "what=documents"] {
        assert!(ends(&mut supervisor, none).is_empty(), "{none}");
    }
    assert!(supervisor.show("/console/renewals").text.contains(&format!("href=\"/console/officers/{doe}\">Doe</a>")));
    assert_eq!(
        ["0", "401", "x"].map(|days| supervisor.get(&format!("/console/renewals?within={days}")).status),
        [422; 3]
    );
}

fn the_details_of_an_officer_are_found_sorted_and_exported(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Doe");
    let (here, there) = (desk.site(), desk.make("/v1/staff/sites", &json!({ "record": harbor(&desk) })));
    for (place, hours) in [(&here, -48), (&there, 24), (&here, 72)] {
        desk.order(&desk.detail(place, hours, 1), &officer);
    }
    let mut browser = inside(&world, desk.agency, "c@example.org", StaffRole::Coordinator);
    let path = format!("/console/officers/{officer}/details");
    let begin = |file: &str| {
        let days = file.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()[8..10].to_owned());
        days.collect::<Vec<_>>().join(" ")
    };
    let mut days = |query: &str| begin(&browser.show(&format!("{path}.csv?{query}")).text);
    assert_eq!([days(""), days("sort=first"), days("sort=site")], ["18 16 13", "13 16 18", "16 13 18"]);
    assert_eq!(
        [days("find=harbor"), days("from=2019-05-16&until=2019-05-16"), days("until=2019-05-14")],
        ["16", "16", "13"]
    );
    assert_eq!([days("acknowledged=yes"), days("acknowledged=no")], ["", "18 16 13"]);
    let page = browser.show(&format!("{path}?find=harbor")).text;
    assert!(page.contains("1 found.") && page.contains("/console/details/"), "{page}");
    assert_eq!(browser.get(&format!("{path}?from=x")).status, 422);
    let own = browser.show(&format!("/console/officers/{officer}")).text;
    assert!(own.contains(&path) && own.matches("<a href=\"/console/details/").count() == 3, "{own}");
}

/// A site of another name.
fn harbor(desk: &Desk<'_>) -> Value {
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Port" } }));
    let mut harbor = site(&customer);
    harbor["name"] = "A harbor".into();
    harbor
}

fn a_phone_is_enrolled_by_a_code_and_ended_for_a_reason(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Doe");
    let (page, invite) = (format!("/console/officers/{officer}"), format!("/console/officers/{officer}/invite"));
    let mut browser = admin(&world, &desk);
    let made = browser.send(&page, &invite, &[]);
    assert!(made.text.contains("<svg class=\"qr\""), "{}", made.text);
    let text = made.within("<code class=\"secret\">", "</code>").remove(0);
    let phone = Phone::with(&world, &text).unwrap();
    assert!(Phone::with(&world, &text).is_err(), "it enrols one phone");
    let own = format!("/console/phones/{}", phone.device);
    assert!(browser.show(&page).text.contains(&own));
    let empty = browser.send(&own, &format!("{own}/revoke"), &[("reason", " ")]);
    assert!(empty.status == 422 && empty.text.contains("This must not be empty."), "{}", empty.text);
    let shown = browser.show(&own);
    browser.post(&format!("{own}/revoke"), &shown.seal(&format!("{own}/revoke")), &[("reason", "Lost.")]).leads();
    assert!(browser.show(&own).text.contains("ended"));
    let again = browser.post(&format!("{own}/revoke"), &shown.seal(&format!("{own}/revoke")), &[("reason", "Lost.")]);
    assert_eq!(again.status, 409, "the same form twice: {}", again.text);
    let log = desk.items("/v1/staff/audit?limit=1000");
    assert!(log.iter().any(|it| it["action"] == "device.revoke" && it.to_string().contains("Lost.")));
    let mut finance = inside(&world, desk.agency, "f@example.org", StaffRole::Finance);
    assert_eq!(finance.get(&own).status, 403);
}

fn phones_not_heard_of_come_first(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (first, second) = (desk.officer("Silent"), desk.officer("Heard"));
    Phone::enrol(&desk, &first);
    world.wait(5 * 24 * HOUR);
    Phone::enrol(&desk, &second);
    let mut browser = admin(&world, &desk);
    let seen = browser.show("/console/phones");
    assert!(seen.text.contains("1 not heard of for three days or more"), "{}", seen.text);
    assert!(seen.text.contains("not heard of for 5 days"), "{}", seen.text);
    assert!(seen.text.find("Silent").unwrap() < seen.text.find("Heard</a>").unwrap());
    assert!(!browser.show("/console/phones?state=heard").text.contains("Silent"));
    assert!(!browser.show("/console/phones?find=silent").text.contains("Heard</a>"));
    let csv = browser.show("/console/phones.csv?state=quiet");
    assert_eq!(csv.text.lines().count(), 2, "{}", csv.text);
}

fn what_is_held_is_looked_at_and_let_go(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let found = Found::build(&desk, 1);
    let mut browser = admin(&world, &desk);
    let list = browser.show("/console/held");
    let (push, document) =
        (format!("/console/held/pushes/{}", found.push), format!("/console/held/documents/{}", found.log));
    assert!(list.text.contains(&push) && list.text.contains(&document), "{}", list.text);
    let mut kinds = |query: &str| {
        let csv = browser.show(&format!("/console/held.csv?{query}")).text;
        csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let (newest, largest) = ("document push", "push document");
    assert_eq!(
        (kinds("").as_str(), kinds("sort=oldest").as_str(), kinds("sort=largest").as_str()),
        (newest, newest, largest)
    );
    assert_eq!((kinds("kind=push").as_str(), kinds("kind=document").as_str()), ("push", "document"));
    assert_eq!((kinds("find=OFFICER").as_str(), kinds("find=nobody").as_str()), (newest, ""));
    let fitting = browser.show("/console/held?kind=push&find=officer");
    assert!(fitting.text.contains("1 found.") && !fitting.text.contains(&document), "{}", fitting.text);
    let seen = browser.show(&push);
    assert!(
        seen.text.contains("<th scope=\"row\">out</th>") && seen.text.contains(">verified</span>"),
        "{}",
        seen.text
    );
    let release = format!("{document}/release");
    assert_eq!(browser.send(&document, &release, &[("reason", "")]).status, 422);
    assert_eq!(
        browser.send(&document, &release, &[("reason", "Looked at.")]).leads(),
        "/console/held?said=document_let_go"
    );
    assert!(desk.items("/v1/staff/quarantine/documents").is_empty());
    assert!(browser.show(&document).text.contains("It is not held."));
    let mut auditor = inside(&world, desk.agency, "u@example.org", StaffRole::Auditor);
    assert!(!auditor.show(&document).text.contains("/release"));
}

fn a_paper_replaces_its_own_kind_and_number_only_and_the_log_says_what(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    let path = format!("/v1/staff/customers/{customer}/documents");
    let enter = |kind: &str, number: &str, from: &str| {
        desk.run("POST", &path, &json!({ "kind": kind, "number": number, "from": from }));
        world.wait(HOUR);
    };
    let papers = [("public liability", "7 B"), ("public", "liability 7 B"), ("public liability 7", "B")];
    for (kind, number) in papers {
        enter(kind, number, "2019-01-01");
    }
    enter("public", "liability 7 B", "2019-02-01");
    let known = desk.items(&path);
    let of = |kind: &str, number: &str| {
        let found = known.iter().filter(|it| it["kind"] == kind && it["number"] == number).collect::<Vec<_>>();
        assert_eq!(found.len(), 1, "{kind} {number}: {known:?}");
        found[0]["from"].as_str().unwrap().to_owned()
    };
    assert_eq!(papers.map(|(kind, number)| of(kind, number)), ["2019-01-01", "2019-02-01", "2019-01-01"]);
    let log = desk.items("/v1/staff/audit?limit=1000");
    let noted = log.iter().filter(|it| it["action"] == "customer.document");
    let before =
        noted.map(|it| serde_json::from_str::<Value>(it["detail"].as_str().unwrap()).unwrap()["before"].clone());
    let before: Vec<_> = before.collect();
    assert!(before.len() == 4 && before[..3].iter().all(Value::is_null), "{before:?}");
    assert_eq!((&before[3]["number"], &before[3]["from"]), (&json!("liability 7 B"), &json!("2019-01-01")));
}

fn customers_and_their_papers_are_entered_and_changed(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "c@example.org", StaffRole::Coordinator);
    let new = "/console/customers/new";
    assert_eq!(browser.send(new, new, &[("name", " "), ("number", "C-1")]).status, 422);
    let made = browser.send(new, new, &[("name", "Gas company"), ("number", "C-1")]);
    let page = made.leads().split('?').next().unwrap().to_owned();
    let edit = format!("{page}/edit");
    let shown = browser.show(&page);
    browser.send(&page, &edit, &[("name", "Gas and water"), ("number", "C-1"), ("version", "1")]).leads();
    let stale = browser.post(&edit, &shown.seal(&edit), &[("name", "Gas"), ("number", "C-1"), ("version", "1")]);
    assert!(stale.status == 409 && stale.text.contains("<td class=\"wrap\">Gas and water</td>"), "{}", stale.text);
    let papers = format!("{page}/papers");
    let fields = [("kind", "insurance"), ("paper", "P-7"), ("from", "2019-01-01"), ("until", "2019-12-31")];
    let enter = |browser: &mut Browser<'_>, fields: &[(&str, &str)]| {
        let made_on = browser.show(&page).within("name=\"made_on\" value=\"", "\"").remove(0);
        browser.send(&page, &papers, &[&[("made_on", made_on.as_str())], fields].concat())
    };
    let stale = browser.show(&page).within("name=\"made_on\" value=\"", "\"").remove(0);
    enter(&mut browser, &fields).leads();
    assert!(browser.show(&page).text.contains("from 2019-01-01 to 2019-12-31"));
    let other = [("made_on", stale.as_str()), fields[0], fields[1], ("from", "2018-01-01")];
    let late = browser.send(&page, &papers, &other);
    assert!(late.status == 409 && late.text.contains("Somebody else entered a paper meanwhile."), "{}", late.text);
    assert!(late.text.contains("value=\"2018-01-01\"") && late.text.contains("from 2019-01-01 to"), "{}", late.text);
    let wrong = enter(&mut browser, &[("kind", "insurance"), ("from", "soon")]);
    assert!(wrong.status == 422 && wrong.text.contains("This must be a day such as"), "{}", wrong.text);
    let wrong = [("kind", "insurance"), ("paper", "P\u{7}7"), ("from", "2019-01-01")];
    let wrong = enter(&mut browser, &wrong);
    assert!(wrong.status == 422 && wrong.text.contains("id=\"e-paper\""), "{}", wrong.text);
    assert!(!wrong.text.contains("id=\"e-number\""), "the customer's own number is not wrong");
    enter(&mut browser, &[&fields[..], &[("withdrawn", "yes")]].concat()).leads();
    assert!(!browser.show(&page).text.contains("from 2019-01-01"));
    assert!(browser.show("/console/customers?find=c-1").text.contains("Gas and water"));
    assert!(browser.show("/console/customers.csv?find=nothing").text.lines().count() == 1);
}

fn a_site_has_a_circle_or_a_polygon(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
    let mut browser = inside(&world, desk.agency, "c@example.org", StaffRole::Coordinator);
    let new = "/console/sites/new";
    let base = [("customer", customer.as_str()), ("name", "Main Street"), ("placement", "surveyed")];
    let place = [("latitude", "42.3601"), ("longitude", "-71.0589")];
    let mut send = |path: &str, fields: &[(&str, &str)]| browser.send(path, new, &[&base[..], fields].concat());
    for (fields, why) in [
        (&[][..], "This must be degrees such as 42.3601."),
        (&[("latitude", "north")], "This must be degrees such as 42.3601."),
        (&[place[0], place[1], ("radius", "20")], "the least is 100 m"),
        (&[place[0], place[1], ("radius", "wide")], "This must be a whole number of meters."),
        (&[("outline", "42.3,-71\n42.4,-71")], "fewer than three distinct corners"),
        (&[("outline", "here")], "This cannot be read: "),
    ] {
        let seen = send(new, fields);
        assert!(seen.status == 422 && seen.text.contains(why), "{why} in {}", seen.text);
    }
    let made = send(new, &[place[0], place[1], ("radius", "150")]);
    let page = made.leads().split('?').next().unwrap().to_owned();
    let shown = browser.show(&page);
    assert!(shown.text.contains("150 m around 42.3601000, -71.0589000"), "{}", shown.text);
    let edit = format!("{page}/edit");
    let corners = "42.3601, -71.0589\n42.3611, -71.0589\n42.3611, -71.0579";
    let polygon = [&base[..], &[("outline", corners), ("version", "1")]].concat();
    browser.post(&edit, &shown.seal(&edit), &polygon).leads();
    let seen = browser.show(&page);
    for shown in ["a polygon of 3 corners", "42.3611000, -71.0579000"] {
        assert!(seen.text.contains(shown), "{}", seen.text);
    }
    let stale = browser.send(&page, &edit, &polygon);
    assert!(stale.status == 409 && stale.text.contains("Polygon of 3 corners"), "{}", stale.text);
    assert!(browser.show(&format!("/console/sites?customer={customer}&sort=customer")).text.contains("Main Street"));
    let other = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Other" } }));
    assert!(!browser.show(&format!("/console/sites.csv?customer={other}")).text.contains("Main Street"));
}

fn a_form_both_stale_and_wrong_says_that_it_is_stale(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let id = desk.site();
    let customer = desk.get(&format!("/v1/staff/sites/{id}"))["record"]["customer"].as_str().unwrap().to_owned();
    let (page, edit) = (format!("/console/sites/{id}"), format!("/console/sites/{id}/edit"));
    let (mut one, mut other) = (admin(&world, &desk), admin_again(&world, &desk));
    let fields = |name: &'static str, radius: &'static str| {
        let place = [("latitude", "42.3"), ("longitude", "-71"), ("placement", "surveyed"), ("version", "1")];
        let all = [("customer", customer.as_str()), ("name", name), ("radius", radius)];
        [&all[..], &place[..]].concat()
    };
    let shown = one.show(&page);
    other.send(&page, &edit, &fields("Moved by another", "250")).leads();
    let wrong = one.post(&edit, &shown.seal(&edit), &fields("Mine", "wide"));
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    for shown in
        ["whole number of meters", "What changed meanwhile", "Moved by another", "name=\"version\" value=\"2\""]
    {
        assert!(wrong.text.contains(shown), "{shown} in {}", wrong.text);
    }
    // How somebody is reached keeps no older versions: it is told as it stands.
    let officer = desk.officer("Doe");
    let path = format!("/console/officers/{officer}/contact");
    let shown = one.show(&path);
    other.send(&path, &path, &[("email", "theirs@example.org"), ("version", "0")]).leads();
    let wrong = one.post(&path, &shown.seal(&path), &[("email", "nobody"), ("version", "0")]);
    assert!(wrong.status >= 400 && wrong.text.contains("<td class=\"wrap\">theirs@example.org</td>"), "{}", wrong.text);
}

fn a_form_is_shown_again_to_nobody_who_may_not_open_its_page(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = desk.officer("Somebody");
    let mut browser = admin(&world, &desk);
    let role = "/console/roles/finance";
    browser.send(role, role, &[("scope", "enrol")]).leads();
    let user = super::staff::person(&world, desk.agency, "f@example.org", StaffRole::Finance);
    let secret = super::staff::session(&world, &user, detailbook_server::access::staff_session::Stage::Full);
    let mut enroller = Browser::new(&world);
    enroller.cookies.insert("detailbook".to_owned(), secret.to_text());
    let path = format!("/console/officers/{officer}/invite");
    let seal = detailbook_server::console::seal::Seal::new(secret.bytes(), &path, &mut world.app.entropy.clone());
    assert_eq!(enroller.get(&format!("/console/officers/{officer}")).status, 403);
    let mut refused = world.app.clone();
    "http://192.0.2.7".clone_into(&mut refused.settings.public_url);
    let call = detailbook_server::console::Call {
        origin: Some("http://192.0.2.7".to_owned()),
        host: Some("192.0.2.7".to_owned()),
        ..enroller.call("POST", &path, &super::browser::encoded(&[("form", seal.value())]))
    };
    let seen = detailbook_server::console::handle(&refused, &call);
    let text = String::from_utf8(seen.body).unwrap();
    assert!(seen.status == 409 && !text.contains("Somebody"), "{}: {text}", seen.status);
}

fn what_people_are_called_never_becomes_part_of_a_page(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let evil = "<script>alert(1)</script>\"'><img src=x>";
    let officer =
        desk.make("/v1/staff/officers", &json!({ "record": { "name": evil, "rank": evil, "employee_number": evil } }));
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": evil, "number": "=1+1" } }));
    let mut record = site(&customer);
    (record["name"], record["address"]) = (json!(evil), json!(evil));
    let place = desk.make("/v1/staff/sites", &json!({ "record": record }));
    Phone::enrol(&desk, &officer);
    let mut browser = admin(&world, &desk);
    for path in [
        "/console/officers".to_owned(),
        format!("/console/officers/{officer}"),
        format!("/console/officers/{officer}/edit"),
        format!("/console/officers/{officer}/ledger"),
        "/console/phones".to_owned(),
        "/console/customers".to_owned(),
        format!("/console/customers/{customer}"),
        "/console/sites".to_owned(),
        format!("/console/sites/{place}"),
    ] {
        let seen = browser.show(&path);
        assert!(!seen.text.contains("<script>") && !seen.text.contains("<img"), "{path}: {}", seen.text);
        assert!(seen.text.contains("&#60;script") || seen.text.contains("&lt;script"), "{path}: it is shown as text");
    }
    assert!(browser.show("/console/customers.csv").text.contains(",'=1+1,"), "and is no formula in a spreadsheet");
}
