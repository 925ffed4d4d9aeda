//! The sealed seed: committed when a posting goes up, mixed with the applications when its window closes.
//!
//! Everything hashed is lines of text, so that anybody with `sha256sum` can follow (`docs/award.md` shows how). Whoever made the
//! secret was bound to it before the first application came, and whoever applied did not know it.

use std::fmt;
use std::fmt::Write as _;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::Applicant;
use crate::entropy::{Entropy, random_bytes};
use crate::ids::{OfficerId, RecordId};
use crate::shift::Sha256;
use crate::time::Millis;

/// 32 random bytes, made when a posting goes up and told to nobody before its window has closed.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Secret(#[n(0)] Sha256);

/// What every draw of one award is made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Seed(#[n(0)] Sha256);

impl fmt::Debug for Secret {
    /// Never shows the secret, which may still be one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A new secret.
    pub fn new(entropy: &mut dyn Entropy) -> Self {
        Self::from_bytes(random_bytes(entropy))
    }

    /// A secret from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Sha256(bytes))
    }

    /// 64 hex digits, for publishing once the window has closed.
    pub fn reveal(&self) -> String {
        self.0.to_hex()
    }

    /// What is published with the posting: binds the agency to this secret for this posting.
    pub fn commitment(&self, posting: RecordId) -> Sha256 {
        Sha256::of(format!("detailbook-award-commitment-1\n{posting}\n{}\n", self.0).as_bytes())
    }

    /// Is this the secret that the posting was committed to?
    pub fn fits(&self, commitment: Sha256, posting: RecordId) -> bool {
        self.commitment(posting) == commitment
    }

    /// The seed of the award: the secret mixed with what came in.
    pub fn mix(&self, closing: Sha256) -> Seed {
        Seed(Sha256::of(format!("detailbook-award-seed-1\n{}\n{closing}\n", self.0).as_bytes()))
    }

    /// How long after the posting opens an officer may see it: drawn between zero and `jitter`, whole milliseconds, so that
    /// waiting at the screen gains nothing. From the secret alone, since the seed is not there before the window closes.
    pub fn unlock_after(&self, posting: RecordId, officer: OfficerId, jitter: Millis) -> Millis {
        let steps = u128::from(jitter.0.max(0).unsigned_abs()) + 1;
        // Multiplied, not divided: no offset is likelier than another by more than one in 2^64 / steps.
        let after = (u128::from(self.draw("unlock", posting, officer)) * steps) >> 64;
        Millis(i64::try_from(after).unwrap_or(i64::MAX))
    }

    /// An officer's draw for a turn in bidding rounds: the lowest has the first.
    pub(super) fn turn_draw(&self, posting: RecordId, officer: OfficerId) -> u64 {
        self.draw("turn", posting, officer)
    }

    fn draw(&self, what: &str, posting: RecordId, officer: OfficerId) -> u64 {
        let lines = format!("detailbook-award-{what}-1\n{posting}\n{}\n{officer}\n", self.0);
        first_eight(&Sha256::of(lines.as_bytes()))
    }
}

impl Seed {
    /// A seed from its 32 bytes, for re-running an award whose seed is known.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Sha256(bytes))
    }

    /// 64 hex digits.
    pub fn to_hex(&self) -> String {
        self.0.to_hex()
    }

    /// An officer's draw: the lowest goes first. Depends on the seed and the officer, not on who else takes part.
    pub fn draw(&self, officer: OfficerId) -> u64 {
        first_eight(&Sha256::of(format!("detailbook-award-draw-1\n{}\n{officer}\n", self.0).as_bytes()))
    }
}

/// The hash of everything that came in for a posting, by officer id: one line for each application.
pub fn closing_hash(posting: RecordId, applicants: &[Applicant]) -> Sha256 {
    let mut lines: Vec<String> = applicants.iter().filter_map(closing_line).collect();
    lines.sort_unstable();
    let mut text = format!("detailbook-award-closing-1\n{posting}\n");
    for line in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{line}");
    }
    Sha256::of(text.as_bytes())
}

fn closing_line(applicant: &Applicant) -> Option<String> {
    let application = applicant.application.as_ref()?;
    Some(format!("{} {} {}", applicant.officer, application.command, application.received.as_millis()))
}

fn first_eight(hash: &Sha256) -> u64 {
    hash.0.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{applied, officer, posting, secret};
    use super::*;
    use crate::ids::RecordId;

    /// What `sha256sum` gives for the lines that `docs/award.md` writes.
    #[test]
    fn commitment_closing_seed_and_draws_can_be_followed_with_sha256sum() {
        let commitment = "d6dab38320d692db3ce7ab4f036db6542ee5c4aef8d217b9315ff0672fc2ffbb";
        assert_eq!(secret().commitment(posting()).to_hex(), commitment);
        let closing = closing_hash(posting(), &[applied(2, "09:01"), applied(1, "09:00")]);
        assert_eq!(closing.to_hex(), "f8d26532ae8c026a33b93d41e902fad1095ff35ce17fdf90eb37dc4d471794fe");
        let seed = secret().mix(closing);
        assert_eq!(seed.to_hex(), "86932eadd4f5b04fa19b8ae47e6aa9b5526bcc7562429c1a60a7958e5a8db7c6");
        assert_eq!(seed.draw(officer(1)), 0x27a8_2bb7_f345_d8e3);
        assert_eq!(seed.draw(officer(2)), 0x5fba_5928_1800_aa55);
    }

    #[test]
    fn a_secret_fits_its_own_commitment_and_no_other() {
        let commitment = secret().commitment(posting());
        assert!(secret().fits(commitment, posting()));
        assert!(!secret().fits(commitment, RecordId::NIL));
        assert!(!Secret::from_bytes([8; 32]).fits(commitment, posting()));
    }

    #[test]
    fn one_more_application_or_another_moment_is_another_seed() {
        let closing = |applicants: &[Applicant]| closing_hash(posting(), applicants);
        let one = closing(&[applied(1, "09:00")]);
        assert_ne!(one, closing(&[applied(1, "09:01")]));
        assert_ne!(one, closing(&[applied(1, "09:00"), applied(2, "09:00")]));
        assert_eq!(
            one,
            closing(&[applied(1, "09:00"), Applicant::new(officer(2))]),
            "who did not apply is no part of it"
        );
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", secret()), "Secret(..)");
        assert_eq!(secret().reveal(), "07".repeat(32));
    }
}
