//! Signing in by an identity provider: who comes in, and how it is set.

use std::sync::Arc;

use clap::Parser;
use detailbook_core::ids::AgencyId;
use detailbook_server::access::permissions::{StaffRole, set};
use detailbook_server::access::provider::reach::Reach;
use detailbook_server::access::provider::settings::{Means, ProviderDraft};
use detailbook_server::access::scope::{Scope, Scopes};
use detailbook_server::access::secret_box::SecretKey;
use detailbook_server::access::staff_session::Stage;
use detailbook_server::access::users::{Hand, User, UserDraft};
use detailbook_server::access::{one_time_link, provider, users};
use detailbook_server::config::ServeArgs;
use detailbook_server::console::table::Entry;
use detailbook_server::problem::Problem;
use detailbook_server::store::params;
use serde_json::{Value, json};

use super::browser::{Browser, Seen};
use super::local_provider::{AUTHORITY, Account, CLIENT, LocalProvider, SECRET};
use super::staff::{PASSWORD, find, inside, person, signed_in, with_second_step};
use super::walk::{Sample, Station};
use crate::commands::detailbook;
use crate::staff::world::{Desk, World};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    somebody_signs_in_by_the_provider_and_takes_the_second_step_here,
    a_second_step_that_counts_is_taken_at_the_provider,
    nobody_is_made_and_nobody_is_taken_for_another,
    whose_account_it_is_stays_so_until_an_administrator_has_it_forgotten,
    an_address_that_the_provider_tells_when_asked_counts_like_one_in_the_token,
    a_link_binds_whoever_holds_it_once,
    who_is_locked_or_disabled_stays_out,
    passwords_are_for_administrators_only_where_the_agency_says_so,
    the_settings_are_refused_with_a_reason_and_written_over_what_was_seen,
    who_may_do_less_than_others_does_not_say_who_is_who,
    a_secret_goes_to_nobody_else_and_is_nowhere_to_be_read,
    of_several_agencies_each_has_its_own_way,
    nobody_comes_in_as_the_one_before_at_the_same_computer,
    who_was_to_sign_in_anew_and_did_not_is_refused,
    a_provider_that_tells_no_times_is_taken_at_its_word,
    a_provider_under_an_authority_of_ones_own_is_called_where_the_operator_names_that,
);

pub(super) const SETTINGS: &str = "/console/settings/provider";
pub(super) const BEGIN: &str = "/console/sign-in/provider";

/// What the pages of this area are asked with, in an agency without a provider. Nothing outside is ever called.
pub(super) fn sample(entry: &Entry, station: &Station<'_>) -> Option<Sample> {
    let agency = station.desk.agency.to_string();
    let (path, fields, status) = match (entry.method, entry.path) {
        ("POST", BEGIN) => (BEGIN.to_owned(), vec![("agency", agency)], 409),
        ("GET", "/console/sign-in/provider/{agency}") => (format!("{BEGIN}/{agency}"), vec![], 401),
        ("POST", SETTINGS) => (SETTINGS.to_owned(), owned(&settings("https://127.0.0.1:1", "0", &[])), 303),
        ("POST", "/console/settings/provider/test") => (entry.path.to_owned(), vec![], 409),
        _ => return None,
    };
    Some(Sample { path, fields, status })
}

fn owned(fields: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// The form of the settings, with these fields in the place of the usual ones.
pub(super) fn settings<'a>(
    issuer: &'a str,
    version: &'a str,
    other: &[(&'static str, &'a str)],
) -> Vec<(&'static str, &'a str)> {
    let usual = [
        ("name", "Town login"),
        ("issuer", issuer),
        ("client", CLIENT),
        ("client_secret", ""),
        ("second_step", ""),
        ("state", "off"),
        ("passwords", "everybody"),
        ("confirm", PASSWORD),
        ("version", version),
    ];
    let changed = |name: &str| other.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    usual.into_iter().map(|(name, value)| (name, changed(name).unwrap_or(value))).collect()
}

/// A server that may call this machine, and has a key for secrets.
pub(super) fn world(home: &Home) -> World {
    let mut world = World::on(home);
    world.app.settings.providers = Reach::new(&["127.0.0.1".to_owned()], vec![]).unwrap();
    world.app.settings.secrets = Some(SecretKey::generate(&mut world.app.entropy.clone()));
    world
}

/// Sets the provider past the page, and turns it on.
pub(super) fn turn_on(world: &World, agency: AgencyId, issuer: &str, change: impl FnOnce(&mut ProviderDraft)) {
    try_to_set(world, agency, issuer, change).unwrap();
}

fn try_to_set(
    world: &World,
    agency: AgencyId,
    issuer: &str,
    change: impl FnOnce(&mut ProviderDraft),
) -> Result<(), Problem> {
    let mut draft = ProviderDraft {
        name: "Town login".into(),
        issuer: issuer.to_owned(),
        client: CLIENT.into(),
        client_secret: SECRET.into(),
        second_step: String::new(),
        is_on: true,
        others: true,
    };
    change(&mut draft);
    let (reach, key) = (world.app.settings.providers.clone(), world.app.settings.secrets.clone());
    let mut entropy = world.app.entropy.clone();
    world.write(agency, move |sql, by| {
        let version = detailbook_server::store::providers::get(sql, agency)?.map_or(0, |it| it.version);
        let mut means = Means { reach: &reach, key: key.as_ref(), entropy: &mut entropy };
        provider::settings::set(sql, by, Hand::Operator, version, &draft, &mut means)
    })
}

/// Where the browser is sent.
pub(super) fn sent(seen: &Seen) -> String {
    assert_eq!(seen.status, 200, "{}", seen.text);
    let url = seen.header("refresh").unwrap().strip_prefix("0; url=").unwrap().to_owned();
    assert!(seen.text.contains("rel=\"noreferrer\">Go on to Town login</a>"), "{}", seen.text);
    url
}

/// Goes to the provider of an agency, and is back with what somebody's account there gave along.
pub(super) fn comes_back(
    browser: &mut Browser<'_>,
    agency: AgencyId,
    provider: &LocalProvider,
    account: &Account,
) -> Seen {
    let fields = [("agency", agency.to_string()), ("next", "/console/account".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let url = sent(&browser.send("/console/sign-in", BEGIN, &fields));
    let query = provider.signs_in(&url, account, browser.world.app.now());
    browser.get(&format!("{BEGIN}/{agency}?{query}"))
}

pub(super) fn log(desk: &Desk<'_>, action: &str) -> Vec<Value> {
    let log = desk.items("/v1/staff/audit?limit=1000");
    log.into_iter().filter(|entry| entry["action"] == action).collect()
}

fn somebody(world: &World, agency: AgencyId, login: &str) -> User {
    let user = person(world, agency, login, StaffRole::Coordinator);
    with_second_step(world, &user);
    user
}

fn somebody_signs_in_by_the_provider_and_takes_the_second_step_here(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    assert!(!Browser::new(&world).show("/console/sign-in").text.contains("Town login"));
    let with_secret = settings(&provider.issuer, "0", &[("client_secret", SECRET)]);
    assert_eq!(admin.send(SETTINGS, SETTINGS, &with_secret).leads(), "/console/settings/provider?said=provider");
    assert!(!Browser::new(&world).show("/console/sign-in").text.contains("Town login"), "it is off yet");
    let tried = admin.send(SETTINGS, "/console/settings/provider/test", &[]);
    for found in ["people can sign in by it", "shows 2 keys", "PKCE by S256", "It takes the client id and secret."] {
        assert!(tried.status == 200 && tried.text.contains(found), "{found} in {}", tried.text);
    }
    admin.send(SETTINGS, SETTINGS, &settings(&provider.issuer, "1", &[("state", "on")])).leads();
    let shown = admin.show(SETTINGS);
    let back = format!("http://127.0.0.1:8470{BEGIN}/{}", desk.agency);
    assert!(shown.text.contains(&back) && shown.text.contains(">on</span>"), "{}", shown.text);

    let user = somebody(&world, desk.agency, "a@example.org");
    let mut browser = Browser::new(&world);
    let page = browser.show("/console/sign-in?next=%2Fconsole%2Faccount");
    assert!(page.text.contains("<button>Sign in with Town login</button>"), "{}", page.text);
    let account = Account::new("17", "A@Example.org");
    let seen = comes_back(&mut browser, desk.agency, &provider, &account);
    assert_eq!(seen.leads(), "/console/second-step", "the provider's word is the first step");
    assert!(!browser.cookies.contains_key("detailbook-away"));
    assert_eq!(browser.get("/console").leads(), "/console/second-step");
    let half = browser.session();
    let code = find(&world, desk.agency, user.id).totp.unwrap().shown(world.app.now());
    browser.send("/console/second-step", "/console/second-step", &[("code", &code)]).leads();
    assert_ne!(browser.session(), half);
    assert_eq!(browser.get("/console").status, 200);

    let bound = &log(&desk, "user.provider_bind")[0];
    assert!(bound["detail"].as_str().unwrap().contains("\"by\":\"email\""), "{bound}");
    let used = &log(&desk, "user.provider_used")[0];
    assert!(used["detail"].as_str().unwrap().contains(&provider.issuer), "{used}");
    assert_eq!((log(&desk, "provider.set").len(), log(&desk, "sign_in").len()), (2, 1));
    let one = admin.show(&format!("/console/users/{}", user.id));
    assert!(one.text.contains("<dt>Identity provider</dt>") && one.text.contains("last used"), "{}", one.text);

    // Signing out ends the session here.
    browser.send("/console/account", "/console/sign-out", &[]).leads();
    assert_eq!(browser.get("/console").leads(), "/console/sign-in");
}

fn a_second_step_that_counts_is_taken_at_the_provider(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |it| it.second_step = "mfa level-2".into());
    somebody(&world, desk.agency, "a@example.org");
    let one_step = Account::new("17", "a@example.org");
    let two_steps = Account { methods: vec!["pwd", "mfa"], ..one_step.clone() };
    let mut browser = Browser::new(&world);
    assert_eq!(comes_back(&mut browser, desk.agency, &provider, &one_step).leads(), "/console/second-step");
    let mut browser = Browser::new(&world);
    assert_eq!(comes_back(&mut browser, desk.agency, &provider, &two_steps).leads(), "/console/account");
    assert_eq!(browser.get("/console").status, 200);
    provider.behaves(|ways| ways.claims = std::sync::Arc::new(|it| it["acr"] = "level-2".into()));
    let mut browser = Browser::new(&world);
    assert_eq!(comes_back(&mut browser, desk.agency, &provider, &one_step).leads(), "/console/account");
    // Whoever has no second step yet sets one up, as after a password.
    person(&world, desk.agency, "b@example.org", StaffRole::Coordinator);
    provider.behaves(|_| ());
    let other = Account::new("18", "b@example.org");
    assert_eq!(comes_back(&mut Browser::new(&world), desk.agency, &provider, &other).leads(), "/console/enrol");
    // Where nothing counts, what the provider says of it is not believed.
    turn_on(&world, desk.agency, &provider.issuer, |_| ());
    assert_eq!(
        comes_back(&mut Browser::new(&world), desk.agency, &provider, &two_steps).leads(),
        "/console/second-step"
    );
}

fn nobody_is_made_and_nobody_is_taken_for_another(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let (desk, elsewhere) = (world.agency(1), world.agency(2));
    turn_on(&world, desk.agency, &provider.issuer, |_| ());
    let user = somebody(&world, desk.agency, "a@example.org");
    somebody(&world, elsewhere.agency, "b@example.org");
    let people = || {
        let count = world.app.store.read(|sql| sql.query("SELECT COUNT(*) FROM users", &params![]));
        count.unwrap()[0].int(0).unwrap()
    };
    let before = people();
    let good = Account::new("17", "a@example.org");
    for (account, why) in [
        (Account::new("18", "z@example.org"), "is nobody&#39;s here"),
        (Account::new("18", "b@example.org"), "is nobody&#39;s here"),
        (Account::new("18", "no address"), "is nobody&#39;s here"),
        (Account { verified: false, ..good.clone() }, "does not say that your e-mail address is yours"),
        (Account { email: None, ..good.clone() }, "does not say that your e-mail address is yours"),
    ] {
        let mut browser = Browser::new(&world);
        let seen = comes_back(&mut browser, desk.agency, &provider, &account);
        assert!(seen.status == 401 && seen.text.contains(why), "{account:?}: {}", seen.text);
        assert!(browser.session().is_none() && seen.text.contains("<h1>Sign in</h1>"));
    }
    assert_eq!(people(), before);
    assert_eq!(log(&desk, "sign_in.provider_refused").len(), 5);
    assert_eq!(find(&world, desk.agency, user.id).failures, 0, "nobody else's trouble is theirs");
    assert_eq!(comes_back(&mut Browser::new(&world), desk.agency, &provider, &good).leads(), "/console/second-step");
}

fn whose_account_it_is_stays_so_until_an_administrator_has_it_forgotten(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |it| it.second_step = "mfa".into());
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let (user, other) =
        (somebody(&world, desk.agency, "a@example.org"), somebody(&world, desk.agency, "b@example.org"));
    let account = Account { methods: vec!["mfa"], ..Account::new("17", "a@example.org") };
    let come = |account: &Account| {
        let mut browser = Browser::new(&world);
        let seen = comes_back(&mut browser, desk.agency, &provider, account);
        (seen, browser)
    };
    let (seen, _) = come(&account);
    assert_eq!(seen.leads(), "/console/account");

    // The provider gave the address to another account: whoever has it is not the person that we know.
    let successor = Account { subject: "99".into(), ..account.clone() };
    let (seen, browser) = come(&successor);
    assert!(seen.status == 401 && seen.text.contains("Another account at the provider is yours here"), "{}", seen.text);
    assert!(browser.session().is_none());
    let refused = &log(&desk, "sign_in.provider_refused")[0];
    assert!(refused["subject"] == user.id.to_string() && refused["detail"].as_str().unwrap().contains("other_account"));
    assert_eq!(find(&world, desk.agency, user.id).failures, 1, "it counts like any failure");

    // The account has got a colleague's address, or none: it is still the same person's.
    for email in [Some("b@example.org".to_owned()), None] {
        let (seen, mut browser) = come(&Account { email, verified: false, ..account.clone() });
        assert_eq!(seen.leads(), "/console/account");
        assert!(browser.show("/console/account").text.contains("a@example.org"));
    }
    assert_eq!(find(&world, desk.agency, other.id).signed_in_at, None);

    let (_, mut browser) = come(&account);
    let page = format!("/console/users/{}", user.id);
    let forget = format!("{page}/provider-forget");
    assert_eq!(admin.send(&page, &forget, &[]).leads(), format!("{page}?said=forgotten"));
    assert_eq!(browser.get("/console").status, 303, "their sessions have ended");
    let (seen, _) = come(&successor);
    assert_eq!(seen.leads(), "/console/account", "and the next is bound");
    assert_eq!(come(&account).0.status, 401);
    detailbook(home, &["user", "provider-forget", "b@example.org", "--agency", &desk.agency.to_string()])
        .refused(1, "No account at an identity provider is theirs.");
    detailbook(home, &["user", "provider-forget", "a@example.org", "--agency", &desk.agency.to_string()]).well();
    assert_eq!(come(&account).0.leads(), "/console/account");
}

fn an_address_that_the_provider_tells_when_asked_counts_like_one_in_the_token(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |_| ());
    somebody(&world, desk.agency, "a@example.org");
    provider.behaves(|ways| ways.in_token = false);
    let account = Account::new("17", "a@example.org");
    let asked = || provider.calls().iter().filter(|call| call.starts_with("GET /me ")).count();
    assert_eq!(comes_back(&mut Browser::new(&world), desk.agency, &provider, &account).leads(), "/console/second-step");
    assert_eq!(asked(), 1);
    assert_eq!(comes_back(&mut Browser::new(&world), desk.agency, &provider, &account).leads(), "/console/second-step");
    assert_eq!(asked(), 1, "whom it knows it does not ask about");
    // What it tells of somebody else is not believed.
    let me = br#"{"sub":"99","email":"a@example.org","email_verified":true}"#;
    let other = super::local_provider::answer("200 OK", "application/json", me);
    provider.behaves(|ways| {
        ways.in_token = false;
        ways.instead.insert("/me", other);
    });
    let stranger = Account::new("18", "z@example.org");
    let seen = comes_back(&mut Browser::new(&world), desk.agency, &provider, &stranger);
    assert!(seen.status == 409 && seen.text.contains("does not answer as it should"), "{}", seen.text);
}

fn a_link_binds_whoever_holds_it_once(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |_| ());
    let (agency, mut entropy) = (desk.agency, world.app.entropy.clone());
    let draft = UserDraft { login: "new@example.org".into(), name: "New".into(), role: StaffRole::Coordinator };
    let invited = world.write(agency, move |sql, by| {
        let user = users::add(sql, by, Hand::Operator, &draft, None, &mut entropy)?;
        let link = one_time_link::issue(sql, by, Hand::Operator, user.id, &mut entropy)?;
        Ok((user, link.to_text()))
    });
    let (user, link) = invited.unwrap();
    let (path, begin) = (format!("/console/welcome/{link}"), format!("/console/welcome/{link}/provider"));
    let mut browser = Browser::new(&world);
    assert!(browser.show(&path).text.contains("Sign in with Town login"));
    // An address that nobody vouches for, and not even theirs here: the link says who they are.
    let account = Account { verified: false, ..Account::new("17", "private@example.com") };
    let url = sent(&browser.send(&path, &begin, &[]));
    let query = provider.signs_in(&url, &account, world.app.now());
    assert_eq!(browser.get(&format!("{BEGIN}/{agency}?{query}")).leads(), "/console/enrol");
    let bound = &log(&desk, "user.provider_bind")[0];
    assert!(bound["subject"] == user.id.to_string() && bound["detail"].as_str().unwrap().contains("\"by\":\"link\""));
    assert_eq!(Browser::new(&world).get(&path).status, 404, "a link is good once");
    assert_eq!(comes_back(&mut Browser::new(&world), agency, &provider, &account).leads(), "/console/enrol");

    // A link of somebody's does not make an account theirs that is another's.
    let (other, mut entropy) = (somebody(&world, agency, "b@example.org"), world.app.entropy.clone());
    let again =
        world.write(agency, move |sql, by| one_time_link::issue(sql, by, Hand::Operator, other.id, &mut entropy));
    let again = again.unwrap().to_text();
    let mut browser = Browser::new(&world);
    let path = format!("/console/welcome/{again}");
    let url = sent(&browser.send(&path, &format!("{path}/provider"), &[]));
    let query = provider.signs_in(&url, &account, world.app.now());
    let seen = browser.get(&format!("{BEGIN}/{agency}?{query}"));
    assert!(seen.status == 401 && seen.text.contains("That link is worth nothing any more"), "{}", seen.text);
    // A link that ran out while they were away binds nobody.
    let mut browser = Browser::new(&world);
    let url = sent(&browser.send(&path, &format!("{path}/provider"), &[]));
    let query = provider.signs_in(&url, &Account::new("18", "z@example.org"), world.app.now());
    let dropped = format!("/console/users/{}", other.id);
    let mut admin = inside(&world, agency, "chief@example.org", StaffRole::Administrator);
    admin.send(&dropped, &format!("{dropped}/link"), &[]);
    assert_eq!(browser.get(&format!("{BEGIN}/{agency}?{query}")).status, 401);
}

fn who_is_locked_or_disabled_stays_out(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |it| it.second_step = "mfa".into());
    let user = somebody(&world, desk.agency, "a@example.org");
    let account = Account { methods: vec!["mfa"], ..Account::new("17", "a@example.org") };
    let come = || comes_back(&mut Browser::new(&world), desk.agency, &provider, &account);
    assert_eq!(come().leads(), "/console/account");
    for _ in 0..5 {
        Browser::new(&world).sign_in("a@example.org", "wrong, and wrong");
    }
    let seen = come();
    assert!(seen.status == 401 && seen.text.contains("or is locked for 15 minutes"), "{}", seen.text);
    world.wait(15 * 60_000);
    assert_eq!(come().leads(), "/console/account");
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let page = format!("/console/users/{}", user.id);
    admin.send(&page, &format!("{page}/disable"), &[]).leads();
    assert_eq!(come().status, 401);
    // Ten failures from one address slow it down, whoever they were about.
    for _ in 0..9 {
        come();
    }
    let mut browser = Browser::new(&world);
    let seen = browser.send("/console/sign-in", BEGIN, &[("agency", &desk.agency.to_string())]);
    assert_eq!(seen.status, 429, "{}", seen.text);
}

fn passwords_are_for_administrators_only_where_the_agency_says_so(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    let agency = desk.agency;
    let alone = try_to_set(&world, agency, &provider.issuer, |it| it.others = false);
    assert!(alone.unwrap_err().reason.starts_with("Nobody has a password who could let people in"));

    person(&world, agency, "chief@example.org", StaffRole::Administrator);
    let user = somebody(&world, agency, "a@example.org");
    turn_on(&world, agency, &provider.issuer, |it| it.others = false);
    let page = Browser::new(&world).show("/console/sign-in");
    assert!(page.text.contains("Only administrators sign in with a password or a passkey."), "{}", page.text);
    let seen = Browser::new(&world).sign_in("a@example.org", PASSWORD);
    assert!(seen.status == 401 && seen.text.contains("That name and password do not fit."), "{}", seen.text);
    assert_eq!(Browser::new(&world).sign_in("chief@example.org", PASSWORD).leads(), "/console/enrol");
    let account = Account::new("17", "a@example.org");
    assert_eq!(comes_back(&mut Browser::new(&world), agency, &provider, &account).leads(), "/console/second-step");
    // A link offers no password to whoever could not use one.
    let mut entropy = world.app.entropy.clone();
    let link = world.write(agency, move |sql, by| one_time_link::issue(sql, by, Hand::Operator, user.id, &mut entropy));
    let path = format!("/console/welcome/{}", link.unwrap().to_text());
    let welcome = Browser::new(&world).show(&path);
    assert!(!welcome.text.contains("New password") && welcome.text.contains("Sign in with Town login"));
    // Nobody takes the last administrator's password away while it is so.
    detailbook(home, &["user", "disable", "chief@example.org"]).refused(
        1,
        "After that nobody could let anybody in or set what they may do. Give another person that right first.",
    );
    // Whoever runs the server opens the door again.
    let shown = detailbook(home, &["provider", "show"]).well();
    assert_eq!(shown.trim(), format!("on  {}  {CLIENT}  passwords: administrators", provider.issuer));
    assert_eq!(detailbook(home, &["provider", "off"]).well().trim(), "It is off now.");
    assert_eq!(detailbook(home, &["provider", "off"]).well().trim(), "It was off.");
    assert_eq!(Browser::new(&world).sign_in("a@example.org", PASSWORD).leads(), "/console/second-step");
    assert!(!Browser::new(&world).show("/console/sign-in").text.contains("Town login"));
}

fn the_settings_are_refused_with_a_reason_and_written_over_what_was_seen(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let good = settings(&provider.issuer, "0", &[("client_secret", SECRET)]);
    let save = |browser: &mut Browser<'_>, fields: &[(&'static str, &str)]| browser.send(SETTINGS, SETTINGS, fields);
    for (field, value, why) in [
        ("name", "", "This must not be empty."),
        ("issuer", "http://login.example.org", "must be called by https"),
        ("issuer", "javascript:alert(1)", "This cannot be used"),
        ("client", "", "This must not be empty."),
        ("second_step", "&#1 \u{e4}", "This must be at most 20 words"),
        ("state", "perhaps", "This must be one of these."),
        ("confirm", "not my password", "This is not your password."),
        ("version", "x", "version"),
    ] {
        let changed: Vec<_> =
            good.iter().map(|(name, old)| (*name, if *name == field { value } else { *old })).collect();
        let seen = save(&mut admin, &changed);
        assert!(seen.status == 422 && seen.text.contains(why), "{field} {value}: {}", seen.text);
        assert!(!seen.text.contains(SECRET), "a secret is never sent back");
    }
    assert!(log(&desk, "provider.set").is_empty());
    let on = settings(&provider.issuer, "0", &[("state", "on")]);
    let seen = save(&mut admin, &on);
    assert!(seen.status == 422 && seen.text.contains("This must be given before it is turned on."), "{}", seen.text);
    save(&mut admin, &good).leads();
    // Somebody else was faster: what stands now is shown, and nothing is written over it.
    let stale = save(&mut admin, &settings("https://other.example.org", "0", &[("name", "Mine")]));
    assert!(stale.status == 409 && stale.text.contains("This was changed meanwhile"), "{}", stale.text);
    assert!(stale.text.contains("<dd>Town login</dd>") && stale.text.contains("value=\"Mine\""), "{}", stale.text);
    // Twice the same form is once.
    let seal = admin.show(SETTINGS).seal(SETTINGS);
    let second = settings(&provider.issuer, "1", &[]);
    admin.post(SETTINGS, &seal, &second).leads();
    assert_eq!(admin.post(SETTINGS, &seal, &settings(&provider.issuer, "2", &[])).status, 409);
    assert_eq!(log(&desk, "provider.set").len(), 2);
}

fn who_may_do_less_than_others_does_not_say_who_is_who(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    // Who sets what roles may do, but may do less than others themselves, could come in as these.
    let few: Scopes = [Scope::RolesWrite, Scope::UsersWrite, Scope::RecordsRead].into_iter().collect();
    world.write(desk.agency, move |sql, by| set(sql, by, Hand::Operator, StaffRole::Finance, few, true)).unwrap();
    let mut finance = inside(&world, desk.agency, "f@example.org", StaffRole::Finance);
    let seen = finance.send(SETTINGS, SETTINGS, &settings("https://login.example.org", "0", &[]));
    assert!(seen.status == 403 && seen.text.contains("which you do not have yourself"), "{}", seen.text);
    let mut coordinator = inside(&world, desk.agency, "c@example.org", StaffRole::Coordinator);
    assert_eq!(coordinator.get(SETTINGS).status, 403);
    assert!(!coordinator.show("/console/settings").text.contains(SETTINGS));
    assert!(admin.show("/console/settings").text.contains(SETTINGS));
}

fn a_secret_goes_to_nobody_else_and_is_nowhere_to_be_read(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    let mut admin = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let good = settings(&provider.issuer, "0", &[("client_secret", SECRET), ("state", "on")]);
    admin.send(SETTINGS, SETTINGS, &good).leads();
    let user = person(&world, desk.agency, "a@example.org", StaffRole::Coordinator);
    let account = Account::new("17", "a@example.org");
    let mut browser = Browser::new(&world);
    comes_back(&mut browser, desk.agency, &provider, &account).leads();
    let mut half_way = signed_in(&world, &user, Stage::Full);
    assert_eq!(half_way.get("/console").status, 200);

    let elsewhere = LocalProvider::start();
    for (issuer, client) in [(&elsewhere.issuer, CLIENT), (&provider.issuer, "other")] {
        let kept = settings(issuer, "1", &[("client", client), ("state", "on")]);
        let seen = admin.send(SETTINGS, SETTINGS, &kept);
        assert!(seen.status == 422 && seen.text.contains("This must be given anew"), "{}", seen.text);
    }
    let moved = settings(&elsewhere.issuer, "1", &[("client_secret", "another-secret"), ("state", "on")]);
    admin.send(SETTINGS, SETTINGS, &moved).leads();
    assert_eq!(half_way.get("/console").status, 303, "what the other issuer said counts no more");
    assert!(elsewhere.calls().is_empty(), "nobody was asked");
    // The account was the other issuer's: the same name at this one is nobody yet.
    let tried = admin.send(SETTINGS, "/console/settings/provider/test", &[]);
    assert!(tried.status == 409 && tried.text.contains("does not take the client id and secret"), "{}", tried.text);

    let stored = world.app.store.read(|sql| sql.query("SELECT client_secret FROM identity_providers", &params![]));
    let sealed = stored.unwrap()[0].bytes(0).unwrap().to_vec();
    assert!(!String::from_utf8_lossy(&sealed).contains("another-secret"));
    let log = desk.items("/v1/staff/audit?limit=1000");
    let shown = admin.show(SETTINGS).text;
    for secret in [SECRET, "another-secret"] {
        assert!(!shown.contains(secret) && !log.iter().any(|entry| entry.to_string().contains(secret)));
    }
    // A server with another key says what to do.
    let mut other = world;
    other.app.settings.secrets = Some(SecretKey::generate(&mut detailbook_server::entropy::SharedEntropy::system()));
    let agency = provider_agency(&other);
    let seen = comes_back(&mut Browser::new(&other), agency, &elsewhere, &account);
    assert!(seen.status == 409 && seen.text.contains("must enter the client secret again"), "{}", seen.text);
}

fn provider_agency(world: &World) -> AgencyId {
    world.app.store.read(|sql| detailbook_server::store::providers::on(sql)).unwrap()[0].agency
}

fn of_several_agencies_each_has_its_own_way(home: &Home) {
    let (world, one, two) = (world(home), LocalProvider::start(), LocalProvider::start());
    let (first, second) = (world.agency(1), world.agency(2));
    world.agency(3);
    turn_on(&world, first.agency, &one.issuer, |_| ());
    turn_on(&world, second.agency, &two.issuer, |_| ());
    let page = Browser::new(&world).show("/console/sign-in");
    for name in ["Sign in with Town login (Agency 1)", "Sign in with Town login (Agency 2)"] {
        assert!(page.text.contains(name), "{}", page.text);
    }
    assert!(!page.text.contains("Town login (Agency 3)"));
    somebody(&world, first.agency, "a@example.org");
    somebody(&world, second.agency, "a@example.org");
    let account = Account::new("17", "a@example.org");
    for (agency, provider) in [(first.agency, &one), (second.agency, &two)] {
        let seen = comes_back(&mut Browser::new(&world), agency, provider, &account);
        assert_eq!(seen.leads(), "/console/second-step");
    }
    let mut browser = Browser::new(&world);
    let seal = browser.show("/console/sign-in").seal(BEGIN);
    assert_eq!(browser.post(BEGIN, &seal, &[]).status, 422, "nobody knows which is meant");
    let none = AgencyId::from_bytes([3; 16]).to_string();
    assert_eq!(browser.send("/console/sign-in", BEGIN, &[("agency", &none)]).status, 409);
    assert_eq!(browser.get(&format!("{BEGIN}/{}?code=a&state=b", AgencyId::from_bytes([9; 16]))).status, 404);
}

/// Goes away to the provider with these fields, and gives where to.
fn away(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> String {
    sent(&browser.send("/console/sign-in", BEGIN, fields))
}

fn asks_anew(url: &str) -> bool {
    let (login, now) = (url.contains("&prompt=login"), url.contains("&max_age=0"));
    assert_eq!(login, now, "both or neither: {url}");
    login
}

fn nobody_comes_in_as_the_one_before_at_the_same_computer(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |it| it.second_step = "mfa".into());
    for login in ["a@example.org", "b@example.org"] {
        somebody(&world, desk.agency, login);
    }
    let account = |subject, login| Account { methods: vec!["mfa"], ..Account::new(subject, login) };
    let (first, second) = (account("17", "a@example.org"), account("18", "b@example.org"));
    let mut shared = Browser::new(&world);
    assert!(!asks_anew(&away(&mut shared, &[])), "whoever is signed in there already comes in with one click");
    assert!(asks_anew(&away(&mut shared, &[("anew", "1")])), "unless they say that they are somebody else");
    assert_eq!(comes_back(&mut shared, desk.agency, &provider, &first).leads(), "/console/account");
    let left = shared.send("/console/account", "/console/sign-out", &[]);
    let kept = left.headers.iter().find(|(_, value)| value.starts_with("detailbook-came=1")).unwrap();
    assert!(kept.1.ends_with("; Max-Age=2592000"), "though the browser be closed meanwhile: {kept:?}");
    assert!(asks_anew(&away(&mut shared, &[])));
    assert_eq!(comes_back(&mut shared, desk.agency, &provider, &second).leads(), "/console/account");
    assert!(shared.show("/console/account").text.contains("b@example.org"));
    // A session that ran out is left no less than one that was ended.
    world.wait(13 * crate::staff::world::HOUR);
    assert_eq!(shared.get("/console").status, 303);
    assert!(asks_anew(&away(&mut shared, &[])));
    // Another browser knows nothing of it, nor one from which nobody came in so.
    assert!(!asks_anew(&away(&mut Browser::new(&world), &[])));
    let mut own = inside(&world, desk.agency, "chief@example.org", StaffRole::Administrator);
    let left = own.send("/console/account", "/console/sign-out", &[]);
    assert!(!left.headers.iter().any(|(_, value)| value.starts_with("detailbook-came")));
}

fn who_was_to_sign_in_anew_and_did_not_is_refused(home: &Home) {
    let (world, provider) = (world(home), LocalProvider::start());
    let desk = world.agency(1);
    turn_on(&world, desk.agency, &provider.issuer, |it| it.second_step = "mfa".into());
    somebody(&world, desk.agency, "a@example.org");
    let account = Account { methods: vec!["mfa"], ..Account::new("17", "a@example.org") };
    let agency = desk.agency.to_string();
    let seconds = world.app.now().as_millis() / 1_000;
    let tried = |auth_time: Value, anew: &str| {
        let told = move |it: &mut Value| match &auth_time {
            Value::Null => drop(it.as_object_mut().unwrap().remove("auth_time")),
            at => it["auth_time"] = at.clone(),
        };
        provider.behaves(|ways| ways.claims = Arc::new(told));
        let mut browser = Browser::new(&world);
        let url = away(&mut browser, &[("agency", &agency), ("anew", anew)]);
        let query = provider.signs_in(&url, &account, world.app.now());
        browser.get(&format!("{BEGIN}/{agency}?{query}"))
    };
    for (auth_time, why) in [
        (json!(seconds - 121), "nobody signed in there anew"),
        (Value::Null, "it does not say when they signed in there (auth_time)"),
    ] {
        let seen = tried(auth_time.clone(), "1");
        assert!(seen.status == 401 && seen.text.contains(why), "{why}: {}", seen.text);
        assert_eq!(tried(auth_time, "").leads(), "/console", "nobody asked when they signed in");
    }
    assert_eq!(log(&desk, "sign_in.provider_refused").len(), 2);
    assert_eq!(tried(json!(seconds - 119), "1").leads(), "/console", "clocks may be two minutes apart");
    // What the browser was sent away for counts, and not what somebody says of it on the way back.
    let mut browser = Browser::new(&world);
    let (known, anew) = (away(&mut browser, &[]), away(&mut browser, &[("anew", "1")]));
    let state = |url: &str| url.split("&state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let query = provider.signs_in(&anew, &account, world.app.now()).replace(&state(&anew), &state(&known));
    assert_eq!(browser.get(&format!("{BEGIN}/{agency}?{query}")).status, 401);
}

/// It is asked to have them sign in, and no more.
fn a_provider_that_tells_no_times_is_taken_at_its_word(home: &Home) {
    let world = world(home);
    let desk = world.agency(1);
    somebody(&world, desk.agency, "a@example.org");
    let account = Account { methods: vec!["mfa"], ..Account::new("17", "a@example.org") };
    let agency = desk.agency.to_string();
    let silent = LocalProvider::start();
    silent.behaves(|ways| ways.document = Arc::new(|it| it["claims_supported"] = json!(["sub"])));
    turn_on(&world, desk.agency, &silent.issuer, |it| it.second_step = "mfa".into());
    let mut browser = Browser::new(&world);
    let url = away(&mut browser, &[("agency", &agency), ("anew", "1")]);
    assert!(url.contains("&prompt=login") && !url.contains("max_age"), "{url}");
    let query = silent.signs_in(&url, &account, world.app.now());
    assert_eq!(browser.get(&format!("{BEGIN}/{agency}?{query}")).leads(), "/console");
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    serve: ServeArgs,
}

fn a_provider_under_an_authority_of_ones_own_is_called_where_the_operator_names_that(home: &Home) {
    let (mut world, provider) = (world(home), LocalProvider::start_over_tls());
    let agency = {
        let desk = world.agency(1);
        turn_on(&world, desk.agency, &provider.issuer, |it| it.second_step = "mfa".into());
        somebody(&world, desk.agency, "a@example.org");
        desk.agency
    };
    let account = Account { methods: vec!["mfa"], ..Account::new("17", "a@example.org") };
    {
        let mut admin = inside(&world, agency, "chief@example.org", StaffRole::Administrator);
        let tried = admin.send(SETTINGS, "/console/settings/provider/test", &[]);
        for says in ["The TLS certificate of 127.0.0.1 is not one that this server trusts.", "--provider-ca"] {
            assert!(tried.status == 409 && tried.text.contains(says), "{says}: {}", tried.text);
        }
        let seen = Browser::new(&world).send("/console/sign-in", BEGIN, &[]);
        assert!(seen.status == 409 && seen.text.contains("does not answer as it should"), "{}", seen.text);
        assert!(provider.calls().is_empty(), "nothing was said to it");
    }
    let flags = ["serve", "--provider-hosts", "127.0.0.1", "--provider-ca", AUTHORITY];
    world.app.settings.providers = Line::parse_from(flags).serve.providers().unwrap();
    // What was found before is not asked for again within half a minute.
    world.wait(crate::staff::world::HOUR);
    let mut browser = Browser::new(&world);
    assert_eq!(comes_back(&mut browser, agency, &provider, &account).leads(), "/console/account");
    assert!(provider.calls().iter().any(|line| line.starts_with("POST /token")), "{:?}", provider.calls());
}
