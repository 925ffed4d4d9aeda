//! Who is calling, and what they may do.

pub mod device;
pub mod enrolment;
pub mod identity;
pub mod invitation;
pub mod limiter;
pub mod revocation;
pub mod roles;
pub mod scope;
pub mod session;
pub mod tokens;
