//! What a file would do, by one state of the store. Nothing is written.

use std::collections::BTreeMap;

use detailbook_core::geo::Point;
use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::records::{Agency, Officer};
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Interval, UnixMillis, Zone};
use serde_json::{Value, json};

use super::carry_out::Act;
use super::line::{Counts, Line, Outcome, changes};
use super::records::{self, all, planned};
use super::what::{Of, What};
use super::{customers, details, officers, sites};
use crate::demo::import::decodable;
use crate::fence_text;
use crate::filing;
use crate::personnel::batch::Rows;
use crate::personnel::import::{self, Planned, Step};
use crate::personnel::{Batch, Kind};
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::import_files::ImportFile;

/// What a file would do.
#[derive(Debug)]
pub struct Plan {
    /// What stands in the file.
    pub what: &'static What,
    /// How many lines do what.
    pub counts: Counts,
    /// What each does, but for those that change nothing.
    pub lines: Vec<Line>,
    pub(super) work: Work,
}

#[derive(Debug)]
pub(super) enum Work {
    Records(Vec<(u64, Act)>),
    Knowledge(Box<Planned>),
}

impl Plan {
    /// The hash of everything that it shows.
    pub fn digest(&self) -> Sha256 {
        Sha256::of(json!({ "what": self.what.name, "counts": self.counts, "lines": self.lines }).to_string().as_bytes())
    }
}

/// Plans a file.
pub fn plan(
    sql: &mut dyn Sql,
    agency: AgencyId,
    now: UnixMillis,
    what: &'static What,
    file: &ImportFile,
) -> Result<Plan, Problem> {
    let planned = match what.of {
        Of::Knowledge(kind, feed) => {
            let text = str::from_utf8(decodable(&file.body).map_err(|fault| wrong_file(&fault.to_string()))?);
            let csv = text.map_err(|_| wrong_file("it is not UTF-8 text"))?.to_owned();
            // What names everything of its time was read just then from where it comes from.
            let read_at = file.covers.map(|_| file.sent_at);
            let batch = Batch { read_at, covers: file.covers, take_the_rest: true, ..Batch::of_csv(kind, feed, csv) };
            let planned = import::plan(sql, agency, now, batch).map_err(of_file)?;
            return knowledge(sql, agency, what, kind, planned);
        }
        Of::Officers => {
            let (rows, standing) = (rows(what, file)?, officers::standing(sql, agency)?);
            planned(sql, &officers::Officers { agency }, &standing, rows)
        }
        Of::Customers => {
            let (rows, standing) = (rows(what, file)?, customers::standing(sql, agency)?);
            planned(sql, &customers::Customers { agency }, &standing, rows)
        }
        Of::Sites => {
            let (rows, (sort, standing)) = (rows(what, file)?, sites::standing(sql, agency)?);
            planned(sql, &sort, &standing, rows)
        }
        Of::Details => {
            let (rows, (sort, standing)) = (rows(what, file)?, details::standing(sql, agency, now)?);
            planned(sql, &sort, &standing, rows)
        }
    };
    let records::Planned { counts, lines, acts, .. } = planned;
    Ok(Plan { what, counts, lines, work: Work::Records(acts) })
}

fn rows(what: &What, file: &ImportFile) -> Result<Rows, Problem> {
    what.shape().rows(&file.body).map_err(of_file)
}

fn wrong_file(why: &str) -> Problem {
    Problem::invalid("file", &format!("cannot be read: {why}"))
}

/// What is wrong with a batch's text is wrong with the file.
fn of_file(problem: Problem) -> Problem {
    match problem.reason.split_once(": ") {
        Some(("csv", why)) => wrong_file(why),
        Some(("rows", why)) => wrong_file(&format!("its lines {why}: split it into several files")),
        _ => problem,
    }
}

fn knowledge(
    sql: &mut dyn Sql,
    agency: AgencyId,
    what: &'static What,
    kind: Kind,
    planned: Planned,
) -> Result<Plan, Problem> {
    let zone = filing::get::<Agency>(sql, agency, agency)?.record.zone;
    let officers: BTreeMap<_, _> =
        all::<Officer>(sql, agency)?.into_iter().map(|(_, stored)| (stored.record.id, stored.record)).collect();
    let told = planned.told();
    let rejected = told.rejected.iter().map(|it| Line {
        number: Some(it.line),
        about: String::new(),
        outcome: Outcome::Rejected(it.reason.clone()),
    });
    let mut lines: Vec<_> = rejected.collect();
    lines.extend(planned.steps().into_iter().map(|step| line(kind, zone, &officers, &step)));
    lines.sort_by_key(|line| (line.number.is_none(), line.number));
    let counts = Counts {
        rows: told.rows,
        new: told.new,
        changed: told.changed,
        unchanged: told.unchanged,
        gone: told.gone,
        rejected: told.rejected.len(),
    };
    Ok(Plan { what, counts, lines, work: Work::Knowledge(Box::new(planned)) })
}

fn line(kind: Kind, zone: Zone, officers: &BTreeMap<OfficerId, Officer>, step: &Step<'_>) -> Line {
    let officer = officers.get(&step.officer);
    let about = officer.map_or_else(String::new, |it| format!("{} {}: {}", it.employee_number, it.name, step.key));
    let values = |says: &(Interval, Value)| values(kind, zone, officers, says);
    let outcome = match (&step.before, &step.after) {
        (Some(before), Some(after)) => Outcome::Changed(changes(values(before), &values(after))),
        (Some(before), None) => Outcome::Gone(values(before)),
        (None, after) => Outcome::New(after.as_ref().map(values).unwrap_or_default()),
    };
    Line { number: step.line, about, outcome }
}

/// Names of what is shown beside the time that something is so.
const SHOWN: [&str; 13] = [
    "code",
    "rank",
    "cents_per_hour",
    "kind",
    "standing",
    "basis",
    "class",
    "tags",
    "paid",
    "charged",
    "excused",
    "about",
    "place",
];

fn values(
    kind: Kind,
    zone: Zone,
    officers: &BTreeMap<OfficerId, Officer>,
    (valid, says): &(Interval, Value),
) -> Vec<(&'static str, String)> {
    let mut values = Vec::new();
    if kind != Kind::Relations {
        values.push(("from", zone.clock_text(valid.start)));
        if valid.end < UnixMillis::MAX && kind != Kind::Events {
            values.push(("until", zone.clock_text(valid.end)));
        }
    }
    let person = says["person"].as_str().and_then(|id| officers.get(&id.parse().ok()?));
    values.extend(person.map(|person| ("person", format!("{} {}", person.employee_number, person.name))));
    for name in SHOWN {
        let text = shown(zone, &says[name]);
        values.extend(Some((name, text)).filter(|(_, text)| !text.is_empty()));
    }
    values
}

fn shown(zone: Zone, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(|part| shown(zone, part)).collect::<Vec<_>>().join("; "),
        Value::Object(parts) => {
            let number = |name: &str| parts.get(name).and_then(Value::as_i64);
            let at = |name: &str| number(name).map(|at| zone.clock_text(UnixMillis::new(at)));
            let e7 = |name: &str| number(name).and_then(|e7| i32::try_from(e7).ok());
            let time = at("start").zip(at("end")).map(|(start, end)| format!("{start} to {end}"));
            let place = e7("latitude_e7").zip(e7("longitude_e7"));
            let place =
                place.map(|(latitude_e7, longitude_e7)| fence_text::point_text(Point { latitude_e7, longitude_e7 }));
            time.or(place).unwrap_or_else(|| value.to_string())
        }
        other => other.to_string(),
    }
}
