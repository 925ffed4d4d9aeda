//! Sending what found no gateway when it was due, now that one is set up.

use detailbook_core::time::UnixMillis;
use serde_json::json;

use super::deliver::{self, NO_GATEWAY};
use crate::audit::By;
use crate::store::{Sql, StoreError, outbox};

/// Batches begun anew in one transaction.
const STRIDE: i64 = 1_000;

/// Has what was told since then and found no gateway sent after all. Gives how many batches; at most [`STRIDE`] at once.
pub fn resend(sql: &mut dyn Sql, by: &By<'_>, since: UnixMillis) -> Result<u64, StoreError> {
    let batches = outbox::not_sent(sql, by.agency, NO_GATEWAY, since, STRIDE)?;
    for (batch, channel) in &batches {
        outbox::wait_anew(sql, by.agency, *batch)?;
        deliver::expect(sql, by, *channel, *batch, by.now, true)?;
    }
    let count = batches.len() as u64;
    by.note(sql, "notice.resend", "outbox", &json!({ "since": since, "batches": count }))?;
    Ok(count)
}
