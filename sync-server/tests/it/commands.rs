//! What an administrator types: the real program over a server's database, with good input and bad. What it prints is for a person:
//! it names the file, the line and what to do.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use detailbook_core::wire::{Decision, Wish};
use detailbook_server::routes::openapi;
use detailbook_server::store::StoreConfig;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::rules::scene::{do_jobs, known, numbered};
use crate::staff::phone::Phone;
use crate::staff::postings::draft;
use crate::staff::world::{Desk, HOUR, World, detail};
use crate::store::home::Home;
use crate::store::on_both_engines;

on_both_engines!(
    a_file_of_duty_is_imported_and_the_lines_that_are_wrong_are_named,
    a_file_or_flag_that_cannot_be_meant_is_refused_with_what_to_do,
    rules_are_checked_set_and_named_by_file_and_line_where_they_are_wrong,
    the_register_is_printed_as_the_api_gives_it,
    an_award_is_explained_from_what_was_kept,
);

/// What a command printed, and how it ended.
#[derive(Debug)]
struct Done {
    code: i32,
    out: String,
    err: String,
}

impl Done {
    /// It ended well and said so.
    fn well(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// It was refused with this as its last word.
    fn refused(self, code: i32, why: &str) -> String {
        assert_eq!((self.code, self.err.trim_end()), (code, format!("detailbook: {why}").as_str()), "{}", self.out);
        self.out
    }
}

fn detailbook(home: &Home, args: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_detailbook"));
    command.env_remove("DETAILBOOK_DATA").env_remove("DATABASE_URL").arg("--log=error");
    match &home.config {
        StoreConfig::Sqlite { path } => command.arg("--data").arg(path.parent().unwrap()),
        StoreConfig::Postgres { url } => command.env("DATABASE_URL", url).arg("--data").arg(folder.path()),
    };
    let done = command.args(args).output().unwrap();
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
