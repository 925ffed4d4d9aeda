//! Who applied for a detail, as a file: for whoever asks about it later.

use detailbook_core::ids::{DetailId, OfficerId};
use detailbook_core::records::{Detail, Officer, RecordKind};

use super::one::applications_of;
use super::words;
use crate::console::csv::Csv;
use crate::console::page::{Answer, Page};
use crate::console::visit::Visit;
use crate::filing;
use crate::store::{Ahead, Sql, records};

/// Everybody who applied, in the order of their applications.
pub(super) fn applications(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let (agency, id) = (visit.agency()?, visit.id::<DetailId>("id")?);
    let detail = filing::get::<Detail>(sql, agency, id)?.record;
    let found = applications_of(sql, agency, id)?;
    let sql = &mut Ahead::over(sql);
    records::ahead(sql, agency, RecordKind::Officer, found.iter().map(|(_, it)| it.officer))?;
    let mut csv = Csv::of(&["employee_number", "officer", "for", "state", "received", "why"]);
    for (_, it) in found {
        let state = words::application(it.state).word.to_owned();
        let rest = [words::applied_for(&detail, &it), state, detail.zone.clock_text(it.received_at), it.reason];
        let officer =
            records::get::<Officer>(sql, agency, RecordKind::Officer, it.officer)?.map(|stored| stored.record);
        csv.line(number_and_name(it.officer, officer).into_iter().chain(rest));
    }
    Ok(Page::csv("applications.csv", csv.finish()))
}

/// Number and name of an officer; no number where there is no such officer any more.
pub(super) fn number_and_name(id: OfficerId, officer: Option<Officer>) -> [String; 2] {
    officer.map_or_else(|| [String::new(), id.to_string()], |it| [it.employee_number, it.name])
}
