//! What no provider should answer, and what a stranger may bring: none of it lets anybody in.

use std::sync::Arc;

use detailbook_server::access::permissions::StaffRole;
use serde_json::json;

use super::browser::{Browser, Seen};
use super::local_provider::{Account, LocalProvider, Sign, Ways, answer};
use super::openid::{BEGIN, SETTINGS, comes_back, log, sent, settings, turn_on, world};
use super::staff::{inside, person, with_second_step};
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_token_that_does_not_hold_lets_nobody_in,
    an_answer_is_taken_once_from_the_browser_that_was_sent_and_not_for_ever,
    a_code_of_somebody_elses_sign_in_is_refused,
    an_answer_of_one_provider_is_none_of_another,
    a_provider_changes_its_keys,
    what_changed_while_somebody_was_away_counts,
    a_provider_that_is_none_is_said_so_and_not_turned_into_a_door,
    an_address_inside_is_not_called_for_an_agency,
);

/// An agency whose people sign in by that provider, and somebody of it.
fn town<'a>(world: &'a World, provider: &LocalProvider) -> (Desk<'a>, Account) {
    let desk = world.agency(1);
    turn_on(world, desk.agency, &provider.issuer, |it| it.second_step = "mfa".into());
    let user = person(world, desk.agency, "a@example.org", StaffRole::Coordinator);
    with_second_step(world, &user);
    (desk, Account { methods: vec!["mfa"], ..Account::new("17", "a@example.org") })
}

fn refused(seen: &Seen, browser: &Browser<'_>, why: &str) {
    assert!(matches!(seen.status, 401 | 409), "{why}: {} {}", seen.status, seen.text);
    assert!(seen.text.contains(why), "{why} in {}", seen.text);
    assert!(browser.session().is_none(), "{why}");
}

/// What is odd about a provider for once.
type Oddity = Box<dyn FnOnce(&mut Ways)>;

/// Tokens that do not hold, and what is said of each. `seconds`: the hour.
fn unheld(seconds: i64) -> Vec<(Oddity, &'static str)> {
    let with = |change: fn(&mut serde_json::Value, i64)| -> Oddity {
        Box::new(move |ways| ways.claims = Arc::new(move |claims| change(claims, seconds)))
    };
    let signed = |sign| -> Oddity { Box::new(move |ways| ways.sign = sign) };
    vec![
        (with(|it, _| it["nonce"] = json!("another")), "it is of another sign-in"),
        (with(|it, _| it["nonce"] = json!(null)), "it is of another sign-in"),
        (with(|it, _| it["aud"] = json!("another")), "it is for somebody else"),
        (with(|it, _| it["aud"] = json!(["detailbook", "another"])), "it is for somebody else"),
        (with(|it, _| it["azp"] = json!("another")), "it is of another party"),
        (with(|it, _| it["iss"] = json!("https://another.example.org")), "it is of another issuer"),
        (with(|it, now| it["exp"] = json!(now - 121)), "it is not of now"),
        (with(|it, now| it["iat"] = json!(now + 121)), "it is not of now"),
        (with(|it, _| it["sub"] = json!("")), "it names nobody"),
        (with(|it, _| it["sub"] = json!("x".repeat(256))), "it names nobody"),
        (with(|it, _| it["exp"] = json!("soon")), "does not answer as it should"),
        (signed(Sign::Not), "it is signed in a way that is not taken"),
        (signed(Sign::ByTheSecret), "it is signed in a way that is not taken"),
        (signed(Sign::ByThePublicKey), "it is signed in a way that is not taken"),
        (signed(Sign::Forged), "its signature is not the provider"),
        (signed(Sign::Rsa(1)), "the token is signed by an unknown key"),
    ]
}

/// It answers so at that path.
fn instead(path: &'static str, with: Vec<u8>) -> Oddity {
    Box::new(move |ways| drop(ways.instead.insert(path, with)))
}

/// What no provider says of itself, and what is said of each.
fn faults() -> Vec<(Oddity, &'static str)> {
    let discovery = "/.well-known/openid-configuration";
    let huge = answer("200 OK", "application/json", &vec![b' '; 300 * 1024]);
    let led = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        .to_vec();
    let document =
        |change: fn(&mut serde_json::Value)| -> Oddity { Box::new(move |ways| ways.document = Arc::new(change)) };
    vec![
        (document(|it| it["issuer"] = json!("https://another.example.org")), "must be the same to the letter"),
        (document(|it| it["issuer"] = json!(format!("{}/", it["issuer"].as_str().unwrap()))), "to the letter"),
        (document(|it| it["response_types_supported"] = json!(["id_token"])), "does not offer sign-in by code"),
        (document(|it| it["token_endpoint"] = json!(null)), "names no token endpoint"),
        (document(|it| it["authorization_endpoint"] = json!("javascript:alert(1)")), "Its authorization endpoint"),
        (document(|it| it["token_endpoint"] = json!("http://10.0.0.1/token")), "must be called by https"),
        (document(|it| it["jwks_uri"] = json!("https://10.0.0.1/keys")), "has an address inside a network"),
        (document(|it| it["id_token_signing_alg_values_supported"] = json!(["HS256"])), "signs by no algorithm"),
        (
            document(|it| it["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"])),
            "takes a client&#39;s secret neither",
        ),
        (instead(discovery, answer("500 Oh", "text/plain", b"no")), "answers 500"),
        (instead(discovery, answer("200 OK", "text/html", b"<script>")), "does not answer with JSON"),
        (instead(discovery, answer("200 OK", "application/json", b"{")), "document cannot be read"),
        (instead(discovery, huge), "more than 256 KiB"),
        (instead(discovery, led), "answers 302"),
        (instead("/keys", answer("200 OK", "application/json", br#"{"keys":[]}"#)), "no keys that can be read"),
        (instead("/keys", answer("404 Not Found", "application/json", b"{}")), "answers 404"),
        (instead(discovery, Vec::new()), "cannot be reached"),
    ]
}

fn a_token_that_does_not_hold_lets_nobody_in(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let (desk, account) = town(&world, &provider);
    let agency = desk.agency;
    let seconds = world.app.now().as_millis() / 1_000;
    for (number, (change, why)) in unheld(seconds).into_iter().enumerate() {
        provider.behaves(change);
        // Each from elsewhere: ten failures slow a source down.
        let source = detailbook_server::access::limiter::Source::V4(100 + u32::try_from(number).unwrap());
        let mut browser = Browser { source, ..Browser::new(&world) };
        let seen = comes_back(&mut browser, agency, &provider, &account);
        refused(&seen, &browser, why);
        assert!(seen.text.contains("<h1>Sign in</h1>"), "and they may try again");
    }
    let none = answer("200 OK", "application/json", br#"{"access_token":"a","token_type":"Bearer"}"#);
    provider.behaves(|ways| drop(ways.instead.insert("/token", none)));
    let mut browser = Browser::new(&world);
    refused(&comes_back(&mut browser, agency, &provider, &account), &browser, "the token does not hold: there is none");
    // Two minutes are what clocks may differ by; the same account, untouched, comes in.
    provider.behaves(|ways| {
        ways.claims = Arc::new(move |it| (it["exp"], it["iat"]) = (json!(seconds - 119), json!(seconds + 119)));
    });
    let mut browser = Browser::new(&world);
    assert_eq!(comes_back(&mut browser, agency, &provider, &account).leads(), "/console/account");
}

fn an_answer_is_taken_once_from_the_browser_that_was_sent_and_not_for_ever(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let (desk, account) = town(&world, &provider);
    let fields = [("agency", desk.agency.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let begin = |browser: &mut Browser<'_>| {
        let url = sent(&browser.send("/console/sign-in", BEGIN, &fields));
        let query = provider.signs_in(&url, &account, world.app.now());
        format!("{BEGIN}/{}?{query}", desk.agency)
    };
    let not_sent = "Your browser was not sent to the provider from here";

    let mut browser = Browser::new(&world);
    let address = begin(&mut browser);
    // In no browser but that one.
    let mut thief = Browser::new(&world);
    refused(&thief.get(&address), &thief, not_sent);
    begin(&mut thief);
    refused(&thief.get(&address), &thief, not_sent);
    // A wrong state uses nothing up.
    let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap();
    for wrong in ["", "x", &state[1..], &format!("{state}A")] {
        let seen = browser.get(&address.replace(state, wrong));
        refused(&seen, &browser, not_sent);
    }
    assert_eq!(browser.get(&format!("{address}&code=other")).status, 400, "nothing stands twice");
    let kept = browser.cookies.clone();
    assert_eq!(browser.get(&address).leads(), "/console");
    // The same answer again, with what the browser had then.
    let mut again = Browser { cookies: kept, ..Browser::new(&world) };
    refused(&again.get(&address), &again, not_sent);
    assert_eq!(log(&desk, "sign_in").len(), 1);

    let mut late = Browser::new(&world);
    let address = begin(&mut late);
    world.wait(10 * 60_000 + 1);
    refused(&late.get(&address), &late, not_sent);
    // They changed their mind at the provider.
    let mut browser = Browser::new(&world);
    let address = begin(&mut browser);
    let code = address.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let denied = address.replace(&format!("code={code}"), "error=access_denied&error_description=%3Cb%3E");
    let seen = browser.get(&denied);
    refused(&seen, &browser, "Town login did not sign you in (access_denied).");
    assert!(!seen.text.contains("<b>") && !seen.text.contains("&lt;b"), "{}", seen.text);
}

fn a_code_of_somebody_elses_sign_in_is_refused(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let (desk, account) = town(&world, &provider);
    let agency = desk.agency.to_string();
    // The thief has a code of somebody's, and puts it into a sign-in of their own.
    let swapped = || {
        let (mut browser, mut thief) = (Browser::new(&world), Browser::new(&world));
        let theirs = sent(&browser.send("/console/sign-in", BEGIN, &[("agency", &agency)]));
        let own = sent(&thief.send("/console/sign-in", BEGIN, &[("agency", &agency)]));
        let theirs = provider.signs_in(&theirs, &account, world.app.now());
        let own = provider.signs_in(&own, &Account::new("666", "z@example.org"), world.app.now());
        let code = |query: &str| query.split('&').next().unwrap().to_owned();
        let address = format!("{BEGIN}/{agency}?{}", own.replace(&code(&own), &code(&theirs)));
        let seen = thief.get(&address);
        (seen, thief)
    };
    let (seen, thief) = swapped();
    refused(&seen, &thief, "it does not take the code");
    // Where the provider does not look at proofs, the nonce stands in the way.
    provider.behaves(|ways| ways.proofs = false);
    let (seen, thief) = swapped();
    refused(&seen, &thief, "it is of another sign-in");
    assert_eq!(log(&desk, "sign_in.provider_refused").len(), 2);
}

fn an_answer_of_one_provider_is_none_of_another(home: &Home) {
    let (world, honest, evil) = (world(home), LocalProvider::start(), LocalProvider::start());
    let (desk, account) = town(&world, &honest);
    let other = world.agency(2);
    turn_on(&world, other.agency, &evil.issuer, |_| ());
    let begin =
        |browser: &mut Browser<'_>, agency: &str| sent(&browser.send("/console/sign-in", BEGIN, &[("agency", agency)]));
    let (first, second) = (desk.agency.to_string(), other.agency.to_string());
    // An answer of the one brought to where the other sends browsers back to.
    let mut browser = Browser::new(&world);
    let query = honest.signs_in(&begin(&mut browser, &first), &account, world.app.now());
    let seen = browser.get(&format!("{BEGIN}/{second}?{query}"));
    refused(&seen, &browser, "Your browser was not sent");
    assert!(evil.calls().iter().all(|call| !call.starts_with("POST /token")), "no code goes to a stranger");
    // One that names another issuer, and none where it should name itself.
    let named = |issuer: &str| {
        let mut browser = Browser::new(&world);
        let query = honest.signs_in(&begin(&mut browser, &first), &account, world.app.now());
        let seen = browser.get(&format!("{BEGIN}/{first}?{query}{issuer}"));
        (seen, browser)
    };
    let (seen, browser) = named("&iss=https%3A%2F%2Fevil.example.org");
    refused(&seen, &browser, "the answer is of another issuer");
    let own = format!("&iss={}", honest.issuer.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(named(&own).0.leads(), "/console");
    honest.behaves(|ways| {
        ways.document = Arc::new(|it| it["authorization_response_iss_parameter_supported"] = json!(true));
    });
    world.wait(10 * 60_000);
    let (seen, browser) = named("");
    refused(&seen, &browser, "the answer is of another issuer");
    assert_eq!(named(&own).0.leads(), "/console");
}

fn a_provider_changes_its_keys(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let (desk, account) = town(&world, &provider);
    let come = || {
        let mut browser = Browser::new(&world);
        let seen = comes_back(&mut browser, desk.agency, &provider, &account);
        (seen, browser)
    };
    assert_eq!(come().0.leads(), "/console/account");
    provider.behaves(|ways| ways.sign = Sign::Curve);
    assert_eq!(come().0.leads(), "/console/account", "ES256");
    let asked = || provider.calls().iter().filter(|call| call.starts_with("GET /keys ")).count();
    assert_eq!(asked(), 1, "what it says of itself is kept");
    provider.behaves(|ways| (ways.sign, ways.shows) = (Sign::Rsa(1), vec![Sign::Rsa(1)]));
    let (seen, browser) = come();
    refused(&seen, &browser, "the token is signed by an unknown key");
    world.wait(30_000);
    assert_eq!(come().0.leads(), "/console/account", "it is asked again");
    assert_eq!(asked(), 2);
    // A key that it never had makes nobody ask it without end.
    provider.behaves(|ways| (ways.sign, ways.shows) = (Sign::Rsa(2), vec![Sign::Rsa(1)]));
    for _ in 0..3 {
        let (seen, browser) = come();
        refused(&seen, &browser, "the token is signed by an unknown key");
    }
    assert_eq!(asked(), 2);
    // What it showed once is believed no more when it has taken it back.
    provider.behaves(|ways| (ways.sign, ways.shows) = (Sign::Rsa(0), vec![Sign::Rsa(1)]));
    let (seen, browser) = come();
    refused(&seen, &browser, "the token is signed by an unknown key");
}

fn what_changed_while_somebody_was_away_counts(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let (desk, account) = town(&world, &provider);
    let agency = desk.agency.to_string();
    let begun = || {
        let mut browser = Browser::new(&world);
        let url = sent(&browser.send("/console/sign-in", BEGIN, &[("agency", &agency)]));
        let query = provider.signs_in(&url, &account, world.app.now());
        (browser, format!("{BEGIN}/{agency}?{query}"))
    };
    let (mut browser, address) = begun();
    turn_on(&world, desk.agency, &provider.issuer, |it| it.second_step = "mfa".into());
    refused(&browser.get(&address), &browser, "was changed meanwhile");
    let (mut browser, address) = begun();
    turn_on(&world, desk.agency, &provider.issuer, |it| it.is_on = false);
    refused(&browser.get(&address), &browser, "was changed meanwhile");
    let seen = Browser::new(&world).send("/console/sign-in", "/console/sign-in", &[]);
    assert!(!seen.text.contains("Town login"), "{}", seen.text);
}

fn a_provider_that_is_none_is_said_so_and_not_turned_into_a_door(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let (desk, account) = town(&world, &provider);
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    for (change, why) in faults() {
        provider.behaves(change);
        let seen = admin.send(SETTINGS, "/console/settings/provider/test", &[]);
        assert!(seen.status == 409 && seen.text.contains(why), "{why} in {}", seen.text);
        assert!(seen.text.contains("Town login cannot be used:") && !seen.text.contains("<script>"), "{}", seen.text);
        let mut browser = Browser::new(&world);
        let seen = browser.send("/console/sign-in", BEGIN, &[("agency", &desk.agency.to_string())]);
        refused(&seen, &browser, "Town login does not answer as it should just now.");
        assert!(seen.text.contains("administrators can sign in with their password"), "{}", seen.text);
    }
    provider.behaves(|_| ());
    world.wait(15_000);
    let mut browser = Browser::new(&world);
    assert_eq!(comes_back(&mut browser, desk.agency, &provider, &account).leads(), "/console/account");
    // It answers when somebody goes, and not when they are back.
    for with in [Vec::new(), answer("500 Oh", "text/plain", b"no"), answer("200 OK", "application/json", b"{}")] {
        provider.behaves(instead("/token", with));
        let mut browser = Browser::new(&world);
        let seen = comes_back(&mut browser, desk.agency, &provider, &account);
        refused(&seen, &browser, "does not answer as it should just now");
    }
}

fn an_address_inside_is_not_called_for_an_agency(home: &Home) {
    let (mut world, provider) = (world(home), LocalProvider::start());
    let inside_https = provider.issuer.replace("http:", "https:");
    world.app.settings.providers = detailbook_server::access::provider::reach::Reach::default();
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let seen = admin.send(SETTINGS, SETTINGS, &settings(&provider.issuer, "0", &[]));
    assert!(seen.status == 422 && seen.text.contains("must be called by https"), "{}", seen.text);
    for (version, issuer) in [("0", inside_https.as_str()), ("1", "https://169.254.169.254"), ("2", "https://[::1]")] {
        let saved = settings(issuer, version, &[("client_secret", "some-secret"), ("state", "on")]);
        admin.send(SETTINGS, SETTINGS, &saved).leads();
        let seen = admin.send(SETTINGS, "/console/settings/provider/test", &[]);
        assert!(seen.status == 409 && seen.text.contains("has an address inside a network"), "{}", seen.text);
        let mut browser = Browser::new(&world);
        assert_eq!(browser.send("/console/sign-in", BEGIN, &[("agency", &desk.agency.to_string())]).status, 409);
    }
    assert!(provider.calls().is_empty());
}

#[test]
fn a_provider_that_never_ends_its_answer_is_left_after_ten_seconds() {
    let home = Home::sqlite();
    let (world, provider) = (world(&home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |_| ());
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    provider.behaves(|ways| ways.hangs = true);
    let seen = admin.send(SETTINGS, "/console/settings/provider/test", &[]);
    assert!(seen.status == 409 && seen.text.contains("does not answer within ten seconds."), "{}", seen.text);
}
