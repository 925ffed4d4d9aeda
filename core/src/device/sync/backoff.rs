//! When to try again after a failure.

use crate::time::Millis;

/// The wait after the first failure.
const FIRST: Millis = Millis::from_secs(10);
/// The longest wait.
const LONGEST: Millis = Millis::from_mins(30);

/// How long to wait after `failures` earlier ones in a row: doubled each time up to half an hour, the second half of it by
/// `jitter` (random), so that phones that lost the same server do not all come back at once.
pub fn retry_after(failures: u32, jitter: u64) -> Millis {
    let doubled = FIRST.0.saturating_mul(1 << failures.min(16));
    let half = doubled.min(LONGEST.0) / 2;
    Millis(half + (jitter % (half.unsigned_abs() + 1)) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_wait_doubles_up_to_half_an_hour() {
        assert_eq!(retry_after(0, 0), Millis::from_secs(5));
        assert_eq!(retry_after(1, 0), Millis::from_secs(10));
        assert_eq!(retry_after(40, 0), Millis::from_mins(15));
    }

    proptest! {
        #[test]
        fn the_wait_is_never_shorter_than_half_nor_longer_than_half_an_hour(failures: u32, jitter: u64) {
            let wait = retry_after(failures, jitter);
            prop_assert!(wait >= retry_after(failures, 0) && wait <= LONGEST);
        }
    }
}
