//! What does not fit together, side by side: two phones, two shift logs, another assignment at that time, a ruling and later facts.

use detailbook_core::ids::DocumentId;
use detailbook_core::records::{Assignment, Detail, Interval, RecordKind};
use detailbook_core::shift::{Fact, Punch};
use detailbook_core::time::Zone;

use super::super::visit::Visit;
use super::{punches, words};
use crate::problem::Problem;
use crate::store::facts::StoredFact;
use crate::store::{Sql, assignments, records};
use crate::timesheets::{Sheet, counts};

/// Something that does not fit, its sides beside each other.
pub(super) struct Conflict {
    pub(super) title: &'static str,
    pub(super) says: String,
    pub(super) sides: Vec<Side>,
}

/// One side of it.
pub(super) struct Side {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
}

/// Everything that does not fit. `changed`: the facts are others than those that the ruling in force rests on.
pub(super) fn of(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet, changed: bool) -> Result<Vec<Conflict>, Problem> {
    let zone = visit.who()?.zone;
    let found = [
        changed.then(|| since_the_ruling(sheet, zone)).flatten(),
        two_phones(sheet, zone),
        two_logs(sheet, zone),
        elsewhere(sql, visit, sheet, zone)?,
    ];
    Ok(found.into_iter().flatten().collect())
}

fn since_the_ruling(sheet: &Sheet, zone: Zone) -> Option<Conflict> {
    let ruling = sheet.ruling.as_ref()?;
    let stretches = |intervals: &[Interval]| {
        let mut lines: Vec<_> = intervals.iter().map(|interval| words::stretch(zone, *interval)).collect();
        lines.push(format!("{} in all", words::length(intervals)));
        lines
    };
    let came = sheet.stored.iter().filter(|fact| counts(fact) && fact.received_at > ruling.ruled_at);
    let came: Vec<_> = came.map(|fact| fact_line(fact, zone)).collect();
    let none = vec!["A shift log was linked, or a signature was checked.".to_owned()];
    Some(Conflict {
        title: "The ruling and what came after it",
        says: "Facts that hours follow from changed after the ruling. It stands until a newer one replaces it."
            .to_owned(),
        sides: vec![
            Side {
                title: format!("Ruled by {}, {}", ruling.ruled_by, zone.clock_text(ruling.ruled_at)),
                lines: stretches(&ruling.accepted),
            },
            Side { title: "The facts now".to_owned(), lines: stretches(&sheet.proposed.worked.intervals) },
            Side { title: "What came since".to_owned(), lines: if came.is_empty() { none } else { came } },
        ],
    })
}

/// A fact in a line: what, when by the phone's clock, when it came.
pub(super) fn fact_line(stored: &StoredFact, zone: Zone) -> String {
    let wall = Fact::from_bytes(&stored.body).map_or(stored.received_at, |fact| fact.clock.wall);
    let (kind, wall) = (words::titled(stored.kind.name()), words::exactly(zone, wall));
    format!("{kind}: {wall}, received {}", words::exactly(zone, stored.received_at))
}

fn two_phones(sheet: &Sheet, zone: Zone) -> Option<Conflict> {
    let phones = punches::phones(sheet);
    if phones.len() < 2 {
        return None;
    }
    let of = |device| {
        let punched = sheet.proposed.shift.punches.iter().filter(move |punch| punch.device == Some(device));
        let line = |punch: &Punch| format!("{}: {}", words::titled(punch.kind.name()), words::exactly(zone, punch.at));
        Side { title: punches::phone(&phones, Some(device)), lines: punched.map(line).collect() }
    };
    Some(Conflict {
        title: "More than one phone",
        says: "The punches came from more than one of the officer's phones; together they make the shift above."
            .to_owned(),
        sides: phones.iter().map(|device| of(*device)).collect(),
    })
}

fn two_logs(sheet: &Sheet, zone: Zone) -> Option<Conflict> {
    let linked = sheet.assignment.shift_log?;
    let side = |title: &str, log: DocumentId| {
        let facts = sheet.stored.iter().filter(|fact| fact.document == log && counts(fact));
        let lines: Vec<_> = facts.map(|fact| fact_line(fact, zone)).collect();
        Side { title: title.to_owned(), lines: if lines.is_empty() { vec!["No punches.".to_owned()] } else { lines } }
    };
    Some(Conflict {
        title: "A linked shift log",
        says:
            "The officer began a shift log without this assignment; it was linked to it later. The facts of both count."
                .to_owned(),
        sides: vec![side("The assignment's own", sheet.assignment.id.into()), side("The linked one", linked)],
    })
}

/// Other assignments of the officer at the time that the facts show.
fn elsewhere(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet, zone: Zone) -> Result<Option<Conflict>, Problem> {
    let (agency, detail) = (visit.agency()?, &sheet.detail);
    let worked = &sheet.proposed.worked.intervals;
    let time = match (worked.first(), worked.last()) {
        (Some(first), Some(last)) => Interval { start: first.start, end: last.end },
        _ => Interval { start: detail.starts, end: detail.ends },
    };
    let mut lines = Vec::new();
    for id in assignments::all_overlapping(sql, agency, sheet.officer.id, time)? {
        if id == sheet.assignment.id {
            continue;
        }
        let Some(other) = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)? else { continue };
        let other = records::get::<Detail>(sql, agency, RecordKind::Detail, other.record.detail)?;
        let told = other.map(|stored| stored.record);
        lines.extend(
            told.map(|it| {
                format!("{}, {}", it.title, words::stretch(zone, Interval { start: it.starts, end: it.ends }))
            }),
        );
    }
    let here = format!("{}, {}", detail.title, words::stretch(zone, time));
    Ok((!lines.is_empty()).then(|| Conflict {
        title: "Another detail at that time",
        says: "The officer has another detail within the time that the facts of this one show.".to_owned(),
        sides: vec![
            Side { title: "This one".to_owned(), lines: vec![here] },
            Side { title: "The other".to_owned(), lines },
        ],
    }))
}
