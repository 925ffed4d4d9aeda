//! A batch as it comes in: CSV text or rows of JSON, with what it says of itself.

use std::collections::BTreeSet;

use detailbook_core::policy::Feed;
use detailbook_core::time::{Interval, UnixMillis};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::kind::Kind;
use super::read::Reader;
use super::row::{Rejected, Row};
use crate::demo::import::decodable;
use crate::demo::import::lines::{Entry, Lines};
use crate::problem::Problem;

/// Rows in one batch at most.
const MOST_ROWS: usize = 100_000;
/// Bytes of a file at most, in mebibytes.
pub const MOST_MIB: usize = 32;

/// Knowledge of one kind that came by one feed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// What kind.
    pub kind: Kind,
    /// By which feed; stints must say, other kinds have one feed each.
    #[serde(default)]
    pub feed: Option<Feed>,
    /// When the feed was read from where it comes from. Absent: this only adds to it, and the feed is as fresh as it was.
    #[serde(default)]
    pub read_at: Option<UnixMillis>,
    /// The time of which this names everything there is, for every officer: what it does not name is not so any more.
    #[serde(default)]
    pub covers: Option<Interval>,
    /// Say what would be done, and do nothing.
    #[serde(default)]
    pub preview: bool,
    /// Take the lines that can be taken where others are rejected. Otherwise one rejected line keeps all from being taken.
    #[serde(default)]
    pub take_the_rest: bool,
    /// A file.
    #[serde(default)]
    pub csv: Option<String>,
    /// Rows: the columns of the file as fields.
    #[serde(default)]
    pub rows: Option<Vec<Map<String, Value>>>,
}

/// The rows of a batch that can be told apart, and those that cannot.
pub(crate) struct Rows {
    pub(crate) good: Vec<Row>,
    pub(crate) rejected: Vec<Rejected>,
}

/// Which columns a file may have, and which it must.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shape {
    /// What stands in its lines.
    pub(crate) name: &'static str,
    /// The columns that it may have.
    pub(crate) columns: &'static [&'static str],
    /// Those without which it says nothing.
    pub(crate) needed: &'static [&'static str],
    /// Lines below the header at most.
    pub(crate) most: usize,
}

impl Shape {
    /// Of the files of a kind of knowledge.
    pub(crate) const fn of(kind: Kind) -> Self {
        Self { name: kind.name(), columns: Reader::columns(kind), needed: Reader::needed(kind), most: MOST_ROWS }
    }

    /// The rows of a file.
    pub(crate) fn rows(self, bytes: &[u8]) -> Result<Rows, Problem> {
        of_csv(self, bytes)
    }
}

impl Batch {
    /// A batch of a file.
    pub const fn of_csv(kind: Kind, feed: Option<Feed>, csv: String) -> Self {
        Self {
            kind,
            feed,
            read_at: None,
            covers: None,
            preview: false,
            take_the_rest: false,
            csv: Some(csv),
            rows: None,
        }
    }

    /// Its rows.
    pub(super) fn rows(&self) -> Result<Rows, Problem> {
        if self.csv.as_ref().is_some_and(|csv| csv.len() > MOST_MIB << 20) {
            return Err(too_large());
        }
        match (&self.csv, &self.rows) {
            (Some(csv), None) => of_csv(Shape::of(self.kind), csv.as_bytes()),
            (None, Some(rows)) if rows.len() > MOST_ROWS => Err(too_many(MOST_ROWS)),
            (None, Some(rows)) => Ok(of_json(self.kind, rows)),
            _ => Err(Problem::invalid("rows", "either these or csv must be given")),
        }
    }
}

/// Why a file is not even read.
pub fn too_large() -> Problem {
    Problem::invalid("csv", &format!("is larger than {MOST_MIB} MiB: part it into several files"))
}

fn too_many(most: usize) -> Problem {
    Problem::invalid("rows", &format!("must be at most {most}"))
}

fn of_json(kind: Kind, objects: &[Map<String, Value>]) -> Rows {
    let mut rows = Rows { good: Vec::with_capacity(objects.len()), rejected: vec![] };
    for (line, object) in (1..).zip(objects) {
        let strange = object.keys().find(|name| !Reader::columns(kind).contains(&name.as_str()));
        let read = match strange {
            Some(name) => Err(format!("{} is not a field of {}", shortened(name), kind.name())),
            None => Row::of_json(line, object),
        };
        rows.take(line, read);
    }
    rows
}

fn of_csv(shape: Shape, bytes: &[u8]) -> Result<Rows, Problem> {
    let bytes = decodable(bytes).map_err(|fault| Problem::invalid("csv", &fault.to_string()))?;
    let mut lines = Lines::new(bytes);
    let Some(Entry { line, fields }) = lines.next() else {
        return Err(Problem::invalid("csv", "the file is empty: a header line is expected"));
    };
    let wrong = |why: String| Problem::invalid("csv", &format!("line {line}: {why}"));
    let header = fields.map_err(|fault| wrong(fault.to_string()))?;
    let header = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect::<Vec<_>>();
    check_header(shape, &header).map_err(wrong)?;
    let mut rows = Rows { good: vec![], rejected: vec![] };
    for (found, Entry { line, fields }) in lines.enumerate() {
        // Before the rest is read: what is read takes a hundred times what was sent.
        if found >= shape.most {
            return Err(too_many(shape.most));
        }
        let read = fields.map_err(|fault| fault.to_string()).and_then(|fields| Row::of_csv(line, &header, fields));
        rows.take(line, read);
    }
    Ok(rows)
}

fn check_header(shape: Shape, header: &[String]) -> Result<(), String> {
    if let [only] = header
        && only.contains([';', '\t'])
    {
        return Err("the columns must be separated by commas, not by semicolons or tabs".to_owned());
    }
    let missing: Vec<_> =
        shape.needed.iter().filter(|name| !header.iter().any(|have| have == *name)).copied().collect();
    if !missing.is_empty() {
        return Err(format!("the header lacks {}", missing.join(", ")));
    }
    let mut seen = BTreeSet::new();
    for name in header {
        if !shape.columns.contains(&name.as_str()) {
            let known = shape.columns.join(", ");
            return Err(format!("{} is not a column of {}; they are {known}", shortened(name), shape.name));
        }
        if !seen.insert(name) {
            return Err(format!("the header names {name} twice"));
        }
    }
    Ok(())
}

fn shortened(name: &str) -> String {
    format!("{:?}", name.chars().take(40).collect::<String>())
}

impl Rows {
    fn take(&mut self, line: u64, read: Result<Row, String>) {
        match read {
            Ok(row) => self.good.push(row),
            Err(reason) => self.rejected.push(Rejected { line, reason }),
        }
    }
}
