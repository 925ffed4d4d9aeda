//! Requests in the console: entered with an estimate, accepted, changed, and made into details.

use detailbook_server::access::permissions::StaffRole;
use detailbook_server::billing::tariffs;
use serde_json::json;

use super::browser::{Browser, Seen};
use super::staff::{inside, while_somebody_writes};
use crate::billing::office::TARIFF;
use crate::staff::requests::{asked, world};
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_request_that_repeats_is_estimated_accepted_and_becomes_details,
    a_request_that_was_changed_meanwhile_is_neither_accepted_nor_changed_unseen,
    shifts_that_cannot_be_posted_are_named_and_given_up,
    what_cannot_repeat_is_refused_at_its_field,
    the_list_of_requests_is_filtered_and_exported,
    an_estimate_is_worked_out_before_anything_is_locked,
);

/// A form for two places every Friday and Saturday evening.
fn weekly(site: &str, count: &str) -> Vec<(&'static str, String)> {
    let fields = [
        ("site", site),
        ("title", "Market"),
        ("job_type", "C"),
        ("starts", "2019-05-24T18:00"),
        ("ends", "2019-05-24T22:00"),
        ("counts_as", "PO"),
        ("asked_by", "A. Customer"),
        ("repeats", "weekly"),
        ("day", "FR"),
        ("day", "SA"),
        ("count", count),
        ("place_name", "Gate"),
        ("place_rank", ""),
        ("place_kind", "officer"),
        ("place_name", "Lead"),
        ("place_rank", "PO"),
        ("place_kind", "supervisor"),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

fn send(browser: &mut Browser<'_>, path: &str, fields: &[(&'static str, String)]) -> Seen {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.send(path, path, &fields)
}

fn enter(browser: &mut Browser<'_>, fields: &[(&'static str, String)]) -> String {
    let seen = send(browser, "/console/requests/new", fields);
    seen.leads().strip_suffix("?said=asked").unwrap_or_else(|| panic!("{}", seen.leads())).to_owned()
}

fn version(desk: &Desk<'_>, path: &str) -> String {
    desk.version(&format!("/v1/staff/requests/{}", path.rsplit('/').next().unwrap())).to_string()
}

fn a_request_that_repeats_is_estimated_accepted_and_becomes_details(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let fields = weekly(&desk.site(), "4");
    let mut estimate = fields.clone();
    estimate.push(("do", "estimate".to_owned()));
    let seen = send(&mut browser, "/console/requests/new", &estimate);
    assert!(seen.text.contains("<strong>2112.00</strong>") && seen.text.contains("for 4 shifts"), "{}", seen.text);
    assert!(seen.text.contains("value=\"SA\" checked"), "what was ticked is shown again");
    assert!(desk.items("/v1/staff/requests").is_empty(), "nothing is kept by it");
    let path = enter(&mut browser, &fields);
    let page = browser.show(&path);
    for said in ["FREQ=WEEKLY;BYDAY=FR,SA;COUNT=4", "Sat 2019-06-01 18:00", "2112.00", "a supervisor"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let accept = format!("{path}/accept");
    let fields =
        [("version", version(&desk, &path)), ("total", "211200".to_owned()), ("accepted_by", "A. Customer".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.send(&path, &accept, &fields).leads(), format!("{path}?said=accepted"));
    let post = format!("{path}/post");
    let (version, closes) = (version(&desk, &path), "48");
    let fields = [
        ("version", version.as_str()),
        ("offer", "window"),
        ("method", "first_come"),
        ("closes", closes),
        ("tier_name", "All"),
        ("tier_groups", ""),
        ("tier_opens", "0"),
    ];
    assert_eq!(browser.send(&post, &post, &fields).leads(), format!("{path}?said=shifts_posted"));
    let details = desk.items("/v1/staff/details");
    assert_eq!(details.len(), 4);
    let posting = desk.get(&format!("/v1/staff/details/{}/posting", details[0]["record"]["id"].as_str().unwrap()));
    let window = &posting["posting"]["window"];
    let starts = details[0]["record"]["starts"].as_i64().unwrap();
    assert_eq!(window["closes"], json!(starts - 48 * 3_600_000));
    assert_eq!(window["openings"][1]["supervisor"], json!(true), "{window}");
    assert!(browser.show(&path).text.contains("on offer"));
}

fn a_request_that_was_changed_meanwhile_is_neither_accepted_nor_changed_unseen(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let (site, mut browser) = (desk.site(), inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator));
    let path = enter(&mut browser, &weekly(&site, "4"));
    let (edit, accept) = (format!("{path}/edit"), format!("{path}/accept"));
    let seen = browser.show(&path);
    let made_on = version(&desk, &path);
    let mut fewer = weekly(&site, "2");
    fewer.push(("version", made_on.clone()));
    assert_eq!(send(&mut browser, &edit, &fewer).leads(), format!("{path}?said=asked_anew"));
    let fields = [("version", made_on.as_str()), ("total", "211200"), ("accepted_by", "A. Customer")];
    let stale = browser.post(&accept, &seen.seal(&accept), &fields);
    assert!(stale.status == 409 && stale.text.contains("What changed meanwhile"), "{}", stale.text);
    assert!(stale.text.contains("<td class=\"wrap\">2112.00</td><td class=\"wrap\">1056.00</td>"), "{}", stale.text);
    let mut again = weekly(&site, "9");
    again.push(("version", made_on));
    let stale = send(&mut browser, &edit, &again);
    assert!(stale.status == 409 && stale.text.contains("name=\"count\" type=\"text\" value=\"9\""), "{}", stale.text);
    let (other, now) = (world.agency(2), version(&desk, &path));
    let mut stranger = inside(&world, other.agency, "a@example.org", StaffRole::Coordinator);
    assert_eq!(stranger.get(&path).status, 404);
    let close = format!("{path}/close");
    let fields = [("version", now.as_str()), ("how", "cancel"), ("reason", "Not now.")];
    let closed = browser.send(&path, &close, &fields);
    assert_eq!(closed.leads(), format!("{path}?said=closed"));
    assert!(browser.show(&path).text.contains("Not now."));
}

fn shifts_that_cannot_be_posted_are_named_and_given_up(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let path = enter(&mut browser, &weekly(&desk.site(), "2"));
    let total = "105600";
    let first = version(&desk, &path);
    let fields = [("version", first.as_str()), ("total", total), ("accepted_by", "A. Customer")];
    assert_eq!(browser.send(&path, &format!("{path}/accept"), &fields).status, 303);
    let (post, now) = (format!("{path}/post"), version(&desk, &path));
    // So early that the window of the first shift would have closed.
    let fields = [("version", now.as_str()), ("offer", "window"), ("method", "first_come"), ("closes", "230")];
    assert_eq!(browser.send(&post, &post, &fields).leads(), format!("{path}?said=some_posted"));
    assert_eq!(desk.items("/v1/staff/details").len(), 1);
    let page = browser.show(&path);
    let shift = page.within("name=\"shift\" value=\"", "\"").remove(0);
    let (drop, now) = (format!("{path}/drop"), version(&desk, &path));
    let none = browser.send(&path, &drop, &[("version", &now), ("why", "Too late.")]);
    assert_eq!(none.status, 409, "none ticked: {}", none.text);
    let fields = [("version", now.as_str()), ("shift", &shift), ("why", "Too late.")];
    assert_eq!(browser.post(&drop, &none.seal(&drop), &fields).leads(), format!("{path}?said=dropped"));
    assert!(browser.show(&path).text.contains("<td class=\"wrap\">Too late.</td>"));
}

fn what_cannot_repeat_is_refused_at_its_field(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let site = desk.site();
    for (name, value, field) in [
        ("count", "", "e-count"),
        ("count", "401", "e-repeats"),
        ("starts", "2019-05-23T18:00", "e-day"),
        ("asked_by", " ", "e-asked_by"),
        ("repeats", "rule", "e-repeats"),
    ] {
        let changed = weekly(&site, "4")
            .into_iter()
            .map(|(known, text)| (known, if known == name { value.to_owned() } else { text }));
        let seen = send(&mut browser, "/console/requests/new", &changed.collect::<Vec<_>>());
        assert!(seen.status == 422 && seen.text.contains(&format!("id=\"{field}\"")), "{name}={value}: {}", seen.text);
    }
    assert!(desk.items("/v1/staff/requests").is_empty());
}

fn the_list_of_requests_is_filtered_and_exported(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let site = desk.site();
    let other = desk.make("/v1/staff/requests", &json!({ "record": asked(&site, 50) }));
    let path = enter(&mut browser, &weekly(&site, "2"));
    let ids = |seen: &Seen| seen.within("<th scope=\"row\"><a href=\"/console/requests/", "\"");
    assert_eq!(ids(&browser.show("/console/requests")).len(), 2);
    assert_eq!(ids(&browser.show("/console/requests?stage=estimated")), [path.rsplit('/').next().unwrap()]);
    assert_eq!(ids(&browser.show("/console/requests?sort=first"))[0], other);
    let file = browser.show("/console/requests.csv?stage=estimated").text;
    assert!(
        file.lines().count() == 2 && file.contains("Market,Gas company,Main Street,Fri 2019-05-24 18:00"),
        "{file}"
    );
    assert_eq!(browser.get("/console/requests?customer=x").status, 422);
}

/// What cannot be priced is refused by the estimate, and by nothing else: whoever is told so while another holds the lock was told before it
/// was asked for.
fn an_estimate_is_worked_out_before_anything_is_locked(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let may = TARIFF.replacen("source =", "effective_until = \"2019-05-31\"\n    source =", 1);
    world.write(desk.agency, move |sql, by| tariffs::add(sql, by, &may, "Until the end of May.")).unwrap();
    let (site, mut browser) = (desk.site(), inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator));
    let path = enter(&mut browser, &weekly(&site, "3"));
    assert!(browser.show(&path).text.contains("for 3 shifts"), "May has a price");
    let (new, edit) = ("/console/requests/new", format!("{path}/edit"));
    let mut over = weekly(&site, "4");
    over.push(("version", version(&desk, &path)));
    let (seal, edit_seal) = (browser.show(new).seal(new), browser.show(&edit).seal(&edit));
    while_somebody_writes(&world, desk.agency, || {
        for (path, seal, typed) in [(new, &seal, weekly(&site, "4")), (edit.as_str(), &edit_seal, over)] {
            let fields: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let seen = browser.post(path, seal, &fields);
            assert!(seen.status == 409 && seen.text.contains("no tariff for the agency"), "{path}: {}", seen.text);
        }
    });
    assert_eq!(desk.items("/v1/staff/requests").len(), 1, "nothing was written");
    // The same form goes through once it can be priced.
    assert!(send(&mut browser, new, &weekly(&site, "3")).leads().ends_with("?said=asked"));
}
