//! The whole system proven together.
//!
//! A world is phones, coordinators and a server in one thread, on a simulated clock and network, driven by a seed.

pub mod broken;
pub mod clock;
pub mod entropy;
pub mod hostile;
pub mod network;
pub mod stranger;
pub mod tally;
pub mod trace;
pub mod witness;
