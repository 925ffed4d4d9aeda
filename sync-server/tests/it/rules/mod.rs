//! The stories of what is known of officers, and of the rules that are asked about it.

mod ahead;
mod approvals;
mod beside;
mod giving_up;
mod import;
mod judging;
mod renewals;
mod ruling;
pub(crate) mod scene;
mod schema;
mod sets;
