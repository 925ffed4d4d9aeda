//! The shift: the facts an officer writes and what follows from them.

mod fact;

pub use fact::{Attachment, ChainLink, Content, Fact, FactHash, FactKind, PhoneState, Sha256};
