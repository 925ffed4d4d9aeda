//! The one file of the server that draws randomness.

use std::sync::{Arc, Mutex, PoisonError};

use detailbook_core::entropy::Entropy;

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[allow(clippy::disallowed_methods, reason = "the adapter through which everything else draws")]
    #[allow(
        clippy::expect_used,
        reason = "without randomness no key and no id may be made: stopping is the only safe answer"
    )]
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

/// One source of randomness for every part of the server. Clones draw from the same source.
#[derive(Clone)]
pub struct SharedEntropy(Arc<Mutex<Box<dyn Entropy + Send>>>);

impl SharedEntropy {
    /// Shares a source.
    pub fn new(source: impl Entropy + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(source))))
    }

    /// Shares the operating system's.
    pub fn system() -> Self {
        Self::new(OsEntropy)
    }
}

impl Entropy for SharedEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}

impl std::fmt::Debug for SharedEntropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedEntropy(..)")
    }
}

/// Draws one byte over and over, for tests that look at what was drawn.
#[cfg(test)]
pub(crate) struct Same(pub(crate) u8);

#[cfg(test)]
impl Entropy for Same {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

#[cfg(test)]
mod tests {
    use detailbook_core::entropy::random_bytes;

    use super::*;

    #[test]
    fn clones_draw_from_the_same_source() {
        struct Counting(u8);
        impl Entropy for Counting {
            fn fill(&mut self, bytes: &mut [u8]) {
                self.0 += 1;
                bytes.fill(self.0);
            }
        }
        let mut one = SharedEntropy::new(Counting(0));
        let mut two = one.clone();
        assert_eq!(random_bytes::<2>(&mut one), [1, 1]);
        assert_eq!(random_bytes::<2>(&mut two), [2, 2]);
    }

    #[test]
    fn the_operating_system_does_not_repeat_itself() {
        let mut system = SharedEntropy::system();
        assert_ne!(random_bytes::<32>(&mut system), random_bytes::<32>(&mut system));
    }
}
