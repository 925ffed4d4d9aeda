//! What a batch would change, before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::policy::Feed;
use detailbook_core::time::{Interval, UnixMillis, Zone};

use super::batch::{Batch, Rows};
use super::kind::{Kind, feed_code};
use super::read::{Reader, Said};
use super::row::Rejected;
use crate::store::known::{self, Key, Known};
use crate::store::{Sql, StoreError, employee_numbers};

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Plan {
    /// Rows of the batch, good and bad.
    pub(super) rows: usize,
    pub(super) new: Vec<Known>,
    /// Closed and opened anew; with what was believed before.
    pub(super) changed: Vec<(Known, Known)>,
    pub(super) unchanged: usize,
    /// Not named any more.
    pub(super) gone: Vec<Known>,
    /// What it speaks of, with the keys that stood there: nothing where it may find nothing gone.
    pub(super) covered: Option<(Interval, BTreeSet<String>)>,
    pub(super) rejected: Vec<Rejected>,
    /// The line of each key.
    pub(super) lines: BTreeMap<String, u64>,
}

/// Of which agency, kind and feed a plan is, and when it is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planning {
    pub(super) agency: AgencyId,
    pub(super) zone: Zone,
    pub(super) kind: Kind,
    pub(super) feed: Feed,
    pub(super) now: UnixMillis,
}

impl Planning {
    /// Plans a batch by one state of the store: everything is looked up in bulk, and nothing is written.
    pub(super) fn plan(self, sql: &mut dyn Sql, batch: &Batch, rows: Rows) -> Result<Plan, StoreError> {
        let mut plan = Plan { rows: rows.good.len() + rows.rejected.len(), rejected: rows.rejected, ..Plan::default() };
        let (mut seen, mut said) = (Seen::of(self.kind), Vec::with_capacity(rows.good.len()));
        let Self { agency, zone, kind, feed, .. } = self;
        let numbers = employee_numbers::all(sql, agency)?;
        let reader = Reader { numbers: &numbers, zone, kind, feed };
        for row in &rows.good {
            match reader.read(row).and_then(|says| seen.take(says)) {
                Ok(says) => said.push(says),
                Err(reason) => plan.rejected.push(Rejected { line: row.line, reason }),
            }
        }
        plan.rejected.sort_by_key(|rejected| rejected.line);
        self.compare(sql, said, &mut plan)?;
        plan.lines.clone_from(&seen.keys);
        // What a rejected line meant to name must not be taken for gone.
        if let Some(covers) = batch.covers.filter(|_| plan.rejected.is_empty()) {
            let standing = self.standing(sql, covers)?;
            plan.covered = Some((covers, names(&standing)));
            plan.gone = standing.into_iter().filter(|known| !seen.keys.contains_key(&known.key.name)).collect();
        }
        Ok(plan)
    }

    /// The codes of kind and feed.
    pub(super) fn source(self) -> (i64, i64) {
        (self.kind.code(), feed_code(self.feed))
    }

    fn compare(self, sql: &mut dyn Sql, said: Vec<Said>, plan: &mut Plan) -> Result<(), StoreError> {
        let found = known::current_of(sql, self.agency, self.source(), said.iter().map(|says| says.key.as_str()))?;
        let mut found: BTreeMap<_, _> = found.into_iter().map(|known| (known.key.name.clone(), known)).collect();
        for says in said {
            let (before, (kind, feed)) = (found.remove(&says.key), self.source());
            let (key, subject) = (Key { kind, feed, name: says.key }, RecordId::from(says.officer));
            let after = Known { key, subject, valid: says.valid, since: self.now, body: says.body };
            match before {
                None => plan.new.push(after),
                Some(before) if same(&before, &after) => plan.unchanged += 1,
                Some(before) => plan.changed.push((before, after)),
            }
        }
        Ok(())
    }

    /// What a batch speaks of that covers such a time: what it does not name of that is gone.
    fn standing(self, sql: &mut dyn Sql, covers: Interval) -> Result<Vec<Known>, StoreError> {
        let all = known::standing(sql, self.agency, self.source(), covers)?;
        Ok(all.into_iter().filter(|known| self.kind.lasts() || covers.contains(known.valid.start)).collect())
    }

    /// Does what was planned over still stand? Asked under the agency's lock, before it is carried out.
    pub(super) fn still_stands(self, sql: &mut dyn Sql, plan: &Plan) -> Result<bool, StoreError> {
        // What another import wrote there meanwhile is named by neither the plan nor what it was made over.
        if let Some((covers, before)) = &plan.covered
            && names(&self.standing(sql, *covers)?) != *before
        {
            return Ok(false);
        }
        let before: BTreeMap<_, _> = plan
            .gone
            .iter()
            .chain(plan.changed.iter().map(|(before, _)| before))
            .map(|known| (known.key.name.as_str(), known))
            .collect();
        let names = before.keys().copied().chain(plan.new.iter().map(|known| known.key.name.as_str()));
        let now = known::current_of(sql, self.agency, self.source(), names)?;
        Ok(now.len() == before.len() && now.iter().all(|known| before.get(known.key.name.as_str()) == Some(&known)))
    }
}

fn names(all: &[Known]) -> BTreeSet<String> {
    all.iter().map(|known| known.key.name.clone()).collect()
}

fn same(before: &Known, after: &Known) -> bool {
    (before.subject, before.valid, &before.body) == (after.subject, after.valid, &after.body)
}

/// The keys and contents of a batch, each with its line.
struct Seen {
    keys: BTreeMap<String, u64>,
    /// Nothing for papers and equipment: of two radios, each with a key of its own, the same may be said.
    contents: Option<BTreeMap<(RecordId, Vec<u8>), u64>>,
}

impl Seen {
    fn of(kind: Kind) -> Self {
        Self { keys: BTreeMap::new(), contents: (kind != Kind::Documents).then(BTreeMap::new) }
    }

    /// Takes what a row says, unless an earlier line has said it.
    fn take(&mut self, said: Said) -> Result<Said, String> {
        if let Some(first) = self.keys.get(&said.key) {
            return Err(format!("line {first} has the key {:?} too", said.key));
        }
        if let Some(contents) = &mut self.contents {
            let content = (RecordId::from(said.officer), said.body.clone());
            if let Some(first) = contents.get(&content) {
                return Err(format!("says the same as line {first}"));
            }
            contents.insert(content, said.line);
        }
        self.keys.insert(said.key.clone(), said.line);
        Ok(said)
    }
}
