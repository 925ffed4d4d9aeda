//! What a batch would change, before anything is written.

use std::collections::BTreeMap;

use detailbook_core::ids::{AgencyId, RecordId};
use detailbook_core::policy::Feed;
use detailbook_core::time::{Interval, UnixMillis, Zone};

use super::batch::{Batch, Rows};
use super::kind::{Kind, feed_code};
use super::read::{Reader, Said};
use super::row::Rejected;
use crate::store::known::{self, Key, Known};
use crate::store::{Sql, StoreError};

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
    pub(super) rejected: Vec<Rejected>,
}

/// Of which agency, kind and feed a plan is, and when it is made.
#[derive(Clone, Copy)]
pub(super) struct Planning {
    pub(super) agency: AgencyId,
    pub(super) zone: Zone,
    pub(super) kind: Kind,
    pub(super) feed: Feed,
    pub(super) now: UnixMillis,
}

impl Planning {
    pub(super) fn plan(self, sql: &mut dyn Sql, batch: &Batch, rows: Rows) -> Result<Plan, StoreError> {
        let mut plan = Plan { rows: rows.good.len() + rows.rejected.len(), rejected: rows.rejected, ..Plan::default() };
        let mut seen = Seen::default();
        for row in &rows.good {
            let Self { agency, zone, kind, feed, .. } = self;
            let said = Reader { sql: &mut *sql, agency, zone, kind, feed }.read(row)?;
            match said.and_then(|said| seen.take(said)) {
                Ok(said) => self.compare(sql, said, &mut plan)?,
                Err(reason) => plan.rejected.push(Rejected { line: row.line, reason }),
            }
        }
        plan.rejected.sort_by_key(|rejected| rejected.line);
        // What a rejected line meant to name must not be taken for gone.
        if let Some(covers) = batch.covers.filter(|_| plan.rejected.is_empty()) {
            plan.gone = self.gone(sql, covers, &seen)?;
        }
        Ok(plan)
    }

    fn key(self, name: String) -> Key {
        Key { kind: self.kind.code(), feed: feed_code(self.feed), name }
    }

    fn compare(self, sql: &mut dyn Sql, said: Said, plan: &mut Plan) -> Result<(), StoreError> {
        let key = self.key(said.key);
        let before = known::current(sql, self.agency, &key)?;
        let after =
            Known { key, subject: RecordId::from(said.officer), valid: said.valid, since: self.now, body: said.body };
        match before {
            None => plan.new.push(after),
            Some(before) if same(&before, &after) => plan.unchanged += 1,
            Some(before) => plan.changed.push((before, after)),
        }
        Ok(())
    }

    fn gone(self, sql: &mut dyn Sql, covers: Interval, seen: &Seen) -> Result<Vec<Known>, StoreError> {
        let all = known::standing(sql, self.agency, (self.kind.code(), feed_code(self.feed)), covers)?;
        let named = |known: &Known| seen.keys.contains_key(&known.key.name);
        let within = |known: &Known| self.kind.lasts() || covers.contains(known.valid.start);
        Ok(all.into_iter().filter(|known| within(known) && !named(known)).collect())
    }
}

fn same(before: &Known, after: &Known) -> bool {
    (before.subject, before.valid, &before.body) == (after.subject, after.valid, &after.body)
}

/// The keys and contents of a batch, each with its line.
#[derive(Default)]
struct Seen {
    keys: BTreeMap<String, u64>,
    contents: BTreeMap<(RecordId, Vec<u8>), u64>,
}

impl Seen {
    /// Takes what a row says, unless an earlier line has said it.
    fn take(&mut self, said: Said) -> Result<Said, String> {
        if let Some(first) = self.keys.get(&said.key) {
            return Err(format!("line {first} has the key {:?} too", said.key));
        }
        let content = (RecordId::from(said.officer), said.body.clone());
        if let Some(first) = self.contents.get(&content) {
            return Err(format!("says the same as line {first}"));
        }
        self.keys.insert(said.key.clone(), said.line);
        self.contents.insert(content, said.line);
        Ok(said)
    }
}
