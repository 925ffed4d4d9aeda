//! Who is calling, and what they may do.

pub mod identity;
pub mod invitation;
pub mod limiter;
pub mod scope;
pub mod tokens;
