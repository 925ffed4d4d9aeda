//! Lengths of time in words.

use std::fmt;

use super::Millis;

/// A length of time as people say it: `45 s`, `12 min`, `2 h 05 min`, `3 days 4 h`. Rounded down, the sign left away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spoken(pub Millis);

impl Millis {
    /// As people say it.
    pub const fn spoken(self) -> Spoken {
        Spoken(self)
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.0.unsigned_abs() / 1_000;
        let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
        match (days, hours, minutes) {
            (0, 0, 0) => write!(f, "{seconds} s"),
            (0, 0, _) => write!(f, "{minutes} min"),
            (0 | 1, _, _) if minutes % 60 == 0 => write!(f, "{hours} h"),
            (0 | 1, _, _) => write!(f, "{hours} h {:02} min", minutes % 60),
            _ if hours % 24 == 0 => write!(f, "{days} days"),
            _ => write!(f, "{days} days {} h", hours % 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_the_unit_that_fits() {
        let said = |seconds: i64| Millis(seconds * 1_000).spoken().to_string();
        assert_eq!([said(0), said(59), said(60), said(3_599)], ["0 s", "59 s", "1 min", "59 min"]);
        assert_eq!([said(3_600), said(7_500), said(86_400)], ["1 h", "2 h 05 min", "24 h"]);
        assert_eq!([said(2 * 86_400), said(2 * 86_400 + 14_400)], ["2 days", "2 days 4 h"]);
        assert_eq!(said(-90), "1 min");
        assert_eq!(Millis(i64::MIN).spoken().to_string(), "106751991167 days 7 h");
    }
}
