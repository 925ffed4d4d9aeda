//! People of an agency, and what is done to their access.

use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::staff_session::Stage;

use super::browser::Browser;
use super::staff::{find, inside, person, signed_in};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    the_last_who_can_let_people_in_stays,
    nobody_changes_their_own_access_or_that_of_somebody_who_may_more,
    the_list_is_found_sorted_parted_and_exported,
    a_link_is_worth_nothing_after_the_next_and_after_three_days,
    everything_that_is_done_to_access_is_in_the_log,
);

fn act(
    browser: &mut Browser<'_>,
    user: &detailbook_server::access::users::User,
    what: &str,
    fields: &[(&str, &str)],
) -> u16 {
    let page = format!("/console/users/{}", user.id);
    let action = format!("{page}/{what}");
    let seal =
        detailbook_server::console::seal::Seal::new(&key(browser), &action, &mut browser.world.app.entropy.clone());
    browser.post(&action, seal.value(), fields).status
}

/// What this browser's forms are sealed with: also forms that its pages do not show.
fn key(browser: &Browser<'_>) -> [u8; 32] {
    let cookie = browser.session().unwrap();
    *detailbook_server::access::agency_secret::AgencySecret::from_text(&cookie).unwrap().bytes()
}

fn the_last_who_can_let_people_in_stays(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let one = person(&world, desk.agency, "one@example.org", StaffRole::Administrator);
    let two = person(&world, desk.agency, "two@example.org", StaffRole::Administrator);
    let (mut first, mut second) = (signed_in(&world, &one, Stage::Full), signed_in(&world, &two, Stage::Full));
    assert_eq!(act(&mut first, &two, "disable", &[]), 303);
    assert_eq!(act(&mut second, &one, "disable", &[]), 401, "whose sessions have ended");
    assert_eq!(act(&mut first, &one, "disable", &[]), 409);
    assert_eq!(act(&mut first, &one, "role", &[("was", "administrator"), ("role", "auditor")]), 409);
    let rights = [("scope", "users:read"), ("scope", "records:read"), ("second_step", "yes")];
    let seen = first.send("/console/roles/administrator", "/console/roles/administrator", &rights);
    assert!(seen.status == 409 && seen.text.contains("Give another person that right first."), "{}", seen.text);
    assert!(seen.text.contains("value=\"users:read\" checked"), "what was ticked is shown again");
    let refused = world.write(desk.agency, move |sql, by| {
        detailbook_server::access::users::set_disabled(
            sql,
            by,
            detailbook_server::access::users::Hand::Operator,
            one.id,
            true,
        )
    });
    assert!(refused.is_err(), "not even by the command line");
    assert_eq!(first.get("/console/users").status, 200);
}

fn nobody_changes_their_own_access_or_that_of_somebody_who_may_more(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let chief = person(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let mut admin = signed_in(&world, &chief, Stage::Full);
    // Finance lets people in, but may little else.
    let rights = [("scope", "users:read"), ("scope", "users:write"), ("scope", "roles:write"), ("second_step", "yes")];
    admin.send("/console/roles/finance", "/console/roles/finance", &rights).leads();
    let mut clerk = inside(&world, desk.agency, "clerk@example.org", StaffRole::Finance);
    for what in ["disable", "link", "second-step-reset", "unlock"] {
        assert_eq!(act(&mut clerk, &chief, what, &[]), 403, "{what}");
    }
    assert_eq!(act(&mut clerk, &chief, "role", &[("was", "administrator"), ("role", "finance")]), 403);
    let own = find(
        &world,
        desk.agency,
        world
            .app
            .store
            .read(|sql| detailbook_server::store::users::by_login(sql, desk.agency, "clerk@example.org"))
            .unwrap()
            .unwrap()
            .id,
    );
    assert_eq!(act(&mut clerk, &own, "role", &[("was", "finance"), ("role", "finance")]), 409);
    let other = person(&world, desk.agency, "other@example.org", StaffRole::Finance);
    assert_eq!(act(&mut clerk, &other, "role", &[("was", "dispatcher"), ("role", "administrator")]), 403);
    assert_eq!(act(&mut clerk, &other, "disable", &[]), 303);
    let add = |role| [("login", "x@example.org"), ("name", "X"), ("role", role), ("way", "link")];
    assert_eq!(clerk.send("/console/users/new", "/console/users/new", &add("administrator")).status, 403);
    assert_eq!(clerk.send("/console/users/new", "/console/users/new", &add("finance")).status, 200);
    let more = [("scope", "users:read"), ("scope", "audit:read"), ("second_step", "yes")];
    assert_eq!(clerk.send("/console/roles/finance", "/console/roles/finance", &more).status, 403);
    assert_eq!(clerk.send("/console/roles/auditor", "/console/roles/auditor", &rights).status, 403, "it may more");
}

fn the_list_is_found_sorted_parted_and_exported(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    for n in 0..55 {
        person(&world, desk.agency, &format!("n{n:02}@example.org"), StaffRole::Dispatcher);
    }
    let names = |browser: &mut Browser<'_>, query: &str| {
        browser.show(&format!("/console/users{query}")).within("<td>n", "@example.org</td>")
    };
    let first = names(&mut admin, "?role=dispatcher&sort=login");
    assert_eq!((first.len(), first[0].as_str(), first[49].as_str()), (50, "00", "49"));
    assert_eq!(names(&mut admin, "?role=dispatcher&sort=login&part=2"), ["50", "51", "52", "53", "54"]);
    assert_eq!(names(&mut admin, "?find=N07"), ["07"]);
    assert!(names(&mut admin, "?state=disabled").is_empty());
    let csv = admin.show("/console/users.csv?find=n0");
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"users.csv\""));
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("id,name,login,role,state,second_step,signed_in", 11));
}

fn a_link_is_worth_nothing_after_the_next_and_after_three_days(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let chief = person(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let make = || {
        let mut admin = signed_in(&world, &chief, Stage::Full);
        let page = format!("/console/users/{}", user.id);
        let made = admin.send(&page, &format!("{page}/link"), &[]);
        made.within("http://127.0.0.1:8470", "</code>").remove(0)
    };
    let status = |path: &str| Browser::new(&world).get(path).status;
    let (first, second) = (make(), make());
    assert_eq!((status(&first), status(&second)), (404, 200));
    world.wait(72 * 3_600_000 - 1);
    assert_eq!(status(&second), 200);
    world.wait(1);
    assert_eq!(status(&second), 404);
}

fn everything_that_is_done_to_access_is_in_the_log(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let chief = person(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let mut admin = signed_in(&world, &chief, Stage::Full);
    let from = desk.items("/v1/staff/audit?limit=1000").len();
    for (what, fields) in [
        ("role", &[("was", "coordinator"), ("role", "auditor")][..]),
        ("link", &[]),
        ("second-step-reset", &[]),
        ("disable", &[]),
        ("enable", &[]),
        ("unlock", &[]),
    ] {
        assert!(act(&mut admin, &user, what, fields) < 400, "{what}");
    }
    let log = &desk.items("/v1/staff/audit?limit=1000")[from..];
    let actions: Vec<_> = log.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = ["user.role", "user.link", "user.second_step_reset", "user.disable", "user.enable", "user.unlock"];
    assert_eq!(actions, expected);
    assert!(log.iter().all(|entry| entry["subject"] == user.id.to_string()));
    assert!(log.iter().all(|entry| entry["actor"] == format!("user {} chief@example.org", chief.id)));
    assert_eq!(desk.get("/v1/staff/audit/check")["broken"], serde_json::Value::Null);
}
