//! The stories of staff callers, and of officers as far as staff decide what they ask for.

mod audit;
mod blobs;
mod choices;
mod described;
mod evidence;
mod health;
mod held;
mod integrity;
pub(crate) mod ledger;
mod lists;
mod messages;
mod notes;
pub(crate) mod phone;
pub(crate) mod postings;
mod prices;
pub(crate) mod requests;
mod rulings;
mod scheduling;
mod shutdown;
mod tokens;
pub(crate) mod town;
mod walk;
mod whole;
pub(crate) mod world;
