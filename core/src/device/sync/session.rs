//! Renewing the session key.

use super::{Errand, Flight, Incoming, Outgoing, SyncProgress, Ticket, anchor_between};
use crate::device::enrol::check_signature;
use crate::device::error::PhoneError;
use crate::device::phone::Phone;
use crate::device::store::standing::{self, Enrolment};
use crate::shift::Sha256;
use crate::time::ClockReading;
use crate::wire::{SESSION_PATH, SessionRequest, SessionResponse, decode, encode};

impl Phone {
    pub(super) fn session_request(
        &self,
        ticket: Ticket,
        enrolment: &Enrolment,
        counter: u64,
    ) -> Result<(Outgoing, Errand), PhoneError> {
        let statement = SessionRequest::statement(enrolment.device, counter, &Sha256::of(&enrolment.server_key));
        let signature = self.signer.sign(&statement).map_err(|_| PhoneError::NoKey)?;
        let body = encode(&SessionRequest { device: enrolment.device, counter, signature: signature.to_vec().into() });
        Ok((Outgoing::plain(ticket, SESSION_PATH, body.clone()), Errand::Session { body }))
    }

    pub(super) fn finish_session(
        &self,
        flight: &Flight,
        request: &[u8],
        incoming: &Incoming,
        at: &ClockReading,
    ) -> Result<SyncProgress, PhoneError> {
        let answer: SessionResponse = decode(&incoming.body)?;
        self.store.write_hours(|tx| {
            let enrolment = standing::enrolled(tx)?;
            check_signature(&enrolment.server_key, &answer.statement(request), &answer.signature)?;
            standing::renew_session(tx, answer.session_key.as_slice())?;
            match anchor_between(&flight.began, at, answer.server_time) {
                Some(anchor) => standing::set_anchor(tx, &anchor),
                None => Ok(()),
            }
        })?;
        let mut exchange = self.exchange();
        (exchange.renew, exchange.renewed) = (false, true);
        Ok(SyncProgress::Again)
    }
}
