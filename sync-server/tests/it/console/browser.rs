//! A browser as far as the console needs one: it keeps cookies, follows redirects when told to, and sends the forms that it was shown.

use std::collections::BTreeMap;

use detailbook_server::access::limiter::Source;
use detailbook_server::console::{Call, Page, handle};
use detailbook_server::routes::staff::percent;

use crate::staff::world::World;

pub(crate) const HOST: &str = "127.0.0.1:8470";
pub(crate) const ORIGIN: &str = "http://127.0.0.1:8470";

/// Somebody's browser.
pub(crate) struct Browser<'a> {
    pub(crate) world: &'a World,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) source: Source,
}

/// What it shows.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Seen {
    fn of(page: Page) -> Self {
        Self { status: page.status, text: String::from_utf8_lossy(&page.body).into_owned(), headers: page.headers }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Where it leads.
    pub(crate) fn leads(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location").unwrap()
    }

    /// The hidden value of the form that is sent to `path`. What only asks the same address again has none.
    pub(crate) fn seal(&self, path: &str) -> String {
        let sent = |form: &&str| {
            form.contains(&format!("method=\"post\" action=\"{path}\"")) && form.contains("name=\"form\"")
        };
        let form = self.text.split("<form ").find(sent);
        let form = form.unwrap_or_else(|| panic!("no form for {path} in {}", self.text));
        form.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// What the form that is sent to `path` carries unseen, but its seal.
    pub(crate) fn carried(&self, path: &str) -> Vec<(String, String)> {
        let sent = |form: &&str| form.contains(&format!("method=\"post\" action=\"{path}\""));
        let form = self.text.split("<form ").find(sent).and_then(|form| form.split("</form>").next());
        let hidden = form.unwrap_or_default().split("<input type=\"hidden\" name=\"").skip(1);
        let pair = |text: &str| {
            let (name, rest) = text.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split('"').next()?.to_owned()))
        };
        hidden.filter_map(pair).filter(|(name, _)| name != "form").collect()
    }

    /// What stands in the elements that begin so.
    pub(crate) fn within(&self, begins: &str, ends: &str) -> Vec<String> {
        let found = self.text.split(begins).skip(1);
        found.map(|rest| rest.split(ends).next().unwrap().to_owned()).collect()
    }
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", percent::encode(value))).collect();
    pairs.join("&")
}

impl<'a> Browser<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self { world, cookies: BTreeMap::new(), source: Source::V4(1) }
    }

    /// A call as this browser makes it.
    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> Call {
        let cookie: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let posts = method == "POST";
        Call {
            method: method.to_owned(),
            path: path.to_owned(),
            cookie: Some(cookie.join("; ")).filter(|text| !text.is_empty()),
            origin: posts.then(|| ORIGIN.to_owned()),
            fetch_site: posts.then(|| "same-origin".to_owned()),
            host: Some(HOST.to_owned()),
            content_type: posts.then(|| "application/x-www-form-urlencoded".to_owned()),
            browser: "Test browser".to_owned(),
            unattended: false,
            source: self.source,
            body: body.as_bytes().to_vec(),
        }
    }

    pub(crate) fn make(&mut self, call: &Call) -> Seen {
        let seen = Seen::of(handle(&self.world.app, call));
        for (_, set) in seen.headers.iter().filter(|(name, _)| *name == "set-cookie") {
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        seen
    }

    pub(crate) fn get(&mut self, path: &str) -> Seen {
        let call = self.call("GET", path, "");
        self.make(&call)
    }

    /// Shows a page that must be there.
    pub(crate) fn show(&mut self, path: &str) -> Seen {
        let seen = self.get(path);
        assert_eq!(seen.status, 200, "{path}: {}", seen.text);
        seen
    }

    /// Fills in the form of a page that goes to `action`, and sends it.
    pub(crate) fn send(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Seen {
        let seen = self.show(page);
        self.fill(&seen, action, fields)
    }

    /// Sends a form of a page that was shown before, with what it carries unseen.
    pub(crate) fn fill(&mut self, seen: &Seen, action: &str, fields: &[(&str, &str)]) -> Seen {
        let carried = seen.carried(action);
        let carried = carried.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let unseen = carried.filter(|(name, _)| fields.iter().all(|(given, _)| given != name));
        let all: Vec<_> = unseen.chain(fields.iter().copied()).collect();
        self.post(action, &seen.seal(action), &all)
    }

    pub(crate) fn post(&mut self, action: &str, seal: &str, fields: &[(&str, &str)]) -> Seen {
        let all: Vec<_> = fields.iter().copied().chain([("form", seal)]).collect();
        let call = self.call("POST", action, &encoded(&all));
        self.make(&call)
    }

    /// Sends a form that carries a file: its field, its name and what is in it.
    pub(crate) fn upload(
        &mut self,
        action: &str,
        seal: &str,
        fields: &[(&str, &str)],
        (field, name, bytes): (&str, &str, &[u8]),
    ) -> Seen {
        let edge = "----form-of-the-test";
        let head = |what: &str| format!("--{edge}\r\nContent-Disposition: form-data; {what}\r\n\r\n").into_bytes();
        let mut body = Vec::new();
        for (known, value) in fields.iter().copied().chain([("form", seal)]) {
            body.extend([head(&format!("name=\"{known}\"")), value.as_bytes().to_vec(), b"\r\n".to_vec()].concat());
        }
        body.extend(head(&format!("name=\"{field}\"; filename=\"{name}\"")));
        body.extend([bytes, b"\r\n", format!("--{edge}--\r\n").as_bytes()].concat());
        let content_type = Some(format!("multipart/form-data; boundary={edge}"));
        let call = Call { body, content_type, ..self.call("POST", action, "") };
        self.make(&call)
    }

    pub(crate) fn sign_in(&mut self, login: &str, password: &str) -> Seen {
        self.send("/console/sign-in", "/console/sign-in", &[("login", login), ("password", password)])
    }

    /// The secret of its session.
    pub(crate) fn session(&self) -> Option<String> {
        self.cookies.get("detailbook").cloned()
    }
}
