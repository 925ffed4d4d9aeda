//! The stories of what is known of officers, and of the rules that are asked about it.

mod approvals;
mod beside;
mod import;
mod judging;
mod renewals;
pub(crate) mod scene;
mod schema;
mod sets;
