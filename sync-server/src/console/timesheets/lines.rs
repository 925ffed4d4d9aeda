//! What accepted time comes to, the two sides beside each other: the lines that the officer is paid and those that the customer is billed, each as
//! a sentence.

use askama::Template;
use detailbook_core::records::{CountsAs, Interval, Pay};
use detailbook_core::wire::Refusal;

use super::super::page::{Answer, Page};
use super::super::visit::Visit;
use super::rule::{accepted, made_from};
use super::typed::Columns;
use super::words;
use crate::access::scope::Scope;
use crate::billing::bills::{self, Outcome};
use crate::billing::tariffs;
use crate::policy::{About, judge};
use crate::prices;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::timesheets as rows;
use crate::timesheets::{Sheet, check_unchanged};

/// What the script asks with while somebody types: what the form was made from, and its columns, a line each.
pub(super) const ASKS: &[&str] = &["ruling", "basis", "beside", "made", "start", "start_which", "end", "end_which"];

/// What accepted time comes to and what the rules say of it, or why it cannot be accepted.
pub(super) struct ComesTo {
    pub(super) cannot: Option<String>,
    pub(super) counts_as: String,
    pub(super) lines: Option<Lines>,
    pub(super) in_the_way: Option<String>,
    pub(super) warnings: Option<String>,
    /// This person may let the rules pass.
    pub(super) may_let_pass: bool,
    /// It is shown beside a form that was made before.
    pub(super) while_typing: bool,
}

#[derive(Template)]
#[template(path = "console/timesheets/lines.html")]
struct LinesPage {
    it: ComesTo,
}

/// What is typed comes to, for the form to show while it is filled in. Nothing is kept by it.
pub(super) fn show(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    visit.must(Scope::EvidenceRead)?;
    let sheet = Sheet::unproved(sql, visit.agency()?, visit.id("id")?, visit.now)?;
    let unchanged = if visit.query.get("basis").is_empty() {
        Ok(())
    } else {
        let questions = rows::questions(sql, visit.agency()?, sheet.assignment.id)?;
        check_unchanged(&sheet, &questions, &made_from(&visit.query)?, visit.who()?.zone)
    };
    let accepted = unchanged.and_then(|()| accepted(visit, &sheet, &Columns::of_query(&visit.query)));
    let it = ComesTo::of(sql, visit, &sheet, accepted)?;
    Page::html(&LinesPage { it: ComesTo { while_typing: true, ..it } })
}

impl ComesTo {
    /// What that time comes to.
    pub(super) fn of(
        sql: &mut dyn Sql,
        visit: &Visit,
        sheet: &Sheet,
        accepted: Result<Vec<Interval>, Problem>,
    ) -> Result<Self, Problem> {
        let held = &sheet.assignment;
        let about = About { officer: held.officer, detail: held.detail, position: Some(held.position) };
        let time = accepted.as_deref().unwrap_or_default();
        let said = judge::look_at_ruling(sql, visit.agency()?, about, time, visit.now)?;
        let in_the_way = [said.blocked(), said.to_approve()].into_iter().flatten().next();
        let CountsAs { rank, job_type } = sheet.counts_as();
        Ok(Self {
            may_let_pass: in_the_way.is_some() && visit.who()?.may(Scope::PolicyOverride),
            in_the_way,
            warnings: said.warnings(),
            counts_as: format!("{rank}, job type {job_type}"),
            cannot: accepted.as_ref().err().map(told),
            lines: accepted.ok().map(|accepted| of(sql, visit, sheet, &accepted)).transpose()?,
            while_typing: false,
        })
    }
}

/// What is wrong with a field, without its name.
fn told(problem: &Problem) -> String {
    let of_a_field = problem.reason.split_once(": ").filter(|_| problem.refusal == Refusal::Invalid);
    of_a_field.map_or_else(|| problem.reason.clone(), |(_, why)| format!("A time {why}."))
}

/// What accepted time comes to.
pub(super) struct Lines {
    pub(super) length: String,
    pub(super) sides: Vec<Side>,
}

/// One side of it.
pub(super) struct Side {
    pub(super) title: &'static str,
    pub(super) amount: Option<String>,
    pub(super) lines: Vec<String>,
    /// Why there are no figures.
    pub(super) none: Option<String>,
}

/// What that time would come to if it were ruled now. What a customer is billed is for those who may read that.
fn of(sql: &mut dyn Sql, visit: &Visit, sheet: &Sheet, accepted: &[Interval]) -> Result<Lines, Problem> {
    let (agency, detail, counts_as) = (visit.agency()?, &sheet.detail, sheet.counts_as());
    let day = prices::day_of(detail, accepted);
    let tariff = tariffs::on_day(sql, agency, day, visit.now, visit.app.settings.tariffs.of(agency))?;
    let pays = match tariff.as_deref() {
        None => Err("this server has no tariff for the agency".to_owned()),
        Some(tariff) => prices::of_time(tariff, detail, &counts_as, accepted).map_err(|unrated| unrated.to_string()),
    };
    let mut sides = vec![match pays.map(Pay::from) {
        Err(why) => Side::none("The officer is paid", why),
        Ok(pay) => Side::of("The officer is paid", pay.amount.to_string(), pay.lines),
    }];
    if visit.who()?.may(Scope::BillingRead) {
        let bills = bills::preview(sql, agency, tariff.as_deref(), sheet.assignment.id, detail, &counts_as, accepted)?;
        sides.push(billed(bills));
    }
    Ok(Lines { length: words::length(accepted), sides })
}

fn billed(bills: Outcome) -> Side {
    match bills {
        Outcome::Billed(billed) => {
            let lines = billed.lines.into_iter().map(|line| line.sentence).collect();
            Side::of("The customer is billed", billed.total.to_string(), lines)
        }
        Outcome::Unrated(why) => Side::none("The customer is billed", why),
        Outcome::Nothing => Side::none("The customer is billed", "nothing is billed for no time".to_owned()),
    }
}

impl Side {
    const fn of(title: &'static str, amount: String, lines: Vec<String>) -> Self {
        Self { title, amount: Some(amount), lines, none: None }
    }

    const fn none(title: &'static str, why: String) -> Self {
        Self { title, amount: None, lines: Vec::new(), none: Some(why) }
    }
}
