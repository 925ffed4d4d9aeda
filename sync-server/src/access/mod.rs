//! Who calls, and what they may do.

pub mod scope;
pub mod tokens;
