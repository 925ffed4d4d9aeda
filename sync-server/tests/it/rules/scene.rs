//! An agency with officers who have employee numbers, files that come in, and rules.

use detailbook_core::records::RecordKind;
use detailbook_core::time::UnixMillis;
use detailbook_core::wire::{Entry, SyncRequest};
use detailbook_server::jobs::run_due;
use serde_json::{Value, json};

use crate::staff::phone::Phone;
use crate::staff::world::{Desk, NOON, World};

/// 16 hours in any 24 of duty and details; no detail while on duty; none while suspended. Duty that was read more than a day ago
/// is not relied on.
pub(crate) const RULES: &str = r#"
name = "Town"
version = 1
effective_from = "2019-01-01"
zone = "America/New_York"
freshness = [{ feed = "on_duty", at_most = "24:00" }]

[[rule]]
id = "sixteen"
title = "16 hours in 24"
severity = { apply = "warn", award = "block" }
[rule.hours]
counts = ["on_duty", "detail"]
window = { rolling = "24:00" }
limit = "16:00"

[[rule]]
id = "duty"
title = "No detail while on duty"
severity = { apply = "block", award = "block" }
[rule.rest]
counts = ["on_duty"]
"#;

/// The same, and nobody works who is suspended.
pub(crate) const BARRED: &str = r#"
[[rule]]
id = "suspended"
title = "Nobody works who is suspended"
severity = { award = "block", clock_in = "log" }
[rule.status]
none_of = ["suspended"]
at = "either"
"#;

pub(crate) fn numbered(desk: &Desk<'_>, number: &str) -> String {
    let record = json!({ "name": format!("Officer {number}"), "rank": "PO", "employee_number": number });
    desk.make("/v1/staff/officers", &json!({ "record": record }))
}

pub(crate) fn set_rules(desk: &Desk<'_>, text: &str) {
    desk.run("POST", "/v1/staff/rule_sets", &json!({ "text": text }));
}

/// Sends a batch with these further fields. Gives status and answer.
pub(crate) fn send(desk: &Desk<'_>, kind: &str, csv: &str, more: &Value) -> (u16, Value) {
    let mut body = json!({ "kind": kind, "csv": csv });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    if kind == "stints" && body.get("feed").is_none() {
        body["feed"] = json!("on_duty");
    }
    desk.call("POST", "/v1/staff/personnel", &body)
}

/// Imports a file that must be taken.
pub(crate) fn import(desk: &Desk<'_>, kind: &str, csv: &str, more: &Value) -> Value {
    let (status, imported) = send(desk, kind, csv, more);
    assert_eq!((status, &imported["written"]), (200, &json!(true)), "{imported}");
    imported
}

/// Says that a feed was read just now, with this in it.
pub(crate) fn fresh(desk: &Desk<'_>, kind: &str, csv: &str) -> Value {
    import(desk, kind, csv, &json!({ "read_at": desk.world.app.now() }))
}

pub(crate) fn counts(imported: &Value) -> [u64; 4] {
    ["new", "changed", "unchanged", "gone"].map(|count| imported[count].as_u64().unwrap())
}

/// On duty in the town's zone, on the day of the story (May 15th 2019), between these hours.
pub(crate) fn duty(number: &str, from: u8, until: u8) -> String {
    format!("employee_number,starts,ends\n{number},2019-05-15 {from:02}:00,2019-05-15 {until:02}:00\n")
}

pub(crate) fn known(desk: &Desk<'_>, officer: &str, kind: &str, as_of: Option<i64>) -> Vec<Value> {
    let as_of = as_of.map_or(String::new(), |as_of| format!("&as_of={as_of}"));
    desk.items(&format!("/v1/staff/officers/{officer}/known?kind={kind}{as_of}"))
}

pub(crate) fn judgement(desk: &Desk<'_>, detail: &str, officer: &str, more: &str) -> Value {
    desk.get(&format!("/v1/staff/details/{detail}/judgement?officer={officer}{more}"))
}

/// What one rule says.
pub(crate) fn finding(judged: &Value, rule: &str) -> Value {
    let all = judged["findings"].as_array().unwrap();
    all.iter().find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("{judged}")).clone()
}

pub(crate) fn outcome(judged: &Value, rule: &str) -> String {
    finding(judged, rule)["outcome"].as_str().unwrap().to_owned()
}

pub(crate) fn do_jobs(world: &World) {
    let ran = run_due(&world.app, world.app.now()).unwrap();
    assert_eq!((ran.failed, ran.parked), (0, 0), "{ran:?}");
}

/// The bodies of a kind of record that the phone is sent.
pub(crate) fn records_of(phone: &Phone<'_>, wanted: RecordKind) -> Vec<Vec<u8>> {
    let entries = phone.sync(SyncRequest::default()).entries.unwrap_or_default();
    let bodies = entries.into_iter().filter_map(|entry| match entry {
        Entry::Record { kind, body, .. } if kind == wanted => Some(body.to_vec()),
        _ => None,
    });
    bodies.collect()
}

pub(crate) fn noon() -> UnixMillis {
    UnixMillis::new(NOON)
}
