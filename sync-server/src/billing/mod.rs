//! What customers owe: tariffs in the store, bills frozen with rulings, runs that make invoices and credit memos of them.

pub mod bills;
pub mod catch_up;
pub mod check;
pub mod cycle;
pub mod document;
pub mod draft;
pub mod dry_run;
pub mod due;
pub mod pdf;
pub mod plan;
pub mod runs;
pub mod tariffs;
pub mod terms;
mod told;
