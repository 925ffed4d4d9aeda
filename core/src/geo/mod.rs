//! Where: fixes, fences and the verdict between them.

mod fence;
mod fix;

pub use fence::{Fence, Point};
pub use fix::{Fix, Provider};
