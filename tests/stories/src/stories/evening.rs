//! An evening as it should be: offered, applied for, awarded, worked, handed in, ruled on.

use detailbook_core::ids::{AssignmentId, DetailId, OfficerId};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use serde_json::{Value, json};

use super::{counted_ms, exchange};
use crate::agency::BEGINS;
use crate::step::{into_shift, on};
use crate::teller::{Lost, Teller, Wrote};

/// When the detail begins.
fn starts() -> UnixMillis {
    UnixMillis::new(BEGINS) + Millis::from_hours(1)
}

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    let (officer, detail) = (teller.agency.officer("1001"), teller.agency.detail());
    teller.enrol(officer)?;
    applies(teller, detail)?;
    let assignment = is_awarded(teller, detail, officer)?;
    let written = works(teller, assignment)?;
    hands_in(teller, assignment)?;
    is_ruled_on(teller, assignment, &written)
}

fn applies(teller: &mut Teller<'_>, detail: DetailId) -> Result<(), Lost> {
    let id = detail.to_string();
    let offer = |stands: Value| json!([{ "detail": id, "title": "Concert", "opens": null, "application": stands }]);
    teller.done("sync", json!({}))?;
    teller.sees("offers", &offer(json!(null)))?;
    teller.sees("schedule", &json!([]))?;
    teller.sees("running", &json!(null))?;
    let applied = teller.wishes("apply", json!({ "detail": detail.to_string() }))?;
    let wish = |decision: Value, reason: &str| {
        let waiting = decision.is_null();
        json!([{ "command": applied, "wish": "apply", "waiting": waiting, "decision": decision, "reason": reason }])
    };
    teller.sees("offers", &offer(json!("applying")))?;
    teller.sees("wishes", &wish(json!(null), ""))?;
    teller.sees("sync_state", &exchange(false, &json!({ "wishes_waiting": 1 })))?;
    teller.done("sync", json!({}))?;
    teller.sees("offers", &offer(json!("received")))?;
    teller.sees("wishes", &wish(json!("accepted"), "The agency has your application."))
}

fn is_awarded(teller: &mut Teller<'_>, detail: DetailId, officer: OfficerId) -> Result<AssignmentId, Lost> {
    let assignment = teller.agency.award(detail, officer);
    teller.done("sync", json!({}))?;
    teller.sees("schedule", &shift(assignment, "open", None))?;
    teller.wishes("acknowledge", json!({ "assignment": assignment.to_string() }))?;
    teller.sees("schedule", &shift(assignment, "waiting", None))?;
    teller.done("sync", json!({}))?;
    teller.sees("schedule", &shift(assignment, "given", None))?;
    Ok(assignment)
}

fn shift(assignment: AssignmentId, acknowledgement: &str, paid: Option<Millis>) -> Value {
    json!([{
        "assignment": assignment.to_string(),
        "title": "Concert",
        "site": "Lantern Hall",
        "starts": starts().as_millis(),
        "ends": (starts() + Millis::from_hours(4)).as_millis(),
        "state": "active",
        "acknowledgement": acknowledgement,
        "paid_ms": paid.map(|paid| paid.0),
        "leaving": null,
    }])
}

/// What is written down on the way, in order.
struct Written {
    orders: Wrote,
    clock_in: Wrote,
    note: Wrote,
    clock_out: Wrote,
    submit: Wrote,
}

fn works(teller: &mut Teller<'_>, assignment: AssignmentId) -> Result<Written, Lost> {
    teller.agency.clock.set(starts() - Millis::from_mins(5));
    let orders = teller.writes("read_orders", json!({ "shift": on(assignment) }))?;
    teller.stand(20, 8);
    let clock_in = teller.writes("punch", json!({ "shift": on(assignment), "kind": "in" }))?;
    let view = |teller: &Teller<'_>, sync: &str| running(assignment, &orders, &clock_in, teller.next(), sync);
    teller.sees("running", &view(teller, "onThisPhone"))?;
    teller.pass(Millis::from_hours(1));
    let note = teller.writes("note", json!({ "place": into_shift(&json!("running")), "text": "Gate open." }))?;
    teller.done("sync", json!({}))?;
    teller.sees("running", &view(teller, "agencyHasIt"))?;
    teller.pass(Millis::from_hours(3));
    teller.stand(30, 8);
    let clock_out = teller.writes("punch", json!({ "shift": "running", "kind": "out" }))?;
    let submit = teller.writes("submit", json!({ "shift": on(assignment) }))?;
    Ok(Written { orders, clock_in, note, clock_out, submit })
}

fn running(assignment: AssignmentId, orders: &Wrote, clock_in: &Wrote, now: UnixMillis, sync: &str) -> Value {
    let ends = starts() + Millis::from_hours(4);
    let ask_at = [5, 60].map(|minutes| (ends + Millis::from_mins(minutes)).as_millis());
    json!({
        "assignment": assignment.to_string(),
        "detail": null,
        "state": "on",
        "worked_ms": counted_ms(clock_in.at, now),
        "flags": [{ "kind": "stillIn", "explanations": [] }],
        "places": ["inside"],
        "ask_at": ask_at,
        "review_at": (clock_in.at + Millis::from_hours(16)).as_millis(),
        "orders_read": orders.at.as_millis(),
        "submitted": null,
        "sync": sync,
    })
}

fn hands_in(teller: &mut Teller<'_>, assignment: AssignmentId) -> Result<(), Lost> {
    teller.sees("running", &json!(null))?;
    let waits = json!({ "item": "fact", "sync": "onThisPhone" });
    teller.sees("unsettled", &json!([waits, waits]))?;
    teller.done("sync", json!({}))?;
    teller.sees("unsettled", &json!([]))?;
    teller.sees("sync_state", &exchange(true, &json!({})))?;
    let evidence = teller.agency.office.evidence(assignment).expect("the agency's facts");
    let verified: Vec<_> = evidence.into_iter().map(|fact| fact.verification).collect();
    teller.agency_has(&verified, &vec!["verified".to_owned(); 5])
}

fn is_ruled_on(teller: &mut Teller<'_>, assignment: AssignmentId, written: &Written) -> Result<(), Lost> {
    let Written { orders, clock_in, note, clock_out, submit } = written;
    teller.agency.rule(assignment, Interval { start: clock_in.at, end: clock_out.at });
    teller.done("sync", json!({}))?;
    let facts = json!([
        ruled("ordersRead", orders, None),
        ruled("in", clock_in, None),
        ruled("note", note, Some("Gate open.")),
        ruled("out", clock_out, None),
        ruled("submitted", submit, None),
    ]);
    teller.sees_about("facts", json!({ "document": clock_in.document }), &facts)?;
    teller.pass(Millis::from_hours(2));
    teller.sees("past_shifts", &shift(assignment, "given", Some(clock_out.at - clock_in.at)))
}

fn ruled(kind: &str, wrote: &Wrote, text: Option<&str>) -> Value {
    json!({
        "fact": wrote.fact,
        "kind": kind,
        "at": wrote.at.as_millis(),
        "text": text,
        "about": null,
        "corrected": null,
        "own": true,
        "signed": true,
        "sync": "ruled",
    })
}
