//! What the server says about itself: a log without personal data, and counts.

mod counts;
mod log;
mod memory;

pub use counts::Counts;
pub use log::start_log;
pub use memory::resident_bytes;
