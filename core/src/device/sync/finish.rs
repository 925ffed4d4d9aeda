//! Taking an answer in: entries, cursor, verdicts and outcomes in one transaction. A crash anywhere repeats the exchange.

use super::answer::Answer;
use super::{Errand, Flight, Incoming, Pushed, SyncProgress, Ticket, anchor_between, compare, inflate, problem};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::documents::Stage;
use crate::device::store::{Tx, attachments, changes, commands, documents, facts, records, standing, writers};
use crate::documents::DocumentKind;
use crate::ids::DocumentId;
use crate::shift::Sha256;
use crate::time::{ClockReading, UnixMillis};
use crate::wire::{PushVerdict, decode};

impl Phone {
    /// Takes the answer to the request with that ticket. An answer to any other, or to one given up, does nothing.
    pub fn finish_sync(
        &self,
        ticket: Ticket,
        incoming: &Incoming,
        at: &ClockReading,
    ) -> Result<SyncProgress, PhoneError> {
        let Some(flight) = self.land(ticket) else { return Ok(SyncProgress::Stale) };
        if incoming.status != 200 {
            return self.finish_refused(&flight, problem(incoming), at.wall);
        }
        let outcome = match &flight.errand {
            Errand::Preparing => return Ok(SyncProgress::Stale),
            Errand::Sync(pushed) => self.finish_exchange(&flight, pushed, incoming, at),
            Errand::Session { body } => self.finish_session(&flight, body, incoming, at),
            Errand::Compare { last } => self.finish_compare(*last, incoming, at),
        };
        if let Err(error) = &outcome
            && !matches!(error, PhoneError::Suspended | PhoneError::Closed | PhoneError::Killed)
        {
            let put_off = match flight.errand {
                Errand::Compare { .. } => self.put_off_compare(at.wall),
                _ => Ok(()),
            };
            // The caller is told what went wrong first.
            self.count_failure(at.wall).and(put_off.map(|()| SyncProgress::Done)).ok();
        }
        outcome
    }

    fn finish_exchange(
        &self,
        flight: &Flight,
        pushed: &Pushed,
        incoming: &Incoming,
        at: &ClockReading,
    ) -> Result<SyncProgress, PhoneError> {
        let body = inflate::inflate(incoming, self.limits.response_bytes)?;
        let answer: Answer = decode(&body)?;
        check_verdicts(pushed, answer.verdicts.as_deref().unwrap_or_default())?;
        let anchor = anchor_between(&flight.began, at, answer.server_time);
        let progress = self.store.write(|tx| {
            if let Some(anchor) = anchor {
                standing::set_anchor(tx, &anchor)?;
            }
            self.take_answer(tx, pushed, &answer, at.wall)
        })?;
        let mut exchange = self.exchange();
        (exchange.renewed, exchange.halvings, exchange.synced, exchange.unwritten) = (false, 0, true, None);
        drop(exchange);
        if progress == SyncProgress::Done {
            self.retry_uploads();
        }
        Ok(progress)
    }

    fn take_answer(
        &self,
        tx: &Tx<'_>,
        pushed: &Pushed,
        answer: &Answer,
        now: UnixMillis,
    ) -> Result<SyncProgress, PhoneError> {
        if answer.compare == Some(true) {
            restored(tx)?;
        } else {
            pushed.writers.iter().try_for_each(|writer| writers::bind(tx, *writer))?;
        }
        if let Some(version) = answer.minimum_app {
            standing::set_minimum_app(tx, version)?;
        }
        let turn =
            self.take_verdicts(tx, pushed, answer.verdicts.as_deref().unwrap_or_default(), answer.server_time, now)?;
        for outcome in answer.outcomes.as_deref().unwrap_or_default() {
            commands::decide(tx, outcome)?;
        }
        self.apply_entries(tx, answer.entries.as_deref().unwrap_or_default(), answer.server_time)?;
        let more = answer.more == Some(true);
        move_on(tx, answer, turn.start_over, more, now)?;
        let again = turn.start_over || turn.again || more || answer.compare == Some(true) || unsent(tx, pushed, now)?;
        if again { Ok(SyncProgress::Again) } else { settle(tx, now) }
    }
}

/// One list a push, one verdict a change: else nobody can tell what was accepted.
fn check_verdicts(pushed: &Pushed, verdicts: &[PushVerdict]) -> Result<(), PhoneError> {
    let fits = |((_, hashes), verdicts): (&(DocumentId, Vec<Sha256>), &PushVerdict)| hashes.len() == verdicts.0.len();
    if pushed.changes.len() == verdicts.len() && pushed.changes.iter().zip(verdicts).all(fits) {
        return Ok(());
    }
    Err(PhoneError::BadAnswer("not one verdict a change"))
}

/// The server was restored from a backup. This answer is the first page of a feed from the beginning, and whatever the server knew
/// of this phone may be lost.
fn restored(tx: &Tx<'_>) -> Result<(), PhoneError> {
    standing::begin_pull(tx)?;
    standing::set_compare_due(tx, true)?;
    compare::send_again(tx)
}

/// Moves the cursor, unless the feed is to start from the beginning.
fn move_on(tx: &Tx<'_>, answer: &Answer, start_over: bool, more: bool, now: UnixMillis) -> Result<(), PhoneError> {
    if start_over {
        return standing::start_over(tx);
    }
    standing::move_cursor(tx, &answer.cursor, (!more).then_some(now))?;
    if more {
        return Ok(());
    }
    let feed = standing::feed(tx)?;
    // Nothing is dropped before it is known what the server lost.
    if feed.pulling && !feed.compare_due {
        records::forget_unseen(tx)?;
        documents::forget_unseen(tx)?;
        standing::end_pull(tx)?;
    }
    for held in documents::at_stage(tx, Stage::Refused)? {
        documents::set_stage(tx, held.document, Stage::OneByOne)?;
    }
    for held in documents::at_stage(tx, Stage::OneByOne)? {
        if is_quiet(tx, held.document)? {
            documents::set_stage(tx, held.document, Stage::InStep)?;
        }
    }
    for document in documents::to_forget(tx)? {
        if is_quiet(tx, document)? && attachments::waiting_of(tx, document)? == 0 {
            take_away(tx, document)?;
        } else if documents::find(tx, document)?.is_some_and(|held| held.kind == DocumentKind::PassOn) {
            // Others' words go at once, however long the officer's own are on their way. Nobody else writes in a shift log.
            documents::strip(tx, document)?;
        }
    }
    Ok(())
}

/// Takes away what the officer may no longer read: what others wrote at once, the whole once nothing of this phone's in it is
/// to be kept for a server that loses it.
pub(super) fn take_away(tx: &Tx<'_>, document: DocumentId) -> Result<(), PhoneError> {
    let since = standing::kept_since(tx, compare::KEPT_FOR)?.unwrap_or(UnixMillis::MIN);
    if documents::is_kept(tx, document, since)? {
        documents::strip(tx, document)
    } else {
        documents::drop_all(tx, document)
    }
}

fn is_quiet(tx: &Tx<'_>, document: DocumentId) -> Result<bool, PhoneError> {
    Ok(changes::waiting_of(tx, document)? == 0 && facts::waiting_of(tx, document)? == 0)
}

/// Is there anything that this exchange could have carried and did not?
pub(super) fn unsent(tx: &Tx<'_>, pushed: &Pushed, now: UnixMillis) -> Result<bool, PhoneError> {
    if !changes::sendable(tx, now, pushed.last_number)?.is_empty() {
        return Ok(true);
    }
    for document in facts::documents_to_seal(tx)? {
        if documents::find(tx, document)?.is_some_and(|held| held.stage != Stage::Refused && !held.is_held(now)) {
            return Ok(true);
        }
    }
    let waiting = commands::waiting(tx, pushed.commands.len() + 1)?;
    Ok(waiting.iter().any(|command| !pushed.commands.contains(&command.id)))
}

/// In step, but for a comparison that is due now and then.
fn settle(tx: &Tx<'_>, now: UnixMillis) -> Result<SyncProgress, PhoneError> {
    let feed = standing::feed(tx)?;
    match feed.compared_at {
        Some(compared) if compare::is_due(compared, now) => {
            standing::set_compare_due(tx, true)?;
            Ok(SyncProgress::Again)
        }
        Some(_) => Ok(SyncProgress::Done),
        None => {
            standing::compared_if_never(tx, now)?;
            Ok(SyncProgress::Done)
        }
    }
}
