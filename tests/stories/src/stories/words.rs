//! Notes, a photo, the detail's shared text, and a correction beside the punch it is about.

use detailbook_core::ids::{AssignmentId, DetailId};
use detailbook_core::time::{Millis, UnixMillis};
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
    let wrote = Written::write(teller, assignment, detail)?;
    let (document, pass_on) = (json!({ "document": wrote.clock_in.document }), json!({ "detail": detail.to_string() }));
    teller.sees_about("written", document.clone(), &written("onThisPhone", false))?;
    teller.sees_about("pass_on_text", pass_on.clone(), &json!("Keys at the desk."))?;
    teller.sees_of("sync_state", &json!({ "all_synced": false, "originals_waiting": 1 }))?;
    teller.done("sync", json!({}))?;
    teller.sees_about("written", document.clone(), &written("agencyHasIt", true))?;
    teller.sees_about("facts", document, &wrote.facts())?;
    teller.sees("sync_state", &exchange(true, &json!({})))?;
    let corrected = json!({ "state": "on", "flags": [{ "kind": "correctedPunch", "explanations": [] },
        { "kind": "stillIn", "explanations": [] },
    ] });
    teller.sees_of("running", &corrected)?;
    teller.reboots()?;
    teller.sees_about("pass_on_text", pass_on, &json!("Keys at the desk."))
}

/// What the officer writes down in this story.
struct Written {
    clock_in: Wrote,
    note: Wrote,
    replacing: Wrote,
    photo: Wrote,
    correcting: Wrote,
    /// What the clock-in is corrected to.
    at: UnixMillis,
}

impl Written {
    fn write(teller: &mut Teller<'_>, assignment: AssignmentId, detail: DetailId) -> Result<Self, Lost> {
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
        Ok(Self { clock_in, note, replacing, photo, correcting, at })
    }

    fn facts(&self) -> Value {
        json!([
            fact("in", &self.clock_in, &json!({ "corrected": self.at.as_millis() })),
            fact("note", &self.note, &json!({ "text": "Quiet." })),
            fact("note", &self.replacing, &json!({ "text": "Très calme. \u{1F319}", "about": self.note.fact })),
            fact("attachment", &self.photo, &json!({ "text": "The gate" })),
            fact("correction", &self.correcting, &json!({ "text": "Forgot.", "about": self.clock_in.fact })),
        ])
    }
}

/// The officer's words as they stand, and the photo's original.
fn written(sync: &str, complete: bool) -> Value {
    let original = json!({ "size": 600_000, "complete": complete, "here": true });
    json!([
        { "kind": "note", "text": "Très calme. \u{1F319}", "own": true, "sync": sync, "original": null },
        { "kind": "attachment", "text": "The gate", "own": true, "sync": sync, "original": original },
    ])
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
