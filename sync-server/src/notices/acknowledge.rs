//! Acknowledging what one was told, and what follows when nobody does.

use detailbook_core::ids::{NoticeId, OfficerId};
use detailbook_core::notices::acknowledgement_of;
use detailbook_core::records::{Assignment, AssignmentState, Notice, RecordKind};
use serde_json::json;

use super::{Event, Words, tell};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::problem::Problem;
use crate::store::{Sql, outbox, records};

/// Looks after an acknowledgement when its time is over.
pub const ESCALATE: Kind = Kind::inside("notices.escalate", escalate).or_tell(jobs::tell_coordinator);

/// Notes that a notice was acknowledged. `of`: only if it is this officer's. Once is enough; a second time changes nothing.
pub fn acknowledge(sql: &mut dyn Sql, by: &By<'_>, notice: NoticeId, of: Option<OfficerId>) -> Result<(), Problem> {
    let stored = records::get::<Notice>(sql, by.agency, RecordKind::Notice, notice)?;
    let officer = stored.as_ref().map(|stored| stored.record.officer);
    if of.is_some() && of != officer {
        return Err(Problem::not_found());
    }
    outbox::acknowledge(sql, by.agency, notice, by.now)?.ok_or_else(Problem::not_found)?;
    if let Some(stored) = stored.filter(|stored| stored.record.acknowledged.is_none()) {
        filing::put(sql, by, notice, &Notice { acknowledged: Some(by.now), ..stored.record })?;
        jobs::cancel(sql, by.agency, &ESCALATE, &notice.to_string())?;
    }
    Ok(by.note(sql, "notice.acknowledge", notice, &json!({ "officer": officer }))?)
}

/// Was the notice acknowledged, or the assignment that it is about, which a phone acknowledges by a wish of its own?
fn is_acknowledged(sql: &mut dyn Sql, run: &Run<'_>, notice: &Notice) -> Result<bool, Failed> {
    let Some(assignment) = notice.assignment.filter(|_| notice.acknowledged.is_none()) else {
        return Ok(notice.acknowledged.is_some());
    };
    let stored = records::get::<Assignment>(sql, run.agency(), RecordKind::Assignment, assignment)?;
    // Of what nobody has any more nobody need know that somebody had it.
    let settled = |held: &Assignment| held.acknowledged.is_some() || held.state == AssignmentState::Released;
    Ok(stored.is_some_and(|stored| settled(&stored.record)))
}

/// Tells on what was not acknowledged in time.
fn escalate(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let id: NoticeId = run.payload()?;
    let Some(stored) = records::get::<Notice>(sql, run.agency(), RecordKind::Notice, id)? else {
        return Ok(Next::Done);
    };
    let notice = stored.record;
    let next = acknowledgement_of(notice.event).and_then(|asked| asked.else_tell);
    if let (Some(kind), false) = (next, is_acknowledged(sql, run, &notice)?) {
        let words = Words::new(&format!("Not acknowledged: {}", notice.title), &notice.text);
        let event = Event {
            officers: vec![notice.officer],
            detail: notice.detail,
            assignment: notice.assignment,
            ..Event::new(kind, id.to_string(), words)
        };
        tell(sql, &run.by(), &event)?;
    }
    Ok(Next::Done)
}
