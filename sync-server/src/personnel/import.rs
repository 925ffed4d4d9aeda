//! Taking a batch: all of it or nothing, and what follows from it in the same transaction.

use std::collections::BTreeSet;

use detailbook_core::ids::{AgencyId, AssignmentId, OfficerId};
use detailbook_core::records::Agency;
use detailbook_core::shift::Sha256;
use detailbook_core::time::{Interval, Millis, UnixMillis};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::batch::Batch;
use super::kind::{Kind, feed_code, feed_name};
use super::plan::{Plan, Planning};
use super::row::Rejected;
use super::{describe, duty, ranks, renewals};
use crate::audit::By;
use crate::filing;
use crate::policy::phones;
use crate::problem::Problem;
use crate::scheduling;
use crate::store::feed_reads::{self, FeedRead};
use crate::store::known::{self, Known};
use crate::store::{Sql, Store, StoreError};

/// How far the clock of the machine that read a feed may be ahead of ours.
const AHEAD: Millis = Millis::from_mins(10);

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct Imported {
    /// It was written. `false`: it was a preview, or lines were rejected.
    pub written: bool,
    /// Rows there were.
    pub rows: usize,
    /// Not known before.
    pub new: usize,
    /// Known otherwise before.
    pub changed: usize,
    /// Known already.
    pub unchanged: usize,
    /// Not named any more by a file that covers its time.
    pub gone: usize,
    /// Lines that were not taken, with the reason.
    pub rejected: Vec<Rejected>,
    /// Assignments that officers were released from, because of what came in.
    pub released: Vec<AssignmentId>,
}

/// A batch with what it would change, by one state of the store.
#[derive(Debug)]
pub struct Planned {
    batch: Batch,
    planning: Planning,
    plan: Plan,
}

/// Plans a batch. Nothing is written, so nobody waits meanwhile.
pub fn plan(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis, batch: Batch) -> Result<Planned, Problem> {
    if !Kind::IMPORTED.contains(&batch.kind) {
        return Err(Problem::invalid("kind", "does not come in batches"));
    }
    let feed = batch.kind.feed(batch.feed)?;
    check_times(now, &batch)?;
    let zone = filing::get::<Agency>(sql, agency, agency)?.record.zone;
    let planning = Planning { agency, zone, kind: batch.kind, feed, now };
    let plan = planning.plan(sql, &batch, batch.rows()?)?;
    Ok(Planned { batch, planning, plan })
}

/// What a plan would do to one thing that is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step<'a> {
    /// The line that says so; none names what is gone.
    pub line: Option<u64>,
    /// Whose it is.
    pub officer: OfficerId,
    /// What tells it from others.
    pub key: &'a str,
    /// What was known before, with its time.
    pub before: Option<(Interval, Value)>,
    /// What is known after, with its time.
    pub after: Option<(Interval, Value)>,
}

impl Planned {
    /// How much it would change, with every line that is rejected.
    pub fn told(&self) -> Imported {
        told(&self.plan)
    }

    /// Everything that it would change: what is new, changed and gone.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let Plan { new, changed, gone, .. } = &self.plan;
        let new = new.iter().map(|after| self.step(None, Some(after)));
        let changed = changed.iter().map(|(before, after)| self.step(Some(before), Some(after)));
        let gone = gone.iter().map(|before| self.step(Some(before), None));
        let mut steps: Vec<_> = new.chain(changed).chain(gone).flatten().collect();
        steps.sort_by_key(|step| (step.line.is_none(), step.line));
        steps
    }

    fn step<'a>(&'a self, before: Option<&'a Known>, after: Option<&'a Known>) -> Option<Step<'a>> {
        let it = after.or(before)?;
        let said = |known: &Known| (known.valid, describe::says(self.batch.kind, &known.body));
        let key = it.key.name.as_str();
        let officer = OfficerId::from_bytes(*it.subject.as_bytes());
        let line = self.plan.lines.get(key).copied();
        Some(Step { line, officer, key, before: before.map(said), after: after.map(said) })
    }

    /// What is told of it where it is not to be written: a preview, or lines were rejected and the rest is not wanted.
    pub fn unwritten(&self) -> Option<Imported> {
        let refused = !self.plan.rejected.is_empty() && !self.batch.take_the_rest;
        (self.batch.preview || refused).then(|| told(&self.plan))
    }
}

/// Carries a plan out, or says that what it was made by no longer stands: then it is to be made anew. The caller holds the agency's
/// lock.
pub fn carry_out(sql: &mut dyn Sql, by: &By<'_>, planned: &Planned) -> Result<Option<Imported>, Problem> {
    let Planned { batch, planning, plan } = planned;
    if !planning.still_stands(sql, plan)? {
        return Ok(None);
    }
    write(sql, by, planning.source(), plan)?;
    let read = batch.read_at.filter(|_| plan.rejected.is_empty());
    if let Some(read_at) = read {
        let (kind, feed) = (batch.kind.code(), feed_code(planning.feed));
        let read_at = read_at.min(by.now);
        feed_reads::insert(sql, by.agency, &FeedRead { kind, feed, read_at, since: by.now, covers: batch.covers })?;
    }
    let imported = told(plan);
    note(sql, by, batch, &imported, feed_name(planning.feed))?;
    let released = follow(sql, by, batch.kind, plan)?;
    for officer in concerned(plan) {
        scheduling::ahead::expect(sql, by, officer)?;
    }
    refresh(sql, by, plan, read.is_some())?;
    Ok(Some(Imported { written: true, released, ..imported }))
}

/// Plans a batch and carries it out at once. The caller holds the agency's lock.
pub fn import(sql: &mut dyn Sql, by: &By<'_>, batch: &Batch) -> Result<Imported, Problem> {
    let planned = plan(sql, by.agency, by.now, batch.clone())?;
    if let Some(told) = planned.unwritten() {
        return Ok(told);
    }
    carry_out(sql, by, &planned)?.ok_or_else(others_import)
}

/// Plans of one batch that may be overtaken before its caller is told.
const PLANS: usize = 3;

/// Imports a batch: planned by one state of the store, and written by `write`, which calls [`carry_out`] under the agency's lock. Where
/// another import overtakes it, it is planned anew.
pub fn import_with<E: From<Problem>>(
    store: &Store,
    agency: AgencyId,
    now: UnixMillis,
    batch: &Batch,
    write: impl Fn(Planned) -> Result<Option<Imported>, E>,
) -> Result<Imported, E> {
    for _ in 0..PLANS {
        let planned = store.read::<_, Problem>(|sql| plan(sql, agency, now, batch.clone()))?;
        if let Some(told) = planned.unwritten() {
            return Ok(told);
        }
        if let Some(imported) = write(planned)? {
            return Ok(imported);
        }
    }
    Err(others_import().into())
}

fn others_import() -> Problem {
    Problem::conflict("Somebody else imports the same at this moment. Nothing was written: send it again.")
}

fn check_times(now: UnixMillis, batch: &Batch) -> Result<(), Problem> {
    if batch.read_at.is_some_and(|read_at| read_at > now + AHEAD) {
        return Err(Problem::invalid("read_at", "must not be in the future"));
    }
    if batch.covers.is_some_and(Interval::is_empty) {
        return Err(Problem::invalid("covers", "must end after it starts"));
    }
    Ok(())
}

fn told(plan: &Plan) -> Imported {
    Imported {
        written: false,
        rows: plan.rows,
        new: plan.new.len(),
        changed: plan.changed.len(),
        unchanged: plan.unchanged,
        gone: plan.gone.len(),
        rejected: plan.rejected.clone(),
        released: vec![],
    }
}

fn write(sql: &mut dyn Sql, by: &By<'_>, source: (i64, i64), plan: &Plan) -> Result<(), StoreError> {
    let before = plan.gone.iter().chain(plan.changed.iter().map(|(before, _)| before));
    known::close_all(sql, by.agency, source, by.now, before.map(|known| known.key.name.as_str()))?;
    // Known from when it is written on, not from when it was planned.
    let after = plan.new.iter().chain(plan.changed.iter().map(|(_, after)| after));
    known::open_all(sql, by.agency, source, by.now, after)
}

/// The log keeps counts and the hash of what came: what it says of whom stands in the table, where nothing is overwritten.
fn note(sql: &mut dyn Sql, by: &By<'_>, batch: &Batch, imported: &Imported, feed: &str) -> Result<(), Problem> {
    let content = match (&batch.csv, &batch.rows) {
        (Some(csv), _) => Sha256::of(csv.as_bytes()),
        (None, rows) => Sha256::of(json!(rows).to_string().as_bytes()),
    };
    let Imported { rows, new, changed, unchanged, gone, rejected, .. } = imported;
    let counts = json!({
        "rows": rows, "new": new, "changed": changed, "unchanged": unchanged, "gone": gone, "rejected": rejected.len(),
        "read_at": batch.read_at, "covers": batch.covers, "sha256": content.to_string(),
    });
    Ok(by.note(sql, &format!("personnel.import.{}", batch.kind.name()), feed, &counts)?)
}

/// What follows at once from new knowledge.
fn follow(sql: &mut dyn Sql, by: &By<'_>, kind: Kind, plan: &Plan) -> Result<Vec<AssignmentId>, Problem> {
    let fresh = plan.new.iter().chain(plan.changed.iter().map(|(_, after)| after));
    match kind {
        Kind::Statuses => duty::release_all(sql, by, fresh),
        Kind::Documents => {
            renewals::watch(sql, by)?;
            Ok(vec![])
        }
        Kind::Ranks => {
            ranks::follow_all(sql, by, fresh)?;
            Ok(vec![])
        }
        _ => Ok(vec![]),
    }
}

/// Phones are told: of the officers whom it concerns, or of all where a feed was read.
fn refresh(sql: &mut dyn Sql, by: &By<'_>, plan: &Plan, all: bool) -> Result<(), Problem> {
    if all {
        return Ok(phones::refresh_all(sql, by)?);
    }
    for officer in concerned(plan) {
        phones::refresh(sql, by, officer)?;
    }
    Ok(())
}

/// The officers of whom something else is known now.
fn concerned(plan: &Plan) -> BTreeSet<OfficerId> {
    let changed = plan.changed.iter().flat_map(|(before, after)| [before, after]);
    let all = plan.new.iter().chain(&plan.gone).chain(changed);
    all.map(|known| OfficerId::from_bytes(*known.subject.as_bytes())).collect()
}
