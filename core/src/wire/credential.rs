//! How a device signs a request: HMAC-SHA256 under the session key, with a counter that only rises.
//!
//! The header is `Authorization: Detailbook <token>`, the token being unpadded base64url of
//! device id (16 bytes) | counter (8 bytes, big-endian) | MAC (first 16 bytes).

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};

use crate::ids::DeviceId;
use crate::shift::Sha256;

/// The scheme's name in the `Authorization` header.
const SCHEME: &str = "Detailbook ";
/// Separates this use of the session key from any other.
const CONTEXT: &[u8] = b"detailbook-request-v1";

/// The secret shared by one device and the server since enrolment or the last renewal.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey(pub [u8; 32]);

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(..)")
    }
}

/// A header that is not a credential.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a device credential")]
pub struct CredentialError;

/// What a device sends with each request to say who it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credential {
    /// The device.
    pub device: DeviceId,
    /// Higher than in any request of this device before; the server refuses one it has seen.
    pub counter: u64,
    /// Over method, path with query, counter and body.
    mac: [u8; 16],
}

impl Credential {
    /// Signs a request. `path` includes the query.
    pub fn sign(key: &SessionKey, device: DeviceId, counter: u64, method: &str, path: &str, body: &[u8]) -> Self {
        let full = mac(key, device, counter, method, path, body).finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        Self { device, counter, mac: short }
    }

    /// Does the credential fit the request? Takes the same time whatever differs.
    pub fn verify(&self, key: &SessionKey, method: &str, path: &str, body: &[u8]) -> bool {
        mac(key, self.device, self.counter, method, path, body).verify_truncated_left(&self.mac).is_ok()
    }

    /// The value of the `Authorization` header.
    pub fn to_header(&self) -> String {
        let mut token = Vec::with_capacity(40);
        token.extend_from_slice(self.device.as_bytes());
        token.extend_from_slice(&self.counter.to_be_bytes());
        token.extend_from_slice(&self.mac);
        format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&token))
    }

    /// Reads what [`Self::to_header`] writes.
    pub fn from_header(header: &str) -> Result<Self, CredentialError> {
        let token = header.strip_prefix(SCHEME).ok_or(CredentialError)?;
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| CredentialError)?;
        let bytes: [u8; 40] = bytes.try_into().map_err(|_| CredentialError)?;
        let (device, rest) = bytes.split_at(16);
        let (counter, mac) = rest.split_at(8);
        Ok(Self {
            device: DeviceId::from_slice(device).map_err(|_| CredentialError)?,
            counter: u64::from_be_bytes(counter.try_into().map_err(|_| CredentialError)?),
            mac: mac.try_into().map_err(|_| CredentialError)?,
        })
    }
}

fn mac(key: &SessionKey, device: DeviceId, counter: u64, method: &str, path: &str, body: &[u8]) -> Hmac<sha2::Sha256> {
    // HMAC takes keys of any length.
    #[allow(clippy::expect_used)]
    let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(&key.0).expect("any key length");
    mac.update(CONTEXT);
    mac.update(device.as_bytes());
    mac.update(&counter.to_be_bytes());
    for text in [method, path] {
        mac.update(&(text.len() as u64).to_be_bytes());
        mac.update(text.as_bytes());
    }
    mac.update(&Sha256::of(body).0);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> (SessionKey, Credential) {
        let key = SessionKey([7; 32]);
        let credential = Credential::sign(&key, DeviceId::from_bytes([1; 16]), 9, "POST", "/v1/sync", b"body");
        (key, credential)
    }

    #[test]
    fn a_credential_survives_its_header() {
        let (key, credential) = signed();
        let read = Credential::from_header(&credential.to_header()).unwrap();
        assert_eq!(read, credential);
        assert!(read.verify(&key, "POST", "/v1/sync", b"body"));
    }

    #[test]
    fn anything_changed_breaks_it() {
        let (key, credential) = signed();
        assert!(!credential.verify(&SessionKey([8; 32]), "POST", "/v1/sync", b"body"));
        assert!(!credential.verify(&key, "PUT", "/v1/sync", b"body"));
        assert!(!credential.verify(&key, "POST", "/v1/sync?x", b"body"));
        assert!(!credential.verify(&key, "POST", "/v1/sync", b"bodi"));
        assert!(!Credential { counter: 10, ..credential }.verify(&key, "POST", "/v1/sync", b"body"));
        assert!(
            !Credential { device: DeviceId::from_bytes([2; 16]), ..credential }
                .verify(&key, "POST", "/v1/sync", b"body")
        );
    }

    #[test]
    fn nonsense_headers_are_refused() {
        for header in ["", "Detailbook", "Detailbook ", "Bearer abc", "Detailbook AAAA", "Detailbook ä"] {
            assert_eq!(Credential::from_header(header), Err(CredentialError));
        }
    }
}
