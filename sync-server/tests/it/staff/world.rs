//! A server with agencies in it, driven through its own interfaces by callers with tokens.

use std::sync::Arc;

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, TokenId};
use detailbook_core::time::{Millis, UnixMillis, Zone};
use detailbook_server::access::roles::Roles;
use detailbook_server::access::scope::Scopes;
use detailbook_server::access::tokens::{self, TokenDraft};
use detailbook_server::app::{App, Settings};
use detailbook_server::audit::By;
use detailbook_server::blobs::BlobFolder;
use detailbook_server::clock::SetClock;
use detailbook_server::entropy::SharedEntropy;
use detailbook_server::problem::Problem;
use detailbook_server::roster::{self, AgencyDraft};
use detailbook_server::routes::staff::{Reply, ReplyBody, StaffCall, handle};
use detailbook_server::store::{Sql, agency as agencies};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::described;
use crate::store::home::Home;

/// Noon of a day in May 2019.
pub(crate) const NOON: i64 = 1_557_921_600_000;
pub(crate) const HOUR: i64 = 3_600_000;

struct Seeded(ChaCha8Rng);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

/// A server with its database, its blobs and a clock that stands.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) blobs: TempDir,
}

impl World {
    pub(crate) fn on(home: &Home) -> Self {
        Self::with_quota(home, u64::MAX)
    }

    pub(crate) fn with_quota(home: &Home, quota: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = BlobFolder::open(folder.path()).unwrap().with_officer_quota(quota);
        let clock = Arc::new(SetClock::new(UnixMillis::new(NOON)));
        let entropy = SharedEntropy::new(Seeded(ChaCha8Rng::seed_from_u64(7)));
        let app = App::with(home.open(), blobs, Settings::default(), clock.clone(), entropy).unwrap();
        Self { app, clock, blobs: folder }
    }

    /// Puts the clock forward.
    pub(crate) fn wait(&self, by: i64) {
        self.clock.set(self.app.now() + Millis(by));
    }

    /// An agency of its own with a token that may do everything.
    pub(crate) fn agency(&self, number: u8) -> Desk<'_> {
        let (agency, now) = (AgencyId::from_bytes([number; 16]), self.app.now());
        let draft = AgencyDraft { name: format!("Agency {number}"), zone: Zone::named("America/New_York").unwrap() };
        let by = By { agency, now, actor: "test" };
        self.app.store.write(move |sql| roster::create_agency(sql, &by, &draft)).unwrap();
        Desk { world: self, agency, secret: self.token(agency, &Scopes::all(), None) }
    }

    /// A token of an agency, as its secret.
    pub(crate) fn token(&self, agency: AgencyId, scopes: &Scopes, expires_at: Option<UnixMillis>) -> String {
        self.issue(agency, scopes, expires_at).1
    }

    /// A token of an agency, with its secret.
    pub(crate) fn issue(&self, agency: AgencyId, scopes: &Scopes, expires_at: Option<UnixMillis>) -> (TokenId, String) {
        let draft = TokenDraft { name: "test".into(), scopes: scopes.clone(), roles: Roles::every(), expires_at };
        let mut entropy = self.app.entropy.clone();
        let issued = self.write(agency, move |sql, by| tokens::issue(sql, by, &draft, &mut entropy));
        let (token, secret) = issued.unwrap();
        (token.id, secret.to_text())
    }

    /// Writes past the interface, under the agency's lock.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        agency: AgencyId,
        work: impl FnOnce(&mut dyn Sql, &By<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let now = self.app.now();
        self.app.store.write(move |sql| {
            agencies::lock(sql, agency)?;
            work(sql, &By { agency, now, actor: "test" })
        })
    }

    /// Calls the staff API with any `Authorization` header.
    pub(crate) fn call(&self, authorization: Option<&str>, method: &str, path: &str, body: &str) -> Reply {
        let reply = handle(&self.app, StaffCall { method, path, authorization, body: body.as_bytes().to_vec() });
        described::check(method, path, body, &reply);
        reply
    }
}

/// A caller with a token of one agency.
pub(crate) struct Desk<'a> {
    pub(crate) world: &'a World,
    pub(crate) agency: AgencyId,
    pub(crate) secret: String,
}

impl Desk<'_> {
    /// The status and the JSON of an answer.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        // What is written whole is written over what this caller sees.
        let reply = match self.etag(path).filter(|_| method == "PUT") {
            Some(version) => self.send(method, &format!("{path}?version={version}"), &body),
            None => self.send(method, path, &body),
        };
        (reply.status, read(reply))
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Reply {
        self.world.call(Some(&format!("Bearer {}", self.secret)), method, path, body)
    }

    /// The version of something that is written whole.
    pub(crate) fn etag(&self, path: &str) -> Option<String> {
        let whole = ["/service", "/contract", "/staffing_rules", "/facts"].iter().any(|end| path.ends_with(end));
        let reply = whole.then(|| self.send("GET", path, ""))?;
        let (_, version) = reply.headers.into_iter().find(|(name, _)| *name == "etag")?;
        Some(version.trim_matches('"').to_owned())
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, &Value::Null);
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub(crate) fn items(&self, path: &str) -> Vec<Value> {
        self.get(path)["items"].as_array().unwrap().clone()
    }

    /// Makes something and gives its id.
    pub(crate) fn make(&self, path: &str, body: &Value) -> String {
        let (status, made) = self.call("POST", path, body);
        assert_eq!(status, 201, "POST {path}: {made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// Does something that must succeed.
    pub(crate) fn run(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, done) = self.call(method, path, body);
        assert!(status < 300, "{method} {path}: {status} {done}");
        done
    }

    /// The code of a refusal that must come.
    pub(crate) fn refusal(&self, method: &str, path: &str, body: &Value) -> String {
        let (status, refused) = self.call(method, path, body);
        assert!(status >= 400, "{method} {path}: {status} {refused}");
        refused["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn officer(&self, name: &str) -> String {
        self.make("/v1/staff/officers", &json!({ "record": { "name": name, "rank": "PO" } }))
    }

    pub(crate) fn site(&self) -> String {
        let customer = self.make("/v1/staff/customers", &json!({ "record": { "name": "Gas company" } }));
        self.make("/v1/staff/sites", &json!({ "record": site(&customer) }))
    }

    /// A detail that begins so many hours after noon and lasts four, with so many positions.
    pub(crate) fn detail(&self, site: &str, begins: i64, positions: usize) -> String {
        self.make("/v1/staff/details", &json!({ "record": detail(site, begins, positions) }))
    }

    /// Orders an officer in.
    pub(crate) fn order(&self, detail: &str, officer: &str) -> String {
        self.make(&format!("/v1/staff/details/{detail}/assignments"), &order(officer))
    }

    pub(crate) fn version(&self, path: &str) -> i64 {
        self.get(path)["version"].as_i64().unwrap()
    }
}

pub(crate) fn read(reply: Reply) -> Value {
    match reply.body {
        ReplyBody::Bytes(bytes) if bytes.is_empty() => Value::Null,
        ReplyBody::Bytes(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::from("not JSON")),
        ReplyBody::File(..) => Value::from("a file"),
    }
}

pub(crate) fn site(customer: &str) -> Value {
    json!({
        "customer": customer,
        "name": "Main Street",
        "address": "1 Main Street",
        "fence": { "circle": { "center": { "latitude_e7": 423_600_000, "longitude_e7": -710_500_000 }, "radius_m": 150 } },
        "placement": "surveyed",
    })
}

pub(crate) fn detail(site: &str, begins: i64, positions: usize) -> Value {
    let positions: Vec<_> = (1..=positions).map(|n| json!({ "name": format!("Traffic {n}") })).collect();
    json!({
        "site": site,
        "title": "Road work",
        "job_type": "C",
        "starts": NOON + begins * HOUR,
        "ends": NOON + (begins + 4) * HOUR,
        "zone": "America/New_York",
        "positions": positions,
        "post_orders": "Stand where you are seen.",
        "reference": "D-1",
    })
}

pub(crate) fn order(officer: &str) -> Value {
    json!({ "officer": officer, "origin": "ordered", "reason": "Nobody else is free." })
}
