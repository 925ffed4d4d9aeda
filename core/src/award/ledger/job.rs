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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::sample::{at, happening, ledger, new_york, numbered, officer, shift};
    use super::super::{ChargeRule, Every, ResetRule, Sets, Standings, When};
    use super::*;
    use crate::time::Millis;

    /// Awards and work count in full, no-shows twice, what is given up not at all; the list begins anew each month.
    fn monthly() -> Contract {
        let rule = |on, sets| ChargeRule { id: format!("{on:?}"), on, when: When::default(), sets };
        let charges = vec![
            rule(EntryKind::Awarded, Sets::Percent(100)),
            rule(EntryKind::Worked, Sets::Percent(100)),
            rule(EntryKind::NoShow, Sets::Percent(200)),
            rule(EntryKind::GivenUp, Sets::Nothing),
        ];
        let resets = vec![ResetRule { list: String::new(), every: Every::Month }];
        Contract { name: "monthly".to_owned(), version: 1, charges, resets, ..Contract::default() }
    }

    fn of(when: &str, kind: EntryKind, minutes: u32) -> Happening {
        Happening { minutes, ..happening(1, 1, when, kind, 1) }
    }

    #[test]
    fn a_job_stands_at_what_contracts_say_of_all_that_happened_but_work_and_what_was_set_right() {
        let contract = monthly();
        let adjusted = Happening { adjusts: 77, ..of("2026-05-06 10:00", EntryKind::Adjustment, 0) };
        let worked = of("2026-05-05 10:00", EntryKind::Worked, 180);
        let entries =
            ledger(&contract, vec![of("2026-05-04 10:00", EntryKind::Awarded, 240), worked.clone(), adjusted]);
        let job = Job::of(&worked, &entries, &contract, new_york());
        assert_eq!((job.stands(), job.by_contract(|_| Some(&contract))), (257, 240));
        assert_eq!((job.missing_to(240, 0), job.missing_to(240, -40)), (-17, 23));
        assert_eq!(job.by_contract(|_| None), 0);
        let half = Contract { charges: vec![], ..contract.clone() };
        assert_eq!(job.by_contract(|_| Some(&half)), 0, "each entry by the contract of its time");
    }

    #[test]
    fn what_was_charged_before_the_list_began_anew_is_none_of_the_new_lists() {
        let contract = monthly();
        let entries = ledger(&contract, vec![of("2026-04-20 10:00", EntryKind::Awarded, 240)]);
        let ruled = |from, until| {
            let job = Some(shift(from, until));
            Happening { shift: job, ..of("2026-05-02 10:00", EntryKind::Adjustment, 0) }
        };
        let over = Job::of(&ruled("2026-04-30 18:00", "2026-04-30 23:00"), &entries, &contract, new_york());
        assert_eq!((over.was_over(), over.missing_to(480, 0)), (true, 0));
        let later = Job::of(&ruled("2026-05-01 18:00", "2026-05-01 23:00"), &entries, &contract, new_york());
        assert_eq!((later.stands(), later.by_contract(|_| Some(&contract)), later.missing_to(480, 0)), (0, 0, 480));
    }

    /// What may happen to a job, in hours since the last.
    #[derive(Clone, Debug)]
    enum Step {
        Happens(EntryKind),
        Ruled { minutes: u32, by_rules: Option<i64> },
        Reset,
    }

    fn step() -> impl Strategy<Value = (i64, u8, Step)> {
        let kinds = vec![EntryKind::Awarded, EntryKind::GivenUp, EntryKind::NoShow];
        let ruled = (prop_oneof![Just(0), 1..600_u32], prop::option::of(0..1_000_i64));
        let step = prop_oneof![
            3 => prop::sample::select(kinds).prop_map(Step::Happens),
            4 => ruled.prop_map(|(minutes, by_rules)| Step::Ruled { minutes, by_rules }),
            1 => Just(Step::Reset),
        ];
        (0..400_i64, 1..3_u8, step)
    }

    /// A ruling as it is entered: worked once, then one adjustment to what rules, work or contract say.
    fn ruled(what: &Happening, by_rules: Option<i64>, entries: &mut Vec<Entry>) -> Option<i64> {
        let (contract, adjusts) = (monthly(), |id: u8| RecordId::from_bytes(numbered(id)));
        let before = entries.clone();
        let job = Job::of(what, &before, &contract, new_york());
        let mut charged = 0;
        if what.minutes > 0 && !job.was_worked() {
            let entry = contract.enter(what.clone(), &before, new_york());
            charged = entry.charged;
            entries.push(entry);
        }
        let by_work = contract.sets(what, job.entries()).filter(|_| what.minutes > 0);
        let stands = by_rules.or(by_work).unwrap_or_else(|| job.by_contract(|_| Some(&contract)));
        let adjusts = Happening {
            id: adjusts(255),
            kind: EntryKind::Adjustment,
            adjusts: job.missing_to(stands, charged),
            ..what.clone()
        };
        entries.push(contract.enter(adjusts, entries, new_york()));
        (!job.was_over()).then_some(stands)
    }

    proptest! {
        #[test]
        fn a_ruling_brings_a_job_to_what_is_said_and_nobody_ever_below_zero(
            steps in prop::collection::vec(step(), 1..25),
            ends in [0..6_000_i64, 0..6_000_i64],
        ) {
            let (contract, zone, begin) = (monthly(), new_york(), at("2026-04-01 09:00"));
            let mut entries: Vec<Entry> = Vec::new();
            let mut now = begin;
            for (id, (hours, about, step)) in (1..).zip(steps) {
                now = now + Millis::from_hours(hours) + Millis(1);
                let end = begin + Millis::from_hours(ends[usize::from(about) - 1]);
                let work = crate::time::Interval { start: end - Millis::from_hours(5), end };
                let kind = if let Step::Happens(kind) = step { kind } else { EntryKind::Worked };
                let what = Happening { at: now, shift: Some(work), ..happening(id, 1, "2026-04-01 09:00", kind, about) };
                match step {
                    Step::Happens(_) => entries.push(contract.enter(what, &entries, zone)),
                    Step::Reset => {
                        let reset = Happening { kind: EntryKind::Reset, position: None, ..what };
                        entries.push(contract.enter(reset, &entries, zone));
                    }
                    Step::Ruled { minutes, by_rules } => {
                        let what = Happening { minutes, ..what };
                        let said = ruled(&what, by_rules, &mut entries);
                        let stands = Job::of(&what, &entries, &contract, zone).stands();
                        prop_assert!(said.is_none_or(|said| said == stands), "{said:?} {stands}");
                    }
                }
                let standings = Standings::as_of(&entries, &contract, zone, now);
                let charged = standings.of(officer(1)).map_or(0, |standing| standing.charged(""));
                prop_assert!(charged >= 0, "{charged}: {entries:?}");
            }
        }
    }
}
