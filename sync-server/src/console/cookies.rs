//! The console's cookies: the session, a secret that ties the forms of strangers to their browser, one that ties a sign-in by an
//! identity provider to it, and a mark that somebody came in by one from there.

/// What the cookies are called, and what every one of them says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Names {
    /// The session.
    pub session: &'static str,
    /// A stranger's browser.
    pub guest: &'static str,
    /// A browser that was sent to an identity provider.
    pub away: &'static str,
    /// A browser from which somebody came in by an identity provider.
    pub came: &'static str,
    secure: bool,
}

impl Names {
    /// Where the server is reached by https, browsers take these cookies from this very host only, and never without TLS.
    pub fn of(public_url: &str) -> Self {
        if public_url.starts_with("https://") {
            Self {
                session: "__Host-detailbook",
                guest: "__Host-detailbook-guest",
                away: "__Host-detailbook-away",
                came: "__Host-detailbook-came",
                secure: true,
            }
        } else {
            Self {
                session: "detailbook",
                guest: "detailbook-guest",
                away: "detailbook-away",
                came: "detailbook-came",
                secure: false,
            }
        }
    }

    /// The header that sets a cookie until the browser is closed. The server ends it sooner.
    pub fn set(self, name: &str, value: &str) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
    }

    /// The header that sets a cookie for so many seconds.
    pub fn set_for(self, name: &str, value: &str, seconds: i64) -> String {
        format!("{}; Max-Age={seconds}", self.set(name, value))
    }

    /// The header that takes a cookie back.
    pub fn take_back(self, name: &str) -> String {
        format!("{}; Max-Age=0", self.set(name, ""))
    }
}

/// The value of a cookie, if the header holds it exactly once: of two with one name nobody knows whose the first is.
pub fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut found = header.split(';').filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name);
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_where_it_stands_once() {
        assert_eq!(value("a=1; detailbook=x", "detailbook"), Some("x"));
        assert_eq!(value("detailbook=x;detailbook=y", "detailbook"), None);
        for none in ["", "a=1", "xdetailbook=x", "detailbook"] {
            assert_eq!(value(none, "detailbook"), None, "{none}");
        }
    }

    #[test]
    fn over_https_they_are_the_hosts_own() {
        let names = Names::of("https://details.example.org");
        let set = names.set(names.session, "x");
        assert_eq!(set, "__Host-detailbook=x; Path=/; HttpOnly; SameSite=Lax; Secure");
        let plain = Names::of("http://127.0.0.1:8470");
        assert_eq!(plain.set(plain.session, "x"), "detailbook=x; Path=/; HttpOnly; SameSite=Lax");
        assert!(names.take_back(names.guest).ends_with("; Secure; Max-Age=0"));
        let away = names.set_for(names.away, "x", 600);
        assert_eq!(away, "__Host-detailbook-away=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600");
    }
}
