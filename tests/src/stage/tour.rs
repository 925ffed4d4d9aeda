//! Every page of the console with an address at which it shows something, for tests that look at all of them.

use detailbook_core::ids::UserId;
use detailbook_server::console::assets;
use detailbook_server::console::table::{Entry, Gate, pages};
use detailbook_server::demo::DemoError;
use serde::Serialize;

use super::{Stage, people};

/// One page.
#[derive(Serialize)]
pub(super) struct Stop {
    path: &'static str,
    /// `anybody`, `signed`, a step of signing in, or a right.
    gate: String,
    /// Where it shows something; absent where nobody has said yet what its ids are.
    address: Option<String>,
    /// What may stand in its query.
    asks: &'static [&'static str],
}

impl Stage {
    /// The pages that are shown.
    pub(super) fn tour(&self) -> Result<Vec<Stop>, DemoError> {
        let link = people::link(&self.server, self.newcomer()?)?.to_text();
        let shown = pages().filter(|entry| entry.method == "GET");
        let stop = |entry: &Entry| Stop {
            path: entry.path,
            gate: gate(entry),
            address: self.address(entry.path, &link),
            asks: entry.asks,
        };
        Ok(shown.map(stop).collect())
    }

    /// Somebody who has a link and has not used it.
    fn newcomer(&self) -> Result<UserId, DemoError> {
        let last = self.people.last().map(|person| person.id);
        last.ok_or_else(|| super::crew::unknown("person"))
    }

    /// The path with something in the place of each brace: what its part of the path is about, by the word before it.
    fn address(&self, path: &str, link: &str) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        for part in path.split('/') {
            let about = parts.last().map(String::as_str).unwrap_or_default();
            let filled = if part.starts_with('{') { self.example(about, link)? } else { part.to_owned() };
            parts.push(filled);
        }
        Some(parts.join("/"))
    }

    fn example(&self, about: &str, link: &str) -> Option<String> {
        let work = |name: &str| self.works.get(name);
        Some(match about {
            "static" => assets::style().rsplit('/').next()?.to_owned(),
            "users" => self.people.first()?.id.to_string(),
            "roles" => "dispatcher".to_owned(),
            "welcome" => link.to_owned(),
            "details" => work("paving")?.detail.to_string(),
            "sites" => work("paving")?.site.to_string(),
            "customers" => work("paving")?.customer.to_string(),
            "officers" => self.crew.get("2102")?.id.to_string(),
            "requests" => work("paving")?.request?.to_string(),
            "phones" => self.office.devices().ok()?.first()?.id.to_string(),
            "release" => self.crew.get("2102")?.places.get("paving")?.to_string(),
            "assignments" | "timesheets" => self.crew.get("2103")?.places.get("lobby")?.to_string(),
            _ => return None,
        })
    }
}

fn gate(entry: &Entry) -> String {
    match entry.gate {
        Gate::Anybody => "anybody".to_owned(),
        Gate::Signed => "signed".to_owned(),
        Gate::Step(step) => step.name().to_owned(),
        Gate::Scope(scope) => scope.name().to_owned(),
    }
}
