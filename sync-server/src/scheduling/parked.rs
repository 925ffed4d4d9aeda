//! Telling the coordinator that a job of the life of a detail has failed for the last time: a person does what the server cannot.

use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, NoticeId, TradeId};
use detailbook_core::notices::EventKind;
use detailbook_core::records::{Assignment, Detail, RecordKind};
use detailbook_core::staffing::Trade;

use super::told::{Happened, is_soon, named, told};
use crate::jobs::{self, Run};
use crate::store::{Sql, StoreError, records};

/// Of a job about a detail.
pub(super) fn of_detail(sql: &mut dyn Sql, run: &Run<'_>, error: &str) -> Result<(), StoreError> {
    run.payload::<DetailId>().map_or(Ok(()), |detail| tell(sql, run, detail, error))
}

/// Of a job about an assignment.
pub(super) fn of_assignment(sql: &mut dyn Sql, run: &Run<'_>, error: &str) -> Result<(), StoreError> {
    let Ok(id) = run.payload::<AssignmentId>() else { return Ok(()) };
    assigned(sql, run.agency(), id)?.map_or(Ok(()), |detail| tell(sql, run, detail, error))
}

/// Of a job about an assignment and what was told of its change.
pub(super) fn of_change(sql: &mut dyn Sql, run: &Run<'_>, error: &str) -> Result<(), StoreError> {
    let Ok((id, _)) = run.payload::<(AssignmentId, NoticeId)>() else { return Ok(()) };
    assigned(sql, run.agency(), id)?.map_or(Ok(()), |detail| tell(sql, run, detail, error))
}

/// Of a job about a trade.
pub(super) fn of_trade(sql: &mut dyn Sql, run: &Run<'_>, error: &str) -> Result<(), StoreError> {
    let Ok(id) = run.payload::<TradeId>() else { return Ok(()) };
    let Some(trade) = records::get::<Trade>(sql, run.agency(), RecordKind::Trade, id)? else { return Ok(()) };
    assigned(sql, run.agency(), trade.record.assignment)?.map_or(Ok(()), |detail| tell(sql, run, detail, error))
}

fn assigned(sql: &mut dyn Sql, agency: AgencyId, id: AssignmentId) -> Result<Option<DetailId>, StoreError> {
    let found = records::get::<Assignment>(sql, agency, RecordKind::Assignment, id)?;
    Ok(found.map(|stored| stored.record.detail))
}

/// Of the events of the matrix, one that goes to the coordinator as urgently as what is not done needs a person; officers, backups and
/// customer are not named in it, so none of them is told.
fn what_is_not_done(kind: &str) -> (EventKind, &'static str) {
    match kind {
        "posting.close" => (EventKind::WindowThin, "It could not be awarded. Give its places by hand."),
        "posting.open" => (EventKind::WindowThin, "It does not open to the next officers by itself."),
        "posting.thin" => (EventKind::WindowThin, "Nobody looks whether enough apply."),
        "award.unacknowledged" => (EventKind::AwardUnacknowledged, "Nobody looks whether its award is acknowledged."),
        "relief.step" => (EventKind::CalledOff, "The search for who comes instead stands still."),
        "trade.lapse" => (EventKind::CalledOff, "A trade of it does not end by itself."),
        "assignment.watch" => (EventKind::NoContact, "Nobody looks any more whether an officer comes to it."),
        _ => (EventKind::AwardUnacknowledged, "An officer on it is not reminded."),
    }
}

fn tell(sql: &mut dyn Sql, run: &Run<'_>, id: DetailId, error: &str) -> Result<(), StoreError> {
    let found = records::get::<Detail>(sql, run.agency(), RecordKind::Detail, id)?;
    let Some(detail) = found.map(|stored| stored.record) else { return Ok(()) };
    let (event, what) = what_is_not_done(&run.job.kind);
    let text = format!("{}: {what} {error}", named(&detail));
    let happened = Happened::new(event, run.parked_key(), &detail, text);
    told(sql, &run.by(), &Happened { urgent: is_soon(&detail, run.now), title: Some(jobs::A_PERSON_MUST), ..happened })
}
