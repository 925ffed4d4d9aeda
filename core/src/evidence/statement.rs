//! What a fact's hash and signature are over: its canonical bytes, bound to exactly one place.

use minicbor::Encoder;

use crate::ids::{AgencyId, DeviceId, DocumentId, FactId, OfficerId};
use crate::shift::{FactHash, Sha256};

/// First element of every statement, so that a signature over one can never pass for anything else.
const CONTEXT: &str = "detailbook-fact-v1";

/// Where a fact stands: moved to any other agency, officer, device, document or id, its signature no longer fits.
/// The hash of the fact before it is inside the fact's own bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Statement {
    /// The agency.
    pub agency: AgencyId,
    /// The officer who says it.
    pub officer: OfficerId,
    /// The device it was said on.
    pub device: DeviceId,
    /// The document it is in.
    pub document: DocumentId,
    /// Its id there.
    pub fact: FactId,
}

impl Statement {
    /// The bytes that are hashed and signed: a CBOR array of context, the five ids and the fact's canonical bytes.
    pub fn bytes(&self, fact_bytes: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128 + fact_bytes.len());
        let mut e = Encoder::new(&mut bytes);
        // Writing to a Vec cannot fail.
        let _ = e.array(7).and_then(|e| e.str(CONTEXT)).and_then(|e| {
            e.bytes(self.agency.as_bytes())?;
            e.bytes(self.officer.as_bytes())?;
            e.bytes(self.device.as_bytes())?;
            e.bytes(self.document.as_bytes())?;
            e.bytes(self.fact.as_bytes())?;
            e.bytes(fact_bytes)
        });
        bytes
    }

    /// The fact's hash, as the next fact of the same enrolment names it.
    pub fn hash(&self, fact_bytes: &[u8]) -> FactHash {
        Sha256::of(&self.bytes(fact_bytes))
    }
}
