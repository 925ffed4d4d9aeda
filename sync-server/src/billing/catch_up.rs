//! Work that was ruled on before bills were kept, and so has none: what it would be billed, and having it billed.
//!
//! Nothing of it is billed by itself: much of it was invoiced elsewhere, and only the agency knows from which day on it was not. Somebody
//! names the days. A job then bills their work some rulings at a time, each time in one transaction that enqueues the next; so it goes on
//! wherever it was stopped, and bills nothing twice.

use std::collections::BTreeSet;

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{Day, Tariff};
use detailbook_core::records::{Assignment, Detail, Ruling, Site};
use detailbook_core::wire::Refusal;
use serde_json::json;

use super::bills::{self, Outcome};
use super::document;
use super::plan::day;
use super::tariffs::{Book, number};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, JobState, Kind, Next, Run};
use crate::prices;
use crate::problem::Problem;
use crate::rulings;
use crate::store::{self, Sql};
use crate::words;

/// Bills the work of some days that has no bill, some rulings at a time.
pub const CATCH_UP: Kind = Kind::inside("billing.catch_up", step).in_bulk().or_tell(jobs::tell_coordinator);

/// Rulings looked at in one transaction of the job.
const STRIDE: i64 = 20;
/// Rulings looked at for a preview.
pub const MOST: i64 = 2_000;

/// The first and the last day of the work.
pub type Days = (Day, Day);

/// A ruling in force on work that has no bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unbilled {
    /// The work.
    pub work: AssignmentId,
    /// The ruling.
    pub ruling: RulingId,
    /// Its detail, where there still is one.
    pub detail: Option<DetailId>,
    /// The day of the work, where it can be said.
    pub worked_on: Option<Day>,
    /// Who would owe it, where that can be said.
    pub customer: Option<CustomerId>,
    /// What it would be billed, or why it cannot be.
    pub outcome: Result<Outcome, String>,
}

/// What billing the work of some days would do.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Preview {
    /// Each ruling on work of those days, and each of which the day cannot be said.
    pub rows: Vec<Unbilled>,
    /// There are more than were looked at.
    pub more: bool,
}

impl Preview {
    /// What can be billed: how many, and what it comes to.
    pub fn billed(&self) -> (usize, Cents) {
        let all = self.rows.iter().filter_map(|row| row.outcome.as_ref().ok()?.billed());
        all.fold((0, Cents::ZERO), |(count, sum), billed| (count + 1, Cents(sum.0.saturating_add(billed.total.0))))
    }

    /// How many rulings a bill can be made for, be it one without a price.
    pub fn made(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_ok()).count()
    }
}

/// What a ruling is billed from.
struct Inputs {
    ruling: Ruling,
    detail: Detail,
    customer: CustomerId,
    worked_on: Day,
}

/// Reads what a ruling is billed from; what is not there any more is said, with the detail and the day as far as they are known.
fn inputs(sql: &mut dyn Sql, agency: AgencyId, id: RulingId) -> Result<Result<Inputs, Unbilled>, Problem> {
    let mut row = Unbilled {
        work: AssignmentId::NIL,
        ruling: id,
        detail: None,
        worked_on: None,
        customer: None,
        outcome: Err("the ruling is not there any more".to_owned()),
    };
    let Some(ruling) = rulings::read(sql, agency, id)?.map(|stored| stored.record) else { return Ok(Err(row)) };
    let missing =
        |row: Unbilled, what: &str| Unbilled { outcome: Err(format!("the {what} is not there any more")), ..row };
    let Some(assignment) = there(filing::get::<Assignment>(sql, agency, ruling.assignment))? else {
        return Ok(Err(missing(row, "assignment")));
    };
    row.detail = Some(assignment.record.detail);
    let Some(detail) = there(filing::get::<Detail>(sql, agency, assignment.record.detail))? else {
        return Ok(Err(missing(row, "detail")));
    };
    let (detail, worked_on) = (detail.record.clone(), prices::day_of(&detail.record, &ruling.accepted));
    row.worked_on = Some(worked_on);
    let Some(site) = there(filing::get::<Site>(sql, agency, detail.site))? else {
        return Ok(Err(missing(row, "site")));
    };
    row.customer = Some(site.record.customer);
    if ruling.counts_as.is_none() {
        let why = "the ruling does not say what the work counts as: rule again".to_owned();
        return Ok(Err(Unbilled { outcome: Err(why), ..row }));
    }
    Ok(Ok(Inputs { ruling, detail, customer: site.record.customer, worked_on }))
}

/// What was found, or nothing where there is no such thing.
fn there<T>(found: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match found {
        Err(problem) if problem.refusal == Refusal::NotFound => Ok(None),
        other => other.map(Some),
    }
}

const fn within(day: Day, (from, until): Days) -> bool {
    let (from, until, day) = (from.0.to_epoch_days(), until.0.to_epoch_days(), day.0.to_epoch_days());
    from <= day && day <= until
}

/// What billing the work of those days would do now, by the tariffs that are known now. `given`: what prices days on which the agency
/// has none of its own.
pub fn preview(sql: &mut dyn Sql, by: &By<'_>, days: Days, given: Option<&Tariff>) -> Result<Preview, Problem> {
    let mut found = store::bills::ruled_without(sql, by.agency, AssignmentId::NIL, MOST + 1)?;
    let mut book = Book::of(sql, by.agency, by.now, given)?;
    let (mut all, mut borne) = (Preview::default(), BTreeSet::new());
    all.more = i64::try_from(found.len()).unwrap_or(i64::MAX) > MOST;
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    for (work, id) in found {
        let row = match inputs(sql, by.agency, id)? {
            Err(row) => Unbilled { work, ..row },
            Ok(it) if !within(it.worked_on, days) => continue,
            Ok(it) => foreseen(sql, by.agency, &mut book, it, &mut borne)?,
        };
        if row.worked_on.is_none_or(|day| within(day, days)) {
            all.rows.push(row);
        }
    }
    Ok(all)
}

/// `borne`: details of which a bill before this one would bear what is billed once.
fn foreseen(
    sql: &mut dyn Sql,
    agency: AgencyId,
    book: &mut Book<'_>,
    it: Inputs,
    borne: &mut BTreeSet<DetailId>,
) -> Result<Unbilled, Problem> {
    let Inputs { ruling, detail, customer, worked_on } = it;
    let shared = bills::shared(sql, agency, ruling.assignment, detail.id)?.filter(|_| !borne.contains(&detail.id));
    let counts_as = ruling.counts_as.as_ref().ok_or_else(Problem::not_found)?;
    let made = bills::outcome(book.on_day(worked_on)?, &detail, counts_as, &ruling.accepted, shared);
    if shared.is_some() && made.billed().is_some() {
        borne.insert(detail.id);
    }
    Ok(Unbilled {
        work: ruling.assignment,
        ruling: ruling.id,
        detail: Some(detail.id),
        worked_on: Some(worked_on),
        customer: Some(customer),
        outcome: Ok(made),
    })
}

/// Is there work without a bill at all?
pub fn any(sql: &mut dyn Sql, agency: AgencyId) -> Result<bool, Problem> {
    Ok(!store::bills::ruled_without(sql, agency, AssignmentId::NIL, 1)?.is_empty())
}

/// Where the job stands, if it is not done.
pub fn under_way(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<JobState>, Problem> {
    Ok(store::jobs::unfinished(sql, agency, CATCH_UP.name)?)
}

/// Has the work of those days billed that has no bill. `seen`: how many bills the caller saw would be made, and what they come to.
pub fn begin(
    sql: &mut dyn Sql,
    by: &By<'_>,
    days: Days,
    seen: (usize, Cents),
    why: &str,
    given: Option<&Tariff>,
) -> Result<(), Problem> {
    let why = words::text("reason", why)?;
    if days.0 > days.1 {
        return Err(Problem::invalid("until", "must not be before the first day"));
    }
    if days.1 > document::today(sql, by.agency, by.now)? {
        return Err(Problem::invalid("until", "must not lie ahead"));
    }
    match under_way(sql, by.agency)? {
        Some(JobState::Parked) => {
            return Err(Problem::conflict(
                "It was begun before and has stopped. Have it tried again under the jobs first.",
            ));
        }
        Some(_) => {
            return Err(Problem::conflict("It was begun before and is still under way. Wait until it has ended."));
        }
        None => {}
    }
    let now = preview(sql, by, days, given)?;
    if (now.made(), now.billed().1) != seen {
        return Err(Problem::conflict(format!(
            "What would be billed has changed: now it is {} bills, which come to {}. Look at it below, and send it again.",
            now.made(),
            now.billed().1
        )));
    }
    if now.made() == 0 {
        return Err(Problem::conflict("There is nothing of those days that can be billed."));
    }
    let noted = json!({ "after": { "from": days.0, "until": days.1, "bills": now.made() }, "why": why });
    by.note(sql, "billing.catch_up", by.agency, &noted)?;
    Ok(go_on(sql, by, days, AssignmentId::NIL)?)
}

fn go_on(sql: &mut dyn Sql, by: &By<'_>, (from, until): Days, after: AssignmentId) -> Result<(), store::StoreError> {
    let payload = (number(from), number(until), after);
    jobs::set(sql, by.agency, &CATCH_UP, &format!("{from} {until} {after}"), by.now, by.now, &payload)
}

fn step(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, (from, until, after)) = (run.by(), run.payload::<(i64, i64, AssignmentId)>()?);
    let days = day(from).zip(day(until)).ok_or_else(|| Failed::for_good("The days cannot be read."))?;
    let found = store::bills::ruled_without(sql, by.agency, after, STRIDE)?;
    let given = run.app.settings.tariffs.of(by.agency);
    for (_, id) in &found {
        if let Ok(it) = inputs(sql, by.agency, *id)?
            && within(it.worked_on, days)
        {
            let made = bills::freeze_one(sql, &by, &it.ruling, &it.detail, given, by.now)?;
            by.note(sql, "bill.make", *id, &json!({ "after": made, "why": "It had none." }))?;
        }
    }
    if let Some((last, _)) = found.last() {
        go_on(sql, &by, days, *last)?;
    }
    Ok(Next::Done)
}
