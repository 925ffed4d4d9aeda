//! How far a fact can be trusted: who signed it, what came before it, and when it truly happened.

mod chain;
mod clock_event;
mod estimate;
mod signature;
mod statement;
mod together;

pub use chain::{ChainEntry, ChainFinding, check_chain, check_stretch};
pub use clock_event::{ClockEvent, clock_event};
pub(crate) use estimate::Rough;
#[cfg(feature = "device")]
pub(crate) use estimate::is_sharper;
pub use estimate::{Basis, EstimateRule, TrueTime, Uncertainty, estimate};
pub use signature::{PublicKey, Signature, Signer, SigningFailed, SoftwareSigner, public_key_of, signature_of, verify};
pub use statement::Statement;
pub use together::estimate_together;
