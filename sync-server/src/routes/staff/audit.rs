//! The audit log.

use super::answer::{Answer, Listing, Reply};
use super::request::Request;
use crate::audit;
use crate::store::Sql;

/// Entries in order.
pub fn list(sql: &mut dyn Sql, request: &Request) -> Answer {
    let page = request.page(0_i64)?;
    let items = crate::store::audit::page(sql, request.token.agency, page.after, page.limit + 1)?;
    Reply::ok(&Listing::cut(items, page.limit, |entry| entry.number.to_string()))
}

/// Walks the whole chain and says whether it fits. One caller at a time: a long log is much to read.
pub fn check(request: &Request) -> Answer {
    Reply::ok(&audit::verify_alone(&request.app, request.token.agency)?)
}
