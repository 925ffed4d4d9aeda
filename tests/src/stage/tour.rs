//! Every page of the console with an address at which it shows something, for tests that look at all of them.

use detailbook_core::ids::{DetailId, PositionId, UserId};
use detailbook_core::records::{Detail, RecordKind};
use detailbook_core::time::UnixMillis;
use detailbook_server::console::assets;
use detailbook_server::console::table::{self, Entry};
use detailbook_server::demo::DemoError;
use detailbook_server::store::{ledger, records, staffing_rules};
use serde::Serialize;

use super::{Stage, people};
use crate::pages;

/// One page.
#[derive(Serialize)]
pub(super) struct Stop {
    path: &'static str,
    /// `anybody`, `signed`, a step of signing in as `step:enrol`, or a right.
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
        let shown = table::pages().filter(|entry| entry.method == "GET");
        let stop = |entry: &Entry| Stop {
            path: entry.path,
            gate: pages::gate(entry),
            address: pages::address(entry.path, |about| self.example(about, entry.path, &link)),
            asks: entry.asks,
        };
        Ok(shown.map(stop).collect())
    }

    /// Somebody who has a link and has not used it.
    fn newcomer(&self) -> Result<UserId, DemoError> {
        let last = self.people.last().map(|person| person.id);
        last.ok_or_else(|| super::crew::unknown("person"))
    }

    /// Whose page is looked at: of each kind somebody or something of whom there is something to see.
    fn example(&self, about: &str, path: &str, link: &str) -> Option<String> {
        // A game in the evening with a place that is empty, a parade that officers may still apply for, and paving that was awarded.
        let work = match path.rsplit('/').next() {
            Some("choices" | "posting") => "parade",
            Some("awards" | "awards.csv") => "paving",
            _ => "game",
        };
        let detail = self.works.get(work)?.detail;
        Some(match about {
            "static" => assets::style().rsplit('/').next()?.to_owned(),
            "users" => self.people.first()?.id.to_string(),
            "provider" => self.server.agency().to_string(),
            "roles" => "dispatcher".to_owned(),
            "welcome" => link.to_owned(),
            "details" | "today" => detail.to_string(),
            "{detail}" => self.last_position(detail)?.to_string(),
            "release" => self.crew.get("2102")?.places.get("game")?.to_string(),
            "requests" => self.request?.to_string(),
            "sites" => self.works.get("paving")?.site.to_string(),
            "customers" => self.works.get("paving")?.customer.to_string(),
            "officers" => self.crew.get("2102")?.id.to_string(),
            "phones" => self.office.devices().ok()?.first()?.id.to_string(),
            "import" => "officers".to_owned(),
            "approvals" => self.papers.approval?.to_string(),
            "pushes" => self.papers.push?.to_string(),
            "documents" => self.papers.document?.to_string(),
            "cancellations" => self.papers.cancelled?.to_string(),
            "runs" => self.papers.run?.to_string(),
            // The first invoice that the run made.
            "invoices" => "1".to_owned(),
            "files" => self.papers.file?.to_string(),
            "photos" | "thumbnails" => self.papers.photo?.to_string(),
            "versions" if path.contains("/rules/") => "Harbor%20Falls%20rules".to_owned(),
            "versions" if path.contains("/tariffs/") => "Harbor%20Falls%20details".to_owned(),
            "versions" if path.contains("/staffing/") => self.first_staffing_rules()?.as_millis().to_string(),
            "versions" if path.contains("/contract/") => self.last_contract()?.as_millis().to_string(),
            "{set}" => (if path.contains("/tariffs/") { "5" } else { "1" }).to_owned(),
            "assignments" | "timesheets" => self.crew.get("2102")?.places.get("paving")?.to_string(),
            _ => return None,
        })
    }

    /// Since when the first staffing rules are in force.
    fn first_staffing_rules(&self) -> Option<UnixMillis> {
        let agency = self.server.agency();
        let all = self.server.app().store.read(|sql| staffing_rules::all(sql, agency)).ok()?;
        all.first().map(|(from, _)| *from)
    }

    /// Since when the last contract is in force, which has one before it.
    fn last_contract(&self) -> Option<UnixMillis> {
        let agency = self.server.agency();
        let all = self.server.app().store.read(|sql| ledger::contracts(sql, agency)).ok()?;
        all.last().map(|(from, _)| *from)
    }

    /// The last position of a detail, which is filled last.
    fn last_position(&self, detail: DetailId) -> Option<PositionId> {
        let agency = self.server.agency();
        let read = self.server.app().store.read(|sql| records::get::<Detail>(sql, agency, RecordKind::Detail, detail));
        read.ok()??.record.positions.last().map(|position| position.id)
    }
}
