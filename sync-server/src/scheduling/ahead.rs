//! What officers hold ahead, judged anew when more becomes known of them: nobody is sent away by what the rules say, but officer,
//! coordinator and supervisor hear of what would break them.

use std::collections::BTreeSet;

use detailbook_core::ids::{CustomerId, DetailId, OfficerId};
use detailbook_core::notices::EventKind;
use detailbook_core::policy::{Finding, Outcome, Stage};
use detailbook_core::records::{Assignment, Detail, Interval};
use detailbook_core::time::Millis;

use super::customer as hiring;
use super::details;
use super::told::{Happened, is_soon, named, told};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::policy::{self, Judged};
use crate::problem::Problem;
use crate::store::{Sql, StoreError, assignments, rule_sets};

/// Judges what an officer holds ahead.
pub const AHEAD: Kind = Kind::inside("assignment.ahead", judge_all).in_bulk().or_tell(jobs::tell_coordinator);

/// Has all those judged who hold something ahead: of one customer, or of all.
pub const HOLDERS: Kind = Kind::inside("assignment.holders", judge_holders).in_bulk().or_tell(jobs::tell_coordinator);

/// How far ahead it is looked: what lies further is judged when more of its time is known.
const LOOKS: Millis = Millis::from_hours(24 * 98);

/// Has what an officer holds ahead judged soon: something more is known of them.
pub(crate) fn expect(sql: &mut dyn Sql, by: &By<'_>, officer: OfficerId) -> Result<(), StoreError> {
    if !rule_sets::any(sql, by.agency)? {
        return Ok(());
    }
    jobs::set(sql, by.agency, &AHEAD, &officer.to_string(), by.now, by.now, &officer)
}

/// Has what everybody holds ahead judged soon: the rules have changed.
pub(crate) fn expect_all(sql: &mut dyn Sql, by: &By<'_>) -> Result<(), StoreError> {
    jobs::set(sql, by.agency, &HOLDERS, "all", by.now, by.now, &None::<CustomerId>)
}

/// Has what anybody holds ahead at a customer's judged soon: something more is known of the customer.
pub(crate) fn expect_customer(sql: &mut dyn Sql, by: &By<'_>, customer: CustomerId) -> Result<(), StoreError> {
    if !rule_sets::any(sql, by.agency)? {
        return Ok(());
    }
    jobs::set(sql, by.agency, &HOLDERS, &customer.to_string(), by.now, by.now, &Some(customer))
}

/// Has each officer judged by a job of their own who holds something ahead: at one customer's, or anywhere.
fn judge_holders(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, customer) = (run.by(), run.payload::<Option<CustomerId>>()?);
    let ahead = Interval { start: by.now, end: by.now + LOOKS };
    let mut officers = BTreeSet::new();
    for (detail, officer) in assignments::holders_ahead(sql, by.agency, ahead)? {
        if !officers.contains(&officer) && is_hired_by(sql, &by, customer, detail)? {
            officers.insert(officer);
        }
    }
    officers.into_iter().try_for_each(|officer| expect(sql, &by, officer))?;
    Ok(Next::Done)
}

/// Does that customer hire for the detail? Nobody in particular hires for any.
fn is_hired_by(
    sql: &mut dyn Sql,
    by: &By<'_>,
    customer: Option<CustomerId>,
    detail: DetailId,
) -> Result<bool, StoreError> {
    let Some(customer) = customer else { return Ok(true) };
    let Some(detail) = details::find(sql, by.agency, detail)? else { return Ok(false) };
    Ok(hiring::of(sql, by.agency, &detail)? == Some(customer))
}

fn judge_all(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, officer) = (run.by(), run.payload::<OfficerId>()?);
    let ahead = Interval { start: by.now, end: by.now + LOOKS };
    for id in assignments::all_overlapping(sql, by.agency, officer, ahead)? {
        let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
        let detail = filing::get::<Detail>(sql, by.agency, held.detail)?.record;
        if detail.starts > by.now {
            judge(sql, &by, &held, &detail)?;
        }
    }
    Ok(Next::Done)
}

fn judge(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, detail: &Detail) -> Result<(), Problem> {
    let judged = policy::judge(sql, by, Stage::Award, held.officer, detail.id, Some(held.position))?;
    let broken = broken(&judged);
    if broken.is_empty() {
        return Ok(());
    }
    let said: Vec<_> = broken.iter().map(|one| one.cited()).collect();
    let rules: Vec<_> = broken.iter().map(|one| one.rule.as_str()).collect();
    let text = format!("By what is known now rules stand in the way of {}: {}", named(detail), said.join(" "));
    // The same rules against the same shift are told once.
    let key = format!("{} {} {}", held.id, detail.starts.as_millis(), rules.join(" "));
    let happened =
        Happened { urgent: is_soon(detail, by.now), ..Happened::new(EventKind::LimitWarning, key, detail, text) };
    Ok(told(sql, by, &happened.about(held.id, held.officer))?)
}

/// What fails. What is not known yet is no warning: of most of what lies ahead no schedule has come.
fn broken(judged: &Judged) -> Vec<&Finding> {
    judged.in_the_way().filter(|finding| finding.outcome == Outcome::Fail).collect()
}
