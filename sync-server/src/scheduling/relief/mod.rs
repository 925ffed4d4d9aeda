//! Who comes instead: the search and its steps as a job. What those who are asked see is `asking`, what they say `answering`, what a
//! coordinator does themselves `by_hand`, and what everybody is told `news`.

mod answering;
mod asking;
mod by_hand;
mod news;

use detailbook_core::award::{EntryKind, Happening};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId};
use detailbook_core::policy::CANCELLED;
use detailbook_core::records::{Assignment, Detail, RecordKind};
use detailbook_core::staffing::{Answer, CallingOffState, Relief, ReliefAction, ReliefAsk};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::details::{self, scheduled};
use super::eligible::bar;
use super::{award, call_off, consequences, ledger, parked};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::store::reliefs::{self, Search, SearchState};
use crate::store::{Sql, StoreError, postings, records, staffing_rules};

pub use answering::relieve;
pub use by_hand::{look_for, send};
pub(super) use news::key;

/// Takes the next steps of a search.
pub const STEP: Kind = Kind::inside("relief.step", step).or_tell(parked::of_assignment);

/// Has somebody looked for who comes instead on an assignment. `kept`: its officer has it until then. A search that runs goes on.
pub(super) fn begin(sql: &mut dyn Sql, by: &By<'_>, held: &Assignment, kept: bool) -> Result<(), StoreError> {
    if let Some(search) = searching(sql, by, held.id)? {
        reliefs::put(sql, by.agency, &Search { kept: search.kept && kept, ..search })?;
        return wake(sql, by, held.id);
    }
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

/// Nobody is looked for any more for places that a detail no longer has.
pub(super) fn places_went(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail) -> Result<(), StoreError> {
    for search in reliefs::of_detail(sql, by.agency, detail.id)? {
        if detail.positions.iter().all(|position| position.id != search.position) {
            stop(sql, by, search.relief.assignment, "This place was taken off the detail.")?;
        }
    }
    Ok(())
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
        asking::no_answers(sql, by, search, &detail, &rules)?;
        match search.relief.due(&rules, scheduled(&detail), by.now) {
            ReliefAction::Assign(officer) => {
                if assign(sql, by, search, &detail, officer, entropy)? {
                    return Ok(None);
                }
            }
            ReliefAction::Ask(officer) => asking::ask(sql, by, search, &detail, officer, &rules, entropy)?,
            ReliefAction::AskPool => asking::ask_pool(sql, by, search, &detail)?,
            ReliefAction::TellCoordinator => {
                search.relief.coordinator_told_at = Some(by.now);
                news::unfilled(sql, by, search, &detail)?;
            }
            ReliefAction::TellSupervisor => {
                search.relief.supervisor_told_at = Some(by.now);
                news::missing(sql, by, search, &detail, "still nobody has taken it")?;
            }
            ReliefAction::Wait(until) => {
                reliefs::put(sql, by.agency, search)?;
                return Ok(Some(until));
            }
            ReliefAction::Over => {
                news::missing(sql, by, search, &detail, "nobody took it")?;
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
    fill(sql, by, search, detail, officer, false, entropy)?;
    Ok(true)
}

/// Gives the place to an officer against whom nothing stands, and takes it from who kept it until then. `seen`: to an officer who
/// learns of it as the answer to a wish of their own.
fn fill(
    sql: &mut dyn Sql,
    by: &By<'_>,
    search: &Search,
    detail: &Detail,
    officer: OfficerId,
    seen: bool,
    entropy: &mut dyn Entropy,
) -> Result<AssignmentId, StoreError> {
    let id = search.relief.assignment;
    let held = records::get::<Assignment>(sql, by.agency, RecordKind::Assignment, id)?;
    let kept = held.map(|stored| stored.record).filter(|_| search.kept);
    if let Some(kept) = &kept
        && let Some(wish) =
            call_off::end(sql, by, id, CallingOffState::Replaced, "Somebody else took this detail over.")?
    {
        let what = ledger::about(sql, by, kept.officer, EntryKind::CalledOff, detail, kept.position, entropy)?;
        // It is in time or late by when it was asked for, not by when somebody was found.
        let what = Happening { excused: !wish.late, replaced: true, note: wish.why, ..what };
        let entry = ledger::enter(sql, by, what)?;
        // Rules ask themselves how early it was.
        let event = consequences::event(CANCELLED, wish.called_at, detail, false);
        consequences::happened(sql, by, kept, &event)?;
        if wish.late {
            consequences::follow(sql, by, &entry, id)?;
        }
    }
    let pass = award::Pass {
        detail: detail.id,
        position: search.position,
        from: kept.as_ref(),
        to: officer,
        why: "Comes instead of an officer who does not.",
        told: "Somebody else took this detail over.",
        seen,
    };
    award::pass(sql, by, &pass, entropy)
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
    if let Some(detail) = details::find(sql, by.agency, search.detail)? {
        let rules = staffing_rules::at(sql, by.agency, by.now)?.relief;
        asking::no_answers(sql, by, search, &detail, &rules)?;
    }
    asking::close(sql, by, search, taken_by, why)?;
    by.note(sql, "relief.end", search.relief.assignment, &json!({ "state": state, "taken_by": taken_by, "why": why }))
}

/// Ends the searches for a place that an officer now has, however that came about.
pub(super) fn filled(sql: &mut dyn Sql, by: &By<'_>, detail: &Detail, new: &Assignment) -> Result<(), StoreError> {
    let open = reliefs::of_detail(sql, by.agency, detail.id)?;
    for mut search in open.into_iter().filter(|search| search.position == new.position) {
        close(sql, by, &mut search, SearchState::Found, Some(new.officer), "Somebody else has this detail.")?;
        news::found(sql, by, &search, detail, new.officer)?;
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
    end_all(sql, by, detail, "The detail was cancelled.")
}

/// Ends every search of a detail for which nobody is looked for any more. The caller writes the detail.
pub(super) fn given_up(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<(), StoreError> {
    end_all(sql, by, detail, "The agency looks for nobody any more.")
}

fn end_all(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId, why: &str) -> Result<(), StoreError> {
    for mut search in reliefs::of_detail(sql, by.agency, detail)? {
        close(sql, by, &mut search, SearchState::Over, None, why)?;
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

/// The detail is shown to others than before: what everybody was asked about it is too.
pub(super) fn shown_anew(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<(), StoreError> {
    for search in reliefs::of_detail(sql, by.agency, detail)? {
        let id = ReliefAsk::id_for_all(search.relief.assignment);
        if let Some(asked) = records::get::<ReliefAsk>(sql, by.agency, RecordKind::ReliefAsk, id)? {
            filing::put(sql, by, id, &asked.record)?;
        }
    }
    Ok(())
}

/// Looks at the searches of a detail anew: its time was moved.
pub(super) fn moved(sql: &mut dyn Sql, by: &By<'_>, detail: DetailId) -> Result<(), StoreError> {
    for search in reliefs::of_detail(sql, by.agency, detail)? {
        wake(sql, by, search.relief.assignment)?;
    }
    Ok(())
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
pub(crate) fn asked(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Asked, StoreError> {
    let mut asked = Asked::default();
    for search in reliefs::of_detail(sql, agency, detail)? {
        asked.all |= search.relief.pool_asked_at.is_some();
        for ask in &search.relief.asks {
            let question = ReliefAsk::id_for(search.relief.assignment, ask.officer);
            if records::exists(sql, agency, RecordKind::ReliefAsk, question)? {
                asked.officers.push(ask.officer);
            }
        }
    }
    Ok(asked)
}
