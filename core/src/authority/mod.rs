//! May this change be written. The answer comes from a small index, without loading the document.
//!
//! [`inspect`] looks at the bytes alone; [`admit`] holds what they say against the document's index and the [`Grant`]s;
//! [`receive`] does so on the phone, for what the server passes on, and a [`Receiver`] for many changes of one document.
//! Both take hostile input: their cost is bounded by [`crate::wire::Limits`], and no panic of automerge's gets out.

mod admit;
mod ancestry;
mod grants;
mod history;
mod inspect;
mod operations;
mod receiver;
mod text;
#[cfg(test)]
mod upgrade;

pub use admit::{Admission, Admitted, DocumentStore, Standing, admit, receive};
pub use grants::{FactScope, Grant, grant};
pub use inspect::{Inspected, inspect};
pub use receiver::Receiver;
