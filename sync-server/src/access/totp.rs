//! Time-based one-time passwords (RFC 6238): the second step of signing in. SHA-1, six digits and 30 s are what every
//! authenticator app takes.

use data_encoding::BASE32_NOPAD;
use detailbook_core::entropy::{Entropy, random_bytes};
use detailbook_core::time::UnixMillis;
use ring::hmac;
use subtle::ConstantTimeEq;

use crate::routes::staff::percent;

/// How long a step lasts, in milliseconds.
const STEP_MS: i64 = 30_000;
/// Steps before and after the present one whose codes are taken, for clocks that differ: RFC 6238 section 5.2.
const REACH: i64 = 1;
/// What follows the codes' six digits.
const MODULUS: u32 = 1_000_000;

/// Somebody's second factor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Totp {
    /// What their app and the server share: 160 bits, as RFC 4226 section 4 recommends.
    pub secret: [u8; 20],
    /// The last step whose code was used: neither it nor an earlier one is taken again.
    pub used: i64,
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp(..)")
    }
}

impl Totp {
    /// Draws a new secret.
    pub fn generate(entropy: &mut dyn Entropy) -> Self {
        Self { secret: random_bytes(entropy), used: 0 }
    }

    /// The factor with that code used up; nothing where the code is wrong, too old or was used.
    pub fn take(&self, code: &str, now: UnixMillis) -> Option<Self> {
        let present = step(now);
        let fits = |step: &i64| bool::from(self.code(*step).as_bytes().ct_eq(code.as_bytes()));
        let found = (present - REACH..=present + REACH).filter(fits).find(|step| *step > self.used)?;
        Some(Self { used: found, ..*self })
    }

    /// The code that an app shows now.
    pub fn shown(&self, now: UnixMillis) -> String {
        self.code(step(now))
    }

    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        format!("{:06}", truncated(tag.as_ref()) % MODULUS)
    }

    /// The secret as somebody types it: base 32 in groups of four.
    pub fn words(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.secret);
        let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        groups.join(" ")
    }

    /// What the QR code says: the key URI that authenticator apps read.
    pub fn uri(&self, issuer: &str, login: &str) -> String {
        let (issuer, login) = (percent::encode(issuer), percent::encode(login));
        let secret = BASE32_NOPAD.encode(&self.secret);
        format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }
}

fn step(now: UnixMillis) -> i64 {
    now.as_millis().div_euclid(STEP_MS)
}

/// RFC 4226 section 5.3: four bytes from where the last nibble says, without the sign.
fn truncated(tag: &[u8]) -> u32 {
    let from = usize::from(tag.last().copied().unwrap_or_default() & 15);
    let bytes = tag.get(from..from + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    u32::from_be_bytes(bytes) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc() -> Totp {
        Totp { secret: *b"12345678901234567890", used: 0 }
    }

    fn at(seconds: i64) -> UnixMillis {
        UnixMillis::new(seconds * 1_000)
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238 appendix B gives eight digits; the last six are the same.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().shown(at(seconds)), code);
        }
    }

    #[test]
    fn a_code_is_taken_once_and_within_a_step_of_its_own() {
        let (totp, now) = (rfc(), at(1_111_111_111));
        for seconds in [-30, 0, 30] {
            assert!(totp.take(&totp.shown(at(1_111_111_111 + seconds)), now).is_some(), "{seconds}");
        }
        for seconds in [-61, 60] {
            assert!(totp.take(&totp.shown(at(1_111_111_111 + seconds)), now).is_none(), "{seconds}");
        }
        let used = totp.take(&totp.shown(now), now).unwrap();
        assert!(used.take(&totp.shown(now), now).is_none(), "twice");
        assert!(used.take(&totp.shown(at(1_111_111_081)), now).is_none(), "an earlier one");
        assert!(used.take(&totp.shown(at(1_111_111_141)), at(1_111_111_141)).is_some());
    }

    #[test]
    fn what_is_no_code_is_not_taken() {
        for wrong in ["", "0", "050472", "0050471", " 050471", "05047\u{661}"] {
            assert!(rfc().take(wrong, at(1_111_111_111)).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_told_in_groups_and_in_a_uri() {
        assert_eq!(rfc().words(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let uri = rfc().uri("Detailbook Harbor Falls", "a@example.org");
        assert!(uri.starts_with("otpauth://totp/Detailbook%20Harbor%20Falls:a%40example.org?secret=GEZDGNBVGY3TQOJQ"));
        assert_eq!(format!("{:?}", rfc()), "Totp(..)");
    }
}
