//! The whole system proven together.
//!
//! A [`world`](crate) is phones, coordinators and a server in one thread, on a simulated clock and network, driven by a seed.

pub mod clock;
pub mod entropy;
pub mod network;
pub mod trace;
