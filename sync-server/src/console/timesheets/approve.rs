//! Approving as proposed: one timesheet, or all of a part of the queue that nothing is odd about.

use askama::Template;
use detailbook_core::ids::AssignmentId;
use detailbook_core::shift::Sha256;
use detailbook_core::wire::Refusal;

use super::super::frame::Frame;
use super::super::page::{Answer, Page};
use super::super::visit::Visit;
use super::filter;
use super::rule::{as_it_was, on_to, onward};
use super::words;
use crate::access::scope::Scope;
use crate::problem::Problem;
use crate::store::Sql;
use crate::timesheets::{self, Approved, Basis};

/// Approves one as proposed, and goes on to the next.
pub(super) fn one(visit: &Visit) -> Answer {
    let next = onward(visit)?;
    visit.write(move |sql, visit| {
        let sheet = as_it_was(sql, visit)?;
        let tariff = visit.app.settings.tariffs.of(visit.agency()?);
        let (ruled_by, mut entropy) = (&visit.who()?.user.name, visit.app.entropy.clone());
        timesheets::approve(sql, &visit.by()?, &sheet, ruled_by, tariff, &mut entropy)?;
        Ok(on_to(visit, next, "sheet-ruled"))
    })
}

#[derive(Template)]
#[template(path = "console/timesheets/approved.html")]
struct ApprovedPage {
    frame: Frame,
    queue: String,
    done: Vec<Line>,
    not_done: Vec<Line>,
}

struct Line {
    path: String,
    officer: String,
    title: String,
    length: String,
    why_not: String,
}

/// Approves those that are ticked, and says which were not and why.
pub(super) fn all_clean(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    visit.must(Scope::EvidenceRead)?;
    let listed = listed(visit)?;
    let tariff = visit.app.settings.tariffs.of(visit.agency()?);
    let (ruled_by, mut entropy) = (&visit.who()?.user.name, visit.app.entropy.clone());
    let all = timesheets::approve_clean(sql, &visit.by()?, &listed, ruled_by, tariff, &mut entropy)?;
    let (not_done, done): (Vec<_>, Vec<_>) = all.into_iter().partition(|approved| approved.why_not.is_some());
    let lines = |all: Vec<Approved>| all.into_iter().map(|approved| line(visit, approved)).collect();
    Page::html(&ApprovedPage {
        frame: Frame::of(visit, "Approved"),
        queue: filter::address(visit, "/console/timesheets", ""),
        done: lines(done),
        not_done: lines(not_done),
    })
}

fn line(visit: &Visit, approved: Approved) -> Line {
    let Approved { assignment, sheet, why_not } = approved;
    let path = filter::sheet(visit, assignment, "");
    let why_not = why_not.unwrap_or_default();
    let Some(sheet) = sheet else {
        let officer = assignment.to_string();
        return Line { path, officer, title: String::new(), length: String::new(), why_not };
    };
    let length = words::length(&sheet.proposed.worked.intervals);
    Line { path, officer: sheet.officer.name, title: sheet.detail.title, length, why_not }
}

/// The timesheets that are ticked, each with what its line was made from.
fn listed(visit: &Visit) -> Result<Vec<(AssignmentId, Basis)>, Problem> {
    let one = |text: &str| {
        let (id, basis) = text.split_once('.')?;
        Some((id.parse().ok()?, Sha256::from_hex(basis)?))
    };
    let mut listed = visit.form.all("sheet").map(one).collect::<Option<Vec<_>>>().ok_or(Refusal::Malformed)?;
    listed.sort_unstable();
    listed.dedup_by_key(|(id, _)| *id);
    if listed.is_empty() {
        return Err(Problem::invalid("sheet", "must be at least one: tick a timesheet that is to be approved"));
    }
    Ok(listed)
}
