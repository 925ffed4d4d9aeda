//! Where a form was sent from: browsers say it, and pages of others cannot make them say otherwise.

use detailbook_core::wire::Refusal;

use super::Call;
use crate::problem::Problem;

/// Refuses what was not sent from a page of this console. A browser that says nothing of it is too old to be trusted with this.
pub fn check(public_url: &str, call: &Call) -> Result<(), Problem> {
    let by_site = call.fetch_site.as_deref().map(|site| site == "same-origin");
    let by_origin = call.origin.as_deref().map(|origin| is_ours(public_url, call.host.as_deref(), origin));
    match (by_site, by_origin) {
        (Some(false), _) | (_, Some(false)) | (None, None) => Err(foreign()),
        _ => Ok(()),
    }
}

fn is_ours(public_url: &str, host: Option<&str>, origin: &str) -> bool {
    let named =
        host.is_some_and(|host| ["https://", "http://"].iter().any(|scheme| origin == format!("{scheme}{host}")));
    named || origin == public_url
}

fn foreign() -> Problem {
    let reason =
        "This form was not sent from a page of the console, so nothing was done. Open the page here and send it again.";
    Problem::new(Refusal::NotAllowed, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::limiter::Source;

    fn from(origin: Option<&str>, site: Option<&str>) -> bool {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let call = Call {
            method: "POST".into(),
            path: "/console/sign-in".into(),
            cookie: None,
            origin: own(origin),
            fetch_site: own(site),
            host: Some("127.0.0.1:8470".into()),
            content_type: None,
            browser: String::new(),
            unattended: false,
            source: Source::Unknown,
            body: vec![],
        };
        check("https://details.example.org", &call).is_ok()
    }

    #[test]
    fn forms_come_from_this_host_or_the_public_address() {
        assert!(from(Some("http://127.0.0.1:8470"), Some("same-origin")));
        assert!(from(Some("https://details.example.org"), None));
        assert!(from(None, Some("same-origin")));
    }

    #[test]
    fn forms_of_other_pages_or_of_nobody_knows_where_are_refused() {
        for origin in
            ["null", "", "https://evil.example", "https://details.example.org.evil.example", "http://127.0.0.1"]
        {
            assert!(!from(Some(origin), None), "{origin}");
            assert!(!from(Some(origin), Some("same-origin")), "{origin}");
        }
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!from(None, Some(site)), "{site}");
            assert!(!from(Some("http://127.0.0.1:8470"), Some(site)), "{site}");
        }
        assert!(!from(None, None));
    }
}
