//! Photos and videos given out: as they were sent, and so that no browser runs what is in them.

use std::fs::File;

use detailbook_core::ids::AgencyId;
use detailbook_core::shift::Sha256;
use detailbook_core::wire::{BlobStatus, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Answer, Reply, ReplyBody};
use super::request::Request;
use crate::app::App;
use crate::problem::Problem;
use crate::store::Sql;
use crate::store::blobs::{self, NamedBlob};

/// What there is of a blob.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct BlobBody {
    /// Its SHA-256.
    pub hash: Sha256,
    /// Bytes that have arrived.
    pub received: u64,
    /// Bytes in all.
    pub size: u64,
    /// All there, and its SHA-256 is its name.
    pub complete: bool,
    /// The media type that the fact gives it. Not checked.
    pub media_type: String,
}

/// How much of a blob has arrived.
pub fn status(sql: &mut dyn Sql, request: &Request) -> Answer {
    let (hash, named) = named(sql, request)?;
    let received = blobs::furthest(sql, request.token.agency, hash)?;
    let status = match named.complete {
        Some(size) => BlobStatus { received: size, size, complete: true },
        None => BlobStatus { received, size: named.size, complete: false },
    };
    let BlobStatus { received, size, complete } = status;
    Reply::ok(&BlobBody { hash, received, size, complete, media_type: named.media_type })
}

/// The original bytes of a blob that is whole.
pub fn download(sql: &mut dyn Sql, request: &Request) -> Answer {
    let text: String = request.id("hash")?;
    let hash = Sha256::from_hex(&text).ok_or_else(Problem::not_found)?;
    let Original { file, size, content_type, headers } = original(sql, &request.app, request.token.agency, hash)?;
    Ok(Reply { headers, ..Reply::new(200, content_type, ReplyBody::File(file, size)) })
}

/// The original bytes of a blob that is whole, and how they are given out.
pub(crate) struct Original {
    /// The file.
    pub(crate) file: File,
    /// Its size.
    pub(crate) size: u64,
    /// The media type to give it out under.
    pub(crate) content_type: &'static str,
    /// What keeps browsers from running what is in it.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// The original of that hash, if it is the agency's and has arrived whole.
pub(crate) fn original(sql: &mut dyn Sql, app: &App, agency: AgencyId, hash: Sha256) -> Result<Original, Problem> {
    let named = of_agency(sql, app, agency, hash)?;
    let size = named.complete.ok_or_else(|| Problem::conflict("It has not arrived whole yet."))?;
    let file = app.blobs.read(agency, hash)?;
    if file.metadata()?.len() != size {
        tracing::error!("a blob's file does not have the size it was checked with");
        return Err(Refusal::Unavailable.into());
    }
    let (content_type, ending) = harmless(&named.media_type);
    let headers = vec![
        ("content-disposition", format!("attachment; filename=\"{hash}.{ending}\"")),
        ("x-content-type-options", "nosniff".to_owned()),
        ("content-security-policy", "sandbox; default-src 'none'".to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
        ("cache-control", "private, no-store".to_owned()),
    ];
    Ok(Original { file, size, content_type, headers })
}

fn named(sql: &mut dyn Sql, request: &Request) -> Result<(Sha256, NamedBlob), Problem> {
    let text: String = request.id("hash")?;
    let hash = Sha256::from_hex(&text).ok_or_else(Problem::not_found)?;
    Ok((hash, of_agency(sql, &request.app, request.token.agency, hash)?))
}

fn of_agency(sql: &mut dyn Sql, app: &App, agency: AgencyId, hash: Sha256) -> Result<NamedBlob, Problem> {
    let mut named = blobs::named(sql, agency, hash)?.ok_or_else(Problem::not_found)?;
    // Whole by its row, but the file is lost: phones are asked for it again.
    if !app.blobs.has(agency, hash) {
        named.complete = None;
    }
    Ok(named)
}

/// The media type to give it out under, with a file's ending: what phones make, else plain bytes. The type that came with
/// the fact only chooses among these.
fn harmless(media_type: &str) -> (&'static str, &'static str) {
    match media_type {
        "image/jpeg" => ("image/jpeg", "jpg"),
        "image/png" => ("image/png", "png"),
        "image/heic" => ("image/heic", "heic"),
        "image/webp" => ("image/webp", "webp"),
        "video/mp4" => ("video/mp4", "mp4"),
        "video/quicktime" => ("video/quicktime", "mov"),
        _ => ("application/octet-stream", "bin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_browser_would_run_is_given_out_under_its_own_type() {
        for dangerous in
            ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "IMAGE/JPEG; x=\r\n", ""]
        {
            assert_eq!(harmless(dangerous).0, "application/octet-stream", "{dangerous}");
        }
        assert_eq!(harmless("video/mp4").0, "video/mp4");
    }
}
