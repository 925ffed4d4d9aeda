//! Punches inside, outside and somewhere: none is refused, each says where it was as far as anyone can tell.

use detailbook_core::time::Millis;
use serde_json::{Value, json};

use crate::step::on;
use crate::teller::{Lost, Teller};

pub(super) fn tell(teller: &mut Teller<'_>) -> Result<(), Lost> {
    let (officer, detail) = (teller.agency.officer("1001"), teller.agency.detail());
    let assignment = teller.agency.order(detail, officer);
    teller.enrol(officer)?;
    teller.done("sync", json!({}))?;
    teller.pass(Millis::from_mins(55));
    let punch = |kind: &str| json!({ "shift": on(assignment), "kind": kind });
    teller.stand(1_000, 8);
    let outside = teller.writes("punch", punch("in"))?;
    teller.stand(140, 30);
    teller.pass(Millis::from_hours(1));
    teller.writes("punch", punch("breakStart"))?;
    teller.stand_nowhere();
    teller.writes("punch", punch("breakEnd"))?;
    teller.stand(10, 5);
    teller.writes("punch", punch("willReturn"))?;
    let seen = |explanations: Value| {
        json!({
            "state": "away",
            "places": ["outside", "uncertain", "uncertain", "inside"],
            "flags": [
                { "kind": "outsideFence", "explanations": explanations },
            ],
        })
    };
    teller.sees_of("running", &seen(json!([])))?;
    let words = json!({ "shift": on(assignment), "about": outside.fact, "text": "Sent to the car park." });
    teller.writes("explain", words)?;
    teller.sees_of("running", &seen(json!(["Sent to the car park."])))?;
    teller.done("sync", json!({}))?;
    let evidence = teller.agency.office.evidence(assignment).expect("the agency's facts");
    teller.agency_has(&evidence.len(), &5)
}
