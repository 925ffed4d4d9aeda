//! The audit log.

use std::sync::TryLockError;

use detailbook_core::wire::Refusal;

use super::answer::{Answer, Listing, Reply};
use super::request::Request;
use crate::audit;
use crate::problem::Problem;
use crate::store::Sql;

/// Entries in order.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(0_i64)?;
    let items = crate::store::audit::page(sql, request.token.agency, page.after, page.limit + 1)?;
    Reply::ok(&Listing::cut(items, page.limit, |entry| entry.number.to_string()))
}

/// Walks the whole chain and says whether it fits. One caller at a time: a long log is much to read.
pub fn check(request: &Request) -> Answer {
    let _walking = match request.app.audit_walk.try_lock() {
        Ok(walking) => walking,
        Err(TryLockError::Poisoned(walking)) => walking.into_inner(),
        Err(TryLockError::WouldBlock) => {
            let reason = "An audit log is being walked already. Try again in a minute.";
            return Err(Problem::new(Refusal::SlowDown, reason));
        }
    };
    Reply::ok(&audit::verify_in_steps(&request.app.store, request.token.agency)?)
}
