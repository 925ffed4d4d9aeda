//! The headers of security that every answer of the console carries.

use crate::app::Settings;

/// What pages may load: scripts and sheets that are files of this server, and nothing written into a page. Scripts talk to this
/// server only.
const CONTENT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; \
                       base-uri 'none'; frame-ancestors 'none'; img-src 'self'";

/// Names and values. The referrer stays within the console: without any, browsers hide where forms come from. Pictures may also
/// come from where the operator has maps drawn, and from nowhere else.
pub fn of(settings: &Settings) -> Vec<(&'static str, String)> {
    let content = match &settings.tiles {
        Some(tiles) => format!("{CONTENT} {}", tiles.origin()),
        None => CONTENT.to_owned(),
    };
    let mut headers = vec![
        ("content-security-policy", content),
        ("x-content-type-options", "nosniff".to_owned()),
        ("x-frame-options", "DENY".to_owned()),
        ("referrer-policy", "same-origin".to_owned()),
        ("cross-origin-opener-policy", "same-origin".to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()".to_owned()),
    ];
    if settings.public_url.starts_with("https://") {
        headers.push(("strict-transport-security", "max-age=31536000".to_owned()));
    }
    headers
}

/// How long an answer may be kept.
pub const fn cache(lasting: bool) -> &'static str {
    if lasting { "public, max-age=31536000, immutable" } else { "no-store" }
}
