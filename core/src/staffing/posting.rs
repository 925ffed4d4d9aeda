//! A posting: who may apply and from when, and which applications count when its window closes.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::DetailId;
use crate::shift::Sha256;
use crate::time::{Millis, UnixMillis};

/// A group of officers, and when the detail opens to them.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Tier {
    /// The agency's name of the group; absent for every officer.
    #[n(0)]
    pub group: Option<String>,
    /// From when on the group may see it and apply.
    #[n(1)]
    pub opens: UnixMillis,
}

/// Which applications count, given that phones may be without a signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum WindowRule {
    /// What the server has by the close.
    #[n(0)]
    Received,
    /// Also what was made before the close and came within the grace after it. The award waits that long.
    #[n(1)]
    MadeAndReceivedWithin {
        /// How long after the close it may still come.
        #[n(0)]
        grace: Millis,
    },
}

/// A detail's posting.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Posting {
    /// The detail.
    #[n(0)]
    pub detail: DetailId,
    /// Who may apply from when: in order of time.
    #[n(1)]
    pub tiers: Vec<Tier>,
    /// When applications are gathered and awarded; absent where each is decided as it comes.
    #[n(2)]
    pub closes: Option<UnixMillis>,
    /// Which applications count.
    #[n(3)]
    pub counts: WindowRule,
    /// What the method of award is called, with its version.
    #[n(4)]
    pub method: String,
    /// Each officer's own opening lies up to this much after the tier's, drawn from the seed, so that speed of hand decides nothing.
    #[n(5)]
    pub unlock_jitter: Millis,
    /// Hash of the seed that the agency has bound itself to.
    #[n(6)]
    pub commitment: Sha256,
    /// How soon after the award the officer must acknowledge it.
    #[n(7)]
    pub acknowledge_within: Option<Millis>,
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
    /// The window is closed.
    Closed,
}

/// Whether an application counts, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WindowVerdict {
    /// It does.
    Counts,
    /// It came before the detail was open to the officer.
    TooEarly(String),
    /// It came after the close.
    TooLate(String),
}

impl Posting {
    /// Whether the detail is open at `now` to an officer of these groups, whose own part of the jitter is `offset`.
    pub fn opens_to(&self, groups: &[String], offset: Millis, now: UnixMillis) -> Opens {
        if self.closes.is_some_and(|closes| now >= closes) {
            return Opens::Closed;
        }
        match self.first_open(groups) {
            None => Opens::Never,
            Some(opens) if now >= opens + offset => Opens::Open,
            Some(opens) => Opens::At(opens + offset),
        }
    }

    /// The groups that may see it at `now`.
    pub fn open_tiers(&self, now: UnixMillis) -> impl Iterator<Item = &Tier> {
        self.tiers.iter().filter(move |tier| tier.opens <= now)
    }

    /// When the next tier opens after `now`.
    pub fn next_opening(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.tiers.iter().map(|tier| tier.opens).filter(|opens| *opens > now).min()
    }

    /// When the award is made: the close, and the grace for phones without a signal.
    pub fn decided_at(&self) -> Option<UnixMillis> {
        self.closes.map(|closes| match self.counts {
            WindowRule::Received => closes,
            WindowRule::MadeAndReceivedWithin { grace } => closes + grace,
        })
    }

    /// Whether an application counts that was made at `made` at the earliest that can be shown, and received at `received`.
    pub fn counts(&self, made: UnixMillis, received: UnixMillis) -> WindowVerdict {
        let first = self.tiers.iter().map(|tier| tier.opens).min();
        if first.is_none_or(|opens| received < opens) {
            return WindowVerdict::TooEarly("The detail was not open yet.".to_owned());
        }
        let Some(closes) = self.closes else { return WindowVerdict::Counts };
        if received < closes {
            return WindowVerdict::Counts;
        }
        match self.counts {
            WindowRule::Received => WindowVerdict::TooLate(format!(
                "Applications closed before the agency had yours, which came {} later.",
                (received - closes).spoken()
            )),
            WindowRule::MadeAndReceivedWithin { grace } if received >= closes + grace => {
                WindowVerdict::TooLate(format!(
                    "Your application came {} after the close; it may come up to {} after it.",
                    (received - closes).spoken(),
                    grace.spoken()
                ))
            }
            WindowRule::MadeAndReceivedWithin { .. } if made >= closes => {
                WindowVerdict::TooLate("Applications were closed when you made yours.".to_owned())
            }
            WindowRule::MadeAndReceivedWithin { .. } => WindowVerdict::Counts,
        }
    }

    fn first_open(&self, groups: &[String]) -> Option<UnixMillis> {
        let mine = |tier: &&Tier| tier.group.as_ref().is_none_or(|group| groups.contains(group));
        self.tiers.iter().filter(mine).map(|tier| tier.opens).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> UnixMillis {
        UnixMillis::new(1_700_000_000_000) + Millis::from_mins(minutes)
    }

    fn posting() -> Posting {
        Posting {
            detail: DetailId::NIL,
            tiers: vec![Tier { group: Some("traffic".to_owned()), opens: at(0) }, Tier { group: None, opens: at(120) }],
            closes: Some(at(600)),
            counts: WindowRule::Received,
            method: "least hours v1".to_owned(),
            unlock_jitter: Millis::from_mins(5),
            commitment: Sha256([7; 32]),
            acknowledge_within: None,
        }
    }

    #[test]
    fn tiers_open_in_turn_and_jitter_delays_each_officer() {
        let (posting, traffic) = (posting(), ["traffic".to_owned()]);
        assert_eq!(posting.opens_to(&traffic, Millis(0), at(0)), Opens::Open);
        assert_eq!(posting.opens_to(&traffic, Millis::from_mins(3), at(2)), Opens::At(at(3)));
        assert_eq!(posting.opens_to(&[], Millis(0), at(119)), Opens::At(at(120)));
        assert_eq!(posting.opens_to(&[], Millis(0), at(120)), Opens::Open);
        assert_eq!(posting.opens_to(&traffic, Millis(0), at(600)), Opens::Closed);
        assert_eq!((posting.next_opening(at(0)), posting.next_opening(at(120))), (Some(at(120)), None));
        assert_eq!(posting.open_tiers(at(119)).count(), 1);
    }

    #[test]
    fn who_is_in_no_tier_never_sees_it() {
        let only_traffic = Posting { tiers: posting().tiers[..1].to_vec(), ..posting() };
        assert_eq!(only_traffic.opens_to(&["horse".to_owned()], Millis(0), at(300)), Opens::Never);
    }

    #[test]
    fn by_receipt_the_close_is_the_close() {
        assert_eq!(posting().counts(at(10), at(599)), WindowVerdict::Counts);
        assert!(matches!(posting().counts(at(10), at(600)), WindowVerdict::TooLate(_)));
        assert!(matches!(posting().counts(at(-9), at(-1)), WindowVerdict::TooEarly(_)));
    }

    #[test]
    fn an_application_from_a_dead_zone_counts_within_the_grace() {
        let lenient =
            Posting { counts: WindowRule::MadeAndReceivedWithin { grace: Millis::from_mins(60) }, ..posting() };
        assert_eq!(lenient.decided_at(), Some(at(660)));
        assert_eq!(lenient.counts(at(10), at(659)), WindowVerdict::Counts);
        assert!(matches!(lenient.counts(at(10), at(660)), WindowVerdict::TooLate(_)));
        assert!(matches!(lenient.counts(at(600), at(659)), WindowVerdict::TooLate(_)));
    }

    #[test]
    fn without_a_close_every_application_counts_as_it_comes() {
        let open = Posting { closes: None, ..posting() };
        assert_eq!(open.decided_at(), None);
        assert_eq!(open.counts(at(10), at(9_000)), WindowVerdict::Counts);
    }
}
