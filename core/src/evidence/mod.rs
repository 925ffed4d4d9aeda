//! How far a fact can be trusted: who signed it, what came before it, and when it truly happened.

mod signature;
mod statement;

pub use signature::{PublicKey, Signature, Signer, SigningFailed, SoftwareSigner, verify};
pub use statement::Statement;
