//! Every page as every role, as nobody, half-way in, and as another agency. The pages come from the table that the console itself
//! answers by: a new one fails here until somebody has said what it takes.

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_server::access::agency_secret::AgencySecret;
use detailbook_server::access::one_time_link;
use detailbook_server::access::permissions::{self, StaffRole};
use detailbook_server::access::scope::Scope;
use detailbook_server::access::staff_session::Stage;
use detailbook_server::access::totp::Totp;
use detailbook_server::access::users::{Hand, User};
use detailbook_server::console::assets;
use detailbook_server::console::seal::Seal;
use detailbook_server::console::table::{Entry, Gate, Work, pages};
use detailbook_server::store::{Sql, users};

use super::browser::{Browser, Seen};
use super::staff::{PASSWORD, person, session, with_second_step};
use super::timesheets;
use crate::staff::world::{Desk, World};
use crate::store::home::Home;

/// What a page is asked with, and how it ends for whoever may.
pub(crate) struct Sample {
    pub(crate) path: String,
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) status: u16,
}

/// What the pages of an area are asked with, where the entry is of that area.
type OfArea = fn(&Entry, &Station<'_>) -> Option<Sample>;

/// Each area beside signing in and who may.
const AREAS: &[OfArea] = &[
    super::details_walk::sample,
    super::today::sample,
    timesheets::sample,
    super::invoices::of_invoices,
    super::importing::sample,
    super::people::sample,
    super::openid::sample,
    super::settings::sample,
];

/// An agency with somebody to whom things are done.
pub(crate) struct Station<'a> {
    pub(crate) world: &'a World,
    pub(crate) desk: Desk<'a>,
    /// An assignment with facts.
    pub(crate) worked: timesheets::Worked,
    pub(crate) found: super::people::Found,
    target: User,
    link: String,
    number: u32,
}

impl<'a> Station<'a> {
    fn build(world: &'a World, number: u8) -> Self {
        let desk = world.agency(number);
        let target = person(world, desk.agency, "target@example.org", StaffRole::Dispatcher);
        let link = link(world, desk.agency, &target).to_text();
        let worked = timesheets::Worked::build(&desk);
        let found = super::people::Found::build(&desk, number);
        super::settings::settle(world, desk.agency);
        Self { world, desk, worked, found, target, link, number: 0 }
    }

    fn person(&mut self, role: StaffRole) -> User {
        self.number += 1;
        person(self.world, self.desk.agency, &format!("{role}{}@example.org", self.number), role)
    }

    fn audited(&self) -> usize {
        self.desk.items("/v1/staff/audit?limit=1000").len()
    }
}

fn link(world: &World, agency: AgencyId, user: &User) -> AgencySecret {
    let (mut entropy, id) = (world.app.entropy.clone(), user.id);
    world.write(agency, move |sql, by| one_time_link::issue(sql, by, Hand::Operator, id, &mut entropy)).unwrap()
}

/// Fields, and how it ends for whoever may.
type Sent = (Vec<(&'static str, String)>, u16);

fn one(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    vec![(name, value.to_owned())]
}

fn sample(entry: &Entry, station: &Station<'_>, totp: Totp, own: &AgencySecret) -> Sample {
    let of_area = AREAS.iter().find_map(|area| area(entry, station));
    of_area.unwrap_or_else(|| of_access(entry, station, totp, own))
}

fn of_access(entry: &Entry, station: &Station<'_>, totp: Totp, own: &AgencySecret) -> Sample {
    let name = match entry.path.split('/').nth(2) {
        Some("static") => assets::style().rsplit('/').next().unwrap().to_owned(),
        Some("roles") => "dispatcher".to_owned(),
        Some("welcome") => station.link.clone(),
        _ => station.target.id.to_string(),
    };
    let names = ["{file}", "{role}", "{link}", "{id}"];
    let path = names.iter().fold(entry.path.to_owned(), |path, it| path.replace(it, &name));
    let sent = of_passkeys(entry);
    let sent = sent.or_else(|| (entry.method == "GET").then(|| (vec![], 200)));
    let sent = sent.or_else(|| of_sign_in(entry.path, station, totp)).or_else(|| of_account(entry.path, station, own));
    let sent = sent.or_else(|| of_users(entry.path, station));
    let (fields, status) =
        sent.unwrap_or_else(|| panic!("{entry:?} is new: say here what it takes, and think who may open it"));
    Sample { path, fields, status }
}

/// Passkeys, on a server that is reached by a number: browsers bind none to it, so nothing is ever begun.
fn of_passkeys(entry: &Entry) -> Option<Sent> {
    let about = entry.path.split('/').any(|part| part.starts_with("passkey"));
    about.then(|| match (entry.method, entry.path) {
        ("GET", _) => (vec![], 303),
        (_, "/console/account/passkeys/remove") => (one("passkey", "00"), 404),
        (_, "/console/account/passkeys") => ([one("key_name", "Desk"), one("confirm_key", PASSWORD)].concat(), 409),
        (_, path) if path.ends_with("answer") => (one("answer", "{}"), 409),
        _ => (vec![], 409),
    })
}

/// The code of the second step that every session here is about to set up.
fn pending(station: &Station<'_>) -> String {
    Totp { secret: [7; 20], used: 0 }.shown(station.world.app.now())
}

fn new_password() -> Vec<(&'static str, String)> {
    [one("password", "another good password"), one("again", "another good password")].concat()
}

fn of_sign_in(path: &str, station: &Station<'_>, totp: Totp) -> Option<Sent> {
    Some(match path {
        "/console/sign-in" => ([one("login", "target@example.org"), one("password", PASSWORD)].concat(), 303),
        "/console/second-step" => (one("code", &totp.shown(station.world.app.now())), 303),
        "/console/enrol" => (one("code", &pending(station)), 200),
        "/console/new-password" | "/console/welcome/{link}" => (new_password(), 303),
        "/console/welcome/{link}/provider" => (vec![], 409),
        "/console/second-step/leave"
        | "/console/enrol/leave"
        | "/console/new-password/leave"
        | "/console/sign-out"
        | "/console/account/sign-out-everywhere" => (vec![], 303),
        _ => return None,
    })
}

fn of_account(path: &str, station: &Station<'_>, own: &AgencySecret) -> Option<Sent> {
    Some(match path {
        "/console/account/second-step/confirm" => (one("code", &pending(station)), 200),
        "/console/account/password" => ([one("current", PASSWORD), new_password()].concat(), 303),
        "/console/account/second-step" => (one("confirm", PASSWORD), 303),
        "/console/account/recovery-codes" => (one("confirm_codes", PASSWORD), 200),
        "/console/account/sessions/end" => (one("session", &own.hash().to_string()), 303),
        _ => return None,
    })
}

fn of_users(path: &str, station: &Station<'_>) -> Option<Sent> {
    Some(match path {
        "/console/users/new" => {
            let login = format!("n{}@example.org", station.audited());
            ([one("login", &login), one("name", "New"), one("role", "dispatcher"), one("way", "link")].concat(), 200)
        }
        "/console/users/{id}/role" => {
            let id = station.target.id;
            let target = station.world.app.store.read(|sql| users::get(sql, station.desk.agency, id)).unwrap().unwrap();
            ([one("was", target.role.name()), one("role", "finance")].concat(), 303)
        }
        "/console/users/{id}/disable"
        | "/console/users/{id}/enable"
        | "/console/users/{id}/unlock"
        | "/console/users/{id}/second-step-reset" => (vec![], 303),
        "/console/roles/{role}" => {
            let agency = station.desk.agency;
            let of = |sql: &mut dyn Sql| permissions::of(sql, agency, StaffRole::Dispatcher);
            let made_on = station.world.app.store.read(of).unwrap().digest().to_string();
            ([one("made_on", &made_on), one("scope", "records:read")].concat(), 303)
        }
        // No account at a provider is theirs.
        "/console/users/{id}/provider-forget" => (vec![], 409),
        "/console/users/{id}/link" | "/console/audit/check" => (vec![], 200),
        _ => return None,
    })
}

/// Opens the page in a browser with that session, with a form sealed for it.
fn open(entry: &Entry, sample: &Sample, world: &World, secret: Option<&AgencySecret>) -> Seen {
    let mut browser = Browser::new(world);
    let mut key = [3; 32];
    browser.cookies.insert("detailbook-guest".to_owned(), data_encoding::BASE64URL_NOPAD.encode(&key));
    if let Some(secret) = secret {
        browser.cookies.insert("detailbook".to_owned(), secret.to_text());
        key = *secret.bytes();
    }
    if entry.method == "GET" {
        return browser.get(&sample.path);
    }
    let seal = Seal::new(&key, &sample.path, &mut world.app.entropy.clone());
    let fields: Vec<_> = sample.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if let Some(file) = entry.file {
        return browser.upload(&sample.path, seal.value(), &fields, (file, "", b""));
    }
    browser.post(&sample.path, seal.value(), &fields)
}

fn may(entry: &Entry, role: StaffRole) -> bool {
    match entry.gate {
        Gate::Anybody | Gate::Signed => true,
        Gate::Step(_) => false,
        Gate::Scope(scope) => role.usual().allow(scope),
    }
}

fn writes(entry: &Entry) -> bool {
    matches!(entry.work, Work::Write(_) | Work::Planned(_))
}

#[test]
fn every_role_opens_what_it_has_the_right_for_and_nothing_else() {
    let home = Home::sqlite();
    let world = World::on(&home);
    for (number, role) in (1..).zip(StaffRole::ALL) {
        let mut station = Station::build(&world, number);
        // Another administrator, so that none is the last.
        person(&world, station.desk.agency, "chief@example.org", StaffRole::Administrator);
        // Of several agencies nobody knows which is meant at the sign-in page.
        for entry in pages().filter(|entry| entry.path != "/console/sign-in") {
            let user = station.person(role);
            let totp = with_second_step(&world, &user);
            let (secret, other) = (session(&world, &user, Stage::Full), session(&world, &user, Stage::Full));
            let sample = sample(entry, &station, totp, &other);
            let before = station.audited();
            let seen = open(entry, &sample, &world, Some(&secret));
            match (may(entry, role), entry.gate) {
                (true, _) => assert_eq!(seen.status, sample.status, "{entry:?} as {role}: {}", seen.text),
                (false, Gate::Scope(_)) => assert_eq!(seen.status, 403, "{entry:?} as {role}"),
                (false, _) => assert_eq!(seen.leads(), "/console", "{entry:?} as {role}"),
            }
            if !may(entry, role) {
                assert_eq!(station.audited(), before, "{entry:?} as {role}: nothing was done");
            }
            station.link = link(&world, station.desk.agency, &station.target).to_text();
        }
    }
}

#[test]
fn a_right_more_or_less_opens_or_shuts_its_pages() {
    let home = Home::sqlite();
    let world = World::on(&home);
    let mut station = Station::build(&world, 1);
    let admin = person(&world, station.desk.agency, "chief@example.org", StaffRole::Administrator);
    let only = |scopes: &[Scope]| {
        let mut browser = super::staff::signed_in(&world, &admin, Stage::Full);
        let fields: Vec<_> = scopes.iter().map(|scope| ("scope", scope.name())).collect();
        browser.send("/console/roles/finance", "/console/roles/finance", &fields).leads();
    };
    for scope in [Scope::UsersRead, Scope::AuditRead, Scope::RecordsRead] {
        only(&[scope]);
        let user = station.person(StaffRole::Finance);
        for entry in pages().filter(|entry| entry.method == "GET") {
            let Gate::Scope(wanted) = entry.gate else { continue };
            let secret = session(&world, &user, Stage::Full);
            let sample = sample(entry, &station, Totp { secret: [0; 20], used: 0 }, &secret);
            let seen = open(entry, &sample, &world, Some(&secret));
            assert_eq!(seen.status, if wanted == scope { 200 } else { 403 }, "{entry:?} with {scope}");
        }
    }
}

#[test]
fn nobody_is_sent_to_sign_in_and_does_nothing() {
    let home = Home::sqlite();
    let world = World::on(&home);
    let station = Station::build(&world, 1);
    let never = AgencySecret::generate(station.desk.agency, &mut world.app.entropy.clone());
    for entry in pages().filter(|entry| entry.gate != Gate::Anybody) {
        let sample = sample(entry, &station, Totp { secret: [0; 20], used: 0 }, &never);
        let before = station.audited();
        for secret in [None, Some(&never)] {
            let seen = open(entry, &sample, &world, secret);
            if writes(entry) {
                assert_eq!(seen.status, 401, "{entry:?}: {}", seen.text);
            } else {
                let way = seen.leads();
                let next = sample.path.replace('/', "%2F");
                let expected = format!("/console/sign-in?next={next}");
                assert!(way == expected || (entry.path == "/console" && way == "/console/sign-in"), "{entry:?}: {way}");
            }
        }
        assert_eq!(station.audited(), before, "{entry:?}");
    }
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get("/console/no/such/page").leads(), "/console/sign-in?next=%2Fconsole%2Fno%2Fsuch%2Fpage");
}

#[test]
fn half_way_in_opens_that_step_and_nothing_else() {
    let home = Home::sqlite();
    let world = World::on(&home);
    let mut station = Station::build(&world, 1);
    let user = station.person(StaffRole::Administrator);
    let totp = with_second_step(&world, &user);
    for stage in [Stage::SecondStep, Stage::Enrol, Stage::NewPassword] {
        for entry in pages().filter(|entry| entry.gate != Gate::Anybody) {
            let secret = session(&world, &user, stage);
            let sample = sample(entry, &station, totp, &secret);
            let before = station.audited();
            let seen = open(entry, &sample, &world, Some(&secret));
            if entry.gate == Gate::Step(stage) {
                assert_eq!(seen.status, sample.status, "{entry:?} at {stage:?}: {}", seen.text);
                // As it was, for the pages that follow.
                let (agency, id) = (user.agency, user.id);
                world.write(agency, move |sql, _| Ok(users::set_totp(sql, agency, id, Some(&totp))?)).unwrap();
            } else {
                let place = format!("/console/{}", stage.name().replace('_', "-"));
                assert_eq!(seen.leads(), place, "{entry:?} at {stage:?}");
                assert_eq!(station.audited(), before, "{entry:?} at {stage:?}");
            }
        }
    }
}

#[test]
fn another_agency_neither_opens_nor_learns_of_anything() {
    let home = Home::sqlite();
    let world = World::on(&home);
    let station = Station::build(&world, 1);
    let mut stranger = Station::build(&world, 2);
    let target = station.target.clone();
    for entry in pages().filter(|entry| matches!(entry.gate, Gate::Signed | Gate::Scope(_))) {
        let user = stranger.person(StaffRole::Administrator);
        let totp = with_second_step(&world, &user);
        let (secret, theirs) = (session(&world, &user, Stage::Full), session(&world, &target, Stage::Full));
        let sample = sample(entry, &station, totp, &theirs);
        let before = station.audited();
        let seen = open(entry, &sample, &world, Some(&secret));
        let names_theirs =
            ["{id}", "{detail}"].iter().any(|name| entry.path.contains(name)) || entry.path.ends_with("sessions/end");
        // A customer of theirs is none that a site here can have.
        let of_theirs = entry.method == "POST" && entry.path == "/console/sites/new";
        let wanted = if names_theirs { 404 } else { sample.status };
        assert_eq!(seen.status, if of_theirs { 422 } else { wanted }, "{entry:?}: {}", seen.text);
        assert!(!seen.text.contains(&target.id.to_string()), "{entry:?}: {}", seen.text);
        assert_eq!(station.audited(), before, "{entry:?}: nothing was done to the agency");
    }
    // A session's secret under another agency's name is no session.
    let secret = session(&world, &target, Stage::Full);
    let moved = [&stranger.desk.agency.as_bytes()[..], secret.bytes()].concat();
    let mut browser = Browser::new(&world);
    browser.cookies.insert("detailbook".to_owned(), data_encoding::BASE64URL_NOPAD.encode(&moved));
    assert_eq!(browser.get("/console").status, 303);
    assert_ne!(secret.hash(), Sha256([0; 32]));
}

#[test]
fn names_that_are_none_are_not_found() {
    let home = Home::sqlite();
    let world = World::on(&home);
    let mut station = Station::build(&world, 1);
    let user = station.person(StaffRole::Administrator);
    let mut browser = super::staff::signed_in(&world, &user, Stage::Full);
    for entry in pages().filter(|entry| entry.method == "GET" && entry.path.contains('{')) {
        for name in ["x", "..", "%2e%2e", "00000000-0000-0000-0000-000000000000", "console.css", "%00"] {
            let parts = entry.path.split('/').map(|part| if part.starts_with('{') { name } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            assert_eq!(browser.get(&path).status, 404, "{path}");
        }
    }
    for path in ["/console/", "/console/users/", "/console/nowhere", "/console/users/7/8"] {
        let seen = browser.get(path);
        assert!(seen.status == 404 && seen.text.contains("<h1>Not found</h1>"), "{path}");
    }
    for (method, path) in [("PUT", "/console/account"), ("DELETE", "/console"), ("HEAD", "/console")] {
        let call = browser.call(method, path, "");
        assert_eq!(browser.make(&call).status, 404, "{method} {path}");
    }
}
