//! Officers who pass an assignment on to each other.

use detailbook_core::award::{EntryKind, Happening};
use detailbook_core::entropy::Entropy;
use detailbook_core::ids::{AgencyId, AssignmentId, DetailId, OfficerId, RecordId, TradeId};
use detailbook_core::records::{Assignment, Detail, Officer, RecordKind};
use detailbook_core::staffing::{CallingOffState, Trade, TradeState, TradeStep};
use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::clocked::clocked;
use super::decided::{At, Decided};
use super::eligible::{bar, known_bar};
use super::settled::{self, Cause};
use super::trade_news::tell;
use super::watch::standing;
use super::{award, call_off, details, ledger, parked};
use crate::audit::By;
use crate::filing;
use crate::jobs::{self, Failed, Kind, Next, Run};
use crate::policy::{self, GivesUp, Instead, Judged};
use crate::problem::Problem;
use crate::store::{Sql, StoreError, assignments, employee_numbers, records, staffing_rules, waiting};
use crate::words;

/// Ends a trade that nobody came to before the detail began.
pub const LAPSE: Kind = Kind::inside("trade.lapse", lapse_at_start).or_tell(parked::of_trade);

/// Decides the wish to offer an assignment to the officer with that employee number.
pub fn offer_trade_to(
    sql: &mut dyn Sql,
    at: &At<'_>,
    id: TradeId,
    assignment: AssignmentId,
    number: &str,
) -> Result<Decided, StoreError> {
    match employee_numbers::holder(sql, at.agency, number.trim())? {
        Some(to) => offer_trade(sql, at, id, assignment, to),
        None => Ok(Decided::refused("No officer of the agency has that employee number.")),
    }
}

/// Decides the wish to offer an assignment to another officer.
pub fn offer_trade(
    sql: &mut dyn Sql,
    at: &At<'_>,
    id: TradeId,
    assignment: AssignmentId,
    to: OfficerId,
) -> Result<Decided, StoreError> {
    if to == at.officer {
        return Ok(Decided::refused("You cannot trade a detail with yourself."));
    }
    let (held, detail) = match call_off::own(sql, at, assignment)? {
        Ok(own) => own,
        Err(refused) => return Ok(refused),
    };
    if let Some(why) = not_to_be_offered(sql, at, &held, &detail)? {
        return Ok(Decided::refused(why));
    }
    if let Some(bar) = known_bar(sql, &at.by(), to, &detail, held.position)? {
        return Ok(Decided::refused(bar.to_others()));
    }
    let said = said_of_giver(sql, &at.by(), &held, to, at.now)?;
    if let Some(why) = [said.blocked(), said.to_approve()].into_iter().flatten().next() {
        return Ok(Decided::refused(why));
    }
    let trade = Trade {
        assignment,
        from: at.officer,
        to,
        state: TradeState::Offered,
        offered_at: at.now,
        reason: "Offered; the other officer has not answered.".to_owned(),
        detail: Some(detail.id),
        from_name: name(sql, at.agency, at.officer)?,
        to_name: name(sql, at.agency, to)?,
    };
    write(sql, &at.by(), id, None, &trade)?;
    tell(sql, &at.by(), id, &trade)?;
    filing::put(sql, &at.by(), detail.id, &detail)?;
    jobs::set(sql, at.agency, &LAPSE, &id.to_string(), detail.starts, at.now, &id)?;
    Ok(Decided::accepted(
        "The agency has your offer; the other officer is asked. You have the detail until it is done.",
    ))
}

/// What the rules say of whoever offers a place to another officer. The coordinator knows of it where the agency must agree.
fn said_of_giver(
    sql: &mut dyn Sql,
    by: &By<'_>,
    held: &Assignment,
    to: OfficerId,
    told_at: UnixMillis,
) -> Result<Judged, StoreError> {
    let coordinator_told = staffing_rules::at(sql, by.agency, by.now)?.trades.needs_agreement;
    let gives_up = GivesUp { coordinator_told, ..GivesUp::told(held, told_at, Instead::Officer(to)) };
    policy::judge_giving_up(sql, by, &gives_up)
}

/// What the agency calls an officer.
fn name(sql: &mut dyn Sql, agency: AgencyId, officer: OfficerId) -> Result<Option<String>, StoreError> {
    let found = records::get::<Officer>(sql, agency, RecordKind::Officer, officer)?;
    Ok(found.map(|stored| stored.record.name))
}

/// Why an assignment cannot be offered.
fn not_to_be_offered(
    sql: &mut dyn Sql,
    at: &At<'_>,
    held: &Assignment,
    detail: &Detail,
) -> Result<Option<&'static str>, StoreError> {
    if !staffing_rules::at(sql, at.agency, at.now)?.trades.allowed {
        return Ok(Some("The agency does not allow trades. Call off if you cannot come."));
    }
    if let Some(why) = too_late(sql, at.agency, held, detail, at.now)? {
        return Ok(Some(why));
    }
    let open = waiting::about(sql, at.agency, RecordKind::Trade, held.id)?;
    Ok((!open.is_empty()).then_some("You have offered this detail to somebody already. Take that back first."))
}

fn too_late(
    sql: &mut dyn Sql,
    agency: AgencyId,
    held: &Assignment,
    detail: &Detail,
    now: UnixMillis,
) -> Result<Option<&'static str>, StoreError> {
    if now >= detail.ends {
        return Ok(Some("This detail is over."));
    }
    if now >= detail.starts {
        return Ok(Some("This detail has begun."));
    }
    Ok(clocked(sql, agency, held)?.in_now().then_some("The officer is clocked in."))
}

/// Decides the wish to take what was offered, or not to.
pub fn answer_trade(
    sql: &mut dyn Sql,
    at: &At<'_>,
    id: TradeId,
    takes: bool,
    entropy: &mut dyn Entropy,
) -> Result<Decided, StoreError> {
    let by = at.by();
    let Some(trade) = find(sql, at.agency, id)?.filter(|trade| trade.to == at.officer) else {
        return Ok(Decided::refused("No such trade was offered to you."));
    };
    let step = if takes { TradeStep::Take } else { TradeStep::Decline };
    let state = match trade.state.after(step) {
        Ok(state) => state,
        Err(illegal) => return Ok(Decided::refused(illegal.to_string())),
    };
    if !takes {
        settle(sql, &by, id, &trade, state, "The other officer did not want it.")?;
        return Ok(Decided::accepted("The agency knows that you do not take it."));
    }
    if let Some(why) = cannot_pass(sql, &by, &trade)? {
        return Ok(Decided::refused(why));
    }
    if staffing_rules::at(sql, at.agency, at.now)?.trades.needs_agreement {
        settle(sql, &by, id, &trade, state, "Taken; the agency must agree.")?;
        return Ok(Decided::accepted("The agency must agree. Until then the other officer has the detail."));
    }
    let taken = Trade { state, reason: "Taken.".to_owned(), ..trade.clone() };
    write(sql, &by, id, Some(&trade), &taken)?;
    carry_out(sql, &by, id, &taken, "Taken over.", true, entropy)?;
    Ok(Decided::accepted("You have this detail now."))
}

/// Decides the wish to take an offer back.
pub fn withdraw_trade(sql: &mut dyn Sql, at: &At<'_>, id: TradeId) -> Result<Decided, StoreError> {
    let Some(trade) = find(sql, at.agency, id)?.filter(|trade| trade.from == at.officer) else {
        return Ok(Decided::refused("You have offered no such trade."));
    };
    match trade.state.after(TradeStep::Withdraw) {
        Err(illegal) => Ok(Decided::refused(illegal.to_string())),
        Ok(state) => {
            settle(sql, &at.by(), id, &trade, state, "The officer who offered it took it back.")?;
            Ok(Decided::accepted("You took your offer back, and have the detail."))
        }
    }
}

/// The agency agrees to a trade.
pub fn agree(sql: &mut dyn Sql, by: &By<'_>, id: TradeId, entropy: &mut dyn Entropy) -> Result<(), Problem> {
    let trade = filing::get::<Trade>(sql, by.agency, id)?.record;
    trade.state.after(TradeStep::Agree).map_err(|illegal| Problem::conflict(illegal.to_string()))?;
    if let Some(why) = cannot_pass(sql, by, &trade)? {
        return Err(Problem::conflict(why));
    }
    Ok(carry_out(sql, by, id, &trade, "The agency agreed.", false, entropy)?)
}

/// The agency does not agree to a trade.
pub fn refuse(sql: &mut dyn Sql, by: &By<'_>, id: TradeId, reason: &str) -> Result<(), Problem> {
    let reason = words::text("reason", reason)?;
    let trade = filing::get::<Trade>(sql, by.agency, id)?.record;
    let state = trade.state.after(TradeStep::Refuse).map_err(|illegal| Problem::conflict(illegal.to_string()))?;
    settle(sql, by, id, &trade, state, &format!("The agency did not agree: {reason}"))?;
    Ok(())
}

/// Why the place cannot pass to the officer it was offered to, as of now.
fn cannot_pass(sql: &mut dyn Sql, by: &By<'_>, trade: &Trade) -> Result<Option<String>, StoreError> {
    let Some((held, detail)) = standing(sql, by.agency, trade.assignment)? else {
        return Ok(Some("The officer who offered it does not have it any more.".to_owned()));
    };
    if let Some(why) = too_late(sql, by.agency, &held, &detail, by.now)? {
        return Ok(Some(why.to_owned()));
    }
    let said = said_of_giver(sql, by, &held, trade.to, trade.offered_at)?;
    if let Some(why) = [said.blocked(), said.to_approve()].into_iter().flatten().next() {
        return Ok(Some(format!("The officer who offered it may not pass it on: {why}")));
    }
    Ok(bar(sql, by, trade.to, &detail, held.position)?.map(|bar| bar.to_them()))
}

/// Passes the place on. `seen`: to an officer who learns of it as the answer to a wish of their own.
fn carry_out(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: TradeId,
    trade: &Trade,
    why: &str,
    seen: bool,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let Some((held, detail)) = standing(sql, by.agency, trade.assignment)? else { return Ok(()) };
    let said = said_of_giver(sql, by, &held, trade.to, trade.offered_at)?;
    let state = trade.state.after(TradeStep::Agree).unwrap_or(trade.state);
    settle(sql, by, id, trade, state, why)?;
    call_off::end(sql, by, held.id, CallingOffState::Replaced, "Somebody else took this detail over.")?;
    let pass = award::Pass {
        detail: detail.id,
        position: held.position,
        from: Some(&held),
        to: trade.to,
        why: "Traded between officers.",
        told: "You gave this detail to another officer.",
        seen,
    };
    award::pass(sql, by, &pass, entropy)?;
    let what = ledger::about(sql, by, trade.from, EntryKind::GivenUp, &detail, held.position, entropy)?;
    ledger::enter(sql, by, Happening { replaced: true, ..what })?;
    let cause = Cause { entry: RecordId::new(by.now, entropy), note: "Traded.".to_owned() };
    settled::settle(sql, by, &held, &detail, &said, cause).map(drop)
}

/// A trade, if there is one.
fn find(sql: &mut dyn Sql, agency: AgencyId, id: TradeId) -> Result<Option<Trade>, StoreError> {
    Ok(records::get(sql, agency, RecordKind::Trade, id)?.map(|stored| stored.record))
}

/// Writes where a trade stands, for both officers.
fn settle(
    sql: &mut dyn Sql,
    by: &By<'_>,
    id: TradeId,
    before: &Trade,
    state: TradeState,
    reason: &str,
) -> Result<Trade, StoreError> {
    let after = Trade { state, reason: reason.to_owned(), ..before.clone() };
    write(sql, by, id, Some(before), &after)?;
    tell(sql, by, id, &after)?;
    if !state.is_open() {
        hide(sql, by, &after)?;
    }
    Ok(after)
}

fn write(sql: &mut dyn Sql, by: &By<'_>, id: TradeId, before: Option<&Trade>, after: &Trade) -> Result<(), StoreError> {
    filing::put(sql, by, id, after)?;
    waiting::set(sql, by.agency, RecordKind::Trade, id, after.assignment, after.state.is_open())?;
    let action = match after.state {
        TradeState::Offered => "trade.offer",
        TradeState::Taken => "trade.take",
        TradeState::Done => "trade.done",
        TradeState::Declined => "trade.decline",
        TradeState::Withdrawn => "trade.withdraw",
        TradeState::Refused => "trade.refuse",
        TradeState::Lapsed => "trade.lapse",
    };
    by.note(sql, action, id, &json!({ "before": before, "after": after }))
}

/// Shows the detail no longer to the officer it was offered to.
fn hide(sql: &mut dyn Sql, by: &By<'_>, trade: &Trade) -> Result<(), StoreError> {
    let held = records::get::<Assignment>(sql, by.agency, RecordKind::Assignment, trade.assignment)?;
    let Some(held) = held else { return Ok(()) };
    match details::find(sql, by.agency, held.record.detail)? {
        Some(detail) => filing::put(sql, by, detail.id, &detail).map(drop),
        None => Ok(()),
    }
}

/// Ends the trades of an assignment that nobody has any more, or that its officer works. The caller writes the detail.
pub(super) fn lapse(sql: &mut dyn Sql, by: &By<'_>, assignment: AssignmentId, why: &str) -> Result<(), StoreError> {
    for id in waiting::about(sql, by.agency, RecordKind::Trade, assignment)? {
        let id = TradeId::from_bytes(*id.as_bytes());
        if let Some(before) = find(sql, by.agency, id)? {
            let after = Trade { state: TradeState::Lapsed, reason: why.to_owned(), ..before.clone() };
            write(sql, by, id, Some(&before), &after)?;
            tell(sql, by, id, &after)?;
        }
    }
    Ok(())
}

fn lapse_at_start(sql: &mut dyn Sql, run: &Run<'_>) -> Result<Next, Failed> {
    let (by, id) = (run.by(), run.payload::<TradeId>()?);
    let Some(trade) = find(sql, by.agency, id)?.filter(|trade| trade.state.is_open()) else { return Ok(Next::Done) };
    let detail = standing(sql, by.agency, trade.assignment)?.map(|(_, detail)| detail);
    if let Some(later) = detail.map(|detail| detail.starts).filter(|starts| *starts > run.now) {
        return Ok(Next::At(later));
    }
    settle(sql, &by, id, &trade, TradeState::Lapsed, "The detail began before it was taken over.")?;
    Ok(Next::Done)
}

/// The officers to whom a place of the detail is offered.
pub(crate) fn offered_to(sql: &mut dyn Sql, agency: AgencyId, detail: DetailId) -> Result<Vec<OfficerId>, StoreError> {
    let mut officers = Vec::new();
    for assignment in assignments::active_of_detail(sql, agency, detail)? {
        for id in waiting::about(sql, agency, RecordKind::Trade, assignment)? {
            officers.extend(find(sql, agency, TradeId::from_bytes(*id.as_bytes()))?.map(|trade| trade.to));
        }
    }
    Ok(officers)
}
