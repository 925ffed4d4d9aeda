//! Commands, each decided exactly once however often it is sent.

use detailbook_core::entropy::Entropy;
use detailbook_core::ids::RecordId;
use detailbook_core::records::RecordKind;
use detailbook_core::time::{Millis, UnixMillis};
use detailbook_core::wire::{Command, CommandOutcome, Limits, Refusal, Wish};

use crate::audit;
use crate::messages;
use crate::scheduling::{self, At, Decided, ToApply};
use crate::store::devices::Device;
use crate::store::{Sql, StoreError, commands, records};

/// Decides commands in order: one outcome each.
pub(super) fn decide_all(
    sql: &mut dyn Sql,
    device: &Device,
    commands: &[Command],
    (now, read): (UnixMillis, i64),
    limits: &Limits,
    entropy: &mut dyn Entropy,
) -> Result<Vec<CommandOutcome>, StoreError> {
    if commands.is_empty() {
        return Ok(vec![]);
    }
    let since = now + Millis(-Millis::from_hours(24).0);
    let mut room = limits.officer_commands.saturating_sub(commands::count(sql, device, since)?);
    commands.iter().map(|command| decide_once(sql, device, command, (now, read), limits, &mut room, entropy)).collect()
}

fn decide_once(
    sql: &mut dyn Sql,
    device: &Device,
    command: &Command,
    (now, read): (UnixMillis, i64),
    limits: &Limits,
    room: &mut usize,
    entropy: &mut dyn Entropy,
) -> Result<CommandOutcome, StoreError> {
    match commands::decided(sql, device.agency, command.id)? {
        Some((officer, outcome)) if officer == device.officer => Ok(outcome),
        // Somebody else's: nothing of theirs is told, and nothing is kept.
        Some(_) => Ok(outcome(command, id_is_taken(), now)),
        // Nothing is kept of these either: that is what the limits are for.
        None if command.wish.len() > limits.wish_bytes => Ok(outcome(command, too_large(), now)),
        None if *room == 0 => Ok(outcome(command, too_many(), now)),
        None => {
            *room -= 1;
            let actor = audit::officer(device.officer);
            let at = At { agency: device.agency, officer: device.officer, actor: &actor, now, read };
            let outcome = outcome(command, decide(sql, &at, command, device.seen_at, entropy)?, now);
            commands::keep(sql, device.agency, device.officer, device.device, command, &outcome)?;
            Ok(outcome)
        }
    }
}

fn outcome(command: &Command, decided: Decided, now: UnixMillis) -> CommandOutcome {
    CommandOutcome { id: command.id, decision: decided.decision, reason: decided.reason, decided_at: now }
}

fn id_is_taken() -> Decided {
    Decided::refused("The id of this request is in use. Please try again.")
}

fn too_large() -> Decided {
    Decided::refused(Refusal::TooLarge.sentence())
}

fn too_many() -> Decided {
    Decided::refused(Refusal::LimitReached.sentence())
}

fn decide(
    sql: &mut dyn Sql,
    at: &At<'_>,
    command: &Command,
    last_without: UnixMillis,
    entropy: &mut dyn Entropy,
) -> Result<Decided, StoreError> {
    let Ok(wish) = command.wish() else {
        return Ok(Decided::refused("The agency's server does not know this kind of request yet."));
    };
    if let Some(kind) = makes(&wish)
        && records::exists(sql, at.agency, kind, RecordId::from_bytes(*command.id.as_bytes()))?
    {
        return Ok(id_is_taken());
    }
    match wish {
        Wish::Apply { detail, position, read } => {
            let (command, made_at) = (command.id, command.made_at);
            let read = read.as_ref();
            scheduling::apply(sql, at, &ToApply { command, made_at, read, last_without, detail, position })
        }
        Wish::Withdraw { detail } => scheduling::withdraw(sql, at, detail),
        Wish::Acknowledge { assignment } => scheduling::acknowledge(sql, at, assignment),
        Wish::SendMessage { text } => messages::from_officer(sql, at, command.id, &text),
        Wish::CallOff { assignment, reason } => scheduling::call_off(sql, at, assignment, &reason, entropy),
        Wish::Relieve { assignment, comes } => scheduling::relieve(sql, at, assignment, comes, entropy),
        Wish::OfferTrade { assignment, to } => scheduling::offer_trade(sql, at, command.id.into(), assignment, to),
        Wish::AnswerTrade { trade, takes } => scheduling::answer_trade(sql, at, trade, takes, entropy),
        Wish::WithdrawTrade { trade } => scheduling::withdraw_trade(sql, at, trade),
        Wish::AcknowledgeNotice { notice } => scheduling::acknowledge_notice(sql, at, notice),
        Wish::OfferTradeTo { assignment, number } => {
            scheduling::offer_trade_to(sql, at, command.id.into(), assignment, &number)
        }
    }
}

/// The kind of record that a wish makes under the command's own id. The phone chose that id, so it may be anything.
const fn makes(wish: &Wish) -> Option<RecordKind> {
    match wish {
        Wish::Apply { .. } => Some(RecordKind::Application),
        Wish::SendMessage { .. } => Some(RecordKind::Message),
        Wish::OfferTrade { .. } | Wish::OfferTradeTo { .. } => Some(RecordKind::Trade),
        Wish::Withdraw { .. }
        | Wish::Acknowledge { .. }
        | Wish::CallOff { .. }
        | Wish::Relieve { .. }
        | Wish::AnswerTrade { .. }
        | Wish::WithdrawTrade { .. }
        | Wish::AcknowledgeNotice { .. } => None,
    }
}
