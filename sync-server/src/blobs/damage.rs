//! A photo or video that was whole and is not any more: what stands on the server's word that it arrived must go, or no phone
//! would ever send it again.

use detailbook_core::shift::Sha256;
use serde_json::json;

use super::BlobFolder;
use crate::audit::By;
use crate::problem::Problem;
use crate::store::{Store, agency as agencies, blobs};

/// Takes back that a blob arrived whole. A damaged file is kept aside. Blocks.
pub fn forget(store: &Store, folder: &BlobFolder, by: &By<'_>, hash: Sha256) -> Result<(), Problem> {
    // The file goes first: a row without one counts for nothing.
    folder.put_aside(by.agency, hash)?;
    let (agency, now, actor) = (by.agency, by.now, by.actor.to_owned());
    store.write(move |sql| {
        agencies::lock(sql, agency)?;
        if blobs::forget(sql, agency, hash)? {
            let by = By { agency, now, actor: &actor };
            by.note(sql, "blob.forget", hash, &json!({ "reason": "The file is damaged or missing." }))?;
        }
        Ok(())
    })
}
