//! Forms that nobody was given, that come from elsewhere, twice, too large or with more in them: refused with a page, and nothing done.

use detailbook_core::ids::UserId;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::console::FORM_BYTES;
use detailbook_server::store::users as rows;

use super::browser::{Browser, Seen, encoded};
use super::staff::inside;
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_form_of_somebody_elses_or_of_another_page_is_refused,
    a_form_is_taken_once,
    a_form_from_another_site_is_refused,
    a_form_with_more_in_it_than_asked_for_is_refused,
    what_was_typed_is_shown_again_with_what_is_wrong,
    what_people_type_never_becomes_part_of_a_page,
);

const NEW: &str = "/console/users/new";
const FIELDS: [(&str, &str); 4] = [("login", "n@example.org"), ("name", "N"), ("role", "auditor"), ("way", "link")];

fn admin(world: &World, number: u8) -> (Browser<'_>, detailbook_core::ids::AgencyId) {
    let desk = world.agency(number);
    (inside(world, desk.agency, "admin@example.org", StaffRole::Administrator), desk.agency)
}

fn people(world: &World, agency: detailbook_core::ids::AgencyId) -> usize {
    world.app.store.read(|sql| rows::page(sql, agency, UserId::NIL, 100)).unwrap().len()
}

fn refused(seen: &Seen, status: u16, why: &str) {
    assert!(seen.status == status && seen.text.contains(why), "{}: {}", seen.status, seen.text);
    assert!(seen.text.contains("<h1>") && seen.text.contains("href=\"/console"), "a page with a way back");
}

fn a_form_of_somebody_elses_or_of_another_page_is_refused(home: &Home) {
    let world = World::on(home);
    let (mut browser, agency) = admin(&world, 1);
    let mut other = inside(&world, agency, "other@example.org", StaffRole::Administrator);
    let not_ours = "This form is not one that the console gave you for this";
    let before = people(&world, agency);
    let theirs = other.show(NEW).seal(NEW);
    let of_another_page = browser.show("/console/account").seal("/console/account/password");
    for seal in ["", "AAAA", &theirs, &of_another_page] {
        refused(&browser.post(NEW, seal, &FIELDS), 403, not_ours);
    }
    let bare = browser.call("POST", NEW, &encoded(&FIELDS));
    refused(&browser.make(&bare), 403, not_ours);
    let mut stranger = Browser::new(&world);
    let seal = Browser::new(&world).show("/console/sign-in").seal("/console/sign-in");
    let typed = [("login", "admin@example.org"), ("password", "x")];
    refused(&stranger.post("/console/sign-in", &seal, &typed), 403, not_ours);
    assert_eq!(people(&world, agency), before);
}

fn a_form_is_taken_once(home: &Home) {
    let world = World::on(home);
    let (mut browser, agency) = admin(&world, 1);
    let seal = browser.show(NEW).seal(NEW);
    assert_eq!(browser.post(NEW, &seal, &FIELDS).status, 200);
    let after = people(&world, agency);
    refused(&browser.post(NEW, &seal, &FIELDS), 409, "This form was sent before and is taken once.");
    let other = [("login", "m@example.org"), ("name", "M"), ("role", "auditor"), ("way", "link")];
    refused(&browser.post(NEW, &seal, &other), 409, "This form was sent before");
    assert_eq!(people(&world, agency), after);
    // A form that was refused is not used up: nothing was done by it.
    let seal = browser.show(NEW).seal(NEW);
    assert_eq!(browser.post(NEW, &seal, &FIELDS).status, 422, "the address is taken");
    assert_eq!(browser.post(NEW, &seal, &other).status, 200);
}

fn a_form_from_another_site_is_refused(home: &Home) {
    let world = World::on(home);
    let (mut browser, agency) = admin(&world, 1);
    let before = people(&world, agency);
    let seal = browser.show(NEW).seal(NEW);
    let body = encoded(&[&FIELDS[..], &[("form", &seal)]].concat());
    let from = |origin: Option<&str>, site: Option<&str>| {
        let mut call = browser.call("POST", NEW, &body);
        (call.origin, call.fetch_site) = (origin.map(str::to_owned), site.map(str::to_owned));
        call
    };
    let calls = [
        from(Some("https://evil.example"), None),
        from(Some("null"), Some("cross-site")),
        from(Some("http://127.0.0.1:8470"), Some("same-site")),
        from(None, None),
    ];
    for call in &calls {
        refused(&browser.make(call), 403, "This form was not sent from a page of the console");
    }
    assert_eq!(people(&world, agency), before);
    let call = browser.call("POST", NEW, &body);
    assert_eq!(browser.make(&call).status, 200, "and from here it is taken");
}

fn a_form_with_more_in_it_than_asked_for_is_refused(home: &Home) {
    let world = World::on(home);
    let (mut browser, agency) = admin(&world, 1);
    let before = people(&world, agency);
    let seal = browser.show(NEW).seal(NEW);
    let good = encoded(&[&FIELDS[..], &[("form", &seal)]].concat());
    for (more, status) in [
        ("&admin=1".to_owned(), 400),
        ("&role=administrator".to_owned(), 400),
        ("&name=%00".to_owned(), 400),
        ("&x=%zz".to_owned(), 400),
        (format!("&name={}", "x".repeat(FORM_BYTES)), 413),
    ] {
        let call = browser.call("POST", NEW, &(good.clone() + &more));
        assert_eq!(browser.make(&call).status, status, "{}", &more[..more.len().min(40)]);
    }
    let mut json = browser.call("POST", NEW, &good);
    json.content_type = Some("application/json".to_owned());
    assert_eq!(browser.make(&json).status, 400);
    assert_eq!(browser.get("/console/users?find=a&find=b").status, 400);
    assert_eq!(browser.get("/console/users?admin=1").status, 400);
    let call = browser.call("GET", NEW, "a=1");
    assert_eq!(browser.make(&call).status, 400);
    assert_eq!(people(&world, agency), before);
}

fn what_was_typed_is_shown_again_with_what_is_wrong(home: &Home) {
    let world = World::on(home);
    let (mut browser, _) = admin(&world, 1);
    let fields = [("login", "no address"), ("name", "Somebody \"new\""), ("role", "finance"), ("way", "password")];
    let seen = browser.send(NEW, NEW, &fields);
    assert_eq!(seen.status, 422);
    for shown in [
        "<title>Error: Add a user",
        "value=\"no address\"",
        "value=\"Somebody &#34;new&#34;\"",
        "<option value=\"finance\" selected>",
        "This must be an e-mail address such as name@example.org.",
        "aria-describedby=\"h-login e-login\"",
    ] {
        assert!(seen.text.contains(shown), "{shown} in {}", seen.text);
    }
}

fn what_people_type_never_becomes_part_of_a_page(home: &Home) {
    let world = World::on(home);
    let (mut browser, agency) = admin(&world, 1);
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let fields = [("login", "\"><script>@example.org"), ("name", evil), ("role", "auditor"), ("way", "link")];
    assert_eq!(browser.send(NEW, NEW, &fields).status, 200);
    let all = world.app.store.read(|sql| rows::page(sql, agency, UserId::NIL, 100)).unwrap();
    let id = all.iter().find(|user| user.name == evil).unwrap().id;
    let reflected = format!("?find={}", detailbook_server::routes::staff::percent::encode(evil));
    let actor = format!("/console/audit?actor={}", detailbook_server::routes::staff::percent::encode(evil));
    for path in [
        "/console/users",
        &format!("/console/users{reflected}"),
        &format!("/console/users/{id}"),
        &actor,
        "/console/audit",
    ] {
        let seen = browser.show(path);
        assert!(!seen.text.contains("<script") && !seen.text.contains("<img"), "{path}: {}", seen.text);
        assert!(
            seen.text.contains("&#60;script&#62;") || seen.text.contains("&lt;script"),
            "{path}: it is shown as text"
        );
    }
    let refused = browser.send(NEW, NEW, &[("login", evil), ("name", evil), ("role", evil), ("way", evil)]);
    assert!(refused.status == 422 && !refused.text.contains("<script"), "{}", refused.text);
}
