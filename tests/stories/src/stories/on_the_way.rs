//! Setting out holds nothing: the officer calls off on the way and works another shift the day after. Then two shifts without an
//! assignment, and a detail that is applied for again and again.

use detailbook_core::ids::{AssignmentId, DetailId, OfficerId};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use serde_json::{Value, json};

use super::counted_ms;
use crate::agency::BEGINS;
use crate::step::{about, log, on};
use crate::teller::{Lost, Teller, Wrote};

/// The officer, and the two shifts that the agency ordered.
struct Ordered {
    officer: OfficerId,
    first: AssignmentId,
    next: AssignmentId,
}

/// So long after the story's beginning.
fn after(hours: i64) -> UnixMillis {
    UnixMillis::new(BEGINS) + Millis::from_hours(hours)
}

fn hours(start: UnixMillis) -> Interval {
    Interval { start, end: start + Millis::from_hours(4) }
}

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    teller.agency.lets_officers_settle_it();
    let officer = teller.agency.officer("1001");
    let (today, tomorrow) = (teller.agency.detail(), teller.agency.detail_at("Fair", hours(after(25))));
    let (first, next) = (teller.agency.order(today, officer), teller.agency.order(tomorrow, officer));
    let ordered = Ordered { officer, first, next };
    teller.enrol(officer)?;
    teller.done("sync", json!({}))?;
    let set_out = sets_out(teller, &ordered)?;
    let called_off = calls_off(teller, &ordered)?;
    works_the_next(teller, &ordered)?;
    let only = json!([{ "kind": "enRoute", "fact": set_out.fact }]);
    teller.sees_about_of("facts", json!({ "document": set_out.document }), &only)?;
    works_unassigned(teller, &ordered)?;
    applies_twice(teller, &called_off)
}

fn sets_out(teller: &mut Teller<'_>, ordered: &Ordered) -> Result<Wrote, Lost> {
    let set_out = teller.writes("punch", json!({ "shift": on(ordered.first), "kind": "enRoute" }))?;
    is_on_the_way(teller, ordered)?;
    Ok(set_out)
}

fn is_on_the_way(teller: &mut Teller<'_>, ordered: &Ordered) -> Result<(), Lost> {
    let running = json!({ "assignment": ordered.first.to_string(), "state": "enRoute", "worked_ms": 0 });
    teller.sees_of("running", &running).map(drop)
}

/// A wish changes nothing; what the agency makes of it does.
fn calls_off(teller: &mut Teller<'_>, ordered: &Ordered) -> Result<String, Lost> {
    let called_off =
        teller.wishes("call_off", json!({ "assignment": ordered.first.to_string(), "reason": "A flat tyre." }))?;
    is_on_the_way(teller, ordered)?;
    teller.done("sync", json!({}))?;
    teller.sees("running", &json!(null))?;
    teller.fails("punch", json!({ "shift": "running", "kind": "in" }), "invalid", "no_running_shift")?;
    Ok(called_off)
}

fn works_the_next(teller: &mut Teller<'_>, ordered: &Ordered) -> Result<(), Lost> {
    teller.agency.clock.set(after(25) - Millis::from_mins(10));
    teller.sees("running", &json!(null))?;
    teller.writes("punch", json!({ "shift": on(ordered.next), "kind": "in" }))?;
    teller.sees_of("running", &json!({ "assignment": ordered.next.to_string(), "state": "on" }))?;
    teller.pass(Millis::from_hours(4));
    teller.writes("punch", json!({ "shift": "running", "kind": "out" }))?;
    teller.sees("running", &json!(null))?;
    teller.done("sync", json!({}))
}

/// Both stay in sight until they are linked, whatever is punched after them.
fn works_unassigned(teller: &mut Teller<'_>, ordered: &Ordered) -> Result<(), Lost> {
    teller.sees("unassigned_shifts", &json!([]))?;
    let (friday, friday_ms) = works_three_hours(teller)?;
    let (_, saturday_ms) = works_three_hours(teller)?;
    let shift = |worked_ms: i64, submitted: Value| json!({ "assignment": null, "state": "out", "worked_ms": worked_ms, "submitted": submitted });
    let (friday_open, saturday) = (shift(friday_ms, json!(null)), shift(saturday_ms, json!(null)));
    teller.sees_of("unassigned_shifts", &json!([saturday, friday_open]))?;
    let friday = log(friday.document.parse().expect("a document's id"));
    let handed_in = teller.writes("submit", json!({ "shift": friday }))?;
    let friday_done = shift(friday_ms, json!(handed_in.at.as_millis()));
    teller.sees_of("unassigned_shifts", &json!([saturday, friday_done]))?;
    teller.done("sync", json!({}))?;
    let detail = teller.agency.detail_at("Night market", hours(teller.now() + Millis::from_hours(1)));
    let assignment = teller.agency.order(detail, ordered.officer);
    teller.agency.link(assignment, handed_in.document.parse().expect("a document's id"));
    teller.done("sync", json!({}))?;
    teller.sees_of("unassigned_shifts", &json!([saturday])).map(drop)
}

fn works_three_hours(teller: &mut Teller<'_>) -> Result<(Wrote, i64), Lost> {
    teller.pass(Millis::from_hours(12));
    let clock_in = teller.writes("punch", json!({ "shift": { "unassigned": null }, "kind": "in" }))?;
    teller.pass(Millis::from_hours(3));
    let clock_out = teller.writes("punch", json!({ "shift": "running", "kind": "out" }))?;
    let worked_ms = counted_ms(clock_in.at, clock_out.at);
    Ok((clock_in, worked_ms))
}

/// A second tap is the first; a second wish for what waits is accepted; and it can still be taken back.
fn applies_twice(teller: &mut Teller<'_>, called_off: &str) -> Result<(), Lost> {
    let detail = teller.agency.detail_at("Parade", hours(teller.now() + Millis::from_hours(48)));
    teller.done("sync", json!({}))?;
    let first = teller.wishes("apply", about(detail))?;
    let second = teller.wishes("apply", about(detail))?;
    teller.agency_has(&second, &first)?;
    teller.done("sync", json!({}))?;
    stands(teller, detail, "received")?;
    let third = teller.wishes("apply", about(detail))?;
    teller.done("sync", json!({}))?;
    stands(teller, detail, "received")?;
    let wish = |command: &str, wish: &str, reason: &str| json!({ "command": command, "wish": wish, "waiting": false, "decision": "accepted", "reason": reason });
    let has_it = "The agency has your application.";
    let decided = json!([
        wish(&third, "apply", has_it),
        wish(&first, "apply", has_it),
        wish(called_off, "callOff", "You are released from this detail."),
    ]);
    teller.sees("wishes", &decided)?;
    teller.wishes("withdraw", about(detail))?;
    teller.done("sync", json!({}))?;
    stands(teller, detail, "withdrawn")
}

fn stands(teller: &mut Teller<'_>, detail: DetailId, application: &str) -> Result<(), Lost> {
    let offers = json!([{ "detail": detail.to_string(), "application": application }]);
    teller.sees_of("offers", &offers).map(drop)
}
