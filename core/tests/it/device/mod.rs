//! The phone, against a small agency's server in memory.

mod agency;
mod exchange;
mod punching;
mod world;
