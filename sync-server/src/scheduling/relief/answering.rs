//! What those say who are asked to come instead.

use detailbook_core::award::EntryKind;
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, OfficerId};
use detailbook_core::records::Detail;
use detailbook_core::staffing::{Answer, ReliefAsk};
use serde_json::json;

use super::asking::question;
use super::{fill, wake};
use crate::audit::By;
use crate::filing;
use crate::scheduling::decided::{At, Decided};
use crate::scheduling::eligible::bar;
use crate::scheduling::told::named;
use crate::scheduling::{call_off, details, ledger};
use crate::store::reliefs::{self, Search, SearchState};
use crate::store::{Sql, StoreError};

/// Decides the wish to come instead of somebody, or not to. The first to come by the server's time has the place. Whoever called off
/// themselves and has the place still comes after all.
pub fn relieve(
    sql: &mut dyn Sql,
    at: &At<'_>,
    assignment: AssignmentId,
    comes: bool,
    entropy: &mut dyn Entropy,
) -> Result<Decided, StoreError> {
    let by = at.by();
    if comes && let Some(kept) = call_off::take_back(sql, at, assignment)? {
        return Ok(kept);
    }
    let Some(mut search) = reliefs::find(sql, at.agency, assignment)? else {
        return Ok(Decided::refused("Nobody is looked for there."));
    };
    let Some(detail) = details::find(sql, at.agency, search.detail)? else {
        return Ok(Decided::refused("Nobody is looked for there."));
    };
    if let Some(why) = cannot_answer(&search, &detail, at) {
        return Ok(Decided::refused(why));
    }
    if !comes {
        return decline(sql, &by, &mut search, &detail, at.officer, entropy);
    }
    if let Some(bar) = bar(sql, &by, at.officer, &detail, search.position)? {
        return Ok(Decided::refused(bar.to_them()));
    }
    search.relief.answer(at.officer, Answer::Yes, at.now);
    reliefs::put(sql, at.agency, &search)?;
    fill(sql, &by, &search, &detail, at.officer, true, entropy)?;
    Ok(Decided::accepted(format!("You have this detail now: {}.", named(&detail))))
}

fn cannot_answer(search: &Search, detail: &Detail, at: &At<'_>) -> Option<&'static str> {
    match search.state {
        _ if search.officer == at.officer => Some("This is the place that you gave up."),
        SearchState::Found => Some("Somebody else took it first."),
        SearchState::Over => Some("Nobody is looked for there any more."),
        SearchState::Searching if at.now >= detail.ends => Some("This detail is over."),
        SearchState::Searching if !search.relief.may_answer(at.officer) => Some("You were not asked to come instead."),
        SearchState::Searching => None,
    }
}

fn decline(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &mut Search,
    detail: &Detail,
    officer: OfficerId,
    entropy: &mut dyn Entropy,
) -> Result<Decided, StoreError> {
    // Who answers the pool was offered nothing, and who said no before says nothing new.
    let asked = search.relief.asks.iter().any(|ask| ask.officer == officer && ask.answer.is_none());
    search.relief.answer(officer, Answer::No, by.now);
    reliefs::put(sql, by.agency, search)?;
    let id = search.relief.assignment;
    if asked {
        let what = ledger::about(sql, by, officer, EntryKind::Declined, detail, search.position, entropy)?;
        ledger::enter(sql, by, what)?;
    }
    let said = "You said that you do not come. While nobody else has it, you can still say that you do.";
    let answered = ReliefAsk { answer: Some(Answer::No), ..question(search, Some(officer), by.now, None, said) };
    filing::put(sql, by, ReliefAsk::id_for(id, officer), &answered)?;
    by.note(sql, "relief.decline", id, &json!({ "officer": officer }))?;
    wake(sql, by, id)?;
    Ok(Decided::accepted("The agency knows that you do not come."))
}
