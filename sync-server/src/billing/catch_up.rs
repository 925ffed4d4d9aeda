//! Work that no run can invoice: what was ruled on before bills were kept, and so has none, and what no tariff had a price for. What it
//! would be billed, and having it billed.
//!
//! Nothing of it is billed by itself. Of what has no bill much was invoiced elsewhere, and only the agency knows from which day on it was
//! not; somebody names the days. A job then bills their work some pieces at a time, each time in one transaction that enqueues the next; so
//! it goes on wherever it was stopped, and bills nothing twice. It bills by the tariffs that were known when somebody said so: what they
//! were shown is what is made.

use std::collections::BTreeSet;
use std::fmt;

use detailbook_core::ids::{AgencyId, AssignmentId, CustomerId, DetailId, RulingId};
use detailbook_core::money::Cents;
use detailbook_core::pricing::{Day, Tariff};
use detailbook_core::records::{Assignment, Detail, RecordKind, Ruling};
use detailbook_core::time::UnixMillis;
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
use crate::scheduling::customer;
use crate::store::bills::BillRow;
use crate::store::{self, Ahead, Sql, StoreError, detail_terms, detail_times, params, records};
use crate::words;

/// Bills the work of some days that has no bill or no price, some pieces at a time.
pub const CATCH_UP: Kind = Kind::inside("billing.catch_up", step).in_bulk().or_tell(jobs::tell_coordinator);

/// Pieces of work looked at in one transaction of the job.
const STRIDE: i64 = 20;
/// Pieces of work looked at for a preview.
pub const MOST: i64 = 2_000;

/// The first and the last day of the work.
pub type Days = (Day, Day);

/// What keeps work from being invoiced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lack {
    /// It has no bill.
    Bill,
    /// Its bill has no price.
    Price,
}

/// Work that has no bill, or one without a price, with the ruling in force on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unbilled {
    /// The work.
    pub work: AssignmentId,
    /// The ruling.
    pub ruling: RulingId,
    /// What it lacks.
    pub lacks: Lack,
    /// Its detail, where there still is one.
    pub detail: Option<DetailId>,
    /// The day of the work, where it can be said.
    pub worked_on: Option<Day>,
    /// Who would owe it, where that can be said.
    pub customer: Option<CustomerId>,
    /// What it would be billed, or why it cannot be.
    pub outcome: Result<Outcome, String>,
}

impl Unbilled {
    /// The bill that would be made: its first, be it one without a price, or one in the place of one that has none.
    pub fn made(&self) -> Option<&Outcome> {
        let stays = |made: &Outcome| self.lacks == Lack::Price && matches!(made, Outcome::Unrated(_));
        self.outcome.as_ref().ok().filter(|made| !stays(made))
    }

    /// Why it would have no price; nothing where it would have one, or nothing is owed.
    pub fn why_not(&self) -> Option<&str> {
        match &self.outcome {
            Err(why) | Ok(Outcome::Unrated(why)) => Some(why),
            Ok(Outcome::Billed(_) | Outcome::Nothing) => None,
        }
    }
}

/// How many bills would be made, and what they come to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Totals {
    /// Of work that has none.
    pub bills: usize,
    /// In the place of bills without a price.
    pub prices: usize,
    /// What they come to.
    pub sum: Cents,
}

impl Totals {
    /// How many in all.
    pub const fn made(self) -> usize {
        self.bills + self.prices
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (made, s) = (self.made(), if self.made() == 1 { "" } else { "s" });
        write!(f, "{made} bill{s}")?;
        if self.prices > 0 {
            write!(f, ", of which {} in the place of one without a price,", self.prices)?;
        }
        write!(f, " that come{} to {}", if made == 1 { "s" } else { "" }, self.sum)
    }
}

/// What billing the work of some days would do.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Preview {
    /// Each piece of work of those days, and each of which the day cannot be said.
    pub rows: Vec<Unbilled>,
    /// There are more than were looked at.
    pub more: bool,
    /// There is such work, of these days or others.
    pub any: bool,
}

impl Preview {
    /// The bills that would be made.
    pub fn totals(&self) -> Totals {
        let mut all = Totals::default();
        for row in &self.rows {
            let Some(made) = row.made() else { continue };
            match row.lacks {
                Lack::Bill => all.bills += 1,
                Lack::Price => all.prices += 1,
            }
            let total = made.billed().map_or(0, |billed| billed.total.0);
            all.sum = Cents(all.sum.0.saturating_add(total));
        }
        all
    }
}

/// A piece of work that waits, with its bill where it has one without a price.
struct Waiting {
    work: AssignmentId,
    ruling: RulingId,
    bill: Option<BillRow>,
}

impl Waiting {
    /// What is known of it before anything is read.
    fn unread(&self) -> Unbilled {
        Unbilled {
            work: self.work,
            ruling: self.ruling,
            lacks: if self.bill.is_some() { Lack::Price } else { Lack::Bill },
            detail: self.bill.as_ref().map(|bill| bill.detail),
            worked_on: self.bill.as_ref().and_then(|bill| day(bill.worked_on)),
            customer: self.bill.as_ref().map(|bill| bill.customer),
            outcome: Err("the ruling is not there any more".to_owned()),
        }
    }
}

/// The work after that assignment, in the order of the assignments: at most `limit`.
fn waiting(sql: &mut dyn Sql, agency: AgencyId, after: AssignmentId, limit: i64) -> Result<Vec<Waiting>, StoreError> {
    let without = store::bills::ruled_without(sql, agency, after, limit)?;
    let mut found: Vec<_> = without.into_iter().map(|(work, ruling)| Waiting { work, ruling, bill: None }).collect();
    for bill in store::bills::without_price(sql, agency, after, limit)? {
        let (work, Some(ruling)) = (AssignmentId::from(bill.work), bill.ruling) else { continue };
        found.push(Waiting { work, ruling, bill: Some(bill) });
    }
    found.sort_by_key(|it| it.work);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// What a piece of work is billed from.
struct Inputs {
    ruling: Ruling,
    detail: Detail,
    customer: CustomerId,
    worked_on: Day,
}

/// Reads what work is billed from; what is not there any more is said, with the detail and the day as far as they are known.
fn inputs(sql: &mut dyn Sql, agency: AgencyId, of: &Waiting) -> Result<Result<Inputs, Unbilled>, Problem> {
    let mut row = of.unread();
    let Some(ruling) = rulings::read(sql, agency, of.ruling)?.map(|stored| stored.record) else { return Ok(Err(row)) };
    let missing =
        |row: Unbilled, what: &str| Unbilled { outcome: Err(format!("the {what} is not there any more")), ..row };
    if row.detail.is_none() {
        row.detail = there(filing::get::<Assignment>(sql, agency, of.work))?.map(|assignment| assignment.record.detail);
    }
    let Some(detail) = row.detail else { return Ok(Err(missing(row, "assignment"))) };
    let Some(detail) = there(filing::get::<Detail>(sql, agency, detail))?.map(|stored| stored.record) else {
        return Ok(Err(missing(row, "detail")));
    };
    let worked_on = prices::day_of(&detail, &ruling.accepted);
    row.worked_on = Some(worked_on);
    if row.customer.is_none() {
        row.customer = customer::of(sql, agency, &detail)?;
    }
    let Some(customer) = row.customer else { return Ok(Err(missing(row, "site"))) };
    if ruling.counts_as.is_none() {
        let why = "the ruling does not say what the work counts as: rule again".to_owned();
        return Ok(Err(Unbilled { outcome: Err(why), ..row }));
    }
    Ok(Ok(Inputs { ruling, detail, customer, worked_on }))
}

/// What was found, or nothing where there is no such thing.
fn there<T>(found: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match found {
        Err(problem) if problem.refusal == Refusal::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// Reads what [`inputs`] and [`foreseen`] ask of each.
fn read_ahead(sql: &mut Ahead<'_>, agency: AgencyId, all: &[Waiting]) -> Result<(), StoreError> {
    records::ahead(sql, agency, RecordKind::Ruling, all.iter().map(|it| it.ruling))?;
    let without = all.iter().filter(|it| it.bill.is_none()).map(|it| it.work);
    records::ahead(sql, agency, RecordKind::Assignment, without)?;
    let mut details = Vec::new();
    for it in all {
        let of_bill = it.bill.as_ref().map(|bill| bill.detail);
        let assigned = match of_bill {
            Some(_) => None,
            None => records::get::<Assignment>(sql, agency, RecordKind::Assignment, it.work)?,
        };
        details.extend(of_bill.or(assigned.map(|assignment| assignment.record.detail)));
    }
    records::ahead(sql, agency, RecordKind::Detail, details.iter().copied())?;
    sql.read(detail_times::CUSTOMER, &params![agency], details.iter().copied())?;
    sql.read(store::bills::OF_DETAIL, &params![agency], details.iter().copied())?;
    sql.read(detail_terms::FIND, &params![agency], details)
}

const fn within(day: Day, (from, until): Days) -> bool {
    let (from, until, day) = (from.0.to_epoch_days(), until.0.to_epoch_days(), day.0.to_epoch_days());
    from <= day && day <= until
}

/// What billing the work of those days would do now, by the tariffs that are known now. `given`: what prices days on which the agency
/// has none of its own.
pub fn preview(sql: &mut dyn Sql, by: &By<'_>, days: Days, given: Option<&Tariff>) -> Result<Preview, Problem> {
    let mut found = waiting(sql, by.agency, AssignmentId::NIL, MOST + 1)?;
    let mut book = Book::of(sql, by.agency, by.now, given)?;
    let (mut all, mut borne) = (Preview::default(), BTreeSet::new());
    all.more = i64::try_from(found.len()).unwrap_or(i64::MAX) > MOST;
    all.any = !found.is_empty();
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let sql = &mut Ahead::over(sql);
    read_ahead(sql, by.agency, &found)?;
    for it in &found {
        let row = match inputs(sql, by.agency, it)? {
            Err(row) => row,
            Ok(inputs) if !within(inputs.worked_on, days) => continue,
            Ok(inputs) => foreseen(sql, by.agency, &mut book, it, inputs, &mut borne)?,
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
    of: &Waiting,
    from: Inputs,
    borne: &mut BTreeSet<DetailId>,
) -> Result<Unbilled, Problem> {
    let Inputs { ruling, detail, customer, worked_on } = from;
    let shared = bills::shared(sql, agency, ruling.assignment, detail.id)?.filter(|_| !borne.contains(&detail.id));
    let counts_as = ruling.counts_as.as_ref().ok_or_else(Problem::not_found)?;
    let made = bills::outcome(book.on_day(worked_on)?, &detail, counts_as, &ruling.accepted, shared);
    if shared.is_some() && made.billed().is_some() {
        borne.insert(detail.id);
    }
    Ok(Unbilled {
        detail: Some(detail.id),
        worked_on: Some(worked_on),
        customer: Some(customer),
        outcome: Ok(made),
        ..of.unread()
    })
}

/// Where the job stands, if it is not done.
pub fn under_way(sql: &mut dyn Sql, agency: AgencyId) -> Result<Option<JobState>, Problem> {
    Ok(store::jobs::unfinished(sql, agency, CATCH_UP.name)?)
}

/// Has the work of those days billed. `seen`: what the caller saw would be made.
pub fn begin(
    sql: &mut dyn Sql,
    by: &By<'_>,
    days: Days,
    seen: Totals,
    why: &str,
    given: Option<&Tariff>,
) -> Result<(), Problem> {
    let why = words::text("reason", why)?;
    must_be_over(sql, by, days)?;
    must_be_free(sql, by.agency)?;
    let now = preview(sql, by, days, given)?.totals();
    if now != seen {
        return Err(Problem::conflict(format!(
            "What would be billed has changed: now it is {now}. Look at it below, and send it again."
        )));
    }
    if now.made() == 0 {
        return Err(Problem::conflict("There is nothing of those days that can be billed."));
    }
    let after = json!({ "from": days.0, "until": days.1, "bills": now.bills, "prices": now.prices, "sum": now.sum });
    by.note(sql, "billing.catch_up", by.agency, &json!({ "after": after, "why": why }))?;
    Ok(Order { days, after: AssignmentId::NIL, known_at: Some(by.now) }.go_on(sql, by)?)
}

fn must_be_over(sql: &mut dyn Sql, by: &By<'_>, days: Days) -> Result<(), Problem> {
    if days.0 > days.1 {
        return Err(Problem::invalid("until", "must not be before the first day"));
    }
    if days.1 > document::today(sql, by.agency, by.now)? {
        return Err(Problem::invalid("until", "must not lie ahead"));
    }
    Ok(())
}

fn must_be_free(sql: &mut dyn Sql, agency: AgencyId) -> Result<(), Problem> {
    match under_way(sql, agency)? {
        Some(JobState::Parked) => {
            Err(Problem::conflict("It was begun before and has stopped. Have it tried again under the jobs first."))
        }
        Some(_) => Err(Problem::conflict("It was begun before and is still under way. Wait until it has ended.")),
        None => Ok(()),
    }
}

/// What the job was told to do.
struct Order {
    days: Days,
    /// What comes after that is still to be looked at.
    after: AssignmentId,
    /// It is billed by the tariffs that were known then. None: the job was begun by a server whose job made bills alone, where there was
    /// none; it goes on so, by what is known each time.
    known_at: Option<UnixMillis>,
}

impl Order {
    fn of(run: &Run<'_>) -> Result<Self, Failed> {
        let ((from, until, after), known_at) = match run.payload::<(i64, i64, AssignmentId, UnixMillis)>() {
            Ok((from, until, after, known_at)) => ((from, until, after), Some(known_at)),
            Err(_) => (run.payload()?, None),
        };
        let days = day(from).zip(day(until)).ok_or_else(|| Failed::for_good("The days cannot be read."))?;
        Ok(Self { days, after, known_at })
    }

    fn go_on(self, sql: &mut dyn Sql, by: &By<'_>) -> Result<(), StoreError> {
        let Self { days: (from, until), after, known_at } = self;
        let (key, days) = (format!("{from} {until} {after}"), (number(from), number(until)));
        match known_at {
            Some(at) => jobs::set(sql, by.agency, &CATCH_UP, &key, by.now, by.now, &(days.0, days.1, after, at)),
            None => jobs::set(sql, by.agency, &CATCH_UP, &key, by.now, by.now, &(days.0, days.1, after)),
        }
    }

    /// Is it to be billed? What was billed without a price since is no matter of it.
    fn takes(&self, it: &Waiting) -> bool {
        let in_time = |bill: &BillRow| self.known_at.is_some_and(|at| bill.made_at <= at);
        it.bill.as_ref().is_none_or(in_time)
    }
}

fn step(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, order) = (run.by(), Order::of(run)?);
    let given = run.app.settings.tariffs.of(by.agency);
    let found = waiting(sql, by.agency, order.after, STRIDE)?;
    let mut book = Book::of(sql, by.agency, order.known_at.unwrap_or(by.now), given)?;
    for it in found.iter().filter(|it| order.takes(it)) {
        if let Ok(from) = inputs(sql, by.agency, it)?
            && within(from.worked_on, order.days)
        {
            bill(sql, &by, it, &from, book.on_day(from.worked_on)?)?;
        }
    }
    if let Some(last) = found.last() {
        Order { after: last.work, ..order }.go_on(sql, &by)?;
    }
    Ok(Next::Done)
}

fn bill(sql: &mut dyn Sql, by: &By<'_>, of: &Waiting, from: &Inputs, tariff: Option<&Tariff>) -> Result<(), Problem> {
    let Some(before) = &of.bill else {
        let made = bills::freeze_by(sql, by, &from.ruling, &from.detail, tariff)?;
        return Ok(by.note(sql, "bill.make", of.ruling, &json!({ "after": made, "why": "It had none." }))?);
    };
    if let Some(made) = bills::price_by(sql, by, before, &from.ruling, &from.detail, tariff)? {
        let noted = json!({ "before": Outcome::of(before)?, "after": made, "why": "It had no price." });
        by.note(sql, "bill.price", of.ruling, &noted)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(lacks: Lack, outcome: Result<Outcome, String>) -> Unbilled {
        let (work, ruling) = (AssignmentId::NIL, RulingId::NIL);
        Unbilled { work, ruling, lacks, detail: None, worked_on: None, customer: None, outcome }
    }

    #[test]
    fn a_bill_without_a_price_is_made_of_what_has_none_and_in_the_place_of_no_other() {
        let unrated = || Ok(Outcome::Unrated("there is no tariff for that day".to_owned()));
        let gone = || Err("the site is not there any more".to_owned());
        assert!(row(Lack::Bill, unrated()).made().is_some());
        assert!(row(Lack::Price, unrated()).made().is_none());
        assert!(row(Lack::Price, Ok(Outcome::Nothing)).made().is_some());
        assert_eq!(row(Lack::Price, unrated()).why_not(), Some("there is no tariff for that day"));
        assert_eq!(row(Lack::Price, Ok(Outcome::Nothing)).why_not(), None);
        let rows = vec![
            row(Lack::Bill, unrated()),
            row(Lack::Bill, gone()),
            row(Lack::Price, unrated()),
            row(Lack::Price, Ok(Outcome::Nothing)),
        ];
        let totals = Preview { rows, ..Preview::default() }.totals();
        assert_eq!(totals, Totals { bills: 1, prices: 1, sum: Cents::ZERO });
    }

    #[test]
    fn what_would_be_made_is_said_in_words() {
        let said = |bills, prices| Totals { bills, prices, sum: Cents(3_300) }.to_string();
        assert_eq!(said(1, 0), "1 bill that comes to 33.00");
        assert_eq!(said(4, 0), "4 bills that come to 33.00");
        assert_eq!(said(4, 2), "6 bills, of which 2 in the place of one without a price, that come to 33.00");
        assert_eq!(said(0, 0), "0 bills that come to 33.00");
    }
}
