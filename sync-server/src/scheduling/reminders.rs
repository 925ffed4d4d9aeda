//! Reminding people of what is to come. What was moved or ended meanwhile is seen when the time has come.

use detailbook_core::ids::{AssignmentId, DetailId, OfficerId};
use detailbook_core::notices::EventKind;
use detailbook_core::records::{Application, ApplicationState, Assignment, Detail, Interval, RecordKind};
use detailbook_core::staffing::Posting;
use detailbook_core::time::Millis;

use super::told::{Happened, named, told};
use super::{details, parked, watch};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::{self, Sql, StoreError, assignments, postings, records};

/// Reminds an officer a day before.
pub const DAY_BEFORE: Kind = Kind::inside("reminder.day_before", day_before).or_tell(parked::of_assignment);
/// Reminds an officer two hours before.
pub const HOURS_BEFORE: Kind = Kind::inside("reminder.hours_before", hours_before).or_tell(parked::of_assignment);
/// Says that a window closes soon and too few have applied.
pub const THIN: Kind = Kind::inside("posting.thin", thin).or_tell(parked::of_detail);

const A_DAY: Millis = Millis::from_hours(24);
const TWO_HOURS: Millis = Millis::from_hours(2);
/// Officers told that a window is thin; the others see the offer on their phones.
const MOST_TOLD: usize = 500;

/// Has the officer reminded of an assignment, at its detail's new time if it was moved.
pub(super) fn expect(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId, time: Interval) -> Result<(), StoreError> {
    for (kind, lead) in [(&DAY_BEFORE, A_DAY), (&HOURS_BEFORE, TWO_HOURS)] {
        let (key, due) = (id.to_string(), time.start - lead);
        if due > by.now {
            jobs::set(sql, by.agency, kind, &key, due, by.now, &id)?;
        } else {
            jobs::cancel(sql, by.agency, kind, &key)?;
        }
    }
    Ok(())
}

fn day_before(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    remind(sql, run, EventKind::DayBefore, A_DAY)
}

fn hours_before(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    remind(sql, run, EventKind::HoursBefore, TWO_HOURS)
}

fn remind(sql: &mut dyn Sql, run: &Run<'_>, kind: EventKind, lead: Millis) -> Result<Next, Failed> {
    let (by, id) = (run.by(), run.payload::<AssignmentId>()?);
    let Some((held, detail)) = watch::standing(sql, by.agency, id)? else { return Ok(Next::Done) };
    let due = detail.starts - lead;
    if due > by.now {
        return Ok(Next::At(due));
    }
    if by.now < detail.starts {
        let text = format!("{} begins in {}.", named(&detail), (detail.starts - by.now).spoken());
        let key = format!("{id} {}", detail.starts.as_millis());
        told(sql, &by, &Happened::new(kind, key, &detail, text).about(id, held.officer))?;
    }
    Ok(Next::Done)
}

/// Tells everybody on a detail that its post orders changed; they are to acknowledge it again.
pub(super) fn orders_changed(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail) -> Result<(), StoreError> {
    for id in assignments::active_of_detail(sql, by.agency, detail.id)? {
        let Some(held) = records::get::<Assignment>(sql, by.agency, RecordKind::Assignment, id)? else { continue };
        details::unacknowledge(sql, by, &held.record, "The post orders changed.")?;
        let text = format!("The post orders of {} changed. Please read and acknowledge them.", named(detail));
        let key = format!("{id} {}", by.now.as_millis());
        told(sql, by, &Happened::new(EventKind::OrdersChanged, key, detail, text).about(id, held.record.officer))?;
    }
    Ok(())
}

/// Has it looked, two hours before the window closes, whether enough have applied.
pub(super) fn expect_applicants(sql: &mut dyn Sql, by: &By<'_>, posting: &Posting) -> Result<(), StoreError> {
    let (key, due) = (posting.detail.to_string(), posting.window.closes - TWO_HOURS);
    if due > by.now {
        return jobs::set(sql, by.agency, &THIN, &key, due, by.now, &posting.detail);
    }
    jobs::cancel(sql, by.agency, &THIN, &key).map(drop)
}

fn thin(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, id) = (run.by(), run.payload::<DetailId>()?);
    let Some(posted) = postings::find(sql, by.agency, id)?.filter(|it| it.stage.takes_applications()) else {
        return Ok(Next::Done);
    };
    let Some(detail) = details::find(sql, by.agency, id)? else { return Ok(Next::Done) };
    let applicants = applicants(sql, &by, id)?;
    let free = detail.positions.iter().filter(|position| !position.filled).count();
    if applicants.len() >= free {
        return Ok(Next::Done);
    }
    let text = format!(
        "{}: {} of {free} have applied, and applications close in {}.",
        named(&detail),
        applicants.len(),
        (posted.posting.window.closes - by.now).spoken()
    );
    let officers = filing::who_may_work(sql, by.agency, id)?.into_iter().filter(|it| !applicants.contains(it));
    let officers = officers.take(MOST_TOLD).collect();
    let key = format!("{id} {}", posted.posting.window.closes.as_millis());
    told(sql, &by, &Happened { officers, ..Happened::new(EventKind::WindowThin, key, &detail, text) })?;
    Ok(Next::Done)
}

/// The officers whose applications wait.
fn applicants(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<Vec<OfficerId>, StoreError> {
    let mut officers = Vec::new();
    for id in store::applications::of_detail(sql, by.agency, detail, OfficerId::NIL, i64::MAX)? {
        let found = records::get::<Application>(sql, by.agency, RecordKind::Application, id)?;
        let waiting = found.map(|it| it.record).filter(|it| it.state == ApplicationState::Received);
        officers.extend(waiting.map(|it| it.officer));
    }
    Ok(officers)
}
