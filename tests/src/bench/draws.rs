//! Seeded randomness, and words drawn with it.

use detailbook_core::entropy::Entropy;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// A seeded source: the same seed gives the same ids, keys and moments.
#[derive(Clone, Debug)]
pub(super) struct Draws(ChaCha8Rng);

/// Words that notes and post orders are made of.
const WORDS: [&str; 32] = [
    "traffic",
    "lane",
    "cone",
    "trench",
    "crew",
    "supervisor",
    "north",
    "south",
    "corner",
    "pedestrian",
    "bus",
    "stop",
    "detour",
    "sign",
    "light",
    "closed",
    "open",
    "until",
    "radio",
    "channel",
    "quiet",
    "heavy",
    "delivery",
    "gate",
    "hydrant",
    "utility",
    "pole",
    "sidewalk",
    "school",
    "crossing",
    "report",
    "clear",
];

impl Draws {
    /// The source of that seed.
    pub(super) fn seeded(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        u32::try_from((u64::from(self.0.next_u32()) * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// So many words.
    pub(super) fn words(&mut self, count: usize) -> String {
        let word = |_| WORDS[self.below(WORDS.len() as u32) as usize];
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }
}

impl Entropy for Draws {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}
