//! The stories of timesheets: the queue, one of them, and rulings.

mod asking;
mod clean;
mod desk;
mod listing;
mod rules;
mod ruling;
mod samples;
mod sheet;
mod twice;

pub(super) use samples::{Worked, sample};
