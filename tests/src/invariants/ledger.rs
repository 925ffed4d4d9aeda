//! The opportunity ledger: what an officer stands at is the sum of the entries, no job is charged twice, every award is entered
//! once, and phones are shown exactly what is entered.

use std::collections::{BTreeMap, BTreeSet};

use detailbook_core::award::{AwardRecord, Entry, EntryKind, How, Standings};
use detailbook_core::ids::{AgencyId, OfficerId, PositionId, RecordId};
use detailbook_core::records::RecordKind;
use detailbook_core::time::{UnixMillis, Zone};
use detailbook_core::wire;
use detailbook_server::scheduling::ledger;
use detailbook_server::store::{Sql, StoreError, params};

use crate::broken::{Checked, demand};
use crate::house_rules::HOUSE_CONTRACT;

/// An agency's ledger.
pub struct Book {
    entries: Vec<Entry>,
    terms: Terms,
    now: UnixMillis,
    /// What phones are shown, by entry.
    shown: BTreeMap<RecordId, Vec<u8>>,
    standings: Standings,
    awards: Vec<AwardRecord>,
}

/// What the agency's contract says, in this check's own words.
#[derive(Clone, Copy)]
struct Terms {
    /// It is not the usual one.
    house: bool,
    /// Its list begins anew each month.
    monthly: bool,
    zone: Zone,
}

impl Terms {
    /// What a job stands at after an entry, given what it stood at before.
    fn due(self, entry: &Entry, before: i64) -> i64 {
        let minutes = i64::from(entry.what.minutes);
        match (self.house, entry.what.kind) {
            (_, EntryKind::Adjustment) => before + entry.what.adjusts,
            (_, EntryKind::Awarded)
            | (true, EntryKind::CalledOff)
            | (false, EntryKind::OrderedIn | EntryKind::Worked) => minutes,
            (_, EntryKind::GivenUp) | (false, EntryKind::CalledOff) => 0,
            (true, EntryKind::OrderedIn | EntryKind::Offered) => (minutes + 1) / 2,
            (false, EntryKind::NoShow) => 2 * minutes,
            (true, EntryKind::NoShow) => 3 * minutes,
            _ => before,
        }
    }

    /// The month of a moment, where it matters.
    fn month(self, at: UnixMillis) -> String {
        if self.monthly { self.zone.local(at).format("%Y-%m").to_string() } else { String::new() }
    }
}

/// Reads it.
pub fn read(sql: &mut dyn Sql, agency: AgencyId, now: UnixMillis) -> Result<Book, StoreError> {
    let rows = sql.query("SELECT body FROM ledger WHERE agency = $1 ORDER BY at, entry", &params![agency])?;
    let entries: Vec<Entry> =
        rows.iter().map(|row| Ok(wire::decode(row.bytes(0)?).expect("an entry"))).collect::<Result<_, StoreError>>()?;
    let kind = i64::from(RecordKind::LedgerEntry.code());
    let shown = sql.query("SELECT id, body FROM records WHERE agency = $1 AND kind = $2", &params![agency, kind])?;
    let shown = shown.iter().map(|row| Ok((row.id(0)?, row.bytes(1)?.to_vec()))).collect::<Result<_, StoreError>>()?;
    let awards = sql.query("SELECT body FROM awards WHERE agency = $1", &params![agency])?;
    let awards = awards
        .iter()
        .map(|row| Ok(wire::decode(row.bytes(0)?).expect("an award")))
        .collect::<Result<_, StoreError>>()?;
    let contract = ledger::contract(sql, agency, now)?;
    let zone = ledger::zone(sql, agency)?;
    let standings = Standings::as_of(&entries, &contract, zone, now);
    let terms = Terms { house: contract.name == HOUSE_CONTRACT, monthly: !contract.resets.is_empty(), zone };
    Ok(Book { entries, terms, now, shown, standings, awards })
}

/// Everything that must hold of it.
pub fn check(book: &Book) -> Checked {
    check_sums(book)?;
    check_jobs(&book.entries, book.terms)?;
    check_awards(book)?;
    let entered: BTreeMap<_, _> = book.entries.iter().map(|entry| (entry.what.id, wire::encode(entry))).collect();
    demand(entered == book.shown, "phones are shown what the ledger says", || {
        format!("{} entries, {} shown", entered.len(), book.shown.len())
    })
}

/// Whatever was charged before the list last began anew is forgotten.
fn check_sums(book: &Book) -> Checked {
    let mut sums: BTreeMap<(OfficerId, &str), i64> = BTreeMap::new();
    let this_month = |entry: &&Entry| book.terms.month(entry.what.at) == book.terms.month(book.now);
    for entry in book.entries.iter().filter(this_month) {
        if let Some(officer) = entry.what.officer {
            *sums.entry((officer, entry.what.list.as_str())).or_default() += entry.charged;
        }
    }
    for ((officer, list), sum) in sums {
        let stands = book.standings.of(officer).map_or(0, |standing| standing.charged(list));
        demand(stands == sum, "the entries add up to the standing", || {
            format!("{officer:?} stands at {stands}, the entries add up to {sum}")
        })?;
    }
    Ok(())
}

/// What a job stands at after the entries about it is what the contract says of the last of them. What is taken away from who did not come
/// leaves standing what the no-show charges.
fn check_jobs(entries: &[Entry], terms: Terms) -> Checked {
    let mut jobs: BTreeMap<(OfficerId, PositionId, String), (i64, i64)> = BTreeMap::new();
    let mut missed: BTreeSet<(OfficerId, PositionId)> = BTreeSet::new();
    for entry in entries {
        let (Some(officer), Some(position)) = (entry.what.officer, entry.what.position) else { continue };
        let (charged, due) = jobs.entry((officer, position, terms.month(entry.what.at))).or_default();
        *charged += entry.charged;
        let stands = entry.rule.ends_with("a no-show stands") && missed.contains(&(officer, position));
        *due = if stands { *due } else { terms.due(entry, *due) };
        if entry.what.kind == EntryKind::NoShow {
            missed.insert((officer, position));
        }
        let (charged, due) = (*charged, *due);
        demand(charged == due, "no job is charged twice", || {
            format!("{officer:?} is charged {charged} minutes for {position:?}, which stands at {due}")
        })?;
    }
    Ok(())
}

/// Every award is entered for its winner once.
fn check_awards(book: &Book) -> Checked {
    for award in &book.awards {
        for winner in &award.award.winners {
            let kind = if winner.how == How::Ordered { EntryKind::OrderedIn } else { EntryKind::Awarded };
            let entered = book.entries.iter().filter(|entry| {
                let what = &entry.what;
                (what.at, what.officer, what.position, what.kind)
                    == (award.decided_at, Some(winner.officer), Some(winner.position), kind)
            });
            let times = entered.count();
            demand(times == 1, "every award is entered once", || format!("{winner:?} is entered {times} times"))?;
        }
    }
    Ok(())
}
