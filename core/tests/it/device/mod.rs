//! The phone, against a small agency's server in memory.

mod agency;
mod driving;
#[cfg(feature = "encrypted")]
mod encrypted;
mod exchange;
mod file;
mod forgetting;
mod killing;
mod originals;
mod punching;
mod refusal;
mod restore;
mod revoking;
mod salvage;
mod staffing_views;
mod standing_in;
mod under_way;
mod views;
mod world;
mod write_ahead;
