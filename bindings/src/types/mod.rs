//! The core's own values as they cross: remote types, so that there is one definition of each, and the compiler refuses one that no longer
//! fits the core's.

mod awards;
mod clocks;
mod exchange;
mod ids;
mod intentions;
mod notices;
mod places;
mod records;
mod scalars;
mod shift;
mod staffing;
mod views;
