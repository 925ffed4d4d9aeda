//! Recovery codes: for whoever has lost the phone that shows the second factor. Each is good once.

use data_encoding::{BASE32_NOPAD, Encoding};
use detailbook_core::entropy::{Entropy, random_bytes};
use detailbook_core::shift::Sha256;

/// Codes of one person.
pub const COUNT: usize = 10;
/// Characters of a code without its blanks.
const CHARS: usize = 16;
const ALPHABET: &Encoding = &BASE32_NOPAD;

/// One code: 80 bits, so that a fast hash of it is as good as a slow one.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode([u8; 10]);

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

impl RecoveryCode {
    /// Draws a set of them.
    pub fn generate(entropy: &mut dyn Entropy) -> Vec<Self> {
        (0..COUNT).map(|_| Self(random_bytes(entropy))).collect()
    }

    /// As it is shown: four groups of four.
    pub fn to_text(&self) -> String {
        let text = ALPHABET.encode(&self.0);
        let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        groups.join("-")
    }

    /// Reads what somebody typed, whatever stands between the groups.
    pub fn from_text(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
        if plain.len() != CHARS {
            return None;
        }
        ALPHABET.decode(plain.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// What is stored of it.
    pub fn hash(&self) -> Sha256 {
        Sha256::of(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(u8);
    impl Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            self.0 += 1;
            bytes.fill(self.0);
        }
    }

    #[test]
    fn codes_differ_and_survive_their_text() {
        let codes = RecoveryCode::generate(&mut Counting(0));
        assert_eq!(codes.len(), COUNT);
        assert_ne!(codes[0].hash(), codes[1].hash());
        let text = codes[0].to_text();
        assert_eq!(text.len(), 19);
        for typed in [text.clone(), text.to_lowercase(), text.replace('-', " "), text.replace('-', "")] {
            assert_eq!(RecoveryCode::from_text(&typed).as_ref(), Some(&codes[0]), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for wrong in ["", "AAAA-AAAA-AAAA", "AAAA-AAAA-AAAA-AAA1", "AAAA-AAAA-AAAA-AAAA-A", "ÄÄÄÄ-ÄÄÄÄ"] {
            assert_eq!(RecoveryCode::from_text(wrong), None, "{wrong}");
        }
    }
}
