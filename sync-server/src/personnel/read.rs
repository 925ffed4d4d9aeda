//! What a row says, kind by kind.

use std::collections::BTreeMap;

use detailbook_core::geo::Point;
use detailbook_core::ids::OfficerId;
use detailbook_core::policy::{Basis, Document, Event, Feed, Known, Relation, Status, Stint};
use detailbook_core::pricing::Minutes;
use detailbook_core::time::{Interval, Millis, UnixMillis, Zone};
use detailbook_core::wire;
use minicbor::Encode;

use super::kind::{ALWAYS, Kind, stream};
use super::local_time::{day, days, from, instant, until};
use super::paper::{self, Promotion};
use super::row::Row;

/// The longest stint: beyond it, somebody mistyped a year.
const LONGEST_STINT: Millis = Millis::from_hours(24 * 31);

/// What a row says, ready to be held against what is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub(super) line: u64,
    pub(super) key: String,
    pub(super) officer: OfficerId,
    pub(super) valid: Interval,
    pub(super) body: Vec<u8>,
}

/// Reads rows of one kind and feed.
pub(super) struct Reader<'a> {
    /// Whose each employee number is.
    pub(super) numbers: &'a BTreeMap<String, OfficerId>,
    pub(super) zone: Zone,
    pub(super) kind: Kind,
    pub(super) feed: Feed,
}

/// What a kind's reader makes of a row.
struct Content {
    /// What tells it from others of the officer's, where the row names no key.
    natural: String,
    valid: Interval,
    body: Vec<u8>,
}

impl Content {
    fn new(natural: String, valid: Interval, body: &impl Encode<()>) -> Self {
        Self { natural, valid, body: wire::encode(body) }
    }
}

impl Reader<'_> {
    /// The names of the columns that rows of a kind may have.
    pub(super) const fn columns(kind: Kind) -> &'static [&'static str] {
        match kind {
            Kind::Stints => &[
                "employee_number",
                "key",
                "starts",
                "ends",
                "basis",
                "class",
                "tags",
                "paid",
                "charged",
                "latitude_e7",
                "longitude_e7",
            ],
            Kind::Statuses => &["employee_number", "key", "code", "from", "until"],
            Kind::Ranks => &["employee_number", "key", "rank", "from", "cents_per_hour"],
            Kind::Documents => &["employee_number", "key", "kind", "from", "until"],
            Kind::Relations => &["employee_number", "key", "person", "standing"],
            Kind::Events => &["employee_number", "key", "kind", "at", "about_from", "about_until", "class", "excused"],
            Kind::Approvals | Kind::DetailFacts | Kind::CustomerDocuments => &[],
        }
    }

    /// The columns without which a file of a kind says nothing.
    pub(super) const fn needed(kind: Kind) -> &'static [&'static str] {
        match kind {
            Kind::Stints => &["employee_number", "starts", "ends"],
            Kind::Statuses => &["employee_number", "code", "from"],
            Kind::Ranks => &["employee_number", "rank", "from"],
            Kind::Documents => &["employee_number", "kind", "from"],
            Kind::Relations => &["employee_number", "person", "standing"],
            Kind::Events => &["employee_number", "kind", "at"],
            Kind::Approvals | Kind::DetailFacts | Kind::CustomerDocuments => &[],
        }
    }

    pub(super) fn read(&self, row: &Row) -> Result<Said, String> {
        let number = row.must("employee_number")?.to_owned();
        let officer = *self.numbers.get(&number).ok_or_else(|| format!("no officer has employee number {number:?}"))?;
        let content = match self.kind {
            Kind::Relations => self.relation(row),
            Kind::Stints => self.stint(row),
            Kind::Statuses => self.status(row),
            Kind::Ranks => self.rank(row),
            Kind::Documents => self.document(row),
            Kind::Events => self.event(row),
            Kind::Approvals | Kind::DetailFacts | Kind::CustomerDocuments => Err("does not come in batches".to_owned()),
        }?;
        let key = row.get("key").map_or_else(|| format!("{number} {}", content.natural), str::to_owned);
        Ok(Said { line: row.line, key, officer, valid: content.valid, body: content.body })
    }

    fn stint(&self, row: &Row) -> Result<Content, String> {
        let Some(stream) = stream(self.feed) else { return Err("this feed has no stints".to_owned()) };
        let (start, end) = (row.must("starts")?, row.must("ends")?);
        let when = Interval { start: instant(self.zone, "starts", start)?, end: instant(self.zone, "ends", end)? };
        if when.end <= when.start {
            return Err(format!("ends {end} is not after starts {start}"));
        }
        if when.length() > LONGEST_STINT {
            return Err(format!("from {start} to {end} is longer than 31 days"));
        }
        let stint = Stint {
            basis: basis(row)?,
            paid: row.parsed::<Minutes>("paid", "a length such as 4:00")?,
            charged: row.parsed::<Minutes>("charged", "a length such as 4:00")?,
            class: row.get("class").unwrap_or_default().to_owned(),
            tags: row.list("tags"),
            place: place(row)?,
            ..Stint::of(stream, when)
        };
        Ok(Content::new(start.replacen(' ', "T", 1), when, &stint))
    }

    fn status(&self, row: &Row) -> Result<Content, String> {
        let (code, valid) = (row.must("code")?, self.span(row)?);
        let until = (valid.end < UnixMillis::MAX).then_some(valid.end);
        let status = Status { code: code.to_owned(), from: valid.start, until, known: Known::default() };
        Ok(Content::new(format!("{code} {}", row.must("from")?), valid, &status))
    }

    fn rank(&self, row: &Row) -> Result<Content, String> {
        let (rank, text) = (row.must("rank")?, row.must("from")?);
        let start = from(self.zone, "from", text)?;
        let cents_per_hour = row.parsed::<i64>("cents_per_hour", "a whole number of cents")?;
        if cents_per_hour.is_some_and(|cents| !(0..=100_000_000).contains(&cents)) {
            return Err("cents_per_hour is out of range".to_owned());
        }
        let promotion = Promotion { rank: rank.to_owned(), from: start, cents_per_hour };
        Ok(Content::new(text.to_owned(), Interval { start, end: UnixMillis::MAX }, &promotion))
    }

    fn document(&self, row: &Row) -> Result<Content, String> {
        let (kind, first) = (row.must("kind")?, day("from", row.must("from")?)?);
        let last = row.get("until").map(|text| day("until", text)).transpose()?;
        if last.is_some_and(|last| last < first) {
            return Err("until is before from".to_owned());
        }
        let document = Document { kind: kind.to_owned(), from: first, until: last, known: Known::default() };
        Ok(Content::new(format!("{kind} {first}"), days(self.zone, first, last), &document))
    }

    fn relation(&self, row: &Row) -> Result<Content, String> {
        let (person, standing) = (row.must("person")?, row.must("standing")?);
        let nobody = || format!("no officer has employee number {person:?} (person)");
        let other = *self.numbers.get(person).ok_or_else(nobody)?;
        let standing = paper::standing(standing)
            .ok_or_else(|| format!("standing {standing:?} is not subordinate, superior or apart"))?;
        let relation = Relation { person: other, standing, known: Known::default() };
        Ok(Content::new(person.to_owned(), ALWAYS, &relation))
    }

    fn event(&self, row: &Row) -> Result<Content, String> {
        let (kind, text) = (row.must("kind")?, row.must("at")?);
        let at = instant(self.zone, "at", text)?;
        let about = match (row.get("about_from"), row.get("about_until")) {
            (None, None) => None,
            (Some(start), Some(end)) => {
                let about = Interval {
                    start: instant(self.zone, "about_from", start)?,
                    end: instant(self.zone, "about_until", end)?,
                };
                Some(about).filter(|about| about.start < about.end).ok_or("about_until is not after about_from")?.into()
            }
            _ => return Err("about_from and about_until go together".to_owned()),
        };
        let event = Event {
            kind: kind.to_owned(),
            at,
            about,
            detail: None,
            class: row.get("class").unwrap_or_default().to_owned(),
            excused: row.parsed::<bool>("excused", "true or false")?.unwrap_or(false),
            known: Known::default(),
        };
        Ok(Content::new(
            format!("{kind} {}", text.replacen(' ', "T", 1)),
            Interval { start: at, end: at + Millis(1) },
            &event,
        ))
    }

    fn span(&self, row: &Row) -> Result<Interval, String> {
        let start = from(self.zone, "from", row.must("from")?)?;
        let end = row.get("until").map(|text| until(self.zone, "until", text)).transpose()?.unwrap_or(UnixMillis::MAX);
        if end <= start { Err("until is not after from".to_owned()) } else { Ok(Interval { start, end }) }
    }
}

fn basis(row: &Row) -> Result<Basis, String> {
    match row.get("basis") {
        None => Ok(Basis::Either),
        Some("scheduled") => Ok(Basis::Scheduled),
        Some("actual") => Ok(Basis::Actual),
        Some(other) => Err(format!("basis {other:?} is not scheduled or actual")),
    }
}

fn place(row: &Row) -> Result<Option<Point>, String> {
    let wanted = "a whole number of ten-millionths of a degree";
    match (row.parsed::<i32>("latitude_e7", wanted)?, row.parsed::<i32>("longitude_e7", wanted)?) {
        (None, None) => Ok(None),
        (Some(latitude_e7), Some(longitude_e7)) => Ok(Some(Point { latitude_e7, longitude_e7 })),
        _ => Err("latitude_e7 and longitude_e7 go together".to_owned()),
    }
}
