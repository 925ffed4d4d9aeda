//! Money in whole cents. Never a float; every sum is checked.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// An amount in the agency's currency, in cents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Cents(#[n(0)] pub i64);

/// How a line's exact amount becomes whole cents. A line is rounded once, at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest cent; exactly half a cent goes up, away from zero.
    HalfUp,
    /// To the next cent away from zero.
    Up,
    /// Parts of a cent are dropped.
    Down,
}

/// A text that is not an amount such as `368` or `368.50`.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an amount of money")]
pub struct NotAnAmount;

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum, unless it is too large to hold.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, unless it is too large to hold.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// The sum of all, unless it is too large to hold.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// What `count / of` of this amount comes to, rounded once: a rate an hour times 90 of 60 minutes is 1.5 times the rate.
    /// `None` where `of` is zero or the result is too large to hold.
    pub fn checked_portion(self, count: u64, of: u64, rounding: Rounding) -> Option<Self> {
        let exact = i128::from(self.0).checked_mul(i128::from(count))?;
        let of = i128::from(of);
        if of == 0 {
            return None;
        }
        let (whole, rest) = (exact / of, (exact % of).abs());
        let away = match rounding {
            Rounding::HalfUp => rest * 2 >= of,
            Rounding::Up => rest != 0,
            Rounding::Down => false,
        };
        let step = if away { exact.signum() } else { 0 };
        i64::try_from(whole + step).ok().map(Self)
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

impl FromStr for Cents {
    type Err = NotAnAmount;

    /// Reads `368`, `368.5` and `368.50`; no sign, no grouping, no third decimal.
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        if part.len() > 2 {
            return Err(NotAnAmount);
        }
        let scale = if part.len() == 1 { 10 } else { 1 };
        let cents = digits(whole)?.checked_mul(100).and_then(|c| c.checked_add(digits(part).ok()? * scale));
        cents.map(Self).ok_or(NotAnAmount)
    }
}

fn digits(text: &str) -> Result<i64, NotAnAmount> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotAnAmount);
    }
    text.parse().map_err(|_| NotAnAmount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_and_written_to_the_cent() {
        assert_eq!("368".parse(), Ok(Cents(36_800)));
        assert_eq!("368.5".parse(), Ok(Cents(36_850)));
        assert_eq!("0.07".parse(), Ok(Cents(7)));
        assert_eq!(Cents(36_807).to_string(), "368.07");
        assert_eq!(Cents(-7).to_string(), "-0.07");
        assert_eq!(format!("{:>8}", Cents(100)), "    1.00");
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1.234", "1,000", "4 6", "1e3", "NaN", "99999999999999999999"] {
            assert_eq!(text.parse::<Cents>(), Err(NotAnAmount), "{text}");
        }
    }

    #[test]
    fn a_portion_is_rounded_once_as_its_rule_says() {
        let third = |rounding| Cents(100).checked_portion(1, 3, rounding);
        assert_eq!(third(Rounding::HalfUp), Some(Cents(33)));
        assert_eq!(third(Rounding::Up), Some(Cents(34)));
        assert_eq!(third(Rounding::Down), Some(Cents(33)));
        assert_eq!(Cents(1).checked_portion(1, 2, Rounding::HalfUp), Some(Cents(1)));
        assert_eq!(Cents(-1).checked_portion(1, 2, Rounding::HalfUp), Some(Cents(-1)));
        assert_eq!(Cents(4_600).checked_portion(480, 60, Rounding::Up), Some(Cents(36_800)));
        assert_eq!(Cents(1).checked_portion(1, 0, Rounding::Up), None);
    }

    #[test]
    fn sums_that_do_not_fit_are_none() {
        assert_eq!(Cents(i64::MAX).checked_add(Cents(1)), None);
        assert_eq!(Cents(i64::MIN).checked_sub(Cents(1)), None);
        assert_eq!(Cents::checked_sum([Cents(i64::MAX), Cents(1)]), None);
        assert_eq!(Cents::checked_sum([Cents(2), Cents(-3)]), Some(Cents(-1)));
    }

    proptest! {
        #[test]
        fn a_portion_never_panics_and_is_within_a_cent(rate: i64, count: u64, of: u64) {
            let exact = i128::from(rate) * i128::from(count);
            for rounding in [Rounding::HalfUp, Rounding::Up, Rounding::Down] {
                if let Some(Cents(got)) = Cents(rate).checked_portion(count, of, rounding) {
                    prop_assert!((i128::from(got) * i128::from(of) - exact).abs() < i128::from(of));
                }
            }
        }

        #[test]
        fn every_amount_survives_its_text(cents in 0..=i64::MAX) {
            prop_assert_eq!(Cents(cents).to_string().parse(), Ok(Cents(cents)));
        }
    }
}
