//! Signing what was written down. Never in the way of a fact: it is durable before any key is asked.

use std::sync::atomic::{AtomicBool, Ordering};

use super::error::PhoneError;
use super::phone::Phone;
use super::store::facts::{self, Unsigned};
use super::store::standing::{self, Enrolment};
use crate::evidence::Signature;

/// Facts signed in one go.
const BATCH: u32 = 128;

/// What is known of the key that this run of the app has at hand.
#[derive(Debug, Default)]
pub(super) struct KeyAtHand {
    asked: AtomicBool,
}

/// Lets others sign when it goes, also where a key panics.
struct UnderWay<'a>(&'a AtomicBool);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Phone {
    /// Signs facts that wait for it; how many were signed. The key is asked without any lock held, so a slow one holds nobody up,
    /// and one that fails leaves the rest for the next time. While another thread is at it, this returns at once.
    ///
    /// Nothing is signed with another key than the one that the agency knows: unsigned is the truth then, and such a signature would
    /// look forged. [`super::SyncView::enrol_again`] says so.
    pub fn sign_pending(&self) -> Result<usize, PhoneError> {
        if self.signing.swap(true, Ordering::AcqRel) {
            return Ok(0);
        }
        let _under_way = UnderWay(&self.signing);
        self.sign_batch()
    }

    fn sign_batch(&self) -> Result<usize, PhoneError> {
        let (enrolment, unsigned) =
            self.store.read(|reader| Ok((standing::enrolment(reader)?, facts::unsigned(reader, BATCH)?)))?;
        let Some(enrolment) = enrolment else { return Ok(0) };
        if !self.has_its_key(&enrolment, unsigned.is_empty())? {
            return Ok(0);
        }
        let signed: Vec<_> = unsigned.iter().map_while(|fact| Some((fact, self.sign_one(&enrolment, fact)?))).collect();
        if signed.is_empty() {
            return Ok(0);
        }
        self.store.write_hours_lightly(|tx| {
            signed.iter().try_for_each(|(fact, signature)| facts::sign(tx, fact.document, fact.id, signature))
        })?;
        Ok(signed.len())
    }

    /// Is the key at hand the one that the phone enrolled with? A keystore is slow to answer: it is asked before anything is signed, and
    /// once for each run of the app otherwise.
    fn has_its_key(&self, enrolment: &Enrolment, idle: bool) -> Result<bool, PhoneError> {
        if self.key_at_hand.asked.swap(true, Ordering::Relaxed) && idle {
            return Ok(!enrolment.key_changed);
        }
        let Ok(key) = self.signer.public_key() else {
            self.key_at_hand.asked.store(false, Ordering::Relaxed);
            return Ok(false);
        };
        let changed = enrolment.public_key.is_some_and(|known| known != key);
        if changed != enrolment.key_changed {
            self.store.write_hours_lightly(|tx| standing::note_key(tx, enrolment.device, changed))?;
        }
        Ok(!changed)
    }

    fn sign_one(&self, enrolment: &Enrolment, fact: &Unsigned) -> Option<Signature> {
        let statement = enrolment.statement(fact.document, fact.id);
        self.signer.sign(&statement.bytes(&fact.bytes)).ok()
    }
}
