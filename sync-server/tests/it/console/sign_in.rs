//! Signing in: passwords, second steps, lockout, and what strangers learn.

use data_encoding::BASE32_NOPAD;
use detailbook_core::time::Millis;
use detailbook_server::access::limiter::Source;
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::totp::Totp;

use super::browser::{Browser, Seen};
use super::staff::{PASSWORD, find, inside, person, with_second_step};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    somebody_comes_by_a_link_sets_up_both_steps_and_is_in,
    a_code_signs_in_once_and_a_recovery_code_once,
    five_failures_lock_a_name_for_fifteen_minutes_whatever_follows,
    a_name_that_is_nobodys_is_told_what_every_other_is_told,
    failures_of_the_second_step_count_and_end_the_session,
    a_right_password_does_not_wipe_out_failures_of_the_second_step,
    a_source_that_keeps_failing_is_slowed_down,
    a_given_password_is_changed_before_anything_else,
    a_disabled_person_does_not_get_in,
    of_two_agencies_the_one_meant_is_chosen,
);

fn secret_shown(seen: &Seen) -> Totp {
    let words = seen.within("<code class=\"secret\">", "</code>").remove(0);
    let secret = BASE32_NOPAD.decode(words.replace(' ', "").as_bytes()).unwrap();
    Totp { secret: secret.try_into().unwrap(), used: 0 }
}

fn somebody_comes_by_a_link_sets_up_both_steps_and_is_in(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    let fields = [("login", "New@Example.org"), ("name", "New"), ("role", "coordinator"), ("way", "link")];
    let made = admin.send("/console/users/new", "/console/users/new", &fields);
    let link = made.within("<code class=\"secret\">", "</code>").remove(0);
    let path = link.strip_prefix("http://127.0.0.1:8470").unwrap();

    let mut browser = Browser::new(&world);
    let typed = |again| [("password", PASSWORD), ("again", again)];
    let other = browser.send(path, path, &typed("another password"));
    assert!(other.status == 422 && other.text.contains("This is not the same as the first."), "{}", other.text);
    let set = browser.send(path, path, &typed(PASSWORD));
    assert_eq!(set.leads(), "/console/sign-in?said=ready");
    assert_eq!(browser.get(path).status, 404, "a link is good once");

    assert_eq!(browser.sign_in("new@example.org", PASSWORD).leads(), "/console/enrol");
    assert_eq!(browser.get("/console/users").leads(), "/console/enrol", "half-way in opens nothing else");
    let page = browser.show("/console/enrol");
    assert!(page.text.contains("<svg class=\"qr\""));
    let totp = secret_shown(&page);
    let wrong = browser.send("/console/enrol", "/console/enrol", &[("code", "000000")]);
    assert!(wrong.status == 422 && wrong.text.contains("aria-invalid"), "{}", wrong.text);
    assert_eq!(secret_shown(&wrong), totp, "the same secret as before");
    let code = totp.shown(world.app.now());
    let before = browser.session();
    let codes = browser.send("/console/enrol", "/console/enrol", &[("code", &code)]);
    assert_eq!((codes.status, codes.within("<li><code>", "</code>").len()), (200, 10), "{}", codes.text);
    assert_ne!(browser.session(), before, "another session at every step");
    assert!(browser.show("/console").text.contains("Today"));
}

fn a_code_signs_in_once_and_a_recovery_code_once(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let totp = with_second_step(&world, &user);
    let enter = |browser: &mut Browser, code: &str| {
        assert_eq!(browser.sign_in("A@example.org", PASSWORD).leads(), "/console/second-step");
        browser.send("/console/second-step", "/console/second-step", &[("code", code)])
    };
    let code = totp.shown(world.app.now());
    let mut browser = Browser::new(&world);
    assert_eq!(enter(&mut browser, &code).leads(), "/console");
    let again = enter(&mut Browser::new(&world), &code);
    assert!(again.status == 401 && again.text.contains("That code does not fit."), "{}", again.text);

    let confirm = [("confirm_codes", PASSWORD)];
    let codes = browser.send("/console/account", "/console/account/recovery-codes", &confirm);
    let codes = codes.within("<li><code>", "</code>");
    assert_eq!(enter(&mut Browser::new(&world), &codes[0].to_lowercase()).leads(), "/console");
    assert_eq!(enter(&mut Browser::new(&world), &codes[0]).status, 401, "each is good once");
    assert_eq!(enter(&mut Browser::new(&world), &codes[1]).leads(), "/console");
    world.wait(30_000);
    assert_eq!(enter(&mut Browser::new(&world), &totp.shown(world.app.now())).leads(), "/console");
}

const WRONG: &str = "That name and password do not fit. After five failures in a row a name is locked for 15 minutes.";

fn try_as(world: &World, source: u32, login: &str, password: &str) -> Seen {
    let mut browser = Browser { source: Source::V4(source), ..Browser::new(world) };
    browser.sign_in(login, password)
}

fn five_failures_lock_a_name_for_fifteen_minutes_whatever_follows(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    for _ in 0..4 {
        assert_eq!(try_as(&world, 1, "a@example.org", "wrong").status, 401);
    }
    assert_eq!(find(&world, desk.agency, user.id).locked_until, None);
    try_as(&world, 1, "a@example.org", "wrong");
    let until = find(&world, desk.agency, user.id).locked_until;
    assert_eq!(until, Some(world.app.now() + Millis::from_mins(15)));
    let right = try_as(&world, 2, "a@example.org", PASSWORD);
    assert!(right.status == 401 && right.text.contains(WRONG), "the right password is told the same");
    world.wait(14 * 60_000);
    assert_eq!(try_as(&world, 2, "a@example.org", PASSWORD).status, 401);
    assert_eq!(find(&world, desk.agency, user.id).locked_until, until, "tries while locked do not lengthen it");
    world.wait(60_000);
    assert_eq!(try_as(&world, 2, "a@example.org", "wrong").status, 401, "one failure after a lock does not lock again");
    assert_eq!(try_as(&world, 2, "a@example.org", PASSWORD).leads(), "/console/enrol");
    let failures: Vec<_> = desk.items("/v1/staff/audit?limit=1000");
    let failures = failures.iter().filter(|entry| entry["action"] == "sign_in.fail");
    let subjects: Vec<_> = failures.map(|entry| entry["subject"].as_str().unwrap().to_owned()).collect();
    assert_eq!(subjects, vec![user.id.to_string(); 6], "each but those while locked is in the log");
}

fn a_name_that_is_nobodys_is_told_what_every_other_is_told(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    // What differs from call to call: the seal, and what was typed.
    let told = |login: &str, source| {
        let before = (world.app.hashing.computed(), world.app.store.metrics().jobs);
        let seen = try_as(&world, source, login, "some wrong password");
        let seal = seen.seal("/console/sign-in");
        let (hashes, commits) = (world.app.hashing.computed(), world.app.store.metrics().jobs);
        let cost = (hashes - before.0, commits - before.1);
        (cost, seen.status, seen.text.replace(&seal, "").replace(login, ""))
    };
    for n in 0..7 {
        assert_eq!(told("a@example.org", n), told("z@example.org", n), "try {n}");
    }
    for odd in ["", "\u{202e}", "a@example.org'--", "%", "a\u{0}b", &"x".repeat(5_000)] {
        let seen = try_as(&world, 50, odd, "some wrong password");
        assert!([400, 401].contains(&seen.status), "{odd}: {}", seen.status);
    }
    let log = desk.items("/v1/staff/audit?limit=1000");
    let failed: Vec<_> = log.iter().filter(|entry| entry["action"] == "sign_in.fail").collect();
    let unknown = failed.iter().filter(|entry| entry["subject"] == "unknown name").count();
    assert!(unknown >= 5, "{unknown}");
    assert!(!format!("{log:?}").contains("z@example.org"), "what strangers type is not kept");
}

fn failures_of_the_second_step_count_and_end_the_session(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let totp = with_second_step(&world, &user);
    let mut browser = Browser::new(&world);
    browser.sign_in("a@example.org", PASSWORD);
    let mut enter = |code: &str| browser.send("/console/second-step", "/console/second-step", &[("code", code)]);
    for _ in 0..4 {
        assert_eq!(enter("000000").status, 401);
    }
    assert_eq!(enter("000000").leads(), "/console/sign-in?said=locked");
    assert_eq!(browser.get("/console/second-step").leads().split('?').next(), Some("/console/sign-in"));
    assert_eq!(try_as(&world, 1, "a@example.org", PASSWORD).status, 401);
    world.wait(15 * 60_000);
    browser.sign_in("a@example.org", PASSWORD);
    let code = totp.shown(world.app.now());
    assert_eq!(browser.send("/console/second-step", "/console/second-step", &[("code", &code)]).leads(), "/console");
}

fn a_right_password_does_not_wipe_out_failures_of_the_second_step(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    with_second_step(&world, &user);
    for _ in 0..5 {
        let mut browser = Browser::new(&world);
        assert_eq!(browser.sign_in("a@example.org", PASSWORD).leads(), "/console/second-step");
        browser.send("/console/second-step", "/console/second-step", &[("code", "000000")]);
    }
    assert_eq!(try_as(&world, 1, "a@example.org", PASSWORD).status, 401, "locked");
}

fn a_source_that_keeps_failing_is_slowed_down(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    for n in 0..10 {
        assert_eq!(try_as(&world, 7, &format!("n{n}@example.org"), "wrong").status, 401);
    }
    let seen = try_as(&world, 7, "a@example.org", PASSWORD);
    assert!(seen.status == 429 && seen.text.contains("Try again in five minutes."), "{}", seen.text);
    assert_eq!(try_as(&world, 8, "a@example.org", PASSWORD).leads(), "/console/enrol", "others are not");
    world.wait(5 * 60_000);
    assert_eq!(try_as(&world, 7, "a@example.org", PASSWORD).leads(), "/console/enrol");
}

fn a_given_password_is_changed_before_anything_else(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    let fields = [("login", "new@example.org"), ("name", "New"), ("role", "auditor"), ("way", "password")];
    let made = admin.send("/console/users/new", "/console/users/new", &fields);
    let given = made.within("<code class=\"secret\">", "</code>").remove(0);
    let mut browser = Browser::new(&world);
    assert_eq!(browser.sign_in("new@example.org", &given).leads(), "/console/enrol");
    let code = secret_shown(&browser.show("/console/enrol")).shown(world.app.now());
    let codes = browser.send("/console/enrol", "/console/enrol", &[("code", &code)]);
    assert!(codes.text.contains("href=\"/console/new-password\""));
    assert_eq!(browser.get("/console").leads(), "/console/new-password");
    let short = [("password", "short"), ("again", "short")];
    let refused = browser.send("/console/new-password", "/console/new-password", &short);
    assert!(refused.status == 422 && !refused.text.contains("value=\"short\""), "a password is never sent back");
    let typed = [("password", PASSWORD), ("again", PASSWORD)];
    assert_eq!(browser.send("/console/new-password", "/console/new-password", &typed).leads(), "/console");
    assert_eq!(browser.get("/console").status, 200);
    assert_eq!(try_as(&world, 1, "new@example.org", &given).status, 401);
}

fn a_disabled_person_does_not_get_in(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "admin@example.org", StaffRole::Administrator);
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let (page, action) = (format!("/console/users/{}", user.id), format!("/console/users/{}/disable", user.id));
    admin.send(&page, &action, &[]).leads();
    let seen = try_as(&world, 1, "a@example.org", PASSWORD);
    assert!(seen.status == 401 && seen.text.contains(WRONG));
    admin.send(&page, &action.replace("disable", "enable"), &[]).leads();
    assert_eq!(try_as(&world, 1, "a@example.org", PASSWORD).leads(), "/console/enrol");
}

fn of_two_agencies_the_one_meant_is_chosen(home: &Home) {
    let world = World::on(home);
    let (one, two) = (world.agency(1), world.agency(2));
    person(&world, two.agency, "a@example.org", StaffRole::Coordinator);
    let enter = |agency: &str| {
        let mut browser = Browser::new(&world);
        let fields = [("agency", agency), ("login", "a@example.org"), ("password", PASSWORD)];
        browser.send("/console/sign-in", "/console/sign-in", &fields)
    };
    assert_eq!(enter(&one.agency.to_string()).status, 401);
    assert_eq!(enter(&two.agency.to_string()).leads(), "/console/enrol");
    assert_eq!(enter("").status, 422);
    assert_eq!(enter("00000000-0000-7000-8000-000000000000").status, 422);
}
