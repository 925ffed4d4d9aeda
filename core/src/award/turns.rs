//! From when each officer may apply: tiers, bidding rounds and drawn unlocks. Fixed when a posting goes up.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{Secret, Tier};
use crate::ids::{OfficerId, RecordId};
use crate::time::{Millis, UnixMillis};

/// When a tier opens, as an agency writes it down.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct TierRule {
    /// What people call it.
    #[n(0)]
    pub name: String,
    /// Which groups are in it; everybody where there is none.
    #[n(1)]
    #[serde(default)]
    pub groups: Vec<String>,
    /// So long after the posting.
    #[n(2)]
    #[serde(default)]
    pub after: Option<Millis>,
    /// So long before the shift begins, if that is earlier.
    #[n(3)]
    #[serde(default)]
    pub before_start: Option<Millis>,
}

impl TierRule {
    /// The tier of a posting that opens then for a shift that starts then. `None` where neither time is given: it never opens.
    pub fn tier(&self, opens: UnixMillis, starts: UnixMillis) -> Option<Tier> {
        let times = [self.after.map(|after| opens + after), self.before_start.map(|before| starts - before)];
        let opens = times.into_iter().flatten().min()?.max(opens);
        Some(Tier { name: self.name.clone(), opens, groups: self.groups.clone() })
    }
}

/// In which order officers get their turns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum LadderOrder {
    /// By seniority; equal numbers have their turn together, unknown ones last.
    #[n(0)]
    Seniority,
    /// By draw from the posting's secret.
    #[n(1)]
    Draw,
}

/// Bidding rounds: turns some minutes apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// How far apart.
    #[n(0)]
    pub step: Millis,
    /// In which order.
    #[n(1)]
    pub order: LadderOrder,
}

impl Ladder {
    /// The turn of each officer of a roster, given with the seniority number: by officer id.
    pub fn turns(
        &self,
        opens: UnixMillis,
        roster: &[(OfficerId, Option<u32>)],
        posting: RecordId,
        secret: &Secret,
    ) -> Vec<(OfficerId, UnixMillis)> {
        let key = |(officer, seniority): &(OfficerId, Option<u32>)| match self.order {
            LadderOrder::Seniority => seniority.map_or(u64::MAX, u64::from),
            LadderOrder::Draw => secret.turn_draw(posting, *officer),
        };
        let mut keyed: Vec<(u64, OfficerId)> = roster.iter().map(|one| (key(one), one.0)).collect();
        keyed.sort_unstable();
        keyed.dedup();
        let mut turns: Vec<(OfficerId, UnixMillis)> = Vec::with_capacity(keyed.len());
        let (mut turn, mut last) = (0_i64, None);
        for (key, officer) in keyed {
            turn += i64::from(last.is_some_and(|last| last != key));
            last = Some(key);
            turns.push((officer, opens + Millis(self.step.0.saturating_mul(turn))));
        }
        turns.sort_unstable_by_key(|(officer, _)| *officer);
        turns
    }
}

/// The moment at which each officer of a roster may see a posting, drawn within `jitter` of its opening: by officer id.
pub fn drawn_unlocks(
    opens: UnixMillis,
    jitter: Millis,
    roster: &[OfficerId],
    posting: RecordId,
    secret: &Secret,
) -> Vec<(OfficerId, UnixMillis)> {
    let unlock = |officer: &OfficerId| (*officer, opens + secret.unlock_after(posting, *officer, jitter));
    let mut unlocks: Vec<(OfficerId, UnixMillis)> = roster.iter().map(unlock).collect();
    unlocks.sort_unstable_by_key(|(officer, _)| *officer);
    unlocks
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, officer, posting, secret};
    use super::*;

    #[test]
    fn bidding_turns_are_six_minutes_apart_by_seniority_and_equal_numbers_share_one() {
        let ladder = Ladder { step: Millis::from_mins(6), order: LadderOrder::Seniority };
        let roster = [(officer(4), None), (officer(3), Some(5)), (officer(2), Some(5)), (officer(1), Some(9))];
        let turns = ladder.turns(at("2026-05-01 09:00"), &roster, posting(), &secret());
        let want = ["2026-05-01 09:06", "2026-05-01 09:00", "2026-05-01 09:00", "2026-05-01 09:12"];
        assert_eq!(turns.iter().map(|(_, turn)| *turn).collect::<Vec<_>>(), want.map(at));
        assert_eq!(turns[0].0, officer(1));
    }

    #[test]
    fn random_turns_are_one_an_officer_and_do_not_depend_on_the_order_of_the_roster() {
        let ladder = Ladder { step: Millis::from_mins(6), order: LadderOrder::Draw };
        let mut roster: Vec<_> = (1..=50).map(|n| (officer(n), Some(1))).collect();
        let turns = ladder.turns(at("2026-05-01 09:00"), &roster, posting(), &secret());
        roster.reverse();
        assert_eq!(turns, ladder.turns(at("2026-05-01 09:00"), &roster, posting(), &secret()));
        let mut times: Vec<_> = turns.iter().map(|(_, turn)| *turn).collect();
        assert!(times.windows(2).any(|pair| pair[0] > pair[1]), "drawn, not in the order of the ids");
        times.sort_unstable();
        assert_eq!(times.last(), Some(&(at("2026-05-01 09:00") + Millis::from_mins(49 * 6))));
    }

    #[test]
    fn drawn_unlocks_stay_within_the_jitter_and_spread_over_it() {
        let opens = at("2026-05-01 09:00");
        let roster: Vec<_> = (0..=255).map(officer).collect();
        let unlocks = drawn_unlocks(opens, Millis(9), &roster, posting(), &secret());
        let mut seen: Vec<_> = unlocks.iter().map(|(_, at)| (*at - opens).0).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, (0..=9).collect::<Vec<_>>());
        assert!(drawn_unlocks(opens, Millis(0), &roster, posting(), &secret()).iter().all(|(_, at)| *at == opens));
    }

    #[test]
    fn others_are_let_in_after_some_hours_or_48_hours_before_the_start_or_never() {
        let rule =
            |after, before_start| TierRule { name: "others".to_owned(), groups: Vec::new(), after, before_start };
        let (opens, starts) = (at("2026-05-01 09:00"), at("2026-05-04 18:00"));
        let (six, two_days) = (Some(Millis::from_hours(6)), Some(Millis::from_hours(48)));
        let when = |rule: TierRule| rule.tier(opens, starts).map(|tier| tier.opens);
        assert_eq!(when(rule(six, None)), Some(at("2026-05-01 15:00")));
        assert_eq!(when(rule(None, two_days)), Some(at("2026-05-02 18:00")));
        assert_eq!(when(rule(six, two_days)), Some(at("2026-05-01 15:00")));
        assert_eq!(when(rule(None, Some(Millis::from_hours(480)))), Some(opens));
        assert_eq!(when(rule(None, None)), None);
    }
}
