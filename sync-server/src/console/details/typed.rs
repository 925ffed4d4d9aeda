//! What stands in the form of a detail or a request: typed, taken from another detail, or from a template.

use chrono::NaiveDateTime;
use detailbook_core::ids::{PositionId, SiteId};
use detailbook_core::records::{Detail, Interval, Position};
use detailbook_core::staffing::{Request, Seat};
use detailbook_core::time::{LocalInstant, UnixMillis, Zone};
use serde::{Deserialize, Serialize};

use super::repeats::Repeats;
use crate::console::field::SAY_WHICH;
use crate::console::form::Form;
use crate::personnel::local_time;
use crate::policy::detail_facts::DetailFacts;
use crate::problem::Problem;
use crate::scheduling::details::{DetailDraft, MOST_POSITIONS, PositionDraft};
use crate::scheduling::requests::RequestDraft;

/// Fields that stand once in the form of a new detail.
pub const NEW: &[&str] = &[
    "do",
    "template_name",
    "site",
    "title",
    "job_type",
    "starts",
    "ends",
    "counts_as",
    "vehicles",
    "post_orders",
    "reference",
    "requires",
    "equipment",
    "offer",
    "method",
    "opens",
    "closes",
    "acknowledge_hours",
    "jitter_minutes",
    "turn_minutes",
    "turn_order",
    "rotation_began",
    "rotation_days",
    "rotation_notice",
    "override_reason",
    "override_code",
];
/// Fields that stand once for each place or tier of a new detail.
pub const NEW_ROWS: &[&str] =
    &["place_id", "place_name", "place_rank", "place_kind", "tier_name", "tier_groups", "tier_opens"];
/// Fields that stand once in the form of a detail that is there.
pub const EDIT: &[&str] = &[
    "do",
    "version",
    "site",
    "title",
    "job_type",
    "starts",
    "ends",
    "counts_as",
    "vehicles",
    "post_orders",
    "reference",
    "overlap",
];
/// Fields that stand once in the form of a request.
pub const REQUEST: &[&str] = &[
    "do",
    "version",
    "site",
    "title",
    "job_type",
    "starts",
    "ends",
    "counts_as",
    "vehicles",
    "post_orders",
    "asked_by",
    "repeats",
    "every",
    "count",
    "last_day",
    "rule",
];
/// Fields that stand once for each place of a detail that is there.
pub const PLACE: &[&str] = &["place_id", "place_name", "place_rank", "place_kind"];
/// The same, and days to tick.
pub const PLACE_AND_DAY: &[&str] = &["place_id", "place_name", "place_rank", "place_kind", "day"];

/// What stands in the fields, as text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The site's id.
    pub site: String,
    /// What it is called.
    pub title: String,
    /// The type of job.
    pub job_type: String,
    /// When it begins, by the clock on the wall.
    pub starts: String,
    /// When it ends.
    pub ends: String,
    /// What rank places count as that ask for none.
    pub counts_as: String,
    /// Vehicles.
    pub vehicles: String,
    /// Post orders.
    pub post_orders: String,
    /// The agency's number for it.
    pub reference: String,
    /// Certifications, separated by commas.
    pub requires: String,
    /// Equipment, separated by commas.
    pub equipment: String,
    /// Who asks.
    pub asked_by: String,
    /// The places.
    pub places: Vec<Place>,
    /// How it repeats.
    pub repeats: Repeats,
}

/// One place.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Its id, where it is there already.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The rank it asks for.
    pub rank: String,
    /// It is a supervisor's.
    pub supervisor: bool,
}

impl Typed {
    /// What was typed.
    pub fn of(form: &Form) -> Self {
        let text = |name| form.get(name).to_owned();
        Self {
            site: text("site"),
            title: text("title"),
            job_type: text("job_type"),
            starts: text("starts"),
            ends: text("ends"),
            counts_as: text("counts_as"),
            vehicles: text("vehicles"),
            post_orders: text("post_orders"),
            reference: text("reference"),
            requires: text("requires"),
            equipment: text("equipment"),
            asked_by: text("asked_by"),
            places: places_typed(form),
            repeats: Repeats {
                how: text("repeats"),
                every: text("every"),
                days: form.all("day").map(str::to_owned).collect(),
                count: text("count"),
                until: text("last_day"),
                rule: text("rule"),
            },
        }
    }

    /// A form that nobody has filled in.
    pub fn empty() -> Self {
        Self { places: vec![Place::default(), Place::default()], ..Self::default() }
    }

    /// As a detail says.
    pub fn of_detail(detail: &Detail, facts: &DetailFacts) -> Self {
        let place = |position: &Position| Place {
            id: position.id.to_string(),
            name: position.name.clone(),
            rank: position.rank.clone().unwrap_or_default(),
            supervisor: false,
        };
        Self {
            site: detail.site.to_string(),
            title: detail.title.clone(),
            job_type: detail.job_type.clone(),
            starts: wall(detail.zone, detail.starts),
            ends: wall(detail.zone, detail.ends),
            post_orders: detail.post_orders.clone(),
            reference: detail.reference.clone(),
            requires: facts.requires.join(", "),
            equipment: facts.equipment.join(", "),
            places: detail.positions.iter().map(place).collect(),
            ..Self::default()
        }
    }

    /// As a request says.
    pub fn of_request(request: &Request) -> Self {
        let place = |seat: &Seat| Place {
            id: String::new(),
            name: seat.name.clone(),
            rank: seat.rank.clone().unwrap_or_default(),
            supervisor: seat.supervisor,
        };
        let first = request.shifts.first();
        Self {
            site: request.site.to_string(),
            title: request.title.clone(),
            job_type: request.job_type.clone(),
            starts: first.map(|shift| wall(request.zone, shift.start)).unwrap_or_default(),
            ends: first.map(|shift| wall(request.zone, shift.end)).unwrap_or_default(),
            counts_as: request.counts_as.clone(),
            vehicles: request.vehicles.to_string(),
            post_orders: request.post_orders.clone(),
            asked_by: request.asked_by.clone(),
            places: request.seats.iter().map(place).collect(),
            repeats: Repeats::of(request.recurrence.as_deref()),
            ..Self::default()
        }
    }

    /// For another like it: its places are nobody's, and when it is has to be said anew.
    #[must_use]
    pub fn another(self) -> Self {
        let places = self.places.into_iter().map(|place| Place { id: String::new(), ..place }).collect();
        Self { starts: String::new(), ends: String::new(), reference: String::new(), places, ..self }
    }

    /// The same with one more place.
    #[must_use]
    pub fn with_a_place(mut self) -> Self {
        self.places.push(Place::default());
        self
    }

    /// When it begins and ends, the first time where it repeats. A field that was not touched stands for the moment that was `kept`: it
    /// shows whole minutes only.
    pub fn time(&self, zone: Zone, kept: Option<Interval>) -> Result<Interval, Problem> {
        let read = |field, text: &str, kept: Option<UnixMillis>| match kept.filter(|at| wall(zone, *at) == text.trim())
        {
            Some(kept) => Ok(kept),
            None => moment(field, text, zone),
        };
        let start = read("starts", &self.starts, kept.map(|kept| kept.start))?;
        let end = read("ends", &self.ends, kept.map(|kept| kept.end))?;
        if end <= start {
            return Err(Problem::invalid("ends", "must be after it begins"));
        }
        Ok(Interval { start, end })
    }

    /// The rule by which it repeats from its first begin on, if it does.
    pub fn rule(&self, first: UnixMillis, zone: Zone) -> Result<Option<String>, Problem> {
        self.repeats.rule(zone.local(first))
    }

    /// The places as seats of a request. A row in which nothing stands is none.
    pub fn seats(&self) -> Result<Vec<Seat>, Problem> {
        let mut seats: Vec<Seat> = Vec::new();
        if self.places.iter().filter(|place| !place.is_empty()).count() > MOST_POSITIONS {
            return Err(Problem::invalid("place_name", "must be given for 200 places at most"));
        }
        for place in self.places.iter().filter(|place| !place.is_empty()) {
            let name = place.named()?;
            if seats.iter().any(|other| other.name == name) {
                return Err(Problem::invalid("place_name", "must be different for each place"));
            }
            seats.push(Seat { name, rank: place.asked_rank(), supervisor: place.supervisor });
        }
        if seats.is_empty() {
            return Err(Problem::invalid("place_name", "must be given for at least one place"));
        }
        Ok(seats)
    }

    /// How many vehicles.
    pub fn vehicle_count(&self) -> Result<u32, Problem> {
        vehicles(&self.vehicles)
    }

    /// As a detail; `kept` is when the one takes place that is changed.
    pub fn detail(&self, zone: Zone, kept: Option<Interval>) -> Result<DetailDraft, Problem> {
        let time = self.time(zone, kept)?;
        Ok(DetailDraft {
            site: self.site_id()?,
            title: self.title.clone(),
            job_type: self.job_type.clone(),
            starts: time.start,
            ends: time.end,
            zone,
            positions: self.positions()?,
            post_orders: self.post_orders.clone(),
            reference: self.reference.clone(),
        })
    }

    fn positions(&self) -> Result<Vec<PositionDraft>, Problem> {
        self.seats()?;
        let filled = self.places.iter().filter(|place| !place.is_empty());
        filled
            .map(|place| Ok(PositionDraft { id: place.known()?, name: place.named()?, rank: place.asked_rank() }))
            .collect()
    }

    fn site_id(&self) -> Result<SiteId, Problem> {
        self.site.parse().map_err(|_| Problem::invalid("site", "must be one of these"))
    }

    /// As a request; `kept` is the first shift of the one that is changed.
    pub fn request(&self, zone: Zone, kept: Option<Interval>) -> Result<RequestDraft, Problem> {
        let time = self.time(zone, kept)?;
        Ok(RequestDraft {
            site: self.site_id()?,
            title: self.title.clone(),
            job_type: self.job_type.clone(),
            starts: time.start,
            ends: time.end,
            recurrence: self.rule(time.start, zone)?,
            zone,
            seats: self.seats()?,
            standing: vec![],
            vehicles: self.vehicle_count()?,
            post_orders: self.post_orders.clone(),
            asked_by: self.asked_by.clone(),
        })
    }
}

impl Place {
    fn is_empty(&self) -> bool {
        self.name.trim().is_empty() && self.rank.trim().is_empty()
    }

    fn named(&self) -> Result<String, Problem> {
        crate::words::line("place_name", &self.name)
    }

    fn asked_rank(&self) -> Option<String> {
        Some(self.rank.trim().to_owned()).filter(|rank| !rank.is_empty())
    }

    fn known(&self) -> Result<Option<PositionId>, Problem> {
        match self.id.as_str() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| Problem::invalid("place_id", "must name a place of this detail")),
        }
    }
}

fn places_typed(form: &Form) -> Vec<Place> {
    let at = |name: &'static str, n: usize| form.all(name).nth(n).unwrap_or_default().to_owned();
    let place = |n, name: &str| Place {
        id: at("place_id", n),
        name: name.to_owned(),
        rank: at("place_rank", n),
        supervisor: at("place_kind", n) == "supervisor",
    };
    form.all("place_name").enumerate().map(|(n, name)| place(n, name)).collect()
}

/// A number of vehicles; none where nothing stands there.
pub fn vehicles(text: &str) -> Result<u32, Problem> {
    match text.trim() {
        "" => Ok(0),
        text => text.parse().map_err(|_| Problem::invalid("vehicles", "must be a number such as 2")),
    }
}

/// What stands between commas, each once.
pub fn listed(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty()) {
        if !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found
}

/// A moment as fields of date and time hold it: with its offset where the clocks show that time twice.
pub fn wall(zone: Zone, at: UnixMillis) -> String {
    let text = zone.local(at).format("%Y-%m-%dT%H:%M").to_string();
    which(zone, at).map_or(text.clone(), |offset| text + &offset)
}

/// The offset, such as `-05:00`, of a moment whose time the clocks show twice; nothing where they show it once.
pub fn which(zone: Zone, at: UnixMillis) -> Option<String> {
    let twice = matches!(zone.instant(zone.local(at)), LocalInstant::Fold { .. });
    twice.then(|| at.to_utc().with_timezone(&zone.0).format("%:z").to_string())
}

fn local(field: &str, text: &str) -> Result<NaiveDateTime, Problem> {
    let read = |form| NaiveDateTime::parse_from_str(text.trim(), form);
    let found = read("%Y-%m-%dT%H:%M").or_else(|_| read("%Y-%m-%dT%H:%M:%S")).or_else(|_| read("%Y-%m-%d %H:%M"));
    found.map_err(|_| Problem::invalid(field, "must be a day and time such as 2026-05-16 19:00"))
}

/// When the clocks show what was typed, or by the offset that was typed with it. Refused where they never do, and where they do twice and
/// there is no offset.
pub fn moment(field: &str, text: &str, zone: Zone) -> Result<UnixMillis, Problem> {
    if let Some(at) = local_time::by_offset(text.trim()) {
        return Ok(at);
    }
    match zone.instant(local(field, text)?) {
        LocalInstant::Once(at) => Ok(at),
        LocalInstant::Gap { .. } => {
            Err(Problem::invalid(field, "must be a time that there is: the clocks are put forward over it that day"))
        }
        LocalInstant::Fold { earlier, later } => {
            let (first, second) = (wall(zone, earlier), wall(zone, later));
            Err(Problem::invalid(
                field,
                &format!("{SAY_WHICH}. Write {first} for the first time, {second} for the second"),
            ))
        }
    }
}

/// The same for a field that may be empty.
pub fn moment_if_any(field: &str, text: &str, zone: Zone) -> Result<Option<UnixMillis>, Problem> {
    if text.trim().is_empty() { Ok(None) } else { moment(field, text, zone).map(Some) }
}

/// The refusal of a record's field at the field of the form that it stands in.
pub fn at_fields(problem: Problem) -> Problem {
    const NAMES: &[(&str, &str)] = &[
        ("seats.name", "place_name"),
        ("seats.rank", "place_rank"),
        ("seats", "place_name"),
        ("positions.name", "place_name"),
        ("positions.rank", "place_rank"),
        ("positions", "place_name"),
        ("recurrence", "repeats"),
    ];
    let found = problem.reason.split_once(": ").and_then(|(field, why)| {
        NAMES.iter().find(|(known, _)| *known == field).map(|(_, name)| format!("{name}: {why}"))
    });
    match found {
        Some(reason) => Problem { reason, ..problem },
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        Zone::named("America/New_York").unwrap()
    }

    fn typed(text: &str) -> Typed {
        let many = ["place_id", "place_name", "place_rank", "place_kind", "day"];
        Typed::of(&Form::read(text.as_bytes(), REQUEST, &many).unwrap())
    }

    #[test]
    fn rows_are_places_in_order_and_empty_rows_are_none() {
        let rows = "place_name=Traffic+1&place_rank=&place_kind=officer&place_name=&place_rank=&place_kind=officer\
                    &place_name=Lead&place_rank=SGT&place_kind=supervisor";
        let seats = typed(rows).seats().unwrap();
        let told: Vec<_> =
            seats.iter().map(|seat| (seat.name.as_str(), seat.rank.as_deref(), seat.supervisor)).collect();
        assert_eq!(told, [("Traffic 1", None, false), ("Lead", Some("SGT"), true)]);
        assert_eq!(typed(rows).with_a_place().places.len(), 4);
        for wrong in ["place_name=&place_rank=", "place_name=&place_rank=SGT", "place_name=A&place_name=A", ""] {
            assert!(typed(wrong).seats().unwrap_err().reason.starts_with("place_name: "), "{wrong}");
        }
    }

    #[test]
    fn times_are_those_of_the_clock_on_the_wall() {
        let at = |text: &str| moment("starts", text, zone()).map(|at| wall(zone(), at));
        assert_eq!(at("2026-05-16T19:00").unwrap(), "2026-05-16T19:00");
        assert_eq!(at("2026-05-16T19:00:00").unwrap(), "2026-05-16T19:00");
        assert_eq!(at("2026-05-16 19:00").unwrap(), "2026-05-16T19:00");
        let gap = at("2026-03-08T02:30").unwrap_err().reason;
        assert!(gap.starts_with("starts: ") && gap.contains("put forward"), "{gap}");
        for wrong in ["", "19:00", "2026-02-30T10:00", "tomorrow"] {
            assert!(at(wrong).unwrap_err().reason.starts_with("starts: must be a day"), "{wrong}");
        }
        let backwards = typed("starts=2026-05-16T19:00&ends=2026-05-16T19:00").time(zone()).unwrap_err();
        assert!(backwards.reason.starts_with("ends: "), "{backwards}");
    }

    #[test]
    fn another_like_it_is_nobodys_and_has_no_time() {
        let one = typed("title=Road+work&starts=2026-05-16T19:00&place_id=abc&place_name=A");
        let other = one.clone().another();
        assert_eq!((other.title.as_str(), other.starts.as_str()), ("Road work", ""));
        assert_eq!((other.places[0].name.as_str(), other.places[0].id.as_str()), ("A", ""));
    }

    #[test]
    fn refusals_are_put_at_the_fields_of_the_form() {
        let told = |field: &str| at_fields(Problem::invalid(field, "must be so")).reason;
        assert_eq!(told("positions.name"), "place_name: must be so");
        assert_eq!(told("recurrence"), "repeats: must be so");
        assert_eq!(told("title"), "title: must be so");
    }

    #[test]
    fn a_time_that_the_clocks_show_twice_is_shown_and_read_with_its_offset() {
        let second = moment("ends", "2026-11-01T01:30-05:00", zone()).unwrap();
        let first = moment("ends", "2026-11-01 01:30-04:00", zone()).unwrap();
        assert_eq!(second - first, detailbook_core::time::Millis::from_hours(1));
        assert_eq!([first, second].map(|at| wall(zone(), at)), ["2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00"]);
        let neither = moment("ends", "2026-11-01T01:30", zone()).unwrap_err().reason;
        let says = "ends: must say which: the clocks show it twice that night. Write 2026-11-01T01:30-04:00 for the first time, \
                    2026-11-01T01:30-05:00 for the second";
        assert_eq!(neither, says);
    }

    #[test]
    fn a_field_that_nobody_touched_stands_for_the_moment_it_was_made_of() {
        let second = moment("ends", "2026-11-01T01:00-05:00", zone()).unwrap();
        let odd = moment("starts", "2026-10-31T20:00", zone()).unwrap() + detailbook_core::time::Millis(31_500);
        let kept = Interval { start: odd, end: second };
        let untouched = Typed { starts: wall(zone(), odd), ends: wall(zone(), second), ..Typed::default() };
        assert_eq!(untouched.time(zone(), Some(kept)).unwrap(), kept);
        let later = Typed { starts: "2026-10-31T20:01".to_owned(), ..untouched.clone() };
        assert_eq!(wall(zone(), later.time(zone(), Some(kept)).unwrap().start), "2026-10-31T20:01");
        assert_ne!(untouched.time(zone(), None).unwrap(), kept, "a form of a new detail has whole minutes only");
    }

    #[test]
    fn more_places_than_a_detail_may_have_are_refused_before_they_are_compared() {
        let place = |n: usize| Place { name: format!("Place {n}"), ..Place::default() };
        let of = |n| Typed { places: (0..n).map(place).collect(), ..Typed::default() }.seats();
        assert_eq!(of(MOST_POSITIONS).unwrap().len(), MOST_POSITIONS);
        assert_eq!(of(MOST_POSITIONS + 1).unwrap_err().reason, "place_name: must be given for 200 places at most");
    }

    #[test]
    fn words_between_commas_are_listed_once() {
        assert_eq!(listed(" a, b ,,a\nc"), ["a", "b", "c"]);
        assert!(listed(" , ").is_empty());
    }
}
