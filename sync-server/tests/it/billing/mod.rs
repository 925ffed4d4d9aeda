//! The stories of billing.

mod bills;
mod cancelling;
mod catching_up;
mod checking;
mod crashing;
pub(crate) mod office;
mod random;
mod runs;
mod tariffs;
mod telling;
