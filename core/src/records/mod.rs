//! Records: what the agency writes and phones read. Each is a CBOR map with integer keys; unknown keys are skipped.

mod kind;
mod notice;
mod types;

pub use kind::RecordKind;
pub use notice::Notice;
pub use types::{
    Agency, Application, ApplicationState, Assignment, AssignmentOrigin, AssignmentState, Correspondent, CountsAs,
    Customer, Detail, DetailState, Message, Officer, Pay, Placement, Position, Ruling, Site,
};

pub use crate::time::Interval;
