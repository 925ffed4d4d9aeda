//! What the server does not carry out comes back with a reason; what makes no sense is refused on the phone.

use detailbook_core::ids::{AssignmentId, DetailId};
use serde_json::json;

use super::exchange;
use crate::step::{into_pass_on, into_shift, log, on};
use crate::teller::{Lost, Teller};

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    teller.fails("sync", json!({}), "notEnrolled", "not_enrolled")?;
    teller.fails("enrol", json!({ "invitation": "https://example.org" }), "invalid", "invitation")?;
    let (first, second) = (teller.agency.officer("1001"), teller.agency.officer("1002"));
    let detail = teller.agency.detail();
    teller.enrol(second)?;
    teller.done("sync", json!({}))?;
    is_too_late(teller, detail, first)?;
    makes_no_sense(teller, detail)
}

fn is_too_late(teller: &mut Teller<'_>, detail: DetailId, first: detailbook_core::ids::OfficerId) -> Result<(), Lost> {
    teller.agency.order(detail, first);
    let applied = teller.wishes("apply", json!({ "detail": detail.to_string() }))?;
    let withdrawn = teller.wishes("withdraw", json!({ "detail": DetailId::from_bytes([9; 16]).to_string() }))?;
    let asked = teller.wishes("send_message", json!({ "text": "When do I hear?" }))?;
    teller.sees("messages", &json!([{ "from": "phone", "text": "When do I hear?" }]))?;
    teller.sees("sync_state", &exchange(false, &json!({ "wishes_waiting": 3 })))?;
    teller.done("sync", json!({}))?;
    let wish = |command: &str, wish: &str, decision: &str, reason: &str| json!({ "command": command, "wish": wish, "waiting": false, "decision": decision, "reason": reason });
    teller.sees(
        "wishes",
        &json!([
            wish(&asked, "sendMessage", "accepted", "The agency has your message."),
            wish(&withdrawn, "withdraw", "refused", "You have not applied for this detail."),
            wish(&applied, "apply", "refused", "Every position of this detail is taken."),
        ]),
    )?;
    teller.sees("messages", &json!([{ "from": "officer", "text": "When do I hear?" }]))?;
    teller.sees("sync_state", &exchange(true, &json!({})))
}

fn makes_no_sense(teller: &mut Teller<'_>, detail: DetailId) -> Result<(), Lost> {
    teller.fails("apply", json!({ "detail": "no such text" }), "invalid", "not_an_id")?;
    teller.fails("punch", json!({ "shift": "running", "kind": "out" }), "invalid", "no_running_shift")?;
    teller.fails("punch", json!({ "shift": "running", "kind": "note" }), "invalid", "not_a_punch")?;
    let nothing_known = on(AssignmentId::from_bytes([9; 16]));
    // An assignment whose record has not come yet may be real all the same.
    let clock_in = teller.writes("punch", json!({ "shift": nothing_known, "kind": "in" }))?;
    let long = "x".repeat(70_000);
    teller.fails("note", json!({ "place": into_shift(&json!("running")), "text": long }), "invalid", "too_large")?;
    teller.fails("note", json!({ "place": into_pass_on(detail), "text": long }), "invalid", "too_large")?;
    let log = log(clock_in.document.parse().expect("a document's id"));
    teller.fails("explain", json!({ "shift": log, "about": "?", "text": "Why?" }), "invalid", "not_an_id")
}
