//! The app's own life: put aside, taken up again, ended; and a phone that the agency no longer wants.

use serde_json::json;

use super::exchange;
use crate::teller::{Lost, Teller};

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    let officer = teller.agency.officer("1001");
    teller.enrol(officer)?;
    teller.done("sync", json!({}))?;
    let clock_in = teller.writes("punch", json!({ "shift": { "unassigned": null }, "kind": "in" }))?;
    teller.done("suspend", json!({}))?;
    teller.fails("punch", json!({ "shift": "running", "kind": "out" }), "suspended", "suspended")?;
    teller.fails("see", json!({ "view": "running" }), "suspended", "suspended")?;
    teller.done("resume", json!({}))?;
    teller.sees_of("running", &json!({ "state": "on", "sync": "onThisPhone" }))?;

    teller.agency.revoke_phones(officer);
    teller.sees("sync_state", &exchange(false, &json!({ "facts_waiting": 1, "facts_unsigned": 1 })))?;
    teller.fails("sync", json!({}), "revoked", "revoked")?;
    // Its last push still counts; what was worked is worked.
    teller.sees_of("sync_state", &json!({ "revoked": true }))?;
    teller.sees_about_of("shift", json!({ "log": clock_in.document }), &json!({ "state": "on" }))?;
    teller.done("close", json!({}))?;
    teller.done("close", json!({}))?;
    teller.fails("see", json!({ "view": "sync_state" }), "closed", "closed")?;
    teller.fails("sync", json!({}), "closed", "closed")
}
