//! Uploads that nobody goes on with: they hold room on disk and in their officer's quota. A phone that comes back after all
//! asks how far it has come, hears 0, and begins again.

use detailbook_core::time::{Millis, UnixMillis};

use super::Part;
use crate::app::App;
use crate::problem::Problem;
use crate::store::blobs::{self, StaleUpload};
use crate::store::{StoreError, agency as agencies};

/// How long an upload may stand still.
pub const LASTS: Millis = Millis::from_hours(7 * 24);
/// Uploads looked up in one read.
const STRIDE: i64 = 500;

/// Ends the uploads that stood still for too long, and throws away parts that belong to none. Gives how many parts went.
/// Blocks.
pub fn expire(app: &App) -> Result<u64, Problem> {
    let before = app.now() + Millis(-LASTS.0);
    let mut gone = 0;
    loop {
        let stale = app.store.read::<_, StoreError>(|sql| blobs::stale(sql, before, STRIDE))?;
        if stale.is_empty() {
            break;
        }
        for upload in stale {
            gone += u64::from(end(app, upload, before)?);
        }
    }
    for agency in app.store.read(|sql| agencies::list(sql))? {
        for part in app.blobs.parts(agency)? {
            gone += u64::from(discard_orphan(app, part)?);
        }
    }
    Ok(gone)
}

/// Ends an upload, unless it has moved meanwhile.
fn end(app: &App, upload: StaleUpload, before: UnixMillis) -> Result<bool, Problem> {
    let StaleUpload { agency, hash, officer } = upload;
    let _held = app.blobs.hold(hash);
    let ended = app.store.write::<_, StoreError>(move |sql| {
        agencies::lock(sql, agency)?;
        blobs::end_stale(sql, agency, hash, officer, before)
    })?;
    if ended {
        app.blobs.discard(Part { agency, officer, hash })?;
    }
    Ok(ended)
}

/// A crash may have left a part behind whose upload has ended. An upload has its row before its part.
fn discard_orphan(app: &App, part: Part) -> Result<bool, Problem> {
    let _held = app.blobs.hold(part.hash);
    let received = app.store.read(|sql| blobs::received(sql, part.agency, part.hash, part.officer))?;
    if received.is_none() {
        app.blobs.discard(part)?;
    }
    Ok(received.is_none())
}
