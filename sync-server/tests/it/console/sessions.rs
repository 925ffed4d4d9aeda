//! How sessions begin, and what ends them.

use detailbook_core::time::Millis;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::staff_session::Stage;

use super::browser::Browser;
use super::staff::{PASSWORD, inside, person, signed_in, with_second_step};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_session_ends_when_it_is_not_used_and_when_it_is_old,
    a_planted_session_is_not_the_one_that_somebody_signs_in_to,
    what_changes_somebodys_rights_ends_their_sessions_at_once,
    a_new_password_ends_every_other_session,
    somebody_sees_and_ends_their_own_sessions_and_nobody_elses,
    the_secret_of_a_session_is_nowhere_in_the_store,
);

fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/console").status == 200
}

fn a_session_ends_when_it_is_not_used_and_when_it_is_old(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    world.wait(Millis::from_mins(30).0 - 1);
    assert!(is_in(&mut browser));
    for _ in 0..23 {
        world.wait(Millis::from_mins(29).0);
        assert!(is_in(&mut browser), "used every 29 minutes");
    }
    world.wait(Millis::from_mins(29).0);
    assert!(!is_in(&mut browser), "12 hours are over");
    let mut idle = inside(&world, desk.agency, "b@example.org", StaffRole::Coordinator);
    world.wait(Millis::from_mins(30).0);
    assert_eq!(idle.get("/console/account").leads(), "/console/sign-in?next=%2Fconsole%2Faccount");
}

fn a_planted_session_is_not_the_one_that_somebody_signs_in_to(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let totp = with_second_step(&world, &user);
    let attacker = person(&world, desk.agency, "b@example.org", StaffRole::Auditor);
    let planted = signed_in(&world, &attacker, Stage::Full).session().unwrap();
    let mut browser = Browser::new(&world);
    browser.cookies.insert("detailbook".to_owned(), planted.clone());
    browser.sign_in("a@example.org", PASSWORD);
    let half = browser.session().unwrap();
    assert_ne!(half, planted);
    let code = totp.shown(world.app.now());
    browser.send("/console/second-step", "/console/second-step", &[("code", &code)]).leads();
    assert_ne!(browser.session().unwrap(), half);
    for old in [planted, half] {
        let mut thief = Browser::new(&world);
        thief.cookies.insert("detailbook".to_owned(), old);
        assert!(!is_in(&mut thief), "neither what was planted nor what was half-way in opens anything");
    }
    let invented = "A".repeat(64);
    browser.cookies.insert("detailbook".to_owned(), invented);
    assert!(!is_in(&mut browser));
}

fn what_changes_somebodys_rights_ends_their_sessions_at_once(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let page = format!("/console/users/{}", user.id);
    for (what, fields) in
        [("role", &[("role", "dispatcher")][..]), ("second-step-reset", &[]), ("disable", &[]), ("enable", &[])]
    {
        let mut browser = signed_in(&world, &user, Stage::Full);
        assert_eq!(is_in(&mut browser), what != "enable", "{what}");
        admin.send(&page, &format!("{page}/{what}"), fields).leads();
        assert!(!is_in(&mut browser), "{what}");
    }
    let mut browser = signed_in(&world, &user, Stage::Full);
    let rights = [("scope", "records:read"), ("second_step", "yes")];
    admin.send("/console/roles/dispatcher", "/console/roles/dispatcher", &rights).leads();
    assert!(!is_in(&mut browser), "their role was changed");
    assert!(is_in(&mut admin));
}

fn a_new_password_ends_every_other_session(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let (mut here, mut there) = (signed_in(&world, &user, Stage::Full), signed_in(&world, &user, Stage::Full));
    let before = here.session();
    let new = "another good password";
    let typed = |current| [("current", current), ("password", new), ("again", new)];
    let wrong = here.send("/console/account", "/console/account/password", &typed("not it at all"));
    assert!(wrong.status == 422 && wrong.text.contains("This is not your password."), "{}", wrong.text);
    let done = here.send("/console/account", "/console/account/password", &typed(PASSWORD));
    assert_eq!(done.leads(), "/console/account?said=password");
    assert!(is_in(&mut here) && !is_in(&mut there));
    assert_ne!(here.session(), before);
    assert_eq!(Browser::new(&world).sign_in("a@example.org", PASSWORD).status, 401);
    assert_eq!(Browser::new(&world).sign_in("a@example.org", new).leads(), "/console/enrol");
}

fn somebody_sees_and_ends_their_own_sessions_and_nobody_elses(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let (mut here, mut there) = (signed_in(&world, &user, Stage::Full), signed_in(&world, &user, Stage::Full));
    let other = person(&world, desk.agency, "b@example.org", StaffRole::Coordinator);
    let mut stranger = signed_in(&world, &other, Stage::Full);
    let shown = here.show("/console/account");
    let ids = shown.within("name=\"session\" value=\"", "\"");
    assert_eq!(ids.len(), 1, "the other one, not this one");
    let action = "/console/account/sessions/end";
    // A form of the stranger's own, with somebody else's session in it.
    stranger.send("/console/account", "/console/account/sign-out-everywhere", &[]).leads();
    let mut stranger = signed_in(&world, &other, Stage::Full);
    let _second = signed_in(&world, &other, Stage::Full);
    assert_eq!(stranger.send("/console/account", action, &[("session", &ids[0])]).status, 404);
    assert!(is_in(&mut there));
    here.post(action, &shown.seal(action), &[("session", &ids[0])]).leads();
    assert!(!is_in(&mut there) && is_in(&mut here));
    let mut more = signed_in(&world, &user, Stage::Full);
    here.send("/console/account", "/console/account/sign-out-everywhere", &[]).leads();
    assert!(!is_in(&mut here) && !is_in(&mut more) && is_in(&mut stranger));
}

fn the_secret_of_a_session_is_nowhere_in_the_store(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let browser = inside(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let cookie = data_encoding::BASE64URL_NOPAD.decode(browser.session().unwrap().as_bytes()).unwrap();
    let hash = detailbook_core::shift::Sha256::of(&cookie[16..]);
    let stored = world
        .app
        .store
        .read(|sql| sql.query("SELECT session FROM staff_sessions", &detailbook_server::store::params![]));
    assert_eq!(stored.unwrap()[0].hash(0), Ok(hash));
}
