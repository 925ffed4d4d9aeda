//! Details and who works them: posting, applying, awarding, releasing. Each function runs inside a writing transaction whose
//! caller holds the agency's lock, so that what it checks still holds when it writes.

pub mod ahead;
pub mod applications;
pub mod award;
pub mod call_off;
pub mod cancellation;
mod changed;
pub mod choices;
mod clocked;
pub(crate) mod consequences;
mod decided;
pub mod details;
mod eligible;
pub mod explained;
pub mod given;
pub mod ledger;
pub mod link;
pub mod noticed;
mod openings;
mod parked;
pub mod posting;
mod recurrence;
pub mod release;
pub mod relief;
pub mod reminders;
pub mod requests;
pub mod roster;
pub(crate) mod settled;
pub mod stage;
pub mod today;
mod told;
pub mod trade;
mod trade_news;
pub mod unfilled;
pub mod watch;
pub mod window;

pub use applications::{ToApply, acknowledge, acknowledge_notice, apply, withdraw};
pub use award::{Award, award};
pub use call_off::call_off;
pub use decided::{At, Decided};
pub use link::link_log;
pub(crate) use openings::tell_newcomer;
pub use release::release;
pub(crate) use release::{LockedOut, lock_out, tell_on_post};
pub use relief::relieve;
pub use trade::{answer_trade, offer_trade, offer_trade_to, withdraw_trade};
