//! Planning files of records: which are there, which lines would enter or change one.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, RecordId};

use super::carry_out::Act;
use super::line::{Counts, Line, Outcome, changes};
use crate::filing::Filed;
use crate::personnel::batch::Rows;
use crate::personnel::row::{Rejected, Row};
use crate::problem::Problem;
use crate::store::records::Stored;
use crate::store::{Sql, StoreError, listing};

/// Lines of a file of records at most. All are written in one transaction, while the punches of every agency wait.
pub const MOST_RECORDS: usize = 2_000;
/// What the records of a file may weigh together.
const MOST_WEIGHT: usize = 10_000;

/// A sort of record that comes in files.
pub(super) trait Sort {
    /// Its id.
    type Id: Copy;
    /// What staff write of it.
    type Draft: Clone + PartialEq;

    /// What a row's record is known by.
    fn key(&self, row: &Row) -> Result<String, String>;
    /// What it is about, for people.
    fn about(&self, key: &str, draft: &Self::Draft) -> String;
    /// What the row would have written; a field that is empty or has no column stays as it is.
    fn read(&self, row: &Row, before: Option<&Self::Draft>) -> Result<Self::Draft, String>;
    /// Its values, for people.
    fn values(&self, draft: &Self::Draft) -> Vec<(&'static str, String)>;
    /// Would it be taken?
    fn check(&self, sql: &mut dyn Sql, there: Option<&There<Self>>, draft: &Self::Draft) -> Result<(), Problem>;
    /// What it adds to what the records of one file may weigh together.
    fn weight(_: &Self::Draft) -> usize {
        1
    }
    /// What is to be done.
    fn act(there: Option<&There<Self>>, draft: Self::Draft) -> Act;
}

/// A record that is there.
pub(super) struct There<S: Sort + ?Sized> {
    pub(super) id: S::Id,
    pub(super) version: i64,
    pub(super) draft: S::Draft,
}

/// What is there, by what it is known by: more than one where the agency gave a number twice.
pub(super) type Standing<S> = BTreeMap<String, Vec<There<S>>>;

/// What a file would do, line by line.
#[derive(Debug, Default)]
pub(super) struct Planned {
    pub(super) counts: Counts,
    pub(super) lines: Vec<Line>,
    pub(super) acts: Vec<(u64, Act)>,
    weight: usize,
}

/// Every record of a kind.
pub(super) fn all<R: Filed>(sql: &mut dyn Sql, agency: AgencyId) -> Result<Vec<(RecordId, Stored<R>)>, StoreError> {
    listing::of_kind(sql, agency, RecordId::NIL, i64::MAX)
}

/// Plans a file by one state of the store.
pub(super) fn planned<S: Sort>(sql: &mut dyn Sql, sort: &S, standing: &Standing<S>, rows: Rows) -> Planned {
    let mut planned = Planned::default();
    planned.counts.rows = rows.good.len() + rows.rejected.len();
    rows.rejected.into_iter().for_each(|rejected| planned.reject(rejected));
    let mut seen = BTreeMap::new();
    for row in &rows.good {
        if let Err(reason) = planned.take(sql, sort, standing, &mut seen, row) {
            planned.reject(Rejected { line: row.line, reason });
        }
    }
    planned.lines.sort_by_key(|line| line.number);
    planned
}

impl Planned {
    fn reject(&mut self, Rejected { line, reason }: Rejected) {
        self.counts.rejected += 1;
        self.lines.push(Line { number: Some(line), about: String::new(), outcome: Outcome::Rejected(reason) });
    }

    fn take<S: Sort>(
        &mut self,
        sql: &mut dyn Sql,
        sort: &S,
        standing: &Standing<S>,
        seen: &mut BTreeMap<String, u64>,
        row: &Row,
    ) -> Result<(), String> {
        let key = sort.key(row)?;
        if let Some(first) = seen.insert(key.clone(), row.line) {
            return Err(format!("line {first} is about the same"));
        }
        let there = match standing.get(&key).map(Vec::as_slice) {
            None => None,
            Some([one]) => Some(one),
            Some(_) => return Err("more than one is known by that: give each a number of its own first".to_owned()),
        };
        let draft = sort.read(row, there.map(|there| &there.draft))?;
        if there.is_some_and(|there| there.draft == draft) {
            self.counts.unchanged += 1;
            return Ok(());
        }
        self.weight += S::weight(&draft);
        if self.weight > MOST_WEIGHT {
            return Err(format!("the file asks for more than {MOST_WEIGHT} positions in all: split it"));
        }
        sort.check(sql, there, &draft).map_err(|problem| problem.reason)?;
        let (about, values) = (sort.about(&key, &draft), sort.values(&draft));
        let outcome = match there {
            None => Outcome::New(values),
            Some(there) => Outcome::Changed(changes(sort.values(&there.draft), &values)),
        };
        *(if there.is_none() { &mut self.counts.new } else { &mut self.counts.changed }) += 1;
        self.lines.push(Line { number: Some(row.line), about, outcome });
        self.acts.push((row.line, S::act(there, draft)));
        Ok(())
    }
}
