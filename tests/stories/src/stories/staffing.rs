//! A sealed window, from the terms to the award and why; then who has it calls off, and a colleague is asked and comes.

use detailbook_core::ids::{AssignmentId, DetailId};
use detailbook_core::time::{Interval, Millis, UnixMillis};
use serde_json::{Value, json};

use crate::agency::BEGINS;
use crate::step::about;
use crate::teller::{Lost, Teller};

/// What the agency lets nobody apply for.
const RULES: &str = r#"
name = "Town"
version = 1
effective_from = "2015-01-01"
zone = "America/New_York"

[[rule]]
id = "day"
title = "At most 6 hours of details in any 24"
severity = { apply = "block" }
[rule.hours]
counts = ["detail"]
window = { rolling = "24:00" }
limit = "6:00"
"#;

/// What the rule says of the one detail, and of the other.
const FITS: &str = "0 h of 6 h in the 24 h from 2025-11-15 01:13; this detail adds 4 h, which leaves 2 h.";
const TOO_LONG: &str = "0 h of 6 h in the 24 h from 2025-11-17 05:13; this detail adds 8 h, 2 h too much.";

/// Why the one has it, and the other not.
const WON: &str = "You have Gate, 2025-11-15 21:13 to 2025-11-16 01:13. You ranked 1 of 2 by least charged hours v1, \
                   with 1 h 00 m charged. The next officer had 5 h 00 m charged.";
const LOST: &str = "You are backup 1. You ranked 2 of 2 by least charged hours v1, with 5 h 00 m charged. The last officer \
                    to win what you wanted had 1 h 00 m charged.";

/// What whoever calls off is told.
const RELEASED: &str = "You are released from this detail.";

/// The officer's own phone, and the colleague's.
const MINE: usize = 0;
const THEIRS: usize = 1;

/// The two details of the story: one in a window, and one longer than the rules let anybody work.
struct Offered {
    window: DetailId,
    long: DetailId,
}

/// So long after the story's beginning.
fn after(hours: i64) -> UnixMillis {
    UnixMillis::new(BEGINS) + Millis::from_hours(hours)
}

/// When the window closes.
fn closes() -> UnixMillis {
    after(24)
}

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    let offered = set_up(teller)?;
    is_told_beforehand(teller, &offered)?;
    both_apply(teller, &offered)?;
    teller.agency.pass_to(closes() + Millis::from_mins(1));
    let assignment = has_it(teller, offered.window)?;
    is_not_selected(teller, offered.window)?;
    calls_off(teller, assignment)?;
    comes_instead(teller, assignment)
}

fn set_up(teller: &mut Teller<'_>) -> Result<Offered, Lost> {
    let agency = &teller.agency;
    let (mine, theirs) = (agency.officer("1001"), agency.officer("1002"));
    agency.rules(RULES);
    agency.lets_officers_settle_it();
    agency.charge(mine, 60, "Carried over.");
    agency.charge(theirs, 300, "Carried over.");
    let window = agency.window("Concert", Interval { start: after(72), end: after(76) }, Millis::from_hours(48));
    let long = agency.detail_at("Fair", Interval { start: after(120), end: after(128) });
    teller.enrol(mine)?;
    teller.takes_another()?;
    teller.enrol(theirs)?;
    // Phones are told what the agency knows of their officers' hours.
    teller.agency.pass_to(teller.now());
    for phone in [THEIRS, MINE] {
        teller.takes(phone);
        teller.done("sync", json!({}))?;
    }
    Ok(Offered { window, long })
}

fn is_told_beforehand(teller: &mut Teller<'_>, offered: &Offered) -> Result<(), Lost> {
    let terms = json!({
        "method": "least charged hours v1",
        "closes": closes().as_millis(),
        "decided_at": closes().as_millis(),
        "acknowledge_ms": Millis::from_hours(2).0,
        "committed": true,
    });
    teller.sees_about("terms", about(offered.window), &terms)?;
    teller.sees_about("terms", about(offered.long), &json!(null))?;
    teller.sees_about("award", about(offered.window), &json!(null))?;
    teller.sees_about("advice", about(offered.window), &advice(false, "holds", FITS))?;
    teller.sees_about("advice", about(offered.long), &advice(true, "fails", TOO_LONG))?;
    teller.sees_of("charges", &json!([carried_over(60)])).map(drop)
}

fn advice(in_the_way: bool, state: &str, sentence: &str) -> Value {
    let finding = json!({ "rule": "Town v1, day", "state": state, "severity": "block", "sentence": sentence });
    json!({ "stands_in_the_way": in_the_way, "findings": [finding] })
}

fn carried_over(minutes: i64) -> Value {
    json!({ "kind": "adjustment", "minutes": minutes, "rule": "usual charges v1: adjustment" })
}

fn both_apply(teller: &mut Teller<'_>, offered: &Offered) -> Result<(), Lost> {
    for phone in [THEIRS, MINE] {
        teller.takes(phone);
        teller.wishes("apply", about(offered.window))?;
        teller.wishes("apply", about(offered.long))?;
        teller.done("sync", json!({}))?;
        let refused = format!("refused:{TOO_LONG} (Town v1, day)");
        let shown = json!([
            { "detail": offered.window.to_string(), "title": "Concert", "opens": null, "application": "received" },
            { "detail": offered.long.to_string(), "title": "Fair", "opens": null, "application": refused },
        ]);
        teller.sees("offers", &shown)?;
    }
    Ok(())
}

/// Whoever was charged least has it, is told why, and acknowledges the notice of it.
fn has_it(teller: &mut Teller<'_>, detail: DetailId) -> Result<AssignmentId, Lost> {
    teller.takes(MINE);
    teller.done("sync", json!({}))?;
    teller.sees_about("award", about(detail), &award("awarded", 1, WON))?;
    let charged = json!({ "kind": "awarded", "minutes": 240 });
    teller.sees_of("charges", &json!([charged, carried_over(60)]))?;
    let shown = teller.sees_of("schedule", &shift("open"))?;
    let told = teller.sees_of("notices", &won(detail, "open"))?;
    teller.wishes("acknowledge_notice", json!({ "notice": told[0]["notice"] }))?;
    teller.sees_of("notices", &won(detail, "waiting"))?;
    teller.done("sync", json!({}))?;
    teller.sees_of("notices", &won(detail, "given"))?;
    teller.sees_of("schedule", &shift("given"))?;
    let id = shown[0]["assignment"].as_str().and_then(|id| id.parse().ok());
    Ok(id.expect("an assignment's id"))
}

fn award(outcome: &str, rank: u32, sentence: &str) -> Value {
    json!({
        "outcome": outcome,
        "rank": rank,
        "of": 2,
        "method": "least charged hours v1",
        "decided_at": closes().as_millis(),
        "sentence": sentence,
    })
}

/// The schedule of whoever has it.
fn shift(acknowledgement: &str) -> Value {
    json!([{
        "title": "Concert",
        "site": "Lantern Hall",
        "starts": after(72).as_millis(),
        "state": "active",
        "acknowledgement": acknowledgement,
        "leaving": null,
    }])
}

/// The notices of whom it was awarded to.
fn won(detail: DetailId, acknowledgement: &str) -> Value {
    let awarded = json!({
        "event": "awarded",
        "detail": detail.to_string(),
        "text": WON,
        "acknowledge_by": (closes() + Millis::from_hours(2)).as_millis(),
        "acknowledgement": acknowledgement,
    });
    json!([awarded, unasked("detailPosted", detail)])
}

/// A notice that nobody asks to acknowledge.
fn unasked(event: &str, detail: DetailId) -> Value {
    json!({ "event": event, "detail": detail.to_string(), "acknowledge_by": null, "acknowledgement": null })
}
fn is_not_selected(teller: &mut Teller<'_>, detail: DetailId) -> Result<(), Lost> {
    teller.takes(THEIRS);
    teller.done("sync", json!({}))?;
    teller.sees_about("award", about(detail), &award("backup", 2, LOST))?;
    teller.sees_of("charges", &json!([carried_over(300)]))?;
    teller.sees("schedule", &json!([]))?;
    let told = json!([unasked("notSelected", detail), unasked("detailPosted", detail)]);
    teller.sees_of("notices", &told).map(drop)
}

fn calls_off(teller: &mut Teller<'_>, assignment: AssignmentId) -> Result<(), Lost> {
    teller.takes(MINE);
    let off = |reason: &str| json!({ "assignment": assignment.to_string(), "reason": reason });
    teller.fails("call_off", off(" "), "invalid", "empty")?;
    teller.wishes("call_off", off("My child is ill."))?;
    let waits = json!({ "call_off": "waiting", "called_off": null, "offer": null, "offered": null });
    teller.sees_of("schedule", &json!([{ "assignment": assignment.to_string(), "leaving": waits }]))?;
    teller.done("sync", json!({}))?;
    teller.sees("schedule", &json!([]))?;
    reads_of_it(teller, assignment)?;
    teller.agency.pass_to(teller.now());
    Ok(())
}

/// Nobody asks the officer to acknowledge the notice of a call-off; it is acknowledged all the same.
fn reads_of_it(teller: &mut Teller<'_>, assignment: AssignmentId) -> Result<(), Lost> {
    let told = |acknowledgement: Value| {
        let called_off = json!({
            "event": "calledOff",
            "assignment": assignment.to_string(),
            "text": RELEASED,
            "acknowledge_by": null,
            "acknowledgement": acknowledgement,
        });
        json!([called_off, { "event": "awarded", "acknowledgement": "given" }, { "event": "detailPosted" }])
    };
    let shown = teller.sees_of("notices", &told(json!(null)))?;
    teller.wishes("acknowledge_notice", json!({ "notice": shown[0]["notice"] }))?;
    teller.sees_of("notices", &told(json!("waiting")))?;
    teller.done("sync", json!({}))?;
    teller.sees_of("notices", &told(json!("given"))).map(drop)
}

/// Who came next is asked, says no, then yes, and has it.
fn comes_instead(teller: &mut Teller<'_>, assignment: AssignmentId) -> Result<(), Lost> {
    teller.takes(THEIRS);
    teller.done("sync", json!({}))?;
    let ask = |answer: &str, comes: Value| {
        let named = assignment.to_string();
        json!([{ "assignment": named, "title": "Concert", "site": "Lantern Hall", "answer": answer, "comes": comes }])
    };
    teller.sees_of("relief_asks", &ask("open", json!(null)))?;
    let answer = |comes: bool| json!({ "assignment": assignment.to_string(), "comes": comes });
    teller.wishes("relieve", answer(false))?;
    teller.sees_of("relief_asks", &ask("waiting", json!(false)))?;
    teller.done("sync", json!({}))?;
    teller.sees_of("relief_asks", &ask("declined", json!(null)))?;
    teller.wishes("relieve", answer(true))?;
    teller.sees_of("relief_asks", &ask("waiting", json!(true)))?;
    teller.done("sync", json!({}))?;
    teller.agency.pass_to(teller.now());
    teller.done("sync", json!({}))?;
    teller.sees("relief_asks", &json!([]))?;
    // Who says yes has seen it.
    let shown = teller.sees_of("schedule", &shift("given"))?;
    teller.agency.pass_to(after(77));
    is_over(teller, assignment, &shown[0]["assignment"])
}

/// Afterwards each phone shows who had it.
fn is_over(teller: &mut Teller<'_>, released: AssignmentId, relieving: &Value) -> Result<(), Lost> {
    teller.done("sync", json!({}))?;
    teller.sees_of("past_shifts", &json!([{ "assignment": relieving, "state": "active", "leaving": null }]))?;
    teller.takes(MINE);
    teller.done("sync", json!({}))?;
    let called_off = json!({ "state": "released", "late": false, "why": "My child is ill.", "reason": RELEASED });
    let leaving = json!({ "call_off": null, "called_off": called_off, "offer": null, "offered": null });
    let released = json!([{ "assignment": released.to_string(), "state": "released", "leaving": leaving }]);
    teller.sees_of("past_shifts", &released).map(drop)
}
