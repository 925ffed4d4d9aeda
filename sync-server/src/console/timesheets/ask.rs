//! Asking the officer back.

use super::super::page::Answer;
use super::super::visit::Visit;
use super::rule::{as_it_was, on_to, onward};
use crate::timesheets;

/// What the form takes.
pub(super) const TAKES: &[&str] = &["ruling", "basis", "beside", "made", "question"];

/// Asks, and goes on to the next.
pub(super) fn ask(visit: &Visit) -> Answer {
    let next = onward(visit)?;
    visit.write(move |sql, visit| {
        let sheet = as_it_was(sql, visit)?;
        let (asked_by, mut entropy) = (&visit.who()?.user.name, visit.app.entropy.clone());
        timesheets::ask(sql, &visit.by()?, &sheet, visit.typed("question"), asked_by, &mut entropy)?;
        Ok(on_to(visit, next, "sheet-asked"))
    })
}
