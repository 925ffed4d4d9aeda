//! The one file of the library that draws randomness.

use detailbook_core::entropy::Entropy;

/// The operating system's randomness.
pub(crate) struct OsEntropy;

impl Entropy for OsEntropy {
    #[allow(clippy::disallowed_methods, reason = "the adapter through which everything else draws")]
    #[allow(
        clippy::expect_used,
        reason = "without randomness no key and no id may be made: the call ends as an internal error"
    )]
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}
