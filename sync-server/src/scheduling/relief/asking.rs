//! What those see who are asked to come instead.

use detailbook_core::award::{EntryKind, Happening};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::OfficerId;
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::staffing::{Answer, Ask, AskState, ReliefAsk, ReliefRules};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::news::tell_pool;
use crate::audit::By;
use crate::filing;
use crate::scheduling::eligible::{bar, known_bar};
use crate::scheduling::ledger;
use crate::scheduling::told::named;
use crate::store::reliefs::{self, Search};
use crate::store::{Sql, StoreError, records};

/// Asks a backup, or passes over one who cannot come.
pub(super) fn ask(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &mut Search,
    detail: &Detail,
    officer: OfficerId,
    rules: &ReliefRules,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let id = search.relief.assignment;
    if let Some(bar) = bar(sql, by, officer, detail, search.position)? {
        let no = Some((Answer::No, by.now));
        search.relief.asks.push(Ask { officer, asked_at: by.now, answer: no });
        return by.note(sql, "relief.pass_over", id, &json!({ "officer": officer, "why": bar.to_them() }));
    }
    search.relief.asks.push(Ask { officer, asked_at: by.now, answer: None });
    let what = ledger::about(sql, by, officer, EntryKind::Offered, detail, search.position, entropy)?;
    let contract = ledger::contract(sql, by.agency, by.now)?;
    let emergency = what.emergency || contract.is_emergency(search.relief.opened_at, detail.starts);
    ledger::enter(sql, by, Happening { emergency, ..what })?;
    let answer_by = Some(by.now + rules.backup_answers);
    let text = format!("Can you come instead of an officer who does not? {}", named(detail));
    let asked = question(search, Some(officer), by.now, answer_by, &text);
    filing::put(sql, by, ReliefAsk::id_for(id, officer), &asked)?;
    show(sql, by, search, detail)?;
    by.note(sql, "relief.ask", id, &json!({ "officer": officer, "answer_by": answer_by }))?;
    tell_pool(sql, by, search, detail, vec![officer], text)
}

/// Whoever was asked and has not answered in their time was not reached, which is entered once; they may still come while the place
/// is free.
pub(super) fn no_answers(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    rules: &ReliefRules,
) -> Result<(), StoreError> {
    let silent = |ask: &&Ask| ask.answer.is_none() && by.now >= ask.asked_at + rules.backup_answers;
    for ask in search.relief.asks.iter().filter(silent) {
        let which = format!("no answer since {}", ask.asked_at.as_millis());
        let id = ledger::following(&which, ReliefAsk::id_for(search.relief.assignment, ask.officer));
        if !ledger::is_entered(sql, by.agency, id)? {
            let what = Happening::new(id, ask.officer, by.now, EntryKind::NoAnswer);
            let what = ledger::happening(sql, by, what, detail, search.position)?;
            ledger::enter(sql, by, what)?;
        }
    }
    Ok(())
}

pub(super) fn ask_pool(sql: &mut dyn Sql, by: &By<'_>, search: &mut Search, detail: &Detail) -> Result<(), StoreError> {
    search.relief.pool_asked_at = Some(by.now);
    show(sql, by, search, detail)?;
    let text = format!("Who can come instead of an officer who does not? {}", named(detail));
    let asked = question(search, None, by.now, None, &text);
    filing::put(sql, by, ReliefAsk::id_for_all(search.relief.assignment), &asked)?;
    let pool = pool(sql, by, search, detail)?;
    tell_pool(sql, by, search, detail, pool, text)?;
    by.note(sql, "relief.ask_all", search.relief.assignment, &json!({ "detail": detail.id }))
}

/// Officers told that everybody is asked; the others see it on their phones.
const MOST_TOLD: usize = 500;

/// Who may come, as far as they see the detail and nothing stands against it.
fn pool(sql: &mut dyn Sql, by: &By<'_>, search: &Search, detail: &Detail) -> Result<Vec<OfficerId>, StoreError> {
    let mut pool = Vec::new();
    for officer in filing::who_may_work(sql, by.agency, detail.id)? {
        if pool.len() >= MOST_TOLD {
            break;
        }
        if officer != search.officer && known_bar(sql, by, officer, detail, search.position)?.is_none() {
            pool.push(officer);
        }
    }
    Ok(pool)
}

/// Writes the search and shows the detail to those who are asked.
fn show(sql: &mut dyn Sql, by: &By<'_>, search: &Search, detail: &Detail) -> Result<(), StoreError> {
    reliefs::put(sql, by.agency, search)?;
    filing::put(sql, by, detail.id, detail).map(drop)
}

pub(super) fn question(
    search: &Search,
    officer: Option<OfficerId>,
    asked_at: UnixMillis,
    answer_by: Option<UnixMillis>,
    reason: &str,
) -> ReliefAsk {
    ReliefAsk {
        assignment: search.relief.assignment,
        detail: search.detail,
        position: search.position,
        officer,
        asked_at,
        answer_by,
        answer: None,
        state: AskState::Open,
        reason: reason.to_owned(),
    }
}

/// Tells everyone who was asked that the search is over.
pub(super) fn close(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    taken_by: Option<OfficerId>,
    why: &str,
) -> Result<(), StoreError> {
    let id = search.relief.assignment;
    for asked in &search.relief.asks {
        let took = taken_by == Some(asked.officer);
        // Who was passed over was never asked, and sees no question.
        if !took && !records::exists(sql, by.agency, RecordKind::ReliefAsk, ReliefAsk::id_for(id, asked.officer))? {
            continue;
        }
        let closed = ReliefAsk {
            answer: asked.answer.map(|(answer, _)| answer),
            state: if took { AskState::Taken } else { AskState::Closed },
            ..question(
                search,
                Some(asked.officer),
                asked.asked_at,
                None,
                if took { "You have this detail." } else { why },
            )
        };
        filing::put(sql, by, ReliefAsk::id_for(id, asked.officer), &closed)?;
    }
    if let Some(asked_at) = search.relief.pool_asked_at {
        let closed = ReliefAsk { state: AskState::Closed, ..question(search, None, asked_at, None, why) };
        filing::put(sql, by, ReliefAsk::id_for_all(id), &closed)?;
    }
    Ok(())
}
