//! Notes, a photo, the detail's shared text, and a correction beside the punch it is about.

use detailbook_core::time::Millis;
use serde_json::{Value, json};

use super::exchange;
use crate::step::{into_pass_on, into_shift, on};
use crate::teller::{Lost, Teller, Wrote};

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    let (officer, detail) = (teller.agency.officer("1001"), teller.agency.detail());
    let assignment = teller.agency.order(detail, officer);
    teller.enrol(officer)?;
    teller.done("sync", json!({}))?;
    teller.pass(Millis::from_hours(1));
    teller.stand(10, 5);
    let clock_in = teller.writes("punch", json!({ "shift": on(assignment), "kind": "in" }))?;
    let here = into_shift(&json!("running"));
    let note = teller.writes("note", json!({ "place": here, "text": "Quiet." }))?;
    let replaced = json!({ "document": note.document, "note": note.fact, "text": "Très calme. \u{1F319}" });
    let replacing = teller.writes("replace_note", replaced)?;
    let photo = teller.writes("attach", json!({ "place": here, "bytes": 600_000, "caption": "The gate" }))?;
    teller.writes("incident", json!({ "place": into_pass_on(detail), "text": "Broken window." }))?;
    let shared = json!({ "detail": detail.to_string(), "seen": "", "text": "Keys at the desk." });
    teller.done("edit_pass_on", shared)?;
    let at = clock_in.at - Millis::from_mins(5);
    let correction =
        json!({ "shift": on(assignment), "punch": clock_in.fact, "at": at.as_millis(), "reason": "Forgot." });
    let correcting = teller.writes("correct", correction)?;

    let written = |sync: &str, original: Value| {
        json!([
            { "kind": "note", "text": "Très calme. \u{1F319}", "own": true, "sync": sync, "original": null },
            { "kind": "attachment", "text": "The gate", "own": true, "sync": sync, "original": original },
        ])
    };
    let about = json!({ "document": clock_in.document });
    let original = |complete: bool| json!({ "size": 600_000, "complete": complete, "here": true });
    teller.sees_about("written", about.clone(), &written("onThisPhone", original(false)))?;
    teller.sees_about("pass_on_text", json!({ "detail": detail.to_string() }), &json!("Keys at the desk."))?;
    teller.sees_of("sync_state", &json!({ "all_synced": false, "originals_waiting": 1 }))?;
    teller.done("sync", json!({}))?;
    teller.sees_about("written", about.clone(), &written("agencyHasIt", original(true)))?;
    let facts = json!([
        fact("in", &clock_in, &json!({ "corrected": at.as_millis() })),
        fact("note", &note, &json!({ "text": "Quiet." })),
        fact("note", &replacing, &json!({ "text": "Très calme. \u{1F319}", "about": note.fact })),
        fact("attachment", &photo, &json!({ "text": "The gate" })),
        fact("correction", &correcting, &json!({ "text": "Forgot.", "about": clock_in.fact })),
    ]);
    teller.sees_about("facts", about, &facts)?;
    teller.sees("sync_state", &exchange(true, &json!({})))?;
    let corrected = json!({ "state": "on", "flags": [{ "kind": "correctedPunch", "explanations": [] },
        { "kind": "stillIn", "explanations": [] },
    ] });
    teller.sees_of("running", &corrected)?;
    teller.reboots()?;
    teller.sees_about("pass_on_text", json!({ "detail": detail.to_string() }), &json!("Keys at the desk."))
}

/// A fact that the agency has; of what `says` leaves out it says nothing.
fn fact(kind: &str, wrote: &Wrote, says: &Value) -> Value {
    json!({
        "fact": wrote.fact,
        "kind": kind,
        "at": wrote.at.as_millis(),
        "text": says["text"],
        "about": says["about"],
        "corrected": says["corrected"],
        "own": true,
        "signed": true,
        "sync": "agencyHasIt",
    })
}
