//! Passkeys: made, shown and removed, and every answer that is not the one that was asked for.

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_server::access::limiter::Source;
use detailbook_server::access::passkey::{QUESTIONS, QUESTIONS_OF_ONE};
use detailbook_server::access::permissions::StaffRole;
use detailbook_server::access::staff_session::Stage;
use detailbook_server::access::users::User;
use detailbook_server::store::passkeys as rows;
use serde_json::Value;

use super::authenticator::Authenticator;
use super::browser::{Browser, Seen};
use super::staff::{PASSWORD, find, person, signed_in, with_second_step};
use crate::staff::world::World;
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_passkey_is_the_second_step_and_the_whole_of_signing_in,
    an_answer_that_is_not_the_one_asked_for_is_refused,
    a_counter_that_goes_back_is_refused,
    somebody_elses_passkey_opens_nothing,
    a_question_is_answered_once_and_not_for_ever,
    five_failures_by_passkey_lock_like_any_other,
    a_reset_takes_passkeys_away,
    questions_that_nobody_answered_shut_nobody_out_for_good,
    one_network_is_asked_so_many_times_and_others_are_not_kept_waiting,
);

const ACCOUNT: &str = "/console/account";
const ADD: &str = "/console/account/passkeys";
const ADDED: &str = "/console/account/passkeys/answer";
const SECOND: &str = "/console/second-step/passkey";
const SIGN_IN: &str = "/console/sign-in/passkey";

/// A server that is reached by a name.
fn world(home: &Home) -> World {
    let mut world = World::on(home);
    "http://localhost:8470".clone_into(&mut world.app.settings.public_url);
    world
}

fn somebody(world: &World, agency: AgencyId, login: &str) -> User {
    let user = person(world, agency, login, StaffRole::Coordinator);
    with_second_step(world, &user);
    user
}

/// What a page asks the browser.
fn asked(seen: &Seen) -> Value {
    let options = seen.within("data-options=\"", "\"").remove(0);
    let plain = options.replace("&#34;", "\"").replace("&quot;", "\"").replace("&amp;", "&").replace("&#38;", "&");
    serde_json::from_str(&plain).unwrap_or_else(|error| panic!("{error}: {plain}"))
}

fn began_adding(browser: &mut Browser, name: &str) -> Value {
    let begun = browser.send(ACCOUNT, ADD, &[("key_name", name), ("confirm_key", PASSWORD)]);
    assert_eq!(begun.leads(), "/console/account/passkeys/new");
    asked(&browser.show("/console/account/passkeys/new"))
}

/// Adds a passkey as somebody who is signed in.
fn added(world: &World, user: &User, number: u8) -> Authenticator {
    let mut browser = signed_in(world, user, Stage::Full);
    let mut authenticator = Authenticator::new(number);
    let answer = authenticator.make(&began_adding(&mut browser, "Desk PC"));
    let kept = browser.send("/console/account/passkeys/new", ADDED, &[("answer", &answer)]);
    assert_eq!(kept.leads(), "/console/account?said=passkey");
    authenticator
}

/// The page that asks a stranger for a passkey.
fn began_signing_in(browser: &mut Browser) -> Value {
    assert_eq!(browser.send("/console/sign-in", SIGN_IN, &[("next", "/console/account")]).leads(), SIGN_IN);
    asked(&browser.show(SIGN_IN))
}

fn sign_in(browser: &mut Browser, answer: &str) -> Seen {
    browser.send(SIGN_IN, "/console/sign-in/passkey/answer", &[("answer", answer)])
}

/// Signs in with one, from the beginning.
fn signed_in_with(world: &World, authenticator: &mut Authenticator) -> Seen {
    let mut browser = Browser::new(world);
    let asked = began_signing_in(&mut browser);
    sign_in(&mut browser, &authenticator.show(&asked))
}

fn a_passkey_is_the_second_step_and_the_whole_of_signing_in(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let user = somebody(&world, desk.agency, "a@example.org");
    let mut other = signed_in(&world, &user, Stage::Full);
    let mut authenticator = added(&world, &user, 7);
    assert_eq!(other.get("/console").status, 303, "a new way in ends every other session");

    let mut browser = Browser::new(&world);
    browser.sign_in("a@example.org", PASSWORD);
    assert_eq!(browser.send("/console/second-step", SECOND, &[]).leads(), SECOND);
    let asked = asked(&browser.show(SECOND));
    assert_eq!(asked["publicKey"]["userVerification"], "required");
    let before = browser.session();
    let answer = authenticator.show(&asked);
    assert_eq!(browser.send(SECOND, "/console/second-step/passkey/answer", &[("answer", &answer)]).leads(), "/console");
    assert_ne!(browser.session(), before, "another session at every step");

    let mut stranger = Browser::new(&world);
    let asked = began_signing_in(&mut stranger);
    assert!(asked["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty), "nobody is named");
    assert_eq!(sign_in(&mut stranger, &authenticator.show(&asked)).leads(), "/console/account");
    let page = stranger.show(ACCOUNT);
    assert!(page.text.contains("Desk PC") && page.text.contains("last used"), "{}", page.text);

    let id = page.within("name=\"passkey\" value=\"", "\"").remove(0);
    let removed = stranger.send(ACCOUNT, "/console/account/passkeys/remove", &[("passkey", &id)]);
    assert_eq!(removed.leads(), "/console/account?said=unpasskey");
    assert_eq!(signed_in_with(&world, &mut authenticator).status, 401, "what was removed opens nothing");
    let log = desk.items("/v1/staff/audit?limit=1000");
    for action in ["user.passkey_add", "user.passkey_used", "user.passkey_remove"] {
        assert!(log.iter().any(|entry| entry["action"] == action), "{action}");
    }
}

fn an_answer_that_is_not_the_one_asked_for_is_refused(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let user = somebody(&world, desk.agency, "a@example.org");
    let mut browser = signed_in(&world, &user, Stage::Full);
    let asked = began_adding(&mut browser, "Desk PC");
    let wrong = |change: &dyn Fn(&mut Authenticator)| {
        let mut authenticator = Authenticator::new(7);
        change(&mut authenticator);
        authenticator.make(&asked)
    };
    let mut other = asked.clone();
    other["publicKey"]["challenge"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into();
    let answers = [
        wrong(&|it| "http://evil.example".clone_into(&mut it.origin)),
        wrong(&|it| "http://localhost:1".clone_into(&mut it.origin)),
        wrong(&|it| "evil.example".clone_into(&mut it.name)),
        wrong(&|it| it.flags = 0b0000_0001),
        Authenticator::new(7).make(&other),
        String::new(),
        "{}".to_owned(),
        "[".repeat(5_000),
        "x".repeat(40_000),
    ];
    for answer in &answers {
        let seen = browser.send("/console/account/passkeys/new", ADDED, &[("answer", answer)]);
        assert_eq!(seen.status, 401, "{:.80}: {}", answer, seen.text);
    }
    let (agency, id) = (user.agency, user.id);
    assert!(world.app.store.read(|sql| rows::of_user(sql, agency, id)).unwrap().is_empty());
    let right = Authenticator::new(7).make(&asked);
    let kept = browser.send("/console/account/passkeys/new", ADDED, &[("answer", &right)]);
    assert_eq!(kept.leads(), "/console/account?said=passkey", "the question stood all the while");
    let wrong = browser.send(ACCOUNT, ADD, &[("key_name", "Desk PC"), ("confirm_key", "not the password")]);
    assert!(wrong.status == 422 && wrong.text.contains("This is not your password."), "{}", wrong.text);
}

fn a_counter_that_goes_back_is_refused(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let user = somebody(&world, desk.agency, "a@example.org");
    let mut authenticator = added(&world, &user, 7);
    authenticator.counter = 40;
    assert_eq!(signed_in_with(&world, &mut authenticator).leads(), "/console/account");
    for counter in [40, 0, 20] {
        // A copy of the key that has counted less far.
        authenticator.counter = counter;
        assert_eq!(signed_in_with(&world, &mut authenticator).status, 401, "{counter}");
    }
    authenticator.counter = 60;
    assert_eq!(signed_in_with(&world, &mut authenticator).leads(), "/console/account");
}

fn somebody_elses_passkey_opens_nothing(home: &Home) {
    let world = world(home);
    let (desk, elsewhere) = (world.agency(1), world.agency(2));
    let user = somebody(&world, desk.agency, "a@example.org");
    let (other, abroad) =
        (somebody(&world, desk.agency, "b@example.org"), somebody(&world, elsewhere.agency, "a@example.org"));
    let mut theirs = added(&world, &other, 8);
    added(&world, &user, 7);

    // As the second step of somebody else.
    let mut browser = signed_in(&world, &user, Stage::SecondStep);
    browser.send("/console/second-step", SECOND, &[]).leads();
    let asked = asked(&browser.show(SECOND));
    let answer = theirs.show(&asked);
    let seen = browser.send(SECOND, "/console/second-step/passkey/answer", &[("answer", &answer)]);
    assert_eq!(seen.status, 401, "{}", seen.text);

    // As one that says it is somebody else's, of this agency or another.
    for owner in [&user, &abroad] {
        theirs.owner = data_encoding::BASE64URL_NOPAD.encode(owner.id.as_bytes());
        assert_eq!(signed_in_with(&world, &mut theirs).status, 401);
    }
    // A passkey that nobody knows.
    let mut unknown = Authenticator::new(9);
    unknown.owner = data_encoding::BASE64URL_NOPAD.encode(user.id.as_bytes());
    assert_eq!(signed_in_with(&world, &mut unknown).status, 401);
    // The key of one under the name of another.
    let mut forged = Authenticator::new(9);
    forged.id = vec![7; 16];
    forged.owner = data_encoding::BASE64URL_NOPAD.encode(user.id.as_bytes());
    assert_eq!(signed_in_with(&world, &mut forged).status, 401);
    assert_eq!(find(&world, user.agency, user.id).failures, 2, "what named a person counts against that person");

    // Somebody disabled stays out.
    theirs.owner = data_encoding::BASE64URL_NOPAD.encode(other.id.as_bytes());
    let (agency, id, now) = (other.agency, other.id, world.app.now());
    world
        .write(agency, move |sql, _| Ok(detailbook_server::store::users::set_disabled(sql, agency, id, Some(now))?))
        .unwrap();
    assert_eq!(signed_in_with(&world, &mut theirs).status, 401);
}

fn a_question_is_answered_once_and_not_for_ever(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let user = somebody(&world, desk.agency, "a@example.org");
    let mut authenticator = added(&world, &user, 7);

    let mut browser = Browser::new(&world);
    let question = began_signing_in(&mut browser);
    let answer = authenticator.show(&question);
    let seal = browser.show(SIGN_IN).seal("/console/sign-in/passkey/answer");
    // In another browser the same answer answers nothing: it was not asked.
    let mut thief = Browser::new(&world);
    began_signing_in(&mut thief);
    assert_eq!(sign_in(&mut thief, &answer).status, 401);
    assert_eq!(
        browser.post("/console/sign-in/passkey/answer", &seal, &[("answer", &answer)]).leads(),
        "/console/account"
    );
    let again = Browser { cookies: thief.cookies.clone(), ..Browser::new(&world) }.post(
        "/console/sign-in/passkey/answer",
        &seal,
        &[("answer", &answer)],
    );
    assert_ne!(again.status, 303, "a captured answer is worth nothing");

    let mut late = Browser::new(&world);
    let question = began_signing_in(&mut late);
    let seal = late.show(SIGN_IN).seal("/console/sign-in/passkey/answer");
    world.wait(5 * 60_000 + 1);
    let answer = authenticator.show(&question);
    let seen = late.post("/console/sign-in/passkey/answer", &seal, &[("answer", &answer)]);
    assert!(seen.status == 401 && seen.text.contains("too long ago"), "{}", seen.text);
    assert_eq!(late.get(SIGN_IN).leads(), "/console/sign-in", "and is asked no more");
}

fn five_failures_by_passkey_lock_like_any_other(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let user = somebody(&world, desk.agency, "a@example.org");
    let mut authenticator = added(&world, &user, 7);
    let mut browser = signed_in(&world, &user, Stage::SecondStep);
    for failure in 1..=5 {
        browser.send("/console/second-step", SECOND, &[]).leads();
        let mut wrong = asked(&browser.show(SECOND));
        wrong["publicKey"]["challenge"] = "AAAA".into();
        let answer = authenticator.show(&wrong);
        let seen = browser.send(SECOND, "/console/second-step/passkey/answer", &[("answer", &answer)]);
        if failure < 5 {
            assert_eq!(seen.status, 401, "{failure}: {}", seen.text);
        } else {
            assert_eq!(seen.leads(), "/console/sign-in?said=locked");
        }
    }
    assert!(find(&world, user.agency, user.id).locked_until.is_some());
    assert_eq!(signed_in_with(&world, &mut authenticator).status, 401, "a locked name is locked for every way in");
    world.wait(15 * 60_000);
    assert_eq!(signed_in_with(&world, &mut authenticator).leads(), "/console/account");
}

fn a_reset_takes_passkeys_away(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let user = somebody(&world, desk.agency, "a@example.org");
    let mut authenticator = added(&world, &user, 7);
    let administrator = person(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let mut browser = signed_in(&world, &administrator, Stage::Full);
    let page = format!("/console/users/{}", user.id);
    browser.send(&page, &format!("{page}/second-step-reset"), &[]).leads();
    assert_eq!(signed_in_with(&world, &mut authenticator).status, 401);
}

fn questions_that_nobody_answered_shut_nobody_out_for_good(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let user = somebody(&world, desk.agency, "a@example.org");
    let mut authenticator = added(&world, &user, 7);
    let now = world.app.now();
    world
        .write(desk.agency, move |sql, _| {
            for n in 0..QUESTIONS {
                rows::ask(sql, Sha256::of(&n.to_be_bytes()), "{}", now)?;
            }
            Ok(())
        })
        .unwrap();
    let mut stranger = Browser::new(&world);
    let refused = stranger.send("/console/sign-in", SIGN_IN, &[]);
    assert!(refused.status == 429 && refused.text.contains("Try again in a minute"), "{}", refused.text);
    // Whoever has a session is asked all the same.
    let mut inside = signed_in(&world, &user, Stage::SecondStep);
    assert_eq!(inside.send("/console/second-step", SECOND, &[]).leads(), SECOND);
    world.wait(5 * 60_000 + 1);
    assert_eq!(signed_in_with(&world, &mut authenticator).leads(), "/console/account");
}

fn one_network_is_asked_so_many_times_and_others_are_not_kept_waiting(home: &Home) {
    let world = world(home);
    let mut browser = Browser::new(&world);
    for _ in 0..QUESTIONS_OF_ONE {
        began_signing_in(&mut browser);
    }
    let refused = browser.send("/console/sign-in", SIGN_IN, &[]);
    assert!(refused.status == 429 && refused.text.contains("from your network"), "{}", refused.text);
    let mut other = Browser { source: Source::V4(2), ..Browser::new(&world) };
    began_signing_in(&mut other);
    world.wait(5 * 60_000 + 1);
    began_signing_in(&mut browser);
}
