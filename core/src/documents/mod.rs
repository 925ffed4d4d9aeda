//! Documents: what phones write. The only room that imports automerge.

mod kind;

pub use kind::DocumentKind;
