//! Passwords of people who sign in: argon2id, never more than a few at once, and the rules for new ones.

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE64_NOPAD;
use detailbook_core::entropy::{Entropy, random_bytes};
use detailbook_core::wire::Refusal;
use subtle::ConstantTimeEq;

use crate::problem::Problem;
use crate::turns::{Turn, Turns};

/// Memory of one hash in KiB, passes and lanes: OWASP's Password Storage Cheat Sheet, first choice for argon2id where memory is
/// bounded (m=19 MiB, t=2, p=1).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// Hashes that run at once: each holds 19 MiB and a processor.
const AT_ONCE: usize = 2;
/// Callers who may wait for their turn; further ones are told to come back.
const WAITING: usize = 32;

/// Shortest and longest password, in characters: NIST SP 800-63B asks for length and forbids rules of composition.
pub const LEAST_CHARS: usize = 12;
/// Longest password, in characters.
pub const MOST_CHARS: usize = 200;

/// Lets few hashes run at once.
#[derive(Debug)]
pub struct Hashing {
    turns: Turns,
    computed: AtomicU64,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { turns: Turns::new(AT_ONCE, WAITING), computed: AtomicU64::default() }
    }
}

impl Hashing {
    /// Hashes a new password with a salt of its own, in the text form that names its parameters. Blocks.
    pub fn hash(&self, password: &str, entropy: &mut dyn Entropy) -> Result<String, Problem> {
        let salt: [u8; SALT_BYTES] = random_bytes(entropy);
        let _turn = self.turn()?;
        let hash = digest(password, &salt, (MEMORY_KIB, PASSES, LANES))?;
        let (salt, hash) = (BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&hash));
        Ok(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"))
    }

    /// Is it the password of that hash? Without a hash the answer is no, at the same cost. Blocks.
    pub fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Problem> {
        let known = stored.and_then(Known::read);
        let (salt, cost) = known.as_ref().map_or((&[0; SALT_BYTES][..], (MEMORY_KIB, PASSES, LANES)), Known::parts);
        let _turn = self.turn()?;
        let hash = digest(password, salt, cost)?;
        Ok(known.is_some_and(|known| bool::from(known.hash.ct_eq(&hash))))
    }

    /// How many hashes were computed.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    fn turn(&self) -> Result<Turn<'_>, Problem> {
        let turn = self.turns.take();
        let turn = turn
            .ok_or_else(|| Problem::new(Refusal::SlowDown, "Too many people are signing in. Try again in a minute."))?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        Ok(turn)
    }
}

/// A stored hash, taken apart.
struct Known {
    salt: Vec<u8>,
    cost: (u32, u32, u32),
    hash: Vec<u8>,
}

impl Known {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let mut cost = parts.next()?.split(',').zip(["m=", "t=", "p="]).map(|(part, name)| part.strip_prefix(name));
        let mut number = || cost.next()??.parse().ok();
        let cost = (number()?, number()?, number()?);
        let mut bytes = || BASE64_NOPAD.decode(parts.next()?.as_bytes()).ok();
        Some(Self { cost, salt: bytes()?, hash: bytes()? })
    }

    fn parts(&self) -> (&[u8], (u32, u32, u32)) {
        (&self.salt, self.cost)
    }
}

fn digest(password: &str, salt: &[u8], (memory, passes, lanes): (u32, u32, u32)) -> Result<[u8; HASH_BYTES], Problem> {
    let failed = |error: argon2::Error| {
        tracing::error!(%error, "a password could not be hashed");
        Problem::from(Refusal::Unavailable)
    };
    let params = Params::new(memory, passes, lanes, Some(HASH_BYTES)).map_err(failed)?;
    let mut hash = [0; HASH_BYTES];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(password.as_bytes(), salt, &mut hash).map_err(failed)?;
    Ok(hash)
}

/// Is it a password that somebody may choose?
pub fn check_new(field: &str, password: &str, login: &str) -> Result<(), Problem> {
    let chars = password.chars().count();
    if chars < LEAST_CHARS {
        return Err(Problem::invalid(field, "must have at least 12 characters; a sentence is easy to keep in mind"));
    }
    if chars > MOST_CHARS {
        return Err(Problem::invalid(field, "must have at most 200 characters"));
    }
    let own = login.split('@').next().unwrap_or(login);
    let plain = password.to_lowercase();
    if plain.contains(login) || (own.len() >= 4 && plain.contains(own)) {
        return Err(Problem::invalid(field, "must not hold your e-mail address"));
    }
    let first = password.chars().next();
    if password.chars().all(|c| Some(c) == first) {
        return Err(Problem::invalid(field, "must not be one character over and over"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Same;

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let hashing = Hashing::default();
        let stored = hashing.hash("correct horse battery", &mut Same(7)).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcHBw"), "{stored}");
        assert_eq!(hashing.verify("correct horse battery", Some(&stored)), Ok(true));
        assert_eq!(hashing.verify("correct horse batterz", Some(&stored)), Ok(false));
        assert_eq!(hashing.verify("correct horse battery", None), Ok(false));
        for broken in ["", "$argon2id$v=19$", "$2b$12$abc", &stored[..60]] {
            assert_eq!(hashing.verify("correct horse battery", Some(broken)), Ok(false), "{broken}");
        }
    }

    #[test]
    fn a_hash_is_the_one_that_others_compute() {
        // The reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32`.
        let expected = "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7";
        let hash = digest("password", b"somesalt", (65_536, 2, 1)).unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(&hash), expected);
    }

    #[test]
    fn whoever_comes_when_too_many_wait_is_told_so() {
        let hashing = Hashing { turns: Turns::new(AT_ONCE, 0), ..Hashing::default() };
        let turns: Vec<_> = (0..AT_ONCE).map(|_| hashing.turn().unwrap()).collect();
        assert_eq!(hashing.turn().err().map(|problem| problem.refusal), Some(Refusal::SlowDown));
        drop(turns);
        assert!(hashing.turn().is_ok());
    }

    #[test]
    fn short_own_and_empty_passwords_are_refused() {
        let login = "chief@example.org";
        for bad in
            ["", "elevenchars", "my name is Chief@example.org", "the CHIEF of all", &"x".repeat(20), &"ab".repeat(101)]
        {
            assert!(check_new("password", bad, login).is_err(), "{bad}");
        }
        for good in ["twelve chars", "ß".repeat(11).as_str().to_owned().as_str()] {
            let expected = good.chars().count() >= LEAST_CHARS;
            assert_eq!(check_new("password", good, login).is_ok(), expected, "{good}");
        }
    }
}
