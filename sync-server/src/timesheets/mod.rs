//! Timesheets: what the facts of an assignment show, as the agency rules on it. The queue reads a table; one timesheet is folded from its
//! facts whenever it is shown or ruled on.

mod approve;
mod ask;
mod basis;
mod look;
mod sheet;

pub use approve::{AS_PROPOSED, Approved, Kept, Standing, approve, approve_clean, check_unchanged, not_clean};
pub use ask::ask;
pub(crate) use ask::{Answer, answered};
pub use basis::{Basis, basis, counts};
pub use look::{LOOK, LOOK_KEY, SOON, look};
pub(crate) use look::{came, filled, moved, ruled, soon};
pub use sheet::{Sheet, names_photo};
