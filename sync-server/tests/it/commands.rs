//! What an administrator types: the real program over a server's database, with good input and bad. What it prints is for a person:
//! it names the file, the line and what to do.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use detailbook_core::wire::{Decision, Wish};
use detailbook_server::access::scope::{Scope, Scopes};
use detailbook_server::routes::openapi;
use detailbook_server::routes::staff::table::ROUTES;
use detailbook_server::store::StoreConfig;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::rules::scene::{do_jobs, known, numbered};
use crate::served::Served;
use crate::staff::phone::Phone;
use crate::staff::postings::draft;
use crate::staff::requests;
use crate::staff::town::request;
use crate::staff::world::{Desk, HOUR, World, detail, site};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_file_of_duty_is_imported_and_the_lines_that_are_wrong_are_named,
    a_file_or_flag_that_cannot_be_meant_is_refused_with_what_to_do,
    rules_are_checked_set_and_named_by_file_and_line_where_they_are_wrong,
    the_register_is_printed_as_the_api_gives_it,
    an_award_is_explained_from_what_was_kept,
    a_request_goes_from_draft_to_award_by_operations_alone,
    an_operation_that_is_refused_says_why_in_the_servers_words,
    what_an_operation_does_not_take_is_refused_before_anything_is_sent,
);

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// It ended well and said so.
    pub(crate) fn well(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// It was refused with this as its last word.
    pub(crate) fn refused(self, code: i32, why: &str) -> String {
        assert_eq!((self.code, self.err.trim_end()), (code, format!("detailbook: {why}").as_str()), "{}", self.out);
        self.out
    }
}

pub(crate) fn detailbook(home: &Home, args: &[&str]) -> Done {
    ran(home, args, None)
}

/// As [`detailbook`], with something on its standard input.
pub(crate) fn detailbook_reads(home: &Home, args: &[&str], input: &str) -> Done {
    ran(home, args, Some(input))
}

fn ran(home: &Home, args: &[&str], input: Option<&str>) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_detailbook"));
    command.env_remove("DETAILBOOK_DATA").env_remove("DATABASE_URL").arg("--log=error");
    match &home.config {
        StoreConfig::Sqlite { path } => command.arg("--data").arg(path.parent().unwrap()),
        StoreConfig::Postgres { url } => command.env("DATABASE_URL", url).arg("--data").arg(folder.path()),
    };
    command.args(args).stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    done(command, input.unwrap_or_default())
}

/// Runs a command that reads this on its standard input.
fn done(mut command: Command, input: &str) -> Done {
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let Some(mut stdin) = process.stdin.take() {
        // Who refuses the command line reads nothing.
        let _ = stdin.write_all(input.as_bytes());
    }
    let done = process.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn name(file: &NamedTempFile) -> &str {
    file.path().to_str().unwrap()
}

const DUTY: &str = "employee_number,starts,ends\n17,2019-05-15 08:00,2019-05-15 16:00\n";

fn import<'f>(file: &'f Path, more: &[&'f str]) -> Vec<&'f str> {
    let file = file.to_str().unwrap();
    [&["import", "personnel", file, "--kind", "stints", "--feed", "on_duty"], more].concat()
}

fn a_file_of_duty_is_imported_and_the_lines_that_are_wrong_are_named(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let stints = || known(&desk, &officer, "stints", Some(i64::from(u32::MAX) * 1_000)).len();
    let wrong = file(&format!("{DUTY}18,2019-05-15 08:00,2019-05-15 16:00\n17,yesterday,2019-05-16 16:00\n"));
    let named = format!(
        "{0}: line 3: no officer has employee number \"18\"\n\
         {0}: line 4: starts \"yesterday\" is not a time such as 2025-03-08 23:50\n\
         3 rows: 1 new, 0 changed, 0 known already, 0 gone, 2 rejected\n",
        name(&wrong)
    );
    let refused = detailbook(home, &import(wrong.path(), &[]));
    assert_eq!(refused.refused(1, "Nothing was written. Mend the lines above, or add --take-the-rest."), named);
    let dry = detailbook(home, &import(wrong.path(), &["--dry-run"])).well();
    assert_eq!((dry, stints()), (format!("{named}Nothing was written: this was a dry run.\n"), 0));
    assert_eq!((detailbook(home, &import(wrong.path(), &["--take-the-rest"])).well(), stints()), (named, 1));

    let good = file(DUTY);
    let again = detailbook(home, &import(good.path(), &["--read-at", "2019-05-15T06:00:00Z"])).well();
    assert_eq!(again, "1 rows: 0 new, 0 changed, 1 known already, 0 gone, 0 rejected\n");
    assert_eq!(stints(), 1);
}

fn a_file_or_flag_that_cannot_be_meant_is_refused_with_what_to_do(home: &Home) {
    let world = World::on(home);
    let good = file(DUTY);
    let nobody = detailbook(home, &import(good.path(), &[]));
    nobody.refused(1, "There is no agency yet: detailbook agency create --name ... --zone ...");
    let desk = world.agency(1);
    numbered(&desk, "17");
    let headless = file("employee_number,starts\n17,2019-05-15 08:00\n");
    let why = format!("{}: line 1: the header lacks ends", name(&headless));
    detailbook(home, &import(headless.path(), &[])).refused(1, &why);
    let late = import(good.path(), &["--read-at", "2999-01-01T00:00:00Z"]);
    detailbook(home, &late).refused(1, "--read-at: must not be in the future");
    let backwards = import(good.path(), &["--covers", "2019-05-16T00:00:00Z/2019-05-15T00:00:00Z"]);
    detailbook(home, &backwards).refused(1, "--covers: must end after it starts");
    let whose = ["import", "personnel", name(&good), "--kind", "stints"];
    detailbook(home, &whose).refused(1, "--feed: must be named for stints");
    let gone = detailbook(home, &import(Path::new("no such file.csv"), &[]));
    assert!(gone.code == 3 && gone.err.contains("no such file.csv cannot be read"), "{gone:?}");
    let kind = detailbook(home, &["import", "personnel", name(&good), "--kind", "moods"]);
    assert!(kind.code == 2 && kind.err.contains("moods"), "{kind:?}");
    let (first, second) = (desk.agency, world.agency(2).agency);
    let which = detailbook(home, &import(good.path(), &[]));
    which.refused(2, "There are several agencies: say which with --agency.");
    let named = |agency: detailbook_core::ids::AgencyId| {
        detailbook(home, &import(good.path(), &["--agency", &agency.to_string()]))
    };
    assert!(named(first).well().starts_with("1 rows: 1 new"));
    assert!(named(second).out.contains("no officer has employee number"), "the other agency has no such officer");
}

const RULES: &str = "name = \"Town\"\nversion = 1\neffective_from = \"2019-01-01\"\nzone = \"America/New_York\"\n\n\
    [[rule]]\nid = \"none\"\ntitle = \"No towing\"\nseverity = { award = \"block\" }\nwhen = { tags = [\"towing\"] }\n[rule.forbidden]\n";

fn rules_are_checked_set_and_named_by_file_and_line_where_they_are_wrong(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (good, wrong) = (file(RULES), file(&RULES.replace("block", "forbid")));
    assert_eq!(
        detailbook(home, &["policy", "check", name(&good)]).well(),
        "Town v1: nothing is wrong with it; rules: 1\n"
    );
    for command in ["check", "set"] {
        let said = detailbook(home, &["policy", command, name(&wrong)]);
        let said = said.refused(1, "One thing is wrong with it; see above.");
        assert!(said.starts_with(&format!("{}: line 9, column ", name(&wrong))) && said.contains("forbid"), "{said}");
    }
    assert!(desk.items("/v1/staff/rule_sets").is_empty());
    assert_eq!(detailbook(home, &["policy", "set", name(&good)]).well(), "Town v1 is set\n");
    let again = format!("{}: The next version of this set is 2, not 1: versions are only added.", name(&good));
    detailbook(home, &["policy", "set", name(&good)]).refused(1, &again);
    let other = file(&RULES.replace("\"Town\"", "\"County\""));
    let clash = "The set Town v1 is in force on some of the same days. End it first, with a version that has an effective_until.";
    detailbook(home, &["policy", "set", name(&other)]).refused(1, &format!("{}: {clash}", name(&other)));
    let missing = detailbook(home, &["policy", "check", "no such file.toml"]);
    assert!(missing.code == 3 && missing.err.contains("no such file.toml cannot be read"), "{missing:?}");
}

fn the_register_is_printed_as_the_api_gives_it(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let officer = numbered(&desk, "17");
    let header = detailbook(home, &["register"]).well();
    assert_eq!(header.lines().count(), 1, "{header}");
    let record = json!({ "officer": officer, "kind": "outside_work", "chain": ["chief"], "reference": "Minutes, page 12",
        "documents": ["a private letter"] });
    let id = desk.make("/v1/staff/approvals", &json!({ "record": record }));
    let signature = json!({ "role": "chief", "by": "The chief", "approved": true });
    desk.run("POST", &format!("/v1/staff/approvals/{id}/signatures"), &signature);
    let printed = detailbook(home, &["register"]).well();
    let bearer = format!("Bearer {}", desk.secret);
    let reply = world.call(Some(&bearer), "GET", "/v1/staff/register.csv", "");
    let detailbook_server::routes::staff::ReplyBody::Bytes(given) = reply.body else { panic!("a file") };
    assert_eq!(printed.as_bytes(), given);
    assert!(
        printed.contains("Officer 17,") && printed.contains("\"Minutes, page 12\"") && !printed.contains("private")
    );
}

/// A detail whose window was awarded to the second of two who applied: the first has worked more.
fn awarded(desk: &Desk<'_>) -> (String, [String; 2]) {
    let method = json!({ "name": "least hours", "version": 1, "criteria": [{ "by": "charged" }] });
    let mut posting = draft("", &[], 2);
    posting["method"] = method;
    let body = json!({ "record": detail(&desk.site(), 10, 1), "posting": posting });
    let id = desk.make("/v1/staff/details", &body);
    let officers = ["17", "18"].map(|number| numbered(desk, number));
    for (officer, minutes) in officers.iter().zip([600, 90]) {
        let charge = json!({ "minutes": minutes, "reason": "Carried over from the book." });
        desk.make(&format!("/v1/staff/officers/{officer}/ledger"), &charge);
        let wish = Wish::Apply { detail: id.parse().unwrap(), position: None, read: None };
        assert_eq!(Phone::enrol(desk, officer).wish(&wish).decision, Decision::Accepted);
    }
    (id, officers)
}

fn an_award_is_explained_from_what_was_kept(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let (id, [busy, idle]) = awarded(&desk);
    let explain = |id: &str, more: &[&str]| detailbook(home, &[&["award", "explain", id], more].concat());
    explain(&id, &[]).refused(1, "That detail has not been awarded: its window is open, or it never had one.");
    explain(&busy, &[]).refused(1, "The agency has no detail with that id.");
    assert_eq!(explain("twelve", &[]).code, 2);
    world.wait(2 * HOUR);
    do_jobs(&world);
    let said = explain(&id, &[]).well();
    let line = |begins: &str| said.lines().find(|line| line.trim_start().starts_with(begins)).map(str::to_owned);
    assert!(line("awarded     Officer 18: ").is_some() && line("backup      Officer 17: ").is_some(), "{said}");
    assert!(
        said.contains("by least hours v1") && said.contains("Decided again from what was kept: the same."),
        "{said}"
    );
    let kept: Value = serde_json::from_str(&explain(&id, &["--json"]).well()).unwrap();
    assert_eq!(kept[0]["award"]["winners"][0]["officer"], idle.as_str());
    assert_eq!(kept[0], desk.items(&format!("/v1/staff/details/{id}/awards"))[0]["award"]);
}

#[test]
fn the_description_of_the_api_is_printed_as_it_is_served() {
    let printed = detailbook(&Home::sqlite(), &["openapi"]).well();
    assert_eq!(printed.trim_end(), openapi::text());
}

/// Whoever calls a server by operations.
pub(crate) struct Caller {
    server: String,
    secret: String,
}

impl Caller {
    pub(crate) fn of(served: &Served, secret: &str) -> Self {
        Self { server: format!("http://{}", served.address), secret: secret.to_owned() }
    }

    /// Carries an operation out, with that body where there is one.
    pub(crate) fn run(&self, args: &[&str], body: &Value) -> Done {
        let mut command = Command::new(env!("CARGO_BIN_EXE_detailbook"));
        command.env("DETAILBOOK_SERVER", &self.server).env("DETAILBOOK_TOKEN", &self.secret);
        command.args(["--log=error", "staff"]).args(args);
        if body.is_null() {
            return done(command, "");
        }
        command.args(["--body", "-"]).stdin(Stdio::piped());
        done(command, &body.to_string())
    }

    /// What an operation that must succeed answers.
    fn get(&self, args: &[&str], body: &Value) -> Value {
        serde_json::from_str(&self.run(args, body).well()).unwrap()
    }

    fn make(&self, operation: &str, body: &Value) -> String {
        self.get(&[operation], body)["id"].as_str().unwrap().to_owned()
    }
}

fn a_request_goes_from_draft_to_award_by_operations_alone(home: &Home) {
    let world = requests::world(home);
    let desk = world.agency(1);
    let served = Served::of(&world.app);
    let caller = Caller::of(&served, &desk.secret);
    let officer = caller.make("post_officers", &json!({ "record": { "name": "Officer 1", "rank": "PO" } }));
    let customer = caller.make("post_customers", &json!({ "record": { "name": "Gas company" } }));
    let place = caller.make("post_sites", &json!({ "record": site(&customer) }));
    let asked = caller.make("post_requests", &json!({ "record": request(&place) }));
    let step = |operation: &str, body: Value| caller.get(&[operation, "--id", &asked], &body)["record"].clone();
    let total = step("post_requests_id_estimate", json!({ "rank": "PO" }))["estimate"]["total"].clone();
    step("post_requests_id_accept", json!({ "total": total, "accepted_by": "The owner" }));
    let method = json!({ "name": "lottery", "version": 1, "criteria": [{ "by": "draw" }] });
    let posting = json!({ "posting": { "method": method, "closes_before": 2 * HOUR } });
    let posted = step("post_requests_id_post", posting)["details"][0].as_str().unwrap().to_owned();

    let quote = caller.get(&["get_details_id_cancellation_quote", "--id", &posted, "--rank", "PO"], &Value::Null);
    let encoded = format!("/v1/staff/details/{posted}/cancellation_quote?rank=%50%4f");
    assert_eq!(quote, desk.get(&encoded), "a query may be written as queries are");

    let wish = Wish::Apply { detail: posted.parse().unwrap(), position: None, read: None };
    assert_eq!(Phone::enrol(&desk, &officer).wish(&wish).decision, Decision::Accepted);
    world.wait(89 * HOUR);
    do_jobs(&world);
    let awards = caller.get(&["get_details_id_awards", "--id", &posted], &Value::Null);
    assert_eq!(awards["items"][0]["award"]["award"]["winners"][0]["officer"], officer.as_str());
    assert_eq!(awards["items"][0]["award"]["award"]["explanations"][0]["officer"], officer.as_str());
    let found = caller.get(&["get_notices", "--limit", "1"], &Value::Null);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let register = caller.run(&["get_register_csv"], &Value::Null).well();
    assert_eq!(register, detailbook(home, &["register"]).well(), "a file comes as it is");
    let write = ["put_officers_id_service", "--id", &officer, "--version", "0"];
    let written = caller.run(&write, &json!({ "groups": ["bikes"] }));
    let read = caller.run(&["get_officers_id_service", "--id", &officer], &Value::Null);
    for told in [written, read] {
        assert_eq!((told.code, told.err.as_str()), (0, "detailbook: the version is 1\n"), "what a writing must name");
    }
    let again = caller.run(&write, &json!({}));
    again.refused(1, "conflict: This was changed meanwhile: the version is 1, not 0.");
}

fn an_operation_that_is_refused_says_why_in_the_servers_words(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let served = Served::of(&world.app);
    let reader = Caller::of(&served, &world.token(desk.agency, &Scopes::from_iter([Scope::RecordsRead]), None));
    let id = desk.officer("Officer 1");
    let why = json!({ "reason": "No." });
    let denied = reader.run(&["post_details_id_give_up", "--id", &id], &why);
    denied.refused(1, "not_allowed: Your token does not have the scope assign.");
    assert_eq!(reader.run(&["get_officers", "--limit", "5"], &Value::Null).code, 0);
    let all = Caller::of(&served, &desk.secret);
    all.run(&["post_details_id_give_up", "--id", &id], &why).refused(1, "not_found: There is no such thing here.");
    let wrong = all.run(&["post_rule_sets"], &json!({ "text": "nonsense" }));
    let said: Value = serde_json::from_str(&wrong.refused(1, "It was refused with status 422; see above.")).unwrap();
    assert!(said.is_object());
    let never = Caller::of(&served, &format!("detailbook_{}", "A".repeat(43)));
    never.run(&["get_jobs"], &Value::Null).refused(1, "not_authenticated: A live API token is needed.");
    let gone = Caller { server: "http://127.0.0.1:1".to_owned(), ..all };
    let gone = gone.run(&["get_jobs"], &Value::Null);
    assert!(gone.code == 3 && gone.err.starts_with("detailbook: http://127.0.0.1:1 does not answer: "), "{gone:?}");
}

fn what_an_operation_does_not_take_is_refused_before_anything_is_sent(home: &Home) {
    let world = World::on(home);
    let desk = world.agency(1);
    let served = Served::of(&world.app);
    let caller = Caller::of(&served, &desk.secret);
    let before = desk.items("/v1/staff/audit?limit=1000").len();
    let id = desk.world.app.now().as_millis().to_string();
    let officer = "00000000-0000-0000-0000-000000000007";
    let (why, none) = (json!({ "reason": "No." }), Value::Null);
    let cases: [(&[&str], &Value, &str); 8] = [
        (&["post_detail"], &none, "unrecognized subcommand 'post_detail'"),
        (&["post_details_id_cancel"], &why, "--id <UUID>"),
        (&["post_details_id_cancel", "--id", &id], &why, "is not an id"),
        (&["post_details_id_cancel", "--id", officer], &none, "--body <FILE>"),
        (&["get_officers", "--limits", "5"], &none, "unexpected argument '--limits'"),
        (&["get_officers"], &why, "unexpected argument '--body'"),
        (&["post_jobs_retry"], &none, "--kind <VALUE>"),
        (&["put_contract"], &why, "--version <VALUE>"),
    ];
    for (args, body, why) in cases {
        let refused = caller.run(args, body);
        assert!(refused.code == 2 && refused.err.contains(why) && refused.out.is_empty(), "{args:?}: {refused:?}");
        assert!(!refused.err.contains(&desk.secret), "{args:?}");
    }
    let text = file("{ reason: No }");
    let not_json = caller.run(&["post_ledger_reset", "--body", name(&text)], &none);
    assert!(not_json.code == 2 && not_json.err.contains(" is not JSON: "), "{not_json:?}");
    let elsewhere = caller.run(&["get_officers", "--server", "http://details.example.org"], &none);
    elsewhere.refused(2, "--server: must begin with https://, or with http:// and this very machine's address.");
    let secret = file(&format!("{}\n", desk.secret));
    let (nobody, nothing) = (Caller { secret: "hunter2".to_owned(), ..caller }, file("nothing"));
    let refused = nobody.run(&["get_officers"], &none);
    refused.refused(2, "What was given for a token is none: look whether all of it was copied.");
    assert_eq!(nobody.run(&["get_officers", "--token-file", name(&secret)], &none).code, 0);
    assert_eq!(nobody.run(&["get_officers", "--token-file", name(&nothing)], &none).code, 2);
    assert_eq!(desk.items("/v1/staff/audit?limit=1000").len(), before, "nothing was written");
}

#[test]
fn the_operations_are_listed_by_what_they_are_about() {
    let listed = detailbook(&Home::sqlite(), &["staff"]).well();
    for route in ROUTES {
        let name = openapi::operation_id(route.method, route.path);
        let line = listed.lines().find(|line| line.split_whitespace().next() == Some(name.as_str()));
        assert!(line.is_some_and(|line| line.ends_with(route.says)), "{route:?}");
    }
    let under = |group: &str| listed.lines().skip_while(|line| *line != group).nth(1).map(str::trim_start);
    assert!(under("trades").is_some_and(|line| line.starts_with("get_trades ")), "{listed}");
}
