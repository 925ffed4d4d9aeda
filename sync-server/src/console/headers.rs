//! The headers of security that every answer of the console carries.

/// What pages may load: scripts and sheets that are files of this server, and nothing written into a page. Scripts talk to this
/// server only.
const CONTENT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'; \
                       base-uri 'none'; frame-ancestors 'none'; img-src 'self'";

/// Names and values. The referrer stays within the console: without any, browsers hide where forms come from.
pub fn of(secure: bool) -> Vec<(&'static str, &'static str)> {
    let mut headers = vec![
        ("content-security-policy", CONTENT),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ];
    if secure {
        headers.push(("strict-transport-security", "max-age=31536000"));
    }
    headers
}

/// How long an answer may be kept.
pub const fn cache(lasting: bool) -> &'static str {
    if lasting { "public, max-age=31536000, immutable" } else { "no-store" }
}
