//! Who applied for a detail, and how it was awarded and why, as files: for whoever asks about it later.

use detailbook_core::ids::{AgencyId, DetailId, OfficerId};
use detailbook_core::records::{Detail, Officer, RecordKind};

use super::one::{applications_of, outcome};
use super::words;
use crate::console::csv::Csv;
use crate::console::page::{Answer, Page};
use crate::console::visit::Visit;
use crate::filing;
use crate::scheduling::window;
use crate::store::{Ahead, Sql, StoreError, records};

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
        csv.line(officer(sql, agency, it.officer)?.into_iter().chain(rest));
    }
    Ok(Page::csv("applications.csv", csv.finish()))
}

/// Every award, the latest first, with everybody's rank in it, what was compared, and why it came out so.
pub(super) fn awards(sql: &mut dyn Sql, visit: &Visit) -> Answer {
    let agency = visit.agency()?;
    let (awards, sql) = (window::awards(sql, agency, visit.id("id")?)?, &mut Ahead::over(sql));
    let mut csv = Csv::of(&[
        "decided",
        "method",
        "rank",
        "of",
        "employee_number",
        "officer",
        "outcome",
        "compared",
        "why",
        "seed",
        "commitment",
    ]);
    for record in awards {
        let decided = record.case.window.zone.clock_text(record.decided_at);
        let sealing = [record.sealing.seed.to_hex(), record.sealing.commitment.to_string()];
        let explanations = &record.award.explanations;
        records::ahead(sql, agency, RecordKind::Officer, explanations.iter().map(|one| one.officer))?;
        for one in explanations {
            let compared = one.compared.iter().chain(&one.order_in).map(|key| key.told(&record.case));
            let compared: Vec<_> = compared.map(|(name, figure)| format!("{name}: {figure}")).collect();
            let rank = one.rank.map(|rank| rank.to_string()).unwrap_or_default();
            let award = [decided.clone(), record.award.method.clone(), rank, one.of.to_string()];
            let why = [outcome(one.outcome).word.to_owned(), compared.join("; "), one.sentence.clone()];
            csv.line(award.into_iter().chain(officer(sql, agency, one.officer)?).chain(why).chain(sealing.clone()));
        }
        for empty in &record.award.unfilled {
            let award = [decided.clone(), record.award.method.clone()].into_iter().chain(vec![String::new(); 4]);
            let why = ["place not filled".to_owned(), String::new(), empty.sentence.clone()];
            csv.line(award.chain(why).chain(sealing.clone()));
        }
    }
    Ok(Page::csv("awards.csv", csv.finish()))
}

/// Number and name of an officer; no number where there is no such officer any more.
fn officer(sql: &mut dyn Sql, agency: AgencyId, id: OfficerId) -> Result<[String; 2], StoreError> {
    let found = records::get::<Officer>(sql, agency, RecordKind::Officer, id)?;
    Ok(found.map_or_else(|| [String::new(), id.to_string()], |it| [it.record.employee_number, it.record.name]))
}
