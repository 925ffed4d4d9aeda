//! Files of officers, customers, sites, details and schedules. What a file would do is shown before anything is written, and what is
//! written is exactly what was shown: all of it, or nothing.

mod carry_out;
mod customers;
mod details;
mod line;
mod officers;
mod plan;
mod records;
mod sites;
pub mod waiting;
mod what;

pub use carry_out::{Confirmed, carry_out};
pub use line::{Change, Counts, Line, Outcome};
pub use plan::{Plan, plan};
pub use records::MOST_RECORDS;
pub use what::{Column, WHATS, What, named};
