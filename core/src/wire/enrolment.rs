//! Enrolment of a phone and renewal of its session key.
//!
//! The phone proves that it holds its key by signing; the server proves that it is the one the invitation names by signing
//! its answer with the key whose hash the invitation carries.

use std::net::Ipv4Addr;

use data_encoding::BASE32_NOPAD;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use crate::ids::{AgencyId, DeviceId, OfficerId};
use crate::shift::Sha256;
use crate::time::UnixMillis;

const ENROL_CONTEXT: &[u8] = b"detailbook-enrol-v1";
const ENROLLED_CONTEXT: &[u8] = b"detailbook-enrolled-v1";
const SESSION_CONTEXT: &[u8] = b"detailbook-session-v1";
const SESSION_ANSWER_CONTEXT: &[u8] = b"detailbook-session-answer-v1";

/// What the QR code holds: where the server is, how to know it, and the one-time code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// The server's address, such as `https://details.example.org`. `http://` is taken on the same machine only: the session key goes
    /// over this.
    pub server: String,
    /// SHA-256 of the server's public key.
    pub server_key: Sha256,
    /// The one-time code.
    pub code: [u8; 16],
}

/// A text that is not an invitation.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a Detailbook invitation")]
pub struct InvitationError;

impl Invitation {
    const PREFIX: &'static str = "detailbook:";

    /// The text of the QR code: `detailbook:<code>.<key hash>@<server>`, the first two in base32.
    pub fn to_text(&self) -> String {
        let code = BASE32_NOPAD.encode(&self.code);
        let key = BASE32_NOPAD.encode(&self.server_key.0);
        format!("{}{code}.{key}@{}", Self::PREFIX, self.server)
    }

    /// Reads what [`Self::to_text`] writes.
    pub fn from_text(text: &str) -> Result<Self, InvitationError> {
        let rest = text.trim().strip_prefix(Self::PREFIX).ok_or(InvitationError)?;
        let (secrets, server) = rest.split_once('@').ok_or(InvitationError)?;
        let (code, key) = secrets.split_once('.').ok_or(InvitationError)?;
        if !Self::may_name(server) {
            return Err(InvitationError);
        }
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            server_key: Sha256(base32(key)?),
            code: base32(code)?,
        })
    }

    /// Do phones take an invitation to a server at that address?
    pub fn may_name(server: &str) -> bool {
        match server.strip_prefix("http://") {
            Some(rest) => is_loopback(rest.split('/').next().unwrap_or_default()),
            None => server.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()),
        }
    }
}

/// Is that host, with or without a port, this machine itself? With a name for a user before it, it is another: a port is digits.
fn is_loopback(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix("[::1]") {
        Some(port) => ("localhost", port),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
        && (host == "localhost" || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback()))
}

fn base32<const N: usize>(text: &str) -> Result<[u8; N], InvitationError> {
    let bytes = BASE32_NOPAD.decode(text.as_bytes()).map_err(|_| InvitationError)?;
    bytes.try_into().map_err(|_| InvitationError)
}

/// A phone asks to be enrolled.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct EnrolRequest {
    /// [`super::PROTOCOL`].
    #[n(0)]
    pub protocol: u16,
    /// The one-time code.
    #[n(1)]
    pub code: ByteArray<16>,
    /// The device's P-256 public key, SEC 1 compressed, 33 bytes.
    #[n(2)]
    pub public_key: ByteArray<33>,
    /// Fresh for every attempt.
    #[n(3)]
    pub nonce: ByteArray<16>,
    /// The device's signature over [`Self::statement`].
    #[n(4)]
    pub signature: ByteVec,
    /// What the officer calls the phone.
    #[n(5)]
    pub label: String,
}

impl EnrolRequest {
    /// What the device signs: that it holds the key, for this code, at the server with that key hash.
    pub fn statement(code: &[u8; 16], public_key: &[u8; 33], nonce: &[u8; 16], server_key: &Sha256) -> Vec<u8> {
        [ENROL_CONTEXT, code, public_key, nonce, &server_key.0].concat()
    }
}

/// The phone is enrolled.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct EnrolResponse {
    /// The agency.
    #[n(0)]
    pub agency: AgencyId,
    /// The officer.
    #[n(1)]
    pub officer: OfficerId,
    /// What this enrolment is called from now on.
    #[n(2)]
    pub device: DeviceId,
    /// The first session key.
    #[n(3)]
    pub session_key: ByteArray<32>,
    /// The server's clock.
    #[n(4)]
    pub server_time: UnixMillis,
    /// The server's P-256 public key, SEC 1 compressed; its hash is in the invitation.
    #[n(5)]
    pub server_key: ByteArray<33>,
    /// The server's signature over [`Self::statement`].
    #[n(6)]
    pub signature: ByteVec,
}

impl EnrolResponse {
    /// What the server signs: these ids and this key, in answer to that very request.
    pub fn statement(&self, request: &[u8]) -> Vec<u8> {
        let mut bytes = [ENROLLED_CONTEXT, Sha256::of(request).0.as_slice()].concat();
        for part in [self.agency.as_bytes(), self.officer.as_bytes(), self.device.as_bytes()] {
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(self.session_key.as_slice());
        bytes.extend_from_slice(&self.server_time.as_millis().to_be_bytes());
        bytes
    }
}

/// A phone asks for a new session key.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct SessionRequest {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Higher than in any request of this device before (the counter that requests use).
    #[n(1)]
    pub counter: u64,
    /// The device's signature over [`Self::statement`].
    #[n(2)]
    pub signature: ByteVec,
}

impl SessionRequest {
    /// What the device signs.
    pub fn statement(device: DeviceId, counter: u64, server_key: &Sha256) -> Vec<u8> {
        [SESSION_CONTEXT, device.as_bytes().as_slice(), &counter.to_be_bytes(), &server_key.0].concat()
    }
}

/// A new session key.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct SessionResponse {
    /// The key.
    #[n(0)]
    pub session_key: ByteArray<32>,
    /// The server's clock.
    #[n(1)]
    pub server_time: UnixMillis,
    /// The server's signature over [`Self::statement`].
    #[n(2)]
    pub signature: ByteVec,
}

impl SessionResponse {
    /// What the server signs: this key, in answer to that very request.
    pub fn statement(&self, request: &[u8]) -> Vec<u8> {
        let mut bytes = [SESSION_ANSWER_CONTEXT, Sha256::of(request).0.as_slice()].concat();
        bytes.extend_from_slice(self.session_key.as_slice());
        bytes.extend_from_slice(&self.server_time.as_millis().to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_survives_its_text() {
        let invitation =
            Invitation { server: "https://details.example.org".into(), server_key: Sha256([9; 32]), code: [3; 16] };
        assert_eq!(Invitation::from_text(&invitation.to_text()), Ok(invitation));
    }

    #[test]
    fn a_server_is_reached_in_the_clear_on_the_same_machine_only() {
        let reads = |server: &str| {
            let invitation = Invitation { server: server.to_owned(), server_key: Sha256([9; 32]), code: [3; 16] };
            Invitation::from_text(&invitation.to_text()).is_ok()
        };
        for server in
            ["https://a.example", "http://127.0.0.1:8470", "http://localhost", "http://[::1]:1", "http://127.9.9.9/x"]
        {
            assert!(reads(server), "{server}");
        }
        for server in [
            "http://a.example",
            "http://10.0.0.1",
            "http://127.0.0.1.a.example",
            "http://127.0.0.1@a.example",
            "http://localhost:x@a.example",
            "http://[::1].a.example",
            "http://[::1]@a.example",
            "http://[::1]:80@evil.example",
            "http://[::1]:x",
            "http://localhost:80:80",
            "http://127.0.0.1:80@evil.example",
            "http://a.example/127.0.0.1",
            "http://127.0.0.1\\@a.example",
            "http://",
            "ftp://127.0.0.1",
        ] {
            assert!(!reads(server), "{server}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "detailbook:", "detailbook:AA.BB@https://x", "https://example.org", "detailbook:@."] {
            assert_eq!(Invitation::from_text(text), Err(InvitationError));
        }
    }
}
