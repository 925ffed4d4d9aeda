//! What a file would do, every line that is rejected with its reason, and the form that has it done.

use askama::Template;
use detailbook_core::ids::RecordId;
use detailbook_core::shift::Sha256;

use super::{allowed, turn};
use crate::console::audit;
use crate::console::csv::Csv;
use crate::console::field::{Choice, Field};
use crate::console::frame::Frame;
use crate::console::options::labelled;
use crate::console::page::{Answer, Page};
use crate::console::part::{Part, with_query};
use crate::console::seal::Seal;
use crate::console::visit::Visit;
use crate::importing::{self, Confirmed, Counts, Line, Outcome, Plan, What, named, waiting};
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::import_files::ImportFile;

/// What the address may hold: which outcome, about what, in which order, and which part.
pub(super) const FILTER: &[&str] = &["show", "find", "sort", "part"];
/// What of it is kept from part to part.
pub(super) const KEPT: &[&str] = &["show", "find", "sort"];
const ORDERS: &[(&str, &str)] = &[("line", "Line of the file"), ("about", "What it is about"), ("outcome", "Outcome")];
/// Lines in one part.
const PART: usize = 200;
const OUTCOMES: &[(&str, &str)] =
    &[("", "Everything"), ("rejected", "Rejected"), ("new", "New"), ("changed", "Changed"), ("gone", "Gone")];

#[derive(Template)]
#[template(path = "console/importing/preview.html")]
struct PreviewPage {
    frame: Frame,
    id: String,
    what: &'static What,
    name: String,
    sent_by: String,
    sent_at: String,
    covers: Option<(String, String)>,
    counts: Counts,
    seen: Sha256,
    lines: Vec<Line>,
    show: Choice,
    find: Field,
    sort: Choice,
    part: Part,
    file: String,
    leave_out_wrong: Option<String>,
    confirm: Seal,
    leave: Seal,
}

fn found(sql: &mut dyn Sql, visit: &Visit) -> Result<(ImportFile, &'static What), Problem> {
    let file = waiting::get(sql, visit.agency()?, visit.id::<RecordId>("id")?, visit.now)?;
    let what = named(&file.what).ok_or_else(Problem::not_found)?;
    allowed(visit, what)?;
    Ok((file, what))
}

fn planned(sql: &mut dyn Sql, visit: &Visit) -> Result<(ImportFile, Plan), Problem> {
    let (file, what) = found(sql, visit)?;
    let plan = importing::plan(sql, visit.agency()?, visit.now, what, &file)?;
    Ok((file, plan))
}

/// What it would do now.
pub(super) fn open(visit: &Visit) -> Answer {
    let _turn = turn(visit)?;
    visit.app.store.read(|sql| show(sql, visit))
}

/// The same in one state of the store.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (file, plan) = planned(sql, visit)?;
    let (seen, Plan { what, counts, lines, .. }) = (plan.digest(), plan);
    let lines = sought(visit, lines);
    let path = format!("/console/import/files/{}", file.id);
    let part = Part::new(visit, &path, KEPT, lines.len()).sized(visit, PART).to("lines");
    Page::html(&PreviewPage {
        frame: Frame::of(visit, &format!("Preview: {}", what.title)),
        id: file.id.to_string(),
        what,
        covers: file.covers.map(|covers| (visit.time(covers.start), visit.time(covers.end))),
        name: file.name,
        sent_by: audit::short(&file.sent_by).to_owned(),
        sent_at: visit.time(file.sent_at),
        counts,
        seen,
        lines: part.cut(lines),
        show: Choice::asked(visit, "show", "Show", labelled(OUTCOMES)),
        find: Field::asked(visit, "find", "About").hint("Part of what a line is about, or of why it is rejected."),
        sort: Choice::asked(visit, "sort", "Order", labelled(ORDERS)),
        file: with_query(&format!("{path}/lines.csv"), &[&part.same]),
        part,
        leave_out_wrong: visit.wrong("leave_out"),
        confirm: visit.seal(&format!("{path}/confirm")),
        leave: visit.seal(&format!("{path}/leave")),
    })
}

/// The lines that the address asks for, in its order.
fn sought(visit: &Visit, mut lines: Vec<Line>) -> Vec<Line> {
    let (shown, find) = (visit.query.get("show"), visit.query.get("find").trim().to_lowercase());
    lines.retain(|line| {
        let why = if let Outcome::Rejected(reason) = &line.outcome { reason } else { "" };
        let about = line.about.to_lowercase().contains(&find) || why.to_lowercase().contains(&find);
        about && (shown.is_empty() || line.outcome.name() == shown)
    });
    match visit.query.get("sort") {
        "about" => lines.sort_by_cached_key(|line| (line.about.to_lowercase(), line.number)),
        "outcome" => lines.sort_by_key(|line| (line.outcome.name(), line.number)),
        _ => {}
    }
    lines
}

/// What it would do, as CSV.
pub(super) fn lines(visit: &Visit) -> Answer {
    let turn = turn(visit)?;
    let (_, plan) = visit.app.store.read(|sql| planned(sql, visit))?;
    drop(turn);
    let mut csv = Csv::of(&["line", "outcome", "about", "what"]);
    for line in sought(visit, plan.lines) {
        let number = line.number.map(|number| number.to_string()).unwrap_or_default();
        csv.line([number, line.outcome.name().to_owned(), line.about, said(line.outcome)]);
    }
    Ok(Page::csv("lines.csv", csv.finish()))
}

/// An outcome in one field.
fn said(outcome: Outcome) -> String {
    let values = |values: Vec<(&str, String)>| {
        let some = values.into_iter().filter(|(_, value)| !value.is_empty());
        some.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
    };
    let parts = match outcome {
        Outcome::Rejected(reason) => return reason,
        Outcome::New(all) | Outcome::Gone(all) => values(all),
        Outcome::Changed(all) => {
            all.into_iter().map(|it| format!("{}: {} -> {}", it.name, it.before, it.after)).collect()
        }
    };
    parts.join("; ")
}

/// Every rejected line with its reason.
pub(super) fn rejected(visit: &Visit) -> Answer {
    let turn = turn(visit)?;
    let (_, plan) = visit.app.store.read(|sql| planned(sql, visit))?;
    drop(turn);
    let mut csv = Csv::of(&["line", "reason"]);
    for line in plan.lines {
        if let Outcome::Rejected(reason) = line.outcome {
            csv.line([line.number.map(|number| number.to_string()).unwrap_or_default(), reason]);
        }
    }
    Ok(Page::csv("rejected.csv", csv.finish()))
}

/// Writes what was shown.
pub(super) fn confirm(visit: &Visit) -> Answer {
    visit.take()?;
    let turn = turn(visit)?;
    let (file, plan) = visit.app.store.read(|sql| planned(sql, visit))?;
    drop(turn);
    let confirmed = Confirmed { seen: visit.typed("seen").to_owned(), leave_out: visit.typed("leave_out") == "yes" };
    let mut entropy = visit.app.entropy.clone();
    visit.write_on(move |sql, visit| {
        importing::carry_out(sql, &visit.by()?, &file, &plan, &confirmed, &mut entropy).map(drop)
    })?;
    Ok(Page::to("/console/import?said=imported"))
}

/// Throws the file away.
pub(super) fn leave(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (file, _) = found(sql, visit)?;
    waiting::leave(sql, &visit.by()?, &file)?;
    Ok(Page::to("/console/import?said=left_file"))
}
