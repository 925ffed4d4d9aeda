//! The demo: real records or an invented evening, worked by simulated phones through the real core over real HTTP.

pub mod clock;
pub mod import;
pub mod narrator;
pub mod placement;
pub mod plan;
pub mod report;
pub mod tariffs;
