//! A random secret that says whose data it opens: what a browser's cookie holds, and what a one-time link holds. Only its hash is
//! stored, under the agency that it names.

use data_encoding::BASE64URL_NOPAD;
use detailbook_core::entropy::{Entropy, random_bytes};
use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;

/// An agency's id and 256 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AgencySecret {
    /// Whose data it opens. A false one finds nothing: the hash is looked up under it.
    pub agency: AgencyId,
    secret: [u8; 32],
}

impl std::fmt::Debug for AgencySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AgencySecret(..)")
    }
}

impl AgencySecret {
    /// Draws a new one.
    pub fn generate(agency: AgencyId, entropy: &mut dyn Entropy) -> Self {
        Self { agency, secret: random_bytes(entropy) }
    }

    /// What is stored of it. It is as long as the hash, so neither salt nor a slow hash would add anything.
    pub fn hash(&self) -> Sha256 {
        Sha256::of(&self.secret)
    }

    /// The secret itself, to derive what belongs to it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The text that its holder keeps: letters, digits, `-` and `_`.
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(&[&self.agency.as_bytes()[..], &self.secret].concat())
    }

    /// Reads what [`Self::to_text`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes: [u8; 48] = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()?;
        let (agency, secret) = bytes.split_at(16);
        Some(Self { agency: AgencyId::from_slice(agency).ok()?, secret: secret.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Same;

    #[test]
    fn it_survives_its_text_and_is_not_printed() {
        let secret = AgencySecret::generate(AgencyId::from_bytes([1; 16]), &mut Same(7));
        assert_eq!(AgencySecret::from_text(&secret.to_text()), Some(secret));
        assert_eq!(format!("{secret:?}"), "AgencySecret(..)");
        assert_eq!(secret.hash(), Sha256::of(&[7; 32]));
    }

    #[test]
    fn other_texts_are_none() {
        let text = AgencySecret::generate(AgencyId::from_bytes([1; 16]), &mut Same(7)).to_text();
        for wrong in ["", "abc", &text[1..], &format!("{text}A"), &text.replace('w', "="), "ä"] {
            assert_eq!(AgencySecret::from_text(wrong), None, "{wrong}");
        }
    }
}
