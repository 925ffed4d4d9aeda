//! What a customer owes who cancels, said before the cancelling is confirmed.
//!
//! Notice is measured from when the agency has the customer's word to the scheduled start. Tiers go from the shortest notice up;
//! the first whose limit the notice lies under holds: with limits of 24 h, a notice of 24 h exactly owes nothing.

use serde::{Deserialize, Serialize};

use super::Minutes;
use crate::money::{Cents, Rounding};
use crate::time::{Millis, UnixMillis};

/// What an officer's place owes in a tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TierOwes {
    /// That many minutes at the place's rate.
    Time(Minutes),
    /// The agency's minimum.
    Minimum,
    /// The whole scheduled time, and at least the minimum.
    Whole,
}

/// A step of the scale.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancellationTier {
    /// How lines cite it.
    pub id: String,
    /// It holds with less notice than this, in minutes written `H:MM`.
    pub under: Minutes,
    /// What each place owes.
    pub owes: TierOwes,
    /// Are the fees for vehicles and administration owed as well?
    #[serde(default)]
    pub with_fees: bool,
}

/// An agency's terms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancellationTerms {
    /// Least time that a place is billed.
    pub minimum: Minutes,
    /// For each vehicle.
    #[serde(default)]
    pub vehicle_fee: Cents,
    /// For administration, of the sum of the places, in hundredths of a per cent.
    #[serde(default)]
    pub admin_basis_points: u32,
    /// The one rounding of each line.
    pub rounding: Rounding,
    /// The scale, from the shortest notice up.
    #[serde(default, rename = "tier")]
    pub tiers: Vec<CancellationTier>,
}

/// Terms that cannot hold.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CancellationTermsFault {
    /// A tier that no notice reaches.
    #[error("tier \"{0}\" is never reached: its limit must be above the one before")]
    OutOfOrder(String),
    /// Two tiers of one id.
    #[error("two tiers are called \"{0}\"")]
    SameId(String),
    /// More than a hundred per cent.
    #[error("admin_basis_points must be at most 10000")]
    TooManyBasisPoints,
    /// Nobody is paid for a vehicle that they asked for.
    #[error("vehicle_fee must not be less than zero")]
    NegativeFee,
}

/// A place that is cancelled.
pub type Place = (Cents, Minutes);

/// A line of a quote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CancellationLine {
    /// The rule that made it.
    pub rule: String,
    /// How much.
    pub amount: Cents,
    /// The line in words.
    pub sentence: String,
}

/// What cancelling now costs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CancellationQuote {
    /// How long before the start; negative after it.
    pub notice: Millis,
    /// How it comes about; empty where nothing is owed.
    pub lines: Vec<CancellationLine>,
    /// The sum of the lines.
    pub total: Cents,
    /// For the customer.
    pub sentence: String,
}

impl CancellationTerms {
    /// What is wrong with the terms, if anything is.
    pub fn check(&self) -> Result<(), CancellationTermsFault> {
        if self.admin_basis_points > 10_000 {
            return Err(CancellationTermsFault::TooManyBasisPoints);
        }
        if self.vehicle_fee < Cents::ZERO {
            return Err(CancellationTermsFault::NegativeFee);
        }
        for (index, tier) in self.tiers.iter().enumerate() {
            let before = &self.tiers[..index];
            if before.iter().any(|other| other.id == tier.id) {
                return Err(CancellationTermsFault::SameId(tier.id.clone()));
            }
            if before.last().is_some_and(|last| last.under >= tier.under) {
                return Err(CancellationTermsFault::OutOfOrder(tier.id.clone()));
            }
        }
        Ok(())
    }

    fn tier(&self, notice: Millis) -> Option<&CancellationTier> {
        self.tiers.iter().find(|tier| notice < Millis::from_mins(i64::from(tier.under.0)))
    }
}

/// What it costs to cancel a detail with these places (rate an hour, scheduled time) and vehicles at `now`. `None` where a figure
/// is too large to hold.
pub fn quote(
    terms: &CancellationTerms,
    places: &[Place],
    vehicles: u32,
    starts: UnixMillis,
    now: UnixMillis,
) -> Option<CancellationQuote> {
    let notice = starts - now;
    let Some(tier) = terms.tier(notice) else {
        let sentence = format!("Nothing is owed: the notice is {}.", notice.spoken());
        return Some(CancellationQuote { notice, lines: vec![], total: Cents::ZERO, sentence });
    };
    let mut lines = Vec::with_capacity(places.len() + 2);
    for place in places {
        lines.push(place_line(terms, tier, *place)?);
    }
    if tier.with_fees {
        lines.extend(fees(terms, &tier.id, vehicles, Cents::checked_sum(lines.iter().map(|line| line.amount))?)?);
    }
    let total = Cents::checked_sum(lines.iter().map(|line| line.amount))?;
    let said = if notice.0 < 0 {
        format!("{} after the start", notice.spoken())
    } else {
        format!("{} before the start, which is under {}", notice.spoken(), tier.under)
    };
    Some(CancellationQuote { notice, lines, total, sentence: format!("Cancelling {said}, costs {total}.") })
}

fn place_line(
    terms: &CancellationTerms,
    tier: &CancellationTier,
    (rate, scheduled): Place,
) -> Option<CancellationLine> {
    let owed = match tier.owes {
        TierOwes::Time(time) => time,
        TierOwes::Minimum => terms.minimum,
        TierOwes::Whole => scheduled.max(terms.minimum),
    };
    let amount = rate.checked_portion(u64::from(owed.0), 60, terms.rounding)?;
    let sentence = format!("{owed} at {rate} an hour is {amount}.");
    Some(CancellationLine { rule: tier.id.clone(), amount, sentence })
}

/// The fees for vehicles and administration over that sum of places, each line's rule beginning so. `None` where a figure is too
/// large to hold.
fn fees(terms: &CancellationTerms, rule: &str, vehicles: u32, places: Cents) -> Option<Vec<CancellationLine>> {
    let mut lines = Vec::new();
    let cars = terms.vehicle_fee.checked_portion(u64::from(vehicles), 1, terms.rounding)?;
    if cars != Cents::ZERO {
        let sentence = format!("{vehicles} vehicles at {} are {cars}.", terms.vehicle_fee);
        lines.push(CancellationLine { rule: format!("{rule}-vehicle"), amount: cars, sentence });
    }
    let points = terms.admin_basis_points;
    let admin = places.checked_portion(u64::from(points), 10_000, terms.rounding)?;
    if admin != Cents::ZERO {
        let sentence = format!("Administration, {}.{:02} % of {places}, is {admin}.", points / 100, points % 100);
        lines.push(CancellationLine { rule: format!("{rule}-admin"), amount: admin, sentence });
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(minimum: u32, tiers: &[(&str, u32, TierOwes)]) -> CancellationTerms {
        let tiers = tiers.iter().map(|(id, under, owes)| CancellationTier {
            id: (*id).to_owned(),
            under: Minutes(*under),
            owes: *owes,
            with_fees: true,
        });
        CancellationTerms {
            minimum: Minutes::from_hours(minimum),
            vehicle_fee: Cents(2_500),
            admin_basis_points: 1_000,
            rounding: Rounding::HalfUp,
            tiers: tiers.collect(),
        }
    }

    fn start() -> UnixMillis {
        UnixMillis::new(1_700_000_000_000)
    }

    /// 60 dollars an hour, six hours.
    const PLACE: Place = (Cents(6_000), Minutes(360));

    fn owed(terms: &CancellationTerms, notice_minutes: i64) -> Cents {
        terms.check().unwrap();
        quote(terms, &[PLACE], 0, start(), start() - Millis::from_mins(notice_minutes))
            .unwrap()
            .lines
            .first()
            .map_or(Cents::ZERO, |line| line.amount)
    }

    /// Honolulu: under 24 h, 2 h and fees (honolulupd.org, special duty).
    #[test]
    fn cancelled_at_23_h_59_24_h_and_25_h() {
        let honolulu = terms(2, &[("under-24-h", 24 * 60, TierOwes::Time(Minutes(120)))]);
        assert_eq!(
            [23 * 60 + 59, 24 * 60, 25 * 60].map(|notice| owed(&honolulu, notice)),
            [Cents(12_000), Cents(0), Cents(0)]
        );
        let all = quote(&honolulu, &[PLACE, PLACE], 1, start(), start() - Millis::from_hours(23)).unwrap();
        assert_eq!(all.total, Cents(12_000 * 2 + 2_500 + 2_400));
        assert_eq!(all.sentence, "Cancelling 23 h before the start, which is under 24:00, costs 289.00.");
    }

    /// Queen Creek: under 25 h, 3 h.
    #[test]
    fn queen_creek_counts_to_twenty_five_hours() {
        let queen_creek = terms(3, &[("under-25-h", 25 * 60, TierOwes::Minimum)]);
        assert_eq!([24 * 60, 25 * 60].map(|notice| owed(&queen_creek, notice)), [Cents(18_000), Cents(0)]);
    }

    /// Oxford: 12 h, 2 h; 1 h, 4 h; after the start the whole (oxfordma.us/739).
    #[test]
    fn oxford_has_three_tiers() {
        let oxford = terms(
            4,
            &[
                ("started", 0, TierOwes::Whole),
                ("under-1-h", 60, TierOwes::Minimum),
                ("under-12-h", 12 * 60, TierOwes::Time(Minutes(120))),
            ],
        );
        let owed = [-1, 0, 59, 60, 719, 720].map(|notice| owed(&oxford, notice).0);
        assert_eq!(owed, [36_000, 24_000, 24_000, 12_000, 12_000, 0]);
    }

    #[test]
    fn a_whole_shift_under_the_minimum_owes_the_minimum() {
        let strict = terms(4, &[("late", 60, TierOwes::Whole)]);
        let short = quote(&strict, &[(Cents(6_000), Minutes(90))], 0, start(), start()).unwrap();
        assert_eq!(short.lines[0].amount, Cents(24_000));
    }

    #[test]
    fn terms_with_an_unreachable_or_doubled_tier_are_refused() {
        let unreachable = terms(2, &[("a", 60, TierOwes::Whole), ("b", 60, TierOwes::Minimum)]);
        assert_eq!(unreachable.check(), Err(CancellationTermsFault::OutOfOrder("b".to_owned())));
        let doubled = terms(2, &[("a", 60, TierOwes::Whole), ("a", 90, TierOwes::Minimum)]);
        assert_eq!(doubled.check(), Err(CancellationTermsFault::SameId("a".to_owned())));
        let greedy = CancellationTerms { admin_basis_points: 10_001, ..terms(2, &[]) };
        assert_eq!(greedy.check(), Err(CancellationTermsFault::TooManyBasisPoints));
        let giving = CancellationTerms { vehicle_fee: Cents(-1), ..terms(2, &[]) };
        assert_eq!(giving.check(), Err(CancellationTermsFault::NegativeFee));
    }

    #[test]
    fn a_figure_too_large_to_hold_gives_no_quote() {
        let terms = terms(2, &[("late", 60, TierOwes::Whole)]);
        assert_eq!(quote(&terms, &[(Cents(i64::MAX), Minutes(600))], 0, start(), start()), None);
    }

    proptest! {
        #[test]
        fn the_total_is_the_sum_of_the_lines_and_waiting_never_makes_it_cheaper(
            places in prop::collection::vec((0i64..20_000, 0u32..1_440), 0..5),
            earlier in -500i64..2_000, later in -500i64..2_000,
        ) {
            prop_assume!(earlier >= later);
            let oxford = terms(4, &[
                ("started", 0, TierOwes::Whole),
                ("under-1-h", 60, TierOwes::Minimum),
                ("under-12-h", 12 * 60, TierOwes::Time(Minutes(120))),
            ]);
            let places: Vec<Place> = places.into_iter().map(|(rate, time)| (Cents(rate), Minutes(time))).collect();
            let at = |notice| quote(&oxford, &places, 1, start(), start() - Millis::from_mins(notice)).unwrap();
            prop_assert_eq!(at(later).total, Cents(at(later).lines.iter().map(|line| line.amount.0).sum()));
            prop_assert!(at(earlier).total <= at(later).total);
        }
    }
}
