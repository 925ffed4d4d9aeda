//! Refused requests, and what to do about them.

use super::finish::take_away;
use super::{Errand, Flight, Incoming, MAX_HALVINGS, SyncProgress};
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::{Reader, changes, commands, documents, facts, records, reports, standing};
use crate::documents::DocumentKind;
use crate::time::UnixMillis;
use crate::wire::{ProblemBody, Refusal};

/// Bytes of a refusal that are looked at.
const MAX_BODY: usize = 16 * 1024;
/// Leaps without a pause.
const MAX_LEAPS: u32 = 3;

/// Why the server refused a request.
pub(in crate::device) fn problem(incoming: &Incoming) -> Refusal {
    let body: Option<ProblemBody> = match incoming.body.len() {
        0..=MAX_BODY => serde_json::from_slice(&incoming.body).ok(),
        _ => None,
    };
    body.and_then(|body| Refusal::from_code(&body.code)).unwrap_or(match incoming.status {
        401 => Refusal::NotAuthenticated,
        413 => Refusal::TooLarge,
        429 => Refusal::SlowDown,
        404 => Refusal::NotFound,
        403 => Refusal::NotAllowed,
        _ => Refusal::Unavailable,
    })
}

impl Phone {
    pub(super) fn finish_refused(
        &self,
        flight: &Flight,
        refusal: Refusal,
        now: UnixMillis,
    ) -> Result<SyncProgress, PhoneError> {
        match refusal {
            Refusal::SessionExpired | Refusal::NotAuthenticated if self.may_renew(flight) => Ok(SyncProgress::Again),
            Refusal::TooLarge if self.may_halve(flight) => Ok(SyncProgress::Again),
            Refusal::Replayed => self.leap(now),
            Refusal::Revoked if self.may_push_last(flight)? => Ok(SyncProgress::Again),
            Refusal::Revoked => self.end_enrolment(now),
            _ => {
                if matches!(flight.errand, Errand::Compare { .. }) {
                    self.put_off_compare(now)?;
                }
                self.count_failure(now)
            }
        }
    }

    /// Asks for a new session key, unless that was just done.
    fn may_renew(&self, flight: &Flight) -> bool {
        let mut exchange = self.exchange();
        let may = !exchange.renewed && !matches!(flight.errand, Errand::Session { .. });
        (exchange.renew, exchange.renewed) = (may, false);
        may
    }

    /// The server has seen higher counters than this phone remembers: it was put back from a backup.
    fn leap(&self, now: UnixMillis) -> Result<SyncProgress, PhoneError> {
        let failures = self.store.write(|tx| {
            standing::leap_requests(tx)?;
            Ok(standing::feed(tx)?.failures)
        })?;
        let wait = self.count_failure(now)?;
        Ok(if failures < MAX_LEAPS { SyncProgress::Again } else { wait })
    }

    fn may_halve(&self, flight: &Flight) -> bool {
        if matches!(flight.errand, Errand::Compare { .. }) {
            return self.compare_fewer();
        }
        let mut exchange = self.exchange();
        exchange.halvings += 1;
        exchange.halvings <= MAX_HALVINGS
    }

    /// The server keeps one more push, for a person to look at. Does something wait that the refused request could not carry? A
    /// request for a session key is refused only once the server has had that push.
    fn may_push_last(&self, flight: &Flight) -> Result<bool, PhoneError> {
        let carried = match &flight.errand {
            Errand::Sync(pushed) => !pushed.changes.is_empty() || !pushed.commands.is_empty(),
            Errand::Compare { .. } => false,
            Errand::Session { .. } | Errand::Preparing => true,
        };
        let wait = |reader: &Reader<'_>| {
            let waits = changes::any_waiting(reader)? || !facts::documents_to_seal(reader)?.is_empty();
            Ok(waits || commands::count_waiting(reader)? > 0)
        };
        let may = !carried && self.store.read(wait)?;
        Ok(may && !std::mem::replace(&mut self.exchange().last_push, true))
    }

    /// The agency has ended the enrolment: what it wrote and what others wrote leaves this phone. The officer's own shift logs stay:
    /// they are the officer's record of hours, and what was pushed last is kept by the server for a person to look at (ADR 8).
    fn end_enrolment(&self, now: UnixMillis) -> Result<SyncProgress, PhoneError> {
        self.exchange().last_push = false;
        self.store.write(|tx| {
            standing::revoke(tx, now)?;
            records::forget_all(tx)?;
            reports::clear(tx)?;
            let mut after = None;
            loop {
                let page = documents::page(tx, after, 256)?;
                let Some(last) = page.last() else { break };
                after = Some(last.document);
                for held in page.iter().filter(|held| held.kind == DocumentKind::PassOn) {
                    documents::forget(tx, held.document)?;
                    take_away(tx, held.document)?;
                }
            }
            Ok(SyncProgress::Revoked)
        })
    }
}
