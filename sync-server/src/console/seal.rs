//! What every form carries to show that this console gave it to this browser, for this very path: a random number and its HMAC
//! under the session's secret. The number makes each form one that is taken once.

use std::fmt;

use askama::filters::HtmlSafe;
use data_encoding::BASE64URL_NOPAD;
use detailbook_core::entropy::{Entropy, random_bytes};
use ring::hmac;

/// Sets these apart from everything else that the secret may sign.
const CONTEXT: &[u8] = b"detailbook-form-v1";
/// The name of the field.
pub const FIELD: &str = "form";

/// The hidden field of one form.
#[derive(Clone, Debug)]
pub struct Seal(String);

impl HtmlSafe for Seal {}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Letters, digits, - and _ only.
        write!(f, "<input type=\"hidden\" name=\"{FIELD}\" value=\"{}\">", self.0)
    }
}

impl Seal {
    /// Seals a form that is sent to `path`.
    pub fn new(secret: &[u8; 32], path: &str, entropy: &mut dyn Entropy) -> Self {
        let number: [u8; 16] = random_bytes(entropy);
        let tag = hmac::sign(&key(secret), &signed(number, path));
        Self(BASE64URL_NOPAD.encode(&[&number, tag.as_ref()].concat()))
    }

    /// The value of the field.
    pub fn value(&self) -> &str {
        &self.0
    }
}

/// The number of the form, if its seal is that of this secret and path. Compared in constant time.
pub fn open(secret: &[u8; 32], path: &str, text: &str) -> Option<[u8; 16]> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (number, tag) = bytes.split_at_checked(16)?;
    let number: [u8; 16] = number.try_into().ok()?;
    hmac::verify(&key(secret), &signed(number, path), tag).ok()?;
    Some(number)
}

fn key(secret: &[u8; 32]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret)
}

fn signed(number: [u8; 16], path: &str) -> Vec<u8> {
    [CONTEXT, &number, path.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Same;

    #[test]
    fn a_seal_opens_to_its_secret_and_path_only() {
        let seal = Seal::new(&[1; 32], "/console/users/new", &mut Same(7));
        assert_eq!(open(&[1; 32], "/console/users/new", seal.value()), Some([7; 16]));
        assert_eq!(open(&[2; 32], "/console/users/new", seal.value()), None);
        assert_eq!(open(&[1; 32], "/console/users", seal.value()), None);
        let mut changed = seal.value().to_owned();
        changed.replace_range(0..1, "A");
        for forged in ["", "AAAA", changed.as_str(), &seal.value()[..40], &format!("{}A", seal.value())] {
            assert_eq!(open(&[1; 32], "/console/users/new", forged), None, "{forged}");
        }
    }
}
