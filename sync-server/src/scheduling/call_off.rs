//! Officers who cannot come: the wish, and what a coordinator says to it.

use detailbook_core::award::{EntryKind, Foreseen, Happening};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::AssignmentId;
use detailbook_core::notices::{EventKind, Role};
use detailbook_core::policy::{CANCELLED, Stage};
use detailbook_core::records::{Assignment, AssignmentState, Detail, RecordKind};
use detailbook_core::staffing::{self, CallOff, CallingOff, CallingOffState, ReliefMode};
use detailbook_core::time::{Millis, UnixMillis};
use serde_json::json;

use super::clocked::clocked;
use super::decided::{At, Decided};
use super::details::{self, scheduled};
use super::told::{Happened, is_soon, named, told};
use super::{consequences, ledger, release, relief};
use crate::access::scope::Scopes;
use crate::audit::By;
use crate::filing;
use crate::policy::judge::permitted;
use crate::policy::overrides::{self, Overriding};
use crate::policy::{self, About, GivesUp, Instead, Judged};
use crate::problem::Problem;
use crate::store::{Sql, StoreError, records, staffing_rules, waiting};
use crate::words;

/// So often within [`WAVERING`] an assignment may be called off: each time people are called out of bed, and a customer is worried.
const MOST: usize = 2;
/// How long a call-off counts as one of them.
const WAVERING: Millis = Millis::from_hours(1);

/// Decides the wish to be relieved of an assignment.
pub fn call_off(
    sql: &mut dyn Sql,
    at: &At<'_>,
    assignment: AssignmentId,
    why: &str,
    entropy: &mut dyn Entropy,
) -> Result<Decided, StoreError> {
    let Ok(why) = words::text("reason", why) else {
        return Ok(Decided::refused("Say why, in words that can be shown."));
    };
    let (held, detail) = match own(sql, at, assignment)? {
        Ok(own) => own,
        Err(refused) => return Ok(refused),
    };
    if let Some(why) = not_again(sql, at, assignment)? {
        return Ok(Decided::refused(why));
    }
    let rules = staffing_rules::at(sql, at.agency, at.now)?;
    let mode = rules.relief.ways.first().copied().unwrap_or(ReliefMode::Coordinator);
    let in_now = clocked(sql, at.agency, &held)?.in_now();
    let decided = match staffing::call_off(&rules.call_off, mode, scheduled(&detail), in_now, at.now) {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Decided::refused(refusal.to_string())),
    };
    let (decided, said) = by_the_rules(sql, &at.by(), &held, decided)?;
    let foreseen = foreseen(sql, &at.by(), &held, &detail, &said)?;
    let decided = decided.under(&foreseen);
    let sentence = decided.sentence(scheduled(&detail), at.now, &foreseen);
    let sentence =
        [Some(sentence), said.blocked(), said.to_approve()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let wish = CallingOff {
        assignment,
        detail: detail.id,
        officer: at.officer,
        called_at: at.now,
        why,
        late: decided.is_late(),
        state: state_of(decided),
        reason: sentence.clone(),
    };
    settle(sql, &at.by(), "call_off.make", None, &wish)?;
    carry_out(sql, &at.by(), &wish, &held, entropy)?;
    tell(sql, &at.by(), &wish, &detail)?;
    Ok(Decided::accepted(sentence))
}

/// Why the officer cannot call it off once more now.
fn not_again(sql: &mut dyn Sql, at: &At<'_>, assignment: AssignmentId) -> Result<Option<&'static str>, StoreError> {
    if find(sql, &at.by(), assignment)?.is_some_and(|before| before.state.is_open()) {
        return Ok(Some("You have asked for that already, and have the detail until then."));
    }
    let often = made_lately(sql, at, assignment)? >= MOST;
    Ok(often.then_some("You have called this off and taken it back twice within the hour. Call the agency."))
}

/// How often the officer has called it off lately.
fn made_lately(sql: &mut dyn Sql, at: &At<'_>, assignment: AssignmentId) -> Result<usize, StoreError> {
    let since = at.now - WAVERING;
    let written: Vec<CallingOff> = records::written_since(sql, at.agency, RecordKind::CallingOff, assignment, since)?;
    let mut made: Vec<_> = written.iter().map(|wish| wish.called_at).filter(|called| *called > since).collect();
    made.dedup();
    Ok(made.len())
}

/// What becomes of a wish once the rules are asked, and what they said of leaving the place to nobody. Whom they do not let leave it has it
/// until somebody else comes; where they do not let that be either, a person decides.
fn by_the_rules(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    decided: CallOff,
) -> Result<(CallOff, Judged), StoreError> {
    let instead = if decided == decided.kept() { Instead::Whoever } else { Instead::Nobody };
    let said = policy::judge_giving_up(sql, by, &GivesUp::told(held, by.now, instead))?;
    if !said.stands_in_the_way() || decided == CallOff::CoordinatorDecides {
        return Ok((decided, said));
    }
    if instead == Instead::Nobody {
        let kept = policy::judge_giving_up(sql, by, &GivesUp::told(held, by.now, Instead::Whoever))?;
        if !kept.stands_in_the_way() {
            return Ok((decided.kept(), said));
        }
    }
    Ok((CallOff::CoordinatorDecides, said))
}

/// What calling off will bring, by the rules and by the contract.
fn foreseen(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    detail: &Detail,
    said: &Judged,
) -> Result<Foreseen, StoreError> {
    let (contract, zone) = (ledger::contract(sql, by.agency, by.now)?, ledger::zone(sql, by.agency)?);
    let by_rules = policy::foreseen(sql, by, held, detail, said)?;
    Ok(contract.calling_off(scheduled(detail), by.now, zone).and(by_rules))
}

/// When the agency was told that an officer calls an assignment off, if that waits.
pub(crate) fn told_at(
    sql: &mut dyn Sql,
    by: &By<'_>,
    assignment: AssignmentId,
) -> Result<Option<UnixMillis>, StoreError> {
    Ok(find(sql, by, assignment)?.filter(|wish| wish.state.is_open()).map(|wish| wish.called_at))
}

/// The officer's own assignment, if it still stands, with its detail.
pub(super) fn own(
    sql: &mut dyn Sql,
    at: &At<'_>,
    id: AssignmentId,
) -> Result<Result<(Assignment, Detail), Decided>, StoreError> {
    let found = records::get::<Assignment>(sql, at.agency, RecordKind::Assignment, id)?.map(|stored| stored.record);
    let Some(held) = found.filter(|held| held.officer == at.officer) else {
        return Ok(Err(Decided::refused("You have no such assignment.")));
    };
    if held.state == AssignmentState::Released {
        return Ok(Err(Decided::refused("You were released from this assignment.")));
    }
    Ok(match details::find(sql, at.agency, held.detail)? {
        Some(detail) => Ok((held, detail)),
        None => Err(Decided::refused("You have no such assignment.")),
    })
}

const fn state_of(decided: CallOff) -> CallingOffState {
    match decided {
        CallOff::Released { .. } => CallingOffState::Released,
        CallOff::KeptUntilReplaced { .. } => CallingOffState::Kept,
        CallOff::CoordinatorDecides => CallingOffState::Waits,
    }
}

/// Does what a wish that was decided asks for.
fn carry_out(
    sql: &mut dyn Sql,
    by: &By<'_>,
    wish: &CallingOff,
    held: &Assignment,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    match wish.state {
        CallingOffState::Released => let_go(sql, by, wish, held, false, entropy),
        CallingOffState::Kept => relief::begin(sql, by, held, true),
        _ => Ok(()),
    }
}

/// Releases the officer, enters it into the ledger and has somebody else looked for.
fn let_go(
    sql: &mut dyn Sql,
    by: &By<'_>,
    wish: &CallingOff,
    held: &Assignment,
    excused: bool,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let Some(detail) = details::find(sql, by.agency, held.detail)? else { return Ok(()) };
    relief::begin(sql, by, held, false)?;
    release::free(sql, by, held, &format!("Called off: {}", wish.why), &wish.reason)?;
    let what = ledger::about(sql, by, held.officer, EntryKind::CalledOff, &detail, held.position, entropy)?;
    let note = wish.why.clone();
    let entry = ledger::enter(sql, by, Happening { excused, note, ..what })?;
    consequences::happened(sql, by, held, &consequences::event(CANCELLED, wish.called_at, &detail, excused))?;
    consequences::follow(sql, by, &entry, held.id)
}

fn tell(sql: &mut dyn Sql, by: &By<'_>, wish: &CallingOff, detail: &Detail) -> Result<(), StoreError> {
    let urgent = wish.state == CallingOffState::Waits;
    let kind = if urgent { EventKind::WontMakeIt } else { EventKind::CalledOff };
    let stands = match wish.state {
        CallingOffState::Released => "Somebody else is looked for.",
        CallingOffState::Kept => "The officer has it until somebody else takes it.",
        _ => "The coordinator decides.",
    };
    let text = format!("An officer called off: {}. Why: {} {stands}", named(detail), wish.why);
    let goes = if wish.state == CallingOffState::Released { "will not" } else { "may not" };
    let customer = format!("An officer {goes} come: {}. {stands}", named(detail));
    let happened = Happened {
        text_for: vec![(Role::Officer, wish.reason.clone()), (Role::Customer, customer)],
        // Until somebody else has taken it, the officer comes.
        not_customer: wish.state == CallingOffState::Kept,
        ..Happened::new(kind, relief::key(wish.assignment, wish.called_at), detail, text)
    };
    told(sql, by, &happened.about(wish.assignment, wish.officer))
}

/// The officer's latest wish to be relieved of an assignment.
pub(super) fn find(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId) -> Result<Option<CallingOff>, StoreError> {
    Ok(records::get(sql, by.agency, RecordKind::CallingOff, assignment)?.map(|stored| stored.record))
}

/// Writes where the wish stands.
fn settle(
    sql: &mut dyn Sql,
    by: &By<'_>,
    action: &str,
    before: Option<&CallingOff>,
    after: &CallingOff,
) -> Result<(), StoreError> {
    filing::put(sql, by, after.assignment, after)?;
    let id = after.assignment;
    waiting::set(sql, by.agency, RecordKind::CallingOff, id, id, after.state.is_open())?;
    by.note(sql, action, id, &json!({ "before": before, "after": after }))
}

/// Ends a wish that is still open. Gives it as it then stands.
pub(super) fn end(
    sql: &mut dyn Sql,
    by: &By<'_>,
    assignment: AssignmentId,
    state: CallingOffState,
    reason: &str,
) -> Result<Option<CallingOff>, StoreError> {
    let Some(before) = find(sql, by, assignment)?.filter(|wish| wish.state.is_open()) else { return Ok(None) };
    let after = CallingOff { state, reason: reason.to_owned(), ..before.clone() };
    settle(sql, by, "call_off.end", Some(&before), &after)?;
    Ok(Some(after))
}

/// The officer comes after all, where the call-off still waits for somebody. `None`: the officer has no such call-off.
pub(super) fn take_back(
    sql: &mut dyn Sql,
    at: &At<'_>,
    assignment: AssignmentId,
) -> Result<Option<Decided>, StoreError> {
    let by = at.by();
    let Some(wish) = find(sql, &by, assignment)?.filter(|wish| wish.officer == at.officer && wish.state.is_open())
    else {
        return Ok(None);
    };
    end(sql, &by, assignment, CallingOffState::Lapsed, "You took it back, and have this detail.")?;
    let detail = details::find(sql, at.agency, wish.detail)?;
    // Once it has begun, a search may be for a no-show: only a clock-in or a person ends that.
    if detail.is_some_and(|detail| by.now < detail.starts) {
        relief::stop_kept(sql, &by, assignment, "The officer comes after all.")?;
    }
    tell_stays(sql, &by, &wish, "Not called off", "back", None)?;
    Ok(Some(Decided::accepted("You took your call-off back, and have this detail.")))
}

/// A coordinator releases the officer. `excused`: nothing follows from it. `code`: the agency's code for why, which rules may make an
/// exception for; empty where it has none.
pub fn grant(
    sql: &mut dyn Sql,
    by: &By<'_>,
    assignment: AssignmentId,
    reason: &str,
    excused: bool,
    code: &str,
    entropy: &mut dyn Entropy,
) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let (before, held) = open(sql, by, assignment)?;
    let gives_up = GivesUp { code, ..GivesUp::told(&held, before.called_at, Instead::Nobody) };
    permitted(policy::judge_giving_up(sql, by, &gives_up)?)?;
    let said = format!("You are released from this detail: {reason}");
    let after = CallingOff { state: CallingOffState::Released, reason: said, ..before.clone() };
    settle(sql, by, "call_off.grant", Some(&before), &after)?;
    let_go(sql, by, &after, &held, excused, entropy)?;
    let detail = filing::get::<Detail>(sql, by.agency, held.detail)?.record;
    Ok(tell(sql, by, &CallingOff { called_at: by.now, ..after }, &detail)?)
}

/// Lets the rules pass that stand in the way of releasing an officer, for a reason.
pub fn let_pass(
    sql: &mut dyn Sql,
    by: &By<'_>,
    scopes: &Scopes,
    held: &Assignment,
    overriding: Overriding,
) -> Result<(), Problem> {
    let about = About { officer: held.officer, detail: held.detail, position: Some(held.position) };
    overrides::for_officer(sql, by, scopes, Stage::Trade, about, overriding)
}

/// A coordinator does not release the officer.
pub fn refuse(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let (before, _) = open(sql, by, assignment)?;
    let said = format!("You have this detail: {reason}");
    let after = CallingOff { state: CallingOffState::Refused, reason: said.clone(), ..before.clone() };
    settle(sql, by, "call_off.refuse", Some(&before), &after)?;
    relief::stop(sql, by, assignment, "The officer comes after all.")?;
    Ok(tell_stays(sql, by, &before, "Not released", "refused", Some(said))?)
}

/// An officer who had called off has come: the wish is no more.
pub(super) fn came(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId) -> Result<(), StoreError> {
    let before = find(sql, by, assignment)?.filter(|wish| wish.state.is_open());
    end(sql, by, assignment, CallingOffState::Lapsed, "You clocked in.")?;
    match before {
        Some(before) => tell_stays(sql, by, &before, "Not called off", "came", None),
        None => Ok(()),
    }
}

/// Tells that the officer has the place after all, whatever was told of the wish before. `own`: what the officer is told.
fn tell_stays(
    sql: &mut dyn Sql,
    by: &By<'_>,
    wish: &CallingOff,
    title: &'static str,
    which: &str,
    own: Option<String>,
) -> Result<(), StoreError> {
    let Some(detail) = details::find(sql, by.agency, wish.detail)? else { return Ok(()) };
    let text = format!("The officer comes after all: {}.", named(&detail));
    let happened = Happened {
        title: Some(title),
        text_for: own.into_iter().map(|own| (Role::Officer, own)).collect(),
        urgent: is_soon(&detail, by.now),
        // Only where somebody had still to decide did the customer hear of it.
        not_customer: wish.state == CallingOffState::Kept,
        ..Happened::new(
            EventKind::CalledOff,
            format!("{} {which}", relief::key(wish.assignment, wish.called_at)),
            &detail,
            text,
        )
    };
    told(sql, by, &happened.about(wish.assignment, wish.officer))
}

/// A wish that waits, with its assignment.
fn open(sql: &mut dyn Sql, by: &By<'_>, id: AssignmentId) -> Result<(CallingOff, Assignment), Problem> {
    let held = filing::get::<Assignment>(sql, by.agency, id)?.record;
    let wish = filing::get::<CallingOff>(sql, by.agency, id)?.record;
    if !wish.state.is_open() {
        return Err(Problem::conflict("This call-off waits for nobody any more."));
    }
    Ok((wish, held))
}
