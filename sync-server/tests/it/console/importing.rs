//! Files that are sent in: what they would do is shown, every rejected line with its reason, and exactly that is written, or nothing.

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_server::access::agency_secret::AgencySecret;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::console::seal::Seal;
use detailbook_server::console::table::Entry;
use detailbook_server::store::import_files::{self, ImportFile};
use serde_json::json;

use super::browser::{Browser, Seen};
use super::staff::inside;
use super::walk::{Sample, Station};
use crate::rules::scene::{known, numbered, set_rules};
use crate::staff::world::{HOUR, World, site};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    officers_come_in_from_a_file_and_the_same_file_again_changes_nothing,
    every_rejected_line_is_named_and_the_rest_is_taken_only_when_asked_for,
    customers_sites_and_details_follow_one_another,
    a_schedule_that_names_everything_of_its_days_takes_the_rest_out,
    what_was_changed_since_it_was_shown_is_shown_first,
    a_file_is_written_once_and_is_gone_then,
    what_is_no_table_of_that_sort_is_refused_with_a_sentence,
    a_role_without_the_right_imports_no_schedules,
    what_waits_of_personnel_is_nobodys_who_may_not_import_it,
    what_a_file_may_hold_is_bounded,
    the_preview_says_how_new_details_go_on_offer,
    a_fence_that_was_guessed_stays_guessed_until_somebody_draws_another,
    the_log_says_whose_file_it_was_whoever_confirms_it,
    another_agency_sees_and_writes_nothing_of_a_file,
);

/// What the pages of this area are asked with.
pub(super) fn sample(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    if !entry.path.starts_with("/console/import") {
        return None;
    }
    let id = waiting(station.world, station.desk.agency);
    let path = entry.path.replace("{what}", "officers").replace("{id}", &id.to_string());
    let fields = match entry.path {
        "/console/import/{what}" if entry.method == "POST" => vec![("text", OFFICERS.to_owned())],
        "/console/import/files/{id}/confirm" => vec![("seen", seen(station.world, station.desk.agency, id))],
        _ => vec![],
    };
    Some(Sample { path, fields, status: if entry.method == "GET" { 200 } else { 303 } })
}

const OFFICERS: &str = "employee_number,name,rank\n7001,Walker One,PO\n";

/// A file of officers that waits in an agency.
fn waiting(world: &World, agency: AgencyId) -> RecordId {
    let (id, sent_at) = (RecordId::new(world.app.now(), &mut world.app.entropy.clone()), world.app.now());
    let (what, name, sent_by) = ("officers".to_owned(), "a.csv".to_owned(), id.to_string());
    let file = ImportFile { id, what, name, sent_by, sent_at, covers: None, body: OFFICERS.as_bytes().to_vec() };
    world.write(agency, move |sql, _| Ok(import_files::insert(sql, agency, &file)?)).unwrap();
    id
}

fn seen(world: &World, agency: AgencyId, id: RecordId) -> String {
    let what = detailbook_server::importing::named("officers").unwrap();
    let digest = world.app.store.read(|sql| {
        let file = import_files::get(sql, agency, id)?.unwrap();
        detailbook_server::importing::plan(sql, agency, world.app.now(), what, &file).map(|plan| plan.digest())
    });
    digest.unwrap().to_string()
}

/// Sends a file in, as a browser does.
fn send(browser: &mut Browser<'_>, what: &str, file: &str, fields: &[(&str, &str)]) -> Seen {
    let action = format!("/console/import/{what}");
    let seal = browser.show(&action).seal(&action);
    browser.upload(&action, &seal, fields, ("file", "list.csv", file.as_bytes()))
}

/// Sends a file in, and gives the page that shows what it would do.
fn preview(browser: &mut Browser<'_>, what: &str, file: &str, fields: &[(&str, &str)]) -> (String, Seen) {
    let page = send(browser, what, file, fields).leads().to_owned();
    let seen = browser.show(&page);
    (page, seen)
}

fn confirm(browser: &mut Browser<'_>, page: &str, fields: &[(&str, &str)]) -> Seen {
    let (shown, action) = (browser.show(page), format!("{page}/confirm"));
    confirm_as(browser, &shown, &action, fields)
}

/// Confirms what a page showed, whatever has happened since.
fn confirm_as(browser: &mut Browser<'_>, shown: &Seen, action: &str, fields: &[(&str, &str)]) -> Seen {
    let seen = shown.within("name=\"seen\" value=\"", "\"").remove(0);
    let fields: Vec<_> = fields.iter().copied().chain([("seen", seen.as_str())]).collect();
    browser.post(action, &shown.seal(action), &fields)
}

/// New, changed, unchanged, gone and rejected.
fn counts(seen: &Seen) -> [usize; 5] {
    let found = |name: &str| {
        let end = format!("</strong> {name}");
        let before = seen.text.split(&end).next().filter(|_| seen.text.contains(&end));
        before.map_or(0, |text| text.rsplit("<strong>").next().unwrap().parse().unwrap())
    };
    ["new", "changed", "unchanged", "gone", "rejected"].map(found)
}

fn officers(desk: &crate::staff::world::Desk<'_>) -> Vec<(String, String, String)> {
    let text = |it: &serde_json::Value, name: &str| it["record"][name].as_str().unwrap().to_owned();
    let items = desk.items("/v1/staff/officers?limit=1000");
    let mut all: Vec<_> =
        items.iter().map(|it| (text(it, "employee_number"), text(it, "name"), text(it, "rank"))).collect();
    all.sort();
    all
}

fn owned(all: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    all.iter().map(|(number, name, rank)| ((*number).into(), (*name).into(), (*rank).into())).collect()
}

fn officers_come_in_from_a_file_and_the_same_file_again_changes_nothing(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    // With a byte-order mark, CRLF, columns in another order, quotes, and a name that a page must not run.
    let file = "\u{feff}rank,employee_number,name\r\nPO,17,\"Doe, Jane\"\r\n,18,<script>alert(1)</script>\r\n";
    let (page, seen) = preview(&mut browser, "officers", file, &[]);
    assert_eq!(counts(&seen), [2, 0, 0, 0, 0]);
    assert!(seen.text.contains("17 Doe, Jane") && !seen.text.contains("<script"), "{}", seen.text);
    assert!(officers(&desk).is_empty(), "nothing is written before it is confirmed");
    assert_eq!(confirm(&mut browser, &page, &[]).leads(), "/console/import?said=imported");
    assert_eq!(officers(&desk), owned(&[("17", "Doe, Jane", "PO"), ("18", "<script>alert(1)</script>", "")]));
    let (_, seen) = preview(&mut browser, "officers", file, &[]);
    assert_eq!(counts(&seen), [0, 0, 2, 0, 0]);
    assert!(seen.text.contains("Nothing to write") && !seen.text.contains("/confirm"));
    // An empty field leaves what is there.
    let (page, seen) = preview(&mut browser, "officers", "employee_number,name,rank\n17,Jane Doe,\n18,Al,SGT\n", &[]);
    assert_eq!(counts(&seen), [0, 2, 0, 0, 0]);
    assert!(seen.text.contains("<del>Doe, Jane</del> <ins>Jane Doe</ins>"), "{}", seen.text);
    confirm(&mut browser, &page, &[]).leads();
    assert_eq!(officers(&desk), owned(&[("17", "Jane Doe", "PO"), ("18", "Al", "SGT")]));
    let log = desk.items("/v1/staff/audit?limit=1000");
    let last = log.iter().rfind(|entry| entry["action"] == "import.officers").unwrap();
    let noted: serde_json::Value = serde_json::from_str(last["detail"].as_str().unwrap()).unwrap();
    assert_eq!((&noted["counts"]["changed"], &noted["file"]), (&json!(2), &json!("list.csv")));
    assert_eq!(log.iter().filter(|entry| entry["action"] == "officer.edit").count(), 2, "and each as by hand");
}

fn every_rejected_line_is_named_and_the_rest_is_taken_only_when_asked_for(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let file = "employee_number,name\n17,Jane\n,Nobody\n17,Twice\n19\n20,\"open\n21,\u{202e}turned\n22,Good\n";
    let (page, seen) = preview(&mut browser, "officers", file, &[]);
    assert_eq!(counts(&seen), [2, 0, 0, 0, 5]);
    for why in [
        "employee_number is empty",
        "line 2 is about the same",
        "1 fields where the header has 2",
        "a quote is opened and not closed",
        "name: must be one line without control characters",
    ] {
        assert!(seen.text.contains(why), "{why} in {}", seen.text);
    }
    let csv = browser.show(&format!("{page}/rejected.csv"));
    let lines: Vec<_> = csv.text.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(lines, ["line", "3", "4", "5", "6", "7"], "{}", csv.text);
    let mut some = |query: &str| {
        let csv = browser.show(&format!("{page}/lines.csv?{query}")).text;
        csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!([some("show=new"), some("find=LINE+2+is")], ["2 8", "4"]);
    assert_eq!(
        some("sort=outcome").split_once(' '),
        Some(("2", "8 3 4 5 6 7")),
        "what is new comes before what is rejected"
    );
    assert!(browser.show(&format!("{page}/lines.csv")).text.contains("name: Jane"));
    let filtered = browser.show(&format!("{page}?show=new&find=good"));
    assert!(
        filtered.text.contains("1 found.") && filtered.text.contains("lines.csv?show=new&#38;find=good"),
        "{}",
        filtered.text
    );
    let refused = confirm(&mut browser, &page, &[]);
    assert!(refused.status == 422 && refused.text.contains("This must be ticked"), "{}", refused.text);
    assert!(officers(&desk).is_empty());
    confirm(&mut browser, &page, &[("leave_out", "yes")]).leads();
    assert_eq!(officers(&desk), owned(&[("17", "Jane", ""), ("22", "Good", "")]));
}

/// The record of which a field says that.
fn found(desk: &crate::staff::world::Desk<'_>, kind: &str, field: &str, value: &str) -> serde_json::Value {
    let all = desk.items(&format!("/v1/staff/{kind}?limit=1000"));
    all.into_iter().find(|it| it["record"][field] == value).unwrap()
}

const SITES: &str = "customer_number,name,latitude,longitude,radius_m,polygon\n\
     C-1,Main Street,42.3601,-71.0589,,\n\
     C-2,Bridge,,,,\"42.3601,-71.0589; 42.3611,-71.0589; 42.3611,-71.0579\"\n\
     C-3,Nowhere,42.3,-71,,\n\
     C-1,Small,42.3,-71,20,\n\
     C-1,Words,north,-71,,\n";

const DETAILS: &str = "reference,customer_number,site,title,starts,ends,positions,rank\n\
       D-1,C-1,Main Street,Road work,2019-06-01 07:00,2019-06-01 15:00,2,\n\
       D-2,C-2,Bridge,Lane closure,2019-06-01 22:00,2019-06-02 06:00,1,SGT\n\
       D-3,C-1,Main Street,Past,2019-05-01 07:00,2019-05-01 15:00,1,\n\
       D-4,C-1,Bridge,Elsewhere,2019-06-01 07:00,2019-06-01 15:00,1,\n\
       D-5,C-1,Main Street,Backwards,2019-06-01 15:00,2019-06-01 07:00,1,\n";

fn customers_sites_and_details_follow_one_another(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let mut take = |what: &str, file: &str, expected: [usize; 5]| {
        let (page, seen) = preview(&mut browser, what, file, &[]);
        assert_eq!(counts(&seen), expected, "{}", seen.text);
        confirm(&mut browser, &page, &[("leave_out", "yes")]).leads();
        seen
    };
    take("customers", "number,name\nC-1,Gas company\nC-2,Bridge builders\n", [2, 0, 0, 0, 0]);
    let seen = take("sites", SITES, [2, 0, 0, 0, 3]);
    for why in ["no customer has the number", "the least is 100 m", "is not degrees such as"] {
        assert!(seen.text.contains(why), "{why} in {}", seen.text);
    }
    let (circle, polygon) = (found(&desk, "sites", "name", "Main Street"), found(&desk, "sites", "name", "Bridge"));
    assert_eq!(circle["record"]["fence"]["circle"]["center"]["longitude_e7"], -710_589_000);
    assert_eq!(polygon["record"]["fence"]["polygon"]["rings"][0].as_array().unwrap().len(), 3);
    let seen = take("details", DETAILS, [2, 0, 0, 0, 3]);
    for why in ["only details that are still to come", "has no site called", "must be after starts"] {
        assert!(seen.text.contains(why), "{why} in {}", seen.text);
    }
    assert_eq!(desk.items("/v1/staff/details").len(), 2);
    let (one, other) = (found(&desk, "details", "reference", "D-1"), found(&desk, "details", "reference", "D-2"));
    assert_eq!(other["record"]["positions"][0]["rank"], "SGT");
    assert_eq!(one["record"]["starts"], 1_559_386_800_000_i64, "seven in New York");
    // One more officer, and a moved time while somebody has it.
    let (first, officer) = (one["id"].as_str().unwrap().to_owned(), desk.officer("Doe"));
    desk.order(&first, &officer);
    take("details", &DETAILS.replace("15:00,2,", "15:00,3,"), [0, 1, 1, 0, 3]);
    assert_eq!(desk.get(&format!("/v1/staff/details/{first}"))["record"]["positions"].as_array().unwrap().len(), 3);
    let moved = "reference,customer_number,site,title,starts,ends\nD-1,C-1,Main Street,Road work,2019-06-01 08:00,2019-06-01 15:00\n";
    let (_, seen) = preview(&mut browser, "details", moved, &[]);
    assert!(counts(&seen) == [0, 0, 0, 0, 1] && seen.text.contains("officers have this detail"), "{}", seen.text);
}

fn a_schedule_that_names_everything_of_its_days_takes_the_rest_out(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let days = [("covers_from", "2019-05-20"), ("covers_until", "2019-05-26")];
    let two =
        "employee_number,starts,ends\n17,2019-05-20 07:00,2019-05-20 15:00\n17,2019-05-21 07:00,2019-05-21 15:00\n";
    let (page, seen) = preview(&mut browser, "on_duty", two, &days);
    assert_eq!(counts(&seen), [2, 0, 0, 0, 0]);
    confirm(&mut browser, &page, &[]).leads();
    assert_eq!(known(&desk, &officer, "stints", None).len(), 2);
    let other =
        "employee_number,starts,ends\n17,2019-05-20 07:00,2019-05-20 16:00\n18,2019-05-21 07:00,2019-05-21 15:00\n";
    let (_, seen) = preview(&mut browser, "on_duty", other, &days);
    assert_eq!(counts(&seen), [0, 1, 0, 0, 1], "what a rejected line meant is not taken for gone");
    let (page, seen) = preview(&mut browser, "on_duty", &other[..other.find("18,").unwrap()], &days);
    assert_eq!(counts(&seen), [0, 1, 0, 1, 0]);
    assert!(seen.text.contains("<span class=\"mark warn\">gone</span>"), "{}", seen.text);
    confirm(&mut browser, &page, &[]).leads();
    assert_eq!(known(&desk, &officer, "stints", None).len(), 1);
    let wrong = send(&mut browser, "on_duty", two, &[("covers_from", "2019-05-20"), ("covers_until", "2019-05-19")]);
    assert!(wrong.status == 422 && wrong.text.contains("This must not be before the first day."), "{}", wrong.text);
    // Leave comes by a feed of its own.
    let (page, _) = preview(&mut browser, "leave", two, &[]);
    confirm(&mut browser, &page, &[]).leads();
    assert_eq!(known(&desk, &officer, "stints", None).len(), 3);
}

fn what_was_changed_since_it_was_shown_is_shown_first(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let mut other = inside(&world, desk.agency, "b@example.org", StaffRole::Administrator);
    let (page, shown) = preview(&mut browser, "officers", "employee_number,name\n17,Jane\n18,Al\n", &[]);
    let (theirs, _) = preview(&mut other, "officers", "employee_number,name\n17,Janet\n", &[]);
    confirm(&mut other, &theirs, &[]).leads();
    let refused = confirm_as(&mut browser, &shown, &format!("{page}/confirm"), &[]);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("is no longer what you were shown"), "{}", refused.text);
    assert_eq!(counts(&refused), [1, 1, 0, 0, 0], "and what it would do now is shown");
    assert_eq!(officers(&desk), owned(&[("17", "Janet", "")]));
    confirm(&mut browser, &page, &[]).leads();
    assert_eq!(officers(&desk), owned(&[("17", "Jane", ""), ("18", "Al", "")]));
}

fn a_file_is_written_once_and_is_gone_then(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let (page, shown) = preview(&mut browser, "officers", OFFICERS, &[]);
    let action = format!("{page}/confirm");
    confirm_as(&mut browser, &shown, &action, &[]).leads();
    assert_eq!(confirm_as(&mut browser, &shown, &action, &[]).status, 409, "the form is taken once");
    assert_eq!(browser.get(&page).status, 404);
    assert_eq!(officers(&desk).len(), 1);
    // One that is left is gone too, and one that nobody looked at for a day goes with the next.
    let (page, _) = preview(&mut browser, "officers", OFFICERS, &[]);
    assert_eq!(browser.send(&page, &format!("{page}/leave"), &[]).leads(), "/console/import?said=left_file");
    assert_eq!(browser.get(&page).status, 404);
    let old = waiting(&world, desk.agency);
    world.wait(25 * HOUR);
    let mut browser = inside(&world, desk.agency, "b@example.org", StaffRole::Administrator);
    assert!(!browser.show("/console/import").text.contains(&old.to_string()), "a day is over");
    assert_eq!(browser.get(&format!("/console/import/files/{old}")).status, 404);
    preview(&mut browser, "customers", "number,name\n1,A\n", &[]);
    assert!(browser.show("/console/import").text.contains("list.csv"));
    let gone = world.app.store.read(|sql| import_files::get(sql, desk.agency, old)).unwrap();
    assert!(gone.is_none(), "and its content goes with the next");
}

fn what_is_no_table_of_that_sort_is_refused_with_a_sentence(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    for (file, why) in [
        ("", "the file is empty"),
        ("employee_number;name\n17;Jane\n", "must be separated by commas"),
        ("employee_number,nickname\n17,Jane\n", "the header lacks name"),
        ("employee_number,name,shoe\n17,Jane,9\n", "is not a column of officers"),
        ("employee_number,name,name\n17,Jane,J\n", "names name twice"),
        ("\u{0}e\u{0}m\u{0}", "UTF-16"),
    ] {
        let seen = send(&mut browser, "officers", file, &[]);
        assert!(seen.status == 422 && seen.text.contains(why), "{file:?}: {why} in {}", seen.text);
    }
    let action = "/console/import/officers";
    let seal = browser.show(action).seal(action);
    let none = browser.upload(action, &seal, &[], ("file", "", b""));
    assert!(none.status == 422 && none.text.contains("This must be chosen"), "{}", none.text);
    assert!(!none.text.contains("file: must be chosen"), "said at the field, and not once more above: {}", none.text);
    let seal = browser.show(action).seal(action);
    let both = browser.upload(action, &seal, &[("text", OFFICERS)], ("file", "a.csv", OFFICERS.as_bytes()));
    assert!(both.status == 422 && both.text.contains("7001,Walker One"), "what was pasted is kept: {}", both.text);
    let seal = browser.show(action).seal(action);
    let large = browser.upload(action, &seal, &[], ("file", "a.csv", &vec![b'x'; 10 << 20]));
    assert!(large.status == 413 && large.text.contains("Files of up to 8 MB are taken."), "{}", large.status);
    let seal = browser.show(action).seal(action);
    assert_eq!(browser.post(action, &seal, &[("text", OFFICERS)]).status, 400, "a form of another type");
    // Pasted text is taken like a file, once.
    let pasted = browser.upload(action, &seal, &[("text", OFFICERS)], ("file", "", b""));
    assert_eq!(counts(&browser.show(pasted.leads())), [1, 0, 0, 0, 0]);
    assert_eq!(browser.upload(action, &seal, &[("text", OFFICERS)], ("file", "", b"")).status, 409);
    assert!(officers(&desk).is_empty());
}

/// Sends a form with a seal of its own path, as somebody would who was shown it before their role was changed.
fn sealed(browser: &mut Browser<'_>, action: &str) -> String {
    let secret = AgencySecret::from_text(&browser.cookies["detailbook"]).unwrap();
    Seal::new(secret.bytes(), action, &mut browser.world.app.entropy.clone()).value().to_owned()
}

fn a_role_without_the_right_imports_no_schedules(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let list = browser.show("/console/import").text;
    assert!(list.contains("href=\"/console/import/officers\"") && !list.contains("href=\"/console/import/on_duty\""));
    let action = "/console/import/on_duty";
    assert_eq!(browser.get(action).status, 403);
    let file = ("file", "a.csv", &b"employee_number,starts,ends\n"[..]);
    let seal = sealed(&mut browser, action);
    let refused = browser.upload(action, &seal, &[], file);
    assert!(refused.status == 403 && refused.text.contains("personnel:write"), "{}", refused.text);
    let mut finance = inside(&world, desk.agency, "f@example.org", StaffRole::Finance);
    assert_eq!(finance.get("/console/import").status, 403);
}

fn what_waits_of_personnel_is_nobodys_who_may_not_import_it(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let mut other = inside(&world, desk.agency, "c@example.org", StaffRole::Coordinator);
    let (page, shown) =
        preview(&mut browser, "ranks", "employee_number,rank,from,cents_per_hour\n17,SGT,2019-05-01,4550\n", &[]);
    assert!(shown.text.contains("4550"), "{}", shown.text);
    let seen = shown.within("name=\"seen\" value=\"", "\"").remove(0);
    assert!(!other.show("/console/import").text.contains(&page));
    for path in [page.clone(), format!("{page}/rejected.csv"), format!("{page}/lines.csv")] {
        let refused = other.get(&path);
        assert!(refused.status == 403 && !refused.text.contains("4550"), "{path}: {}", refused.text);
    }
    for act in ["confirm", "leave"] {
        let action = format!("{page}/{act}");
        let seal = sealed(&mut other, &action);
        let fields: &[_] = if act == "confirm" { &[("seen", seen.as_str())] } else { &[] };
        let refused = other.post(&action, &seal, fields);
        assert!(refused.status == 403 && refused.text.contains("personnel:write"), "{act}: {}", refused.text);
    }
    assert!(known(&desk, &officer, "ranks", None).is_empty());
    assert_eq!(browser.get(&page).status, 200, "it waits still");
}

fn what_a_file_may_hold_is_bounded(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let lines = |header: &str, count: usize| {
        let rows: Vec<_> = (0..count).map(|n| format!("{n},{n}")).collect();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let (most, over) = (lines("number,name", 2_000), lines("number,name", 2_001));
    let refused = send(&mut browser, "customers", &over, &[]);
    assert!(refused.status == 422 && refused.text.contains("must be at most 2000"), "{}", refused.text);
    let (_, seen) = preview(&mut browser, "customers", &most, &[]);
    assert_eq!(counts(&seen), [2_000, 0, 0, 0, 0]);
    let refused = send(&mut browser, "relations", &lines("employee_number,person,standing", 100_001), &[]);
    assert!(refused.status == 422 && refused.text.contains("must be at most 100000"), "{}", refused.text);
    // Positions are counted in all.
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas", "number": "C-1" } }));
    desk.make("/v1/staff/sites", &json!({ "record": site(&customer) }));
    let name = desk.items("/v1/staff/sites")[0]["record"]["name"].as_str().unwrap().to_owned();
    let line = |n| format!("D-{n},C-1,{name},Work,2019-06-01 07:00,2019-06-01 15:00,200\n");
    let details: String = (0..51).map(line).collect();
    let header = "reference,customer_number,site,title,starts,ends,positions\n";
    let (_, seen) = preview(&mut browser, "details", &format!("{header}{details}"), &[]);
    assert!(counts(&seen) == [50, 0, 0, 0, 1] && seen.text.contains("more than 10000 positions"), "{}", seen.text);
    // Whatever comes of it, a form makes one plan.
    let action = "/console/import/customers";
    let seal = browser.show(action).seal(action);
    assert_eq!(browser.upload(action, &seal, &[], ("file", "a.csv", over.as_bytes())).status, 422);
    assert_eq!(browser.upload(action, &seal, &[], ("file", "a.csv", most.as_bytes())).status, 409);
}

fn the_preview_says_how_new_details_go_on_offer(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas", "number": "C-1" } }));
    desk.make("/v1/staff/sites", &json!({ "record": site(&customer) }));
    let name = desk.items("/v1/staff/sites")[0]["record"]["name"].as_str().unwrap().to_owned();
    let line =
        |number: &str, closes: &str| format!("{number},C-1,{name},Work,2019-06-01 07:00,2019-06-01 15:00,{closes}\n");
    let header = "reference,customer_number,site,title,starts,ends,applications_close\n";
    let late = [line("D-3", "2019-06-01 07:01"), line("D-4", "2019-01-01 07:00"), line("D-5", "soon")].concat();
    let good = [line("D-1", ""), line("D-2", "2019-05-30 12:00")].concat();
    let (page, seen) = preview(&mut browser, "details", &[header, &good, &late].concat(), &[]);
    assert_eq!(counts(&seen), [2, 0, 0, 0, 3], "{}", seen.text);
    for shown in [
        "to every officer at once, until a coordinator has filled it",
        "applications until 2019-05-30 12:00",
        "must be still to come, and not after starts",
    ] {
        assert!(seen.text.contains(shown), "{shown} in {}", seen.text);
    }
    confirm(&mut browser, &page, &[("leave_out", "yes")]).leads();
    let id = |reference: &str| found(&desk, "details", "reference", reference)["id"].as_str().unwrap().to_owned();
    let posting = desk.get(&format!("/v1/staff/details/{}/posting", id("D-2")));
    assert_eq!(posting["posting"]["window"]["closes"], 1_559_232_000_000_i64, "{posting}");
    assert_eq!(desk.get(&format!("/v1/staff/details/{}/posting", id("D-1")))["posting"], json!(null));
    // The same file again leaves both on offer as they are.
    let (_, seen) = preview(&mut browser, "details", &[header, &good].concat(), &[]);
    assert_eq!(counts(&seen), [0, 0, 2, 0, 0]);
    // What the rules do not let go on offer is not written.
    set_rules(&desk, NO_POSTING);
    let (page, _) = preview(&mut browser, "details", &[header, &line("D-6", "")].concat(), &[]);
    let refused = confirm(&mut browser, &page, &[]);
    assert!(refused.status == 409 && refused.text.contains("The rules stand in the way"), "{}", refused.text);
    assert_eq!(desk.items("/v1/staff/details").len(), 2);
}

/// Nothing goes on offer for a customer without insurance.
const NO_POSTING: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"

[[rule]]
id = "insured"
title = "The customer is insured"
severity = { post = "block" }
[rule.documents]
needs = ["insurance"]
of = "customer"
"#;

fn a_fence_that_was_guessed_stays_guessed_until_somebody_draws_another(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let customer = desk.make("/v1/staff/customers", &json!({ "record": { "name": "Gas", "number": "C-1" } }));
    let mut record = site(&customer);
    (record["name"], record["placement"]) = (json!("Main Street"), json!("placeholder"));
    let center = json!({ "latitude_e7": 423_601_000, "longitude_e7": -710_589_000 });
    record["fence"] = json!({ "circle": { "center": center, "radius_m": 150 } });
    desk.make("/v1/staff/sites", &json!({ "record": record }));
    let header = "customer_number,name,latitude,longitude,radius_m\n";
    let mut take = |line: &str, shown: &str| {
        let (page, seen) = preview(&mut browser, "sites", &format!("{header}C-1,Main Street,{line}\n"), &[]);
        assert_eq!(counts(&seen), [0, 1, 0, 0, 0], "{line}: {}", seen.text);
        assert!(seen.text.contains(shown), "{shown} in {}", seen.text);
        assert_eq!(seen.text.contains("placement"), line.starts_with("42.4"), "{}", seen.text);
        confirm(&mut browser, &page, &[]).leads();
        found(&desk, "sites", "name", "Main Street")["record"]["placement"].clone()
    };
    assert_eq!(take(",,200", "200 m around"), "placeholder");
    assert_eq!(take("42.3601,-71.0589,250", "250 m around"), "placeholder");
    assert_eq!(take("42.4,-71.0589,", "<del>about there</del> <ins>where it stands</ins>"), "surveyed");
    let same = format!("{header}C-1,Main Street,42.4,-71.0589,250\n");
    assert_eq!(counts(&preview(&mut browser, "sites", &same, &[]).1), [0, 0, 1, 0, 0]);
    // Where a shift was is shown too.
    numbered(&desk, "17");
    let mut chief = inside(&world, desk.agency, "b@example.org", StaffRole::Administrator);
    let stints = "employee_number,starts,ends,latitude_e7,longitude_e7\n17,2019-05-20 07:00,2019-05-20 15:00,423601000,-710589000\n";
    let (_, seen) = preview(&mut chief, "on_duty", stints, &[]);
    assert!(seen.text.contains("42.3601000, -71.0589000"), "{}", seen.text);
}

fn the_log_says_whose_file_it_was_whoever_confirms_it(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    numbered(&desk, "17");
    let mut one = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let mut other = inside(&world, desk.agency, "b@example.org", StaffRole::Administrator);
    let (page, _) = preview(&mut one, "statuses", "employee_number,code,from\n17,suspended,2019-05-01\n", &[]);
    confirm(&mut other, &page, &[]).leads();
    let (page, _) = preview(&mut one, "statuses", "employee_number,code,from\n17,light_duty,2019-05-01\n", &[]);
    other.send(&page, &format!("{page}/leave"), &[]).leads();
    let log = desk.items("/v1/staff/audit?limit=1000");
    let entry = |action: &str| {
        let found = log.iter().rfind(|entry| entry["action"] == action).unwrap_or_else(|| panic!("{action}"));
        let noted: serde_json::Value = serde_json::from_str(found["detail"].as_str().unwrap()).unwrap();
        (found["actor"].clone(), noted)
    };
    let (sender, sent) = entry("import.send");
    assert_eq!((&sent["what"], &sent["file"]), (&json!("statuses"), &json!("list.csv")));
    for action in ["import.statuses", "import.leave"] {
        let (actor, noted) = entry(action);
        assert_ne!(actor, sender, "{action}");
        assert_eq!(noted["sent_by"], sender, "{action}");
        assert_eq!(noted["sha256"].as_str().unwrap().len(), 64, "{action}");
    }
}

fn another_agency_sees_and_writes_nothing_of_a_file(home: &Home) {
    let world = World::on(home);
    let (desk, other) = (world.agency(1), world.agency(2));
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Administrator);
    let mut stranger = inside(&world, other.agency, "b@example.org", StaffRole::Administrator);
    let (page, _) = preview(&mut browser, "officers", OFFICERS, &[]);
    assert_eq!(stranger.get(&page).status, 404);
    let (own, shown) = preview(&mut stranger, "officers", OFFICERS, &[]);
    let seen = shown.within("name=\"seen\" value=\"", "\"").remove(0);
    assert_ne!(own, page);
    let action = format!("{page}/confirm");
    let seal = sealed(&mut stranger, &action);
    assert_eq!(stranger.post(&action, &seal, &[("seen", &seen)]).status, 404);
    let action = format!("{page}/leave");
    let seal = sealed(&mut stranger, &action);
    assert_eq!(stranger.post(&action, &seal, &[]).status, 404);
    assert_eq!(browser.get(&page).status, 200);
    assert!(officers(&desk).is_empty() && officers(&other).is_empty());
}
