//! Cases for tests.

use chrono::NaiveDateTime;

use super::{
    Applicant, Application, Award, Bar, Case, Contract, Entry, EntryKind, Happening, Limits, ListCharge, Method,
    Opening, Secret, Seed, Standing, Standings, Timing, Window, Wish, award,
};
use crate::ids::{CommandId, OfficerId, PositionId, RecordId};
use crate::time::{Interval, UnixMillis, Zone};

pub(super) fn new_york() -> Zone {
    Zone::named("America/New_York").unwrap()
}

/// An instant from what New York's clocks show.
pub(super) fn at(text: &str) -> UnixMillis {
    let local = NaiveDateTime::parse_from_str(&format!("{text}:00"), "%Y-%m-%d %H:%M:%S").unwrap();
    new_york().instant(local).first()
}

pub(super) fn shift(start: &str, end: &str) -> Interval {
    Interval { start: at(start), end: at(end) }
}

pub(super) const fn numbered(n: u8) -> [u8; 16] {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n]
}

pub(super) const fn officer(n: u8) -> OfficerId {
    OfficerId::from_bytes(numbered(n))
}

pub(super) const fn number_of(officer: OfficerId) -> u8 {
    officer.as_bytes()[15]
}

pub(super) const fn position(n: u8) -> PositionId {
    PositionId::from_bytes(numbered(n))
}

pub(super) const fn posting() -> RecordId {
    RecordId::from_bytes(numbered(0xaa))
}

pub(super) const fn secret() -> Secret {
    Secret::from_bytes([7; 32])
}

pub(super) const fn seed() -> Seed {
    Seed::from_bytes([9; 32])
}

/// A window over 1 May 2026 from 09:00 to noon for that many positions, all on 4 May from 18:00 to 23:00.
pub(super) fn window(openings: u8) -> Window {
    let shift = shift("2026-05-04 18:00", "2026-05-04 23:00");
    let opening = |n| Opening { position: position(n), name: format!("Post {n}"), shift, supervisor: false };
    Window {
        posting: posting(),
        opens: at("2026-05-01 09:00"),
        closes: at("2026-05-01 12:00"),
        zone: new_york(),
        openings: (1..=openings).map(opening).collect(),
        timing: Timing::RECEIPT,
        limits: Limits::default(),
        tiers: Vec::new(),
        choices: Vec::new(),
    }
}

pub(super) fn application(n: u8, received: &str) -> Application {
    let command = CommandId::from_bytes(numbered(n));
    Application { command, received: at(&format!("2026-05-01 {received}")), made: None, wish: Wish::any() }
}

/// An officer whose seniority number is their own, who applied for anything at that time.
pub(super) fn applied(n: u8, received: &str) -> Applicant {
    Applicant { application: Some(application(n, received)), ..present(n) }
}

/// An officer who did not apply.
pub(super) fn present(n: u8) -> Applicant {
    Applicant { seniority: Some(n.into()), ..Applicant::new(officer(n)) }
}

pub(super) fn barred(mut applicant: Applicant, at: Option<u8>) -> Applicant {
    let sentence = "You have worked 20 h 15 m of 24 h this week; this detail adds 5 h.".to_owned();
    applicant.bars.push(Bar { position: at.map(position), rule: "weekly-hours".to_owned(), version: 3, sentence });
    applicant
}

pub(super) fn case(window: Window, applicants: Vec<Applicant>, method: Method) -> Case {
    Case { standings: Standings::none(window.closes), window, applicants, method }
}

/// Standings in which nothing but hours on the usual list is charged.
pub(super) fn charged(hours: &[(u8, i64)]) -> Standings {
    let usual = |hours: i64| ListCharge { list: String::new(), minutes: hours * 60, jobs: 0 };
    let one = |(n, hours): &(u8, i64)| Standing { lists: vec![usual(*hours)], ..Standing::new(officer(*n)) };
    let mut officers: Vec<Standing> = hours.iter().map(one).collect();
    officers.sort_by_key(|standing| standing.officer);
    Standings { as_of: at("2026-05-01 12:00"), officers }
}

pub(super) fn decided(case: &Case) -> Award {
    award(case, &seed()).unwrap()
}

/// Who has each position that somebody has.
pub(super) fn winners(award: &Award) -> Vec<(u8, u8)> {
    award.winners.iter().map(|one| (one.position.as_bytes()[15], number_of(one.officer))).collect()
}

pub(super) fn backups(award: &Award) -> Vec<u8> {
    award.backups.iter().map(|backup| number_of(backup.officer)).collect()
}

/// The ranked, best first.
pub(super) fn ranking(award: &Award) -> Vec<u8> {
    award.explanations.iter().filter(|one| one.rank.is_some()).map(|one| number_of(one.officer)).collect()
}

pub(super) fn told(award: &Award, n: u8) -> &str {
    &award.explanation(officer(n)).unwrap().sentence
}

/// What happened to an officer, about a position where that is not 0, for five hours.
pub(super) fn happening(id: u8, n: u8, when: &str, kind: EntryKind, about: u8) -> Happening {
    let position = (about > 0).then(|| position(about));
    let what = Happening::new(RecordId::from_bytes(numbered(id)), officer(n), at(when), kind);
    Happening { position, minutes: 300, ..what }
}

/// The same, with nothing charged for it.
pub(super) fn entry(id: u8, n: u8, when: &str, kind: EntryKind, about: u8) -> Entry {
    Contract::default().enter(happening(id, n, when, kind, about), &[], new_york())
}

pub(super) fn called_off(id: u8, n: u8, when: &str, shift: Interval) -> Entry {
    let mut entry = entry(id, n, when, EntryKind::CalledOff, 1);
    entry.what.shift = Some(shift);
    entry
}

/// The ledger that comes of things happening one after the other.
pub(super) fn ledger(contract: &Contract, happenings: Vec<Happening>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for what in happenings {
        let entry = contract.enter(what, &entries, new_york());
        entries.push(entry);
    }
    entries
}
