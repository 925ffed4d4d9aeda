//! Every choice of a world comes from here, and so from its seed.

use detailbook_core::entropy::Entropy;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// ChaCha8 under a seed: the same seed, the same bytes, on every machine.
#[derive(Clone)]
pub struct Seeded(ChaCha8Rng);

impl Seeded {
    /// The stream called `name` of a world's seed. Streams are independent: drawing from one moves no other.
    pub fn new(seed: u64, name: &str) -> Self {
        let mut key = [0; 32];
        key.copy_from_slice(&detailbook_core::shift::Sha256::of(format!("{seed}/{name}").as_bytes()).0);
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(end);
        (wide >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True that many times in a hundred.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// True that many times in a thousand.
    pub fn permille(&mut self, share: u64) -> bool {
        self.below(1_000) < share
    }

    /// One of `items`, none where there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len() as u64) as usize)
    }

    /// The index of one of `weights`, as often as its weight says.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// Puts `items` in another order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_its_seed_and_its_name() {
        let draw = |seed, name| Seeded::new(seed, name).below(u64::MAX);
        assert_eq!(draw(7, "world"), draw(7, "world"));
        assert_ne!(draw(7, "world"), draw(8, "world"));
        assert_ne!(draw(7, "world"), draw(7, "phone"));
    }

    #[test]
    fn draws_stay_in_their_range_and_reach_all_of_it() {
        let mut entropy = Seeded::new(1, "range");
        let mut seen = [0; 4];
        for _ in 0..400 {
            seen[entropy.between(3, 6) as usize - 3] += 1;
        }
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
        assert_eq!(entropy.below(0), 0);
        assert_eq!(entropy.pick::<u8>(&[]), None);
    }

    #[test]
    fn weights_decide_and_zero_is_never() {
        let mut entropy = Seeded::new(1, "weights");
        let mut seen = [0; 3];
        for _ in 0..1_000 {
            seen[entropy.weighted(&[1, 0, 9])] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!(seen[2] > 800 && seen[0] > 50, "{seen:?}");
    }
}
