//! Where: fixes, fences and the verdict between them.
//!
//! A verdict compares whole decimetres, and the sines behind them are computed in software, so that a phone and a server
//! of different make come to the same one.

mod distance;
mod fence;
mod fix;
mod projection;
mod validate;
mod verdict;

pub use fence::{Fence, Point};
pub use fix::{Fix, Provider};
pub use validate::{DEFAULT_RADIUS_M, InvalidFence, MAX_EXTENT_M, MAX_FENCE_POINTS, MIN_RADIUS_M};
pub use verdict::{
    COARSE_ACCURACY_DM, Doubt, FenceState, FenceVerdict, MAX_FIX_AGE_MS, MAX_TRAVEL_DM_PER_S, fence_verdict,
    fence_verdicts,
};
