//! Lengths of time as people type them: hours and minutes, and seconds where there are any.

use detailbook_core::time::Millis;

/// What a length that cannot be read is refused with.
pub(super) const WANTED: &str = "must be hours and minutes such as 0:05 or 120:00";

/// As it is typed: `1:30`, `0:00:45`, `0:00:00.250`.
pub(super) fn told(length: Millis) -> String {
    let (seconds, millis) = (length.0.div_euclid(1_000), length.0.rem_euclid(1_000));
    let clock = format!("{}:{:02}", seconds.div_euclid(3_600), seconds.rem_euclid(3_600) / 60);
    match (seconds.rem_euclid(60), millis) {
        (0, 0) => clock,
        (seconds, 0) => format!("{clock}:{seconds:02}"),
        (seconds, millis) => format!("{clock}:{seconds:02}.{millis:03}"),
    }
}

/// What was typed. Hours alone are none: five might be meant as minutes.
pub(super) fn read(text: &str) -> Option<Millis> {
    let mut parts = text.trim().split(':');
    let (hours, minutes, rest) = (number(parts.next()?, 1..=6)?, sixty(parts.next()?)?, parts.next());
    let (seconds, millis) = match rest.map(|rest| rest.split_once('.').unwrap_or((rest, "000"))) {
        Some((seconds, millis)) => (sixty(seconds)?, number(millis, 3..=3)?),
        None => (0, 0),
    };
    parts.next().is_none().then_some(Millis(((hours * 60 + minutes) * 60 + seconds) * 1_000 + millis))
}

fn sixty(text: &str) -> Option<i64> {
    number(text, 2..=2).filter(|number| *number < 60)
}

fn number(text: &str, long: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let is_one = long.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_one)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_and_minutes_are_read_and_nothing_else() {
        let lengths = [("0:05", 300_000), (" 120:00 ", 432_000_000), ("1:02:03", 3_723_000), ("0:00:00.250", 250)];
        for (text, millis) in lengths {
            assert_eq!(read(text), Some(Millis(millis)), "{text}");
            assert_eq!(told(Millis(millis)), text.trim());
        }
        for none in
            ["", "5", "5h", "0:5", "0:60", "0:005", ":05", "-1:00", "1:00:", "1:00:00:00", "1:00.5", "1234567:00"]
        {
            assert_eq!(read(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn what_is_told_is_read_again(millis in 0_i64..3_600_000_000) {
            prop_assert_eq!(read(&told(Millis(millis))), Some(Millis(millis)));
        }
    }
}
