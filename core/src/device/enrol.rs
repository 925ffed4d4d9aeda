//! Enrolment: from an invitation to a phone that the agency knows.

use minicbor::bytes::ByteVec;

use super::error::PhoneError;
use super::phone::Phone;
use super::store::{facts, standing, writers};
use super::sync::{Incoming, Outgoing, Ticket, problem};
use crate::entropy::random_bytes;
use crate::evidence::{PublicKey, verify};
use crate::ids::{AgencyId, DeviceId, OfficerId, WriterId};
use crate::shift::Sha256;
use crate::time::{Anchor, ClockReading};
use crate::wire::{ENROL_PATH, EnrolRequest, EnrolResponse, Invitation, PROTOCOL, decode, encode};

/// An enrolment under way. Nothing is kept before the answer has come.
#[derive(Clone, Debug)]
pub struct Enrolling {
    /// The server's address.
    pub server: String,
    /// The request.
    pub outgoing: Outgoing,
    public_key: PublicKey,
    key_hash: Sha256,
    began: ClockReading,
}

/// Who the phone is from now on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Enrolled {
    /// The agency.
    pub agency: AgencyId,
    /// The officer.
    pub officer: OfficerId,
    /// This enrolment.
    pub device: DeviceId,
}

impl Phone {
    /// The request that enrols this phone, from the text of a QR code.
    pub fn begin_enrol(&self, invitation: &str, at: &ClockReading) -> Result<Enrolling, PhoneError> {
        // A closed store could not keep the answer, and the code is good for one.
        self.store.read(|_| Ok(()))?;
        let invitation = Invitation::from_text(invitation)?;
        let public_key = self.signer.public_key().map_err(|_| PhoneError::NoKey)?;
        let nonce: [u8; 16] = random_bytes(&mut **self.entropy());
        let statement = EnrolRequest::statement(&invitation.code, &public_key, &nonce, &invitation.server_key);
        let signature = self.signer.sign(&statement).map_err(|_| PhoneError::NoKey)?;
        let request = EnrolRequest {
            protocol: PROTOCOL,
            code: invitation.code.into(),
            public_key: public_key.into(),
            nonce: nonce.into(),
            signature: signature.to_vec().into(),
            label: self.label.clone(),
        };
        Ok(Enrolling {
            server: invitation.server,
            outgoing: Outgoing::plain(Ticket::default(), ENROL_PATH, encode(&request)),
            public_key,
            key_hash: invitation.server_key,
            began: at.clone(),
        })
    }

    /// Takes the server's answer. A store that holds another officer's facts refuses; the same officer's wait and go along.
    pub fn finish_enrol(
        &self,
        enrolling: &Enrolling,
        incoming: &Incoming,
        at: &ClockReading,
    ) -> Result<Enrolled, PhoneError> {
        if incoming.status != 200 {
            return Err(PhoneError::Refused(problem(incoming)));
        }
        let answer: EnrolResponse = decode(&incoming.body)?;
        check_server(&answer, enrolling)?;
        let writer = WriterId::new(at.wall, &mut **self.entropy());
        self.store.write(|tx| {
            if standing::enrolment(tx)?.is_some_and(|it| (it.agency, it.officer) != (answer.agency, answer.officer)) {
                return Err(PhoneError::OtherOfficer);
            }
            standing::enrol(tx, &enrolling.server, &enrolling.public_key, &answer, writer)?;
            writers::take_up(tx, writer)?;
            super::sync::fresh_streams(tx, at.wall)?;
            // What the old enrolment was refused may be right under the new one.
            facts::try_all_again(tx)?;
            facts::sign_again(tx)?;
            match anchor(&answer, enrolling, at) {
                Some(anchor) => standing::set_anchor(tx, &anchor),
                None => Ok(()),
            }
        })?;
        Ok(Enrolled { agency: answer.agency, officer: answer.officer, device: answer.device })
    }

    /// Who this phone is, if it is enrolled.
    pub fn enrolled(&self) -> Result<Option<Enrolled>, PhoneError> {
        let enrolment = self.store.read(standing::enrolment)?;
        Ok(enrolment.map(|it| Enrolled { agency: it.agency, officer: it.officer, device: it.device }))
    }

    /// Where a request goes: the server's address, path and query.
    pub fn url(&self, outgoing: &Outgoing) -> Result<String, PhoneError> {
        let server = self.server()?.ok_or(PhoneError::NotEnrolled)?;
        Ok(format!("{server}{}", outgoing.path))
    }

    /// The server's address, if the phone is enrolled.
    pub fn server(&self) -> Result<Option<String>, PhoneError> {
        Ok(self.store.read(standing::enrolment)?.map(|it| it.server))
    }
}

/// Does the answer come from the server that the invitation names, and to this very request?
fn check_server(answer: &EnrolResponse, enrolling: &Enrolling) -> Result<(), PhoneError> {
    if Sha256::of(answer.server_key.as_slice()) != enrolling.key_hash {
        return Err(PhoneError::BadAnswer("not the invitation's server"));
    }
    let statement = answer.statement(&enrolling.outgoing.body);
    check_signature(&answer.server_key, &statement, &answer.signature)
}

/// Did the server sign that?
pub(super) fn check_signature(key: &PublicKey, statement: &[u8], signature: &ByteVec) -> Result<(), PhoneError> {
    if verify(key, statement, signature) {
        return Ok(());
    }
    Err(PhoneError::BadAnswer("not signed by the agency's server"))
}

fn anchor(answer: &EnrolResponse, enrolling: &Enrolling, at: &ClockReading) -> Option<Anchor> {
    super::sync::anchor_between(&enrolling.began, at, answer.server_time)
}
