//! What something will cost, worked out while it is being written.

use askama::Template;
use askama::filters::HtmlSafe;
use detailbook_core::staffing::Estimate;
use detailbook_core::time::Zone;

use super::repeats::Repeats;
use super::typed::{Place, Typed};
use super::words;
use crate::console::page::{Answer, Page};
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::scheduling::requests::{Wanted, foreseen, shifts_of};
use crate::store::Sql;

/// Lines that are shown; the sum is always of all.
const LINES: usize = 60;

/// An estimate, or why there is none yet.
#[derive(Template, Clone, Debug, Default)]
#[template(path = "console/details/estimate.html")]
pub struct EstimateView {
    lines: Vec<Line>,
    more: usize,
    shifts: usize,
    total: Option<String>,
    tariff: String,
    why_not: Option<String>,
    asked: bool,
}

impl HtmlSafe for EstimateView {}

#[derive(Clone, Debug)]
struct Line {
    shift: String,
    seat: String,
    amount: Option<String>,
    sentence: String,
}

impl EstimateView {
    /// Before anything is asked.
    pub fn none() -> Self {
        Self::default()
    }

    /// What was kept.
    pub fn of(estimate: &Estimate, shifts: usize, zone: Zone) -> Self {
        let line = |line: &detailbook_core::staffing::EstimateLine| Line {
            shift: words::time(zone, line.shift),
            seat: line.seat.clone(),
            amount: line.amount.map(|amount| amount.to_string()),
            sentence: line.sentence.clone(),
        };
        Self {
            lines: estimate.lines.iter().take(LINES).map(line).collect(),
            more: estimate.lines.len().saturating_sub(LINES),
            shifts,
            total: estimate.total.map(|total| total.to_string()),
            tariff: estimate.tariff.clone(),
            why_not: None,
            asked: true,
        }
    }

    /// What was typed comes to, as far as it can be said.
    pub fn foreseen(sql: &mut dyn Sql, visit: &Visit, typed: &Typed, zone: Zone) -> Result<Self, Problem> {
        let (agency, given) = (visit.agency()?, visit.app.settings.tariffs.of(visit.agency()?));
        let found = priced(typed, zone).and_then(|(shifts, seats, vehicles)| {
            let job_type = typed.job_type.trim();
            let wanted = Wanted { job_type, shifts: &shifts, zone, seats: &seats, vehicles };
            let estimate = foreseen(sql, agency, given, visit.now, &wanted, typed.counts_as.trim())?;
            Ok(Self::of(&estimate, shifts.len(), zone))
        });
        Ok(found.unwrap_or_else(|problem| Self::not(&waits_for(&problem))))
    }

    fn not(why: &str) -> Self {
        Self { why_not: Some(why.to_owned()), asked: true, ..Self::default() }
    }
}

/// What the script asks with: fields that stand once, and days, names and ranks a line each.
pub const ASKS: &[&str] = &[
    "job_type",
    "starts",
    "ends",
    "counts_as",
    "vehicles",
    "repeats",
    "every",
    "count",
    "last_day",
    "rule",
    "days",
    "names",
    "ranks",
];

/// The same as the form's button shows, for what is being typed. Nothing is kept by it.
pub fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let lines = |name| visit.query.get(name).split('\n').map(str::to_owned);
    let text = |name| visit.query.get(name).to_owned();
    let place = |(name, rank)| Place { name, rank, ..Place::default() };
    let typed = Typed {
        job_type: text("job_type"),
        starts: text("starts"),
        ends: text("ends"),
        counts_as: text("counts_as"),
        vehicles: text("vehicles"),
        places: lines("names").zip(lines("ranks").chain(std::iter::repeat(String::new()))).map(place).collect(),
        repeats: Repeats {
            how: text("repeats"),
            every: text("every"),
            days: lines("days").filter(|day| !day.is_empty()).collect(),
            count: text("count"),
            until: text("last_day"),
            rule: text("rule"),
        },
        ..Typed::default()
    };
    Page::html(&EstimateView::foreseen(sql, visit, &typed, visit.who()?.zone)?)
}

type Priced = (Vec<detailbook_core::time::Interval>, Vec<detailbook_core::staffing::Seat>, u32);

fn priced(typed: &Typed, zone: Zone) -> Result<Priced, Problem> {
    let (time, seats) = (typed.time(zone, None)?, typed.seats()?);
    Ok((shifts_of(time, typed.rule(time.start, zone)?.as_deref(), zone)?, seats, typed.vehicle_count()?))
}

/// What is still missing, by the name that the form has for it.
fn waits_for(problem: &Problem) -> String {
    let named = problem.reason.split_once(": ").map(|(field, why)| {
        let name = match field {
            "starts" => "The begin",
            "ends" => "The end",
            "place_name" => "The name of a place",
            "vehicles" => "The number of vehicles",
            "day" => "The days",
            "count" => "The number of shifts",
            "last_day" => "The last day",
            "every" => "How often it repeats",
            _ => "How it repeats",
        };
        format!("{name} {why}.")
    });
    format!("There is no estimate yet. {}", named.unwrap_or_else(|| problem.reason.clone()))
}
