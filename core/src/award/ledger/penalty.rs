//! What follows from no-shows and cancellations: reprimands, restrictions, cool-downs.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDateTime, NaiveTime};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Contract, Entry, EntryKind, Happening};
use crate::ids::{OfficerId, RecordId};
use crate::time::{Interval, Millis, UnixMillis, Zone};

/// A length of time by the calendar of the agency's zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(default, deny_unknown_fields)]
pub struct Term {
    /// Months.
    #[n(0)]
    pub months: u16,
    /// And days.
    #[n(1)]
    pub days: u16,
}

/// One rung of a ladder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// A reprimand is written.
    #[n(0)]
    pub reprimand: bool,
    /// No work on details for so long; none at all where it is zero.
    #[n(1)]
    #[serde(default)]
    pub restricted: Term,
}

/// What each further no-show brings.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct NoShowLadder {
    /// For the first, the second and so on; the last for all after it.
    #[n(0)]
    pub rungs: Vec<Rung>,
    /// How far back no-shows count; for ever where it is zero.
    #[n(1)]
    #[serde(default)]
    pub look_back: Term,
}

/// What calling off too late brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct LateCancel {
    /// How many days before the shift an officer must have called off.
    #[n(0)]
    pub notice_days: u16,
    /// No work on details for so long.
    #[n(1)]
    #[serde(default)]
    pub restricted: Term,
    /// A no-show counts as the latest of cancellations.
    #[n(2)]
    #[serde(default)]
    pub no_show_too: bool,
    /// Shifts the officer already has in that time are taken away.
    #[n(3)]
    #[serde(default)]
    pub releases: bool,
}

/// No other extra work around a shift that was called off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct CoolDown {
    /// From which minute of the shift's day, by the agency's zone: 1 for 00:01.
    #[n(0)]
    pub from_minute: u16,
    /// To the same minute so many days later.
    #[n(1)]
    pub days: u16,
}

/// What a contract says about conduct.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(default, deny_unknown_fields)]
pub struct Conduct {
    /// No-shows.
    #[n(0)]
    pub no_shows: Option<NoShowLadder>,
    /// Calling off too late.
    #[n(1)]
    pub late_cancel: Option<LateCancel>,
    /// Calling off at all.
    #[n(2)]
    pub cool_down: Option<CoolDown>,
}

/// A time in which an officer may not work on details.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Restriction {
    /// Who.
    #[n(0)]
    pub officer: OfficerId,
    /// From when.
    #[n(1)]
    pub from: UnixMillis,
    /// Until when; the same as `from` for a reprimand alone.
    #[n(2)]
    pub until: UnixMillis,
    /// A reprimand goes with it.
    #[n(3)]
    pub reprimand: bool,
    /// Shifts the officer already has in that time are taken away.
    #[n(4)]
    pub releases: bool,
    /// The entry that it follows from.
    #[n(5)]
    pub entry: RecordId,
    /// The contract's rule, with the contract and its version.
    #[n(6)]
    pub rule: String,
    /// All that, for the officer.
    #[n(7)]
    pub why: String,
}

impl Restriction {
    /// Does it stand against working then?
    pub fn covers(&self, shift: Interval) -> bool {
        Interval { start: self.from, end: self.until }.overlap(shift).is_some()
    }
}

/// What calling a shift off brings, told before it is done: by the contract, and by the rules.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Foreseen {
    /// Is the notice too short? `None` where nothing asks for any.
    pub late: Option<bool>,
    /// What follows unless it is excused, for the officer, a sentence each.
    pub follows: Vec<String>,
}

impl Foreseen {
    /// Both together: too short for one is too short.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.late = match (self.late, other.late) {
            (Some(one), Some(other)) => Some(one || other),
            (one, other) => one.or(other),
        };
        self.follows.extend(other.follows);
        self
    }
}

impl Contract {
    /// What calling a shift off at `at` would bring.
    pub fn calling_off(&self, shift: Interval, at: UnixMillis, zone: Zone) -> Foreseen {
        let what = Happening::new(RecordId::NIL, OfficerId::NIL, at, EntryKind::CalledOff);
        let entry =
            Entry { what: Happening { shift: Some(shift), ..what }, charged: 0, points: 0, rule: String::new() };
        let judge = Judge { officer: OfficerId::NIL, entry: &entry, contract: self, zone };
        let late = self.conduct.late_cancel.map(|rule| (rule, judge.late_cancel().is_some()));
        let told = late.filter(|(_, late)| *late).map(|(rule, _)| rule.foretold(shift.start - at));
        let (text, cool) = (|at| zone.clock_text(at), judge.cool_down());
        let cool = cool.map(|it| format!("No other extra work from {} to {}.", text(it.from), text(it.until)));
        Foreseen { late: late.map(|(_, late)| late), follows: told.into_iter().chain(cool).collect() }
    }
}

impl LateCancel {
    fn foretold(self, notice: Millis) -> String {
        let notice = notice.max(Millis(0)).spoken();
        let asked = counted(self.notice_days, "day");
        let follows = if self.restricted.is_zero() {
            String::new()
        } else {
            let taken = if self.releases { ", and those you have in that time are taken back" } else { "" };
            format!(": from your release on no details for {}{taken}", self.restricted.words())
        };
        format!("Your notice of {notice} is less than the {asked} of the contract{follows}.")
    }
}

fn counted(count: u16, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// Everything that followed from the entries so far, reprimands alone included, in the order in which it began.
pub fn penalties(entries: &[Entry], contract: &Contract, zone: Zone) -> Vec<Restriction> {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_unstable_by_key(|entry| (entry.what.at, entry.what.id));
    let mut no_shows: BTreeMap<OfficerId, Vec<UnixMillis>> = BTreeMap::new();
    let mut found = Vec::new();
    for entry in entries {
        let Some(officer) = entry.what.officer else { continue };
        let judge = Judge { officer, entry, contract, zone };
        if entry.what.kind == EntryKind::NoShow && !entry.what.excused {
            let before = no_shows.entry(officer).or_default();
            before.push(entry.what.at);
            found.extend(judge.no_show(before));
        }
        found.extend(judge.late_cancel());
        found.extend(judge.cool_down());
    }
    found.sort_by_key(|one| (one.from, one.entry));
    found
}

/// What is in force or still to come at `now`, from what had happened by then.
pub fn restrictions(entries: &[Entry], contract: &Contract, zone: Zone, now: UnixMillis) -> Vec<Restriction> {
    let past: Vec<Entry> = entries.iter().filter(|entry| entry.what.at <= now).cloned().collect();
    penalties(&past, contract, zone).into_iter().filter(|one| one.until > now).collect()
}

struct Judge<'a> {
    officer: OfficerId,
    entry: &'a Entry,
    contract: &'a Contract,
    zone: Zone,
}

impl Judge<'_> {
    fn no_show(&self, times: &[UnixMillis]) -> Option<Restriction> {
        let ladder = self.contract.conduct.no_shows.as_ref()?;
        let at = self.entry.what.at;
        let counts = |past: &&UnixMillis| ladder.look_back.is_zero() || ladder.look_back.after(**past, self.zone) > at;
        let occasion = times.iter().filter(counts).count();
        let rung = ladder.rungs.get(occasion.saturating_sub(1)).or(ladder.rungs.last())?;
        let until = rung.restricted.after(at, self.zone);
        let what = match (rung.reprimand, rung.restricted.is_zero()) {
            (_, true) => "it brings a reprimand".to_owned(),
            (true, false) => format!("it brings a reprimand and no details until {}", self.zone.clock_text(until)),
            (false, false) => format!("it brings no details until {}", self.zone.clock_text(until)),
        };
        let why = format!("No-show number {occasion} on {}: {what}.", self.zone.clock_text(at));
        Some(self.restriction(Interval { start: at, end: until }, rung.reprimand, false, "no-show ladder", why))
    }

    fn late_cancel(&self) -> Option<Restriction> {
        let rule = self.contract.conduct.late_cancel?;
        let what = &self.entry.what;
        let late = match what.kind {
            EntryKind::CalledOff => what.at > self.notice_ends(rule.notice_days)?,
            EntryKind::NoShow => rule.no_show_too,
            _ => false,
        };
        if !late || what.excused || what.emergency {
            return None;
        }
        let until = rule.restricted.after(what.at, self.zone);
        let did = if what.kind == EntryKind::NoShow { "Did not come" } else { "Called off" };
        let why = format!(
            "{did} on {} with less than {} days' notice: no details until {}.",
            self.zone.clock_text(what.at),
            rule.notice_days,
            self.zone.clock_text(until)
        );
        Some(self.restriction(
            Interval { start: what.at, end: until },
            false,
            rule.releases,
            "notice of cancelling",
            why,
        ))
    }

    /// The last moment at which calling off is in time.
    fn notice_ends(&self, days: u16) -> Option<UnixMillis> {
        let start = self.zone.local(self.entry.what.shift?.start);
        let ends = start.checked_sub_days(Days::new(days.into()))?;
        Some(self.zone.instant(ends).last())
    }

    fn cool_down(&self) -> Option<Restriction> {
        let rule = self.contract.conduct.cool_down.filter(|_| self.entry.what.kind == EntryKind::CalledOff)?;
        let day = self.zone.local(self.entry.what.shift?.start).date();
        let minute = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(rule.from_minute) * 60, 0)?;
        let last = day.checked_add_days(Days::new(rule.days.into()))?;
        let moment = |date| self.zone.instant(NaiveDateTime::new(date, minute)).first();
        let time = Interval { start: moment(day), end: moment(last) };
        let (from, until) = (self.zone.clock_text(time.start), self.zone.clock_text(time.end));
        let why = format!("Called off a shift of that day: no other extra work from {from} to {until}.");
        Some(self.restriction(time, false, false, "cool-down", why))
    }

    fn restriction(&self, time: Interval, reprimand: bool, releases: bool, rule: &str, why: String) -> Restriction {
        Restriction {
            officer: self.officer,
            from: time.start,
            until: time.end,
            reprimand,
            releases,
            entry: self.entry.what.id,
            rule: self.contract.cite(rule),
            why,
        }
    }
}

impl Term {
    /// So many days.
    pub const fn days(days: u16) -> Self {
        Self { months: 0, days }
    }

    /// So many months.
    pub const fn months(months: u16) -> Self {
        Self { months, days: 0 }
    }

    fn words(self) -> String {
        let parts = [(self.months, "month"), (self.days, "day")];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, unit)| counted(count, unit));
        parts.collect::<Vec<_>>().join(" and ")
    }

    const fn is_zero(self) -> bool {
        self.months == 0 && self.days == 0
    }

    /// The moment at which the zone's clocks show the same time so much later.
    fn after(self, at: UnixMillis, zone: Zone) -> UnixMillis {
        let local = zone.local(at);
        let later = local.checked_add_months(Months::new(self.months.into()));
        let later = later.and_then(|later| later.checked_add_days(Days::new(self.days.into())));
        if self.is_zero() { at } else { zone.instant(later.unwrap_or(local)).first() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{at, called_off, entry, new_york, officer, shift};
    use super::*;

    fn contract(conduct: Conduct) -> Contract {
        Contract { name: "conduct".to_owned(), version: 1, conduct, ..Contract::default() }
    }

    fn ladder(look_back: Term) -> Contract {
        let restricted = [Term::days(30), Term::days(60), Term::days(120), Term::months(12)];
        let rungs = restricted.map(|restricted| Rung { reprimand: true, restricted }).to_vec();
        contract(Conduct { no_shows: Some(NoShowLadder { rungs, look_back }), ..Conduct::default() })
    }

    fn no_show(id: u8, when: &str) -> Entry {
        entry(id, 1, when, EntryKind::NoShow, 0)
    }

    fn until(entries: &[Entry], contract: &Contract) -> Vec<String> {
        let found = penalties(entries, contract, new_york());
        found.iter().map(|one| new_york().clock_text(one.until)).collect()
    }

    #[test]
    fn no_shows_bring_30_60_120_days_and_then_a_year_each_time() {
        let days = ["2026-01-10 18:00", "2026-03-10 18:00", "2026-06-10 18:00", "2027-01-10 18:00", "2028-03-10 18:00"];
        let entries: Vec<Entry> = (1..).zip(days).map(|(id, day)| no_show(id, day)).collect();
        let want = ["2026-02-09 18:00", "2026-05-09 18:00", "2026-10-08 18:00", "2028-01-10 18:00", "2029-03-10 18:00"];
        assert_eq!(until(&entries, &ladder(Term::default())), want);
        let first = &penalties(&entries, &ladder(Term::default()), new_york())[0];
        assert!(first.reprimand && first.why.starts_with("No-show number 1 on 2026-01-10 18:00"), "{}", first.why);
        assert_eq!(first.rule, "conduct v1: no-show ladder");
    }

    #[test]
    fn a_no_show_outside_the_look_back_or_excused_counts_no_more() {
        let year = ladder(Term::months(12));
        let entries = [no_show(1, "2025-01-10 18:00"), no_show(2, "2026-01-10 18:00")];
        assert_eq!(until(&entries, &year), ["2025-02-09 18:00", "2026-02-09 18:00"]);
        let entries = [no_show(1, "2025-01-10 18:00"), no_show(2, "2026-01-10 17:59")];
        assert_eq!(until(&entries, &year)[1], "2026-03-11 17:59");
        let mut excused = no_show(1, "2026-01-10 18:00");
        excused.what.excused = true;
        assert_eq!(penalties(&[excused], &year, new_york()), []);
    }

    #[test]
    fn calling_off_with_less_than_five_days_notice_restricts_for_30_days_and_takes_shifts_away() {
        let rule = LateCancel { notice_days: 5, restricted: Term::days(30), no_show_too: true, releases: true };
        let contract = contract(Conduct { late_cancel: Some(rule), ..Conduct::default() });
        let work = shift("2026-06-20 18:00", "2026-06-20 23:00");
        let calls = |when: &str| penalties(&[called_off(1, 1, when, work)], &contract, new_york());
        assert_eq!(calls("2026-06-15 18:00"), []);
        let late = calls("2026-06-15 18:01");
        assert_eq!(new_york().clock_text(late[0].until), "2026-07-15 18:01");
        assert!(late[0].releases && late[0].covers(shift("2026-07-15 17:00", "2026-07-15 19:00")));
        assert!(!late[0].covers(shift("2026-07-15 18:01", "2026-07-15 19:00")));
        assert_eq!(until(&[no_show(1, "2026-06-20 18:30")], &contract), ["2026-07-20 18:30"]);
        let mut emergency = called_off(1, 1, "2026-06-20 12:00", work);
        emergency.what.emergency = true;
        assert_eq!(penalties(&[emergency], &contract, new_york()), []);
    }

    #[test]
    fn what_calling_off_brings_is_what_was_foreseen() {
        let rule = LateCancel { notice_days: 7, restricted: Term::days(30), no_show_too: true, releases: true };
        let contract = contract(Conduct { late_cancel: Some(rule), ..Conduct::default() });
        let work = shift("2026-03-10 18:00", "2026-03-10 23:00");
        for (when, late) in [("2026-03-03 18:00", false), ("2026-03-03 18:01", true), ("2026-03-10 17:00", true)] {
            let foreseen = contract.calling_off(work, at(when), new_york());
            let brought = penalties(&[called_off(1, 1, when, work)], &contract, new_york());
            assert_eq!((foreseen.late, foreseen.follows.is_empty()), (Some(late), brought.is_empty()), "{when}");
        }
        let told = contract.calling_off(work, at("2026-03-04 18:00"), new_york()).follows;
        let says = "Your notice of 5 days 23 h is less than the 7 days of the contract: from your release on no details for \
            30 days, and those you have in that time are taken back.";
        assert_eq!(told, [says]);
        assert_eq!(Contract::default().calling_off(work, at("2026-03-10 17:00"), new_york()), Foreseen::default());
    }

    #[test]
    fn a_cool_down_is_foreseen_whatever_the_notice() {
        let cool_down = Some(CoolDown { from_minute: 1, days: 1 });
        let contract = contract(Conduct { cool_down, ..Conduct::default() });
        let work = shift("2026-06-20 18:00", "2026-06-20 23:00");
        let foreseen = contract.calling_off(work, at("2026-06-01 09:00"), new_york());
        assert_eq!(foreseen.late, None);
        assert_eq!(foreseen.follows, ["No other extra work from 2026-06-20 00:01 to 2026-06-21 00:01."]);
    }

    #[test]
    fn the_notice_is_days_of_the_calendar_over_the_change_of_clocks() {
        let rule = LateCancel { notice_days: 5, restricted: Term::days(30), no_show_too: false, releases: false };
        let contract = contract(Conduct { late_cancel: Some(rule), ..Conduct::default() });
        let work = shift("2026-03-10 18:00", "2026-03-10 23:00");
        let calls = |when: &str| penalties(&[called_off(1, 1, when, work)], &contract, new_york()).len();
        assert_eq!((calls("2026-03-05 18:00"), calls("2026-03-05 18:01")), (0, 1));
        assert_eq!(until(&[no_show(1, "2026-03-10 18:00")], &contract), Vec::<String>::new());
    }

    #[test]
    fn after_calling_off_there_is_no_extra_work_from_one_past_midnight_to_one_past_the_next() {
        let cool_down = Some(CoolDown { from_minute: 1, days: 1 });
        let contract = contract(Conduct { cool_down, ..Conduct::default() });
        let calls = [called_off(1, 1, "2026-06-01 09:00", shift("2026-06-20 18:00", "2026-06-20 23:00"))];
        let found = restrictions(&calls, &contract, new_york(), at("2026-06-01 09:00"));
        assert_eq!((found[0].from, found[0].until), (at("2026-06-20 00:01"), at("2026-06-21 00:01")));
        assert_eq!(found[0].officer, officer(1));
        assert_eq!(restrictions(&calls, &contract, new_york(), at("2026-06-21 00:01")), []);
        assert_eq!(restrictions(&calls, &contract, new_york(), at("2026-06-01 08:59")), []);
    }
}
