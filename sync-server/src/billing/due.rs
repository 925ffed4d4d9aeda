//! Reminding customers and finance of an invoice: before it is due, when it is past due, and when it still is.
//!
//! Each invoice has one job from its issue on, which waits for the next of its days and looks then whether anything is left. What came due
//! while no node ran is reminded of once. The invoices that were there before these jobs get theirs with the next run, for the days that
//! lie ahead of it.

use chrono::NaiveTime;
use detailbook_core::pricing::Day;
use detailbook_core::records::{Agency, RecordKind};
use detailbook_core::time::{UnixMillis, Zone};

use super::plan::day;
use super::tariffs::number;
use super::told;
use crate::audit::By;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::invoices::{self, InvoiceRow};
use crate::store::{Sql, StoreError, records};

/// Reminds of one invoice.
pub const DUE: Kind = Kind::inside("billing.due", remind).in_bulk().or_tell(jobs::tell_coordinator);

/// Has the invoices reminded of that have no job, some at a time.
pub const OLDER: Kind = Kind::inside("billing.due_older", older).in_bulk().or_tell(jobs::tell_coordinator);

/// Invoices looked at in one transaction of that.
const STRIDE: i64 = 200;

/// The days on which people are reminded, counted from the one on which the invoice is due.
const STEPS: [i64; 3] = [-3, 1, 30];

/// The hour of the day at which they are, by the agency's clocks.
const HOUR: u32 = 9;

/// Has an invoice reminded of from the next of its days on.
pub(super) fn expect(sql: &mut dyn Sql, by: &By<'_>, row: &InvoiceRow) -> Result<(), StoreError> {
    let zone = zone(sql, by)?;
    expect_on(sql, by, zone, (row.number, row.due_on))
}

fn expect_on(sql: &mut dyn Sql, by: &By<'_>, zone: Zone, (invoice, due_on): (i64, i64)) -> Result<(), StoreError> {
    match next(zone, due_on, by.now) {
        Some(at) => jobs::enqueue(sql, by.agency, &DUE, &invoice.to_string(), at, by.now, &invoice).map(drop),
        None => Ok(()),
    }
}

/// Has the invoices reminded of that were issued before there were these jobs. Once is enough; again, nothing changes.
pub(super) fn expect_older(sql: &mut dyn Sql, by: &By<'_>) -> Result<(), StoreError> {
    older_than(sql, by, 0)
}

fn older_than(sql: &mut dyn Sql, by: &By<'_>, above: i64) -> Result<(), StoreError> {
    jobs::enqueue(sql, by.agency, &OLDER, &above.to_string(), by.now, by.now, &above).map(drop)
}

fn older(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, above) = (run.by(), run.payload::<i64>()?);
    let zone = zone(sql, &by)?;
    // One whose last day lies behind is reminded of no more.
    let since = number(Day(zone.local(by.now).date())) - STEPS[STEPS.len() - 1] - 1;
    let found = invoices::due_after(sql, by.agency, since, above, STRIDE)?;
    for invoice in &found {
        expect_on(sql, &by, zone, *invoice)?;
    }
    if let Some((last, _)) = found.last() {
        older_than(sql, &by, *last)?;
    }
    Ok(Next::Done)
}

fn remind(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, invoice) = (run.by(), run.payload::<i64>()?);
    // What was credited whole is owed no more, whatever comes.
    let row = invoices::get(sql, by.agency, invoice)?.filter(InvoiceRow::is_owed);
    let Some(row) = row else { return Ok(Next::Done) };
    let zone = zone(sql, &by)?;
    let today = number(Day(zone.local(by.now).date()));
    // Whoever was not reminded in time is so when it is past due.
    if let Some(step) = newest(zone, row.due_on, by.now).filter(|step| *step > 0 || !row.is_past_due(today)) {
        told::due(sql, &by, &row, step, today)?;
    }
    Ok(next(zone, row.due_on, by.now).map_or(Next::Done, Next::At))
}

fn zone(sql: &mut dyn Sql, by: &By<'_>) -> Result<Zone, StoreError> {
    let agency = records::get::<Agency>(sql, by.agency, RecordKind::Agency, by.agency)?;
    Ok(agency.map_or(Zone::UTC, |agency| agency.record.zone))
}

/// When a step's time comes; a day that no calendar has never does.
fn moment(zone: Zone, due_on: i64, step: i64) -> Option<UnixMillis> {
    let morning = NaiveTime::from_hms_opt(HOUR, 0, 0)?;
    Some(zone.instant(day(due_on.checked_add(step)?)?.0.and_time(morning)).first())
}

/// When the first step's time comes that lies ahead.
fn next(zone: Zone, due_on: i64, now: UnixMillis) -> Option<UnixMillis> {
    STEPS.iter().filter_map(|step| moment(zone, due_on, *step)).find(|at| *at > now)
}

/// The newest step whose time has come.
fn newest(zone: Zone, due_on: i64, now: UnixMillis) -> Option<i64> {
    STEPS.iter().rev().copied().find(|step| moment(zone, due_on, *step).is_some_and(|at| at <= now))
}

#[cfg(test)]
mod tests {
    use detailbook_core::time::Millis;

    use super::*;

    fn new_york() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    fn due_on(text: &str) -> i64 {
        number(text.parse().unwrap())
    }

    #[test]
    fn the_days_come_in_the_morning_by_the_agencys_clocks() {
        let (zone, due) = (new_york(), due_on("2019-11-03"));
        let mut at = UnixMillis::MIN;
        let mut found = Vec::new();
        while let Some(then) = next(zone, due, at) {
            assert_eq!(newest(zone, due, then), Some(STEPS[found.len()]));
            assert_eq!(newest(zone, due, then - Millis(1)), found.len().checked_sub(1).map(|before| STEPS[before]));
            found.push(zone.clock_text(then));
            at = then;
        }
        // The clocks go back on the day itself.
        assert_eq!(found, ["2019-10-31 09:00", "2019-11-04 09:00", "2019-12-03 09:00"]);
    }

    #[test]
    fn what_lies_behind_is_not_made_up_for() {
        let (zone, due) = (new_york(), due_on("2019-07-04"));
        let noon = |text: &str| moment(zone, due_on(text), 0).unwrap() + Millis::from_hours(3);
        let then = |now| next(zone, due, now).map(|at| zone.clock_text(at));
        assert_eq!(then(noon("2019-07-01")).as_deref(), Some("2019-07-05 09:00"));
        assert_eq!(then(noon("2019-07-20")).as_deref(), Some("2019-08-03 09:00"));
        assert_eq!(then(noon("2019-08-03")), None);
        assert_eq!(newest(zone, due, noon("2019-09-30")), Some(30), "the newest alone");
    }

    #[test]
    fn a_day_that_no_calendar_has_is_never_reminded_of() {
        for due in [i64::MIN, i64::MAX] {
            assert_eq!((next(Zone::UTC, due, UnixMillis::MIN), newest(Zone::UTC, due, UnixMillis::MAX)), (None, None));
        }
    }
}
