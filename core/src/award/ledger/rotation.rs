//! The rotating list: whoever had a turn goes to the bottom.

use chrono::Days;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Entry, EntryKind};
use crate::ids::{OfficerId, PositionId, RecordId};
use crate::time::{PayDayRule, UnixMillis, Zone};

/// How a rotating list is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct RotationRule {
    /// A moment of the day on which some period began.
    #[n(0)]
    pub began: UnixMillis,
    /// After how many days the list is rebuilt by seniority.
    #[n(1)]
    pub rebuilt_after_days: u16,
    /// How many days before somebody joins they must have said so.
    #[n(2)]
    pub notice_days: u16,
}

/// An officer on a rotating list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Member {
    /// The officer.
    #[n(0)]
    pub officer: OfficerId,
    /// Place by seniority, 1 the most senior; last where unknown.
    #[n(1)]
    pub seniority: Option<u32>,
    /// When they asked to join.
    #[n(2)]
    pub asked: UnixMillis,
    /// When they left, if they did.
    #[n(3)]
    pub left: Option<UnixMillis>,
}

/// The list at a moment, top first.
///
/// Rebuilt by seniority each period. Who accepted, was ordered, worked or refused goes to the bottom, once for each job; who was not
/// reached keeps the place; who joins meanwhile starts at the bottom.
pub fn rotation(
    rule: &RotationRule,
    members: &[Member],
    entries: &[Entry],
    zone: Zone,
    at: UnixMillis,
) -> Vec<OfficerId> {
    let began = rule.period_of(zone, at);
    let mut here: Vec<&Member> = members.iter().filter(|one| one.left.is_none_or(|left| left > at)).collect();
    here.sort_unstable_by_key(|one| (one.seniority.unwrap_or(u32::MAX), one.asked, one.officer));
    let joins = |one: &Member| rule.joins(one, zone);
    let mut list: Vec<OfficerId> = here.iter().filter(|one| joins(one) <= began).map(|one| one.officer).collect();
    let mut moves: Vec<Move> = turns_used(entries, began, at);
    let newcomers = here.iter().filter(|one| (began..=at).contains(&joins(one)) && joins(one) != began);
    moves.extend(newcomers.map(|one| Move { at: joins(one), id: RecordId::NIL, officer: one.officer, joins: true }));
    moves.sort_unstable_by_key(|one| (one.at, one.id, one.officer));
    for one in moves {
        one.apply(&mut list);
    }
    list
}

/// A place at the bottom: by joining, or by having had a turn.
struct Move {
    at: UnixMillis,
    id: RecordId,
    officer: OfficerId,
    joins: bool,
}

impl Move {
    fn apply(&self, list: &mut Vec<OfficerId>) {
        let before = list.len();
        list.retain(|officer| *officer != self.officer);
        if self.joins || list.len() < before {
            list.push(self.officer);
        }
    }
}

fn turns_used(entries: &[Entry], from: UnixMillis, to: UnixMillis) -> Vec<Move> {
    let uses =
        |kind| matches!(kind, EntryKind::Awarded | EntryKind::OrderedIn | EntryKind::Worked | EntryKind::Declined);
    let mut used: Vec<&Entry> = entries.iter().filter(|entry| uses(entry.what.kind) && entry.what.at <= to).collect();
    used.sort_unstable_by_key(|entry| (entry.what.at, entry.what.id));
    let mut jobs: Vec<(OfficerId, PositionId)> = Vec::new();
    let mut moves = Vec::new();
    for entry in used {
        let Some(officer) = entry.what.officer else { continue };
        let job = entry.what.position.map(|position| (officer, position));
        if job.is_some_and(|job| jobs.contains(&job)) {
            continue;
        }
        jobs.extend(job);
        if entry.what.at >= from {
            moves.push(Move { at: entry.what.at, id: entry.what.id, officer, joins: false });
        }
    }
    moves
}

impl RotationRule {
    /// When the period began that a moment belongs to: midnight of the agency's zone.
    pub fn period_of(&self, zone: Zone, at: UnixMillis) -> UnixMillis {
        let days = PayDayRule::midnight(zone);
        let (first, today) = (days.day_of(self.began).date, days.day_of(at).date);
        let length = i64::from(self.rebuilt_after_days.max(1));
        let passed = (today - first).num_days().div_euclid(length) * length;
        let began = first.checked_add_signed(chrono::TimeDelta::days(passed)).unwrap_or(first);
        days.start_of(began)
    }

    fn joins(&self, member: &Member, zone: Zone) -> UnixMillis {
        let days = PayDayRule::midnight(zone);
        let asked = days.day_of(member.asked).date;
        let day = asked.checked_add_days(Days::new(self.notice_days.into())).unwrap_or(asked);
        if self.notice_days == 0 { member.asked } else { days.start_of(day) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{at, entry, new_york, officer};
    use super::*;

    const NINE: [u8; 4] = [1, 2, 3, 4];

    fn rule() -> RotationRule {
        RotationRule { began: at("2026-03-01 00:00"), rebuilt_after_days: 28, notice_days: 7 }
    }

    fn member(n: u8) -> Member {
        Member { officer: officer(n), seniority: Some(n.into()), asked: at("2020-01-01 12:00"), left: None }
    }

    fn list(entries: &[Entry], when: &str) -> Vec<u8> {
        let members = NINE.map(member);
        let order = rotation(&rule(), &members, entries, new_york(), at(when));
        order.iter().map(|officer| officer.as_bytes()[15]).collect()
    }

    #[test]
    fn who_accepts_works_or_refuses_goes_to_the_bottom_and_who_is_not_reached_keeps_the_place() {
        let entries = [
            entry(1, 1, "2026-03-02 09:00", EntryKind::NoAnswer, 0),
            entry(2, 2, "2026-03-02 09:05", EntryKind::Declined, 0),
            entry(3, 3, "2026-03-02 09:10", EntryKind::Awarded, 0),
        ];
        assert_eq!(list(&entries, "2026-03-02 09:00"), [1, 2, 3, 4]);
        assert_eq!(list(&entries, "2026-03-03 09:00"), [1, 4, 2, 3]);
    }

    #[test]
    fn accepting_a_job_and_then_working_it_is_one_turn() {
        let accepted = entry(1, 1, "2026-03-02 09:00", EntryKind::Awarded, 7);
        let other = entry(2, 2, "2026-03-03 09:00", EntryKind::Awarded, 8);
        let worked = entry(3, 1, "2026-03-04 09:00", EntryKind::Worked, 7);
        assert_eq!(list(&[worked.clone(), other, accepted], "2026-03-05 09:00"), [3, 4, 1, 2]);
        assert_eq!(list(&[worked], "2026-03-05 09:00"), [2, 3, 4, 1]);
    }

    #[test]
    fn the_roster_is_rebuilt_by_seniority_every_28_days_over_the_change_of_clocks() {
        let used = [entry(1, 1, "2026-03-02 09:00", EntryKind::Declined, 0)];
        assert_eq!(list(&used, "2026-03-28 23:59"), [2, 3, 4, 1]);
        assert_eq!(list(&used, "2026-03-29 00:00"), [1, 2, 3, 4]);
        assert_eq!(rule().period_of(new_york(), at("2026-02-28 12:00")), at("2026-02-01 00:00"));
    }

    #[test]
    fn who_joins_by_seven_days_notice_starts_at_the_bottom_and_stands_by_seniority_after_the_next_rebuild() {
        let mut members = NINE.map(member);
        members[0].asked = at("2026-03-03 12:00");
        let order = |when: &str| {
            let list = rotation(&rule(), &members, &[], new_york(), at(when));
            list.iter().map(|officer| officer.as_bytes()[15]).collect::<Vec<_>>()
        };
        assert_eq!(order("2026-03-09 23:59"), [2, 3, 4]);
        assert_eq!(order("2026-03-10 00:00"), [2, 3, 4, 1]);
        assert_eq!(order("2026-03-29 00:00"), [1, 2, 3, 4]);
    }

    #[test]
    fn who_left_is_off_the_list() {
        let mut members = NINE.map(member);
        members[2].left = Some(at("2026-03-05 00:00"));
        let order = rotation(&rule(), &members, &[], new_york(), at("2026-03-05 00:00"));
        assert_eq!(order, [officer(1), officer(2), officer(4)]);
    }
}
