//! ECDSA over P-256 with SHA-256: the one scheme that Android's Keystore and Apple's Secure Enclave both offer.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{SigningKey, VerifyingKey};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::entropy::{Entropy, random_bytes};

/// A P-256 public key, SEC 1 compressed.
pub type PublicKey = [u8; 33];
/// An ECDSA signature: r then s, 32 bytes each, big-endian.
pub type Signature = [u8; 64];

/// The key did not sign: the phone is locked before first unlock, or the keystore failed. Never blocks a fact.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the device key did not sign")]
pub struct SigningFailed;

/// Something that holds a P-256 key and signs with it. The key itself never leaves it.
pub trait Signer: Send + Sync {
    /// The public half.
    fn public_key(&self) -> Result<PublicKey, SigningFailed>;
    /// Signs SHA-256 of `message`.
    fn sign(&self, message: &[u8]) -> Result<Signature, SigningFailed>;
}

/// A key held in memory: the server's, and phones' where there is no hardware keystore.
#[derive(Clone)]
pub struct SoftwareSigner(SigningKey);

impl SoftwareSigner {
    /// Draws a new key.
    pub fn generate(entropy: &mut dyn Entropy) -> Self {
        loop {
            // All but about one in 2^32 draws are keys.
            if let Some(signer) = Self::from_secret(&random_bytes(entropy)) {
                return signer;
            }
        }
    }

    /// The key with that secret, unless those bytes are no key.
    pub fn from_secret(secret: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(secret).ok().map(Self)
    }

    /// The secret, to be kept where nobody else reads.
    pub fn secret(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(true);
        let mut key = [0; 33];
        key.copy_from_slice(point.as_bytes());
        key
    }

    /// Signs SHA-256 of `message`, deterministically (RFC 6979).
    pub fn sign_message(&self, message: &[u8]) -> Signature {
        let signature: p256::ecdsa::Signature = self.0.sign(message);
        signature.to_bytes().into()
    }
}

impl Signer for SoftwareSigner {
    fn public_key(&self) -> Result<PublicKey, SigningFailed> {
        Ok(self.public())
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SigningFailed> {
        Ok(self.sign_message(message))
    }
}

/// What Java's `PublicKey.getEncoded` writes before an uncompressed P-256 point (RFC 5480, 2.1.1).
const P256_SPKI: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A public key from the forms that keystores give it in: SEC 1, compressed or not, or a SubjectPublicKeyInfo (DER).
pub fn public_key_of(given: &[u8]) -> Result<PublicKey, SigningFailed> {
    let point = given.strip_prefix(P256_SPKI).unwrap_or(given);
    let key = VerifyingKey::from_sec1_bytes(point).map_err(|_| SigningFailed)?;
    key.to_sec1_point(true).as_bytes().try_into().map_err(|_| SigningFailed)
}

/// A signature from the forms that keystores give it in: DER, or r and s of 32 bytes each.
pub fn signature_of(given: &[u8]) -> Result<Signature, SigningFailed> {
    use p256::ecdsa::Signature as Ecdsa;
    let signature = if given.len() == 64 { Ecdsa::from_slice(given) } else { Ecdsa::from_der(given) };
    signature.map(|it| it.to_bytes().into()).map_err(|_| SigningFailed)
}

/// Did the holder of `key` sign `message`? A malformed key or signature is a no.
///
/// `ring` checks a signature in a fifth of the time that `p256` takes, and a server checks one for each fact. It takes points in
/// full, so `p256` unpacks the key.
pub fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(point) = VerifyingKey::from_sec1_bytes(key).map(|key| key.to_sec1_point(false)) else { return false };
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.as_bytes()).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(u8);
    impl Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    /// What the other implementation says.
    fn verify_by_p256(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        use p256::ecdsa::signature::Verifier as _;
        let key = VerifyingKey::from_sec1_bytes(key);
        let signature = p256::ecdsa::Signature::from_slice(signature);
        matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok())
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        /// Also of the second signature that everyone can make of one, (r, n - s), and of one with a bit changed.
        #[test]
        fn two_implementations_agree(start: u8, message: Vec<u8>, bit in 0..512usize, length in 0..80usize) {
            let signer = SoftwareSigner::generate(&mut Counting(start));
            let (key, signature) = (signer.public(), signer.sign_message(&message));
            let (r, s) = p256::ecdsa::Signature::from_slice(&signature).unwrap().split_scalars();
            let twin = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap().to_bytes();
            let (mut changed, mut cut) = (signature, signature.to_vec());
            changed[bit / 8] ^= 1 << (bit % 8);
            cut.resize(length, 0);
            proptest::prop_assert!(verify(&key, &message, &signature));
            for candidate in [&signature[..], &twin[..], &changed[..], &cut[..]] {
                let theirs = verify_by_p256(&key, &message, candidate);
                proptest::prop_assert_eq!(verify(&key, &message, candidate), theirs);
            }
        }
    }

    #[test]
    fn keys_and_signatures_are_taken_as_keystores_give_them() {
        let signer = SoftwareSigner::generate(&mut Counting(3));
        let long = signer.0.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        for given in [signer.public().to_vec(), long.clone(), [P256_SPKI, &long].concat()] {
            assert_eq!(public_key_of(&given), Ok(signer.public()));
        }
        let signature: p256::ecdsa::Signature = signer.0.sign(b"in at 18:02");
        for given in [signature.to_bytes().to_vec(), signature.to_der().as_bytes().to_vec()] {
            let taken = signature_of(&given).unwrap();
            assert!(verify(&signer.public(), b"in at 18:02", &taken));
        }
        for garbage in [&b""[..], &[0; 33], &[0; 64], &[1; 65], &[0x30; 70], P256_SPKI] {
            assert_eq!(public_key_of(garbage), Err(SigningFailed));
            assert_eq!(signature_of(garbage), Err(SigningFailed));
        }
    }

    #[test]
    fn a_signature_fits_its_message_and_key_only() {
        let (one, two) = (SoftwareSigner::generate(&mut Counting(0)), SoftwareSigner::generate(&mut Counting(9)));
        let signature = one.sign_message(b"in at 18:02");
        assert!(verify(&one.public(), b"in at 18:02", &signature));
        assert!(!verify(&one.public(), b"in at 18:03", &signature));
        assert!(!verify(&two.public(), b"in at 18:02", &signature));
        assert!(!verify(&[0; 33], b"in at 18:02", &signature));
        assert!(!verify(&one.public(), b"in at 18:02", &[0; 64]));
        assert!(!verify(b"", b"", b""));
    }
}
