//! Asking an officer back about a timesheet: a message, and the timesheet waits for the answer.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId};
use detailbook_core::notices::EventKind;
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::{Sheet, look, soon};
use crate::audit::By;
use crate::messages::{self, MessageDraft};
use crate::notices::{Event, Words, tell};
use crate::problem::Problem;
use crate::store::timesheets::{self as rows, Question};
use crate::store::{Sql, StoreError};
use crate::words;

/// Asks the officer. What they write next on that shift, or to the agency, answers it.
pub fn ask(
    sql: &mut dyn Sql,
    by: &By<'_>,
    sheet: &Sheet,
    question: &str,
    asked_by: &str,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    let (id, officer, detail) = (sheet.assignment.id, sheet.assignment.officer, &sheet.detail);
    let text = words::text("question", question)?;
    let about = format!("{}, {}", detail.title, detail.zone.clock_text(detail.starts));
    let draft = MessageDraft { id: None, officer: Some(officer), text: format!("About {about}: {text}") };
    let message = messages::from_agency(sql, by, &draft, entropy)?;
    let asked_by = words::line("asked_by", asked_by)?;
    let asked = Question { message, officer, asked_by, asked_at: by.now, text: text.clone(), answered_at: None };
    rows::ask(sql, by.agency, id, &asked)?;
    by.note(sql, "timesheet.ask", id, &json!({ "officer": officer, "message": message }))?;
    let asks = Words::new(&format!("A question: {about}"), &text);
    let event = Event::new(EventKind::PunchDoubtful, format!("{id} {message}"), asks);
    tell(sql, by, &Event { officers: vec![officer], detail: Some(detail.id), assignment: Some(id), ..event })?;
    look(sql, by.agency, id, by.now)
}

/// What an officer wrote. A phone that could not send for a while brings words that are older than a question, and answer none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// In the shift log of an assignment, at that time.
    OnShift {
        /// Which.
        assignment: AssignmentId,
        /// When, as far as it is known.
        written_at: UnixMillis,
    },
    /// To the agency. Of a message only the phone's own clock tells the time, so it is asked what the phone had heard when it sent that.
    AtLarge {
        /// It had heard of every change up to this number of the agency's, and of no later one.
        read: i64,
    },
}

/// An officer wrote something. What they had been asked by then, about that shift or at all, is answered.
pub(crate) fn answered(
    sql: &mut dyn Sql,
    agency: AgencyId,
    officer: OfficerId,
    answer: Answer,
    now: UnixMillis,
) -> Result<(), StoreError> {
    let waiting = match answer {
        Answer::AtLarge { read } => rows::answer_what_was_read(sql, agency, officer, read, now)?,
        Answer::OnShift { assignment, written_at } => rows::answer(sql, agency, assignment, written_at.min(now), now)?,
    };
    for id in waiting {
        soon(sql, agency, id, now)?;
    }
    Ok(())
}
