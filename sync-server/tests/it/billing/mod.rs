//! The stories of billing.

mod bills;
mod crashing;
pub(crate) mod office;
mod random;
mod runs;
mod tariffs;
