//! The queue of timesheets, as a list and as CSV, and the form that approves all of one part that nothing is odd about.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use askama::Template;
use detailbook_core::ids::{AgencyId, DetailId, OfficerId, SiteId};
use detailbook_core::records::{Detail, Interval, Officer, RecordKind, Site};
use detailbook_core::shift::{FlagKind, Weight};
use detailbook_core::wire::Refusal;

use super::super::assets::Script;
use super::super::csv::Csv;
use super::super::frame::Frame;
use super::super::page::{Answer, Page};
use super::super::part::{PART, Part};
use super::super::seal::Seal;
use super::super::visit::Visit;
use super::filter::{self, Filter, sought};
use super::words;
use crate::access::scope::Scope;
use crate::problem::Problem;
use crate::scheduling::read_ahead;
use crate::store::timesheets::{self as rows, State, TimesheetRow};
use crate::store::{Ahead, Sql, StoreError, records};
use crate::timesheets::not_clean;

/// Timesheets in one file.
const FILE: usize = 50_000;
/// Lines whose names are read at once.
const AT_ONCE: usize = 500;

#[derive(Template)]
#[template(path = "console/timesheets/queue.html")]
struct QueuePage {
    frame: Frame,
    counts: Vec<Count>,
    filter: Filter,
    filtered: bool,
    lines: Vec<Line>,
    part: Part,
    clean: usize,
    action: String,
    seal: Seal,
    wrong: Option<String>,
}

struct Count {
    mark: &'static str,
    name: &'static str,
    number: u64,
    flagged: u64,
    path: String,
}

struct Line {
    path: String,
    officer: String,
    title: String,
    reference: String,
    site: String,
    customer: String,
    scheduled: String,
    mark: &'static str,
    state: &'static str,
    answered: Option<String>,
    flags: Vec<(&'static str, String)>,
    worked: String,
    difference: (String, String),
    accepted: Option<String>,
    age: String,
    tick: Option<String>,
}

/// The list.
pub(super) fn list(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    visit.must(Scope::EvidenceRead)?;
    let (agency, sought) = (visit.agency()?, sought(sql, visit)?);
    let part = Part::new(visit, "/console/timesheets", filter::KEPT, rows::count(sql, agency, &sought)?);
    let found = rows::page(sql, agency, &sought, part.start(), PART)?;
    let lines = lines(sql, visit, &found)?;
    Page::html(&QueuePage {
        frame: Frame::of(visit, "Timesheets").with(&[Script::Keys]),
        counts: counts(sql, visit)?,
        filter: Filter::of(visit),
        filtered: !part.same.is_empty(),
        part,
        clean: lines.iter().filter(|line| line.tick.is_some()).count(),
        lines,
        action: filter::address(visit, "/console/timesheets/approve", ""),
        seal: visit.seal("/console/timesheets/approve"),
        wrong: visit.wrong("sheet"),
    })
}

fn lines(sql: &mut dyn Sql, visit: &Visit, found: &[TimesheetRow]) -> Result<Vec<Line>, Problem> {
    let (mut names, may_rule) = (Names::default(), visit.who()?.may(Scope::RulingsWrite));
    let sql = &mut Ahead::over(sql);
    names_ahead(sql, visit.agency()?, found)?;
    found.iter().map(|row| line(sql, visit, &mut names, row, may_rule)).collect()
}

/// Reads what the lines are called by, for all of them at once.
fn names_ahead(ahead: &mut Ahead<'_>, agency: AgencyId, found: &[TimesheetRow]) -> Result<(), StoreError> {
    records::ahead(ahead, agency, RecordKind::Officer, found.iter().map(|row| row.officer))?;
    read_ahead::with_sites(ahead, agency, found.iter().map(|row| row.detail))?;
    records::ahead(ahead, agency, RecordKind::Site, found.iter().filter_map(|row| row.site))
}

fn counts(sql: &mut dyn Sql, visit: &Visit) -> Result<Vec<Count>, Problem> {
    let count = |(state, number, flagged): (State, u64, u64)| {
        let (mark, name) = words::state(state);
        let word = match state {
            State::Open => "open",
            State::Asked => "asked",
            State::Ruled => "ruled",
            State::Changed => "changed",
        };
        Count { mark, name, number, flagged, path: format!("/console/timesheets?state={word}") }
    };
    Ok(rows::counts(sql, visit.agency()?, visit.now)?.into_iter().map(count).collect())
}

/// Names that several lines show, each read once.
#[derive(Default)]
struct Names {
    officers: BTreeMap<OfficerId, String>,
    details: BTreeMap<DetailId, Option<Detail>>,
    sites: BTreeMap<SiteId, String>,
}

impl Names {
    fn officer(&mut self, sql: &mut dyn Sql, agency: AgencyId, id: OfficerId) -> Result<String, StoreError> {
        if let Some(known) = self.officers.get(&id) {
            return Ok(known.clone());
        }
        let found = records::get::<Officer>(sql, agency, RecordKind::Officer, id)?;
        let name = found.map(|stored| stored.record.name).unwrap_or_default();
        Ok(self.officers.entry(id).or_insert(name).clone())
    }

    fn detail(&mut self, sql: &mut dyn Sql, agency: AgencyId, id: DetailId) -> Result<Option<Detail>, StoreError> {
        if let Some(known) = self.details.get(&id) {
            return Ok(known.clone());
        }
        let found = records::get::<Detail>(sql, agency, RecordKind::Detail, id)?.map(|stored| stored.record);
        Ok(self.details.entry(id).or_insert(found).clone())
    }

    fn site(&mut self, sql: &mut dyn Sql, agency: AgencyId, id: SiteId) -> Result<String, StoreError> {
        if let Some(known) = self.sites.get(&id) {
            return Ok(known.clone());
        }
        let found = records::get::<Site>(sql, agency, RecordKind::Site, id)?;
        let name = found.map(|stored| stored.record.name).unwrap_or_default();
        Ok(self.sites.entry(id).or_insert(name).clone())
    }
}

fn line(
    sql: &mut dyn Sql,
    visit: &Visit,
    names: &mut Names,
    row: &TimesheetRow,
    may_rule: bool,
) -> Result<Line, Problem> {
    let (agency, zone) = (visit.agency()?, visit.who()?.zone);
    let detail = names.detail(sql, agency, row.detail)?;
    let site = row.site.or_else(|| detail.as_ref().map(|detail| detail.site));
    let (mark, state) = words::state(row.state);
    let is_clean = not_clean(&row.into(), visit.now).is_none();
    Ok(Line {
        path: filter::sheet(visit, row.assignment, ""),
        officer: names.officer(sql, agency, row.officer)?,
        title: detail.as_ref().map(|detail| detail.title.clone()).unwrap_or_default(),
        reference: detail.as_ref().map(|detail| detail.reference.clone()).unwrap_or_default(),
        customer: detail.map(|detail| detail.customer_name).unwrap_or_default(),
        site: site.map(|site| names.site(sql, agency, site)).transpose()?.unwrap_or_default(),
        scheduled: words::stretch(zone, Interval { start: row.starts, end: row.ends }),
        mark,
        state,
        answered: row.answered_at.map(|at| visit.time(at)),
        flags: flags(row),
        worked: words::hours(row.worked),
        difference: words::difference(words::whole_minutes(row.beyond_schedule())),
        accepted: row.accepted.map(words::hours),
        age: age((visit.now - row.ends).0),
        tick: row.basis.filter(|_| is_clean && may_rule).map(|basis| format!("{}.{basis}", row.assignment)),
    })
}

/// The flags of a timesheet, each kind once, with the class of its mark.
fn flags(row: &TimesheetRow) -> Vec<(&'static str, String)> {
    let mark = |flag: &String| {
        let weight = WEIGHTS.get(flag.as_str()).copied().unwrap_or(Weight::Review);
        (words::weight(weight).0, filter::spoken(flag))
    };
    row.flags.iter().map(mark).collect()
}

/// How much each kind of flag matters, by its name.
static WEIGHTS: LazyLock<BTreeMap<&'static str, Weight>> =
    LazyLock::new(|| FlagKind::all().map(|kind| (kind.name(), kind.weight())).collect());

/// How long ago the detail ended.
fn age(millis: i64) -> String {
    let hours = millis / 3_600_000;
    match hours {
        ..0 => "not over".to_owned(),
        0..48 => format!("{hours} h"),
        _ => format!("{} d", hours / 24),
    }
}

/// The same list as CSV, whole or not at all.
pub(super) fn export(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, sought) = (visit.agency()?, sought(sql, visit)?);
    let found = rows::page(sql, agency, &sought, 0, FILE + 1)?;
    if found.len() > FILE {
        let reason = "That is more than 50,000 timesheets, which is what one file holds. Choose fewer days.";
        return Err(Problem::new(Refusal::Conflict, reason));
    }
    let mut csv = Csv::of(&[
        "assignment",
        "officer",
        "detail",
        "reference",
        "site",
        "customer",
        "scheduled",
        "state",
        "flags_to_look_at",
        "flags_to_know",
        "flags",
        "worked",
        "accepted",
        "minutes_over",
        "minutes_short",
    ]);
    for some in found.chunks(AT_ONCE) {
        for (row, it) in some.iter().zip(lines(sql, visit, some)?) {
            let figures = [row.reviews.to_string(), row.notices.to_string(), row.flags.join(" ")];
            let texts =
                [row.assignment.to_string(), it.officer, it.title, it.reference, it.site, it.customer, it.scheduled];
            let hours = [it.worked, it.accepted.unwrap_or_default()];
            let line = texts.into_iter().chain([it.state.to_owned()]).chain(figures).chain(hours);
            csv.line(line.chain(over_and_short(words::whole_minutes(row.beyond_schedule()))));
        }
    }
    Ok(Page::csv("timesheets.csv", csv.finish()))
}

/// Minutes more and fewer than scheduled, each on a side of its own: what begins with a minus is a formula to a spreadsheet.
fn over_and_short(minutes: i64) -> [String; 2] {
    let count = minutes.unsigned_abs().to_string();
    match minutes {
        0 => [String::new(), String::new()],
        1.. => [count, String::new()],
        _ => [String::new(), count],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_on_a_side_of_its_own_in_a_file() {
        assert_eq!([over_and_short(5), over_and_short(-61), over_and_short(0)], [["5", ""], ["", "61"], ["", ""]]);
    }

    #[test]
    fn age_is_told_in_hours_and_then_in_days() {
        let hour = 3_600_000;
        assert_eq!([age(-1 - hour), age(0), age(47 * hour), age(48 * hour)], ["not over", "0 h", "47 h", "2 d"]);
    }
}
