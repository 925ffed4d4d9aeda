//! One job of one officer: what it stands at, and what sets it right.

use super::{Contract, Entry, EntryKind, Happening};
use crate::ids::RecordId;
use crate::time::{UnixMillis, Zone};

/// What the ledger has of one job of one officer, in the order of time.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    entries: Vec<&'a Entry>,
    /// When its list last began anew.
    since: Option<(UnixMillis, RecordId)>,
    was_over: bool,
}

impl<'a> Job<'a> {
    /// The job that something is about, by the entries there are about its officer and about all.
    pub fn of(what: &Happening, before: &'a [Entry], contract: &Contract, zone: Zone) -> Self {
        let since = contract.began_anew(what, before, zone);
        let over = what.shift.map(|shift| shift.end);
        Self {
            entries: before.iter().filter(|entry| is_same_job(&entry.what, what)).collect(),
            since,
            was_over: over.zip(since).is_some_and(|(over, (since, _))| over <= since),
        }
    }

    /// Everything about it, also of before its list began anew.
    pub fn entries(&self) -> &[&'a Entry] {
        &self.entries
    }

    /// Was it over before its list began anew? What is then said of it is said of the list as it was.
    pub const fn was_over(&self) -> bool {
        self.was_over
    }

    /// Was it said before that it was worked?
    pub fn was_worked(&self) -> bool {
        self.entries.iter().any(|entry| entry.what.kind == EntryKind::Worked)
    }

    /// Minutes charged for it since its list began anew.
    pub fn stands(&self) -> i64 {
        let counts = self.entries.iter().filter(|entry| self.counts(entry));
        counts.fold(0, |sum: i64, entry| sum.saturating_add(entry.charged))
    }

    /// What the contract alone makes it stand at since then, what was worked and what was set right left out. `under` is the contract
    /// by which an entry was charged; `None` where the entry no longer counts.
    pub fn by_contract<'c>(&self, under: impl Fn(&Entry) -> Option<&'c Contract>) -> i64 {
        let sets = |(n, entry): (usize, &&Entry)| {
            let said = matches!(entry.what.kind, EntryKind::Worked | EntryKind::Adjustment);
            let contract = under(entry).filter(|_| !said && self.counts(entry))?;
            contract.sets(&entry.what, &self.entries[..n])
        };
        self.entries.iter().enumerate().filter_map(sets).last().unwrap_or(0)
    }

    /// What an adjustment must add for the job to stand at so many minutes, where `charged` was added since: nothing where it was over
    /// before its list began anew.
    pub fn missing_to(&self, minutes: i64, charged: i64) -> i64 {
        if self.was_over { 0 } else { minutes.saturating_sub(self.stands().saturating_add(charged)) }
    }

    fn counts(&self, entry: &Entry) -> bool {
        self.since.is_none_or(|since| (entry.what.at, entry.what.id) >= since)
    }
}

fn is_same_job(one: &Happening, other: &Happening) -> bool {
    one.position.is_some() && one.position == other.position && one.officer == other.officer && one.list == other.list
}
