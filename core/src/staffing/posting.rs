//! A posting: a detail on offer, to whom it opens when, and how it will be awarded. What phones are told of it.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::award::{Ladder, Method, RotationRule, Window};
use crate::ids::DetailId;
use crate::policy::Told;
use crate::shift::Sha256;
use crate::time::{Millis, UnixMillis};

/// A detail's posting.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(map)]
pub struct Posting {
    /// The detail.
    #[n(0)]
    pub detail: DetailId,
    /// What is on offer, and to whom from when.
    #[n(1)]
    pub window: Window,
    /// How it will be awarded.
    #[n(2)]
    pub method: Method,
    /// Each officer's own opening lies up to this much after the tier's, drawn from the seed, so that speed of hand decides nothing.
    #[n(3)]
    pub unlock_jitter: Millis,
    /// Hash of the secret that the agency has bound itself to.
    #[n(4)]
    pub commitment: Sha256,
    /// How soon after the award the officer must acknowledge it.
    #[n(5)]
    pub acknowledge_within: Option<Millis>,
    /// Bidding rounds, if officers have their turns one after the other.
    #[n(6)]
    pub ladder: Option<Ladder>,
    /// How the rotating list is kept, where the method asks for it.
    #[n(7)]
    pub rotation: Option<RotationRule>,
    /// What the detail is like, where anybody has said so: phones ask the rules about it.
    #[n(8)]
    #[serde(default)]
    pub told: Option<Told>,
}

/// Whether a detail is open to an officer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opens {
    /// It is.
    Open,
    /// From then on.
    At(UnixMillis),
    /// No tier has this officer.
    Never,
    /// The window is closed, and nothing that was made before it is waited for any more.
    Closed,
}

impl Posting {
    /// Whether the detail is open at `now` to an officer of these groups, whose own part of the jitter is `offset` and whose turn
    /// in bidding rounds, if there are any, is `turn`.
    ///
    /// Until the award is made an application may come: whether it was made in time is the award's to say, and to explain.
    pub fn opens_to(&self, groups: &[String], offset: Millis, turn: Option<UnixMillis>, now: UnixMillis) -> Opens {
        if now >= self.decided_at() {
            return Opens::Closed;
        }
        match self.opening(groups, offset, turn) {
            None => Opens::Never,
            Some(opens) if now >= opens => Opens::Open,
            Some(opens) => Opens::At(opens),
        }
    }

    /// When it opens to an officer of these groups; `None` where it never does, and in bidding rounds where no `turn` was found.
    pub fn opening(&self, groups: &[String], offset: Millis, turn: Option<UnixMillis>) -> Option<UnixMillis> {
        let opens = self.window.tier_of(groups).map(|tier| self.window.opens_to(tier) + offset)?;
        match turn {
            None if self.ladder.is_some() => None,
            turn => Some(turn.map_or(opens, |turn| turn.max(opens))),
        }
    }

    /// An officer's turn in bidding rounds, if there are any: their `own`, fixed when the posting went up. Who was given none, being
    /// on no list or enrolled since, has it a step after the `last` that was given to anybody.
    pub fn turn(&self, own: Option<UnixMillis>, last: Option<UnixMillis>) -> Option<UnixMillis> {
        let ladder = self.ladder?;
        Some(own.unwrap_or_else(|| last.map_or(self.window.opens, |last| last + ladder.step)))
    }

    /// When it has opened to everybody whom it opens to: the last tier, the whole jitter, and in bidding rounds the `last` turn that was
    /// given to anybody.
    pub fn all_opened(&self, last: Option<UnixMillis>) -> UnixMillis {
        let tier = self.window.tiers.len().saturating_sub(1);
        let drawn = self.window.opens_to(tier) + self.unlock_jitter;
        last.filter(|_| self.ladder.is_some()).map_or(drawn, |last| last.max(drawn))
    }

    /// When the award is made: at the close, and after the grace for phones without a signal.
    pub fn decided_at(&self) -> UnixMillis {
        self.window.closes + self.window.timing.grace
    }

    /// The groups that may see it at `now`; `None`: every officer may.
    pub fn open_groups(&self, now: UnixMillis) -> Option<Vec<&str>> {
        let tiers = &self.window.tiers;
        if tiers.is_empty() {
            return if now >= self.window.opens { None } else { Some(vec![]) };
        }
        let open = tiers.iter().enumerate().filter(|(number, _)| self.window.opens_to(*number) <= now);
        let mut groups = Vec::new();
        for (_, tier) in open {
            if tier.groups.is_empty() {
                return None;
            }
            groups.extend(tier.groups.iter().map(String::as_str));
        }
        Some(groups)
    }

    /// When it next opens to somebody after `now`.
    pub fn next_opening(&self, now: UnixMillis) -> Option<UnixMillis> {
        let tiers = 0..self.window.tiers.len().max(1);
        tiers.map(|tier| self.window.opens_to(tier)).filter(|opens| *opens > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::award::{LadderOrder, Limits, Tier, Timing};
    use crate::ids::RecordId;
    use crate::time::Zone;

    fn at(minutes: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000) + Millis::from_mins(minutes)
    }

    fn tier(opens: i64, groups: &[&str]) -> Tier {
        let groups = groups.iter().map(|group| (*group).to_owned()).collect();
        Tier { name: "a tier".to_owned(), opens: at(opens), groups }
    }

    fn posting(tiers: Vec<Tier>) -> Posting {
        let window = Window {
            posting: RecordId::NIL,
            opens: at(0),
            closes: at(600),
            zone: Zone::named("America/New_York").unwrap(),
            openings: vec![],
            timing: Timing { grace: Millis::from_mins(60), ..Timing::RECEIPT },
            limits: Limits::default(),
            tiers,
            choices: vec![],
        };
        Posting {
            detail: DetailId::NIL,
            window,
            method: Method::least_hours(),
            unlock_jitter: Millis::from_mins(5),
            commitment: Sha256([7; 32]),
            acknowledge_within: None,
            ladder: None,
            rotation: None,
            told: None,
        }
    }

    #[test]
    fn tiers_open_in_turn_and_jitter_delays_each_officer() {
        let posting = posting(vec![tier(0, &["traffic"]), tier(120, &[])]);
        let traffic = ["traffic".to_owned()];
        assert_eq!(posting.opens_to(&traffic, Millis(0), None, at(0)), Opens::Open);
        assert_eq!(posting.opens_to(&traffic, Millis::from_mins(3), None, at(2)), Opens::At(at(3)));
        assert_eq!(posting.opens_to(&[], Millis(0), None, at(119)), Opens::At(at(120)));
        assert_eq!(posting.opens_to(&[], Millis(0), None, at(120)), Opens::Open);
        assert_eq!((posting.next_opening(at(0)), posting.next_opening(at(120))), (Some(at(120)), None));
        assert_eq!((posting.open_groups(at(119)), posting.open_groups(at(120))), (Some(vec!["traffic"]), None));
    }

    fn rounds() -> Posting {
        let ladder = Ladder { step: Millis::from_mins(6), order: LadderOrder::Seniority };
        Posting { ladder: Some(ladder), ..posting(vec![tier(60, &[])]) }
    }

    #[test]
    fn in_bidding_rounds_each_waits_for_their_turn() {
        let opens = |turn| rounds().opens_to(&[], Millis(0), Some(at(turn)), at(66));
        assert_eq!([opens(66), opens(72), opens(0)], [Opens::Open, Opens::At(at(72)), Opens::Open]);
    }

    #[test]
    fn who_was_given_no_turn_comes_after_everybody_who_was() {
        let turn = |own: Option<i64>, last: Option<i64>| rounds().turn(own.map(at), last.map(at));
        assert_eq!(turn(Some(66), Some(90)), Some(at(66)));
        assert_eq!(turn(None, Some(90)), Some(at(96)));
        // Nobody was given one, so nobody is passed over.
        assert_eq!(turn(None, None), Some(at(0)));
        let without_rounds = posting(vec![]);
        assert_eq!(without_rounds.turn(None, Some(at(90))), None);
        assert_eq!(without_rounds.opens_to(&[], Millis(0), None, at(0)), Opens::Open);
        // Where nobody has looked for the turn, the detail stays shut rather than open before its time.
        assert_eq!(rounds().opens_to(&[], Millis(0), None, at(500)), Opens::Never);
    }

    #[test]
    fn who_is_in_no_tier_never_sees_it() {
        let posting = posting(vec![tier(0, &["traffic"])]);
        assert_eq!(posting.opens_to(&["horse".to_owned()], Millis(0), None, at(300)), Opens::Never);
    }

    #[test]
    fn without_tiers_it_opens_to_all_at_once() {
        let posting = posting(vec![]);
        assert_eq!(posting.opens_to(&[], Millis(0), None, at(-1)), Opens::At(at(0)));
        assert_eq!((posting.open_groups(at(-1)), posting.open_groups(at(0))), (Some(vec![]), None));
        assert_eq!(posting.next_opening(at(-1)), Some(at(0)));
    }

    #[test]
    fn it_has_opened_to_everybody_with_the_last_tier_the_whole_jitter_and_the_last_turn() {
        let mut posting = posting(vec![tier(0, &["a"]), tier(30, &[])]);
        posting.unlock_jitter = Millis::from_mins(5);
        assert_eq!(posting.all_opened(Some(at(90))), at(35), "without bidding rounds there are no turns");
        posting.ladder = Some(Ladder { step: Millis::from_mins(6), order: LadderOrder::Seniority });
        assert_eq!((posting.all_opened(None), posting.all_opened(Some(at(90)))), (at(35), at(90)));
        posting.window.tiers.clear();
        assert_eq!(posting.all_opened(None), at(5));
    }

    #[test]
    fn what_comes_within_the_grace_is_taken_and_nothing_after_it() {
        let posting = posting(vec![]);
        assert_eq!(posting.opens_to(&[], Millis(0), None, at(659)), Opens::Open);
        assert_eq!(posting.opens_to(&[], Millis(0), None, at(660)), Opens::Closed);
    }
}
