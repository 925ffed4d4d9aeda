//! How the pages name things: stages, states, origins, places and people.

use std::collections::BTreeMap;

use detailbook_core::geo::Fence;
use detailbook_core::ids::{AgencyId, OfficerId};
use detailbook_core::policy::{Finding, Outcome, Severity};
use detailbook_core::records::{
    Application, ApplicationState, AssignmentOrigin, Detail, DetailState, Officer, RecordKind,
};
use detailbook_core::staffing::DetailStage;
use detailbook_core::time::{Interval, Zone};

use super::typed::which;
use crate::store::{Sql, StoreError, records};

/// A word with the class that marks it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The class of the style sheet.
    pub class: &'static str,
    /// The word.
    pub word: &'static str,
}

const fn mark(class: &'static str, word: &'static str) -> Mark {
    Mark { class, word }
}

/// Where a detail or a request stands.
pub const fn stage(stage: DetailStage) -> Mark {
    match stage {
        DetailStage::Requested => mark("warn", "requested"),
        DetailStage::Estimated => mark("quiet", "estimated"),
        DetailStage::Accepted => mark("warn", "accepted, to be posted"),
        DetailStage::Posted => mark("quiet", "on offer"),
        DetailStage::Sealed => mark("quiet", "being awarded"),
        DetailStage::Short => mark("bad", "short of officers"),
        DetailStage::Staffed => mark("good", "fully staffed"),
        DetailStage::UnderWay => mark("good", "under way"),
        DetailStage::Worked => mark("warn", "worked, to be ruled on"),
        DetailStage::Ruled => mark("good", "ruled on"),
        DetailStage::Unfilled => mark("bad", "given up"),
        DetailStage::Declined => mark("quiet", "declined"),
        DetailStage::Cancelled => mark("quiet", "cancelled"),
    }
}

/// The state that a detail's record has.
pub const fn state(state: DetailState) -> Mark {
    match state {
        DetailState::Open => mark("warn", "open"),
        DetailState::Filled => mark("good", "filled"),
        DetailState::Cancelled => mark("quiet", "cancelled"),
    }
}

/// How an assignment came about.
pub const fn origin(origin: AssignmentOrigin) -> &'static str {
    match origin {
        AssignmentOrigin::Applied => "applied",
        AssignmentOrigin::Standing => "standing",
        AssignmentOrigin::Traded => "traded",
        AssignmentOrigin::Ordered => "ordered in",
    }
}

/// Where an application stands.
pub const fn application(state: ApplicationState) -> Mark {
    match state {
        ApplicationState::Received => mark("warn", "waits"),
        ApplicationState::Withdrawn => mark("quiet", "withdrawn"),
        ApplicationState::Awarded => mark("good", "awarded"),
        ApplicationState::NotAwarded => mark("quiet", "not awarded"),
    }
}

/// Which place an application is for.
pub fn applied_for(detail: &Detail, it: &Application) -> String {
    let place = it.position.and_then(|id| detail.positions.iter().find(|place| place.id == id));
    place.map_or_else(|| "any".to_owned(), |place| place.name.clone())
}

/// What a rule says, for a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// How much it weighs.
    pub mark: Mark,
    /// The sentence.
    pub sentence: String,
    /// The rule, with its set and version.
    pub rule: String,
}

impl Said {
    /// What a finding says; `passed` where somebody let it pass.
    pub fn of(finding: &Finding, passed: bool) -> Self {
        let mark = match (finding.outcome, finding.severity) {
            (Outcome::Pass, _) => mark("good", "passes"),
            _ if passed => mark("quiet", "let pass"),
            (_, Severity::Block) => mark("bad", "blocks"),
            (_, Severity::NeedsApproval) => mark("bad", "needs approval"),
            (_, Severity::Warn) => mark("warn", "warns"),
            (_, Severity::Log) => mark("quiet", "is noted"),
        };
        Self { mark, sentence: finding.sentence.clone(), rule: finding.citation() }
    }
}

/// Begin and end, the day named once where it is the same, and the offset where the clocks show it twice.
pub fn time(zone: Zone, time: Interval) -> String {
    let (begins, ends) = (zone.local(time.start), zone.local(time.end));
    let ends_at = if begins.date() == ends.date() { ends.format("%H:%M") } else { ends.format("%Y-%m-%d %H:%M") };
    let which = |at| which(zone, at).map(|offset| format!(" ({offset})")).unwrap_or_default();
    let (first, last) = (which(time.start), which(time.end));
    format!("{} {}{first} \u{2013} {ends_at}{last}", begins.format("%a"), begins.format("%Y-%m-%d %H:%M"))
}

/// A fence in words.
pub fn fence(fence: &Fence) -> String {
    match fence {
        Fence::Circle { center, radius_m } => {
            format!("Circle of {radius_m} m around {}, {}", degrees(center.latitude_e7), degrees(center.longitude_e7))
        }
        Fence::Polygon { rings } => {
            let corners = rings.first().map_or(0, Vec::len);
            match rings.len().saturating_sub(1) {
                0 => format!("Polygon of {corners} corners"),
                1 => format!("Polygon of {corners} corners with a hole"),
                holes => format!("Polygon of {corners} corners with {holes} holes"),
            }
        }
    }
}

/// 1e-7 degrees as people write degrees.
pub fn degrees(e7: i32) -> String {
    let whole = i64::from(e7).unsigned_abs();
    let sign = if e7 < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:07}", whole / 10_000_000, whole % 10_000_000);
    let cut = text.trim_end_matches('0');
    cut.strip_suffix('.').unwrap_or(cut).to_owned()
}

/// Officers' names, looked up once each.
#[derive(Debug)]
pub struct Names {
    agency: AgencyId,
    known: BTreeMap<OfficerId, String>,
}

impl Names {
    /// Of an agency.
    pub const fn of(agency: AgencyId) -> Self {
        Self { agency, known: BTreeMap::new() }
    }

    /// What an officer is called, with the rank.
    pub fn get(&mut self, sql: &mut dyn Sql, id: OfficerId) -> Result<String, StoreError> {
        if let Some(known) = self.known.get(&id) {
            return Ok(known.clone());
        }
        let found = records::get::<Officer>(sql, self.agency, RecordKind::Officer, id)?;
        let name = found.map_or_else(|| id.to_string(), |officer| called(&officer.record));
        self.known.insert(id, name.clone());
        Ok(name)
    }
}

/// An officer's name with what tells two of one name apart.
pub fn called(officer: &Officer) -> String {
    let beside: Vec<_> = [&officer.rank, &officer.employee_number]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(String::as_str)
        .collect();
    if beside.is_empty() { officer.name.clone() } else { format!("{} ({})", officer.name, beside.join(", ")) }
}

#[cfg(test)]
mod tests {
    use detailbook_core::geo::Point;
    use detailbook_core::time::UnixMillis;

    use super::*;

    #[test]
    fn degrees_are_written_as_people_write_them() {
        let told = [
            (423_600_000, "42.36"),
            (-710_500_001, "-71.0500001"),
            (0, "0"),
            (-5, "-0.0000005"),
            (1_800_000_000, "180"),
        ];
        for (e7, text) in told {
            assert_eq!(degrees(e7), text);
        }
    }

    #[test]
    fn a_day_is_named_twice_only_where_it_is_another() {
        let zone = Zone::named("America/New_York").unwrap();
        let at = |text: &str| zone.instant(text.parse().unwrap()).first();
        let told = |start, end| time(zone, Interval { start, end });
        let evening: UnixMillis = at("2026-05-15T19:00:00");
        assert_eq!(told(evening, at("2026-05-15T23:00:00")), "Fri 2026-05-15 19:00 \u{2013} 23:00");
        assert_eq!(told(evening, at("2026-05-16T01:00:00")), "Fri 2026-05-15 19:00 \u{2013} 2026-05-16 01:00");
        let twice = zone.instant("2026-11-01T01:00:00".parse().unwrap());
        let night = at("2026-10-31T20:00:00");
        assert_eq!(told(night, twice.first()), "Sat 2026-10-31 20:00 \u{2013} 2026-11-01 01:00 (-04:00)");
        assert_eq!(told(night, twice.last()), "Sat 2026-10-31 20:00 \u{2013} 2026-11-01 01:00 (-05:00)");
    }

    #[test]
    fn fences_are_told_in_words() {
        let at = |n: i32| Point { latitude_e7: n, longitude_e7: n };
        let circle = Fence::Circle { center: at(10_000_000), radius_m: 150 };
        assert_eq!(fence(&circle), "Circle of 150 m around 1, 1");
        let ring = vec![at(1), at(2), at(3)];
        assert_eq!(fence(&Fence::Polygon { rings: vec![ring.clone(), ring] }), "Polygon of 3 corners with a hole");
    }
}
