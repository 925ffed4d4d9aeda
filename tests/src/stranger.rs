//! A second client, written from `docs/sync.md` alone: it shares no code with the phone but the message types.
//!
//! It plays the hostile phone, and asks the server questions that a phone would not.

use detailbook_core::entropy::random_bytes;
use detailbook_core::evidence::{SoftwareSigner, verify};
use detailbook_core::ids::{AgencyId, DeviceId, OfficerId};
use detailbook_core::shift::Sha256;
use detailbook_core::wire::{
    Credential, EnrolRequest, EnrolResponse, Invitation, PROTOCOL, SessionKey, SessionRequest, SessionResponse,
    SyncRequest, decode, encode,
};

use crate::entropy::Seeded;

/// A request as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// `GET`, `POST` or `PUT`.
    pub method: String,
    /// With the query.
    pub path: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The device takes compressed answers.
    pub accept_gzip: bool,
    /// The body.
    pub body: Vec<u8>,
}

impl Sent {
    /// A request without a credential.
    pub fn open(path: &str, body: Vec<u8>) -> Self {
        Self { method: "POST".into(), path: path.into(), authorization: None, accept_gzip: false, body }
    }
}

/// An enrolled client.
pub struct Stranger {
    /// Its agency.
    pub agency: AgencyId,
    /// Its officer.
    pub officer: OfficerId,
    /// Its enrolment.
    pub device: DeviceId,
    signer: SoftwareSigner,
    server_key: Sha256,
    session: SessionKey,
    counter: u64,
}

/// An enrolment under way.
pub struct Enrolling {
    request: Vec<u8>,
    signer: SoftwareSigner,
    server_key: Sha256,
}

impl Enrolling {
    /// Answers an invitation (section 3).
    pub fn begin(invitation: &Invitation, entropy: &mut Seeded) -> (Self, Sent) {
        let signer = SoftwareSigner::generate(entropy);
        let nonce = random_bytes(entropy);
        let statement = EnrolRequest::statement(&invitation.code, &signer.public(), &nonce, &invitation.server_key);
        let request = encode(&EnrolRequest {
            protocol: PROTOCOL,
            code: invitation.code.into(),
            public_key: signer.public().into(),
            nonce: nonce.into(),
            signature: signer.sign_message(&statement).to_vec().into(),
            label: "stranger".into(),
        });
        let sent = Sent::open("/v1/enrol", request.clone());
        (Self { request, signer, server_key: invitation.server_key }, sent)
    }

    /// Takes the answer, if the server proves that it is the one invited to.
    pub fn finish(self, body: &[u8]) -> Option<Stranger> {
        let answer: EnrolResponse = decode(body).ok()?;
        let key: [u8; 33] = answer.server_key.into();
        let known = Sha256::of(&key) == self.server_key;
        if !known || !verify(&key, &answer.statement(&self.request), &answer.signature) {
            return None;
        }
        Some(Stranger {
            agency: answer.agency,
            officer: answer.officer,
            device: answer.device,
            signer: self.signer,
            server_key: self.server_key,
            session: SessionKey(answer.session_key.into()),
            counter: 0,
        })
    }
}

impl Stranger {
    /// A request with a fitting credential (section 4).
    pub fn request(&mut self, method: &str, path: &str, body: Vec<u8>) -> Sent {
        self.counter += 1;
        let credential = Credential::sign(&self.session, self.device, self.counter, method, path, &body);
        Sent {
            method: method.into(),
            path: path.into(),
            authorization: Some(credential.to_header()),
            accept_gzip: false,
            body,
        }
    }

    /// A sync.
    pub fn sync(&mut self, request: &SyncRequest) -> Sent {
        self.request("POST", "/v1/sync", encode(request))
    }

    /// Asks for a new session key.
    pub fn renewal(&mut self) -> Sent {
        self.counter += 1;
        let statement = SessionRequest::statement(self.device, self.counter, &self.server_key);
        let signature = self.signer.sign_message(&statement).to_vec().into();
        let request = SessionRequest { device: self.device, counter: self.counter, signature };
        Sent::open("/v1/session", encode(&request))
    }

    /// Takes a new session key.
    pub fn renewed(&mut self, body: &[u8]) -> bool {
        let Ok(answer) = decode::<SessionResponse>(body) else { return false };
        self.session = SessionKey(answer.session_key.into());
        true
    }

    /// The signer, to forge with.
    pub fn signer(&self) -> &SoftwareSigner {
        &self.signer
    }
}
