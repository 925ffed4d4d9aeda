//! Detailbook's core from the outside.

mod admission;
#[cfg(feature = "device")]
mod device;
