//! A shift without an assignment and without a signal, over a dead battery; linked by the coordinator the day after.

use detailbook_core::time::Millis;
use serde_json::json;

use super::{counted_ms, exchange};
use crate::teller::{Lost, Teller};

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    let officer = teller.agency.officer("1001");
    teller.enrol(officer)?;
    teller.done("sync", json!({}))?;
    teller.agency.relay.go_away();
    teller.done("lock_key", json!({}))?;
    let clock_in = teller.writes("punch", json!({ "shift": { "unassigned": null }, "kind": "in" }))?;
    teller.fails("sync", json!({}), "offline", "network")?;
    teller.sees("sync_state", &exchange(false, &json!({ "facts_waiting": 1, "facts_unsigned": 1 })))?;
    teller.pass(Millis::from_hours(2));
    teller.reboots()?;
    teller.done("unlock_key", json!({}))?;
    let signed = teller.does("sign_pending", json!({}))?;
    teller.agency_has(&signed, &json!(1))?;
    let clock_out = teller.writes("punch", json!({ "shift": "running", "kind": "out" }))?;
    teller.agency_has(&clock_out.document, &clock_in.document)?;
    teller.sees("sync_state", &exchange(false, &json!({ "facts_waiting": 2, "facts_unsigned": 1 })))?;
    let waits = json!({ "item": "fact", "sync": "onThisPhone" });
    teller.sees("unsettled", &json!([waits, waits]))?;

    teller.agency.relay.carry();
    teller.pass(Millis::from_mins(10));
    teller.done("sync", json!({}))?;
    teller.sees("sync_state", &exchange(true, &json!({})))?;
    let about = json!({ "log": clock_in.document });
    teller.sees_about_of(
        "shift",
        about.clone(),
        &json!({ "assignment": null, "state": "out", "sync": "agencyHasIt" }),
    )?;

    let detail = teller.agency.detail();
    let assignment = teller.agency.order(detail, officer);
    teller.agency.link(assignment, clock_in.document.parse().expect("a document's id"));
    teller.done("sync", json!({}))?;
    let worked_ms = counted_ms(clock_in.at, clock_out.at);
    let linked = json!({ "assignment": assignment.to_string(), "state": "out", "worked_ms": worked_ms });
    teller.sees_about_of("shift", about, &linked).map(drop)
}
