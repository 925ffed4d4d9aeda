//! Who comes instead: the search, its steps as a job, and the answers of those who were asked.

use detailbook_core::award::{EntryKind, Happening};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AssignmentId, DetailId, OfficerId};
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::records::{Assignment, Detail, Officer, RecordKind};
use detailbook_core::staffing::{Answer, Ask, AskState, CallingOffState, Relief, ReliefAction, ReliefAsk, ReliefRules};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::decided::{At, Decided};
use super::details::{self, scheduled};
use super::eligible::{bar, known_bar};
use super::told::{Happened, named, told};
use super::{award, call_off, consequences, ledger};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::reliefs::{self, Search, SearchState};
use crate::store::{Sql, StoreError, postings, records, staffing_rules};

/// Takes the next steps of a search.
pub const STEP: Kind = Kind::inside("relief.step", step);

/// Has somebody looked for who comes instead on an assignment. `kept`: its officer has it until then.
pub(super) fn begin(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, kept: bool) -> Result<(), StoreError> {
    let latest = postings::awards(sql, by.agency, held.detail)?.into_iter().next();
    let ranked = latest.iter().flat_map(|record| record.award.backups_for(held.position));
    let backups: Vec<_> = ranked.filter(|backup| *backup != held.officer).collect();
    let search = Search {
        detail: held.detail,
        position: held.position,
        officer: held.officer,
        state: SearchState::Searching,
        kept,
        relief: Relief::new(held.id, backups, by.now),
    };
    reliefs::put(sql, by.agency, &search)?;
    by.note(sql, "relief.begin", held.id, &json!({ "kept": kept, "backups": search.relief.backups }))?;
    wake(sql, by, held.id)
}

/// As [`begin`] for a place that its officer keeps until then, unless somebody is looked for already.
pub(super) fn begin_once(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment) -> Result<(), StoreError> {
    if searching(sql, by, held.id)?.is_some() { Ok(()) } else { begin(sql, by, held, true) }
}

/// Has the next steps taken at once: something changed.
pub(super) fn wake(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId) -> Result<(), StoreError> {
    jobs::set(sql, by.agency, &STEP, &assignment.to_string(), by.now, by.now, &assignment)
}

fn step(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, assignment) = (run.by(), run.payload::<AssignmentId>()?);
    let mut entropy = run.app.entropy.clone();
    let Some(mut search) = searching(sql, &by, assignment)? else { return Ok(Next::Done) };
    Ok(advance(sql, &by, &mut search, &mut entropy)?.map_or(Next::Done, Next::At))
}

fn searching(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId) -> Result<Option<Search>, StoreError> {
    Ok(reliefs::find(sql, by.agency, assignment)?.filter(|search| search.state == SearchState::Searching))
}

/// Does what is due until there is something to wait for: until when. `None`: the search is over.
fn advance(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &mut Search,
    entropy: &mut dyn Entropy,
) -> Result<Option<UnixMillis>, StoreError> {
    let rules = staffing_rules::at(sql, by.agency, by.now)?.relief;
    loop {
        let Some(detail) = details::find(sql, by.agency, search.detail)? else { return Ok(None) };
        match search.relief.due(&rules, scheduled(&detail), by.now) {
            ReliefAction::Assign(officer) => {
                if assign(sql, by, search, &detail, officer, entropy)? {
                    return Ok(None);
                }
            }
            ReliefAction::Ask(officer) => ask(sql, by, search, &detail, officer, &rules, entropy)?,
            ReliefAction::AskPool => ask_pool(sql, by, search, &detail)?,
            ReliefAction::TellCoordinator => {
                search.relief.coordinator_told_at = Some(by.now);
                unfilled(sql, by, search, &detail)?;
            }
            ReliefAction::TellSupervisor => {
                search.relief.supervisor_told_at = Some(by.now);
                missing(sql, by, search, &detail, "still nobody has taken it")?;
            }
            ReliefAction::Wait(until) => {
                reliefs::put(sql, by.agency, search)?;
                return Ok(Some(until));
            }
            ReliefAction::Over => {
                missing(sql, by, search, &detail, "nobody took it")?;
                close(sql, by, search, SearchState::Over, None, "The detail is over.")?;
                filing::put(sql, by, detail.id, &detail)?;
                return Ok(None);
            }
        }
    }
}

/// Gives the place to who said yes. `false`: it cannot be, and the answer counts as a no.
fn assign(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &mut Search,
    detail: &Detail,
    officer: OfficerId,
    entropy: &mut dyn Entropy,
) -> Result<bool, StoreError> {
    if let Some(bar) = bar(sql, by, officer, detail, search.position)? {
        search.relief.answer(officer, Answer::No, by.now);
        by.note(
            sql,
            "relief.pass_over",
            search.relief.assignment,
            &json!({ "officer": officer, "why": bar.to_them() }),
        )?;
        return Ok(false);
    }
    reliefs::put(sql, by.agency, search)?;
    fill(sql, by, search, detail, officer, entropy)?;
    Ok(true)
}

/// Gives the place to an officer against whom nothing stands, and takes it from who kept it until then.
fn fill(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    officer: OfficerId,
    entropy: &mut dyn Entropy,
) -> Result<AssignmentId, StoreError> {
    let id = search.relief.assignment;
    let held = records::get::<Assignment>(sql, by.agency, RecordKind::Assignment, id)?;
    let kept = held.map(|stored| stored.record).filter(|_| search.kept);
    if let Some(kept) = &kept
        && let Some(wish) =
            call_off::end(sql, by, id, CallingOffState::Replaced, "Somebody else took this detail over.")?
    {
        let what = ledger::about(by, kept.officer, EntryKind::CalledOff, detail, kept.position, entropy);
        // It is in time or late by when it was asked for, not by when somebody was found.
        let what = Happening { excused: !wish.late, replaced: true, note: wish.why, ..what };
        let entry = ledger::enter(sql, by, what)?;
        if wish.late {
            consequences::follow(sql, by, &entry, id, entropy)?;
        }
    }
    let pass = award::Pass {
        detail: detail.id,
        position: search.position,
        from: kept.as_ref(),
        to: officer,
        why: "Comes instead of an officer who does not.",
        told: "Somebody else took this detail over.",
    };
    let new = award::pass(sql, by, &pass, entropy)?;
    let what = ledger::about(by, officer, EntryKind::Awarded, detail, search.position, entropy);
    ledger::enter(sql, by, what)?;
    Ok(new)
}

/// Asks a backup, or passes over one who cannot come.
fn ask(
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
    no_answers(sql, by, search, detail, entropy)?;
    search.relief.asks.push(Ask { officer, asked_at: by.now, answer: None });
    show(sql, by, search, detail)?;
    let what = ledger::about(by, officer, EntryKind::Offered, detail, search.position, entropy);
    ledger::enter(sql, by, what)?;
    let answer_by = Some(by.now + rules.backup_answers);
    let text = format!("Can you come instead of an officer who does not? {}", named(detail));
    let asked = question(search, Some(officer), by.now, answer_by, &text);
    filing::put(sql, by, ReliefAsk::id_for(id, officer), &asked)?;
    by.note(sql, "relief.ask", id, &json!({ "officer": officer, "answer_by": answer_by }))?;
    tell_pool(sql, by, search, detail, vec![officer], text)
}

/// Whoever was asked before and has not answered was not reached; they may still come while the place is free.
fn no_answers(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let Some(last) = search.relief.asks.last().filter(|ask| ask.answer.is_none() && ask.asked_at < by.now) else {
        return Ok(());
    };
    let what = ledger::about(by, last.officer, EntryKind::NoAnswer, detail, search.position, entropy);
    ledger::enter(sql, by, what).map(drop)
}

fn ask_pool(sql: &mut dyn Sql, by: &By<'_>, search: &mut Search, detail: &Detail) -> Result<(), StoreError> {
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

fn question(
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

/// What happens to a search, as one key: the coordinator hears of a call-off once, and each who is asked once.
pub(super) fn key(assignment: AssignmentId, opened_at: UnixMillis) -> String {
    format!("{assignment} {}", opened_at.as_millis())
}

fn happened<'a>(search: &Search, detail: &'a Detail, kind: EventKind, which: &str, text: String) -> Happened<'a> {
    let key = format!("{}{which}", key(search.relief.assignment, search.relief.opened_at));
    Happened { assignment: Some(search.relief.assignment), ..Happened::new(kind, key, detail, text) }
}

/// Tells those who may step in that they are asked.
fn tell_pool(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    pool: Vec<OfficerId>,
    text: String,
) -> Result<(), StoreError> {
    told(sql, by, &Happened { pool, ..happened(search, detail, EventKind::CalledOff, "", text) })
}

/// Tells the coordinator that the place is empty.
fn unfilled(sql: &mut dyn Sql, by: &By<'_>, search: &Search, detail: &Detail) -> Result<(), StoreError> {
    let text = format!("An officer does not come, and nobody has taken it yet: {}.", named(detail));
    told(sql, by, &happened(search, detail, EventKind::CalledOff, " coordinator", text))
}

/// Tells coordinator, supervisor and customer that nobody was found so far.
fn missing(sql: &mut dyn Sql, by: &By<'_>, search: &Search, detail: &Detail, so_far: &str) -> Result<(), StoreError> {
    let text = format!("An officer does not come, and {so_far}: {}.", named(detail));
    told(sql, by, &happened(search, detail, EventKind::ReplacementMissing, so_far, text))
}

/// Tells everybody that the place is taken again, and staff and customer by whom.
fn found(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    officer: OfficerId,
) -> Result<(), StoreError> {
    let text = format!("The place is taken again: {}.", named(detail));
    let who = records::get::<Officer>(sql, by.agency, RecordKind::Officer, officer)?;
    let who = who.map(|who| who.record.name).unwrap_or_default();
    let named = format!("{who} comes instead of an officer who does not: {}.", named(detail));
    let text_for = vec![(Role::Coordinator, named.clone()), (Role::Customer, named)];
    let happened = happened(search, detail, EventKind::ReplacementFound, "", text);
    told(sql, by, &Happened { officers: vec![search.officer, officer], text_for, ..happened })
}

/// Ends a search, and tells everyone who was asked.
fn close(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &mut Search,
    state: SearchState,
    taken_by: Option<OfficerId>,
    why: &str,
) -> Result<(), StoreError> {
    search.state = state;
    reliefs::put(sql, by.agency, search)?;
    let id = search.relief.assignment;
    for asked in &search.relief.asks {
        let took = taken_by == Some(asked.officer);
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
    by.note(sql, "relief.end", id, &json!({ "state": state, "taken_by": taken_by, "why": why }))
}

/// Ends the searches for a place that an officer now has, however that came about.
pub(super) fn filled(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail, new: &Assignment) -> Result<(), StoreError> {
    let open = reliefs::of_detail(sql, by.agency, detail.id)?;
    for mut search in open.into_iter().filter(|search| search.position == new.position) {
        close(sql, by, &mut search, SearchState::Found, Some(new.officer), "Somebody else has this detail.")?;
        found(sql, by, &search, detail, new.officer)?;
    }
    Ok(())
}

/// Ends the search for who comes instead on an assignment, if there is one.
pub(super) fn stop(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId, why: &str) -> Result<(), StoreError> {
    let Some(mut search) = searching(sql, by, assignment)? else { return Ok(()) };
    close(sql, by, &mut search, SearchState::Over, None, why)?;
    match details::find(sql, by.agency, search.detail)? {
        Some(detail) => filing::put(sql, by, detail.id, &detail).map(drop),
        None => Ok(()),
    }
}

/// As [`stop`], but only where the officer has the place still.
pub(super) fn stop_kept(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId, why: &str) -> Result<(), StoreError> {
    match searching(sql, by, id)? {
        Some(search) if search.kept => stop(sql, by, id, why),
        _ => Ok(()),
    }
}

/// Ends every search of a detail that does not take place. The caller writes the detail.
pub(super) fn cancelled(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<(), StoreError> {
    for mut search in reliefs::of_detail(sql, by.agency, detail)? {
        close(sql, by, &mut search, SearchState::Over, None, "The detail was cancelled.")?;
    }
    Ok(())
}

/// The officer who kept the place until somebody is found has it no longer: the search goes on for an empty place.
pub(super) fn vacated(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId) -> Result<(), StoreError> {
    match searching(sql, by, assignment)? {
        Some(search) if search.kept => reliefs::put(sql, by.agency, &Search { kept: false, ..search }),
        _ => Ok(()),
    }
}

/// Looks at the searches of a detail anew: its time was moved.
pub(super) fn moved(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<(), StoreError> {
    for search in reliefs::of_detail(sql, by.agency, detail)? {
        wake(sql, by, search.relief.assignment)?;
    }
    Ok(())
}

/// Decides the wish to come instead of somebody, or not to. The first to come by the server's time has the place.
pub fn relieve(
    sql: &mut dyn Sql,
    at: &At<'_>,
    assignment: AssignmentId,
    comes: bool,
    entropy: &mut dyn Entropy,
) -> Result<Decided, StoreError> {
    let by = at.by();
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
    fill(sql, &by, &search, &detail, at.officer, entropy)?;
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
    let asked = search.relief.asks.iter().any(|ask| ask.officer == officer);
    search.relief.answer(officer, Answer::No, by.now);
    reliefs::put(sql, by.agency, search)?;
    let id = search.relief.assignment;
    if asked {
        let what = ledger::about(by, officer, EntryKind::Declined, detail, search.position, entropy);
        ledger::enter(sql, by, what)?;
    }
    let said = "You said that you do not come. While nobody else has it, you can still say that you do.";
    let answered = ReliefAsk { answer: Some(Answer::No), ..question(search, Some(officer), by.now, None, said) };
    filing::put(sql, by, ReliefAsk::id_for(id, officer), &answered)?;
    by.note(sql, "relief.decline", id, &json!({ "officer": officer }))?;
    wake(sql, by, id)?;
    Ok(Decided::accepted("The agency knows that you do not come."))
}

/// Who sees a detail because of who is looked for on it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Asked {
    /// These officers.
    pub(crate) officers: Vec<OfficerId>,
    /// Everybody who may work it.
    pub(crate) all: bool,
}

/// Who is asked to come to a detail.
pub(crate) fn asked(
    sql: &mut dyn Sql,
    agency: detailbook_core::ids::AgencyId,
    detail: DetailId,
) -> Result<Asked, StoreError> {
    let mut asked = Asked::default();
    for search in reliefs::of_detail(sql, agency, detail)? {
        asked.all |= search.relief.pool_asked_at.is_some();
        asked.officers.extend(search.relief.asks.iter().map(|ask| ask.officer));
    }
    Ok(asked)
}
