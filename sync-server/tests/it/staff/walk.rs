//! Every route as every kind of caller. The routes come from the tables that the server itself answers by: a new one fails
//! here until somebody has said what it takes and who may call it.

use detailbook_core::documents::DocumentKind;
use detailbook_core::ids::{DocumentId, RequestId};
use detailbook_core::staffing::{DetailStage, Request as CustomersRequest, Unposted};
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::{CompareRequest, CompareResponse, DocumentHeads, Refusal, SyncRequest, decode, encode};
use detailbook_server::access::scope::{Scope, Scopes};
use detailbook_server::device_api;
use detailbook_server::filing;
use detailbook_server::routes::openapi::operation_id;
use detailbook_server::routes::staff::shape::Gives;
use detailbook_server::routes::staff::table::{ROUTES, Route, Work, find};
use serde_json::{Value, json};

use super::town::{Away, Town, request, ruling};
use super::world::{Desk, HOUR, World, detail, order, read, site};
use super::{phone, requests};
use crate::commands::Caller;
use crate::served::Served;
use crate::store::home::Home;

/// Rules against everything of one kind.
const FORBIDDEN: &str = "name = \"Town\"\nversion = 1\neffective_from = \"2019-01-01\"\nzone = \"America/New_York\"\n
[[rule]]\nid = \"none\"\ntitle = \"No road work\"\nseverity = { award = \"block\" }\nwhen = { classes = [\"C\"] }\n[rule.forbidden]\n";

/// What a route takes, and how it ends for a caller who may.
struct Sample {
    body: Value,
    status: u16,
    /// The body names things of the agency.
    refers: bool,
}

fn plain(body: Value, status: u16) -> Sample {
    Sample { body, status, refers: false }
}

fn refers(body: Value, status: u16) -> Sample {
    Sample { body, status, refers: true }
}

fn why() -> Value {
    json!({ "reason": "For the walk." })
}

fn sample(route: &Route, town: &Town<'_>) -> Sample {
    if route.method == "GET" {
        return plain(Value::Null, 200);
    }
    [of_records, of_requests, of_shifts, of_relief, of_access, of_people, of_rules]
        .iter()
        .find_map(|samples| samples(route, town))
        .unwrap_or_else(|| panic!("{route:?} is new: say here what it takes, and think who may call it"))
}

/// Master data.
fn of_records(route: &Route, town: &Town<'_>) -> Option<Sample> {
    Some(match (route.method, route.path) {
        ("PUT", "/v1/staff/agency") => {
            plain(json!({ "version": 1, "record": { "name": "Renamed", "zone": "America/New_York" } }), 200)
        }
        ("POST", "/v1/staff/officers") => plain(json!({ "record": { "name": "Officer 3" } }), 201),
        ("PUT", "/v1/staff/officers/{id}") => plain(json!({ "version": 1, "record": { "name": "Officer 3" } }), 200),
        ("POST", "/v1/staff/customers") => plain(json!({ "record": { "name": "Water company" } }), 201),
        ("PUT", "/v1/staff/customers/{id}") => plain(json!({ "version": 1, "record": { "name": "Water" } }), 200),
        ("POST", "/v1/staff/sites") => refers(json!({ "record": site(&town.customer) }), 201),
        ("PUT", "/v1/staff/sites/{id}") => refers(json!({ "version": 1, "record": site(&town.customer) }), 200),
        ("POST", "/v1/staff/details") => refers(json!({ "record": detail(&town.site, 3, 1) }), 201),
        ("PUT", "/v1/staff/details/{id}") => refers(json!({ "version": 1, "record": detail(&town.site, 3, 1) }), 200),
        _ => return None,
    })
}

/// From a customer's request to its posting, and its cancelling.
fn of_requests(route: &Route, town: &Town<'_>) -> Option<Sample> {
    Some(match (route.method, route.path) {
        ("POST", "/v1/staff/requests") => refers(json!({ "record": request(&town.site) }), 201),
        ("PUT", "/v1/staff/requests/{id}") => refers(json!({ "version": 1, "record": request(&town.site) }), 200),
        ("POST", "/v1/staff/requests/{id}/estimate") => plain(json!({ "rank": "PO" }), 200),
        ("POST", "/v1/staff/requests/{id}/accept") => {
            plain(json!({ "total": 26_400, "accepted_by": "The owner" }), 200)
        }
        ("POST", "/v1/staff/requests/{id}/post") => plain(json!({}), 200),
        (
            "POST",
            "/v1/staff/requests/{id}/decline"
            | "/v1/staff/requests/{id}/cancel"
            | "/v1/staff/requests/{id}/drop_shifts"
            | "/v1/staff/details/{id}/give_up",
        ) => plain(why(), 200),
        ("POST", "/v1/staff/details/{id}/customer_cancels") => {
            let body = json!({ "version": 1, "quoted": 28_900, "rank": "PO", "vehicles": 1, "cancelled_by": "The owner",
                "reason": "Rain." });
            plain(body, 200)
        }
        ("POST", "/v1/staff/details/{id}/customer") => {
            refers(json!({ "version": 1, "customer": town.office.customer, "reason": "For the walk." }), 200)
        }
        ("POST", "/v1/staff/details/{id}/cancel") => plain(json!({ "version": 1, "reason": "Rain." }), 200),
        ("PUT", "/v1/staff/details/{id}/choices") => plain(json!({ "chosen_by": "Coordinator", "choices": [] }), 200),
        ("POST", "/v1/staff/details/{id}/posting") => plain(super::postings::draft("lottery", &[], 1), 200),
        _ => return None,
    })
}

/// Notes, orders to work, logs and rulings.
fn of_shifts(route: &Route, town: &Town<'_>) -> Option<Sample> {
    Some(match (route.method, route.path) {
        ("POST", "/v1/staff/details/{id}/notes") => plain(json!({ "text": "Bring water." }), 201),
        ("POST", "/v1/staff/details/{id}/assignments") => refers(order(&town.officer), 201),
        ("POST", "/v1/staff/assignments/{id}/release") => plain(why(), 200),
        ("POST", "/v1/staff/assignments/{id}/link") => {
            refers(json!({ "document": town.log, "reason": "Begun before the award." }), 200)
        }
        ("POST", "/v1/staff/assignments/{id}/rulings") => refers(ruling(Some(&town.ruling)), 201),
        ("POST", "/v1/staff/messages") => refers(json!({ "officer": town.officer, "text": "Hello." }), 201),
        ("POST", "/v1/staff/quarantine/documents/{id}/release") => plain(why(), 204),
        _ => return None,
    })
}

/// Calling off, trades, and whose turn it is.
fn of_relief(route: &Route, town: &Town<'_>) -> Option<Sample> {
    Some(match (route.method, route.path) {
        ("PUT", "/v1/staff/officers/{id}/service") => plain(json!({ "groups": ["traffic"] }), 200),
        ("POST", "/v1/staff/officers/{id}/ledger") => plain(json!({ "minutes": 60, "reason": "Moved over." }), 201),
        ("POST", "/v1/staff/ledger/reset") => plain(why(), 201),
        ("PUT", "/v1/staff/contract") => {
            let contract = json!({ "name": "Local", "version": 1 });
            plain(json!({ "from": town.desk.world.app.now(), "contract": contract }), 200)
        }
        ("PUT", "/v1/staff/staffing_rules") => plain(json!({}), 200),
        ("POST", "/v1/staff/trades/{id}/agree") => plain(Value::Null, 204),
        (
            "POST",
            "/v1/staff/assignments/{id}/call_off/grant"
            | "/v1/staff/assignments/{id}/call_off/refuse"
            | "/v1/staff/assignments/{id}/no_show"
            | "/v1/staff/assignments/{id}/no_show/deny"
            | "/v1/staff/trades/{id}/refuse",
        ) => plain(why(), 204),
        _ => return None,
    })
}

/// Who may call, from what, and whom notices reach.
fn of_access(route: &Route, _: &Town<'_>) -> Option<Sample> {
    Some(match (route.method, route.path) {
        ("POST", "/v1/staff/officers/{id}/invitations") => plain(Value::Null, 201),
        ("POST", "/v1/staff/devices/{id}/revoke") => plain(why(), 204),
        // It may do only what its maker may: tokens:write is what every caller here has who gets in.
        ("POST", "/v1/staff/tokens") => plain(json!({ "name": "another", "scopes": ["tokens:write"] }), 201),
        (
            "POST",
            "/v1/staff/tokens/{id}/revoke" | "/v1/staff/jobs/{id}/retry" | "/v1/staff/notices/{id}/acknowledge",
        ) => plain(Value::Null, 204),
        ("POST", "/v1/staff/jobs/retry" | "/v1/staff/notices/resend") => plain(Value::Null, 200),
        ("PUT", "/v1/staff/officers/{id}/contact" | "/v1/staff/customers/{id}/contact") => {
            plain(json!({ "version": 0, "record": { "email": "a@example.org" } }), 200)
        }
        ("POST", "/v1/staff/contacts") => plain(json!({ "record": { "roles": ["coordinator"] } }), 201),
        ("PUT", "/v1/staff/contacts/{id}") => plain(json!({ "version": 1, "record": { "roles": ["finance"] } }), 200),
        _ => return None,
    })
}

/// What is known of officers and customers, and approvals.
fn of_people(route: &Route, town: &Town<'_>) -> Option<Sample> {
    Some(match (route.method, route.path) {
        ("POST", "/v1/staff/personnel") => {
            plain(json!({ "kind": "statuses", "csv": "employee_number,code,from\n", "read_at": 0 }), 200)
        }
        ("POST", "/v1/staff/customers/{id}/documents") => {
            plain(json!({ "kind": "insurance", "from": "2019-01-01" }), 200)
        }
        ("POST", "/v1/staff/approvals") => {
            refers(json!({ "record": { "officer": town.officer, "kind": "outside_work" } }), 201)
        }
        ("POST", "/v1/staff/approvals/{id}/signatures") => {
            plain(json!({ "role": "chief", "by": "The chief", "approved": true }), 200)
        }
        ("POST", "/v1/staff/approvals/{id}/paperwork") => plain(json!({ "documents": ["form 12"] }), 200),
        ("POST", "/v1/staff/approvals/{id}/revoke") => plain(why(), 200),
        _ => return None,
    })
}

/// The agency's rules.
fn of_rules(route: &Route, town: &Town<'_>) -> Option<Sample> {
    Some(match (route.method, route.path) {
        ("POST", "/v1/staff/rule_sets") => plain(json!({ "text": FORBIDDEN }), 201),
        ("PUT", "/v1/staff/details/{id}/facts") => plain(json!({ "tags": ["hotel"] }), 200),
        ("POST", "/v1/staff/details/{id}/overrides") => {
            refers(json!({ "officer": town.officer, "stage": "award", "reason": "A storm." }), 201)
        }
        _ => return None,
    })
}

/// The route's path with ids of the town in it.
fn path(route: &Route, town: &Town<'_>) -> String {
    let kind = route.path.split('/').nth(3).unwrap_or_default();
    let id = match kind {
        "officers" => town.officer.clone(),
        "customers" => town.customer.clone(),
        "sites" => town.site.clone(),
        "details" => town.open.clone(),
        "requests" => town.request.clone(),
        "applications" => town.application.clone(),
        "assignments" => match town.office.away.get() {
            Some(away) if route.path.contains("call_off") => away.calling_off.clone(),
            Some(away) if route.path.contains("no_show") => away.absent.clone(),
            _ => town.assignment.clone(),
        },
        "trades" if route.path.contains('{') => {
            let away = town.office.away.get();
            away.map_or_else(|| town.message.clone(), |away| away.trade.clone())
        }
        "rulings" => town.ruling.clone(),
        "documents" => town.log.to_string(),
        "devices" => town.phone.device.to_string(),
        "tokens" => town.token.clone(),
        "jobs" => town.office.parked_job.clone(),
        "contacts" => town.office.contact.clone(),
        "notices" => town.office.notice.clone(),
        "approvals" => town.office.approval.clone(),
        "evaluations" => town.office.evaluation.clone(),
        "quarantine" if route.path.contains("documents") => town.held_log.to_string(),
        "quarantine" => town.held_push.clone(),
        _ => String::new(),
    };
    let path = route.path.replace("{id}", &id).replace("{hash}", &town.photo.to_string());
    assert!(!path.contains('{') && !path.contains("//"), "{route:?}: what is its id?");
    path + query(route)
}

/// What the route needs in its query.
fn query(route: &Route) -> &'static str {
    match route.path.rsplit('/').next() {
        Some("cancellation_quote") => "?rank=PO",
        Some("retry") if !route.path.contains('{') => "?kind=notices.sms",
        Some("service" | "contract" | "staffing_rules" | "facts") if route.method == "PUT" => "?version=0",
        _ => "",
    }
}

/// Brings the town to where the route makes sense.
fn prepare(route: &Route, town: &Town<'_>) {
    let step =
        |step: &str, body: Value| town.desk.call("POST", &format!("/v1/staff/requests/{}/{step}", town.request), &body);
    if matches!(route.path, "/v1/staff/requests/{id}/accept" | "/v1/staff/requests/{id}/post") {
        step("estimate", json!({ "rank": "PO" }));
    }
    if ["call_off/", "no_show", "trades/"].iter().any(|word| route.path.contains(word)) {
        town.office.away.get_or_init(|| Away::build(town));
    }
    if ["/choices", "/give_up"].iter().any(|end| route.path.ends_with(end)) {
        let mut by_choice = super::postings::draft("manual", &[], 1);
        by_choice["method"]["fill"] = json!("by_choice");
        town.desk.run("POST", &format!("/v1/staff/details/{}/posting", town.open), &by_choice);
    }
    if (route.method, route.path) == ("POST", "/v1/staff/details/{id}/overrides") {
        town.desk.run("POST", "/v1/staff/rule_sets", &json!({ "text": FORBIDDEN }));
    }
    if route.path == "/v1/staff/requests/{id}/post" {
        step("accept", json!({ "total": 26_400, "accepted_by": "The owner" }));
    }
    if route.path == "/v1/staff/requests/{id}/drop_shifts" {
        leave_unposted(town);
    }
}

/// The request was posted, but for one shift.
fn leave_unposted(town: &Town<'_>) {
    let id: RequestId = town.request.parse().unwrap();
    let left = town.desk.world.write(town.desk.agency, move |sql, by| {
        let mut request = filing::get::<CustomersRequest>(sql, by.agency, id)?.record;
        request.stage = DetailStage::Posted;
        request.unposted = vec![Unposted { shift: request.shifts[0], why: "Too late.".to_owned() }];
        Ok(filing::put(sql, by, id, &request)?)
    });
    left.unwrap();
}

fn status(world: &World, header: Option<&str>, route: &Route, town: &Town<'_>) -> (u16, Value) {
    let body = sample(route, town).body;
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let reply = world.call(header, route.method, &path(route, town), &body);
    (reply.status, read(reply))
}

fn bearer(secret: &str) -> String {
    format!("Bearer {secret}")
}

fn only(scope: Scope) -> Scopes {
    [scope].into_iter().collect()
}

#[test]
fn nobody_gets_in_without_a_live_token_of_staff() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let town = Town::build(&world, 1);
    let agency = town.desk.agency;
    let expired = world.token(agency, &Scopes::all(), Some(world.app.now() + Millis(HOUR)));
    let (id, revoked) = world.issue(agency, &Scopes::all(), None);
    town.desk.run("POST", &format!("/v1/staff/tokens/{id}/revoke"), &Value::Null);
    world.wait(HOUR);
    for route in ROUTES {
        let here = path(route, &town);
        let device = town.phone.header(route.method, &here, b"");
        let never = format!("detailbook_{}", "A".repeat(43));
        let callers = [
            None,
            Some(String::new()),
            Some("Bearer".to_owned()),
            Some(bearer(&never)),
            Some(bearer(&expired)),
            Some(bearer(&revoked)),
            Some(town.desk.secret.clone()),
            Some(format!("Basic {}", town.desk.secret)),
            Some(device),
        ];
        for caller in callers {
            let (status, body) = status(&world, caller.as_deref(), route, &town);
            assert_eq!((status, &body["code"]), (401, &json!("not_authenticated")), "{route:?} as {caller:?}");
        }
    }
}

#[test]
fn a_route_opens_to_its_own_scope_and_to_no_other() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let town = Town::build(&world, 1);
    let before = audited(&town.desk);
    let others: Vec<_> =
        Scope::ALL.iter().map(|scope| (*scope, bearer(&world.token(town.desk.agency, &only(*scope), None)))).collect();
    for route in ROUTES {
        for (_, caller) in others.iter().filter(|(scope, _)| *scope != route.scope) {
            denied(&world, caller, route, &town);
        }
        let all_but: Scopes = Scope::ALL.iter().copied().filter(|scope| *scope != route.scope).collect();
        denied(&world, &bearer(&world.token(town.desk.agency, &all_but, None)), route, &town);
    }
    let made = audited(&town.desk) - before;
    assert_eq!(made, Scope::ALL.len() + ROUTES.len(), "tokens were made, and nothing else was done");
}

fn denied(world: &World, caller: &str, route: &Route, town: &Town<'_>) {
    let (status, body) = status(world, Some(caller), route, town);
    assert_eq!((status, &body["code"]), (403, &json!("not_allowed")), "{route:?}");
}

fn audited(desk: &Desk<'_>) -> usize {
    desk.items("/v1/staff/audit?limit=1000").len()
}

#[test]
fn whoever_has_the_scope_gets_what_the_route_is_for() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    for (number, route) in (1..).zip(ROUTES) {
        let town = Town::build(&world, number);
        prepare(route, &town);
        let caller = bearer(&world.token(town.desk.agency, &only(route.scope), None));
        let before = audited(&town.desk);
        let (status, body) = status(&world, Some(&caller), route, &town);
        assert_eq!(status, sample(route, &town).status, "{route:?}: {body}");
        let wrote = audited(&town.desk) > before;
        assert_eq!(
            wrote,
            matches!(route.work, Work::Write(_) | Work::Planned(_)),
            "{route:?}: what is written is audited"
        );
    }
}

#[test]
fn the_full_token_opens_every_route() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    for (number, route) in (1..).zip(ROUTES) {
        let town = Town::build(&world, number);
        prepare(route, &town);
        let (status, body) = status(&world, Some(&bearer(&town.desk.secret)), route, &town);
        assert_eq!(status, sample(route, &town).status, "{route:?}: {body}");
    }
}

#[test]
fn every_route_is_reached_by_its_operation_on_the_command_line() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let served = Served::of(&world.app);
    for (number, route) in (1..).zip(ROUTES) {
        let town = Town::build(&world, number);
        prepare(route, &town);
        let args = arguments(route, &path(route, &town));
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let done = Caller::of(&served, &town.desk.secret).run(&args, &sample(route, &town).body);
        assert_eq!(done.code, 0, "{route:?} as {args:?}: {done:?}");
        assert_eq!(done.out.is_empty(), matches!(route.gives, Gives::Done), "{route:?}: {done:?}");
    }
}

/// A call of a route as an operation with its flags.
fn arguments(route: &Route, path: &str) -> Vec<String> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let (_, params) = find(route.method, path).unwrap();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let given = params.into_iter().chain(pairs.map(|(name, value)| (name, value.to_owned())));
    let flags = given.flat_map(|(name, value)| [format!("--{name}"), value]);
    [operation_id(route.method, route.path)].into_iter().chain(flags).collect()
}

#[test]
fn another_agency_neither_reads_nor_writes_nor_learns_that_there_is_anything() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let (town, stranger) = (Town::build(&world, 1), world.agency(200));
    let (before, caller) = (audited(&town.desk), bearer(&stranger.secret));
    for route in ROUTES {
        let sample = sample(route, &town);
        let (status, body) = status(&world, Some(&caller), route, &town);
        let wanted = match (route.path.contains('{'), sample.refers) {
            (true, _) => 404,
            (false, true) => 422,
            (false, false) => sample.status,
        };
        assert_eq!(status, wanted, "{route:?}: {body}");
        let text = body.to_string();
        assert!(town.ids().iter().all(|id| !text.contains(id.as_str())), "{route:?}: {text}");
    }
    assert_eq!(audited(&town.desk), before, "nothing was done to the agency");
}

#[test]
fn things_of_another_agency_cannot_be_named_in_the_agencys_own() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let (town, other) = (Town::build(&world, 1), Town::build(&world, 2));
    let (desk, open) = (&town.desk, format!("/v1/staff/details/{}", town.open));
    let assignment = town.order(&town.second_officer());
    let cases = [
        ("POST", "/v1/staff/sites".to_owned(), json!({ "record": site(&other.customer) })),
        ("POST", "/v1/staff/details".to_owned(), json!({ "record": detail(&other.site, 3, 1) })),
        ("POST", "/v1/staff/messages".to_owned(), json!({ "officer": other.officer, "text": "Hello." })),
        ("POST", format!("{open}/assignments"), order(&other.officer)),
        (
            "POST",
            format!("{open}/customer"),
            json!({ "version": desk.version(&open), "customer": other.customer, "reason": "x" }),
        ),
        ("POST", format!("/v1/staff/assignments/{assignment}/link"), json!({ "document": other.log, "reason": "x" })),
    ];
    for (method, path, body) in cases {
        let (status, problem) = desk.call(method, &path, &body);
        assert_eq!((status, &problem["code"]), (422, &json!("invalid")), "{method} {path}: {problem}");
    }
    let foreign = ruling(Some(&other.ruling));
    assert_eq!(
        desk.refusal("POST", &format!("/v1/staff/assignments/{}/rulings", town.assignment), &foreign),
        "conflict"
    );
}

#[test]
fn ids_that_are_none_and_paths_that_lead_nowhere_are_not_found() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let town = Town::build(&world, 1);
    for route in ROUTES.iter().filter(|route| route.path.contains('{')) {
        for id in ["x", "00000000-0000-0000-0000-000000000000", &"0".repeat(64), "%2e%2e", "..", "1%00"] {
            let path = route.path.replace("{id}", id).replace("{hash}", id);
            let body = sample(route, &town).body.to_string();
            let path = format!("{path}{}", query(route));
            let reply = world.call(Some(&bearer(&town.desk.secret)), route.method, &path, &body);
            assert_eq!(reply.status, 404, "{route:?} with {id}");
        }
    }
    for (method, path) in
        [("GET", "/v1/staff"), ("GET", "/v1/staff/"), ("DELETE", "/v1/staff/officers"), ("GET", "/metrics")]
    {
        assert_eq!(town.desk.call(method, path, &Value::Null).0, 404, "{method} {path}");
    }
}

/// What a device's route takes, and how it ends for an enrolled device.
fn device_sample(method: &str, path: &str, town: &Town<'_>) -> (String, Vec<u8>, Result<(), Refusal>) {
    let sync = encode(&SyncRequest { protocol: 1, app: 1, ..SyncRequest::default() });
    let blob = |query: &str| path.replace("{hash}", &town.photo.to_string()) + query;
    match (method, path) {
        // Open: whoever calls brings a code of their own, or is refused.
        ("POST", "/v1/enrol" | "/v1/session") => (path.to_owned(), vec![], Err(Refusal::Malformed)),
        ("POST", "/v1/sync") => (path.to_owned(), sync, Ok(())),
        ("POST", "/v1/sync/compare") => {
            (path.to_owned(), encode(&CompareRequest { protocol: 1, documents: vec![] }), Ok(()))
        }
        ("GET", "/v1/blobs/{hash}") => (blob(""), vec![], Ok(())),
        ("PUT", "/v1/blobs/{hash}") => (blob("?offset=0"), town.picture.clone(), Ok(())),
        _ => panic!("{method} {path} is new: say here what it takes, and think who may call it"),
    }
}

#[test]
fn routes_of_devices_open_to_devices_only() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let town = Town::build(&world, 1);
    let token = bearer(&town.desk.secret);
    for route in device_api::ROUTES {
        let (path, body, wanted) = device_sample(route.method, route.path, &town);
        let open = wanted == Err(Refusal::Malformed);
        for caller in [None, Some("Bearer x"), Some(token.as_str()), Some("Detailbook AAAA")] {
            let reply = phone::call(&world, route.method, &path, caller, &body);
            let refused = if open { Refusal::Malformed } else { Refusal::NotAuthenticated };
            assert_eq!(phone::refusal(&reply), refused, "{route:?} as {caller:?}");
        }
        let reply = town.phone.send(route.method, &path, &body);
        let got = if reply.status == 200 { Ok(()) } else { Err(phone::refusal(&reply)) };
        assert_eq!(got, wanted, "{route:?}");
    }
}

#[test]
fn a_device_of_another_agency_or_a_revoked_one_gets_nothing() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let (town, other) = (Town::build(&world, 1), Town::build(&world, 2));
    let path = format!("/v1/blobs/{}", town.photo);
    assert_eq!(town.phone.send("GET", &path, b"").status, 200, "the first town has it");
    assert_eq!(phone::refusal(&other.phone.send("GET", &path, b"")), Refusal::NotFound);
    let put = other.phone.send("PUT", &format!("{path}?offset=0"), &town.picture);
    assert_eq!(phone::refusal(&put), Refusal::NotFound);
    // Of another agency's documents it is told what it is told of documents that never were.
    let claim = |document| DocumentHeads { document, kind: DocumentKind::ShiftLog, heads: vec![] };
    let nowhere = DocumentId::from_bytes([0x77; 16]);
    let documents = [town.log, town.worked_log(), nowhere, other.log].map(claim).to_vec();
    let body = encode(&CompareRequest { protocol: 1, documents });
    let reply = other.phone.send("POST", "/v1/sync/compare", &body);
    let answer: CompareResponse = decode(&reply.body).unwrap();
    let told = |document| answer.differing.iter().find(|told| told.document == document).map(|told| told.heads.len());
    assert_eq!(told(other.log), Some(1), "its own document is told of");
    assert_eq!((told(town.log), told(town.worked_log())), (told(nowhere), told(nowhere)));
    assert_ne!(told(nowhere), Some(1));
    let id = town.phone.device;
    town.desk.run("POST", &format!("/v1/staff/devices/{id}/revoke"), &json!({ "reason": "Lost." }));
    for route in device_api::ROUTES {
        let (path, body, wanted) = device_sample(route.method, route.path, &town);
        if wanted.is_ok() {
            assert_eq!(phone::refusal(&town.phone.send(route.method, &path, &body)), Refusal::Revoked, "{route:?}");
        }
    }
}

#[test]
fn an_expired_or_revoked_token_is_worth_nothing_at_once() {
    let home = Home::sqlite();
    let world = requests::world(&home);
    let desk = world.agency(1);
    let until = world.app.now() + Millis(HOUR);
    let (id, secret) = world.issue(desk.agency, &only(Scope::RecordsRead), Some(until));
    let short = bearer(&secret);
    let call = || world.call(Some(&short), "GET", "/v1/staff/officers", "").status;
    world.clock.set(until - Millis(1));
    assert_eq!(call(), 200);
    world.clock.set(until);
    assert_eq!(call(), 401);
    world.clock.set(UnixMillis::new(until.as_millis() - 1));
    assert_eq!(call(), 200);
    desk.run("POST", &format!("/v1/staff/tokens/{id}/revoke"), &Value::Null);
    assert_eq!(call(), 401);
}

#[test]
fn the_written_table_is_the_table() {
    let written = include_str!("../../../../docs/staff-api.md");
    let rows: Vec<_> = written.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), ROUTES.len());
    for route in ROUTES {
        let row = format!("| `{} {}` | `{}` | ", route.method, route.path, route.scope);
        assert!(rows.iter().any(|line| line.starts_with(&row)), "docs/staff-api.md lacks {row}");
    }
}
